"""What cannot be opened or written is refused with a sentence, and nothing is lost or left behind."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import re
import resource
import sqlite3
import sys
import tempfile
import tomllib
import warnings
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from layers.errors import PlannerError, StoreError
from layers.plan.changes import Changes
from layers.store import Store, create_project
from resources import RESOURCES
from tests.layers.store.driver import Driver
from tests.layers.store.samples import CATALOGUE, large_plan, small_plan, state_of

SENTENCES = tomllib.loads((RESOURCES / "i18n" / "store.toml").read_text("utf-8"))["error"]
NOBODY = 65534


def fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file of a folder: its hash and when it was last written."""
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
    }


def refused(code: str, call: Callable[[], object]) -> PlannerError:
    """The error of a call that must be refused with `code`, and whose sentence can be filled in."""
    with pytest.raises(PlannerError) as caught:
        call()
    assert caught.value.code == code
    sentence = SENTENCES[code]
    for language in ("zh", "en", "hint_zh", "hint_en"):
        assert sentence[language].format(**caught.value.fields)
    return caught.value


def in_child(target: Callable[..., None], *arguments: object) -> None:
    """Run `target` in a process of its own, which may give up its rights; fails where it fails."""
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads of other tests
        child = context.Process(target=target, args=arguments)
        child.start()
    child.join()
    assert child.exitcode == 0


def become_nobody() -> None:
    """Give up the rights of root, for whom nothing is read-only."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def test_opening_and_reading_change_no_byte(project: Path) -> None:
    before = fingerprint(project.parent)
    with Store.open(project, CATALOGUE) as store:
        assert state_of(store.load()) == state_of(small_plan())
        assert (store.read_only, store.entries(), store.stacks(), store.sketch()) == (
            None,
            [],
            ([], []),
            None,
        )
        assert store.verify() == [] and not store.changed_outside()
        assert fingerprint(project.parent) == before
    assert fingerprint(project.parent) == before


@pytest.mark.parametrize(
    ("code", "content"),
    [("not_a_geopackage", b""), ("not_a_geopackage", b"code,name\n1,2\n" * 500), ("file_missing", None)],
)
def test_what_is_no_geopackage(tmp_path: Path, code: str, content: bytes | None) -> None:
    path = tmp_path / "a.gpkg"
    if content is not None:
        path.write_bytes(content)
    before = fingerprint(tmp_path)
    refused(code, lambda: Store.open(path, CATALOGUE))
    assert fingerprint(tmp_path) == before


def test_a_folder_and_a_special_file(tmp_path: Path) -> None:
    refused("file_is_folder", lambda: Store.open(tmp_path, CATALOGUE))
    os.mkfifo(tmp_path / "fifo.gpkg")
    refused("not_a_geopackage", lambda: Store.open(tmp_path / "fifo.gpkg", CATALOGUE))


def test_a_plain_database_and_a_foreign_geopackage(tmp_path: Path, project: Path) -> None:
    plain = tmp_path / "plain.gpkg"
    with sqlite3.connect(plain) as connection:
        connection.execute("CREATE TABLE t (a)")
    refused("not_a_geopackage", lambda: Store.open(plain, CATALOGUE))
    with sqlite3.connect(project) as connection:
        connection.execute("DROP TABLE qitu_meta")
    refused("not_a_project", lambda: Store.open(project, CATALOGUE))


def test_a_newer_schema_is_read_where_it_may_be_and_never_written(project: Path) -> None:
    with sqlite3.connect(project) as connection:
        connection.execute("UPDATE qitu_meta SET value = 99 WHERE key = 'schema'")
    before = fingerprint(project.parent)
    driver = Driver(project)
    assert driver.store.read_only == "schema_newer"
    assert state_of(driver.plan) == state_of(small_plan())
    refused("schema_newer", lambda: driver.do(Changes((driver.plan.table("toilet").delete(1),))))
    driver.store.close()
    assert fingerprint(project.parent) == before
    with sqlite3.connect(project) as connection:
        connection.execute("UPDATE qitu_meta SET value = 99 WHERE key = 'readable'")
    before = fingerprint(project.parent)
    refused("schema_newer", lambda: Store.open(project, CATALOGUE))
    assert fingerprint(project.parent) == before


def test_truncated_files_never_open_as_if_whole(project: Path) -> None:
    whole = project.read_bytes()
    for share in (0.02, 0.3, 0.6, 0.97):
        project.write_bytes(whole[: int(len(whole) * share)])
        before = fingerprint(project.parent)
        with pytest.raises(StoreError) as caught, Store.open(project, CATALOGUE) as store:
            state_of(store.load())
        assert caught.value.code in ("file_damaged", "not_a_geopackage")
        assert fingerprint(project.parent) == before


def test_every_flipped_value_is_reported(project: Path) -> None:
    """A bit flipped where a row lies is found by the digests, or reading it is refused."""
    whole, good = project.read_bytes(), state_of(small_plan())
    silent = altered = 0
    for place in range(100, len(whole), 89):
        flipped = whole[place] ^ (4, 128, 32)[place % 3]
        project.write_bytes(whole[:place] + bytes([flipped]) + whole[place + 1 :])
        try:
            with Store.open(project, CATALOGUE) as store:
                found = state_of(store.load())
                if found != good:
                    altered += 1
                    silent += not store.verify()
        except PlannerError as error:
            assert error.code in SENTENCES
    assert altered > 3
    assert silent == 0


def test_a_damaged_history_entry_says_so(project: Path) -> None:
    driver = Driver(project)
    entry = driver.do(Changes((driver.plan.table("toilet").delete(1),)))
    driver.store.close()
    with sqlite3.connect(project) as connection:
        connection.execute("UPDATE qitu_journal SET changes = x'7a0102'")
    with Store.open(project, CATALOGUE) as store:
        refused("journal_damaged", lambda: store.changes_of(entry.id))
        refused("entry_unknown", lambda: store.changes_of(77))


def expect_read_only(path: Path, reason: str) -> None:
    """As somebody without rights: the project opens, and a command is refused with `reason`."""
    become_nobody()
    driver = Driver(path)
    assert state_of(driver.plan) == state_of(small_plan())
    assert driver.store.read_only == reason
    refused(reason, lambda: driver.do(Changes((driver.plan.table("toilet").delete(1),))))
    refused(reason, lambda: driver.store.keep_sketch({}))


def expect_no_access(path: Path) -> None:
    """As somebody without rights: the file cannot even be read."""
    become_nobody()
    refused("file_no_access", lambda: Store.open(path, CATALOGUE))


def test_a_read_only_file_and_a_read_only_folder() -> None:
    # Not under pytest's own folder, which is closed to others.
    with tempfile.TemporaryDirectory() as name:
        folder, path = Path(name), Path(name) / "项目.gpkg"
        create_project(path, small_plan())
        path.chmod(0o444)
        folder.chmod(0o555)
        before = fingerprint(folder)
        in_child(expect_read_only, path, "file_read_only")
        path.chmod(0o666)
        in_child(expect_read_only, path, "folder_read_only")
        path.chmod(0o000)
        in_child(expect_no_access, path)
        path.chmod(0o644)
        folder.chmod(0o755)
        assert fingerprint(folder) == before


def fill_the_disk(project: Path) -> None:
    """Under a limit of file size, which is what a full disk and a quota look like."""
    driver = Driver(project)
    toilets = driver.plan.table("toilet")
    driver.do(Changes((toilets.update(1, {"name": "先存下"}),)), "before")
    _limit(project.stat().st_size + 8192)
    old = state_of(driver.plan)
    rows = tuple(toilets.insert({"name": "长" * 20_000}, offset=number) for number in range(50))
    refused("disk_full", lambda: driver.do(Changes(rows)))
    assert state_of(driver.plan) == old == state_of(driver.store.load())
    _limit(resource.RLIM_INFINITY)
    driver.do(Changes((driver.plan.table("toilet").update(2, {"name": "又能存"}),)), "after")
    _limit(200_000)
    refused("disk_full", lambda: create_project(project.parent / "new.gpkg", large_plan(20_000)))


def _limit(size: int) -> None:
    sys.dont_write_bytecode = True  # see tests.full_disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_is_said_and_nothing_is_lost(project: Path) -> None:
    in_child(fill_the_disk, project)
    assert [path.name for path in project.parent.iterdir()] == [project.name]
    with Store.open(project, CATALOGUE) as store:
        assert [entry.title for entry in store.entries()] == ["after", "before"]
        assert state_of(store.load().apply(store.changes_since(0).inverse())) == state_of(small_plan())
        assert store.verify() == []


def test_a_lock_held_by_another_program_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.store.connection.BUSY_MS", 50)
    driver = Driver(project)
    other = apsw.Connection(
        str(project)
    )  # not sqlite3: two libraries in one process see no locks of each other
    other.execute("BEGIN IMMEDIATE")
    changes = Changes((driver.plan.table("toilet").update(1, {"name": "新"}),))
    refused("file_locked", lambda: driver.do(changes))
    other.execute("ROLLBACK")
    driver.do(changes)
    assert driver.store.load().table("toilet").row(1)["name"] == "新"
    other.execute("BEGIN EXCLUSIVE")
    assert driver.store.changed_outside() is False  # it cannot be told now, and nobody is made to wait
    refused("file_locked", lambda: Store.open(project, CATALOGUE))
    other.close()


def test_new_files_never_take_the_place_of_others(tmp_path: Path, project: Path) -> None:
    before = fingerprint(tmp_path)
    refused("file_exists", lambda: create_project(project, small_plan()))
    os.symlink(tmp_path / "nowhere", tmp_path / "link.gpkg")
    refused("file_exists", lambda: create_project(tmp_path / "link.gpkg", small_plan()))
    os.unlink(tmp_path / "link.gpkg")
    refused("folder_missing", lambda: create_project(tmp_path / "a" / "b.gpkg", small_plan()))
    refused("file_name_too_long", lambda: create_project(tmp_path / ("长" * 83 + ".gpkg"), small_plan()))
    assert fingerprint(tmp_path) == before


def test_a_closed_project_says_so(project: Path) -> None:
    driver = Driver(project)
    driver.store.close()
    refused("store_closed", lambda: driver.plan.table("toilet").column("name"))
    refused("store_closed", driver.store.entries)
    refused("store_closed", lambda: driver.store.name_version("x"))


def test_every_code_of_the_package_has_its_sentence() -> None:
    root = RESOURCES.parent
    sources = [*(root / "layers" / "store").glob("*.py"), *(root / "layers" / "plan").glob("*.py")]
    raised = {
        code
        for path in sources
        for code in re.findall(
            r'(?:StoreError|InputError|RuleError)\(\s*"(\w+)"|apsw\.\w+, "(\w+)"', path.read_text("utf-8")
        )
    }
    codes = {code for pair in raised for code in pair if code}
    everywhere = {
        code
        for path in (RESOURCES / "i18n").glob("*.toml")
        for code in tomllib.loads(path.read_text("utf-8")).get("error", {})
    }
    assert len(codes) > 25
    assert codes - everywhere == set()
