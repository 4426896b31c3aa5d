"""Cards on the map: title, legend, scale bar, north arrow. Sizes in logical px, × 1.4 on the projector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from app.messages import text
from app.painting.circle_key import circle_key_size, paint_circle_key
from app.painting.names import map_font, text_path
from app.painting.swatches import paint_swatch
from layers.catalogue.text import Text
from layers.maps.legend import Entry, Legend
from layers.maps.palette import colour
from layers.maps.points import COLUMN_GAP_MM, COLUMN_MM, column_height, year_colour
from layers.maps.scene import Scene
from layers.maps.type import text_width
from layers.maps.viewport import View

PANEL_OPACITY = 0.96
RADIUS, MARGIN, PAD = 6.0, 14.0, 12.0
NOTE_ROW = 20.0
ROW, SWATCH, NORTH = 24.0, (22.0, 13.0), (24.0, 46.0)
NORTH_SHIFT = 8.0  # of the arrow from the margin
TITLE_PX, TEXT_PX, NOTE_PX = 15.0, 12.5, 12.0
TITLE_HEIGHT = 53.0
"""Of a title card with one note, in its unit."""
THEME_LAYERS = 7
"""Rows of layers under those of a theme: the theme is what the map speaks about."""
WORDS = {
    "legend": ("图例", "Legend"),
    "north": ("北", "N"),
    "schematic": (
        "示意：界线、道路等含示意或合成数据",
        "Schematic: some lines and figures are schematic or synthetic",
    ),
    "more": ("另有 {n} 项", "{n} more"),
    "filled": ("实心：年份已到", "Filled: year has come"),
    "hollow": ("空心：年份未到", "Hollow: still to come"),
}


def unit_of(view: View) -> float:
    """How large the type of a view's cards is, 1 on the desk."""
    return 1.4 if view.palette == "projector" else 1.0


@dataclass(frozen=True)
class Sheet:
    """A painter in logical px with its palette, language and size of type."""

    painter: QPainter
    palette: str
    language: str
    unit: float = 1.0

    @classmethod
    def of(cls, painter: QPainter, scene: Scene) -> Sheet:
        """For the scene's palette, language and medium."""
        return cls(painter, scene.view.palette, scene.language, unit_of(scene.view))

    def ink(self, token: str, opacity: float = 1.0) -> QColor:
        """A token's colour."""
        return QColor(*colour(token, self.palette, opacity))

    def words(self, key: str, **fields: object) -> str:
        """A fixed word of the cards."""
        return WORDS[key][self.language == "en"].format(**fields)

    def card(self, box: QRectF) -> None:
        """An empty card."""
        self.painter.setPen(QPen(self.ink("line"), 1))
        self.painter.setBrush(self.ink("panel", PANEL_OPACITY))
        self.painter.drawRoundedRect(box, RADIUS, RADIUS)

    def text(
        self,
        x: float,
        middle: float,
        words: str,
        size: float,
        token: str = "ink1",
        weight: int = 400,
        *,
        right: bool = False,
    ) -> float:
        """Draw words on the line whose middle is at `middle`; returns their width."""
        size *= self.unit
        width = text_width(words, size, weight)
        self.painter.setPen(self.ink(token))
        self.painter.setFont(map_font(size, weight))
        self.painter.drawText(QPointF(x - width if right else x, middle + size * 0.36), words)
        return width


# -- title -----------------------------------------------------------------------------------------


def title_size(scene: Scene, unit: float) -> tuple[float, float]:
    """Width and height of the title card; 0 where there is nothing to say."""
    note = WORDS["schematic"][scene.language == "en"] if scene.schematic else ""
    return _lines_size(scene.words(scene.title), (scene.words(scene.subtitle), note), unit)


def _lines_size(title: str, notes: tuple[str, ...], unit: float) -> tuple[float, float]:
    if not title:
        return 0.0, 0.0
    said = [note for note in notes if note]
    widths = [text_width(title, TITLE_PX * unit, 500), *(text_width(note, NOTE_PX * unit) for note in said)]
    return max(widths) + 2 * PAD, (22 + 19 * len(said)) * unit + 12


def kept_clear(view: View, title: Text, subtitle: Text, language: str) -> NDArray[np.float64]:
    """Boxes (n, 4) in device px that names keep off, so that no card cuts them: title card and north arrow.

    The title card is taken with its line on schematic data: whether that is said is known only later.
    """
    unit = unit_of(view)
    words = title.in_language(language), subtitle.in_language(language)
    wide, high = _lines_size(words[0], (words[1], WORDS["schematic"][language == "en"]), unit)
    right = view.width - MARGIN - NORTH_SHIFT
    boxes = [(right - NORTH[0] * unit - 4, MARGIN - 4, right + 4, MARGIN + NORTH[1] * unit + 4)]
    if wide:
        boxes.append((MARGIN - 4, MARGIN - 4, MARGIN + wide + 4, MARGIN + high + 4))
    return np.array(boxes) * view.ratio


def paint_title(sheet: Sheet, scene: Scene, left: float, top: float) -> QRectF:
    """The title card with its upper left corner there; returns its box."""
    width, height = title_size(scene, sheet.unit)
    box = QRectF(left, top, width, height)
    if not width:
        return QRectF()
    sheet.card(box)
    middle = top + 6 + 11 * sheet.unit
    sheet.text(left + PAD, middle, scene.words(scene.title), TITLE_PX, "ink1", 500)
    middle += 20 * sheet.unit
    if subtitle := scene.words(scene.subtitle):
        sheet.text(left + PAD, middle, subtitle, NOTE_PX, "ink2")
        middle += 19 * sheet.unit
    if scene.schematic:
        sheet.text(left + PAD, middle, sheet.words("schematic"), NOTE_PX, "ink3")
    return box


# -- scale bar and north ---------------------------------------------------------------------------


def paint_scale_bar(sheet: Sheet, scene: Scene, left: float, bottom: float) -> QRectF:
    """The scale bar on its card, lower left corner there; returns the box of the bar itself."""
    bar, unit = scene.scale_bar, sheet.unit
    length = bar.px / scene.view.ratio
    over = (
        text_width(bar.labels[2], NOTE_PX * unit)
        - text_width(bar.labels[2].split(" ")[0], NOTE_PX * unit) / 2
    )
    width = length + 2 * PAD + max(over, 6)
    height = 36 * unit
    sheet.card(QRectF(left, bottom - height, width, height))
    x, y = left + PAD, bottom - 13 * unit
    ink = sheet.ink("ink1")
    thick = 5 * unit
    for part in range(bar.parts):
        sheet.painter.setBrush(ink if part % 2 == 0 else sheet.ink("panel"))
        sheet.painter.setPen(Qt.PenStyle.NoPen)
        sheet.painter.drawRect(QRectF(x + part * length / bar.parts, y, length / bar.parts, thick))
    sheet.painter.setPen(QPen(ink, 1))
    sheet.painter.setBrush(Qt.BrushStyle.NoBrush)
    frame = QRectF(x, y, length, thick)
    sheet.painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
    for at, label in enumerate(bar.labels):
        half = text_width(label.split(" ")[0], NOTE_PX * unit) / 2
        sheet.text(x + at * length / 2 - half, y - 10 * unit, label, NOTE_PX, "ink1")
    return frame


def beside_bar(scene: Scene) -> float:
    """Where the credit begins: right of the scale bar's card (logical px)."""
    return MARGIN + scene.scale_bar.px / scene.view.ratio + 90.0 * unit_of(scene.view)


def paint_credit(sheet: Sheet, scene: Scene, left: float, bottom: float) -> QRectF:
    """Whose basemap it is, in small type with a halo; empty where nothing must be said."""
    if not scene.credit:
        return QRectF()
    words = text("basemap_credit", credit=scene.credit)
    size = NOTE_PX * sheet.unit
    at = QTransform.fromTranslate(left, bottom - 5 * sheet.unit)
    path = at.map(text_path(words, size, 400, False, 0.0))
    halo = QPen(sheet.ink("halo", 0.9), 3.0 * sheet.unit)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    sheet.painter.strokePath(path, halo)
    sheet.painter.fillPath(path, sheet.ink("ink1"))
    return QRectF(left, bottom - 18 * sheet.unit, text_width(words, size), 18 * sheet.unit)


def paint_north(sheet: Sheet, right: float, top: float) -> QRectF:
    """The arrow to grid north, upper right corner there."""
    unit = sheet.unit
    box = QRectF(right - NORTH[0] * unit, top, NORTH[0] * unit, NORTH[1] * unit)
    words = sheet.words("north")
    path = text_path(words, 14 * unit, 700, False, 0.0)
    path = QTransform.fromTranslate(
        box.center().x() - text_width(words, 14 * unit, 700) / 2, top + 13 * unit
    ).map(path)
    halo = QPen(sheet.ink("halo", 0.9), 3.4 * unit)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    sheet.painter.strokePath(path, halo)
    sheet.painter.fillPath(path, sheet.ink("ink1"))
    x, tip, foot, notch = box.center().x(), top + 17 * unit, box.bottom(), box.bottom() - 7 * unit
    whole = QPolygonF(
        [QPointF(x, tip), QPointF(x + 9 * unit, foot), QPointF(x, notch), QPointF(x - 9 * unit, foot)]
    )
    sheet.painter.setPen(QPen(sheet.ink("ink1"), 1.3 * unit))
    sheet.painter.setBrush(sheet.ink("panel"))
    sheet.painter.drawPolygon(whole)
    sheet.painter.setBrush(sheet.ink("ink1"))
    sheet.painter.drawPolygon(QPolygonF([QPointF(x, tip), QPointF(x - 9 * unit, foot), QPointF(x, notch)]))
    return box


# -- legend ----------------------------------------------------------------------------------------


def legend_rows(legend: Legend, most: int) -> tuple[list[list[Entry]], int]:
    """Rows that fit, in columns of at most `most`, the theme's first; and how many are left out.

    Layers that are more than a column holds take two; under a theme they stay few.
    """
    rows = [*legend.theme, *legend.layers]
    room = min(most, len(legend.theme) + THEME_LAYERS) if legend.theme else 2 * most
    if len(rows) > room:
        kept = max(room - 1, len(legend.theme))
        rows, lost = rows[:kept], len(rows) - kept
    else:
        lost = 0
    if len(rows) <= most:
        return [rows], lost
    half = (len(rows) + 1) // 2
    return [rows[:half], rows[half:]], lost


def legend_size(scene: Scene, most: int, unit: float, *, folded: bool = False) -> tuple[float, float]:
    """Width and height of the legend card."""
    legend = scene.legend
    if not legend:
        return 0.0, 0.0
    columns, lost = legend_rows(legend, most)
    widths = [_column_width(column, scene, unit) for column in columns]
    if folded:
        head = WORDS["legend"][scene.language == "en"]
        return text_width(head, 13.5 * unit, 500) + 3 * PAD + 12, 34 * unit
    width = sum(widths)
    height = 34 * unit + (len(columns[0]) + (1 if lost else 0)) * ROW * unit + 8
    if legend.theme and len(columns[0]) > len(legend.theme):
        height += 9
    if note := scene.words(legend.note):
        height += NOTE_ROW * unit
        width = max(width, text_width(note, NOTE_PX * unit) + 2 * PAD)
    if legend.circles and legend.circles.largest > 0:
        wide, tall = circle_key_size(scene, unit)
        width, height = max(width, wide + 2 * PAD), height + tall + 14 * unit
    if legend.columns:
        height += 84 * unit
        mine = max(
            text_width(words, NOTE_PX * unit)
            for words in (
                scene.words(legend.columns.title),
                WORDS["filled"][scene.language == "en"],
                WORDS["hollow"][scene.language == "en"],
            )
        )
        width = max(width, _columns_width(scene, unit) + mine + PAD)
    return width, height


def _column_width(rows: list[Entry], scene: Scene, unit: float) -> float:
    """Width of a column of rows with a margin on both sides."""
    texts = [
        text_width(scene.words(row.title), TEXT_PX * unit) + text_width(_count(row, scene), NOTE_PX * unit)
        for row in rows
    ]
    return max([110.0 * unit, *texts]) + (SWATCH[0] + 3 * PAD) * unit + 12


def _columns_width(scene: Scene, unit: float) -> float:
    """How far from the card's left edge the words beside the sample columns begin."""
    columns, view = scene.legend.columns, scene.view
    assert columns is not None
    each = (view.mm(COLUMN_MM) + view.mm(COLUMN_GAP_MM)) / view.ratio
    return PAD + 30 * unit + len(columns.labels) * each + 14 * unit


def _count(row: Entry, scene: Scene) -> str:
    unit = scene.words(row.unit)
    return f"{row.count:,} {unit}".strip() if row.count or unit else ""


def paint_legend(
    sheet: Sheet,
    scene: Scene,
    right: float,
    bottom: float,
    most: int,
    *,
    folded: bool = False,
    foldable: bool = False,
) -> QRectF:
    """The legend card, lower right corner there; returns its box."""
    unit = sheet.unit
    width, height = legend_size(scene, most, unit, folded=folded)
    if not width:
        return QRectF()
    box = QRectF(right - width, bottom - height, width, height)
    sheet.card(box)
    middle = box.top() + 18 * unit
    sheet.text(box.left() + PAD, middle, sheet.words("legend"), 13.5, "ink1", 500)
    if foldable:
        _chevron(sheet, box.right() - PAD - 6, middle, up=folded)
    if folded:
        return box
    columns, lost = legend_rows(scene.legend, most)
    left, y, top = box.left(), box.top(), box.top() + 34 * unit
    if note := scene.words(scene.legend.note):
        sheet.text(left + PAD, top + 4 * unit, note, NOTE_PX, "ink2")
        top += NOTE_ROW * unit
    for column in columns:
        span = box.width() if len(columns) == 1 else _column_width(column, scene, unit)
        y = max(y, _paint_rows(sheet, scene, column, left, left + span, top))
        left += span
    if lost:
        sheet.text(box.left() + PAD, y + ROW * unit / 2, sheet.words("more", n=lost), NOTE_PX, "ink3")
        y += ROW * unit
    if scene.legend.columns:
        paint_columns_key(sheet, scene, box, y)
    if scene.legend.circles and scene.legend.circles.largest > 0:
        sheet.painter.setPen(QPen(sheet.ink("line"), 1))
        sheet.painter.drawLine(QPointF(box.left() + PAD, y + 4), QPointF(box.right() - PAD, y + 4))
        paint_circle_key(sheet, scene, box.left() + PAD, y + 8 * unit)
    return box


def _paint_rows(
    sheet: Sheet, scene: Scene, rows: list[Entry], left: float, right: float, top: float
) -> float:
    """Rows of a legend between two edges; returns where they end."""
    unit, y = sheet.unit, top
    view = View((0, 0), scene.view.scale, 1, 1, 1.0, scene.view.palette, scene.view.medium)
    themed = len(scene.legend.theme)
    for at, row in enumerate(rows):
        if themed and at == themed:
            sheet.painter.setPen(QPen(sheet.ink("line"), 1))
            sheet.painter.drawLine(QPointF(left + PAD, y + 3), QPointF(right - PAD, y + 3))
            y += 9
        middle = y + ROW * unit / 2
        swatch = QRectF(left + PAD, middle - SWATCH[1] * unit / 2, SWATCH[0] * unit, SWATCH[1] * unit)
        paint_swatch(sheet.painter, row.symbol, row.geometry, swatch, view)
        sheet.text(swatch.right() + 10 * unit, middle, scene.words(row.title), TEXT_PX, "ink1")
        sheet.text(right - PAD, middle, _count(row, scene), NOTE_PX, "ink2", right=True)
        y += ROW * unit
    return y


def _chevron(sheet: Sheet, x: float, y: float, *, up: bool) -> None:
    pen = QPen(sheet.ink("ink2"), 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    sheet.painter.setPen(pen)
    reach = -2.5 if up else 2.5
    sheet.painter.drawPolyline(
        QPolygonF([QPointF(x - 5, y - reach), QPointF(x, y + reach), QPointF(x + 5, y - reach)])
    )


def paint_columns_key(sheet: Sheet, scene: Scene, box: QRectF, top: float) -> None:
    """A ruler beside sample columns, in the map's own scale, and what filled and hollow mean."""
    columns, unit, view = scene.legend.columns, sheet.unit, scene.view
    assert columns is not None
    sheet.painter.setPen(QPen(sheet.ink("line"), 1))
    sheet.painter.drawLine(QPointF(box.left() + PAD, top + 4), QPointF(box.right() - PAD, top + 4))
    base, left = top + 72 * unit, box.left() + PAD + 30 * unit
    tallest = column_height(view) / view.ratio
    marks = ruler(columns.largest)
    years = len(columns.labels)
    width, gap = view.mm(COLUMN_MM) / view.ratio, view.mm(COLUMN_GAP_MM) / view.ratio
    shares = [0.45 + 0.55 * ((at * 7) % 4) / 3 for at in range(years)]
    for at, share in enumerate(shares):
        tall = share * marks[-1] / (columns.largest or 1) * tallest
        token = year_colour(at, years) if at < columns.filled else "halo"
        sheet.painter.setPen(QPen(sheet.ink("year_edge"), 1))
        sheet.painter.setBrush(sheet.ink(token))
        sheet.painter.drawRect(QRectF(left + at * (width + gap), base - tall, width, tall))
    sheet.painter.setPen(QPen(sheet.ink("ink2"), 1))
    sheet.painter.drawLine(QPointF(left - 5, base), QPointF(left + years * (width + gap) + 3, base))
    for mark in marks:
        y = base - mark / (columns.largest or 1) * tallest
        sheet.painter.setPen(QPen(sheet.ink("ink2"), 1))
        sheet.painter.drawLine(QPointF(left - 5, y), QPointF(left - 1, y))
        sheet.text(left - 8, y, f"{mark:g}", NOTE_PX, "ink2", right=True)
    words = (scene.words(columns.title), sheet.words("filled"), sheet.words("hollow"))
    for at, line in enumerate(words):
        sheet.text(
            box.left() + _columns_width(scene, unit), top + (18 + 19 * at) * unit, line, NOTE_PX, "ink2"
        )


def ruler(largest: float) -> tuple[float, ...]:
    """Two round numbers for the ruler: about half of the tallest column, and twice that or less."""
    if largest <= 0:
        return (1.0,)
    power = 10.0 ** (len(str(int(largest))) - 1) if largest >= 1 else 1.0
    top = max((step * power for step in (1, 2, 2.5, 5) if step * power <= largest), default=largest)
    return (top / 2, top) if (top / 2).is_integer() else (top,)
