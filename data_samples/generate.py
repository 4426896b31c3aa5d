"""All rows of a banner, in the order in which one subject needs another."""

from __future__ import annotations

from data_samples import (
    administration,
    grassland,
    herding,
    parcels,
    pasture,
    projects,
    services,
    settlements,
    transport,
    waterworks,
)
from data_samples.banner import Banner
from data_samples.land import make_land
from data_samples.roads import make_roads, road_ground
from data_samples.rows import Row, Rows


def generate(banner: Banner) -> dict[str, list[Row]]:
    """Return kind -> rows; each row has the kind's columns and `geom` in the banner's planning CRS.

    The same banner gives the same rows on every machine.
    """
    land = make_land(banner)
    rows = Rows(land)
    administration.add_units(rows)
    waterworks.add_water(rows)
    sections, _ = make_roads(land)
    transport.add_roads(rows, sections)
    transport.add_bridges(rows)
    transport.add_dead_ends(rows, sections)
    transport.add_railways(rows)
    homes = settlements.add_households(rows)
    settlements.add_toilets(rows)
    settlements.add_hardships(rows)
    administration.add_resettlement(rows)
    administration.add_grid_cells(rows, homes)
    grassland.add_land_cover(rows)
    grassland.add_regimes(rows)
    grassland.add_control_lines(rows)
    pasture.add_pastures(rows)
    pasture.add_camps(rows)
    pasture.add_livestock(rows)
    pasture.add_livestock_zones(rows)
    pasture.add_patches(rows)
    herding.add_herding(rows)
    parcels.add_parcels(rows)
    waterworks.add_water_works(rows)
    waterworks.add_water_sources(rows)
    waterworks.add_basins(rows)
    services.add_health(rows)
    services.add_kindergartens(rows)
    services.add_sanitation(rows)
    services.add_public_services(rows)
    transport.add_stations(rows)
    projects.add_projects(rows, road_ground(land))
    return rows.kinds
