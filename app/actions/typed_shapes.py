"""Places and shapes as they are typed or pasted: degrees, degrees-minutes-seconds, grid; WKT, GeoJSON, a
table.

Grid coordinates are the project's planning CRS. With letters, X is north and Y east, as on Chinese survey
sheets and in the status row; without, the number of millions is the northing. An easting may carry its zone's
number.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from layers.errors import InputError
from layers.geo.crs import LONLAT_EPSG, PlanningCrs, parse_lonlat, transform_geometries

Xy = tuple[float, float]
NORTHINGS = (1_000_000.0, 10_000_000.0)
EASTINGS = (100_000.0, 1_000_000.0)
PREFIX = 1_000_000
MOST_CHARACTERS = 5_000_000
DEGREES = (180.0, 90.0)
_NUMBER = r"[+-]?\d+(?:[ ,]\d{3})*(?:\.\d+)?"
_LETTERS = re.compile(
    rf"^\s*([XYEN])\s*[=:]?\s*({_NUMBER})\s*[,; ]*\s*([XYEN])\s*[=:]?\s*({_NUMBER})\s*$", re.IGNORECASE
)
_PAIR = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d+(?:\.\d+)?)\s*$")
_WKT = re.compile(
    r"^\s*(?:SRID=(\d+);)?\s*(POINT|LINESTRING|POLYGON|MULTI\w+|GEOMETRYCOLLECTION)\b", re.IGNORECASE
)


def parse_place(text: str, crs: PlanningCrs) -> Xy:
    """Return the place (planning metres) that a user typed.

    Raises InputError `not_a_position`, `position_swapped`, `grid_other_zone`, `position_too_far`.
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("()[]")
    if match := _LETTERS.match(plain):
        named = {match[1].upper(): _number(match[2]), match[3].upper(): _number(match[4])}
        north = named.get("X", named.get("N"))
        east = named.get("Y", named.get("E"))
        if north is not None and east is not None and max(abs(north), abs(east)) > DEGREES[0]:
            return _grid(east, north, crs, text)
    if match := _PAIR.match(plain):
        one, two = float(match[1]), float(match[2])
        if max(abs(one), abs(two)) > DEGREES[0]:
            north_first = NORTHINGS[0] <= one < NORTHINGS[1] and not NORTHINGS[0] <= two < NORTHINGS[1]
            return _grid(two, one, crs, text) if north_first else _grid(one, two, crs, text)
    x, y = crs.from_lonlat([parse_lonlat(text)])[0]
    return float(x), float(y)


def _number(text: str) -> float:
    return float(re.sub(r"[ ,]", "", text))


def _grid(east: float, north: float, crs: PlanningCrs, text: str) -> Xy:
    if east >= 10 * PREFIX:
        zone, east = divmod(east, PREFIX)
        if int(zone) != crs.zone_number:
            raise InputError("grid_other_zone", zone=int(zone), own=crs.zone_number)
    if not (EASTINGS[0] <= east < EASTINGS[1] and NORTHINGS[0] <= north < NORTHINGS[1]):
        raise InputError("not_a_position", text=text)
    return east, north


def parse_shapes(text: str, crs: PlanningCrs, form: str) -> list[shapely.Geometry]:
    """Return the shapes (planning metres) in pasted text, for a layer of `form` (`Point`, `MultiPolygon` …).

    WKT and EWKT, GeoJSON (a geometry, a feature, a collection), or lines of coordinates: for points a place a
    line, else the corners of a line or ring, an empty line beginning the next part. WKT in degrees or in the
    grid; GeoJSON in degrees, or in the grid where its numbers are no degrees.
    Raises InputError `paste_nothing`, `paste_unreadable`, `geometry_form`, and those of `parse_place`.
    """
    text = text.strip().lstrip("\ufeff")
    if not text or len(text) > MOST_CHARACTERS:
        raise InputError("paste_nothing")
    if text[0] in "{[" and (shapes := _json(text)) is not None:
        return [shape for one in shapes for shape in _fitted(_placed(one, None, crs), form)]
    if match := _WKT.match(text):
        try:
            shape = shapely.from_wkt(re.sub(r"^\s*SRID=\d+;", "", text, flags=re.IGNORECASE))
        except shapely.GEOSException as error:
            raise InputError("paste_unreadable", detail=str(error).splitlines()[0][:80]) from None
        return _fitted(_placed(shape, int(match[1]) if match[1] else None, crs), form)
    return _from_table(text, crs, form)


def _json(text: str) -> list[Any] | None:
    from layers.exchange.formats.json_shapes import shape_of

    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    features = found.get("features") if found.get("type") == "FeatureCollection" else [found]
    shapes = []
    try:
        for feature in features or []:
            geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
            shape, _ = shape_of(geometry)
            if shape is not None and not shape.is_empty:
                shapes.append(shape)
    except (ValueError, TypeError, AttributeError, shapely.GEOSException) as error:
        raise InputError("paste_unreadable", detail=str(error)[:80]) from None
    if not shapes:
        raise InputError("paste_nothing")
    return shapes


def _placed(shape: Any, epsg: int | None, crs: PlanningCrs) -> Any:
    """The shape in the planning CRS: from the CRS that it names, else degrees, else the grid itself."""
    shape = shapely.force_2d(shape)
    xy = shapely.get_coordinates(shape)
    if not len(xy) or not np.isfinite(xy).all():
        raise InputError("paste_nothing")
    if epsg is None:
        degrees = (np.abs(xy[:, 0]) <= DEGREES[0]).all() and (np.abs(xy[:, 1]) <= DEGREES[1]).all()
        epsg = LONLAT_EPSG if degrees else crs.epsg
        if not degrees:
            grid = [_grid(float(x), float(y), crs, f"{x:g} {y:g}") for x, y in xy]
            return shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(shape)), np.array(grid))
    if epsg == crs.epsg:
        return shape
    return transform_geometries([shape], epsg, crs.epsg)[0]


def _fitted(shape: Any, form: str) -> list[shapely.Geometry]:
    dimension = {"Point": 0, "MultiLineString": 1, "MultiPolygon": 2}[form]
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    if not flat or any(int(shapely.get_dimensions(piece)) != dimension for piece in flat):
        raise InputError("geometry_form", found=shape.geom_type)
    return flat if form == "Point" else [shape]


def _from_table(text: str, crs: PlanningCrs, form: str) -> list[shapely.Geometry]:
    parts: list[list[Xy]] = [[]]
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            if parts[-1]:
                parts.append([])
            continue
        place = _place_in(line, crs)
        if place is None:
            if number == 1:
                continue  # a heading
            raise InputError("paste_line", line=number, text=line.strip()[:60])
        parts[-1].append(place)
    parts = [part for part in parts if part]
    if not parts:
        raise InputError("paste_unreadable", detail=text.splitlines()[0][:60])
    if form == "Point":
        return [shapely.Point(place) for part in parts for place in part]
    least = 2 if form == "MultiLineString" else 3
    rings = [_open(part) if form == "MultiPolygon" else part for part in parts]
    if any(len(ring) < least for ring in rings):
        raise InputError("too_few_points", least=least)
    if form == "MultiLineString":
        return [shapely.MultiLineString(rings)]
    return [shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])]


def _open(ring: list[Xy]) -> list[Xy]:
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _place_in(line: str, crs: PlanningCrs) -> Xy | None:
    """The place of a line: the whole of it, or the last or first two cells where others (a number, a name)
    stand by."""
    cells: Sequence[str] = [cell.strip() for cell in re.split(r"[\t,;，；]", line) if cell.strip()]
    if len(cells) < 2:
        cells = line.split()
    tries = [line]
    if len(cells) > 2:
        tries += [",".join(cells[1:3]), ",".join(cells[-2:]), ",".join(cells[:2])]
    for typed in tries:
        try:
            return parse_place(typed, crs)
        except InputError as error:
            if error.code == "grid_other_zone":
                raise
    return None
