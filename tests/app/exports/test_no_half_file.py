"""A disk that is full and a folder that is gone, met by the system itself: a sentence, and no half file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.actions import gaps, packing, scenes, sharing, story, workbook
from app.messages import set_language
from app.session import Session
from layers.errors import StoreError
from layers.plan.scenes import SavedScene
from tests.app.exports.banners import banner_of, people
from tests.full_disk import room_for

WRITERS: dict[str, Callable[[Session, Path], object]] = {
    "s.pptx": lambda session, out: story.slides(session, out, story=True),
    "r.docx": lambda session, out: story.report(session, out),
    "s.html": lambda session, out: sharing.export(session, out, story=True),
    "m.html": sharing.export,
    "m.pdf": sharing.export,
    "m.png": sharing.export,
    "m.svg": sharing.export,
    "w.xlsx": workbook.workbook,
    "g.csv": lambda session, out: gaps.gaps(session, out=out),
    "g.xlsx": lambda session, out: gaps.gaps(session, out=out),
    "g.gpkg": lambda session, out: gaps.gaps(session, out=out),
    "share.gpkg": sharing.share,
    "pack": lambda session, out: packing.pack(session, out, without=["report", "slides"]),
}
SLOW = ("s.pptx", "r.docx", "s.html")
"""Made once only: they are written as the others are."""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[Session]:
    set_language("zh")
    plan = banner_of(["甲嘎查", "乙嘎查"], people(range(2), lambda at: (9, 14)))
    session = Session(author="tester")
    session.create(tmp_path_factory.mktemp("half") / "p.gpkg", plan)
    scenes.save(session, SavedScene("", "全旗", session.plan.bounds, ("banner", "gacha"), theme="toilets"))
    yield session
    session.close()


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_and_a_pulled_folder_leave_nothing_but_a_sentence(told, tmp_path, name):
    folder = tmp_path / "stick"
    folder.mkdir()
    steps = len(told.history())
    with room_for(200), pytest.raises(StoreError) as full:
        WRITERS[name](told, folder / name)
    assert full.value.code in ("cannot_write", "disk_full", "work_folder_full") and not list(folder.iterdir())
    if name not in SLOW:
        folder.rmdir()
        folder.write_bytes(b"")  # the place where the stick was
        with pytest.raises(StoreError) as gone:
            WRITERS[name](told, folder / name)
        assert gone.value.code in ("cannot_write", "folder_missing") and folder.read_bytes() == b""
    assert len(told.history()) == steps, "what was not written is not in the export log"
