"""Rows joined to gachas: the gacha's code filled in, and a point at its seat where the file gives no
position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from layers.catalogue.model import LayerKind
from layers.exchange.placing import Gazetteer, Placed
from layers.exchange.source import Flag, RawLayer
from layers.exchange.units import plain
from layers.plan.plan import Plan

LINK = "gacha_code"
SAMPLE = 200  # values of a column that are looked at
GACHA_WORDS = (
    "嘎查",
    "所在嘎查",
    "嘎查名称",
    "嘎查村",
    "行政村",
    "所在村",
    "村",
    "村名",
    "嘎查代码",
    "嘎查编码",
    "村代码",
    "gacha",
    "village",
)
PLACE_WORDS = (
    "项目地点",
    "建设地点",
    "地点",
    "位置",
    "坐落",
    "实施地点",
    "地址",
    "所在地",
    "项目位置",
    "place",
    "location",
)
SUMU_WORDS = ("苏木", "苏木乡镇", "所在苏木", "乡镇", "乡镇名称", "所在乡镇", "苏木名称", "sumu")
ENOUGH = 0.3  # of a column's values that must mean a gacha, for a column with another heading


@dataclass(slots=True)
class Joined:
    """geometry: with points added; heading: the column that was read, "" for none; count: rows joined."""

    geometry: np.ndarray | None
    flags: list[Flag] = field(default_factory=list)
    heading: str = ""
    count: int = 0


def join_places(
    kind: LayerKind,
    layer: RawLayer,
    plan: Plan,
    values: dict[str, list[Any]],
    geometry: np.ndarray | None,
    settled: Mapping[int, str],
    *,
    from_columns: bool = False,
) -> Joined:
    """Fill `gacha_code` of `values` and points of `geometry` by the gacha that each row names.

    settled: row -> gacha code, as the user has answered. Certain rows are joined; doubtful ones are flagged
    with the candidates and not imported, if they have no position of their own. from_columns: the positions
    are columns of a table, so that a row without one is placed by its gacha as if there were none.
    """
    if LINK not in kind.column_names:
        return Joined(geometry)
    gazetteer = Gazetteer.of(plan)
    wants_points = kind.geometry == "Point" and layer.geometry is None
    if not gazetteer.by_code or (LINK in values and not wants_points):
        return Joined(geometry)
    heading = _heading(layer.columns, gazetteer)
    if heading is None and not settled:
        return Joined(geometry)
    sumu = next(
        (values_ for word in SUMU_WORDS for name, values_ in layer.columns.items() if plain(name) == word),
        None,
    )
    made = Joined(geometry, heading=heading or "")
    if wants_points:
        made.geometry = np.full(len(layer.rows), None, object)
    codes: list[Any] = list(values.get(LINK, [None] * len(layer.rows)))
    seats = [wants_points] * len(layer.rows)
    if from_columns and heading and kind.geometry == "Point" and geometry is not None:
        seats = [shape is None and empty for shape, empty in zip(geometry, _empty(layer), strict=True)]
        made.geometry = geometry.copy() if any(seats) else geometry
    for at, row in enumerate(layer.rows):
        text = layer.columns[heading][at] if heading else None
        placed = _settled(settled, row, gazetteer) or gazetteer.place(
            codes[at] or text, sumu=sumu[at] if sumu is not None else None
        )
        if placed.code is None:
            if seats[at] or placed.why not in ("empty", "unknown"):
                made.flags.append(_doubt(row, placed, text, gazetteer, kept=not seats[at]))
            continue
        made.count += 1
        codes[at] = placed.code
        if seats[at] and made.geometry is not None:
            made.geometry[at] = gazetteer.by_code[placed.code].point
    values[LINK] = codes
    if any(seats) and "quality" in kind.column_names and "quality" not in values:
        values["quality"] = ["located" if seat else None for seat in seats]
    return made


def _empty(layer: RawLayer) -> list[bool]:
    """Whether each row has no position written at all (one that cannot be read is flagged by itself)."""
    assert layer.geometry is not None
    flagged = {flag.row for flag in layer.flags if not flag.kept}
    return [
        shape is None and row not in flagged for shape, row in zip(layer.geometry, layer.rows, strict=True)
    ]


def _settled(settled: Mapping[int, str], row: int, gazetteer: Gazetteer) -> Placed | None:
    code = settled.get(row)
    return Placed(code, "code") if code in gazetteer.by_code else None


def _doubt(row: int, placed: Placed, text: Any, gazetteer: Gazetteer, *, kept: bool) -> Flag:
    titles = [gazetteer.title(code) for code in placed.candidates]
    return Flag(
        row,
        f"place_{placed.why}",
        {"value": str(text or "")[:60], "candidates": titles, "codes": list(placed.candidates)},
        kept=kept,
    )


def _heading(columns: Mapping[str, Sequence[Any]], gazetteer: Gazetteer) -> str | None:
    """The column that says where: a gacha by name or code, else a place in words."""
    for words in (GACHA_WORDS, PLACE_WORDS):
        for word in words:
            for heading in columns:
                if plain(heading) == word:
                    return heading
    best, share = None, ENOUGH
    for heading, values in columns.items():
        texts = list(islice((one for one in values if isinstance(one, str) and one.strip()), SAMPLE))
        if texts:
            known = {text: gazetteer.place(text, near=False).code is not None for text in set(texts)}
            found = sum(map(known.__getitem__, texts)) / len(texts)
            if found > share:
                best, share = heading, found
    return best
