"""Photographs and documents of features: real files in a real project, by command line and window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from app.actions.attachments import attachments, detach
from app.cli import main
from app.panels.attachments import thumbnail
from app.session import Session
from layers.catalogue.registry import default_catalogue
from layers.errors import StoreError
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.release import allowed_columns
from layers.store import Store, create_project, share_project
from tests.app.windows import settle
from tests.layers.store.samples import CRS
from tests.layers.store.whole import faults_of

CANARY = b"%PDF-1.4 canary-of-the-attached-file"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of two proposed sites and a toilet."""
    catalogue = default_catalogue()
    rows = {
        "proposed_point": [{"code": "P1", "name": "卫生室"}, {"code": "P2", "name": "公厕"}],
        "toilet": [{"code": "T1", "household_code": "H1", "state": "built"}],
    }
    tables = {kind: Table.from_rows(catalogue[kind], values) for kind, values in rows.items()}
    path = tmp_path / "小.gpkg"
    create_project(path, Plan(catalogue, CRS, tables), title="小")
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of 40 × 20 whose EXIF says that it stands on its side."""
    path, exif = tmp_path / "现场.jpg", Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), (200, 40, 40)).save(path, exif=exif)
    return path


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "批文.pdf"
    path.write_bytes(CANARY)
    return path


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_attached_undone_redone_and_written_out_again(
    small: Path, photo: Path, paper: Path, tmp_path, capsys
):
    assert (
        run("attach", small, "proposed_point", "P1", photo, "--title", "正门", "--date", "2025-06-01") == 0
    )
    assert run("attach", small, "拟建点位", "P2", photo) == 0
    assert run("attach", small, "proposed_point", "P1", photo) == 0  # the same content again: nothing to do
    capsys.readouterr()
    assert run("attachments", small, "proposed_point", "P1", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["code"], one["feature"], one["title"]) == ("FJ0001", "P1", "正门")
    assert (one["dated_on"], one["shows"], one["media_type"]) == ("2025-06-01", "photo", "image/jpeg")
    assert one["size"] == photo.stat().st_size
    assert faults_of(small) == []
    with Store.open(small, default_catalogue()) as store:  # two features have it, the file holds it once
        assert store._reader.rows("SELECT count(*) FROM qitu_blobs") == [(1,)]
    session = Session(author="甲")
    session.open(small)
    detach(session, "FJ0001")
    assert [row["code"] for row in attachments(session).data] == ["FJ0002"]
    session.close()
    session.open(small)  # the way back holds across a restart
    session.undo()
    assert run("attachments", small, "--save", "FJ0001", "--out", tmp_path / "出.jpg") == 0
    assert (tmp_path / "出.jpg").read_bytes() == photo.read_bytes()
    assert (
        run("attachments", small, "--save", "FJ0001", "--out", tmp_path / "出.jpg") == 1
    )  # never over a file
    session.undo()  # the second attach
    session.undo()  # the first, with the layer that it brought
    assert "attachment" not in session.plan
    session.redo()
    assert session.store.blob(one["sha256"]) == photo.read_bytes()
    session.close()


def test_what_is_too_large_empty_gone_or_unknown_is_refused_in_a_sentence(
    small: Path, tmp_path: Path, capsys
):
    large, limit, empty = tmp_path / "大.bin", tmp_path / "正好.bin", tmp_path / "空.txt"
    large.write_bytes(b"\0" * 25_000_000)
    limit.write_bytes(b"\0" * 20_000_000)
    empty.touch()
    before = small.read_bytes()
    assert run("attach", small, "proposed_point", "P1", large) == 1
    assert "25.0 MB" in (said := capsys.readouterr().err)
    assert "20 MB" in said
    assert run("attach", small, "proposed_point", "P1", empty) == 1
    assert run("attach", small, "proposed_point", "P9", empty) == 1
    assert run("detach", small, "FJ0009") == 1
    assert small.read_bytes() == before
    assert run("attach", small, "proposed_point", "P1", limit) == 0  # exactly the limit is in order


def test_no_byte_of_an_attachment_is_shared_or_may_leave(small: Path, paper: Path, tmp_path: Path):
    assert run("attach", small, "proposed_point", "P1", paper, "--title", "canary-title") == 0
    assert CANARY in small.read_bytes()
    catalogue = default_catalogue()
    allowed = allowed_columns(catalogue)
    assert "attachment" not in allowed
    with Store.open(small, catalogue) as store:
        share_project(store.load(), tmp_path / "给.gpkg", allowed=allowed)
    given = (tmp_path / "给.gpkg").read_bytes()
    assert b"canary" not in given
    assert b"qitu_blobs" not in given


def test_a_file_of_the_version_before_opens_and_takes_its_first_attachment(small: Path, paper: Path):
    import apsw

    with apsw.Connection(str(small)) as old:
        old.execute("DROP TABLE qitu_blobs")
        old.execute("DELETE FROM gpkg_extensions WHERE table_name = 'qitu_blobs'")
        old.execute("UPDATE qitu_meta SET value = 1 WHERE key = 'schema'")
    with Store.open(small, default_catalogue()) as store, pytest.raises(StoreError, match="blob_missing"):
        store.blob("0" * 64)
    assert run("attach", small, "toilet", "T1", paper) == 0
    assert faults_of(small) == []


def test_a_thumbnail_stands_upright_and_a_broken_picture_has_none(photo: Path):
    shown = thumbnail(photo.read_bytes(), 16)
    assert (shown.width(), shown.height()) == (8, 16)
    assert thumbnail(b"\x89PNG\r\n\x1a\n no picture", 16) is None


def test_the_window_takes_what_is_dropped(make_window, small: Path, photo, paper, tmp_path, monkeypatch):
    broken = tmp_path / "坏.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n no picture")
    window = make_window(small)
    session, row = window.session, window.side.panels["attributes"].attachments
    window.bus.show_tab.emit("attributes")
    session.select("proposed_point", [1])
    settle(window)
    assert row.isVisible()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (photo, paper, broken)])
    left = Qt.MouseButton.LeftButton
    row.dropEvent(
        QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, Qt.KeyboardModifier.NoModifier)
    )
    settle(window)
    assert [one.file_name for one in row.found] == ["现场.jpg", "批文.pdf", "坏.png"]
    assert len(session.history()) == 1  # three files, one command
    images = [row._images.get(one.sha256, "glyph") for one in row.found]
    assert images[0].height() == 2 * images[0].width()
    assert images[1:] == ["glyph", None]
    opened = []
    monkeypatch.setattr("app.panels.attachments.QDesktopServices.openUrl", lambda url: opened.append(url))
    row.list.setCurrentRow(1)
    row.list.setFocus()
    row.open()
    assert Path(opened[0].toLocalFile()).read_bytes() == CANARY
    QTest.keyClick(row.list, Qt.Key.Key_Delete)
    assert [one.file_name for one in row.found] == ["现场.jpg", "坏.png"]
    session.undo()
    assert len(row.found) == 3
    session.select("proposed_point", [2])
    settle(window)
    assert row.found == ()
