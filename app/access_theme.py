"""Access as what the map says: minutes by gacha, isochrones, ways, parts of the network that are cut off. No
Qt."""

from __future__ import annotations

from app.access_words import group_title
from app.messages import both
from layers.catalogue.style import Pattern, Stroke, StyleClass, Symbol
from layers.catalogue.text import Text
from layers.maps.choropleth import RAMP, UNKNOWN, MapTheme, Trace
from layers.planning.access import TOLERANCE, Access, Route
from layers.planning.access_summary import GachaAccess
from layers.planning.road_parts import RoadParts

LOST = StyleClass(
    "cut_off", Text("到不了", "Cut off"), Symbol(fill="need4", patterns=(Pattern("grid", "dead", 1.5, 0.15),))
)
WAY = Symbol(strokes=(Stroke("sel_case", 1.15), Stroke("sel", 0.70)))
CUT = Symbol(strokes=(Stroke("halo", 1.30), Stroke("dead", 0.75)))


def bands(result: Access) -> tuple[StyleClass, ...]:
    """Return a class for each band of minutes, the nearest first: <= its threshold, the last open above."""
    limits = [f"{limit:g}" for limit in result.thresholds]
    titles = [
        Text(f"≤ {limits[0]} 分钟", f"≤ {limits[0]} min"),
        *(
            Text(f"{low}–{high} 分钟", f"{low}–{high} min")
            for low, high in zip(limits, limits[1:], strict=False)
        ),
        Text(f"> {limits[-1]} 分钟", f"> {limits[-1]} min"),
    ]
    return tuple(
        StyleClass(f"band{at}", title, Symbol(fill=RAMP[min(at, len(RAMP) - 1)]))
        for at, title in enumerate(titles)
    )


def unit_theme(
    result: Access,
    rows: tuple[GachaAccess, ...],
    route: Route | None,
    *,
    sumu: bool = False,
    season: str | None = None,
) -> MapTheme:
    """Return the mean minutes by gacha; gachas of which no place is reached are cut off, or unknown.

    sumu: the rows are of sumu, and all gachas of one take its class. season: of the camps that are counted.
    """
    classes = (*bands(result), LOST, UNKNOWN)
    of_unit = {}
    for row in rows:
        if not row.code:
            continue
        if row.mean is None:
            of_unit[row.code] = len(classes) - 2 if row.cut_off else len(classes) - 1
        else:
            of_unit[row.code] = sum(row.mean > limit + TOLERANCE for limit in result.thresholds)
    units = result.origins.units
    for gacha, over in zip(units.codes, units.sumu_codes, strict=True) if sumu and units else ():
        if over in of_unit:
            of_unit[gacha] = of_unit[over]
    far = len(result.thresholds)
    places = both(f"access_from_{result.origins.what}") if season is None else group_title(result, season)
    return MapTheme(
        f"access_{result.target.id}_{result.origins.what}",
        both("access_map", to=result.target.title.zh, to_en=result.target.title.en),
        both(f"access_map_{'sumu' if sumu else 'gachas'}", places=places.zh, places_en=places.en.lower()),
        classes,
        of_unit,
        flagged=frozenset(code for code, at in of_unit.items() if at >= far and at <= far + 1),
        traces=_way(route),
    )


def isochrone_theme(result: Access, areas: tuple, route: Route | None) -> MapTheme:  # type: ignore[type-arg]
    """Return the isochrones, the widest lowest."""
    last = f"{result.thresholds[-1]:g}"
    beyond = StyleClass(
        "beyond", Text(f"> {last} 分钟或到不了", f"> {last} min or cut off"), Symbol(fill="none")
    )
    classes = (*bands(result)[:-1], beyond)
    units = result.origins.units
    return MapTheme(
        f"isochrones_{result.target.id}",
        both("access_map", to=result.target.title.zh, to_en=result.target.title.en),
        both("access_map_isochrones"),
        classes,
        dict.fromkeys(units.codes if units else (), len(classes) - 1),
        areas=tuple((at, areas[at][1]) for at in reversed(range(len(areas)))),
        traces=_way(route),
    )


def _way(route: Route | None) -> tuple[Trace, ...]:
    if route is None:
        return ()
    words = f"{route.minutes:,.0f} {{}}，{route.km:,.1f} km"
    return (
        Trace(
            Text(f"路线 {words.format('分钟')}", f"Way: {words.format('min').replace('，', ', ')}"),
            WAY,
            route.line,
        ),
    )


def parts_theme(found: RoadParts) -> MapTheme:
    """Return what is cut off from the main network."""
    import shapely

    lines = [line for part in found.cut_off for line in part.geometry.geoms]
    km = sum(part.km for part in found.cut_off)
    trace = Trace(
        both("parts_legend", count=f"{len(found.cut_off):,}", km=f"{km:,.1f}"),
        CUT,
        shapely.MultiLineString(lines),
    )
    return MapTheme("road_parts", both("parts_map"), Text("", ""), (), {}, traces=(trace,) if lines else ())
