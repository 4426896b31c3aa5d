"""Slides of the story and reports: what the command line and the window ask for, turned into files."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.leaving import DPI, Leaving
from app.messages import text
from app.session import Session, Snapshot
from layers.errors import InputError
from layers.plan.scenes import find, scenes
from layers.release import INTERNAL, PUBLIC

Progress = Callable[[int, int], None]


def _quiet(_done: int, _total: int) -> None:
    return None


def slides(
    session: Session | Snapshot,
    out: Path,
    *,
    scene: str | None = None,
    story: bool = False,
    template: Path | None = None,
    date: str | None = None,
    dpi: int | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
    progress: Progress = _quiet,
) -> Answer:
    """Write every scene (or the one that `scene` names) as slides; dpi: of their maps.

    date: the day printed on them (ISO), today without one. Raises InputError `story_or_scene`,
    `scene_unknown`, `day_not_understood` and those of `write_slides`; RuleError `review_number_needed`.
    """
    if story and scene is not None:
        raise InputError("story_or_scene")
    from app.exports.slides import write_slides

    chosen = scenes(session.plan) if scene is None else (find(session.plan, scene),)
    numbers = write_slides(
        session,
        out,
        chosen,
        leaving=leaving_of(template, date, dpi, public, review_number, exempt),
        cover=scene is None,
        progress=progress,
    )
    data = {
        "path": str(out),
        "bytes": out.stat().st_size,
        "slides": len(chosen) + (scene is None),
        "numbers": len(numbers.listed),
        "withheld": numbers.withheld,
    }
    said = text("slides_done", slides=data["slides"], numbers=data["numbers"])
    return Answer(data, (text("wrote", path=out), said))


def report(
    session: Session | Snapshot,
    out: Path,
    *,
    kind: str = "yearly",
    year: int | None = None,
    project_: str | None = None,
    template: Path | None = None,
    date: str | None = None,
    dpi: int | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
    progress: Progress = _quiet,
) -> Answer:
    """Write the yearly monitoring report, or the sheet of a project (`project_`), as .docx. Raises InputError
    `day_not_understood` and those of `write_report`; RuleError `review_number_needed`."""
    from app.exports.report import write_report

    numbers = write_report(
        session,
        out,
        kind=kind,
        year=year,
        project=project_,
        leaving=leaving_of(template, date, dpi, public, review_number, exempt),
        progress=progress,
    )
    data = {
        "path": str(out),
        "bytes": out.stat().st_size,
        "kind": kind,
        "numbers": len(numbers.listed),
        "withheld": numbers.withheld,
    }
    return Answer(data, (text("wrote", path=out), text("report_done", numbers=data["numbers"])))


def leaving_of(
    template: Path | None, date: str | None, dpi: int | None, public: bool, review_number: str, exempt: str
) -> Leaving:
    """Return how a file leaves. Raises InputError `day_not_understood`."""
    day: datetime.date | None = None if date is None else parse_day(date)
    audience = PUBLIC if public else INTERNAL
    return Leaving(audience, review_number.strip(), exempt.strip(), day, template, dpi or DPI)
