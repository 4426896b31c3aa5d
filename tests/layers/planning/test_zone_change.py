"""Two versions of zones by gacha, by hand: squares where plane and ellipsoid agree."""

from __future__ import annotations

import datetime

import pytest

from layers.errors import InputError
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.zone_change import Version, zone_change
from tests.layers.planning.verdict_ground import CATALOGUE, box, plan_with, zone

DAYS = datetime.date(2022, 6, 1), datetime.date(2024, 6, 1)
WEST, EASTERN = "990001001001", "990001001002"  # gachas of no real banner


def with_gachas(plan):
    """Two gachas side by side, 500 m wide each; what lies east of 1,000 m is in neither."""
    rows = [{"code": WEST, "name": "甲", "geom": box(0, 0, 500, 1000)},
            {"code": EASTERN, "name": "乙", "geom": box(500, 0, 1000, 1000)}]  # fmt: skip
    gacha = next(kind for kind in CATALOGUE if "unit.gacha" in kind.roles)
    return Plan(plan.catalogue, plan.crs, {**plan.tables, gacha.id: Table.from_rows(gacha, rows)})


def hectares(found):
    """(gacha, class) -> before, after, gained, lost in ha."""
    return {
        (row.gacha_code, row.value): tuple(
            round(getattr(row.change, name) / 1e4, 3) for name in ("before", "after", "gained", "lost")
        )
        for row in found.rows
    }


def test_a_ban_moves_east_and_a_part_becomes_rest():
    """The ban was x 0-600; it is x 300-1100 now, of which a twin counts once; rest came at x 0-200."""
    old = with_gachas(plan_with(zone("grazing_zone", "ban", geom=box(0, 0, 600, 1000))))
    new = with_gachas(plan_with(
        zone("grazing_zone", "ban", geom=box(300, 0, 1100, 1000)),
        zone("grazing_zone", "ban", geom=box(300, 0, 400, 1000)),
        zone("grazing_zone", "rest", geom=box(0, 0, 200, 1000)),
    ))  # fmt: skip
    found = zone_change(Version(old), Version(new), "grazing_zone")
    assert hectares(found) == {
        (None, ""): (60, 100, 50, 10),  # x 200-300 went, 600-1100 came
        (None, "ban"): (60, 80, 50, 30),
        (None, "rest"): (0, 20, 20, 0),
        (WEST, ""): (50, 40, 0, 10),
        (WEST, "ban"): (50, 20, 0, 30),
        (WEST, "rest"): (0, 20, 20, 0),
        (EASTERN, ""): (10, 50, 40, 0),
        (EASTERN, "ban"): (10, 50, 40, 0),
        ("", ""): (0, 10, 10, 0),
        ("", "ban"): (0, 10, 10, 0),
    }
    assert (found.counts, found.gachas) == ((1, 3), {WEST: "甲", EASTERN: "乙"})
    back = hectares(zone_change(Version(new), Version(old), "grazing_zone"))
    assert back[(None, "ban")] == (80, 60, 30, 50), "the other way round, what came went"


def test_days_count_what_holds_and_a_zone_without_dates_counts_and_is_named():
    made = with_gachas(plan_with(
        zone("grazing_zone", "ban", geom=box(0, 0, 100, 1000), valid_to="2023-12-31"),
        zone("grazing_zone", "ban", geom=box(100, 0, 300, 1000), valid_from="2024-06-01"),
        zone("grazing_zone", "ban", geom=box(300, 0, 400, 1000), valid_from=None),
        zone("grazing_zone", "ban", geom=None),
    ))  # fmt: skip
    found = zone_change(Version(made, DAYS[0]), Version(made, DAYS[1]), "grazing_zone")
    assert hectares(found)[(WEST, "ban")] == (20, 30, 20, 10)  # the first day counts
    assert (found.counts, found.undated, found.shapeless) == ((3, 3), (1, 1), (1, 1))
    every = zone_change(Version(made), Version(made), "grazing_zone")
    assert hectares(every)[(None, "")] == (40, 40, 0, 0) and every.undated == (0, 0)


def test_what_was_not_drawn_is_not_known_to_have_been_nothing():
    there = plan_with(zone("grazing_zone", "ban"))
    for old, new, version in ((plan_with(every_layer=False), there, "old"),
                              (there, plan_with(every_layer=False), "new")):  # fmt: skip
        with pytest.raises(InputError) as refused:
            zone_change(Version(old), Version(new), "grazing_zone")
        assert (refused.value.code, refused.value.fields["version"]) == ("zone_layer_absent", version)
    with pytest.raises(InputError) as refused:
        zone_change(Version(there), Version(there), "gacha")
    assert refused.value.code == "zone_layer_wrong"
    alone = zone_change(Version(there), Version(there), "grazing_zone")  # no gachas: the whole alone
    assert alone.gachas is None and {row.gacha_code for row in alone.rows} == {None}
