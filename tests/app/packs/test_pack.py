"""A pack: all of a story in one folder, the same content at any time, whole or not at all."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.actions.packing import pack, verify
from app.cli import main
from app.packs.canonical import canonical_hash
from app.packs.making import make_pack, printed_date
from app.packs.manifest import read_manifest
from app.packs.outputs import OUTPUTS, Order
from app.session import Session
from layers.errors import InputError, RuleError, StoreError
from layers.provenance import read_numbers
from tests.app.exports.banners import banner_of
from tests.app.packs.conftest import LEFT

ROOT = Path(__file__).resolve().parents[3]
SUFFIXES = {".png", ".pdf", ".xlsx", ".csv", ".json", ".html", ".pptx"}


def test_every_output_of_the_story_is_there_with_its_digest(story):
    session, folder = story
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    names = {one["path"] for one in manifest["files"]}
    assert names | {"manifest.json", "lines.json"} == {path.name for path in folder.iterdir()}
    assert SUFFIXES <= {Path(name).suffix for name in names}
    assert {one["output"] for one in manifest["files"]} == ({one.id for one in OUTPUTS} | {"index"}) - {*LEFT}
    assert [name for name in sorted(names) if name.endswith(".pdf")] == ["01 厕所还缺多少.pdf", "02 全旗.pdf"]
    for one in manifest["files"]:
        assert canonical_hash(one["path"], (folder / one["path"]).read_bytes()) == one["sha256"]
    assert manifest["data"] == session.plan.digests() and manifest["made_by"] == "tester"
    assert manifest["about"]["policy_digest"] == session.policy.digest and manifest["made_at"] > "2020"
    page = (folder / "index.html").read_text("utf-8")
    assert "<script" not in page and "Meeting material" in page and "会议材料" in page
    history = [item for item in session.history() if item.entry.op == "export"]
    assert len(history) == 1, "a pack is one line of the export log"


def test_every_number_of_the_tables_says_where_it_is_from(story):
    session, folder = story
    stated = read_numbers((folder / "缺口.numbers.json").read_bytes())
    rows = json.loads((folder / "缺口.json").read_text("utf-8"))["rows"]
    cells = {
        (row["service"], row["gacha_code"] or row["sumu_code"] or row["banner_code"], measure): row[measure]
        for row in rows
        for measure in ("have", "need", "gap", "unknown")
        if row[measure] is not None
    }
    assert {(one.ask.subject, one.ask.unit, one.ask.field): one.value for one in stated} == cells
    toilet = next(one for one in stated if one.id == "gap/toilets/150724100203/gap")
    assert (toilet.value, toilet.unit, toilet.clauses, toilet.formula) == (35, "户", ("7.3",), "gap_row")
    assert len(toilet.digest) == 32 and session.policy.version in toilet.rules


def test_the_same_project_gives_the_same_content_in_another_process_at_any_time(story, tmp_path):
    """By the command line, in a process whose sets and dicts of words have another order."""
    session, folder = story
    project, out = shutil.copyfile(session.path, tmp_path / "copy.gpkg"), tmp_path / "again"
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "app", "pack", str(project), str(out), "--without", *LEFT, "--json"],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "QITU_LANG": "zh"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, second = read_manifest(folder), read_manifest(out)
    assert {one.path: one.sha256 for one in first.files} == {one.path: one.sha256 for one in second.files}
    assert json.loads(done.stdout)["content"] == first.content == second.content
    assert first.made_by != second.made_by and first.data == second.data


def test_the_hash_of_content_does_not_see_times_order_packing_and_sees_every_change(story):
    _, folder = story
    for name in ("缺口.xlsx", "01 厕所还缺多少.pdf", "01 厕所还缺多少.png"):
        data = (folder / name).read_bytes()
        same, other = _written_anew(name, data)
        assert same != data and canonical_hash(name, same) == canonical_hash(name, data), name
        assert canonical_hash(name, other) != canonical_hash(name, data), name


def _written_anew(name: str, data: bytes) -> tuple[bytes, bytes]:
    """The file with other times and packing, and with one thing in it changed."""
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {one: archive.read(one) for one in archive.namelist()}
        core = parts["docProps/core.xml"]
        assert b"2000-01-01" in core
        sheet = parts["xl/worksheets/sheet1.xml"]
        cell = sheet.replace(b"<v>35</v>", b"<v>36</v>", 1)
        assert cell != sheet
        later = {**parts, "docProps/core.xml": core.replace(b"2000-01-01", b"2031-05-06")}
        return _zipped(later), _zipped({**parts, "xl/worksheets/sheet1.xml": cell})
    if name.endswith(".pdf"):
        later = data.replace(b"/CreationDate (D:2", b"/CreationDate (D:1", 1)
        return later, data.replace(b"/MediaBox [0 ", b"/MediaBox [1 ", 1)
    image = QImage.fromData(data)
    other = image.copy()
    other.setPixel(5, 5, 0xFF123456)
    return _png(image.convertToFormat(QImage.Format.Format_RGBA8888), 0), _png(other, 9)


def _zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for one in sorted(parts, reverse=True):
            archive.writestr(zipfile.ZipInfo(one, (2031, 5, 6, 7, 8, 10)), parts[one])
    return stream.getvalue()


def _png(image: QImage, quality: int) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", quality)
    return bytes(buffer.data().data())


def test_a_pack_that_is_stopped_leaves_nothing_and_none_is_written_over(story, tmp_path):
    session, folder = story
    order = Order(date=printed_date("2026-03-04T20:00:00.000Z"), without=LEFT)
    assert str(order.date) == "2026-03-05", "the day in China"
    target, asked = tmp_path / "new", []

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        asked.append((done, total))
        if done >= 2:
            raise Stopped

    with pytest.raises(Stopped):
        make_pack(session.snapshot(), target, order, author="", progress=stop)
    assert not list(tmp_path.iterdir()) and asked[0] == (0, len(read_manifest(folder).files))

    def full(done: int, _total: int) -> None:
        if done:
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreError) as told:
        make_pack(session.snapshot(), target, order, author="", progress=full)
    assert told.value.code == "cannot_write" and not list(tmp_path.iterdir())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(StoreError) as told:
        pack(session, folder)
    assert told.value.code == "pack_exists"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_cannot_be_packed_is_refused_with_a_reason(story, tmp_path, capsys):
    session, _ = story
    with pytest.raises(RuleError) as told:
        pack(session, tmp_path / "x", public=True)
    assert told.value.code == "review_number_needed"
    with pytest.raises(InputError) as unknown:
        pack(session, tmp_path / "x", without=["maps"])
    assert unknown.value.code == "pack_output_unknown" and "report" in unknown.value.fields["known"]
    empty = Session(author="")
    empty.create(tmp_path / "e.gpkg", banner_of(["甲嘎查"]))
    with pytest.raises(InputError) as unasked:
        pack(empty, tmp_path / "x")
    assert unasked.value.code == "pack_no_scenes"
    with pytest.raises(InputError) as none:
        verify(empty, tmp_path)
    assert none.value.code == "pack_none" and not (tmp_path / "x").exists()
    empty.close()
    capsys.readouterr()
    assert main(["pack", str(tmp_path / "e.gpkg"), str(tmp_path / "x")]) == 1
    assert "存为场景" in capsys.readouterr().err
