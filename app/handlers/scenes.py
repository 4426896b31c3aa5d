"""Scenes kept from what the window shows, and gone to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.actions import scenes as actions
from app.actions.sharing import look_of
from app.handlers.base import handles
from app.messages import text, tr
from app.scene_views import looked_at, scheme_of, view_of
from layers.plan.plan import Plan
from layers.plan.scenes import SavedScene, scenes

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("save_scene")
def save_scene(window: MainWindow, _on: bool) -> None:
    """Keep what is looked at as a scene at the end of the story."""
    made = actions.save(window.session, captured(window))
    window.bus.notice.emit("ok", text("scene_saved", name=made.name), text("scene_saved_next"))
    if window.gap_theme is not None and not made.theme:
        window.bus.notice.emit("warn", text("scene_theme_left"), text("scene_theme_left_why"))


@handles("scenes")
def show_scenes(window: MainWindow, _on: bool) -> None:
    """Open the list of scenes beside the map."""
    from app.dialogs.scenes import ScenesDialog

    kept = window.findChild(ScenesDialog)
    if kept is None:
        kept = ScenesDialog(
            window, window.session, window.jobs, window.bus,
            capture=lambda: captured(window), go=lambda scene: go_to(window, scene),
            centre=lambda: place_of_selection(window),
        )  # fmt: skip
        kept.finished.connect(lambda _code: window.layers.show_callouts(()))
    kept.show()
    kept.raise_()


@handles("present")
def present(window: MainWindow, _on: bool) -> None:
    """Tell the scenes to the meeting, from the one that is chosen in their list."""
    from app.dialogs.scenes import ScenesDialog
    from app.present.show import Show

    found = scenes(window.session.plan)
    if not found:
        window.bus.notice.emit("info", text("present_nothing"), text("present_nothing_why"))
        return
    if window.findChild(Show) is not None:
        return
    listed = window.findChild(ScenesDialog)
    chosen = listed.current_id() if listed is not None else ""
    at = next((at for at, one in enumerate(found) if one.id == chosen), 0)
    show = Show(window, window.session, window.jobs, found, at=at, basemap=lambda: window.layers.basemap)
    window.bus.project_changed.connect(show.end)
    window.bus.plan_changed.connect(show.plan_changed)
    window.basemaps.redrawn.connect(show.country_changed)
    show.manual_asked.connect(lambda: window.run_command("manual"))
    show.begin()


def captured(window: MainWindow) -> SavedScene:
    """Return what the window shows as a scene with a name that is free."""
    theme = window.gap_theme
    free = text("scene_name", at=len(scenes(window.session.plan)) + 1)
    made = looked_at(
        window.session.plan,
        free,
        window.map.view,
        window.layers.settings(),
        year=window.bus.year,
        scheme=window.bus.scheme,
        theme=theme,
        selection=window.map.selection,
    )
    # A theme that no scene keeps gives it no title either: its map would not show what that says.
    return replace(made, name=tr(theme.title) if theme is not None and made.theme else free)


def go_to(window: MainWindow, scene: SavedScene) -> None:
    """Show a scene in the window: place, layers, year, scheme, theme, highlighted units, callouts."""
    plan: Plan = window.session.plan
    window.layers.callouts = scene.callouts
    window.layers.show_only({kind for kind in scene.visible if kind in plan})
    window.layers.settings_changed.emit()
    window.bus.show_years(scene.year, scheme_of(plan, scene))
    if scene.theme:
        window.bus.show_look(scene.theme, look_of(None, scene=scene))
        window.bus.show_tab.emit("gaps")
        window.bus.show_service.emit(scene.theme)
    else:
        window.bus.gap_theme.emit(None)
    window.map.set_view(view_of(scene, window.map.view))
    _select_highlighted(window, scene)


def place_of_selection(window: MainWindow) -> tuple[float, float]:
    """Return a place inside the first selected feature, or the middle of the map (planning metres)."""
    kind, fids = window.map.selection
    if kind in window.session.plan and fids:
        shape = window.session.plan.table(kind).row(min(fids)).get("geom")
        if shape is not None:
            place = shape.representative_point()
            return place.x, place.y
    return window.map.view.center


def _select_highlighted(window: MainWindow, scene: SavedScene) -> None:
    """Selecting shows the highlighted units, and keeps them when the scene is updated from the view."""
    kinds = list(dict.fromkeys(kind for kind, _ in scene.highlighted if kind in window.session.plan))
    if not kinds:
        window.session.select("", [])
        return
    table = window.session.plan.table(kinds[0])
    keys = {key for kind, key in scene.highlighted if kind == kinds[0]}
    rows = zip(table.fids, table.column(table.kind.key), strict=True)
    window.session.select(kinds[0], [int(fid) for fid, key in rows if key in keys])
