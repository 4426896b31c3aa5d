"""The atlas: asked for in its dialog, written as a job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.handlers.base import beside, handles
from app.messages import text

if TYPE_CHECKING:
    from app.exports.atlas import AtlasDone
    from app.window import MainWindow


@handles("atlas")
def atlas(window: MainWindow, _on: bool) -> None:
    """Ask what the atlas shall be, and write it."""
    from app.dialogs.atlas import AtlasDialog

    dialog = AtlasDialog(
        window,
        window.session,
        window.jobs,
        beside(window, text("atlas_suffix"), ".pdf"),
        settings=window.layers.settings(),
        theme=window.gap_theme,
        year=window.bus.year,
        scheme=window.bus.scheme,
    )

    def told(path: Path, done: AtlasDone) -> None:
        lines = [text("atlas_counts", units=done.units, pages=done.pages)]
        if done.left_out:
            lines.append(text("atlas_left_out", names=list(done.left_out)))
        window.bus.notice.emit("ok", text("wrote", path=path.name), " ".join(lines))

    dialog.written.connect(told)
    dialog.printed.connect(lambda name: window.bus.notice.emit("ok", text("print_done", name=name), ""))
    dialog.exec()
    dialog.deleteLater()
