"""What leaves the house: copies, pictures, sheets, web maps, tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.actions import gaps as gap_actions
from app.actions import sharing
from app.dialogs.release import ask_release
from app.dialogs.story import ask_scoped
from app.handlers.base import beside, handles, paper_dialog, write_in_background
from app.messages import text
from layers.plan.scenes import scenes
from layers.planning.schemes import read_scheme

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("share")
def share(window: MainWindow, _on: bool) -> None:
    """Write a copy that may be given away."""
    path = ask_release(
        window, "share", beside(window, text("share_suffix"), ".gpkg"), {".gpkg": "GeoPackage"}
    )
    if path is not None:
        write_in_background(window, path, sharing.share)


@handles("export")
def export(window: MainWindow, _on: bool) -> None:
    """Write the map as it stands as a picture."""
    path = ask_release(window, "picture", beside(window, text("picture_suffix"), ".png"), {".png": "PNG"})
    if path is not None:
        from app.exports.picture import write_picture

        shown, settings, theme_shown = window.map.view, window.layers.settings(), window.gap_theme
        write_in_background(
            window,
            path,
            lambda snapshot, out: write_picture(
                snapshot, out, settings=settings, theme=theme_shown, view=shown
            ),
        )


@handles("sheet")
def sheet(window: MainWindow, _on: bool) -> None:
    """Show the map as a printed sheet, and write it."""
    from app.dialogs.sheet import SheetDialog

    def told(path: Path) -> None:
        window.bus.notice.emit("ok", text("wrote", path=path.name), str(path.parent))

    paper_dialog(window, SheetDialog, text("sheet_suffix"), told, view=window.map.view)


@handles("web")
def web(window: MainWindow, _on: bool) -> None:
    """Write the map of the shown year and scheme as one web page."""
    asked = ask_scoped(window, "web", beside(window, text("web_suffix"), ".html"), {".html": "HTML"})
    if asked is not None:
        path, scope = asked
        from app.exports.web import write_web_map

        year, scheme, settings = window.bus.year, window.bus.scheme, window.layers.settings()
        theme_shown = window.gap_theme
        allocation = read_scheme(window.session.plan, scheme).cells if scheme is not None else None
        write_in_background(
            window,
            path,
            lambda snapshot, out: write_web_map(
                snapshot,
                out,
                year=year,
                scheme=scheme,
                allocation=allocation,
                theme=theme_shown,
                settings=settings,
                **scope,
            ),
        )


@handles("web_story")
def web_story(window: MainWindow, _on: bool) -> None:
    """Write all scenes as one web page that is gone through step by step."""
    found = scenes(window.session.plan)
    if not found:
        window.bus.notice.emit("info", text("web_story_nothing"), text("web_story_nothing_why"))
        return
    asked = ask_scoped(window, "web", beside(window, text("web_story_suffix"), ".html"), {".html": "HTML"})
    if asked is not None:
        path, scope = asked
        from app.exports.web import write_web_map

        write_in_background(
            window,
            path,
            lambda snapshot, out, progress: write_web_map(
                snapshot, out, scenes=scenes(snapshot.plan), check=lambda: progress(0, 1), **scope
            ),
            reports=True,
        )


@handles("export_gaps")
def export_gaps(window: MainWindow, _on: bool) -> None:
    """Write the gaps of every unit as a table."""
    path = ask_release(
        window,
        "table",
        beside(window, text("table_suffix"), ".xlsx"),
        {".xlsx": "Excel", ".csv": text("file_csv"), ".gpkg": "GeoPackage", ".json": "JSON"},
    )
    if path is not None:
        year, scheme = window.bus.year, window.bus.scheme
        write_in_background(
            window,
            path,
            lambda snapshot, out: (
                gap_actions.gaps(snapshot, out=out, level="all", year=year, scheme=scheme) and None
            ),
        )
