"""Search (Ctrl+K): places by name, code, pinyin; commands by name. Enter goes there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.bus import Bus
from app.jobs import Jobs
from app.menus import in_window, usable
from app.messages import text, tr
from app.places import NO_HIT, Index, Place, build_index, closeness, fold, place_text, searchable, where
from app.session import Session
from layers.errors import PlannerError
from layers.plan.plan import Plan

PLACES, COMMANDS = 10, 4  # hits shown
WAIT_MS = 60  # after the last key, before looking
HIT = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of the results: what it says, what it is, and what Enter does with it."""

    title: str
    note: str
    code: str = ""
    place: Place | None = None
    command: str = ""


class SearchBox(QLineEdit):
    """The search field; its results hang below it."""

    found = Signal()  # results are shown

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._bus = session, jobs, bus
        self._index: Index | None = None
        self._stale = True
        self._enter = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._look)
        self._pin = self.addAction(theme.icon("search", "ink3", 16), QLineEdit.ActionPosition.LeadingPosition)
        self.results = Results(self)
        self.results.chosen.connect(self._go)
        self.textEdited.connect(self._typed)
        bus.project_changed.connect(self._forget)
        bus.plan_changed.connect(self._plan_changed)
        bus.language_changed.connect(self.retranslate)
        bus.palette_changed.connect(lambda _name: self._pin.setIcon(theme.icon("search", "ink3", 16)))
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the current language."""
        wide = self.width() >= 240
        self.setPlaceholderText(text("search_hint" if wide else "search_hint_short"))
        self.setAccessibleName(text("search_hint"))
        self.setToolTip(text("search_tip"))

    def begin(self) -> None:
        """Take the keys; the index is made the first time."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._prepare()

    # -- the index ---------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._index, self._stale = None, True
        self.clear()
        self.results.hide()

    def _plan_changed(self, kinds: frozenset[str], _collections: frozenset[str]) -> None:
        if any(
            kind in self._session.catalogue and searchable(self._session.catalogue[kind]) for kind in kinds
        ):
            self._stale = True

    def _prepare(self) -> None:
        if not self._session.is_open or not self._stale:
            return
        self._stale = False
        plan = self._session.plan
        self._jobs.start(
            text("job_search_index"),
            lambda progress: build_index(plan, progress),
            self._indexed,
            topic="search_index",
            fault=self._fault,
        )

    def _indexed(self, index: Index) -> None:
        self._index = index
        if self.text():
            self._look()

    def _fault(self, error: BaseException) -> None:
        self._stale = True
        if not isinstance(error, PlannerError):
            raise error
        self._bus.complain(error)

    # -- looking -----------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._prepare()
        self._enter = False
        self._wait.start(WAIT_MS)

    def _look(self) -> None:
        typed = self.text().strip()
        if not typed:
            self.results.hide()
            return
        if self._index is None:
            if not self._session.is_open:
                self._show(typed, [])
            return
        index, plan = self._index, self._session.plan
        self._jobs.start(
            "",
            lambda progress: [
                _place_hit(plan, place) for place in index.find(typed, limit=PLACES, progress=progress)
            ],
            lambda hits: self._show(typed, hits),
            topic="search",
            fault=self._fault,
        )

    def _show(self, typed: str, places: list[Hit]) -> None:
        if typed != self.text().strip():
            return
        self.results.fill(typed, places + self._command_hits(typed))
        self.found.emit()
        if self._enter:
            self._enter = False
            self.results.take_current()

    def _command_hits(self, typed: str) -> list[Hit]:
        wanted = fold(typed)
        hits = []
        for command in in_window():
            title = tr(command.title).rstrip("…")
            score = closeness(wanted, fold(title), command.id)
            if score < NO_HIT and usable(command, self._session):
                hits.append(
                    (
                        score,
                        len(title),
                        Hit(
                            title, text("search_command"), command.shortcut.split(";")[0], command=command.id
                        ),
                    )
                )
        return [hit for *_, hit in sorted(hits, key=lambda one: one[:2])[:COMMANDS]]

    def _go(self, hit: Hit) -> None:
        self.results.hide()
        if hit.command:
            self.clear()
            self.clearFocus()
            self._bus.run_command.emit(hit.command)
        elif hit.place is not None:
            self.setText(hit.place.name)
            self._session.select(hit.place.kind, [hit.place.fid])
            self._bus.zoom_to_features.emit(hit.place.kind, frozenset([hit.place.fid]))
            self._bus.flash_feature.emit(hit.place.kind, hit.place.fid)
            self.clearFocus()

    # -- keys --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk through the results, Enter takes one, Esc leaves."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.results.walk(1 if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.results.isVisible() and self.results.typed == self.text().strip():
                self.results.take_current()
            elif self.text().strip():
                self._enter = True
                self._prepare()
                self._wait.stop()
                self._look()
        elif key == Qt.Key.Key_Escape:
            if self.results.isVisible():
                self.results.hide()
            else:
                self.clear()
                self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make the index when the field is entered."""
        super().focusInEvent(event)
        self._prepare()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the results away when the keys go elsewhere."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.results.hide()


def _place_hit(plan: Plan, place: Place) -> Hit:
    gacha, sumu = where(plan, place)
    parts = [tr(plan.catalogue[place.kind].title), *(part for part in (gacha, sumu) if part)]
    return Hit(place_text(plan, place), " · ".join(dict.fromkeys(parts)), place.code, place)


class Results(QFrame):
    """The hits below a search field, over the window."""

    chosen = Signal(object)

    def __init__(self, box: QLineEdit) -> None:
        super().__init__(box.window())
        self._box = box
        self.typed = ""
        theme.set_role(self, "popup")
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(HitPainter(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda item: self._take(item))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.list)
        box.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the field when it moves."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize) and self.isVisible():
            self._place()
        return False

    def fill(self, typed: str, hits: list[Hit]) -> None:
        """Show hits, the first one chosen; or say that there are none."""
        self.typed = typed
        self.list.clear()
        for hit in hits or [Hit(text("search_none", typed=typed), text("search_none_hint"))]:
            item = QListWidgetItem(hit.title)
            item.setData(HIT, hit)
            if not hits:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        if hits:
            self.list.setCurrentRow(0)
        self._place()
        self.show()
        self.raise_()

    def hits(self) -> list[Hit]:
        """Return what is listed now."""
        return [self.list.item(at).data(HIT) for at in range(self.list.count())]

    def walk(self, step: int) -> None:
        """Choose the next line (1) or the one before (-1), round and round."""
        if self.isVisible() and self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())

    def take_current(self) -> None:
        """Take the chosen line."""
        item = self.list.currentItem()
        if item is not None:
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        hit = item.data(HIT)
        if hit.place is not None or hit.command:
            self.chosen.emit(hit)

    def _place(self) -> None:
        window = self._box.window()
        if self.parent() is not window:
            self.setParent(window)
        corner = self._box.mapTo(window, self._box.rect().bottomLeft())
        width = max(self._box.width(), theme.metric(340))
        height = self.list.count() * theme.metric(44) + 10
        left = min(corner.x(), window.width() - width - 8)
        self.setGeometry(left, corner.y() + 5, width, min(height, window.height() - corner.y() - 40))


class HitPainter(QStyledItemDelegate):
    """A hit in two lines: name, then what and where; its code or key at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """Two lines."""
        return QSize(100, theme.metric(44))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """Draw one hit."""
        hit: Hit = index.data(HIT)  # type: ignore[attr-defined]
        row = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, theme.color("row_sel"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, theme.color("sunken"))
        inner = row.adjusted(10, 4, -10, -4)
        painter.setFont(theme.font(theme.NOTE))
        painter.setPen(theme.color("ink3"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, hit.code)
        taken = painter.fontMetrics().horizontalAdvance(hit.code) + 8
        note = painter.fontMetrics().elidedText(hit.note, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, note)
        painter.setFont(theme.font(medium=True))
        painter.setPen(theme.color("ink1"))
        room = QRect(inner.left(), inner.top() - 2, inner.width() - taken, inner.height())
        painter.drawText(
            room,
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
            painter.fontMetrics().elidedText(hit.title, Qt.TextElideMode.ElideRight, room.width()),
        )
        painter.restore()
