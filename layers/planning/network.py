"""The road network as a graph: vertices that coincide are joined, crossings without a common vertex are not.

What makes a junction: two vertices of which at least one ends a line, no further apart than `node_m`; or two
inner vertices of different lines at the very same place (to the millimetre). A road that passes over another
without a vertex there stays apart, and so does a line that ends on another's flank where that has no vertex.
Near vertices are not merged (a densely drawn road would collapse into a point) but joined by a link as long
as their distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from layers.plan.table import Table
from layers.planning.columns import is_in, is_null, standing, values_of

DETOUR, NEAR_M = 2.0, 5_000.0  # how far the first search goes: twice the straight line, and 5 km
SAME_PLACE_DIGITS = 3  # decimals of a metre within which two vertices are the same place


@dataclass(frozen=True, eq=False)
class Roads:
    """Simple lines of all road layers: `lines` (shapely LineStrings), and of each its table and row.

    certain, possible: whether a line surely, or perhaps (a null where a value is asked for), may be used.
    """

    lines: np.ndarray
    table_of: np.ndarray
    row_of: np.ndarray
    certain: np.ndarray
    possible: np.ndarray


def roads_of(
    tables: Sequence[Table],
    *,
    passable: str | None = None,
    date: str | None = None,
    year: int | None = None,
    where: Sequence[tuple[str, Sequence[object]]] = (),
) -> Roads:
    """Return the usable lines of road tables.

    passable: boolean column that must not be false (a null is passable: a road is a road unless said
    otherwise). date, year: see `columns.standing`; proposals are left out. where: (column, values) that must
    hold; a null there makes the line possible and not certain.
    """
    parts = []
    for number, table in enumerate(tables):
        usable = standing(table, year, date) & ~is_in(values_of(table, passable), (0, False))
        certain, possible = usable.copy(), usable.copy()
        for name, wanted in where:
            values = values_of(table, name)
            met = is_in(values, wanted)
            certain &= met
            possible &= met | is_null(values)
        rows = np.flatnonzero(possible & ~shapely.is_missing(table.geometry))
        lines, owner = shapely.get_parts(table.geometry[rows], return_index=True)
        sound = np.isfinite(shapely.bounds(lines)).all(axis=1) & (shapely.length(lines) > 0)
        rows = rows[owner[sound]]
        parts.append((lines[sound], np.full(len(rows), number), rows, certain[rows], possible[rows]))
    columns = (
        [np.concatenate(column) for column in zip(*parts, strict=True)]
        if parts
        else [np.empty(0, object), np.empty(0, int), np.empty(0, int), np.empty(0, bool), np.empty(0, bool)]
    )
    return Roads(*columns)


@dataclass(frozen=True, eq=False)
class Snap:
    """Places where terminals touch lines: terminal, line, metres along the line, metres away."""

    terminal: np.ndarray
    line: np.ndarray
    along: np.ndarray
    away: np.ndarray


class Network:
    """Graph of `lines` (plane metres of the planning CRS).

    Edges are the stretches between junctions and ends; `edge_line`, `edge_from_m`, `edge_to_m` say which
    stretch of which line each edge is. Links between near vertices are edges of line -1.
    """

    def __init__(self, lines: np.ndarray, *, node_m: float) -> None:
        self.lines = lines
        self._build(node_m)

    def _build(self, node_m: float) -> None:
        xy, line = shapely.get_coordinates(self.lines, return_index=True)
        count = len(xy)
        new_line = np.r_[True, line[1:] != line[:-1]] if count else np.empty(0, bool)
        step = np.r_[0.0, np.hypot(*(xy[1:] - xy[:-1]).T)] if count else np.empty(0)
        step[new_line] = 0.0
        run = np.cumsum(step)
        along = run - run[new_line][line] if count else run
        ends = new_line | np.r_[new_line[1:], True] if count else new_line
        places, of_vertex = _places(xy)
        vertices_at = np.bincount(of_vertex, minlength=len(places))
        ending = np.zeros(len(places), bool)
        ending[of_vertex[ends]] = True
        links, metres = _near(places, ending, node_m)
        keep = ending | (vertices_at > 1)
        keep[links.ravel()] = True
        nodes = np.flatnonzero(keep)
        number = np.full(len(places), -1, np.int64)
        number[nodes] = np.arange(len(nodes))
        kept = np.flatnonzero(keep[of_vertex])
        joined = line[kept[1:]] == line[kept[:-1]] if len(kept) else np.empty(0, bool)
        first, last = kept[:-1][joined], kept[1:][joined]
        self.node_xy = places[nodes]
        self.edge_a = np.r_[number[of_vertex[first]], number[links[:, 0]]]
        self.edge_b = np.r_[number[of_vertex[last]], number[links[:, 1]]]
        self.edge_m = np.r_[along[last] - along[first], metres]
        self.edge_line = np.r_[line[first], np.full(len(links), -1, line.dtype)]
        self.edge_from_m = np.r_[along[first], np.zeros(len(links))]
        self.edge_to_m = np.r_[along[last], metres]

    @property
    def node_count(self) -> int:
        """How many junctions and ends there are."""
        return len(self.node_xy)

    @cached_property
    def components(self) -> np.ndarray:
        """Number of each node's connected part (int32)."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        weights = np.ones(len(self.edge_a), np.int8)
        matrix = coo_array((weights, (self.edge_a, self.edge_b)), shape=(self.node_count,) * 2)
        return connected_components(matrix.tocsr(), directed=False)[1]

    @cached_property
    def line_component(self) -> np.ndarray:
        """Number of the connected part that each line belongs to (int64)."""
        parts = np.full(len(self.lines), -1, np.int64)
        real = self.edge_line >= 0
        parts[self.edge_line[real]] = self.components[self.edge_a[real]]
        return parts

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the lines."""
        return shapely.STRtree(self.lines)

    def snap(self, points: np.ndarray, *, within_m: float) -> Snap:
        """Return every line no further than `within_m` (inclusive) from each point; None has no line."""
        there = np.flatnonzero(~shapely.is_missing(points))
        # The index is asked a hair wider, and the stated distance decides: exactly `within_m` counts.
        terminal, line = self.tree.query(points[there], predicate="dwithin", distance=within_m * (1 + 1e-9))
        terminal = there[terminal]
        away = shapely.distance(points[terminal], self.lines[line])
        close = away <= within_m + 1e-6
        terminal, line, away = terminal[close], line[close], away[close]
        along = shapely.line_locate_point(self.lines[line], points[terminal])
        order = np.lexsort((line, away, terminal))
        return Snap(terminal[order], line[order], along[order], away[order])

    def distances_km(self, sources: Snap, targets: Snap, *, pairs: np.ndarray) -> np.ndarray:
        """Return the shortest way along the network for each (source terminal, target terminal) pair, in km.

        Terminals stand on every line within reach, at the nearest point of it; the way from the terminal to
        the line is added. nan where there is none. No way leads through another terminal.
        """
        from scipy.sparse.csgraph import dijkstra

        if not len(pairs):
            return np.empty(0)
        matrix, source_node, target_node, xy = self._split(sources, targets)
        result = np.full(len(pairs), np.nan)
        for source in np.unique(pairs[:, 0]):
            mine = np.flatnonzero(pairs[:, 0] == source)
            mine = mine[[int(target) in target_node for target in pairs[mine, 1]]]
            if int(source) not in source_node or not len(mine):
                continue
            start = source_node[int(source)]
            nodes = np.array([target_node[int(target)] for target in pairs[mine, 1]])
            # Look near first: a way no longer than `limit` stays within that distance of its start, so a
            # search of the whole region for each root is needed for the odd detour only.
            off = np.hypot(*(xy - xy[start]).T)
            limit = DETOUR * off[nodes].max() + NEAR_M
            near = np.flatnonzero(off <= limit)
            metres = dijkstra(
                matrix[near][:, near], directed=True, indices=np.searchsorted(near, start), limit=limit
            )[np.searchsorted(near, nodes)]
            if not np.isfinite(metres).all():
                metres = dijkstra(matrix, directed=True, indices=start)[nodes]
            result[mine] = metres / 1000
        result[~np.isfinite(result)] = np.nan
        return result

    def _split(self, sources: Snap, targets: Snap):  # noqa: ANN202 (scipy is imported late)
        """The directed graph with lines cut where terminals touch; sources only lead out, targets only in.

        Returns the matrix, the node of each source, of each target, and where every node is (x, y).
        """
        from scipy.sparse import csr_array

        line = np.r_[sources.line, targets.line]
        along = np.r_[sources.along, targets.along]
        edge = self._edge_at(line, along)
        along = np.clip(along, self.edge_from_m[edge], self.edge_to_m[edge])
        cut = self.node_count + np.arange(len(line))
        a, b, metres = self._pieces(edge, along, cut)
        outs, ins = np.unique(sources.terminal), np.unique(targets.terminal)
        total = self.node_count + len(line)
        out_node = total + np.searchsorted(outs, sources.terminal)
        in_node = total + len(outs) + np.searchsorted(ins, targets.terminal)
        split = len(sources.line)
        tail = np.r_[a, b, out_node, cut[split:]]
        head = np.r_[b, a, cut[:split], in_node]
        weight = np.r_[metres, metres, sources.away, targets.away]
        total += len(outs) + len(ins)
        matrix = _lightest(tail, head, weight, total, csr_array)
        # A terminal stands for the map where it first touches a line.
        touch = shapely.get_coordinates(shapely.line_interpolate_point(self.lines[line], along))
        first_out = np.unique(sources.terminal, return_index=True)[1]
        first_in = split + np.unique(targets.terminal, return_index=True)[1]
        xy = np.vstack([self.node_xy, touch, touch[first_out], touch[first_in]])
        return (
            matrix,
            {int(name): self.node_count + len(line) + at for at, name in enumerate(outs)},
            {int(name): self.node_count + len(line) + len(outs) + at for at, name in enumerate(ins)},
            xy,
        )

    @cached_property
    def _stretches(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Edges that are stretches of lines, in order of line and start; that order as numbers; a line's
        share."""
        real = np.flatnonzero(self.edge_line >= 0)
        order = real[np.lexsort((self.edge_from_m[real], self.edge_line[real]))]
        span = float(self.edge_to_m.max(initial=0.0)) + 1.0
        return order, self.edge_line[order] * span + self.edge_from_m[order], span

    def _edge_at(self, line: np.ndarray, along: np.ndarray) -> np.ndarray:
        """The stretch of each place on a line; at a junction the one that begins there."""
        order, starts, span = self._stretches
        first = np.searchsorted(starts, line * span, side="left")
        return order[np.maximum(np.searchsorted(starts, line * span + along, side="right") - 1, first)]

    def _pieces(self, edge: np.ndarray, along: np.ndarray, cut: np.ndarray):  # noqa: ANN202
        """Edges after cutting: (a, b, metres)."""
        whole = np.ones(len(self.edge_a), bool)
        whole[edge] = False
        touched = np.unique(edge)
        # Each touched edge becomes the row: its start, its cuts in order, its end.
        of_edge = np.r_[touched, edge, touched]
        at = np.r_[self.edge_from_m[touched], along, self.edge_to_m[touched]]
        node = np.r_[self.edge_a[touched], cut, self.edge_b[touched]]
        rank = np.r_[np.zeros(len(touched)), np.ones(len(edge)), np.full(len(touched), 2)]
        order = np.lexsort((node, rank, at, of_edge))
        # A cut at the very start or end must stay between them.
        order = order[np.lexsort((at[order], rank[order], of_edge[order]))]
        of_edge, at, node = of_edge[order], at[order], node[order]
        joined = of_edge[1:] == of_edge[:-1]
        return (
            np.r_[self.edge_a[whole], node[:-1][joined]],
            np.r_[self.edge_b[whole], node[1:][joined]],
            np.r_[self.edge_m[whole], (at[1:] - at[:-1])[joined]],
        )


def _places(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct places (n, 2) and the place of each vertex."""
    if not len(xy):
        return xy, np.empty(0, np.int64)
    rounded = np.round(xy, SAME_PLACE_DIGITS) + 0.0
    order = np.lexsort((rounded[:, 1], rounded[:, 0]))
    first = np.r_[True, (rounded[order][1:] != rounded[order][:-1]).any(axis=1)]
    number = np.empty(len(xy), np.int64)
    number[order] = np.cumsum(first) - 1
    return rounded[order][first], number


def _near(places: np.ndarray, ending: np.ndarray, node_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of distinct places within `node_m` (inclusive), at least one of them an end; their distances."""
    if not len(places) or node_m <= 0:
        return np.empty((0, 2), np.int64), np.empty(0)
    from scipy.spatial import cKDTree

    ends = np.flatnonzero(ending)
    close = cKDTree(places[ends]).sparse_distance_matrix(
        cKDTree(places), node_m + 1e-6, output_type="coo_matrix"
    )
    pairs = np.column_stack([ends[close.row], close.col])
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    different = low != high
    pairs = np.unique(np.column_stack([low, high])[different], axis=0).astype(np.int64)
    return pairs, np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)


def _lightest(tail, head, weight, size, csr_array):  # noqa: ANN001, ANN202
    """A sparse matrix that keeps the lightest of parallel edges (scipy would add them up)."""
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    first = np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])]
    tail, head, weight = tail[first], head[first], weight[first]
    # Dijkstra reads a stored 0 as no edge; a hundredth of a millimetre is no distance on a road.
    weight = np.maximum(weight, 1e-5)
    return csr_array((weight, (tail, head)), shape=(size, size))
