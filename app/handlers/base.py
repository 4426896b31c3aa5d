"""What handlers share: the table they register in, faults of jobs, and files written as jobs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.command import Answer
from app.dialogs.files import free_name
from app.jobs import Progress
from app.messages import text
from layers.errors import StoreError

if TYPE_CHECKING:
    from app.window import MainWindow


Handler = Callable[["MainWindow", bool], None]
HANDLERS: dict[str, Handler] = {}


def handles(*command_ids: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of commands."""

    def register(function: Handler) -> Handler:
        for command_id in command_ids:
            HANDLERS[command_id] = function
        return function

    return register


def fault(window: MainWindow, error: BaseException) -> None:
    """Show what stopped a job; anything but an error of the domain is a fault of ours."""
    from layers.errors import PlannerError

    if not isinstance(error, PlannerError):
        raise error
    window.bus.complain(error)


def write_in_background(
    window: MainWindow, path: Path, write: Callable[..., Any], *, reports: bool = False
) -> None:
    """Run `write(snapshot, path)` as a job; what it wrote is put in place, and logged, when it was not
    cancelled. reports: it also takes a `progress`, and is stopped there.

    It writes into a folder of its own beside the target, so that a cancelled job leaves nothing.
    """
    snapshot = window.session.snapshot()

    def work(progress: Progress) -> tuple[str, ...]:
        if not reports:
            progress(0, 2)
        try:
            with tempfile.TemporaryDirectory(prefix=".qitu-", dir=path.parent) as folder:
                if reports:
                    more = write(snapshot, Path(folder) / path.name, progress=progress)
                else:
                    more = write(snapshot, Path(folder) / path.name)
                    progress(1, 2)
                (Path(folder) / path.name).replace(path)
        except OSError as error:
            raise StoreError("cannot_write", path=str(path), reason=error.strerror or str(error)) from error
        return more.lines[1:] if isinstance(more, Answer) else ()

    def answer(lines: tuple[str, ...]) -> None:
        if window.session.is_open and window.session.path == snapshot.path:
            for record, title in snapshot.logged:
                window.session.log_export(record, title)
        window.bus.notice.emit("ok", text("wrote", path=path.name), " ".join(lines) or str(path.parent))

    window.jobs.start(
        text("writing", name=path.name),
        work,
        answer,
        topic=f"write {path}",
        fault=lambda error: fault(window, error),
    )


def result_files() -> dict[str, str]:
    """Endings of files that a table of results can be written to, and what they are."""
    return {".xlsx": "Excel", ".docx": text("result_docx"), ".pdf": text("result_pdf"),
            ".csv": text("file_csv"), ".json": "JSON"}  # fmt: skip


def beside(window: MainWindow, words: str, suffix: str) -> Path:
    return free_name(window.session.path.parent, f"{window.session.path.stem} {words}", suffix)


def paper_dialog(
    window: MainWindow, dialog_of: Callable[..., Any], suffix: str, told: Callable[..., None], **more: Any
) -> None:
    """Open a dialog of sheets (`app.dialogs.paper_form`) on what the window shows; `told` gets what it
    wrote."""
    dialog = dialog_of(
        window, window.session, window.jobs, beside(window, suffix, ".pdf"),
        settings=window.layers.settings(),
        theme=window.gap_theme, year=window.bus.year, scheme=window.bus.scheme, **more,
    )  # fmt: skip
    dialog.written.connect(told)
    dialog.printed.connect(lambda name: window.bus.notice.emit("ok", text("print_done", name=name), ""))
    dialog.exec()
    dialog.deleteLater()
