"""The atlas of all gachas or sumu, from the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app import template_homes
from app.command import Answer
from app.messages import text
from app.session import Session, Snapshot
from layers.maps.sheet_template import PLAIN
from layers.plan.scenes import find
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
    from app.exports.paper import SheetOptions
    from app.scene_views import scheme_of, settings_of, theme_of

    audience = PUBLIC if public else INTERNAL
    chosen = find(session.plan, scene) if scene is not None else None
    scheme = scheme_of(session.plan, chosen) if chosen is not None else None
    year = chosen.year if chosen is not None else None
    own = template_homes.find(session.plan, template) if template is not None else PLAIN
    options = SheetOptions(
        paper or own.paper,
        review_number=review_number.strip(),
        exempt=exempt.strip(),
        audience=audience,
        year=year,
        scheme=scheme,
        template=own,
    )
    done = write_atlas(
        session,
        out,
        over,
        options,
        only=only,
        settings=settings_of(session.plan, chosen, session.policy, audience) if chosen else None,
        theme=theme_of(session, chosen) if chosen else None,
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
