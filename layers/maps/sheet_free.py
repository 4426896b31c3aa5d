"""What stands in the frames of a sheet that is laid out by hand (`layers.maps.sheet_parts`).

Every frame's content is set to fit its box: type gets smaller down to what can be read, then rows are left
out and counted. Marks of release, foot and notes are never cut: no layout takes them away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from layers.maps.paper_parts import (
    LEAST_TYPE,
    Box,
    Item,
    Paper,
    Picture,
    Plate,
    Rule,
    SheetTable,
    Words,
    clean,
    fitted_size,
    shortened,
    wrapped,
)
from layers.maps.sheet_column import (
    MIDDLE,
    Block,
    ColumnsKey,
    Group,
    Setting,
    notes_block,
    placed,
    table_block,
)
from layers.maps.sheet_fit import LAST, MOST_COLUMNS, NARROWEST, TIGHTER, first_rows, legend_of
from layers.maps.sheet_frame import (
    MapFrame,
    SheetText,
    north_items,
    outer_frame,
    scale_bar_items,
)
from layers.maps.sheet_head import signature_items, title_items
from layers.maps.sheet_logo import Logo
from layers.maps.sheet_parts import Part, Parts
from layers.maps.sheet_template import SheetTemplate, filled
from layers.maps.type import text_width

OVER_MAP = 1.5
"""Mm between the edge of a frame that stands on the map and what is in it."""
NORTH = (8.0, 17.0)
BAR_SIDES = 13.0
LEAST_SIGNATURE = 4.5
"""Lowest row of signatures; what is lower stands abreast."""
NO_GROUND = ("outline", "map", "inset", "north", "line", "picture", "logo", "title", "scale")


@dataclass(frozen=True, eq=False)
class Content:
    """What the frames of one sheet show."""

    page: Paper
    text: SheetText
    main: MapFrame
    groups: Sequence[Group]
    key: ColumnsKey | None
    table: SheetTable | None
    template: SheetTemplate
    language: str


@dataclass
class Laid:
    """What is drawn: under the marks and the foot, and each frame's box by name; what found no room."""

    items: list[Item] = field(default_factory=list)
    frames: dict[str, Box] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


Filled = tuple[Sequence[Item], bool]
"""Items in page mm, and whether everything found room."""


def lay(content: Content, parts: Parts) -> Laid:
    """Return what stands in the frames, in their order: a later one lies over an earlier one."""
    made = Laid()
    for at, part in enumerate(parts):
        name = part.kind if not part.is_a.many else f"{part.kind} {at}"
        box = notes_box(content, part.box) if part.kind == "notes" else part.box
        made.frames["overview" if part.kind == "inset" else name] = box
        on_map = part.kind not in NO_GROUND and box.meets(content.main.box)
        inside = box.inner(OVER_MAP) if on_map else box
        items, whole = _MAKERS[part.kind](content, replace(part, box=inside))
        if items and on_map:
            made.items.append(Plate(box, "panel", opacity=0.96))
        made.items += items
        if not whole:
            (made.cut if items else made.left_out).append(part.kind)
    return made


def over_map(parts: Parts) -> list[Box]:
    """Return the boxes on the map of which its names keep clear."""
    main = next(part.box for part in parts if part.kind == "map")
    hollow = ("map", "outline", "line")
    return [part.box for part in parts if part.kind not in hollow and part.box.meets(main)]


def _none(_content: Content, _part: Part) -> Filled:
    """Drawn as a map, under all items."""
    return (), True


def _outline(content: Content, part: Part) -> Filled:
    return outer_frame(part.box, content.template), True


def _neat(_content: Content, part: Part) -> Filled:
    return (Plate(part.box, "", "ink1", 0.2),), True


def _title(content: Content, part: Part) -> Filled:
    band = content.template.head == "band" and part.box.top + part.box.height / 2 < 26
    tokens = ("panel", "accent_pale") if band else ("ink1", "ink2")
    scale, centre = content.main.scene.view.scale, content.template.head == "centred"
    return title_items(content.page, part.box, content.text, scale, tokens, centre=centre), True


def _north(content: Content, part: Part) -> Filled:
    """The arrow keeps its proportions; it stands in the middle of its frame."""
    box = part.box
    size = min(box.width / NORTH[0], box.height / NORTH[1])
    own = Box(0.0, 0.0, *NORTH)
    left = box.left + (box.width - NORTH[0] * size) / 2
    top = box.top + (box.height - NORTH[1] * size) / 2
    return [grown(item, size, left, top) for item in north_items(own, content.text.north)], True


def grown(item: Item, size: float, left: float, top: float) -> Item:
    """Return words or a figure `size` times as large about (0, 0), then moved."""
    if isinstance(item, Words):
        return replace(item, x=item.x * size + left, base=item.base * size + top, size=item.size * size)
    points = tuple((x * size + left, y * size + top) for x, y in item.points)  # type: ignore[union-attr]
    return replace(item, points=points)


def _scale(content: Content, part: Part) -> Filled:
    longest = max(part.box.width - BAR_SIDES, 10.0)
    return scale_bar_items(part.box, content.main.scene.view.scale, longest), True


def _legend(content: Content, part: Part) -> Filled:
    """The first setting in which all of it has room, in as few columns as can be; else as many rows as
    fit."""
    box, text, groups = part.box, content.text, tuple(content.groups)
    if not groups:
        return (), True
    most = max(1, min(MOST_COLUMNS, int(box.width // NARROWEST)))
    small = content.page.type

    def block(setting: Setting, columns: int, chosen: Sequence[Group], lost: int) -> Block:
        return legend_of(text, chosen, content.key, box.width, setting, columns, lost)

    for type, rows in (*TIGHTER, LAST):
        setting = Setting().scaled(type * small, rows * small)
        for columns in range(1, most + 1):
            made = block(setting, columns, groups, 0)
            if made.height <= box.height:
                return placed(made, box.left, box.top), True
    tightest = Setting().scaled(LAST[0] * small, LAST[1] * small)
    total = sum(len(group.rows) for group in groups)
    for kept in range(total - 1, 0, -1):
        made = block(tightest, most, first_rows(groups, kept), total - kept)
        if made.height <= box.height:
            return placed(made, box.left, box.top), False
    return (), False


def _table(content: Content, part: Part) -> Filled:
    table, box = content.table, part.box
    if table is None:
        return (), True
    small = content.page.type
    for type, rows in TIGHTER:
        made = table_block(table, box.width, Setting().scaled(type * small, rows * small), len(table.rows))
        if made.height <= box.height:
            return placed(made, box.left, box.top), True
    setting = Setting().scaled(TIGHTER[-1][0] * small, TIGHTER[-1][1] * small)
    for count in range(len(table.rows) - 1, 0, -1):
        more = content.text.more.format(n=len(table.rows) - count)
        cut = replace(table, note="  ".join(filter(None, (table.note, more))))
        made = table_block(cut, box.width, setting, count)
        if made.height <= box.height:
            return placed(made, box.left, box.top), False
    return (), False


def _chart(content: Content, part: Part) -> Filled:
    """The table's chief column as bars, a row each; a number that is not known has its sign and no bar."""
    table, box = content.table, part.box
    if table is None or not 0 < table.chart < len(table.headings):
        return (), True
    setting = Setting().scaled(content.page.type, content.page.type)
    head = f"{table.title} · {table.headings[table.chart]}"
    size = fitted_size(head, box.width, setting.head, 500)
    items: list[Item] = [
        Words(shortened(head, box.width, size, 500), box.left, box.top + setting.head * 0.9, size, 500,
              frame="chart")
    ]  # fmt: skip
    top = box.top + setting.head * 1.7
    most = int((box.bottom - top) / (LEAST_TYPE * 1.35))
    rows = table.rows[: max(0, most if len(table.rows) <= most else most - 1)]
    if not rows:
        return (), False
    high = min(setting.table_row, (box.bottom - top) / (len(rows) + (len(rows) < len(table.rows))))
    type = max(LEAST_TYPE, min(setting.table, high / 1.35))
    values = [(row[0], row[table.chart], _number(row[table.chart])) for row in rows]
    names = min(max(text_width(name, type) for name, _, _ in values), box.width * 0.4)
    figures = max(text_width(said, type, 500) for _, said, _ in values) + 1.5
    room = max(box.width - names - 2.0 - figures, 1.0)
    largest = max((value for _, _, value in values if value is not None), default=0.0)
    for at, (name, said, value) in enumerate(values):
        middle = top + (at + 0.5) * high
        base, left = middle + type * MIDDLE, box.left + names + 2.0
        items.append(Words(shortened(name, names, type), box.left, base, type, frame="chart"))
        bar = room * value / largest if value and largest else 0.0
        if bar > 0:
            items.append(Plate(Box(left, middle - high * 0.31, bar, high * 0.62), "accent"))
        items.append(Words(said, left + bar + 1.0, base, type, 500, frame="chart"))
    items.append(
        Rule(box.left + names + 2.0, top, box.left + names + 2.0, top + high * len(rows), 0.2, "ink2")
    )
    if len(rows) < len(table.rows):
        more = content.text.more.format(n=len(table.rows) - len(rows))
        items.append(Words(more, box.left, top + high * len(rows) + type, type, 400, "ink3", frame="chart"))
    return items, len(rows) == len(table.rows)


def _number(said: str) -> float | None:
    """A cell's number; None for the signs of what is unknown or withheld."""
    try:
        return float(said.replace(",", ""))
    except ValueError:
        return None


def notes_box(content: Content, box: Box) -> Box:
    """The notes' box, higher where they need it: they are never cut."""
    block = _notes_block(content, box)
    if block is None or block.height <= box.height:
        return box
    high = min(block.height, content.page.height)
    return Box(box.left, min(box.top, content.page.height - high), box.width, high)


def _notes_block(content: Content, box: Box) -> Block | None:
    text = content.text
    if not any(clean(note) for note in text.notes):
        return None
    usual = Setting().note * content.page.type
    least = replace(Setting(), note=LEAST_TYPE)
    made = notes_block(
        text.notes_title, text.notes, box.width, replace(Setting(), note=max(usual, LEAST_TYPE))
    )
    return made if made.height <= box.height else notes_block(text.notes_title, text.notes, box.width, least)


def _notes(content: Content, part: Part) -> Filled:
    block = _notes_block(content, part.box)
    return (placed(block, part.box.left, part.box.top), True) if block else ((), True)


def _approval(content: Content, part: Part) -> Filled:
    rows = [clean(row) for row in content.text.approval]
    if not rows:
        return (), True
    abreast = part.box.height / len(rows) < LEAST_SIGNATURE
    size = max(LEAST_TYPE, 2.6 * content.page.type)
    return signature_items(part.box, rows, content.text.signed, size, abreast=abreast), True


def _logo(content: Content, part: Part) -> Filled:
    return _contained(part.box, content.template.logo), True


def _picture(_content: Content, part: Part) -> Filled:
    return _contained(part.box, part.picture), True


def _contained(box: Box, picture: Logo | None) -> Sequence[Item]:
    """A picture as large as its frame allows, in its middle."""
    if picture is None:
        return ()
    wide = min(box.width, box.height * picture.ratio)
    high = wide / picture.ratio
    place = Box(box.left + (box.width - wide) / 2, box.top + (box.height - high) / 2, wide, high)
    return (Picture(place, picture.kind, picture.data),)


def _text(content: Content, part: Part) -> Filled:
    """Lines from the top of the frame; smaller where they do not fit, cut where nothing readable does."""
    words = filled(part.words.in_language(content.language), content.text.values)
    box, size = part.box, part.size

    def lines(size: float) -> list[str]:
        found: list[str] = []
        for paragraph in words.split("\n"):
            found += wrapped(clean(paragraph), box.width, size) or ("",)
        return found

    while len(lines(size)) * size * 1.4 > box.height and size > LEAST_TYPE:
        size = max(LEAST_TYPE, size - 0.1)
    shown, most = lines(size), max(1, int(box.height / (size * 1.4) + 1e-6))
    whole = len(shown) <= most
    if not whole:
        shown = [*shown[: most - 1], shortened(shown[most - 1] + "…", box.width, size)]
    items = []
    for at, line in enumerate(shown):
        spare = box.width - text_width(line, size)
        x = box.left + {"left": 0.0, "centre": spare / 2, "right": spare}[part.align]
        items.append(Words(line, x, box.top + at * size * 1.4 + size * 1.05, size, frame="text"))
    return items, whole


def _line(_content: Content, part: Part) -> Filled:
    box = part.box
    x, y = box.left + box.width / 2, box.top + box.height / 2
    if box.width >= box.height:
        return (Rule(box.left, y, box.right, y, 0.2, "ink1"),), True
    return (Rule(x, box.top, x, box.bottom, 0.2, "ink1"),), True


_MAKERS: Mapping[str, Callable[[Content, Part], Filled]] = {
    "outline": _outline, "map": _neat, "inset": _none, "title": _title, "legend": _legend, "scale": _scale,
    "north": _north, "table": _table, "chart": _chart, "notes": _notes, "approval": _approval, "logo": _logo,
    "picture": _picture, "text": _text, "line": _line,
}  # fmt: skip
