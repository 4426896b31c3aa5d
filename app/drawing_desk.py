"""Drawing in the window: the easel, the bar above the map and the commands that keep what was drawn.

Who wants to judge a shape before it is kept listens to `bus.sketch_changed(shape or None, kind id)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import shapely
from PySide6.QtCore import QObject, QTimer

from app.actions import drawing as actions
from app.actions.typed_shapes import parse_place, parse_shapes
from app.canvas.draft import LEAST, Draft
from app.canvas.draft_paint import figures
from app.canvas.drafter import Drafter
from app.canvas.drawing import DrawingTool
from app.canvas.easel import Easel
from app.canvas.mover import Mover
from app.canvas.vertex_editor import VertexEditor
from app.dialogs.feature_form import fill_in
from app.messages import language, sentence, text, tr
from app.panels.draw_bar import DrawBar
from app.place_hint import PlaceHint
from layers.errors import InputError, PlannerError
from layers.geo import reshaping
from layers.geo.measure import format_area, format_length

if TYPE_CHECKING:
    from app.window import MainWindow

FORMS = {"draw_rectangle": "rectangle", "draw_circle": "circle", "draw_shed": "shed", "draw_strip": "strip"}
BY_GEOMETRY = {"Point": "point", "MultiLineString": "line", "MultiPolygon": "polygon"}
ON_SELECTION = {"split_features": "line", "cut_out": "polygon", "draw_hole": "polygon", "draw_part": ""}
"""Tools that draw a shape to change what is selected; "" for the layer's own form."""
STRIP_RULE = "road_strip_width"


class DrawingDesk(QObject):
    """Ties drawing together for one window."""

    def __init__(self, window: MainWindow, bar: DrawBar) -> None:
        super().__init__(window)
        self.window, self.bar = window, bar
        self.session, self.bus = window.session, window.bus
        self.easel = Easel(window.map, lambda: self.session.plan if self.session.is_open else None)
        self.layer = ""
        self.hint = PlaceHint(window, lambda: window.status.show_measure(lambda: self.hint.words))
        self._asking = False
        self._put_down: dict[str, Any] | None = None  # a shape that was left for another tool
        self.keep_sketch: Callable[[dict[str, Any] | None], None] = lambda _sketch: None
        easel = self.easel
        easel.drafted.connect(self._drafted)
        easel.finished.connect(self._finished)
        easel.reshaped.connect(self._reshaped)
        easel.moved.connect(self._moved)
        easel.refused.connect(self.bus.complain)
        easel.left.connect(self._left)
        bar.layer_chosen.connect(self._layer_chosen)
        bar.place_typed.connect(self._place_typed)
        bar.leg_typed.connect(self._leg_typed)
        bar.size_changed.connect(self._sized)
        bar.snapping_changed.connect(self._snapping_changed)
        bar.finish_asked.connect(self.finish)
        bar.closed.connect(lambda: window.run_command("pan"))
        self.bus.plan_changed.connect(self._plan_changed)
        self.bus.selection_changed.connect(lambda *_: self._hold_selection())
        self.bus.language_changed.connect(self._retranslate)
        self.bus.palette_changed.connect(lambda _name: bar.retranslate())
        bar.hide()

    # -- taking a tool -----------------------------------------------------------------------------

    def use(self, command: str) -> None:
        """Take the tool of a command in hand; a shape that was put down half made is taken up again."""
        half, self._put_down = self._put_down, None
        tool = self._tool(command)
        if half is not None and half["tool"] == command and half["layer"] == self.layer:
            tool.resume([tuple(point) for point in half["points"]])
        self.easel.layer = self.layer
        self.easel.use(tool)
        self.bar.set_form(tool.form if isinstance(tool, Drafter) else "")
        self.bar.show()
        self._list_layers()
        self._hold_selection()

    def _tool(self, command: str) -> DrawingTool:
        epsg = self.session.plan.crs.epsg
        if command == "edit_vertices":
            self._layer_for(None)
            return VertexEditor(command, self.easel.pick)
        if command == "move_features":
            self._layer_for(None)
            return Mover(command, self.easel.pick)
        if command in ON_SELECTION:
            self._layer_for("MultiPolygon" if command == "draw_hole" else None)
            self._need_selection()
            form = ON_SELECTION[command] or BY_GEOMETRY[self.session.catalogue[self.layer].geometry]
            return Drafter(command, form, epsg)
        if command in FORMS:
            self._layer_for("MultiPolygon", selected=False)
            return Drafter(command, FORMS[command], epsg, size=self.bar.size)
        self._layer_for(None, selected=False)
        return Drafter(command, BY_GEOMETRY[self.session.catalogue[self.layer].geometry], epsg)

    def _layer_for(self, geometry: str | None, *, selected: bool = True) -> None:
        """Choose the layer: the selection's (where it counts), else the one chosen before or in the tree,
        else the first that fits."""
        kinds = actions.drawable(self.session)
        fits = [kind.id for kind in kinds if geometry is None or kind.geometry == geometry]
        wanted = [self.layer] if self.layer else [self.window.layers.current_kind() or ""]
        if selected and self.session.selection.fids:
            wanted.insert(0, self.session.selection.kind)
        first = "proposed_area" if geometry is None and "proposed_area" in fits else fits[0]
        self.layer = self.easel.layer = next((one for one in wanted if one in fits), first)

    def _need_selection(self) -> None:
        chosen = self.session.selection
        if not chosen.fids or chosen.kind != self.layer:
            raise InputError("draw_no_selection", layer=self.session.catalogue[self.layer].title)

    def _list_layers(self) -> None:
        there = self.session.plan
        layers = [
            (kind.id, tr(kind.title) if kind.id in there else text("draw_layer_new", layer=tr(kind.title)))
            for kind in actions.drawable(self.session)
        ]
        self.bar.set_layers(layers, self.layer)
        rules = {rule.id: rule for rule in self.session.policy.rules}
        widths = rules[STRIP_RULE].values if STRIP_RULE in rules else {}
        column = next(
            (
                one
                for kind in self.session.catalogue.with_role("road")
                for one in kind.columns
                if one.name == "class"
            ),
            None,
        )
        roads = (
            [(column.choice_title(name, language()), width) for name, width in widths.items()]
            if column
            else []
        )
        self.bar.set_roads(roads)

    def _layer_chosen(self, kind_id: str) -> None:
        self.layer = self.easel.layer = kind_id
        command = self.easel.name
        geometry = self.session.catalogue[kind_id].geometry
        fits = {"": True}.get(command, command not in FORMS or geometry == "MultiPolygon")
        if command in ON_SELECTION or not fits:
            command = "draw_shape"
        self.session.select("", ())
        self.window.run_command(command or "draw_shape")

    def _hold_selection(self) -> None:
        """Moving and the corners take what is selected in hand."""
        tool, chosen = self.easel.tool, self.session.selection if self.session.is_open else None
        if tool is None or chosen is None or isinstance(tool, Drafter):
            return
        if chosen.fids and self._editable(chosen.kind):
            self.layer = self.easel.layer = chosen.kind
            shapes = {fid: shape for fid in chosen.fids if (shape := self._shape(fid)) is not None}
            if isinstance(tool, Mover):
                tool.hold(shapes)
            elif len(shapes) == 1:
                tool.hold(*next(iter(shapes.items())))
            self.bar.layer.setCurrentIndex(max(self.bar.layer.findData(self.layer), 0))
        self.window.map.update()

    def _editable(self, kind_id: str) -> bool:
        return bool(self.session.catalogue[kind_id].geometry) and kind_id in self.session.plan

    def _shape(self, fid: int) -> Any:
        table = self.session.plan.tables.get(self.layer)
        return table.row(fid).get("geom") if table is not None and fid in table else None

    # -- while it is drawn -------------------------------------------------------------------------

    def _drafted(self, draft: Draft) -> None:
        tool = self.easel.tool
        cursor = tool.cursor if isinstance(tool, Drafter) else None
        try:
            shape = draft.shape(cursor) if draft.points or draft.form == "shed" else None
        except InputError:
            shape = None
        self.bus.sketch_changed.emit(shape, self.layer)
        self.hint.look(cursor if not draft.points and draft.form != "shed" else None, self.layer)
        self.window.status.show_measure(lambda: self._words(draft, cursor))
        self.keep_sketch(self.sketch())

    def _words(self, draft: Draft, cursor: Any) -> str:
        if not draft.points:
            return self.hint.words
        words = figures(draft.measures(cursor), draft.form, language())
        return text("drawn_line" if draft.form == "line" else "drawn_area", figures=words) if words else ""

    def sketch(self) -> dict[str, Any] | None:
        """What must survive of the shape in the making (JSON values), None for nothing."""
        tool = self.easel.tool
        if not isinstance(tool, Drafter) or not tool.unfinished:
            return None
        return {
            "kind": "draw",
            "tool": tool.name,
            "layer": self.layer,
            "points": [list(point) for point in tool.draft.points],
            "sizes": [tool.size.width, tool.size.length, tool.size.angle, tool.size.strip],
            "selected": sorted(self.session.selection.fids) if tool.name in ON_SELECTION else [],
        }

    def restore(self, sketch: dict[str, Any]) -> bool:
        """Go on with a shape that was kept; returns whether it could be."""
        layer, name = str(sketch.get("layer")), str(sketch.get("tool"))
        if layer not in self.session.catalogue or not self.session.catalogue[layer].geometry:
            return False
        self.layer = layer
        table = self.session.plan.tables.get(layer)
        fids = [int(fid) for fid in sketch.get("selected", []) if table is not None and int(fid) in table]
        if fids:
            self.session.select(layer, fids)
        for field, value in zip(
            (self.bar.width, self.bar.length, self.bar.angle, self.bar.strip),
            sketch.get("sizes", []),
            strict=False,
        ):
            field.setValue(float(value))
        try:
            self.use(name if name in (*FORMS, *ON_SELECTION) else "draw_shape")
        except PlannerError:
            self.use("draw_shape")  # what it was to change is gone
        tool = self.easel.tool
        assert isinstance(tool, Drafter)
        tool.resume([(float(x), float(y)) for x, y in sketch["points"]])
        self.window.refresh_actions()
        self._drafted(tool.draft)
        return True

    def _place_typed(self, typed: str) -> None:
        tool = self.easel.tool
        if not isinstance(tool, Drafter):
            return
        try:
            place = parse_place(typed, self.session.plan.crs)
        except PlannerError as error:
            self.bar.place_taken(" ".join(sentence(error)))
            return
        self.bar.place_taken()
        self.easel.carry_out(tool.add(place))
        west, south, east, north = self.window.map.view.bounds
        if not (west <= place[0] <= east and south <= place[1] <= north):
            self.window.map.zoom_to((*place, *place))

    def _leg_typed(self, metres: float, bearing: float | None) -> None:
        if isinstance(self.easel.tool, Drafter):
            self.easel.carry_out(self.easel.tool.add_leg(metres, bearing))

    def _sized(self, size: Any) -> None:
        if isinstance(self.easel.tool, Drafter):
            self.easel.carry_out(self.easel.tool.resize(size))

    def _snapping_changed(self, snapping: Any) -> None:
        self.easel.snapping = snapping
        self.window.refresh_actions()

    def finish(self) -> None:
        """Finish the shape in the making."""
        if isinstance(self.easel.tool, Drafter):
            self.easel.carry_out(self.easel.tool.finish())

    # -- what is kept ------------------------------------------------------------------------------

    def _finished(self, draft: Draft) -> None:
        """After the mouse's event: a form may open."""
        if not self._asking:
            self._asking = True
            QTimer.singleShot(0, self, lambda: self._keep(draft))

    def _keep(self, draft: Draft) -> None:
        try:
            tool = self.easel.tool
            if isinstance(tool, Drafter) and tool.draft == draft:
                name = tool.name
                self._change(draft) if name in ON_SELECTION else self._add(draft)
        except PlannerError as error:
            self.bus.complain(error)
            if not isinstance(error, InputError):
                self.bus.notice.emit("warn", text("draw_kept_back"), text("draw_kept_hint"))
        finally:
            self._asking = False

    def _add(self, draft: Draft) -> None:
        shape = draft.shape()
        kind = self.session.catalogue[self.layer]
        made, _ = reshaping.sound(shape, kind.geometry)
        if not self._needs_form(kind):
            self._added(
                actions.add(self.session, kind.id, [shape], scheme=self.session.meeting or self.bus.scheme)
            )
            return
        values = actions.defaults(
            self.session.plan, kind, made, scheme=self.session.meeting or self.bus.scheme
        )
        done: list[actions.Drawn] = []
        fill_in(
            self.window,
            kind,
            values,
            lambda given: done.append(actions.add(self.session, kind.id, [shape], given)),
            size=_size_words(made, self.session.plan.crs.epsg),
            leave=text("form_later"),
        )
        if done:
            self._added(done[0])

    def _needs_form(self, kind: Any) -> bool:
        unasked = {kind.key, *(name for name in ("status", "quality"))}
        return self.bar.form.isChecked() or any(
            column.required and column.name not in unasked for column in kind.columns
        )

    def _added(self, done: actions.Drawn) -> None:
        self._clear()
        if done.repaired:
            self.bus.notice.emit("warn", text("draw_repaired"), text("draw_repaired_hint"))
        self.window.layers.ensure_visible(done.kind)
        self.session.select(done.kind, done.fids)
        self._list_layers()

    def _change(self, draft: Draft) -> None:
        self._need_selection()
        tool, shape = self.easel.name, draft.shape()
        fids = sorted(self.session.selection.fids)
        act = {
            "split_features": lambda: actions.split(self.session, self.layer, fids, shape),
            "cut_out": lambda: actions.cut(self.session, self.layer, fids, shape),
            "draw_hole": lambda: actions.hole(self.session, self.layer, fids, shape),
            "draw_part": lambda: actions.part(self.session, self.layer, fids[0], shape),
        }[tool]
        done = act()
        self._clear()
        self.session.select(done.kind, done.fids)

    def _clear(self) -> None:
        if isinstance(self.easel.tool, Drafter):
            self.easel.carry_out(self.easel.tool.clear())

    def _reshaped(self, fid: int, geometry: shapely.Geometry, what: str) -> None:
        self._try(lambda: actions.reshape(self.session, self.layer, fid, geometry, what))
        tool = self.easel.tool
        if isinstance(tool, VertexEditor):
            tool.hold(fid, self._shape(fid))

    def _moved(self, fids: frozenset[int], dx: float, dy: float) -> None:
        self._try(lambda: actions.move(self.session, self.layer, sorted(fids), dx, dy))
        tool = self.easel.tool
        if isinstance(tool, Mover):
            tool.hold({fid: shape for fid in fids if (shape := self._shape(fid)) is not None})

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except PlannerError as error:
            self.bus.complain(error)

    # -- commands without a tool -------------------------------------------------------------------

    def paste_look(self, typed: str) -> str:
        """Say what pasted text holds; raises InputError."""
        kind = self.session.catalogue[self.layer]
        shapes = [
            reshaping.sound(one, kind.geometry)[0]
            for one in parse_shapes(typed, self.session.plan.crs, kind.geometry)
        ]
        return text(
            "draw_paste_found",
            count=len(shapes),
            size=_size_words(shapely.union_all(shapes), self.session.plan.crs.epsg),
        )

    def paste(self, typed: str) -> None:
        """Keep pasted shapes in the layer that is drawn into."""
        kind = self.session.catalogue[self.layer]
        shapes = parse_shapes(typed, self.session.plan.crs, kind.geometry)
        done = actions.add(self.session, kind.id, shapes, scheme=self.session.meeting or self.bus.scheme)
        self._added(done)
        self.bus.zoom_to_features.emit(done.kind, frozenset(done.fids))

    def choose_layer(self) -> str:
        """Return the layer that is drawn into, choosing one if need be."""
        self._layer_for(None, selected=False)
        return self.layer

    # -- what happens around -----------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project: nothing is in hand, and no layer is chosen."""
        self.layer = ""
        if self.easel.tool is not None:
            self.window.map.set_tool("pan")
        self._put_down = None

    def _plan_changed(self, kinds: Iterable[str], _collections: object) -> None:
        tool = self.easel.tool
        if tool is None or self.layer not in kinds:
            return
        if isinstance(tool, VertexEditor) and tool.fid is not None:
            shape = self._shape(tool.fid)
            tool.hold(tool.fid if shape is not None else None, shape)
        elif isinstance(tool, Mover):
            tool.hold({fid: shape for fid in tool.shapes if (shape := self._shape(fid)) is not None})

    def _left(self) -> None:
        """A shape in the making is put down, not thrown away: its tool takes it up again."""
        self._put_down = self.sketch()
        self.bar.hide()
        self.hint.look(None, "")
        self.bus.sketch_changed.emit(None, self.layer)
        self.window.status.show_measure(str)

    def _retranslate(self) -> None:
        self.bar.retranslate()
        if self.easel.tool is not None and self.session.is_open:
            self._list_layers()


def _size_words(shape: shapely.Geometry, epsg: int) -> str:
    found = actions.sizes(shape, epsg)
    if found["area_m2"] is not None:
        return format_area(found["area_m2"], language())
    return format_length(found["length_m"], language()) if found["length_m"] is not None else ""


__all__ = ["LEAST", "DrawingDesk"]
