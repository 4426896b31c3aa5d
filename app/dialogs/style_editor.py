"""图层样式: one look, a look a value, a look a class of numbers; the map shows at once what is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions.styles import as_text, from_text, set_style, style_of
from app.dialogs.base import Dialog
from app.messages import sentence, text, tr
from app.painting.swatches import swatch_image
from app.panels.parts import Button, label
from app.panels.segmented import Segmented
from app.panels.symbol_fields import SymbolFields
from layers.catalogue.model import Column
from layers.catalogue.style import Label, Style, Symbol
from layers.errors import PlannerError
from layers.maps.classes import EQUAL, JENKS, LEAST, MOST, QUANTILE, TITLES, Classing
from layers.maps.restyle import (
    NUMBERS,
    Ramp,
    categorised,
    category_values,
    graded,
    plain_symbol,
    ramps,
    single,
    with_class,
)

if TYPE_CHECKING:
    from app.window import MainWindow

WIDTH, HEIGHT, LIST_HEIGHT = 760, 560, 190
WAYS = ("single", "values", "numbers")
METHODS = (JENKS, QUANTILE, EQUAL)
RANKS = ("banner", "sumu", "gacha", "place", "river", "lake", "road")
FAR = 5_000_000


class StyleDialog(Dialog):
    """Beside the map, not before it. What is tried goes when the dialog is left without keeping it."""

    def __init__(self, window: MainWindow, kind: str) -> None:
        self.main, self.kind = window, kind
        self.table = window.session.plan.table(kind)
        super().__init__(
            window, text("style_title", layer=tr(self.table.kind.title)), glyph="palette", width=WIDTH
        )
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.style_shown = style_of(window.session, kind)
        self._quiet = False
        self.ways = Segmented()
        self.ways.set_items([(way, text(f"style_way_{way}")) for way in self._possible()])
        self.ways.chosen.connect(lambda _way: self._rebuild())
        self.body.addWidget(self.ways)
        self.left = QVBoxLayout()
        self.left.setContentsMargins(0, 6, 0, 0)
        self._build_classes()
        self.left.addWidget(self._label_fields())
        self.left.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        theme.set_role(inside, "panel")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 6, 10, 0)
        self.fields = SymbolFields(self.table.kind.geometry)
        self.fields.changed.connect(self._symbol_changed)
        rows.addWidget(self.fields)
        rows.addStretch(1)
        scroll.setWidget(inside)
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addLayout(self.left, 1)
        both.addWidget(scroll, 1)
        self.body.addLayout(both, 1)
        self.said = label("bad", wrap=True)
        self.said.hide()
        self.body.addWidget(self.said)
        self._build_buttons()
        self.resize(theme.metric(WIDTH), theme.metric(HEIGHT))
        self.show_style(self.style_shown)
        window.bus.project_changed.connect(self.reject)

    # -- building ----------------------------------------------------------------------------------

    def _possible(self) -> list[str]:
        wanted = {
            "single": True,
            "values": bool(self._columns("values")),
            "numbers": bool(self._columns("numbers")),
        }
        return [way for way in WAYS if wanted[way]]

    def _columns(self, way: str) -> list[Column]:
        """Columns that can decide the classes of a way."""
        columns = [each for each in self.table.kind.columns if each.name != self.table.kind.key]
        if way == "numbers":
            return [each for each in columns if each.type in NUMBERS and not each.choices]
        return [each for each in columns if each.choices or each.type in ("text", "boolean", "integer")]

    def _build_classes(self) -> None:
        self.by = QWidget()
        form = QFormLayout(self.by)
        form.setContentsMargins(0, 0, 0, 0)
        self.column, self.method, self.ramp = QComboBox(), QComboBox(), QComboBox()
        self.count = QSpinBox()
        theme.inset(self.count)
        self.count.setRange(LEAST, MOST)
        self.count.setValue(5)
        self.turned = QCheckBox(text("style_turned"))
        for method in METHODS:
            self.method.addItem(tr(TITLES[method]), method)
        self.ramp.setIconSize(QSize(84, 12))
        for name, field in (
            ("style_column", self.column), ("style_method", self.method), ("style_count", self.count),
            ("style_ramp", self.ramp), ("", self.turned),
        ):  # fmt: skip
            form.addRow(text(name) if name else "", field)
            if name:
                field.setAccessibleName(text(name))
        for box in (self.column, self.method, self.ramp):
            box.currentIndexChanged.connect(lambda _at: self._reckon())
        self.count.valueChanged.connect(lambda _n: self._reckon())
        self.turned.toggled.connect(lambda _on: self._reckon())
        self.form = form
        self.left.addWidget(self.by)
        self.classes = QListWidget()
        self.classes.setAccessibleName(text("style_classes"))
        self.classes.setIconSize(QSize(30, 16))
        self.classes.setFixedHeight(theme.metric(LIST_HEIGHT))
        self.classes.currentRowChanged.connect(lambda _at: self._class_chosen())
        self.left.addWidget(self.classes)

    def _label_fields(self) -> QWidget:
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 8, 0, 0)
        self.name_column, self.rank, self.name_scale = QComboBox(), QComboBox(), _scale_box()
        self.name_column.addItem(text("style_no_names"), "")
        for column in self.table.kind.columns:
            self.name_column.addItem(tr(column.title), column.name)
        for rank in RANKS:
            self.rank.addItem(text(f"style_rank_{rank}"), rank)
        self.from_scale = _scale_box()
        for name, field in (
            ("style_names", self.name_column), ("style_rank", self.rank),
            ("style_name_scale", self.name_scale),
            ("style_from_scale", self.from_scale),
        ):  # fmt: skip
            field.setAccessibleName(text(name))
            form.addRow(text(name), field)
        for combo in (self.name_column, self.rank):
            combo.currentIndexChanged.connect(lambda _at: self._labels_changed())
        for spin in (self.name_scale, self.from_scale):
            spin.valueChanged.connect(lambda _n: self._labels_changed())
        return box

    def _build_buttons(self) -> None:
        row = QHBoxLayout()
        self.copy, self.paste, self.reset = (
            Button("quiet", icon) for icon in ("copy", "file-input", "undo-2")
        )
        for button, words, act in (
            (self.copy, "style_copy", self._copy), (self.paste, "style_paste", self._paste),
            (self.reset, "style_reset", self._reset),
        ):  # fmt: skip
            button.setText(text(words))
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.add_cancel()
        self.keep_button = self.add_button(text("style_keep"), "primary", default=True)
        self.keep_button.clicked.connect(self._keep)

    # -- showing -----------------------------------------------------------------------------------

    def show_style(self, style: Style) -> None:
        """Show a style in all fields, and on the map."""
        self._quiet = True
        self.style_shown = style
        way = "single"
        if style.classes:
            way = "numbers" if any(each.limits for each in style.classes) else "values"
        self.ways.set_current(way)
        self._fill_choices(way)
        self._put(self.column, style.column)
        if way == "numbers":
            self.count.setValue(min(max(sum(1 for each in style.classes if each.limits), LEAST), MOST))
        self._put(self.name_column, style.label.column if style.label else "")
        self._put(self.rank, style.label.rank if style.label else "place")
        self.name_scale.setValue(style.label.min_scale if style.label else 0)
        self.from_scale.setValue(style.min_scale)
        self._quiet = False
        self._list_classes()

    def _put(self, box: QComboBox, value: str) -> None:
        box.setCurrentIndex(max(box.findData(value), 0))

    def _fill_choices(self, way: str) -> None:
        """Columns and ramps that fit a way."""
        before = self.column.currentData(), self.ramp.currentData()
        self.column.clear()
        self.ramp.clear()
        for column in self._columns(way) if way != "single" else ():
            self.column.addItem(tr(column.title), column.name)
        for ramp in ramps().values():
            if (ramp.kind == "qualitative") == (way == "values"):
                self.ramp.addItem(QIcon(QPixmap.fromImage(_strip(ramp))), tr(ramp.title), ramp.id)
                self.ramp.setItemData(self.ramp.count() - 1, ramp.source, Qt.ItemDataRole.ToolTipRole)
        self._put(self.column, before[0] or "")
        self._put(self.ramp, before[1] or "")
        self.by.setVisible(way != "single")
        self.form.setRowVisible(self.method, way == "numbers")
        self.form.setRowVisible(self.count, way == "numbers")
        self.form.setRowVisible(self.turned, way == "numbers")
        self.classes.setVisible(way != "single")

    def _list_classes(self, at: int = 0) -> None:
        self.classes.blockSignals(True)
        self.classes.clear()
        for each in self.style_shown.classes:
            image = swatch_image(each.symbol, self.table.kind.geometry, 30, 16, palette=theme.palette())
            self.classes.addItem(QListWidgetItem(QIcon(QPixmap.fromImage(image)), tr(each.title)))
        if self.style_shown.classes:
            self.classes.setCurrentRow(min(at, len(self.style_shown.classes) - 1))
        self.classes.blockSignals(False)
        self._class_chosen()
        self.main.layers.try_style(self.kind, self.style_shown)

    def _class_chosen(self) -> None:
        self.fields.put(self._symbol())

    def _symbol(self) -> Symbol:
        at = self.classes.currentRow()
        if self.style_shown.classes and at >= 0:
            return self.style_shown.classes[at].symbol
        return self.style_shown.symbol

    # -- changing ----------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        """Another way: classes are made anew from the data."""
        self._quiet = True
        self._fill_choices(self.ways.current())
        self._quiet = False
        self._reckon()

    def _reckon(self) -> None:
        if self._quiet:
            return
        way, base = self.ways.current(), plain_symbol(self.table.kind)
        column, ramp = str(self.column.currentData() or ""), ramps().get(str(self.ramp.currentData()))

        def made() -> Style:
            if way == "single" or ramp is None or not column:
                return single(self.style_shown, base)
            if way == "values":
                colours = ramp.sampled(len(category_values(self.table, column)))
                return categorised(self.table, self.style_shown, column, base, colours)
            classing = Classing(str(self.method.currentData()), self.count.value())
            return graded(
                self.table, self.style_shown, column, base, classing, ramp, turned=self.turned.isChecked()
            )

        self._try(made)

    def _try(self, make: Callable[[], Style], at: int = 0) -> None:
        try:
            self.style_shown = make()
        except PlannerError as error:
            self.said.setText(" ".join(sentence(error)))
            self.said.show()
            return
        self.said.hide()
        self._list_classes(at)

    def _symbol_changed(self) -> None:
        at = self.classes.currentRow() if self.style_shown.classes else -1
        self._try(lambda: with_class(self.style_shown, at, self.fields.symbol), max(at, 0))

    def _labels_changed(self) -> None:
        if self._quiet:
            return
        column, before = str(self.name_column.currentData()), self.style_shown.label
        anchor = before.anchor if before is not None and before.column == column else ""
        named = (
            Label(column, str(self.rank.currentData()), self.name_scale.value(), anchor) if column else None
        )
        self.style_shown = replace(self.style_shown, label=named, min_scale=self.from_scale.value())
        self.main.layers.try_style(self.kind, self.style_shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self.style_shown))

    def _paste(self) -> None:
        words = QGuiApplication.clipboard().text()
        try:
            found = from_text(self.main.session, self.kind, words)
        except PlannerError as error:
            self.said.setText(" ".join(sentence(error)))
            self.said.show()
            return
        self.said.hide()
        self.show_style(found)

    def _reset(self) -> None:
        self.said.hide()
        self.show_style(self.table.kind.style)

    # -- leaving -----------------------------------------------------------------------------------

    def _keep(self) -> None:
        try:
            set_style(self.main.session, self.kind, self.style_shown)
        except PlannerError as error:
            self.said.setText(" ".join(sentence(error)))
            self.said.show()
            return
        self.accept()

    def done(self, result: int) -> None:
        """Leave: the map shows again what is kept."""
        self.main.layers.try_style(self.kind, None)
        super().done(result)


def _scale_box() -> QSpinBox:
    box = QSpinBox()
    theme.inset(box)
    box.setRange(0, FAR)
    box.setSingleStep(50_000)
    box.setGroupSeparatorShown(True)
    box.setPrefix("1:")
    box.setSpecialValueText(text("style_always"))
    box.setKeyboardTracking(False)
    return box


def _strip(ramp: Ramp) -> QImage:
    image = QImage(84, 12, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    wide = 84 / len(ramp.colours)
    for at, each in enumerate(ramp.colours):
        painter.fillRect(round(at * wide), 0, round(wide) + 1, 12, each)
    painter.end()
    return image
