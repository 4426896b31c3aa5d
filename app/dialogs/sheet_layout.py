"""The layout of a sheet's template: page, frames, where they are; every step can be taken back.

The panel owns the steps; the page (`app.dialogs.sheet_page`) shows them and is dragged on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.dialogs.sheet_fields import FrameFields, align_icon, choose_picture, millimetres, row_of
from app.dialogs.sheet_page import Page
from app.messages import text, tr
from app.panels.parts import IconButton, label
from layers.catalogue.text import Text
from layers.errors import PlannerError
from layers.maps.paper_parts import Paper, paper_of
from layers.maps.sheet import Sheet
from layers.maps.sheet_edit import (
    ALIGNMENTS,
    ORDERS,
    Steps,
    added,
    aligned,
    locked,
    moved,
    ordered,
    placed,
    removed,
)
from layers.maps.sheet_parts import Part, Parts, may_be_added, on_page, parts_of
from layers.maps.sheet_template import CHOICES, MARGIN_RANGE, SheetTemplate

SIDES = ("left", "top", "right", "bottom")
LIST_HEIGHT = 120
LOCK_KEY = "Ctrl+L"
NEW_WORDS = Text("{title}", "{title}")
SIGNATURES = (Text("编制", "Drawn"), Text("校核", "Checked"), Text("审核", "Reviewed"), Text("批准", "Approved"))


class LayoutPanel(QWidget):
    """Works on a template. `changed`: the template after a step. `save`: keep it. sheet: what is shown now.

    fault: told what is wrong.
    """

    changed = Signal(object)
    save = Signal()

    def __init__(
        self,
        template: SheetTemplate,
        page: Page,
        sheet: Callable[[], Sheet | None],
        fault: Callable[[PlannerError], None],
    ) -> None:
        super().__init__()
        self._page, self._sheet, self._fault = page, sheet, fault
        self.steps: Steps[SheetTemplate] = Steps(template)
        self.at: list[int] = []
        self._showing = self._active = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addLayout(self._page_rows())
        column.addLayout(self._step_row())
        column.addWidget(self._begin_part())
        column.addWidget(self._frames_part())
        column.addStretch(1)
        page.chosen.connect(self.choose)
        page.changed.connect(self._do)
        page.nudged.connect(lambda dx, dy: self._do(moved(self.parts, self.paper, self.at, dx, dy)))
        page.dropped.connect(self.drop)
        page.menu_asked.connect(self._ask_menu)
        keys = {QKeySequence.StandardKey.Undo: self.undo_step, "Ctrl+Shift+Z": self.redo_step,
                LOCK_KEY: self.lock}  # fmt: skip
        keys |= {key: (lambda how=how: self.order(how)) for how, (_, key) in ORDERS.items()}
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WindowShortcut, activated=act)
        self._show()

    # -- parts ---------------------------------------------------------------------------------------------

    def _page_rows(self) -> QVBoxLayout:
        heading = label("medium")
        heading.setText(text("layout_margins"))
        self.margins = {
            side: millimetres(*MARGIN_RANGE, text(f"layout_margin_{side}"), text(f"layout_side_{side}"))
            for side in SIDES
        }
        for field in self.margins.values():
            field.valueChanged.connect(lambda _value: self._page_typed())
        self.grid = QComboBox()
        for name in CHOICES["grid"]:
            self.grid.addItem(text(f"template_grid_{name}"), name)
        self.grid.setAccessibleName(text("template_grid"))
        self.grid.currentIndexChanged.connect(lambda _at: self._page_typed())
        grid = QHBoxLayout()
        grid.addWidget(QLabel(text("template_grid")))
        grid.addWidget(self.grid, 1)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(heading)
        column.addLayout(row_of(self.margins.values()))
        column.addLayout(grid)
        return column

    def _step_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.undo, self.redo = IconButton("undo-2"), IconButton("redo-2")
        self.undo.describe(text("layout_undo"))
        self.redo.describe(text("layout_redo"))
        self.undo.clicked.connect(self.undo_step)
        self.redo.clicked.connect(self.redo_step)
        self.keep = QPushButton(text("template_save"))
        theme.set_role(self.keep, "quiet")
        self.keep.setAutoDefault(False)
        self.keep.clicked.connect(self.save)
        for button in (self.undo, self.redo):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.keep)
        return row

    def _begin_part(self) -> QWidget:
        """What is there before a sheet is laid out by hand."""
        self.before = QWidget()
        column = QVBoxLayout(self.before)
        column.setContentsMargins(0, 0, 0, 0)
        words = label("note", wrap=True)
        words.setText(text("layout_automatic"))
        self.begin = QPushButton(text("layout_begin"))
        self.begin.setAutoDefault(False)
        self.begin.clicked.connect(self.by_hand)
        column.addWidget(words)
        column.addWidget(self.begin)
        return self.before

    def _frames_part(self) -> QWidget:
        self.frames = QWidget()
        column = QVBoxLayout(self.frames)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setMinimumHeight(theme.metric(LIST_HEIGHT))
        self.list.setAccessibleName(text("layout_frames"))
        self.list.itemSelectionChanged.connect(self._listed)
        self.list.setToolTip(text("layout_frames_tip"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(
            lambda at: self._ask_menu(self.list.viewport().mapToGlobal(at))
        )
        QShortcut(
            QKeySequence(Qt.Key.Key_Delete), self.list, context=Qt.ShortcutContext.WidgetShortcut,
            activated=self.drop,
        )  # fmt: skip
        self.add = QPushButton(text("layout_add"))
        self.add.setAutoDefault(False)
        self.menu = QMenu(self.add)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add.setMenu(self.menu)
        self.delete = QPushButton(text("layout_delete"))
        self.delete.setAutoDefault(False)
        self.delete.clicked.connect(self.drop)
        row = QHBoxLayout()
        row.addWidget(self.add, 1)
        row.addWidget(self.delete, 1)
        self.fields = FrameFields()
        self.fields.changed.connect(self._typed)
        self.fields.fault.connect(self._fault)
        self.aligns: dict[str, IconButton] = {}
        ways = QHBoxLayout()
        ways.setSpacing(2)
        for how, (title, _) in ALIGNMENTS.items():
            button = self.aligns[how] = IconButton("square")
            button.setIcon(align_icon(how))
            button.describe(tr(title))
            button.clicked.connect(lambda _on=False, how=how: self.align(how))
            ways.addWidget(button)
        ways.addStretch(1)
        self.automatic = QPushButton(text("layout_back"))
        theme.set_role(self.automatic, "quiet")
        self.automatic.setAutoDefault(False)
        self.automatic.clicked.connect(lambda: self._step(replace(self.steps.now, parts=())))
        column.addWidget(self.list)
        column.addLayout(row)
        column.addLayout(ways)
        column.addWidget(self.fields)
        column.addWidget(self.automatic)
        return self.frames

    # -- what it works on ----------------------------------------------------------------------------------

    @property
    def parts(self) -> Parts:
        """The frames as they are."""
        return self.steps.now.parts

    @property
    def paper(self) -> Paper:
        """The template's paper."""
        return paper_of(self.steps.now.paper)

    def set_active(self, on: bool) -> None:
        """Let the page be worked on, or only looked at."""
        self._active = on
        self._show()

    def take(self, template: SheetTemplate) -> None:
        """Go on with a template that was changed elsewhere: that is a step, too."""
        if template != self.steps.now:
            if len(template.parts) != len(self.parts):
                self.at = []
            self.steps = self.steps.step(template)
            self._show()

    def set_paper(self, name: str) -> None:
        """Take another paper; frames go along."""
        now = self.steps.now
        parts = on_page(now.parts, paper_of(now.paper), paper_of(name))
        self._step(replace(now, paper=name, parts=parts))

    def by_hand(self) -> None:
        """Take the frames of the sheet that is shown in hand."""
        sheet = self._sheet()
        if sheet is None:
            return
        now = self.steps.now
        parts = parts_of(sheet.frames, sheet.paper, divider=now.frame != "open")
        self._step(replace(now, paper=sheet.paper.id, parts=parts))

    def choose(self, at: list[int]) -> None:
        """Choose frames by their places; the last one counts."""
        self.at = list(at)
        self._show()

    def align(self, how: str) -> None:
        """Align the chosen frames."""
        self._do(aligned(self.parts, self.paper, self.at, how))

    def add_frame(self, kind: str, picture: object = None) -> None:
        """Add a frame and choose it."""
        now = self.steps.now
        parts = added(now.parts, self.paper, kind, NEW_WORDS, picture)
        place = next(at for at, part in enumerate(parts) if part not in now.parts or part.kind == "outline")
        self.at = [place if kind == "outline" else len(parts) - 1]
        rows = SIGNATURES if kind == "approval" and not now.approval else now.approval
        self._step(replace(now, parts=parts, approval=rows))

    def drop(self) -> None:
        """Take the chosen frames away; those that a sheet needs and those that are locked stay."""
        parts = removed(self.parts, self.at)
        if parts == self.parts:
            return
        self.at = []
        self._do(parts)
        self._show()

    def order(self, how: str) -> None:
        """Put the chosen frames before or behind others."""
        if self.at:
            parts, self.at = ordered(self.parts, self.at, how)
            self._do(parts)

    def lock(self) -> None:
        """Hold the chosen frames fast, or let them go."""
        if self.at:
            self._do(locked(self.parts, self.at))

    def _ask_menu(self, at: QPoint) -> None:
        if not self.at:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for how, (title, key) in ORDERS.items():
            act = menu.addAction(f"{tr(title)}\t{key}", lambda how=how: self.order(how))
            act.setEnabled(ordered(self.parts, self.at, how)[0] != self.parts)
        menu.addSeparator()
        held = all(self.parts[one].locked for one in self.at)
        menu.addAction(f"{text('layout_unlock' if held else 'layout_lock')}\t{LOCK_KEY}", self.lock)
        menu.addSeparator()
        menu.addAction(text("layout_delete"), self.drop).setEnabled(self.delete.isEnabled())
        menu.popup(at)

    def undo_step(self) -> None:
        """Take a step back."""
        self._go(self.steps.undo())

    def redo_step(self) -> None:
        """Take it again."""
        self._go(self.steps.redo())

    # -- steps ---------------------------------------------------------------------------------------------

    def _do(self, parts: Parts) -> None:
        self._step(replace(self.steps.now, parts=parts))

    def _step(self, template: SheetTemplate) -> None:
        self._go(self.steps.step(template))

    def _go(self, steps: Steps[SheetTemplate]) -> None:
        if steps is self.steps:
            return
        self.steps = steps
        self.at = [at for at in self.at if at < len(self.parts)]
        self._show()
        self.changed.emit(steps.now)

    def _typed(self, part: Part) -> None:
        if self.at:
            at = self.at[-1]
            parts = tuple(part if one == at else each for one, each in enumerate(self.parts))
            self._do(placed(parts, self.paper, at, part.box))

    def _page_typed(self) -> None:
        if not self._showing:
            left, top, right, bottom = (self.margins[side].value() for side in SIDES)
            chosen = self.grid.currentData()
            self._step(replace(self.steps.now, margins=(left, top, right, bottom), grid=chosen))

    def _listed(self) -> None:
        """What was chosen in the list; what was chosen before stays in its order."""
        if not self._showing:
            rows = [index.row() for index in self.list.selectedIndexes()]
            kept = [at for at in self.at if at in rows]
            self.choose([*kept, *sorted(row for row in rows if row not in kept)])

    def _fill_menu(self) -> None:
        self.menu.clear()
        for kind in may_be_added(self.parts):
            self.menu.addAction(tr(kind.title), lambda kind=kind: self._ask_frame(kind.id))

    def _ask_frame(self, kind: str) -> None:
        if kind != "picture":
            self.add_frame(kind)
            return
        found = choose_picture(self)
        if isinstance(found, PlannerError):
            self._fault(found)
        elif found is not None:
            self.add_frame(kind, found)

    # -- showing -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._showing = True
        now, hand = self.steps.now, bool(self.parts)
        for side, value in zip(SIDES, now.margins, strict=True):
            self.margins[side].setValue(value)
        self.grid.setCurrentIndex(self.grid.findData(now.grid))
        self.undo.setEnabled(bool(self.steps.past))
        self.redo.setEnabled(bool(self.steps.future))
        self.before.setVisible(not hand)
        self.frames.setVisible(hand)
        names = [self._name(part) for part in self.parts]
        if names != [self.list.item(at).text() for at in range(self.list.count())]:
            self.list.clear()
            for name in names:
                self.list.addItem(QListWidgetItem(name))
        for at in range(self.list.count()):
            self.list.item(at).setSelected(at in self.at)
        if self.at:
            self.list.scrollToItem(self.list.item(self.at[-1]))
        self.fields.show_part(self.parts[self.at[-1]] if self.at else None)
        self.fields.setEnabled(not (self.at and self.parts[self.at[-1]].locked))
        self.delete.setEnabled(
            any(not self.parts[at].is_a.needed and not self.parts[at].locked for at in self.at)
        )
        for button in self.aligns.values():
            button.setEnabled(len(self.at) > 1)
        self._page.arrange(self.parts if self._active else (), self.paper, now.margins, self.at)
        self._showing = False

    def _name(self, part: Part) -> str:
        said = tr(part.words).replace("\n", " ")[:16] if part.kind == "text" else ""
        name = f"{tr(part.is_a.title)}  {said}".strip()
        return text("layout_locked", name=name) if part.locked else name
