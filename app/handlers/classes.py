"""How the theme of the gap panel's service is drawn: asked, shown, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gap_themes import has_amounts, has_numbers, theme_of
from app.handlers.base import handles
from app.messages import text
from app.preferences import Preferences
from layers.errors import InputError
from layers.maps.choropleth import MapTheme
from layers.maps.classes import USUAL_LOOK, Classing, Look

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("classes")
def classes(window: MainWindow, _on: bool) -> None:
    """Ask how the shown service's theme is classed, and whether circles show its numbers."""
    from app.dialogs.classes import ClassesDialog

    window.bus.show_tab.emit("gaps")
    panel = window.side.panels["gaps"]
    board, service = panel.results.board, panel.service  # type: ignore[attr-defined]
    if board is None or service is None:
        window.bus.notice.emit("info", text("classes_nothing"), text("classes_nothing_why"))
        return
    classed, counted = has_amounts(board.gaps, service), has_numbers(board.gaps, service)
    if not classed and not counted:
        window.bus.notice.emit("info", text("classes_not_here"), text("classes_not_here_why"))
        return
    catalogue = window.session.catalogue

    def preview(look: Look) -> MapTheme | None:
        return theme_of(catalogue, board.policy, board.gaps, service.id, None, None, board.base, look)

    before = window.bus.looks.get(service.id, USUAL_LOOK)
    dialog = ClassesDialog(window, service, before, preview, classed=classed, counted=counted)
    if dialog.exec() == dialog.DialogCode.Accepted and dialog.look is not None:
        window.bus.show_look(service.id, dialog.look)
        keep_looks(window.preferences, window.bus.looks)
    dialog.deleteLater()


def keep_looks(preferences: Preferences, looks: dict[str, Look]) -> None:
    """Remember the looks that are not the usual one."""
    kept = {
        service: {"classes": look.classing.spec, "symbols": look.circles}
        for service, look in looks.items()
        if look != USUAL_LOOK
    }
    preferences.set("looks", kept)


def kept_looks(preferences: Preferences) -> dict[str, Look]:
    """Return the looks that are remembered; what cannot be read is passed over."""
    found = {}
    for service, kept in preferences["looks"].items():
        try:
            found[str(service)] = Look(Classing.parse(str(kept["classes"])), bool(kept["symbols"]))
        except (InputError, KeyError, TypeError):
            continue  # written by another version, or by hand: the usual look will do
    return found
