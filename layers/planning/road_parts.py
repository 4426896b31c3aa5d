"""The connected parts of the road network, the longest first: what is cut off is named with its size, never
dropped.

Roads that cross without a common vertex stay apart (`network`). A seat or household stands on the part of the
nearest line no further than the policy's `road_snap_m` (inclusive). Lengths are those of the planning plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.plan.plan import Plan
from layers.planning.context import Context
from layers.planning.network import Network
from layers.planning.results import Progress, Provenance
from layers.planning.seats import seats_of
from layers.planning.units import GACHA
from layers.policy.bundle import Policy

ROAD, HOUSEHOLD = "road", "household"


@dataclass(frozen=True, eq=False)
class RoadPart:
    """One part. number: 1 is the main one. gachas: codes of those whose seat stands on it.

    households: None where that layer is absent. geometry: its lines (MultiLineString, planning metres).
    """

    number: int
    km: float
    lines: int
    nodes: int
    gachas: tuple[str, ...]
    gacha_names: tuple[str, ...]
    households: int | None
    geometry: shapely.MultiLineString

    @property
    def main(self) -> bool:
        """Whether it is the longest part."""
        return self.number == 1


@dataclass(frozen=True, eq=False)
class RoadParts:
    """Parts by descending length (then by their south-western corner). off_road: households on none; None
    unknown."""

    parts: tuple[RoadPart, ...]
    known: bool
    off_road: int | None
    provenance: Provenance

    @property
    def cut_off(self) -> tuple[RoadPart, ...]:
        """All but the main part."""
        return self.parts[1:]


def road_parts(
    plan: Plan, policy: Policy, *, year: int | None = None, progress: Progress | None = None
) -> RoadParts:
    """Return the parts of the passable roads; `known` is False where no road layer is there.

    Raises InputError `unknown_rule`.
    """
    tell = progress or (lambda _done, _total: None)
    tell(0, 2)
    context = Context(plan, policy, year)
    tables = context.with_role(ROAD)
    roads = context.roads(tables)
    network = context.network(roads, roads.possible)
    tell(1, 2)
    km = np.bincount(network.line_component, shapely.length(network.lines), minlength=_count(network)) / 1000
    lines = np.bincount(network.line_component, minlength=len(km))
    nodes = np.bincount(network.components, minlength=len(km))
    within = context.setting("road_snap_m")
    units = context.units(GACHA)
    seats = _on(network, seats_of(context, units).points, within)
    people = [table.geometry for table in context.with_role(HOUSEHOLD)]
    homes = _on(network, np.concatenate(people), within) if people else None
    bounds = np.full((len(km), 4), np.inf)
    np.minimum.at(bounds, network.line_component, shapely.bounds(network.lines))
    order = np.lexsort((bounds[:, 1], bounds[:, 0], -np.round(km, 6)))
    parts = []
    for number, at in enumerate(order, 1):
        mine = np.flatnonzero(seats == at)
        parts.append(
            RoadPart(
                number,
                float(km[at]),
                int(lines[at]),
                int(nodes[at]),
                tuple(units.codes[seat] for seat in mine) if units else (),
                tuple(units.names[seat] for seat in mine) if units else (),
                None if homes is None else int((homes == at).sum()),
                shapely.multilinestrings(network.lines[network.line_component == at]),
            )
        )
    tell(2, 2)
    provenance = Provenance(plan, tuple(context.asked), policy.version, policy.digest, (), year)
    off = None if homes is None else int((homes < 0).sum())
    return RoadParts(tuple(parts), bool(tables), off, provenance)


def _count(network: Network) -> int:
    return int(network.components.max(initial=-1)) + 1


def _on(network: Network, points: np.ndarray, within_m: float) -> np.ndarray:
    """The part that each point stands on, -1 for none."""
    found = np.full(len(points), -1, np.int64)
    snap = network.snap(points, within_m=within_m)  # by terminal, then the nearest first
    first = np.unique(snap.terminal, return_index=True)[1]
    found[snap.terminal[first]] = network.line_component[snap.line[first]]
    return found
