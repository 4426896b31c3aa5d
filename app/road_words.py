"""Road faults in stable keys and in words, for the command line, the window and what is exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from app.exports.result_table import ResultColumn, ResultTable
from app.messages import both, text, tr
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.geo.crs import PlanningCrs
from layers.planning.dead_ends import Repair
from layers.planning.road_faults import UNREACHED, Fault, RoadFaults
from layers.release import Counts

TITLE = Text("道路缺陷登记表", "Register of road faults")
TYPES = {"lon": "real", "lat": "real", "km_behind": "real", "households_behind": "integer"}
DIGITS = 4  # of a degree: about 10 m, as on public maps


def fault_data(fault: Fault, crs: PlanningCrs) -> dict[str, Any]:
    """Return a fault in stable keys; `at` is (longitude, latitude) in degrees, null is not known."""
    return {
        "key": fault.key,
        "kind": fault.kind,
        "reason": fault.reason,
        "basis": fault.basis or None,
        "road": fault.road or None,
        "gacha_code": fault.gacha_code or None,
        "gacha_name": fault.gacha_name or None,
        "at": _lonlat(fault, crs),
        "km_behind": fault.km,
        "households_behind": fault.households,
        "cuts_off": list(fault.cuts),
        "repair": None if fault.repair is None else repair_data(fault.repair, crs),
        "judged": None if fault.judged is None else dict(fault.judged),
    }


def _lonlat(fault: Fault, crs: PlanningCrs) -> list[float] | None:
    if fault.at is None:
        return None
    lon, lat = crs.to_lonlat([fault.at])[0]
    return [round(float(lon), 6), round(float(lat), 6)]


def repair_data(repair: Repair, crs: PlanningCrs) -> dict[str, Any]:
    """Return a repair in stable keys."""
    (x0, y0), (x1, y1) = crs.to_lonlat([repair.end, repair.to])
    return {
        "how": repair.how,
        "metres": round(repair.metres, 3),
        "adds_vertex": repair.vertex,
        "from": [round(float(x0), 6), round(float(y0), 6)],
        "to": [round(float(x1), 6), round(float(y1), 6)],
    }


def reason_words(session: Session | Snapshot, fault: Fault) -> str:
    """Return why, in words; of what is not reached, the service."""
    if fault.kind != UNREACHED:
        return text(f"fault_why_{fault.reason}")
    return next(tr(one.title) for one, _ in session.catalogue.services() if one.id == fault.reason)


def repair_words(repair: Repair | None) -> str:
    """Return what a repair does."""
    if repair is None:
        return ""
    words = text(f"fault_repair_{repair.how}", metres=f"{repair.metres:.2f}")
    return words + (text("fault_repair_vertex") if repair.vertex else "")


def judged_words(fault: Fault) -> str:
    """Return what was said of a fault, or nothing."""
    if fault.judged is None:
        return ""
    said = text(f"fault_judged_{fault.judged['judgement']}")
    return " · ".join(part for part in (said, fault.judged.get("note", "")) if part)


def faults_table(session: Session | Snapshot, result: RoadFaults, faults: Sequence[Fault]) -> ResultTable:
    """Return faults as they may be written: households as counts, the small ones withheld by the release."""
    crs = session.plan.crs
    records, words = [], []
    for fault in faults:
        lon, lat = _lonlat(fault, crs) or (None, None)
        record = {
            "key": fault.key,
            "kind": fault.kind,
            "reason": fault.reason,
            "road": fault.road or None,
            "gacha_code": fault.gacha_code or None,
            "gacha_name": fault.gacha_name or None,
            "lon": lon,
            "lat": lat,
            "km_behind": fault.km,
            "households_behind": fault.households,
            "cuts_off": " ".join(fault.cuts),
            "repair": fault.repair.how if fault.repair else None,
            "judged": fault.judged["judgement"] if fault.judged else None,
        }
        records.append(record)
        words.append({
            **record, "kind": text(f"fault_{fault.kind}"), "reason": reason_words(session, fault),
            "repair": repair_words(fault.repair), "judged": judged_words(fault),
        })  # fmt: skip
    shapes = np.array([None if one.at is None else shapely.Point(one.at) for one in faults], object)
    keys = (
        "key", "kind", "reason", "road", "gacha_code", "gacha_name", "lon", "lat", "km_behind",
        "households_behind", "cuts_off", "repair", "judged",
    )  # fmt: skip
    return ResultTable(
        TITLE,
        tuple(
            ResultColumn(key, both(f"fault_col_{key}"), TYPES.get(key, "text"), Privacy.INTERNAL)
            for key in keys
        ),
        records,
        result.provenance,
        words,
        shapes,
        "Point",
        Counts(lambda _row: ("households_behind",)),
        tuple(summary_lines(session, result)),
    )


def summary_data(result: RoadFaults, small: int) -> dict[str, Any]:
    """Return the figures in stable keys; counts of households under `small` are null."""
    access = result.access

    def told(number: int | None) -> int | None:
        return None if number is None or 0 < number < small else number

    loops = [one.loops for one in result.loops]
    return {
        "there": result.there,
        "faults": dict(result.counts()),
        "judged": sum(fault.judged is not None for fault in result.faults),
        "repairable": sum(fault.repair is not None for fault in result.faults),
        "rural_access": {
            "households": told(access.households),
            "near": told(access.near),
            "far": told(access.far),
            "unknown": told(access.unknown),
            "share_percent": None if access.share is None else [round(one, 2) for one in access.share],
        },
        "reach": {
            service: {"reached": yes, "not_reached": no, "unknown": unknown}
            for service, (yes, no, unknown) in result.reach.items()
        },
        "loops": [{"gacha_code": one.code, "loops": one.loops, "km": one.km} for one in result.loops],
        "gachas_with_loop": sum(bool(one) for one in loops) if None not in loops else None,
        "households_off_network": told(result.off_network),
        "year": result.provenance.year,
        "rules": result.provenance.policy_version,
    }


def share_words(result: RoadFaults, *, digits: int = 1) -> str:
    """Return the share as a number, or as two where surfaces are unknown."""
    share = result.access.share
    if share is None:
        return "—"
    low, high = (f"{one:.{digits}f}" for one in share)
    return f"{low}%" if low == high else f"{low}–{high}%"


def summary_lines(session: Session | Snapshot, result: RoadFaults) -> list[str]:
    """Say the figures."""
    access, small = result.access, int(session.policy.rule("small_count").value)

    def told(number: int | None) -> str:
        return "—" if number is None else f"<{small}" if 0 < number < small else f"{number:,}"

    counts = "  ".join(f"{text(f'fault_{kind}')} {number}" for kind, number in result.counts().items())
    lines = [text("faults_counts", counts=counts)]
    if access.share is None:
        lines.append(text("faults_access_unknown"))
    else:
        lines.append(text("faults_access", share=share_words(result), near=told(access.near),
                          far=told(access.far), unknown=told(access.unknown)))  # fmt: skip
    titles = {one.id: tr(one.title) for one, _ in session.catalogue.services()}
    lines += [
        text("faults_reach", service=titles[service], yes=yes, no=no, unknown=unknown)
        for service, (yes, no, unknown) in result.reach.items()
    ]
    loops = [one.loops for one in result.loops if one.loops is not None]
    if loops:
        lines.append(text("faults_loops", with_loop=sum(map(bool, loops)), without=loops.count(0)))
    if result.off_network:
        lines.append(text("faults_off_network", count=told(result.off_network)))
    return lines
