"""A card of one zone at a place: what it is, its name, by which document it holds, how near its edge is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.messages import language, text
from app.painting.swatches import swatch_image
from app.panels.chips import StatusChip
from app.panels.parts import label
from layers.catalogue.model import LayerKind
from layers.catalogue.style import Symbol
from layers.geo.measure import format_length
from layers.planning.zones import ZoneHit


class Swatch(QWidget):
    """A zone's symbol in small, drawn as on the map."""

    def __init__(self, symbol: Symbol, geometry: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol, self._geometry = symbol, geometry
        self.setFixedSize(QSize(26, 14))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        image = swatch_image(
            self._symbol, self._geometry, palette=theme.palette(), ratio=self.devicePixelRatioF()
        )
        painter.drawImage(self.rect(), image)
        painter.end()


class ZoneCard(QFrame):
    """One zone; a click shows it on the map."""

    opened = Signal(object)  # ZoneHit

    def __init__(self, hit: ZoneHit, kind: LayerKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hit = hit
        theme.set_role(self, "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(5)
        top = QHBoxLayout()
        top.setSpacing(8)
        symbol = next((one.symbol for one in kind.style.classes if one.value == hit.value), kind.style.symbol)
        top.addWidget(Swatch(symbol, kind.geometry))
        regime = label("medium", wrap=True)
        regime.setText(hit.words.in_language(language()))
        top.addWidget(regime, 1)
        if hit.near:
            top.addWidget(StatusChip("verify"))
        elif hit.in_force is not None:
            top.addWidget(StatusChip("in_force" if hit.in_force else "not_in_force"))
        column.addLayout(top)
        named = " · ".join(part for part in (kind.title.in_language(language()), hit.name or hit.key) if part)
        if named:
            column.addWidget(_line("secondary", named))
        document = hit.document or text("checks_no_document")
        column.addWidget(_line("note", f"{document} · {validity(hit)}"))
        column.addWidget(_line("note", edge_words(hit)))
        self.setAccessibleName(f"{regime.text()} {named}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click shows it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space do what a click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.hit)
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


def validity(hit: ZoneHit) -> str:
    """Return from when to when it holds."""
    return text(
        "checks_valid",
        begin=hit.valid_from or text("checks_no_begin"),
        end=hit.valid_to or text("checks_open_end"),
    )


def edge_words(hit: ZoneHit) -> str:
    """Return how far the edge is, and whether that is within the data's accuracy."""
    key = "checks_edge" if not hit.near else "checks_edge_near" if hit.inside else "checks_outside"
    accuracy = "" if hit.accuracy_m is None else f"{hit.accuracy_m:g}"
    return text(key, distance=format_length(hit.edge_distance_m, language()), accuracy=accuracy)


def _line(role: str, words: str) -> QWidget:
    made = label(role, wrap=True)
    made.setText(words)
    return made
