"""Grazing by hand: regimes add up, capacity to the sheep unit, overload to the boundary, the law to the
day."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.geo.local_area import RELATIVE_ERROR, many_areas_m2
from layers.geo.measure import areas_m2
from layers.planning.grazing import grazing
from layers.planning.overlay import overlay
from layers.planning.overload import verdict
from layers.policy import load_policy

POLICY = load_policy()
DAY = datetime.date(2023, 12, 31)
EPSG = 4549


def ground(village, *, stock=None, hay=1200.0, zones=True, livestock=True, pastures=True, **more):
    """Gacha A: a ban on its west 4 km, balance on the rest; one pasture of 2 × 5 km, half of it in the ban.

    B: rest everywhere. C: nothing. The zones reach 1 km over the banner's north.
    """
    bans = [
        {"code": "Z1", "regime": "ban", "geom": village.box(0, 0, 4, 10)},
        {"code": "Z2", "regime": "balance", "geom": village.box(4, 0, 10, 10)},
        {"code": "Z3", "regime": "rest", "geom": village.box(10, 0, 20, 11)},
        {"code": "Z4", "regime": "ban", "valid_from": "2015-01-01", "valid_to": "2020-12-31",
         "geom": village.box(20, 0, 30, 10)},
    ]  # fmt: skip
    fields = [
        {"code": "P1", "gacha_code": village.A, "season": "year_round", "hay_kg_ha": hay, "stock": stock,
         "capacity": 500.0, "geom": village.box(3, 0, 5, 5)},
    ]  # fmt: skip
    herds = [
        {"code": "L0", "gacha_code": village.A, "year": 2022, "sheep": 9_999},
        {"code": "L1", "gacha_code": village.A, "year": 2023, "sheep": 300, "goats": 100, "cattle": 20,
         "horses": 10, "camels": 0},
    ]  # fmt: skip
    return village.plan_of(
        grazing_zone=bans if zones else None, contract_pasture=fields if pastures else None,
        livestock=herds if livestock else None, **more,
    )  # fmt: skip


def row_of(village, plan, code=None, **options):
    return grazing(plan, POLICY, **options).by_code[code or village.A]


def test_a_hand_worked_overload(village):
    """P1: 500 ha outside the ban × 1200 kg × 50 % = 300,000 kg; / (1.8 × 365) = 456.6 sheep units.

    Stock of A in 2023: 300 + 100 × 0.8 + 20 × 5 + 10 × 6 = 540; 83.4 over, 18.3 %.
    """
    row = row_of(village, ground(village))
    free = areas_m2([village.box(4, 0, 5, 5)], EPSG)[0] / 10_000
    expected = free * 1200 * 0.5 / (1.8 * 365)
    assert expected == pytest.approx(456.6, abs=0.6)  # ellipsoidal, not plane, hectares
    assert row.capacity == pytest.approx(expected, rel=1e-6) and row.stock == pytest.approx(540)
    assert row.overload == pytest.approx((540 / expected - 1) * 100, rel=1e-6)
    assert (row.status, row.reason.code) == ("over", "grazing_over")
    attached = {one.rule.id: one for one in row.verdict.attached}
    assert set(attached) == {"overload_subsidy", "overload_fine"}
    assert attached["overload_fine"].yuan == pytest.approx(100 * (540 - expected), rel=1e-6)


def test_a_published_overload(village):
    """Gannan, five pastoral counties, 1995: capacity 3.986 million sheep units, stock 6.41 million, "60 %
    over" (an encyclopaedia's article on carrying capacity, 草原载畜量; its units: camel 7, horse 6, cattle 5, goat
    0.8). Here a ten-thousandth of it."""
    free = areas_m2([village.box(3, 0, 5, 5)], EPSG)[0] / 10_000
    field = {"code": "P", "gacha_code": village.A, "season": "year_round", "capacity": 1.0,
             "hay_kg_ha": 398.6 * 1.8 * 365 / (free * 0.5), "geom": village.box(3, 0, 5, 5)}  # fmt: skip
    herd = {"code": "L", "gacha_code": village.A, "year": 2023, "sheep": 401, "goats": 50, "cattle": 20,
            "horses": 5, "camels": 10}  # fmt: skip
    zone = {"code": "Z", "regime": "balance", "geom": village.box(0, 0, 30, 10)}
    row = row_of(
        village, village.plan_of(grazing_zone=[zone], contract_pasture=[field], livestock=[herd])
    )
    assert (row.capacity, row.stock) == (pytest.approx(398.6), pytest.approx(641))
    assert int(row.overload) == 60 and row.overload == pytest.approx(60.8, abs=0.05)


def test_regimes_add_up_to_their_zones(village):
    result = grazing(ground(village), POLICY)
    for regime in ("ban", "rest", "balance"):
        rows = sum(row.regimes[regime] for row in result.rows) + result.outside[regime]
        assert abs(rows - result.totals[regime]) <= result.tolerance_m2
    assert result.outside["rest"] == pytest.approx(areas_m2([village.box(10, 10, 20, 11)], EPSG)[0], rel=1e-6)
    assert result.by_code[village.C].regimes["ban"] == 0 and result.ended == 1  # ended in 2020
    before = grazing(ground(village), POLICY, on=datetime.date(2020, 12, 31))  # the last day counts
    assert before.by_code[village.C].regimes["ban"] > 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"zones": False}, "grazing_no_zones"),
        ({"pastures": False}, "grazing_no_pastures"),
        ({"livestock": False}, "grazing_no_livestock"),
        ({"hay": None}, "grazing_yield_unknown"),
    ],
)
def test_what_is_not_known_is_not_zero(village, changes, code):
    row = row_of(village, ground(village, **changes))
    assert (row.status, row.reason.code, row.overload) == ("unknown", code, None)
    assert not row.verdict.attached
    assert (row.regimes is None) == ("zones" in changes)
    assert (row.capacity is None) == ("livestock" not in changes)


def test_a_gacha_without_pasture_or_count_is_unknown(village):
    result = grazing(ground(village), POLICY)
    assert result.by_code[village.B].reason.code == "grazing_no_pasture_here"
    assert (
        grazing(ground(village), POLICY, year=2019).by_code[village.A].reason.code == "grazing_stock_unknown"
    )
    # in 2022 the other species are null: sheep alone are not the herd
    assert grazing(ground(village), POLICY, year=2022).by_code[village.A].stock is None


def test_zones_that_have_all_run_out_do_not_say_that_all_may_be_grazed(village):
    plan = ground(village, livestock=False)
    ended = plan_with_dates(village, "2020-01-01", "2020-12-31")
    assert grazing(ended, POLICY, on=DAY).by_code[village.A].reason.code == "grazing_zones_ended"
    assert grazing(plan, POLICY).on is None  # nobody says which day


def plan_with_dates(village, begin, end):
    zone = {
        "code": "Z",
        "regime": "ban",
        "valid_from": begin,
        "valid_to": end,
        "geom": village.box(0, 0, 9, 9),
    }
    return village.plan_of(
        grazing_zone=[zone],
        contract_pasture=[{"code": "P", "gacha_code": village.A, "hay_kg_ha": 1.0, "season": "warm",
                           "geom": village.box(1, 1, 2, 2)}],
    )  # fmt: skip


def test_a_pasture_against_its_own_season(village):
    """500 ha × 1200 kg × 50 % / (1.8 × 365) as above; stock of 502.3 would be 10 % over."""
    plan = ground(village, stock=400.0)
    row = grazing(plan, POLICY, by="pasture").by_code["P1"]
    assert row.capacity == pytest.approx(456.6, abs=0.6) and row.registered == 500.0
    assert (row.status, row.gacha_code) == ("within", village.A) and row.over == 0
    assert grazing(ground(village), POLICY, by="pasture").by_code["P1"].status == "unknown"


def test_stock_where_all_is_banned_is_over_without_a_percentage(village):
    zone = [{"code": "Z", "regime": "ban", "geom": village.box(0, 0, 30, 10)}]
    plan = ground(village, stock=7.0, zones=False)
    plan = village.plan_of(
        {kind: rows_of(plan, kind) for kind in ("contract_pasture", "livestock")}, grazing_zone=zone
    )
    row = grazing(plan, POLICY, by="pasture").by_code["P1"]
    assert (row.capacity, row.overload, row.over, row.status) == (0.0, None, 7.0, "over")
    assert {one.why for one in row.verdict.attached} == {"overload", "over"}


def rows_of(plan, kind):
    table = plan.tables[kind]
    return [table.row(int(fid)) for fid in table.fids]


def test_findings_in_a_ban_zone(village):
    def patches(*places):
        return [
            {"code": f"Y{at}", "finding": finding, "geom": village.box(x, 1, x + 0.1, 1.1)}
            for at, (x, finding) in enumerate(places)
        ]

    once = row_of(
        village, ground(village, suspect_patch=patches((1, "grazing"), (6, "grazing"), (2, "mining")))
    )
    assert once.found == 1 and [one.why for one in once.verdict.attached] == ["overload", "over", "ban"]
    twice = row_of(village, ground(village, suspect_patch=patches((1, "grazing"), (2, "grazing"))))
    assert twice.found == 2 and "times" in [one.why for one in twice.verdict.attached]
    assert row_of(village, ground(village)).found is None


@pytest.mark.parametrize(
    ("overload", "found", "day", "whys", "none"),
    [
        (10.0, 0, DAY, ["over"], ""),  # exactly ten per cent is not more than ten
        (10.01, 0, DAY, ["overload", "over"], ""),
        (-5.0, 1, DAY, ["ban"], ""),
        (-5.0, 2, DAY, ["times", "ban"], ""),
        (-5.0, 0, DAY, [], "nothing"),
        (50.0, 3, datetime.date(2021, 9, 30), [], "not_in_force"),
        (50.0, 0, datetime.date(2021, 10, 1), ["overload", "over"], ""),  # the first day counts
        (50.0, 0, None, [], "no_date"),
    ],
)
def test_what_the_law_attaches(overload, found, day, whys, none):
    answer = verdict(POLICY, day, overload=overload, over=max(overload, 0.0), found=found)
    assert [one.why for one in answer.attached] == whys and answer.none == none
    if none == "not_in_force":
        assert answer.from_day == datetime.date(2021, 10, 1)


# -- the overlay ------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=5, unique=True), st.integers(0, 3))
def test_pieces_of_a_tiling_make_up_every_zone(cuts, holes):
    """Areas that tile the ground take a zone apart without loss; the two ways of measuring agree."""
    edges = [0.0, *sorted(cuts), 1.0]
    west, south, side = 400_000.0, 5_300_000.0, 20_000.0
    areas = np.array(
        [shapely.box(west + a * side, south, west + b * side, south + side)
         for a, b in zip(edges, edges[1:], strict=False)], object,
    )  # fmt: skip
    zone = shapely.Point(west + side / 2, south + side / 2).buffer(side / 2.1)
    for at in range(holes):
        zone = zone.difference(shapely.Point(west + (at + 1) * side / 4, south + side / 2).buffer(900))
    zones = np.array([zone, shapely.box(west, south, west + side, south + side), None], object)
    found = overlay(areas, zones, EPSG)
    pieces = np.bincount(found.zone, found.m2, minlength=3)
    assert pieces[:2] == pytest.approx(areas_m2(zones[:2], EPSG), rel=2 * RELATIVE_ERROR)
    assert pieces[2] == 0 and np.isnan(found.zone_m2[2])


def test_only_touching_is_no_pair_and_wholly_inside_is_not_cut():
    areas = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], object)
    areas = shapely.transform(areas, lambda xy: xy * 1000 + (500_000.0, 5_300_000.0))
    zones = shapely.transform(
        np.array([shapely.box(1, 1, 2, 2), shapely.box(10, 3, 12, 4), shapely.box(9, 5, 11, 6)], object),
        lambda xy: xy * 1000 + (500_000.0, 5_300_000.0),
    )
    found = overlay(areas, zones, EPSG)
    assert list(zip(found.area.tolist(), found.zone.tolist(), strict=True)) == [
        (0, 0),
        (0, 2),
        (1, 1),
        (1, 2),
    ]
    assert found.inside.tolist() == [True, False, False, False]  # on the border is not properly inside


def test_the_quick_area_is_as_good_as_it_says():
    rng = np.random.default_rng(4)
    middles = np.column_stack(
        [rng.uniform(200_000, 800_000, 2_500), rng.uniform(4_700_000, 5_500_000, 2_500)]
    )
    shapes = shapely.buffer(shapely.points(middles), rng.uniform(20, 4_900, 2_500), quad_segs=6)
    quick, exact = many_areas_m2(shapes, EPSG), areas_m2(shapes, EPSG)
    assert np.abs(quick / exact - 1).max() < RELATIVE_ERROR
    assert np.abs(shapely.area(shapes) / exact - 1).max() > 1e-3  # the plane alone is not
