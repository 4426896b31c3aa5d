"""Layers added and removed from the tree's menus, each as one step that undo takes back, rows and all."""

from __future__ import annotations

import pytest
import shapely

from app.panels import layer_menus
from app.session import Session
from tests.app.windows import settle
from tests.layers.maps.small_plan import at, small_plan


@pytest.fixture
def project(tmp_path):
    session = Session(author="tester")
    rows = [
        {"code": code, "geom": shapely.box(*at(x, 0.5), *at(x + 0.1, 0.6))}
        for code, x in (("A", 0.5), ("B", 0.7))
    ]
    session.create(tmp_path / "p.gpkg", small_plan(proposed_area=rows))
    session.close()
    return tmp_path / "p.gpkg"


def action(menu, words):
    found = [one for one in menu.actions() if one.text() == words]
    return found[0]


def test_layers_are_added_and_removed_as_undoable_steps(make_window, project, monkeypatch):
    window = make_window(project)
    before = window.session.plan.digests()
    asked = []
    monkeypatch.setattr(
        layer_menus, "confirm", lambda *_args, **options: asked.append(options["points"]) or True
    )
    menu = layer_menus.of_layer(window.layers, window.session, window.bus, "proposed_area")
    action(menu, "移除图层…").trigger()
    settle(window)
    assert "proposed_area" not in window.session.plan and "2" in asked[0][0]
    window.session.undo()
    assert window.session.plan.digests() == before
    window.session.redo()
    menu = layer_menus.of_all(window.layers, window.session, window.bus)
    themes = action(menu, "增加图层").menu()
    action(action(themes, "项目与核查").menu(), "拟建范围").trigger()
    settle(window)
    assert len(window.session.plan.table("proposed_area")) == 0
    assert [item.title.zh for item in window.session.history()][0] == "增加图层：拟建范围"
    window.close()
    again = Session()
    again.open(project)
    again.undo()
    again.undo()
    assert again.plan.digests() == before
    again.close()
