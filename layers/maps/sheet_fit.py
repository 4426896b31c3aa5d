"""Fitting a sheet's column: overview, legend, table and notes in the room there is, nothing cut.

What is tried, in this order: a smaller overview, fewer rows of a table that may be cut, closer rows and
smaller type (never under what can be read). Then the overview goes (or, where the map is only a part of the
banner, the table), then both, then the legend has more columns; only last are rows of it left out, and
the sheet says how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from layers.maps.paper_parts import Box, Item, Paper, SheetTable, Words, clean
from layers.maps.sheet_column import (
    GAP,
    Block,
    ColumnsKey,
    Group,
    Setting,
    legend_block,
    notes_block,
    placed,
    table_block,
)
from layers.maps.sheet_frame import SheetText

TIGHTER = ((1.0, 1.0), (1.0, 0.88), (0.94, 0.8), (0.88, 0.74), (0.78, 0.68))
"""Factors on type and on rows."""
LAST = (0.78, 0.5)
MOST_COLUMNS = 5
SHARES = (1.0, 0.86, 0.72)
CELL_GAP = 6.0
NARROWEST = 23.0
"""Least width of a column of the legend."""


@dataclass(frozen=True)
class Fitted:
    """The column's items, the boxes of its parts, and the names of parts that found no room."""

    items: tuple[Item, ...]
    frames: Mapping[str, Box]
    left_out: tuple[str, ...]
    cut: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """What is in the column, and how it is set."""

    setting: Setting
    overview: float
    rows: int
    groups: tuple[Group, ...]
    lost: int = 0
    columns: int = 2


def fit_column(
    page: Paper,
    column: Box,
    text: SheetText,
    groups: Sequence[Group],
    key: ColumnsKey | None,
    table: SheetTable | None,
    overview: float,
    *,
    is_part: bool = False,
) -> Fitted:
    """Return the column set in its room. overview: wished height, 0 for none. is_part: of the banner."""
    arrange = _side_by_side if page.is_portrait else _stacked
    room, groups = column.inner(4.0), tuple(groups)

    def made_of(attempt: Attempt) -> Fitted | None:
        made = arrange(room, text, attempt, key, table)
        if made is None:
            return None
        frames, items = made
        wished = (
            ("overview", overview > 0 and "overview" not in frames),
            ("table", table is not None and "table" not in frames),
        )
        lost = tuple(name for name, missing in wished if missing)
        return Fitted(tuple(items), frames, lost, ("legend",) if attempt.lost else ())

    for attempt in _attempts(page, groups, table, overview, is_part):
        if (found := made_of(attempt)) is not None:
            return found
    return _shortened(page, groups, made_of) or Fitted((), {}, ("overview", "table", "legend", "notes"))


def _shortened(
    page: Paper, groups: tuple[Group, ...], made_of: Callable[[Attempt], Fitted | None]
) -> Fitted | None:
    """The column with as many rows of the legend as stand in it."""
    total = sum(len(group.rows) for group in groups)
    best, low, high = None, 0, total
    while low < high:
        kept = (low + high) // 2
        found = made_of(
            Attempt(_tightest(page), 0.0, -1, first_rows(groups, kept), total - kept, MOST_COLUMNS)
        )
        low, high, best = (kept + 1, high, found) if found is not None else (low, kept, best)
    return best


def _tightest(page: Paper) -> Setting:
    return Setting().scaled(LAST[0] * page.type, LAST[1] * page.type)


def _attempts(
    page: Paper, groups: tuple[Group, ...], table: SheetTable | None, overview: float, is_part: bool
) -> Iterator[Attempt]:
    every = len(table.rows) if table else 0
    fewest = min(every, table.least) if table and table.least else every
    counts = sorted({every, *range(fewest, every, 1)}, reverse=True)
    without_overview, without_table = [(0.0,), counts], [SHARES, [-1]]
    ways = [
        *([(SHARES, [every])] if table and table.whole else []),
        (SHARES, counts),
        *((without_table, without_overview) if is_part else (without_overview, without_table)),
    ]
    for shares, numbers in ways:
        for type, rows in TIGHTER:
            setting = Setting().scaled(type * page.type, rows * page.type)
            for share in shares:
                yield from (Attempt(setting, overview * share, count, groups) for count in numbers)
    for columns in range(2, MOST_COLUMNS + 1):
        yield Attempt(_tightest(page), 0.0, -1, groups, columns=columns)


def first_rows(groups: tuple[Group, ...], kept: int) -> tuple[Group, ...]:
    """Return the groups with their first `kept` rows."""
    found = []
    for group in groups:
        if kept > 0:
            found.append(replace(group, rows=group.rows[:kept]))
        kept -= len(group.rows)
    return tuple(found)


Made = tuple[dict[str, Box], list[Item]]


def _blocks(
    text: SheetText,
    attempt: Attempt,
    key: ColumnsKey | None,
    table: SheetTable | None,
    widths: Mapping[str, float],
) -> dict[str, Block]:
    setting, found = attempt.setting, {}
    if attempt.overview:
        head = setting.head
        items = (Words(text.overview, 0.0, head * 0.9, head, 500, frame="column"),)
        found["overview"] = Block(items, head * 1.45 + attempt.overview, "overview")
    if attempt.groups:
        columns = max(1, min(attempt.columns, int(widths["legend"] // NARROWEST)))
        found["legend"] = legend_of(
            text, attempt.groups, key, widths["legend"], setting, columns, attempt.lost
        )
    if table is not None and attempt.rows >= 0:
        lost = len(table.rows) - attempt.rows
        if table.whole and lost > 0:
            table = replace(table, note="  ".join(filter(None, (table.note, text.more.format(n=lost)))))
        found["table"] = table_block(table, widths["table"], setting, attempt.rows)
    if any(clean(note) for note in text.notes):
        found["notes"] = notes_block(text.notes_title, text.notes, widths["notes"], setting)
    return found


def legend_of(
    text: SheetText,
    groups: Sequence[Group],
    key: ColumnsKey | None,
    width: float,
    setting: Setting,
    columns: int,
    lost: int,
) -> Block:
    """Return the legend; below it how many rows are `lost`, where there are any."""
    block = legend_block(text.legend, groups, key, width, setting, columns=columns)
    if not lost:
        return block
    size = setting.text
    more = Words(text.more.format(n=lost), 0.0, block.height + size, size, 400, "ink3", frame="legend")
    return Block((*block.items, more), block.height + size * 1.5, "legend")


def _put(name: str, block: Block, left: float, top: float, width: float, made: Made) -> None:
    frames, items = made
    items += placed(block, left, top)
    frames[name] = Box(left, top, width, block.height)
    if name == "overview":
        head = block.items[0]
        assert isinstance(head, Words)
        frames[name] = Box(left, top + head.size * 1.45, width, block.height - head.size * 1.45)


def _stacked(
    room: Box, text: SheetText, attempt: Attempt, key: ColumnsKey | None, table: SheetTable | None
) -> Made | None:
    """One below the other, the spare room shared out between them."""
    blocks = _blocks(text, attempt, key, table, dict.fromkeys(("legend", "table", "notes"), room.width))
    height = sum(block.height for block in blocks.values()) + GAP * (len(blocks) - 1)
    if height > room.height:
        return None
    spare = min(4.0, (room.height - height) / max(len(blocks), 1))
    made: Made = ({}, [])
    y = room.top
    for name, block in blocks.items():
        _put(name, block, room.left, y, room.width, made)
        y += block.height + GAP + spare
    return made


def _side_by_side(
    room: Box, text: SheetText, attempt: Attempt, key: ColumnsKey | None, table: SheetTable | None
) -> Made | None:
    """Three cells under the map: overview and notes, legend, table."""
    wide = room.width - 2 * CELL_GAP
    shares = (0.27, 0.43, 0.30) if attempt.rows >= 0 else (0.33, 0.67, 0.0)
    cells = [wide * share for share in shares]
    widths = {"notes": cells[0], "legend": cells[1], "table": max(cells[2], 1.0)}
    blocks = _blocks(text, attempt, key, table, widths)
    made: Made = ({}, [])
    lefts = (room.left, room.left + cells[0] + CELL_GAP, room.left + cells[0] + cells[1] + 2 * CELL_GAP)
    for left, width, names in zip(
        lefts, cells, (("overview", "notes"), ("legend",), ("table",)), strict=True
    ):
        y = room.top
        for name in names:
            if name in blocks:
                if y + blocks[name].height > room.bottom + 0.01:
                    return None
                _put(name, blocks[name], left, y, width, made)
                y += blocks[name].height + GAP
    return made
