"""The atlas of all gachas or sumu, from the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.actions.sheet_asked import asked_of, figures_of
from app.command import Answer
from app.messages import text
from app.session import Session, Snapshot
from layers.release import INTERNAL, PUBLIC


def atlas(
    session: Session | Snapshot,
    out: Path,
    *,
    over: str = "gacha",
    scene: str | None = None,
    paper: str | None = None,
    template: str | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
    only: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Write one page a unit of a level as one PDF.

    template: id or title of a sheet's template. scene: its layers, theme, year and scheme are taken, not its
    extent. Raises InputError `scene_unknown`, `template_unknown` and
    what `app.exports.atlas.write_atlas` does.
    """
    from app.exports.atlas import write_atlas

    audience = PUBLIC if public else INTERNAL
    figures = figures_of(session.plan, scene=scene, service=None, year=None, scheme=None)
    asked = asked_of(
        session, figures, paper=paper, template=template, public=public, review_number=review_number,
        exempt=exempt, framed=False,
    )  # fmt: skip
    done = write_atlas(
        session,
        out,
        over,
        asked.options,
        only=only,
        settings=asked.settings,
        theme=asked.theme,
        progress=progress or _told,
    )
    lines = [text("atlas_done", units=done.units, pages=done.pages, path=out)]
    if done.left_out:
        lines.append(text("atlas_left_out", names=list(done.left_out)))
    data = {
        "path": str(out),
        "over": over,
        "units": done.units,
        "pages": done.pages,
        "bytes": done.bytes,
        "left_out": list(done.left_out),
        "audience": audience,
    }
    return Answer(data, tuple(lines))


_seen = {"page": -1}


def _told(done: int, total: int) -> None:
    """Which page is being made, on a terminal."""
    if sys.stderr.isatty() and _seen["page"] != done:
        _seen["page"] = done
        print(f"\r{done}/{total} ", end="" if done < total else "\n", file=sys.stderr, flush=True)
