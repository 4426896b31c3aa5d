"""The strip under the map: the plan's years, played and scrubbed; the scheme by which everything is looked
at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.origins.timeline import YEARLY, years_ask
from app.panels.gap_summary import year_token
from app.panels.models.gap_results import results_of
from app.panels.models.years import Done, Years, quota_service, years_of
from app.panels.number_desk import moved_numbers
from app.panels.panel import Panel
from app.panels.parts import label
from app.panels.rows import number
from app.panels.year_strip import YearStrip
from app.session import Session
from layers.planning.schemes import ADOPTED, COLLECTION, Scheme, adopted_scheme, read_scheme, schemes

HIGH, LOW = 76, 52
STEP_MS = 1_200
TOTAL_FROM = 900  # px of width from which the total is shown
TOTAL_WIDTH, CHOOSER_WIDTH = 264, 104
RING = 5  # px round the total for the ring of the keyboard


class Timeline(Panel):
    """Play button, years, total, scheme; what is chosen here is told to the whole window."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.results = results_of(session, jobs, bus)
        self.years, self._done = Years(), Done()
        self._build()
        self.timer = QTimer(self)
        self.timer.setInterval(STEP_MS)
        self.timer.timeout.connect(self._next)
        bus.year_changed.connect(lambda _year: self._show())
        bus.scheme_changed.connect(lambda _name: self._refresh())
        self.results.changed.connect(self._learn)
        self.moved = moved_numbers(bus)
        self.moved.changed.connect(self._show_marks)
        self.results.want(True)  # whatever tab is in front, the years show what was built in them
        self.start()

    def _build(self) -> None:
        self.strip, self.total, self.scheme = YearStrip(), _Total(), QComboBox()
        self.button = _PlayButton()
        self.button.clicked.connect(self.toggle)
        self.strip.chosen.connect(self._chosen)
        self.strip.play_asked.connect(self.toggle)
        self.strip.asked.connect(self._trace)
        self.total.asked.connect(lambda: self._trace("total", self.bus.year))
        theme.set_role(self.scheme, "status")
        self.scheme.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.scheme.setMinimumContentsLength(4)
        self.scheme.activated.connect(lambda _at: self._scheme_chosen())
        self.caption = label("note")
        self.caption.setContentsMargins(RING, 0, 0, 0)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._side = QWidget()
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.caption, 1)
        top.addWidget(self.scheme)
        side = self._aside = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._side)
        side.setSpacing(3)
        side.addStretch()
        side.addLayout(top)
        side.addWidget(self.total)
        side.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(self.button)
        row.addWidget(self.strip, 1)
        row.addWidget(self._side)

    # -- words, colours, sizes ---------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self._describe_button()
        self.scheme.setToolTip(text("timeline_scheme_tip"))
        self.scheme.setAccessibleName(text("timeline_scheme_tip"))
        self._refresh()

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.button.restyle()
        self._fit()
        self._show()

    def set_height(self, height: int) -> None:
        """Set the height of the strip."""
        self.setFixedHeight(height)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The total stands where there is room for it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide, low = self.width() >= TOTAL_FROM, self.height() < theme.metric(HIGH)
        self.total.setVisible(wide and self.years.whole is not None)
        there, choice = self.total.isVisibleTo(self._side), self.scheme.isVisibleTo(self._side)
        self.caption.setVisible(there and not low)  # a low strip has room for one line: beside, not above
        directions = QBoxLayout.Direction
        self._aside.setDirection(directions.LeftToRight if low else directions.TopToBottom)
        self._aside.setContentsMargins(0, 2 if low else 7, 0, 2 if low else 7)
        self._side.setVisible(there or choice)
        beside = CHOOSER_WIDTH if choice and (low or not there) else 0
        self._side.setFixedWidth(theme.metric((TOTAL_WIDTH if there else 0) + beside))

    # -- what it shows -----------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.stop()
        self._done.forget()
        self._refresh()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Schemes or quotas may have changed; what was built is told by the board."""
        if kinds:
            self._done.forget()
        if collections & {COLLECTION, ADOPTED, "policy", "project"}:
            self._refresh()

    def _learn(self) -> None:
        board = self.results.board
        if board is not None and not self.results.stale and self.session.is_open:
            self._done.learn(board, self._service())
            self._show()

    def _service(self) -> str:
        return quota_service(self.session.catalogue, self.session.policy, self._scheme())

    def _scheme(self) -> Scheme | None:
        name = self.bus.scheme
        if name is None or name not in self.session.plan.documents.get(COLLECTION, {}):
            return None
        return read_scheme(self.session.plan, name)

    def _refresh(self) -> None:
        """Schemes, years or words have changed."""
        self.scheme.blockSignals(True)
        self.scheme.clear()
        self.scheme.addItem(text("timeline_recorded"), None)
        if self.session.is_open:
            plan = self.session.plan
            for scheme in schemes(plan):
                adopted = adopted_scheme(plan, scheme.service) == scheme.name
                self.scheme.addItem(
                    text("timeline_adopted", name=scheme.name) if adopted else scheme.name, scheme.name
                )
        self.scheme.setCurrentIndex(max(self.scheme.findData(self.bus.scheme), 0))
        self.scheme.setVisible(self.scheme.count() > 1)
        self.scheme.blockSignals(False)
        self._show()

    def _show(self) -> None:
        if not self.session.is_open:
            self.years = Years()
        else:
            self.years = years_of(
                self.session.catalogue, self.session.policy, self._scheme(), self._done.by_year
            )
        year = self.bus.year
        self.strip.show_years(self.years, year)
        unit = text(f"unit_{self.years.unit}") if self.years.unit else ""
        self.caption.setText(
            text("timeline_total_all", unit=unit)
            if year is None
            else text("timeline_total", year=year, unit=unit)
        )
        self.caption.setToolTip(self.caption.text())
        self.total.show_total(self.years.through(year), self.years.whole, len(self.years.quotas))
        self._show_marks()
        self._fit()

    # -- what is chosen ----------------------------------------------------------------------------

    def _chosen(self, year: int | None) -> None:
        self.stop()
        self.bus.year_changed.emit(year)

    def _scheme_chosen(self) -> None:
        name = self.scheme.currentData()
        if name != self.bus.scheme:
            self.bus.scheme_changed.emit(name)

    def _trace(self, field: str, year: int | None) -> None:
        """Ask where a year's number, or the total, is from; it has then been looked at."""
        if self.session.is_open and self.years.whole is not None:
            ask = years_ask(self._service(), field, year, self.years.scheme)
            self.bus.number_asked.emit(ask, None, None)
            self.moved.looked_at(ask.key)

    def _show_marks(self) -> None:
        """Draw the marks of what a changed rule moved as they are now."""
        if not self.session.is_open:
            return
        service, scheme = self._service(), self.years.scheme
        self.strip.moved = frozenset(
            cell.year for cell in self.years.cells
            if any(self.moved.has(years_ask(service, field, cell.year, scheme).key) for field in YEARLY)
        )  # fmt: skip
        self.strip.update()
        self.total.mark_moved(self.moved.has(years_ask(service, "total", self.bus.year, scheme).key))

    # -- playing -----------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether the years are being played."""
        return self.timer.isActive()

    def toggle(self) -> None:
        """Play, or stop where it is."""
        if self.playing:
            self.stop()
        else:
            self.play()

    def play(self) -> None:
        """Go from year to year; from the last one, or from all records, begin anew."""
        years = [cell.year for cell in self.years.cells]
        if len(years) > 1:
            if self.bus.year not in years[:-1]:
                self.bus.year_changed.emit(years[0])
            self.timer.start()
            self._describe_button()

    def stop(self) -> None:
        """Stay where it is."""
        if hasattr(self, "timer"):
            self.timer.stop()
            self._describe_button()

    def _next(self) -> None:
        if self.results.running:
            return  # a year is shown before it is left
        years = [cell.year for cell in self.years.cells]
        later = [year for year in years if self.bus.year is not None and year > self.bus.year]
        if later:
            self.bus.year_changed.emit(later[0])
        if len(later) <= 1:
            self.stop()

    def _describe_button(self) -> None:
        playing = hasattr(self, "timer") and self.playing
        self.button.show_state(playing=playing, words=text("timeline_stop" if playing else "timeline_play"))


class _PlayButton(QToolButton):
    """A round button: play, or stop."""

    SIZE = 32

    def __init__(self) -> None:
        super().__init__()
        self._playing = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.restyle()

    def show_state(self, *, playing: bool, words: str) -> None:
        """Show what a click does."""
        self._playing = playing
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def restyle(self) -> None:
        """Take the palette's sizes."""
        self.setFixedSize(QSize(theme.metric(self.SIZE), theme.metric(self.SIZE)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a filled disc with the sign in it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_hover" if self.underMouse() or self.isDown() else "accent"))
        painter.drawEllipse(box)
        size = box.width() * 0.52
        sign = QRectF(
            box.center().x() - size / 2 + (0 if self._playing else size * 0.04),
            box.center().y() - size / 2,
            size,
            size,
        )
        theme.paint_icon(painter, "square" if self._playing else "play", sign, "panel")
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("panel"), 2))
            painter.drawEllipse(box.adjusted(2, 2, -2, -2))
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawEllipse(box)
        painter.end()


class _Total(QWidget):
    """How much of what the plan asks for has come: a figure and a bar stacked by year; a click or Enter asks
    where it is from."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.figure, self.against, self.bar = label("verdict"), label("note"), _Bar()
        row = QHBoxLayout()
        row.setSpacing(5)
        row.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.against, 1, Qt.AlignmentFlag.AlignBottom)
        self.against.setContentsMargins(0, 0, 0, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(RING, 0, RING, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.bar)

    def show_total(self, parts: Sequence[int | None], whole: int | None, years: int) -> None:
        """Show the numbers of the years that have come against the plan's sum; years: how many there are in
        all."""
        known = sum(part for part in parts if part is not None)
        lost = bool(parts) and all(part is None for part in parts)
        self.figure.setText("—" if lost else number(known))
        percent = f"{known / whole:.1%}" if whole and not lost else "—"
        self.against.setText(text("timeline_of", asked=number(whole), percent=percent))
        self.setAccessibleName(f"{self.figure.text()} {self.against.text()}")
        self.setToolTip(f"{self.accessibleName()}\n{text('trace_tip')}")
        self.bar.show_parts([part or 0 for part in parts], whole or 1, years)

    def mark_moved(self, moved: bool) -> None:
        """Mark the figure as moved by a rule, or take the mark from it."""
        words = self.figure.text().removeprefix("● ")
        self.figure.setText(f"● {words}" if moved else words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click asks where the figure is from."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """It is this that is clicked."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space do what a click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a ring round it for those who came by key."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
            painter.end()


class _Bar(QWidget):
    """Parts of a whole side by side; a year has the colour that it has everywhere."""

    HIGH = 4

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[int] = []
        self._whole = self._years = 1
        self.setFixedHeight(self.HIGH)

    def show_parts(self, parts: list[int], whole: int, years: int) -> None:
        """Show other parts."""
        self._parts, self._whole, self._years = parts, max(whole, sum(parts)), years
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("line"))
        left = 0.0
        for at, part in enumerate(self._parts):
            length = self.width() * part / self._whole
            painter.fillRect(QRectF(left, 0, length, self.height()), theme.color(year_token(at, self._years)))
            left += length
        painter.end()
