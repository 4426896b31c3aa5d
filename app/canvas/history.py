"""Views that were visited: back and forward."""

from __future__ import annotations

from layers.maps.viewport import View

MOST = 100


class ViewHistory:
    """A line of views with a place in it; a new visit cuts off what lay ahead."""

    def __init__(self) -> None:
        self._views: list[View] = []
        self._at = -1

    def visit(self, view: View) -> None:
        """Remember a view, unless it is the one we are at."""
        if self._at >= 0 and _same(self._views[self._at], view):
            return
        self._views = [*self._views[:self._at + 1], view][-MOST:]
        self._at = len(self._views) - 1

    def back(self) -> View | None:
        """The view before, or None at the beginning."""
        if self._at <= 0:
            return None
        self._at -= 1
        return self._views[self._at]

    def forward(self) -> View | None:
        """The view after, or None at the end."""
        if self._at + 1 >= len(self._views):
            return None
        self._at += 1
        return self._views[self._at]


def _same(one: View, other: View) -> bool:
    return one.center == other.center and one.scale == other.scale
