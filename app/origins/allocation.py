"""Where the toilets that a draft gives to gachas and years are from: the answer is the allocation.

Subject `toilets`; unit: a gacha's code, "" for all; field: `year` (of that year), `total`, `need`, `left`.
"""

from __future__ import annotations

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, units_at, unknown
from layers.planning.toilets import SERVICE, Allocation, Share
from layers.planning.units import GACHA
from layers.policy.bundle import Policy
from layers.provenance import Ask

RULES = ("toilet_priority",)


def cell_ask(field: str, *, unit: str = "", year: int | None = None) -> Ask:
    """Return what names a number of a draft."""
    return Ask("allocation", SERVICE, unit, field, year)


def _made(result: Allocation, policy: Policy, ask: Ask) -> Made:
    shares = [one for one in result.shares if ask.unit in ("", one.gacha_code)]
    if not shares or ask.field not in ("year", "total", "need", "left"):
        raise unknown(ask)
    if ask.field == "year" and ask.year not in result.years:
        raise unknown(ask)
    name = titled(both(f"from_allocation_{ask.field}"), shares[0].gacha_name if ask.unit else "")
    needs = [one.need for one in shares if one.need is not None]
    total = sum(one.total for one in shares)
    values = {
        "year": None if ask.year is None else sum(one.by_year.get(ask.year, 0) for one in shares),
        "total": total, "need": sum(needs) if needs else None,
        "left": sum((one.need or 0) - one.total for one in shares if one.need is not None) if needs else None,
    }  # fmt: skip
    value = values[ask.field]
    locked = [key for key in result.locks if ask.unit in ("", key[0]) and ask.year in (None, key[1])]
    fields = {"year": ask.year or "—", "need": values["need"], "total": total, "left": values["left"],
              "count": value, "quota": None if ask.year is None else result.quotas.get(ask.year),
              "locks": len(locked), "gachas": len(shares), "why": _why(shares)}  # fmt: skip
    form = f"allocation_{ask.field}" if ask.unit else f"allocation_all_{ask.field}"
    codes = [one.gacha_code for one in shares if ask.field == "need" or one.total]
    return Made(name, None if value is None else float(value), both("unit_seat"), form, fields,
                grouped(units_at(result.provenance.plan, GACHA, codes)), RULES,
                policy.targets_for_service(SERVICE))  # fmt: skip


def _why(shares: list[Share]) -> object:
    return both(f"reason_{shares[0].why.code}", **shares[0].why.fields) if len(shares) == 1 else ""


ALLOCATION = Origin(_made, lambda result, _ask: result.provenance)
