"""The easel: a drawing tool on the map. It gives the tool what lies under the mouse and tells what came of
it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import shapely
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter

from app.canvas.draft_paint import paint_tool
from app.canvas.drafter import Drafter
from app.canvas.draw_effects import Drafted, DrawEffect, Finished, Moved, Refused, Reshaped
from app.canvas.drawing import DrawingTool
from app.canvas.picking import rows_at
from app.canvas.snapping import Snapping, Target, find_target
from app.canvas.tools import Band, Keys, PanBy, Xy, ZoomTo
from app.canvas.view import MapView
from layers.errors import PlannerError
from layers.maps.viewport import View
from layers.plan.plan import Plan

REACH_PX = 8.0


class Easel(QObject):
    """A guest of the map (`app.canvas.view.Guest`).

    layer: id of the kind that is drawn into. plan: gives the plan as it stands, or None.
    """

    drafted = Signal(object)  # Draft: the shape in the making has changed
    finished = Signal(object)  # Draft: it is to be kept
    reshaped = Signal(int, object, str)  # row id, geometry, what was done
    moved = Signal(frozenset, float, float)  # row ids, metres
    refused = Signal(object)  # PlannerError
    left = Signal()  # the map was given to another tool

    def __init__(self, view: MapView, plan: Callable[[], Plan | None]) -> None:
        super().__init__(view)
        self._view, self._plan = view, plan
        self.tool: DrawingTool | None = None
        self.name = ""
        self.layer = ""
        self.snapping = Snapping()

    # -- taking a tool in hand ---------------------------------------------------------------------

    def use(self, tool: DrawingTool) -> None:
        """Take a tool in hand; it draws into `layer`."""
        self._view.take(self)
        self.tool, self.name = tool, tool.name
        tool.snap = self._snap
        if not isinstance(tool, Drafter):
            tool.pick = self.pick
        self._view.setFocus()
        self._view.update()

    def carry_out(self, effects: list[DrawEffect] | None) -> None:
        """Do what the tool asks."""
        for effect in effects or []:
            match effect:
                case PanBy() | ZoomTo() | Band():
                    self._view.carry_out([effect])
                case Drafted(draft):
                    self.drafted.emit(draft)
                case Finished(draft):
                    self.finished.emit(draft)
                case Reshaped(fid, geometry, what):
                    self.reshaped.emit(fid, geometry, what)
                case Moved(fids, dx, dy):
                    self.moved.emit(fids, dx, dy)
                case Refused(error):
                    self.refused.emit(error)
        self._view.update()

    # -- what the map asks of its guest ------------------------------------------------------------

    def press(self, at: Xy, keys: Keys, right: bool) -> None:
        """A button goes down."""
        if self.tool is not None:
            act = self.tool.right if right else self.tool.press
            self.carry_out(act(at, keys, self._view.view))

    def move(self, at: Xy, keys: Keys) -> None:
        """The mouse moves."""
        if self.tool is not None:
            self.carry_out(self.tool.move(at, keys, self._view.view))

    def release(self, at: Xy, keys: Keys) -> None:
        """The left button comes up."""
        if self.tool is not None:
            self.carry_out(self.tool.release(at, keys, self._view.view))

    def double(self, at: Xy, keys: Keys) -> None:
        """A double click."""
        if self.tool is not None:
            self.carry_out(self.tool.double(at, keys, self._view.view))

    def key(self, name: str) -> bool:
        """A key; returns whether the tool wanted it."""
        effects = self.tool.key(name) if self.tool is not None else None
        self.carry_out(effects)
        return effects is not None

    def paint(self, painter: QPainter) -> None:
        """Draw what the tool shows, above the map."""
        if self.tool is not None:
            paint_tool(painter, self.tool, self._view.view, self._view.language)

    def leave(self) -> None:
        """The map is given to another tool."""
        self.left.emit()
        self.tool, self.name = None, ""

    # -- what lies under the mouse -----------------------------------------------------------------

    def pick(self, at: Xy, view: View) -> Mapping[int, shapely.Geometry]:
        """Features of the layer in hand at a place, the nearest first."""
        plan = self._plan()
        if plan is None or self.layer not in plan:
            return {}
        table = plan.tables[self.layer]
        reach = REACH_PX * view.ratio * view.metres_per_px
        return rows_at(table, self._view.settings, at, reach)

    def _snap(self, at: Xy, view: View, own: tuple[Xy, ...], without: frozenset[int]) -> Target | None:
        plan = self._plan()
        if plan is None:
            return None
        left_out = frozenset((self.layer, fid) for fid in without)
        settings = self._view.settings.for_theme(plan, None)
        try:
            return find_target(plan, view, settings, at, self.snapping, own=own, without=left_out)
        except PlannerError:
            return None  # the file is out of reach at the moment: drawing goes on without catching
