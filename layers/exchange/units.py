"""Units in headings, and what a column of areas is measured in when its heading does not say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from layers.exchange.traditional import TO_SIMPLIFIED

AREA: Mapping[str, float] = {
    "亩": 2000 / 3,
    "mu": 2000 / 3,
    "公顷": 1e4,
    "ha": 1e4,
    "hm2": 1e4,
    "平方米": 1.0,
    "m2": 1.0,
    "平方公里": 1e6,
    "平方千米": 1e6,
    "km2": 1e6,
    "万亩": 2e7 / 3,
}
LENGTH: Mapping[str, float] = {"米": 1.0, "m": 1.0, "公里": 1000.0, "千米": 1000.0, "km": 1000.0}
MONEY: Mapping[str, float] = {"元": 1.0, "万元": 1e4, "亿元": 1e8}
FAMILIES = (AREA, LENGTH, MONEY)
KEPT = 20_000  # headings: each is asked for by every kind
NEAR = 0.08  # registered and measured areas of the same parcel differ by less
_UNIT = re.compile(
    r"[\(\[（【/_:：]\s*(?:单位[:：]?)?\s*([^\d\s()（）\[\]【】][^()（）\[\]【】]{0,5})\s*[\)\]）】]?$"
)


def fold(text: str) -> str:
    """Return text with its width folded and traditional characters of headings as simplified ones."""
    return unicodedata.normalize("NFKC", text).translate(TO_SIMPLIFIED)


@lru_cache(KEPT)
def plain(text: str) -> str:
    """Return a heading or unit for comparing: folded, lower case, without spaces."""
    return re.sub(r"[\s\u3000*＊]+", "", fold(text)).casefold()


@lru_cache(KEPT)
def split_unit(heading: str) -> tuple[str, str]:
    """Return (heading without its unit, unit as written in FAMILIES or ""): `面积（亩）` -> `面积`, `亩`."""
    text = fold(heading).strip()
    found = _UNIT.search(text)
    if found:
        unit = plain(found[1])
        if any(unit in family for family in FAMILIES):
            return text[: found.start()].strip(), unit
        return text, ""
    for family in FAMILIES:
        for unit in sorted(family, key=len, reverse=True):
            if len(unit) > 1 and not unit.isascii() and text.endswith(unit) and len(text) > len(unit):
                return text[: -len(unit)], unit
    return text, ""


def is_unit(text: str) -> bool:
    """Whether a text is a unit alone: `亩`, `（公顷）`, `km²`."""
    unit = plain(text).strip("()").removeprefix("单位").lstrip(":").replace("²", "2")
    return any(unit in family for family in FAMILIES)


def factor(unit: str, wanted: str) -> float | None:
    """Return by what a value in `unit` is multiplied to be in `wanted`; None where they do not compare."""
    unit, wanted = plain(unit), plain(wanted.replace("²", "2"))
    for family in FAMILIES:
        if unit in family and wanted in family:
            return family[unit] / family[wanted]
    return None


def unit_by_measure(values: NDArray[np.float64], measured_m2: NDArray[np.float64]) -> str:
    """Return the unit that makes stated areas agree with measured ones (median within 8 %), "" for none."""
    fine = np.isfinite(values) & np.isfinite(measured_m2) & (values > 0) & (measured_m2 > 0)
    if fine.sum() < 1:
        return ""
    ratio = float(np.median(measured_m2[fine] / values[fine]))
    for unit in ("平方米", "亩", "公顷", "平方公里"):
        if abs(ratio / AREA[unit] - 1) < NEAR:
            return unit
    return ""
