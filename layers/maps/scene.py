"""What to draw for a view: operations bottom to top, placed names, furniture. Pure data, no screen.

    scene = build_scene(plan, view, settings, theme=theme, language="zh")

The same scene is painted on the screen, into a picture and on paper (`app.painter`). Heavy parts are kept
by the identity of the tables, so that another scene of the same plan costs what is new in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.classes import legend_rows
from layers.catalogue.style import Stroke, Symbol
from layers.catalogue.text import Text
from layers.maps.callouts import PlacedCallout, place_callouts
from layers.maps.choropleth import MapTheme
from layers.maps.circles import circle_boxes, circle_operations, summed_from_far
from layers.maps.column_places import columns_aside
from layers.maps.detail import Chunk, _go_on
from layers.maps.furniture import ScaleBar, scale_bar
from layers.maps.labels import SEAT, Label
from layers.maps.legend import Entry, Legend, faded, theme_entries
from layers.maps.names import requests
from layers.maps.operations import Discs, Lines, Marks, Operation
from layers.maps.palette import Colour, colour
from layers.maps.placing import place
from layers.maps.points import column_boxes, column_operations, column_places, mark_operations
from layers.maps.ragged import Rings, read_rings
from layers.maps.settings import LayerSettings
from layers.maps.sources import SOURCES, Sources
from layers.maps.stack import Context, base_operations, stack_operations, tinted
from layers.maps.symbols import PixelStroke
from layers.maps.theme_shapes import area_operations, trace_marks, trace_operations
from layers.maps.unit_marks import unit_marks
from layers.maps.viewport import View
from layers.plan.plan import Plan

NOTHING_SELECTED: tuple[str, frozenset[int]] = ("", frozenset())
OBSTACLES_AT_MOST, SMALL_MM = 600, 1.6
SCHEMATIC = frozenset({"schematic", "synthetic"})


@dataclass(frozen=True, eq=False)
class Scene:
    """A map, ready to be painted.

    operations: bottom to top. labels: above them all. scale_bar: exact for the view. schematic: some of
    what is shown is schematic or synthetic, and the picture must say so. callouts: above the names.
    """

    view: View
    background: Colour
    operations: tuple[Operation, ...]
    labels: tuple[Label, ...]
    legend: Legend
    scale_bar: ScaleBar
    title: Text
    subtitle: Text
    language: str
    schematic: bool
    callouts: tuple[PlacedCallout, ...] = ()
    credit: str = ""  # of the basemap, said on the map

    def words(self, text: Text) -> str:
        """A text in the scene's language."""
        return text.in_language(self.language)


def build_scene(
    plan: Plan,
    view: View,
    settings: LayerSettings | None = None,
    *,
    theme: MapTheme | None = None,
    language: str = "zh",
    selection: tuple[str, frozenset[int]] = NOTHING_SELECTED,
    title: Text | None = None,
    sources: Sources = SOURCES,
    kept_clear: NDArray[np.float64] | None = None,
    check: Callable[[], None] = _go_on,
) -> Scene:
    """Return the scene of a view.

    selection: (kind id, row ids). kept_clear: boxes (n, 4) in device px that names keep off (a scale bar).
    check: called often from the working thread; it may raise to give up.
    Raises what `check` raises; bad geometry never raises, it is drawn as well as it can be.
    """
    settings = (settings if settings is not None else LayerSettings.default(plan)).for_theme(plan, theme)
    theme = summed_from_far(plan, theme, view.scale)
    context = Context(plan, view, settings, theme, language, selection, sources, check)
    operations = [*base_operations(context), *stack_operations(context, area_operations)]
    operations += trace_operations(context)
    marks = [*mark_operations(context), *unit_marks(context), *trace_marks(context)]
    labels = _labels(context, marks, np.empty((0, 4)) if kept_clear is None else kept_clear)
    operations += circle_operations(context)
    operations += marks
    operations += column_operations(context)
    operations += _highlights(context)
    operations += _selection_operations(context, context.selection)
    check()
    return Scene(
        view,
        _background(context),
        tuple(operations),
        labels,
        _legend(context),
        scale_bar(view),
        *titles(plan, theme, title),
        language,
        _is_schematic(context),
        place_callouts(
            settings.callouts, view, np.concatenate([np.empty((0, 4)), *(label.boxes for label in labels)])
        )
        if settings.callouts
        else (),
        settings.basemap.credit if settings.basemap is not None else "",
    )


def _background(context: Context) -> Colour:
    """The country round the banner; land where it is not known where the banner ends."""
    has_banner = bool(context.plan.with_role("unit.banner"))
    outside = "outside_paper" if context.view.medium.name == "paper" else "outside"
    return colour(outside if has_banner else "land", context.view.palette)


def titles(plan: Plan, theme: MapTheme | None, title: Text | None = None) -> tuple[Text, Text]:
    """Title and subtitle of a map: what is asked for, else the theme's, else the project's name."""
    below = theme.subtitle if theme else Text("", "")
    if title is not None:
        return title, below
    if theme is not None:
        return theme.title, below
    name = str(plan.info.get("title", ""))
    return Text(name, str(plan.info.get("title_en", name))), below


def _labels(context: Context, marks: list[Marks], clear: NDArray[np.float64]) -> tuple[Label, ...]:
    """Seats are named first; then columns settle where they are clear of them; the others take what is
    left."""
    view = context.view
    large, small, seats = _obstacles(context, marks)
    firm = np.concatenate([seats, clear])
    wanted = list(requests(context))
    standing = [
        np.array(list(column_boxes(context, column_places(context)).values())).reshape(-1, 4),
        circle_boxes(context),
        large,
    ]
    seated = [each for each in wanted if each.priority <= SEAT]
    first = place(seated, view, np.concatenate(standing), small, firm=seats, clear=clear)
    named = np.concatenate([np.empty((0, 4)), *(label.boxes for label in first)])
    context.columns = columns_aside(context, np.concatenate([firm, named]))
    standing[0] = np.array(list(column_boxes(context, context.columns).values())).reshape(-1, 4)
    later = [
        replace(each, at=context.columns.get(each.order, each.at)) if each.below else each
        for each in wanted
        if each.priority > SEAT
    ]
    taken = np.concatenate([clear, named])
    return (*first, *place(later, view, np.concatenate(standing), small, clear=taken))


def _obstacles(context: Context, marks: list[Marks]) -> tuple[NDArray[np.float64], ...]:
    """Boxes of symbols that names keep off, of small ones that important names may cover, and those of
    seats."""
    found: tuple[list[NDArray[np.float64]], ...] = tuple([np.empty((0, 4))] for _ in range(3))
    room = OBSTACLES_AT_MOST
    for mark in reversed(marks):
        xy, half = mark.xy[:room], mark.size * 0.46
        room -= len(xy)
        boxes = np.concatenate([xy - half, xy + half], axis=1)
        is_small = mark.size < context.view.mm(SMALL_MM)
        found[is_small].append(boxes)
        if not is_small and mark.kind and "seat" in context.plan.catalogue[mark.kind].roles:
            found[2].append(boxes)
    return tuple(np.concatenate(each) for each in found)


def _is_schematic(context: Context) -> bool:
    keep = context.sources.keep
    return any(
        keep(table, "schematic", lambda table=table: bool(SCHEMATIC & set(table.column("quality"))))
        for kind, table in context.plan.layers()
        if kind.id in context.settings.visible and "quality" in kind.column_names and kind.geometry
    )


# -- selection -------------------------------------------------------------------------------------


def _highlights(context: Context) -> Iterator[Operation]:
    """Outlines of the units that the settings name; one that is gone is passed over."""
    for kind_id in dict.fromkeys(kind for kind, _ in context.settings.highlighted):
        if kind_id in context.plan:
            table = context.plan.tables[kind_id]
            named = {key for kind, key in context.settings.highlighted if kind == kind_id}
            keys = table.column(table.kind.key)
            fids = frozenset(int(table.fids[at]) for at, key in enumerate(keys) if key in named)
            yield from _selection_operations(context, (kind_id, fids))


def _selection_operations(
    context: Context, selection: tuple[str, frozenset[int]]
) -> Iterator[Operation]:
    kind_id, fids = selection
    if kind_id not in context.plan or not fids:
        return
    table = context.plan.tables[kind_id]
    geometry = np.array([table.row(fid).get("geom") for fid in sorted(fids) if fid in table], object)
    geometry = geometry[[each is not None for each in geometry]]
    if not len(geometry):
        return
    view = context.view
    strokes = context.symbol(Symbol(strokes=(Stroke("sel_case", 1.15), Stroke("sel", 0.70)))).strokes
    if table.kind.geometry == "Point":
        xy = view.to_px(shapely.get_coordinates(geometry))
        discs = np.column_stack([xy, np.full(len(xy), view.mm(1.9))])
        clear = (*strokes[1].colour[:3], 0)
        for stroke in strokes:
            yield Discs(discs, clear, stroke)
        return
    chunk = (outline_chunk(geometry, context.window(40)),)
    for stroke in strokes:
        yield Lines(chunk, PixelStroke(stroke.colour, stroke.width))


def outline_chunk(geometry: NDArray[np.object_], window: tuple[float, float, float, float]) -> Chunk:
    """Lines, or boundaries as closed lines, of a few features, about the window's corner."""
    rings = read_rings(geometry)
    if rings.closed and len(rings):
        index = np.concatenate(
            [
                np.r_[first:last, first]
                for first, last in zip(rings.starts[:-1], rings.starts[1:], strict=True)
            ]
        )
        rings = Rings(
            rings.xy[index], np.r_[0, np.cumsum(rings.counts + 1)], rings.feature, rings.shell, False
        )
    origin = (window[0], window[1])
    return Chunk(Rings(rings.xy - origin, rings.starts, rings.feature, rings.shell, False), 1.0, origin, 0)


# -- legend ----------------------------------------------------------------------------------------


def _legend(context: Context) -> Legend:
    theme = context.theme
    entries = []
    for kind in reversed(list(context.settings.sequence(context.plan))):
        seen = context.shown.get(kind.id)
        if seen is None or not seen.any():
            continue
        style = context.settings.style(kind)
        counts = _class_counts(context, kind.id)
        strong = context.settings.opacity.get(kind.id, 1.0), context.tint if tinted(style, theme) else 0.0
        for row in legend_rows(style, kind.title):
            if any(seen[at] for at in row.classes):
                entries.append(
                    Entry(
                        row.title,
                        faded(row.symbol, *strong),
                        kind.geometry,
                        int(sum(counts[at] for at in row.classes)),
                        kind=kind.id,
                    )
                )
    if theme is None:
        return Legend((), tuple(entries))
    entries_of_theme = theme_entries(theme, context.theme_share)
    return Legend(entries_of_theme, tuple(entries), theme.columns, theme.circles, theme.note)


def _class_counts(context: Context, kind_id: str) -> NDArray[np.int64]:
    """Features of each style class in the whole layer; the last is the style's own symbol."""
    table = context.plan.tables[kind_id]
    style = context.settings.style(table.kind)
    counts = np.zeros(len(style.classes) + 1, np.int64)
    for part in context.sources.parts(table, style, check=context.check):
        classes = part.source.classes if part.masked is None else part.source.classes[~part.masked]
        counts += np.bincount(np.where(classes < 0, len(style.classes), classes), minlength=len(counts))
    return counts
