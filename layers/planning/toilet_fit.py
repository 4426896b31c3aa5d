"""Which type of toilet fits a household, and a spot for it that keeps its distance from wells.

Types, their limits and their costs are rules (`toilet_type_*`, `resources/policy/rules_toilets.toml`), tried
in the order of their rank; the first that fits is taken. A limit holds at its own value (frost <=
frost_at_most, neighbours >= neighbours_at_least, a well no nearer than `well_at_least`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from layers.errors import InputError
from layers.plan.table import Table
from layers.planning.columns import code_text, flags_of, is_in, standing, values_of
from layers.planning.context import Context
from layers.planning.results import Reason, reason

PREFIX = "toilet_type_"
CENTRAL = ("central", "station")  # supplies from which pipes may lead to a household
IN_TOWN = ("town", "shared")  # modes of sewage treatment that have a sewer
FIRST_LEVEL = ("first",)
DIRECTIONS = 8


@dataclass(frozen=True, slots=True)
class ToiletType:
    """A type with its rule's values; see the head of rules_toilets.toml."""

    id: str
    rule: str
    values: Mapping[str, float]

    @property
    def cost(self) -> float:
        """10,000 yuan each."""
        return self.values["cost"]


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of each household, aligned: other households near; piped water; a sewer; inside a
    first-level water-source zone; distance to the nearest well (m, inf for none)."""

    neighbours: np.ndarray
    water: np.ndarray
    sewer: np.ndarray
    protected: np.ndarray
    well_m: np.ndarray


def types_of(context: Context) -> tuple[ToiletType, ...]:
    """Return the types for which the policy has a rule, best first; raises InputError
    `toilet_types_missing`."""
    found = [
        ToiletType(rule.id.removeprefix(PREFIX), rule.id, rule.values)
        for rule in context.policy.rules
        if rule.id.startswith(PREFIX)
    ]
    if not found:
        raise InputError("toilet_types_missing")
    return tuple(sorted(found, key=lambda one: (one.values["rank"], one.id)))


def facts_of(context: Context, points: np.ndarray, codes: list[str], everyone: np.ndarray) -> Facts:
    """Return the facts of households at `points` (shapely, metres) in gachas `codes`; everyone: all
    households."""
    count = len(points)
    near = context.setting("toilet_neighbours")
    tree = shapely.STRtree(everyone)
    at, _ = tree.query(points, predicate="dwithin", distance=near)
    neighbours = np.maximum(np.bincount(at, minlength=count) - 1, 0)
    works = context.with_role("water.work")
    piped, wells = _supplies(works, context.year)
    reach = context.setting("toilet_piped_reach")
    water = _within(piped, points, reach) | np.isin(codes, list(_served(works, context.year)))
    return Facts(neighbours, water, np.isin(codes, list(_sewered(context))), _protected(context, points),
                 _distance(wells, points))  # fmt: skip


def fit(types: tuple[ToiletType, ...], facts: Facts, frost_m: float) -> tuple[np.ndarray, list[Reason]]:
    """Return (number of the first type that fits, -1 for none) per household, and why."""
    chosen = np.full(len(facts.water), -1)
    for number, one in enumerate(types):
        chosen[(chosen < 0) & _fits(one, facts, frost_m)] = number
    return chosen, [
        reason("toilet_no_type", frost=f"{frost_m:g}")
        if number < 0
        else reason("toilet_fit", frost=f"{frost_m:g}", neighbours=int(facts.neighbours[at]),
                    better=", ".join(one.id for one in types[:number]) or "—")
        for at, number in enumerate(chosen)
    ]  # fmt: skip


def _fits(one: ToiletType, facts: Facts, frost_m: float) -> np.ndarray:
    limits = one.values
    good = np.full(len(facts.water), frost_m <= limits["frost_at_most"])
    good &= facts.neighbours >= limits["neighbours_at_least"]
    for needed, there in (("needs_water", facts.water), ("needs_sewer", facts.sewer)):
        if limits[needed]:
            good &= there
    if not limits["protected_ok"]:
        good &= ~facts.protected
    return good


def spot(house: shapely.Point, wells: np.ndarray, *, room_m: float, well_m: float) -> shapely.Point | None:
    """Return where the toilet may stand: no further than `room_m` from the house, no nearer than `well_m` to
    a well.

    Of eight directions at that distance the one furthest from every well, the first (north, then clockwise)
    of equals; None where none keeps the distance.
    """
    angle = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
    ring = shapely.points(house.x + room_m * np.sin(angle), house.y + room_m * np.cos(angle))
    if not len(wells):
        return ring[0]
    away = shapely.distance(ring[:, None], np.asarray(wells, object)[None, :]).min(axis=1)
    best = int(np.argmax(np.round(away, 6)))
    return ring[best] if away[best] >= well_m - 1e-6 else None


def wells_of(context: Context) -> np.ndarray:
    """Return the points of every well and supply that stands."""
    return _supplies(context.with_role("water.work"), context.year)[1]


def _supplies(tables: tuple[Table, ...], year: int | None) -> tuple[np.ndarray, np.ndarray]:
    """(central supplies in use, every well and supply) as points."""
    piped, every = [], []
    for table in tables:
        there = standing(table, year, "opened_on") & ~shapely.is_missing(table.geometry)
        used, unsure = flags_of(table, "operating")
        central = is_in(values_of(table, "supply"), CENTRAL) & (used | unsure)
        piped.append(table.geometry[there & central])
        every.append(table.geometry[there])
    empty = np.empty(0, object)
    return np.concatenate([*piped, empty]), np.concatenate([*every, empty])


def _served(tables: tuple[Table, ...], year: int | None) -> set[str]:
    """Gachas that a central supply in use names."""
    codes: set[str] = set()
    for table in tables:
        used, _ = flags_of(table, "operating")
        good = standing(table, year, "opened_on") & used & is_in(values_of(table, "supply"), CENTRAL)
        codes |= {code_text(code) for code in values_of(table, "gacha_code")[good]} - {""}
    return codes


def _sewered(context: Context) -> set[str]:
    codes: set[str] = set()
    for table in context.with_role("sanitation.sewage"):
        used, _ = flags_of(table, "operating")
        good = standing(table, context.year, "opened_on") & used & is_in(values_of(table, "mode"), IN_TOWN)
        codes |= {code_text(code) for code in values_of(table, "gacha_code")[good]} - {""}
    return codes


def _protected(context: Context, points: np.ndarray) -> np.ndarray:
    inside = np.zeros(len(points), bool)
    for table in context.with_role("zone.water_source"):
        zones = table.geometry[is_in(values_of(table, "level"), FIRST_LEVEL)]
        zones = zones[~shapely.is_missing(zones)]
        if len(zones):
            hit, _ = shapely.STRtree(zones).query(points, predicate="intersects")
            inside[hit] = True
    return inside


def _within(things: np.ndarray, points: np.ndarray, metres: float) -> np.ndarray:
    return _distance(things, points) <= metres


def _distance(things: np.ndarray, points: np.ndarray) -> np.ndarray:
    away = np.full(len(points), np.inf)
    if len(things) and len(points):
        pairs, metres = shapely.STRtree(things).query_nearest(points, return_distance=True, all_matches=False)
        away[pairs[0]] = metres
    return away
