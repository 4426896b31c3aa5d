"""Road reach: whether a path along passable roads leads from a unit's seat to the seat above it.

The root of a gacha is the seat of its sumu, that of a sumu the seat of the banner. Both ends must lie no
further than the policy's `road_snap_m` (inclusive) from a road of the asked surface or class, and the whole
path must be of it. A straight line never counts. What a vertex joins and what stays apart: `network`.
"""

from __future__ import annotations

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.planning.context import Context, Count, Need, unknown_count
from layers.planning.network import Network, Snap
from layers.planning.results import MET, NONE, SHORT, UNKNOWN, Reason, reason
from layers.planning.seats import seats_of
from layers.planning.units import BANNER, GACHA, SUMU, Units

ABOVE = {GACHA: SUMU, SUMU: BANNER}


def road_reach(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Say of each unit whether it is reached; unknown where roads or a seat are missing.

    A path that only exists if roads of unknown surface (or class) have the asked one is unknown, not short.
    """
    needs = context.needs(service, units)
    tables = context.tables(kinds)
    if not tables:
        why = reason("layer_absent", kind=kinds[0].title.zh, kind_en=kinds[0].title.en)
        return [unknown_count(need, why) for need in needs], 0
    role = str(service.option("seat", "seat"))
    seats = seats_of(context, units, role=role)
    roots, root_points = _roots(context, units, role)
    roads = context.roads(tables, service)
    within = context.setting("road_snap_m")
    certain = _Paths(context.network(roads, roads.certain), seats.points, root_points, roots, within)
    possible = (
        certain
        if (roads.certain == roads.possible).all()
        else _Paths(context.network(roads, roads.possible), seats.points, root_points, roots, within)
    )
    km = certain.kilometres()
    return [
        _judge(
            need,
            seats.points[at],
            root_points[roots[at]] if roots[at] >= 0 else None,
            certain,
            possible,
            at,
            float(km[at]),
        )
        for at, need in enumerate(needs)
    ], 0


def _roots(context: Context, units: Units, role: str) -> tuple[np.ndarray, np.ndarray]:
    """For each unit the place of its root in the points that follow; -1 where there is none."""
    above = context.units(ABOVE[units.role]) if units.role in ABOVE else None
    if above is None or not len(above):
        return np.full(len(units), -1), np.empty(0, object)
    points = seats_of(context, above, role=role).points
    if units.role == GACHA:
        return np.array([above.index.get(code, -1) for code in units.sumu_codes], np.int64), points
    return np.zeros(len(units), np.int64), points  # one banner a project; the first by code


class _Paths:
    """Which units a network joins to their roots."""

    def __init__(
        self, network: Network, seats: np.ndarray, root_points: np.ndarray, roots: np.ndarray, within_m: float
    ) -> None:
        self.network, self.roots = network, roots
        self.seat_snap: Snap = network.snap(seats, within_m=within_m)
        self.root_snap: Snap = network.snap(root_points, within_m=within_m)
        part = network.line_component
        self.on_road = np.zeros(len(seats), bool)
        self.on_road[self.seat_snap.terminal] = True
        self.root_on_road = np.zeros(len(root_points), bool)
        self.root_on_road[self.root_snap.terminal] = True
        joined = set(zip(self.root_snap.terminal.tolist(), part[self.root_snap.line].tolist(), strict=True))
        self.reached = np.zeros(len(seats), bool)
        for seat, line_part in zip(
            self.seat_snap.terminal.tolist(), part[self.seat_snap.line].tolist(), strict=True
        ):
            self.reached[seat] |= (int(roots[seat]), line_part) in joined

    def kilometres(self) -> np.ndarray:
        """Length of the shortest way of each reached unit in km, nan for the others."""
        km = np.full(len(self.reached), np.nan)
        at = np.flatnonzero(self.reached)
        km[at] = self.network.distances_km(
            self.root_snap, self.seat_snap, pairs=np.column_stack([self.roots[at], at])
        )
        return km


def _judge(
    need: Need, seat: object, root: object, certain: _Paths, possible: _Paths, at: int, km: float
) -> Count:
    if seat is None:
        return unknown_count(need, reason("seat_missing"))
    if root is None:
        return unknown_count(need, reason("root_seat_missing"))
    if certain.reached[at]:
        why = reason("reached", km=None if km != km else round(km, 1))
        return Count(
            1, need.number, None if need.number is None else 0, 0, NONE if need.number is None else MET, why
        )
    if possible.reached[at]:
        return Count(None, need.number, None, 1, UNKNOWN, reason("road_attribute_unknown"))
    why = _why_not(certain, at)
    if need.number is None:
        return Count(0, None, None, 0, NONE, why)
    if not need.sure:
        return Count(0, need.number, None, 0, UNKNOWN, why)
    return Count(0, need.number, need.number, 0, SHORT, why)


def _why_not(paths: _Paths, at: int) -> Reason:
    if not paths.root_on_road[paths.roots[at]]:
        return reason("root_off_road")
    return reason("cut_off" if paths.on_road[at] else "no_road_near")
