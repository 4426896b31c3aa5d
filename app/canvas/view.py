"""The map in the window: the surface with tools, selection, and what follows the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.canvas import tools
from app.canvas.overlay import paint_band, paint_marks, paint_measurement, paint_outline
from app.canvas.picking import Hit, box_kind, pick, pick_in
from app.canvas.surface import MapSurface
from layers.maps.scene import NOTHING_SELECTED
from layers.maps.viewport import View
from layers.plan.plan import Plan

if TYPE_CHECKING:
    from app.road_marks import Mark

WHEEL_STEP, KEY_STEP = 1.25, 1.5
HOVER_MS, FLASH_MS = 40, 160
MOST_HIGHLIGHTS = 2_000
CURSORS = {
    "pan": Qt.CursorShape.OpenHandCursor,
    "zoom_box": Qt.CursorShape.CrossCursor,
    "zoom_out": Qt.CursorShape.CrossCursor,
    "select": Qt.CursorShape.ArrowCursor,
    "identify": Qt.CursorShape.WhatsThisCursor,
    "measure_line": Qt.CursorShape.CrossCursor,
    "measure_area": Qt.CursorShape.CrossCursor,
}
KEYS = {
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
}
"""Keys that a guest's tool may want, under the names by which it knows them."""


class Guest(Protocol):
    """A tool that somebody else brings to the map; places are logical px, `right` is the right button."""

    name: str

    def press(self, at: tools.Xy, keys: tools.Keys, right: bool) -> None: ...
    def move(self, at: tools.Xy, keys: tools.Keys) -> None: ...
    def release(self, at: tools.Xy, keys: tools.Keys) -> None: ...
    def double(self, at: tools.Xy, keys: tools.Keys) -> None: ...
    def key(self, name: str) -> bool: ...
    def paint(self, painter: QPainter) -> None: ...
    def leave(self) -> None: ...


class MapView(MapSurface):
    """The map with its tools. Positions in signals are planning metres."""

    cursor_moved = Signal(float, float)
    clicked_feature = Signal(str, int)
    identified = Signal(list, tuple)  # [(kind id, row id)], (x, y)
    opened = Signal(tuple)  # a double click of the selecting tool: (x, y) in planning metres
    menu_asked = Signal(tuple, QPoint)  # a right click that no tool needs: (x, y), where on the screen
    selection_changed = Signal(str, frozenset)
    measured = Signal(dict)
    sketch_changed = Signal(object)  # {"kind": "line" | "area", "points": [[x, y], ...]} in metres, or None

    _guest: Guest | None = None  # of the class: events come while the widget is still being made

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.veils: list[Callable[[QPainter, View], None]] = []  # what other parts draw over the frame
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._active = ""
        self._tool: tools.Navigator | tools.Measurer = tools.Navigator("pan")
        self._middle = tools.Navigator("pan")
        self._space = False
        self._band: tuple[tools.Xy, tools.Xy] | None = None
        self._sketch: dict | None = None  # type: ignore[type-arg]
        self._hover: Hit | None = None
        self._hover_at: tools.Xy | None = None
        self._flash: tuple[Hit, int] | None = None
        self._marks: tuple[Mark, ...] = ()
        self._coming: shapely.Geometry | None = None
        self._highlights: list[tuple[shapely.Geometry, str]] = []
        self._hovering = self._timer(HOVER_MS, self._look)
        self._blink = QTimer(self, interval=FLASH_MS)
        self._blink.timeout.connect(self._blinked)

    def show_plan(self, plan: Plan | None) -> None:
        """Show a plan (after an edit: the new one); what of the selection is gone is no longer selected."""
        self._hover = None
        super().show_plan(plan)
        kind_id, fids = self._selection
        if fids and plan is not None:
            table = plan.tables.get(kind_id)
            left = frozenset(fid for fid in fids if table is not None and fid in table)
            if left != fids:
                self.select(kind_id, left)

    # -- tools and selection -----------------------------------------------------------------------

    def set_tool(self, name: str) -> None:
        """Use `pan`, `zoom_box`, `zoom_out`, `select`, `identify`, `measure_line` or `measure_area`."""
        self._band = self._hover = None
        self._dismiss()
        self._keep_sketch(None)
        if name.startswith("measure"):
            epsg = self._plan.crs.epsg if self._plan is not None else 4549
            self._tool = tools.Measurer(name, epsg)
        else:
            self._tool = tools.Navigator(name)
        self.setCursor(CURSORS[name])
        self.update()

    def take(self, guest: Guest) -> None:
        """Give mouse and keys to another's tool, until `set_tool` takes them back."""
        self.set_tool("pan")
        self._guest = guest
        self.setCursor(Qt.CursorShape.CrossCursor)

    def _dismiss(self) -> None:
        guest, self._guest = self._guest, None
        if guest is not None:
            guest.leave()

    def restore_sketch(self, sketch: dict) -> None:  # type: ignore[type-arg]
        """Go on with an unfinished measurement that `sketch_changed` told of."""
        self.set_tool(f"measure_{sketch['kind']}")
        self._tool.resume([(float(x), float(y)) for x, y in sketch["points"]])
        self._sketch = tools.sketch_of(self._tool.measurement.result())
        self.measured.emit(self._tool.measurement.result())
        self.update()

    def forget_sketch(self) -> None:
        """Leave measuring without a word: another project is shown, the old one keeps its sketch."""
        if self._sketch is not None:
            self._sketch = None
            self.set_tool("pan")

    def _keep_sketch(self, sketch: dict | None) -> None:  # type: ignore[type-arg]
        if sketch != self._sketch:
            self._sketch = sketch
            self.sketch_changed.emit(sketch)

    @property
    def tool(self) -> str:
        """The tool's name."""
        return self._guest.name if self._guest is not None else self._tool.name

    @property
    def selection(self) -> tuple[str, frozenset[int]]:
        """Kind and row ids of what is selected."""
        return self._selection

    def select(self, kind_id: str, fids) -> None:  # type: ignore[no-untyped-def]
        """Select features of one kind; tells about it only when that is new."""
        chosen = (kind_id, frozenset(int(fid) for fid in fids)) if fids else NOTHING_SELECTED
        if chosen == self._selection:
            return
        self._selection = chosen
        self.selection_changed.emit(*chosen)
        self._request(cancel=True)

    def flash(self, kind_id: str, fid: int) -> None:
        """Draw the eye to a feature for a moment."""
        self._flash = ((kind_id, fid), 6)
        self._blink.start()
        self.update()

    def _blinked(self) -> None:
        if self._flash is None or self._flash[1] <= 1:
            self._flash = None
            self._blink.stop()
        else:
            self._flash = (self._flash[0], self._flash[1] - 1)
        self.update()

    def set_marks(self, marks: tuple[Mark, ...], coming: shapely.Geometry | None) -> None:
        """Show signs over the map, and in violet what is about to be added to it."""
        self._marks, self._coming = marks, coming
        self.update()

    def _change_selection(self, kind_id: str, fids: frozenset[int], mode: str) -> None:
        old_kind, old = self._selection
        if mode != "set" and old_kind == kind_id:
            fids = old | fids if mode == "add" else old - fids
        elif mode == "remove":
            return
        self.select(kind_id, fids)

    def set_highlights(self, shapes: list[tuple[shapely.Geometry, str]]) -> None:
        """Outline shapes (planning metres) in colours of the palette; none ends it."""
        self._highlights = shapes[:MOST_HIGHLIGHTS]
        self.update()

    def set_active_kind(self, kind_id: str) -> None:
        """The layer in which a box selects; "" for the theme's units."""
        self._active = kind_id

    # -- above the frame ---------------------------------------------------------------------------

    def _paint_overlay(self, painter: QPainter) -> None:
        for veil in self.veils:
            veil(painter, self._view)
        paint_marks(painter, self._marks, self._view)
        if self._coming is not None:
            paint_outline(painter, self._coming, self._view, "work", 0.8, "halo")
        if self._hover is not None and not self._is_selected(self._hover):
            self._outline(painter, self._hover, "halo", 0.7, "")
        if self._flash is not None and self._flash[1] % 2 == 0:
            self._outline(painter, self._flash[0], "sel", 1.2, "sel_case")
        if self._band is not None:
            paint_band(painter, self._band, self._palette)
        for shape, token in self._highlights:
            paint_outline(painter, shape, self._view, token, 0.7, "halo")
        if self._guest is not None:
            self._guest.paint(painter)
        if isinstance(self._tool, tools.Measurer):
            paint_measurement(painter, self._tool.measurement, self._tool.cursor, self._view, self._language)

    def _is_selected(self, hit: Hit) -> bool:
        kind_id, fids = self._selection
        return hit[0] == kind_id and hit[1] in fids

    def _outline(self, painter: QPainter, hit: Hit, token: str, width: float, case: str) -> None:
        assert self._plan is not None
        kind_id, fid = hit
        if kind_id in self._plan and fid in self._plan.tables[kind_id]:
            geometry = self._plan.tables[kind_id].row(fid).get("geom")
            if geometry is not None:
                paint_outline(painter, geometry, self._view, token, width, case)

    # -- events ------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        turns = event.angleDelta().y() / 120
        if turns:
            at = event.position()
            self.zoom_by(WHEEL_STEP**turns, (at.x(), at.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at, button = _at(event), event.button()
        if button == Qt.MouseButton.BackButton:
            self.previous_view()
        elif button == Qt.MouseButton.ForwardButton:
            self.next_view()
        elif button == Qt.MouseButton.RightButton and isinstance(self._tool, tools.Measurer):
            self._carry_out(self._tool.end())
        elif button == Qt.MouseButton.RightButton and self._guest is None:
            self.menu_asked.emit(self._view.to_ground(*at), event.globalPosition().toPoint())
        elif button == Qt.MouseButton.LeftButton and self._furniture.click(QPointF(*at)):
            self.update()
        elif button == Qt.MouseButton.MiddleButton:
            self._middle = tools.Navigator("pan")
            self._middle.press(at, tools.Keys())
        elif self._guest is not None:
            if button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
                self._guest.press(at, self._keys(event), button == Qt.MouseButton.RightButton)
        elif button == Qt.MouseButton.LeftButton:
            self._carry_out(self._tool.press(at, self._keys(event)))
            if self._tool.name == "pan":
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = _at(event)
        self.cursor_moved.emit(*self._view.to_ground(*at))
        if event.buttons() & Qt.MouseButton.MiddleButton:
            self._carry_out(self._middle.move(at, tools.Keys()))
            return
        if self._guest is not None:
            self._guest.move(at, self._keys(event))
        elif isinstance(self._tool, tools.Measurer):
            self._carry_out(self._tool.move(at, self._keys(event), self._view))
        else:
            self._carry_out(self._tool.move(at, self._keys(event)))
            if not event.buttons():
                self._hover_at = at
                self._hovering.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.MiddleButton:
            self._carry_out(self._middle.release(_at(event), tools.Keys(), self._view))
        elif event.button() == Qt.MouseButton.LeftButton and self._guest is not None:
            self._guest.release(_at(event), self._keys(event))
        elif event.button() == Qt.MouseButton.LeftButton:
            self._carry_out(self._tool.release(_at(event), self._keys(event), self._view))
            self.setCursor(CURSORS[self._tool.name])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._guest is not None:
            self._guest.double(_at(event), self._keys(event))
        elif event.button() == Qt.MouseButton.LeftButton and isinstance(self._tool, tools.Measurer):
            self._carry_out(self._tool.end())
        elif event.button() == Qt.MouseButton.LeftButton and self._tool.name == "select":
            self.opened.emit(self._view.to_ground(*_at(event)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = min(self.width(), self.height()) / 5
        moves = {
            Qt.Key.Key_Left: (step, 0),
            Qt.Key.Key_Right: (-step, 0),
            Qt.Key.Key_Up: (0, step),
            Qt.Key.Key_Down: (0, -step),
        }
        key = event.key()
        if key in moves:
            self.pan_by(*moves[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(KEY_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / KEY_STEP)
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
        elif self._guest is not None and key in KEYS and self._guest.key(KEYS[Qt.Key(key)]):
            pass
        elif key == Qt.Key.Key_Escape:
            self._carry_out(self._tool.cancel())
        elif isinstance(self._tool, tools.Measurer) and key == Qt.Key.Key_Backspace:
            self._carry_out(self._tool.backspace())
        elif isinstance(self._tool, tools.Measurer) and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._carry_out(self._tool.end())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """A key that the tool in hand wants is no shortcut of a menu meanwhile."""
        wanted = self._guest is not None and event.type() == QEvent.Type.ShortcutOverride
        if wanted and isinstance(event, QKeyEvent) and event.key() in KEYS and not event.modifiers():
            event.accept()
            return True
        return super().event(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
        super().keyReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._hovering.stop()
        self._hover = None
        self.update()

    def _keys(self, event: QMouseEvent) -> tools.Keys:
        held = event.modifiers()
        return tools.Keys(
            bool(held & Qt.KeyboardModifier.ShiftModifier),
            bool(held & Qt.KeyboardModifier.ControlModifier),
            self._space,
        )

    def _look(self) -> None:
        """What the mouse rests on gets a white line."""
        if self._plan is None or self._hover_at is None or self._tool.name not in ("select", "identify"):
            found: list[Hit] = []
        else:
            found = pick(
                self._plan,
                self._view,
                self._settings,
                self._view.to_ground(*self._hover_at),
                theme=self._theme,
            )
        hover = found[0] if found else None
        if hover != self._hover:
            self._hover = hover
            self.update()

    # -- effects -----------------------------------------------------------------------------------

    def carry_out(self, effects: list[tools.Effect]) -> None:
        """Do what a tool asks of the map."""
        self._carry_out(effects)

    def _carry_out(self, effects: list[tools.Effect]) -> None:
        for effect in effects:
            match effect:
                case tools.PanBy(dx, dy, final):
                    self.pan_by(dx, dy)
                    if final:
                        self._idle.start()
                case tools.ZoomTo(bounds):
                    self.zoom_to(bounds)
                case tools.ZoomBy(factor, at):
                    self.zoom_by(factor, at)
                case tools.Band(corners):
                    self._band = corners
                case tools.Measured(result):
                    self.measured.emit(result)
                    self._keep_sketch(tools.sketch_of(result))
                case tools.Identify(at):
                    self._identify(at)
                case tools.SelectAt(at, mode):
                    self._select_at(at, mode)
                case tools.SelectIn(bounds, mode) if self._plan is not None:
                    kind_id = box_kind(self._plan, self._settings, self._active, self._theme)
                    if kind_id:
                        self._change_selection(
                            kind_id, pick_in(self._plan.tables[kind_id], self._settings, bounds), mode
                        )
        if effects:
            self.update()

    def _hits(self, at: tools.Xy) -> list[Hit]:
        if self._plan is None:
            return []
        return pick(self._plan, self._view, self._settings, at, theme=self._theme)

    def _identify(self, at: tools.Xy) -> None:
        hits = self._hits(at)
        self.identified.emit(hits, at)
        if hits:
            self.clicked_feature.emit(*hits[0])

    def _select_at(self, at: tools.Xy, mode: str) -> None:
        hits = self._hits(at)
        active = [hit for hit in hits if hit[0] == self._active]
        if hits:
            kind_id, fid = (active or hits)[0]
            self._change_selection(kind_id, frozenset({fid}), mode)
            self.clicked_feature.emit(kind_id, fid)
        elif mode == "set":
            self.select("", ())


def _at(event: QMouseEvent) -> tuple[float, float]:
    return event.position().x(), event.position().y()
