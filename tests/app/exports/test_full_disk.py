"""A disk that is full, a folder that is gone, a target that cannot be: a sentence, and no half file."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.exports.atlas import atlas_book, write_atlas
from app.exports.paper import SheetOptions, make_sheet, write_sheet
from app.exports.printing import PrintJob, atlas_source, print_pages, sheet_source
from app.messages import sentence
from app.session import Session
from layers.errors import StoreError
from layers.maps.settings import LayerSettings
from layers.store import create_project
from tests.full_disk import room_for
from tests.layers.maps.small_plan import small_plan

OPTIONS = SheetOptions("A4-landscape")
LEAST, STEP = 2_000, 60_000


@pytest.fixture(scope="module")
def session(tmp_path_factory, qapp) -> Iterator[Session]:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("full") / "p.gpkg"
    create_project(path, small_plan(), title="试验")
    made = Session(author="tester")
    made.open(path)
    yield made
    made.close()


Write = Callable[[Session, Path], object]


def _printed_sheet(session: Session, out: Path) -> None:
    made = make_sheet(session.plan, session.policy, OPTIONS, settings=LayerSettings.default(session.plan))
    print_pages(session, sheet_source(made, OPTIONS, (), "AB"), PrintJob(out=out))


def _printed_atlas(session: Session, out: Path) -> None:
    source = atlas_source(atlas_book(session, "gacha", OPTIONS), OPTIONS, "AB")
    print_pages(session, source, PrintJob(out=out, pages=(1, 2)))


WAYS: dict[str, Write] = {
    "sheet": lambda session, out: write_sheet(session, out, paper="A4-landscape"),
    "atlas": lambda session, out: write_atlas(session, out, "gacha", OPTIONS),
    "printed sheet": _printed_sheet,
    "printed atlas": _printed_atlas,
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_half_is_left_and_what_was_there_stays(session: Session, way: str, tmp_path: Path) -> None:
    lines, out = len(session.history()), tmp_path / "in" / "map.pdf"
    out.parent.mkdir()
    out.write_bytes(b"before")
    for size in (LEAST, LEAST + STEP):  # refused at once, and on the way
        with room_for(size), pytest.raises(StoreError, match="cannot_write") as told:
            WAYS[way](session, out)
        assert sentence(told.value)[0] == f"写不了 {out}：磁盘空间不足"
        assert [path.name for path in out.parent.iterdir()] == ["map.pdf"] and out.read_bytes() == b"before"
    out.unlink()
    out.mkdir()  # a folder of that name
    (out / "x").write_text("")
    with pytest.raises(StoreError, match="cannot_write"):
        WAYS[way](session, out)
    shutil.rmtree(out.parent)
    (tmp_path / "in").write_text("a file where the folder was")
    with pytest.raises(StoreError, match="cannot_write") as told:
        WAYS[way](session, out)
    assert sentence(told.value)[1] and not isinstance(told.value.__cause__, type(None))
    assert told.value.__cause__.errno in (errno.ENOTDIR, errno.EEXIST)  # type: ignore[union-attr]
    assert [path.name for path in tmp_path.iterdir()] == ["in"] and len(session.history()) == lines
