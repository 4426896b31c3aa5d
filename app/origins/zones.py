"""Where the numbers of a comparison of two versions of a layer of zones are from.

Subject `KIND:OLD:NEW`, each version an ISO day, `now`, or `vENTRY` (of the journal: only where the answer is
at hand); unit: code of a gacha, "" for the whole layer, `~` outside every gacha; field: `before`, `after`,
`gained`, `lost` of all classes, with `.CLASS` of one, with `.~` of the zones without one; `zones.before`,
`zones.after`: how many count.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, unknown
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA
from layers.plan.plan import Plan
from layers.planning.results import Provenance
from layers.planning.units import GACHA
from layers.planning.zone_change import Version, ZoneChange, ZoneChangeRow, zone_change, zones_behind
from layers.planning.zones import class_column
from layers.policy.bundle import Policy
from layers.provenance import Ask

NONE, NOW, CLAUSE = "~", "now", "7.4"
FIELDS = ("before", "after", "gained", "lost")


@dataclass(frozen=True, eq=False)
class ZoneChanged:
    """A comparison, its two versions, and where it is from."""

    found: ZoneChange
    was: Version
    now: Version
    provenance: Provenance


def zone_ask(kind: str, sides: Sequence[str], row: ZoneChangeRow, field: str) -> Ask:
    """Return what names a number of a row. sides: what names the two versions."""
    unit = "" if row.gacha_code is None else row.gacha_code or NONE
    name = field if row.value == "" else f"{field}.{NONE if row.value is None else row.value}"
    return Ask("zone_change", ":".join((kind, *sides)), unit, name)


def zones_ask(kind: str, sides: Sequence[str], side: str) -> Ask:
    """Return what names how many zones count `before` or `after`."""
    return Ask("zone_change", ":".join((kind, *sides)), "", f"zones.{side}")


def _compute(plan: Plan, policy: Policy, ask: Ask) -> ZoneChanged:
    kind, *sides = ask.subject.split(":")
    if len(sides) != 2:
        raise unknown(ask)
    was, now = (_version(plan, one, ask) for one in sides)
    kinds = (kind, *(table.kind.id for table in plan.with_role(GACHA)))
    origin = Provenance(plan, kinds, policy.version, policy.digest, (CLAUSE,), None)
    return ZoneChanged(zone_change(was, now, kind), was, now, origin)


def _version(plan: Plan, name: str, ask: Ask) -> Version:
    if name == NOW:
        return Version(plan)
    try:
        return Version(plan, datetime.date.fromisoformat(name))
    except ValueError:
        raise InputError("number_at_hand", given=ask.key) from None


def _made(result: ZoneChanged, _policy: Policy, ask: Ask) -> Made:
    field, dot, value = ask.field.partition(".")
    if field == "zones" and value in ("before", "after") and not ask.unit:
        return _counted(result, value)
    code = None if not ask.unit else "" if ask.unit == NONE else ask.unit
    wanted: Any = (None if value == NONE else value) if dot else ""
    row = next((one for one in result.found.rows
                if one.gacha_code == code and str(one.value) == str(wanted)), None)  # fmt: skip
    if row is None or field not in FIELDS:
        raise unknown(ask)
    kind = result.found.kind
    old, new = (
        [(kind, fid) for fid in zones_behind(side, result.now.plan, kind, code, row.value)]
        for side in (result.was, result.now)
    )
    counted, rest = (old, new) if field in ("before", "lost") else (new, old)
    known = result.now.plan.catalogue[kind]
    words, zone = both(f"zone_change_{field}_word"), _class(result, row)
    fields = {"zone": zone, "before": row.change.before / M2_PER_HA, "after": row.change.after / M2_PER_HA,
              "old": len(old), "new": len(new)}  # fmt: skip
    title = Text(f"{known.title.zh} · {zone.zh} · {words.zh}", f"{known.title.en} · {zone.en} · {words.en}")
    if code == "":
        outside = both("zone_change_outside")
        title = Text(f"{outside.zh} · {title.zh}", f"{outside.en} · {title.en}")
    elif code is not None:
        title = titled(title, (result.found.gachas or {}).get(code, code))
    groups = grouped(counted, rest=rest if field in ("gained", "lost") else ())
    value_ha = getattr(row.change, field) / M2_PER_HA
    return Made(title, value_ha, "ha", f"zone_change_{field}", fields, groups, (), None)


def _counted(result: ZoneChanged, side: str) -> Made:
    """How many zones of a version count."""
    at, version = (0, result.was) if side == "before" else (1, result.now)
    found = result.found
    zones = zones_behind(version, result.now.plan, found.kind, None, "")
    fields = {"count": found.counts[at], "undated": found.undated[at], "shapeless": found.shapeless[at]}
    return Made(both(f"from_zones_{side}"), float(found.counts[at]), both("from_verdict_unit"), "zones_count",
                fields, grouped([(found.kind, fid) for fid in zones]), (), None)  # fmt: skip


def _class(result: ZoneChanged, row: ZoneChangeRow) -> Text:
    column = class_column(result.now.plan.catalogue[result.found.kind])
    if row.value == "":
        return both("zone_change_all")
    if column is None or row.value is None:
        return both("zone_change_unclassed")
    return Text(column.choice_title(row.value, "zh"), column.choice_title(row.value, "en"))


ZONES = Origin(_made, lambda result, _ask: result.provenance, _compute)
