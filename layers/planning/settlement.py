"""Sewage: which of three ways fits each gacha, by how near a town is and how closely its households live.

The plan (7.3) sorts in words: scattered gachas by household units, large and dense ones by a shared plant,
those near a town into its system. The numbers are settings of the policy and stand in every answer: near is
at most `value` km of the rule `sewage_town` from the densest place to the nearest seat that counts as a town;
dense is at least `households` homes within `radius` m of one home, and they at least `share` per cent of the
gacha's. All limits count as reached when met exactly; the town goes first, then the plant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.planning.columns import flags_of, is_in, standing, values_of
from layers.planning.context import Context, Count, options_of, unknown_count
from layers.planning.results import NONE, UNKNOWN, Reason, reason
from layers.planning.units import Units, assign

HOUSEHOLD, SHARED, TOWN = "household", "shared", "town"
MODES = (TOWN, SHARED, HOUSEHOLD)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a gacha's households lie: how many, how many of them round the densest one, and where that is."""

    homes: int
    together: int
    x: float
    y: float

    @property
    def share(self) -> float:
        """Per cent of the households that live together."""
        return self.together / self.homes * 100


def mode_of(count_reason: Reason) -> str:
    """Return household, shared, town or unknown from a row's reason."""
    return str(count_reason.fields.get("mode", UNKNOWN))


def settlement_sort(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Sort every unit; `have` is how many facilities of the fitting mode are in use there.

    Not known: without households or towns on the map. Without the layer of facilities the way is sorted, and
    what is there is not known.
    """
    needs = context.needs(service, units)
    for option in ("town_rule", "cluster_rule"):
        if context.known_rule(str(service.option(option))) is None:
            why = reason("rule_absent", rule=service.option(option))
            return [unknown_count(need, why) for need in needs], 0
    spreads, left_out = _spreads(context, service, units)
    towns = _towns(context, service)
    missing = None if spreads is not None else str(service.option("households", "household"))
    missing = missing or (None if towns is not None else str(service.option("seat", "seat")))
    if missing is not None or spreads is None or towns is None:
        absent = context.plan.catalogue.with_role(str(missing)) or kinds
        why = reason("layer_absent", kind=absent[0].title.zh, kind_en=absent[0].title.en)
        return [unknown_count(need, why) for need in needs], 0
    there = _there(context, service, kinds, units)
    town_km = context.setting(str(service.option("town_rule")))
    cluster = dict(context.policy.rule(str(service.option("cluster_rule"))).values)
    small = context.known_rule("small_count")
    least = small.value if small is not None else cluster["households"]  # without it, say as little as can be
    counts = []
    for at in range(len(units)):
        spread = spreads[at]
        if spread is None:
            counts.append(Count(None, None, None, None, UNKNOWN, reason("no_households_here")))
            continue
        km = (
            float(np.hypot(towns[:, 0] - spread.x, towns[:, 1] - spread.y).min()) / 1000
            if len(towns)
            else np.inf
        )
        mode = _mode(spread, km, town_km, cluster)
        have = None if there is None else int(there[mode][at])
        why = reason(
            f"sewage_{mode}",
            mode=mode,
            km=round(km, 1) if np.isfinite(km) else "—",
            limit=f"{town_km:g}",
            radius=f"{cluster['radius']:,.0f}",
            together=spread.together if spread.together >= least else "—",
            share=f"{spread.share:.0f}",
            number=f"{cluster['households']:g}",
            share_limit=f"{cluster['share']:g}",
            have="—" if have is None else have,
        )
        counts.append(
            Count(have, None, None, 0 if have is not None else None, UNKNOWN if have is None else NONE, why)
        )
    return counts, left_out


def _mode(spread: Spread, km: float, town_km: float, cluster: dict[str, float]) -> str:
    if km <= town_km:
        return TOWN
    dense = spread.together >= cluster["households"] and spread.share >= cluster["share"]
    return SHARED if dense else HOUSEHOLD


def _spreads(context: Context, service: Service, units: Units) -> tuple[list[Spread | None] | None, int]:
    """How the households of every unit lie; None for a unit without any, and without that layer at all."""
    tables = context.with_role(str(service.option("households", "household")))
    if not tables:
        return None, 0
    radius = context.policy.rule(str(service.option("cluster_rule"))).values["radius"]
    places, homes, left_out = [], [], 0
    for table in tables:
        place = assign(units, table, link="gacha_code")
        kept = (place >= 0) & ~shapely.is_missing(table.geometry)
        left_out += int((~kept).sum())
        places.append(place[kept])
        homes.append(shapely.get_coordinates(shapely.centroid(table.geometry[kept])))
    return _densest(np.concatenate(places), np.concatenate(homes), len(units), radius), left_out


def _densest(
    places: NDArray[np.int64], homes: NDArray[np.float64], count: int, radius: float
) -> list[Spread | None]:
    """Of each unit the home with the most homes of that unit within `radius` (itself too); ties by place."""
    from scipy.spatial import cKDTree

    found: list[Spread | None] = [None] * count
    order = np.argsort(places, kind="stable")
    starts = np.searchsorted(places[order], np.arange(count + 1))
    for at in range(count):
        own = homes[order[starts[at] : starts[at + 1]]]
        if not len(own):
            continue
        own = own[np.lexsort((own[:, 1], own[:, 0]))]
        together = cKDTree(own).query_ball_point(own, radius, return_length=True)
        best = int(np.argmax(together))
        found[at] = Spread(len(own), int(together[best]), float(own[best, 0]), float(own[best, 1]))
    return found


def _towns(context: Context, service: Service) -> NDArray[np.float64] | None:
    """Seats of the levels that count as towns (n, 2); None without such a layer."""
    tables = context.with_role(str(service.option("seat", "seat")))
    if not tables:
        return None
    levels = service.option("towns", ())
    chosen = [
        table.geometry[is_in(values_of(table, "level"), levels) & ~shapely.is_missing(table.geometry)]
        for table in tables
    ]
    return shapely.get_coordinates(np.concatenate(chosen))


def _there(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> dict[str, NDArray[np.int64]] | None:
    """Facilities in use by mode and unit; None without the layer."""
    tables = context.tables(kinds)
    if not tables:
        return None
    found = {mode: np.zeros(len(units), np.int64) for mode in MODES}
    for table in tables:
        options = options_of(table.kind, service)
        used, _ = flags_of(table, options.get("operating"))
        places = assign(units, table, link=options.get("link"))
        kept = standing(table, context.year, options.get("date")) & used & (places >= 0)
        for mode in MODES:
            mine = kept & is_in(values_of(table, options.get("mode")), (mode,))
            found[mode] += np.bincount(places[mine], minlength=len(units))
    return found
