"""Project and edit menus: files opened and made, undo and redo, versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.actions import project as project_actions
from app.bulk import MANY, carry_out
from app.dialogs.confirm import tell
from app.dialogs.files import ask_open, documents, free_name
from app.dialogs.project import ask_new_project, ask_version_name
from app.handlers.base import fault, handles
from app.messages import text, tr

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("new")
def new(window: MainWindow, _on: bool) -> None:
    """Make an empty project."""
    make_new(window)


def make_new(window: MainWindow, *, foreign: str = "") -> bool:
    """Ask for a new project and make it; whether it was made. foreign: name of the file that goes into it."""
    meridian = window.session.plan.crs.central_meridian if window.session.is_open else 120
    wanted = ask_new_project(
        window, meridian=meridian, boundaries=window.preferences["boundaries"], foreign=foreign
    )
    if wanted is None:
        return False
    window.remember_view()
    wanted.path.parent.mkdir(parents=True, exist_ok=True)
    project_actions.new(
        window.session,
        wanted.path,
        meridian=wanted.meridian,
        title=wanted.title,
        boundaries=wanted.boundaries or None,
    )
    window.preferences.set("boundaries", wanted.boundaries or "none")
    window.preferences.add_recent(wanted.path)
    return True


@handles("new_sample")
def new_sample(window: MainWindow, _on: bool) -> None:
    """Open a fresh copy of the sample."""
    path = free_name(documents(), text("sample_file_name"))
    project_actions.copy_sample(window.session, path)
    window.open_project(path)


@handles("open")
def open_(window: MainWindow, _on: bool) -> None:
    """Ask for a project file and open it."""
    from app.foreign import begin_with, open_project

    folder = window.session.path.parent if window.session.is_open else documents()
    path = ask_open(window, folder)
    if path is not None and not open_project(window, path):
        begin_with(window, path)  # data of another program: they get a project of their own


@handles("info")
def info(window: MainWindow, _on: bool) -> None:
    """Tell what the project is."""
    answer = project_actions.info(window.session)
    tell(window, answer.lines[0], [str(window.session.path), *answer.lines[1:4]])


@handles("import")
def import_(window: MainWindow, _on: bool) -> None:
    """Ask for a foreign file and look into it."""
    from app.dialogs.import_ask import ask_import
    from app.foreign import look_at

    path = ask_import(window, window.session.path.parent)
    if path is not None:
        look_at(window, path)


@handles("quit")
def quit_(window: MainWindow, _on: bool) -> None:
    """Close the window; everything is saved."""
    window.close()


def fill_recent(window: MainWindow) -> None:
    """List the recent projects; those that are gone are grey."""
    menu = window.recent_menu
    menu.clear()
    for path in window.preferences["recent"]:
        there = Path(path).is_file()
        name = Path(path).name if there else text("recent_missing", name=Path(path).name)
        action = menu.addAction(name, lambda path=path: window.open_project(Path(path)))
        action.setToolTip(path)
        action.setEnabled(there)
    menu.setToolTipsVisible(True)
    if menu.isEmpty():
        menu.addAction(text("recent_none")).setEnabled(False)


@handles("undo")
def undo(window: MainWindow, _on: bool) -> None:
    """Take back the last command."""
    _step(window, "undo")


@handles("redo")
def redo(window: MainWindow, _on: bool) -> None:
    """Bring back what was taken back."""
    _step(window, "redo")


def _step(window: MainWindow, op: str) -> None:
    """A step of many rows is a job; any other is done at once."""
    session = window.session
    if session.rows_of_step(op) < MANY:
        session.undo() if op == "undo" else session.redo()
        return
    title = session.next_undo() if op == "undo" else session.next_redo()
    words = text(f"bulk_{op}", title=tr(title) if title else "")
    carry_out(session, window.jobs, session.begin_step(op), words, fault=lambda error: fault(window, error))


@handles("history")
def history(window: MainWindow, _on: bool) -> None:
    """Show the history, or the tabs again."""
    window.side.show_history(not window.side.history_shown())


@handles("name_version")
def name_version(window: MainWindow, _on: bool) -> None:
    """Name the present state."""
    known = frozenset(tr(item.title) for item in window.session.history() if item.entry.op == "version")
    name = ask_version_name(window, known)
    if name:
        window.session.name_version(name)
        window.bus.notice.emit("ok", text("version_named", name=name), text("version_named_hint"))


@handles("deselect")
def deselect(window: MainWindow, _on: bool) -> None:
    """Clear the selection."""
    window.session.select("", ())
