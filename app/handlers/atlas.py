"""The atlas: asked for in its dialog, written as a job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.handlers.base import handles, paper_dialog
from app.messages import text

if TYPE_CHECKING:
    from app.exports.atlas import AtlasDone
    from app.window import MainWindow


@handles("atlas")
def atlas(window: MainWindow, _on: bool) -> None:
    """Ask what the atlas shall be, and write it."""
    from app.dialogs.atlas import AtlasDialog

    def told(path: Path, done: AtlasDone) -> None:
        lines = [text("atlas_counts", units=done.units, pages=done.pages)]
        if done.left_out:
            lines.append(text("atlas_left_out", names=list(done.left_out)))
        window.bus.notice.emit("ok", text("wrote", path=path.name), " ".join(lines))

    paper_dialog(window, AtlasDialog, text("atlas_suffix"), told)
