"""Where the numbers of a layer's rows are from: how many, what they add up to, one value of one row.

`layer`: subject: a kind; unit: row of its legend, "" for all; field `count` (year: there by its end) or
`sum.COLUMN`. `value`: subject: a kind; unit: a row id; field: a column, or `@area` (hectares), `@length`
(km; of areas their outline). Personal data are named, never spelled out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.messages import both, listed
from app.origins.base import Made, Origin, grouped, unknown
from app.panels.layer_facts import dated
from layers.catalogue.classes import class_columns, classify, legend_rows
from layers.catalogue.model import LayerKind
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.geo.measure import M2_PER_HA, M2_PER_MU, areas_m2, lengths_m
from layers.maps.project_styles import dressed
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import in_force
from layers.planning.results import Provenance
from layers.planning.tally import Part
from layers.policy.bundle import Policy
from layers.provenance import Ask

AREA, LENGTH, COUNT, SUM_OF = "@area", "@length", "count", "sum."
FEATURES = Text("个", "features")


@dataclass(frozen=True, eq=False)
class Rows:
    """A layer as it was read; shown: the row ids that are listed, None for all."""

    table: Table
    provenance: Provenance
    shown: tuple[int, ...] | None = None


def layer_ask(kind: str, field: str = COUNT, *, legend: int | None = None, year: int | None = None) -> Ask:
    """Return what names a number of a whole layer, or of a row of its legend."""
    return Ask("layer", kind, "" if legend is None else str(legend), field, year)


def value_ask(kind: str, fid: int, field: str) -> Ask:
    """Return what names a value of a row."""
    return Ask("value", kind, str(fid), field)


def shown_ask(kind: str, column: str, count: int) -> Ask:
    """Return what names the sum of a column over rows that a table lists: their answer is at hand."""
    return Ask("layer", kind, f"~{count}", SUM_OF + column)


def rows_of(plan: Plan, policy: Policy, kind: str, shown: tuple[int, ...] | None = None) -> Rows:
    """Return the answer that a layer's numbers are of. Raises what `Plan.table` raises."""
    source = Provenance(plan, (kind,), policy.version, policy.digest, (), None)
    return Rows(plan.table(kind), source, shown)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Rows:
    if ask.subject not in plan or ask.unit.startswith("~"):
        raise unknown(ask)
    return rows_of(plan, policy, ask.subject)


def _of_layer(result: Rows, _policy: Policy, ask: Ask) -> Made:
    table, kind = result.table, result.table.kind
    legend = _legend(result, ask)
    mine = np.ones(len(table), bool) if legend is None else legend[1]
    if result.shown is not None and ask.unit.startswith("~"):
        mine = np.isin(table.fids, np.array(result.shown, np.int64))
    late = ~in_force(table, dated(kind), ask.year) if dated(kind) else np.zeros(len(table), bool)
    name = kind.title if legend is None else _joined(kind.title, legend[0])
    if ask.field in (COUNT, "value"):
        here = [(kind.id, int(fid)) for fid in table.fids[mine & ~late]]
        rest = [(kind.id, int(fid)) for fid in table.fids[mine & late]]
        form = "layer_class" if legend is not None else "layer_year" if ask.year else "layer_count"
        fields = {"count": len(here), "of": len(table), "late": len(rest), "year": ask.year or 0,
                  "columns": listed(_class_titles(result)) or "—"}  # fmt: skip
        return Made(name, float(len(here)), FEATURES, form, fields, grouped(here, rest=rest), (), ())
    column = _column(kind, ask.field.removeprefix(SUM_OF))
    if column is None or not ask.field.startswith(SUM_OF) or column.type not in ("integer", "real"):
        raise unknown(ask)
    if column.privacy >= Privacy.SENSITIVE:
        return Made(_joined(kind.title, column.title), None, "", "value_private", {})
    values = table.column(column.name)
    known = [(int(fid), value) for fid, value, own in zip(table.fids, values, mine, strict=True)
             if own and value is not None]  # fmt: skip
    lost = [(kind.id, int(fid)) for fid, value, own in zip(table.fids, values, mine, strict=True)
            if own and value is None]  # fmt: skip
    fields = {"count": len(known), "unknown": len(lost), "column": column.title}
    total = math.fsum(value for _, value in known) if known else None
    return Made(_joined(kind.title, column.title), total, _unit(column), "layer_sum", fields,
                grouped([(kind.id, fid) for fid, _ in known], lost), (), ())  # fmt: skip


def _legend(result: Rows, ask: Ask) -> tuple[Text, np.ndarray] | None:
    """Words and rows of the row of the legend that is asked about; None for the whole layer."""
    if not ask.unit or ask.unit.startswith("~"):
        return None
    kind = dressed(result.provenance.plan, result.table.kind)
    rows = legend_rows(kind.style, kind.title)
    if not ask.unit.isdecimal() or int(ask.unit) >= len(rows):
        raise unknown(ask)
    row = rows[int(ask.unit)]
    columns = {name: result.table.column(name) for name in class_columns(kind.style)}
    places = classify(kind.style, columns, len(result.table))
    return row.title, np.isin(places, row.classes)


def _class_titles(result: Rows) -> list[str]:
    kind = dressed(result.provenance.plan, result.table.kind)
    return [kind.column(name).title.zh for name in class_columns(kind.style)]


def _of_value(result: Rows, _policy: Policy, ask: Ask) -> Made:
    table, kind = result.table, result.table.kind
    if not ask.unit.isdecimal() or int(ask.unit) not in table:
        raise unknown(ask)
    fid, row = int(ask.unit), table.row(int(ask.unit))
    place = grouped([(kind.id, fid)])
    label = Text(*(_feature(kind, row, fid) for _ in range(2)))
    fields: dict[str, Any] = {
        "feature": label, "layer": kind.title, "quality": _quality(kind, row), "source": _source(kind, row),
    }  # fmt: skip
    if ask.field in (AREA, LENGTH):
        return _size(result, row.get("geom"), ask, label, fields, place)
    column = _column(kind, ask.field)
    if column is None:
        raise unknown(ask)
    name = _joined(label, column.title)
    fields["column"] = column.title
    if column.privacy >= Privacy.SENSITIVE:
        return Made(name, None, "", "value_private", fields, place, (), ())
    value = row.get(column.name)
    number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if number is not None or value is None:
        return Made(name, number, _unit(column), "value_stored", fields, place, (), ())
    fields["value"] = Text(*(column.choice_title(value, one) for one in ("zh", "en")))
    return Made(name, None, "", "value_words", fields, place, (), ())


def _size(result: Rows, shape: Any, ask: Ask, label: Text, fields: dict[str, Any], place: Any) -> Made:
    kind, epsg = result.table.kind, result.provenance.plan.crs.epsg
    if shape is None or not kind.geometry or (ask.field == AREA and kind.geometry != "MultiPolygon"):
        raise unknown(ask)
    one = np.array([shape], object)
    fields["epsg"] = str(epsg)
    words = both("from_value_area" if ask.field == AREA else "from_value_length")
    if ask.field == LENGTH:
        km = float(lengths_m(one, epsg)[0]) / 1000
        return Made(_joined(label, words), km, "kilometre", "value_length", fields, place, (), ())
    m2 = float(areas_m2(one, epsg)[0])
    mu = Part(both("landuse_mu"), m2 / M2_PER_MU, m2 / M2_PER_MU, "")
    return Made(_joined(label, words), m2 / M2_PER_HA, "ha", "value_area", fields, place, (), (), (mu,))


def _feature(kind: LayerKind, row: dict[str, Any], fid: int) -> str:
    for name in (kind.name, kind.key):
        column = _column(kind, name) if name else None
        if column is not None and row.get(name) is not None and column.privacy < Privacy.SENSITIVE:
            return str(row[name])
    return f"#{fid}"


def _quality(kind: LayerKind, row: dict[str, Any]) -> Text:
    if "quality" not in kind.column_names or row.get("quality") is None:
        return both("status_unknown")
    column = kind.column("quality")
    return Text(*(column.choice_title(row["quality"], one) for one in ("zh", "en")))


def _source(kind: LayerKind, row: dict[str, Any]) -> Text:
    said = row.get("source") if "source" in kind.column_names else None
    return Text(str(said), str(said)) if said else both("status_unknown")


def _column(kind: LayerKind, name: str) -> Any:
    return kind.column(name) if name in kind.column_names else None


def _unit(column: Any) -> Text:
    return Text(column.unit or "", column.unit or "")


def _joined(one: Text, other: Text) -> Text:
    return Text(f"{one.zh} · {other.zh}", f"{one.en} · {other.en}")


LAYER = Origin(_of_layer, lambda result, _ask: result.provenance, _compute)
VALUE = Origin(_of_value, lambda result, _ask: result.provenance, _compute)
