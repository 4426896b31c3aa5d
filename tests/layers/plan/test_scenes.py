"""Scenes in a plan: each change undone exactly, order, names, what is refused; and where callouts go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.errors import InputError
from layers.maps.callouts import place_callouts
from layers.maps.viewport import View
from layers.plan import scenes as kept
from layers.plan.changes import Changes
from layers.plan.scenes import Callout, SavedScene
from tests.layers.store.samples import small_plan

WHOLE = SavedScene(
    "", "缺口", (0.0, 0.0, 100.0, 50.0), ("gacha",), (("road", 0.5),), ("land", "road"), 2023, "甲", "toilets",
    (("gacha", "150724212206"),), (Callout("缺 37 座\n2024 年前", (10.0, 20.0)),), "说明", "讲稿",
)  # fmt: skip


def names(plan):
    return [one.name for one in kept.scenes(plan)]


def test_every_change_goes_there_and_back_and_through_the_journal():
    plan = small_plan().apply(kept.add(small_plan(), WHOLE))
    plan = plan.apply(kept.add(plan, replace(WHOLE, name="道路")))
    assert kept.scenes(plan)[0] == replace(WHOLE, id="1")
    for changes, expected in (
        (kept.add(plan, WHOLE), ["缺口", "道路", "缺口 2"]),
        (kept.duplicate(plan, "1"), ["缺口", "缺口 2", "道路"]),
        (kept.move(plan, "2", -1), ["道路", "缺口"]),
        (kept.remove(plan, "1"), ["道路"]),
        (kept.update(plan, replace(kept.find(plan, "道路"), name=" 新名 ")), ["缺口", "新名"]),
    ):
        again = Changes.from_bytes(changes.to_bytes())
        after = plan.apply(again)
        assert names(after) == expected
        assert kept.scenes(after.apply(again.inverse())) == kept.scenes(plan)
    assert not kept.move(plan, "2", 5) and not kept.update(plan, kept.find(plan, "缺口"))


def test_what_is_refused():
    plan = small_plan().apply(kept.add(small_plan(), WHOLE))
    plan = plan.apply(kept.add(plan, replace(WHOLE, name="道路")))
    for code, act in (
        ("scene_unknown", lambda: kept.find(plan, "没有")),
        ("scene_unknown", lambda: kept.remove(plan, "9")),
        ("scene_unnamed", lambda: kept.add(plan, replace(WHOLE, name="  "))),
        ("scene_taken", lambda: kept.update(plan, replace(kept.find(plan, "1"), name="道路"))),
    ):
        with pytest.raises(InputError) as told:
            act()
        assert told.value.code == code
    broken = plan.apply(Changes(documents=(plan.set_document("scene", "1", {"name": "x"}),)))
    with pytest.raises(InputError) as told:
        kept.scenes(broken)
    assert told.value.code == "scene_damaged"


def test_a_callout_stands_in_the_picture_off_names_and_other_boxes():
    view = View((500.0, 500.0), 10_000, 600, 400)
    (x, y), corner = view.to_px([(500.0, 500.0)])[0], view.to_ground(590, 10)
    name = np.array([(x + 5, y - 90, x + 240, y - 5)])  # where the box would stand first
    shown = [Callout("甲", (500.0, 500.0)), Callout("乙", (500.0, 500.0)), Callout("丙", corner),
             Callout("外", (9e6, 9e6)), Callout(" \n ", (500.0, 500.0))]  # fmt: skip
    found = place_callouts(shown, view, name)
    assert [one.lines for one in found] == [("甲",), ("乙",), ("丙",)]
    boxes = np.array([one.box for one in found])
    assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= (600, 400)).all()
    every = np.concatenate([boxes, name])
    for at in range(len(every)):
        for other in range(at):
            low = np.maximum(every[at, :2], every[other, :2])
            high = np.minimum(every[at, 2:], every[other, 2:])
            assert (high <= low).any(), (at, other)
