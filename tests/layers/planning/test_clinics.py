"""Clinics by hand: the four ways of the plan, and every way in which an arrangement can be broken."""

from __future__ import annotations

import pytest

from layers.planning.clinics import way_of
from layers.planning.gaps import gaps


def ways(village, *, clinics=(), arrangements=(), centres=(), roads=None, year=None, **changes):
    """(status, way, reason) of A, B, C."""
    policy = village.policy_of(village.target("t", "clinics"))
    layers = {
        "clinic": None if clinics is None else list(clinics),
        "clinic_arrangement": None if arrangements is None else list(arrangements),
        "health_centre": None if centres is None else list(centres),
        "road": roads,
        **changes,
    }
    rows = gaps(village.plan_of(layers), policy, services=["clinics"], year=year).rows
    return [(row.status, way_of(row.reason), row.reason.code) for row in rows]


def clinic(village, code, gacha, x, **values):
    return {
        "code": code,
        "name": f"卫生室{code}",
        "gacha_code": gacha,
        "operating": 1,
        "geom": village.at(x, 5),
        **values,
    }


def tie(gacha, way, host, **values):
    return {"gacha_code": gacha, "way": way, "host_code": host, **values}


def test_own_shared_and_blank(village):
    roads = [{"code": "1", "passable": 1, "geom": village.line((5, 5), (16, 5))}]
    assert ways(
        village,
        clinics=[clinic(village, "k", village.B, 16)],
        arrangements=[tie(village.A, "shared", "k")],
        roads=roads,
    ) == [
        ("exempt", "shared", "clinic_shared"),
        ("met", "own", "clinic_own"),
        ("short", "blank", "clinic_blank"),
    ]


def test_mobile_service_and_rounds_need_a_working_centre_and_rounds_a_schedule(village):
    centre = {
        "code": "w",
        "name": "卫生院",
        "sumu_code": village.S1,
        "operating": 1,
        "geom": village.at(15, 5),
    }
    arranged = [
        tie(village.A, "mobile", "w"),
        tie(village.B, "rounds", "w", schedule="每周二"),
        tie(village.C, "rounds", "w"),
    ]
    assert ways(village, arrangements=arranged, centres=[centre]) == [
        ("exempt", "mobile", "clinic_mobile"),
        ("exempt", "rounds", "clinic_rounds"),
        ("short", "blank", "no_schedule"),
    ]
    closed = ways(village, arrangements=arranged, centres=[{**centre, "operating": 0}])
    assert closed == [("short", "blank", "host_closed")] * 3
    doubtful = ways(village, arrangements=arranged[:1], centres=[{**centre, "operating": None}])
    assert doubtful[0] == ("unknown", "unknown", "host_use_unknown")
    assert ways(village, arrangements=arranged[:1], centres=None)[0] == (
        "unknown",
        "unknown",
        "centres_absent",
    )


@pytest.mark.parametrize(
    ("host", "operating", "expected"),
    [
        ("k", 1, "clinic_shared"),
        ("k", 0, "host_closed"),
        ("k", None, "host_use_unknown"),
        ("nobody", 1, "host_missing"),
        (None, 1, "host_not_named"),
    ],
)
def test_a_shared_clinic_must_exist_and_work(village, host, operating, expected):
    roads = [{"code": "1", "passable": 1, "geom": village.line((5, 5), (16, 5))}]
    found = ways(
        village,
        clinics=[clinic(village, "k", village.B, 16, operating=operating)],
        arrangements=[tie(village.A, "shared", host)],
        roads=roads,
    )
    assert found[0][2] == expected


def test_the_way_to_a_shared_clinic_is_measured_along_the_road(village):
    """The clinic stands 11 km away as the crow flies; the limit is 15 km."""
    near = [clinic(village, "k", village.B, 16)]
    arranged = [tie(village.A, "shared", "k")]
    detour = [{"code": "1", "passable": 1, "geom": village.line((5, 5), (5, 8), (16, 8), (16, 5))}]
    apart = [
        {"code": "1", "passable": 1, "geom": village.line((5, 5), (10, 5))},
        {"code": "2", "passable": 1, "geom": village.line((11, 5), (16, 5))},
    ]
    assert ways(village, clinics=near, arrangements=arranged, roads=detour)[0] == (
        "short",
        "blank",
        "host_too_far",
    )
    assert ways(village, clinics=near, arrangements=arranged, roads=apart)[0] == (
        "short",
        "blank",
        "host_cut_off",
    )
    assert ways(village, clinics=near, arrangements=arranged)[0] == (
        "exempt",
        "shared",
        "clinic_shared_straight",
    )
    far = [clinic(village, "k", village.C, 21)]
    assert ways(village, clinics=far, arrangements=arranged)[0] == ("short", "blank", "host_too_far")


def test_what_is_not_known_is_neither_blank_nor_served(village):
    assert ways(village, clinics=None) == [("unknown", "unknown", "layer_absent")] * 3
    unsure = ways(village, clinics=[clinic(village, "k", village.A, 5, operating=None)], arrangements=None)
    assert (
        unsure
        == [("unknown", "unknown", "clinic_use_unknown")]
        + [("unknown", "unknown", "arrangements_absent")] * 2
    )


def test_a_closed_clinic_is_a_blank_spot_and_says_so(village):
    assert ways(village, clinics=[clinic(village, "k", village.A, 5, operating=0)])[0] == (
        "short",
        "blank",
        "clinic_closed",
    )


def test_a_good_arrangement_goes_before_a_broken_one(village):
    centre = {"code": "w", "operating": 1, "geom": village.at(15, 5)}
    arranged = [tie(village.A, "shared", "nobody"), tie(village.A, "mobile", "w")]
    assert ways(village, arrangements=arranged, centres=[centre])[0][1] == "mobile"


def test_an_arrangement_holds_from_and_to_its_dates(village):
    centre = {"code": "w", "operating": 1, "geom": village.at(15, 5)}
    arranged = [tie(village.A, "mobile", "w", valid_from="2023-01-01", valid_to="2023-12-31")]
    found = [
        ways(village, arrangements=arranged, centres=[centre], year=year)[0][1] for year in (2022, 2023, 2024)
    ]
    assert found == ["blank", "mobile", "blank"]
