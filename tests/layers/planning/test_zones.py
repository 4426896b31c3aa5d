"""Zones of a place: what contains it, whether it holds on a day, and how near the edge is."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from layers.planning.zones import zones_at
from layers.policy.bundle import load_policy


def zones(village, x, y, **options):
    ban = {
        "code": "g1",
        "name": "北部禁牧区",
        "regime": "ban",
        "valid_from": "2021-10-01",
        "valid_to": "2026-09-30",
        "document": "文〔2021〕1号",
        "quality": "surveyed",
        "geom": village.box(0, 0, 15, 5),
    }
    old = {
        "code": "g0",
        "regime": "rest",
        "valid_from": "2015-01-01",
        "valid_to": "2020-12-31",
        "quality": "located",
        "geom": village.box(4, 4, 6, 6),
    }
    line = {"code": "r1", "geom": village.box(5, 0, 8, 10)}
    plan = village.plan_of({"grazing_zone": [ban, old], "red_line": [line]})
    place = village.at(x, y)
    return zones_at(plan, load_policy(), place.x, place.y, **options)


def test_units_first_then_every_zone_with_its_words_and_document(village):
    hits = zones(village, 5.5, 4.5)
    assert [(hit.kind, hit.key) for hit in hits] == [
        ("banner", village.BANNER),
        ("sumu", village.S1),
        ("gacha", village.A),
        ("grazing_zone", "g0"),
        ("grazing_zone", "g1"),
        ("red_line", "r1"),
    ]
    ban = hits[4]
    assert (ban.value, ban.words.zh, ban.name, ban.document, ban.family) == (
        "ban",
        "禁牧区",
        "北部禁牧区",
        "文〔2021〕1号",
        "grazing",
    )
    assert hits[5].value is None and hits[5].words.zh == "生态保护红线"


def test_whether_a_zone_holds_depends_on_the_day(village):
    def held(day):
        return {hit.key: hit.in_force for hit in zones(village, 5.5, 4.5, on=day) if hit.family != "unit"}

    assert held(datetime.date(2020, 12, 31)) == {"g0": True, "g1": False, "r1": None}
    assert held(datetime.date(2021, 10, 1)) == {"g0": False, "g1": True, "r1": None}
    assert held(None) == {"g0": None, "g1": None, "r1": None}


@pytest.mark.parametrize(
    ("metres", "inside", "near"),
    [(1.5, True, False), (1.0, True, True), (0.0, True, True), (-1.0, False, True), (-1.5, None, None)],
)
def test_nearer_to_the_edge_than_the_data_are_good_is_to_be_verified(village, metres, inside, near):
    """The ban's southern edge, surveyed: good to 1 m. Just outside is told only when asked for."""
    hits = {hit.key: hit for hit in zones(village, 2, 5 - metres / 1000, outside=True)}
    if inside is None:
        assert "g1" not in hits
        return
    assert (hits["g1"].inside, hits["g1"].near) == (inside, near)
    assert hits["g1"].edge_distance_m == pytest.approx(abs(metres), abs=1e-6)
    asked = [hit.key for hit in zones(village, 2, 5 - metres / 1000)]
    assert ("g1" in asked) == inside


def test_without_a_stated_accuracy_nothing_is_called_near(village):
    policy = dataclasses.replace(load_policy(), rules=())
    plan = village.plan_of({"red_line": [{"code": "r", "geom": village.box(0, 0, 1, 1)}]})
    place = village.at(1, 0.5)
    hit = zones_at(plan, policy, place.x, place.y)[-1]
    assert hit.inside and hit.edge_distance_m == 0 and hit.accuracy_m is None and not hit.near
