"""What must hold of a file of each format that hostile text went into; read by means other than ours."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import ezdxf
from lxml import etree

from tests.app.exports.hostile import HOSTILE

STRICT = etree.XMLParser(resolve_entities=False, no_network=True)
LINKS = {"hlinkClick", "hyperlink", "hyperlinks", "altChunk", "control", "OLEObject"}
OUR_FIELDS = {"PAGE", "NUMPAGES"}


def inflated(data: bytes) -> bytes:
    """What a file holds, unpacked: members of archives (and of those in them), streams of a PDF."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"\n".join(inflated(archive.read(one)) for one in archive.namelist())
    if data[:4] == b"%PDF":
        streams = re.findall(rb"(?s)stream\r?\n(.*?)\r?\nendstream", data)
        return data + b"\n".join(_unpacked(one) for one in streams)
    return data


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def csv_file(path: Path, _browse: Any) -> None:
    """No cell begins a formula, no row breaks."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert not [one for one in cells if one.lstrip(" ").startswith(("=", "+", "@", "\t", "\r", "\n"))]
    assert not [one for one in cells if re.match(r"-(?!\d[\d.]*$)", one)]
    table = rows[: rows.index([])] if [] in rows else rows
    assert {len(row) for row in table} == {len(rows[0])}


def office_file(path: Path, _browse: Any) -> None:
    """Every part is XML that a strict reader takes; no formula, no link, no field but ours, no macro."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            assert "vba" not in name.lower() and b'TargetMode="External"' not in data, name
            if not name.endswith((".xml", ".rels")):
                continue
            root = etree.fromstring(data, STRICT)
            tags = {etree.QName(one).localname for one in root.iter(etree.Element)}
            assert not tags & LINKS, name
            fields = {" ".join((one.text or "").split()) for one in root.iter("{*}instrText")}
            assert fields <= OUR_FIELDS, (name, fields)
            assert "f" not in tags or not name.startswith("xl/worksheets"), name


def workbook_file(path: Path, browse: Any) -> None:
    """As all office files; cells are text or numbers, never what a program has reckoned."""
    office_file(path, browse)
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        roots = [etree.fromstring(archive.read(name), STRICT) for name in sheets]
    cells = [cell for root in roots for cell in root.iter("{*}c")]
    assert cells and {cell.get("t", "n") for cell in cells} <= {"s", "inlineStr", "n"}


def json_file(path: Path, _browse: Any) -> None:
    """JSON as the standard has it."""
    strange: list[str] = []
    json.loads(path.read_text("utf-8"), parse_constant=strange.append)
    assert not strange


def kml_file(path: Path, _browse: Any) -> None:
    """Placemarks with data, and nothing that a viewer would show as a page."""
    root = etree.fromstring(path.read_bytes(), STRICT)
    tags = {etree.QName(one).localname for one in root.iter(etree.Element)}
    assert not tags & {"description", "BalloonStyle", "text", "href", "NetworkLink", "script"}
    assert b"<![CDATA[" not in path.read_bytes()


def page_file(path: Path, browse: Callable[[Path], Any]) -> None:
    """In a browser: nothing of the data runs, nothing is asked for, nothing is put among the elements."""
    page = browse(path)
    page.run("new Promise(resolve => setTimeout(resolve, 200))")
    assert page.run("window.pwned === undefined && ({}).pwned === undefined")
    page.run("document.querySelectorAll('*').forEach(one => one.dispatchEvent(new Event('mouseover')))")
    assert page.run("window.pwned === undefined")
    assert page.run("document.querySelectorAll('iframe, object, embed, form, foreignObject').length") == 0
    assert page.run("document.querySelectorAll('[onerror], [onmouseover], [src=\"x\"]').length") == 0
    assert page.run("[...document.querySelectorAll('a[href]')].every(one => !/^javascript/i.test(one.href))")
    assert {one for one in page.requests if not one.startswith("data:")} == {path.resolve().as_uri()}
    page.close()


def pdf_file(path: Path, _browse: Any) -> None:
    """No action, no script, no address."""
    runs = rb"/JavaScript|/JS\b|/OpenAction|/URI\b|/Launch|/AA\b|/SubmitForm"
    assert not re.search(runs, inflated(path.read_bytes()))


def geopackage_file(path: Path, _browse: Any) -> None:
    """A whole database with all its tables, of one layer at least."""
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT count(*) FROM gpkg_contents").fetchone()[0] > 0
        named = {row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")}
        assert named <= {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='table'")}


def drawing_file(path: Path, _browse: Any) -> None:
    """A drawing of as many outlines and names as there were, and no entity more."""
    drawing = ezdxf.readfile(path)
    assert not drawing.audit().errors
    kinds = [one.dxftype() for one in drawing.modelspace()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "LWPOLYLINE": len(HOSTILE), "TEXT": len(HOSTILE)
    }  # fmt: skip


def land_file(path: Path, _browse: Any) -> None:
    """A line a parcel with its nine fields, and boundary points."""
    lines = path.read_bytes().decode("gb18030").split("\r\n")
    body = lines[lines.index("[地块坐标]") + 1 : -1]
    parcels = [line for line in body if line.endswith("@")]
    assert len(parcels) == len(HOSTILE) and {line.count(",") for line in parcels} == {8}
    assert all(re.fullmatch(r"J\d+,\d+,[\d.]+,[\d.]+", line) for line in body if line not in parcels)


def plain_file(_path: Path, _browse: Any) -> None:
    """Pictures and tables of shapes: their bytes are searched for secrets only."""


CHECKS: dict[str, Callable[[Path, Any], None]] = {
    ".csv": csv_file, ".xlsx": workbook_file, ".docx": office_file, ".pptx": office_file, ".pdf": pdf_file,
    ".html": page_file, ".svg": page_file, ".json": json_file, ".geojson": json_file, ".kml": kml_file,
    ".gpkg": geopackage_file, ".dxf": drawing_file, ".txt": land_file, ".shp": plain_file, ".png": plain_file,
}  # fmt: skip
