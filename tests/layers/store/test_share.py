"""A copy to share holds what the list allows, in every byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from layers.catalogue.privacy import Privacy
from layers.errors import RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.store import Store, create_project, share_project
from tests.layers.store.driver import Driver
from tests.layers.store.samples import CATALOGUE, CRS, STOCK, TOILET, ZONE, small_plan
from tests.layers.store.whole import complaints, faults_of

CANARIES = ("金丝雀", "canary-owner", "152127197001011234")
ALLOWED = {"toilet": ("code", "accepted"), "zone": ("code", "name", "area"), "absent": ("x",)}


def traces(path: Path) -> list[str]:
    """Canaries that are somewhere in a file's bytes, in either encoding of text."""
    data = path.read_bytes()
    return [
        canary for canary in CANARIES for coding in ("utf-8", "utf-16-le") if canary.encode(coding) in data
    ]


@pytest.fixture
def secret(tmp_path: Path) -> Driver:
    """A project with canaries in rows, documents, history and the unfinished drawing."""
    path = tmp_path / "内部.gpkg"
    create_project(path, small_plan())
    driver = Driver(path)
    toilets, zones, stock = (driver.plan.table(name) for name in ("toilet", "zone", "stock"))
    driver.do(
        Changes(
            (
                toilets.update(1, {"name": CANARIES[0]}),
                zones.update(1, {"owner": CANARIES[1]}),
                stock.update(1, {"code": CANARIES[2]}),
            ),
            (
                driver.plan.set_document("scheme", "a", {"who": CANARIES[0]}),
                driver.plan.set_document("project", "info", {**driver.plan.info, "memo": CANARIES[1]}),
            ),
        )
    )
    driver.store.keep_sketch({"text": CANARIES[0]})
    assert sorted(set(traces(path))) == sorted(CANARIES)
    return driver


def test_no_canary_leaves(secret: Driver, tmp_path: Path) -> None:
    path = tmp_path / "共享.gpkg"
    share_project(secret.plan, path, allowed=ALLOWED)
    assert traces(path) == []
    assert complaints(path) == "" and faults_of(path) == []
    assert b"qitu_journal" not in path.read_bytes() and b"qitu_sketch" not in path.read_bytes()
    for word in ("people", "sheep", "承包人", "牲畜"):  # not even their names
        assert word.encode() not in path.read_bytes()
    share_project(secret.plan, tmp_path / "全.gpkg", allowed={**ALLOWED, "stock": ("code",)})
    assert traces(tmp_path / "全.gpkg") == [CANARIES[2]]  # the list, and nothing else, decides


def test_the_copy_is_a_project_without_a_past(secret: Driver, tmp_path: Path) -> None:
    path = tmp_path / "共享.gpkg"
    share_project(secret.plan, path, allowed=ALLOWED)
    driver = Driver(path)
    assert (
        driver.store.entries() == [] and driver.store.sketch() is None and driver.store.stacks() == ([], [])
    )
    assert driver.plan.info == {"title": "测试旗", "period": "2021-2025", "shared": True}
    assert driver.plan.table("zone").row(2)["area"] == secret.plan.table("zone").row(2)["area"]
    assert set(driver.plan.table("toilet").column("people")) == {None}
    driver.do(Changes((driver.plan.table("zone").update(2, {"area": 1.0}),)))
    assert [entry.op for entry in driver.store.entries()] == ["do"]
    driver.store.close()
    assert complaints(path) == ""


def test_a_list_that_names_what_is_sensitive_is_refused(secret: Driver, tmp_path: Path) -> None:
    path = tmp_path / "共享.gpkg"
    for allowed in ({"zone": ("owner",)}, {"toilet": ("state",)}):
        with pytest.raises(RuleError, match="share_sensitive"):
            share_project(secret.plan, path, allowed=allowed)
    household = replace(
        STOCK,
        id="household",
        sensitive=True,
        columns=tuple(replace(column, privacy=Privacy.PUBLIC) for column in STOCK.columns),
    )
    plan = Plan(
        CATALOGUE.with_kind(household), CRS, {"household": Table.from_rows(household, [{"code": "1"}])}
    )
    with pytest.raises(RuleError, match="share_sensitive"):
        share_project(plan, path, allowed={"household": ()})
    assert not path.exists()


def test_styles_speak_of_no_column_that_stays(secret: Driver, tmp_path: Path) -> None:
    from layers.catalogue.style import Label, Style, StyleClass, Symbol
    from layers.catalogue.text import Text

    style = Style(
        Symbol("land"),
        "owner",
        (StyleClass(CANARIES[1], Text("甲", "A"), Symbol("ban")),),
        label=Label("owner", "place"),
    )
    styled = replace(ZONE, style=style)
    plan = Plan(
        CATALOGUE.with_kind(styled),
        CRS,
        {
            "zone": Table.from_rows(styled, [{"code": "1", "owner": CANARIES[1]}]),
            "toilet": secret.plan.table(TOILET.id),
        },
    )
    path = tmp_path / "共享.gpkg"
    share_project(plan, path, allowed=ALLOWED)
    assert traces(path) == []
    with Store.open(path, plan.catalogue) as store:
        assert len(store.load().table("zone")) == 1
