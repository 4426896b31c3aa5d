"""What the loss of a stretch of road or of a bridge cuts off, and what is cut off already."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.planning.columns import code_text, is_in, values_of
from layers.planning.context import Context
from layers.planning.network import Roads, Snap
from layers.planning.road_access import Homes
from layers.planning.road_graph import CutTree, RoadGraph, cut_tree
from layers.planning.seats import seats_of
from layers.planning.units import BANNER, SUMU, Units

ONLY_WAY, CLOSED, CUT_OFF = "only_way", "closed", "cut_off"


@dataclass(frozen=True, slots=True)
class Loss:
    """Where, on which line, what is behind; gachas: places of those cut off from the seat of their sumu.

    feature: (layer, fid, code) of a bridge.
    """

    reason: str
    at: tuple[float, float]
    line: int
    km: float
    households: int | None
    gachas: tuple[int, ...]
    feature: tuple[str, int, str] | None = None


@dataclass(frozen=True, eq=False)
class Losses:
    """Sections of road, bridges, parts of the network."""

    sections: tuple[Loss, ...]
    bridges: tuple[Loss, ...]
    parts: tuple[Loss, ...]


def losses(context: Context, roads: Roads, graph: RoadGraph, homes: Homes, units: Units | None) -> Losses:
    """Return the sections and bridges whose loss cuts off a gacha, and the parts that hang on nothing.

    A seat stands at that end of its stretch which is nearer along the road. Sections: stretches of one road
    that cut off the same gachas are one, with what is behind the first of them as seen from the banner's
    seat. A bridge counts when it carries the only way and a gacha or a household is behind it.
    """
    if not len(graph.a):
        return Losses((), (), ())
    within = context.setting("road_snap_m")
    sumus, banner = context.units(SUMU), context.units(BANNER)
    gacha_at = _nodes(graph, seats_of(context, units).points, within)
    sumu_at = _nodes(graph, seats_of(context, sumus).points, within)
    banner_at = _nodes(graph, seats_of(context, banner).points, within)
    roots = [node for node in (*banner_at, *sumu_at, *gacha_at) if node >= 0]
    tree = cut_tree(graph, roots)
    km, people = tree.below(graph, graph.km), tree.below(graph, homes.per_stretch.astype(float))
    cuts = _cuts(tree, units, sumus, gacha_at, sumu_at)
    work = _Work(graph, homes, tree, km, people, cuts)
    return Losses(
        tuple(work.sections(roads)), tuple(work.bridges(context)),
        tuple(work.parts(banner_at, gacha_at)),
    )  # fmt: skip


def _nodes(graph: RoadGraph, points: np.ndarray, within: float) -> np.ndarray:
    """Node at which each point joins the network, -1 where none is near (int64)."""
    found = np.full(len(points), -1, np.int64)
    snap: Snap = graph.network.snap(points, within_m=within)
    if not len(snap.terminal):
        return found
    terminal, first = np.unique(snap.terminal, return_index=True)  # the nearest comes first
    stretch = graph.edge_at(snap.line[first], snap.along[first])
    edge = graph.edges[stretch]
    middle = (graph.network.edge_from_m[edge] + graph.network.edge_to_m[edge]) / 2
    node = np.where(snap.along[first] <= middle, graph.a[stretch], graph.b[stretch])
    found[terminal[stretch >= 0]] = node[stretch >= 0]
    return found


def _cuts(
    tree: CutTree, units: Units | None, sumus: Units | None, gacha_at: np.ndarray, sumu_at: np.ndarray
) -> dict[int, list[int]]:
    """Place (whose stretch up is a cut) -> gachas whose way to the seat of their sumu leads over it."""
    found: dict[int, list[int]] = {}
    if units is None or sumus is None:
        return found
    nearest, above, last = tree.nearest_cut().tolist(), tree.above.tolist(), tree.last.tolist()
    for gacha, code in enumerate(units.sumu_codes):
        root = sumus.index.get(code, -1)
        if gacha_at[gacha] < 0 or root < 0 or sumu_at[root] < 0:
            continue
        one, two = int(tree.place[gacha_at[gacha]]), int(tree.place[sumu_at[root]])
        if not _together(tree, one, two):
            continue
        for start, goal in ((one, two), (two, one)):
            at = nearest[start]
            while at >= 0 and not at <= goal <= last[at]:
                found.setdefault(at, []).append(gacha)
                at = nearest[above[at]]
    return found


def _together(tree: CutTree, one: int, two: int) -> bool:
    roots = np.flatnonzero(tree.up < 0)
    return bool(np.searchsorted(roots, one, "right") == np.searchsorted(roots, two, "right"))


class _Work:
    def __init__(
        self, graph: RoadGraph, homes: Homes, tree: CutTree, km: np.ndarray, people: np.ndarray,
        cuts: dict[int, list[int]],
    ) -> None:  # fmt: skip
        self.graph, self.homes, self.tree, self.km, self.people, self.cuts = (
            graph,
            homes,
            tree,
            km,
            people,
            cuts,
        )

    def sections(self, roads: Roads) -> list[Loss]:
        graph, network = self.graph, self.graph.network
        groups: dict[tuple[int, int, tuple[int, ...]], list[int]] = {}
        for place in sorted(self.cuts):
            line = int(network.edge_line[graph.edges[self.tree.up[place]]])
            gachas = tuple(sorted(set(self.cuts[place])))
            groups.setdefault((int(roads.table_of[line]), int(roads.row_of[line]), gachas), []).append(place)
        found = []
        for (_, _, gachas), places in groups.items():
            stretch = int(self.tree.up[places[0]])  # discovered first: nearest to the banner's seat
            edge = graph.edges[stretch]
            line = int(network.edge_line[edge])
            middle = shapely.line_interpolate_point(
                network.lines[line], (network.edge_from_m[edge] + network.edge_to_m[edge]) / 2
            )
            km = float(self.km[places[0]] + graph.km[stretch])
            people = int(self.people[places[0]] + self.homes.per_stretch[stretch])
            found.append(
                Loss(ONLY_WAY, (middle.x, middle.y), line, km, people if self.homes.there else None, gachas)
            )
        return found

    def bridges(self, context: Context) -> list[Loss]:
        within = context.policy.rule("road_fault_m").values["bridge"]
        below = {
            int(stretch): place for place, stretch in enumerate(self.tree.up.tolist()) if self.tree.cut[place]
        }
        by_stretch = np.argsort(self.homes.stretch, kind="stable")
        found = []
        for table in context.with_role("bridge"):
            snap = self.graph.network.snap(table.geometry, within_m=within)
            rows, first = np.unique(snap.terminal, return_index=True)
            stretches = self.graph.edge_at(snap.line[first], snap.along[first])
            codes = values_of(table, table.kind.key)
            closed = is_in(values_of(table, "passable"), (0, False))
            for row, at, stretch in zip(rows.tolist(), first.tolist(), stretches.tolist(), strict=True):
                if stretch not in below:
                    continue
                place = below[stretch]
                km, people = self._beyond(stretch, place, float(snap.along[at]), by_stretch)
                gachas = tuple(sorted(set(self.cuts.get(place, ()))))
                if not gachas and not people:
                    continue
                fid = int(table.fids[row])
                point = table.geometry[row]
                found.append(
                    Loss(
                        CLOSED if closed[row] else ONLY_WAY,
                        (point.x, point.y),
                        int(snap.line[at]),
                        km,
                        people if self.homes.there else None,
                        gachas,
                        (table.kind.id, fid, code_text(codes[row]) or str(fid)),
                    )  # fmt: skip
                )
        return found

    def _beyond(self, stretch: int, place: int, along: float, by_stretch: np.ndarray) -> tuple[float, int]:
        """km and households beyond a place on a cut stretch, its own far piece with them."""
        graph, network = self.graph, self.graph.network
        edge = graph.edges[stretch]
        ahead = self.tree.place[graph.b[stretch]] == place
        rest = network.edge_to_m[edge] - along if ahead else along - network.edge_from_m[edge]
        span = np.searchsorted(self.homes.stretch[by_stretch], [stretch, stretch + 1])
        own = self.homes.along[by_stretch[span[0] : span[1]]]
        more = int(((own > along) if ahead else (own < along)).sum())
        return float(self.km[place] + rest / 1000), int(self.people[place]) + more

    def parts(self, banner_at: np.ndarray, gacha_at: np.ndarray) -> list[Loss]:
        """Parts of the network but the main one: that of the banner's seat, or else the longest."""
        graph, network = self.graph, self.graph.network
        part = graph.parts[graph.a]
        km = np.bincount(part, graph.km, minlength=int(graph.parts.max()) + 1)
        people = np.bincount(part, self.homes.per_stretch, minlength=len(km))
        roots = banner_at[banner_at >= 0]
        main = int(graph.parts[roots[0]]) if len(roots) else int(km.argmax())
        gachas: dict[int, list[int]] = {}
        for gacha, node in enumerate(gacha_at.tolist()):
            if node >= 0:
                gachas.setdefault(int(graph.parts[node]), []).append(gacha)
        order = np.lexsort((-network.edge_m[graph.edges], part))
        named, first = np.unique(part[order], return_index=True)
        found = []
        for number, stretch in zip(named.tolist(), order[first].tolist(), strict=True):
            if number == main:
                continue
            edge = graph.edges[stretch]  # its longest stretch
            line = int(network.edge_line[edge])
            middle = shapely.line_interpolate_point(
                network.lines[line], (network.edge_from_m[edge] + network.edge_to_m[edge]) / 2
            )
            found.append(
                Loss(
                    CUT_OFF,
                    (middle.x, middle.y),
                    line,
                    float(km[number]),
                    int(people[number]) if self.homes.there else None,
                    tuple(gachas.get(number, ())),
                )  # fmt: skip
            )
        return found
