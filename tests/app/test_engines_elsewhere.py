"""The planning engines on the fictitious banner, and again with every layer's rows in another order."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from app.actions.compare import adopt, compare
from app.actions.road_plans import roads
from app.actions.siting import site
from app.actions.toilets import toilets
from app.session import Session
from layers.catalogue.registry import default_catalogue
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.store import Store, create_project

NAMES_OF_ROWS = frozenset({"fid", "fids", "features", "feature"})


def told(value):
    """An answer without the row numbers, which another order changes."""
    if isinstance(value, dict):
        return {key: told(one) for key, one in value.items() if key not in NAMES_OF_ROWS}
    if isinstance(value, (list, tuple)):
        return [told(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


@pytest.fixture(scope="module")
def two(shifted_file, tmp_path_factory):
    """Sessions on the fictitious banner as it is built and with its rows shuffled."""
    folder = tmp_path_factory.mktemp("engines")
    plain = Path(shutil.copyfile(shifted_file, folder / "plain.gpkg"))
    with Store.open(plain, default_catalogue()) as store:
        plan = store.load()
        chance = random.Random(7)
        tables = {}
        for kind, table in plan.tables.items():
            rows = [table.row(fid) for fid in table.fids.tolist()]
            tables[kind] = Table.from_rows(table.kind, chance.sample(rows, len(rows)))
        create_project(folder / "mixed.gpkg", Plan(plan.catalogue, plan.crs, tables, plan.documents))
    sessions = []
    for name in ("plain", "mixed"):
        sessions.append(Session(author="tester"))
        sessions[-1].open(folder / f"{name}.gpkg")
    yield sessions
    for session in sessions:
        session.close()


def both(two, act):
    plain, mixed = (told(act(session).data) for session in two)
    return plain, mixed


def test_toilets_in_batches_to_households(two):
    plain, mixed = both(two, lambda one: toilets(one, "甲", batch=5, households=True))
    assert plain["households"]["served"] > 0 and plain["total_by_year"]
    assert plain == mixed


def test_roads_by_money(two):
    years = list(two[0].policy.period.years)
    money = [f"{years[0]}=1500", f"{years[1]}=1500"]
    plain, mixed = both(two, lambda one: roads(one, scheme="甲", money=money))
    assert plain["roads"] and plain == mixed


def test_sites_for_most_people(two):
    plain, mixed = both(two, lambda one: site(one, "clinics", number=2, reach_min=30.0, scheme="甲"))
    assert plain["within_after"] >= plain["within_before"] and plain == mixed


def test_compared_and_adopted_as_one_step(two):
    session = two[0]
    toilets(session, "乙")
    site(session, "clinics", number=1, reach_min=30.0, scheme="丙")
    rows = {row["key"]: row for row in compare(session, ["乙", "丙"]).data["rows"]}
    asked = sum(session.policy.quota("toilets").values())
    assert rows["toilets"]["values"]["乙"] == asked and rows["works"]["values"]["丙"] == 1
    before, entries = documents(session), len(session.history())
    adopt(session, "乙")
    assert documents(session)["adopted"] == {"toilets": "乙"} and len(session.history()) == entries + 1
    session.undo()
    assert documents(session) == before


def documents(session):
    """What is kept beside the layers; a collection from which all was taken is as none."""
    return {name: dict(held) for name, held in session.plan.documents.items() if held}
