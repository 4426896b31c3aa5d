"""What leaves the house: a copy to share, a picture of the map, and the whole main job without a window."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from app.actions.gaps import gaps
from app.actions.project import copy_sample
from app.command import Answer
from app.messages import text
from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError, StoreError
from layers.planning.gaps import gaps as compute_gaps
from layers.release import INTERNAL, allowed_columns, export_record
from layers.store import share_project

DEFAULT_THEME = "toilets"


def share(session: Session, out: Path) -> Answer:
    """Write a copy without households, history and sensitive columns; refuses an existing file.

    Raises StoreError `file_exists`, `cannot_write`, `disk_full`.
    """
    allowed = allowed_columns(session.catalogue, audience=INTERNAL)
    share_project(session.plan, out, allowed=allowed)
    kinds = [kind.id for kind, _ in session.plan.layers() if kind.id in allowed]
    left_out = [kind.title for kind, _ in session.plan.layers() if kind.id not in allowed]
    rows = sum(len(session.plan.tables[kind]) for kind in kinds)
    record = export_record(out.read_bytes(), at=_now(), what=out.name, audience=INTERNAL, columns=kinds, rows=rows,
                           rules=("allow_list", f"audience_{INTERNAL}"))
    session.log_export(record, Text(f"导出副本 {out.name}", f"Shared a copy {out.name}"))
    return Answer({"path": str(out), "layers": kinds, "features": rows,
                   "left_out": [title.en for title in left_out]},
                  (text("wrote", path=out), text("share_left_out", layers=left_out)))


def export(session: Session, out: Path, *, service: str | None = None, year: int | None = None,
           width: int = 1920, height: int = 1080) -> Answer:
    """Write the map of the whole banner as PNG, with the theme of a service's gaps where one is asked for.

    Raises InputError `format_unknown`, `service_unknown`; StoreError `cannot_write`.
    """
    if out.suffix.lower() != ".png":
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=".png")
    from app.exports.picture import write_picture

    theme = None
    if service is not None:
        known = [one.id for one, _ in session.catalogue.services()]
        if service not in known:
            raise InputError("service_unknown", service=service, known=", ".join(known))
        from app.gap_themes import built_by_year, theme_of

        built = built_by_year(session.plan, session.policy, session.catalogue, year=year)
        result = compute_gaps(session.plan, session.policy, year=year)
        theme = theme_of(session.catalogue, session.policy, result, service, built)
    write_picture(session, out, theme=theme, width=width, height=height)
    return Answer({"path": str(out), "width": width, "height": height}, (text("wrote", path=out),))


def headless(session: Session, *, out: str = "out") -> Answer:
    """Do the main job where there is no screen: sample project, gaps as CSV and JSON, map as PNG.

    An earlier run's files in the folder are replaced. Raises StoreError `cannot_write`.
    """
    folder = Path(out)
    project = folder / "ewenki.gpkg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        project.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("cannot_write", path=str(folder), reason=error.strerror or str(error)) from error
    copy_sample(project)
    session.open(project)
    files = [project, folder / "gaps.csv", folder / "gaps.json", folder / "map.png", folder / "toilets.png"]
    gaps(session, out=files[1], level="all")
    gaps(session, out=files[2], level="all")
    export(session, files[3])
    export(session, files[4], service=DEFAULT_THEME)
    return Answer({"files": [str(file) for file in files]},
                  (text("headless_done", folder=os.path.join(str(folder), "")),
                   *(f"  {file.name}  {file.stat().st_size / 1024:,.0f} kB" for file in files)))


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
