"""A style as a JSON value and back: kept in a project, copied from layer to layer, written by a command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Any, TypeVar

from layers.catalogue.style import Band, Label, Marker, Pattern, Stroke, Style, StyleClass, Symbol
from layers.catalogue.text import Text
from layers.errors import InputError

Record = TypeVar("Record", Band, Label, Marker, Pattern, Stroke, StyleClass, Style, Symbol, Text)
MOST_CLASSES = 200


def style_record(style: Style) -> dict[str, Any]:
    """Return a style as a JSON value that `read_style` takes."""
    return _bare(asdict(style))  # type: ignore[no-any-return]


def read_style(record: Mapping[str, Any]) -> Style:
    """Return the style of a record. InputError `style_malformed` where it is none; colours and icons are
    not looked at."""
    return _read_text(json.dumps(record, sort_keys=True, ensure_ascii=False))


@lru_cache(maxsize=256)
def _read_text(text: str) -> Style:
    try:
        return _style(json.loads(text))
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        raise InputError("style_malformed", reason=str(error)) from error


def _bare(value: Any) -> Any:
    """Tuples as lists, without names whose value is None."""
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if each is not None}
    return [_bare(each) for each in value] if isinstance(value, (list, tuple)) else value


def _style(record: Mapping[str, Any]) -> Style:
    classes = record.get("classes", ())
    if len(classes) > MOST_CLASSES:
        raise ValueError(f"{len(classes)} > {MOST_CLASSES}")
    return _made(
        Style,
        record,
        symbol=_symbol(record.get("symbol", {})),
        classes=tuple(_class(each) for each in classes),
        label=_made(Label, record["label"]) if record.get("label") else None,
    )


def _class(record: Mapping[str, Any]) -> StyleClass:
    limits = record.get("limits")
    return _made(
        StyleClass,
        {"value": None, **record},
        title=Text(**record["title"]),
        symbol=_symbol(record["symbol"]),
        where=tuple((str(column), tuple(values)) for column, values in record.get("where", ())),
        limits=None if limits is None else (_number(limits[0]), _number(limits[1])),
    )


def _symbol(record: Mapping[str, Any]) -> Symbol:
    marker, band = record.get("marker"), record.get("band")
    return _made(
        Symbol,
        record,
        patterns=tuple(_made(Pattern, each) for each in record.get("patterns", ())),
        strokes=tuple(_made(Stroke, each) for each in record.get("strokes", ())),
        outer=tuple(_made(Band, each) for each in record.get("outer", ())),
        band=_made(Band, band) if band else None,
        marker=_made(Marker, marker) if marker else None,
    )


def _made(kind: type[Record], record: Mapping[str, Any], **given: Any) -> Record:
    """An instance of a record's class; names it does not know, and values of another type, are refused."""
    known = {each.name: each for each in fields(kind)}
    if unknown := set(record) - set(known):
        raise ValueError(", ".join(sorted(unknown)))
    values = {**{name: _frozen(value) for name, value in record.items()}, **given}
    for name, value in values.items():
        wanted = str(known[name].type)
        if wanted in ("str", "int", "float", "bool") and not _is(value, wanted):
            raise TypeError(f"{name}: {value!r}")
    return kind(**values)


def _is(value: Any, wanted: str) -> bool:
    if wanted == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
    return type(value).__name__ == wanted


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if not _is(value, "float"):
        raise TypeError(f"limits: {value!r}")
    return float(value)
