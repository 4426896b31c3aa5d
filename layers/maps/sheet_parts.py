"""Frames of a sheet that is laid out by hand: what kinds there are, reading them, putting them on a page.

A template with `parts` is such a sheet; one without is laid out by `layers.maps.sheet` itself. Boxes are in
mm of the template's paper; on another paper they grow and shrink with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.paper_parts import Box, Paper
from layers.maps.sheet_logo import Logo, logo_record, stored_logo

MOST_PARTS, MOST_WORDS = 60, 600
PART_FIELDS = {"kind", "box", "words", "size", "align", "picture", "locked"}
ALIGNS = ("left", "centre", "right")
TYPE_RANGE = (2.0, 30.0)
"""Mm of a text's type."""


@dataclass(frozen=True, slots=True)
class PartKind:
    """A kind of frame.

    size: in which it is added, mm. least: it is never smaller. many: there may be several. needed: there must
    be exactly one (a sheet without a map is none, and its notes say what is schematic). hollow: taken hold of
    by its edge only.
    """

    id: str
    title: Text
    size: tuple[float, float]
    least: tuple[float, float] = (8.0, 5.0)
    many: bool = False
    needed: bool = False
    hollow: bool = False


PART_KINDS: Mapping[str, PartKind] = {
    kind.id: kind
    for kind in (
        PartKind("outline", Text("图廓", "Outer frame"), (200.0, 150.0), (40.0, 40.0), hollow=True),
        PartKind("map", Text("主图", "Map"), (180.0, 140.0), (40.0, 40.0), needed=True),
        PartKind("inset", Text("位置图", "Inset map"), (60.0, 45.0), (15.0, 12.0)),
        PartKind("title", Text("图名", "Title"), (200.0, 19.5), (30.0, 8.0)),
        PartKind("legend", Text("图例", "Legend"), (70.0, 70.0), (23.0, 12.0)),
        PartKind("scale", Text("比例尺", "Scale bar"), (65.0, 14.0), (30.0, 14.0)),
        PartKind("north", Text("指北针", "North arrow"), (8.0, 17.0), (6.0, 10.0)),
        PartKind("table", Text("表格", "Table"), (80.0, 60.0), (25.0, 12.0)),
        PartKind("chart", Text("图表", "Chart"), (80.0, 60.0), (30.0, 16.0)),
        PartKind("notes", Text("说明", "Notes"), (90.0, 16.0), (25.0, 6.0), needed=True),
        PartKind("approval", Text("签署栏", "Box for signatures"), (90.0, 30.0), (30.0, 6.0)),
        PartKind("logo", Text("徽标", "Logo"), (20.0, 15.0), (4.0, 4.0)),
        PartKind("picture", Text("图片", "Picture"), (50.0, 40.0), (4.0, 4.0), many=True),
        PartKind("text", Text("文字", "Text"), (60.0, 10.0), (5.0, 3.0), many=True),
        PartKind("line", Text("线", "Line"), (60.0, 0.5), (0.5, 0.5), many=True),
    )
}


@dataclass(frozen=True, slots=True)
class Part:
    """A frame. words (with fields), size (mm of type) and align: of a text. picture: of a picture. locked: it
    is neither moved nor sized nor taken away until it is unlocked."""

    kind: str
    box: Box
    words: Text = Text("", "")
    size: float = 3.5
    align: str = "left"
    picture: Logo | None = None
    locked: bool = False

    @property
    def is_a(self) -> PartKind:
        """Its record."""
        return PART_KINDS[self.kind]


Parts = tuple[Part, ...]


def read_parts(value: Any) -> Parts:
    """Return frames from JSON or TOML values.

    Raises InputError `template_damaged` (what: `parts` or the part that is wrong) and those of `stored_logo`.
    """
    if not isinstance(value, (list, tuple)) or len(value) > MOST_PARTS:
        raise InputError("template_damaged", what="parts")
    found = tuple(_read_part(one, at) for at, one in enumerate(value, 1))
    for kind in PART_KINDS.values() if found else ():
        count = sum(part.kind == kind.id for part in found)
        if (kind.needed and count != 1) or (count > 1 and not kind.many):
            raise InputError("template_damaged", what=f"parts ({kind.id} × {count})")
    return found


def _read_part(value: Any, number: int) -> Part:
    fault = InputError("template_damaged", what=f"parts {number}")
    if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
        raise fault
    if set(value) - PART_FIELDS or value["kind"] not in PART_KINDS:
        raise fault
    box = value.get("box")
    if not isinstance(box, (list, tuple)) or len(box) != 4 or not all(_is_length(one) for one in box):
        raise fault
    words, size = value.get("words", ""), value.get("size", 3.5)
    words = {"zh": words} if isinstance(words, str) else words
    if not isinstance(words, Mapping) or not isinstance(words.get("zh"), str):
        raise fault
    said = Text(words["zh"], words.get("en", words["zh"]))
    if not isinstance(said.en, str) or max(len(said.zh), len(said.en)) > MOST_WORDS:
        raise fault
    if not _is_length(size) or not TYPE_RANGE[0] <= size <= TYPE_RANGE[1]:
        raise fault
    if value.get("align", "left") not in ALIGNS or not isinstance(value.get("locked", False), bool):
        raise fault
    placed = Box(*(float(one) for one in box))
    return Part(value["kind"], placed, said, float(size), value.get("align", "left"),
                stored_logo(value.get("picture")), value.get("locked", False))  # fmt: skip


def _is_length(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value) and abs(value) < 10_000


def parts_record(parts: Parts) -> list[dict[str, Any]]:
    """Return frames as JSON values; what is as usual is left out."""
    found = []
    for part in parts:
        box = part.box
        record: dict[str, Any] = {
            "kind": part.kind,
            "box": [round(one, 3) for one in (box.left, box.top, box.width, box.height)],
        }
        if part.kind == "text":
            record |= {"words": {"zh": part.words.zh, "en": part.words.en}, "size": part.size}
            record |= {"align": part.align}
        if part.picture is not None:
            record["picture"] = logo_record(part.picture)
        if part.locked:
            record["locked"] = True
        found.append(record)
    return found


# -- on a page -------------------------------------------------------------------------------------


def clamped(box: Box, page: Paper, least: tuple[float, float] = (1.0, 1.0)) -> Box:
    """Return the box within the page: first no smaller than `least` and no larger than the page, then moved
    back on it."""
    wide = min(max(box.width, least[0]), page.width)
    high = min(max(box.height, least[1]), page.height)
    left = min(max(box.left, 0.0), page.width - wide)
    top = min(max(box.top, 0.0), page.height - high)
    return Box(left, top, wide, high)


def on_page(parts: Parts, made_for: Paper, page: Paper) -> Parts:
    """Return frames that were set out on one paper as they stand on another, none reaching over its edge."""
    across, down = page.width / made_for.width, page.height / made_for.height
    found = []
    for part in parts:
        box = part.box
        grown = Box(box.left * across, box.top * down, box.width * across, box.height * down)
        if part.kind == "line":  # its thin side is no length on the page
            thin = (box.width, grown.height) if box.width < box.height else (grown.width, box.height)
            grown = replace(grown, width=thin[0], height=thin[1])
        found.append(replace(part, box=clamped(grown, page, part.is_a.least)))
    return tuple(found)


FROM_FRAMES = {
    "whole": "outline", "map": "map", "overview": "inset", "title": "title", "legend": "legend",
    "table": "table", "notes": "notes", "approval": "approval", "logo": "logo", "scale": "scale",
    "north": "north",
}  # fmt: skip
"""Name of a box on a sheet that laid itself out -> the kind of frame that it becomes."""


def parts_of(frames: Mapping[str, Box], page: Paper, *, divider: bool) -> Parts:
    """Return the frames of a sheet that laid itself out, to go on from by hand. divider: its hair-line
    too."""
    found = [
        Part(kind, clamped(_hundredths(frames[name]), page, PART_KINDS[kind].least))
        for name, kind in FROM_FRAMES.items()
        if name in frames
    ]
    if divider and "column" in frames and "whole" in frames:
        column, whole = frames["column"], frames["whole"]
        if page.is_portrait:
            box = Box(whole.left, column.top - 0.25, whole.width, 0.5)
        else:
            x = column.left if column.left > whole.left + 1 else column.right
            box = Box(x - 0.25, whole.top, 0.5, whole.height)
        found.insert(1, Part("line", clamped(box, page, PART_KINDS["line"].least)))
    if "notes" not in frames:  # the sheet had none to show; the next may
        size = PART_KINDS["notes"].size
        found.append(Part("notes", clamped(Box(frames["map"].left, page.height - 50.0, *size), page)))
    return tuple(found)


def _hundredths(box: Box) -> Box:
    """A box in hundredths of a mm, none narrower or lower than it was: what stood in it still does."""
    wide, high = (math.ceil(one * 100 + 1) / 100 for one in (box.width, box.height))
    return Box(round(box.left, 2), round(box.top, 2), wide, high)


def may_be_added(parts: Sequence[Part]) -> list[PartKind]:
    """Return the kinds of which another frame may stand on the sheet."""
    there = {part.kind for part in parts}
    return [kind for kind in PART_KINDS.values() if kind.many or kind.id not in there]
