"""What a command asks of sheets: of which scene or theme, on what paper, by which template, for whom."""

from __future__ import annotations

from dataclasses import dataclass

from app import template_homes
from app.exports.sheet_words import SheetOptions
from app.session import Session, Snapshot
from layers.errors import InputError
from layers.maps.choropleth import MapTheme
from layers.maps.settings import LayerSettings
from layers.maps.sheet_template import PLAIN
from layers.plan.plan import Plan
from layers.plan.scenes import SavedScene, find
from layers.planning.schemes import read_scheme
from layers.release import INTERNAL, PUBLIC


@dataclass(frozen=True)
class Figures:
    """What is shown: a scene, or a service's gaps with year and scheme (all None: the map alone)."""

    scene: SavedScene | None = None
    service: str | None = None
    year: int | None = None
    scheme: str | None = None


@dataclass(frozen=True)
class Asked:
    """Sheets that are asked for, ready for their writers."""

    options: SheetOptions
    settings: LayerSettings | None
    theme: MapTheme | None


def figures_of(
    plan: Plan, *, scene: str | None, service: str | None, year: int | None, scheme: str | None
) -> Figures:
    """Return what is shown: a scene brings its own theme, year and scheme (one that is gone is passed over).

    Raises InputError `scene_alone`, `scene_unknown`, `scheme_unknown`.
    """
    from app.scene_views import scheme_of

    if scene is not None:
        if service is not None or scheme is not None or year is not None:
            raise InputError("scene_alone")
        chosen = find(plan, scene)
        return Figures(chosen, chosen.theme or None, chosen.year, scheme_of(plan, chosen))
    if scheme is not None and service is None:
        service = read_scheme(plan, scheme).service
    return Figures(None, service, year, scheme)


def asked_of(
    session: Session | Snapshot,
    figures: Figures,
    *,
    paper: str | None = None,
    template: str | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
    framed: bool = True,
) -> Asked:
    """Return sheets ready for their writers. framed: a scene's extent and words are taken, too.

    Raises InputError `template_unknown`, `service_unknown`.
    """
    from app.actions.sharing import map_theme
    from app.scene_views import frame_of, settings_of, theme_of

    own = template_homes.find(session.plan, template) if template is not None else PLAIN
    audience, scene = PUBLIC if public else INTERNAL, figures.scene
    options = SheetOptions(
        paper or own.paper,
        review_number=review_number.strip(),
        exempt=exempt.strip(),
        audience=audience,
        year=figures.year,
        scheme=figures.scheme,
        template=own,
        **(frame_of(scene) if framed else {}),
    )
    if scene is not None:
        settings = settings_of(session.plan, scene, session.policy, audience)
        return Asked(options, settings, theme_of(session, scene))
    return Asked(
        options, None, map_theme(session, figures.service, year=figures.year, scheme=figures.scheme)
    )
