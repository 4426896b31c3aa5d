"""Sites on a small banner: the matrix agrees with access, people are counted, proposals replace each
other."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import shapely

from layers.errors import InputError
from layers.planning.access import access
from layers.planning.site_costs import minutes_between
from layers.planning.site_plan import site_changes, site_plan
from layers.policy import load_policy
from tests.layers.planning.conftest import A, B, C, at, box, line, plan_of

DAY = datetime.date(2025, 1, 1)
ROAD = {"code": "r", "class": "class_iii", "surface": "asphalt", "passable": True,
        "geom": shapely.multilinestrings([line((1, 5), (5, 5), (12, 5), (25, 5))])}  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    homes = [("a1", 5, 5.2, A, 4), ("a2", 4, 5.2, A, 2), ("b1", 12, 5.2, B, 3), ("c1", 25, 5.2, C, None)]
    return plan_of(
        road=[ROAD],
        household=[{"code": code, "geom": at(x, y), "gacha_code": gacha, "members": members}
                   for code, x, y, gacha, members in homes],
        kindergarten=[{"code": "k", "name": "幼儿园", "operating": True, "geom": at(25, 5)}],
    )  # fmt: skip


def test_the_matrix_says_what_access_says(plan):
    found = access(plan, load_policy(), to="kindergarten", origins="households")
    places = found.origins.xy
    sites = shapely.get_coordinates(found.facilities.geometry)
    minutes = minutes_between(found.travel, places, sites).min(axis=1)
    assert minutes == pytest.approx([row.minutes for row in found.rows], abs=1e-5)
    lost = minutes_between(found.travel, np.array([[np.nan, np.nan]]), sites)
    assert np.isinf(lost).all()


def test_people_are_counted_and_what_stands_is_kept(plan):
    """4 + 2 people in A, 3 in B, one household whose number is not known, counted as the average of 3. Twelve
    minutes reach nobody from C; one new site does best in A."""
    made = site_plan(plan, load_policy(), kind="kindergarten", number=1, reach=6.0, on=DAY)
    assert (made.weight, made.total, made.before, made.after) == ("people", 12, 3, 9)
    assert [(one.candidate.code, one.people, one.alone) for one in made.new] == [(A, 6, 6)]
    assert [(one.clients, one.alone_clients) for one in made.new] == [(2, 2)]
    assert made.by_gacha == {A: (0, 6, 6), B: (0, 0, 3), C: (3, 3, 3)}
    everyone = site_plan(plan, load_policy(), kind="kindergarten", number=None, reach=6.0, on=DAY)
    assert everyone.after == 12 and len(everyone.new) == 2


def test_without_households_seats_are_counted(plan):
    bare = plan_of(road=[ROAD], household=None, kindergarten=[])
    made = site_plan(bare, load_policy(), kind="kindergarten", number=1, reach=0.5, on=DAY)
    assert (made.weight, made.total, made.after) == ("seats", 3, 1)


def test_a_scheme_keeps_its_sites_and_replaces_them(plan):
    made = site_plan(plan, load_policy(), kind="kindergarten", number=1, reach=6.0, on=DAY)
    once = plan.apply(site_changes(plan, made, "甲", year=2024))
    twice = once.apply(site_changes(once, made, "甲", year=2025))
    table = twice.table("proposed_point")
    rows = [table.row(fid) for fid in table.fids.tolist()]
    assert [(row["kind_of_work"], row["year"], row["status"], row["gacha_code"]) for row in rows] == [
        ("kindergarten", 2025, "idea", A)]  # fmt: skip


WORDS = '{ zh = "禁建", en = "no schools here" }'
BARRING = f"""[[verdict]]
id = "no_schools"
title = {WORDS}
zone = "zone.red_line"
works = ["kindergarten"]
verdict = "no"
todo = {WORDS}
source = {WORDS}
article = "9"
in_force = 2020-01-01
confidence = "read"
"""


def test_ground_that_a_zone_forbids_is_no_candidate(plan):
    """The red line lies well round A's seat: the site goes elsewhere, and the zone is named."""
    zone = {"code": "z", "name": "红线一", "geom": shapely.multipolygons([box(4, 4, 6, 6)]),
            "quality": "surveyed",
            "valid_from": "2018-01-01", "document": "d"}  # fmt: skip
    layers = {kind: [table.row(fid) for fid in table.fids.tolist()] for kind, table in plan.tables.items()}
    barred = plan_of(layers, red_line=[zone])
    made = site_plan(barred, load_policy({"verdicts_new.toml": BARRING}), kind="kindergarten", number=1,
                     reach=6.0,
                     on=DAY)  # fmt: skip
    assert {one.code: one.forbidden for one in made.candidates if one.forbidden} == {A: "红线一"}
    assert A not in {one.candidate.code for one in made.new}


def test_a_number_and_the_objective_must_fit(plan):
    for objective, number in (("cover", 2), ("median", None)):
        with pytest.raises(InputError) as told:
            site_plan(
                plan,
                load_policy(),
                kind="kindergarten",
                number=number,
                reach=6.0,
                on=DAY,
                objective=objective,
            )
        assert told.value.code == "site_objective_number"
