"""Making, opening and describing a project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from app.actions.boundaries import Boundaries
from app.command import Answer
from app.exports.files import reason_of
from app.messages import text, tr
from app.samples import sample_file
from app.session import Session
from layers.errors import InputError, StoreError
from layers.geo.crs import PlanningCrs, planning_crs
from layers.plan.plan import INFO, Plan
from layers.store import copy_project

USUAL_MERIDIAN = 120


def new(session: Session, project: Path, *, sample: bool = False, meridian: int | None = None,
        title: str = "", boundaries: str | None = None) -> Answer:
    """Make a project: an empty one in a 3-degree zone, or a copy of the sample; open it.

    boundaries: `sample` or a project's path, whose outline, sumu, gacha and seats the new one carries.
    meridian: None for the zone of these boundaries, 120 without. Raises StoreError `file_exists`, InputError
    `meridian_unknown` for one that is no multiple of 3, and the errors of `Boundaries`.
    """
    if os.path.lexists(project):  # a name too long for the disk is refused below, with its own sentence
        raise StoreError("file_exists", path=str(project))
    if sample:
        copy_sample(session, project)
        session.open(project)
    else:
        carried = Boundaries(boundaries, session.catalogue) if boundaries else None
        if meridian is None:
            meridian = carried.crs.central_meridian if carried else USUAL_MERIDIAN
        zone = zone_of(int(meridian))
        session.create(project, Plan(session.catalogue, zone, carried.within(zone) if carried else {}, {
            INFO[0]: {INFO[1]: {"title": title or project.stem}}}))
    return info(session)


def zone_of(meridian: int) -> PlanningCrs:
    """Return the planning CRS of a central meridian; raises InputError `meridian_unknown`."""
    crs = planning_crs(float(meridian)) if 72 < meridian < 138 else None
    if crs is None or crs.central_meridian != meridian:
        raise InputError("meridian_unknown", meridian=meridian)
    return crs


def copy_sample(session: Session, project: Path) -> None:
    """Copy the sample banner to `project`, whole or not at all, into a folder that is made for it if need be.

    Raises StoreError `cannot_write` and as `copy_project`.
    """
    try:
        project.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("cannot_write", path=str(project.parent), reason=reason_of(error)) from error
    copy_project(sample_file(), project, session.catalogue)


def open_project(session: Session) -> Answer:
    """Describe the project that has just been opened (the window shows it instead)."""
    return info(session)


def info(session: Session) -> Answer:
    """Describe the open project: title, CRS, period, layers with counts."""
    plan = session.plan
    layers: list[dict[str, Any]] = [
        {"kind": kind.id, "title": tr(kind.title), "theme": kind.theme, "geometry": kind.geometry,
         "count": len(table)} for kind, table in plan.layers()]
    data = {
        "path": str(session.path),
        "title": plan.info.get("title", ""),
        "crs": f"EPSG:{plan.crs.epsg}",
        "central_meridian": plan.crs.central_meridian,
        "period": session.policy.period.id,
        "rules_version": session.policy.version,
        "read_only": session.read_only,
        "layers": layers,
        "features": sum(layer["count"] for layer in layers),
    }
    lines = [f"{data['title'] or session.path.name}",
             text("info_crs", crs=plan.crs.name(_language()), epsg=plan.crs.epsg),
             text("info_period", period=session.policy.period.id, rules=session.policy.version),
             text("info_counts", layers=len(layers), features=f"{data['features']:,}")]
    lines += [f"  {layer['title']}  {layer['count']:,}" for layer in layers]
    if not layers:
        lines.append(text("info_empty"))
    return Answer(data, tuple(lines))


def _language() -> str:
    from app.messages import language

    return language()
