"""The map and how it looks, layers, and the tabs of the right side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app import theme
from app.handlers.base import HANDLERS, Handler, handles
from app.menus import in_window
from app.messages import language, text
from layers.geo.measure import format_area, format_length

if TYPE_CHECKING:
    from app.window import MainWindow


def _use_tool(name: str) -> Handler:
    def use(window: MainWindow, _on: bool) -> None:
        window.map.set_tool(name)
        if not name.startswith("measure"):
            window.status.show_measure(str)

    use.__doc__ = f"Take the tool `{name}` in hand."
    return use


for _tool in [command.id for command in in_window() if command.group == "tool"]:
    HANDLERS.setdefault(_tool, _use_tool(_tool))


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
