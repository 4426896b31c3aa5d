"""Widths of text in the bundled font, from its advance table: the same on every machine, without a screen."""

from __future__ import annotations

import json
from functools import cache, lru_cache

from resources import RESOURCES


@cache
def _advances() -> tuple[dict[int, dict[int, int]], dict[int, int], int]:
    table = json.loads((RESOURCES / "fonts" / "advance.json").read_text("utf-8"))
    widths, defaults = {}, {}
    for weight, entry in table["weights"].items():
        defaults[int(weight)] = entry["default"]
        widths[int(weight)] = {
            first + at: width for first, *row in entry["runs"] for at, width in enumerate(row)
        }
    return widths, defaults, table["units_per_em"]


@lru_cache(maxsize=32_768)
def text_width(text: str, size: float, weight: int = 400, spacing: float = 0.0) -> float:
    """Return the width of `text` set `size` high, in the unit of `size`; spacing is in em a character.

    weight: 400, 500 or 700.
    """
    widths, defaults, em = _advances()
    known, rest = widths[weight], defaults[weight]
    units = sum(known.get(ord(sign), rest) for sign in text)
    return size * (units / em + spacing * max(len(text) - 1, 0))
