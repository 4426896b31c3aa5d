"""The bottom row: where the mouse is, what is selected, what is being worked out, scale, CRS, saved."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app import theme
from app.bus import Bus
from app.jobs import Job, Jobs
from app.messages import language, sentence, text, tr
from app.session import Session
from layers.errors import PlannerError, StoreError
from layers.geo.crs import format_dms
from layers.maps.furniture import scale_text
from layers.maps.viewport import SCALE_MAX, SCALE_MIN

SHOWN_AFTER_S = 1.0  # a job that is faster is not worth a line
DONE_MS = 5_000
SCALES = (
    2_000,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    200_000,
    350_000,
    500_000,
    850_000,
    1_000_000,
    2_000_000,
)


class StatusBar(QWidget):
    """The status row of the window."""

    scale_asked = Signal(float)
    history_asked = Signal()

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._compact = False
        self._at: tuple[float, float] | None = None
        self._measured: Callable[[], str] = str
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(10)
        self.lonlat, self.grid, self.selected, self.crs = QLabel(), QLabel(), QLabel(), QLabel()
        self.job, self.scale = JobLine(jobs), ScaleBox()
        self.saved = QToolButton()
        self.saved.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.saved.setIconSize(QSize(15, 15))
        self.saved.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.saved.clicked.connect(self.history_asked)
        self._lines: list[QFrame] = []
        for label in (self.lonlat, self.grid, self.selected, self.crs):
            theme.set_role(label, "status")
        self.selected.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(self.lonlat)
        layout.addWidget(self._divider())
        layout.addWidget(self.grid)
        self._grid_line = self._divider()
        layout.addWidget(self._grid_line)
        layout.addWidget(self.selected, 1)
        for part in (self.job, self.scale, self.crs, self.saved):
            if part is not self.job:
                layout.addWidget(self._divider())
            layout.addWidget(part)
        self.scale.asked.connect(self.scale_asked)
        bus.project_changed.connect(self.refresh)
        bus.history_changed.connect(self._refresh_saved)
        bus.selection_changed.connect(lambda *_: self._refresh_selected())
        bus.language_changed.connect(self.refresh)
        bus.language_changed.connect(self.job.forget)
        bus.palette_changed.connect(lambda _name: self.refresh())
        self.refresh()

    def _divider(self) -> QFrame:
        line = QFrame()
        theme.set_role(line, "vline")
        line.setFixedHeight(14)
        self._lines.append(line)
        return line

    # -- what the map says -------------------------------------------------------------------------

    def show_place(self, x: float, y: float) -> None:
        """Show a place: easting and northing, planning CRS metres."""
        self._at = (x, y)
        self._refresh_place()

    def show_scale(self, scale: float) -> None:
        """Show the map's scale."""
        self.scale.show_scale(scale)

    def show_measure(self, words: Callable[[], str]) -> None:
        """Show what is being measured in place of the selection; words of "" end it. Asked again in another
        language."""
        self._measured = words
        self._refresh_selected()

    # -- refreshing --------------------------------------------------------------------------------

    def set_compact(self, compact: bool) -> None:
        """In a small window grid coordinates are left out and the CRS is its number."""
        self._compact = compact
        self.grid.setVisible(not compact)
        self._refresh_place()
        self._refresh_crs()

    def refresh(self) -> None:
        """Show everything anew."""
        self._reserve()
        self._refresh_place()
        self._refresh_selected()
        self._refresh_crs()
        self._refresh_saved()
        self.scale.setEnabled(self._session.is_open)
        self.scale.setToolTip(text("status_scale_tip"))
        self.scale.setAccessibleName(text("status_scale"))
        self.job.retranslate()

    def _reserve(self) -> None:
        """Keep room for the longest coordinates, so that nothing jumps while the mouse moves."""
        for label, longest in (
            (self.lonlat, "119°56′12.4″E 48°38′50.7″N"),
            (self.grid, "X 5,389,412.6  Y 495,327.1"),
        ):
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(longest) + 4)

    def _refresh_place(self) -> None:
        known = self._session.is_open and self._at is not None
        self._lines[0].setVisible(known and not self._compact)
        self._grid_line.setVisible(known)
        if not known:
            self.lonlat.setText("")
            self.grid.setText("")
            return
        assert self._at is not None
        x, y = self._at
        self.grid.setText(f"X {y:,.1f}  Y {x:,.1f}")
        self.grid.setToolTip(text("status_grid_tip"))
        try:
            lon, lat = self._session.plan.crs.to_lonlat([(x, y)])[0]
        except PlannerError:
            self.lonlat.setText("—")  # beyond where the zone means anything
            return
        self.lonlat.setText(format_dms(lon, lat))

    def _refresh_selected(self) -> None:
        measured = self._measured()
        theme.set_role(self.selected, "status_draw" if measured else "status")
        self.selected.setText(measured or self._selected_words())

    def _selected_words(self) -> str:
        chosen = self._session.selection
        if not self._session.is_open or not chosen.fids or chosen.kind not in self._session.plan:
            return ""
        table = self._session.plan.table(chosen.kind)
        kind = tr(table.kind.title)
        if len(chosen.fids) > 1:
            return text("status_selected_many", layer=kind, count=f"{len(chosen.fids):,}")
        try:
            row = table.row(next(iter(chosen.fids)))
        except PlannerError:
            return ""
        name = row.get(table.kind.name) or row.get(table.kind.key) or kind
        return text("status_selected", name=name)

    def _refresh_crs(self) -> None:
        if not self._session.is_open:
            self.crs.setText("")
            return
        crs = self._session.plan.crs
        self.crs.setText(
            f"EPSG:{crs.epsg}"
            if self._compact
            else text("status_crs", meridian=crs.central_meridian, epsg=crs.epsg)
        )
        self.crs.setToolTip(crs.name(language()))

    def _refresh_saved(self) -> None:
        self.saved.setVisible(self._session.is_open)
        if not self._session.is_open:
            return
        reason = self._session.read_only
        if reason is not None:
            happened, advice = sentence(StoreError(reason, path=str(self._session.path)))
            self.saved.setIcon(theme.icon("lock", "warn", 15))
            self.saved.setText(text("status_read_only"))
            self.saved.setToolTip(f"{happened}<br>{advice}" if advice else happened)
            theme.set_role(self.saved, "status_warn")
            return
        newest = self._session.store.entries(limit=1)
        self.saved.setIcon(theme.icon("circle-check", "ok", 15))
        self.saved.setText(
            text("status_saved_at", at=local_time(newest[0].at, "%H:%M")) if newest else text("status_saved")
        )
        self.saved.setToolTip(text("status_saved_tip"))
        theme.set_role(self.saved, "status_ok")


class JobLine(QWidget):
    """The oldest job that takes longer than a second: count, remaining time, and a cross that stops it.

    A job without a title is not shown.
    """

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running: dict[Job, tuple[int, int]] = {}
        self._shown: Job | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.glyph, self.words, self.bar, self.stop = QLabel(), QLabel(), QProgressBar(), QToolButton()
        self.bar.setFixedWidth(72)
        self.bar.setTextVisible(False)
        self.stop.setFixedSize(20, 20)
        self.stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop.clicked.connect(self._stop)
        for part in (self.glyph, self.words, self.bar, self.stop):
            layout.addWidget(part)
        self._tick = QTimer(self)
        self._tick.setInterval(200)
        self._tick.timeout.connect(self._refresh)
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.timeout.connect(self._clear)
        jobs.started.connect(self._started)
        jobs.progressed.connect(self._progressed)
        jobs.ended.connect(self._ended)
        self._clear()

    def retranslate(self) -> None:
        """Speak the current language."""
        self.stop.setIcon(theme.icon("x", size=14))
        self.stop.setToolTip(text("status_job_stop"))
        self.stop.setAccessibleName(text("status_job_stop"))
        theme.set_role(self.words, "status")

    def _started(self, job: Job) -> None:
        if not job.title:
            return  # a small one of the window's own
        self._running[job] = (0, 0)
        self._tick.start()

    def _progressed(self, job: Job, done: int, total: int) -> None:
        if job in self._running:
            self._running[job] = (done, total)

    def _ended(self, job: Job, how: str) -> None:
        self._running.pop(job, None)
        took = time.monotonic() - job.started
        if job is self._shown:
            self._shown = None
            if how == "done" and not self._running:
                self._say(text("status_job_done", title=job.title, seconds=f"{took:.1f}"), "check", "ok")
            elif how == "cancelled":
                self._say(text("status_job_cancelled", title=job.title), "ban", "ink3")
        if not self._running:
            self._tick.stop()
            if not self._gone.isActive():
                self._clear()

    def _refresh(self) -> None:
        now = time.monotonic()
        slow = [
            job for job in self._running if now - job.started >= SHOWN_AFTER_S and not job.progress.cancelled
        ]
        if not slow:
            return
        job = self._shown = min(slow, key=lambda one: one.started)
        done, total = self._running[job]
        words = job.title
        if total > 1:
            words += f" {done:,} / {total:,}"
        if total and done and (left := (now - job.started) * (total - done) / done) >= 1:
            words += text("status_job_left", seconds=f"{left:.0f}")
        if len(slow) > 1:
            words += text("status_job_more", count=len(slow) - 1)
        self._gone.stop()
        self.bar.setRange(0, max(total, 0))
        self.bar.setValue(done)
        self.words.setText(words)
        self.glyph.hide()
        for part in (self.words, self.bar, self.stop, self):
            part.show()

    def _say(self, words: str, glyph: str, token: str) -> None:
        self.words.setText(words)
        self.glyph.setPixmap(theme.pixmap(glyph, token, 15))
        self.glyph.show()
        self.bar.hide()
        self.stop.hide()
        self._gone.start(DONE_MS)

    def forget(self) -> None:
        """What is over was told in another language."""
        if self._shown is None:
            self.words.clear()
            self._clear()

    def _clear(self) -> None:
        self.hide()

    def _stop(self) -> None:
        if self._shown is not None:
            self._shown.cancel()
            self._say(text("status_job_stopping", title=self._shown.title), "loader-circle", "ink3")


class ScaleBox(QComboBox):
    """The scale, to be chosen or typed: `1:850 000`, `850000`, `85万`."""

    asked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = 0.0
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems([scale_text(scale) for scale in SCALES])
        self.setCurrentText("")
        self.setMaxVisibleItems(len(SCALES))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        theme.set_role(self, "status")
        self.setCompleter(None)
        self.activated.connect(lambda at: self._ask(self.itemText(at)))
        self.lineEdit().editingFinished.connect(self._finished)

    def show_scale(self, scale: float) -> None:
        """Show a scale, unless another is just being typed."""
        self._scale = scale
        if not self.lineEdit().hasFocus():
            self.setEditText(scale_text(rounded(scale)) if scale else "")
        theme.set_role(self, "status")

    def _finished(self) -> None:
        if self.lineEdit().isModified():
            self._ask(self.currentText())

    def _ask(self, typed: str) -> None:
        scale = parse_scale(typed)
        self.lineEdit().setModified(False)
        if scale is None:
            theme.set_role(self, "wrong")
            QTimer.singleShot(1200, self, lambda: self.show_scale(self._scale))
            return
        self.clearFocus()
        self.asked.emit(scale)


def rounded(scale: float) -> float:
    """Return a denominator as it is shown: three figures are enough to read."""
    return float(f"{scale:.3g}")


def parse_scale(typed: str) -> float | None:
    """Return the denominator that somebody typed, None where it is no scale the map can show."""
    plain = re.sub(r"[\s,，  ]", "", typed).replace("：", ":").replace("/", ":")
    match = re.fullmatch(r"(?:1:)?(\d+(?:\.\d+)?)(万|[kK])?", plain)
    if match is None:
        return None
    scale = float(match[1]) * {"万": 10_000, "k": 1_000, "K": 1_000}.get(match[2] or "", 1)
    return scale if SCALE_MIN <= scale <= SCALE_MAX else None


def local_time(at: str, form: str) -> str:
    """Return a moment of the journal (UTC, ISO 8601) in this machine's time."""
    try:
        return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone().strftime(form)
    except ValueError:
        return at
