"""How fast one travels: on roads by class and surface, across country by land class. All from the policy.

Units: minutes a metre inside (`pace`), km/h in the rules. A road of a null or foreign class is taken as of
class `unknown`; one of a null or foreign surface as of surface `unknown` of its class. Speed 0 cannot be
travelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from layers.plan.table import Table
from layers.planning.columns import code_text, values_of
from layers.planning.network import Roads
from layers.policy.bundle import Policy

ROAD_SPEED, UNKNOWN = "road_speed_", "unknown"
COVER, PARCEL, WALKING = "cross_country_cover", "cross_country_parcel", "walking_speed"
CLASS, SURFACE = "class", "surface"


def pace(kmh: np.ndarray | float) -> np.ndarray:
    """Return minutes a metre of speeds in km/h; inf for 0."""
    speed = np.asarray(kmh, np.float64)
    with np.errstate(divide="ignore"):
        return np.where(speed > 0, 60.0 / (1000.0 * speed), np.inf)


def walking_pace(policy: Policy) -> float:
    """Return minutes a metre on foot."""
    return float(pace(policy.rule(WALKING).value))


def road_paces(policy: Policy, tables: Sequence[Table], roads: Roads) -> np.ndarray:
    """Return minutes a metre of each line of `roads` (float64), which are of `tables`."""
    speeds = {
        rule.id.removeprefix(ROAD_SPEED): rule.values
        for rule in policy.rules
        if rule.id.startswith(ROAD_SPEED)
    }
    usual = policy.rule(ROAD_SPEED + UNKNOWN).values  # says so where the policy lacks it
    found = np.full(len(roads.lines), np.inf)
    for number, table in enumerate(tables):
        mine = np.flatnonzero(roads.table_of == number)
        rows = roads.row_of[mine]
        classes, surfaces = values_of(table, CLASS)[rows], values_of(table, SURFACE)[rows]
        pairs = list(zip(classes, surfaces, strict=True))
        known = {
            (kind, surface): _speed(speeds.get(code_text(kind), usual), code_text(surface))
            for kind, surface in set(pairs)
        }
        found[mine] = [known[pair] for pair in pairs]
    return pace(np.where(np.isinf(found), 0.0, found))


def _speed(by_surface: Mapping[str, float], surface: str) -> float:
    if surface in by_surface:
        return float(by_surface[surface])
    return float(by_surface.get(UNKNOWN, min(by_surface.values(), default=0.0)))


def land_speeds(policy: Policy, rule: str, values: np.ndarray) -> np.ndarray:
    """Return km/h of land classes (float64): of the longest prefix that the rule names, nan where it names
    none."""
    speeds = policy.rule(rule).values
    known: dict[object, float] = {}
    for value in set(values):
        word = code_text(value)
        fitting = [key for key in speeds if word.startswith(key)] if rule == PARCEL else [word]
        known[value] = float(speeds.get(max(fitting, key=len, default=""), np.nan))
    return np.fromiter((known[value] for value in values), np.float64, len(values))
