"""From a kept scene to what paints it, and from what is looked at to a scene. No Qt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from app.actions.sharing import look_of, map_theme
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.classes import USUAL_LOOK, Classing
from layers.maps.project_styles import project_styles
from layers.maps.settings import LayerSettings
from layers.maps.viewport import View
from layers.plan.plan import Plan
from layers.plan.scenes import UNIT, Callout, SavedScene
from layers.planning.schemes import COLLECTION as SCHEMES
from layers.policy.bundle import Policy
from layers.release import INTERNAL, round_geometries


def settings_of(
    plan: Plan, scene: SavedScene, policy: Policy | None = None, audience: str = INTERNAL
) -> LayerSettings:
    """Return the layers of a scene that are still there, with its callouts and highlighted units.

    For the public the places that callouts point to are rounded as everything is (`policy` says how).
    """
    callouts = scene.callouts
    if policy is not None and audience != INTERNAL and callouts:
        spots = np.array([shapely.Point(one.at) for one in callouts])
        rounded = zip(callouts, round_geometries(spots, policy, audience=audience), strict=True)
        callouts = tuple(Callout(one.text, (spot.x, spot.y)) for one, spot in rounded)
    return LayerSettings(
        frozenset(kind for kind in scene.visible if kind in plan),
        dict(scene.opacity),
        scene.order,
        project_styles(plan),
        callouts=callouts,
        highlighted=tuple(
            (kind, key) for kind, key in scene.highlighted if kind in plan and is_unit(plan, kind)
        ),
    )


def is_unit(plan: Plan, kind_id: str) -> bool:
    """Whether a kind is one of administrative units: nothing else is highlighted."""
    return any(role.startswith(UNIT) for role in plan.catalogue[kind_id].roles)


def view_of(scene: SavedScene, view: View) -> View:
    """Return a window (its size, medium, palette are kept) that shows the whole extent of a scene."""
    return view.fitted(scene.bounds, margin=0.0)


def theme_of(source: Any, scene: SavedScene) -> MapTheme | None:
    """Return what colours a scene's units, reckoned on the plan as it stands.

    source: a Session or Snapshot. A scheme that is gone is passed over: what is recorded is shown then.
    """
    known = {one.id for one, _ in source.catalogue.services()}
    service = scene.theme if scene.theme in known else None
    scheme, look = scheme_of(source.plan, scene), look_of(None, scene=scene)
    return map_theme(source, service, year=scene.year, scheme=scheme, look=look)


def scheme_of(plan: Plan, scene: SavedScene) -> str | None:
    """Return the scene's scheme where the project still has it."""
    return scene.scheme if scene.scheme in plan.documents.get(SCHEMES, {}) else None


def words_of(scene: SavedScene) -> tuple[Text, Text | None]:
    """Return title and caption; None where there is no caption."""
    return Text(scene.name, scene.name), Text(scene.caption, scene.caption) if scene.caption else None


def frame_of(scene: SavedScene | None) -> dict[str, Any]:
    """Return what a sheet takes from a scene besides its layers and colours; nothing without one."""
    if scene is None:
        return {}
    title, caption = words_of(scene)
    return {"title": title, "subtitle": caption, "extent": scene.bounds}


def looked_at(
    plan: Plan,
    name: str,
    view: View,
    settings: LayerSettings,
    *,
    year: int | None,
    scheme: str | None,
    theme: MapTheme | None,
    selection: tuple[str, frozenset[int]] = ("", frozenset()),
) -> SavedScene:
    """Return what is looked at as a new scene; units that are selected are highlighted in it."""
    services = {one.id for one, _ in plan.catalogue.services()}
    kind, fids = selection
    highlighted: tuple[tuple[str, str], ...] = ()
    if kind in plan and is_unit(plan, kind):
        table = plan.tables[kind]
        rows = (table.row(fid) for fid in sorted(fids) if fid in table)
        highlighted = tuple((kind, str(row[table.kind.key])) for row in rows if row.get(table.kind.key))
    look = theme.look if theme is not None else USUAL_LOOK
    return SavedScene(
        "",
        name,
        view.bounds,
        tuple(sorted(settings.visible)),
        tuple(sorted((name, float(share)) for name, share in settings.opacity.items())),
        settings.order,
        year,
        scheme,
        theme.id if theme is not None and theme.id in services else "",
        highlighted,
        classes="" if look.classing == Classing() else look.classing.spec,
        symbols=look.circles,
    )


def looked_at_again(kept: SavedScene, now: SavedScene) -> SavedScene:
    """Return a kept scene with what is looked at now; its name, words and callouts stay."""
    return replace(
        now, id=kept.id, name=kept.name, callouts=kept.callouts, caption=kept.caption, notes=kept.notes,
        before=kept.before,
    )  # fmt: skip
