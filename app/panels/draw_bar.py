"""The row above the map while something is drawn: layer, tools, typed places and sizes, snapping, finish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.canvas.draft import Size
from app.canvas.snapping import Snapping
from app.messages import text
from app.panels.parts import Button, IconButton, label, line

FIELDS: Mapping[str, tuple[str, ...]] = {
    "line": ("place", "leg"),
    "polygon": ("place", "leg"),
    "point": ("place",),
    "rectangle": ("place",),
    "circle": ("place", "radius"),
    "shed": ("place", "shed"),
    "strip": ("place", "leg", "strip"),
    "": (),
}
"""Which typed fields a form of drawing shows; "" for tools that change what is there."""


class DrawBar(QWidget):
    """See the module's text. It holds no shape; what is typed goes out as signals."""

    layer_chosen = Signal(str)  # kind id
    place_typed = Signal(str)
    leg_typed = Signal(float, object)  # metres, degrees or None
    size_changed = Signal(object)  # Size
    snapping_changed = Signal(object)  # Snapping
    finish_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._form, self._size, self._filling = "", Size(), False
        self.snapping = Snapping()
        self._names: dict[str, QLabel] = {}
        self._groups: dict[str, QWidget] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 8, 4)
        whole.addLayout(row)
        whole.addWidget(line())
        row.setSpacing(8)
        self.layer = QComboBox()
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.layer.setMinimumContentsLength(11)
        self.layer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.layer.activated.connect(lambda _at: self.layer_chosen.emit(self.layer.currentData()))
        row.addWidget(self._named("layer"))
        row.addWidget(self.layer)
        self.place = _Field(176)
        self.place.returnPressed.connect(self._place)
        self.leg, self.bearing = _Field(64), _Field(52)
        self.leg.returnPressed.connect(self._leg)
        self.bearing.returnPressed.connect(self._leg)
        self.width, self.length = _metres(20, 0.1, 10_000), _metres(50, 0.1, 10_000)
        self.angle = _Number(0, 0, 360, " °", 1)
        self.radius = _metres(0, 0, 100_000)
        self.strip = _metres(6.5, 0.1, 200)
        self.road = QComboBox()
        self.road.activated.connect(self._road)
        for one in (self.width, self.length, self.angle, self.radius, self.strip):
            one.valueChanged.connect(self._sized)
        self._group(row, "place", [self._named("place"), self.place])
        self._group(row, "leg", [self._named("leg"), self.leg, self._named("bearing"), self.bearing])
        self._group(
            row,
            "shed",
            [
                self._named("width"),
                self.width,
                self._named("length"),
                self.length,
                self._named("angle"),
                self.angle,
            ],
        )
        self._group(row, "radius", [self._named("radius"), self.radius])
        self._group(row, "strip", [self._named("class"), self.road, self.strip])
        row.addStretch(1)
        self.snap = IconButton("magnet", checkable=True)
        self.snap.setChecked(True)
        self.snap.toggled.connect(self._snapped)
        self.reach = QSpinBox()
        theme.inset(self.reach)
        self.reach.setRange(2, 60)
        self.reach.setValue(round(self.snapping.tolerance_px))
        self.reach.setSuffix(" px")
        self.reach.setFixedWidth(theme.metric(84))
        self.reach.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.reach.valueChanged.connect(self._snapped)
        self.form = IconButton("file-text", checkable=True)
        self.form.setChecked(True)
        self.done, self.close_button = Button("primary"), IconButton("x")
        self.done.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.done.clicked.connect(self.finish_asked)
        self.close_button.clicked.connect(self.closed)
        for part in (self.snap, self.reach, self.form, self.done, self.close_button):
            row.addWidget(part)
        self.set_form("")
        self.retranslate()

    def _named(self, name: str) -> QLabel:
        made = label("note")
        self._names[name] = made
        return made

    def _group(self, row: QHBoxLayout, name: str, parts: Sequence[QWidget]) -> None:
        box = QWidget()
        inner = QHBoxLayout(box)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        rule = QFrame()
        theme.set_role(rule, "vline")
        inner.addWidget(rule)
        inner.addSpacing(4)
        for part in parts:
            inner.addWidget(part)
        self._groups[name] = box
        row.addWidget(box)

    # -- what is shown -----------------------------------------------------------------------------

    def set_layers(self, layers: Sequence[tuple[str, str]], current: str) -> None:
        """Show (kind id, words) pairs; one is chosen."""
        self.layer.clear()
        for kind_id, words in layers:
            self.layer.addItem(words, kind_id)
        self.layer.setCurrentIndex(max(self.layer.findData(current), 0))

    def set_roads(self, roads: Sequence[tuple[str, float]]) -> None:
        """Show (words, width in metres) pairs of road classes."""
        self.road.clear()
        self.road.addItem(text("draw_class_own"), None)
        for words, width in roads:
            self.road.addItem(f"{words} {width:g} m", width)
        at = self.road.findData(self.strip.value())
        self.road.setCurrentIndex(max(at, 0))

    def set_form(self, form: str) -> None:
        """Show the typed fields of a form of drawing (see `FIELDS`)."""
        self._form = form
        for name, box in self._groups.items():
            box.setVisible(name in FIELDS[form])
        self.done.setVisible(form in ("line", "polygon", "strip"))
        self.form.setVisible(bool(form))

    @property
    def size(self) -> Size:
        """The typed sizes."""
        return self._size

    # -- what is typed -----------------------------------------------------------------------------

    def _place(self) -> None:
        self.place_typed.emit(self.place.text())

    def place_taken(self, fault: str = "") -> None:
        """The typed place was used, or why not."""
        theme.set_role(self.place, "wrong" if fault else "")
        self.place.setToolTip(fault or text("draw_place_tip"))
        if not fault:
            self.place.clear()

    def _leg(self) -> None:
        metres, bearing = _number(self.leg.text()), _number(self.bearing.text())
        wrong = metres is None or metres <= 0
        theme.set_role(self.leg, "wrong" if wrong else "")
        typed = bool(self.bearing.text().strip())
        theme.set_role(self.bearing, "wrong" if typed and bearing is None else "")
        if metres is None or wrong or (typed and bearing is None):
            return
        self.leg_typed.emit(metres, bearing)
        self.leg.selectAll()

    def _sized(self) -> None:
        self._size = Size(
            self.width.value(),
            self.length.value(),
            self.angle.value(),
            self.strip.value(),
            self.radius.value() or None,
        )
        if not self._filling:
            self.road.setCurrentIndex(max(self.road.findData(self.strip.value()), 0))
        self.size_changed.emit(self._size)

    def _road(self, at: int) -> None:
        width = self.road.itemData(at)
        if width is not None:
            self._filling = True
            self.strip.setValue(width)
            self._filling = False

    def _snapped(self) -> None:
        self.snapping = replace(
            self.snapping, on=self.snap.isChecked(), tolerance_px=float(self.reach.value())
        )
        self.reach.setEnabled(self.snap.isChecked())
        self.snapping_changed.emit(self.snapping)

    # -- language and looks ------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Speak the current language, in the palette in use."""
        for name, part in self._names.items():
            part.setText(text(f"draw_{name}"))
        self.layer.setToolTip(text("draw_layer_tip"))
        self.layer.setAccessibleName(text("draw_layer"))
        self.place.setPlaceholderText(text("draw_place_hint"))
        for part, key in (
            (self.place, "place"),
            (self.leg, "leg"),
            (self.bearing, "bearing"),
            (self.radius, "radius"),
            (self.road, "class"),
        ):
            part.setToolTip(text(f"draw_{key}_tip"))
            part.setAccessibleName(text(f"draw_{key}"))
        for part, key in (
            (self.width, "width"),
            (self.length, "length"),
            (self.angle, "angle"),
            (self.strip, "width"),
        ):
            part.setAccessibleName(text(f"draw_{key}"))
        self.snap.describe(text("draw_snap_tip"))
        self.form.describe(text("draw_form_tip"))
        self.done.setText(text("draw_finish"))
        self.done.setToolTip(text("draw_finish_tip"))
        self.close_button.describe(text("dialog_close"))
        for button in (self.snap, self.form, self.close_button):
            button.restyle()
        self.place.restyle()


class _Field(QLineEdit):
    """A small field that keeps to its width in the palette in use."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.restyle()

    def restyle(self) -> None:
        """Take the palette's size."""
        self.setFixedWidth(theme.metric(self._width))


class _Number(QDoubleSpinBox):
    """A number with its unit."""

    def __init__(self, value: float, low: float, high: float, unit: str, decimals: int) -> None:
        super().__init__()
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setValue(value)
        self.setSuffix(unit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(theme.metric(98))


def _metres(value: float, low: float, high: float) -> _Number:
    return _Number(value, low, high, " m", 1)


def _number(typed: str) -> float | None:
    try:
        return float(typed.strip().rstrip("°m米").replace(",", ""))
    except ValueError:
        return None
