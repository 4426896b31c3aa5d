"""Every check of the tree, in the environment that `python3 run.py test` made; arguments go to the last part.

Style, import contracts, the domain's tests in an environment without Qt, and last the rest of the suite, so
that its summary closes the output. Tests share the processors, a file's tests staying together for their
fixtures. With arguments the last part is the whole suite, of which they choose, or the files they name. The
exit code is 1 when any part failed.
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADLESS = ROOT / ".venv-headless"
SCREEN_PARTS = ("pyside6-essentials", "shiboken6", "pyqtgraph", "pytest-qt")
"""What the domain must do without."""
CONTRACTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
PYTEST = ["-P", "-m", "pytest", "-p", "no:cacheprovider", "-n", str(min(os.cpu_count() or 1, 4)),
          "--dist", "loadfile"]
DOMAIN = "tests/layers"


def main(arguments: list[str]) -> int:
    """Runs all parts, also after one has failed; `arguments` go to pytest on the whole suite."""
    python = sys.executable
    named = any((ROOT / one.split("::")[0]).exists() for one in arguments if not one.startswith("-"))
    parts = (
        ("style", [python, "-m", "ruff", "check", "--no-cache", "--quiet", "."]),
        ("import contracts", [python, "-c", CONTRACTS, "--no-cache"]),
        ("the domain's tests without Qt", [str(headless_python()), *PYTEST, "-q", DOMAIN]),
        (
            "the suite",
            [python, *PYTEST, *(() if named else ("tests", "--ignore=tests/bench")),
             *(arguments or [f"--ignore={DOMAIN}"])],
        ),
    )
    failed = []
    for name, command in parts:
        print(f"-- {name}", flush=True)
        if subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL):
            failed.append(name)
    if failed:
        print("Failed: " + ", ".join(failed), file=sys.stderr, flush=True)
    return 1 if failed else 0


def headless_python() -> Path:
    """The interpreter of .venv-headless: a true environment, all of ours but Qt; remade when ours changes.

    Its files are hard links into our own environment: it costs two seconds and no disk, against a minute
    for a second installation.
    """
    python = HEADLESS / Path(sys.executable).relative_to(sys.prefix)
    stamp = Path(sys.prefix, "qitu-stamp.json").read_text(encoding="utf-8")
    ours = HEADLESS / "qitu-stamp.json"
    if ours.is_file() and json.loads(ours.read_text(encoding="utf-8")) == json.loads(stamp):
        return python
    shutil.rmtree(HEADLESS, ignore_errors=True)
    venv.create(HEADLESS, with_pip=False, symlinks=os.name != "nt")
    source = Path(sysconfig.get_path("platlib"))
    target = HEADLESS / source.relative_to(sys.prefix)
    left_out = {file.parts[0] for found in metadata.distributions(path=[str(source)])
                if found.metadata["Name"].lower().replace("_", "-") in SCREEN_PARTS
                for file in found.files or ()}
    for entry in source.iterdir():
        if entry.name not in left_out:
            link_tree(entry, target / entry.name)
    absent = "import sys, importlib.util as u; sys.exit(any(map(u.find_spec, sys.argv[1:])))"
    subprocess.check_call([str(python), "-I", "-c", absent, "PySide6", "shiboken6", "pyqtgraph", "pytestqt"])
    ours.write_text(stamp, encoding="utf-8")
    return python


def link_tree(source: Path, target: Path) -> None:
    """Hard links for a file or all files of a folder; copies where the file system has no links."""
    def link(old: str | Path, new: str | Path) -> None:
        try:
            os.link(old, new)
        except OSError:
            shutil.copy2(old, new)

    if source.is_dir():
        shutil.copytree(source, target, copy_function=link)
    else:
        link(source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
