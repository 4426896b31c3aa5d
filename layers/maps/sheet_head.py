"""The head of a sheet: title and subtitle, marks of secrecy, logo; and the box for signatures."""

from __future__ import annotations

from collections.abc import Sequence

from layers.maps.furniture import scale_text
from layers.maps.paper_parts import (
    LEAST_TYPE,
    Box,
    Item,
    Paper,
    Picture,
    Plate,
    Rule,
    Words,
    clean,
    fitted_size,
    shortened,
    wrapped,
)
from layers.maps.sheet_frame import SIDE, SheetText, centred
from layers.maps.sheet_template import SheetTemplate
from layers.maps.type import text_width

MARK, TITLE, SUBTITLE, TITLE_HEIGHT = 3.6, 9.0, 3.4, 19.5
BAND_TOP, BAND_HEIGHT, LOGO_HEIGHT, LOGO_WIDEST = 4.5, 18.5, 15.0, 55.0
ROW, STRIP = 7.5, 10.0
"""Height of a row of signatures beside a map, and of their strip under one."""


def head_items(
    page: Paper, frames: dict[str, Box], text: SheetText, scale: float | None, template: SheetTemplate
) -> list[Item]:
    """Title, subtitle with the ratio (None: no map, no ratio), marks and logo; adds their frames."""
    band = template.head == "band"
    ground: list[Item] = []
    if band:
        ground += band_items(page, frames)
    marks, mark = mark_items(page, frames, text, band)
    pictures, logo = _logo(frames, template, band)
    edge = SIDE + (4.0 if band else 0.0)
    if template.head == "centred":
        spare = max(mark, logo)
        frames["title"] = Box(SIDE + spare + 3, 4.0, page.width - 2 * (SIDE + spare + 3), TITLE_HEIGHT)
    else:
        left = edge + (logo + 4.0 if logo else 0.0)
        frames["title"] = Box(left, 4.0, page.width - SIDE - mark - 6.0 - left, TITLE_HEIGHT)
    tokens = ("panel", "accent_pale") if band else ("ink1", "ink2")
    lines = title_items(page, frames["title"], text, scale, tokens, centre=template.head == "centred")
    return [*ground, *marks, *pictures, *lines]


def band_items(page: Paper, frames: dict[str, Box]) -> list[Item]:
    """The coloured band behind a head; adds its frame."""
    frames["band"] = Box(SIDE, BAND_TOP, page.width - 2 * SIDE, BAND_HEIGHT)
    return [Plate(frames["band"], "accent")]


def title_items(
    page: Paper, box: Box, text: SheetText, scale: float | None, tokens: tuple[str, str], *, centre: bool
) -> list[Item]:
    """Title, and subtitle with the ratio, in a box; type goes by the box's height (TITLE_HEIGHT: as
    usual)."""
    tall = box.height / TITLE_HEIGHT
    small, room = page.type * tall, box.width
    largest = (TITLE if centre else TITLE * 0.84) * small
    title = clean(text.title)
    size = fitted_size(title, room, largest, 700, 0.10, least=5.0 * small)
    if text_width(title, size, 700, 0.10) <= room:
        lines: tuple[str, ...] = (title,)
    else:  # two lines of smaller type, and no more
        size = 5.0 * small
        lines = wrapped(title, room / 1.1, size, 700)
        if len(lines) > 2:
            lines = (lines[0], shortened("".join(lines[1:]), room, size, 700, 0.10))
    items: list[Item] = []

    def put(words: str, middle: float, size: float, weight: int, token: str, spacing: float = 0.0) -> None:
        if centre:
            items.append(
                centred(words, box.left + box.width / 2, middle, size, weight, token, "title", spacing)
            )
        else:
            base = middle + size * 0.36
            items.append(Words(words, box.left, base, size, weight, token, spacing, frame="title"))

    for at, line in enumerate(lines):
        middle = box.top + 8 * tall + (at - (len(lines) - 1) / 2) * size * 1.3
        middle -= 0.8 * tall if len(lines) > 1 else 0.0
        put(line, middle, size, 700, tokens[0], 0.10)
    ratio = f"{text.scale} {scale_text(scale)}".strip() if scale is not None else ""
    below = " · ".join(part for part in (clean(text.subtitle), ratio) if part)
    size = fitted_size(below, room, max(SUBTITLE * small, LEAST_TYPE))
    put(shortened(below, room, size), box.top + (16.6 if centre else 15.8) * tall, size, 400, tokens[1])
    return items


def mark_items(page: Paper, frames: dict[str, Box], text: SheetText, band: bool) -> tuple[list[Item], float]:
    """The level of secrecy above the mark of release, at the upper right; and their width."""
    size = MARK * page.type
    said = [words for words in (clean(text.secrecy), text.mark) if words]
    if not said:
        return [], 0.0
    wide = max(text_width(words, size, 500) for words in said) + 1.0
    right = page.width - SIDE - (3.0 if band else 0.0)
    middles = (12.0,) if len(said) == 1 else (9.2, 9.2 + size * 1.7)
    frames["mark"] = Box(right - wide, middles[0] - 3.0, wide, middles[-1] - middles[0] + 6.0)
    items: list[Item] = [Plate(frames["mark"].inner(-0.8), "panel")] if band else []
    for words, middle in zip(said, middles, strict=True):
        x = right - text_width(words, size, 500)
        items.append(Words(words, x, middle + size * 0.36, size, 500, "bad", frame="mark"))
    return items, wide + (2.0 if band else 0.0)


def _logo(frames: dict[str, Box], template: SheetTemplate, band: bool) -> tuple[list[Item], float]:
    if template.logo is None:
        return [], 0.0
    ratio = template.logo.ratio
    high = min(LOGO_HEIGHT, LOGO_WIDEST / ratio)
    wide = high * ratio
    box = Box(SIDE + (2.0 if band else 0.0), BAND_TOP + (BAND_HEIGHT - high) / 2, wide, high)
    frames["logo"] = box
    items: list[Item] = [Plate(box.inner(-0.6), "panel")] if band else []
    return [*items, Picture(box, template.logo.kind, template.logo.data)], wide + (1.0 if band else 0.0)


# -- signatures ------------------------------------------------------------------------------------


def approval_height(page: Paper, rows: Sequence[str]) -> float:
    """How much of the column's height the box for signatures takes with its margin; 0 for no rows."""
    if not rows:
        return 0.0
    return (STRIP if page.is_portrait else ROW * len(rows)) * page.type + 4.0


def approval_items(page: Paper, frames: dict[str, Box], text: SheetText) -> list[Item]:
    """The box for signatures at the foot of the column: a row each, or side by side under a map."""
    rows = [clean(row) for row in text.approval]
    if not rows:
        return []
    column = frames["column"].inner(4.0)
    high = approval_height(page, rows) - 4.0
    box = Box(column.left, column.bottom - high, column.width, high)
    frames["approval"] = box
    return signature_items(box, rows, text.signed, max(2.0, 2.6 * page.type), abreast=page.is_portrait)


def signature_items(
    box: Box, rows: Sequence[str], signed: str, size: float, *, abreast: bool
) -> list[Item]:
    """Rows for signatures that fill a box, one below the other or abreast."""
    high = box.height
    items: list[Item] = [Plate(box, "", "ink1", 0.25)]
    if abreast:
        wide = box.width / len(rows)
        cells = [Box(box.left + at * wide, box.top, wide, high) for at in range(len(rows))]
    else:
        tall = high / len(rows)
        cells = [Box(box.left, box.top + at * tall, box.width, tall) for at in range(len(rows))]
    for cell, row in zip(cells, rows, strict=True):
        items.append(Plate(cell, "", "ink1", 0.15))
        head = cell.width * 0.2
        middle = cell.top + cell.height / 2
        said = shortened(row, head - 1.5, size, 500)
        items.append(centred(said, cell.left + head / 2, middle, size, 500, "ink1", "approval"))
        for share in (0.2, 0.64):
            x = cell.left + cell.width * share
            items.append(Rule(x, cell.top, x, cell.bottom, 0.15, "ink1"))
        small = size * 0.85
        base = middle + small * 0.36
        x = cell.left + cell.width * 0.64 + 1.2
        items.append(Words(shortened(signed, cell.width * 0.3, small), x, base, small, 400, "ink3",
                           frame="approval"))  # fmt: skip
    return items
