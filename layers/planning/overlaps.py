"""How much of each ground lies in each zone, and how sure that is, given how good both data are.

Two edges that are each off by up to a and b metres are off by up to d = a + b against each other. So the area
of a ground inside a zone lies between what is inside even if the zone's edge is drawn d too far out, and what
may be inside if it is drawn d too far in: [A - e1, A + e2], where e1 and e2 are the parts of the ground
within d of the zone's edge, inside and outside it. For a straight edge crossing the ground that is the length
of the edge in the ground times d; far from any edge both are 0. d is taken 1.2 % larger: the strip along the
edge is a polygon, and GEOS may cut its bends by 1 % of d; so what is called sure is sure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.measure import areas_m2
from layers.geo.repair import mended

WIDER = 1.012
LEAST_M2 = 0.01
"""Areas up to this are rounding of corners: nothing lies inside."""
CHUNK = 2_000

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs (k,) of a ground and a zone that touch, or might.

    ground, zone: positions in what was given. area, low, high: m² of the ground inside, on the ellipsoid;
    low 0: it may not be inside at all. zone_near: the zone near the ground, None where all of the ground lies
    inside. distance: d in metres.
    """

    ground: Indices
    zone: Indices
    area: Floats
    low: Floats
    high: Floats
    zone_near: NDArray[np.object_]
    distance: Floats


def overlaps(
    grounds: NDArray[np.object_],
    ground_accuracy: Floats,
    zones: NDArray[np.object_],
    zone_accuracy: Callable[[Indices], Floats],
    widest: float,
    tree: shapely.STRtree,
    epsg: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> Overlaps:
    """Compare grounds (n,) with zones (m,), all polygons in planning CRS metres.

    A ground exactly d away from a zone counts as one that might touch; one that only touches it and d is 0
    does not. zone_accuracy: positions of zones -> metres; widest: the greatest that may occur. tree: index
    over `zones`. progress: told how many grounds are done. Zones that cross themselves are mended first.
    """
    parts = []
    for start in range(0, len(grounds), CHUNK):
        some = slice(start, start + CHUNK)
        found = _some(grounds[some], ground_accuracy[some], zones, zone_accuracy, widest, tree, epsg)
        parts.append(Overlaps(found.ground + start, *(getattr(found, name) for name in _REST)))
        progress(min(start + CHUNK, len(grounds)))
    if not parts:
        none, no_place = np.zeros(0), np.zeros(0, np.intp)
        return Overlaps(no_place, no_place, none, none, none, np.zeros(0, object), none)
    return Overlaps(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("ground", *_REST)))


_REST = ("zone", "area", "low", "high", "zone_near", "distance")


def _some(
    grounds: NDArray[np.object_],
    ground_accuracy: Floats,
    zones: NDArray[np.object_],
    zone_accuracy: Callable[[Indices], Floats],
    widest: float,
    tree: shapely.STRtree,
    epsg: int,
) -> Overlaps:
    ground, zone = tree.query(grounds, predicate="dwithin", distance=ground_accuracy + widest)
    distance = ground_accuracy[ground] + zone_accuracy(zone)
    shapes = _valid(zones, zone)
    short = distance < ground_accuracy[ground] + widest
    kept = np.ones(len(ground), bool)
    kept[short] = shapely.dwithin(grounds[ground[short]], shapes[short], distance[short])
    ground, zone, distance, shapes = ground[kept], zone[kept], distance[kept], shapes[kept]
    whole_m2 = areas_m2(grounds, epsg)
    plane = shapely.area(grounds)
    scale = np.divide(whole_m2, plane, out=np.ones(len(grounds)), where=plane > 0)[ground]
    area, near_zone = whole_m2[ground].copy(), np.full(len(ground), None, object)
    low, high = area.copy(), area.copy()
    edges, which = _edges(shapes)
    near = np.flatnonzero(shapely.dwithin(edges[which], grounds[ground], distance))
    if len(near):
        own = grounds[ground[near]]
        west, south, east, north = shapely.bounds(own).T
        more = WIDER * distance[near] + 1.0
        window = shapely.box(west - more, south - more, east + more, north + more)
        around = shapely.intersection(shapes[near], window)
        inside = shapely.intersection(own, around)
        strip = shapely.intersection(
            own,
            shapely.buffer(
                shapely.intersection(edges[which[near]], window), WIDER * distance[near], quad_segs=16
            ),
        )
        unsure_inside = shapely.area(shapely.intersection(strip, around))
        unsure_outside = shapely.area(strip) - unsure_inside
        area[near] = areas_m2(inside, epsg)
        low[near] = np.maximum(area[near] - unsure_inside * scale[near], 0.0)
        high[near] = area[near] + unsure_outside * scale[near]
        near_zone[near] = around
    area[area <= LEAST_M2] = 0.0
    low[low <= LEAST_M2] = 0.0
    only_touch = (area == 0) & (distance == 0)
    keep = ~only_touch
    return Overlaps(
        ground[keep], zone[keep], area[keep], low[keep], high[keep], near_zone[keep], distance[keep]
    )


def _valid(zones: NDArray[np.object_], chosen: Indices) -> NDArray[np.object_]:
    """The chosen zones, those that cross themselves mended."""
    used, place = np.unique(chosen, return_inverse=True)
    return mended(zones[used])[place]


def _edges(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Indices]:
    """Each zone's edge once, prepared, and which one is whose."""
    places: dict[int, int] = {}
    which = np.fromiter((places.setdefault(id(shape), len(places)) for shape in shapes), np.intp, len(shapes))
    first = np.zeros(len(places), np.intp)
    first[which[::-1]] = np.arange(len(shapes))[::-1]
    edges = shapely.boundary(shapes[first]) if len(first) else np.zeros(0, object)
    shapely.prepare(edges)
    return edges, which


def stretches(
    lines: NDArray[np.object_], zones: NDArray[np.object_], lengths: Floats
) -> list[tuple[tuple[float, float], ...]]:
    """Where along each line (n,) it lies in its zone (n,): (from, to) in metres from its start, ascending.

    Parts of a line follow each other in their order; stretches that join are one. lengths: of the whole lines
    on the ellipsoid, to which the plane's metres are stretched. Where no zone (None) is given all of it does.
    """
    found: list[list[tuple[float, float]]] = [[] for _ in lines]
    tracks, owner = shapely.get_parts(shapely.line_merge(lines), return_index=True)
    broken = np.isin(owner, np.flatnonzero(np.bincount(owner, minlength=len(lines)) > 1))
    if broken.any():  # parts that do not join stay as they were drawn
        own, whose = shapely.get_parts(lines, return_index=True)
        again = np.isin(whose, owner[broken])
        tracks = np.concatenate([tracks[~broken], own[again]])
        owner = np.concatenate([owner[~broken], whose[again]])
    turned = _turned(lines, tracks, owner)
    track_m = shapely.length(tracks)
    order = np.argsort(owner, kind="stable")
    before = np.zeros(len(tracks))
    sums = np.cumsum(track_m[order]) - track_m[order]
    first = np.searchsorted(owner[order], np.arange(len(lines)))
    before[order] = sums - sums[np.minimum(first, max(len(tracks) - 1, 0))][owner[order]]
    plane = np.bincount(owner, weights=track_m, minlength=len(lines))
    factor = np.divide(lengths, plane, out=np.ones(len(lines)), where=plane > 0)
    whole = shapely.is_missing(zones)
    for at in np.flatnonzero(whole):
        found[at].append((0.0, float(lengths[at])))
    rest = np.flatnonzero(~whole[owner])
    pieces, which = _pieces(turned[rest], zones[owner[rest]])
    track = rest[which]
    begin = shapely.line_locate_point(turned[track], shapely.get_point(pieces, 0))
    end = shapely.line_locate_point(turned[track], shapely.get_point(pieces, -1))
    begin, end = np.minimum(begin, end), np.maximum(begin, end)
    long = shapely.length(pieces)
    loops = np.flatnonzero(np.abs(end - begin - long) > 1.0)  # their ends do not tell where they run
    middle = shapely.line_interpolate_point(pieces[loops], 0.5, normalized=True)
    centre = shapely.line_locate_point(turned[track[loops]], middle)
    begin[loops], end[loops] = centre - long[loops] / 2, centre + long[loops] / 2
    begin, end = np.maximum(begin, 0.0), np.minimum(end, track_m[track])
    for at, one, start, stop in zip(owner[track], track, begin, end, strict=True):
        found[at].append(((before[one] + start) * factor[at], (before[one] + stop) * factor[at]))
    return [_joined(runs) for runs in found]


def _turned(
    lines: NDArray[np.object_], tracks: NDArray[np.object_], owner: Indices
) -> NDArray[np.object_]:
    """Tracks that run as their lines were drawn: merging may turn them round."""
    start = shapely.get_point(shapely.get_geometry(lines, 0), 0)[owner]
    away = shapely.distance(shapely.get_point(tracks, 0), start) > shapely.distance(
        shapely.get_point(tracks, -1), start
    )
    single = np.bincount(owner, minlength=len(lines))[owner] == 1
    turned = tracks.copy()
    turned[away & single] = shapely.reverse(tracks[away & single])
    return turned


def _pieces(tracks: NDArray[np.object_], zones: NDArray[np.object_]) -> tuple[NDArray[np.object_], Indices]:
    parts, which = shapely.get_parts(shapely.intersection(tracks, zones), return_index=True)
    inner, again = shapely.get_parts(parts, return_index=True)  # lines within collections
    which = which[again]
    good = (shapely.get_type_id(inner) == 1) & ~shapely.is_empty(inner)
    return inner[good], which[good]


def _joined(runs: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(runs):
        if joined and begin <= joined[-1][1] + 0.01:
            joined[-1] = (joined[-1][0], max(joined[-1][1], float(end)))
        else:
            joined.append((float(begin), float(end)))
    return tuple(joined)
