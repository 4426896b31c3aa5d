"""Targets counted by their records, by hand: every method, blanks, absent layers, the features behind a
number."""

from __future__ import annotations

import pytest

from layers.errors import InputError
from layers.planning.counting import METHODS
from layers.planning.gaps import gaps
from layers.planning.targets import target_states
from layers.planning.trace import trace_gap, trace_target
from layers.policy.bundle import load_policy
from layers.policy.counts import METHODS as RECORDED
from layers.policy.counts import How
from layers.policy.values import Fixed, Text


def frozen(value):
    if isinstance(value, dict):
        return Fixed({name: frozen(one) for name, one in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def how(method, **options):
    return How(method, Text("", ""), options.pop("unit", ""), frozen(options))


def counted(village, layers, *records, year=None, unit="facility", **more):
    more = {"modality": "none", "threshold": None, "comparator": None, **more}
    policy = village.policy_of(village.target("t", "", unit=unit, counts=records, **more))
    plan = village.plan_of(layers)
    state = target_states(plan, policy, gaps(plan, policy, year=year), year=year)[0]
    return state, trace_target(plan, policy, "t", year=year)


def limits(state):
    return state.low, state.high


GACHAS = [
    {
        "code": "990001001001",
        "sumu_code": "990001001000",
        "out_of_poverty_households": 3,
        "grade": "key_support",
    },
    {
        "code": "990001001002",
        "sumu_code": "990001001000",
        "out_of_poverty_households": 1,
        "grade": "ordinary",
    },
    {"code": "990001002001", "sumu_code": "990001002000", "out_of_poverty_households": None},
]


def test_features_by_conditions_sums_and_units_that_have_any(village):
    rows = {"gacha": GACHAS}
    more = how("features", role="unit.gacha", above={"out_of_poverty_households": 0})
    state, trace = counted(village, rows, more)
    assert limits(state) == (2.0, 3.0) and state.value is None and state.not_known == 1
    assert trace.groups["counted"] == {"gacha": (1, 2)} and trace.groups["doubtful"] == {"gacha": (3,)}
    apart, _ = counted(
        village,
        rows,
        how("features", role="unit.gacha", above={"out_of_poverty_households": 0}, distinct="unit.sumu"),
    )
    assert limits(apart) == (1.0, 2.0)
    # what is added up has no upper limit where a number is missing
    assert limits(
        counted(village, rows, how("features", role="unit.gacha", sum="out_of_poverty_households"))[0]
    ) == (4.0, None)
    graded, _ = counted(
        village,
        rows,
        how("features", role="unit.gacha", where={"grade": ["key_support", "ordinary"]}, by="grade"),
    )
    assert limits(graded) == (2.0, 3.0) and [(p.title.zh, p.low) for p in graded.parts] == [
        ("重点帮扶嘎查", 1.0),
        ("一般嘎查", 1.0),
    ]


def test_a_blank_means_no_only_where_the_record_says_so_and_somebody_has_filled_the_column(village):
    houses = [
        {"code": str(at), "monitored": kind}
        for at, kind in enumerate(("unstable", "unstable", None, "marginal"))
    ]
    said = how("features", role="household", where={"monitored": ["unstable"]}, blank="no")
    assert limits(counted(village, {"household": houses}, said)[0]) == (2.0, 2.0)
    silent = how("features", role="household", where={"monitored": ["unstable"]})
    assert limits(counted(village, {"household": houses}, silent)[0]) == (2.0, 3.0)
    blank = [{"code": "1"}, {"code": "2"}]
    assert limits(counted(village, {"household": blank}, said)[0]) == (0.0, 2.0)


def test_cases_count_while_they_are_open(village):
    cases = [
        {"code": "1", "guarantee": "water", "found_on": "2022-05-01", "closed_on": "2023-02-01"},
        {"code": "2", "guarantee": "water", "found_on": "2023-05-01"},
        {"code": "3", "guarantee": "housing", "found_on": "2022-05-01"},
    ]
    record = how(
        "features",
        role="household.hardship",
        where={"guarantee": ["water"]},
        since="found_on",
        until="closed_on",
    )
    assert [
        limits(counted(village, {"hardship": cases}, record, year=year)[0])[0]
        for year in (2021, 2022, 2023, None)
    ] == [0.0, 1.0, 1.0, 1.0]


def test_shares_by_number_and_by_length_and_what_nobody_recorded(village):
    roads = [
        {"code": "1", "chief": "甲", "geom": village.line((0, 5), (3, 5))},
        {"code": "2", "geom": village.line((3, 5), (4, 5))},
    ]
    record = how("share", role="road", measure="length_km", good={"filled": ["chief"]})
    state, trace = counted(village, {"road": roads}, record, unit="percent")
    assert state.value == pytest.approx(75, abs=0.01)
    assert trace.groups["counted"] == {"road": (1,)} and trace.groups["rest"] == {"road": (2,)}
    nobody = [{**row, "chief": None} for row in roads]
    assert limits(counted(village, {"road": nobody}, record, unit="percent")[0]) == (0.0, pytest.approx(100))
    assert limits(counted(village, {"road": []}, record, unit="percent")[0]) == (None, None)
    tests = [{"code": str(at), "test": test} for at, test in enumerate(("pass", "pass", "fail", None))]
    passed, _ = counted(
        village,
        {"water_work": tests},
        how("share", role="water.work", good={"where": {"test": ["pass"]}}),
        unit="percent",
    )
    assert limits(passed) == (50.0, 75.0)


def test_ratios_columns_and_extremes(village):
    stations = [
        {"code": "1", "kind": "transformer", "capacity_kva": 100.0, "households": 40},
        {"code": "2", "kind": "transformer", "capacity_kva": 50.0, "households": 35},
        {"code": "3", "kind": "solar", "capacity_kva": 9.0, "households": 9},
    ]
    side = {"role": "power.station", "where": {"kind": ["transformer"]}}
    record = how("ratio", top={**side, "sum": "capacity_kva"}, bottom={**side, "sum": "households"})
    assert counted(village, {"power_station": stations}, record, unit="kva")[0].value == 2.0
    stations[1]["households"] = None
    assert limits(counted(village, {"power_station": stations}, record, unit="kva")[0]) == (None, None)

    sites = [{"code": "1", "water": 1, "power": 1}, {"code": "2", "water": 0, "power": None}]
    state, trace = counted(
        village,
        {"resettlement": sites},
        how("columns", role="resettlement", columns=["water", "power"]),
        unit="percent",
    )
    assert limits(state) == (50.0, 75.0) and trace.groups["counted"] == {"resettlement": (1,)}
    assert [(part.title.zh, part.low, part.high) for part in state.parts] == [
        ("通水", 1.0, 1.0),
        ("通电", 1.0, 2.0),
    ]

    cells = [
        {"code": str(at), "households": number, "geom": village.box(0, 0, 1, 1)}
        for at, number in enumerate((29, 30, 55))
    ]
    least, trace = counted(
        village,
        {"grid_cell": cells},
        how("extreme", role="grid_cell", column="households", pick="least"),
        unit="household",
        values=Fixed({2025: 30.0}),
    )
    assert least.value == 29.0 and trace.groups["counted"] == {"grid_cell": (1,)}  # 30 itself is not below 30
    assert [(part.low, part.unit) for part in least.parts] == [(1.0, "cell")]


def test_inside_zones_counts_things_once_and_takes_areas_once(village):
    zones = [
        {"code": "1", "regime": "ban", "geom": village.box(0, 0, 2, 2)},
        {"code": "2", "regime": "ban", "geom": village.box(1, 0, 3, 2)},
        {"code": "3", "regime": "rest", "geom": village.box(5, 0, 9, 9)},
    ]
    camps = [{"code": "1", "geom": village.at(1.5, 1)}, {"code": "2", "geom": village.at(6, 1)}]
    record = how(
        "inside", role=["pasture.camp", "proposal"], zones=["zone.grazing"], zone_where={"regime": ["ban"]}
    )
    state, trace = counted(village, {"camp": camps, "grazing_zone": zones}, record)
    assert state.value == 1.0 and trace.fids("counted") == {"camp": (1,)}
    works = [
        {"code": "1", "geom": village.box(1, 1, 2, 3)},  # half of it in both zones: 1 km²
        {"code": "2", "geom": village.box(3, 0, 4, 1)},
    ]  # only touches
    area, trace = counted(
        village,
        {"proposed_area": works, "grazing_zone": zones},
        how(
            "inside",
            role="proposal",
            zones=["zone.grazing"],
            zone_where={"regime": ["ban"]},
            measure="area_ha",
        ),
        unit="hectare",
    )
    assert area.value == pytest.approx(100, rel=1e-3) and trace.fids("counted") == {"proposed_area": (1,)}


def test_units_by_the_rows_of_a_service(village):
    codes = (village.A, village.B, village.C)
    masts = [
        {"code": code, "gacha_code": code, "technology": "mobile_5g", "operating": one}
        for code, one in zip(codes, (1, 0, 1), strict=True)
    ]
    gachas = [
        {"code": code, "able_5g": able, "geom": village.box(10 * at, 0, 10 * at + 10, 10)}
        for at, (code, able) in enumerate(zip(codes, (1, 1, None), strict=True))
    ]
    state, trace = counted(
        village,
        {"broadband": masts, "gacha": gachas},
        how("units", service="mobile_5g", of={"where": {"able_5g": [True]}}),
        unit="percent",
    )
    assert limits(state) == (pytest.approx(100 / 3), pytest.approx(200 / 3))
    assert set(trace.provenance.digests) == {"broadband", "gacha"}
    assert [trace.groups[name].get("gacha") for name in ("counted", "rest", "doubtful")] == [(1,), (2,), (3,)]


def test_roads_on_no_loop(village):
    """A square with a tail of two roads; a second road between the same corners is a loop too."""
    square = [
        village.line((1, 1), (2, 1)),
        village.line((2, 1), (2, 2)),
        village.line((2, 2), (1, 2)),
        village.line((1, 2), (1, 1)),
    ]
    tail = [village.line((2, 2), (3, 3)), village.line((3, 3), (4, 3))]
    double = [village.line((6, 6), (7, 6)), village.line((6, 6), (6.5, 7), (7, 6))]
    outside = [village.line((40, 1), (41, 1))]
    rows = [{"code": str(at), "geom": one} for at, one in enumerate([*square, *tail, *double, *outside])]
    km = how("loops", role="road", measure="length_km", unit="kilometre")
    state, trace = counted(village, {"road": rows}, how("loops", role="road"), km, unit="road")
    assert state.value == 2.0 and trace.fids("counted") == {"road": (5, 6)}
    assert state.parts[0].low == pytest.approx(2**0.5 + 1, rel=1e-3)


def test_the_gap_to_what_the_plan_asks(village):
    codes = (village.A, village.B)
    rows = {"fitness": [{"code": code, "gacha_code": code, "operating": 1} for code in codes]}
    asked = {"threshold": 60.0, "comparator": "ge", "modality": "must", "unit": "percent"}
    state, _ = counted(village, rows, how("units", service="fitness"), **asked)
    assert (round(state.value, 1), state.status, state.gap) == (66.7, "met", 0.0)
    short, _ = counted(village, rows, how("units", service="fitness"), **{**asked, "threshold": 70.0})
    assert short.status == "short" and short.gap == pytest.approx(70 - 200 / 3)
    least = counted(
        village,
        {"gacha": GACHAS},
        how("features", role="unit.gacha", sum="out_of_poverty_households"),
        **{**asked, "threshold": 4.0, "unit": "household"},
    )[0]
    assert least.status == "met" and least.gap is None  # 4 or more: enough, though how many is not known


def test_without_its_layers_every_target_of_the_plan_is_unknown(village):
    policy = load_policy()
    plan = village.plan_of(units={})
    states = target_states(plan, policy, gaps(plan, policy))
    assert all((one.value, one.low, one.high) == (None, None, None) for one in states)
    assert {one.status for one in states if one.target.threshold is not None} == {"unknown"}


def test_every_spatial_target_has_a_way_to_be_counted():
    policy = load_policy()
    assert not [
        one.id for one in policy.targets if one.kind == "spatial" and not one.counts and one.service is None
    ]
    assert set(METHODS) == set(RECORDED)


def test_a_number_of_the_gap_table_and_the_features_behind_it(village):
    houses = [
        {"code": str(at), "gacha_code": village.A if at < 3 else village.B, "geom": village.at(1, 1)}
        for at in range(4)
    ]
    toilets = [
        {"code": "a", "household_code": "0", "state": "accepted"},
        {"code": "b", "household_code": "1", "state": "faulty"},
        {"code": "c", "household_code": "3", "state": "built"},
    ]
    plan = village.plan_of({"household": houses, "toilet": toilets})
    policy = village.policy_of(village.target("toilets", "toilets", level="household"))
    trace = trace_gap(plan, policy, "toilets", village.A)
    assert trace.groups == {
        "counted": {"household": (1,), "toilet": (1,)},
        "rest": {"household": (2,), "toilet": (2,)},
        "doubtful": {"household": (3,)},
    }
    assert {name: trace.fields[name] for name in ("have", "need", "unknown")} == {
        "have": 1,
        "need": 1,
        "unknown": 1,
    }
    assert set(trace.provenance.digests) >= {"household", "toilet", "gacha"}
    both = trace_gap(plan, policy, "toilets", village.S1)
    assert (
        both.formula == "gap_sum"
        and both.low == 2.0
        and both.fids("rest") == {"household": (2, 4), "toilet": (2, 3)}
    )
    missing = sum(row.gap > 0 for row in gaps(plan, policy).of_service("toilets") if row.gap is not None)
    assert missing == 2 == both.fields["short"], "no threshold makes no row `short`, yet both lack some"
    with pytest.raises(InputError) as refused:
        trace_gap(plan, policy, "toilets", "no such")
    assert refused.value.code == "unit_unknown"


def test_roads_and_clinics_behind_a_row(village):
    roads = [
        {"code": "r", "geom": village.line((5, 5), (15, 5))},
        {"code": "far", "geom": village.line((0, 9), (1, 9))},
    ]
    clinics = [{"code": "k", "gacha_code": village.B, "operating": 1, "geom": village.at(12, 5)}]
    ways = [{"gacha_code": village.A, "way": "shared", "host_code": "k"}]
    plan = village.plan_of({"road": roads, "clinic": clinics, "clinic_arrangement": ways})
    policy = village.policy_of()
    trace = trace_gap(plan, policy, "road", village.A)
    assert trace.fids("counted") == {"seat": (4,), "road": (1,)} and trace.fids("rest") == {"seat": (2,)}
    assert {rule.id for rule in trace.rules} == {"road_node_m", "road_snap_m"}
    shared = trace_gap(plan, policy, "clinics", village.A)
    assert shared.fids() == {"clinic_arrangement": (1,), "clinic": (1,)}
    assert "clinic_shared_reach_km" in {rule.id for rule in shared.rules}
