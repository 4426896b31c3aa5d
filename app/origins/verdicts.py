"""Where the numbers of a verdict are from: the answer is the judged work (saved, or still a sketch).

Subject: `KIND:ROW` of the work (row 0: a sketch, at hand); unit: `KIND:ROW` of a zone, "" for the work;
field: `area` (ha), `length` (km), `width` (m), `zones` (touched), `zones.VERDICT` (each zone by its worst).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, unknown
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA
from layers.plan.plan import Plan
from layers.planning.conflicts import VERDICTS, Conflict, Judged, conflicts
from layers.planning.footprints import work_of_row
from layers.planning.results import Provenance
from layers.policy.bundle import Policy
from layers.provenance import Ask

RULES = ("data_accuracy_m", "footprint_*")


@dataclass(frozen=True, eq=False)
class Verdict:
    """A judged work, and where its verdict is from."""

    judged: Judged
    provenance: Provenance


def verdict_ask(judged: Judged, field: str, zone: Conflict | None = None) -> Ask:
    """Return what names a number of a work's verdict."""
    unit = "" if zone is None else f"{zone.kind}:{zone.fid}"
    work = judged.work
    return Ask("verdict", f"{work.kind}:{work.fid or 0}:{judged.day.isoformat()}", unit, field)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Verdict:
    kind, _, rest = ask.subject.partition(":")
    row, _, day = rest.partition(":")
    if kind not in plan or not row.isdecimal():
        raise unknown(ask)
    if not int(row):
        raise InputError("number_at_hand", given=ask.key)
    if int(row) not in plan.table(kind):
        raise unknown(ask)
    try:
        on = datetime.date.fromisoformat(day) if day else datetime.date.today()  # noqa: DTZ011 - the user's
    except ValueError:
        raise unknown(ask) from None
    work = work_of_row(plan, policy, kind, int(row))
    if work is None:
        raise unknown(ask)
    found = conflicts(plan, policy, [work], on=on)
    return Verdict(found.judged[0], found.provenance)


def _made(result: Verdict, _policy: Policy, ask: Ask) -> Made:
    judged = result.judged
    name = judged.work.name or judged.work.key or f"#{judged.work.fid}"
    own = [(judged.work.kind, judged.work.fid)] if judged.work.fid else []
    if ask.unit:
        return _of_zone(judged, ask, own)
    if ask.field in ("area", "length"):
        value = judged.area_m2 / M2_PER_HA if ask.field == "area" else _km(judged.length_m)
        fields = {"width": judged.work.width_m, "day": judged.day.isoformat()}
        return Made(titled(both(f"from_verdict_{ask.field}"), name), value, _unit(ask.field),
                    f"verdict_{ask.field}", fields, grouped(own), ("footprint_*",), ())  # fmt: skip
    if ask.field == "width":
        return Made(titled(both("size_width"), name), judged.work.width_m, "metre", "verdict_width", {},
                    grouped(own), ("footprint_*",), ())  # fmt: skip
    part, _, verdict = ask.field.partition(".")
    if part != "zones" or verdict not in ("", *VERDICTS):
        raise unknown(ask)
    zones = _worst(judged)
    mine = [zone for zone, worst in zones.items() if verdict in ("", worst)]
    counts = {one: sum(worst == one for worst in zones.values()) for one in VERDICTS}
    fields = {"count": len(mine), "day": judged.day.isoformat(), **counts}
    words = both(f"verdict_{verdict}") if verdict else both("from_verdict_zones")
    return Made(titled(words, name), float(len(mine)), both("from_verdict_unit"), "verdict_zones", fields,
                grouped([zone for zone in mine if zone[1]], rest=own), RULES, None)  # fmt: skip


def _of_zone(judged: Judged, ask: Ask, own: list[tuple[str, int]]) -> Made:
    mine = [one for one in judged.conflicts if f"{one.kind}:{one.fid}" == ask.unit]
    if not mine or ask.field not in ("area", "length"):
        raise unknown(ask)
    one = mine[0]
    title = Text(f"{one.words.zh} · {one.name or one.key}", f"{one.words.en} · {one.name or one.key}")
    low, high = ((one.low_m2, one.high_m2) if ask.field == "area" else (one.length_m, one.length_m))
    scale = M2_PER_HA if ask.field == "area" else 1000.0
    value = one.area_m2 if ask.field == "area" else one.length_m
    basis = one.rule.basis if one.rule is not None else None
    fields = {
        "low": None if low is None else low / scale, "high": None if high is None else high / scale,
        "article": Text("—", "—") if basis is None else Text(
            f"{basis.source.zh} {basis.article}", f"{basis.source.en} {basis.article}"),
        "verdict": both(f"verdict_{one.verdict}"), "day": judged.day.isoformat(),
    }  # fmt: skip
    places = [(one.kind, one.fid)] if one.fid else []
    words = both(f"from_verdict_{ask.field}")
    return Made(Text(f"{title.zh} · {words.zh}", f"{title.en} · {words.en}"),
                None if value is None else value / scale, _unit(ask.field), f"verdict_zone_{ask.field}",
                fields, grouped(places, rest=own), RULES, None)  # fmt: skip


def _worst(judged: Judged) -> dict[tuple[str, int], str]:
    worst: dict[tuple[str, int], str] = {}
    for one in judged.conflicts:
        zone = (one.kind, one.fid)
        if zone not in worst or VERDICTS.index(one.verdict) > VERDICTS.index(worst[zone]):
            worst[zone] = one.verdict
    return worst


def _unit(field: str) -> str:
    return "ha" if field == "area" else "kilometre"


def _km(metres: float | None) -> float | None:
    return None if metres is None else metres / 1000


VERDICT = Origin(_made, lambda result, _ask: result.provenance, _compute)
