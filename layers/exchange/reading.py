"""One foreign file -> Source: looks what it is, opens archives, hands it to its format's reader. Child
process only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import numpy as np

from layers.errors import InputError
from layers.exchange.archive import unpack
from layers.exchange.sniff import SHAPE_PARTS, sniff
from layers.exchange.source import Flag, LayerInfo, RawLayer, Source
from layers.geo.simple_shapes import SimpleShapes

READERS: Mapping[str, str] = MappingProxyType(
    {
        "shapefile": "shapefile",
        "geojson": "geojson",
        "gpkg": "gpkg",
        "flatgeobuf": "gdal",
        "filegdb": "gdal",
        "kml": "kml",
        "kmz": "kml",
        "gpx": "gpx",
        "dxf": "dxf",
        "land_txt": "land_txt",
        "table": "table",
        "dbf": "dbf_table",
        "sheet": "sheet",
        "web_table": "web_table",
    }
)
"""Format -> module of `layers.exchange.formats` with `read(path, options, work, tell) -> Source`."""
IN_ARCHIVES = (
    ".shp",
    ".geojson",
    ".json",
    ".gpkg",
    ".fgb",
    ".kml",
    ".ovkml",
    ".kmz",
    ".ovkmz",
    ".gpx",
    ".dxf",
    ".csv",
    ".dbf",
    ".txt",
    ".xls",
    ".xlsx",
    ".ods",
)
LARGEST_COORDINATE = 1e9  # metres or degrees: nothing on earth has more
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half characters: no project file can hold them
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user has settled about reading. layer: its name. encoding: Python's or a common name.

    send: takes shapes that are found before the attributes, for the parent to begin with.
    """

    layer: str | None = None
    encoding: str | None = None
    cad: str = field(default="")
    send: Callable[[SimpleShapes], None] | None = None


def read_file(path: Path, options: ReadOptions, work: Path, tell: Tell) -> Source:
    """Return what is in a file; raises InputError with what the user can do about it."""
    if path.suffix.lower() in SHAPE_PARTS and path.with_suffix(".shp").is_file():
        path = path.with_suffix(".shp")
    kind = sniff(path)
    source = (
        _read_zip(path, options, work, tell) if kind == "zip" else _reader(kind)(path, options, work, tell)
    )
    if source.layer is not None:
        _weed(source.layer)
    return source


def choose_layer(layers: list[LayerInfo], wanted: str | None) -> LayerInfo | None:
    """Return the layer to read: the wanted one, else the only one that has rows; None asks.

    Raises InputError `layer_unknown`, `no_layers`.
    """
    if not layers:
        raise InputError("no_layers")
    if wanted is not None:
        for info in layers:
            if wanted == info.name:
                return info
        raise InputError("layer_unknown", layer=wanted, known=", ".join(info.name for info in layers[:30]))
    filled = [info for info in layers if info.count != 0] or layers
    return filled[0] if len(filled) == 1 else None


def _reader(kind: str) -> Callable[[Path, ReadOptions, Path, Tell], Source]:
    return import_module(f"layers.exchange.formats.{READERS[kind]}").read


def _read_zip(path: Path, options: ReadOptions, work: Path, tell: Tell) -> Source:
    folder = work / "zip"
    folder.mkdir()
    files = unpack(path, folder)
    stores = sorted({parent for file in files for parent in file.parents if parent.suffix.lower() == ".gdb"})
    found = stores + sorted(
        file
        for file in files
        if file.suffix.lower() in IN_ARCHIVES and not any(parent in stores for parent in file.parents)
    )
    if any(file.suffix.lower() == ".shp" for file in found):  # side files of a Shapefile are no layers
        found = [file for file in found if file.suffix.lower() not in (".csv", ".dbf", ".txt", ".json")]
    if not found:
        raise InputError("zip_without_data", name=path.name)
    if len(found) == 1:
        source = _reader(sniff(found[0]))(found[0], options, work, tell)
        return Source(f"zip/{source.format}", source.layers, source.layer, source.notes)
    names = [file.relative_to(folder).as_posix() for file in found]
    stems = [file.stem for file in found]
    shown = [stem if stems.count(stem) == 1 else name for stem, name in zip(stems, names, strict=True)]
    infos = [LayerInfo(name) for name in shown]
    chosen = choose_layer(infos, options.layer.split(":", 1)[0] if options.layer else None)
    if chosen is None:
        return Source("zip", infos)
    file = found[infos.index(chosen)]
    inner = options.layer.split(":", 1)[1] if options.layer and ":" in options.layer else None
    source = _reader(sniff(file))(file, replace(options, layer=inner), work, tell)
    if source.layer is None:
        infos = [LayerInfo(f"{chosen.name}:{info.name}", info.count, info.geometry) for info in source.layers]
    else:
        source.layer.name = chosen.name
    return Source(f"zip/{source.format}", infos, source.layer, source.notes)


def _weed(layer: RawLayer) -> None:
    """Take out rows whose coordinates are no numbers or beyond the earth; NUL in text becomes visible."""
    for heading, values in layer.columns.items():
        types = set(map(type, values))
        if str not in types:
            continue
        distinct = set(values) if types <= {str, type(None)} else values  # few words stand in many rows
        if _writable("\n".join([value for value in distinct if isinstance(value, str)])):
            continue
        for at, value in enumerate(values):
            if isinstance(value, str) and UNWRITABLE.search(value):
                values[at] = UNWRITABLE.sub(lambda found: "␀" if found[0] == "\x00" else "\ufffd", value)
                layer.flags.append(Flag(layer.rows[at], "nul_in_text", {"column": heading}, kept=True))
    if layer.geometry is None or not len(layer.geometry):
        return
    bad = _beyond(layer.geometry)
    if bad:
        layer.flags.extend(Flag(layer.rows[at], code) for at, code in bad.items())
        keep = [at for at in range(len(layer.rows)) if at not in bad]
        keep_rows(layer, keep)


def _writable(text: str) -> bool:
    try:
        return "\x00" not in text and text.encode() is not None
    except UnicodeEncodeError:
        return False


def _beyond(geometry: np.ndarray | SimpleShapes) -> dict[int, str]:
    """Positions of shapes with coordinates that are no numbers (`not_finite`) or beyond the earth."""
    if isinstance(geometry, SimpleShapes):
        if _earthly(geometry.xy):
            return {}
        geometry = geometry.shapes()
    import shapely

    if _earthly(shapely.get_coordinates(geometry)):
        return {}
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    finite = np.isfinite(coordinates).all(axis=1)
    huge = finite & (np.abs(np.where(np.isfinite(coordinates), coordinates, 0)) > LARGEST_COORDINATE).any(
        axis=1
    )
    return {int(at): "not_finite" for at in owner[~finite]} | {
        int(at): "coordinate_huge" for at in owner[huge]
    }


def _earthly(xy: np.ndarray) -> bool:
    """Whether coordinates (m, 2) are all numbers that a place can have; NaN is less than nothing."""
    return not xy.size or bool(xy.min() >= -LARGEST_COORDINATE and xy.max() <= LARGEST_COORDINATE)


def keep_rows(layer: RawLayer, keep: list[int]) -> None:
    """Keep only the rows at these positions."""
    layer.rows = [layer.rows[at] for at in keep]
    layer.columns = {heading: [values[at] for at in keep] for heading, values in layer.columns.items()}
    if layer.geometry is not None:
        layer.geometry = layer.geometry[np.array(keep, np.intp)]
