"""What a format of others cannot carry, as a table; and what of it a layer would meet.

A limit is a fact about the format as `layers.exchange.writers` writes it. Nothing here changes what is
written: it is what is said before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import Column
from layers.exchange.source import Note
from layers.plan.table import Table


@dataclass(frozen=True, slots=True)
class Limits:
    """What a format has room for.

    heading_bytes, text_bytes: longest heading and text in GBK; text_chars: longest text; rows: most of them;
    whole: from where a whole number is no number any more; each None without a limit. shapes: kinds of
    geometry that stay whole (others become a point inside). holes: a hole stays a hole. parts: several parts
    stay one thing. columns: every column is written, not only what names a thing. shapeless: rows without a
    shape are written. typed: numbers and dates are told from text. crs: the file says in which system it is.
    """

    heading_bytes: int | None = None
    text_bytes: int | None = None
    text_chars: int | None = None
    rows: int | None = None
    whole: int | None = None
    shapes: tuple[str, ...] = ("Point", "MultiLineString", "MultiPolygon")
    holes: bool = True
    parts: bool = True
    columns: bool = True
    shapeless: bool = True
    typed: bool = True
    crs: bool = True


LIMITS: Mapping[str, Limits] = {
    ".gpkg": Limits(),
    ".geojson": Limits(),
    ".shp": Limits(heading_bytes=10, text_bytes=254),
    ".kml": Limits(typed=False),
    ".dxf": Limits(holes=False, parts=False, columns=False, shapeless=False, crs=False),
    ".csv": Limits(typed=False, crs=False),
    ".xlsx": Limits(text_chars=32_767, rows=1_048_575, whole=10**15, shapes=("Point",), crs=False),
    ".txt": Limits(columns=False, shapeless=False),
}
"""Ending of `layers.exchange.exporting.FORMATS` -> its limits."""


def losses(
    table: Table, suffix: str, columns: Sequence[Column], *, fids: Collection[int] | None = None,
    language: str = "zh",
) -> tuple[Note, ...]:
    """Return what a layer (or its rows `fids`) would lose in a format, as (code, fields); nothing is none.

    columns: that would be written. Words are `[ui.export_loss_CODE]`.
    """
    limits = LIMITS[suffix]
    chosen = np.ones(len(table), bool) if fids is None else np.isin(table.fids, sorted(fids))
    kind = table.kind
    found = list(_of_columns(limits, table, columns, chosen, language))
    if kind.geometry:
        found += _of_shapes(limits, table.geometry[chosen], kind.geometry)
    count = int(chosen.sum())
    if limits.rows is not None and count > limits.rows:
        found.append(("rows_too_many", {"count": count - limits.rows, "most": limits.rows}))
    if not limits.typed and any(column.type != "text" for column in columns):
        found.append(("values_as_text", {}))
    if not limits.crs and kind.geometry:
        found.append(("no_crs", {}))
    return tuple(found)


def _of_columns(
    limits: Limits, table: Table, columns: Sequence[Column], chosen: NDArray[np.bool_], language: str
) -> Iterator[Note]:
    titles = [column.title.in_language(language) for column in columns]
    if not limits.columns:
        kept = {table.kind.key, table.kind.name}
        left = [title for column, title in zip(columns, titles, strict=True) if column.name not in kept]
        if left:
            yield "columns_left", {"count": len(left), "columns": left}
        return
    if limits.heading_bytes is not None:
        long = [title for title in titles if len(title.encode("gb18030")) > limits.heading_bytes]
        if long:
            yield "headings_shortened", {"count": len(long), "bytes": limits.heading_bytes, "columns": long}
    for column, title in zip(columns, titles, strict=True):
        values = [value for value in table.column(column.name)[chosen].tolist() if value is not None]
        if column.type == "text" and (count := _too_long(limits, values)):
            most = limits.text_bytes or limits.text_chars
            yield "texts_shortened", {"count": count, "column": title, "most": most}
        if column.type == "integer" and limits.whole is not None:
            count = sum(abs(value) >= limits.whole for value in values)
            if count:
                yield "numbers_rounded", {"count": count, "column": title}


def _too_long(limits: Limits, texts: Sequence[str]) -> int:
    if limits.text_bytes is not None:
        most = limits.text_bytes  # no character takes more than four bytes
        return sum(len(text) * 4 > most and len(text.encode("gb18030", "replace")) > most for text in texts)
    return 0 if limits.text_chars is None else sum(len(text) > limits.text_chars for text in texts)


def _of_shapes(limits: Limits, shapes: NDArray[np.object_], geometry: str) -> Iterator[Note]:
    missing = int(shapely.is_missing(shapes).sum())
    if missing and not limits.shapeless:
        yield "rows_without_shape", {"count": missing}
    if geometry not in limits.shapes:
        yield "shapes_as_points", {"count": len(shapes) - missing}
        return
    parts, owner = shapely.get_parts(shapes, return_index=True)
    if not limits.parts and (many := int((np.bincount(owner) > 1).sum())):
        yield "parts_apart", {"count": many}
    if not limits.holes:
        holed = len(np.unique(owner[shapely.get_num_interior_rings(parts) > 0]))
        if holed:
            yield "holes_as_outlines", {"count": holed}
