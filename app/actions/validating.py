"""Faults of the data in one list, and their repair as one undoable command."""

from __future__ import annotations

from collections.abc import Sequence

from app.command import Answer
from app.messages import both, text, tr
from app.session import Session
from layers.checks import check_layer
from layers.errors import InputError
from layers.planning.data_faults import REPAIRS, Fault, data_faults, repaired


def validate(session: Session, *, repair: Sequence[str] | None = None) -> Answer:
    """Every finding of every layer; with `repair`, those sorts of faults mended as one command.

    Raises InputError `repair_unknown`.
    """
    wanted = [part for given in repair or () for part in given.split(",") if part]
    if wanted == ["all"]:
        wanted = list(REPAIRS)
    for one in wanted:
        if one not in REPAIRS:
            raise InputError("repair_unknown", name=one, known=list(REPAIRS))
    faults = data_faults(session.plan)
    lines: list[str] = []
    count = 0
    if wanted:
        changes = repaired(session.plan, faults, only=wanted)
        count = len(changes.rows)
        if count:
            session.do(both("shapes_repaired", count=count), changes, command="validate")
        lines.append(text("shapes_repaired", count=count))
        faults = data_faults(session.plan)
    data = [fault_data(session, one) for one in faults]
    lines += [fault_words(session, one) for one in faults]
    for kind, table in session.plan.layers():
        for finding in check_layer(table, session.plan):
            if finding.code == "geometry_invalid":
                continue  # told above as a self-crossing
            words = text(f"finding_{finding.code}", **finding.fields)
            data.append(
                {"kind": kind.id, "fid": finding.fid, "code": finding.code, "severity": finding.severity,
                 "other": None, "area_ha": None, "lon": None, "lat": None, "repairable": False,
                 "words": words}
            )  # fmt: skip
            lines.append(f"{tr(kind.title)} {finding.fid}: {words}")
    if wanted:
        return Answer({"repaired": count, "faults": data}, tuple(lines))
    return Answer(data, tuple(lines) or (text("no_faults"),))


def fault_data(session: Session, one: Fault) -> dict[str, object]:
    """Stable English keys."""
    lon = lat = None
    if one.place is not None:
        lon, lat = (round(float(value), 7) for value in session.plan.crs.to_lonlat([one.place])[0])
    return {"kind": one.kind, "fid": one.fid, "code": one.code, "severity": "warning", "other": one.other,
            "area_ha": None if one.area_m2 is None else round(one.area_m2 / 10_000, 6), "lon": lon,
            "lat": lat,
            "repairable": one.code in REPAIRS, "words": one.words}  # fmt: skip


def fault_words(session: Session, one: Fault) -> str:
    """One fault in words."""
    ha = "" if one.area_m2 is None else f"{one.area_m2 / 10_000:,.4f}"
    said = text(f"data_fault_{one.code}", other=one.other or "", ha=ha, words=one.words)
    return f"{tr(session.catalogue[one.kind].title)} {one.fid or ''}: {said}"
