"""What leaves the house: a copy to share, a picture of the map, and the whole main job without a window."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app import template_homes
from app.actions.gaps import counted_gaps, gaps
from app.actions.project import copy_sample
from app.actions.sheet_asked import figures_of
from app.actions.toilets import toilets
from app.command import Answer
from app.exports.files import log_file, reason_of
from app.messages import text
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError, StoreError
from layers.maps.classes import USUAL_LOOK, Classing, Look
from layers.maps.sheet_template import PLAIN, SheetTemplate
from layers.plan.plan import Plan
from layers.plan.scenes import SavedScene, scenes
from layers.planning.schemes import read_scheme
from layers.release import INTERNAL, PUBLIC, allowed_columns, require_review
from layers.store import share_project

HEADLESS_MAPS: Mapping[str, Mapping[str, Any]] = {
    "map.png": {},
    "toilets.png": {"service": "toilets"},
    "toilets.pdf": {"service": "toilets"},
    "map.html": {"service": "toilets"},
}


def share(session: Session, out: Path) -> Answer:
    """Write a copy without households, history and sensitive columns; refuses an existing file.

    Raises StoreError `file_exists`, `cannot_write`, `disk_full`.
    """
    allowed = allowed_columns(session.catalogue, audience=INTERNAL)
    share_project(session.plan, out, allowed=allowed)
    kinds = [kind.id for kind, _ in session.plan.layers() if kind.id in allowed]
    left_out = [kind.title for kind, _ in session.plan.layers() if kind.id not in allowed]
    rows = sum(len(session.plan.tables[kind]) for kind in kinds)
    log_file(
        session, out, out.read_bytes(), Text("副本", "a copy"),
        columns=kinds, rows=rows, rules=("allow_list", f"audience_{INTERNAL}"),
    )  # fmt: skip
    return Answer(
        {"path": str(out), "layers": kinds, "features": rows, "left_out": [title.en for title in left_out]},
        (text("wrote", path=out), *((text("share_left_out", layers=left_out),) if left_out else ())),
    )


def export(
    session: Session | Snapshot,
    out: Path,
    *,
    service: str | None = None,
    year: int | None = None,
    scheme: str | None = None,
    scene: str | None = None,
    paper: str | None = None,
    template: str | None = None,
    dpi: int | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
    width: int = 1920,
    height: int = 1080,
    story: bool = False,
    date: str | None = None,
    classes: str | None = None,
    symbols: bool = False,
    basemap: Path | None = None,
) -> Answer:
    """Write the map of the whole banner: .png, .pdf, .svg or .html by the file's ending; a scene, or with
    `story` all of them, as steps of a page (.html) or as slides: .pptx (`app.actions.story`, with `template`
    and the `date` on them).

    scene: the name of a kept scene, whose extent, layers, year, scheme, theme and words are taken.
    service: with the theme of its gaps; scheme: as this scheme would have them up to `year`. paper, dpi,
    template: a printed sheet also for .png. public: only what the public may see, and only with a review
    number or a ground of exemption (`exempt`), which is printed and logged. basemap: a file under the layers
    (MBTiles, GeoTIFF), in pictures and sheets for the house only.
    classes: how amounts are classed (`Classing.parse`; without it as the scene says). symbols: circles whose
    area is the number that is missing.
    Raises InputError `format_unknown`, `service_unknown`, `scheme_unknown`, `scene_unknown`,
    `classes_malformed`, `scene_alone` and those of the writers and of `record_of_file`; RuleError
    `review_number_needed`, `basemap_public`; StoreError `cannot_write`.
    """
    suffix = out.suffix.lower()
    if basemap is not None and (public or suffix in (".html", ".pptx")):
        raise RuleError("basemap_public")
    if suffix == ".pptx":
        if service is not None or scheme is not None or year is not None:
            raise InputError("scene_alone")
        from app.actions.story import slides

        own_file = Path(template) if template is not None else None
        return slides(session, out, scene=scene, story=story, template=own_file, date=date, dpi=dpi,
                      public=public, review_number=review_number, exempt=exempt)  # fmt: skip
    if (story and suffix != ".html") or date is not None:
        raise InputError("story_is_slides")
    if story and any(one is not None for one in (scene, service, scheme, year)):
        raise InputError("story_or_scene")
    if suffix not in WRITERS:
        known = " ".join((*WRITERS, ".pptx"))
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=known)
    require_review(PUBLIC if public else INTERNAL, review_number, exempt)
    figures = figures_of(session.plan, scene=scene, service=service, year=year, scheme=scheme)
    chosen, service, year, scheme = figures.scene, figures.service, figures.year, figures.scheme
    look = look_of(classes, symbols=symbols, scene=chosen)
    if template is not None and suffix == ".html":
        raise InputError("template_for_paper")
    own = template_homes.find(session.plan, template) if template is not None else PLAIN
    wanted = Wanted(
        year,
        scheme,
        service,
        paper or (own.paper if template is not None or dpi or public else None),
        dpi or DPI,
        PUBLIC if public else INTERNAL,
        review_number.strip(),
        width,
        height,
        chosen,
        exempt.strip(),
        look,
        own,
        basemap,
        told(session.plan, chosen, story=story),
    )
    WRITERS[suffix](session, out, wanted)
    return Answer({"path": str(out), "bytes": out.stat().st_size}, (text("wrote", path=out),))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an export of the map."""

    year: int | None
    scheme: str | None
    service: str | None
    paper: str | None
    dpi: int
    audience: str
    review_number: str
    width: int
    height: int
    scene: SavedScene | None = None
    exempt: str = ""
    look: Look = USUAL_LOOK
    template: SheetTemplate = PLAIN
    basemap: Path | None = None
    told: tuple[SavedScene, ...] = ()


def told(plan: Plan, scene: SavedScene | None, *, story: bool) -> tuple[SavedScene, ...]:
    """Return the scenes that a page tells: one, or with `story` all. Raises InputError `story_empty`."""
    if not story:
        return (scene,) if scene is not None else ()
    found = scenes(plan)
    if not found:
        raise InputError("story_empty")
    return found


def look_of(classes: str | None, *, symbols: bool = False, scene: SavedScene | None = None) -> Look:
    """Return the look that is asked for, without a word that of a scene. Raises InputError
    `classes_malformed`."""
    kept = scene.classes if scene is not None else ""
    given = kept if classes is None else classes
    circles = symbols or (scene is not None and scene.symbols)
    return Look(Classing.parse(given) if given else Classing(), circles)


def map_theme(
    session: Session | Snapshot,
    service: str | None,
    *,
    year: int | None,
    scheme: str | None,
    look: Look = USUAL_LOOK,
) -> Any:
    """Return the map's theme of a service's gaps (under a scheme), None for no service.

    Amounts are classed by all that is recorded, as in the window, so that years and schemes can be compared.

    Raises InputError `service_unknown`, `scheme_unknown`.
    """
    if service is None:
        return None
    known = [one.id for one, _ in session.catalogue.services()]
    if service not in known:
        raise InputError("service_unknown", service=service, known=", ".join(known))
    from app.gap_themes import built_by_year, theme_of

    built = built_by_year(session.plan, session.policy, session.catalogue, year=year)
    result = counted_gaps(session, year=year, scheme=scheme)
    chosen = read_scheme(session.plan, scheme) if scheme is not None else None
    recorded = result if year is None and scheme is None else counted_gaps(session, year=None, scheme=None)
    return theme_of(session.catalogue, session.policy, result, service, built, chosen, recorded, look)


def _write_png(session: Session | Snapshot, out: Path, wanted: Wanted) -> None:
    if wanted.paper is not None:
        _write_sheet(session, out, wanted)
        return
    from app.exports.picture import write_picture

    write_picture(
        session,
        out,
        theme=map_theme(session, wanted.service, year=wanted.year, scheme=wanted.scheme, look=wanted.look),
        width=wanted.width,
        height=wanted.height,
        settings=_scene_layers(session, wanted),
        extent=wanted.scene.bounds if wanted.scene else None,
        words=_scene_words(wanted),
    )


def _scene_layers(session: Session | Snapshot, wanted: Wanted) -> Any:
    from app.scene_views import settings_of

    scene = wanted.scene
    layers = settings_of(session.plan, scene, session.policy, wanted.audience) if scene else None
    if wanted.basemap is None:
        return layers
    from app.basemaps.shelf import opened, record_of_file
    from layers.maps.settings import LayerSettings

    below = opened(record_of_file(wanted.basemap))
    return replace(layers or LayerSettings.default(session.plan), basemap=below)


def _scene_words(wanted: Wanted) -> tuple[Text, Text | None] | None:
    from app.scene_views import words_of

    return words_of(wanted.scene) if wanted.scene else None


def _write_sheet(session: Session | Snapshot, out: Path, wanted: Wanted) -> None:
    from app.exports.paper import write_sheet
    from app.scene_views import frame_of

    write_sheet(
        session,
        out,
        theme=map_theme(session, wanted.service, year=wanted.year, scheme=wanted.scheme, look=wanted.look),
        paper=wanted.paper or wanted.template.paper,
        template=wanted.template,
        dpi=wanted.dpi,
        year=wanted.year,
        scheme=wanted.scheme,
        audience=wanted.audience,
        review_number=wanted.review_number,
        exempt=wanted.exempt,
        settings=_scene_layers(session, wanted),
        **frame_of(wanted.scene),
    )


def _write_web(session: Session | Snapshot, out: Path, wanted: Wanted) -> None:
    from app.exports.web import write_web_map

    scheme = None if wanted.told else wanted.scheme  # scenes bring their own
    allocation = read_scheme(session.plan, scheme).cells if scheme is not None else None
    write_web_map(
        session,
        out,
        year=wanted.year,
        scheme=scheme,
        allocation=allocation,
        theme=wanted.service,
        audience=wanted.audience,
        review_number=wanted.review_number,
        exempt=wanted.exempt,
        settings=_scene_layers(session, wanted),
        scenes=wanted.told,
        look=wanted.look,
    )


DPI = 300
WRITERS: Mapping[str, Callable[[Any, Path, Wanted], None]] = {
    ".png": _write_png,
    ".pdf": _write_sheet,
    ".svg": _write_sheet,
    ".html": _write_web,
}


def headless(session: Session, *, out: str = "out") -> Answer:
    """Do the main job where there is no screen: the sample, its gaps, the toilets allocated, maps to take
    away.

    An earlier run's files in the folder are replaced. Raises StoreError `cannot_write`.
    """
    folder = Path(out)
    project = folder / "ewenki.gpkg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        project.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("cannot_write", path=str(folder), reason=reason_of(error)) from error
    copy_sample(session, project)
    session.open(project)
    scheme = text("headless_scheme")
    toilets(session, scheme, adopt=True)
    files = [project]
    for name in ("gaps.csv", "gaps.json"):
        files.append(folder / name)
        gaps(session, out=files[-1], level="all")
    for name, options in HEADLESS_MAPS.items():
        files.append(folder / name)
        export(session, files[-1], **{**options, **({"scheme": scheme} if "service" in options else {})})
    return Answer(
        {"files": [str(file) for file in files]},
        (
            text("headless_done", folder=os.path.join(str(folder), "")),
            *(f"  {file.name}  {file.stat().st_size / 1024:,.0f} kB" for file in files),
        ),
    )
