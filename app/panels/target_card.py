"""A card of the targets board: what the plan asks, how firmly, what stands against it, year by year."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.messages import language, text
from app.panels.chips import ModalityChip, StatusChip
from app.panels.figure_form import FigureForm
from app.panels.gap_summary import year_token
from app.panels.number_words import NumberLabel
from app.panels.parts import IconButton, label
from app.panels.rows import number
from app.trace_words import figures_words, limits_words, plain, unit_words
from layers.planning.targets import TargetState, YearState


class YearBars(QWidget):
    """A quota's years on one base line: what was asked (outline, number) and what was built (fill)."""

    HEIGHT = 40
    asked = Signal(int)  # a year: where its number is from

    def __init__(self, years: Mapping[int, YearState], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.years = dict(years)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.metric(self.HEIGHT) + 2 * theme.type_px(theme.NOTE) + 10)
        words = [
            text("year_bar", year=year, asked=number(one.asked), had=number(one.delivered))
            for year, one in self.years.items()
        ]
        self.setToolTip("\n".join((*words, text("trace_tip"))))
        self.current = 0  # the year that the keyboard is at
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("; ".join(words))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """It is not the card that is clicked."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a year asks where its number is from."""
        step = min(self.width() / max(len(self.years), 1), theme.metric(84))
        at = int(event.position().x() // step)
        if event.button() == Qt.MouseButton.LeftButton and 0 <= at < len(self.years):
            self.current = at
            self.asked.emit(list(self.years)[at])
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from year to year, Enter asks where the number is from."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.current = min(max(self.current + step, 0), len(self.years) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit(list(self.years)[self.current])
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """A column of about 56 a year."""
        return QSize(56 * max(len(self.years), 1), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the columns; the year's number above, the year below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tallest = max(
            [value for one in self.years.values() for value in (one.asked, one.delivered) if value], default=1
        )
        font = theme.font(theme.NOTE)
        painter.setFont(font)
        high = theme.type_px(theme.NOTE) + 5
        step = min(self.width() / max(len(self.years), 1), theme.metric(84))
        base, room = self.height() - high, self.height() - 2 * high - 2
        edge = QPen(theme.color("year_edge"), 1)
        for at, (year, one) in enumerate(self.years.items()):
            left, wide = at * step, min(step * 0.42, theme.metric(22))
            middle = left + step / 2
            asked = room * (one.asked or 0) / tallest
            box = QRectF(middle - wide / 2, base - asked, wide, asked)
            open_ = QPen(edge)
            open_.setDashPattern([2, 2])
            painter.setPen(open_)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
            if one.delivered:
                had = room * one.delivered / tallest
                painter.setPen(edge)
                painter.setBrush(theme.color(year_token(at, len(self.years))))
                painter.drawRect(QRectF(box.left(), base - had, wide, had))
            painter.setPen(theme.color("ink1"))
            words = number(one.asked)
            painter.drawText(QRectF(left, box.top() - high, step, high), Qt.AlignmentFlag.AlignCenter, words)
            painter.setPen(theme.color("ink3"))
            painter.drawText(QRectF(left, base + 1, step, high), Qt.AlignmentFlag.AlignCenter, str(year))
            if self.hasFocus() and at == self.current:
                painter.setPen(QPen(theme.color("focus"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(left + 1, 1, step - 2, self.height() - 2), 4, 4)
        painter.setPen(QPen(theme.color("control"), 1))
        painter.drawLine(0, round(base), round(step * len(self.years)), round(base))
        painter.end()


class TargetCard(QFrame):
    """One target. A click on one that can be shown on the map asks for it; a figure can be typed in."""

    opened = Signal(str)  # target id
    entered = Signal(str, str, str, str)  # target id; what was typed: figure, date, source
    history = Signal(str)  # target id: what became of its figures
    traced = Signal(str, str)  # target id; `target`: where the number is from, `map`: show what makes it,
    # `years.YEAR`: where that year's number is from

    def __init__(
        self,
        state: TargetState,
        *,
        can_enter: bool,
        moved: bool = False,
        year: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """year: for which a figure is entered; None: the target's own."""
        super().__init__(parent)
        self.state, self.moved, self.year = state, moved, year or state.target.by
        self.form: FigureForm | None = None
        theme.set_role(self, "card")
        self.opens = state.target.service is not None
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(self._head())
        column.addLayout(self._figures(can_enter))
        if len(state.years) > 1:
            self.years = YearBars(state.years)
            self.years.asked.connect(lambda year: self.traced.emit(state.target.id, f"years.{year}"))
            column.addWidget(self.years)
        self._notes(column)
        if self.opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setToolTip(text("target_open"))
        self.setAccessibleName(_words(state.target.title))

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        title = label("medium", wrap=True)
        title.setText(_words(self.state.target.title))
        row.addWidget(title, 1)
        row.addWidget(ModalityChip(self.state.target.modality), 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _figures(self, can_enter: bool) -> QHBoxLayout:
        state, target = self.state, self.state.target
        row = QHBoxLayout()
        row.setSpacing(6)
        value, asked = value_words(state), asked_words(state)
        if value or asked:
            if state.basis:
                figure = self.figure = NumberLabel(value or "—", "verdict")
                figure.asked.connect(lambda: self.traced.emit(target.id, "target"))
            else:
                figure = label("verdict")
                figure.setText(value or "—")
            row.addWidget(figure, 0, Qt.AlignmentFlag.AlignBottom)
            against = label("note", wrap=True)
            against.setText(asked)
            against.setContentsMargins(0, 0, 0, 2)
            row.addWidget(against, 1, Qt.AlignmentFlag.AlignBottom)
        else:
            none = label("note", wrap=True)
            none.setText(text("target_no_number"))
            row.addWidget(none, 1)
        if target.threshold is not None:
            row.addWidget(StatusChip(state.status), 0, Qt.AlignmentFlag.AlignVCenter)
        if state.basis:
            self.where_from, self.on_map = (
                IconButton("scan-search", size=14, box=24),
                IconButton("map", size=14, box=24),
            )
            for button, words, what in (
                (self.where_from, "trace_title", "target"),
                (self.on_map, "trace_show", "map"),
            ):
                button.describe(text(words))
                button.clicked.connect(lambda _on=False, what=what: self.traced.emit(target.id, what))
                row.addWidget(button)
        if can_enter and target.kind == "figure" and target.unit is not None:
            self.pencil = IconButton("pencil", size=14, box=24)
            self.pencil.describe(text("target_enter"))
            self.pencil.clicked.connect(lambda: self.edit())
            row.addWidget(self.pencil)
        if state.figures:
            self.past = IconButton("history", size=14, box=24)
            self.past.describe(text("figure_history"))
            self.past.clicked.connect(lambda: self.history.emit(target.id))
            row.addWidget(self.past)
        return row

    def _notes(self, column: QVBoxLayout) -> None:
        target = self.state.target
        measured = text("target_measured", how=_words(target.measured))
        caveats = [_words(target.note)] if target.note.zh else []
        if not target.by_stated and target.threshold is not None:
            caveats.append(text("target_year_taken", year=target.by))
        if self.state.not_known:
            caveats.append(text("target_not_known", count=self.state.not_known, units=self.state.units))
        if self.state.undated:
            caveats.append(text("target_undated", count=number(self.state.undated)))
        if self.state.planned is not None:
            caveats.append(
                text("target_planned", scheme=self.state.scheme, planned=number(self.state.planned))
            )
        if self.state.gap:
            unit = text(f"unit_{target.unit}") if target.unit else ""
            caveats.insert(0, text("target_gap", gap=_number(self.state.gap), unit=unit))
        if self.state.parts:
            caveats.append(text("target_parts", parts=_parts(self.state)))
        if self.moved:
            caveats.insert(0, f"● {text('target_moved')}")
        if self.state.basis == "figure":
            caveats.append(text("target_from_figure", figures=figures_words(self.state.figures)))
        for words in (measured, *caveats):
            note = label("note", wrap=True)
            note.setText(words)
            column.addWidget(note)

    def edit(self, typed: tuple[str, str, str] | None = None) -> None:
        """Put fields where the number stands; Enter stores them, Escape leaves without loss.

        typed: what stood in them before the board was made anew.
        """
        if self.form is not None:
            return
        before = [one for one in self.state.figures if one.year == self.year]
        self.form = FigureForm(self.year, before[0] if before else None)
        if typed is not None:
            self.form.type(*typed)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(2, self.form)
        self.form.show()
        self.form.value.setFocus()
        self.form.done.connect(
            lambda value, date, source: self.entered.emit(self.state.target.id, value, date, source)
        )
        self.form.left.connect(self.leave)

    def leave(self) -> None:
        """Put the fields away."""
        if self.form is not None:
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        self.pencil.setFocus()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click asks for the target's service."""
        if (
            self.opens
            and event.button() == Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self.opened.emit(self.state.target.id)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space do what a click does."""
        if (
            self.opens
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            and self.hasFocus()
        ):
            self.opened.emit(self.state.target.id)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring when it has the focus of the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            painter.end()


def value_words(state: TargetState) -> str:
    """Return what stands: a number, or the limits between which it lies."""
    if state.value is not None:
        return _number(state.value)
    if state.low is not None and state.high is not None:
        return f"{_number(state.low)}–{_number(state.high)}"
    if state.low is not None:
        return text("trace_at_least", low=_number(state.low))
    return ""


def asked_words(state: TargetState) -> str:
    """Return what is asked, with its sign (≥, ≤, =) and unit; what the plan only names stands without a
    sign."""
    target = state.target
    unit = text(f"unit_{target.unit}") if target.unit else ""
    if state.asked is not None and target.threshold is not None:
        return f"/ {text('sign_' + str(target.comparator))} {_number(state.asked)} {unit}".strip()
    if target.values:
        year = target.by if target.by in target.values else max(target.values)
        return text("target_stated", number=_number(target.values[year]), unit=unit, year=year)
    return unit if state.low is not None else ""


def _parts(state: TargetState) -> str:
    mark = "；" if language() == "zh" else "; "
    return mark.join(
        f"{part.title.in_language(language())} {limits_words(part.low, part.high)} "
        f"{unit_words(part.unit)}".rstrip()
        for part in state.parts
    )


def _number(value: float) -> str:
    return plain(value)


def _words(title: object) -> str:
    from app.messages import language

    return title.in_language(language())  # type: ignore[attr-defined,no-any-return]
