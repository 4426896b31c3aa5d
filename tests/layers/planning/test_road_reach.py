"""Road reach by hand: a path along passable roads, the tolerance's boundary, surfaces that are not known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.planning.gaps import gaps
from layers.planning.network import Network


def road(village, *points, **values):
    return {
        "passable": 1,
        "surface": "asphalt",
        "class": "class_iii",
        **values,
        "geom": village.line(*points),
    }


def reach(village, roads, service="road", *, level="gacha", **changes):
    """code of A, B, C (or of the sumu) -> (status, reason code)."""
    policy = village.policy_of(village.target("t", service, level=level, unit="percent", threshold=100.0))
    rows = None if roads is None else [{"code": str(n), **row} for n, row in enumerate(roads)]
    result = gaps(village.plan_of({"road": rows, **changes}), policy, services=[service])
    return [(row.status, row.reason.code) for row in result.rows]


MET, CUT, FAR = ("met", "reached"), ("short", "cut_off"), ("short", "no_road_near")


def test_a_path_leads_to_the_sumu_and_its_length_is_told(village):
    """A's road runs from (5, 5) to (15, 5) past B; C's seat and root are one place, on no road."""
    policy = village.policy_of()
    plan = village.plan_of({"road": [{"code": "1", **road(village, (5, 5), (10, 5), (15, 5))}]})
    rows = gaps(plan, policy, services=["road"]).rows
    assert [row.have for row in rows] == [1, 1, 0]
    assert [row.reason.fields.get("km") for row in rows[:2]] == [10.0, 3.0]
    assert rows[2].reason.code == "root_off_road" and rows[2].status == "none"


@pytest.mark.parametrize(("metres", "expected"), [(499.999, MET), (500.0, MET), (500.01, FAR)])
def test_exactly_the_tolerance_still_counts(village, metres, expected):
    offset = 5 + metres / 1000
    roads = [road(village, (0, offset), (11, offset), (15, 5))]
    assert reach(village, roads)[0] == expected


def test_an_end_joins_within_a_metre_and_not_beyond(village):
    for gap_m, expected in ((0.0, MET), (1.0, MET), (1.01, CUT)):
        roads = [road(village, (4, 5), (9, 5)), road(village, (9 + gap_m / 1000, 5), (15, 5))]
        assert reach(village, roads)[0] == expected


def test_a_crossing_without_a_common_vertex_stays_apart(village):
    crossing = [road(village, (5, 5), (11, 5)), road(village, (10.9, 4), (10.9, 6), (15, 5))]
    assert reach(village, crossing)[0] == CUT
    joined = [
        road(village, (5, 5), (10.9, 5), (11, 5)),
        road(village, (10.9, 4), (10.9, 5), (10.9, 6), (15, 5)),
    ]
    assert reach(village, joined)[0] == MET


def test_an_impassable_link_cuts_off_and_an_unknown_one_does_not(village):
    for passable, expected in ((0, CUT), (None, MET), (1, MET)):
        roads = [
            road(village, (5, 5), (9, 5)),
            road(village, (9, 5), (11, 5), passable=passable),
            road(village, (11, 5), (15, 5)),
        ]
        assert reach(village, roads)[0] == expected


def test_hardened_all_the_way_or_not_known(village):
    for surface, expected in (
        ("concrete", MET),
        ("gravel", CUT),
        (None, ("unknown", "road_attribute_unknown")),
    ):
        roads = [
            road(village, (5, 5), (9, 5)),
            road(village, (9, 5), (11, 5), surface=surface),
            road(village, (11, 5), (15, 5)),
        ]
        assert reach(village, roads, "road_hardened")[0] == expected
        assert reach(village, roads)[0] == MET


def test_the_seat_itself_must_touch_a_hardened_road(village):
    roads = [road(village, (5, 5), (9, 5), surface="earth"), road(village, (9, 5), (15, 5))]
    assert reach(village, roads, "road_hardened")[0] == FAR


def test_class_three_from_the_sumu_to_the_banner(village):
    roads = [road(village, (15, 5), (20, 5)), road(village, (20, 5), (25, 5), **{"class": "class_iv"})]
    assert reach(village, roads, "sumu_class3", level="sumu") == [MET, FAR]


def test_nobody_knows_without_roads_or_seats(village):
    assert reach(village, None) == [("unknown", "layer_absent")] * 3
    roads = [road(village, (5, 5), (15, 5))]
    assert reach(village, roads, seat=None) == [("unknown", "seat_missing")] * 3
    roots = [row for row in village.UNITS["seat"] if row["level"] == "gacha"]
    assert reach(village, roads, seat=roots) == [("unknown", "root_seat_missing")] * 3


def test_the_shortest_way_wins_and_no_way_leads_through_a_terminal():
    """A square of 1 km with a diagonal; terminals at two corners, and one that touches two lonely lines."""
    lines = np.array(
        [
            shapely.LineString([(0, 0), (1000, 0), (1000, 1000)]),
            shapely.LineString([(0, 0), (1000, 1000)]),
            shapely.LineString([(5000, 0), (6000, 0)]),
            shapely.LineString([(6200, 0), (7000, 0)]),
        ],
        object,
    )
    network = Network(lines, node_m=1.0)
    points = np.array(
        [
            shapely.Point(0, 0),
            shapely.Point(1000, 1000),
            shapely.Point(5000, 0),
            shapely.Point(6100, 0),
            shapely.Point(7000, 0),
        ],
        object,
    )
    snap = network.snap(points, within_m=150.0)
    pairs = np.array([(0, 1), (2, 3), (2, 4), (3, 4), (0, 0)])
    km = network.distances_km(snap, snap, pairs=pairs)
    assert km[0] == pytest.approx(2**0.5)
    assert km[1] == pytest.approx(1.1) and np.isnan(km[2]) and km[3] == pytest.approx(0.9)
    assert km[4] == pytest.approx(0, abs=1e-6)


def test_two_terminals_on_one_stretch_are_as_far_apart_as_the_road_between():
    line = np.array([shapely.LineString([(0, 0), (1000, 0)])], object)
    network = Network(line, node_m=1.0)
    snap = network.snap(np.array([shapely.Point(200, 0), shapely.Point(700, 30)], object), within_m=50.0)
    assert network.distances_km(snap, snap, pairs=np.array([(0, 1), (1, 0)])) == pytest.approx([0.53, 0.53])


def test_a_densely_drawn_road_keeps_its_length():
    """Vertices every 0.4 m lie within the joining distance of each other and must not collapse."""
    line = np.array([shapely.LineString([(x * 0.4, 0) for x in range(2501)])], object)
    network = Network(line, node_m=1.0)
    snap = network.snap(np.array([shapely.Point(0, 0), shapely.Point(1000, 0)], object), within_m=1.0)
    assert network.distances_km(snap, snap, pairs=np.array([(0, 1)])) == pytest.approx([1.0], abs=1e-4)
