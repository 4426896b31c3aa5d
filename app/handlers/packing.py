"""The meeting's material in one folder, made and checked in the background."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from app import template_homes
from app.actions import packing as actions
from app.dialogs.files import free_name
from app.handlers.base import fault, handles
from app.jobs import Progress
from app.messages import text
from layers.plan.scenes import scenes

if TYPE_CHECKING:
    from app.packs.making import Made
    from app.packs.verify import Verified
    from app.window import MainWindow


@handles("pack")
def pack(window: MainWindow, _on: bool) -> None:
    """Ask what the pack shall be, and make it."""
    from app.dialogs.pack import ask_pack

    told = scenes(window.session.plan)
    if not told:
        window.bus.notice.emit("info", text("pack_nothing"), text("pack_nothing_why"))
        return
    order = actions.order_of(window.session)
    path = window.session.path
    words = text("pack_suffix", date=order.date.isoformat() if order.date else "")
    asked = ask_pack(
        window, free_name(path.parent, f"{path.stem} {words}", ""), order, scenes=len(told),
        templates=[one.template for one in template_homes.used(window.session.plan)],
    )  # fmt: skip
    if asked is None:
        return
    folder, order = asked
    snapshot, author = window.session.snapshot(), window.session.author

    def work(progress: Progress) -> Made:
        return actions.make(snapshot, folder, order, author, progress, progress.seal)

    def answer(made: Made) -> None:
        if window.session.is_open and window.session.path == snapshot.path:
            actions.log_pack(window.session, made, order)
        window.bus.notice.emit("ok", text("pack_done_short", files=len(made.files)), str(folder))

    window.jobs.start(
        text("packing", name=folder.name), work, answer, topic=f"pack {folder}",
        fault=lambda error: fault(window, error),
    )  # fmt: skip


@handles("verify")
def verify(window: MainWindow, _on: bool) -> None:
    """Ask for a pack's folder, and hold it against the open project."""
    chosen = QFileDialog.getExistingDirectory(window, text("verify_choose"), str(window.session.path.parent))
    if chosen:
        check_folder(window, Path(chosen))


def check_folder(window: MainWindow, folder: Path) -> None:
    """Hold a pack against the open project in the background, and show what was found."""
    from app.packs.verify import verify_pack

    snapshot = window.session.snapshot()

    def answer(done: Verified) -> None:
        from app.dialogs.verified import VerifiedDialog

        for older in window.findChildren(VerifiedDialog):
            older.close()
        dialog = VerifiedDialog(window, done, folder.name, snapshot.catalogue)
        dialog.again.connect(lambda: check_folder(window, folder))
        dialog.show()

    window.jobs.start(
        text("verifying", name=folder.name),
        lambda progress: verify_pack(folder, snapshot, progress=progress),
        answer,
        topic=f"verify {folder}",
        fault=lambda error: fault(window, error),
    )
