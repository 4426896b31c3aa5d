"""Every bad and odd file of tests/corpus through the command line: what must happen stands in expected.csv
there."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from app.cli import main
from tests.samples import sample_project

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
HAN = "gacha"

# file -> (kind, exit code, declared, read, what the answer or the refusal must hold)
SEEN: dict[str, tuple[str, int, int, int, dict[str, object]]] = {
    "shp_gbk_cpg.shp": (HAN, 0, 3, 3, {"encoding": "GBK", "crs": "EPSG:4490"}),
    "shp_gbk_nocpg.shp": (HAN, 0, 3, 3, {"encoding": "GBK"}),
    "shp_utf8_nocpg.shp": (HAN, 0, 3, 3, {"encoding": "UTF-8"}),
    "shp_cpg_lies.shp": (HAN, 0, 3, 3, {"encoding": "GBK"}),
    "shp_longname_cut.shp": (HAN, 0, 3, 3, {"encoding": "UTF-8"}),
    "shp_no_shx.shp": (HAN, 0, 3, 3, {}),
    "shp_no_dbf.shp": (HAN, 0, 3, 3, {"mapping": {"code": "#"}}),
    "shp_no_prj.shp": (HAN, 1, 3, 3, {"crs": None, "asks": "crs"}),
    "shp_no_cpg.shp": (HAN, 0, 3, 3, {"encoding": "GBK"}),
    "shp_trunc_shp.shp": (HAN, 0, 3, 1, {"reasons": "图形不完整"}),
    "shp_trunc_shx.shp": (HAN, 0, 3, 3, {}),
    "shp_trunc_dbf.shp": (HAN, 0, 3, 1, {"reasons": "属性表不完整"}),
    "shp_dbf_short.shp": (HAN, 0, 3, 1, {"reasons": "属性表不完整"}),
    "gj_open_ring.geojson": (HAN, 0, 2, 0, {"reasons": "没有闭合"}),  # and a point among areas
    "gj_nan.geojson": ("proposed_point", 0, 1, 0, {"reasons": "不是数字"}),
    "gj_huge.geojson": ("proposed_point", 0, 1, 0, {"reasons": "大得不可能"}),
    "gj_strcoord.geojson": ("proposed_point", 0, 2, 1, {"reasons": "是文字不是数字"}),
    "gj_badtype.geojson": ("proposed_point", 0, 2, 1, {"reasons": "Polygone"}),
    "gj_gauss_as_wgs.geojson": (
        "proposed_point",
        1,
        1,
        1,
        {"crs": None, "asks": "crs", "candidate": "EPSG:4524"},
    ),
    "gj_swapped.geojson": (
        "proposed_point",
        1,
        1,
        1,
        {"crs": None, "asks": "crs", "candidate": "EPSG:4490:yx"},
    ),
    "gj_far_away.geojson": ("proposed_point", 1, 1, 0, {"warns": "outside"}),
    "gj_dup_id.geojson": ("proposed_point", 0, 2, 2, {}),
    "gj_prop_geometry.geojson": ("proposed_point", 0, 1, 1, {}),
    "gj_nul.geojson": ("proposed_point", 0, 1, 0, {"reasons": "空字符"}),
    "gj_bigint.geojson": ("proposed_point", 0, 2, 2, {}),
    "gj_leading_zero.geojson": ("proposed_point", 0, 1, 1, {"mapping": {"code": "code"}}),
    "gj_gbk.geojson": ("proposed_point", 0, 1, 1, {"encoding": "GBK"}),
    "gj_bom.geojson": ("proposed_point", 0, 1, 1, {}),
    "gj_empty_fc.geojson": ("proposed_point", 0, 0, 0, {}),
    "gj_null_geom.geojson": ("proposed_point", 0, 2, 2, {}),
    "gj_mixed.geojson": ("proposed_point", 0, 2, 1, {"reasons": "没有意义"}),
    "gj_bowtie.geojson": (HAN, 0, 1, 0, {"reasons": "已修复：面积"}),
    "gj_hole_outside.geojson": (HAN, 1, 1, 0, {"reasons": "hole_outside_shell"}),
    "gj_script.geojson": ("proposed_point", 0, 1, 1, {"mapping": {"name": "name", "code": "#"}}),
    "gj_jinja.geojson": ("proposed_point", 0, 1, 1, {}),
    "gj_jinja2.geojson": ("proposed_point", 0, 1, 1, {}),
    "gj_formula.geojson": ("proposed_point", 0, 1, 1, {}),
    "gj_scripts_of_china.geojson": ("proposed_point", 0, 1, 1, {"encoding": "UTF-8"}),
    "kml_networklink.kml": ("proposed_point", 0, 0, 0, {}),
    "kml_ok.kml": ("proposed_point", 0, 1, 1, {}),
    "zip_slip.zip": (HAN, 0, 3, 3, {}),
    "zip_gbk_names.zip": (HAN, 0, 3, 3, {"encoding": "GBK"}),
    "zip_two_layers.zip": (HAN, 1, 0, 0, {"asks": "layer"}),
    "xlsx_id_as_number.xlsx": ("household", 1, 1, 0, {"reasons": "后几位已丢失"}),
    "csv_gbk.csv": ("proposed_point", 0, 1, 1, {"encoding": "GBK", "crs": "EPSG:4490"}),
    "csv_ragged.csv": ("proposed_point", 1, 3, 1, {"reasons": "比表头"}),
    "csv_utf16.csv": ("proposed_point", 0, 1, 1, {"encoding": "UTF-16"}),
    "csv_dms.csv": ("proposed_point", 0, 1, 1, {"crs": "EPSG:4490"}),
    "gpkg_ok.gpkg": (HAN, 1, 0, 0, {"asks": "layer"}),
    "gpkg_flip_geom.gpkg": (HAN, 0, 3, 3, {}),
    "gpkg_stale_rtree.gpkg": (HAN, 0, 3, 3, {}),
    "gpkg_wrong_srs.gpkg": (HAN, 1, 3, 3, {"crs": None, "asks": "crs"}),
    "gpkg_evil_trigger.gpkg": (HAN, 0, 3, 3, {}),
    "gpkg_wal.gpkg": (HAN, 0, 3, 3, {}),
    "gpkg_stale_wal.gpkg": (HAN, 0, 3, 3, {}),
}
REFUSED = {
    "empty.shp": "是空的",
    "png.shp": "像 PNG",
    "gj_deep.geojson": "嵌套太深",
    "gj_empty.geojson": "是空的",
    "gj_trunc.geojson": "第 1 行第 20001 个字符",
    "gj_trailing.geojson": "多余内容",
    "vrt_as_geojson.geojson": "虚拟数据源",
    "vrt_as_kml.kml": "虚拟数据源",
    "kml_billion_laughs.kml": "实体定义",
    "kml_xxe.kml": "实体定义",
    "kmz_bomb_300MB.kmz": "拒绝解压",
    "zip_bomb_150MB.zip": "拒绝解压",
    "xlsx_huge_dimension.xlsx": "太大",
    "xlsx_entity.xlsx": "实体定义",
    "gpkg_truncated.gpkg": "损坏",
    "gpkg_badheader.gpkg": "内容却不是",
    "gpkg_no_contents.gpkg": "没有登记任何图层",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "p.gpkg"
    shutil.copyfile(sample_project(), path)
    return path


@pytest.fixture
def files(tmp_path) -> Path:
    """A copy: opening a GeoPackage with a -wal could change it, and that is looked at."""
    shutil.copytree(CORPUS / "files", tmp_path / "files")
    return tmp_path / "files"


def sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_case_is_looked_at():
    with (CORPUS / "expected.csv").open(encoding="utf-8-sig", newline="") as file:
        cases = {row["file"] for row in csv.DictReader(file)}
    assert len(cases) == 72 and cases == set(SEEN) | set(REFUSED)


@pytest.mark.parametrize("name", SEEN)
def test_seen(name, project, files, capsys):
    kind, code, declared, read, more = SEEN[name]
    before = sums(files)
    assert main(["import", str(project), str(files / name), "--as", kind, "--dry-run", "--json"]) == code
    data = json.loads(capsys.readouterr().out)
    assert (data["declared"], data["read"], len(data["flagged"])) == (declared, read, declared - read)
    assert data["imported"] == 0 and data["kind"] in (kind, None)
    for key in ("encoding", "crs", "mapping"):
        if key in more:
            assert data[key] == more[key]
    questions = {item["id"]: item for item in data["questions"]}
    if "asks" in more:
        assert questions[more["asks"]]["open"] and questions[more["asks"]]["option"]
    if "warns" in more:
        assert not questions[more["warns"]]["open"]
    if "candidate" in more:
        assert more["candidate"] in [item["crs"] for item in data["crs_candidates"]]
    if "reasons" in more:
        assert str(more["reasons"]) in " ".join(item["reason"] for item in data["flagged"])
    assert sums(files) == before, "a foreign file was changed"


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name, project, files, capsys):
    before = sums(files.parent)
    assert main(["import", str(project), str(files / name), "--as", HAN, "--json"]) == 1
    said = capsys.readouterr()
    assert REFUSED[name] in said.err and len(said.err.strip().splitlines()) == 2, "no sentence with advice"
    assert sums(files.parent) == before


def test_text_is_whole_in_every_encoding(project, files, tmp_path, capsys):
    own = tmp_path / "own.gpkg"
    for at, name in enumerate(
        ("shp_gbk_cpg", "shp_gbk_nocpg", "shp_utf8_nocpg", "shp_cpg_lies", "shp_no_cpg")
    ):
        target = own.with_name(f"{at}.gpkg")
        assert main(["new", str(target)]) == 0
        assert main(["import", str(target), str(files / f"{name}.shp"), "--as", HAN, "--json"]) == 0
        capsys.readouterr()
        from app.session import Session

        session = Session()
        session.open(target)
        table = session.plan.table(HAN)
        assert list(table.column("name")) == ["青龙泉村", "大同镇", "綦江區"]
        assert len(session.history()) == 1
        session.undo()
        assert HAN not in session.plan
        session.close()


def test_what_lives_only_in_the_wal_comes_along(project, files, capsys):
    assert (
        main(
            [
                "import",
                str(project),
                str(files / "gpkg_wal.gpkg"),
                "--layer",
                "extra",
                "--as",
                "hardship",
                "--dry-run",
            ]
        )
        == 0
    )
    assert "42" in capsys.readouterr().out


def test_all_values_under_safe_names(project, files, capsys):
    main(
        [
            "import",
            str(project),
            str(files / "gj_prop_geometry.geojson"),
            "--as",
            "proposed_point",
            "--dry-run",
        ]
    )
    said = capsys.readouterr().out
    for value in ("geometry: 4", "fid: 5", "FID: 6", "A: 7", "a: 8", "列6: 9"):
        assert value in said


def test_open_question_imports_nothing_until_it_is_answered(files, tmp_path, capsys):
    project = tmp_path / "own.gpkg"
    main(["new", str(project), "--meridian", "105"])
    command = ["import", str(project), str(files / "shp_no_prj.shp"), "--as", HAN]
    before = hashlib.sha256(project.read_bytes()).hexdigest()
    assert main(command) == 1
    assert "--crs" in capsys.readouterr().out
    assert hashlib.sha256(project.read_bytes()).hexdigest() == before
    assert main([*command, "--crs", "4490", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["imported"] == 3
