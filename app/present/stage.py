"""What the meeting sees: a scene's map to the edges, a column of words whose legend is also the count."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.canvas.furniture import Furniture
from app.canvas.view import MapView
from app.messages import text
from app.painting.cards import PAD, Sheet, paint_columns_key
from app.painting.circle_key import circle_key_size, paint_circle_key
from app.painting.names import map_font
from app.painting.swatches import paint_swatch
from layers.maps.legend import Entry
from layers.maps.palette import colour
from layers.maps.scene import Scene
from layers.maps.type import text_width
from layers.maps.viewport import View, projector

PALETTE = "projector"
COLUMN, MARGIN, HIGH = 600, 64, 1080  # units of a stage 1080 high
SPOT = 130
ROWS = 9
KEY_HIGH = 84  # of the key to columns, in its own type
KEY_TYPE = 1.7  # the key to circles: its type against that of a card


class NoCards(Furniture):
    """The stage says in its column what cards say on a map at the desk."""

    covers = False

    def paint(self, painter: QPainter, scene: Scene, view: View, size: QSize) -> None:
        """Draw nothing."""

    def click(self, at: QPointF) -> bool:
        """Nothing is there to be clicked."""
        return False


class StageMap(MapView):
    """The map of the stage, with a spotlight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._furniture = NoCards()
        self.set_palette(PALETTE)
        self.spot: QPointF | None = None
        self.chip, self.chip_right = "", False
        self.edge: float | None = None  # where a half ends (logical px): a line is drawn there
        self.handle = False  # and can be dragged
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def scene(self) -> Scene | None:
        """The scene that was painted last."""
        return self._frame.scene if self._frame is not None else None

    def _paint_overlay(self, painter: QPainter) -> None:
        super()._paint_overlay(painter)
        if self.spot is not None:
            shade = QPainterPath()
            shade.addRect(QRectF(self.rect()))
            hole = QPainterPath()
            radius = SPOT * self.height() / HIGH
            hole.addEllipse(self.spot, radius, radius)
            painter.fillPath(shade.subtracted(hole), QColor(0, 0, 0, 150))
        if self.edge is not None:
            self._paint_edge(painter, self.edge)
        if self.chip:
            self._paint_chip(painter)

    def _paint_edge(self, painter: QPainter, x: float) -> None:
        unit = self.height() / HIGH
        painter.fillRect(QRectF(x - 3 * unit, 0, 6 * unit, self.height()), _ink("accent"))
        if not self.handle:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_ink("panel"), 4 * unit))
        painter.setBrush(_ink("accent"))
        painter.drawEllipse(QPointF(x, self.height() / 2), 22 * unit, 22 * unit)

    def _paint_chip(self, painter: QPainter) -> None:
        """The half's words at its upper outer corner."""
        unit = self.height() / HIGH
        size, pad = 28 * unit, 16 * unit
        wide = text_width(self.chip, size, 500) + 2 * pad
        left = self.width() - wide - pad if self.chip_right else pad
        box = QRectF(left, pad, wide, size * 1.7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_ink("panel"))
        painter.drawRoundedRect(box, 6 * unit, 6 * unit)
        painter.setPen(_ink("ink1"))
        painter.setFont(map_font(size, 500))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.chip)


@dataclass(frozen=True)
class Words:
    """What stands in the column."""

    title: str = ""
    caption: str = ""
    asked: str = ""
    card: tuple[str, ...] = ()
    source: str = ""
    at: int = 0
    count: int = 1


class Stage(QWidget):
    """See the module's text. Keys are the show's (`app.present.show`)."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(text("present_stage"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.map = StageMap(self)
        self.map.setMouseTracking(True)
        self.other = StageMap(self)
        self.other.setMouseTracking(True)
        self.other.hide()
        self.compared, self.share = "", 0.5
        self.words, self.blank = Words(), False
        for each in (self.map, self.other):
            each.frame_done.connect(lambda _ms: self.update())

    def compare(self, how: str, left: str = "", right: str = "") -> None:
        """Show the second map: `swipe` (over the first, right of a line), `beside`, or "" for not at all."""
        self.compared = how
        self.map.chip, self.other.chip, self.other.chip_right = left, right, True
        self.other.setVisible(bool(how) and not self.blank)
        self.other.raise_()
        self._lay_out()

    def part_at(self, share: float) -> None:
        """Put the line of `swipe` at a share of the map's width (held within 2 % of its ends)."""
        self.share = min(max(share, 0.02), 0.98)
        self._lay_out()

    def _lay_out(self) -> None:
        """The map takes all but the column; two maps share it."""
        column = round(COLUMN * self.unit)
        wide, high = self.width() - column, self.height()
        beside = self.compared == "beside"
        first = wide // 2 if beside else wide
        self.map.setGeometry(column, 0, first, high)
        self.other.setGeometry(column + (first if beside else 0), 0, wide - (first if beside else 0), high)
        edge = round(self.share * wide)
        self.map.edge = first - 1 if beside else None
        self.other.edge = edge if self.compared == "swipe" else None
        self.other.handle = self.compared == "swipe"
        if self.compared == "swipe":
            grip = round(26 * self.unit)
            handle = QRegion(edge - grip, high // 2 - grip, 2 * grip, 2 * grip, QRegion.RegionType.Ellipse)
            self.other.setMask(QRegion(edge - 3, 0, wide - edge + 3, high).united(handle))
        else:
            self.other.clearMask()
        self.map.update()
        self.other.update()

    @property
    def unit(self) -> float:
        """Logical px of a unit of the layout; narrower stages are set smaller."""
        return min(self.height() / HIGH, self.width() / 1920)

    def say(self, words: Words) -> None:
        """Show other words."""
        self.words = words
        self.update()

    def set_blank(self, blank: bool) -> None:
        """Turn the stage black, or back."""
        self.blank = blank
        self.map.setVisible(not blank)
        self.other.setVisible(bool(self.compared) and not blank)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the maps out anew."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the column, or nothing but black."""
        painter = QPainter(self)
        if self.blank:
            painter.fillRect(self.rect(), QColor(0, 0, 0))
        else:
            painter.fillRect(self.rect(), _ink("panel"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(self.unit, self.unit)
            self._column(painter, self.height() / self.unit)
        painter.end()

    def _column(self, painter: QPainter, high: float) -> None:
        words, room = self.words, COLUMN - MARGIN - 28
        step = (room + 8) / max(words.count, 1)
        for at in range(words.count):
            token = "accent" if at <= words.at else "line"
            painter.fillRect(QRectF(MARGIN + at * step, 40, step - 8, 6), _ink(token))
        y = _lines(painter, words.title, MARGIN, 118, room, 50, 700, "ink1", 2)
        y = _lines(painter, words.caption, MARGIN, y + 14, room, 26, 400, "ink2", 3)
        y = _lines(painter, words.asked, MARGIN, y + 8, room, 26, 500, "accent", 2) + 24
        scene = self.map.scene
        end = high - 120 - (len(words.card) * 40 + 40 if words.card else 0)
        if scene is not None:
            for row in self._legend(scene)[:ROWS]:
                if y + 62 > end:
                    break
                y = _legend_row(painter, row, scene, y, room)
            self._notes(painter, scene, y, end)
        if words.card:
            self._card(painter, end + 8, room)
        marks = [words.source]
        if scene is not None and scene.schematic:
            marks.append(text("release_sample_data"))
        if scene is not None and scene.credit:
            marks.append(text("basemap_credit", credit=scene.credit))
        _lines(painter, " · ".join(marks), MARGIN, high - 84, room, 20, 400, "ink3", 2)

    def _notes(self, painter: QPainter, scene: Scene, top: float, end: float) -> None:
        """How the classes are cut; the sizes of circles and columns as on the map, where there is room."""
        note = scene.words(scene.legend.note)
        if note and top + 36 <= end:
            _lines(painter, note, MARGIN, top + 4, COLUMN - MARGIN - 28, 20, 400, "ink2", 1)
            top += 36
        if self.compared and self.other.scene is not None and not _largest(scene):
            scene = self.other.scene  # before, there was nothing: what stands on the other half is said
        columns, circles = scene.legend.columns, scene.legend.circles
        if columns is not None and columns.largest > 0 and not self.compared:
            self._columns_key(painter, scene, top, end)
        if circles is None or circles.largest <= 0:
            return
        sheet = Sheet(painter, PALETTE, scene.language, KEY_TYPE * self.unit)
        if top + circle_key_size(scene, sheet.unit)[1] / self.unit <= end:
            painter.save()
            painter.scale(1 / self.unit, 1 / self.unit)  # the map's own size
            paint_circle_key(sheet, scene, MARGIN * self.unit, (top + 4) * self.unit)
            painter.restore()

    def _columns_key(self, painter: QPainter, scene: Scene, top: float, end: float) -> None:
        """What the columns by year say, in the map's own scale, where there is room."""
        sheet = Sheet(painter, PALETTE, scene.language, KEY_TYPE * self.unit)
        if top + KEY_HIGH * KEY_TYPE > end:
            return
        wide = (COLUMN - MARGIN - 28) * self.unit
        box = QRectF(MARGIN * self.unit - PAD, 0, wide + 2 * PAD, 1)
        painter.save()
        painter.scale(1 / self.unit, 1 / self.unit)  # the map's own size
        paint_columns_key(sheet, scene, box, (top - 4) * self.unit - 4)  # its line is that of the row above
        painter.restore()

    def _legend(self, scene: Scene) -> list[Entry]:
        """Rows of the map; of two maps those of both, without counts, which would be one map's only."""
        rows = [*scene.legend.theme, *([] if scene.legend.theme else scene.legend.layers)]
        other = self.other.scene if self.compared else None
        if other is None:
            return rows
        more = [*other.legend.theme, *([] if other.legend.theme else other.legend.layers)]
        both = {row.title: replace(row, count=0) for row in (*rows, *more)}
        return sorted(both.values(), key=lambda row: row.step if row.step >= 0 else ROWS * ROWS)

    def _card(self, painter: QPainter, top: float, room: float) -> None:
        painter.setPen(QPen(_ink("accent"), 2))
        painter.setBrush(_ink("accent_pale"))
        painter.drawRoundedRect(QRectF(MARGIN, top, room, len(self.words.card) * 40 + 16), 6, 6)
        y = top + 10
        for at, line in enumerate(self.words.card):
            size, weight = (26, 700) if at == 0 else (24, 400)
            _lines(painter, line, MARGIN + 16, y, room - 32, size, weight, "ink1", 1)
            y += 40


def _largest(scene: Scene) -> float:
    """The greatest number that columns or circles of a map show."""
    return max((each.largest for each in (scene.legend.columns, scene.legend.circles) if each), default=0.0)


def _ink(token: str) -> QColor:
    return QColor(*colour(token, PALETTE))


def _legend_row(painter: QPainter, row: Entry, scene: Scene, top: float, room: float) -> float:
    """A row of the legend: swatch, words, and the count in large type; returns where the next begins."""
    view = View((0, 0), scene.view.scale, 1, 1, 1.0, PALETTE, projector(HIGH))
    paint_swatch(painter, row.symbol, row.geometry, QRectF(MARGIN, top + 18, 44, 26), view)
    figure = f"{row.count:,}" if row.count else ""
    unit = scene.words(row.unit)
    wide = text_width(unit, 20) if figure else 0
    left = MARGIN + room - wide - 6 - text_width(figure, 38, 700)
    _lines(painter, scene.words(row.title), MARGIN + 60, top + 12, left - MARGIN - 76, 26, 400, "ink1", 1)
    if figure:
        _lines(painter, figure, left, top + 2, room, 38, 700, "ink1", 1)
        _lines(painter, unit, MARGIN + room - wide, top + 20, room, 20, 400, "ink2", 1)
    painter.setPen(QPen(_ink("line"), 1))
    painter.drawLine(QPointF(MARGIN, top + 62), QPointF(MARGIN + room, top + 62))
    return top + 66


def _lines(
    painter: QPainter,
    words: str,
    x: float,
    top: float,
    room: float,
    size: float,
    weight: int,
    token: str,
    most: int,
) -> float:
    """Set words in at most `most` lines, the last cut with …; returns where they end."""
    painter.setPen(_ink(token))
    painter.setFont(map_font(size, weight))
    for line in wrapped(words, room, size, weight, most):
        painter.drawText(QPointF(x, top + size * 1.08), line)
        top += size * 1.38
    return top


def wrapped(words: str, room: float, size: float, weight: int, most: int) -> list[str]:
    """Break words at `room`, Latin words whole where they fit; what is over in the last line ends in …."""
    found: list[str] = []
    rest = words.strip()
    while rest and len(found) < most:
        end = len(rest)
        while end > 1 and text_width(rest[:end], size, weight) > room:
            end -= 1
        if end < len(rest) and len(found) == most - 1:
            while end > 1 and text_width(rest[:end] + "…", size, weight) > room:
                end -= 1
            return [*found, rest[:end].rstrip() + "…"]
        space = rest.rfind(" ", 0, end + 1)
        if end < len(rest) and rest[end - 1].isascii() and rest[end].isascii() and space > 0:
            end = space
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found
