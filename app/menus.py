"""Menus and toolbar made from the command table; which command can be used now."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QMenuBar, QToolButton, QWidget

from app import theme
from app.command import Command
from app.commands import COMMANDS, MENUS
from app.messages import tr
from app.panels.parts import Button
from app.session import Session

BREAKS = frozenset(
    {
        "info",
        "quit",
        "draw_part",
        "edit_vertices",
        "merge_features",
        "paste_shapes",
        "history",
        "select",
        "deselect",
        "zoom_in",
        "previous_view",
        "refresh",
        "language",
        "layer_up",
        "attribute_table",
        "measure_line",
        "check",
        "toggle_layers",
        "search",
        "export_gaps",
        "workbook",
    }
)
"""Commands before which a menu has a dividing line."""
MORE_KEYS = {"redo": ("Ctrl+Y",), "zoom_in": ("Ctrl+=",)}
"""Second keys: Windows' redo, and the plus sign without Shift."""


SPARE = 24  # px: a menu bar that is exactly as wide as its menus folds one of them away


def in_window() -> Iterator[Command]:
    """Commands that the window offers: those of a menu."""
    return (command for command in COMMANDS if command.menu)


def usable(command: Command, session: Session) -> bool:
    """Whether what a command needs is there."""
    if not command.needs:
        return True
    if not session.is_open:
        return False
    writable = session.read_only is None
    return {
        "project": lambda: True,
        "write": lambda: writable,
        "undo": lambda: writable and session.next_undo() is not None,
        "redo": lambda: writable and session.next_redo() is not None,
        "selection": lambda: bool(session.selection.fids),
        "change_selection": lambda: writable and bool(session.selection.fids),
    }[command.needs]()


class Actions(QObject):
    """One QAction a command; `run(id, checked)` is called when it is triggered."""

    def __init__(self, run: Callable[[str, bool], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for command in in_window():
            action = QAction(parent)
            action.setObjectName(command.id)
            keys = [
                *QKeySequence.listFromString(command.shortcut),
                *map(QKeySequence, MORE_KEYS.get(command.id, ())),
            ]
            action.setShortcuts(keys)
            action.setCheckable(command.checkable)
            if command.group:
                group = self._groups.setdefault(command.group, QActionGroup(self))
                group.addAction(action)
            action.triggered.connect(lambda checked=False, name=command.id: run(name, checked))
            parent.addAction(action)
            self._actions[command.id] = action
        self.retranslate()
        self.restyle()

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def refresh(self, session: Session) -> None:
        """Enable what can be used now; undo and redo say what they would do."""
        for command in in_window():
            self[command.id].setEnabled(usable(command, session))
        for name, title in (("undo", session.next_undo()), ("redo", session.next_redo())):
            action = next(command for command in COMMANDS if command.id == name)
            step = tr(title) if title else ""
            self[name].setText(f"{tr(action.title)} {step}".strip() if len(step) <= 24 else tr(action.title))
            self[name].setToolTip(tooltip(action, self[name], step))

    def retranslate(self) -> None:
        """Speak the current language."""
        for command in in_window():
            action = self[command.id]
            action.setText(tr(command.title))
            action.setToolTip(tooltip(command, action))
            action.setStatusTip("")

    def restyle(self) -> None:
        """Take icons in the colours of the palette in use."""
        for command in in_window():
            if command.icon:
                self[command.id].setIcon(theme.icon(command.icon))


def tooltip(command: Command, action: QAction, more: str = "") -> str:
    """Return name and key, and one sentence below."""
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    head = f"<b style='font-weight:500'>{html.escape(tr(command.title))}</b>"
    if key:
        head += f"&nbsp;&nbsp;&nbsp;<span style='color:{theme.hex_of('line')}'>{html.escape(key)}</span>"
    lines = [head, html.escape(tr(command.tip))] + ([html.escape(more)] if more else [])
    return "<br>".join(lines)


def fill_menus(bar: QMenuBar, actions: Actions, recent: QMenu) -> None:
    """Put every command into its menu; recent projects stand after `open`."""
    bar.clear()
    for menu_id, title in MENUS.items():
        menu = bar.addMenu(tr(title))
        menu.setToolTipsVisible(False)
        for command in in_window():
            if command.menu != menu_id:
                continue
            if command.id in BREAKS and not menu.isEmpty():
                menu.addSeparator()
            menu.addAction(actions[command.id])
            if command.id == "open":
                menu.addMenu(recent)
    # A menu bar in a row with others would rather fold its menus away than ask for room.
    bar.setMinimumWidth(bar.sizeHint().width() + SPARE)


class Toolbar(QWidget):
    """The row of icon buttons, in the table's groups."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(10, 0, 12, 0)
        self._layout.setSpacing(4)
        self.buttons: dict[str, QToolButton] = {}
        chosen = sorted((command for command in in_window() if command.toolbar), key=lambda one: one.toolbar)
        group = chosen[0].toolbar
        for command in chosen:
            if command.toolbar != group:
                self._divide()
                group = command.toolbar
            button = icon_button(actions[command.id])
            self.buttons[command.id] = button
            self._layout.addWidget(button)
        self._layout.addStretch(1)
        self.present = Button("primary", "presentation")
        self._action = actions["present"]
        self.present.clicked.connect(lambda: self._action.trigger())
        self._action.changed.connect(self._show_present)
        self._layout.addWidget(self.present)
        self._show_present()

    def _show_present(self) -> None:
        """The one filled button up here says and can do what its command says."""
        self.present.setText(self._action.text())
        self.present.setToolTip(self._action.toolTip())
        self.present.setEnabled(self._action.isEnabled())
        self.present.restyle()

    def _divide(self) -> None:
        line = QFrame()
        theme.set_role(line, "vline")
        self._layout.addSpacing(5)
        self._layout.addWidget(line)
        self._layout.addSpacing(5)

    def set_sizes(self, height: int, button: int) -> None:
        """Set the row's height and the side of its buttons."""
        self.setFixedHeight(height)
        for one in self.buttons.values():
            one.setFixedSize(button, button)


def icon_button(action: QAction, size: int = 20) -> QToolButton:
    """Return a flat button for an action, its picture only."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(size, size))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
