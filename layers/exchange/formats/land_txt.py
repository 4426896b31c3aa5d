"""报部坐标 TXT: parcels as lists of boundary points, northing before easting, rings numbered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.errors import InputError
from layers.exchange.encoding import decode_text, known_encoding, shown
from layers.exchange.rings import polygon_of_rings
from layers.exchange.source import Flag, LayerInfo, RawLayer, Source, Stated
from layers.geo.crs import FIRST_NUMBERED_EPSG, FIRST_PLAIN_EPSG

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

HEADINGS = ("界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")


@dataclass(slots=True)
class _Parcel:
    values: list[str]
    rings: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    points: int = 0
    broken: str = ""


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the parcels of the file with the attributes of their first line; raises InputError
    `land_txt_empty`."""
    wanted = known_encoding(options.encoding) if options.encoding else None
    text, guess = decode_text(path.read_bytes(), wanted)
    facts, parcels = _parse(text)
    if not parcels:
        raise InputError("land_txt_empty", name=path.name)
    rows: list[int] = []
    shapes: list[Any] = []
    flags: list[Flag] = []
    for row, parcel in enumerate(parcels, 1):
        shape, code = _shape(parcel)
        if shape is None:
            flags.append(Flag(row, code or "geometry_broken", {"found": parcel.broken}))
            continue
        said = parcel.values[0] if parcel.values else ""
        if code:
            flags.append(Flag(row, code, {"found": parcel.broken}, kept=True))
        elif said.isdigit() and int(said) not in (parcel.points, parcel.points - _closings(parcel)):
            flags.append(Flag(row, "points_differ", {"stated": int(said), "found": parcel.points}, kept=True))
        rows.append(row)
        shapes.append(shape)
    columns = {
        heading: [_cell(parcels[row - 1].values, at) for row in rows] for at, heading in enumerate(HEADINGS)
    }
    columns = {
        heading: values for heading, values in columns.items() if any(value is not None for value in values)
    }
    geometry = np.empty(len(shapes), object)
    geometry[:] = shapes
    layer = RawLayer(
        path.stem,
        len(parcels),
        rows,
        columns,
        geometry,
        flags,
        _stated(facts, geometry),
        shown(guess.encoding),
        guess.sure,
        [shown(name) for name in guess.alternatives],
    )
    return Source("land_txt", [LayerInfo(path.stem, layer.declared)], layer)


def _parse(text: str) -> tuple[dict[str, str], list[_Parcel]]:
    facts: dict[str, str] = {}
    parcels: list[_Parcel] = []
    for line in text.replace("\r", "\n").split("\n"):
        line = line.strip().strip("\ufeff")
        if not line or line.startswith("["):
            continue
        if "=" in line and not parcels:
            name, _, value = line.partition("=")
            facts[name.strip()] = value.strip()
        elif line.endswith("@") or _heads(line):
            parcels.append(_Parcel([cell.strip() for cell in re.split("[,，]", line.rstrip("@"))]))
        elif parcels:
            _add_point(parcels[-1], line)
    return facts, parcels


def _heads(line: str) -> bool:
    """Whether a line without its @ begins a parcel: number of points, area, code, name, kind of shape."""
    cells = [cell.strip() for cell in re.split("[,，]", line)]
    return len(cells) > 4 and cells[0].isdigit() and cells[4] in ("面", "线", "点")


def _add_point(parcel: _Parcel, line: str) -> None:
    cells = [cell.strip() for cell in re.split("[,，]", line)]
    try:
        northing, easting = float(cells[2]), float(cells[3])
    except (IndexError, ValueError):
        parcel.broken = line[:60]
        return
    parcel.points += 1
    parcel.rings.setdefault(cells[1] or "1", []).append((easting, northing))


def _shape(parcel: _Parcel) -> tuple[Any, str]:
    if parcel.broken:
        return None, "point_unreadable"
    kind = parcel.values[4] if len(parcel.values) > 4 else ""
    rings = list(parcel.rings.values())
    if not rings:
        return None, "geometry_broken"
    if "点" in kind:
        points = [shapely.Point(point) for ring in rings for point in ring]
        return (points[0] if len(points) == 1 else shapely.MultiPoint(points)), ""
    if "线" in kind:
        lines = [shapely.LineString(ring) for ring in rings if len(ring) > 1]
        return (shapely.MultiLineString(lines) if lines else None), ""
    return polygon_of_rings(rings)


def _closings(parcel: _Parcel) -> int:
    """How many rings repeat their first point at the end; offices count it or not."""
    return sum(len(ring) > 1 and ring[0] == ring[-1] for ring in parcel.rings.values())


def _stated(facts: dict[str, str], geometry: np.ndarray) -> Stated:
    """Zone and datum as the head says; numbered eastings are seen from the numbers."""
    name = facts.get("坐标系", "")
    if not name:
        return Stated()
    zone, width = re.sub(r"\D", "", facts.get("带号", "")), re.sub(r"\D", "", facts.get("几度分带", ""))
    full = f"{name} {width}度带 带号{zone}"
    if "2000" not in name or not zone:
        return Stated(None, full, "file")
    meridian = int(zone) * 3 if width != "6" else int(zone) * 6 - 3
    if not 75 <= meridian <= 135 or not len(geometry):
        return Stated(None, full, "file")
    numbered = float(np.median(shapely.get_coordinates(geometry)[:, 0])) > 1_000_000
    if width != "6":
        return Stated(
            (FIRST_NUMBERED_EPSG if numbered else FIRST_PLAIN_EPSG) + (meridian - 75) // 3, full, "file"
        )
    return Stated((4491 if numbered else 4502) + (meridian - 75) // 6, full, "file")


def _cell(values: list[str], at: int) -> str | None:
    return (values[at] or None) if at < len(values) else None
