"""The tool that moves whole features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely

from app.canvas.draw_effects import DrawEffect, Moved, Pick, Repaint, Snap, no_snap
from app.canvas.snapping import Target
from app.canvas.tools import CLICK_PX, Keys, Navigator, Xy
from layers.maps.viewport import View


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
