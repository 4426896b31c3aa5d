"""Scenes as steps of a web page: where each looks, what it shows, says and compares. Words and places only.

What a step points to is already in the page's layers and services: nothing leaves here that the gate has not
let through. Places are on the page's grid, so that those of the public are as coarse as all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.sharing import look_of
from app.exports.web_layers import WebLayers
from app.exports.web_services import WebServices, state_key
from app.exports.web_shapes import Grid
from app.messages import text
from app.scene_views import settings_of
from app.session import Session, Snapshot
from layers.maps.classes import Look
from layers.maps.settings import LayerSettings
from layers.plan.plan import Plan
from layers.plan.scenes import SavedScene
from layers.planning.schemes import COLLECTION as SCHEMES
from layers.planning.schemes import Scheme, read_scheme

STORY_WORDS = ("next", "back", "contents", "step_of", "divider")


def union_of(plan: Plan, scenes: Sequence[SavedScene]) -> LayerSettings:
    """The settings of a page that tells the scenes: every layer that one of them shows."""
    return LayerSettings(frozenset(kind for one in scenes for kind in one.visible if kind in plan))


def looks_of(scenes: Sequence[SavedScene]) -> Mapping[str, Look]:
    """How each theme's amounts are classed: as the first scene that shows it says."""
    return {one.theme: look_of(None, scene=one) for one in reversed(scenes) if one.theme}


def states_of(
    plan: Plan, years: Sequence[int], scenes: Sequence[SavedScene]
) -> tuple[tuple[int, Scheme, int], ...]:
    """Return (number from 1, scheme, year) of what scenes show or compare with, of schemes that are kept;
    then of the other years of the schemes that scenes show, the last first, for a reader to go through.

    A scene without a year shows a scheme carried out: at the end of the last year.
    """
    kept = plan.documents.get(SCHEMES, {})
    pairs = [pair for one in scenes for pair in ((one.year, one.scheme), one.before or (None, None))]
    asked = [(name, year if year in years else years[-1]) for year, name in pairs if name in kept]
    names = list(dict.fromkeys(name for name, _ in asked))
    schemes = {name: read_scheme(plan, name) for name in names}
    shown = dict.fromkeys(one.scheme for one in scenes if one.scheme in schemes)
    asked += [(name, year) for name in shown for year in reversed(years)]
    return tuple((names.index(name) + 1, schemes[name], year) for name, year in dict.fromkeys(asked))


def story_steps(
    session: Session | Snapshot,
    grid: Grid,
    layers: WebLayers,
    services: WebServices,
    scenes: Sequence[SavedScene],
    audience: str,
) -> list[dict[str, Any]]:
    """Return the steps as values for the page's data island."""
    numbers = {
        scheme.name: at for at, scheme, _ in states_of(session.plan, services.years, scenes)
    }
    known = {layer["id"] for layer in layers.layers}
    told = {service["id"]: service for service in services.services}

    def state(year: int | None, scheme: str | None, service: str) -> dict[str, Any]:
        at = numbers.get(scheme or "", 0)
        shown = year if year in services.years else services.years[-1] if at else services.year
        if at and state_key(at, shown) not in told.get(service, {}).get("years", ()):
            at = 0  # the service is not what the scheme is about, or the page may not tell of it
        return {"variant": at, "year": shown, "label": _label(shown, scheme if at else None)}

    steps = []
    for one in scenes:
        settings = settings_of(session.plan, one, session.policy, audience)
        service = one.theme if one.theme in told else ""
        now = state(one.year, one.scheme, service)
        before = state(*one.before, service) if one.before is not None and service else None
        west, south, east, north = one.bounds
        steps.append(
            {
                "title": one.name,
                "caption": one.caption,
                "bounds": [*grid.place(west, south), *grid.place(east, north)],
                "visible": [kind for kind in one.visible if kind in known],
                "opacity": {kind: share for kind, share in one.opacity if kind in known},
                "service": service,
                **now,
                "before": before if before != now else None,
                "note": _note(session.plan, one, now, before) or _untold(now, services.years, told[service])
                if service else "",
                "highlighted": [list(unit) for unit in settings.highlighted if unit[0] in known],
                "callouts": [
                    {"lines": [line for line in each.text.splitlines() if line.strip()],
                     "at": grid.place(*each.at)}
                    for each in settings.callouts
                ],
            }
        )  # fmt: skip
    return steps


def _note(plan: Plan, scene: SavedScene, now: dict[str, Any], before: dict[str, Any] | None) -> str:
    """What the page cannot show of what the scene asks: a scheme whose numbers tell small counts."""
    kept = plan.documents.get(SCHEMES, {})
    lost = [
        name
        for name, state in ((scene.scheme, now), (scene.before[1] if scene.before else None, before))
        if name in kept and state is not None and not state["variant"]
        and read_scheme(plan, name).service == scene.theme
    ]  # fmt: skip
    return text("web_scheme_withheld", names=lost) if lost else ""


def _untold(now: dict[str, Any], years: Sequence[int], service: Mapping[str, Any]) -> str:
    """Years of the shown scheme that a reader cannot go to: with the others they would tell small counts."""
    at = now["variant"]
    lost = [str(year) for year in years if state_key(at, year) not in service["years"]] if at else []
    return text("web_scheme_years_withheld", years=lost) if lost else ""


def _label(year: int, scheme: str | None) -> str:
    said = text("web_year_end", year=year)
    return f"{said} · {scheme}" if scheme else said


