import threading

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from layers.errors import InputError
from layers.geo import crs
from layers.geo.crs import (
    PlanningCrs,
    format_dms,
    has_mercator_units,
    parse_lonlat,
    planning_crs,
    transform_geometries,
    transform_xy,
)


def code_of(call, *args):
    with pytest.raises(InputError) as caught:
        call(*args)
    return caught.value.code


def test_every_zone_is_the_one_that_epsg_defines():
    for step, meridian in enumerate(range(75, 136, 3)):
        zone = planning_crs(meridian)
        assert zone.epsg == 4534 + step and zone == PlanningCrs.from_epsg(zone.epsg)
        assert CRS.from_epsg(zone.epsg).name == f"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E"
        assert CRS.from_epsg(zone.numbered_epsg).name.endswith(f"zone {zone.zone_number}")
        assert CRS.from_wkt(zone.wkt()).to_epsg() == zone.epsg


@pytest.mark.parametrize(
    ("lon", "meridian"), [(119.75, 120), (118.5, 120), (118.49, 117), (121.49, 120), (73.5, 75), (135.9, 135)]
)
def test_the_nearest_meridian_is_taken(lon, meridian):
    assert planning_crs(lon).central_meridian == meridian


def test_places_without_a_zone_are_refused():
    assert code_of(planning_crs, 10.0) == "longitude_outside_zones"
    assert code_of(planning_crs, float("nan")) == "longitude_outside_zones"
    assert code_of(PlanningCrs.from_epsg, 4528) == "not_a_planning_crs"


def test_zone_number_adds_forty_million_and_nothing_else():
    plain = PlanningCrs.from_epsg(4549).from_lonlat([[119.754, 48.647]])
    numbered = transform_xy([[119.754, 48.647]], 4490, 4528)
    assert numbered - plain == pytest.approx(np.array([[40_000_000, 0]]), abs=1e-6)
    # One degree of longitude at 48.6°N is about 73.8 km, so x lies west of the false easting by a quarter.
    assert 481_000 < plain[0, 0] < 482_500 and 5_389_000 < plain[0, 1] < 5_391_000


@given(st.floats(117, 123), st.floats(40, 54))
def test_there_and_back_within_a_tenth_of_a_millimetre(lon, lat):
    zone = PlanningCrs.from_epsg(4549)
    there = zone.from_lonlat([[lon, lat]])
    assert zone.from_lonlat(zone.to_lonlat(there)) == pytest.approx(there, abs=1e-4)


def test_geometries_keep_rows_gaps_and_heights():
    line = shapely.LineString([(119.7, 48.6, 701.0), (119.8, 48.7, 702.0)])
    moved = transform_geometries([line, None, shapely.Point(), shapely.Point(120, 48)], 4490, 4549)
    assert moved[1] is None and moved[2].is_empty
    assert shapely.get_coordinates(moved[0], include_z=True)[:, 2].tolist() == [701.0, 702.0]
    assert moved[3].x == pytest.approx(500_000, abs=1e-6) and not moved[3].has_z


@pytest.mark.parametrize(
    ("xy", "source", "target"),
    [
        ([[500_000, 5_400_000]], 4490, 4549),  # metres said to be degrees
        ([[40_500_000, 5_400_000]], 4549, 4490),  # a zone number that the CRS does not have
        ([[float("nan"), 1.0]], 4549, 4490),
        ([[48.6, 119.7]], 4490, 4549),  # latitude first
        ([[10.0, 48.0]], 4490, 4549),  # another continent
        ([[float("inf"), 1.0]], 4549, 4549),
    ],
)
def test_coordinates_that_cannot_be_are_counted(xy, source, target):
    good = [120.0, 48.0] if source == 4490 else [500_000.0, 5_300_000.0]
    with pytest.raises(InputError) as caught:
        transform_xy([good, *xy], source, target)
    assert caught.value.code == "coordinates_outside_crs"
    assert (caught.value.fields["count"], caught.value.fields["total"]) == (1, 2)


@pytest.mark.parametrize("old", [4610, 2343, 4214, 2401, 4555])
def test_old_datums_are_never_shifted_by_guess(old):
    assert code_of(transform_xy, [[120.0, 48.0]], old, 4549) == "datum_needs_parameters"


def test_unknown_numbers_are_a_sentence():
    assert code_of(transform_xy, [[0, 0]], 999999, 4549) == "unknown_crs"


def test_wgs84_and_web_mercator_come_in():
    there = transform_xy([[119.7, 48.6]], 4326, 4549)
    mercator = transform_xy([[119.7, 48.6]], 4326, 3857)
    assert transform_xy(mercator, 3857, 4549) == pytest.approx(there, abs=1e-3)
    assert all(has_mercator_units(epsg) for epsg in (3857, 3395, 900913))
    assert not any(has_mercator_units(epsg) for epsg in (4549, 4490, 32651))


def test_threads_do_not_share_transformers():
    points = np.column_stack([np.linspace(118.6, 121.4, 2000), np.linspace(47, 50, 2000)])
    expected = PlanningCrs.from_epsg(4549).from_lonlat(points)
    wrong, used = [], []

    def work():
        used.append(crs._transformer(4490, 4549))
        for _ in range(20):
            if not np.array_equal(PlanningCrs.from_epsg(4549).from_lonlat(points), expected):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len({id(transformer) for transformer in used}) == 4
    assert crs._transformer(4490, 4549) is crs._transformer(4490, 4549)


def test_degrees_minutes_seconds_are_written_with_their_signs():
    assert format_dms(119 + 56 / 60 + 12.4 / 3600, 48 + 38 / 60 + 50.7 / 3600) == "119°56′12.4″E 48°38′50.7″N"
    assert format_dms(119.99999999, -0.5) == "120°00′00.0″E 0°30′00.0″S"


PLACE = (119 + 56 / 60 + 12.4 / 3600, 48 + 38 / 60 + 50.7 / 3600)


@pytest.mark.parametrize(
    "text",
    [
        "119.9367777778,48.6474166667",
        "119.9367777778 48.6474166667",
        "１１９．９３６７７７７７７８，４８．６４７４１６６６６７",
        "119.9367777778°E、48.6474166667°N",
        "119°56′12.4″E 48°38′50.7″N",
        "119°56′12.4″,48°38′50.7″",
        "119°56'12.4\"E48°38'50.7\"N",
        "119度56分12.4秒，48度38分50.7秒",
        "东经119度56分12.4秒，北纬48度38分50.7秒",
        "北纬48度38分50.7秒 东经119度56分12.4秒",
        "N48.6474166667,E119.9367777778",
        "E119.9367777778 N48.6474166667",
        "E 119.9367777778 N 48.6474166667",
        " (119.9367777778, 48.6474166667) ",
        "经度:119.9367777778, 纬度:48.6474166667",
        "经度：119.9367777778；纬度：48.6474166667",
    ],
)
def test_positions_are_read_as_people_type_them(text):
    assert parse_lonlat(text) == pytest.approx(PLACE, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "119.9", "119.9,", "119.9,48.6,3", "119°66′,48°", "119.5°30′,48.1", "E119,E48", "200,48",
     "E119E,48", "119,95", "nan,48", "1e3,48", "--119,48", "119°56′12.4″E"],
)  # fmt: skip
def test_nonsense_is_no_position(text):
    assert code_of(parse_lonlat, text) == "not_a_position"


def test_latitude_first_is_told_not_guessed():
    assert code_of(parse_lonlat, "48.6, 119.9") == "position_swapped"


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_what_is_written_can_be_read_again(lon, lat):
    assert parse_lonlat(format_dms(lon, lat)) == pytest.approx((lon, lat), abs=0.051 / 3600)


@given(st.text(max_size=40))
def test_any_text_gives_a_position_or_a_sentence(text):
    try:
        lon, lat = parse_lonlat(text)
    except InputError:
        return
    assert abs(lon) <= 180 and abs(lat) <= 90
