"""Access by hand, to the minute: roads, approach, rivers, ties, thresholds, what is not known."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.errors import InputError
from layers.planning.access import access
from layers.planning.access_summary import by_gacha, in_all
from layers.planning.isochrones import contour, isochrones
from layers.planning.road_parts import road_parts
from layers.policy import load_policy


@cache
def policy():
    """Round speeds: class IV paved 1 km/min, village gravel 2 min/km, on foot 10 min/km, steppe 5 min/km."""
    text = (files("resources") / "policy" / "rules_travel.toml").read_text("utf-8")
    for rule, old, new in (
        ("road_speed_class_iv", "asphalt = 30", "asphalt = 60"),
        ("road_speed_village", "gravel = 25", "gravel = 30"),
        ("walking_speed", "value = 4", "value = 6"),
        ("cross_country_cover", "steppe = 15", "steppe = 12"),
    ):
        head, body = text.split(f'id = "{rule}"')
        text = head + f'id = "{rule}"' + re.sub(re.escape(old) + r"(?!\d)", new, body, count=1)
    return load_policy({"rules_travel.toml": text})


def line(*places):
    return shapely.MultiLineString([[(500_000 + 1000 * x, 5_300_000 + 1000 * y) for x, y in places]])


def road(code, *places, kind="class_iv", surface="asphalt", **more):
    return {"code": code, "class": kind, "surface": surface, "geom": line(*places), **more}


ROADS = (road("R1", (2, 5), (12, 5)), road("R2", (12, 5), (12, 9), kind="village", surface="gravel"))


def ground(village, homes, *, clinics=(("K1", 12, 9),), roads=ROADS, **more):
    """Households and clinics (code, x km, y km) on the banner of three gachas, 30 × 10 km."""
    rows = [{"code": code, "geom": village.at(x, y)} for code, x, y in homes]
    beds = [
        {"code": code, "operating": True, "geom": village.at(x, y), **dict(extra)}
        for code, x, y, *extra in clinics
    ]
    return village.plan_of(household=rows, clinic=beds, road=list(roads), **more)


def minutes(village, homes, to="clinic", year=None, **more):
    rows = access(ground(village, homes, **more), policy(), to=to, origins="households", year=year).rows
    return {row.code: row for row in rows}


def test_roads_at_their_speeds_and_the_approach_on_foot(village):
    """10 km at 1 min + 4 km at 2 min = 18; 1 km beside the road 10 more on foot; at 2,000 m exactly 20
    more."""
    found = minutes(village, [("H1", 2, 5), ("H2", 2, 4), ("H3", 6, 3)])
    assert found["H1"].minutes == pytest.approx(18) and found["H1"].km == pytest.approx(14)
    assert (found["H1"].way, found["H1"].off_km) == ("network", pytest.approx(0))
    assert found["H2"].minutes == pytest.approx(28) and found["H2"].off_km == pytest.approx(1)
    assert found["H3"].minutes == pytest.approx(20 + 6 + 8)


NODES = {1: (2, 2.3), 2: (7.5, 0.1), 3: (8.9, 6.7), 4: (18.2, 4.8), 5: (17.8, 9.3), 6: (9, 8.6)}
LENGTHS = {(2, 1): 7, (3, 1): 9, (1, 6): 14, (3, 2): 10, (4, 2): 15, (3, 4): 11, (3, 6): 2, (5, 4): 6,
           (6, 5): 9}  # fmt: skip


def test_the_published_network_of_six_places(village):
    """The usual drawing of Dijkstra's algorithm (the encyclopaedia's article of that name): from place 1 it
    is 7, 9, 20, 20 and 11 to the places 2 to 6. Each road is drawn with one bend to its left, as long as its
    number in km; none crosses another, for one could walk from road to road."""
    roads = []
    for (one, other), length in LENGTHS.items():
        a, b = np.array(NODES[one]), np.array(NODES[other])
        span = float(np.hypot(*(b - a)))
        bend = (a + b) / 2 + np.array([a[1] - b[1], b[0] - a[0]]) / span * np.sqrt(length**2 - span**2) / 2
        roads.append(road(f"R{one}{other}", NODES[one], tuple(bend), NODES[other]))
    homes = [(f"H{place}", *xy) for place, xy in NODES.items()]
    found = minutes(village, homes, clinics=[("K", *NODES[1])], roads=roads)
    assert [round(found[f"H{place}"].km, 2) for place in range(1, 7)] == [0, 7, 9, 20, 20, 11]
    assert found["H5"].minutes == pytest.approx(20)


def test_beyond_the_approach_the_way_runs_over_the_surface(village):
    """From the middle of a cell 2.75 km south: five cells north to y 4.75, 250 m to the road: 27.5 on foot,
    then 13."""
    row = minutes(village, [("H", 7.25, 2.25)])["H"]
    assert row.minutes == pytest.approx(27.5 + 4.75 + 8) and row.off_km == pytest.approx(2.75)


def test_the_land_says_how_fast(village):
    """Steppe at 5 min/km: by the cell's middle (2.25, 4.75) it is quicker than straight down and along, 22.95
    against 23. A class that the rules do not name is walked."""
    cover = [{"code": "1", "cover": "steppe", "geom": village.box(0, 0, 30, 10)}]
    slanting = 5 * (np.hypot(0.25, 0.75) + 0.25) + 9.75 + 8
    assert minutes(village, [("H", 2, 4)], land_cover=cover)["H"].minutes == pytest.approx(slanting)
    parcels = [{"BSM": "1", "DLBM": "9999", "geom": village.box(0, 0, 30, 10)}]
    assert minutes(village, [("H", 2, 4)], land_parcel=parcels)["H"].minutes == pytest.approx(28)
    parcels = [{"BSM": "1", "DLBM": "0402", "geom": village.box(0, 0, 30, 10)}]  # marsh: 4 km/h, not 04's 15
    assert minutes(village, [("H", 2, 4)], land_parcel=parcels)["H"].minutes == pytest.approx(18 + 15)


def test_a_river_is_gone_round_unless_there_is_a_bridge(village):
    """Two cells east on foot (10), one north (5), 250 m to the road (2.5), 3.75 km on it: 21.25.

    With a bridge 750 m of walking and 4.75 km of road: 12.25. A ditch bars nobody.
    """
    home, clinic = [("H", 7.25, 4.25)], [("K1", 12, 5)]

    def with_river(rank="main", **more):
        river = [{"code": "V", "rank": rank, "geom": line((-1, 4.5), (8, 4.5))}]
        return minutes(village, home, clinics=clinic, river=river, **more)["H"].minutes

    assert with_river() == pytest.approx(21.25)
    assert with_river(rank=None) == pytest.approx(21.25)
    assert with_river(rank="ditch") == pytest.approx(12.25)
    for bridge_y, passable, expected in ((4.55, True, 12.25), (4.551, True, 21.25), (4.5, False, 21.25)):
        bridge = [{"code": "B", "passable": passable, "geom": village.at(7.25, bridge_y)}]
        assert with_river(bridge=bridge) == pytest.approx(expected)


def test_who_is_cut_off_is_named(village):
    ring = [{"code": "V", "rank": "main", "geom": line((20, 1), (24, 1), (24, 5), (20, 5), (20, 1))}]
    plan = ground(village, [("H1", 22, 3), ("H2", 2, 5)], river=ring)
    result = access(plan, policy(), to="clinic", origins="households")
    found = {row.code: row for row in result.rows}
    assert (found["H1"].status, found["H1"].reason.code, found["H1"].minutes) == (
        "cut_off",
        "access_cut_off",
        None,
    )
    assert result.route(522_000, 5_303_000) is None and found["H2"].status == "reached"
    whole = {row.code: row for row in by_gacha(result)}
    assert (whole[village.C].cut_off, whole[village.A].within) == (1, (0, 1, 1))


def test_of_equals_the_first_by_code_whatever_the_order_of_rows(village):
    clinics = [("K2", 2, 5), ("K1", 12, 5)]
    homes = [("H", 7, 5), ("J", 7, 4)]
    for beds in (clinics, clinics[::-1]):
        result = access(
            ground(village, homes, clinics=beds, roads=ROADS[::-1]),
            policy(),
            to="clinic",
            origins="households",
        )
        assert [result.facilities.codes[row.facility] for row in result.rows] == ["K1", "K1"]
        assert result.rows[0].minutes == pytest.approx(5)


def test_a_threshold_holds_what_is_exactly_there(village):
    """15 minutes on the road exactly, and a metre more."""
    plan = ground(village, [("H1", 2, 5), ("H2", 1.999, 5)], clinics=[("K", 17, 5)],
                  roads=[road("R", (1, 5), (17, 5))])  # fmt: skip
    result = access(plan, policy(), to="clinic", origins="households", thresholds=(15,))
    assert in_all(result).within == (1,) and in_all(result).places == 2


@pytest.mark.parametrize(
    ("kind", "surface", "expected"),
    [("class_iv", None, 10 * 60 / 20), (None, "asphalt", 10 * 60 / 25), (None, None, 10 * 60 / 15)],
)
def test_an_unknown_surface_is_the_slowest_and_an_unknown_class_has_its_own_speed(
    village, kind, surface, expected
):
    roads = [road("R", (2, 5), (12, 5), kind=kind, surface=surface)]
    found = minutes(village, [("H", 2, 5)], clinics=[("K", 12, 5)], roads=roads)
    assert found["H"].minutes == pytest.approx(expected)


def test_what_is_not_known_of_a_facility_is_not_none(village):
    home = [("H", 2, 5)]
    absent = village.plan_of(household=[{"code": "H", "geom": village.at(2, 5)}], road=list(ROADS))
    (row,) = access(absent, policy(), to="clinic", origins="households").rows
    assert (row.status, row.reason.code) == ("unknown", "layer_absent")
    for extra, status, code in (
        ({"operating": None}, "unknown", "access_doubtful"),
        ({"operating": False}, "cut_off", "access_none_stands"),
    ):
        row = minutes(village, home, clinics=[("K", 12, 9, *extra.items())])["H"]
        assert (row.status, row.reason.code) == (status, code)
    later = [("K", 12, 9, ("opened_on", "2024-01-01")), ("L", 12, 5, ("scheme", "甲"), ("status", "idea"))]
    assert minutes(village, home, clinics=later, year=2024)["H"].minutes == pytest.approx(18)
    assert minutes(village, home, clinics=later, year=2023)["H"].status == "cut_off"
    lost = village.plan_of(household=[{"code": "H", "geom": None}], road=list(ROADS), clinic=[])
    assert access(lost, policy(), to="clinic", origins="households").rows[0].reason.code == "access_no_place"


def test_roads_that_cross_without_a_vertex_stay_apart(village):
    """The clinic's road crosses R1 without a common vertex: one walks between them at the shortest place."""
    roads = [road("R1", (2, 5), (12, 5)), road("R3", (7, 3), (7, 9))]
    apart = minutes(village, [("H", 2, 5)], clinics=[("K", 7, 9)], roads=roads)["H"]
    assert apart.off_km > 0 and apart.minutes > 9.5
    roads[0] = road("R1", (2, 5), (7, 5), (12, 5))
    roads[1] = road("R3", (7, 3), (7, 5), (7, 9))
    assert minutes(village, [("H", 2, 5)], clinics=[("K", 7, 9)], roads=roads)["H"].minutes == pytest.approx(
        9
    )


def test_a_hardened_road_is_reached_anywhere_along_it(village):
    """H1 walks 1 km; H2 drives 2 km of gravel; a road of unknown surface is none that is known to be
    hardened."""
    found = minutes(village, [("H1", 6, 4), ("H2", 12, 7)], to="road_hardened")
    assert found["H1"].minutes == pytest.approx(10) and found["H2"].minutes == pytest.approx(4)
    roads = [road("R1", (2, 5), (12, 5), surface=None)]
    assert (
        minutes(village, [("H", 6, 4)], to="road_hardened", roads=roads)["H"].reason.code == "access_doubtful"
    )


def test_the_route_is_as_long_as_it_says(village):
    plan = ground(village, [])
    result = access(plan, policy(), to="clinic", origins="households")
    for x, y in ((2, 5), (2, 4), (7.25, 2.25), (12, 8), (11.5, 9.2), (28, 1)):
        place = village.at(x, y)
        route = result.route(place.x, place.y)
        assert route.line.length / 1000 == pytest.approx(route.km, abs=1e-6)
        assert route.line.coords[0] == (place.x, place.y)
        assert shapely.Point(route.line.coords[-1]).distance(village.at(12, 9)) < 1e-6
        assert result.nearest(np.array([[place.x, place.y]])).minutes[0] == pytest.approx(route.minutes)
    cells = access(plan, policy(), to="clinic", origins="cells")
    assert len(cells.rows) == 60 * 20 and in_all(cells).reached == 1200
    assert sum(row.places for row in by_gacha(cells)) == 1200


def test_asking_for_what_is_not_there(village):
    with pytest.raises(InputError, match="access_unknown"):
        access(ground(village, []), policy(), to="moon")
    with pytest.raises(InputError, match="access_unknown"):
        access(ground(village, []), policy(), to="household")  # people are no destination
    assert access(ground(village, []), policy(), to="health.clinic").target.kinds[0].id == "clinic"
    with pytest.raises(InputError, match="origins_unknown"):
        access(ground(village, []), policy(), to="clinic", origins="clouds")


PLACES = st.tuples(st.floats(0.1, 29.9), st.floats(0.1, 9.9))
RIVER = [{"code": "V", "rank": "main", "geom": line((9, -1), (9.5, 5.5), (8, 7.5))}]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])  # functions only
@given(st.lists(PLACES, min_size=2, max_size=5), PLACES, PLACES)
def test_another_facility_makes_nobody_slower_and_ways_hold_both_directions(village, beds, more, home):
    def answer(clinics, x, y):
        plan = ground(
            village, [], clinics=[(f"K{at}", *place) for at, place in enumerate(clinics)], river=RIVER
        )
        place = village.at(x, y)
        return float(
            access(plan, policy(), to="clinic", origins="households").nearest([[place.x, place.y]]).minutes[0]
        )

    before, after = answer(beds, *home), answer([*beds, more], *home)
    assert after <= before + 1e-6
    there, back = answer([more], *home), answer([home], *more)
    assert there == back or there == pytest.approx(back, abs=1e-6)


def test_an_isochrone_by_hand():
    """Minutes 0 at the middle, 10 all round: at 5 the line stands half a cell off; a whole ring of corners at
    10."""
    values = np.full((3, 3), 10.0)
    values[1, 1] = 0.0
    diamond = contour(values, 5.0, west=0.0, south=0.0, cell_m=100.0)
    assert diamond.area == pytest.approx(2 * 50 * 50) and diamond.centroid.coords[0] == pytest.approx(
        (150, 150)
    )
    whole = contour(
        values, 10.0, west=0.0, south=0.0, cell_m=100.0
    )  # <=; rim half a cell outside, corners cut
    assert whole.area == pytest.approx(300 * 300 - 4 * 50 * 50 / 2) and whole.is_valid
    assert contour(values, -1.0, west=0.0, south=0.0, cell_m=100.0).is_empty
    saddle = np.array([[0.0, 10.0], [10.0, 0.0]])
    assert len(contour(saddle, 5.0, west=0.0, south=0.0, cell_m=100.0).geoms) == 2
    assert contour(np.array([[0.0, np.inf]]), 5.0, west=0.0, south=0.0, cell_m=100.0).bounds[
        2
    ] == pytest.approx(100)


def test_isochrones_hold_one_another_and_every_place_within(village):
    result = access(ground(village, []), policy(), to="clinic", origins="cells")
    areas = isochrones(result)
    assert [limit for limit, _ in areas] == [15, 30, 60]
    for (_, small), (_, large) in zip(areas, areas[1:], strict=False):
        assert small.difference(large).area < 1e-3
    for limit, area in areas:
        inside = shapely.contains_xy(area, *result.origins.xy.T)
        assert inside[[row.minutes < limit - 1e-6 for row in result.rows]].all()
        assert not inside[[row.minutes > limit + 1e-6 for row in result.rows]].any()


def test_parts_of_the_network_are_named_with_their_size(village):
    roads = [*ROADS, road("R4", (25, 5), (27, 5)), road("R5", (25, 8), (26, 8), passable=False)]
    plan = ground(village, [("H1", 2, 5), ("H2", 25, 5.5), ("H3", 25, 5.501)], roads=roads)
    found = road_parts(plan, policy())
    assert [(part.number, round(part.km, 3), part.lines, part.nodes) for part in found.parts] == [
        (1, 14, 2, 3), (2, 2, 1, 2)
    ]  # fmt: skip
    (part,) = found.cut_off
    assert (part.gachas, part.households, found.off_road) == ((village.C,), 1, 1)
    assert part.geometry.length == pytest.approx(2000) and not road_parts(village.plan_of(), policy()).known
