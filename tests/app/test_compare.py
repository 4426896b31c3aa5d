"""Schemes listed, compared and adopted on a small project, by hand-worked numbers."""

from __future__ import annotations

import pytest
import shapely

from app.actions.compare import adopt_command, compare, schemes
from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.changes import Changes
from tests.layers.planning.conftest import A, at, box, line, plan_of


@pytest.fixture
def session(tmp_path):
    road = {"scheme": "甲", "status": "idea", "gacha_code": A, "kind_of_work": "road"}
    plan = plan_of(
        proposed_line=[
            {"code": "r1", "geom": shapely.multilinestrings([line((1, 1), (4, 5))]), "year": 2023, "budget":
            300.0,
             "performance_target": "通到嘎查", **road},
            {"code": "r2", "geom": shapely.multilinestrings([line((1, 1), (1, 3))]), "year": 2024, "budget":
            90.5,
             **road},
            {"code": "r3", "geom": shapely.multilinestrings([line((2, 1), (2, 2))]), **(road | {"scheme":
            "乙"})},
        ],
        proposed_point=[{"code": "p1", "geom": at(2, 2), **road}],
    )
    session = Session(author="tester")
    document = {"service": "toilets", "quotas": {"2022": 5}, "locks": [], "cells": {A: {"2022": 5}}}
    session.create(tmp_path / "p.gpkg", plan)
    session.do(Text("x", "x"), lambda now: Changes(documents=(now.set_document("scheme", "甲", document),)))
    yield session
    session.close()


def facts(answer, name):
    return {one["key"]: one for row in answer.data if row["scheme"] == name for one in row["facts"]}


def test_a_scheme_is_what_carries_its_name(session):
    found = facts(schemes(session, date="2025-01-01"), "甲")
    # 3-4-5 triangle and 2 km: 7 km in the plane, to a tenth of a per mille on the ellipsoid
    assert found["length"]["value"] == pytest.approx(7.0, rel=5e-4)
    by_year = {year: round(km, 2) for year, km in found["length"]["by_year"].items()}
    assert by_year == {"2023": 5.0, "2024": 2.0}
    assert (found["works"]["value"], found["toilets"]["value"]) == (3, 5)
    assert found["budget"]["value"] is None  # the site states none: not known is not the sum of the rest
    assert facts(schemes(session, date="2025-01-01"), "乙")["budget"]["value"] is None


def test_what_differs_is_marked_and_one_scheme_is_no_comparison(session):
    rows = {row["key"]: row for row in compare(session, ["甲", "乙"], date="2025-01-01").data["rows"]}
    assert rows["works"]["values"] == {"甲": 3.0, "乙": 1.0} and rows["works"]["differs"]
    assert rows["toilets"]["values"] == {"甲": 5.0, "乙": None}
    for names in (["甲"], ["甲", "甲"]):
        with pytest.raises(InputError) as told:
            compare(session, names)
        assert told.value.code == "compare_count"


def test_households_zones_and_yearly_figures_are_in_the_table_of_two_and_of_three(tmp_path, capsys):
    """r1 (2024) passes 1.9 km north of the first home and r2 (2023) 2.1 km north of it; the second is nearer
    to r2, the third far from all. The zone holds r1 alone."""
    idea = {"status": "idea", "kind_of_work": "road"}
    plan = plan_of(
        proposed_line=[
            {"code": "r1", "scheme": "甲", "year": 2024,
             "geom": shapely.multilinestrings([line((1, 4), (4, 4))]), **idea},
            {"code": "r2", "scheme": "甲", "year": 2023,
             "geom": shapely.multilinestrings([line((1, 4.2), (4, 4.2))]), **idea},
            {"code": "r3", "scheme": "乙", "geom": shapely.multilinestrings([line((1, 1), (1, 2))]), **idea},
        ],
        household=[{"code": "h1", "geom": at(2, 2.1)}, {"code": "h2", "geom": at(2, 6)},
                   {"code": "h3", "geom": at(9, 9)}],
        grazing_zone=[{"code": "Z", "regime": "ban", "geom": box(0, 3.9, 5, 4.1)}],
    )  # fmt: skip
    session = Session(author="tester")
    session.create(tmp_path / "p.gpkg", plan)
    quota = session.policy.quota("toilets")
    first, second = sorted(quota)[:2]
    cells = {A: {str(first): quota[first], str(second): quota[second] - 1}}
    document = {"service": "toilets", "quotas": {str(year): number for year, number in quota.items()},
                "locks": [], "cells": cells}  # fmt: skip
    session.do(Text("x", "x"), lambda now: Changes(documents=(now.set_document("scheme", "丙", document),)))
    rows = {row["key"]: row for row in compare(session, ["甲", "乙", "丙"], date="2025-01-01").data["rows"]}
    assert rows["served"]["values"] == {"甲": 2.0, "乙": 1.0, "丙": quota[first] + quota[second] - 1}
    assert rows["served"]["by_year"]["甲"] == {"2023": 1.0, "2024": 1.0} and rows["served"]["differs"]
    assert rows["zones"]["values"] == {"甲": 1.0, "乙": 0.0, "丙": None}
    assert rows[f"targets_met_{first}"]["values"] == {"甲": None, "乙": None, "丙": 1.0}, "reached exactly"
    assert rows[f"targets_met_{second}"]["values"]["丙"] == 0.0, "one short"
    assert rows["length"]["by_year"]["甲"].keys() == {"2023", "2024"}
    two = {row["key"]: row for row in compare(session, ["甲", "乙"], date="2025-01-01").data["rows"]}
    assert two["served"]["values"] == {"甲": 2.0, "乙": 1.0} and f"targets_met_{first}" not in two
    session.close()


def test_adopting_is_one_step_and_ideas_without_a_performance_target_stay_ideas(session):
    answer = adopt_command(session, "甲")
    status = {row["code"]: row["status"] for kind in ("proposed_line", "proposed_point")
              for table in [session.plan.table(kind)] for row in map(table.row, table.fids.tolist())}
    assert status == {"r1": "reserve", "r2": "idea", "r3": "idea", "p1": "idea"}
    assert answer.data["without_performance_target"] == 2
    assert dict(session.plan.documents["adopted"]) == {"toilets": "甲", "works": "甲"}
    session.undo()
    assert not session.plan.documents.get("adopted")
    assert session.plan.table("proposed_line").row(1)["status"] == "idea"
    with pytest.raises(InputError):
        adopt_command(session, "丙")
