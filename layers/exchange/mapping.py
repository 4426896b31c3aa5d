"""Headings of a foreign table -> columns of a kind: by template, by alias, by what the values are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from layers.catalogue.model import Catalogue, Column, LayerKind
from layers.catalogue.privacy import Privacy
from layers.errors import InputError
from layers.exchange.privacy_guess import personal_values
from layers.exchange.units import factor, plain, split_unit
from layers.plan.plan import Plan

TEMPLATES = "import_template"
_DIVISION = re.compile(r"[1-6]\d{11}")
NUMBERED = "#"  # in place of a heading: rows are numbered
SAMPLE = 300
GENERIC = frozenset(
    {
        "code",
        "name",
        "note",
        "source",
        "quality",
        "gacha_code",
        "sumu_code",
        "scheme",
        "year",
        "status",
        "operating",
        "opened_on",
        "valid_from",
        "valid_to",
        "document",
    }
)
"""Columns that nearly every kind has: they do not tell kinds apart."""
GENERAL: Mapping[str, tuple[str, ...]] = {
    "code": ("地块编号", "地块号"),
    "name": ("地块名称", "点名", "文字", "标注", "注记", "label"),
}
"""What boundary-point files and drawings call the code and the name of whatever is in them."""
SURVEY_NAMES = {"DLTB": "land_parcel", "XZQ": "gacha"}


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where a column comes from. how: `given`, `template`, `heading`, `cut`, `value`, `numbered`.

    unit: what the heading or the values say, "" for the column's own; factor: to the column's unit.
    """

    heading: str
    how: str
    unit: str = ""
    factor: float = 1.0


def map_columns(
    kind: LayerKind,
    columns: Mapping[str, Sequence[Any]],
    *,
    given: Mapping[str, str] | None = None,
    template: Mapping[str, str] | None = None,
) -> dict[str, Mapped]:
    """Return column name -> where it comes from.

    columns: heading -> values. given: column name (or title) -> heading, `#` or "" for none, as the user
    settled. Raises InputError `column_unknown`, `heading_unknown`, `sensitive_into_public`.
    """
    mapped: dict[str, Mapped] = {}
    for name, heading in (given or {}).items():
        if (
            heading in (*kind.column_names, *(column.title.zh for column in kind.columns))
            and name in columns
            and heading not in columns
        ):
            name, heading = heading, name  # written the other way round
        column = _column(kind, name)
        if heading == NUMBERED:
            mapped[column.name] = Mapped(NUMBERED, "numbered")
        elif not heading:
            mapped[column.name] = Mapped("", "given")
        elif heading not in columns:
            raise InputError("heading_unknown", heading=heading, known=", ".join(columns))
        elif _too_personal(column, columns[heading]):
            raise InputError(
                "sensitive_into_public", heading=heading, column=column.title.zh, column_en=column.title.en
            )
        else:
            mapped[column.name] = _with_unit(column, heading, "given")
    taken = {one.heading for one in mapped.values()}
    for name, heading in (template or {}).items():
        if name in kind.column_names and name not in mapped and heading in columns and heading not in taken:
            mapped[name] = _with_unit(kind.column(name), heading, "template")
            taken.add(heading)
    for how, pairs in (
        ("heading", _by_alias(kind, _headings_of(columns), general=True)),
        ("cut", _by_cut_heading(kind, columns)),
        ("value", _by_value(kind, columns)),
    ):
        for name, heading in pairs:
            if (
                name not in mapped
                and heading not in taken
                and not _too_personal(kind.column(name), columns[heading])
            ):
                mapped[name] = _with_unit(kind.column(name), heading, how)
                taken.add(heading)
    mapped = {name: one for name, one in mapped.items() if one.heading}
    key = next((column for column in kind.columns if column.name == kind.key), None)
    if (
        key is not None
        and key.required
        and key.type == "text"
        and key.name not in mapped
        and key.name not in (given or {})
    ):
        mapped[key.name] = Mapped(NUMBERED, "numbered")
    return mapped


def guess_kind(
    catalogue: Catalogue, name: str, columns: Mapping[str, Sequence[Any]], geometry: str | None
) -> tuple[str | None, list[str]]:
    """Return (kind that this surely is, or None; the likeliest kinds, best first).

    name: of the layer or file. geometry: `Point`, `MultiLineString`, `MultiPolygon`, or None for a plain
    table.
    """
    scores: dict[str, float] = {}
    headings = _headings_of(columns)
    for kind in catalogue:
        if geometry is not None and kind.geometry != geometry:
            continue
        score = _name_score(kind, name)
        for column, _ in _by_alias(kind, headings):
            score += 0.4 if column in GENERIC else 1.0
        if geometry is None and not kind.geometry:
            score += 0.2
        if score > 0:
            scores[kind.id] = score
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    if not ranked:
        return None, []
    first = scores[ranked[0]]
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    sure = first >= 2.5 and first >= second + 1.0
    return (ranked[0] if sure else None), ranked[:8]


def signature(headings: Sequence[str]) -> str:
    """Return the key under which a mapping of these headings is kept."""
    return hashlib.sha256("\n".join(sorted(plain(heading) for heading in headings)).encode()).hexdigest()[:16]


def find_template(plan: Plan, headings: Sequence[str]) -> dict[str, Any]:
    """Return what was settled for a file with these headings before: `kind`, `mapping`; empty if never."""
    found = plan.document(TEMPLATES, signature(headings), default={})
    return dict(found) if isinstance(found, Mapping) else {}


# --- inside -------------------------------------------------------------------------------------------------


def _column(kind: LayerKind, wanted: str) -> Column:
    for column in kind.columns:
        if wanted in (column.name, column.title.zh, column.title.en):
            return column
    for column in kind.columns:
        if wanted in column.aliases:
            return column
    return kind.column(wanted)


def _too_personal(column: Column, values: Sequence[Any]) -> bool:
    """Identity, phone and card numbers go into sensitive columns only."""
    return column.privacy < Privacy.SENSITIVE and personal_values(values) in ("identity", "phone", "bank")


def _with_unit(column: Column, heading: str, how: str) -> Mapped:
    unit = split_unit(heading)[1]
    by = factor(unit, column.unit) if unit and column.unit else None
    return Mapped(heading, how, unit if by is not None else "", by if by is not None else 1.0)


def _headings_of(columns: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Word -> places and headings that are it, with or without a unit behind."""
    found: dict[str, list[tuple[int, str]]] = {}
    for at, heading in enumerate(columns):
        for form in {plain(heading), plain(split_unit(heading)[0])}:
            found.setdefault(form, []).append((at, heading))
    return found


def _by_alias(
    kind: LayerKind, headings: Mapping[str, list[tuple[int, str]]], *, general: bool = False
) -> list[tuple[str, str]]:
    """(column, heading) pairs, each heading and column once, the closest alias first."""
    found = []
    for place, column in enumerate(kind.columns):
        words = [plain(word) for word in (column.title.zh, column.name, *column.aliases)]
        words += GENERAL.get(column.name, ()) if general else ()
        for rank, word in enumerate(words):
            found += [(rank, place, at, column.name, heading) for at, heading in headings.get(word, ())]
    pairs, used = [], set()
    for _, _, _, name, heading in sorted(found):
        if name not in used and heading not in used:
            used |= {name, heading}
            pairs.append((name, heading))
    return pairs


def _by_cut_heading(kind: LayerKind, columns: Mapping[str, Sequence[Any]]) -> list[tuple[str, str]]:
    """Field names that a Shapefile has cut at ten bytes: the start of exactly one alias."""
    pairs = []
    for heading in columns:
        start = plain(heading.rstrip("\ufffd"))
        cut = (
            "\ufffd" in heading
            or len(heading.encode("gb18030", "replace")) in (9, 10)
            or len(heading.encode()) in (9, 10)
        )
        if len(start) < 2 or not cut:
            continue
        fits = [
            column.name
            for column in kind.columns
            if any(plain(word).startswith(start) for word in (column.title.zh, *column.aliases))
        ]
        if len(fits) == 1:
            pairs.append((fits[0], heading))
    return pairs


def _by_value(kind: LayerKind, columns: Mapping[str, Sequence[Any]]) -> list[tuple[str, str]]:
    """A column of 12-digit division codes is the code, whatever its name."""
    pairs = []
    names = set(kind.column_names)
    for heading, values in columns.items():
        texts = [str(value) for value in islice((one for one in values if one not in (None, "")), SAMPLE)]
        if not texts or sum(bool(_DIVISION.fullmatch(text)) for text in texts) < 0.9 * len(texts):
            continue
        townships = sum(text.endswith("000") for text in texts) > 0.9 * len(texts)
        if any(role.startswith("unit.") for role in kind.roles):
            wanted = kind.key if townships == ("unit.sumu" in kind.roles) else "sumu_code"
        else:
            wanted = "sumu_code" if townships else "gacha_code"
        if wanted in names:
            pairs.append((wanted, heading))
    return pairs


def _name_score(kind: LayerKind, name: str) -> float:
    text = plain(name)
    if SURVEY_NAMES.get(name.upper().split("_")[0]) == kind.id:
        return 4.0
    words = {plain(kind.id), f"{plain(kind.id)}s", plain(kind.title.en), plain(kind.title.zh)}
    if text in words:
        return 5.0
    return (
        2.0
        if any(len(word) > 1 and word in text for word in (plain(kind.title.zh), plain(kind.title.en)))
        else 0.0
    )
