"""Title, legend, scale bar and north arrow on the map in the window; the legend folds when its head is
clicked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import shapely
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, Qt

from app.painting.cards import (
    MARGIN,
    NORTH_SHIFT,
    ROW,
    TITLE_HEIGHT,
    Sheet,
    beside_bar,
    legend_size,
    paint_credit,
    paint_legend,
    paint_north,
    paint_scale_bar,
    paint_title,
    unit_of,
)
from layers.maps.furniture import scale_bar
from layers.maps.scene import Scene
from layers.maps.viewport import View
from layers.plan.plan import Plan

HEAD = 34.0
LAND, ASIDE_STEP = ("unit.banner",), 12
FURTHER, LITTLE = (1.0, 0.94, 0.88), 0.002
"""How much further off is tried; the share of the land that cards may cover."""
FOLDED_UNDER = (760, 480)
"""Maps narrower or lower than this begin with a folded legend: it would cover what it explains."""
FOLDED_FROM = 0.2
"""So does a legend that would cover more than this part of the map."""


class Furniture:
    """Cards kept as pictures, so that moving the map does not set them anew."""

    covers = True
    """Whether cards lie on the map, so that names keep off them."""

    def __init__(self) -> None:
        self.folded: bool | None = None  # until the user says: folded where it would cover what it explains
        self._is_folded = False
        self._cards: list[tuple[QRectF, QImage]] = []
        self._legend = QRectF()
        self._of: tuple[float, float, int, int] | None = None

    def forget(self) -> None:
        """Something on the cards has changed."""
        self._of = None

    def paint(self, painter: QPainter, scene: Scene, view: View, size: QSize) -> None:
        """Draw the cards; the scale bar follows the view at once, before its frame is painted."""
        key = (view.scale, view.ratio, size.width(), size.height())
        if key != self._of:
            self._set(replace(scene, view=view, scale_bar=scale_bar(view)), size)
            self._of = key
        for box, image in self._cards:
            painter.drawImage(box.topLeft(), image)

    def click(self, at: QPointF) -> bool:
        """Whether a click was meant for a card; the legend's head folds it."""
        if self._legend.contains(at):
            if at.y() - self._legend.top() <= HEAD:
                self.folded = not self._is_folded
                self.forget()
            return True
        return False

    def head(self, view: View) -> float:
        """How much of a small map's upper edge the title card takes (logical px); 0 where there is room
        beside what is shown."""
        if not self.covers or view.width >= FOLDED_UNDER[0]:
            return 0.0
        return MARGIN + TITLE_HEIGHT * unit_of(view)

    def beside(self, scene: Scene, plan: Plan, size: QSize) -> View:
        """The view of the whole land moved to the left, and from a little further where that is not enough,
        so that the cards cover nothing of it, or the least; as it is where they cover next to nothing."""
        view = scene.view
        land = [shape for role in LAND for table in plan.with_role(role)[:1] for shape in table.geometry
                if shape is not None and shape.is_valid]  # fmt: skip
        if not self.covers or not land or size.width() < FOLDED_UNDER[0]:
            return view
        self._set(scene, size)
        self.forget()
        boxes = [box for box, _ in self._cards]
        little = LITTLE * sum(shape.area for shape in land)
        least, best = self._covered(view, boxes, land), view
        for factor in FURTHER:
            if least <= little:
                break
            seen = view.zoomed(factor)
            west = min(shape.bounds[0] for shape in land)
            spare = max(int(seen.to_logical(west, 0.0)[0] - MARGIN), 0)
            for way in range(0, spare + 1, ASIDE_STEP):
                moved = seen.moved(float(way), 0.0)
                covered = self._covered(moved, boxes, land)
                if covered < 0.8 * least:
                    least, best = covered, moved
                if least <= little:  # no further than is needed
                    break
        return best

    def _covered(self, view: View, boxes: list[QRectF], land: list[Any]) -> float:
        """Square metres of land under cards."""
        total = 0.0
        for box in boxes:
            (west, north), (east, south) = (view.to_ground(box.left(), box.top()),
                                            view.to_ground(box.right(), box.bottom()))  # fmt: skip
            total += sum(shapely.clip_by_rect(shape, west, south, east, north).area for shape in land)
        return total

    @property
    def legend_box(self) -> QRectF:
        """Where the legend card is (logical px)."""
        return self._legend

    def _set(self, scene: Scene, size: QSize) -> None:
        width, height = float(size.width()), float(size.height())
        self._cards = []
        if scene.legend.theme:  # it explains the theme; the signs of the layers are in the tree beside it
            scene = replace(scene, legend=replace(scene.legend, layers=()))
        if width < FOLDED_UNDER[0]:  # there it would cover the map; the tree of layers says it, too
            scene = replace(scene, schematic=False)
        self._card(scene, size, lambda sheet: paint_title(sheet, scene, MARGIN, MARGIN))
        self._card(scene, size, lambda sheet: paint_north(sheet, width - MARGIN - NORTH_SHIFT, MARGIN))
        self._card(scene, size, lambda sheet: paint_scale_bar(sheet, scene, MARGIN, height - MARGIN))
        self._card(scene, size, lambda sheet: paint_credit(sheet, scene, beside_bar(scene), height - MARGIN))
        unit = unit_of(scene.view)
        most = max(4, int((height * 0.62 - 2 * HEAD) / (ROW * unit)))
        self._is_folded = (
            self._folds(scene, width, height, most, unit) if self.folded is None else self.folded
        )
        self._legend = self._card(
            scene,
            size,
            lambda sheet: paint_legend(
                sheet, scene, width - MARGIN, height - MARGIN, most, folded=self._is_folded, foldable=True
            ),
        )

    def _folds(self, scene: Scene, width: float, height: float, most: int, unit: float) -> bool:
        """Whether the legend begins folded."""
        across, tall = legend_size(scene, most, unit)
        small = width < FOLDED_UNDER[0] or height < FOLDED_UNDER[1]
        return small or across * tall > FOLDED_FROM * width * height

    def _card(self, scene: Scene, size: QSize, draw: Callable[[Sheet], QRectF]) -> QRectF:
        """Draw one card into a picture of its own; a first pass finds out how large it is."""
        ratio = scene.view.ratio
        image = QImage(
            round(size.width() * ratio),
            round(size.height() * ratio),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = draw(Sheet.of(painter, scene))
        painter.end()
        if box.isEmpty():
            return box
        # Shadows are not used; edges and the scale bar's words reach a little over.
        room = (
            box.adjusted(-40, -34, 60, 24)
            .intersected(QRectF(0, 0, size.width(), size.height()))
            .toAlignedRect()
        )
        part = image.copy(
            int(room.x() * ratio),
            int(room.y() * ratio),
            int(room.width() * ratio),
            int(room.height() * ratio),
        )
        part.setDevicePixelRatio(ratio)
        self._cards.append((QRectF(room), part))
        return box
