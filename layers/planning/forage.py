"""Forage and stock: how many sheep units a pasture can bear, and how many graze it.

Usable hay = area outside grazing bans (ha) × hay yield (kg/ha) × standard-hay factor × share that may be
eaten. Sheep units = usable hay / (1.8 kg a day × days): days of the pasture's season for the pasture itself,
a whole year for the herds of a gacha, which must eat every day. A rest does not change the number: the herd
waits for the same grass. Source: NY/T 635-2015 (definition of the sheep unit and of reasonable carrying
capacity); the numbers are rules of the policy (`sheep_unit_hay`, `grazing_utilisation`, `grazing_days`,
`standard_hay_factor`, `sheep_unit_factors`) and carry their own source and confidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.plan.table import Table
from layers.planning.columns import code_text, codes_of, values_of
from layers.planning.context import Context
from layers.planning.units import Units

HAY, UTILISATION, DAYS = "sheep_unit_hay", "grazing_utilisation", "grazing_days"
STANDARD, FACTORS = "standard_hay_factor", "sheep_unit_factors"
RULES = (HAY, UTILISATION, DAYS, STANDARD, FACTORS)
YEAR_DAYS = 365
YIELD, SEASON, STOCK, REGISTERED, UNITS = "hay_kg_ha", "season", "stock", "capacity", "sheep_units"
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Forage:
    """Of each pasture (float64, nan where not known): usable hay in kg, sheep units for its own season."""

    hay_kg: Numbers
    capacity: Numbers


def forage_of(context: Context, table: Table, free_m2: Numbers) -> Forage:
    """Return the forage of pastures of which `free_m2` lie outside grazing bans (nan: not known).

    A null or negative yield, a season that is null or has no rule value, an unknown area: not known.
    """
    season = values_of(table, SEASON)
    share = _by_value(season, context, UTILISATION) / 100
    days = _by_value(season, context, DAYS)
    yields = numbers_of(table, YIELD)
    hay = free_m2 / 10_000 * yields * context.setting(STANDARD) * share
    # where nothing may be grazed there is no need to know how much grows
    hay = np.where(free_m2 <= 0, 0.0, np.where(hay >= 0, hay, np.nan))
    with np.errstate(invalid="ignore", divide="ignore"):
        capacity = np.where(hay == 0, 0.0, hay / (context.setting(HAY) * days))
    return Forage(hay, capacity)


def year_round(context: Context, hay_kg: float) -> float:
    """Sheep units that so much usable hay feeds for a year."""
    return hay_kg / (context.setting(HAY) * YEAR_DAYS)


def numbers_of(table: Table, name: str) -> Numbers:
    """Return a column as float64, nan for null; nan everywhere where the kind has no such column."""
    values = values_of(table, name)
    return np.fromiter((np.nan if value is None else float(value) for value in values), float, len(values))


def _by_value(values: NDArray[np.object_], context: Context, rule: str) -> Numbers:
    known = context.policy.rule(rule).values
    return np.fromiter((known.get(code_text(value), np.nan) for value in values), float, len(values))


@dataclass(frozen=True, slots=True)
class Herds:
    """Stock of every gacha (sheep units, nan where not known) in `year`; None where no year is recorded.

    absent: no livestock layer. registered: gachas whose sheep units are those of the record, heads being
    incomplete.
    """

    year: int | None
    sheep_units: Numbers
    absent: bool
    registered: frozenset[int] = frozenset()


def herds_of(context: Context, units: Units, year: int | None) -> Herds:
    """Return the livestock of `year`, or of the latest year recorded, in sheep units.

    Species are the columns that the rule `sheep_unit_factors` names. Several records of a gacha add up; one
    in which a species is null counts by the sheep units it states itself, and without those the gacha is not
    known.
    """
    stock = np.full(len(units), np.nan)
    tables = context.with_role("livestock")
    if not tables:
        return Herds(year, stock, True)
    years = [numbers_of(table, "year") for table in tables]
    latest = max((float(np.nanmax(each)) for each in years if np.isfinite(each).any()), default=None)
    if year is None and latest is None:
        return Herds(None, stock, False)
    wanted = int(latest) if year is None and latest is not None else year
    stated: set[int] = set()
    for table, of_row in zip(tables, years, strict=True):
        mine = of_row == wanted
        places = codes_of(table, "gacha_code", units.index)
        whole, own = _heads(context, table), numbers_of(table, UNITS)
        amount = np.where(np.isfinite(whole), whole, own)
        for at in np.flatnonzero(mine & (places >= 0)):
            place = int(places[at])
            before = 0.0 if np.isnan(stock[place]) and place not in stated else stock[place]
            stock[place] = before + amount[at]
            stated.add(place)
    counted = frozenset(
        int(place)
        for table, of_row in zip(tables, years, strict=True)
        for place, row_year, heads in zip(
            codes_of(table, "gacha_code", units.index), of_row, _heads(context, table), strict=True
        )
        if place >= 0 and row_year == wanted and np.isnan(heads)
    )
    return Herds(wanted, stock, False, counted)


def _heads(context: Context, table: Table) -> Numbers:
    """Sheep units by heads; nan where a species is null or negative."""
    total = np.zeros(len(table))
    for species, factor in context.policy.rule(FACTORS).values.items():
        heads = numbers_of(table, species)
        total = total + np.where(heads >= 0, heads, np.nan) * factor
    return total
