"""The main paths by the command line, on the sample and on a fictitious banner elsewhere.

Nothing may be wired to one banner: zone, codes, names, numbers of units, years and quotas all differ.
"""

from __future__ import annotations

import csv
import datetime
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.cli import main
from layers.catalogue.registry import default_catalogue
from layers.plan.plan import Plan
from layers.policy import load_policy
from layers.release import allowed_columns
from layers.store import Store
from tests.samples import sample_project

GAP_KEYS = {"gacha_code", "service", "have", "need", "gap", "unknown", "status"}


@pytest.fixture(scope="module", params=["ewenki", "shifted"])
def banner(request, shifted_file) -> Path:
    """A project file of each banner (not to be written to)."""
    return sample_project() if request.param == "ewenki" else shifted_file


@pytest.fixture
def project(banner, tmp_path) -> Path:
    """A copy to work on."""
    return Path(shutil.copyfile(banner, tmp_path / "project.gpkg"))


@pytest.fixture
def run(capsys):
    """Run a command; returns (exit code, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def facts_of(project: Path):
    """What the file itself says: unit codes and policy, read beside the code under test."""
    store = Store.open(project, default_catalogue())
    plan = store.load()
    gacha = plan.table("gacha").consolidate()  # read now: the file is closed again
    plan = Plan(plan.catalogue, plan.crs, {"gacha": gacha}, plan.documents)
    store.close()
    return (
        plan,
        sorted(gacha.column("code")),
        load_policy(plan.documents.get("policy") or None, period=plan.info["period"]),
    )


def test_info_says_what_the_project_is(run, project):
    plan, codes, policy = facts_of(project)
    code, out, _ = run("info", project, "--json")
    data = json.loads(out)
    assert code == 0 and data["crs"] == f"EPSG:{plan.crs.epsg}" and data["period"] == policy.period.id
    layers = {layer["kind"]: layer["count"] for layer in data["layers"]}
    assert layers["gacha"] == len(codes) and len([n for n in layers.values() if n]) >= 24


def test_gaps_have_every_gacha_for_every_gacha_service(run, project):
    before = project.read_bytes()
    _, codes, policy = facts_of(project)
    code, out, _ = run("gaps", project, "--json")
    rows = json.loads(out)
    assert code == 0 and all(set(row) >= GAP_KEYS for row in rows)
    services = {row["service"] for row in rows}
    assert {"toilets", "clinics", "road", "road_hardened"} <= services
    for service in services:
        assert sorted(row["gacha_code"] for row in rows if row["service"] == service) == codes
    toilets = [row for row in rows if row["service"] == "toilets"]
    # The quotas must find enough to do, and what nobody surveyed stays unknown, not zero.
    assert sum(row["need"] or 0 for row in toilets) > sum(policy.quota("toilets").values())
    unknown = [row for row in toilets if row["status"] == "unknown"]
    assert unknown and all(row["have"] is row["need"] is row["gap"] is None for row in unknown)
    assert {row["status"] for row in toilets} == {"none", "unknown"}
    assert project.read_bytes() == before  # looking changes no byte


def test_gaps_of_a_year_count_only_what_was_there(run, project):
    _, _, policy = facts_of(project)
    have = []
    for year in (policy.period.first_year - 1, policy.period.last_year):
        _, out, _ = run("gaps", project, "--year", year, "--json")
        have.append(sum(row["have"] or 0 for row in json.loads(out) if row["service"] == "toilets"))
    assert have[0] < have[1]


def test_gap_table_leaves_with_small_counts_withheld_and_is_logged(run, project, tmp_path):
    _, out, _ = run("gaps", project, "--json")
    small = [
        (row["gacha_code"], name)
        for row in json.loads(out)
        if row["service"] == "toilets"
        for name in ("have", "need", "unknown")
        if row[name] in (1, 2)
    ]
    assert small
    for name in ("gaps.csv", "gaps.json"):
        assert run("gaps", project, "--out", tmp_path / name)[0] == 0
    with (tmp_path / "gaps.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    written = {row["嘎查编码"]: row for row in rows if row["服务代号"] == "toilets"}
    words = {"have": "已有", "need": "需要", "unknown": "未知"}
    assert all(written[code][words[name]] == "*" for code, name in small)
    document = json.loads((tmp_path / "gaps.json").read_text("utf-8"))
    assert "author" not in document["about"] and str(tmp_path) not in json.dumps(document)
    _, out, _ = run("history", project, "--json")
    assert [entry["op"] for entry in json.loads(out)] == ["export", "export"]
    assert run("undo", project)[0] == 1  # a log is not taken back


def test_targets_carry_the_project_s_own_quotas(run, project):
    _, _, policy = facts_of(project)
    _, out, _ = run("targets", project, "--json")
    rows = {row["id"]: row for row in json.loads(out)}
    assert rows.keys() == {target.id for target in policy.targets}
    quota = {str(year): number for year, number in policy.quota("toilets").items()}
    assert rows["toilets"]["values"] == quota
    assert all(
        row["status"] not in ("met", "short")
        for row in rows.values()
        if row["threshold"] is None and row["asked"] is None
    )


def test_set_history_undo_redo_are_told_and_kept(run, project):
    _, codes, _ = facts_of(project)
    code, out, _ = run("set", project, "gacha", codes[0], "grade=key_support", "note=走访", "--json")
    assert code == 0 and json.loads(out)["changed"]["note"]["after"] == "走访"
    assert run("set", project, "嘎查", codes[0], "grade=重点帮扶嘎查")[1].startswith("值没有变化")
    assert run("undo", project)[0] == 0 and run("redo", project)[0] == 0
    entries = json.loads(run("history", project, "--json")[1])
    assert [entry["op"] for entry in entries] == ["redo", "undo", "do"]
    plan, _, _ = facts_of(project)
    table = plan.table("gacha")
    assert table.row(table.find(codes[0]))["note"] == "走访"


def test_check_names_the_units_and_zones_of_a_place(run, project):
    plan, codes, _ = facts_of(project)
    gacha = plan.table("gacha")
    inside = gacha.row(gacha.find(codes[-1]))["geom"].representative_point()
    lon, lat = plan.crs.to_lonlat([(inside.x, inside.y)])[0]
    code, out, _ = run("check", project, "--at", f"{lon:.8f},{lat:.8f}", "--json")
    hits = json.loads(out)["zones"]
    assert code == 0 and [hit["key"] for hit in hits if hit["kind"] == "gacha" and hit["inside"]] == [
        codes[-1]
    ]
    assert [hit["kind"] for hit in hits if hit["inside"]][:3] == ["banner", "sumu", "gacha"]


def test_data_checks_run_over_every_layer(run, project):
    code, out, _ = run("validate", project, "--json")
    assert code == 0 and isinstance(json.loads(out), list)


def test_grazing_adds_up_and_the_ledger_goes_on(project, run):
    code, out, _ = run("grazing", project, "--json")
    data = json.loads(out)
    assert code == 0 and data["rows"] and data["totals_ha"] is not None
    for regime, total in data["totals_ha"].items():
        rows = sum(row[f"{regime}_ha"] for row in data["rows"])
        allowed = data["tolerance_ha"] + 0.01 * len(data["rows"])  # each row is rounded to 0.01 ha
        assert abs(rows + data["outside_ha"][regime] - total) <= allowed
    code, out, _ = run("ledger", project, "--state", "done", "--json")
    done = json.loads(out)["rows"]
    assert code == 0 and done and not any("household_code" in row for row in done)
    step = ("--advance", done[0]["code"], "--to", "closed", "--on", done[0]["done_on"])
    code, out, _ = run("ledger", project, *step, "--json")
    if done[0]["done_on"] > datetime.date.today().isoformat():  # the fictitious banner lies years ahead
        assert code == 1
        return
    assert code == 0 and json.loads(out)["state"] == "closed"
    assert run("undo", project)[0] == 0
    assert json.loads(run("ledger", project, "--state", "done", "--json")[1])["rows"] == done


def test_a_shared_copy_opens_and_holds_what_the_list_allows(run, project, tmp_path):
    out = tmp_path / "share.gpkg"
    assert run("share", project, out)[0] == 0
    allowed = allowed_columns(default_catalogue())
    layers = {layer["kind"] for layer in json.loads(run("info", out, "--json")[1])["layers"]}
    assert layers <= set(allowed) and not layers & {"household", "toilet", "camp", "hardship"}
    code, _, err = run("share", project, out)
    assert code == 1 and "share.gpkg" in err  # nothing is written over


def test_the_map_is_painted_with_the_theme_asked_for(run, project, tmp_path):
    plain, themed = tmp_path / "map.png", tmp_path / "toilets.png"
    assert run("export", project, plain, "--width", 800, "--height", 600)[0] == 0
    assert run("export", project, themed, "--service", "toilets", "--width", 800, "--height", 600)[0] == 0
    assert plain.read_bytes()[:8] == themed.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert plain.read_bytes() != themed.read_bytes()
    assert run("export", project, tmp_path / "x.png", "--service", "ferries")[0] == 1


def test_toilets_are_allocated_explained_and_kept_as_a_scheme(run, project):
    _, codes, policy = facts_of(project)
    quota = dict(policy.quota("toilets"))
    code, out, _ = run("toilets", project, "--scheme", "甲", "--json")
    data = json.loads(out)
    assert code == 0 and {int(year): number for year, number in data["total_by_year"].items()} == quota
    assert len(data["allocation"]) == len(codes) * len(quota)
    needs = {
        row["gacha_code"]: row["need"]
        for row in json.loads(run("gaps", project, "--json")[1])
        if row["service"] == "toilets"
    }
    given = {
        code: sum(cell["count"] for cell in data["allocation"] if cell["gacha_code"] == code)
        for code in codes
    }
    assert all(given[code] <= (needs[code] or 0) for code in codes)
    assert {row["gacha_code"] for row in data["explanations"]} == set(codes)
    year, chosen = min(quota), max(codes, key=lambda code: given[code])
    _, out, _ = run("toilets", project, "--scheme", "乙", "--lock", f"{chosen}:{year}=0", "--json")
    cells = {(cell["gacha_code"], cell["year"]): cell["count"] for cell in json.loads(out)["allocation"]}
    assert cells[chosen, year] == 0 and sum(n for (_, at), n in cells.items() if at == year) == quota[year]
    # under the scheme less is missing
    _, out, _ = run("gaps", project, "--scheme", "甲", "--json")
    left = sum(row["gap"] or 0 for row in json.loads(out) if row["service"] == "toilets")
    assert left == sum(need or 0 for need in needs.values()) - sum(quota.values())
    code, out, err = run("toilets", project, "--scheme", "丙", "--lock", f"{chosen}:{year}=100000", "--json")
    assert code == 1 and {limit["limit"] for limit in json.loads(out)["conflict"]} >= {"lock"} and err
    entries = json.loads(run("history", project, "--json")[1])
    assert [entry["op"] for entry in entries] == ["do", "do"]
    assert run("undo", project)[0] == 0 and run("gaps", project, "--scheme", "乙")[0] == 1


def test_sheets_and_the_web_map_leave_by_their_endings(run, project, tmp_path):
    assert run("toilets", project, "--scheme", "甲")[0] == 0
    year = facts_of(project)[2].period.last_year
    begins = {"a.pdf": b"%PDF-", "a.svg": b"<?xml", "a.html": b"<!DOCTYPE html>", "a.png": b"\x89PNG"}
    for name, start in begins.items():
        code, _, err = run(
            "export",
            project,
            tmp_path / name,
            "--scheme",
            "甲",
            "--year",
            year,
            "--paper",
            "A4-portrait",
            "--dpi",
            80,
        )
        assert code == 0 and (tmp_path / name).read_bytes()[: len(start)].lower() == start.lower(), (
            name,
            err,
        )
    code, _, err = run("export", project, tmp_path / "p.pdf", "--public")
    assert code == 1 and "审图号" in err and not (tmp_path / "p.pdf").exists()
    assert run("export", project, tmp_path / "p.pdf", "--public", "--review-number", "蒙S(2026)001号")[0] == 0
    assert run("export", project, tmp_path / "x.docx")[0] == 1
    names = [name for name in json.loads(run("history", project, "--json")[1]) if name["op"] == "export"]
    assert len(names) == len(begins) + 1


def test_new_makes_an_empty_project_or_a_copy_of_the_sample(run, tmp_path):
    assert run("new", tmp_path / "a.gpkg", "--meridian", 111, "--title", "新")[0] == 0
    data = json.loads(run("info", tmp_path / "a.gpkg", "--json")[1])
    assert (data["crs"], data["title"], data["layers"]) == ("EPSG:4546", "新", [])
    assert run("gaps", tmp_path / "a.gpkg", "--json")[1].strip() == "[]"  # no gacha layer: no rows, not zeros
    assert run("new", tmp_path / "b.gpkg", "--sample")[0] == 0
    assert json.loads(run("info", tmp_path / "b.gpkg", "--json")[1])["features"] > 15_000
    assert (
        run("new", tmp_path / "a.gpkg")[0] == 1 and run("new", tmp_path / "c.gpkg", "--meridian", 121)[0] == 1
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("set", "x.gpkg", "gacha"),
        ("check", "x.gpkg", "--nope"),
        ("gaps", "x.gpkg", "--year", "soon"),
    ],
)
def test_wrong_usage_exits_2(arguments):
    given = arguments or ("--nonsense",)
    assert (
        subprocess.run([sys.executable, "-m", "app", *given], capture_output=True, check=False).returncode
        == 2
    )


@pytest.mark.parametrize("language, word", [("zh", "没有做成"), ("en", "Not done")])
def test_a_refusal_is_a_sentence_with_advice_on_stderr(run, tmp_path, language, word):
    code, out, err = run("info", tmp_path / "absent.gpkg", "--lang", language)
    assert code == 1 and not out and err.startswith(word) and len(err.splitlines()) >= 2
    assert "Traceback" not in err


def test_the_command_line_is_free_of_qt_but_for_pictures(tmp_path):
    check = (
        "import sys; from app.cli import main; code = main(sys.argv[1:]);"
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))]; sys.exit(code)"
    )
    for arguments in (["info"], ["gaps", "--json"], ["targets"], ["history"], ["validate"]):
        call = [sys.executable, "-c", check, arguments[0], str(sample_project()), *arguments[1:]]
        assert subprocess.run(call, capture_output=True, check=False).returncode == 0, arguments


def test_the_window_starts_without_what_only_some_tasks_need():
    check = "import sys, app.window; print([one for one in sys.argv[1:] if one in sys.modules])"
    late = ("docx", "pptx", "lxml", "xlsxwriter", "openpyxl", "scipy", "pandas", "pyqtgraph", "rasterio",
            "folium")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", check, *late], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_household_has_a_way_on_either_banner(run, banner):
    code, out, _ = run("access", banner, "--to", "hospital", "--from", "households", "--json")
    data = json.loads(out)
    with closing(sqlite3.connect(banner)) as file:  # counted beside the code under test
        ((households,),) = file.execute('SELECT count(*) FROM "牧户"').fetchall()
    assert code == 0 and data["rows"] == []
    assert data["all"]["places"] == households == sum(row["places"] for row in data["gachas"])
    assert (
        data["all"]["cut_off"] + data["all"]["unknown"] < households / 20 and data["all"]["mean_minutes"] > 0
    )
    parts = json.loads(run("network", banner, "--json")[1])["parts"]
    assert parts[0]["km"] > sum(part["km"] for part in parts[1:])


def test_every_spatial_target_is_counted_from_the_layers_of_either_banner(project):
    from app.actions.register import targets, trace
    from app.session import Session

    session = Session()
    session.open(project)
    states = {one["id"]: one for one in targets(session).data}
    assert not [one["id"] for one in states.values() if one["kind"] == "spatial" and one["low"] is None]
    gachas = session.plan.with_role("unit.gacha")[0]
    people = sum(value or 0 for value in gachas.column("out_of_poverty_people"))
    assert states["scope_people"]["value"] == people == sum(states["scope_people"]["values"].values())
    cells = [
        value for value in session.plan.with_role("grid_cell")[0].column("households") if value is not None
    ]
    assert (states["grid_cells_smallest"]["value"], states["grid_cells_largest"]["value"]) == (
        min(cells),
        max(cells),
    )
    ends = trace(session, target="road_dead_ends").data
    table = session.plan.with_role("road.dead_end")[0]
    assert {table.row(fid)["reason"] for fid in ends["features"]["counted"]["dead_end"]} <= {
        "true",
        "gate",
        "gap",
    }
    session.close()


def test_faults_classes_and_where_numbers_are_from_on_either_banner(run, project, tmp_path):
    plan, codes, policy = facts_of(project)
    faults = json.loads(run("faults", project, "--json")[1])
    fault = next(one for one in faults["faults"] if one["km_behind"] is not None)
    quota = sorted(policy.quota("toilets"))[0]
    for key, shown in (
        ("faults/roads/all/open", len(faults["faults"])),
        (f"faults/roads/{fault['key']}/km", fault["km_behind"]),
        (f"grazing/gacha/{codes[0]}/stock", None),
        (f"ledger/guarantees/{codes[0]}/monitored", None),
        ("network/roads/all/cut", None),
        (f"target/toilets/all/years.{quota}.delivered", None),
        (f"gap/toilets/{codes[0]}", None),
    ):
        code, out, _ = run("trace", project, key, "--json")
        said = json.loads(out)
        assert code == 0 and said["low"] is not None and said["key"].startswith(key), key
        assert shown is None or said["low"] == pytest.approx(shown), key
        assert said["policy_version"] == policy.version and said["digests"], key
        assert "{" not in said["words"] and (said["rules"] or said["clauses"] or said["features"]), key
    picture = tmp_path / "classes.png"
    looks = ("--service", "toilets", "--classes", "jenks:5", "--symbols")
    assert run("export", project, picture, *looks)[0] == 0
    assert picture.stat().st_size > 10_000


def test_a_gacha_on_one_page(run, project, tmp_path):
    """Nothing of one banner stands on the page of another, and what may not be written is refused at once."""
    plan, codes, policy = facts_of(project)
    name = next(
        str(row["name"]) for fid in plan.table("gacha").fids if (row := plan.table("gacha").row(int(fid)))
        and row["code"] == codes[0]
    )  # fmt: skip
    asked, page = ("profile", project, codes[0], "--date", "2031-01-01"), tmp_path / "page.html"
    code, out, _ = run(*asked, "--out", page, "--json")
    data = json.loads(out)
    assert code == 0 and data["unit"] == {**data["unit"], "code": codes[0], "name": name, "level": "gacha"}
    assert {row["service"] for row in data["services"]} >= {"toilets", "clinics"}
    assert data["provenance"]["policy_version"] == policy.version and data["audience"] == "internal"
    told = page.read_text("utf-8")
    assert name in told and "2031-01-01" in told and "http" not in told and "<script" not in told
    assert ("鄂温克" in told) == ("鄂温克" in plan.info["title"])
    for refused in (("profile", project, "没有这个嘎查"), (*asked, "--out", tmp_path / "x.docx"),
                    (*asked, "--public", "--out", tmp_path / "x.pdf")):  # fmt: skip
        assert run(*refused)[0] == 1
    assert not list(tmp_path.glob("x.*"))
