"""Chips: a status, a verdict, a modality in colour, glyph, word and outline; colour never speaks alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.messages import text

PAD, GLYPH, GAP = 6, 14, 4


@dataclass(frozen=True, slots=True)
class Chip:
    """How a chip looks: key of its word, glyph, colour tokens, and whether its outline is dashed."""

    word: str
    glyph: str
    ink: str
    ground: str = "sunken"
    dashed: bool = False


CHIPS: dict[str, Chip] = {
    "met": Chip("status_met", "check", "met_ink"),
    "short": Chip("status_short", "triangle-alert", "short_ink"),
    "exempt": Chip("status_exempt", "circle-dashed", "exempt_ink"),
    "unknown": Chip("status_unknown", "circle-help", "unknown_ink", "panel", True),
    "none": Chip("chip_none", "minus", "unknown_ink", "panel", True),
    "allow": Chip("verdict_allow", "check", "v_allow_ink", "v_allow_chip"),
    "cond": Chip("verdict_cond", "circle-alert", "v_cond_ink", "v_cond_chip"),
    "permit": Chip("verdict_permit", "stamp", "v_permit_ink", "v_permit_chip"),
    "no": Chip("verdict_no", "x", "v_no_ink", "v_no_chip"),
    "verify": Chip("verdict_verify", "circle-help", "v_verify_ink", "v_verify_chip", True),
    # how a gacha is served; the symbols of the map have the same colours
    "own": Chip("way_own", "hospital", "own"),
    "shared": Chip("way_shared", "link", "shared"),
    "mobile": Chip("way_mobile", "truck", "mobile"),
    "rounds": Chip("way_rounds", "rotate-cw", "rounds_ink"),
    "blank": Chip("way_blank", "circle-alert", "blank"),
    # how a gacha's sewage is best treated
    "mode_household": Chip("mode_household", "house", "ink2"),
    "mode_shared": Chip("mode_shared", "building", "accent"),
    "mode_town": Chip("mode_town", "waypoints", "work"),
    "mode_unknown": Chip("mode_unknown", "circle-help", "unknown_ink", "panel", True),
    "overdue": Chip("ledger_overdue", "clock", "v_no_ink", "v_no_chip"),
    # whether a zone's document holds on the day
    "in_force": Chip("zone_in_force", "check", "met_ink"),
    "not_in_force": Chip("zone_not_in_force", "clock", "unknown_ink", "sunken"),
}
INKS = {"rounds_ink": "v_cond_ink"}  # the disc's amber is too pale for words


def chip_size(kind: str, *, word: str | None = None) -> QSize:
    """Return the size a chip wants."""
    words = text(CHIPS[kind].word) if word is None else word
    width = QFontMetricsF(theme.font(theme.NOTE)).horizontalAdvance(words)
    return QSize(round(width) + GLYPH + GAP + 2 * PAD + 2, theme.metric(22))


def paint_chip(
    painter: QPainter, box: QRectF, kind: str, *, word: str | None = None, right: bool = False
) -> None:
    """Draw a chip into `box` at its left (or right) end; its word is elided when there is no room."""
    chip = CHIPS[kind]
    words = text(chip.word) if word is None else word
    size = chip_size(kind, word=words)
    width = min(size.width(), box.width())
    at = QRectF(
        box.right() - width if right else box.left(),
        box.center().y() - size.height() / 2,
        width,
        size.height(),
    )
    ink = theme.color(INKS.get(chip.ink, chip.ink))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(ink, 1)
    if chip.dashed:
        pen.setDashPattern([3, 2])
    painter.setPen(pen if chip.dashed else Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(chip.ground))
    painter.drawRoundedRect(at.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.drawPixmap(
        QRectF(at.left() + PAD, at.center().y() - GLYPH / 2, GLYPH, GLYPH),
        picture := theme.pixmap(chip.glyph, INKS.get(chip.ink, chip.ink), GLYPH),
        QRectF(picture.rect()),
    )
    painter.setPen(ink)
    font = theme.font(theme.NOTE)
    painter.setFont(font)
    room = QRectF(
        at.left() + PAD + GLYPH + GAP, at.top(), at.width() - 2 * PAD - GLYPH - GAP + 2, at.height()
    )
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width() + 1)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


class StatusChip(QWidget):
    """A chip as a widget; `kind` is a key of CHIPS, `word` overrides its word."""

    def __init__(self, kind: str = "none", *, word: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._word = kind, word
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set(kind, word=word)

    @property
    def kind(self) -> str:
        """Which chip it is."""
        return self._kind

    def set(self, kind: str, *, word: str | None = None) -> None:
        """Show another chip."""
        self._kind, self._word = kind, word
        self.setAccessibleName(text(CHIPS[kind].word) if word is None else word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Glyph and word."""
        return chip_size(self._kind, word=self._word)

    def minimumSizeHint(self) -> QSize:
        """It may be elided down to glyph and a character."""
        return QSize(min(self.sizeHint().width(), 48), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_chip(painter, QRectF(self.rect()), self._kind, word=self._word)
        painter.end()


class ModalityChip(QWidget):
    """How firmly the plan speaks: a word in an outline; the firmer, the heavier."""

    HEAVY = frozenset({"must"})
    OPEN = frozenset({"none", "about", "raise", "encourage"})

    def __init__(self, modality: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modality = modality
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The word and its margins."""
        width = QFontMetricsF(theme.font(theme.NOTE, medium=True)).horizontalAdvance(self._word())
        return QSize(round(width) + 2 * PAD + 2, theme.metric(20))

    def _word(self) -> str:
        return text(f"modality_{self._modality}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it: filled where the plan says must, dashed where it sets no threshold."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        heavy, open_ = self._modality in self.HEAVY, self._modality in self.OPEN
        pen = QPen(theme.color("accent" if heavy else "control"), 1)
        if open_:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(theme.color("accent_pale" if heavy else "panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(theme.color("accent" if heavy else "ink2"))
        painter.setFont(theme.font(theme.NOTE, medium=heavy))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._word())
        painter.end()
