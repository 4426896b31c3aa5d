"""Verdicts worked by hand: which article, how many square metres, how sure; and what jitter cannot do."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import shapely
from shapely import affinity

from layers.planning.conflicts import VERDICTS, whole_runs
from tests.layers.planning.verdict_ground import (
    DAY,
    EAST,
    NORTH,
    TEXT,
    D,
    box,
    judge,
    line,
    plan_with,
    policy,
    zone,
)

INSIDE = box(400, 400, 500, 500)  # one hectare, 400 m from any edge
ACROSS = box(-50, 400, 50, 500)  # half a hectare of it inside
APART = box(-200, 400, -100, 500)
TOUCHING = box(-100, 400, 0, 500)
ROAD = line((-500, 500), (1500, 500))  # 6.5 m wide, 1 km of it inside
BEFORE, AFTER = datetime.date(2021, 12, 31), datetime.date(2026, 1, 1)

# zone, work, shape, day -> verdict, reason, articles, m² inside, low, high
CASES = {
    "red line, road": (zone("red_line"), "road", INSIDE, DAY, "no", None, {"5"}, 10000, 10000, 10000),
    "red line, across its edge": (zone("red_line"), "road", ACROSS, DAY, "no", None, {"5"},
                                  5000, 5000 - 100 * D, 5000 + 100 * D),
    "red line, apart": (zone("red_line"), "road", APART, DAY, "allow", None, set(), 0, 0, 0),
    "red line, one edge touches": (zone("red_line"), "road", TOUCHING, DAY, "verify", "within_accuracy",
                                   {"5"},
                                   0, 0, 100 * D),
    "red line, in by less than the accuracy": (zone("red_line"), "road", box(-99.5, 400, 0.5, 500), DAY,
                                               "verify", "within_accuracy", {"5"}, 50, 0, 50 + 100 * D),
    "red line, in by the accuracy": (zone("red_line"), "road", box(-99, 400, 1, 500), DAY, "verify",
                                     "within_accuracy", {"5"}, 100, 0, 100 + 100 * D),
    "red line, in by more": (zone("red_line"), "road", box(-98, 400, 2, 500), DAY, "no", None, {"5"},
                             200, 200 - 100 * D, 200 + 100 * D),
    "red line, away by the accuracy": (zone("red_line"), "road", box(-101, 400, -1, 500), DAY, "verify",
                                       "within_accuracy", {"5"}, 0, 0, 100 * (D - 1)),
    "red line, away by more": (zone("red_line"), "road", box(-101.1, 400, -1.1, 500), DAY, "allow", None,
                               set(), 0, 0, 0),
    "red line, road along it": (zone("red_line"), "road", line((-500, 1003), (1500, 1003)), DAY, "verify",
                                "within_accuracy", {"5"}, 250, 0, 250 + 1000 * D + 2 * D * D),
    "red line, road across": (zone("red_line"), "road", ROAD, DAY, "no", None, {"5"}, 6500,
                              6500 - 2 * 6.5 * D, 6500 + 2 * 6.5 * D),
    "red line, restoration": (zone("red_line"), "desert", INSIDE, DAY, "verify", "rule_not_read", {None},
                              10000, 10000, 10000),
    "red line, before the norm": (zone("red_line", valid_from="2018-01-01"), "road", INSIDE,
                                  datetime.date(2020, 6, 18), "verify", "rule_not_in_force", {"5"},
                                  10000, 10000, 10000),
    "red line, the norm's first day": (zone("red_line", valid_from="2018-01-01"), "road", INSIDE,
                                       datetime.date(2020, 6, 19), "no", None, {"5"}, 10000, 10000, 10000),
    "red line, not yet drawn": (zone("red_line", valid_from="2025-01-01"), "road", INSIDE, DAY, "allow", None,
                                set(), 0, 0, 0),
    "red line, its last day": (zone("red_line", valid_to="2024-06-01"), "road", INSIDE, DAY, "no", None,
                               {"5"}, 10000, 10000, 10000),
    "red line without a date": (zone("red_line", valid_from=None), "road", INSIDE, DAY, "verify",
                                "zone_undated", {"5"}, 10000, 10000, 10000),
    "basic grassland, clinic": (zone("basic_grassland"), "clinic", INSIDE, DAY, "permit", None, {"4", "7.4"},
                                10000, 10000, 10000),
    "basic grassland, after the plan": (zone("basic_grassland"), "clinic", INSIDE, AFTER, "permit", None,
                                        {"4"}, 10000, 10000, 10000),
    "basic grassland, grassland works": (zone("basic_grassland"), "grassland", INSIDE, DAY, "cond", None,
                                         {"2"}, 10000, 10000, 10000),
    "basic grassland, work not known": (zone("basic_grassland"), None, INSIDE, DAY, "verify", "work_unknown",
                                        {"4", "7.4", "2"}, 10000, 10000, 10000),
    "grazing ban, road": (zone("grazing_zone", "ban"), "road", INSIDE, DAY, "permit", None, {"2"}, 10000,
                          10000, 10000),
    "grazing ban, livestock": (zone("grazing_zone", "ban"), "livestock", INSIDE, DAY, "permit", None,
                               {"2", "35"}, 10000, 10000, 10000),
    "seasonal rest, livestock": (zone("grazing_zone", "rest"), "livestock", INSIDE, DAY, "permit", None,
                                 {"2", "35"}, 10000, 10000, 10000),
    "balance, livestock": (zone("grazing_zone", "balance"), "livestock", INSIDE, DAY, "permit", None,
                           {"2", "17"}, 10000, 10000, 10000),
    "grazing ban, grassland works": (zone("grazing_zone", "ban"), "grassland", INSIDE, DAY, "cond", None,
                                     {"2"}, 10000, 10000, 10000),
    "farmland, article without a date": (zone("farmland"), "road", INSIDE, DAY, "verify", "rule_not_read",
                                         {"35"}, 10000, 10000, 10000),
    "livestock ban, livestock": (zone("livestock_zone", "ban"), "livestock", INSIDE, DAY, "no", None, {"7.1"},
                                 10000, 10000, 10000),
    "livestock limit, livestock": (zone("livestock_zone", "limit"), "livestock", INSIDE, DAY, "cond", None,
                                   {"7.1"}, 10000, 10000, 10000),
    "livestock suitable, livestock": (zone("livestock_zone", "ok"), "livestock", INSIDE, DAY, "allow", None,
                                      {"7.1"}, 10000, 10000, 10000),
    "livestock ban, road": (zone("livestock_zone", "ban"), "road", INSIDE, DAY, "allow", None, {"7.1"},
                            10000, 10000, 10000),
    "livestock ban, after the plan": (zone("livestock_zone", "ban"), "livestock", INSIDE, AFTER, "verify",
                                      "rule_not_in_force", {"7.1"}, 10000, 10000, 10000),
    "water first, clinic": (zone("water_source_zone", "first"), "clinic", INSIDE, DAY, "no", None, {"65"},
                            10000, 10000, 10000),
    "water first, well": (zone("water_source_zone", "first"), "water", INSIDE, DAY, "cond", None, {"65"},
                          10000, 10000, 10000),
    "water second, sewage": (zone("water_source_zone", "second"), "sewage", INSIDE, DAY, "no", None, {"66"},
                             10000, 10000, 10000),
    "water second, road": (zone("water_source_zone", "second"), "road", INSIDE, DAY, "cond", None, {"66"},
                           10000, 10000, 10000),
    "water quasi, not read": (zone("water_source_zone", "quasi"), "road", INSIDE, DAY, "verify",
                              "rule_not_read", {"67"}, 10000, 10000, 10000),
    "village boundary": (zone("village_construction", 0), "fitness", INSIDE, DAY, "cond", None, {"7.1"},
                         10000, 10000, 10000),
    "village reserve": (zone("village_construction", 1), "fitness", INSIDE, DAY, "cond", None, {"10.1"},
                        10000, 10000, 10000),
    "village boundary, reserve not filled in": (zone("village_construction"), "fitness", INSIDE, DAY,
                                                "verify", "class_unknown", {"7.1", "10.1"}, 10000, 10000,
                                                10000),
    "reserve core, not read": (zone("nature_reserve", "core"), "visitor", INSIDE, DAY, "verify",
                               "rule_not_read", {None}, 10000, 10000, 10000),
    "urban boundary, not read": (zone("urban_boundary"), "housing", INSIDE, DAY, "verify", "rule_not_read",
                                 {None}, 10000, 10000, 10000),
    "zone of unknown quality": (zone("red_line", quality=None), "road", box(-50, 400, 50, 500), DAY, "verify",
                                "within_accuracy", {"5"}, 5000, 0, 10000),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_verdict_worked_by_hand(name):
    where, work, shape, day, verdict, reason, articles, area, low, high = CASES[name]
    found = judge(plan_with(where), policy(), shape, work, day=day)
    assert found.verdict == verdict
    assert {one.rule.basis.article for one in found.conflicts} == articles
    if not articles:
        assert not found.conflicts
        return
    worst = found.conflicts[0]
    assert worst.reason == reason
    if reason is not None:
        assert worst.verdict == "verify" and worst.would_be == worst.rule.verdict
    for measured, expected in ((worst.area_m2, area), (worst.low_m2, low), (worst.high_m2, high)):
        assert measured == pytest.approx(expected, abs=0.6)


def test_there_are_forty_cases():
    assert len(CASES) >= 40


NEW_RULE = f"""
[[verdict]]
id = "visits"
title = {TEXT}
zone = "zone.grazing"
where = {{ regime = ["ban"] }}
works = ["visitor"]
verdict = "VERDICT"
todo = {TEXT}
source = {TEXT}
article = "9"
in_force = SINCE
UNTIL
confidence = "read"
"""


def test_a_rule_changes_with_the_projects_own_date():
    text = (
        NEW_RULE.replace("VERDICT", "cond")
        .replace("SINCE", "2021-01-01")
        .replace("UNTIL", "until = 2024-06-30")
    )
    later = NEW_RULE.replace("VERDICT", "no").replace("SINCE", "2024-07-01").replace("UNTIL", "")
    text += later.replace("visits", "visits_later")
    plan, rules = plan_with(zone("grazing_zone", "ban")), policy(text)
    asked = {"begun_on": "2024-06-30"}, {"begun_on": "2024-07-01"}, {"year": 2023}, {"year": 2024}
    found = [judge(plan, rules, INSIDE, "visitor", row=row) for row in asked]
    assert [one.day.isoformat() for one in found] == ["2024-06-30", "2024-07-01", "2023-12-31", "2024-12-31"]
    assert ["9" in {c.rule.basis.article for c in one.conflicts} for one in found] == [True] * 4
    assert [one.verdict for one in found] == ["permit", "no", "permit", "no"]


def test_an_absent_layer_is_to_be_verified_and_an_empty_one_is_not():
    rules = policy()
    empty = judge(plan_with(), rules, INSIDE, "road")
    assert (empty.verdict, empty.conflicts) == ("allow", ())
    absent = judge(plan_with(every_layer=False), rules, INSIDE, "road")
    assert absent.verdict == "verify"
    assert {one.reason for one in absent.conflicts} == {"layer_absent"}
    assert {"red_line", "basic_grassland", "water_source_zone"} <= {one.kind for one in absent.conflicts}


def test_a_layer_whose_zones_have_all_ended_is_to_be_verified():
    """The last day still holds; the day after nothing is known, unless a zone without an end is there."""
    ban = zone("grazing_zone", "ban", valid_to="2024-06-01")
    rules = policy()
    for day, said in ((DAY, None), (DAY + datetime.timedelta(days=1), "zones_ended")):
        found = judge(plan_with(ban), rules, box(100, 100, 200, 200), "industry", day=day).conflicts
        assert [one.reason for one in found if one.kind == "grazing_zone" and not one.fid] == (
            [said] if said else []
        )
    later = plan_with(ban, zone("grazing_zone", "balance", geom=box(5000, 0, 6000, 1000)))
    after = judge(later, rules, box(100, 100, 200, 200), "industry", day=DAY + datetime.timedelta(days=1))
    assert not [one for one in after.conflicts if one.kind == "grazing_zone"]
    work = judge(
        plan_with(ban), rules, box(100, 100, 200, 200), "industry", day=DAY + datetime.timedelta(days=1)
    )
    assert work.verdict == "verify"


def test_a_zone_that_crosses_itself_is_mended():
    bow = shapely.Polygon([(EAST + x, NORTH + y) for x, y in ((0, 0), (1000, 1000), (1000, 0), (0, 1000))])
    found = judge(plan_with(zone("red_line", geom=bow)), policy(), box(900, 450, 950, 550), "road")
    assert found.verdict == "no" and found.conflicts[0].area_m2 == pytest.approx(5000, abs=1)


def test_chainage_of_a_road_by_verdict():
    west, east = box(0, 0, 300, 1000), box(600, 0, 1000, 1000)
    plan = plan_with(zone("red_line", geom=west), zone("basic_grassland", geom=east))
    found = judge(plan, policy(), ROAD, "road")
    runs = [(round(begin), round(end), verdict) for begin, end, verdict in whole_runs(found)]
    assert runs == [(0, 500, "allow"), (500, 800, "no"), (800, 1100, "allow"), (1100, 1500, "permit"),
                    (1500, 2000, "allow")]  # fmt: skip
    assert found.length_m == pytest.approx(2000, abs=0.1)
    back = judge(plan, policy(), shapely.reverse(ROAD), "road")
    assert [(round(2000 - end), round(2000 - begin)) for begin, end, _ in whole_runs(back)][::-1] == [
        run[:2] for run in runs
    ]
    parts = shapely.MultiLineString([line((-500, 500), (100, 500)), line((100, 600), (1500, 600))])
    split = judge(plan, policy(), parts, "road")
    red = next(one for one in split.conflicts if one.kind == "red_line")
    assert [(round(begin), round(end)) for begin, end in red.stretches] == [(500, 800)]


def test_ground_of_lines_and_points():
    rules, plan = policy(), plan_with(zone("basic_grassland"))
    inside = line((100, 500), (200, 500))
    for row, width in (({}, 6.5), ({"class": "class_iii"}, 8.5), ({"width_m": 6.0}, 7.5)):
        found = judge(plan, rules, inside, "road", row=row)
        assert found.work.width_m == width and found.area_m2 == pytest.approx(100 * width, rel=1e-4)
    site = judge(plan, rules, shapely.Point(EAST + 500, NORTH + 500), "clinic")
    assert site.area_m2 == pytest.approx(200, rel=1e-4)


def test_data_within_their_accuracy_never_say_both_allowed_and_not_allowed():
    """Zone and work are each moved 200 times by up to their accuracy, as a whole and vertex by vertex."""
    rules = policy()
    random = np.random.default_rng(7)
    a = 20.0  # "located"
    shapes = [box(-100 + x, 400, x, 500) for x in (-45, -25, 0, 25, 41, 60)]
    shapes += [line((-200, 998), (1200, 998)), line((-200, 1015), (500, 990), (1200, 1030))]
    corners = shapely.get_coordinates(box(0, 0, 1000, 1000))
    for shape in shapes:
        seen = set()
        for _ in range(200):
            push = random.uniform(-1, 1, 2)
            push *= a * random.random() / max(np.hypot(*push), 1e-9)
            moved = affinity.translate(shape, *push)
            bend = random.uniform(-1, 1, corners.shape)
            bend *= a / np.maximum(np.hypot(*bend.T), 1.0)[:, None] * random.random()
            bend[-1] = bend[0]
            plan = plan_with(zone("red_line", quality="located", geom=shapely.Polygon(corners + bend)))
            seen.add(judge(plan, rules, moved, "road", accuracy=a).verdict)
        assert not {"allow", "no"} <= seen, f"{shapely.to_wkt(shape)}: {seen}"
    assert VERDICTS[0] == "allow"


def test_what_a_project_owes():
    plan, rules = plan_with(), policy()
    from layers.planning.conflicts import conflicts
    from layers.planning.footprints import made_work

    def owed(state, day=DAY):
        work = made_work(rules, INSIDE, "road", {"eia_state": state}, kind="proposed_area", fid=1)
        return [(duty.id, holds) for duty, holds in conflicts(plan, rules, [work], on=day).judged[0].duties]

    assert owed(None) == owed("submitted") == [("assessment", True)]
    assert owed("none", AFTER) == [("assessment", False)]
    assert owed("approved") == owed("exempt") == []
