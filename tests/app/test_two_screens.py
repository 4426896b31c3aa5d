"""A show by real keys on a real X server (Xvfb) with a window manager and two screens.

Where the machine lacks one of SCREEN_TOOLS this file is left out (conftest.py); `run.py test` installs them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT = ("L", "1920/508x1080/286+0+0", "screen")


@pytest.fixture
def display(tmp_path):
    """A display whose one frame buffer has two monitors: 1920 × 1080, and right of it 1280 × 800."""
    from tests.app.two_screens import RIGHT

    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-noreset", "-nolisten", "tcp", "-screen", "0", "3200x1080x24"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    for monitor in (LEFT, RIGHT):
        subprocess.run(
            ["xrandr", "--setmonitor", *monitor], env=environment, check=True, stdout=subprocess.DEVNULL
        )
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
    yield environment
    for process in (manager, server):
        process.terminate()
        process.wait()


def test_a_story_is_told_by_a_clicker_on_two_screens_one_of_which_is_pulled_out(display, tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.app.two_screens", str(tmp_path)], cwd=ROOT,
        env={**display, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "screens": ["L", "R"],
        "begins": True,
        "stands": ["R", True, "L"],
        "clicker": [1, 2, 1, 0, 1],
        "desk": ["乙", "讲乙", "下一张：丙", "第 2 张，共 3 张"],
        "next_is_painted": True,
        "clock": True,
        "black": [[0, 0, 0], True],
        "asked": True,
        "keys_on_the_desk": [2, 1],
        "manual": [True, ["L", "meeting"]],
        "after_manual": [2],
        "swapped": ["L", True, "R"],
        "pulled": ["L", True, "", 1],
        "plugged": ["R", True, "L", 2],
        "ends": True,
    }
