"""What drawing tools answer with, and what they are given: what a place catches at, what lies under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import shapely

from app.canvas.draft import Draft
from app.canvas.snapping import Target
from app.canvas.tools import Effect, Xy
from layers.errors import InputError
from layers.maps.viewport import View


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
