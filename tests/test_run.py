"""The start script: old Pythons get a sentence, environments are made, kept and mended, its words are exact.

The environments made here are real, in a copy of the script beside a lock of one small wheel that carries
empty modules under the names of the product's packages: nothing is fetched, no time goes into hundreds of MB.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = """
import json, os, sys
platform = os.environ.get("QT_QPA_PLATFORM")
print(json.dumps({"arguments": sys.argv[1:], "platform": platform, "path": __file__}))
"""


@pytest.fixture
def run():
    """The script as a module of its own."""
    spec = importlib.util.spec_from_file_location("run_under_test", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- an old Python ---------------------------------------------------------------------------------


def test_python_3_6_can_read_it():
    text = (ROOT / "run.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 6))
    futures = [
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert futures == [], "3.6 does not know `from __future__ import annotations`"
    top = {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
    assert top <= {"hashlib", "json", "os", "platform", "re", "shutil", "socket", "subprocess", "sys"}


def test_too_old_python_gets_a_sentence_in_both_languages(run, monkeypatch, capfd):
    monkeypatch.setattr(run.sys, "version_info", (3, 6, 15, "final", 0))
    monkeypatch.setattr(run, "NEWER", ())
    assert run.main(["gaps"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert re.search(r"旗图需要 Python 3\.11 .*3\.6\.15.*\n.*needs Python 3\.11 .*3\.6\.15", err)


if os.name != "nt":  # Windows has the py launcher in place of versioned names

    def test_too_old_python_goes_on_with_a_newer_one(tmp_path):
        """A real hand-over: `python3.12` on the path is this interpreter; the old one is told to be old."""
        (tmp_path / "python3.12").symlink_to(sys.executable)
        shutil.copy(ROOT / "run.py", tmp_path)
        pretend = (
            "import sys, runpy; sys.argv = ['run.py', 'wheels', '--help'];"
            "sys.version_info = (3, 9, 1, 'final', 0); runpy.run_path('run.py', run_name='__main__')"
        )
        done = subprocess.run(
            [sys.executable, "-c", pretend],
            cwd=tmp_path,
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "python3.12" in done.stderr and "run.py wheels" in done.stdout


# --- the locks -------------------------------------------------------------------------------------


def pins(blocks: dict[str, list[str]]) -> dict[str, str]:
    return {name: re.match(r"[\w.-]+==([\w.]+)", found[0]).group(1) for name, found in blocks.items()}


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-test.lock", "requirements-old-glibc.lock"]
)
def test_every_locked_file_has_its_hash_and_no_address(run, name):
    text = (ROOT / name).read_text("utf-8")
    blocks = run.lock_blocks(text)
    assert blocks and all(
        "--hash=sha256:" in block and "==" in block for found in blocks.values() for block in found
    )
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_locks_hold_what_setup_cfg_asks_for(run):
    import configparser

    from packaging.requirements import Requirement

    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    product, tests = (
        pins(run.lock_blocks((ROOT / run.LOCKS[purpose]).read_text("utf-8")))
        for purpose in ("product", "test")
    )
    for line in settings["options"]["install_requires"].split("\n"):
        if line.strip():
            asked = Requirement(line)
            assert product[asked.name.lower()] in asked.specifier
    assert set(settings["options.extras_require"]["test"].split()) <= tests.keys()
    assert {name: tests[name] for name in product} == product, "both locks must pin the same"
    assert "gdal" not in tests


@pytest.mark.parametrize(
    ("machine", "glibc", "qt"),
    [
        ("x86_64", (2, 36), None),
        ("x86_64", (2, 31), "6.9.3"),
        ("aarch64", (2, 39), None),
        ("aarch64", (2, 36), "6.8.0.2"),
        ("AMD64", (), None),
    ],
)
def test_old_systems_get_an_older_qt(run, machine, glibc, qt):
    newest = pins(run.lock_blocks(run.lock_text("product", machine, ())))["pyside6-essentials"]
    text = run.lock_text("test", machine, glibc)
    found = set(re.findall(r"pyside6-essentials==([\d.]+)", text))
    assert (qt or newest) in found and (qt is None or newest not in found)
    assert text.count("pytest-qt==") == 1


# --- environments, for real ------------------------------------------------------------------------


def write_wheel(folder: Path, modules: list[str]) -> str:
    """A wheel `qitu_probe` 1.0 with empty `modules`; returns its SHA-256."""
    files = dict.fromkeys(modules, "")
    about = "qitu_probe-1.0.dist-info"
    files[f"{about}/METADATA"] = "Metadata-Version: 2.1\nName: qitu-probe\nVersion: 1.0\n"
    files[f"{about}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = "".join(
        "{},sha256={},{}\n".format(
            name,
            base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("="),
            len(text),
        )
        for name, text in files.items()
    )
    files[f"{about}/RECORD"] = record + f"{about}/RECORD,,\n"
    folder.mkdir(exist_ok=True)
    path = folder / "qitu_probe-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the script with lock, wheels and a program that tells how it was started; in 旗图 1."""
    spec = importlib.util.spec_from_file_location("run_for_tree", ROOT / "run.py")
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    place = tmp_path_factory.mktemp("place") / "旗图 1"
    (place / "app").mkdir(parents=True)
    (place / "app" / "__init__.py").write_text("")
    (place / "app" / "__main__.py").write_text(APP)
    shutil.copy(ROOT / "run.py", place)
    modules = [f"{name}/__init__.py" for name in run.IMPORTED]
    modules += [f"PySide6/{name}.py" for name in ("QtWidgets", "QtSvg", "QtPrintSupport")]
    digest = write_wheel(place / "wheels", modules)
    for lock in ("requirements.lock", "requirements-test.lock", "requirements-old-glibc.lock"):
        (place / lock).write_text(f"qitu-probe==1.0 \\\n    --hash=sha256:{digest}\n")
    start(place, "prepare")
    return place


def start(
    place: Path, *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess:
    """Runs the script in `place` as a person would; pip can reach no index."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP")
    }
    kept |= {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_TIMEOUT": "2",
        **environment,
    }
    return subprocess.run(
        [sys.executable, str(place / "run.py"), *arguments],
        cwd=cwd or place,
        env=kept,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_arguments_reach_the_program_and_stdout_stays_its_own(tree, tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text("raise SystemExit('the wrong app')")
    done = start(tree, "gaps", "文件 a.gpkg", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["arguments"] == ["gaps", "文件 a.gpkg", "--json"]
    assert Path(told["path"]) == tree / "app" / "__main__.py"
    assert done.stderr == "", "an environment that is ready is used without a word"


def test_without_a_display_the_main_job_is_done_and_said_in_one_line(tree, tmp_path):
    done = start(tree, cwd=tmp_path, CI="true", DISPLAY=":0")
    assert done.returncode == 0, done.stderr
    told, said = done.stdout.splitlines()
    assert json.loads(told) == {
        "arguments": ["headless", "--out", str(tmp_path / "out")],
        "platform": "offscreen",
        "path": str(tree / "app" / "__main__.py"),
    }
    assert str(tmp_path / "out") in said and "没有显示屏" in said


@pytest.mark.parametrize("harm", ["no stamp", "no module", "no interpreter", "a file in its place"])
def test_a_broken_environment_is_made_anew(tree, harm):
    venv = tree / ".venv"
    if harm == "no stamp":
        (venv / "qitu-stamp.json").unlink()
    elif harm == "no module":
        next(venv.glob("**/site-packages/shapely")).rename(venv / "elsewhere")
    elif harm == "no interpreter":
        for name in (*venv.glob("bin/python*"), *venv.glob("Scripts/python*")):
            name.unlink()
    else:
        shutil.rmtree(venv)
        venv.write_text("")
    done = start(tree, "info")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["arguments"] == ["info"]
    assert str(venv) in done.stderr


def test_a_wheel_that_is_not_the_locked_one_is_refused(tree):
    lock = tree / "requirements.lock"
    before = lock.read_text()
    lock.write_text(re.sub("sha256:.{8}", "sha256:" + "0" * 8, before))
    try:
        done = start(tree, "info")
    finally:
        lock.write_text(before)
    assert (done.returncode, done.stdout) == (1, "")
    assert "install.log" in done.stderr and "Traceback" not in done.stderr
    assert start(tree, "info").returncode == 0, "and the next start mends it"


@pytest.mark.parametrize("wheels", ["none", "unfit"])
def test_packages_out_of_reach_end_in_a_sentence_about_wheels(tree, wheels):
    shutil.move(tree / "wheels", tree / "kept")
    if wheels == "unfit":
        (tree / "wheels").mkdir()
    shutil.rmtree(tree / ".venv")
    try:
        done = start(tree, "info")
    finally:
        shutil.rmtree(tree / "wheels", ignore_errors=True)
        shutil.move(tree / "kept", tree / "wheels")
    assert (done.returncode, done.stdout) == (1, "")
    assert "run.py wheels" in done.stderr and "Traceback" not in done.stderr
    assert ("./wheels 里缺少" in done.stderr) == (wheels == "unfit")


# --- system libraries and displays -----------------------------------------------------------------


def test_missing_libraries_are_found_by_loading_them(run):
    nothing = ("libqitu-nothing.so.9", "libqitu-nothing9", "qitu-nothing")
    assert run.missing_libraries(sys.executable, (nothing,)) == [nothing]


@pytest.mark.parametrize(
    ("tools", "root", "command"),
    [
        (
            {"apt-get"},
            False,
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libgl1",
        ),
        ({"apt-get"}, True, "apt-get update && apt-get install -y --no-install-recommends libegl1 libgl1"),
        ({"dnf"}, False, "sudo dnf install -y libglvnd-egl libglvnd-glx"),
    ],
)
def test_the_command_for_missing_libraries_is_exact(run, monkeypatch, tools, root, command):
    monkeypatch.setattr(run.shutil, "which", lambda name: name if name in tools else None)
    monkeypatch.setattr(run, "is_root", lambda: root)
    assert run.library_command(list(run.QT_LIBRARIES[:2])) == command


if sys.platform == "linux":  # elsewhere nothing is installed

    def test_tests_get_a_browser_or_a_sentence_says_what_to_do(run, monkeypatch, capfd):
        there, asked = {"apt-get"}, []
        monkeypatch.setattr(run.shutil, "which", lambda name: name if name in there else None)
        monkeypatch.setattr(run, "apt_install", lambda packages: asked.append(packages) or False)
        monkeypatch.setattr(run, "is_root", lambda: False)
        assert not run.ensure_browser() and asked == [["chromium"]]
        said = capfd.readouterr().err
        assert "sudo apt-get install -y --no-install-recommends chromium" in said and "网页地图" in said
        monkeypatch.setattr(run, "apt_install", lambda packages: there.add("chromium") or True)
        assert run.ensure_browser() and run.ensure_browser()
        assert capfd.readouterr().err == ""

    def test_two_screens_are_installed_or_a_sentence_says_what_is_left_out(run, monkeypatch, capfd):
        there, asked = {"apt-get", "Xvfb"}, []
        monkeypatch.setattr(run.shutil, "which", lambda name: name if name in there else None)
        monkeypatch.setattr(run, "missing_libraries", lambda _python, wanted: [wanted[0]])
        monkeypatch.setattr(run, "apt_install", lambda packages: asked.append(packages) or False)
        monkeypatch.setattr(run, "is_root", lambda: True)
        assert not run.ensure_screens("python")
        assert asked == [["x11-xserver-utils", "xdotool", "openbox", "libxcb-cursor0"]]
        said = capfd.readouterr().err
        assert "install -y --no-install-recommends" in said and "xdotool" in said and "两块真屏幕" in said
        monkeypatch.setattr(run, "apt_install", lambda packages: True)
        assert run.ensure_screens("python") and capfd.readouterr().err == ""


if sys.platform == "linux":  # elsewhere there is always a display

    def test_a_display_counts_only_when_it_answers(run, monkeypatch, tmp_path):
        for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)
        assert not run.has_display()
        monkeypatch.setenv("DISPLAY", ":4242")
        assert not run.has_display()
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("\0/tmp/.X11-unix/X4242")
            server.listen()
            assert run.has_display()
            monkeypatch.setenv("CI", "true")
            assert not run.has_display()
        monkeypatch.delenv("CI")
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        assert run.has_display()
