"""Roads and the ground between them as one graph of minutes, and the ways in it.

Nodes: junctions and ends of roads, the places where the ground meets a road, and the cells of the ground. A
cell is tied to the road lines no further from its middle than three quarters of its side, by the straight
way. Places (facilities, origins) are no nodes: each is tied by straight ways to the nearest point of every
line within `approach_m` (inclusive), and to the middles of its own and the eight neighbouring cells. So
adding a place changes nobody else's way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from layers.planning.context import Context
from layers.planning.ground import Ground, ground_of
from layers.planning.network import Network, Roads, roads_of
from layers.planning.speeds import road_paces

TIE_SIDE = 0.75  # sides of a cell within which its middle is tied to a road
TIE_BREAK = 1e-10  # minutes that the next facility in order is worse by, so that equals go to the first
ROAD_KIND = "road"


@dataclass(frozen=True, eq=False)
class Links:
    """Straight ways from places: to a road (piece >= 0, `along` metres on its line) or to a cell (node >= 0).

    place: which place each is of. minutes, metres: of the straight way. xy: its other end (n, 2).
    """

    place: np.ndarray
    node: np.ndarray
    piece: np.ndarray
    along: np.ndarray
    minutes: np.ndarray
    metres: np.ndarray
    xy: np.ndarray


@dataclass(frozen=True, eq=False)
class Entries:
    """Ways from places into nodes of the graph; `link` is the straight way that each begins with."""

    place: np.ndarray
    node: np.ndarray
    minutes: np.ndarray
    metres: np.ndarray
    road_m: np.ndarray
    link: np.ndarray


class Travel:
    """The graph of a plan's roads and ground. `tables`, `roads`, `paces`: the road layers and their usable
    lines."""

    def __init__(self, context: Context) -> None:
        self.ground: Ground = ground_of(context)
        self.tables = context.with_role(ROAD_KIND)
        self.approach_m = context.setting("access_approach_m")
        roads = roads_of(self.tables, passable="passable", date="opened_on", year=context.year)
        paces = road_paces(context.policy, self.tables, roads)
        usable = np.isfinite(paces)
        self.roads = Roads(*(getattr(roads, name)[usable] for name in Roads.__dataclass_fields__))
        self.paces = paces[usable]
        self.network = Network(self.roads.lines, node_m=context.setting("road_node_m"))
        self._cut()

    # -- building ----------------------------------------------------------------------------------

    def _cut(self) -> None:
        """Cut the roads where cells are tied to them; pieces in order of line and metres."""
        network, ground = self.network, self.ground
        cell, line, away = self._near_lines()
        along = shapely.line_locate_point(network.lines[line], shapely.points(ground.xy[cell]))
        touch = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[line], along))
        minutes = ground.straight(ground.xy[cell], touch)
        free = np.isfinite(minutes)
        cell, line, along = cell[free], line[free], along[free]
        minutes, away, touch = minutes[free], away[free], touch[free]
        self.first_touch, self.first_cell = network.node_count, network.node_count + len(cell)
        self.node_count = self.first_cell + len(ground.cells)
        touch_node = self.first_touch + np.arange(len(cell))
        self.node_xy = np.vstack([network.node_xy.reshape(-1, 2), touch, ground.xy])
        self._pieces(line, along, touch_node)
        one, two, step_minutes, step_metres = ground.steps()
        joint = network.edge_line < 0
        real = self.piece_to - self.piece_from
        self.tail = np.r_[
            self.piece_a, network.edge_a[joint], touch_node, self.first_cell + one
        ]
        self.head = np.r_[
            self.piece_b, network.edge_b[joint], self.first_cell + cell, self.first_cell + two
        ]
        self.minutes = np.r_[
            real * self.paces[self.piece_line], network.edge_m[joint] * ground.walking, minutes, step_minutes
        ]
        self.metres = np.r_[real, network.edge_m[joint], away, step_metres]
        self.road_m = np.r_[real, network.edge_m[joint], np.zeros(len(cell) + len(one))]
        self.edge_piece = np.r_[np.arange(len(real)), np.full(len(self.tail) - len(real), -1)]

    def _near_lines(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pairs of cells and the lines nearest to their middles, and how far apart."""
        ground = self.ground
        if not len(ground.cells) or not len(self.network.lines):
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        reach = TIE_SIDE * ground.cell_m
        points = shapely.points(ground.xy)
        cell, line = self.network.tree.query(points, predicate="dwithin", distance=reach)
        away = shapely.distance(points[cell], self.network.lines[line])
        order = np.lexsort((line, cell))
        return cell[order], line[order], away[order]

    def _pieces(self, line: np.ndarray, along: np.ndarray, node: np.ndarray) -> None:
        """Stretches of roads between junctions and ties."""
        network = self.network
        edges = np.flatnonzero(network.edge_line >= 0)
        edges = edges[np.lexsort((network.edge_from_m[edges], network.edge_line[edges]))]
        ends = (
            edges[np.flatnonzero(np.r_[np.diff(network.edge_line[edges]) > 0, True])] if len(edges) else edges
        )
        # The start of each stretch, and each tie within it, begins a piece; the next on the line ends it.
        at_line = np.r_[network.edge_line[edges], line, network.edge_line[ends]]
        at_m = np.r_[network.edge_from_m[edges], along, network.edge_to_m[ends]]
        at_node = np.r_[network.edge_a[edges], node, network.edge_b[ends]]
        # A tie at a stretch's very start stands after it, at the line's very end before it.
        rank = np.r_[np.zeros(len(edges)), np.ones(len(line)), np.full(len(ends), 2)]
        order = np.lexsort((at_node, rank, at_m, at_line))
        at_line, at_m, at_node = at_line[order], at_m[order], at_node[order]
        same = at_line[1:] == at_line[:-1]
        self.piece_line = at_line[:-1][same].astype(np.int64)
        self.piece_from, self.piece_to = at_m[:-1][same], at_m[1:][same]
        self.piece_a, self.piece_b = at_node[:-1][same].astype(np.int64), at_node[1:][same].astype(np.int64)
        self._span = float(at_m.max(initial=0.0)) + 1.0
        self._starts = self.piece_line * self._span + self.piece_from

    def piece_at(self, line: np.ndarray, along: np.ndarray) -> np.ndarray:
        """Return the piece of each place on a line."""
        found = np.searchsorted(self._starts, line * self._span + along, side="right") - 1
        return np.clip(found, np.searchsorted(self.piece_line, line, side="left"), None)

    @cached_property
    def matrix(self):  # noqa: ANN201 (scipy is imported late)
        """Minutes both ways, the lightest of parallel edges; `edge_of` the edge of each stored number."""
        from scipy.sparse import csr_array

        tail, head = np.r_[self.tail, self.head], np.r_[self.head, self.tail]
        weight, edge = np.tile(self.minutes, 2), np.tile(np.arange(len(self.tail)), 2)
        order = np.lexsort((edge, weight, head, tail))
        tail, head, weight, edge = tail[order], head[order], weight[order], edge[order]
        first = np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])] if len(tail) else tail > 0
        self.edge_of = edge[first]
        # A stored 0 would be no edge; a hundred-millionth of a minute is no time.
        weight = np.maximum(weight[first], 1e-8)
        return csr_array((weight, (tail[first], head[first])), shape=(self.node_count,) * 2)

    @cached_property
    def pairs(self) -> np.ndarray:
        """Tail and head of each stored number of `matrix` in one number (int64, ascending)."""
        tails = np.repeat(np.arange(self.node_count, dtype=np.int64), np.diff(self.matrix.indptr))
        return tails * self.node_count + self.matrix.indices

    # -- places ------------------------------------------------------------------------------------

    def links(self, xy: np.ndarray) -> Links:
        """Return the straight ways from places (n, 2) to roads and cells; those over a barrier are left
        out."""
        road = self._road_links(xy)
        cell = self._cell_links(xy)
        parts = [np.concatenate(pair) for pair in zip(road, cell, strict=True)]
        place, node, piece, along, metres, end = parts
        minutes = self.ground.straight(xy[place], end)
        free = np.isfinite(minutes)
        return Links(
            place[free], node[free], piece[free], along[free], minutes[free], metres[free], end[free]
        )

    def _road_links(self, xy: np.ndarray) -> tuple[np.ndarray, ...]:
        snap = self.network.snap(shapely.points(xy), within_m=self.approach_m)
        end = shapely.get_coordinates(
            shapely.line_interpolate_point(self.network.lines[snap.line], snap.along)
        )
        piece = self.piece_at(snap.line, snap.along)
        return snap.terminal, np.full(len(piece), -1), piece, snap.along, snap.away, end.reshape(-1, 2)

    def _cell_links(self, xy: np.ndarray) -> tuple[np.ndarray, ...]:
        row, column = self.ground.place(xy)
        place, cells = [], []
        for up in (-1, 0, 1):
            for right in (-1, 0, 1):
                y, x = row + up, column + right
                shape = self.ground.number.shape
                inside = np.flatnonzero((y >= 0) & (x >= 0) & (y < shape[0]) & (x < shape[1]))
                cell = self.ground.number[y[inside], x[inside]]
                place.append(inside[cell >= 0])
                cells.append(cell[cell >= 0])
        at, cell = np.concatenate(place), np.concatenate(cells)
        end = self.ground.xy[cell].reshape(-1, 2)
        nothing = np.full(len(at), -1)
        return at, self.first_cell + cell, nothing, np.zeros(len(at)), np.hypot(*(end - xy[at]).T), end

    def entries(self, links: Links) -> Entries:
        """Return the ways from places into the graph: a road link leads to both ends of its piece."""
        road = np.flatnonzero(links.piece >= 0)
        cell = np.flatnonzero(links.piece < 0)
        piece = links.piece[road]
        pace = self.paces[self.piece_line[piece]]
        back = np.maximum(links.along[road] - self.piece_from[piece], 0.0)
        forth = np.maximum(self.piece_to[piece] - links.along[road], 0.0)
        link = np.r_[road, road, cell]
        road_m = np.r_[back, forth, np.zeros(len(cell))]
        minutes = links.minutes[link] + np.r_[back * pace, forth * pace, np.zeros(len(cell))]
        node = np.r_[self.piece_a[piece], self.piece_b[piece], links.node[cell]]
        return Entries(links.place[link], node, minutes, links.metres[link] + road_m, road_m, link)


@dataclass(frozen=True, eq=False)
class Spread:
    """Every node's quickest way from the nearest of several sources.

    minutes, metres, road_m (all float64, inf and nan where none leads), source: its place, -1. before: the
    node before, or -1 where the way begins at the source itself.
    """

    minutes: np.ndarray
    metres: np.ndarray
    road_m: np.ndarray
    source: np.ndarray
    before: np.ndarray


def spread(travel: Travel, entries: Entries, sources: int) -> Spread:
    """Return the quickest ways from sources (places 0 … sources - 1, in the order that decides between
    equals)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    base, count = travel.matrix, travel.node_count
    order = np.lexsort((entries.minutes, entries.node, entries.place))
    place, node = entries.place[order], entries.node[order]
    first = np.r_[True, (place[1:] != place[:-1]) | (node[1:] != node[:-1])] if len(order) else order > 0
    order = order[first]
    place, node = entries.place[order], entries.node[order]
    weight = np.maximum(entries.minutes[order], 1e-8) + (place + 1) * TIE_BREAK
    pointers = np.r_[base.indptr, base.indptr[-1] + np.cumsum(np.bincount(place, minlength=sources))]
    data = (np.r_[base.data, weight], np.r_[base.indices, node], pointers)
    graph = csr_array(data, shape=(count + sources,) * 2)
    minutes, before, source = dijkstra(
        graph, directed=True, indices=count + np.arange(sources), min_only=True, return_predecessors=True
    ) if sources else (np.full(count, np.inf), np.full(count, -9999), np.full(count, -9999))
    minutes, before, source = minutes[:count], before[:count].astype(np.int64), source[:count]
    reached = np.isfinite(minutes)
    source = np.where(reached, source - count, -1)
    minutes = np.where(reached, minutes - (source + 1) * TIE_BREAK, np.inf)
    metres, road_m = _lengths(travel, entries, order, before, source, reached)
    return Spread(minutes, metres, road_m, source, np.where(before >= count, -1, before))


def _lengths(travel: Travel, entries: Entries, order, before, source, reached):  # noqa: ANN001, ANN202
    """Metres along the ways of all nodes at once: lengths and pointers are doubled until all stand at a
    source."""
    count = travel.node_count
    nodes = np.flatnonzero(reached)
    metres, road_m = np.full(count + 1, np.nan), np.full(count + 1, np.nan)
    metres[-1] = road_m[-1] = 0.0
    pointer = np.full(count + 1, count, np.int64)
    starts = nodes[before[nodes] >= count]
    key = entries.place[order].astype(np.int64) * (count + 1) + entries.node[order]
    entry = order[np.searchsorted(key, source[starts] * (count + 1) + starts)] if len(starts) else starts
    metres[starts], road_m[starts] = entries.metres[entry], entries.road_m[entry]
    inner = nodes[before[nodes] < count]
    edge = edge_between(travel, before[inner], inner)
    metres[inner], road_m[inner], pointer[inner] = travel.metres[edge], travel.road_m[edge], before[inner]
    while (pointer[nodes] < count).any():
        metres, road_m, pointer = metres + metres[pointer], road_m + road_m[pointer], pointer[pointer]
    return metres[:-1], road_m[:-1]


def edge_between(travel: Travel, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return the quickest edge between neighbouring nodes."""
    wanted = np.asarray(one, np.int64) * travel.node_count + two
    return travel.edge_of[np.searchsorted(travel.pairs, wanted)]
