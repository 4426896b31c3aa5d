"""The parts of a verdict: banner, chainage strip, and a card for each article."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from app import theme
from app.messages import language, text
from app.origins.verdicts import verdict_ask
from app.panels.chips import CHIPS, StatusChip
from app.panels.number_words import NumberWords
from app.panels.parts import label
from app.panels.rows import is_trace_key
from app.verdict_words import (
    article_words,
    chainage,
    chainage_words,
    count_words,
    measure_words,
    reason_words,
    short_measure,
    zone_class,
)
from layers.catalogue.model import Catalogue
from layers.planning.conflicts import Conflict, Judged, whole_runs
from layers.policy.zone_rules import Duty

Runs = tuple[tuple[float, float], ...]
STEPS = (0.1, 0.2, 0.5, 1, 2, 4, 5, 10, 20, 50, 100)


class VerdictBanner(QFrame):
    """The worst verdict, large, with how many zones have which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = "allow"
        self.word, self.counts = label("verdict"), NumberWords()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.word)
        words.addWidget(self.counts)
        row = QHBoxLayout(self)
        row.setContentsMargins(56, 8, 12, 8)
        row.addLayout(words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_verdict(self, judged: Judged) -> None:
        """Show a work's verdict."""
        self._verdict = judged.verdict
        self.word.setText(text(f"verdict_{judged.verdict}"))
        self.counts.show_numbers([
            (text("verdict_zones", verdict=text(f"verdict_{verdict}")), str(count),
             verdict_ask(judged, f"zones.{verdict}"))
            for verdict, count in judged.counts().items() if verdict != "allow"
        ])  # fmt: skip
        if not self.counts.parts:
            self.counts.setText(text("verdict_nothing_touched"))
            self.counts.setToolTip("")
        said = count_words(judged) or self.counts.text()
        self.setAccessibleName(f"{self.word.text()} {said}")
        self.restyle()

    def restyle(self) -> None:
        """Take the palette's colours."""
        ink = theme.hex_of(CHIPS[self._verdict].ink)
        self.word.setStyleSheet(f"color: {ink}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, edge and glyph in the verdict's colours."""
        chip = CHIPS[self._verdict]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(chip.ground))
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(theme.color(chip.ink))
        painter.drawRect(QRectF(0, 0, 4, box.height()))
        centre = QPointF(32, box.center().y())
        painter.drawEllipse(centre, 15, 15)
        picture = theme.pixmap(chip.glyph, "panel", 18)
        painter.drawPixmap(QRectF(centre.x() - 9, centre.y() - 9, 18, 18), picture, QRectF(picture.rect()))
        painter.end()


class ChainageStrip(QWidget):
    """A line from end to end in the patterns of its verdicts; the mouse links it with map and cards."""

    hovered = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judged: Judged | None = None
        self._marked: Runs = ()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Strip, ticks and their words."""
        return QSize(200, theme.metric(40))

    def show_line(self, judged: Judged | None) -> None:
        """Show a line; nothing for what is no line."""
        self._judged, self._marked = judged, ()
        self.setVisible(judged is not None and bool(judged.length_m))
        runs = [] if judged is None else whole_runs(judged)
        self.setAccessibleName(
            " ".join(f"{chainage(a)}–{chainage(b)} {text('verdict_' + verdict)}" for a, b, verdict in runs)
        )
        self.update()

    def mark(self, stretches: Runs) -> None:
        """Mark stretches."""
        if stretches != self._marked:
            self._marked = stretches
            self.update()

    def _x(self, metres: float) -> float:
        assert self._judged is not None and self._judged.length_m
        return metres / self._judged.length_m * (self.width() - 2) + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        if self._judged is None or not self._judged.length_m:
            return
        painter = QPainter(self)
        high = theme.metric(16)
        for begin, end, verdict in whole_runs(self._judged):
            box = QRectF(self._x(begin), 1, self._x(end) - self._x(begin), high)
            _fill(painter, box, verdict)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("ink1"), 1))
        painter.drawRect(QRectF(1, 1, self.width() - 2, high))
        painter.setPen(QPen(theme.color("focus"), 2))
        for begin, end in self._marked:
            painter.drawRect(QRectF(self._x(begin), 2, max(self._x(end) - self._x(begin), 3), high - 2))
        self._ticks(painter, high)
        painter.end()

    def _ticks(self, painter: QPainter, high: int) -> None:
        assert self._judged is not None and self._judged.length_m
        km = self._judged.length_m / 1000
        step = next((one for one in STEPS if km / one <= 5.5), STEPS[-1])
        painter.setFont(theme.font(theme.NOTE))
        painter.setPen(theme.color("ink2"))
        metrics = painter.fontMetrics()
        last = f"K{km:.1f}"
        end = self.width() - metrics.horizontalAdvance(last)
        painter.drawText(QPointF(end, high + 4 + metrics.ascent()), last)
        at = 0.0
        while at < km:
            x = self._x(at * 1000)
            painter.drawLine(QPointF(x, high + 1), QPointF(x, high + 4))
            words = f"K{at:g}"
            if x + metrics.horizontalAdvance(words) + 8 < end:
                painter.drawText(QPointF(x, high + 4 + metrics.ascent()), words)
            at = round(at + step, 6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The stretch under the mouse."""
        if self._judged is None or not self._judged.length_m:
            return
        at = event.position().x() / max(self.width(), 1) * self._judged.length_m
        for begin, end, verdict in whole_runs(self._judged):
            if begin <= at <= end:
                self.hovered.emit(((begin, end),))
                words = f"{chainage(begin)}–{chainage(end)}  {text('verdict_' + verdict)}"
                QToolTip.showText(event.globalPosition().toPoint(), words, self)
                return

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self.hovered.emit(())


def _fill(painter: QPainter, box: QRectF, verdict: str) -> None:
    """A stretch of the strip in the pattern of its verdict."""
    painter.save()
    painter.setClipRect(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    core = theme.color(f"v_{verdict}")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(box, theme.color("panel") if verdict == "verify" else core)
    middle = box.center().y()
    if verdict == "permit":
        painter.fillRect(QRectF(box.left(), middle - 2, box.width(), 4), theme.color("panel"))
    elif verdict == "cond":
        x = box.left() + 2
        while x < box.right():
            painter.fillRect(QRectF(x, box.top(), 1.5, box.height()), theme.color("ink1"))
            x += 6
    elif verdict == "no":
        x = box.left() + 3
        while x < box.right():
            painter.fillRect(QRectF(x, box.top(), 2, box.height()), theme.color("panel"))
            x += 8
    elif verdict == "verify":
        x = box.left()
        while x < box.right():
            painter.fillRect(QRectF(x, box.top(), 5, box.height()), core)
            x += 8
    painter.restore()


class _Card(QFrame):
    """What cards have in common: they are pressed, and tell when the mouse rests on them."""

    opened = Signal(object)
    hovered = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        self.marked = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 8, 10, 8)
        self.column.setSpacing(3)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring when it has the focus of the keyboard, a bar when it is pointed at elsewhere."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.marked:
            painter.fillRect(QRectF(0, 4, 3, self.height() - 8), theme.color("focus"))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()


class ConflictCard(_Card):
    """One article about one zone; a click shows the zone on the map, on its size asks where that is from."""

    asked = Signal(str)  # `length` or `area`: where is the number from

    def __init__(self, one: Conflict, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conflict = one
        if one.fid:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(StatusChip(one.verdict), 0, Qt.AlignmentFlag.AlignTop)
        title = label("medium", wrap=True)
        title.setText(zone_class(catalogue, one))
        top.addWidget(title, 1)
        measured = measure_words(one)
        self.size_words = label("secondary")
        self.size_words.setText(short_measure(one))
        top.addWidget(self.size_words, 0, Qt.AlignmentFlag.AlignTop)
        self.field = "area" if one.area_m2 else "length" if one.length_m else ""
        if self.field:
            self.size_words.setToolTip(f"{measured}\n{text('verdict_size_tip')}")
            self.size_words.setCursor(Qt.CursorShape.PointingHandCursor)
        self.column.addLayout(top)
        if one.rule is not None:
            todo = label("", wrap=True)
            todo.setText(one.rule.todo.in_language(language()))
            self.column.addWidget(todo)
        for words in self._notes(one):
            note = label("note", wrap=True)
            note.setText(words)
            self.column.addWidget(note)
        self.setToolTip("\n".join(part for part in (measured, chainage_words(one.stretches)) if part))
        self.setAccessibleName(f"{text('verdict_' + one.verdict)} {title.text()} {measured}")

    @staticmethod
    def _notes(one: Conflict) -> list[str]:
        named = one.name or one.key
        notes = [reason_words(one)]
        if one.rule is not None:
            notes += [article_words(one.rule.basis), one.rule.approver.in_language(language())]
        return [" · ".join(part for part in (named, notes[0]) if part), *notes[1:]] if notes else [named]

    def mark(self, stretches: Runs) -> None:
        """Mark the card when it speaks of one of the stretches."""
        marked = any(
            begin < last and first < end
            for begin, end in stretches
            for first, last in self.conflict.stretches
        )
        if marked != self.marked:
            self.marked = marked
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Point at its stretches."""
        self.hovered.emit(self.conflict.stretches)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self.hovered.emit(())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click shows the zone, on its size it asks where that is from."""
        at = self.size_words.geometry().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and at and self.field:
            self.asked.emit(self.field)
            return
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside and self.conflict.fid:
            self.opened.emit(self.conflict)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space do what a click does; Ctrl+Enter asks where the size is from."""
        if is_trace_key(event):
            if self.field:
                self.asked.emit(self.field)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.conflict.fid:
            self.opened.emit(self.conflict)
            return
        super().keyPressEvent(event)


class DutyCard(_Card):
    """What a work owes wherever it is."""

    def __init__(self, duty: Duty, holds: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(StatusChip("cond" if holds else "verify", word=text("verdict_owed")))
        title = label("medium", wrap=True)
        title.setText(duty.title.in_language(language()))
        top.addWidget(title, 1)
        self.column.addLayout(top)
        for role, words in (
            ("", duty.todo.in_language(language())),
            ("note", article_words(duty.basis) + ("" if holds else text("verdict_lapsed"))),
            ("note", duty.approver.in_language(language())),
        ):
            one = label(role, wrap=True)
            one.setText(words)
            self.column.addWidget(one)


