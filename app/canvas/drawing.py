"""Drawing tools as state machines without a screen: a shape in the making, corners moved, features moved.

Like `app.canvas.tools` they get positions in logical px and the view under them and answer with effects. What
a place catches at comes from `snap`, which features lie under it from `pick`; both are given by whoever owns
the map.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from app.canvas.snapping import Target
from app.canvas.tools import CLICK_PX, Effect, Keys, Navigator, PanBy, Xy
from layers.errors import InputError
from layers.geo import reshaping, shaping
from layers.geo.measure import areas_m2, lengths_m
from layers.geo.reshaping import Vertex
from layers.maps.viewport import View

HANDLE_PX = 9.0
"""How near a corner or an edge the mouse must be to take it."""
LEAST = {"point": 1, "line": 2, "strip": 2, "polygon": 3, "rectangle": 2, "circle": 2, "shed": 1}
MOST = {"point": 1, "rectangle": 2, "circle": 2, "shed": 1}
"""Corners at which a shape is finished by itself."""
GROUND = frozenset({"polygon", "rectangle", "circle", "shed", "strip"})
"""Forms that give an area."""


@dataclass(frozen=True)
class Size:
    """Typed sizes in true metres, and the direction in degrees clockwise from grid north."""

    width: float = 20.0
    length: float = 50.0
    angle: float = 0.0
    strip: float = 6.5
    radius: float | None = None


@dataclass(frozen=True)
class Draft:
    """A shape in the making: its form (see `LEAST`), corners in planning metres, typed sizes."""

    form: str
    epsg: int
    points: tuple[Xy, ...] = ()
    size: Size = Size()

    @property
    def full(self) -> bool:
        """Whether no corner may be added any more."""
        return len(self.points) >= MOST.get(self.form, 1 << 30)

    def corners(self, cursor: Xy | None = None) -> list[Xy]:
        """The corners, the mouse's place as the last of them."""
        return [*self.points, *([cursor] if cursor is not None and not self.full else [])]

    def shape(self, cursor: Xy | None = None) -> shapely.Geometry | None:
        """Return the shape as it stands, None where corners are still missing. It may cross itself."""
        points = self.corners(cursor)
        if len(points) < LEAST[self.form]:
            return None
        if self.form == "point":
            return shapely.Point(points[0])
        if self.form == "line":
            return shapely.LineString(points)
        if self.form == "polygon":
            return shapely.Polygon(points)
        if self.form == "shed":
            return shaping.shed(points[0], self.size.width, self.size.length, self.size.angle, self.epsg)
        if self.form == "strip":
            return shaping.strip(points, self.size.strip, self.epsg)
        if points[0] == points[1]:
            return None
        if self.form == "rectangle":
            return shaping.rectangle(points[0], points[1])
        return shaping.circle(points[0], float(np.hypot(*np.subtract(points[1], points[0]))))

    def measures(self, cursor: Xy | None = None) -> dict[str, float | None]:
        """`length_m` (of a line, or round an area), `leg_m` and `bearing` of the last leg, `area_m2`; None:
        not yet.

        A ring that crosses itself has no area to speak of.
        """
        points = self.corners(cursor)
        found: dict[str, float | None] = dict.fromkeys(("length_m", "leg_m", "bearing", "area_m2"))
        if len(points) > 1 and points[-1] != points[-2]:
            found["leg_m"] = float(lengths_m([shapely.linestrings(points[-2:])], self.epsg)[0])
            found["bearing"] = shaping.bearing(points[-2], points[-1])
        try:
            shape = self.shape(cursor)
        except InputError:
            shape = None
        if shape is None:
            if len(points) > 1:
                found["length_m"] = float(lengths_m([shapely.linestrings(points)], self.epsg)[0])
            return found
        if self.form in GROUND:
            if shape.is_valid:
                found["area_m2"] = float(areas_m2([shape], self.epsg)[0])
            outline = shapely.linestrings(points) if self.form == "strip" else shape
            found["length_m"] = float(lengths_m([outline], self.epsg)[0])
        elif self.form == "line":
            found["length_m"] = float(lengths_m([shape], self.epsg)[0])
        return found


# -- effects ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drafted:
    """The shape in the making has changed."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Finished:
    """A shape is finished: it is to be kept."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A feature has another shape now: it is to be kept. what: `vertex_moved`, `vertex_added`,
    `vertex_deleted`."""

    fid: int
    geometry: shapely.Geometry
    what: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Features were moved by metres: they are to be kept."""

    fids: frozenset[int]
    dx: float
    dy: float


@dataclass(frozen=True, slots=True)
class Repaint:
    """What the tool shows has changed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something cannot be done: an error to show."""

    error: InputError


DrawEffect = Effect | Drafted | Finished | Reshaped | Moved | Repaint | Refused
Snap = Callable[[Xy, View, tuple[Xy, ...], frozenset[int]], Target | None]
"""(place in metres, view, corners of one's own, features of the layer in hand that do not catch) ->
target."""
Pick = Callable[[Xy, View], Mapping[int, shapely.Geometry]]
"""Features of the layer in hand at a place, the nearest first."""


def no_snap(at: Xy, view: View, own: tuple[Xy, ...], without: frozenset[int]) -> Target | None:
    """Catch nothing."""
    del at, view, own, without


# -- a shape in the making -------------------------------------------------------------------------


@dataclass
class Drafter:
    """Clicks add corners; drags, and moving with Space held, pan. Double or right click or Enter finishes,
    Backspace takes the last corner, Esc drops the shape. A shape of a fixed number of corners finishes with
    the last."""

    name: str
    form: str
    epsg: int
    snap: Snap = no_snap
    size: Size = field(default_factory=Size)
    draft: Draft = field(init=False)
    cursor: Xy | None = None
    target: Target | None = None
    hand: Navigator = field(default_factory=lambda: Navigator("pan"))

    def __post_init__(self) -> None:
        self.draft = Draft(self.form, self.epsg, size=self.size)

    def press(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """The left button goes down."""
        return list(self.hand.press(at, keys))

    def move(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """The mouse moves: the last leg follows it, and catches."""
        effects: list[DrawEffect] = list(self.hand.move(at, keys))
        self._follow(at, view)
        return [*effects, Drafted(self.draft)]

    def release(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """The left button comes up: a click is a corner, a drag has panned."""
        if self.hand.start is None or self.hand.moved:
            return list(self.hand.release(at, keys, view))
        self.hand.cancel()
        self._follow(at, view)
        assert self.cursor is not None
        return self.add(self.cursor)

    def double(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """A double click finishes; its first click has set the last corner."""
        return self.finish()

    def right(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """A right click finishes."""
        return self.finish()

    def key(self, name: str) -> list[DrawEffect] | None:
        """`Backspace`, `Delete`, `Enter` or `Esc`; None for a key that means nothing here."""
        if name in ("Backspace", "Delete"):
            return self.take_last()
        if name == "Enter":
            return self.finish()
        return self.drop() if name == "Esc" else None

    def add(self, at: Xy) -> list[DrawEffect]:
        """A corner, by mouse or typed."""
        if self.draft.points and self.draft.points[-1] == at:
            return []
        points = (*self.draft.points, at)
        if self.form == "circle" and len(points) == 1 and self.size.radius:
            reach = self.size.radius * shaping.plane_per_metre(at, self.epsg)
            points = (at, (at[0] + reach, at[1]))
        self.draft = replace(self.draft, points=points)
        return [Drafted(self.draft), *(self.finish() if self.draft.full else [])]

    def add_leg(self, metres: float, bearing: float | None) -> list[DrawEffect]:
        """A corner at a typed distance from the last; without a direction towards the mouse."""
        if not self.draft.points:
            return [Refused(InputError("leg_without_start"))]
        last = self.draft.points[-1]
        if bearing is None:
            if self.cursor is None or self.cursor == last:
                return [Refused(InputError("leg_without_direction"))]
            bearing = shaping.bearing(last, self.cursor)
        return self.add(shaping.step(last, metres, bearing, self.epsg))

    def resize(self, size: Size) -> list[DrawEffect]:
        """Take other typed sizes."""
        self.size = size
        self.draft = replace(self.draft, size=size)
        return [Drafted(self.draft)]

    def finish(self) -> list[DrawEffect]:
        """Finish, once it has corners enough. The shape stays until `clear`: it is not lost where keeping it
        fails."""
        if not self.draft.points:
            return []
        if len(self.draft.points) < LEAST[self.form] or self.draft.shape() is None:
            return [Refused(InputError("too_few_points", least=LEAST[self.form]))]
        return [Finished(self.draft)]

    def take_last(self) -> list[DrawEffect]:
        """The last corner goes."""
        self.draft = replace(self.draft, points=self.draft.points[:-1])
        return [Drafted(self.draft)]

    def drop(self) -> list[DrawEffect]:
        """Esc: the shape goes."""
        self.hand.cancel()
        return self.clear()

    def clear(self) -> list[DrawEffect]:
        """Begin afresh."""
        self.draft = replace(self.draft, points=())
        return [Drafted(self.draft)]

    def resume(self, points: list[Xy]) -> None:
        """Go on from corners that were kept."""
        self.draft = replace(self.draft, points=tuple(points))

    @property
    def unfinished(self) -> bool:
        """Whether something would be lost."""
        return bool(self.draft.points)

    def _follow(self, at: Xy, view: View) -> None:
        ground = view.to_ground(*at)
        self.target = self.snap(ground, view, self.draft.points, frozenset())
        self.cursor = self.target.at if self.target is not None else ground


# -- corners ---------------------------------------------------------------------------------------


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


# -- whole features --------------------------------------------------------------------------------


@dataclass
class Mover:
    """A drag moves the selected features, or the one under the mouse; Esc while dragging leaves them where
    they were."""

    name: str
    pick: Pick
    snap: Snap = no_snap
    shapes: Mapping[int, shapely.Geometry] = field(default_factory=dict)
    by: Xy | None = None
    target: Target | None = None
    hand: Navigator = field(default_factory=lambda: Navigator("pan"))
    _from: Xy | None = None
    _start: Xy | None = None

    def hold(self, shapes: Mapping[int, shapely.Geometry]) -> None:
        """Take the selected features in hand."""
        self.shapes = dict(shapes)

    def press(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """On a feature: it is taken; beside one the map may be dragged."""
        found = dict(self.pick(view.to_ground(*at), view))
        if not found:
            return list(self.hand.press(at, keys))
        if not set(found) & set(self.shapes):
            fid = next(iter(found))
            self.shapes = {fid: found[fid]}
        self.target = self.snap(view.to_ground(*at), view, (), frozenset())
        self._from = self.target.at if self.target is not None else view.to_ground(*at)
        self._start, self.by = at, None
        return [Repaint()]

    def move(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """The features follow the mouse; the place where they were taken catches."""
        if self._from is None or self._start is None:
            return list(self.hand.move(at, keys))
        if self.by is None and float(np.hypot(*np.subtract(at, self._start))) <= CLICK_PX:
            return []
        self.target = self.snap(view.to_ground(*at), view, (), frozenset(self.shapes))
        x, y = self.target.at if self.target is not None else view.to_ground(*at)
        self.by = (x - self._from[0], y - self._from[1])
        return [Repaint()]

    def release(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """They stay where they are."""
        if self._from is None:
            return list(self.hand.release(at, keys, view))
        by = self.by
        self._from, self._start, self.by, self.target = None, None, None, None
        if by is None:
            return [Repaint()]
        return [Moved(frozenset(self.shapes), *by), Repaint()]

    def double(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """Means nothing here."""
        return []

    def right(self, at: Xy, keys: Keys, view: View) -> list[DrawEffect]:
        """Lets go."""
        return self.drop()

    def key(self, name: str) -> list[DrawEffect] | None:
        """`Esc` leaves them where they were."""
        return self.drop() if name == "Esc" else None

    def drop(self) -> list[DrawEffect]:
        """Leave everything where it was."""
        if self._from is None:
            self.shapes = {}
        self._from, self._start, self.by, self.target = None, None, None, None
        self.hand.cancel()
        return [Repaint()]

    @property
    def unfinished(self) -> bool:
        """Nothing is lost by leaving."""
        return False


DrawingTool = Drafter | VertexEditor | Mover
__all__ = ["DrawEffect", "Draft", "Drafter", "DrawingTool", "Mover", "PanBy", "Size", "VertexEditor"]
