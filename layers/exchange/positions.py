"""Where the rows of a plain table are: longitude and latitude, grid coordinates, one position in words,
ring points."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.catalogue.values import without_commas
from layers.errors import InputError
from layers.exchange.rings import polygon_of_rings
from layers.exchange.source import Flag, RawLayer, Stated
from layers.exchange.units import plain, split_unit
from layers.geo.crs import LONLAT_EPSG, parse_lonlat

LON = ("经度", "东经", "lon", "lng", "long", "longitude", "经度e", "x经度", "jd", "经")
LAT = ("纬度", "北纬", "lat", "latitude", "纬度n", "y纬度", "wd", "纬")
EAST = ("东坐标", "横坐标", "y坐标", "easting", "东", "y坐标m")
NORTH = ("北坐标", "纵坐标", "x坐标", "northing", "北", "x坐标m")
PAIR = ("坐标", "经纬度", "位置坐标", "gps", "gps坐标", "定位", "lonlat", "coordinates", "中心坐标")
POINT_NAMES = ("点号", "界址点号", "界址点", "拐点号", "拐点编号", "序号点")
RING_NAMES = ("圈号", "地块圈号", "环号")
PARCEL_NAMES = ("地块编号", "地块号", "宗地号", "宗地代码", "图斑编号", "地块名称", "地块")
_DMS = re.compile(
    r"""^[EWNS东西南北经纬]*\s*(-?\d+(?:\.\d+)?)\s*(?:[°度:\s]\s*(\d+(?:\.\d+)?)\s*(?:['分:\s]\s*"""
    r"""(\d+(?:\.\d+)?)\s*(?:"|秒|'')?)?\s*['分]?)?\s*°?\s*[EWNS]?$""",
    re.IGNORECASE,
)
_DASHED = re.compile(r"^[EWNS东西南北经纬]*\s*(\d{1,3})-(\d{1,2})-(\d{1,2}(?:\.\d+)?)\s*[EWNS]?$", re.IGNORECASE)
_SIGNS = str.maketrans({"º": "°", "˚": "°", "′": "'", "‘": "'", "’": "'", "`": "'", "´": "'",
                        "″": '"', "“": '"', "”": '"'})
WKT = ("wkt", "geometry", "geom", "图形wkt")
FEWEST_DIGITS, SAMPLED = 5, 100  # of a position in one cell; values that are looked at
LONGITUDES, LATITUDES = (73.0, 136.0), (18.0, 54.0)  # of China, degrees
AXES = ("lon", "lat", "x", "y")


@dataclass(slots=True)
class Positions:
    """Shapes by row, what the headings say of their CRS, and the headings that were used."""

    geometry: np.ndarray
    stated: Stated
    used: tuple[str, ...]
    flags: list[Flag] = field(default_factory=list)


def axes_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return axis -> heading of what a user settled, whichever way round it was written."""
    turned = {heading: name for name, heading in given.items() if heading in AXES}
    return {**turned, **{name: heading for name, heading in given.items() if name in AXES}}


def without_axes(given: Mapping[str, str]) -> dict[str, str]:
    """Return what a user settled about columns: everything but the axes."""
    return {name: heading for name, heading in given.items() if name not in AXES and heading not in AXES}


def positions_of(
    layer: RawLayer, *, given: Mapping[str, str] | None = None, by_value: bool = True
) -> Positions | None:
    """Return the shapes that a table's columns give, None where no columns are coordinates.

    given: `lon` and `lat`, or `x` (easting) and `y` (northing) -> heading, as the user settled. by_value:
    columns may also be known by their values alone (not where areas are wanted: those come with a middle).
    Raises InputError `heading_unknown`.
    """
    columns = layer.columns
    pair = _given_pair(columns, given or {}) or _find_pair(columns)
    pair = pair or (_pair_by_value(columns) if by_value else None)
    if pair is not None:
        x, y, stated = pair
        geometry, flags = _points(layer, x, y, degrees=stated.epsg is not None)
        return Positions(geometry, stated, (x, y), flags)
    one = _heading(columns, PAIR) or (_typed_by_value(columns) if by_value else None)
    if one is not None:
        geometry, flags = _typed(layer, one)
        if any(shape is not None for shape in geometry):
            return Positions(geometry, Stated(LONLAT_EPSG, one, "heading"), (one,), flags)
    wkt = next((heading for heading in columns if plain(heading) in WKT), None)
    if wkt is not None:
        geometry, flags = _well_known(layer, wkt)
        if any(shape is not None for shape in geometry):
            degrees = bool(np.nanmax(np.abs(shapely.total_bounds(geometry))) <= 180)
            return Positions(
                geometry, Stated(LONLAT_EPSG, wkt, "heading") if degrees else Stated(), (wkt,), flags
            )
    return None


def boundary_points(layer: RawLayer) -> tuple[str, str | None, str | None] | None:
    """Return headings (point number, ring, parcel) where the rows are boundary points; None where they are
    not."""
    number = _heading(layer.columns, POINT_NAMES)
    if number is None:
        return None
    return number, _heading(layer.columns, RING_NAMES), _heading(layer.columns, PARCEL_NAMES)


def gather_rings(
    layer: RawLayer, points: Positions, headings: tuple[str, str | None, str | None]
) -> RawLayer:
    """Return the table with one row a parcel; a parcel with a broken point is flagged."""
    number_heading, ring_heading, parcel_heading = headings
    parcels: dict[Any, list[int]] = {}
    broken = {flag.row for flag in points.flags}
    for at in range(len(layer.rows)):
        said = layer.columns[number_heading][at]
        if said is None and points.geometry[at] is None and layer.rows[at] not in broken:
            continue  # the length of an edge, between the rows of its ends
        key = layer.columns[parcel_heading][at] if parcel_heading else 1
        if key is None and parcels:
            key = next(reversed(parcels))  # merged cells: the parcel is named on its first row only
        parcels.setdefault(key, []).append(at)
    rows, shapes, flags, kept = [], [], [], []
    for number, places in enumerate(parcels.values(), 1):
        shape, code = None, "point_unreadable"
        wrong = next((at for at in places if layer.rows[at] in broken or points.geometry[at] is None), None)
        if wrong is None:
            rings: dict[Any, list[tuple[float, float]]] = {}
            for at in places:
                ring = layer.columns[ring_heading][at] if ring_heading else 1
                rings.setdefault(ring, []).append(points.geometry[at].coords[0])
            shape, code = polygon_of_rings(list(rings.values()))
        if shape is None:
            found = "" if wrong is None else str(layer.columns[number_heading][wrong] or "")
            flags.append(Flag(number, code or "geometry_broken", {"found": found}))
            continue
        rows.append(number)
        shapes.append(shape)
        kept.append(places[0])
    geometry = np.empty(len(shapes), object)
    geometry[:] = shapes
    columns = {heading: [values[at] for at in kept] for heading, values in layer.columns.items()}
    made = RawLayer(
        layer.name,
        len(parcels),
        rows,
        columns,
        geometry,
        flags,
        points.stated,
        layer.encoding,
        layer.encoding_sure,
        layer.alternatives,
        list(layer.notes),
    )
    count = sum(len(places) for places in parcels.values())
    made.notes.append(("points_gathered", {"points": count, "count": len(parcels)}))
    return made


def angle(value: Any, *, degrees: bool = True) -> float | None:
    """Return a number, or degrees from degrees, minutes, seconds in any usual signs; None for neither.

    degrees: False for grid coordinates, in which a comma parts thousands; in degrees it is the decimal point.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    text = str(value if value is not None else "").translate(_SIGNS)
    text = unicodedata.normalize("NFKC", text).replace("。", ".").strip()
    if "," in text:
        text = text.replace(",", ".") if degrees and text.count(",") == 1 else without_commas(text)
    found = _DASHED.match(text) if degrees else None
    found = found or _DMS.match(text)
    if found is None:
        return None
    whole, minutes, seconds = (float(part or 0) for part in found.groups())
    if minutes >= 60 or seconds >= 60 or (found[2] and not whole.is_integer()):
        return None
    size = abs(whole) + minutes / 60 + seconds / 3600
    negative = text.startswith("-") or any(mark in text.upper() for mark in ("W", "S", "西", "南"))
    return -size if negative else size


def _given_pair(
    columns: Mapping[str, Sequence[Any]], given: Mapping[str, str]
) -> tuple[str, str, Stated] | None:
    for first, second in (("lon", "lat"), ("x", "y")):
        if first in given and second in given:
            for name in (first, second):
                if given[name] not in columns:
                    raise InputError("heading_unknown", heading=given[name], known=", ".join(columns))
            stated = Stated(LONLAT_EPSG, "lon, lat", "heading") if first == "lon" else Stated()
            return given[first], given[second], stated
    return None


def _find_pair(columns: Mapping[str, Sequence[Any]]) -> tuple[str, str, Stated] | None:
    """(x heading, y heading, what they say): by name; plain X and Y by their sizes."""
    lon, lat = _heading(columns, LON), _heading(columns, LAT)
    if lon is not None and lat is not None:
        return lon, lat, Stated(LONLAT_EPSG, f"{lon}, {lat}", "heading")
    x, y = (
        _heading(columns, ("x", "x坐标", *NORTH, "坐标x")),
        _heading(columns, ("y", "y坐标", *EAST, "坐标y")),
    )
    if x is None or y is None or x == y:
        return None
    # Surveyors write northing as X; software writes easting as X. China's northings are 2 to 6 million
    # metres, eastings without zone number under 1 million and with it from 13 million.
    first, second = _median(columns[x]), _median(columns[y])
    if first is None or second is None:  # none can be read: each row says so
        written = any(value not in (None, "") for heading in (x, y) for value in columns[heading])
        return (x, y, Stated()) if written else None
    if abs(first) <= 180 and abs(second) <= 180:
        return (x, y, Stated()) if abs(first) > abs(second) else (y, x, Stated())
    return (y, x, Stated()) if 1_500_000 < first < 6_500_000 else (x, y, Stated())


def _pair_by_value(columns: Mapping[str, Sequence[Any]]) -> tuple[str, str, Stated] | None:
    """The one column that can be longitudes and the one of latitudes in China, whatever their headings;
    nothing states the system then, so it is asked."""
    found: dict[str, list[str]] = {"lon": [], "lat": []}
    for heading, values in columns.items():
        there = [value for value in values[:2000] if value not in (None, "")]
        numbers = [angle(value) for value in there if _with_places(value)]
        if not there or len(numbers) < 0.9 * len(there):
            continue
        for axis, (low, high) in (("lon", LONGITUDES), ("lat", LATITUDES)):
            if all(number is not None and low < number < high for number in numbers):
                found[axis].append(heading)
    if len(found["lon"]) != 1 or len(found["lat"]) != 1:
        return None
    return found["lon"][0], found["lat"][0], Stated()


def _with_places(value: Any) -> bool:
    """Whether a value is an angle as exact as a place needs: three places behind the point, or ° and ′."""
    if isinstance(value, str) and any(mark in value for mark in "°度"):
        return True
    return re.fullmatch(r"\s*\d{2,3}\.\d{3,}\s*", str(value)) is not None


def _heading(columns: Mapping[str, Sequence[Any]], words: Sequence[str]) -> str | None:
    for word in words:
        for heading in columns:
            if (
                plain(heading) == word
                or plain(split_unit(heading)[0]) == word
                or re.sub(r"[(（\[].*$", "", plain(heading)) == word
            ):
                return heading
    return None


def _median(values: Sequence[Any]) -> float | None:
    numbers = [
        number
        for value in values[:2000]
        if value is not None and (number := angle(value, degrees=False)) is not None
    ]
    return float(np.median(numbers)) if numbers else None


def _points(layer: RawLayer, x: str, y: str, *, degrees: bool) -> tuple[np.ndarray, list[Flag]]:
    geometry = np.empty(len(layer.rows), object)
    flags = []
    for at, (first, second) in enumerate(zip(layer.columns[x], layer.columns[y], strict=True)):
        if first in (None, "") and second in (None, ""):
            continue
        east, north = angle(first, degrees=degrees), angle(second, degrees=degrees)
        if east is None or north is None:
            flags.append(Flag(layer.rows[at], "position_unreadable", {"value": f"{first}, {second}"[:60]}))
        else:
            geometry[at] = shapely.Point(east, north)
    if degrees:
        flags += _turned(layer, geometry)
    return geometry, flags


def _turned(layer: RawLayer, geometry: np.ndarray) -> list[Flag]:
    """Turn single rows in which the latitude stands first (over 90 it is none); where all do, it is asked."""
    there = np.flatnonzero(~shapely.is_missing(geometry))
    first, second = np.abs(shapely.get_x(geometry[there])), np.abs(shapely.get_y(geometry[there]))
    wrong = there[(second > 90) & (second <= 180) & (first <= 90)]
    if not 0 < len(wrong) < len(there):
        return []
    geometry[wrong] = shapely.points(shapely.get_y(geometry[wrong]), shapely.get_x(geometry[wrong]))
    values = [f"{shape.y:g}, {shape.x:g}" for shape in geometry[wrong]]
    return [
        Flag(layer.rows[at], "axes_swapped", {"value": value}, kept=True)
        for at, value in zip(wrong, values, strict=True)
    ]


def _well_known(layer: RawLayer, heading: str) -> tuple[np.ndarray, list[Flag]]:
    geometry = np.empty(len(layer.rows), object)
    flags = []
    for at, value in enumerate(layer.columns[heading]):
        if value in (None, ""):
            continue
        try:
            geometry[at] = shapely.force_2d(shapely.from_wkt(str(value)))
        except (shapely.GEOSException, ValueError):
            flags.append(Flag(layer.rows[at], "position_unreadable", {"value": str(value)[:60]}))
    return geometry, flags


def _typed_by_value(columns: Mapping[str, Sequence[Any]]) -> str | None:
    """The first column of which half the texts are positions (`东经120°12′30″，北纬48°50′10″`)."""
    for heading, values in columns.items():
        texts = [value for value in values[:SAMPLED] if isinstance(value, str) and value]
        if texts and sum(map(_is_position, texts)) * 2 > len(texts):
            return heading
    return None


def _is_position(text: str) -> bool:
    if sum(char.isdigit() for char in text) < FEWEST_DIGITS:
        return False
    try:
        parse_lonlat(text)
    except InputError:
        return False
    return True


def _typed(layer: RawLayer, heading: str) -> tuple[np.ndarray, list[Flag]]:
    geometry = np.empty(len(layer.rows), object)
    flags = []
    for at, value in enumerate(layer.columns[heading]):
        if value in (None, ""):
            continue
        try:
            geometry[at] = shapely.Point(parse_lonlat(str(value)))
        except InputError as error:
            if sum(char.isdigit() for char in str(value)) < FEWEST_DIGITS:
                continue  # a place in words among positions: its gacha may be named
            if error.code == "position_swapped":  # a latitude cannot be over 90
                geometry[at] = shapely.Point(error.fields["lon"], error.fields["lat"])
                flags.append(Flag(layer.rows[at], "axes_swapped", {"value": str(value)[:60]}, kept=True))
                continue
            flags.append(Flag(layer.rows[at], "position_unreadable", {"value": str(value)[:60]}))
    return geometry, flags
