"""Drawing: the tools, and what is done to the selected features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions import drawing as actions
from app.dialogs.ask_number import ask_number
from app.dialogs.confirm import confirm
from app.dialogs.paste import PasteDialog
from app.handlers.base import HANDLERS, Handler, handles
from app.menus import in_window
from app.messages import text, tr

if TYPE_CHECKING:
    from app.window import MainWindow

SIMPLIFY_M = 5.0
ASK_FROM = 20  # features; deleting fewer needs no question, undo brings them back


def _use(name: str) -> Handler:
    def use(window: MainWindow, _on: bool) -> None:
        window.drawing.use(name)

    use.__doc__ = f"Take the drawing tool `{name}` in hand."
    return use


for _tool in [command.id for command in in_window() if command.group == "tool" and command.menu == "drawing"]:
    HANDLERS[_tool] = _use(_tool)


@handles("snapping")
def snapping(window: MainWindow, on: bool) -> None:
    """Catch at what is there, or not."""
    window.drawing.bar.snap.setChecked(on)


@handles("paste_shapes")
def paste_shapes(window: MainWindow, _on: bool) -> None:
    """Keep shapes from the clipboard."""
    desk = window.drawing
    layer = tr(window.session.catalogue[desk.choose_layer()].title)
    dialog = PasteDialog(window, layer, desk.paste_look, desk.paste)
    dialog.exec()
    dialog.deleteLater()


@handles("merge_features")
def merge_features(window: MainWindow, _on: bool) -> None:
    """Make one of the selected features."""
    chosen = window.session.selection
    done = actions.merge(window.session, chosen.kind, sorted(chosen.fids))
    window.session.select(done.kind, done.fids)


@handles("simplify_features")
def simplify_features(window: MainWindow, _on: bool) -> None:
    """Ask for a tolerance and take corners away."""
    chosen = window.session.selection
    metres = ask_number(
        window,
        text("simplify_title", count=len(chosen.fids)),
        text("draw_tolerance_tip"),
        SIMPLIFY_M,
        (0.01, 10_000.0),
        " m",
    )
    if metres is not None:
        actions.simplify(window.session, chosen.kind, sorted(chosen.fids), metres)


@handles("delete_features")
def delete_features(window: MainWindow, _on: bool) -> None:
    """Delete the selected features; many only after a question."""
    chosen = window.session.selection
    layer = tr(window.session.catalogue[chosen.kind].title)
    many = len(chosen.fids) >= ASK_FROM
    if not many or confirm(
        window,
        text("delete_title", count=f"{len(chosen.fids):,}", layer=layer),
        note=text("delete_note"),
        action=text("delete_go"),
        danger=True,
    ):
        actions.delete(window.session, chosen.kind, chosen.fids)
