"""How layers are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dialogs.style_editor import StyleDialog
from app.handlers.base import handles
from app.messages import text

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("style")
def style(window: MainWindow, _on: bool) -> None:
    """Open the editor of the current layer's style; the map shows what is tried."""
    kind = window.layers.current_kind()
    if not kind or not window.session.catalogue[kind].geometry or kind not in window.session.plan:
        window.bus.notice.emit("info", text("style_no_layer"), text("style_no_layer_hint"))
        return
    before = window.findChild(StyleDialog)
    if before is not None:
        before.reject()
    StyleDialog(window, kind).show()
