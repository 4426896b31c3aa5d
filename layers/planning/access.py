"""Access: minutes and km from places to the nearest facility, over roads and across country.

The way is the quickest in one graph (`travel`): roads at the speed of class and surface, the ground at the
speed of its land class, straight approaches of at most `access_approach_m` (inclusive), straight ways to a
facility as near. Minutes lie within a threshold when <= it (to a millionth of a minute). Of equally near
facilities the first by code. Lengths are those of the planning plane. Ways hold both directions alike. What
is not reached is cut off; where a doubtful facility might be reached, or nothing is known of one, that is
unknown.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import shapely

from layers.plan.plan import Plan
from layers.planning.context import Context
from layers.planning.facilities import Facilities, Target, facilities_of, target_of
from layers.planning.origins import CELLS, Origins, origins_of
from layers.planning.patience import patiently
from layers.planning.results import Progress, Provenance, Reason, reason
from layers.planning.travel import Entries, Links, Spread, Travel, edge_between, spread
from layers.policy.bundle import Policy

REACHED, CUT_OFF, UNKNOWN = "reached", "cut_off", "unknown"
NETWORK, CROSS_COUNTRY = "network", "cross_country"
NOT_KNOWN = ("layer_absent", "access_doubtful")  # reasons that say nothing about the way
TOLERANCE = 1e-6  # minutes
STEPS = 6
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One place. minutes, km: None unless reached. off_km: how much of it across country. place: (kind id,
    row id)."""

    code: str
    name: str
    place: tuple[str, int]
    group: str
    gacha: int
    status: str
    minutes: float | None
    km: float | None
    off_km: float | None
    facility: int | None
    way: str | None
    reason: Reason


@dataclass(frozen=True, eq=False)
class Found:
    """Nearest facility of places (arrays of n): -1, inf and nan where none. begin: how each way begins."""

    facility: np.ndarray
    minutes: np.ndarray
    metres: np.ndarray
    road_m: np.ndarray
    begin: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Access:
    """The answer for every origin, in order of code. thresholds: minutes, ascending. travel, spread: how it
    was found."""

    target: Target
    facilities: Facilities
    origins: Origins
    rows: tuple[AccessRow, ...]
    thresholds: tuple[float, ...]
    provenance: Provenance
    travel: Travel = field(repr=False)
    entries: Entries = field(repr=False)
    links: Links = field(repr=False)
    spread: Spread = field(repr=False)

    def nearest(self, xy: np.ndarray) -> Found:
        """Return the nearest facility of any places (n, 2) in planning metres."""
        return _nearest(self, np.asarray(xy, np.float64).reshape(-1, 2))

    def route(self, x: float, y: float) -> Route | None:
        """Return the way from a place to its nearest facility; None where there is none."""
        return _route(self, x, y)

    @property
    def cell_minutes(self) -> np.ndarray:
        """Minutes of each cell of the surface (rows, columns): inf cut off, nan outside it."""
        ground = self.travel.ground
        found = np.where(np.isnan(ground.pace), np.nan, np.inf)
        found.ravel()[ground.cells] = self.spread.minutes[self.travel.first_cell :]
        return found


@dataclass(frozen=True, eq=False)
class Route:
    """A way: its line in planning metres from the place to the facility, and what it takes."""

    line: shapely.LineString
    facility: int
    minutes: float
    km: float
    off_km: float


def access(
    plan: Plan,
    policy: Policy,
    *,
    to: str,
    origins: str = "seats",
    year: int | None = None,
    thresholds: Sequence[float] | None = None,
    progress: Progress | None = None,
) -> Access:
    """Return the nearest facility of every origin.

    to: id of a service or kind, or a role (`facilities`). origins: one of `origins.ORIGINS`. year: what
    stands on 31 December of it. thresholds: minutes > 0; None: the policy's `access_thresholds`. progress:
    (steps done, 6), twice a second at least; what it raises cancels. Raises InputError `access_unknown`,
    `origins_unknown`, `unknown_rule`.
    """

    def step(done: int, work: Callable[..., T], *given: Any) -> T:
        return patiently(work, *given, tell=None if progress is None else lambda: progress(done, STEPS))

    context = Context(plan, policy, year)
    target = target_of(plan, to)
    travel = step(0, _travel, context)
    step(1, lambda: travel.matrix)
    facilities = facilities_of(context, target)
    places = step(2, origins_of, context, origins, travel.ground)
    chosen = thresholds or policy.rule("access_thresholds").values.values()
    links, entries = step(3, _entries_of, travel, facilities)
    found = step(4, spread, travel, entries, len(facilities))
    clauses = tuple(sorted({one.chapter for one in policy.targets_for_service(target.id)}))
    provenance = Provenance(plan, tuple(context.asked), policy.version, policy.digest, clauses, year)
    result = Access(
        target, facilities, places, (), tuple(sorted(set(chosen))), provenance, travel, entries, links, found
    )
    object.__setattr__(result, "rows", step(5, _rows, result))
    if progress:
        progress(STEPS, STEPS)
    return result


_kept: OrderedDict[Any, tuple[Travel, dict[str, None]]] = OrderedDict()
_lock = Lock()


def _travel(context: Context) -> Travel:
    """The graph of a plan, kept as long as its tables and the policy stay: one a plan is looked at several
    times."""
    kinds = {
        kind.id
        for role in ("unit.gacha", "unit.banner", "road", "water.river", "water.lake", "bridge",
                     "land.parcel",
                     "backdrop.land_cover")
        for kind in context.plan.catalogue.with_role(role)
    }  # fmt: skip
    tables = tuple(context.plan.tables.get(kind) for kind in sorted(kinds))
    with _lock:
        for key, (travel, asked) in _kept.items():
            same = len(key[0]) == len(tables) and all(a is b for a, b in zip(key[0], tables, strict=True))
            if same and key[1] is context.policy and key[2] == context.year:
                context.asked.update(asked)
                return travel
    travel = Travel(context)
    with _lock:
        _kept[(tables, context.policy, context.year)] = (travel, dict(context.asked))
        while len(_kept) > 2:
            _kept.popitem(last=False)
    return travel


# -- facilities in the graph -----------------------------------------------------------------------


def _entries_of(travel: Travel, facilities: Facilities) -> tuple[Links, Entries]:
    if not facilities.lines:
        xy = shapely.get_coordinates(facilities.geometry) if len(facilities) else np.empty((0, 2))
        links = travel.links(xy)
        return links, travel.entries(links)
    return travel.links(np.empty((0, 2))), _road_entries(travel, facilities)


def _road_entries(travel: Travel, facilities: Facilities) -> Entries:
    """A road is entered at either end of each of its pieces, at no cost."""
    of_line = _facility_of_line(travel, facilities)
    piece = np.flatnonzero(of_line[travel.piece_line] >= 0)
    place = np.tile(of_line[travel.piece_line[piece]], 2)
    node = np.r_[travel.piece_a[piece], travel.piece_b[piece]]
    nought = np.zeros(len(node))
    return Entries(place, node, nought, nought, nought, np.full(len(node), -1))


def _facility_of_line(travel: Travel, facilities: Facilities) -> np.ndarray:
    """Place of the facility that each road line is, -1 for none."""
    index = {place: at for at, place in enumerate(facilities.places)}
    roads = travel.roads
    return np.array(
        [
            index.get((travel.tables[table].kind.id, int(travel.tables[table].fids[row])), -1)
            for table, row in zip(roads.table_of, roads.row_of, strict=True)
        ],
        np.int64,
    )


# -- origins ---------------------------------------------------------------------------------------

THROUGH, ALONG, STRAIGHT = 0, 1, 2  # how a way begins: into the graph; along one piece of road; straight on


def _nearest(result: Access, xy: np.ndarray) -> Found:
    travel, found = result.travel, result.spread
    there = np.flatnonzero(np.isfinite(xy).all(axis=1))
    links = travel.links(xy[there])
    entries = travel.entries(links)
    through = (
        entries.place,
        found.source[entries.node],
        entries.minutes + found.minutes[entries.node],
        entries.metres + found.metres[entries.node],
        entries.road_m + found.road_m[entries.node],
        np.full(len(entries.place), THROUGH),
        entries.node,
        entries.link,
    )
    choices = [through, _along(result, links), _straight(result, xy[there])]
    place, facility, minutes, metres, road_m, how, at, link = (
        np.concatenate(part) for part in zip(*choices, strict=True)
    )
    good = np.isfinite(minutes)
    place, facility, minutes, metres = place[good], facility[good], minutes[good], metres[good]
    road_m, how, at, link = road_m[good], how[good], at[good], link[good]
    # Equal to a millionth of a minute is equal: then the first facility by code, then the shorter way.
    order = np.lexsort((link, at, how, np.round(metres, 3), facility, np.round(minutes, 6), place))
    first = order[np.r_[True, place[order][1:] != place[order][:-1]]] if len(order) else order
    answer = Found(
        np.full(len(xy), -1),
        np.full(len(xy), np.inf),
        np.full(len(xy), np.nan),
        np.full(len(xy), np.nan),
        (links.place, how[first], at[first], link[first]),
    )
    where = there[place[first]]
    answer.facility[where], answer.minutes[where] = facility[first], minutes[first]
    answer.metres[where], answer.road_m[where] = metres[first], road_m[first]
    return answer


def _along(result: Access, links: Links) -> tuple[np.ndarray, ...]:
    """Ways that begin and end on one piece of road."""
    travel, facilities = result.travel, result.facilities
    road = np.flatnonzero(links.piece >= 0)
    if facilities.lines:
        facility = _facility_of_line(travel, facilities)[travel.piece_line[links.piece[road]]]
        road, facility = road[facility >= 0], facility[facility >= 0]
        nought = np.zeros(len(road))
        return (links.place[road], facility, links.minutes[road], links.metres[road], nought,
                np.full(len(road), ALONG), np.full(len(road), -1), road)  # fmt: skip
    mine, theirs = _pairs(links.piece[road], result.links.piece)
    mine = road[mine]
    pace = travel.paces[travel.piece_line[links.piece[mine]]]
    metres = np.abs(links.along[mine] - result.links.along[theirs])
    return (
        links.place[mine],
        result.links.place[theirs],
        links.minutes[mine] + metres * pace + result.links.minutes[theirs],
        links.metres[mine] + metres + result.links.metres[theirs],
        metres,
        np.full(len(mine), ALONG),
        theirs,
        mine,
    )


def _pairs(ones: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of equal numbers (>= 0) in two arrays, every pair."""
    order = np.argsort(others, kind="stable")
    low = np.searchsorted(others[order], ones, side="left")
    count = np.where(ones >= 0, np.searchsorted(others[order], ones, side="right") - low, 0)
    mine = np.repeat(np.arange(len(ones)), count)
    step = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
    return mine, order[low[mine] + step]


def _straight(result: Access, xy: np.ndarray) -> tuple[np.ndarray, ...]:
    """Straight ways to facilities within reach."""
    travel, facilities = result.travel, result.facilities
    if facilities.lines or not len(facilities) or not len(xy):
        none = np.empty(0, np.int64)
        return none, none, np.empty(0), np.empty(0), np.empty(0), none, none, none
    points = shapely.points(xy)
    reach = travel.approach_m * (1 + 1e-9)
    place, facility = shapely.STRtree(facilities.geometry).query(points, predicate="dwithin", distance=reach)
    end = shapely.get_coordinates(facilities.geometry)[facility].reshape(-1, 2)
    metres = np.hypot(*(end - xy[place]).T)
    nothing = np.full(len(place), -1)
    minutes = travel.ground.straight(xy[place], end)
    return (
        place,
        facility,
        minutes,
        metres,
        np.zeros(len(place)),
        np.full(len(place), STRAIGHT),
        nothing,
        nothing,
    )


def _rows(result: Access) -> tuple[AccessRow, ...]:
    origins, facilities = result.origins, result.facilities
    if origins.what == CELLS:
        found = result.spread
        at = slice(result.travel.first_cell, None)
        facility, minutes = found.source[at], found.minutes[at]
        metres, road_m = found.metres[at], found.road_m[at]
    else:
        nearest = _nearest(result, origins.xy)
        facility, minutes, metres, road_m = nearest.facility, nearest.minutes, nearest.metres, nearest.road_m
    why = _why_not(result)
    rows = []
    for at in range(len(origins)):
        reached = facility[at] >= 0
        lost = np.isnan(origins.xy[at, 0])
        cause = reason("access_reached") if reached else reason("access_no_place") if lost else why
        status = REACHED if reached else UNKNOWN if lost or why.code in NOT_KNOWN else CUT_OFF
        rows.append(
            AccessRow(
                origins.codes[at],
                origins.names[at],
                origins.places[at],
                origins.groups[at],
                int(origins.gacha[at]),
                status,
                float(minutes[at]) if reached else None,
                float(metres[at]) / 1000 if reached else None,
                float(metres[at] - road_m[at]) / 1000 if reached else None,
                int(facility[at]) if reached else None,
                (NETWORK if road_m[at] > 0 or facilities.lines else CROSS_COUNTRY) if reached else None,
                cause,
            )
        )
    return tuple(rows)


def _why_not(result: Access) -> Reason:
    """Why a place with a position reaches nothing."""
    facilities = result.facilities
    kind = facilities.kinds[0].title
    if not facilities.known:
        return reason("layer_absent", kind=kind.zh, kind_en=kind.en)
    if facilities.doubtful:
        return reason("access_doubtful", unknown=facilities.doubtful)
    return reason("access_cut_off" if len(facilities) else "access_none_stands")


# -- one way ---------------------------------------------------------------------------------------


def _route(result: Access, x: float, y: float) -> Route | None:
    travel = result.travel
    xy = np.array([[x, y]], np.float64)
    nearest = _nearest(result, xy)
    if nearest.facility[0] < 0:
        return None
    facility = int(nearest.facility[0])
    _, how, at, link = nearest.begin
    links = travel.links(xy)
    line: list[np.ndarray] = [xy]
    if how[0] == STRAIGHT:
        line.append(shapely.get_coordinates(result.facilities.geometry[facility]))
    elif how[0] == ALONG and result.facilities.lines:
        line.append(links.xy[link[0]][None])
    elif how[0] == ALONG:
        line.append(
            _along_line(travel, links.piece[link[0]], links.along[link[0]], result.links.along[at[0]])
        )
        line.append(shapely.get_coordinates(result.facilities.geometry[facility]))
    else:
        line += _through(result, links, int(link[0]), int(at[0]), facility)
    coordinates = np.concatenate([part.reshape(-1, 2) for part in line])
    keep = np.r_[True, (np.abs(np.diff(coordinates, axis=0)) > 1e-6).any(axis=1)]
    coordinates = coordinates[keep] if keep.sum() > 1 else np.vstack([coordinates[:1]] * 2)
    metres, road_m = float(nearest.metres[0]), float(nearest.road_m[0])
    return Route(
        shapely.LineString(coordinates),
        facility,
        float(nearest.minutes[0]),
        metres / 1000,
        (metres - road_m) / 1000,
    )


def _through(result: Access, links: Links, link: int, node: int, facility: int) -> list[np.ndarray]:
    """The line into the graph at `node`, on to the last node before the facility, and out."""
    travel, found = result.travel, result.spread
    line = [_link_line(travel, links, link, node)]
    while found.before[node] >= 0:
        before = int(found.before[node])
        edge = int(edge_between(travel, np.array([node]), np.array([before]))[0])
        piece = int(travel.edge_piece[edge])
        if piece >= 0:
            low, high = travel.piece_from[piece], travel.piece_to[piece]
            one, two = (low, high) if travel.piece_a[piece] == node else (high, low)
            line.append(_along_line(travel, piece, one, two))
        line.append(travel.node_xy[before][None])
        node = before
    if result.facilities.lines:
        return line
    mine = np.flatnonzero((result.entries.place == facility) & (result.entries.node == node))
    best = mine[np.argmin(result.entries.minutes[mine])]
    out = _link_line(travel, result.links, int(result.entries.link[best]), node)[::-1]
    return [*line, out, shapely.get_coordinates(result.facilities.geometry[facility])]


def _link_line(travel: Travel, links: Links, link: int, node: int) -> np.ndarray:
    """From the far end of a straight way to the node that it leads to."""
    piece = int(links.piece[link])
    if piece < 0:
        return links.xy[link][None]
    to = travel.piece_from[piece] if travel.piece_a[piece] == node else travel.piece_to[piece]
    return _along_line(travel, piece, links.along[link], to)


def _along_line(travel: Travel, piece: int, one: float, two: float) -> np.ndarray:
    """The road between two places on a piece, in the order asked for."""
    from shapely.ops import substring

    line = travel.network.lines[travel.piece_line[piece]]
    return shapely.get_coordinates(substring(line, float(one), float(two)))
