"""The map as one web page that asks for nothing: layers, legend, what is where, search, the years.

It opens from a disk, a stick or a phone without a network. Only what may leave is in the file; households,
toilets and camps never are, and counts of households pass `web_counts`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.exports.files import log_file, now, write_whole
from app.exports.web_layers import WebLayers, sumu_names, web_layers
from app.exports.web_page import page
from app.exports.web_services import WebServices, status_words, web_services
from app.exports.web_shapes import Grid
from app.exports.web_story import STORY_WORDS, looks_of, states_of, story_steps, union_of
from app.exports.web_style import css, icon_data, icon_names, millimetres
from app.messages import language, text, tr
from app.places import readings
from app.session import Session
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.circles import LEAST_LARGEST_MM
from layers.maps.classes import Look
from layers.maps.palette import colour
from layers.maps.points import LARGEST_DISC_MM, NEAR_SCALE
from layers.maps.settings import LayerSettings
from layers.plan.scenes import SavedScene
from layers.planning.results import Gaps
from layers.planning.schemes import read_scheme
from layers.release import INTERNAL, allowed_columns, clean_metadata, footnotes, require_review

WORDS = (
    "layers",
    "more",
    "search",
    "search_hint",
    "nothing_found",
    "overview",
    "service",
    "close",
    "play",
    "pause",
    "year_end",
    "have",
    "gap",
    "unknown",
    "new",
    "planned",
    "withheld",
    "also_here",
    "schematic",
    "north",
    "target",
    "columns",
    "quota",
    "banner",
    "legend",
    "zoom_in",
    "zoom_out",
    "whole",
    "years",
    "not_dated",
    "chapter",
    "more_themes",
)


def write_web_map(
    session: Session,
    out: Path,
    *,
    year: int | None = None,
    scheme: str | None = None,
    theme: MapTheme | str | None = None,
    audience: str = INTERNAL,
    review_number: str = "",
    exempt: str = "",
    allocation: Mapping[str, Mapping[int, int]] | None = None,
    settings: LayerSettings | None = None,
    look: Look | None = None,
    date: datetime.date | None = None,
    check: Callable[[], None] | None = None,
    scenes: Sequence[SavedScene] = (),
    beside: Gaps | None = None,
) -> None:
    """Write the page to `out` (.html) and log it.

    year: the page opens with it (None: the last one with news). scheme: name of a scheme of the project whose
    cells stand in each gacha as columns. allocation: such cells (gacha code -> year -> number) that are not
    kept; then scheme is only their name. theme: a service's id (or its theme) that the page opens with.
    settings: layers that are shown at first. look: how the amounts of `theme` are classed (None: as it has
    it). date: that is printed (None: today). check: called while the figures of a year are reckoned; what it
    raises gives the page up. scenes: the page tells them step by step, with their layers, years and schemes
    in place of the above. beside: gaps whose table lies beside the page. Raises InputError
    `audience_unknown`, `scheme_unknown`, StoreError `cannot_write`.
    """
    at = now()
    data, layers, services = web_map(
        session,
        year=year,
        scheme=scheme,
        theme=theme,
        audience=audience,
        at=at if date is None else date.isoformat(),
        check=check,
        review_number=review_number,
        exempt=exempt,
        allocation=allocation,
        settings=settings,
        look=look,
        scenes=scenes,
        beside=beside,
    )
    write_whole(out, data)
    rules = ["allow_list", f"audience_{audience}", "small_counts", "simplified", "no_request"]
    rules += require_review(audience, review_number, exempt) if exempt else ()
    log_file(
        session, out, data, Text("网页地图", "a web map"), at=at,
        audience=audience, columns=[*layers.columns, *services.columns], rows=layers.rows, rules=rules,
    )  # fmt: skip


def web_map(
    session: Session,
    *,
    year: int | None = None,
    scheme: str | None = None,
    theme: MapTheme | str | None = None,
    audience: str = INTERNAL,
    review_number: str = "",
    exempt: str = "",
    at: str = "",
    allocation: Mapping[str, Mapping[int, int]] | None = None,
    settings: LayerSettings | None = None,
    look: Look | None = None,
    check: Callable[[], None] | None = None,
    scenes: Sequence[SavedScene] = (),
    beside: Gaps | None = None,
) -> tuple[bytes, WebLayers, WebServices]:
    """Return the page that `write_web_map` writes, and what is in it. at: when, as an ISO time."""
    plan = session.plan
    at = at or datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    allocated = None
    if scheme is not None and allocation is None:
        kept = read_scheme(plan, scheme)
        allocation, allocated = kept.cells, kept.service
    states = states_of(plan, tuple(session.policy.period.years), scenes)
    if scenes:
        settings = union_of(plan, scenes)
    grid = Grid.of(plan.bounds or (0.0, 0.0, 1.0, 1.0), session.policy, audience)
    layers = web_layers(plan, session.policy, grid, audience=audience, settings=settings)
    drawn = {layer["role"] for layer in layers.layers if layer["role"]}
    services = web_services(
        session, grid, year=year, drawn=drawn, audience=audience, allocation=allocation, allocated=allocated,
        looks=_looks(theme, look) if not scenes else looks_of(scenes), check=check, states=states,
        beside=beside,
    )  # fmt: skip
    document: dict[str, Any] = {
        **_head(session, services, scheme, audience, at),
        "grid": {"origin": list(grid.origin), "unit": grid.unit},
        "bounds": _bounds(plan.bounds, grid),
        "layers": layers.layers,
        "parents": _parents(session, audience),
        "sumu": list(sumu_names(plan, audience).items()),
        "services": services.services,
        "years": list(services.years),
        "year": services.year,
        "theme": _opening_theme(theme, services),
        "statuses": status_words(),
        "foot": _foot(session, layers, services, audience, review_number, exempt, at),
        "sizes": {
            "column": millimetres(1.05),
            "gap": millimetres(0.14),
            "tallest": millimetres(11.0),
            "seat": millimetres(1.9),
            "case": millimetres(1.15),
            "core": millimetres(0.7),
            "circle": millimetres(LARGEST_DISC_MM),
            "circle_least": millimetres(LEAST_LARGEST_MM),
            "circle_near": NEAR_SCALE,
        },
        "circle_colours": [css(colour(name)) for name in ("circle", "circle_edge", "halo")],
        "words": {word: text(f"web_{word}") for word in WORDS},
    }
    if scenes:
        steps = story_steps(session, grid, layers, services, scenes, audience)
        document["story"] = {"steps": steps, "words": {word: text(f"web_{word}") for word in STORY_WORDS}}
    document["icons"] = {
        name: icon_data(name) for name in sorted(icon_names([layers.layers, services.services]))
    }
    document["readings"] = _readings(layers)
    return page(document, language=language()), layers, services


def _head(
    session: Session, services: WebServices, scheme: str | None, audience: str, at: str
) -> dict[str, Any]:
    info, policy = session.plan.info, session.policy
    title = str((info.get("title_en") if language() == "en" else "") or info.get("title") or "")
    about = clean_metadata(
        {
            "title": title,
            "language": language(),
            "software": "QiTu",
            "date": at[:10],
            "crs": f"EPSG:{session.plan.crs.epsg}",
            "year": services.year,
            "policy_version": policy.version,
            "policy_digest": policy.digest,
            "clauses": ", ".join(services.clauses),
            "audience": audience,
        }
    )
    period = policy.period
    return {
        "about": about,
        "title": title,
        "language": language(),
        "period": f"{period.first_year}–{period.last_year}",
        "scheme": scheme or "",
        "clauses": list(services.clauses),
    }


def _bounds(bounds: tuple[float, float, float, float] | None, grid: Grid) -> list[int]:
    west, south, east, north = bounds or (0.0, 0.0, 1.0, 1.0)
    return [*grid.place(west, south), *grid.place(east, north)]


def _parents(session: Session, audience: str) -> list[list[str]]:
    """[gacha code, sumu code] of every gacha: what stands under a name."""
    allowed = allowed_columns(session.catalogue, audience=audience)
    return [
        [str(code), str(parent)]
        for table in session.plan.with_role("unit.gacha")
        if "sumu_code" in allowed.get(table.kind.id, ())
        for code, parent in zip(table.column(table.kind.key), table.column("sumu_code"), strict=True)
        if code is not None and parent is not None
    ]


def _opening_theme(theme: MapTheme | str | None, services: WebServices) -> str:
    """The service that the page opens with: what is asked for, else the first; "" where there is none."""
    wanted = theme if isinstance(theme, str) or theme is None else theme.id
    known = [service["id"] for service in services.services]
    return next((one for one in known if one == wanted), next(iter(known), ""))


def _foot(
    session: Session,
    layers: WebLayers,
    services: WebServices,
    audience: str,
    review_number: str,
    exempt: str,
    at: str,
) -> dict[str, Any]:
    """What must stand under the map: clause, data, rounding, suppression; at the right secrecy and review."""
    policy = session.policy
    period = policy.period
    rules = policy.rule("public_coordinate_rounding").values
    rounding = (
        text("web_not_rounded")
        if audience == INTERNAL
        else text("web_rounded", metres=f"{rules['metres']:g}")
    )
    sure = [
        text("web_data", year=services.year, date=at[:10]),
        rounding,
        text("web_small_counts", count=f"{policy.rule('small_count').value:g}"),
    ]
    codes = footnotes(
        audience,
        is_map=True,
        review_number=review_number,
        exempt=exempt,
        withheld=layers.withheld + services.withheld,
        sample=layers.schematic,
    )
    marks = [text(f"release_{code}") for code in codes if code in ("keep_inside", "not_reviewed")]
    sure += [text(f"release_{code}") for code in codes if code not in ("keep_inside", "not_reviewed")]
    if review_number.strip():
        marks.append(text("web_review", number=review_number.strip()))
    elif exempt.strip():
        marks.append(text("sheet_review_exempt", ground=exempt.strip()))
    document = text("web_document", document=tr(Text(period.document.zh, period.document.en)))
    return {"basis": text("web_basis"), "document": document, "left": sure, "right": marks}


def _readings(layers: WebLayers) -> dict[str, list[str]]:
    """Every reading of each character of a name, so that a name is found by its pinyin."""
    characters = sorted({sign for layer in layers.layers for name in layer["names"] for sign in name})
    return {sign: list(found) for sign in characters if not sign.isascii() and (found := readings(sign))}


def _looks(theme: MapTheme | str | None, look: Look | None) -> dict[str, Look]:
    """The look of the service that the page opens with."""
    if theme is None:
        return {}
    if isinstance(theme, MapTheme):
        return {theme.id: look or theme.look}
    return {theme: look} if look else {}
