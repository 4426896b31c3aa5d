"""One small story, packed once for all tests of packs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.actions import scenes
from app.actions.packing import pack
from app.messages import set_language
from app.session import Session
from data_samples.shifted import shifted, shifted_policy
from layers.plan.plan import Plan
from layers.plan.scenes import Callout, SavedScene
from layers.plan.table import Table
from layers.policy import load_policy
from tests.app.exports.banners import banner_of, people, place

NAMES = ("甲嘎查", "乙嘎查", "丙嘎查", "丁嘎查")
LEFT = ("report",)
"""Where only the way a pack goes is looked at, the report, the slowest of its files, is not written."""
SHOWN = ("banner", "gacha", "seat", "sumu")


def told(
    path: Path, plan: Plan, *, name: str = "厕所还缺多少", caption: str = "4 个嘎查，共 98 户", both: bool = True
) -> Session:
    """A project of a plan with a story of two scenes, or only the first."""
    session = Session(plan.catalogue, author="tester")
    session.create(path, plan)
    box = session.plan.bounds
    assert box is not None
    callout = Callout(f"{name}\n这里 42 户", place(1))
    first = SavedScene("", name, box, SHOWN, theme="toilets", caption=caption)
    scenes.save(session, first if both else replace(first, callouts=(callout,)))
    if both:
        scenes.save(session, SavedScene("", "全旗", box, SHOWN, callouts=(callout,)))
    return session


@pytest.fixture(scope="session")
def story(qapp, tmp_path_factory) -> Iterator[tuple[Session, Path]]:
    """A session with a story, and its pack."""
    set_language("zh")
    folder = tmp_path_factory.mktemp("pack")
    needs = people(range(4), lambda at: (9 + at * 3, 14 + at * 7))
    session = told(folder / "p.gpkg", banner_of(NAMES, needs))
    pack(session, folder / "out", without=LEFT)
    yield session, folder / "out"
    session.close()


@pytest.fixture
def copied(story, tmp_path) -> Path:
    """A copy of the pack, to be changed."""
    return Path(shutil.copytree(story[1], tmp_path / "out"))


def shifted_banner(plan: Plan) -> Plan:
    """The same banner elsewhere: other codes, another zone, another period with other quotas."""
    banner = shifted()
    policy = shifted_policy(banner)
    period = load_policy(policy).period.id
    tables = {
        kind: Table.from_rows(table.kind, [_moved(table.row(int(fid))) for fid in table.fids])
        for kind, table in plan.tables.items()
    }
    info = {**plan.info, "period": period, "title": "示例旗"}
    documents = {"project": {"info": info}, "policy": policy}
    return Plan(plan.catalogue, banner.crs, tables, documents)


def _moved(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.replace("150724", "990101") if isinstance(value, str) else value
        for name, value in row.items()
    }


@pytest.fixture
def packed_of(qapp, tmp_path) -> Iterator[Any]:
    """`packed_of(plan, **options)`: a story of another plan, packed: (session, folder)."""
    sessions = []

    def make(plan: Plan, *, name: str = "场景", caption: str = "", **options: Any) -> tuple[Session, Path]:
        set_language("zh")
        folder = tmp_path / f"of{len(sessions)}"
        folder.mkdir()
        session = told(folder / "p.gpkg", plan, name=name, caption=caption, both=False)
        sessions.append(session)
        pack(session, folder / "out", **options)
        return session, folder / "out"

    yield make
    for session in sessions:
        session.close()
