"""FlatGeobuf and FileGDB by GDAL (through pyogrio). Child process only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.errors import InputError
from layers.exchange.crs_file import stated_from_text
from layers.exchange.formats.gdal_geometry import to_shapes
from layers.exchange.source import Flag, LayerInfo, RawLayer, Source, Stated, safe_heading

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

INNER = ("GDB_", "T_1_")  # tables of the geodatabase itself


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the layers of a FlatGeobuf file or a FileGDB folder; raises InputError `file_unreadable`,
    `no_layers`."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    from layers.exchange.reading import choose_layer

    driver = "filegdb" if path.is_dir() else "flatgeobuf"
    try:
        infos = []
        for name, geometry in pyogrio.list_layers(str(path)):
            if not str(name).startswith(INNER):
                count = pyogrio.read_info(str(path), layer=name, force_feature_count=True)["features"]
                infos.append(LayerInfo(str(name), int(count), str(geometry or "")))
        tell(0.2)
        chosen = choose_layer(infos, options.layer)
        layer = None if chosen is None else _read_layer(path, chosen)
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise InputError("file_unreadable", reason=str(error).replace(str(path), path.name)[:200]) from None
    return Source(driver, infos, layer)


def _read_layer(path: Path, info: LayerInfo) -> RawLayer:
    from pyogrio import raw

    from layers.exchange.reading import keep_rows

    meta, _, wkb, data = raw.read(str(path), layer=info.name, force_2d=True, datetime_as_string=True)
    columns: dict[str, list[Any]] = {}
    for at, (name, values) in enumerate(zip(meta["fields"], data, strict=True)):
        columns[safe_heading(str(name), at, columns)] = _plain(values)
    length = len(data[0]) if len(data) else len(wkb if wkb is not None else ())
    declared = max(info.count, length)
    layer = RawLayer(info.name, declared, list(range(1, length + 1)), columns, encoding="UTF-8")
    layer.flags.extend(Flag(row, "row_unreadable") for row in range(length + 1, declared + 1))
    layer.stated = stated_from_text(meta["crs"], "file") if meta.get("crs") else Stated()
    if wkb is not None:
        layer.geometry, bad = to_shapes(wkb)
        if bad:
            layer.flags.extend(Flag(layer.rows[at], "geometry_broken") for at in bad)
            broken = set(bad)
            keep_rows(layer, [at for at in range(length) if at not in broken])
    return layer


def _plain(values: np.ndarray) -> list[Any]:
    if values.dtype.kind in "mM":
        return [None if np.isnat(value) else str(value) for value in values]
    listed = values.tolist()
    if values.dtype.kind == "f":
        return [value if value == value and abs(value) != float("inf") else None for value in listed]
    if values.dtype.kind == "O":
        return [
            value
            if isinstance(value, (str, int, float, bool))
            else None
            if value is None or isinstance(value, bytes)
            else str(value)
            for value in listed
        ]
    return listed
