"""A layer or a selection written as a file for others: through the release gate, as a job."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from app.actions.exporting import export_layer, formats_for, loss_lines, losses_of, may_leave
from app.command import Answer
from app.dialogs.files import free_name
from app.dialogs.layer_file import LayerFileDialog
from app.handlers.base import fault, handles
from app.jobs import Progress
from app.messages import text, tr
from layers.errors import PlannerError, RuleError, StoreError
from layers.release import INTERNAL, PUBLIC

if TYPE_CHECKING:
    from app.window import MainWindow

LOSSES = "layer file losses"  # the job that looks what a format cannot carry


@handles("export-layer")
def write_layer(window: MainWindow, _on: bool) -> None:
    """Write the layer that is chosen in the tree, or of which features are selected."""
    session = window.session
    kind = session.selection.kind or window.layers.current_kind()
    if not kind or kind not in session.plan:
        window.bus.notice.emit("info", text("layer_file_which"), text("layer_file_which_hint"))
        return
    ask_layer_file(window, kind)


def export_asked(window: MainWindow, kind: str) -> None:
    """Write the layer whose menu was used."""
    try:
        ask_layer_file(window, kind)
    except PlannerError as error:
        window.bus.complain(error)


def ask_layer_file(window: MainWindow, kind: str) -> None:
    """Ask how a layer is written, and write it."""
    session = window.session
    table = session.plan.table(kind)
    title = tr(table.kind.title)
    if not may_leave(session.plan, kind):
        raise RuleError("export_personal", kind=table.kind.title.zh, kind_en=table.kind.title.en)
    selected = session.selection.fids if session.selection.kind == kind else frozenset()
    suggested = free_name(session.path.parent, title, ".gpkg")
    plan = session.plan

    def loses(ending: str, chosen: bool, public: bool, answer: Callable[[Sequence[str]], None]) -> None:
        fids, audience = selected if chosen else None, PUBLIC if public else INTERNAL
        window.jobs.start(
            text("export_loses_looking", format=text(f"layer_file_{ending[1:]}")),
            lambda _progress: loss_lines(
                ending, losses_of(plan, kind, ending, fids=fids, audience=audience)
            ),
            answer,
            topic=LOSSES,
            fault=lambda error: fault(window, error),
        )

    dialog = LayerFileDialog(
        window,
        title,
        suggested,
        {ending: text(f"layer_file_{ending[1:]}") for ending in formats_for(table.kind)},
        rows=len(table),
        selected=len(selected),
        loses=loses,
    )
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    window.jobs.cancel_topic(LOSSES)  # an answer that comes yet has nobody to hear it
    path, public = dialog.chosen(), dialog.public.isChecked()
    fids = selected if dialog.only_selected() else None
    dialog.deleteLater()
    if accepted:
        write_in_job(window, kind, path, public=public, fids=fids)


def write_in_job(
    window: MainWindow, kind: str, path: Path, *, public: bool, fids: frozenset[int] | None
) -> None:
    """Write into a folder beside the target and put every file in place at the end: all of them or none."""
    snapshot = window.session.snapshot()

    def work(progress: Progress) -> Answer:
        progress(0, 2)
        try:
            with tempfile.TemporaryDirectory(prefix=".qitu-", dir=path.parent) as folder:
                answer = export_layer(
                    snapshot,
                    kind,
                    Path(folder) / path.name,
                    public=public,
                    fids=fids,
                    cancelled=lambda: progress.cancelled,
                )
                made = [Path(file) for file in answer.data["files"]]
                taken = [file for file in made if (path.parent / file.name).exists()]
                if taken:
                    raise StoreError("file_exists", path=str(path.parent / taken[0].name))
                progress.seal()
                for file in made:
                    shutil.move(file, path.parent / file.name)
        except OSError as error:
            raise StoreError("cannot_write", path=str(path), reason=error.strerror or str(error)) from error
        return answer

    def answer(done: Answer) -> None:
        if window.session.is_open and window.session.path == snapshot.path:
            for record, title in snapshot.logged:
                window.session.log_export(record, title)
        window.bus.notice.emit("ok", done.lines[0], " ".join(done.lines[1:]) or str(path.parent))

    window.jobs.start(
        text("writing", name=path.name),
        work,
        answer,
        topic=f"write {path}",
        fault=lambda error: fault(window, error),
    )
