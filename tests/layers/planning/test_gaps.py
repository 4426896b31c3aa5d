"""Gap rows by hand: toilets, presence, unit states; what is not known stays unknown."""

from __future__ import annotations

from layers.catalogue.columns import gacha_code, operating
from layers.catalogue.model import LayerKind, common_columns
from layers.catalogue.service import Service
from layers.catalogue.text import Text
from layers.planning.gaps import gaps


def answer(village, plan, service, *, policy=None, year=None):
    """code -> (have, need, gap, unknown, status)."""
    result = gaps(plan, policy or village.policy_of(), year=year, services=[service])
    return {row.unit_code: (row.have, row.need, row.gap, row.unknown, row.status) for row in result.rows}


def toilets(village, **changes):
    """Eight households: five in A (one by containment), two in B without survey, one in C."""
    households = [
        {"code": f"h{n}", "gacha_code": code, "geom": village.at(x, 3)}
        for n, code, x in (
            (1, village.A, 1),
            (2, village.A, 2),
            (3, village.A, 25),
            (4, None, 4),
            (5, village.A, 5),
            (6, village.B, 12),
            (7, village.B, 13),
            (8, village.C, 25),
        )
    ]
    rows = [
        ("h1", "accepted", "2023-05-01"),
        ("h2", "faulty", None),
        ("h2", "rectified", None),
        ("h3", "built", None),
        ("h4", "unimproved", None),
        ("h5", None, None),
        ("h8", "faulty", "2022-01-01"),
    ]
    table = [
        {
            "code": f"t{n}",
            "household_code": household,
            "state": state,
            "accepted_on": date,
            "geom": village.at(1, 1),
        }
        for n, (household, state, date) in enumerate(rows)
    ]
    return village.plan_of({"household": households, "toilet": table, **changes})


def test_toilets_by_hand(village):
    """h1, h2 are had (one accepted, one rectified); h3 built and h4 unimproved are need; h5 is not known."""
    assert answer(village, toilets(village), "toilets") == {
        village.A: (2, 2, 2, 1, "none"),
        village.B: (None, None, None, 2, "unknown"),
        village.C: (0, 1, 1, 0, "none"),
    }


def test_a_toilet_finds_its_household_however_the_code_was_typed(village):
    plan = village.plan_of(
        {
            "household": [
                {"code": code, "gacha_code": village.A, "geom": village.at(1, 3)}
                for code in (" 7", "8", "9 ")
            ],
            "toilet": [
                {"code": f"t{code}", "household_code": code, "state": "accepted", "geom": village.at(1, 1)}
                for code in ("7 ", " 8", "9")
            ],
        }
    )
    assert answer(village, plan, "toilets")[village.A] == (3, 0, 0, 0, "none")


def test_a_toilet_accepted_later_does_not_count_yet(village):
    plan = toilets(village)
    assert answer(village, plan, "toilets", year=2022)[village.A] == (1, 3, 3, 1, "none")
    assert answer(village, plan, "toilets", year=2023)[village.A] == (2, 2, 2, 1, "none")


def test_without_the_layer_every_gacha_is_unknown_and_never_zero(village):
    for absent in ("toilet", "household"):
        answers = answer(village, toilets(village, **{absent: None}), "toilets")
        assert set(answers.values()) == {(None, None, None, None, "unknown")}


def test_rows_tell_gachas_of_one_name_apart_and_carry_their_households(village):
    rows = gaps(toilets(village), village.policy_of(), services=["toilets"]).rows
    assert [(row.unit_code, row.unit_name, row.sumu_name, row.households) for row in rows] == [
        (village.A, "甲嘎查", "东苏木", 5),
        (village.B, "乙嘎查", "东苏木", 2),
        (village.C, "甲嘎查", "西苏木", 1),
    ]


def test_a_sumu_adds_up_what_is_known_of_its_gachas(village):
    first, second = gaps(toilets(village), village.policy_of(), services=["toilets"]).by_sumu("toilets")
    assert (first.sumu_code, first.have, first.need, first.gap, first.unknown, first.not_known) == (
        village.S1,
        2,
        2,
        2,
        3,
        1,
    )
    assert (second.sumu_code, second.households, second.statuses["none"]) == (village.S2, 1, 1)


def test_a_household_with_a_strange_code_is_left_out_and_said_so(village):
    plan = toilets(
        village,
        household=[
            {"code": "h1", "gacha_code": "1", "geom": village.at(1, 1)},
            {"code": "h2", "geom": village.at(99, 99)},
        ],
    )
    result = gaps(plan, village.policy_of(), services=["toilets"])
    assert result.left_out["toilets"] == 2 and result.row("toilets", village.A).households == 0


def fitness(village, *rows):
    return village.plan_of(
        {
            "fitness": [
                {"code": str(n), "gacha_code": code, "operating": used, "geom": village.at(x, 5)}
                for n, (code, used, x) in enumerate(rows)
            ]
        }
    )


def test_presence_by_code_by_place_and_in_doubt(village):
    policy = village.policy_of(village.target("fitness", "fitness"))
    plan = fitness(village, (village.A, 1, 15), (None, 1, 1), (None, None, 15), (village.C, 0, 25))
    assert answer(village, plan, "fitness", policy=policy) == {
        village.A: (2, 1, 0, 0, "met"),
        village.B: (None, 1, None, 1, "unknown"),
        village.C: (0, 1, 1, 0, "short"),
    }
    assert answer(village, plan, "fitness")[village.A] == (2, None, None, 0, "none")
    assert set(answer(village, village.plan_of(), "fitness", policy=policy).values()) == {
        (None, 1, None, None, "unknown")
    }


def test_a_point_on_the_common_boundary_belongs_to_the_smaller_code(village):
    policy = village.policy_of(village.target("fitness", "fitness"))
    answers = answer(village, fitness(village, (None, 1, 10), (None, 1, 20)), "fitness", policy=policy)
    assert [answers[code][0] for code in (village.A, village.B, village.C)] == [1, 1, 0]


def test_shares_say_nothing_about_one_gacha_but_all_of_them_do(village):
    plan = fitness(village)
    share = village.target("t", "fitness", unit="percent", threshold=60.0)
    every = village.target("t", "fitness", unit="percent", threshold=100.0)
    assert answer(village, plan, "fitness", policy=village.policy_of(share))[village.A][4] == "none"
    assert answer(village, plan, "fitness", policy=village.policy_of(every))[village.A] == (
        0,
        1,
        1,
        0,
        "short",
    )


def test_a_target_for_out_of_poverty_places_needs_to_know_where_they_are(village):
    policy = village.policy_of(village.target("t", "kindergarten", level="sumu", scope="relieved"))
    gachas = [
        dict(row, out_of_poverty_households=number)
        for row, number in zip(village.UNITS["gacha"], (0, 3, None), strict=True)
    ]
    plan = village.plan_of({"kindergarten": [], "gacha": gachas})
    assert answer(village, plan, "kindergarten", policy=policy) == {
        village.S1: (0, 1, 1, 0, "short"),
        village.S2: (0, None, None, 0, "unknown"),
    }


def test_village_plans_as_the_gacha_says(village):
    gachas = [
        dict(row, village_plan=state)
        for row, state in zip(village.UNITS["gacha"], ("approved", "none", None), strict=True)
    ]
    policy = village.policy_of(village.target("t", "village_plan"))
    answers = answer(village, village.plan_of({"gacha": gachas}), "village_plan", policy=policy)
    assert [answers[code][4] for code in (village.A, village.B, village.C)] == ["met", "exempt", "unknown"]


def test_what_is_only_proposed_is_not_there(village):
    rows = [
        {"code": "1", "gacha_code": village.A, "operating": 1, "opened_on": "2024-03-01"},
        {"code": "2", "gacha_code": village.B, "operating": 1, "scheme": "甲", "status": "approved"},
        {"code": "3", "gacha_code": village.C, "operating": 1, "scheme": "甲"},
    ]
    plan = village.plan_of({"fitness": rows})
    assert [row[0] for row in answer(village, plan, "fitness").values()] == [1, 0, 0]
    assert [row[0] for row in answer(village, plan, "fitness", year=2023).values()] == [0, 0, 0]


def test_a_new_kind_with_a_service_gets_rows_without_code(village):
    yurt = LayerKind(
        "felt_workshop",
        Text("毡房作坊", "Felt workshop"),
        "household",
        "Point",
        (gacha_code(), operating(), *common_columns()),
        key="gacha_code",
        name="",
        services=(
            Service(
                "felt",
                Text("毡", "Felt"),
                "unit.gacha",
                "presence",
                Text("处", "places"),
                (("link", "gacha_code"), ("operating", "operating")),
            ),
        ),
    )
    catalogue = village.default_catalogue().with_kind(yurt)
    plan = village.plan_of(
        {"felt_workshop": [{"gacha_code": village.B, "operating": 1}]}, catalogue=catalogue
    )
    result = gaps(plan, village.policy_of())
    assert [row.have for row in result.of_service("felt")] == [0, 1, 0]
    assert "felt_workshop" in result.provenance.kinds


def test_provenance_names_what_was_read_and_knows_when_it_is_old(village):
    plan = fitness(village, (village.A, 1, 1))
    result = gaps(plan, village.policy_of(village.target("t", "fitness")), services=["fitness"], year=2024)
    origin = result.provenance
    assert (origin.clauses, origin.policy_version, origin.crs, origin.year) == (
        ("9.9",),
        "2022-01-01",
        4549,
        2024,
    )
    assert set(origin.digests) == {"gacha", "sumu", "fitness"}
    changed = village.plan_of({"toilet": []})
    assert origin.is_current(plan) and not origin.is_current(changed)


def test_cancelling_is_what_progress_raises(village):
    class Cancelled(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 1:
            raise Cancelled

    try:
        gaps(village.plan_of(), village.policy_of(), progress=stop)
    except Cancelled:
        return
    raise AssertionError("went on after cancelling")
