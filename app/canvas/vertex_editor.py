"""The tool that reshapes a feature: its corners are moved, added and taken away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from app.canvas.draw_effects import DrawEffect, Pick, Refused, Repaint, Reshaped, Snap, no_snap
from app.canvas.snapping import Target
from app.canvas.tools import CLICK_PX, Keys, Navigator, Xy
from layers.errors import InputError
from layers.geo import reshaping
from layers.geo.reshaping import Vertex
from layers.maps.viewport import View

HANDLE_PX = 9.0
"""How near a corner or an edge the mouse must be to take it."""


@dataclass
class VertexEditor:
    """A click takes a feature in hand; a drag moves its corner, a double click on an edge adds one, Delete
    takes the active one away. Each is an edit of its own. Esc lets go of the feature."""

    name: str
    pick: Pick
    snap: Snap = no_snap
    fid: int | None = None
    geometry: shapely.Geometry | None = None
    active: Vertex | None = None
    hover: Vertex | None = None
    dragged: shapely.Geometry | None = None
    target: Target | None = None
    hand: Navigator = field(default_factory=lambda: Navigator("pan"))
    _start: Xy | None = None
    _moved: bool = False

    def hold(self, fid: int | None, geometry: shapely.Geometry | None) -> None:
        """Take a feature in hand (or none), as it now stands in the plan."""
        if fid != self.fid:
            self.active = None
        self.fid, self.geometry, self.dragged, self.hover = fid, geometry, None, None
        if self.active is not None and (geometry is None or not _there(geometry, self.active)):
            self.active = None

    def press(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """On a corner: it is taken; else the map may be dragged."""
        found = self._corner(at, view)
        if found is None:
            return list(self.hand.press(at, keys))
        self.active, self._start, self._moved = found, at, False
        return [Repaint()]

    def move(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """A taken corner follows the mouse, and catches."""
        if self._start is None:
            effects: list[DrawEffect] = list(self.hand.move(at, keys))
            hover = None if self.hand.start is not None else self._corner(at, view)
            if hover != self.hover:
                self.hover = hover
                effects.append(Repaint())
            return effects
        self._moved = self._moved or float(np.hypot(*np.subtract(at, self._start))) > CLICK_PX
        if not self._moved or self.geometry is None or self.active is None:
            return []
        self.target = self.snap(view.to_ground(*at), view, (), frozenset({self.fid or 0}))
        place = self.target.at if self.target is not None else view.to_ground(*at)
        self.dragged = reshaping.move_vertex(self.geometry, self.active, place)
        return [Repaint()]

    def release(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """A dragged corner stays where it is; a click beside the feature takes another in hand."""
        if self._start is None:
            if self.hand.start is not None and not self.hand.moved:
                self.hand.cancel()
                return self._choose(at, view)
            return list(self.hand.release(at, keys, view))
        self._start, self.target = None, None
        dragged, self.dragged = self.dragged, None
        if dragged is None or self.fid is None:
            return [Repaint()]
        return [Reshaped(self.fid, dragged, "vertex_moved"), Repaint()]

    def double(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """A double click on an edge adds a corner."""
        self._start = None
        if self.geometry is None or self.fid is None or self.geometry.geom_type == "Point":
            return []
        found = _edge(self.geometry, at, view)
        if found is None:
            return []
        after, place = found
        self.active = replace(after, at=after.at + 1)
        return [Reshaped(self.fid, reshaping.insert_vertex(self.geometry, after, place), "vertex_added")]

    def right(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """A right click lets go of the feature."""
        return self.drop()

    def key(self, name: str) -> list[DrawEffect] | None:
        """`Delete` and `Backspace` take the active corner, `Esc` lets go; None for other keys."""
        if name == "Esc":
            return self.drop()
        if name not in ("Delete", "Backspace"):
            return None
        if self.active is None or self.geometry is None or self.fid is None:
            return []
        active, self.active = self.active, None
        try:
            return [Reshaped(self.fid, reshaping.delete_vertex(self.geometry, active), "vertex_deleted")]
        except InputError as error:
            return [Refused(error)]

    def drop(self) -> list[DrawEffect]:
        """A drag that is under way is taken back, else the feature is let go."""
        under_way = self._start is not None and self._moved
        self._start, self.dragged, self.target = None, None, None
        self.hand.cancel()
        if not under_way:
            self.hold(None, None)
        return [Repaint()]

    @property
    def unfinished(self) -> bool:
        """Nothing is lost by leaving: every edit has been kept."""
        return False

    def _choose(self, at: Xy, view: View) -> list[DrawEffect]:
        found = dict(self.pick(view.to_ground(*at), view))
        fid = next(iter(found), None)
        self.hold(fid, found[fid] if fid is not None else None)
        return [Repaint()]

    def _corner(self, at: Xy, view: View) -> Vertex | None:
        if self.geometry is None:
            return None
        best: tuple[float, Vertex] | None = None
        for part, rings in enumerate(reshaping.paths_of(self.geometry)):
            for ring, corners in enumerate(rings):
                px = view.to_px(np.array(corners)) / view.ratio
                away = np.hypot(*(px - np.array(at)).T)
                nearest = int(np.argmin(away))
                if away[nearest] <= HANDLE_PX and (best is None or away[nearest] < best[0]):
                    best = float(away[nearest]), Vertex(part, ring, nearest)
        return best[1] if best is not None else None


def _there(geometry: shapely.Geometry, vertex: Vertex) -> bool:
    paths = reshaping.paths_of(geometry)
    try:
        paths[vertex.part][vertex.ring][vertex.at]
    except IndexError:
        return False
    return True


def _edge(geometry: shapely.Geometry, at: Xy, view: View) -> tuple[Vertex, Xy] | None:
    """The edge under a place (its first corner) and the place on it (metres)."""
    best: tuple[float, Vertex, Xy] | None = None
    closed = geometry.geom_type == "MultiPolygon"
    here = np.array(view.to_ground(*at))
    reach = HANDLE_PX * view.ratio * view.metres_per_px
    for part, rings in enumerate(reshaping.paths_of(geometry)):
        for ring, corners in enumerate(rings):
            xy = np.array([*corners, corners[0]] if closed else corners)
            along = xy[1:] - xy[:-1]
            square = np.maximum((along**2).sum(axis=1), 1e-12)
            share = np.clip(((here - xy[:-1]) * along).sum(axis=1) / square, 0, 1)
            places = xy[:-1] + along * share[:, None]
            away = np.hypot(*(places - here).T)
            nearest = int(np.argmin(away))
            if away[nearest] <= reach and (best is None or away[nearest] < best[0]):
                x, y = places[nearest]
                best = float(away[nearest]), Vertex(part, ring, nearest), (float(x), float(y))
    return best[1:] if best is not None else None
