"""Which features a counting record means, for certain and perhaps, and how much each of them is.

Options (of `layers.policy.counts`), each a condition that must hold:

`role`: one role, or several; the features of all layers that play it.
`where`: column -> values. A null may be any of them, so that it counts as perhaps; with `blank = "no"` a null
means
    no, unless the whole column is blank: a column that nobody has filled in says nothing.
`above`: column -> number that it must exceed (>); a null is perhaps.
`filled`: columns that must not be null, `empty`: columns that must be. A column that is blank throughout
makes
    `filled` perhaps.
`date`: the day from which a thing is there; proposals on paper never are (`columns.standing`).
`since`, `until`: the days on which a case is opened and closed; it counts when open at the end of the year.
`operating`: boolean column that must not be false.
`on`: `role`, `link` and conditions of a parent; the feature's `link` must name one (its key).
`sum`: column that is added up, `measure`: `area_ha` or `length_km` (ellipsoidal); without either a feature is
1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.geo.local_area import many_areas_m2
from layers.geo.measure import lengths_m
from layers.plan.table import Table
from layers.planning.columns import (
    code_text,
    flags_of,
    is_in,
    is_null,
    standing,
    values_of,
    years_of,
)
from layers.planning.context import Context

Spec = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Chosen:
    """Rows of one table: certainly meant, perhaps meant (bool, aligned with `table.fids`)."""

    table: Table
    certain: np.ndarray
    perhaps: np.ndarray

    def narrowed(self, certain: np.ndarray, perhaps: np.ndarray) -> Chosen:
        """Those that meet a further condition; `perhaps` of it without its `certain`."""
        sure = self.certain & certain
        return Chosen(self.table, sure, (self.certain | self.perhaps) & (certain | perhaps) & ~sure)


def roles_of(spec: Spec) -> tuple[str, ...]:
    """The roles of a record."""
    role = spec.get("role", ())
    return (role,) if isinstance(role, str) else tuple(role)


def kinds_of(context: Context, spec: Spec) -> tuple[LayerKind, ...]:
    """Kinds that play the record's roles, there or not."""
    return tuple(
        dict.fromkeys(kind for role in roles_of(spec) for kind in context.plan.catalogue.with_role(role))
    )


def chosen_by(context: Context, spec: Spec) -> tuple[Chosen, ...]:
    """Return what a record chooses, a table each; empty where none of its layers is there."""
    return tuple(meet(context, _all(table), spec) for table in context.tables(kinds_of(context, spec)))


def _all(table: Table) -> Chosen:
    return Chosen(table, np.ones(len(table), bool), np.zeros(len(table), bool))


def meet(context: Context, found: Chosen, spec: Spec) -> Chosen:
    """Narrow features by a record's conditions."""
    table, year = found.table, context.year
    if "scheme" in table.kind.column_names and "proposal" not in table.kind.roles:
        there = standing(table, year, spec.get("date"))
        found = found.narrowed(there, np.zeros(len(table), bool))
    for name, wanted in spec.get("where", {}).items():
        values = values_of(table, name)
        null = is_null(values)
        open_ = null & (spec.get("blank") != "no" or bool(null.all()))
        found = found.narrowed(is_in(values, wanted), open_)
    for name, limit in spec.get("above", {}).items():
        values = values_of(table, name)
        over = np.fromiter((value is not None and value > limit for value in values), bool, len(values))
        found = found.narrowed(over, is_null(values))
    for name in spec.get("filled", ()):
        null = is_null(values_of(table, name))
        found = found.narrowed(~null, null & bool(null.all()))
    for name in spec.get("empty", ()):
        found = found.narrowed(is_null(values_of(table, name)), np.zeros(len(table), bool))
    if "operating" in spec:
        used, null = flags_of(table, spec["operating"])
        found = found.narrowed(used, null)
    return _parent(context, _open(found, spec, year), spec)


def _open(found: Chosen, spec: Spec, year: int | None) -> Chosen:
    no = np.zeros(len(found.table), bool)
    if "since" in spec and year is not None:
        with np.errstate(invalid="ignore"):
            found = found.narrowed(~(years_of(values_of(found.table, spec["since"])) > year), no)
    if "until" in spec:
        ended = values_of(found.table, spec["until"])
        if year is None:
            found = found.narrowed(is_null(ended), no)
        else:  # closed in that year or before; what cannot be read is closed, but nobody knows when
            with np.errstate(invalid="ignore"):
                found = found.narrowed(is_null(ended) | (years_of(ended) > year), no)
    return found


def _parent(context: Context, found: Chosen, spec: Spec) -> Chosen:
    if "on" not in spec:
        return found
    own = spec["on"]
    parents = chosen_by(context, own)
    sure, maybe = set(), set()
    for parent in parents:
        keys = [code_text(value) for value in parent.table.column(parent.table.kind.key)]
        sure |= {key for key, yes in zip(keys, parent.certain, strict=True) if yes and key}
        maybe |= {key for key, yes in zip(keys, parent.perhaps, strict=True) if yes and key}
    links = [code_text(value) for value in values_of(found.table, own["link"])]
    certain = np.fromiter((link in sure for link in links), bool, len(links))
    perhaps = np.fromiter((not link or link in maybe for link in links), bool, len(links))
    return found.narrowed(certain, perhaps if parents else np.ones(len(links), bool))


def amounts_of(context: Context, table: Table, spec: Spec, rows: np.ndarray) -> np.ndarray:
    """How much each of the chosen `rows` (bool) is (float64, nan where it is not known); the others are
    nan."""
    found = np.full(len(table), np.nan)
    measure = spec.get("measure")
    if spec.get("sum"):
        values = values_of(table, spec["sum"])[rows]
        found[rows] = [np.nan if value is None else float(value) for value in values]
    elif measure == "area_ha":
        found[rows] = many_areas_m2(table.geometry[rows], context.plan.crs.epsg) / 10_000
    elif measure == "length_km":
        found[rows] = np.asarray(lengths_m(table.geometry[rows], context.plan.crs.epsg)) / 1_000
    else:
        found[rows] = 1.0
    return found


# --- in words -----------------------------------------------------------------------------------------------


def words_of(context: Context, spec: Spec) -> Text:
    """Return which features are meant: layers and conditions, in the catalogue's own words."""
    kinds = kinds_of(context, spec)
    names = (
        "、".join(kind.title.zh for kind in kinds) or "—",
        ", ".join(kind.title.en for kind in kinds) or "—",
    )
    said = conditions(kinds, spec)
    return Text(f"{names[0]}（{said.zh}）", f"{names[1]} ({said.en})") if said.zh else Text(*names)


def conditions(kinds: tuple[LayerKind, ...], spec: Spec) -> Text:
    """Return a record's conditions in words, "" where it has none."""
    zh, en = [], []
    for name, wanted in spec.get("where", {}).items():
        title = _title(kinds, name)
        zh.append(f"{title.zh}＝{'、'.join(_value(kinds, name, value, 'zh') for value in wanted)}")
        en.append(f"{title.en} = {', '.join(_value(kinds, name, value, 'en') for value in wanted)}")
    for name, limit in spec.get("above", {}).items():
        title = _title(kinds, name)
        zh.append(f"{title.zh}＞{limit:g}")
        en.append(f"{title.en} > {limit:g}")
    for names, zh_word, en_word in (
        (spec.get("filled", ()), "已填写", "recorded"),
        (spec.get("empty", ()), "未填写", "blank"),
        ((spec["until"],) if "until" in spec else (), "为空或在年末之后", "blank or after the year"),
        ((spec["operating"],) if "operating" in spec else (), "为是", "yes"),
    ):
        for name in names:
            title = _title(kinds, name)
            zh.append(f"{title.zh}{zh_word}")
            en.append(f"{title.en} {en_word}")
    return Text("，".join(zh), ", ".join(en))


def _title(kinds: tuple[LayerKind, ...], name: str) -> Text:
    return next((kind.column(name).title for kind in kinds if name in kind.column_names), Text(name, name))


def _value(kinds: tuple[LayerKind, ...], name: str, value: Any, language: str) -> str:
    column = next((kind.column(name) for kind in kinds if name in kind.column_names), None)
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    return column.choice_title(value, language) if column is not None else str(value)
