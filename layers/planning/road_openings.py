"""Dead ends opened: for every true dead end the cheapest short link that makes it lead somewhere, and so
closes a loop.

A link joins the dead end to another junction or end of the network that lies within `road_opening` `within`
metres (inclusive) in a straight line, but `detour` times as far or more by road, or on another part. Its cost
is that of a new road, with the factor of the zones on its way and a bridge where it crosses a river that bars
the way; where a terrain model is given, a steep stretch costs as far as the road has to wind (`road_ways`).
Lakes are not crossed. Of several the cheapest is taken, then the first node. Two dead ends that
choose each other are one project. Gates, borders, sheet edges and gaps are no dead ends to open
(`road_faults`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.geo.terrain import Heights
from layers.planning.context import Context
from layers.planning.ground import Ground
from layers.planning.road_faults import DEAD_END, NO_LOOP, RoadFaults
from layers.planning.road_needs import Stretches
from layers.planning.road_ways import BRIDGE, MAX_GRADE, NEW, factors, wound

RULE, TRUE = "road_opening", "true"
SAMPLES = 8
SAME_M = 1.0


@dataclass(frozen=True, slots=True)
class Opening:
    """A link. ends: keys of the dead ends that it opens. gacha_code: of the first. households: behind them,
    None unknown.

    closes_loop: the gacha had no loop before.
    """

    ends: tuple[str, ...]
    gacha_code: str
    line: shapely.LineString
    km: float
    cost: float
    bridges: int
    households: int | None
    closes_loop: bool


def openings(
    context: Context, found: Stretches, ground: Ground, faults: RoadFaults, heights: Heights | None = None
) -> tuple[Opening, ...]:
    """Return the links, by key of their first dead end. heights: None takes the ground as flat, and so is
    what a model does not know. Raises InputError `unknown_rule`."""
    from scipy.spatial import cKDTree

    rule = context.policy.rule(RULE).values
    tree = cKDTree(found.xy)
    node_of: dict[str, int] = {}
    for fault in faults.of_kind(DEAD_END):
        if fault.reason == TRUE and fault.gacha_code and fault.at is not None:
            away, node = tree.query(fault.at)
            if away <= SAME_M:
                node_of[fault.key] = int(node)
    chosen = {
        key: _cheapest(context, found, ground, tree, node, rule, heights)
        for key, node in sorted(node_of.items())
    }
    key_of = {node: key for key, node in node_of.items()}
    no_loop = {fault.gacha_code for fault in faults.of_kind(NO_LOOP)}
    made, done = [], set()
    for key, link in chosen.items():
        if link is None or key in done:
            continue
        other, cost, bridges = link
        twin = key_of.get(other)
        mutual = twin is not None and chosen.get(twin) is not None and chosen[twin][0] == node_of[key]
        keys = (key, twin) if mutual else (key,)
        done.update(keys)
        line = shapely.LineString([found.xy[node_of[key]], found.xy[other]])
        ends = [fault for one in keys if (fault := faults.find(one)) is not None]
        counts = [fault.households for fault in ends]
        behind = None if None in counts else int(sum(counts))
        gacha = ends[0].gacha_code
        km = float(line.length) / 1000
        made.append(Opening(tuple(keys), gacha, line, km, cost, bridges, behind, gacha in no_loop))
    return tuple(made)


def _cheapest(context, found, ground, tree, node, rule, heights):  # noqa: ANN001, ANN202, PLR0913
    """(node, cost, bridges) of the best link of a dead end, or None."""
    here = found.xy[node]
    near = np.array(
        [at for at in tree.query_ball_point(here, rule["within"] * (1 + 1e-9)) if at != node], np.int64
    )
    near = np.sort(near)
    straight = np.hypot(*(found.xy[near] - here).T)
    near, straight = near[straight > SAME_M], straight[straight > SAME_M]
    if not len(near):
        return None
    by_road = _by_road(found, node, float(rule["detour"] * rule["within"]))[near]
    good = by_road >= rule["detour"] * straight
    near, straight = near[good], straight[good]
    if not len(near):
        return None
    start = np.broadcast_to(here, (len(near), 2))
    factor = _factor(context, ground, start, found.xy[near])
    over = ground.barriers.between(start, found.xy[near])
    needed = straight if heights is None else _wound(context, start, found.xy[near], straight, heights)
    cost = needed / 1000 * context.setting(NEW) * factor + np.where(over, context.setting(BRIDGE), 0.0)
    best = int(np.lexsort((near, np.round(cost, 6)))[0])
    return (int(near[best]), float(cost[best]), int(over[best])) if np.isfinite(cost[best]) else None


def _by_road(found: Stretches, node: int, limit: float) -> np.ndarray:
    """Metres by road from a node to every other, inf beyond the limit."""
    from scipy.sparse.csgraph import dijkstra

    return dijkstra(found.metres, directed=False, indices=node, limit=limit)


def _wound(
    context: Context, start: np.ndarray, end: np.ndarray, straight: np.ndarray, heights: Heights
) -> np.ndarray:
    """Metres (n,) of road that straight links need, each in SAMPLES stretches of one grade."""
    parts = np.arange(SAMPLES + 1) / SAMPLES
    places = start[:, None, :] + (end - start)[:, None, :] * parts[None, :, None]
    height = heights.at(places.reshape(-1, 2))
    one = (np.arange(len(start))[:, None] * (SAMPLES + 1) + np.arange(SAMPLES)[None, :]).ravel()
    metres = np.repeat(straight / SAMPLES, SAMPLES)
    grade = context.setting(MAX_GRADE) / 100
    return wound(metres, one, one + 1, height, grade).reshape(-1, SAMPLES).sum(axis=1)


def _factor(context: Context, ground: Ground, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Mean factor of the zones along straight ways (n); inf where one leads over land that nobody passes."""
    own = factors(context, ground)
    total = np.zeros(len(start))
    for part in (np.arange(SAMPLES) + 0.5) / SAMPLES:
        row, column = ground.place(start + (end - start) * part)
        shape = ground.pace.shape
        inside = (row >= 0) & (column >= 0) & (row < shape[0]) & (column < shape[1])
        value = np.ones(len(start))
        cell = ground.number[row[inside], column[inside]]
        barred = np.isinf(ground.pace[row[inside], column[inside]])
        value[inside] = np.where(barred, np.inf, np.where(cell >= 0, np.append(own, 1.0)[cell], 1.0))
        total += value
    return total / SAMPLES
