"""待落图: rows that wait for a place; a candidate, a code or coordinates, or a click on the map puts one
there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from app.actions.placing import drop, put, put_at, waiting_words
from app.dialogs.base import Dialog
from app.messages import sentence, text
from app.panels.frame import across, down, holder
from app.panels.parts import Button, EmptyState, label
from layers.errors import PlannerError
from layers.plan.waiting import Waiting, waiting_rows
from layers.planning.placing_queue import gacha_names

WIDTH, LIST_HEIGHT = 620, 240


class PlacingDialog(Dialog):
    """Beside the window, not in front of it: the map can be clicked while it is open."""

    def __init__(self, window) -> None:  # noqa: ANN001 - the main window
        super().__init__(window, text("queue_title"), glyph="map-pin", width=WIDTH)
        self.setModal(False)
        self.main, self.session = window, window.session
        self.picking = False
        self.rows: tuple[Waiting, ...] = ()
        self.nothing = EmptyState("map-pin")
        self.nothing.acted.connect(lambda: window.run_command("import", False))
        self.hint, self.why = label("note", wrap=True), label(wrap=True)
        self.list = QListWidget()
        self.list.setMinimumHeight(LIST_HEIGHT)
        self.list.currentRowChanged.connect(lambda _at: self._show_row())
        self.choices = QVBoxLayout()
        self.where = QLineEdit()
        self.where.setPlaceholderText(text("queue_where"))
        self.where.returnPressed.connect(self._put)
        self.put_button, self.pick_button = Button("", "check"), Button("", "map-pin")
        self.put_button.setText(text("queue_put"))
        self.put_button.clicked.connect(self._put)
        self.pick_button.setText(text("queue_pick"))
        self.pick_button.setCheckable(True)
        self.pick_button.toggled.connect(self._pick)
        fields = across((self.where, 1), self.put_button, self.pick_button)
        self.waiting = holder(down(self.hint, (self.list, 1), self.why, self.choices, fields, spacing=8))
        self.none = holder(down(self.nothing, None))
        for part in (self.none, self.waiting):
            self.body.addWidget(part, 1)
        self.fault = label("bad", wrap=True)
        self.fault.hide()
        self.body.addWidget(self.fault)
        self.drop_button = self.add_button(text("queue_discard"), "danger")
        self.drop_button.clicked.connect(self._drop)
        self.add_button(text("dialog_close"), default=False).clicked.connect(self.accept)
        window.bus.place_picked.connect(self._picked)
        window.bus.plan_changed.connect(self._changed)
        self._fill()

    def _changed(self, _kinds: frozenset[str], collections: frozenset[str]) -> None:
        if "placing_queue" in collections:
            self._fill()

    def _fill(self) -> None:
        at = max(self.list.currentRow(), 0)
        self.rows = waiting_rows(self.session.plan) if self.session.is_open else ()
        self.list.clear()
        for one in self.rows:
            item = QListWidgetItem(f"{waiting_words(self.session, one)} · {one.words or '—'}")
            item.setData(Qt.ItemDataRole.UserRole, one.key)
            item.setToolTip(one.key)
            self.list.addItem(item)
        self.hint.setText(text("queue_count", count=len(self.rows)))
        self.nothing.set(text("queue_empty"), text("queue_empty_why"), text("queue_import"))
        self.none.setVisible(not self.rows)
        self.waiting.setVisible(bool(self.rows))
        self.list.setCurrentRow(min(at, len(self.rows) - 1))
        self._show_row()

    def row(self) -> Waiting | None:
        """The row that is chosen."""
        at = self.list.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def _show_row(self) -> None:
        one = self.row()
        self.fault.hide()
        while self.choices.count():
            item = self.choices.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().deleteLater()
        self.why.setText("" if one is None else text(f"queue_why_{one.why}"))
        writable = one is not None and self.session.read_only is None
        for part in (self.where, self.put_button, self.pick_button, self.drop_button):
            part.setEnabled(writable)
        if one is None:
            return
        names = gacha_names(self.session.plan)
        for code in one.candidates:
            button = Button("quiet", "map-pin")
            button.setText(f"{names.get(code, code)}（{code}）")
            button.setEnabled(writable)
            button.clicked.connect(
                lambda _checked=False, code=code: self._try(lambda: put(self.session, one.key, code))
            )
            self.choices.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _put(self) -> None:
        one, where = self.row(), self.where.text().strip()
        if one is not None and where:
            self._try(lambda: put(self.session, one.key, where))

    def _pick(self, on: bool) -> None:
        self.picking = on
        if on:
            self.main.map.set_tool("identify")
            self.main.raise_()

    def _picked(self, x: float, y: float) -> None:
        one = self.row()
        if self.picking and one is not None:
            self.pick_button.setChecked(False)
            self._try(lambda: put_at(self.session, one.key, (x, y)))

    def _drop(self) -> None:
        one = self.row()
        if one is not None:
            self._try(lambda: drop(self.session, [one.key]))

    def _try(self, change) -> None:  # noqa: ANN001
        try:
            change()
        except PlannerError as error:
            self.fault.setText(" ".join(sentence(error)))
            self.fault.show()
            return
        self.where.clear()
        self.main.bus.notice.emit("ok", text("queue_done"), text("engine_kept_why"))
