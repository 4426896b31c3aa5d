"""Tools of the map as state machines without a screen: events in, effects out.

A tool gets positions in logical px and the view under them, keeps its own small state, and answers with
effects: values that the map widget carries out. So every tool is tested without a window.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from layers.geo.measure import areas_m2, lengths_m
from layers.maps.viewport import Bounds, View

CLICK_PX = 4.0
"""A drag shorter than this is a click."""
Xy = tuple[float, float]


# -- effects ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PanBy:
    """Push the window by logical px; `final` when the drag has ended."""

    dx: float
    dy: float
    final: bool = False


@dataclass(frozen=True, slots=True)
class ZoomTo:
    """Show a box of the plane (metres)."""

    bounds: Bounds


@dataclass(frozen=True, slots=True)
class ZoomBy:
    """Nearer by a factor at a place (logical px)."""

    factor: float
    at: Xy


@dataclass(frozen=True, slots=True)
class Identify:
    """Say what is at a place (metres)."""

    at: Xy


@dataclass(frozen=True, slots=True)
class SelectAt:
    """Select by a click; mode is `set`, `add` or `remove`."""

    at: Xy
    mode: str


@dataclass(frozen=True, slots=True)
class SelectIn:
    """Select by a box (metres)."""

    bounds: Bounds
    mode: str


@dataclass(frozen=True, slots=True)
class Band:
    """Show a rubber band between two places (logical px), or none."""

    corners: tuple[Xy, Xy] | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What has been measured so far; see `Measurement.result`."""

    result: dict[str, object]


Effect = PanBy | ZoomTo | ZoomBy | Identify | SelectAt | SelectIn | Band | Measured


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that are held."""

    shift: bool = False
    ctrl: bool = False
    space: bool = False

    @property
    def mode(self) -> str:
        """How a selection is changed: Shift adds, Ctrl removes."""
        return "remove" if self.ctrl else "add" if self.shift else "set"


# -- navigating, selecting, asking -----------------------------------------------------------------


@dataclass
class Navigator:
    """The mouse in every tool but measuring.

    name: `pan`, `zoom_box`, `zoom_out`, `select`, `identify`. A drag pans, except that it draws a box in
    `zoom_box`, in `select`, and (Shift held) in `pan`, `zoom_out` and `identify`. With Space held, moving
    pans.
    """

    name: str
    start: Xy | None = None
    last: Xy | None = None
    boxing: bool = False
    moved: bool = False

    def press(self, at: Xy, keys: Keys) -> list[Effect]:
        """A button goes down."""
        self.start, self.last, self.moved = at, at, False
        self.boxing = self.name in ("zoom_box", "select") or keys.shift
        return []

    def move(self, at: Xy, keys: Keys) -> list[Effect]:
        """The mouse moves, with or without the button."""
        if self.start is None:
            if keys.space and self.last is not None:
                step: list[Effect] = [PanBy(at[0] - self.last[0], at[1] - self.last[1])]
                self.last = at
                return step
            self.last = at
            return []
        self.moved = self.moved or _distance(at, self.start) > CLICK_PX
        if not self.moved:
            return []
        if self.boxing:
            return [Band((self.start, at))]
        last, self.last = self.last or at, at
        return [PanBy(at[0] - last[0], at[1] - last[1])]

    def release(self, at: Xy, keys: Keys, view: View) -> list[Effect]:
        """The button comes up."""
        start, moved, boxing = self.start, self.moved, self.boxing
        self.start, self.last, self.moved, self.boxing = None, at, False, False
        if start is None:
            return []
        if not moved:
            return self._click(start, keys, view)
        if not boxing:
            return [PanBy(0.0, 0.0, final=True)]
        bounds = box_between(view, start, at)
        if self.name == "select":
            return [Band(None), SelectIn(bounds, keys.mode)]
        return [Band(None), ZoomTo(bounds)]

    def cancel(self) -> list[Effect]:
        """Esc: an unfinished box goes; the map stays."""
        self.start, self.moved, self.boxing = None, False, False
        return [Band(None)]

    def _click(self, at: Xy, keys: Keys, view: View) -> list[Effect]:
        if self.name == "zoom_box":
            return [ZoomBy(2.0, at)]
        if self.name == "zoom_out":
            return [ZoomBy(0.5, at)]
        if self.name == "select":
            return [SelectAt(view.to_ground(*at), keys.mode)]
        return [Identify(view.to_ground(*at))]


def box_between(view: View, one: Xy, other: Xy) -> Bounds:
    """The box of the plane between two places in logical px."""
    (x0, y0), (x1, y1) = view.to_ground(*one), view.to_ground(*other)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _distance(one: Xy, other: Xy) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


# -- measuring -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measurement:
    """A line or an area that is being measured: vertices in planning metres, ended or not."""

    area: bool
    epsg: int
    points: tuple[Xy, ...] = ()
    ended: bool = False

    def with_point(self, at: Xy) -> Measurement:
        """One vertex more; after the end a new measurement begins."""
        points = () if self.ended else self.points
        if points and points[-1] == at:
            return self
        return replace(self, points=(*points, at), ended=False)

    def without_last(self) -> Measurement:
        """One vertex less."""
        return replace(self, points=self.points[:-1], ended=False)

    def end(self) -> Measurement:
        """Finished; it stays on the map until the next begins."""
        return replace(self, ended=True)

    def lengths(self, cursor: Xy | None = None) -> list[float]:
        """Ellipsoidal metres from the first vertex to each, to the cursor at last."""
        points = [*self.points, *([cursor] if cursor is not None and not self.ended else [])]
        if len(points) < 2:
            return [0.0] * len(points)
        legs = [shapely.linestrings([one, other]) for one, other in zip(points, points[1:], strict=False)]
        return [0.0, *np.cumsum(lengths_m(legs, self.epsg)).tolist()]

    def result(self, cursor: Xy | None = None) -> dict[str, object]:
        """`length_m`, `area_m2` (None for lines and until three vertices), `points`, `ended`, `kind`."""
        lengths = self.lengths(cursor)
        points = [*self.points, *([cursor] if cursor is not None and not self.ended else [])]
        area = None
        if self.area and len(points) >= 3:
            ring = shapely.polygons(points)
            # A ring that crosses itself has no area to speak of.
            area = float(areas_m2([ring], self.epsg)[0]) if ring.is_valid else None
        return {
            "kind": "area" if self.area else "line",
            "length_m": lengths[-1] if lengths else 0.0,
            "area_m2": area,
            "points": tuple(self.points),
            "ended": self.ended,
        }


@dataclass
class Measurer:
    """The measuring tool: clicks add vertices, drags pan; double or right click ends; Backspace takes one."""

    name: str
    epsg: int
    measurement: Measurement = field(init=False)
    cursor: Xy | None = None
    hand: Navigator = field(default_factory=lambda: Navigator("pan"))

    def __post_init__(self) -> None:
        self.measurement = Measurement(self.name == "measure_area", self.epsg)

    def press(self, at: Xy, keys: Keys) -> list[Effect]:
        """A button goes down."""
        return self.hand.press(at, keys)

    def move(self, at: Xy, keys: Keys, view: View) -> list[Effect]:
        """The mouse moves: the last leg follows it."""
        effects = self.hand.move(at, keys)
        self.cursor = view.to_ground(*at)
        if self.measurement.points and not self.measurement.ended:
            effects = [*effects, Measured(self.measurement.result(self.cursor))]
        return effects

    def release(self, at: Xy, keys: Keys, view: View) -> list[Effect]:
        """The button comes up: a click is a vertex, a drag has panned."""
        if self.hand.start is not None and not self.hand.moved:
            self.hand.cancel()
            self.measurement = self.measurement.with_point(view.to_ground(*at))
            return [Measured(self.measurement.result())]
        return self.hand.release(at, keys, view)

    def end(self) -> list[Effect]:
        """Double or right click."""
        if not self.measurement.points or self.measurement.ended:
            return []
        self.measurement = self.measurement.end()
        return [Measured(self.measurement.result())]

    def backspace(self) -> list[Effect]:
        """The last vertex goes."""
        if not self.measurement.points:
            return []
        self.measurement = self.measurement.without_last()
        return [Measured(self.measurement.result(self.cursor))]

    def resume(self, points: list[Xy]) -> None:
        """Go on from vertices that were kept."""
        self.measurement = replace(self.measurement, points=tuple(points), ended=False)

    def cancel(self) -> list[Effect]:
        """Esc ends the measurement as it stands; what was measured stays to be read."""
        return [*self.hand.cancel(), *self.end()]


def sketch_of(result: dict[str, object]) -> dict[str, object] | None:
    """Return what must survive of an unfinished measurement (JSON values), None for a finished or empty
    one."""
    points = result["points"]
    if result["ended"] or not points:
        return None
    return {"kind": result["kind"], "points": [list(point) for point in points]}  # type: ignore[union-attr]
