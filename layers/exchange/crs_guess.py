"""Which coordinate system the numbers are in: candidates from what the file says, the numbers and the place.

Nothing is taken silently: a candidate says why, and how much of the data it puts into the project's area.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import InputError
from layers.exchange.gcj import from_gcj
from layers.exchange.packed import packed, unpacked
from layers.exchange.source import Stated
from layers.geo.crs import (
    FIRST_NUMBERED_EPSG,
    FIRST_PLAIN_EPSG,
    LONLAT_EPSG,
    PlanningCrs,
    is_geographic,
    transform_geometries,
    transform_xy,
)
from layers.plan.plan import Plan

WEB_MERCATOR = 3857
SIX_NUMBERED = 4491  # CGCS2000 6-degree zones with number, eastwards from 75°E (zone 13)
XIAN_PLAIN, XIAN_NUMBERED = 2370, 2349  # Xi'an 1980 3-degree zones eastwards from 75°E
BEIJING_PLAIN, BEIJING_NUMBERED = 2422, 2401  # Beijing 1954 3-degree zones eastwards from 75°E
SAMPLE = 2000
FEWEST_PACKED = 100_000.0  # D MM SS without a point: 3 degrees and more
MARGIN = 0.3  # of the area's size, around it
NEAR_DEGREES = 6
CHINA_SOUTH, CHINA_NORTH, HALF_ZONE = 18.0, 54.0, 3.0


@dataclass(frozen=True, slots=True)
class CrsChoice:
    """How coordinates are to be understood. swapped: northing or latitude comes first; shifted: GCJ-02;
    packed: degrees, minutes and seconds in one number (`layers.exchange.packed`)."""

    epsg: int
    swapped: bool = False
    shifted: bool = False
    packed: bool = False

    @property
    def key(self) -> str:
        """What `--crs` takes: `4549`, `4549:yx`, `4490:dms`, `GCJ-02`."""
        if self.shifted:
            return "GCJ-02"
        return f"EPSG:{self.epsg}" + (":yx" if self.swapped else "") + (":dms" if self.packed else "")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A coordinate system that may be meant. reason: code and fields, words `[ui.crs_CODE]`; share: of the
    sample inside the project's area; usable: False needs local parameters first."""

    choice: CrsChoice
    name: str
    reason: str
    fields: dict[str, Any]
    share: float
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where the project is, in degrees; exact: from its layers, else from its zone alone."""

    west: float
    south: float
    east: float
    north: float
    exact: bool

    @property
    def middle(self) -> float:
        return (self.west + self.east) / 2


def place_of(plan: Plan) -> Place:
    """Return the project's area with a margin; a strip around its meridian where it is empty."""
    bounds = plan.bounds
    if bounds is None:
        meridian = plan.crs.central_meridian
        return Place(meridian - HALF_ZONE, CHINA_SOUTH, meridian + HALF_ZONE, CHINA_NORTH, False)
    box = shapely.segmentize(shapely.box(*bounds), max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1.0) / 8)
    lonlat = plan.crs.to_lonlat(shapely.get_coordinates(box))
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    wide, high = max((east - west) * MARGIN, 0.05), max((north - south) * MARGIN, 0.05)
    return Place(float(west - wide), float(south - high), float(east + wide), float(north + high), True)


def parse_crs(text: str) -> CrsChoice:
    """Return what a user wrote: `4549`, `EPSG:4528`, `4490:yx` (latitude first), `4490:dms`, `GCJ-02`.

    Raises InputError `crs_not_understood`, `unknown_crs`.
    """
    plain = text.strip().upper().replace(" ", "")
    if plain.replace("-", "").replace("_", "") in ("GCJ02", "GCJ"):
        return CrsChoice(LONLAT_EPSG, shifted=True)
    found = re.fullmatch(r"(?:EPSG:{1,2})?(\d{4,6})(:YX)?(:DMS)?", plain)
    if found is None:
        raise InputError("crs_not_understood", given=text)
    degrees = is_geographic(int(found[1]))  # raises for an unknown number
    if found[3] and not degrees:
        raise InputError("crs_not_understood", given=text)
    return CrsChoice(int(found[1]), swapped=found[2] is not None, packed=found[3] is not None)


def to_planning(geometry: NDArray[Any], choice: CrsChoice, epsg: int) -> NDArray[Any]:
    """Shapes (n,) as `choice` understands them -> the project's metres. Errors as `transform_geometries`."""
    if choice.packed:
        geometry = shapely.transform(geometry, unpacked)
    if choice.swapped:
        geometry = shapely.transform(geometry, lambda xy: xy[:, ::-1])
    if choice.shifted:
        geometry = shapely.transform(geometry, from_gcj)
    return transform_geometries(geometry, choice.epsg, epsg)


def coordinates_to_planning(xy: NDArray[np.float64], choice: CrsChoice, epsg: int) -> NDArray[np.float64]:
    """Coordinates (n, 2) as `to_planning` moves those of shapes; the array itself where nothing moves."""
    if choice.packed:
        xy = unpacked(xy)
    if choice.swapped:
        xy = xy[:, ::-1]
    if choice.shifted:
        xy = from_gcj(xy)
    return xy if choice.epsg == epsg else transform_xy(xy, choice.epsg, epsg)


def guess_crs(geometry: NDArray[Any], stated: Stated, place: Place, crs: PlanningCrs) -> list[Candidate]:
    """Return candidates, the likeliest first: what the file states (if the numbers can be that), then by
    place."""
    xy = shapely.get_coordinates(geometry[:: max(len(geometry) // SAMPLE, 1)])
    if not len(xy):  # the few that were looked at are empty
        xy = shapely.get_coordinates(geometry)
    if not len(xy):
        return [_stated(stated, 1.0)] if stated.epsg else []
    xy = xy[:: max(len(xy) // SAMPLE, 1)]
    found = []
    if stated.epsg is not None:
        share = _share(xy, CrsChoice(stated.epsg), place)
        if share is not None:
            found.append(_stated(stated, share))
    others = []
    for choice, reason, fields in _readings(xy, place, crs):
        if found and choice == found[0].choice:
            continue
        share = _share(xy, choice, place)
        if share is not None:
            others.append(Candidate(choice, _name(choice), reason, fields, share))
    if any(one.share for one in others):
        others = [one for one in others if one.share]
    others.sort(
        key=lambda one: (
            -round(one.share, 2),
            one.choice.swapped,
            abs(_meridian(one.choice) - place.middle),
            one.choice.epsg != crs.epsg,
        )
    )
    found += others
    if stated.origin and stated.name == "GCJ-02":
        found.insert(
            0, Candidate(CrsChoice(LONLAT_EPSG, shifted=True), "GCJ-02", "stated", {"name": stated.name}, 1.0)
        )
    return found + list(_older_datums(found))


def _stated(stated: Stated, share: float) -> Candidate:
    assert stated.epsg is not None
    return Candidate(CrsChoice(stated.epsg), stated.name, "stated", {"name": stated.name}, share)


def _readings(
    xy: NDArray[np.float64], place: Place, crs: PlanningCrs
) -> Iterator[tuple[CrsChoice, str, dict[str, Any]]]:
    """Every reading that the size of the numbers allows."""
    for swapped in (False, True):
        x, y = (xy[:, 1], xy[:, 0]) if swapped else (xy[:, 0], xy[:, 1])
        east, north = float(np.median(x)), float(np.median(y))
        if np.abs(x).max() <= 180 and np.abs(y).max() <= 90:
            yield CrsChoice(LONLAT_EPSG, swapped), "degrees_swapped" if swapped else "degrees", {}
        if x.min() > FEWEST_PACKED and y.min() > FEWEST_PACKED and packed(np.column_stack([x, y])):
            yield CrsChoice(LONLAT_EPSG, swapped, packed=True), "packed", {}
        if not 1_500_000 < north < 6_500_000:
            continue
        if 50_000 < east < 950_000:
            for meridian in _meridians(place):
                yield (
                    CrsChoice(FIRST_PLAIN_EPSG + (meridian - 75) // 3, swapped),
                    "zone_swapped" if swapped else "zone",
                    {"meridian": meridian},
                )
        zone = math.floor(east / 1_000_000)
        if 25 <= zone <= 45:
            yield (
                CrsChoice(FIRST_NUMBERED_EPSG + zone - 25, swapped),
                "zone_number_swapped" if swapped else "zone_number",
                {"zone": zone, "meridian": zone * 3},
            )
        if 13 <= zone <= 23:
            yield (
                CrsChoice(SIX_NUMBERED + zone - 13, swapped),
                "six_degrees",
                {"zone": zone, "meridian": zone * 6 - 3},
            )
    if np.abs(xy).max() < 20_100_000 and np.abs(xy).max() > 1_000_000:
        yield CrsChoice(WEB_MERCATOR), "web_mercator", {}


def _meridians(place: Place) -> list[int]:
    first = max(75, 3 * math.ceil((place.west - NEAR_DEGREES) / 3))
    last = min(135, 3 * math.floor((place.east + NEAR_DEGREES) / 3))
    return list(range(first, last + 1, 3))


def _share(xy: NDArray[np.float64], choice: CrsChoice, place: Place) -> float | None:
    """Share of the sample that lies in the area, None where the numbers cannot be in this system."""
    try:
        xy = unpacked(xy) if choice.packed else xy
        lonlat = transform_xy(xy[:, ::-1] if choice.swapped else xy, choice.epsg, LONLAT_EPSG)
    except InputError:
        return None
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    return float(
        ((lon >= place.west) & (lon <= place.east) & (lat >= place.south) & (lat <= place.north)).mean()
    )


def _older_datums(found: list[Candidate]) -> Iterator[Candidate]:
    """Xi'an 80 and Beijing 54 have the same numbers within a hundred metres: named, never guessed."""
    for one in found:
        place = one.choice.epsg - FIRST_PLAIN_EPSG
        numbered = one.choice.epsg - FIRST_NUMBERED_EPSG
        if one.reason == "stated" or one.choice.shifted or not (0 <= place <= 20 or 0 <= numbered <= 20):
            continue
        for name, plain, with_number in (
            ("Xi'an 1980", XIAN_PLAIN, XIAN_NUMBERED),
            ("Beijing 1954", BEIJING_PLAIN, BEIJING_NUMBERED),
        ):
            epsg = plain + place if 0 <= place <= 20 else with_number + numbered
            yield Candidate(
                CrsChoice(epsg, one.choice.swapped),
                name,
                "needs_parameters",
                {"name": name},
                one.share,
                usable=False,
            )
        return


def _name(choice: CrsChoice) -> str:
    place = choice.epsg - FIRST_PLAIN_EPSG
    if 0 <= place <= 20:
        return f"CGCS2000 3° CM {75 + 3 * place}E"
    place = choice.epsg - FIRST_NUMBERED_EPSG
    if 0 <= place <= 20:
        return f"CGCS2000 3° zone {25 + place}"
    place = choice.epsg - SIX_NUMBERED
    if 0 <= place <= 10:
        return f"CGCS2000 6° zone {13 + place}"
    return {LONLAT_EPSG: "CGCS2000", WEB_MERCATOR: "Web Mercator"}.get(choice.epsg, f"EPSG:{choice.epsg}")


def _meridian(choice: CrsChoice) -> float:
    for first, step in ((FIRST_PLAIN_EPSG, 3), (FIRST_NUMBERED_EPSG, 3), (SIX_NUMBERED, 6)):
        place = choice.epsg - first
        if 0 <= place <= (20 if step == 3 else 10):
            return 75 + step * place
    return 0.0
