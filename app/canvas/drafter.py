"""The tool that draws: clicks and typed numbers become the corners of a shape."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.canvas.draft import LEAST, Draft, Size
from app.canvas.draw_effects import Drafted, DrawEffect, Finished, Refused, Snap, no_snap
from app.canvas.snapping import Target
from app.canvas.tools import Keys, Navigator, Xy
from layers.errors import InputError
from layers.geo import shaping
from layers.maps.viewport import View


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
