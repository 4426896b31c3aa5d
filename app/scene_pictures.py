"""Scenes painted small: for the list of scenes and for the desk of who speaks."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.exports.picture import released_settings
from app.jobs import Progress
from app.painter import render_image
from app.scene_views import settings_of, theme_of, view_of
from app.session import Snapshot
from layers.maps.viewport import View
from layers.plan.scenes import SavedScene
from layers.release import INTERNAL

PAINTED = 3  # px painted for one px shown: names stay in proportion


def scene_pictures(
    snapshot: Snapshot,
    wanted: list[SavedScene],
    spoken: str,
    size: QSize,
    progress: Progress,
    *,
    before_others: bool = False,
) -> list[tuple[SavedScene, QImage]]:
    """Paint scenes at a size (px); for a worker. before_others: without what a meeting must not see."""
    found, themes = [], {}
    for done, scene in enumerate(wanted):
        progress(done, len(wanted))
        shown = (scene.theme, scene.year, scene.scheme, scene.classes, scene.symbols)
        if shown not in themes:
            themes[shown] = theme_of(snapshot, scene)
        view = view_of(scene, View((0.0, 0.0), 1_000_000, size.width() * PAINTED, size.height() * PAINTED))
        settings = settings_of(snapshot.plan, scene)
        if before_others:
            settings = released_settings(snapshot.plan, settings, INTERNAL)
        image = render_image(
            snapshot.plan, view, settings, theme=themes[shown], language=spoken,
            check=lambda done=done: progress(done, len(wanted)),
        )  # fmt: skip
        found.append((scene, image.scaled(size, mode=Qt.TransformationMode.SmoothTransformation)))
    progress(len(wanted), len(wanted))
    return found
