"""The column of a sheet: legend, table and notes, set so that all of it stands in the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from layers.maps.choropleth import Columns
from layers.maps.legend import Entry
from layers.maps.paper_parts import (
    LEAST_TYPE,
    LINE,
    NO_BREAK,
    Box,
    Item,
    Picture,
    Plate,
    Rule,
    SheetTable,
    Swatch,
    Words,
    clean,
    fitted_size,
    shortened,
    wrapped,
)
from layers.maps.points import COLUMN_GAP_MM, COLUMN_MM, year_colour
from layers.maps.sheet_circles import CirclesKey, circle_items
from layers.maps.type import text_width

MIDDLE = 0.36
"""A line's base lies so many em below its middle."""
GAP = 5.0
"""Between the blocks of a column."""
KEY_HEIGHT = 17.0
TORN_MM = 14.0
"""A group of the legend is torn apart where that saves more than this."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Sizes in mm of a column's type and rows."""

    head: float = 3.0
    group: float = 2.8
    text: float = 2.6
    row: float = 6.2
    swatch: tuple[float, float] = (11.0, 5.0)
    table: float = 2.4
    table_row: float = 5.4
    note: float = 2.25

    def scaled(self, type: float, rows: float) -> Setting:
        """With type and rows smaller; type never under what can be read."""

        def size(value: float) -> float:
            return max(LEAST_TYPE, value * type)

        return Setting(
            size(self.head),
            size(self.group),
            size(self.text),
            max(self.row * rows, size(self.text) * 1.35),
            (self.swatch[0] * min(1.0, rows + 0.1), self.swatch[1] * rows),
            size(self.table),
            max(self.table_row * rows, size(self.table) * 1.4),
            size(self.note),
        )


@dataclass(frozen=True)
class Block:
    """A part of the column: its items as if its upper left corner were (0, 0), and its height."""

    items: tuple[Item, ...]
    height: float
    frame: str


def moved(item: Item, dx: float, dy: float) -> Item:
    """An item elsewhere."""
    if isinstance(item, Words):
        return replace(item, x=item.x + dx, base=item.base + dy)
    if isinstance(item, Rule):
        return replace(item, x1=item.x1 + dx, x2=item.x2 + dx, y1=item.y1 + dy, y2=item.y2 + dy)
    if isinstance(item, (Plate, Swatch, Picture)):
        box = item.box
        return replace(item, box=Box(box.left + dx, box.top + dy, box.width, box.height))
    return replace(item, points=tuple((x + dx, y + dy) for x, y in item.points))


def placed(block: Block, left: float, top: float) -> tuple[Item, ...]:
    """A block's items with its corner there."""
    return tuple(moved(item, left, top) for item in block.items)


# -- legend ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Rows of the legend under one head; the key to a theme's columns, or to its circles, follows them."""

    title: str
    rows: tuple[tuple[str, Entry], ...]
    columns: Columns | None = None
    circles: CirclesKey | None = None


@dataclass(frozen=True)
class ColumnsKey:
    """What the key to a theme's columns needs: words, and mm of a column per unit of its value."""

    words: tuple[str, ...]
    marks: tuple[float, ...]
    mm_per_unit: float


def legend_block(
    title: str,
    groups: Sequence[Group],
    key: ColumnsKey | None,
    width: float,
    setting: Setting,
    *,
    columns: int = 2,
) -> Block:
    """The legend in columns of about the same height."""
    wide = (width - 4.0 * (columns - 1)) / columns
    parts: list[Block] = []
    for group in groups:
        parts += _group_parts(group, key, wide, setting)
    top = setting.head * LINE + 1.0
    items: list[Item] = [Words(title, 0.0, setting.head * 0.9, setting.head, 500, frame="legend")]
    tallest = 0.0
    for at, chosen in enumerate(_balanced(parts, columns)):
        y = top
        for part in chosen:
            items += placed(part, at * (wide + 4.0), y)
            y += part.height
        tallest = max(tallest, y)
    return Block(tuple(items), tallest, "legend")


def _group_parts(group: Group, key: ColumnsKey | None, width: float, setting: Setting) -> list[Block]:
    """A head with its first row (never parted), then row by row; the last leaves room below."""
    rows = [_legend_row(title, entry, width, setting) for title, entry in group.rows]
    if group.columns is not None and key is not None:
        rows.append(_columns_key(group.columns, key, width, setting))
    if group.circles is not None:
        rows.append(Block(*circle_items(group.circles, width, setting.text * 0.92), "legend"))
    size = fitted_size(group.title, width, setting.group, 500, least=setting.group * 0.88)
    lines = wrapped(group.title, width, size, 500)
    head = [
        Words(line, 0.0, setting.group * 1.1 + at * size * 1.35, size, 500, frame="legend")
        for at, line in enumerate(lines)
    ]
    height = setting.group * 1.75 + (len(lines) - 1) * size * 1.35
    if rows:
        first = rows[0]
        rows[0] = Block((*head, *placed(first, 0.0, height)), height + first.height, "legend")
        rows[-1] = replace(rows[-1], height=rows[-1].height + setting.row * 0.3)
    return rows


def _legend_row(title: str, entry: Entry, width: float, setting: Setting) -> Block:
    wide, high = setting.swatch
    room = width - wide - 2.5
    size = (
        setting.text
        if text_width(title, setting.text) <= room
        else max(LEAST_TYPE, min(setting.text, setting.text * room / text_width(title, setting.text)))
    )
    lines = wrapped(title, room, size)
    height = max(setting.row, len(lines) * size * 1.3 + 0.8)
    swatch = Swatch(Box(0.0, (height - high) / 2, wide, high), entry.symbol, entry.geometry)
    first = height / 2 - (len(lines) - 1) * size * 0.65
    words = [
        Words(line, wide + 2.5, first + at * size * 1.3 + size * MIDDLE, size, frame="legend")
        for at, line in enumerate(lines)
    ]
    return Block((swatch, *words), height, "legend")


def _columns_key(columns: Columns, key: ColumnsKey, width: float, setting: Setting) -> Block:
    """Sample columns beside a ruler in the map's own scale, and what filled and hollow mean."""
    years, size = len(columns.labels), setting.text * 0.92
    size = max(LEAST_TYPE, size)
    label = max(text_width(f"{mark:g}", size) for mark in key.marks)
    left, tall = label + 2.2, key.marks[-1] * key.mm_per_unit
    height = max(KEY_HEIGHT * setting.row / 6.2, tall + 3.5, len(key.words) * size * 1.5 + 2)
    base = height - 1.5
    items: list[Item] = []
    for at in range(years):
        share = 0.45 + 0.55 * ((at * 7) % 4) / 3
        fill = year_colour(at, years) if at < columns.filled else "halo"
        items.append(
            Plate(
                Box(left + at * (COLUMN_MM + COLUMN_GAP_MM), base - share * tall, COLUMN_MM, share * tall),
                fill,
                "year_edge",
                0.12,
            )
        )
    reach = left + years * (COLUMN_MM + COLUMN_GAP_MM)
    items.append(Rule(left - 0.6, base, reach + 0.5, base, 0.2, "year_edge"))
    for mark in key.marks:
        y = base - mark * key.mm_per_unit
        items.append(Rule(left - 1.4, y, left - 0.4, y, 0.12, "ink2"))
        items.append(_right(f"{mark:g}", left - 1.8, y + size * MIDDLE, size, 400, "ink2", "legend"))
    room, y = width - reach - 2.0, base - tall
    for line in key.words:
        fit = fitted_size(line, room, size)
        for text in wrapped(line, room, fit):
            items.append(Words(text, reach + 2.0, y + fit * 0.9, fit, 400, "ink2", frame="legend"))
            y += fit * 1.45
    return Block(tuple(items), max(height, y + 1.0), "legend")


def _balanced(parts: list[Block], columns: int) -> list[list[Block]]:
    """Parts in their order in columns, the tallest as low as it can be; groups stay whole for a little."""
    groups: list[list[Block]] = []
    for part in parts:
        if groups and not _begins_group(part):
            groups[-1].append(part)
        else:
            groups.append([part])
    whole, torn = _lowest(groups, columns), _lowest([[part] for part in parts], columns)
    return whole if len(whole) <= columns and _tallest(whole) <= _tallest(torn) + TORN_MM else torn


def _tallest(columns: list[list[Block]]) -> float:
    return max((sum(part.height for part in column) for column in columns), default=0.0)


def _lowest(runs: list[list[Block]], columns: int) -> list[list[Block]]:
    """Runs of parts, never parted, in at most so many columns of the least height."""
    heights = [sum(part.height for part in run) for run in runs]
    low, high = max(heights, default=0.0), sum(heights)
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(runs, heights, middle)) <= columns else (middle, high)
    return _filled(runs, heights, high + 1e-6)


def _filled(runs: list[list[Block]], heights: list[float], most: float) -> list[list[Block]]:
    found: list[list[Block]] = []
    room = 0.0
    for run, height in zip(runs, heights, strict=True):
        if not found or height > room:
            found.append([])
            room = most
        found[-1].extend(run)
        room -= height
    return found


def _begins_group(part: Block) -> bool:
    head = part.items[0] if part.items else None
    return isinstance(head, Words) and head.weight == 500


# -- table -----------------------------------------------------------------------------------------


def table_block(table: SheetTable, width: float, setting: Setting, rows: int) -> Block:
    """The table with its first `rows` rows; columns that find no room even in small type are left out."""
    size = setting.table
    shown = [table.headings, *table.rows[:rows], *([table.total] if table.total else [])]
    count = len(table.headings)
    while True:
        widths = [max(text_width(row[at], size, 500) for row in shown) + 2.4 for at in range(count)]
        if sum(widths) <= width or (size <= LEAST_TYPE and count <= 2):
            break
        if size > LEAST_TYPE:
            size = max(LEAST_TYPE, size - 0.1)
        else:
            count -= 1
    widths[0] = width - sum(widths[1:])
    head_size = fitted_size(table.title, width, setting.head, 500)
    items: list[Item] = [
        Words(
            shortened(table.title, width, head_size, 500),
            0.0,
            setting.head * 0.9,
            head_size,
            500,
            frame="table",
        )
    ]
    y = setting.head * LINE + 0.8
    items.append(Plate(Box(0.0, y, width, setting.table_row), "sunken"))
    items.append(Rule(0.0, y + setting.table_row, width, y + setting.table_row, 0.25, "ink2"))
    for at, row in enumerate(shown):
        strong = at == 0 or (bool(table.total) and at == len(shown) - 1)
        items += _table_row(row[:count], widths, y + setting.table_row / 2, size, 500 if strong else 400)
        y += setting.table_row
        if 0 < at < len(shown) - 1:
            items.append(Rule(0.0, y, width, y, 0.1, "line"))
    items.append(Rule(0.0, y, width, y, 0.25, "ink2"))
    if table.note:
        for line in wrapped(table.note, width, max(LEAST_TYPE, setting.note)):
            y += setting.note * LINE
            items.append(Words(line, 0.0, y, setting.note, 400, "ink2", frame="table"))
        y += 0.6
    return Block(tuple(items), y + 0.2, "table")


def _table_row(
    row: Sequence[str], widths: Sequence[float], middle: float, size: float, weight: int
) -> list[Item]:
    base = middle + size * MIDDLE
    items: list[Item] = [
        Words(shortened(row[0], widths[0] - 2.0, size, weight), 1.0, base, size, weight, frame="table")
    ]
    right = widths[0]
    for text, width in zip(row[1:], widths[1:], strict=True):
        right += width
        items.append(_right(text, right - 1.0, base, size, weight, "ink1", "table"))
    return items


def _right(text: str, right: float, base: float, size: float, weight: int, token: str, frame: str) -> Words:
    return Words(text, right - text_width(text, size, weight), base, size, weight, token, frame=frame)


# -- notes -----------------------------------------------------------------------------------------


def notes_block(title: str, notes: Sequence[str], width: float, setting: Setting) -> Block:
    """Numbered notes as running text."""
    text = f"{title} " + "  ".join(f"{at}{NO_BREAK}{clean(note)}" for at, note in enumerate(notes, start=1))
    items: list[Item] = []
    y = 0.0
    for line in wrapped(text, width, setting.note):
        items.append(
            Words(
                line.replace(NO_BREAK, " "),
                0.0,
                y + setting.note * 0.95,
                setting.note,
                400,
                "ink2",
                frame="notes",
            )
        )
        y += setting.note * LINE
    return Block(tuple(items), y, "notes")
