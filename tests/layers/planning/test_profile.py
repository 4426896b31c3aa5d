"""A unit on one page, against what was worked out by hand; what is not known stays so."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from layers.catalogue.service import Service
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import areas_m2
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.gaps import gaps
from layers.planning.profile import find_unit, profile, timed_services
from layers.planning.units import GACHA, SUMU
from layers.policy import load_policy

POLICY = load_policy()
DAY = datetime.date(2024, 6, 30)


@pytest.fixture
def made(village):
    """A: 4 households, one with a toilet; a clinic 3 km along a road east of its seat; half of it a grazing
    ban; a road of 8 km is planned, 5 km of it in A and 3 km in B."""

    def build(**changed) -> Plan:
        layers = {
            "household": [
                {"code": f"H{n}", "gacha_code": village.A, "geom": village.at(2 + n, 2)} for n in range(4)
            ] + [{"code": "H9", "gacha_code": village.B, "geom": village.at(12, 2)}],
            "toilet": [
                {"code": f"T{n}", "household_code": f"H{n}", "geom": village.at(2, 2),
                 "state": "accepted" if n == 0 else "unimproved"} for n in (0, 1, 2, 3, 9)
            ],
            "clinic": [{"code": "K", "name": "卫生室", "gacha_code": village.A, "operating": True,
                        "geom": village.at(8, 5)}],
            "road": [{"code": "R", "class": "class_iv", "surface": "asphalt", "passable": True,
                      "geom": village.line((5, 5), (8, 5), (12, 5))}],
            "grazing_zone": [{"code": "Z1", "regime": "ban", "geom": village.box(0, 0, 5, 10)},
                             {"code": "Z2", "regime": "balance", "geom": village.box(5, 0, 20, 10)}],
            "proposed_line": [
                {"code": "P1", "name": "甲乙路", "scheme": "路案", "status": "idea", "year": 2024,
                 "geom": village.line((5, 1), (13, 1))},
                {"code": "P2", "name": "贴边路", "status": "approved", "geom": village.line((10, 2), (10, 8))},
                {"code": "P4", "name": "到边路", "status": "approved", "geom": village.line((10, 9), (14, 9))},
                {"code": "P3", "name": "已批路", "scheme": "别案", "status": "approved", "year": 2023,
                 "geom": village.line((1, 1), (1, 3))},
            ],
            "hardship": [
                {"code": "W1", "gacha_code": village.A, "guarantee": "water", "found_on": "2024-01-01"},
                {"code": "W2", "gacha_code": village.B, "guarantee": "water", "found_on": "2024-01-01"},
            ],
            **changed,
        }  # fmt: skip
        plan = village.plan_of(layers)
        scheme = {
            "service": "toilets", "quotas": {"2024": 4, "2025": 2}, "locks": [], "policy": "",
            "cells": {village.A: {"2024": 3}, village.B: {"2024": 1}, village.C: {"2025": 2}},
        }  # fmt: skip
        documents = {"scheme": {"甲案": scheme}, "adopted": {"toilets": "甲案", "works": "路案"}}
        return Plan(plan.catalogue, plan.crs, plan.tables, documents)

    return build


def test_a_gacha_worked_out_by_hand(village, made):
    plan = made()
    found = profile(plan, POLICY, village.A, on=DAY)
    assert (found.unit.role, found.unit.name, found.unit.sumu_name) == (GACHA, "甲嘎查", "东苏木")
    rows = {row.service: row for row in found.services}
    assert rows == {row.service: row for row in gaps(plan, POLICY).rows if row.unit_code == village.A}
    assert (rows["toilets"].have, rows["toilets"].gap, found.households) == (1, 3, 4)
    assert sum(found.status_counts().values()) == len(found.services)
    assert {one.service for one in found.concerns} <= set(rows) and found.concerns

    reach = {one.target: one for one in found.reach}
    assert reach["clinics"].facility == "卫生室" and reach["clinics"].row.km == pytest.approx(3, rel=2e-3)
    assert reach["hospital"].row.status == "unknown" and reach["hospital"].row.minutes is None
    half = areas_m2([village.box(0, 0, 5, 10)], 4549)[0]
    assert found.land.regimes["ban"] == pytest.approx(half, rel=1e-6)
    assert found.land.regimes["rest"] == 0.0 and found.land.stock is None and found.land.load is None

    (planned,) = found.planned
    assert (planned.scheme, planned.adopted, dict(planned.by_year)) == ("甲案", True, {2024: 3, 2025: 0})
    works = {work.row["code"]: work.measure for work in found.works}
    assert set(works) == {"P1", "P2", "P3"}, "along the border is in both, touching it is in neither"
    assert works["P2"] == pytest.approx(6, rel=2e-3)
    assert works["P1"] == pytest.approx(5, rel=2e-3) and works["P3"] == pytest.approx(2, rel=2e-3)
    assert dict(found.ledger)["found"] == 1 and found.overdue == 1
    assert {"clinic", "grazing_zone", "hardship", "proposed_line", "road"} <= set(found.provenance.kinds)


def test_a_seventh_service_is_told_by_its_record_alone(village, made):
    plan = made()
    clinic = plan.catalogue["clinic"]
    vet = replace(
        clinic, id="vet", title=Text("兽医站", "Vet"), roles=("thrown.in",),
        services=(Service("vets", Text("兽医", "Vets"), GACHA, "presence", Text("处", "places"), timed=7),),
    )  # fmt: skip
    rows = [{"code": "V", "name": "兽医站", "operating": True, "geom": village.at(10, 5)}]
    tables = {**plan.tables, "vet": Table.from_rows(vet, rows)}
    found = profile(Plan(plan.catalogue.with_kind(vet), plan.crs, tables), POLICY, village.A, on=DAY)
    assert [one.target for one in found.reach] == [*timed_services(plan), "vets"] and len(found.reach) == 7
    assert found.reach[-1].facility == "兽医站" and found.reach[-1].row.km == pytest.approx(5, rel=2e-3)


def test_a_sumu_is_the_sum_of_its_gachas_and_a_scheme_changes_gaps_and_works(village, made):
    plan = made()
    found = profile(plan, POLICY, "东苏木", on=DAY)
    assert found.unit.role == SUMU
    rows = {row.service: row for row in found.services}
    assert rows["toilets"].gap == sum(
        row.gap for row in gaps(plan, POLICY).of_service("toilets") if row.sumu_code == village.S1
    ) == 4  # fmt: skip
    assert found.planned[0].by_year == {2024: 4, 2025: 0}
    sizes = {work.row["code"]: round(work.measure) for work in found.works}
    assert sizes == {"P1": 8, "P2": 6, "P3": 2, "P4": 4}
    assert found.ledger["found"] == 2 and len(found.land.gachas) == 2

    under = profile(plan, POLICY, village.A, on=DAY, scheme="甲案")
    assert next(row for row in under.services if row.service == "toilets").gap == 0
    assert {work.row["code"] for work in under.works} == {"P2", "P3"}, "ideas of another scheme are not shown"
    with pytest.raises(InputError, match="scheme_unknown"):
        profile(plan, POLICY, village.A, on=DAY, scheme="没有的")


def test_a_layer_taken_away_is_not_known_never_zero(village, made):
    found = profile(
        made(grazing_zone=None, hardship=None, clinic=None, seat=None), POLICY, village.A, on=DAY
    )
    assert found.land.regimes is None and found.ledger is None and found.overdue == 0
    assert all(one.row is None for one in found.reach), "without a seat nothing is measured from anywhere"
    clinics = next(row for row in found.services if row.service == "clinics")
    assert (clinics.have, clinics.status) == (None, "unknown")


def test_a_unit_is_found_by_code_or_by_a_name_that_only_it_has(village, made):
    plan = made()
    assert find_unit(plan, village.C).code == village.C
    assert find_unit(plan, "乙").code == find_unit(plan, "乙嘎查").code == village.B
    assert find_unit(plan, "甲嘎查（西苏木）").code == find_unit(plan, "甲嘎查(西)").code == village.C
    with pytest.raises(InputError, match="unit_ambiguous") as caught:
        find_unit(plan, "甲嘎查")
    assert caught.value.fields["candidates"] == [("甲嘎查", "东苏木", village.A), ("甲嘎查", "西苏木", village.C)]
    for nothing in ("", "  ", "丁嘎查", "（东苏木）"):
        with pytest.raises(InputError, match="unit_not_found"):
            find_unit(plan, nothing)
