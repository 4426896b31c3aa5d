"""Where the numbers of an engine's answer are from: a programme of roads, sites, toilets in batches.

Subject: `roads`, `sites` or `works`; unit: code of a row, or a year of the chart (`@2023`), "" for all;
field: the name of what is counted. An answer rests on what was typed, so it has to be at hand; what is kept
of it as a scheme is asked for as `scheme`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, units_at, unknown
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.results import Provenance
from layers.planning.units import GACHA, SUMU
from layers.policy.bundle import Policy
from layers.provenance import Ask

ROAD_RULES = ("road_*",)
SITE_RULES = ("access_*", "road_speed_*", "cross_country_*", "river_barrier", "walking_speed", "road_node_m")
WORKS_RULES = ("toilet_*", "frost_depth")
Number = tuple[float | None, str | Text]


def engine_ask(engine: str, field: str, unit: str = "") -> Ask:
    """Return what names a number of an engine's answer."""
    return Ask("engine", engine, unit, field)


def _year(ask: Ask) -> tuple[bool, int | None]:
    """Whether a bar of the chart is asked for, and of which year (None: without one)."""
    typed = ask.unit.removeprefix("@")
    return ask.unit.startswith("@"), int(typed) if typed.isdecimal() else None


def _places(plan: Plan, codes: Iterable[str]) -> list[tuple[str, int]]:
    wanted = set(codes)
    return [*units_at(plan, GACHA, wanted), *units_at(plan, SUMU, wanted)]


def _roads(result: Any, ask: Ask) -> Made:
    programme = getattr(result, "programme", result)
    charted, year = _year(ask)
    mine = [one for one in programme.projects
            if not ask.unit or (one.year == year if charted else one.code == ask.unit)]  # fmt: skip
    if ask.field == "open":
        codes = {code for need in programme.needs for code in need.open}
        value: Number = (float(sum(len(need.open) for need in programme.needs)), both("engine_places"))
    elif mine or not ask.unit:
        homes = [one.households for one in mine if one.households is not None]
        values: dict[str, Number] = {
            "km": (sum(one.km for one in mine), "kilometre"),
            "cost": (sum(one.cost for one in mine), "wan"),
            "households": (float(sum(homes)) if homes else None, "household"),
        }
        codes = {code for one in mine for code in one.units}
        value = _picked(values, ask)
    else:
        raise unknown(ask)
    fields = {"count": len(mine), "bridges": sum(one.bridges for one in mine),
              "year": year if year is not None else "—"}  # fmt: skip
    return _made_of(ask, value, fields, _places(programme.provenance.plan, codes), ROAD_RULES)


def _sites(result: Any, ask: Ask) -> Made:
    weight = both(f"weight_{result.weight}")
    mine = [one for one in result.new if ask.unit in ("", one.candidate.code)]
    if ask.unit and not mine:
        raise unknown(ask)
    if ask.unit:
        one = mine[0]
        value = _picked({"people": (one.people, weight), "alone": (one.alone, weight),
                         "farthest": (one.farthest, "min")}, ask)  # fmt: skip
    else:
        value = _picked({
            "new": (float(len(result.new)), both("engine_places")),
            "after": (result.after, weight), "left": (result.total - result.after, weight),
        }, ask)  # fmt: skip
    fields = {"count": len(mine), "existing": len(result.facilities), "before": result.before,
              "total": result.total, "reach": result.reach}  # fmt: skip
    places = [*result.facilities.places, *_places(result.provenance.plan, result.by_gacha)]
    return _made_of(ask, value, fields, places if not ask.unit else [], SITE_RULES)


def _works(result: Any, ask: Ask) -> Made:
    works = result.works
    charted, year = _year(ask)
    allocation, homes = works.allocation, works.households
    rows = [row for row in result.rows if charted or ask.unit in ("", row.code)]
    if not rows and ask.unit:
        raise unknown(ask)
    seat: str | Text = "seat"
    if charted:
        value: Number = (float(allocation.total_by_year.get(year, 0)), seat)
        rows = [row for row in rows if any(
            share.gacha_code == row.code and share.by_year.get(year, 0) for share in allocation.shares)]
    else:
        values: dict[str, Number] = {
            "total": (float(sum(row.total for row in rows)), seat),
            "years": (float(rows[0].years) if ask.unit else None, ""),
            "short": (float(sum(row.short for row in rows)), seat),
            "served": (float(len(homes.served)) if homes is not None else None, "household"),
            "cost": (sum(homes.cost.values()) if homes is not None else None, "wan"),
        }
        value = _picked(values, ask)
    fields = {"count": len(rows), "year": year if year is not None else "—"}
    places = _places(allocation.provenance.plan, [row.code for row in rows])
    return _made_of(ask, value, fields, places, WORKS_RULES)


def _picked(values: dict[str, Number], ask: Ask) -> Number:
    if ask.field not in values:
        raise unknown(ask)
    return values[ask.field]


def _made_of(
    ask: Ask, value: Number, fields: dict[str, Any], places: list[tuple[str, int]], rules: tuple[str, ...]
) -> Made:
    part = "year" if ask.unit.startswith("@") else "row" if ask.unit else "all"
    name = ask.unit.removeprefix("@") if ask.unit else ""
    title = titled(both(f"from_engine_{ask.subject}_{ask.field}"), name)
    return Made(title, *value, f"engine_{ask.subject}_{part}", fields, grouped(places), rules)


MADE: dict[str, Callable[[Any, Ask], Made]] = {"roads": _roads, "sites": _sites, "works": _works}


def _made(result: Any, _policy: Policy, ask: Ask) -> Made:
    if ask.subject not in MADE:
        raise unknown(ask)
    return MADE[ask.subject](result, ask)


def _source(result: Any, ask: Ask) -> Provenance:
    found: Provenance
    if ask.subject == "roads":
        found = getattr(result, "programme", result).provenance
    else:
        found = result.provenance if ask.subject == "sites" else result.works.allocation.provenance
    return found


ENGINE = Origin(_made, _source)
