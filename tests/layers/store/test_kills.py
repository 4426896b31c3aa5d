"""kill -9 at random moments: what was acknowledged is in the file, and the file is whole."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from layers.plan.plan import Plan
from layers.store import Store, create_project
from tests.layers.store.driver import Driver, random_changes
from tests.layers.store.samples import CATALOGUE, small_plan, state_of
from tests.layers.store.whole import faults_of

KILLS = 300
AT_ONCE = 10  # children live side by side, each on its own file, since a commit mostly waits for the disk
CONTROL_KILLS = 20
MOST_SIGNS = 5  # lines that a child has written when its end is decided: on a busy machine it lives longer
LONGEST_LIFE = 0.05  # seconds from the last of them to the kill: the middle of what it does next


def edit(path: str, acks: str, errors: str, seed: int, early: bool) -> None:
    """Edit without end and say after each command that it is done (early: before, the broken variant)."""
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    said = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    rng = random.Random(seed)
    driver = Driver(Path(path))
    os.write(said, b"ready 0\n")
    number = 0
    while True:
        number += 1
        title = f"{seed}-{number}"
        step = rng.random()
        if step < 0.15:
            driver.store.keep_sketch({"n": number})
            os.write(said, f"sketch {number}\n".encode())
            continue
        if step < 0.3 and driver.undo():
            continue
        if step < 0.4 and driver.redo():
            continue
        if early:
            os.write(said, f"do {title}\n".encode())
        driver.do(random_changes(driver.plan, rng), title)
        if not early:
            os.write(said, f"do {title}\n".encode())


def lost(path: Path, base: Plan, said: list[list[str]]) -> list[str]:
    """What is wrong with a file after a kill: acknowledged commands that are gone, or a file not whole."""
    with Store.open(path, CATALOGUE) as store:
        entries = list(reversed(store.entries()))
        titles = {entry.title for entry in entries}
        wrong = [f"lost {title}" for what, title in said if what == "do" and title not in titles]
        sketches = [int(number) for what, number in said if what == "sketch"]
        kept = store.sketch()
        if sketches and (kept is None or kept["n"] < sketches[-1]):
            wrong.append(f"lost sketch {sketches[-1]}, found {kept}")
        plan = base
        for entry in entries:
            plan = plan.apply(store.changes_of(entry.id))
        if state_of(plan) != state_of(store.load()):
            wrong.append("the history does not lead to the plan")
        wrong += store.verify()
    return wrong + faults_of(path)


def kill_all(paths: list[Path], folder: Path, wave: int, *, early: bool = False) -> list[list[list[str]]]:
    """Let a child edit each file, kill every one at a moment of its own, and return what each said.

    The moment is counted from what a child has said, not from its start: a machine that is busy with other
    things lets it do less in the same time, and a child that has done nothing proves nothing.
    """
    rng = random.Random(wave)
    children = []
    for at, path in enumerate(paths):
        name = f"{wave}-{at}"
        child = _context().Process(target=edit, args=(
            str(path), str(folder / f"acks-{name}"), str(folder / f"errors-{name}"), wave * 1000 + at, early))
        child.start()
        children.append((folder / f"acks-{name}", folder / f"errors-{name}", child))
    signs = [rng.randint(1, MOST_SIGNS) for _ in children]
    deaths = {}
    alive = set(range(len(children)))
    while alive:
        for at in sorted(alive):
            acks, errors, child = children[at]
            if at not in deaths:
                assert child.is_alive(), errors.read_text()
                if acks.exists() and acks.read_bytes().count(b"\n") >= signs[at]:
                    deaths[at] = time.monotonic() + rng.uniform(0, LONGEST_LIFE)
            elif time.monotonic() >= deaths[at]:
                assert child.is_alive(), errors.read_text()
                child.kill()
                child.join()
                alive.remove(at)
        time.sleep(0.001)
    assert [errors.read_text() for _, errors, _ in children] == [""] * len(children)
    return [[line.split(" ", 1) for line in acks.read_text().rpartition("\n")[0].splitlines()]
            for acks, _, _ in children]


def _context() -> multiprocessing.context.BaseContext:
    """Processes that start quickly where the system can fork a clean one."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.layers.store.test_kills"])
    return context


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A small project to be copied."""
    path = tmp_path / "template.gpkg"
    create_project(path, small_plan())
    return path


@pytest.mark.timeout(600)  # every commit waits for the disk, and a busy machine for much else
def test_no_acknowledged_edit_is_lost_by_300_kills(tmp_path: Path, template: Path) -> None:
    base = small_plan()
    acknowledged = unfinished = 0
    paths = [tmp_path / f"项目{number}.gpkg" for number in range(AT_ONCE)]
    for wave in range(KILLS // AT_ONCE):
        if wave % 5 == 0:  # histories stay short, so that replaying them stays quick
            said: list[list[list[str]]] = [[] for _ in paths]
            for path in paths:
                shutil.copy(template, path)
        for at, heard in enumerate(kill_all(paths, tmp_path, wave)):
            # A drawing kept by an earlier child may be replaced by a lower number of this one.
            said[at] = [pair for pair in said[at] if pair[0] == "do"] + heard
            acknowledged += sum(what == "do" for what, _ in heard)
            unfinished += Path(f"{paths[at]}-journal").exists()
            assert lost(paths[at], base, said[at]) == [], f"wave {wave}, file {at}"
    # Without these two the kills would prove nothing: edits were acknowledged, and some kills hit a commit.
    assert acknowledged > KILLS
    assert unfinished > 0


def test_the_check_sees_a_store_that_speaks_too_early(tmp_path: Path, template: Path) -> None:
    paths = [tmp_path / f"{number}.gpkg" for number in range(CONTROL_KILLS)]
    for path in paths:
        shutil.copy(template, path)
    found = []
    for path, said in zip(paths, kill_all(paths, tmp_path, 0, early=True), strict=True):
        found += [fault for fault in lost(path, small_plan(), said) if fault.startswith("lost")]
    assert found


def test_the_check_sees_one_missing_command(tmp_path: Path, template: Path) -> None:
    driver = Driver(template)
    for number in range(3):
        driver.do(random_changes(driver.plan, random.Random(number)), f"0-{number}")
    driver.store.close()
    said = [["do", f"0-{number}"] for number in range(3)]
    assert lost(template, small_plan(), said) == []
    with sqlite3.connect(template) as connection:
        connection.execute("DELETE FROM qitu_journal WHERE title = '0-2'")
    assert "lost 0-2" in lost(template, small_plan(), said)
