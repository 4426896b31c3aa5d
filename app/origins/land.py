"""Where the numbers of a statement of the land that drawn things take are from.

Subject `KIND:ROW,ROW…`: what takes it (of more than a dozen `KIND:+COUNT`: only where the answer is at hand);
unit: `CODE|NAME|OWNERSHIP` of a line, `~` for what no parcel covers, "" for the total; field `ha` or `mu`; of
a gacha's contract pastures (unit: its code) `pastures.ha`, `pastures.parcels`, `pastures.holders`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, unknown
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA
from layers.plan.plan import Plan
from layers.planning.footprints import ground_of, work_of
from layers.planning.land_use import HA_DIGITS, MU_DIGITS, LandLine, LandUse, PastureLine, land_use
from layers.policy.bundle import Policy
from layers.provenance import Ask

NAMED = 12  # things that are named one by one
RULES = ("footprint_*",)
UNCOVERED, PASTURES = "~", "pastures."
DIGITS = {"ha": HA_DIGITS, "mu": MU_DIGITS}


@dataclass(frozen=True, eq=False)
class LandTaken:
    """A statement, and the things that take the land: rows of one kind."""

    found: LandUse
    kind: str
    fids: tuple[int, ...]


def land_ask(result: LandTaken, one: LandLine | None, field: str) -> Ask:
    """Return what names a number of a line, or of the total (None)."""
    many = f"+{len(result.fids)}" if len(result.fids) > NAMED else ",".join(map(str, result.fids))
    return Ask("land", f"{result.kind}:{many}", "" if one is None else _name(one), field)


def pasture_ask(result: LandTaken, one: PastureLine, field: str) -> Ask:
    """Return what names a number of the pastures of a gacha (of none: `~`) that are taken."""
    return replace(land_ask(result, None, f"{PASTURES}{field}"), unit=one.gacha_code or UNCOVERED)


def _name(one: LandLine) -> str:
    return "|".join((one.code or "", one.name or "", one.ownership or "")) if one.covered else UNCOVERED


def _compute(plan: Plan, policy: Policy, ask: Ask) -> LandTaken:
    kind_id, _, rows = ask.subject.partition(":")
    if rows.startswith("+"):
        raise InputError("number_at_hand", given=ask.key)
    if kind_id not in plan or not all(row.isdecimal() for row in rows.split(",")):
        raise unknown(ask)
    table, fids, grounds = plan.table(kind_id), tuple(int(row) for row in rows.split(",")), []
    for fid in fids:
        row = table.row(fid) if fid in table else {}
        if row.get("geom") is None:
            raise unknown(ask)
        grounds.append(ground_of(policy, row["geom"], work_of(table.kind, row), row)[0])
    return LandTaken(land_use(plan, policy, grounds), kind_id, fids)


def _made(result: LandTaken, _policy: Policy, ask: Ask) -> Made:
    found = result.found
    if ask.field.startswith(PASTURES):
        return _of_pastures(result, ask)
    if ask.field not in DIGITS:
        raise unknown(ask)
    things = [(result.kind, fid) for fid in result.fids]
    unit = both(f"landuse_{ask.field}")
    fields = {"things": len(things), "total": float(getattr(found, ask.field)), "digits": DIGITS[ask.field],
              "overlap": found.overlapped_m2, "lines": len(found.lines)}  # fmt: skip
    if not ask.unit:
        parcels = [place for one in found.lines for place in one.parcels]
        return Made(both("from_land_total"), float(getattr(found, ask.field)), unit, "land_total", fields,
                    grouped([*things, *parcels]), RULES, ())  # fmt: skip
    line = next((one for one in found.lines if _name(one) == ask.unit), None)
    if line is None:
        raise unknown(ask)
    fields |= {"exact": line.area_m2, "parcels": len(line.parcels)}
    words = "  ".join(part for part in (line.code, line.name) if part)
    title = Text(words, words) if words else both("landuse_no_class")
    if not line.covered:
        title = both("landuse_uncovered")
    formula = "land_line" if line.covered else "land_uncovered"
    return Made(title, float(getattr(line, ask.field)), unit, formula, fields,
                grouped([*line.parcels, *things]), RULES, ())  # fmt: skip


def _of_pastures(result: LandTaken, ask: Ask) -> Made:
    mine = [one for one in result.found.pastures or () if (one.gacha_code or UNCOVERED) == ask.unit]
    field = ask.field.removeprefix(PASTURES)
    if not mine or field not in ("ha", "parcels", "holders"):
        raise unknown(ask)
    line = mine[0]
    values = {"ha": line.area_m2 / M2_PER_HA, "parcels": float(line.parcels),
              "holders": None if line.holders is None else float(line.holders)}  # fmt: skip
    units = {"ha": "ha", "parcels": both("from_land_parcels_unit"), "holders": "household"}
    things = [(result.kind, fid) for fid in result.fids]
    name = titled(both(f"from_land_{field}"), line.gacha_code or "")
    return Made(name, values[field], units[field], f"land_{field}", {**values, "things": len(things)},
                grouped(line.places, rest=things), RULES, ())  # fmt: skip


LAND = Origin(_made, lambda result, _ask: result.found.provenance, _compute)
