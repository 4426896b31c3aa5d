"""Edits, undo, redo, versions and restarts in any order, against a model that is only dicts."""

from __future__ import annotations

import copy
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from layers.plan.changes import Changes
from layers.store import create_project
from tests.layers.store.driver import Driver, random_changes
from tests.layers.store.samples import small_plan, state_of
from tests.layers.store.whole import faults_of


class Project(RuleBasedStateMachine):
    """The model: what the plan holds now, and the states that undo and redo lead to."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qitu-machine-"))
        self.path = self.folder / "项目.gpkg"
        create_project(self.path, small_plan())
        self.driver = Driver(self.path)
        self.now = state_of(small_plan())
        self.past: list[Any] = []
        self.future: list[Any] = []
        self.named: list[tuple[int, Any]] = []
        self.sketch: dict[str, int] | None = None

    @rule(seed=st.integers(0, 2**32))
    def edit(self, seed: int) -> None:
        changes = random_changes(self.driver.plan, random.Random(seed))
        expected = expect(self.now, changes)
        self.driver.do(changes)
        self._done(expected)

    def _done(self, expected: Any) -> None:
        self.past.append(self.now)
        self.future.clear()
        self.now = expected

    @rule()
    def undo(self) -> None:
        assert self.driver.undo() == bool(self.past)
        if self.past:
            self.future.append(self.now)
            self.now = self.past.pop()

    @rule()
    def redo(self) -> None:
        assert self.driver.redo() == bool(self.future)
        if self.future:
            self.past.append(self.now)
            self.now = self.future.pop()

    @rule()
    def name(self) -> None:
        entry = self.driver.store.name_version(f"会前版{len(self.named)}")
        self.named.append((entry.id, self.now))
        assert [version.title for version in self.driver.store.versions()][0] == f"会前版{len(self.named) - 1}"

    @precondition(lambda self: self.named)
    @rule(which=st.integers(0, 9))
    def go_back(self, which: int) -> None:
        entry, state = self.named[which % len(self.named)]
        changes = self.driver.store.changes_since(entry).inverse()
        self.driver.do(changes, "回到会前版")
        self._done(state)

    @rule(number=st.none() | st.integers(0, 9))
    def draw(self, number: int | None) -> None:
        self.sketch = None if number is None else {"顶点": number}
        self.driver.store.keep_sketch(self.sketch)

    @rule()
    def restart(self) -> None:
        digests = self.driver.plan.digests()
        self.driver.reopen()
        assert self.driver.plan.digests() == digests
        assert faults_of(self.path) == []
        assert self.driver.store.verify() == []

    @invariant()
    def same(self) -> None:
        if hasattr(self, "driver"):
            assert state_of(self.driver.plan) == self.now
            assert self.driver.store.sketch() == self.sketch
            assert not self.driver.store.changed_outside()

    def teardown(self) -> None:
        if hasattr(self, "driver"):
            self.driver.reopen()
            assert state_of(self.driver.plan) == self.now
            self.driver.store.close()
            shutil.rmtree(self.folder)


def expect(state: Any, changes: Changes) -> Any:
    """The model's own idea of what changes do."""
    state = copy.deepcopy(state)
    plan = small_plan()
    for layer in changes.layers:
        if layer.after:
            state["tables"][layer.kind] = {}
    for row in changes.rows:
        kind = plan.catalogue[row.kind]
        names = (*kind.column_names, *(("geom",) if kind.geometry else ()))
        old = dict(zip(names, state["tables"][row.kind].pop(row.fid, ()), strict=False))
        if row.after is not None:
            new = {**old, **{name: value.wkb if hasattr(value, "wkb") else value
                             for name, value in row.after.items()}}
            state["tables"][row.kind][row.fid] = tuple(new.get(name) for name in names)
    for change in changes.documents:
        values = state["documents"].setdefault(change.collection, {})
        values[change.key] = change.after
        if change.after is None:
            del values[change.key]
        if not values:
            del state["documents"][change.collection]
    for layer in changes.layers:
        if not layer.after:
            del state["tables"][layer.kind]
    return state


Project.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestProject = Project.TestCase
