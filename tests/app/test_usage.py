"""The command line answers nonsense with a sentence in the user's language, never with a traceback."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil

import pytest

from app.cli import main
from app.messages import text
from layers.store.journal import OPERATIONS
from tests.samples import sample_project


@pytest.fixture
def project(tmp_path):
    """A copy of the sample to work on."""
    return shutil.copyfile(sample_project(), tmp_path / "p.gpkg")


@pytest.fixture
def run(capsys):
    """Run a command; returns (exit code, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        return (code, *capsys.readouterr())

    return call


@pytest.mark.parametrize(
    "arguments",
    [
        ("gaps", "--year", -5),
        ("gaps", "--year", 10**20),
        ("targets", "--year", 0),
        ("export", "x.png", "--width", 0),
        ("export", "x.png", "--width", 10**8),
        ("export", "x.png", "--height", -4),
        ("share", "copy.txt"),
        ("set", "gacha", "150724100204", "code=150724100205"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(run, project, tmp_path, arguments):
    before = project.read_bytes()
    name, *rest = arguments
    given = [tmp_path / one if str(one).endswith((".png", ".txt")) else one for one in rest]
    for language in ("zh", "en"):
        code, out, err = run("--lang", language, name, project, *given)
        assert (code, out) == (1, "") and "Traceback" not in err and len(err.splitlines()) == 2, err
    assert project.read_bytes() == before and sorted(path.name for path in tmp_path.iterdir()) == ["p.gpkg"]


def test_a_name_that_no_disk_takes_is_refused(run, tmp_path):
    for name in ("长" * 200 + ".gpkg", "a.shp", "noending"):
        code, _, err = run("new", tmp_path / name)
        assert code == 1 and len(err.splitlines()) == 2, err
    assert not list(tmp_path.iterdir())


def test_usage_is_told_in_the_language_of_the_user(run, project):
    for arguments in (
        ("nonsense",),
        ("gaps",),
        ("gaps", project, "--year", "soon"),
        ("gaps", project, "--nope"),
        ("check", project, "--at"),
        ("gaps", "--help"),
    ):
        code, out, err = run(*arguments)
        told = (out + err).replace(str(project), "")
        assert code == (0 if "--help" in arguments else 2)
        assert not any(
            word in told for word in ("usage", "argument", "invalid", "required", "options", "expected")
        ), told
        told_en = "".join(run("--lang", "en", *arguments)[1:])
        assert not any("一" <= letter <= "鿿" for letter in told_en), told_en


def test_a_code_may_be_corrected_but_not_taken_twice(run, project):
    code, _, err = run("set", project, "gacha", "150724100204", "code=150724100205")
    assert code == 1 and "马蹄坑嘎查" in err
    assert run("set", project, "gacha", "150724100204", "code=150724100299")[0] == 0
    assert run("set", project, "gacha", "150724100299", "name=" + "长" * 5000)[0] == 0
    assert all(len(entry["title"]) < 80 for entry in json.loads(run("history", project, "--json")[1]))


def test_every_kind_of_entry_of_the_journal_has_a_word():
    assert all(text(f"op_{operation}") != f"op_{operation}" for operation in OPERATIONS)


def test_a_gap_table_speaks_the_language_of_its_headings(run, project, tmp_path):
    assert run("gaps", project, "--out", tmp_path / "g.csv", "--level", "all")[0] == 0
    with (tmp_path / "g.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["服务代号"]]
    assert {row["层级"] for row in rows} == {"嘎查", "苏木乡镇", "旗"}
    assert {row["状态"] for row in rows} == {"达标", "缺口", "豁免", "未知", "未定门槛"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "n.gpkg", "--sample"),
        ("gaps", "p.gpkg", "--out", "n.csv"),
        ("export", "p.gpkg", "n.png"),
        ("share", "p.gpkg", "n.gpkg"),
    ],
)
def test_a_full_disk_leaves_nothing_half_written(run, project, tmp_path, monkeypatch, arguments):
    """The device refuses when what was written is to be kept; a real full disk says the same."""

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    code, out, err = run(*(tmp_path / one if "." in one else one for one in arguments))
    assert code == 1 and not out and "磁盘空间不足" in err
    assert [path.name for path in tmp_path.iterdir()] == ["p.gpkg"]
