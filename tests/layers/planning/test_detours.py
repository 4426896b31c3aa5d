"""A way out, worked by hand: the least shift of a square, the way round a square, and what is left then."""

from __future__ import annotations

import pytest
import shapely

from layers.planning.detours import clearance
from tests.layers.planning.verdict_ground import DAY, D, box, judge, line, plan_with, policy, zone

MARGIN = 5.0


def way(plan, shape, work="road"):
    rules = policy()
    return clearance(plan, rules, judge(plan, rules, shape, work), on=DAY)


def test_a_site_moves_by_the_least_and_says_what_is_left():
    plan = plan_with(zone("red_line"), zone("basic_grassland", geom=box(-2000, -2000, 3000, 3000)))
    found = way(plan, box(-80, 400, 20, 500))
    assert (found.how, found.cleared, found.verdict) == ("shift", "no", "permit")
    assert found.metres == pytest.approx(20 + D + MARGIN, abs=0.2)
    assert found.east_m == pytest.approx(-found.metres, abs=0.2) and abs(found.north_m) < 0.01
    assert {one.kind for one in found.judged.conflicts} == {"basic_grassland"}


def test_a_road_is_led_round_by_the_shorter_side():
    plan = plan_with(zone("red_line", geom=box(0, 0, 1000, 1000)))
    road = line((-1000, 900), (2000, 900))
    found = way(plan, road)
    # round the north: up 100 m and the room left, half the road's width, at both corners
    room = D + MARGIN + 3.25
    assert found.how == "detour" and found.verdict == "allow"
    assert found.metres == pytest.approx(2 * (100 + room), rel=0.1)
    assert found.shape.bounds[3] - road.bounds[3] == pytest.approx(100 + room, abs=1.1)
    assert found.shape.coords[0] == road.coords[0] and found.shape.coords[-1] == road.coords[-1]
    assert not shapely.intersects(found.judged.work.ground, box(0, 0, 1000, 1000))


def test_no_way_round_where_the_end_lies_inside_or_all_is_zone():
    assert way(plan_with(zone("red_line")), line((-500, 500), (500, 500))) is None
    assert way(plan_with(zone("red_line", geom=box(-9000, -9000, 9000, 9000))), box(0, 0, 50, 50)) is None
    assert way(plan_with(), box(0, 0, 50, 50)) is None


def test_going_round_one_zone_does_not_lead_into_the_next():
    plan = plan_with(
        zone("red_line", geom=box(0, 0, 1000, 1000)), zone("red_line", geom=box(-500, 1005, 1500, 1200))
    )
    found = way(plan, line((-1000, 950), (2000, 950)))
    assert found is not None and found.verdict == "allow"
    for wall in (box(0, 0, 1000, 1000), box(-500, 1005, 1500, 1200)):
        assert not shapely.intersects(found.judged.work.ground, wall)
