"""What the window does for each command of the table, by the command's id.

A handler gets the window and whether the command is now on (for states). Errors of the domain go up:
the window makes them notices.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app import theme
from app.actions import gaps as gap_actions
from app.actions import project as project_actions
from app.actions import sharing
from app.command import Answer
from app.dialogs.confirm import tell
from app.dialogs.files import ask_open, documents, free_name
from app.dialogs.help import AboutDialog, KeysDialog
from app.dialogs.project import ask_new_project, ask_version_name
from app.dialogs.release import ask_release
from app.jobs import Progress
from app.menus import in_window
from app.messages import language, text, tr
from layers.errors import StoreError
from layers.geo.measure import format_area, format_length
from layers.planning.schemes import read_scheme

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


# -- project ---------------------------------------------------------------------------------------


@handles("new")
def new(window: MainWindow, _on: bool) -> None:
    """Make an empty project."""
    meridian = window.session.plan.crs.central_meridian if window.session.is_open else 120
    wanted = ask_new_project(window, meridian=meridian)
    if wanted is not None:
        window.remember_view()
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        project_actions.new(window.session, wanted.path, meridian=wanted.meridian, title=wanted.title)
        window.preferences.add_recent(wanted.path)


@handles("new_sample")
def new_sample(window: MainWindow, _on: bool) -> None:
    """Open a fresh copy of the sample."""
    path = free_name(documents(), text("sample_file_name"))
    project_actions.copy_sample(path)
    window.open_project(path)


@handles("open")
def open_(window: MainWindow, _on: bool) -> None:
    """Ask for a project file and open it."""
    folder = window.session.path.parent if window.session.is_open else documents()
    path = ask_open(window, folder)
    if path is not None:
        window.open_project(path)


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


# -- edit ------------------------------------------------------------------------------------------


@handles("undo")
def undo(window: MainWindow, _on: bool) -> None:
    """Take back the last command."""
    window.session.undo()


@handles("redo")
def redo(window: MainWindow, _on: bool) -> None:
    """Bring back what was taken back."""
    window.session.redo()


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


# -- the map ---------------------------------------------------------------------------------------


def _use_tool(name: str) -> Handler:
    def use(window: MainWindow, _on: bool) -> None:
        window.map.set_tool(name)
        if not name.startswith("measure"):
            window.status.show_measure(str)

    use.__doc__ = f"Take the tool `{name}` in hand."
    return use


for _tool in [command.id for command in in_window() if command.group == "tool"]:
    HANDLERS[_tool] = _use_tool(_tool)


@handles("zoom_in")
def zoom_in(window: MainWindow, _on: bool) -> None:
    """Twice as near."""
    window.map.zoom_by(2.0)


@handles("zoom_out")
def zoom_out(window: MainWindow, _on: bool) -> None:
    """Half as near."""
    window.map.zoom_by(0.5)


@handles("zoom_full")
def zoom_full(window: MainWindow, _on: bool) -> None:
    """See the whole banner."""
    window.map.zoom_full()


@handles("zoom_selection")
def zoom_selection(window: MainWindow, _on: bool) -> None:
    """See what is selected."""
    chosen = window.session.selection
    window.zoom_to_features(chosen.kind, chosen.fids)


@handles("previous_view")
def previous_view(window: MainWindow, _on: bool) -> None:
    """Back to the view before."""
    window.map.previous_view()


@handles("next_view")
def next_view(window: MainWindow, _on: bool) -> None:
    """Forward to the next view."""
    window.map.next_view()


@handles("refresh")
def refresh(window: MainWindow, _on: bool) -> None:
    """Look for changes by other programs, and draw again."""
    if window.session.refresh():
        window.bus.notice.emit("warn", text("changed_outside"), text("changed_outside_hint"))
    window.map.show_plan(window.session.plan)
    window.map.set_layers(window.layers.settings())


def measure_words(found: Mapping[str, Any]) -> str:
    """Return what is measured as words; "" where nothing is."""
    if not found.get("points"):
        return ""
    if found["area_m2"] is None:
        return text("measured_line", length=format_length(found["length_m"], language()))
    return text("measured_area", area=format_area(found["area_m2"], language()))


# -- looks -----------------------------------------------------------------------------------------


@handles("language")
def change_language(window: MainWindow, _on: bool) -> None:
    """Speak the other language."""
    window.speak("zh" if language() == "en" else "en")


@handles("theme")
def change_theme(window: MainWindow, _on: bool) -> None:
    """Put on the other palette."""
    window.wear("light" if theme.palette() == "projector" else "projector")


@handles("full_screen")
def full_screen(window: MainWindow, _on: bool) -> None:
    """Fill the screen, or not."""
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


@handles("toggle_layers")
def toggle_layers(window: MainWindow, _on: bool) -> None:
    """Fold the layers, or bring them back."""
    window.fold_layers(not window.rail.isVisibleTo(window))


# -- layers ----------------------------------------------------------------------------------------


@handles("show_all")
def show_all(window: MainWindow, _on: bool) -> None:
    """Show every layer."""
    window.layers.show_all(True)


@handles("hide_all")
def hide_all(window: MainWindow, _on: bool) -> None:
    """Hide every layer."""
    window.layers.show_all(False)


@handles("layer_up")
def layer_up(window: MainWindow, _on: bool) -> None:
    """Draw the selected layer above the next one."""
    _step(window, 1)


@handles("layer_down")
def layer_down(window: MainWindow, _on: bool) -> None:
    """Draw the selected layer below the next one."""
    _step(window, -1)


def _step(window: MainWindow, step: int) -> None:
    if window.layers.current_kind():
        window.layers.step(step)
    else:
        window.bus.notice.emit("info", text("choose_layer"), text("choose_layer_hint"))


@handles("attribute_table")
def attribute_table(window: MainWindow, _on: bool) -> None:
    """Open the table of the selected layer, or close it."""
    if window.drawer.is_open():
        window.drawer.set_open(False)
    elif window.layers.current_kind():
        window.bus.show_layer_table.emit(window.layers.current_kind())
    else:
        window.drawer.set_open(True)


# -- the right side --------------------------------------------------------------------------------


def _show_tab(name: str) -> Handler:
    def show(window: MainWindow, _on: bool) -> None:
        window.bus.show_tab.emit(name)

    show.__doc__ = f"Bring the tab `{name}` to the front."
    return show


for _command, _tab in (
    ("targets", "targets"),
    ("gaps", "gaps"),
    ("tab_planning", "planning"),
    ("tab_attributes", "attributes"),
):
    HANDLERS[_command] = _show_tab(_tab)


@handles("toilets")
def toilets(window: MainWindow, _on: bool) -> None:
    """Plan the toilets: quotas on gachas."""
    window.bus.show_tab.emit("planning")
    window.side.panels["planning"].show_section("toilets")  # type: ignore[attr-defined]


@handles("play_years")
def play_years(window: MainWindow, _on: bool) -> None:
    """Play the years under the map, or stop."""
    window.timeline.toggle()


@handles("check")
def check(window: MainWindow, _on: bool) -> None:
    """Take the identifying tool: the next click says what zones the place is in."""
    window.bus.show_tab.emit("checks")
    window.map.set_tool("identify")


@handles("check_data")
def check_data(window: MainWindow, _on: bool) -> None:
    """Look for faults in every layer, where zones are checked too."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].check()  # type: ignore[attr-defined]


def fault(window: MainWindow, error: BaseException) -> None:
    """Show what stopped a job; anything but an error of the domain is a fault of ours."""
    from layers.errors import PlannerError

    if not isinstance(error, PlannerError):
        raise error
    window.bus.complain(error)


# -- what leaves the house -------------------------------------------------------------------------


@handles("share")
def share(window: MainWindow, _on: bool) -> None:
    """Write a copy that may be given away."""
    path = ask_release(
        window, "share", _beside(window, text("share_suffix"), ".gpkg"), {".gpkg": "GeoPackage"}
    )
    if path is not None:
        write_in_background(window, path, sharing.share)


@handles("export")
def export(window: MainWindow, _on: bool) -> None:
    """Write the map as it stands as a picture."""
    path = ask_release(window, "picture", _beside(window, text("picture_suffix"), ".png"), {".png": "PNG"})
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

    dialog = SheetDialog(
        window,
        window.session,
        window.jobs,
        _beside(window, text("sheet_suffix"), ".pdf"),
        settings=window.layers.settings(),
        theme=window.gap_theme,
        view=window.map.view,
        year=window.bus.year,
        scheme=window.bus.scheme,
    )
    dialog.written.connect(
        lambda path: window.bus.notice.emit("ok", text("wrote", path=path.name), str(path.parent))
    )
    dialog.exec()
    dialog.deleteLater()


@handles("web")
def web(window: MainWindow, _on: bool) -> None:
    """Write the map of the shown year and scheme as one web page."""
    path = ask_release(window, "web", _beside(window, text("web_suffix"), ".html"), {".html": "HTML"})
    if path is not None:
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
            ),
        )


@handles("export_gaps")
def export_gaps(window: MainWindow, _on: bool) -> None:
    """Write the gaps of every unit as a table."""
    path = ask_release(
        window,
        "table",
        _beside(window, text("table_suffix"), ".csv"),
        {".csv": text("file_csv"), ".json": "JSON"},
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


def write_in_background(window: MainWindow, path: Path, write: Callable[[Any, Path], Any]) -> None:
    """Run `write(snapshot, path)` as a job; what it wrote is put in place, and logged, when it was not cancelled.

    It writes into a folder of its own beside the target, so that a cancelled job leaves nothing.
    """
    snapshot = window.session.snapshot()

    def work(progress: Progress) -> tuple[str, ...]:
        progress(0, 2)
        try:
            with tempfile.TemporaryDirectory(prefix=".qitu-", dir=path.parent) as folder:
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


def _beside(window: MainWindow, words: str, suffix: str) -> Path:
    return free_name(window.session.path.parent, f"{window.session.path.stem} {words}", suffix)


# -- search and help -------------------------------------------------------------------------------


@handles("search")
def search(window: MainWindow, _on: bool) -> None:
    """Go to the search field."""
    window.search.begin()


@handles("shortcuts")
def shortcuts(window: MainWindow, _on: bool) -> None:
    """Show all commands and keys."""
    dialog = KeysDialog(window)
    dialog.exec()
    dialog.deleteLater()


@handles("about")
def about(window: MainWindow, _on: bool) -> None:
    """Tell what this is made of."""
    dialog = AboutDialog(window)
    dialog.exec()
    dialog.deleteLater()
