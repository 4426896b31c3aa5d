"""For the tests of the window: Qt without a screen, its warnings are failures, the product's own fonts."""
from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.app.dropping import files  # noqa: F401 - a fixture
from tests.app.windows import (  # noqa: F401 - fixtures for every test here
    kept_window,
    make_window,
    project,
    still_window,
    window,
)

SCREEN_TOOLS = ("Xvfb", "xrandr", "xdotool", "openbox")
collect_ignore = [] if all(map(shutil.which, SCREEN_TOOLS)) else ["test_two_screens.py"]
"""A show on two screens needs an X server of its own: `run.py test` installs one, or says it could not."""

HERE = Path(__file__).resolve().parent
OFFSCREEN_CANNOT = "This plugin does not support"
"""What the screenless platform says of raising windows, size hints and key grabs: no fault of ours."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt fails the test in which it appears."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT, extend=True))


@pytest.fixture(scope="session", autouse=True)
def application(qapp) -> None:
    """The one application of the process, before a picture's command makes a smaller one without widgets."""


@pytest.fixture(autouse=True)
def language() -> None:
    """Every test begins in Chinese, whatever the one before it has spoken."""
    from app.messages import set_language

    set_language("zh")


@pytest.fixture(scope="session")
def fonts(qapp) -> str:
    """The bundled fonts, registered; the name of their family."""
    from PySide6.QtGui import QFontDatabase

    from resources import RESOURCES

    for file in sorted((RESOURCES / "fonts").glob("*.ttf")):
        assert QFontDatabase.addApplicationFont(str(file)) >= 0, file.name
    return "Noto Sans SC"
