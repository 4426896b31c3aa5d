"""The house itself: what lies where, who may import whom, what may not be done, what has bitten before."""

from __future__ import annotations

import ast
import configparser
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {
    "run.py",
    "setup.cfg",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    ".ci",
    ".ruff.toml",
    ".gitignore",
    ".gitattributes",
    "requirements.lock",
    "requirements-test.lock",
    "requirements-old-glibc.lock",
    "app",
    "layers",
    "resources",
    "data_samples",
    "tests",
}
NOT_REQUIRED = {"LICENSE"}
LONGEST_LINE = 110
CONTRACTS_COMMAND = (
    "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
)

SCREEN = "The domain knows no screen"
ORDER = "The order of the house: no arrow upward, strangers stay strangers"
ENGINES = "Engines touch no file"
PARTS = "Parts of the window touch no file: they read results and call Session.do"
FACES = "Both faces share a session without Qt"
PLANTS = [
    (SCREEN, "layers/geo/measure.py", "import PySide6.QtCore"),
    (SCREEN, "layers/maps/__init__.py", "def late():\n    import pyqtgraph"),
    (SCREEN, "layers/plan/plan.py", "from app import session"),
    (ORDER, "layers/maps/__init__.py", "import layers.store"),
    (ORDER, "layers/store/__init__.py", "import layers.planning"),
    (ORDER, "layers/plan/table.py", "import layers.maps"),
    (ORDER, "layers/geo/__init__.py", "import layers.plan"),
    (ORDER, "layers/catalogue/__init__.py", "import layers.policy"),
    (ORDER, "layers/errors.py", "import layers.geo"),
    (ENGINES, "layers/planning/__init__.py", "import sqlite3"),
    (ENGINES, "layers/planning/__init__.py", "def late():\n    import pyogrio"),
    (PARTS, "app/panels/__init__.py", "import layers.store"),
    (PARTS, "app/dialogs/__init__.py", "def late():\n    from layers import store"),
    (FACES, "app/session.py", "from PySide6 import QtCore"),
]


def tracked_files() -> list[Path]:
    """The files of the tree as git has them; in a copy without git, all but what the tools make."""
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=false", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    made = {".git", ".venv", ".venv-headless", "wheels", "out", "__pycache__", ".ruff_cache"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not made & set(path.relative_to(ROOT).parts) and path.name != ".venv.lock"
    ]


TRACKED = tracked_files()
SOURCES = [path for path in TRACKED if path.suffix == ".py"]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- what lies where -------------------------------------------------------------------------------


def test_top_level_is_the_house():
    there = {path.relative_to(ROOT).parts[0] for path in TRACKED}
    assert sorted(there - TOP_LEVEL) == [], "stray entries at the top of the tree"
    assert sorted(TOP_LEVEL - NOT_REQUIRED - there) == [], "missing from the top of the tree"


def test_no_line_is_longer_than_agreed():
    """Counted in characters; ruff's own rule counts a Chinese character as two."""
    long = [
        f"{name_of(path)}:{number} ({len(line)})"
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_no_file_names_a_machine():
    """No path of somebody's disk, no host of a package registry."""
    # in pieces, so that this file does not match itself
    words = [
        "/wo" + r"rk/",
        "/ho" + r"me/(?!x/)\w",
        "/ro" + "ot/",
        "/tm" + r"p/(?!\.X11-unix)",
        r"[A-Z]:\\{1,2}Use" + r"rs\\{1,2}(?!x)",
        "pypi" + r"\.org",
        "pythonhos" + "ted",
        "registry" + r"\.npmjs",
        "file" + ":///opt",
    ]
    bad = re.compile("|".join(words))
    found = []
    for path in TRACKED:
        if (
            path.suffix in {".ttf", ".png", ".gpkg", ".tif", ".ods", ".xls", ".xlsx", ".zip"}
            or path.suffix in {".docx", ".pptx"}
            or "corpus" in path.parts
        ):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if hit := bad.search(line):
                found.append(f"{name_of(path)}:{number} {hit.group()}")
    assert found == []


# --- who may import whom ---------------------------------------------------------------------------


def check_contracts(tree: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", CONTRACTS_COMMAND, "--no-cache", "--config", "setup.cfg"],
        cwd=tree,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONPATH": str(tree), "PYTHONUTF8": "1", "PATH": "", "SYSTEMROOT": ""},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copied_tree(tmp_path_factory) -> Path:
    tree = tmp_path_factory.mktemp("house")
    for package in ("app", "layers"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tree)
    return tree


def test_import_contracts_hold():
    code, said = check_contracts(ROOT)
    assert code == 0, said


@pytest.mark.parametrize(
    ("contract", "file", "plant"), PLANTS, ids=[f"{file}: {plant}" for _, file, plant in PLANTS]
)
def test_import_contract_bites(copied_tree, contract, file, plant):
    path = copied_tree / file
    before = path.read_text("utf-8")
    path.write_text(before + "\n\n" + plant + "\n", "utf-8")
    try:
        code, said = check_contracts(copied_tree)
    finally:
        path.write_text(before, "utf-8")
    assert code == 1, said
    assert f"{contract} BROKEN" in said


def test_every_part_of_the_domain_has_its_place_in_the_order():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    placed = set(re.findall(r"layers\.(\w+)", settings["importlinter:contract:order"]["layers"]))
    parts = {
        path.relative_to(ROOT / "layers").parts[0].removesuffix(".py")
        for path in SOURCES
        if ROOT / "layers" in path.parents
    } - {"__init__"}
    assert sorted(parts - placed) == []
    kept_out = settings["importlinter:contract:parts-of-the-window-touch-no-file"]["forbidden_modules"]
    assert {f"layers.{part}" for part in parts & {"store", "exchange"}} <= set(kept_out.split())


def test_the_domain_s_tests_need_no_window():
    """They also run where Qt is not installed: one that imports `app` would not even be collected there."""
    wrong = [
        name_of(path)
        for path in sorted((ROOT / "tests" / "layers").rglob("*.py"))
        if re.search(r"^\s*(from|import) (app|PySide6)\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert wrong == []


def test_imports_are_absolute():
    relative = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


# --- what may not be done --------------------------------------------------------------------------

GDAL_PACKAGES = {"fiona", "pyogrio", "osgeo", "rasterio"}
GDAL_CALLS = {"to_file", "read_file", "read_dataframe", "write_dataframe", "list_layers"}


def gdal_uses(tree: ast.Module) -> list[tuple[int, str]]:
    """Places where a module could make GDAL open a file in this process."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [
                (node.lineno, name.name) for name in node.names if name.name.split(".")[0] in GDAL_PACKAGES
            ]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in GDAL_PACKAGES:
            found.append((node.lineno, node.module))
        elif isinstance(node, ast.ImportFrom):
            found += [
                (node.lineno, name.name)
                for name in node.names
                if (node.module or "").startswith("geopandas") and name.name in GDAL_CALLS
            ]
        elif isinstance(node, ast.Attribute) and node.attr in GDAL_CALLS:
            found.append((node.lineno, node.attr))
    return found


def test_gdal_opens_no_file_in_our_process():
    """GDAL in the process that holds a project's transaction drops its lock: another's commit was lost so."""
    product = [
        path
        for path in SOURCES
        if name_of(path).startswith(("app/", "layers/")) and not name_of(path).startswith("layers/exchange/")
    ]
    assert len(product) > 40
    found = [f"{name_of(path)}:{line} {what}" for path in product for line, what in gdal_uses(tree_of(path))]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "import fiona",
        "from pyogrio import raw",
        "import pyogrio.raw as r",
        "frame.to_file('a.gpkg')",
        "import geopandas as g\nf = g.read_file",
        "from geopandas import read_file",
        "from osgeo import ogr",
    ],
)
def test_the_rule_about_gdal_bites(text):
    assert gdal_uses(ast.parse(text))


def test_qt_calls_keep_the_count_of_none():
    """PySide6 6.12.0 on Python 3.11 loses a reference to None a call and ends the process after thousands."""
    from PySide6.QtGui import QPainterPath

    path = QPainterPath()
    before = sys.getrefcount(None)
    for _ in range(1000):
        path.moveTo(0.0, 0.0)
    assert abs(sys.getrefcount(None) - before) < 100


# --- sentences -------------------------------------------------------------------------------------

PLACES = re.compile(r"\{(\w+)")


def sentences() -> list[tuple[str, str, str, dict[str, str]]]:
    """(file, section, key, entry) of everything in resources/i18n."""
    return [
        (path.name, section, key, entry)
        for path in TRACKED
        if path.parent == ROOT / "resources" / "i18n" and path.suffix == ".toml"
        for section, table in tomllib.loads(path.read_text("utf-8")).items()
        for key, entry in table.items()
    ]


def places(text: str) -> set[str]:
    """The places of a sentence; `{name_en}` is the English form of `{name}`."""
    return {name.removesuffix("_en") for name in PLACES.findall(text)}


def test_every_sentence_is_in_both_languages():
    wrong = []
    for file, section, key, entry in sentences():
        wanted = ("zh", "en", "hint_zh", "hint_en") if section == "error" else ("zh", "en")
        if not all(isinstance(entry.get(part), str) and entry[part].strip() for part in wanted):
            wrong.append(f"{file}: {section}.{key} lacks one of {wanted}")
        elif places(entry["zh"]) != places(entry["en"]):
            wrong.append(f"{file}: {section}.{key} has other places in zh than in en")
    assert wrong == []


def test_no_sentence_is_written_twice():
    keys = [(section, key) for _, section, key, _ in sentences()]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_error_has_its_sentence():
    """Each code that is raised with `InputError("code", ...)` and its kin stands in resources/i18n."""
    known = {key for _, section, key, _ in sentences() if section == "error"}
    unknown = []
    for path in SOURCES:
        if not name_of(path).startswith(("app/", "layers/", "data_samples/")):
            continue
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"InputError", "RuleError", "StoreError", "PlannerError"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and node.args[0].value not in known
            ):
                unknown.append(f"{name_of(path)}:{node.lineno} {node.args[0].value}")
    assert unknown == []
