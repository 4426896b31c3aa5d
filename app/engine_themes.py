"""What a planning engine found, as what the map says before anything is kept. Free of Qt."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from app.messages import both, text
from layers.catalogue.style import Marker, Stroke, Symbol
from layers.maps.choropleth import MapTheme, Trace, amount_theme
from layers.planning.road_programme import RoadProgramme
from layers.planning.site_plan import SitePlan
from layers.planning.toilets import Allocation

MAKES = {
    "upgrade": Symbol(strokes=(Stroke("halo", 1.50), Stroke("work", 0.95))),
    "new": Symbol(strokes=(Stroke("halo", 1.50), Stroke("work", 0.95, (1.4, 0.8)))),
}
NEW_SITE = Symbol(marker=Marker("diamond", 4.2, "halo", fill="work"))
STANDING = Symbol(marker=Marker("ring", 2.8, "work", fill="halo"))


def roads_theme(found: RoadProgramme) -> MapTheme:
    """Return the roads of a programme: what is upgraded in full lines, what is new in broken ones (km)."""
    traces = []
    for make, symbol in MAKES.items():
        some = [one for one in found.projects if one.make == make]
        if some:
            km = f"{sum(one.km for one in some):,.1f}"
            words = both(f"engine_map_{make}", count=f"{len(some):,}", km=km)
            traces.append(Trace(words, symbol, shapely.MultiLineString(_lines(some))))
    return _theme("roads", traces)


def sites_theme(found: SitePlan) -> MapTheme:
    """Return the new sites of a plan, over those that stand."""
    traces = []
    places = found.facilities.geometry
    if len(places):
        words = both("engine_map_standing", count=f"{len(places):,}")
        traces.append(Trace(words, STANDING, shapely.MultiPoint(shapely.get_coordinates(places))))
    if found.new:
        new = shapely.MultiPoint([one.candidate.point for one in found.new])
        traces.append(Trace(both("engine_map_new_sites", count=f"{len(found.new):,}"), NEW_SITE, new))
    return _theme("sites", traces)


def works_theme(found: Allocation) -> MapTheme:
    """Return toilets by gacha in all years; unknown where the need is."""
    amounts = {one.gacha_code: None if one.need is None else float(one.total) for one in found.shares}
    title, subtitle = both("engine_map_works"), both("engine_map_draft")
    return amount_theme("engine_works", title, amounts, subtitle=subtitle, unit=text("unit_seat"))


def _theme(name: str, traces: Sequence[Trace]) -> MapTheme:
    return MapTheme(
        f"engine_{name}", both(f"engine_map_{name}"), both("engine_map_draft"), (), {}, traces=tuple(traces)
    )


def _lines(projects: Sequence[object]) -> list[shapely.LineString]:
    return [part for one in projects for part in shapely.get_parts(one.line)]  # type: ignore[attr-defined]
