"""What a file itself says about its coordinate system: WKT of a .prj, an EPSG number, a crs member. Child
only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layers.exchange.source import Stated
from layers.geo.crs import FIRST_NUMBERED_EPSG, FIRST_PLAIN_EPSG

if TYPE_CHECKING:
    from pyproj import CRS

CGCS2000_NAMES = ("CGCS2000", "CGCS_2000", "CHINA_2000", "CHINA GEODETIC", "CHINA_GEODETIC")
SIX_PLAIN, SIX_NUMBERED = 4502, 4491  # CGCS2000 6-degree zones eastwards from 75°E, without and with number

_USUAL = re.compile(
    r'PROJCS\["CGCS2000_3_Degree_GK_(?:CM_(?P<cm>\d+)E|Zone_(?P<zone>\d+))",'
    r'GEOGCS\["GCS_China_Geodetic_Coordinate_System_2000",DATUM\["D_China_2000",'
    r'SPHEROID\["CGCS2000",6378137\.0,298\.257222101\]\],PRIMEM\["Greenwich",0\.0\],'
    r'UNIT\["Degree",0\.0174532925199433\]\],PROJECTION\["Gauss_Kruger"\],'
    r'PARAMETER\["False_Easting",(?P<easting>\d+)\.0\],PARAMETER\["False_Northing",0\.0\],'
    r'PARAMETER\["Central_Meridian",(?P<meridian>\d+)\.0\],PARAMETER\["Scale_Factor",1\.0\],'
    r'PARAMETER\["Latitude_Of_Origin",0\.0\],UNIT\["Meter",1\.0\]\]'
)
"""What ArcGIS and GDAL write into the .prj of a 3-degree zone."""


def stated_from_prj(data: bytes) -> Stated:
    """Return what a .prj says; garbage is stated but not recognised."""
    text = data.decode("utf-8", "replace").strip("\x00 \r\n\t")
    return stated_from_text(text, "prj") if text else Stated()


def stated_from_text(text: str, origin: str) -> Stated:
    """Return what WKT, PROJJSON, `EPSG:n` or an OGC URN says."""
    if len(text) > 20_000:
        return Stated(None, text[:40], origin)
    usual = _usual_zone(text)
    if usual is not None:
        return Stated(*usual, origin)
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(text)
    except (CRSError, ValueError, TypeError, UnicodeError):
        return Stated(None, text[:60], origin)
    return Stated(epsg_of(crs), crs.name, origin)


def _usual_zone(text: str) -> tuple[int, str] | None:
    """(EPSG number, name) of a zone written in the usual way: what PROJ says, without PROJ, which takes
    longer to start than many a file to be read."""
    found = _USUAL.fullmatch(text)
    if found is None:
        return None
    meridian, easting = int(found["meridian"]), int(found["easting"])
    place, rest = divmod(meridian - 75, 3)
    if rest or not 0 <= place <= 20:
        return None
    if found["cm"] is not None and (int(found["cm"]), easting) == (meridian, 500_000):
        return FIRST_PLAIN_EPSG + place, f"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E"
    zone = meridian // 3
    if found["zone"] is not None and (int(found["zone"]), easting) == (zone, zone * 1_000_000 + 500_000):
        return FIRST_NUMBERED_EPSG + place, f"CGCS2000 / 3-degree Gauss-Kruger zone {zone}"
    return None


def epsg_of(crs: CRS) -> int | None:
    """Return the EPSG number that a definition means; Gauss-Krüger zones of CGCS2000 by their parameters."""
    if crs.is_compound and crs.sub_crs_list:
        crs = crs.sub_crs_list[0]
    number = crs.to_epsg(min_confidence=70)
    zone = _zone(crs)
    if zone is not None:
        return zone
    if number is not None:
        return int(number)
    name = (crs.geodetic_crs.name if crs.geodetic_crs else crs.name).upper()
    if crs.is_geographic and any(part in name.replace(" ", "_") or part in name for part in CGCS2000_NAMES):
        return 4490
    if crs.is_geographic and "WGS" in name and "84" in name:
        return 4326
    return None


def _zone(crs: CRS) -> int | None:
    operation = crs.coordinate_operation
    if operation is None or crs.geodetic_crs is None or "Transverse Mercator" not in operation.method_name:
        return None
    name = f"{crs.name} {crs.geodetic_crs.name} {crs.datum.name if crs.datum else ''}".upper().replace(
        " ", "_"
    )
    if not any(part.replace(" ", "_") in name for part in CGCS2000_NAMES):
        return None
    values = {parameter.name: float(parameter.value) for parameter in operation.params}
    meridian = values.get("Longitude of natural origin", 0)
    easting = values.get("False easting", 0)
    if values.get("Scale factor at natural origin", 1) != 1 or values.get("False northing", 0) != 0:
        return None
    if meridian % 3 or not 75 <= meridian <= 135:
        return None
    place = round((meridian - 75) / 3)
    if easting == 500_000:
        return FIRST_PLAIN_EPSG + place
    if easting == (meridian // 3) * 1_000_000 + 500_000:
        return FIRST_NUMBERED_EPSG + place
    if meridian % 6 == 3 and easting == ((meridian + 3) // 6) * 1_000_000 + 500_000:
        return SIX_NUMBERED + round((meridian - 75) / 6)
    return None
