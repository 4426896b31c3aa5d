"""Layers of a web map: what may leave of each kind, as columns of values, packed places and names.

A layer's features are written column by column: every text stands once and features point at it. What the
page shows of a feature is exactly what is here; there is nothing to be found behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from app.exports.web_shapes import Grid, prepared
from app.exports.web_style import symbol_data
from app.messages import language, text, tr
from layers.catalogue.classes import class_columns, classify
from layers.catalogue.model import Column, LayerKind
from layers.errors import RuleError
from layers.maps.labels import in_brackets, short_name
from layers.maps.settings import LayerSettings
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.policy.bundle import Policy
from layers.release import WITHHELD, allowed_columns, drawable_kinds
from layers.small_counts import Sum, withhold_small_counts

NEAREST_SCALE = 500_000
"""A kind that shows only nearer than this is for work on a place, not for a page."""
HOUSEHOLDS, PEOPLE = "户", "人"
SCHEMATIC = ("schematic", "synthetic")
FAR = 1_000_000  # a scale at which names are short
LABEL_SHARE = (0.5, 0.25, 0.75)


@dataclass(eq=False)
class WebLayers:
    """The layers of a page. columns: `kind.column` of all that left. withheld: cells replaced by a mark."""

    layers: list[dict[str, Any]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: int = 0
    withheld: int = 0
    schematic: bool = False


def chosen_kinds(plan: Plan, audience: str, settings: LayerSettings | None = None) -> list[LayerKind]:
    """Kinds of a page, bottom to top: those that may leave and are of use from afar.

    Shown by default (or in `settings`), zones, units, what serves people, works of the plan.
    """
    settings = settings or LayerSettings.default(plan)
    allowed = drawable_kinds(plan.catalogue, audience)
    columns = allowed_columns(plan.catalogue, audience=audience)

    def dressed(kind: LayerKind) -> LayerKind:
        """In the project's own style, unless it tells a column that may not leave."""
        style = settings.style(kind)
        return replace(kind, style=style) if set(class_columns(style)) <= set(columns[kind.id]) else kind

    chosen = [
        dressed(kind)
        for kind, _ in plan.layers()
        if kind.id in allowed
        and (
            kind.id in settings.visible
            or (
                (kind.zone or kind.services or "proposal" in kind.roles)
                and not 0 < kind.style.min_scale < NEAREST_SCALE
            )
        )
    ]
    return sorted(chosen, key=lambda kind: kind.style.order)


def web_layers(
    plan: Plan, policy: Policy, grid: Grid, *, audience: str, settings: LayerSettings | None = None
) -> WebLayers:
    """Return the layers of a page as values for its data island."""
    found = WebLayers()
    allowed = allowed_columns(plan.catalogue, audience=audience)
    visible = (settings or LayerSettings.default(plan)).visible
    small_count = int(policy.rule("small_count").value)
    for kind in chosen_kinds(plan, audience, settings):
        table = plan.tables[kind.id]
        names = [name for name in allowed[kind.id] if name not in ("quality",)]
        geometry = prepared(table.geometry, policy, audience)
        rows = [at for at, shape in enumerate(geometry) if shape is not None]
        if not rows:
            continue
        layer, withheld = _layer(plan, kind, table, geometry, rows, names, grid, small_count, audience)
        layer["visible"] = kind.id in visible
        found.layers.append(layer)
        found.withheld += withheld
        found.rows += len(rows)
        found.columns += [f"{kind.id}.{name}" for name in names]
        found.schematic |= layer["schematic"]
    return found


def _layer(
    plan: Plan,
    kind: LayerKind,
    table: Table,
    geometry: np.ndarray,
    rows: list[int],
    names: list[str],
    grid: Grid,
    small_count: int,
    audience: str,
) -> tuple[dict[str, Any], int]:
    style = kind.style
    # What colours a feature must be allowed to leave, too: else all look alike.
    styled = style if set(class_columns(style)) <= {*names, "quality"} else None
    classes = (
        classify(style, {name: table.column(name) for name in class_columns(style)}, len(table))
        if styled
        else np.full(len(table), -1)
    )
    symbols = [
        *(
            {"title": tr(each.title), "symbol": symbol_data(each.symbol), "min_scale": each.min_scale}
            for each in style.classes
        ),
        {"title": tr(kind.title), "symbol": symbol_data(_own_symbol(kind)), "min_scale": 0},
    ]
    fields, withheld = _fields(kind, table, names, rows, small_count)
    titles = _titles(plan, kind, table, names, audience)
    layer = {
        "id": kind.id,
        "title": tr(kind.title),
        "group": tr(plan.catalogue.themes[kind.theme].title) if kind.theme in plan.catalogue.themes else "",
        "note": tr(kind.note),
        "geometry": kind.geometry,
        "order": style.order,
        "min_scale": style.min_scale,
        "zone": kind.zone is not None,
        "seat": "seat" in kind.roles,
        "role": next((role for role in kind.roles if role.startswith("unit.")), ""),
        "schematic": _is_schematic(kind, table),
        "classes": symbols,
        "fields": fields,
        "class_of": [int(classes[at]) % len(symbols) for at in rows],
        "names": [titles[at] for at in rows],
        "codes": [_text(table.column(kind.key)[at]) for at in rows],
        "shapes": [grid.pack(geometry[at]) for at in rows],
        "turn": _turns(kind, table, names, rows),
        "labels": _labels(plan, kind, table, geometry, rows, titles, names, grid, audience),
        "arcs": grid.pack(_arcs(geometry[rows]))
        if any(role.startswith("unit.") for role in kind.roles)
        else None,
        "label_scale": style.label.min_scale if style.label else 0,
        "rank": style.label.rank if style.label else "",
    }
    return layer, withheld


def _own_symbol(kind: LayerKind) -> Any:
    return (
        kind.style.symbol
        if kind.style.symbol != type(kind.style.symbol)() or not kind.style.classes
        else kind.style.classes[-1].symbol
    )


def _arcs(geometry: np.ndarray) -> shapely.Geometry:
    """The lines between units, each once: two dashed lines on one another would look solid."""
    merged = shapely.line_merge(shapely.union_all(shapely.boundary(geometry)))
    return shapely.multilinestrings(
        [part for part in shapely.get_parts(merged) if part.geom_type == "LineString"]
    )


def _is_schematic(kind: LayerKind, table: Table) -> bool:
    return "quality" in kind.column_names and bool(
        np.isin(table.column("quality").astype(str), SCHEMATIC).any()
    )


def _turns(kind: LayerKind, table: Table, names: Sequence[str], rows: Sequence[int]) -> list[float]:
    column = kind.style.rotation
    if not column or column not in names:
        return []
    values = table.column(column)
    return [0.0 if values[at] is None else round(float(values[at]), 1) for at in rows]


def _text(value: object) -> str:
    return "" if value is None else str(value)


# -- values ------------------------------------------------------------------------------------------------


def _fields(
    kind: LayerKind, table: Table, names: Sequence[str], rows: Sequence[int], small_count: int
) -> tuple[list[dict[str, Any]], int]:
    """Columns that have a value at all, each text once; and how many cells are withheld."""
    fields, withheld = [], 0
    for name in names:
        if name in (kind.key, kind.name):
            continue
        column = kind.column(name)
        hidden = _small_cells(kind, column, table, small_count)
        if hidden is None:
            continue  # nothing of this column can be shown without giving a count away
        values: dict[str, int] = {}
        places: list[int] = []
        raw = table.column(name)
        for at in rows:
            words = WITHHELD if at in hidden else value_words(column, raw[at])
            withheld += at in hidden
            places.append(values.setdefault(words, len(values)) if words else -1)
        if values:
            fields.append({"title": tr(column.title), "values": list(values), "of": places})
    return fields, withheld


def value_words(column: Column, value: object) -> str:
    """A value as people read it: words of a choice, yes or no, a number with its unit."""
    if value is None or value == "":
        return ""
    if column.choices:
        return column.choice_title(value, language())
    if column.type == "boolean":
        return text("web_yes" if value else "web_no")
    if column.type in ("integer", "real") and isinstance(value, (int, float)):
        year = column.type == "integer" and not column.unit
        number = f"{value}" if year else f"{value:,.10g}"
        return f"{number} {column.unit}".strip()
    return str(value)


def _small_cells(kind: LayerKind, column: Column, table: Table, small_count: int) -> frozenset[int] | None:
    """Rows whose count of households (or, beside such a count, of people) is withheld; None: all must be."""
    units = {each.unit for each in kind.columns}
    counted = column.unit == HOUSEHOLDS or (column.unit == PEOPLE and HOUSEHOLDS in units)
    if not counted or column.type not in ("integer", "real"):
        return frozenset()
    raw = table.column(column.name)
    rows = [at for at, value in enumerate(raw) if value is not None and float(value) >= 0]
    counts = [int(raw[at]) for at in rows]
    total = sum(counts)
    sums = [] if 0 < total < small_count else [Sum(tuple(range(len(rows))), None, total)]
    try:
        return frozenset(rows[cell] for cell in withhold_small_counts(counts, sums, small_count=small_count))
    except RuleError:
        return None


# -- names -------------------------------------------------------------------------------------------------


def _titles(plan: Plan, kind: LayerKind, table: Table, names: Sequence[str], audience: str) -> list[str]:
    """What each feature is called: its name, with its sumu where two of a layer of units share it; else its
    code."""
    codes = [_text(value) for value in table.column(kind.key)]
    if not kind.name or kind.name not in names:
        return codes
    said = [_text(value) for value in table.column(kind.name)]
    twice = {name for name, count in Counter(said).items() if count > 1 and name}
    parents = sumu_names(plan, audience)
    owners = (
        table.column("sumu_code")
        if "sumu_code" in names and "unit.gacha" in kind.roles
        else [None] * len(said)
    )
    return [
        (in_brackets(name, parents[str(owner)]) if name in twice and str(owner) in parents else name) or code
        for name, code, owner in zip(said, codes, owners, strict=True)
    ]


def sumu_names(plan: Plan, audience: str) -> dict[str, str]:
    """Code of each sumu -> its name, where that may leave."""
    allowed = allowed_columns(plan.catalogue, audience=audience)
    found: dict[str, str] = {}
    for table in plan.with_role("unit.sumu"):
        if table.kind.name not in allowed.get(table.kind.id, ()):
            continue
        found |= {
            _text(code): _text(name)
            for code, name in zip(table.column(table.kind.key), table.column(table.kind.name), strict=True)
        }
    return found


def seats(plan: Plan, audience: str) -> dict[str, shapely.Geometry]:
    """Code of each unit -> the point of its highest seat, of seats that may leave."""
    found: dict[str, tuple[int, shapely.Geometry]] = {}
    allowed = allowed_columns(plan.catalogue, audience=audience)
    for table in plan.with_role("seat"):
        if "unit_code" not in allowed.get(table.kind.id, ()):
            continue
        ranks = classify(
            table.kind.style,
            {name: table.column(name) for name in class_columns(table.kind.style)},
            len(table),
        )
        for code, point, rank in zip(table.column("unit_code"), table.geometry, ranks, strict=True):
            best = found.get(_text(code))
            if point is not None and code is not None and (best is None or rank < best[0]):
                found[_text(code)] = (int(rank), point)
    return {code: point for code, (_, point) in found.items()}


def _labels(
    plan: Plan,
    kind: LayerKind,
    table: Table,
    geometry: np.ndarray,
    rows: Sequence[int],
    titles: Sequence[str],
    names: Sequence[str],
    grid: Grid,
    audience: str,
) -> list[list[Any]]:
    """[feature, short text, full text, x, y] of what has a name on the map; of lines of one name, the
    longest."""
    label = kind.style.label
    if label is None or label.column not in names:
        return []
    raw = table.column(label.column)
    anchors: Mapping[str, shapely.Geometry] = seats(plan, audience) if label.anchor == "seat" else {}
    longest: dict[str, int] = {}
    if kind.geometry == "MultiLineString":
        for at in rows:
            best = longest.get(_text(raw[at]))
            if best is None or geometry[at].length > geometry[best].length:
                longest[_text(raw[at])] = at
    found = []
    for place, at in enumerate(rows):
        said = _text(raw[at])
        if not said or (longest and longest[said] != at):
            continue
        full = titles[at] if label.column == kind.name else said
        point = anchors.get(_text(table.column(kind.key)[at]))
        if point is None:
            point = _spot(geometry[at])
        short = short_name(said, FAR) if label.anchor else said
        found.append([place, full.replace(said, short, 1), full, *grid.place(point.x, point.y)])
    return found


def _spot(geometry: shapely.Geometry) -> shapely.Geometry:
    if geometry.geom_type.endswith("LineString"):
        line = max(shapely.get_parts(geometry), key=lambda part: part.length)
        return shapely.line_interpolate_point(line, 0.5, normalized=True)
    return shapely.point_on_surface(geometry)
