"""A session against a model: whatever is edited, undone, redone, named and reopened, nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import shapely
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from app.session import Session
from app.titles import decode_title, encode_title
from layers.catalogue.registry import default_catalogue
from layers.catalogue.text import Text
from layers.errors import InputError, StoreError
from layers.geo.crs import PlanningCrs
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table

KIND = "fitness"
TITLE = Text("改", "change")


def small_plan(rows: int = 3) -> Plan:
    """A project with a few points of one kind."""
    catalogue = default_catalogue()
    table = Table.from_rows(
        catalogue[KIND],
        [
            {"code": f"F{n}", "name": f"点{n}", "geom": shapely.Point(500_000 + n, 5_400_000)}
            for n in range(rows)
        ],
    )
    return Plan(
        catalogue, PlanningCrs.from_epsg(4549), {KIND: table}, {"project": {"info": {"title": "小项目"}}}
    )


@pytest.fixture
def session(tmp_path):
    """A session with a small project open."""
    session = Session(author="tester")
    session.create(tmp_path / "small.gpkg", small_plan())
    yield session
    session.close()


def rename(session: Session, fid: int, name: str) -> None:
    session.do(TITLE, lambda plan: Changes(rows=(plan.table(KIND).update(fid, {"name": name}),)))


def name_of(session: Session, fid: int) -> str:
    return session.plan.table(KIND).row(fid)["name"]


def test_a_command_is_kept_after_reopening_and_undone_there(session):
    rename(session, 1, "新名")
    path = session.path
    session.close()
    session.open(path)
    assert name_of(session, 1) == "新名"
    session.undo()
    assert name_of(session, 1) == "点0"
    session.close()
    session.open(path)
    assert name_of(session, 1) == "点0" and session.next_undo() is None
    session.redo()
    assert name_of(session, 1) == "新名"


def test_nothing_to_undo_is_a_sentence_not_a_crash(session):
    with pytest.raises(InputError, match="nothing_to_undo"):
        session.undo()
    with pytest.raises(InputError, match="nothing_to_redo"):
        session.redo()


def test_a_refused_command_leaves_everything_as_it_was(session):
    before = session.path.read_bytes()
    with pytest.raises(InputError, match="row_unknown"):
        rename(session, 99, "x")
    assert session.path.read_bytes() == before and not session.history()


def test_observers_hear_what_changed_and_can_leave(session):
    heard = []
    leave = session.observe(heard.append)
    rename(session, 1, "甲")
    assert [event.kinds for event in heard] == [frozenset({KIND})]
    leave()
    rename(session, 1, "乙")
    assert len(heard) == 1


def test_selection_goes_when_its_feature_goes(session):
    session.select(KIND, [2])
    session.do(TITLE, lambda plan: Changes(rows=(plan.table(KIND).delete(2),)))
    assert not session.selection.fids


def test_two_sessions_on_one_file_lose_nothing(session):
    other = Session(author="other")
    other.open(session.path)
    rename(session, 1, "甲")
    rename(other, 2, "乙")  # other sees that the file moved, reads again, and goes on
    assert name_of(other, 1) == "甲"
    session.refresh()
    assert [name_of(session, fid) for fid in (1, 2)] == ["甲", "乙"]
    other.close()


def test_a_row_that_another_session_changed_is_not_overwritten(session):
    other = Session()
    other.open(session.path)
    assert name_of(other, 1) == "点0"  # this is what was seen there
    rename(session, 1, "甲")
    with pytest.raises(InputError, match="row_changed"):
        rename(other, 1, "乙")
    assert name_of(other, 1) == "甲"
    rename(other, 1, "乙")  # having seen it, one may change it
    assert name_of(other, 1) == "乙"
    other.close()


def test_what_another_window_did_is_shown_before_it_is_undone(session):
    rename(session, 1, "甲")
    other = Session()
    other.open(session.path)
    rename(session, 2, "乙")  # the other window has not seen this
    with pytest.raises(InputError, match="history_moved"):
        other.undo()
    assert [name_of(other, fid) for fid in (1, 2)] == ["甲", "乙"]
    other.undo()  # now it has
    assert [name_of(other, fid) for fid in (1, 2)] == ["甲", "点1"]
    with pytest.raises(InputError, match="history_moved"):
        session.undo()  # 乙 is undone already: nothing older goes with it
    assert [name_of(session, fid) for fid in (1, 2)] == ["甲", "点1"]
    other.close()


def test_two_sessions_that_each_add_a_feature_keep_both(session):
    other = Session()
    other.open(session.path)
    new = {"code": "N1", "name": "一", "geom": shapely.Point(500_100, 5_400_000)}
    at_once = [Changes(rows=(each.plan.table(KIND).insert({**new, "code": code}),))
               for each, code in ((session, "N1"), (other, "N2"))]
    session.do(TITLE, at_once[0])
    other.do(TITLE, at_once[1])  # built on what was there before: its id is taken
    session.refresh()
    codes = list(session.plan.table(KIND).column("code"))
    assert len(session.plan.table(KIND)) == 5 and {"N1", "N2"} <= set(codes)
    other.close()


def test_what_the_disk_refuses_is_not_in_the_plan(session, monkeypatch):
    def full(*_given, **_named):
        raise StoreError("disk_full", path="x")

    monkeypatch.setattr(type(session.store), "commit", full)
    heard = []
    session.observe(heard.append)
    with pytest.raises(StoreError, match="disk_full"):
        rename(session, 1, "甲")
    assert name_of(session, 1) == "点0" and not heard


def test_return_to_a_named_version_is_one_undoable_command(session):
    rename(session, 1, "甲")
    version = session.name_version("会前版")
    rename(session, 1, "乙")
    rename(session, 2, "丙")
    session.return_to(version)
    assert [name_of(session, fid) for fid in (1, 2)] == ["甲", "点1"]
    session.undo()
    assert [name_of(session, fid) for fid in (1, 2)] == ["乙", "丙"]


def test_titles_keep_both_languages():
    assert decode_title(encode_title(Text("改名", "rename"))) == Text("改名", "rename")
    assert decode_title("别的程序写的") == Text("别的程序写的", "别的程序写的")
    assert decode_title("3") == Text("3", "3")


class Editing(RuleBasedStateMachine):
    """Random work on a real file, held against plain dictionaries."""

    versions = Bundle("versions")

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.session = Session()
        self.session.create(Path(self.folder.name) / "p.gpkg", small_plan())
        self.state = {fid: f"点{fid - 1}" for fid in (1, 2, 3)}
        self.settings: dict[str, object] = {}
        self.done: list[tuple[dict, dict]] = []
        self.undone: list[tuple[dict, dict]] = []

    def did(self, state, settings_now=None):
        self.done.append((self.state, self.settings))
        self.undone.clear()
        self.state = state
        self.settings = self.settings if settings_now is None else settings_now

    @rule(
        pick=st.integers(0, 50),
        name=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    )
    def edit(self, pick, name):
        if not self.state:
            return
        fid = sorted(self.state)[pick % len(self.state)]
        if self.state[fid] != name:
            rename(self.session, fid, name)
            self.did({**self.state, fid: name})

    @rule(name=st.sampled_from(["甲", "=1+1", "<b>", "'; DROP TABLE x; --"]))
    def insert(self, name):
        change = self.session.plan.table(KIND).insert(
            {"code": f"N{len(self.done)}", "name": name, "geom": shapely.Point(1, 2)}
        )
        self.session.do(TITLE, Changes(rows=(change,)))
        self.did({**self.state, change.fid: name})

    @precondition(lambda self: self.state)
    @rule(pick=st.integers(0, 50))
    def delete(self, pick):
        fid = sorted(self.state)[pick % len(self.state)]
        self.session.do(TITLE, lambda plan: Changes(rows=(plan.table(KIND).delete(fid),)))
        self.did({key: value for key, value in self.state.items() if key != fid})

    @rule(key=st.sampled_from("ab"), value=st.one_of(st.none(), st.integers(), st.lists(st.text("xyz"))))
    def set_document(self, key, value):
        if self.settings.get(key) != value:
            self.session.do(
                TITLE, lambda plan: Changes(documents=(plan.set_document("setting", key, value),))
            )
            kept = {name: old for name, old in self.settings.items() if name != key}
            self.did(self.state, kept if value is None else {**kept, key: value})

    @precondition(lambda self: self.done)
    @rule()
    def undo(self):
        self.session.undo()
        self.undone.append((self.state, self.settings))
        self.state, self.settings = self.done.pop()

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self):
        self.session.redo()
        self.done.append((self.state, self.settings))
        self.state, self.settings = self.undone.pop()

    @rule()
    def reopen(self):
        path = self.session.path
        self.session.close()
        self.session = Session()
        self.session.open(path)

    @rule(target=versions)
    def name_version(self):
        return self.session.name_version("版"), self.state, self.settings

    @rule(version=consumes(versions))
    def return_to(self, version):
        entry, state, documents = version
        if self.session.return_to(entry) is not None:
            self.did(state, documents)
        assert (self.state, self.settings) == (state, documents)

    @invariant()
    def same(self):
        if hasattr(self, "session"):
            table = self.session.plan.table(KIND)
            assert dict(zip(table.fids.tolist(), table.column("name"), strict=True)) == self.state
            assert dict(self.session.plan.documents.get("setting", {})) == self.settings

    def teardown(self):
        if hasattr(self, "session"):
            assert self.session.plan.table(KIND).digest == self.session.plan.table(KIND).consolidate().digest
            self.session.close()
            self.folder.cleanup()


Editing.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestEditing = Editing.TestCase
