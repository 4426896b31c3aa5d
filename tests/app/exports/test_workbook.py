"""The workbook of gaps: its cells are the released numbers, nothing in it is a formula, its bytes are
repeatable."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import data_samples
from app.actions.gaps import counted_gaps
from app.cli import main
from app.exports.gap_table import release_gaps
from app.exports.workbook import LEVELS, shown
from app.session import Session

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(path: Path) -> list[list[list[object]]]:
    """Sheets of rows of values; an empty cell is not there."""
    with zipfile.ZipFile(path) as file:
        words = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        strings = ["".join(part.text or "" for part in one.iter(f"{NS}t")) for one in words]
        names = sorted(name for name in file.namelist() if name.startswith("xl/worksheets/sheet"))
        sheets = [ElementTree.fromstring(file.read(name)) for name in names]
    assert not any(True for sheet in sheets for _ in sheet.iter(f"{NS}f"))
    return [
        [
            [
                strings[int(cell[0].text or "")] if cell.get("t") == "s" else float(cell[0].text or "")
                for cell in row
                if len(cell)
            ]
            for row in sheet.iter(f"{NS}row")
        ]
        for sheet in sheets
    ]


def test_a_workbook_holds_the_released_numbers_and_their_sources(tmp_path: Path) -> None:
    project = tmp_path / "a.gpkg"
    shutil.copy(Path(data_samples.__file__).parent / "ewenki.gpkg", project)
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    assert main(["workbook", str(project), str(one)]) == 0
    assert main(["workbook", str(project), str(two)]) == 0
    assert one.read_bytes() == two.read_bytes()
    *levels, sources = cells(one)
    session = Session()
    session.open(project)
    result = counted_gaps(session, year=None, scheme=None)
    released = release_gaps(session, result.rows, words=True)
    for level, sheet in zip(LEVELS, levels, strict=True):
        at = [released.keys.index(name) for name in shown(level)]
        pairs = zip(released.rows, result.rows, strict=True)
        rows = [row for row, gap in pairs if gap.unit_role == f"unit.{level}"]
        expected = sorted(str([row[i] for i in at if row[i] is not None]) for row in rows)
        plain = [[int(v) if isinstance(v, float) and v.is_integer() else v for v in row] for row in sheet[1:]]
        assert sorted(map(str, plain)) == expected
    assert "计数单位" in levels[0][0] and "户" in levels[0][1]  # households without a toilet are 户
    said = str(sources)
    assert result.provenance.policy_version in said
    assert f"EPSG:{session.plan.crs.epsg}" in said
    assert all(str(digest) in said for _, digest in dict(result.provenance.digests).items())
    session.close()


def test_another_ending_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "a.gpkg"
    shutil.copy(Path(data_samples.__file__).parent / "ewenki.gpkg", project)
    assert main(["workbook", str(project), str(tmp_path / "a.csv")]) != 0
    assert not (tmp_path / "a.csv").exists()


def test_words_that_look_like_a_formula_are_themselves_and_are_escaped_only_for_csv(tmp_path: Path) -> None:
    project = tmp_path / "a.gpkg"
    shutil.copy(Path(data_samples.__file__).parent / "ewenki.gpkg", project)
    assert main(["set", str(project), "gacha", "150724100204", "name==1+1"]) == 0
    assert main(["workbook", str(project), str(tmp_path / "a.xlsx")]) == 0
    assert main(["gaps", str(project), "--out", str(tmp_path / "a.csv")]) == 0
    names = {row[1] for row in cells(tmp_path / "a.xlsx")[0][1:]}
    assert "=1+1" in names and "'=1+1" not in names
    assert ",'=1+1," in (tmp_path / "a.csv").read_text("utf-8-sig")
