"""The rows of a sheet's legend: only what can be seen inside the map's neat-line, in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from layers.catalogue.classes import legend_rows
from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.legend import Entry, faded, is_step
from layers.maps.points import column_height
from layers.maps.scene import Scene
from layers.maps.settings import LayerSettings
from layers.maps.sheet_circles import circles_key
from layers.maps.sheet_column import ColumnsKey, Group
from layers.maps.sheet_frame import PX_PER_MM, MapFrame
from layers.maps.sources import SOURCES
from layers.maps.stack import THEME_ORDER, shown_classes, symbol_of, theme_share, tint_of
from layers.maps.viewport import Bounds
from layers.plan.plan import Plan
from layers.plan.table import Table

LEAST_MM = 0.8
"""What is left of a class under a theme is in the legend from a square of that side on paper."""


def legend_groups(
    plan: Plan, main: MapFrame, settings: LayerSettings, theme: MapTheme | None, language: str, counted: str
) -> tuple[Group, ...]:
    """Groups of the legend: the theme's, then layers by the catalogue's themes, the topmost layer first.

    counted: what is said behind a layer that shows as counts from so far away.
    """
    scene, found = main.scene, []
    if theme is not None:
        share = theme_share(theme, settings)
        entries = _theme_rows(plan, theme, main.extent, share)
        rows = tuple((scene.words(entry.title), entry) for entry in entries)
        title = scene.words(theme.subtitle) or scene.words(theme.title)
        if note := scene.words(theme.note):
            title = f"{title}（{note}）" if language != "en" else f"{title} ({note})"
        if rows:
            found.append(Group(title, rows, scene.legend.columns, circles_key(scene, PX_PER_MM)))
    units = _covered(plan, theme) if theme is not None else None
    by_theme: dict[str, list[tuple[str, Entry]]] = {}
    for kind in reversed(list(settings.sequence(plan))):
        if theme is not None and theme.unit_role in kind.roles:
            continue
        order = settings.style(kind).order
        cover = units if kind.geometry == "MultiPolygon" and order < THEME_ORDER else None
        rows_of_kind = [
            (scene.words(entry.title), entry)
            for entry in _layer_rows(plan, scene, kind, settings, main.extent, cover)
        ]
        if theme is not None and THEME_ORDER <= order < 40:  # under a theme zones give up their tints
            rows_of_kind = [
                (words, replace(entry, symbol=replace(entry.symbol, fill="")))
                for words, entry in rows_of_kind
            ]
        if not rows_of_kind and (entry := _counted_row(plan, scene, kind, settings, main.extent)):
            rows_of_kind = [(scene.words(entry.title) + counted, entry)]
        by_theme.setdefault(kind.theme, []).extend(rows_of_kind)
    for each in plan.catalogue.themes.values():
        rows = tuple(by_theme.get(each.id, ()))
        if rows:
            found.append(Group(each.title.in_language(language), rows))
    return tuple(found)


def columns_key(scene: Scene, words: Sequence[str]) -> ColumnsKey | None:
    """The key to the theme's columns: a ruler of round numbers in the map's own scale."""
    columns = scene.legend.columns
    if columns is None or columns.largest <= 0:
        return None
    tallest = column_height(scene.view) / PX_PER_MM
    said = (scene.words(columns.title), *words)
    return ColumnsKey(tuple(line for line in said if line), ruler(columns.largest), tallest / columns.largest)


def ruler(largest: float) -> tuple[float, ...]:
    """Two round numbers: the largest that is reached, and its half where that is whole."""
    if largest < 1:
        return (largest,)
    power = 10.0 ** (len(str(int(largest))) - 1)
    top = max(step * power for step in (1, 2, 2.5, 5) if step * power <= largest)
    return (top / 2, top) if (top / 2).is_integer() else (top,)


def _theme_rows(plan: Plan, theme: MapTheme, extent: Bounds, share: float) -> list[Entry]:
    seen: set[int] = set()
    for table in plan.with_role(theme.unit_role):
        inside = _inside(table.geometry, extent)
        seen |= {
            theme.of_unit[str(code)]
            for code in table.column(table.kind.key)[inside]
            if str(code) in theme.of_unit
        }
    return [
        Entry(each.title, faded(each.symbol, 1.0, share), "MultiPolygon", 0)
        for at, each in enumerate(theme.classes)
        if at in seen or is_step(theme, at)
    ]


def _layer_rows(
    plan: Plan,
    scene: Scene,
    kind: LayerKind,
    settings: LayerSettings,
    extent: Bounds,
    cover: shapely.Geometry | None,
) -> list[Entry]:
    style = settings.style(kind)
    known = {
        (entry.kind, entry.title) for entry in scene.legend.layers
    }  # what the scene drew near its window
    rows = [row for row in legend_rows(style, kind.title) if (kind.id, row.title) in known]
    if not rows:
        return []
    strong = settings.opacity.get(kind.id, 1.0)
    seen = _classes_inside(
        plan.tables[kind.id], settings, extent, cover, (LEAST_MM * scene.view.scale / 1000) ** 2
    )
    return [
        Entry(row.title, faded(row.symbol, strong, tint_of(settings)), kind.geometry, 0, kind=kind.id)
        for row in rows
        if seen & set(row.classes)
    ]


def _covered(plan: Plan, theme: MapTheme) -> shapely.Geometry:
    """The ground that a theme fills."""
    found = [
        shapely.make_valid(each)
        for table in plan.with_role(theme.unit_role)
        for code, each in zip(table.column(table.kind.key), table.geometry, strict=True)
        if each is not None and str(code) in theme.of_unit
    ]
    return shapely.union_all(found)


def _classes_inside(
    table: Table,
    settings: LayerSettings,
    extent: Bounds,
    cover: shapely.Geometry | None = None,
    least: float = 0.0,
) -> set[int]:
    """Style classes with a feature inside; under a cover, with more than `least` m² of it to be seen."""
    seen: set[int] = set()
    style = settings.style(table.kind)
    for part in SOURCES.parts(table, style):
        rows = part.shown(part.source.in_window(extent))
        rows = rows[_inside(part.source.geometry[rows], extent)]
        if table.kind.geometry == "MultiPolygon":  # of areas without a fill only the edge is seen
            symbols = [symbol_of(style, int(at)) for at in part.source.classes[rows]]
            edged = np.array([not (symbol.fill or symbol.patterns) for symbol in symbols], bool)
            edges = shapely.boundary(part.source.geometry[rows[edged]])
            edged[edged] = ~_inside(edges, extent)
            rows = rows[~edged]
        classes = part.source.classes[rows]
        if cover is None:
            seen |= {int(at) for at in np.unique(classes)}
            continue
        bare = shapely.difference(shapely.box(*extent), cover)
        areas = shapely.area(shapely.intersection(shapely.make_valid(part.source.geometry[rows]), bare))
        seen |= {int(at) for at in np.unique(classes) if areas[classes == at].sum() > least}
    return seen


def _counted_row(
    plan: Plan, scene: Scene, kind: LayerKind, settings: LayerSettings, extent: Bounds
) -> Entry | None:
    """A layer of which only counts by unit are written from so far away."""
    style = settings.style(kind)
    if style.aggregate != "count" or shown_classes(style, scene.view.scale):
        return None
    if not _classes_inside(plan.tables[kind.id], settings, extent):
        return None
    symbol = next((each.symbol for each in style.classes if each.symbol.marker), style.symbol)
    return Entry(kind.title, symbol, kind.geometry, 0, Text("", ""), kind.id)


def _inside(geometry: np.ndarray, extent: Bounds) -> np.ndarray:
    """Which geometries have a part inside."""
    frame = shapely.box(*extent)
    shapely.prepare(frame)
    return np.asarray(shapely.intersects(frame, geometry), bool)
