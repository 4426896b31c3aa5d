"""Changing a sheet's frames: steps that can be taken back, moving, sizing, aligning, snapping.

Everything is f(parts, page, …) -> parts, in mm; a frame never leaves its page and is never smaller than its
kind allows. Frames are named by their place in the tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from layers.catalogue.text import Text
from layers.maps.paper_parts import Box, Paper
from layers.maps.sheet_parts import PART_KINDS, Part, Parts, clamped

SNAP_MM = 2.0
"""An edge this near to a line (<=) jumps to it."""
MOST_STEPS = 200
Made = TypeVar("Made")


@dataclass(frozen=True)
class Steps(Generic[Made]):
    """A value with its past and its future."""

    now: Made
    past: tuple[Made, ...] = ()
    future: tuple[Made, ...] = ()

    def step(self, made: Made) -> Steps[Made]:
        """Go on to another value; the same one is no step. What had been undone is gone."""
        if made == self.now:
            return self
        return Steps(made, (*self.past, self.now)[-MOST_STEPS:])

    def undo(self) -> Steps[Made]:
        """Go one back; from the first, nowhere."""
        if not self.past:
            return self
        return Steps(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redo(self) -> Steps[Made]:
        """Go one on again; from the last, nowhere."""
        if not self.future:
            return self
        return Steps(self.future[0], (*self.past, self.now), self.future[1:])


# -- moving and sizing -----------------------------------------------------------------------------


def moved(parts: Parts, page: Paper, chosen: Sequence[int], dx: float, dy: float) -> Parts:
    """Return the parts with the chosen ones moved together, as far as all of them stay on the page; locked
    ones stay."""
    chosen = [at for at in chosen if not parts[at].locked]
    boxes = [parts[at].box for at in chosen]
    if not boxes:
        return parts
    dx = min(max(dx, -min(box.left for box in boxes)), page.width - max(box.right for box in boxes))
    dy = min(max(dy, -min(box.top for box in boxes)), page.height - max(box.bottom for box in boxes))
    return _each(parts, chosen, lambda box: Box(box.left + dx, box.top + dy, box.width, box.height), page)


def placed(parts: Parts, page: Paper, at: int, box: Box) -> Parts:
    """Return the parts with one of them in another box."""
    return _each(parts, (at,), lambda _box: box, page)


def stretched(box: Box, handle: str, dx: float, dy: float, least: tuple[float, float], page: Paper) -> Box:
    """Return a box pulled by a handle (`n`, `se`, …); the opposite edge stays, the page is not left."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    if "w" in handle:
        left = max(0.0, min(left + dx, right - least[0]))
    if "e" in handle:
        right = min(page.width, max(right + dx, left + least[0]))
    if "n" in handle:
        top = max(0.0, min(top + dy, bottom - least[1]))
    if "s" in handle:
        bottom = min(page.height, max(bottom + dy, top + least[1]))
    return Box(left, top, right - left, bottom - top)


def _each(parts: Parts, chosen: Sequence[int], change: Callable[[Box], Box], page: Paper) -> Parts:
    found = list(parts)
    for at in chosen:
        part = found[at]
        if part.locked:
            continue
        found[at] = replace(part, box=clamped(change(part.box), page, part.is_a.least))
    return tuple(found)


# -- adding and taking away ------------------------------------------------------------------------


def added(parts: Parts, page: Paper, kind: str, words: Text, picture: object = None) -> Parts:
    """Return the parts with one more on top of them, in the middle of the page. words: of a text."""
    wide, high = PART_KINDS[kind].size
    box = Box((page.width - wide) / 2, (page.height - high) / 2, wide, high)
    made = Part(kind, clamped(box, page), words if kind == "text" else Text("", ""))
    if kind == "outline":
        made = replace(made, box=Box(8.0, 25.0, page.width - 16.0, page.height - 47.0))
        return (made, *parts)
    return (*parts, replace(made, picture=picture))  # type: ignore[arg-type]


def removed(parts: Parts, chosen: Sequence[int]) -> Parts:
    """Return the parts without the chosen ones; what a sheet needs and what is locked stay."""
    gone = {at for at in chosen if not parts[at].is_a.needed and not parts[at].locked}
    return tuple(part for at, part in enumerate(parts) if at not in gone)


# -- over one another, and held fast --------------------------------------------------------------------

ORDERS: dict[str, tuple[Text, str]] = {
    "front": (Text("置于顶层", "Bring to front"), "Ctrl+Shift+]"),
    "forward": (Text("上移一层", "Bring forward"), "Ctrl+]"),
    "backward": (Text("下移一层", "Send backward"), "Ctrl+["),
    "back": (Text("置于底层", "Send to back"), "Ctrl+Shift+["),
}
"""Way -> its words and its key."""


def ordered(parts: Parts, chosen: Sequence[int], how: str) -> tuple[Parts, list[int]]:
    """Return the parts with the chosen ones before or behind others (a later one lies over an earlier one),
    and where the chosen ones are now. Among themselves they keep their order."""
    order = list(range(len(parts)))
    taken = sorted(set(chosen))
    if how in ("front", "back"):
        others = [at for at in order if at not in taken]
        order = [*others, *taken] if how == "front" else [*taken, *others]
    else:
        step = 1 if how == "forward" else -1
        for at in reversed(taken) if step > 0 else taken:
            place = order.index(at)
            if 0 <= place + step < len(order) and order[place + step] not in taken:
                order[place], order[place + step] = order[place + step], order[place]
    return tuple(parts[at] for at in order), [order.index(at) for at in chosen]


def locked(parts: Parts, chosen: Sequence[int]) -> Parts:
    """Return the parts with the chosen ones locked; unlocked where all of them were locked."""
    on = not all(parts[at].locked for at in chosen)
    return tuple(replace(part, locked=on) if at in chosen else part for at, part in enumerate(parts))


# -- aligning --------------------------------------------------------------------------------------


def _at(box: Box, left: float | None = None, top: float | None = None) -> Box:
    return Box(box.left if left is None else left, box.top if top is None else top, box.width, box.height)


Align = Callable[[Box, Box, Box], Box]
"""(a frame, the box round all chosen, the frame chosen last) -> the frame's new box."""
ALIGNMENTS: dict[str, tuple[Text, Align]] = {
    "left": (Text("左对齐", "Align left"), lambda box, all_, _last: _at(box, left=all_.left)),
    "centre": (
        Text("水平居中", "Centre across"),
        lambda box, all_, _last: _at(box, left=all_.left + (all_.width - box.width) / 2),
    ),
    "right": (Text("右对齐", "Align right"), lambda box, all_, _last: _at(box, left=all_.right - box.width)),
    "top": (Text("上对齐", "Align top"), lambda box, all_, _last: _at(box, top=all_.top)),
    "middle": (
        Text("垂直居中", "Centre down"),
        lambda box, all_, _last: _at(box, top=all_.top + (all_.height - box.height) / 2),
    ),
    "bottom": (
        Text("下对齐", "Align bottom"),
        lambda box, all_, _last: _at(box, top=all_.bottom - box.height),
    ),
    "width": (Text("同宽", "Same width"), lambda box, _all, last: replace(box, width=last.width)),
    "height": (Text("同高", "Same height"), lambda box, _all, last: replace(box, height=last.height)),
}


def aligned(parts: Parts, page: Paper, chosen: Sequence[int], how: str) -> Parts:
    """Return the parts with the chosen ones aligned; widths and heights go by the one chosen last."""
    if len(chosen) < 2:
        return parts
    boxes = [parts[at].box for at in chosen]
    around, last, change = around_all(boxes), boxes[-1], ALIGNMENTS[how][1]
    return _each(parts, chosen, lambda box: change(box, around, last), page)


def around_all(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds all."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left, top, right - left, bottom - top)


# -- snapping --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Guides:
    """Lines that edges jump to: xs across the page, ys down it."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]


def guides(
    parts: Parts, page: Paper, margins: tuple[float, float, float, float], chosen: Sequence[int]
) -> Guides:
    """Return the lines to snap to: margins (left, top, right, bottom), the page's middle, other frames'
    edges."""
    others = [part.box for at, part in enumerate(parts) if at not in set(chosen)]
    xs = {margins[0], page.width / 2, page.width - margins[2]}
    ys = {margins[1], page.height / 2, page.height - margins[3]}
    for box in others:
        xs |= {box.left, box.right}
        ys |= {box.top, box.bottom}
    return Guides(tuple(sorted(xs)), tuple(sorted(ys)))


def snapped(
    box: Box, dx: float, dy: float, lines: Guides, *, handle: str = ""
) -> tuple[float, float, tuple[float, ...], tuple[float, ...]]:
    """Return how far a box moved by (dx, dy) really goes, and the lines (xs, ys) that it then stands on.

    handle: only those edges move. Of several lines within SNAP_MM the nearest takes it.
    """
    across = _edges(box.left, box.right, handle, "w", "e", dx)
    down = _edges(box.top, box.bottom, handle, "n", "s", dy)
    shift_x, xs = _nearest(across, lines.xs)
    shift_y, ys = _nearest(down, lines.ys)
    return dx + shift_x, dy + shift_y, xs, ys


def _edges(low: float, high: float, handle: str, first: str, second: str, by: float) -> tuple[float, ...]:
    if not handle:
        return low + by, high + by, (low + high) / 2 + by
    return tuple(edge + by for edge, name in ((low, first), (high, second)) if name in handle)


def _nearest(edges: Sequence[float], lines: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    near = [(abs(line - edge), line - edge, line) for edge in edges for line in lines]
    near = [one for one in near if one[0] <= SNAP_MM]
    if not near:
        return 0.0, ()
    best = min(near)
    met = {line for edge in edges for line in lines if abs(edge + best[1] - line) < 0.01}
    return best[1], tuple(sorted(met))
