"""The fields of one symbol: marker, line or area, in millimetres and colours; what they do not show stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from app import theme
from app.messages import text
from app.painting.swatches import swatch_image
from layers.catalogue.style import Marker, Pattern, Stroke, Symbol
from layers.maps.palette import colour
from layers.maps.project_styles import icon_names

FORMS = ("icon", "circle", "ring", "square", "square_hollow", "diamond", "triangle")
DASHES: dict[str, tuple[float, ...]] = {
    "solid": (), "dash": (2.0, 1.2), "dot": (0.4, 0.8), "dash_dot": (2.4, 0.8, 0.4, 0.8)
}  # fmt: skip
PATTERNS = ("", "diagonal", "back_diagonal", "horizontal", "grid", "plus", "dots", "stripes")
USUAL_ICON, ICON_PX, GALLERY_HEIGHT = "maki/marker", 20, 104


class ColourButton(QPushButton):
    """A colour that is chosen from Qt's dialog: a literal `#rrggbb` or, as it came, a token; "" for none."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.value = ""
        self.setAccessibleName(name)
        self.setAutoDefault(False)
        self.clicked.connect(self._ask)

    def put(self, value: str) -> None:
        """Show a colour without telling anybody."""
        self.value = value
        image = QPixmap(28, 14)
        image.fill(QColor(*colour(value, theme.palette())) if value else Qt.GlobalColor.transparent)
        self.setIcon(QIcon(image))
        self.setIconSize(QSize(28, 14))
        self.setText("" if value else text("style_none"))

    def _ask(self) -> None:
        start = QColor(*colour(self.value, theme.palette())) if self.value else QColor("#56B4E9")
        chosen = QColorDialog.getColor(start, self, self.accessibleName())
        if chosen.isValid():
            self.put(chosen.name())
            self.changed.emit()


class SymbolFields(QWidget):
    """`symbol` as the fields have it; `changed` when the user has changed it."""

    changed = Signal()

    def __init__(self, geometry: str) -> None:
        super().__init__()
        self.geometry_kind, self.symbol = geometry, Symbol()
        self._quiet = False
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        {"Point": self._point, "MultiLineString": self._line}.get(geometry, self._area)()

    # -- building ----------------------------------------------------------------------------------

    def _point(self) -> None:
        self.marker_form = self._choice("style_form", [(each, text(f"style_form_{each}")) for each in FORMS])
        self.icons = QListWidget()
        self.icons.setViewMode(QListView.ViewMode.IconMode)
        self.icons.setResizeMode(QListView.ResizeMode.Adjust)
        self.icons.setMovement(QListView.Movement.Static)
        self.icons.setIconSize(QSize(ICON_PX, ICON_PX))
        self.icons.setGridSize(QSize(30, 28))
        self.icons.setFixedHeight(theme.metric(GALLERY_HEIGHT))
        self.icons.setAccessibleName(text("style_icon"))
        for name in icon_names():
            image = swatch_image(
                Symbol(marker=Marker("icon", 3.6, "label2", icon=name)), "Point", ICON_PX, ICON_PX
            )
            item = QListWidgetItem(QIcon(QPixmap.fromImage(image)), "")
            item.setToolTip(name.partition("/")[2].replace("-", " ").replace("_", " "))
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.icons.addItem(item)
        self.icons.itemSelectionChanged.connect(self._take)
        self.form.addRow(text("style_icon"), self.icons)
        self.size = self._number("style_size", 0.6, 12.0)
        self.ink, self.fill = self._colour("style_ink"), self._colour("style_inside")

    def _line(self) -> None:
        self.ink, self.width_mm = self._colour("style_colour"), self._number("style_width", 0.05, 6.0)
        self.dash = self._choice("style_dash", [(each, text(f"style_dash_{each}")) for each in DASHES])
        self.casing = self._colour("style_casing")
        self.casing_width = self._number("style_casing_width", 0.0, 8.0)

    def _area(self) -> None:
        self.fill, self.opacity = self._colour("style_fill"), self._number("style_opacity", 0.0, 100.0, " %")
        self.ink, self.width_mm = self._colour("style_edge"), self._number("style_edge_width", 0.0, 4.0)
        self.dash = self._choice("style_dash", [(each, text(f"style_dash_{each}")) for each in DASHES])
        self.pattern = self._choice(
            "style_pattern", [(each, text(f"style_pattern_{each or 'none'}")) for each in PATTERNS]
        )
        self.pattern_ink, self.gap = self._colour("style_pattern_ink"), self._number("style_gap", 0.6, 10.0)

    def _choice(self, name: str, items: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        for value, words in items:
            box.addItem(words, value)
        box.currentIndexChanged.connect(self._take)
        return self._row(name, box)

    def _number(self, name: str, low: float, high: float, unit: str = " mm") -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        theme.inset(box)
        box.setRange(low, high)
        box.setDecimals(0 if unit == " %" else 2)
        box.setSingleStep(5.0 if unit == " %" else 0.1)
        box.setSuffix(unit)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._take)
        return self._row(name, box)

    def _colour(self, name: str) -> ColourButton:
        button = ColourButton(text(name))
        button.changed.connect(self._take)
        return self._row(name, button)

    def _row(self, name: str, field):  # type: ignore[no-untyped-def]
        field.setAccessibleName(text(name))
        self.form.addRow(text(name), field)
        return field

    # -- showing -----------------------------------------------------------------------------------

    def put(self, symbol: Symbol) -> None:
        """Show a symbol without telling anybody."""
        self._quiet, self.symbol = True, symbol
        try:
            {"Point": self._put_point, "MultiLineString": self._put_line}.get(
                self.geometry_kind, self._put_area
            )()
        finally:
            self._quiet = False

    def _put_point(self) -> None:
        marker = self.symbol.marker or Marker("circle", 1.8, "label2", "#56B4E9")
        if self.marker_form.findData(marker.form) < 0:  # one that only the catalogue gives
            self.marker_form.addItem(text("style_form_own"), marker.form)
        self.marker_form.setCurrentIndex(self.marker_form.findData(marker.form))
        self._choose_icon(marker.icon)
        self.size.setValue(marker.size_mm)
        self.ink.put(marker.colour)
        self.fill.put(marker.fill)
        self.form.setRowVisible(self.icons, marker.form == "icon")

    def _choose_icon(self, name: str) -> None:
        self.icons.clearSelection()
        for at in range(self.icons.count()):
            if self.icons.item(at).data(Qt.ItemDataRole.UserRole) == name:
                self.icons.setCurrentRow(at)

    def _put_line(self) -> None:
        *below, top = self.symbol.strokes or (Stroke("#56606A", 0.35),)
        self.ink.put(top.colour)
        self.width_mm.setValue(top.width_mm)
        self._put_dash(top.dash)
        self.casing.put(below[0].colour if below else "")
        self.casing_width.setValue(below[0].width_mm if below else 0.0)

    def _put_area(self) -> None:
        symbol = self.symbol
        self.fill.put(symbol.fill)
        self.opacity.setValue(symbol.fill_opacity * 100)
        top = symbol.strokes[-1] if symbol.strokes else None
        self.ink.put(top.colour if top else "")
        self.width_mm.setValue(top.width_mm if top else 0.0)
        self._put_dash(top.dash if top else ())
        pattern = symbol.patterns[0] if symbol.patterns else None
        self.pattern.setCurrentIndex(self.pattern.findData(pattern.form if pattern else ""))
        self.pattern_ink.put(pattern.colour if pattern else "")
        self.gap.setValue(pattern.gap_mm if pattern else 1.8)

    def _put_dash(self, dash: tuple[float, ...]) -> None:
        known = next((name for name, each in DASHES.items() if each == dash), "")
        if not known and self.dash.findData("own") < 0:
            self.dash.addItem(text("style_dash_own"), "own")
        self.dash.setCurrentIndex(self.dash.findData(known or "own"))

    # -- taking ------------------------------------------------------------------------------------

    def _take(self) -> None:
        if self._quiet:
            return
        take: Callable[[], Symbol] = {
            "Point": self._taken_point, "MultiLineString": self._taken_line
        }.get(self.geometry_kind, self._taken_area)  # fmt: skip
        self.put(take())
        self.changed.emit()

    def _taken_point(self) -> Symbol:
        before = self.symbol.marker or Marker("circle", 1.8, "label2", "#56B4E9")
        form = str(self.marker_form.currentData())
        items = self.icons.selectedItems()
        icon = before.icon if form == before.form else ""
        if form == "icon":
            icon = str(items[0].data(Qt.ItemDataRole.UserRole)) if items else icon or USUAL_ICON
        marker = replace(
            before, form=form, icon=icon, size_mm=self.size.value(), colour=self.ink.value or "label2",
            fill=self.fill.value or ("halo" if form == "icon" else ""),
        )  # fmt: skip
        return replace(self.symbol, marker=marker)

    def _taken_line(self) -> Symbol:
        *below, top = self.symbol.strokes or (Stroke("#56606A", 0.35),)
        core = replace(
            top, colour=self.ink.value or top.colour, width_mm=self.width_mm.value(), dash=self._dash(top)
        )
        casing = self.casing_width.value()
        first = [replace(below[0] if below else Stroke("#56606A", casing), width_mm=casing)] if casing else []
        if first and self.casing.value:
            first = [replace(first[0], colour=self.casing.value)]
        return replace(self.symbol, strokes=(*first, *below[1:], core))

    def _taken_area(self) -> Symbol:
        symbol, width = self.symbol, self.width_mm.value()
        *below, top = symbol.strokes or (Stroke("#56606A", width),)
        edge = replace(top, colour=self.ink.value or top.colour, width_mm=width, dash=self._dash(top))
        form = str(self.pattern.currentData())
        before = symbol.patterns[0] if symbol.patterns else Pattern(form, "#56606A", 1.8, 0.18)
        first = replace(
            before, form=form, colour=self.pattern_ink.value or before.colour, gap_mm=self.gap.value()
        )
        return replace(
            symbol,
            fill=self.fill.value,
            fill_opacity=self.opacity.value() / 100,
            strokes=(*below, edge) if width else tuple(below),
            patterns=(first, *symbol.patterns[1:]) if form else (),
        )

    def _dash(self, stroke: Stroke) -> tuple[float, ...]:
        chosen = str(self.dash.currentData())
        return DASHES.get(chosen, stroke.dash)
