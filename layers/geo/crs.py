"""Coordinate systems of a project: its planning zone, longitude and latitude, and how both are written.

A project stores metres (easting, northing) in one CGCS2000 3-degree Gauss-Krüger zone without a zone number;
longitude and latitude (EPSG:4490) are what is shown. Every array here is x first: easting/northing, lon/lat.
"""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.errors import InputError

if TYPE_CHECKING:  # pyproj takes 40 ms to import: it comes in with the first conversion
    from pyproj import CRS, Transformer

LONLAT_EPSG = 4490
FIRST_MERIDIAN, LAST_MERIDIAN = 75, 135
FIRST_PLAIN_EPSG, FIRST_NUMBERED_EPSG = 4534, 4513
"""EPSG numbers the 21 zones eastwards from 75°E: 4534… without, 4513… with the zone number in the easting."""

COINCIDENT_DATUMS = frozenset({4326, 4978, 4979, 4479, 4480, 4490})
"""Geodetic CRSs of WGS 84 and CGCS2000: PROJ has no operation between them, and they agree within a metre."""

WIDEST_OFFSET = 30.0
"""Degrees from the central meridian beyond which a Gauss-Krüger coordinate is surely a mistake."""


@dataclass(frozen=True, slots=True)
class PlanningCrs:
    """One 3-degree Gauss-Krüger zone of CGCS2000 without zone number: easting/northing in metres."""

    epsg: int
    central_meridian: int
    name_zh: str
    name_en: str

    @classmethod
    def from_epsg(cls, epsg: int) -> PlanningCrs:
        """The zone of EPSG:4534…4554; anything else is InputError `not_a_planning_crs`."""
        meridian = FIRST_MERIDIAN + 3 * (epsg - FIRST_PLAIN_EPSG)
        if not FIRST_MERIDIAN <= meridian <= LAST_MERIDIAN:
            raise InputError("not_a_planning_crs", epsg=epsg)
        return cls(
            epsg=epsg,
            central_meridian=meridian,
            name_zh=f"CGCS2000 3度带高斯-克吕格 中央经线{meridian}°E",
            name_en=f"CGCS2000 3-degree Gauss-Krüger, central meridian {meridian}°E",
        )

    @property
    def numbered_epsg(self) -> int:
        """The same zone with its number in front of the easting (EPSG:4528 for 4549)."""
        return self.epsg - FIRST_PLAIN_EPSG + FIRST_NUMBERED_EPSG

    @property
    def zone_number(self) -> int:
        return self.central_meridian // 3

    def name(self, lang: str = "zh") -> str:
        return self.name_en if lang == "en" else self.name_zh

    def wkt(self, version: str = "WKT2_2019") -> str:
        """The definition as text; `version` as pyproj names it (WKT1_ESRI for a .prj file)."""
        return _crs(self.epsg).to_wkt(version)

    def to_lonlat(self, xy: ArrayLike) -> NDArray[np.float64]:
        """Easting/northing (n, 2) in metres -> longitude/latitude (n, 2) in degrees."""
        return transform_xy(xy, self.epsg, LONLAT_EPSG)

    def from_lonlat(self, lonlat: ArrayLike) -> NDArray[np.float64]:
        """Longitude/latitude (n, 2) in degrees -> easting/northing (n, 2) in metres."""
        return transform_xy(lonlat, LONLAT_EPSG, self.epsg)


def planning_crs(lon: float) -> PlanningCrs:
    """The 3-degree zone whose central meridian is nearest to `lon` (degrees east).

    InputError `longitude_outside_zones` west of 73°E or east of 136.5°E, where no zone is defined.
    """
    if not (math.isfinite(lon) and FIRST_MERIDIAN - 2 <= lon <= LAST_MERIDIAN + 1.5):
        raise InputError("longitude_outside_zones", lon=lon)
    meridian = min(max(3 * math.floor(lon / 3 + 0.5), FIRST_MERIDIAN), LAST_MERIDIAN)
    return PlanningCrs.from_epsg(FIRST_PLAIN_EPSG + (meridian - FIRST_MERIDIAN) // 3)


def transform_xy(xy: ArrayLike, source_epsg: int, target_epsg: int) -> NDArray[np.float64]:
    """Coordinates (n, 2) from one CRS to another, x first in both.

    InputError `coordinates_outside_crs` (with `count`) for coordinates that do not exist in either CRS,
    `datum_needs_parameters` where only a guess between datums is known, `unknown_crs`.
    """
    source = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if source_epsg == target_epsg:
        target = source.copy()
        x, y = source[:, 0], source[:, 1]
    else:
        x, y = _transformer(source_epsg, target_epsg).transform(source[:, 0], source[:, 1])
        target = np.column_stack([x, y]).astype(np.float64, copy=False)
    outside = ~(np.isfinite(x) & np.isfinite(y))
    outside |= _beyond(source, source_epsg, target_epsg) | _beyond(target, target_epsg, source_epsg)
    if outside.any():
        raise InputError(
            "coordinates_outside_crs",
            count=int(outside.sum()),
            total=len(source),
            source=source_epsg,
            target=target_epsg,
        )
    return target


def transform_geometries(
    geometries: Sequence[Any] | NDArray[Any], source_epsg: int, target_epsg: int
) -> NDArray[Any]:
    """Shapely geometries (n,) from one CRS to another; None stays None, heights are kept as they are.

    Errors as in `transform_xy`. Vertices are moved; edges are not densified.
    """
    moved = np.array(geometries, dtype=object, copy=True)
    if source_epsg == target_epsg or moved.size == 0:
        return moved
    import shapely  # as much as pyproj to import, and the child process may do without

    high = shapely.has_z(moved)
    for chosen, include_z in ((~high, False), (high, True)):
        if chosen.any():
            moved[chosen] = shapely.transform(
                moved[chosen], lambda c: _move(c, source_epsg, target_epsg), include_z=include_z
            )
    return moved


@lru_cache(maxsize=256)
def has_mercator_units(epsg: int) -> bool:
    """True for web Mercator and its relatives, whose metres are not metres on the ground."""
    if epsg in MERCATOR_ALIASES:
        return True
    crs = _crs(epsg)
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else ""
    return "Mercator" in method and "Transverse" not in method and "Oblique" not in method


MERCATOR_ALIASES = frozenset({900913, 102100, 102113, 41001, 54004})
"""Numbers that were used for web or world Mercator without ever being EPSG's."""


@lru_cache(maxsize=256)
def is_geographic(epsg: int) -> bool:
    """True where coordinates are degrees."""
    return _crs(epsg).is_geographic


def format_dms(lon: float, lat: float) -> str:
    """`119°56′12.4″E 48°38′50.7″N`: seconds rounded half up to a tenth (about 3 m)."""
    return f"{_dms(lon, 'E', 'W')} {_dms(lat, 'N', 'S')}"


def parse_lonlat(text: str) -> tuple[float, float]:
    """`LON,LAT` as people type it -> (lon, lat) in degrees.

    Decimal degrees or degrees, minutes, seconds; ° ′ ″ or 度 分 秒; full-width digits and punctuation;
    E/W/N/S or 东经/西经/北纬/南纬 before or after a number, which also settles the order.
    InputError `not_a_position` for anything else, `position_swapped` when latitude clearly came first.
    """
    parts = _parts(text)
    values = [_angle(part, text) for part in parts]
    axes = [axis for _, axis in values]
    if axes in (["lat", "lon"], ["lat", None], [None, "lon"]):
        values.reverse()
    elif axes not in ([None, None], ["lon", "lat"], ["lon", None], [None, "lat"]):
        raise InputError("not_a_position", text=text)
    (lon, _), (lat, _) = values
    if abs(lat) > 90 >= abs(lon) and axes == [None, None]:
        raise InputError("position_swapped", text=text, lon=lat, lat=lon)
    if abs(lon) > 180 or abs(lat) > 90:
        raise InputError("not_a_position", text=text)
    return lon, lat


# --- inside -------------------------------------------------------------------------------------------------

_local = threading.local()


def _crs(epsg: int) -> CRS:
    """One CRS a thread: used after the thread that made it has ended, it takes the process down (seen)."""
    cache: dict[int, CRS] = _local.__dict__.setdefault("systems", {})
    if epsg not in cache:
        cache[epsg] = _new_crs(epsg)
    return cache[epsg]


def _new_crs(epsg: int) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_epsg(epsg)
    except CRSError as error:
        raise InputError("unknown_crs", epsg=epsg) from error


def _transformer(source_epsg: int, target_epsg: int) -> Transformer:
    """One Transformer a thread and pair: PROJ objects may not be shared between threads."""
    cache: dict[tuple[int, int], Transformer] = _local.__dict__.setdefault("transformers", {})
    pair = (source_epsg, target_epsg)
    if pair not in cache:
        cache[pair] = _new_transformer(_crs(source_epsg), _crs(target_epsg))
    return cache[pair]


def _new_transformer(source: CRS, target: CRS) -> Transformer:
    from pyproj import Transformer

    transformer = Transformer.from_crs(source, target, always_xy=True)
    datums = {crs.geodetic_crs.to_epsg() if crs.geodetic_crs else None for crs in (source, target)}
    if "Ballpark" in transformer.description and not datums <= COINCIDENT_DATUMS:
        # PROJ would shift by nothing at all: wrong by tens to hundreds of metres for Xi'an 80 and Beijing 54.
        raise InputError("datum_needs_parameters", source=source.name, target=target.name)
    return transformer


def _beyond(xy: NDArray[np.float64], epsg: int, other_epsg: int) -> NDArray[np.bool_]:
    """Finite degrees that no place on earth has, or that lie absurdly far from the other CRS's meridian."""
    if not is_geographic(epsg):
        return np.zeros(len(xy), dtype=bool)
    with np.errstate(invalid="ignore"):
        beyond = (np.abs(xy[:, 0]) > 180) | (np.abs(xy[:, 1]) > 90)
        meridian = _central_meridian(other_epsg)
        if meridian is not None:
            beyond |= np.abs(xy[:, 0] - meridian) > WIDEST_OFFSET
    return beyond


@lru_cache(maxsize=64)
def _central_meridian(epsg: int) -> float | None:
    operation = _crs(epsg).coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    return next((float(p.value) for p in operation.params if p.name == "Longitude of natural origin"), None)


def _move(coordinates: NDArray[np.float64], source_epsg: int, target_epsg: int) -> NDArray[np.float64]:
    moved = coordinates.copy()
    moved[:, :2] = transform_xy(coordinates[:, :2], source_epsg, target_epsg)
    return moved


def _dms(value: float, positive: str, negative: str) -> str:
    tenths = math.floor(abs(value) * 36_000 + 0.5)
    degrees, rest = divmod(tenths, 36_000)
    minutes, tenths = divmod(rest, 600)
    side = negative if value < 0 else positive
    return f"{degrees}°{minutes:02d}′{tenths // 10:02d}.{tenths % 10}″{side}"


_SIGNS = str.maketrans(
    {"度": "°", "º": "°", "˚": "°", "分": "'", "′": "'", "’": "'", "‘": "'", "`": "'", "秒": '"', "″": '"',
     "”": '"', "“": '"', "、": ",", "；": ",", ";": ",", "−": "-", "–": "-"}
)  # fmt: skip
_WORDS = (("东经", "E"), ("西经", "W"), ("北纬", "N"), ("南纬", "S"), ("东", "E"), ("西", "W"), ("北", "N"),
          ("南", "S"), ("经度", "E"), ("纬度", "N"))  # fmt: skip
_ANGLE = re.compile(
    r"""^(?P<before>[EWNS])?:?\s*(?P<sign>[+-])?\s*(?P<d>\d+(?:\.\d+)?)\s*
        (?:°\s*(?:(?P<m>\d+(?:\.\d+)?)\s*'\s*(?:(?P<s>\d+(?:\.\d+)?)\s*(?:"|''))?)?)?
        \s*(?P<after>[EWNS])?$""",
    re.VERBOSE,
)


def _parts(text: str) -> list[str]:
    """The two halves of a typed position, in plain ASCII signs."""
    # ″ folds to two ′ under NFKC, so the signs are mapped before the widths.
    plain = text
    for word, letter in sorted(_WORDS, key=lambda pair: -len(pair[0])):
        plain = plain.replace(word, letter)
    plain = unicodedata.normalize("NFKC", plain.translate(_SIGNS)).translate(_SIGNS).upper().strip(" ,()[]")
    parts = [part.strip() for part in plain.split(",")] if "," in plain else _split_without_comma(plain)
    if len(parts) != 2 or not all(parts):
        raise InputError("not_a_position", text=text)
    return parts


def _split_without_comma(plain: str) -> list[str]:
    """`119.9 48.6`, `119°56'12"E 48°38'50"N`, `E119.9 N48.6`."""
    for pattern in (r"([EWNS][^EWNS]+)([EWNS][^EWNS]+)", r"([^EWNS]+[EWNS])([^EWNS]+[EWNS])"):
        if match := re.fullmatch(pattern, plain):
            return [part.strip() for part in match.groups()]
    return plain.split()


def _angle(part: str, text: str) -> tuple[float, str | None]:
    match = _ANGLE.match(part)
    if match is None or (match["before"] and match["after"]):
        raise InputError("not_a_position", text=text)
    degrees, minutes, seconds = (float(match[name] or 0) for name in ("d", "m", "s"))
    broken = match["m"] is not None and (not degrees.is_integer() or minutes >= 60)
    broken |= match["s"] is not None and (not minutes.is_integer() or seconds >= 60)
    if broken:
        raise InputError("not_a_position", text=text)
    letter = match["before"] or match["after"]
    value = degrees + minutes / 60 + seconds / 3600
    negative = (match["sign"] == "-") != (letter in ("W", "S"))
    axis = None if letter is None else ("lon" if letter in "EW" else "lat")
    return (-value if negative else value), axis
