"""Zones of places and drawings, by hand."""

from __future__ import annotations

import shapely

from layers.planning.footprints import made_work
from layers.planning.zone_report import zone_report
from tests.layers.planning.verdict_ground import DAY, EAST, NORTH, box, plan_with, policy, zone


def test_places_and_drawings_with_dates_and_documents():
    rules = policy()
    made = plan_with(
        zone("grazing_zone", "ban", document="样1号", valid_to="2023-12-31"),
        zone("red_line", geom=box(900, 0, 2000, 1000), valid_from=None),
    )
    works = [
        made_work(rules, shapely.Point(EAST + 500, NORTH + 500), None, {}),
        made_work(rules, box(950, 500, 1050, 600), None, {}),
        made_work(rules, shapely.Point(EAST - 500, NORTH), None, {}),
    ]
    found = zone_report(made, rules, works, on=DAY)
    assert [(one.item, one.kind, one.in_force, one.near, one.document) for one in found] == [
        (0, "grazing_zone", False, False, "样1号"),
        (1, "grazing_zone", False, True, "样1号"),
        (1, "red_line", None, False, None),
    ]
    assert [round(one.area_m2) for one in found[1:]] == [5000, 10000]
