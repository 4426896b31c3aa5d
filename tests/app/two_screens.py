"""A show on a real X server with two screens: run as a program of its own by test_two_screens.py.

Keys and clicks are sent to the server (xdotool, by XTEST), which gives them to whichever window has the
focus: nothing here calls what a key does. It ends with what was seen, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions import scenes
from app.handlers.scenes import captured
from app.manual.reader import ManualWindow
from app.present.show import Show
from app.session import Session
from tests.app.windows import open_window, settle
from tests.layers.maps.small_plan import small_plan

RIGHT = ("R", "1280/338x800/211+1920+0", "none")


def send(*words: str) -> None:
    """Real keys and clicks."""
    subprocess.run(["xdotool", *words], check=True)


def until(holds: Callable[[], Any]) -> bool:
    """Whether something comes to hold; it is given ten seconds."""
    for _ in range(1_000):
        QTest.qWait(10)
        if holds():
            return True
    return False


def places(show: Show) -> list[Any]:
    """The screen of the stage, whether it fills that, and the screen of the desk, "" where it is hidden."""
    stage, desk = show.stage, show.desk
    whole = stage.isFullScreen() and stage.geometry() == stage.screen().geometry()
    return [stage.screen().name(), whole, desk.screen().name() if desk.isVisible() else ""]


def main(folder: Path) -> dict[str, Any]:
    """Tell a story of three scenes by keys, and pull and plug the second screen."""
    app = QApplication([])
    session = Session()
    session.create(folder / "p.gpkg", small_plan())
    session.close()
    window = open_window(app, folder / "memory.json", folder / "p.gpkg")
    seen: dict[str, Any] = {"screens": [one.name() for one in app.screens()]}
    for name in ("甲", "乙", "丙"):
        scenes.save(window.session, replace(captured(window), name=name, notes=f"讲{name}"))
    until(window.isActiveWindow)
    send("key", "shift+F5")
    seen["begins"] = until(lambda: window.findChild(Show) is not None)
    show = window.findChild(Show)
    stage, desk = show.stage, show.desk
    until(lambda: stage.isActiveWindow() and places(show) == ["R", True, "L"])
    seen["stands"] = places(show)
    settle(window)

    def keys(*wanted: tuple[str, int]) -> list[int]:
        gone = []
        for key, at in wanted:
            send("key", key)
            until(lambda at=at: show.at == at)
            gone.append(show.at)
        return gone

    seen["clicker"] = keys(("Next", 1), ("Next", 2), ("Prior", 1), ("Home", 0), ("space", 1))
    seen["desk"] = [desk.title.text(), desk.notes.toPlainText(), desk.next.text(), desk.place.text()]
    seen["next_is_painted"] = until(lambda: not desk.picture.pixmap().isNull())
    seen["clock"] = until(lambda: desk.gone.text() >= "00:01") and len(desk.now.text()) == 5
    middle = stage.geometry().center()
    send("key", "b")
    until(lambda: stage.blank)
    dark = app.screens()[1].grabWindow(0).toImage().pixelColor(640, 400).getRgb()[:3]
    send("key", "period")
    seen["black"] = [list(dark), until(lambda: not stage.blank)]
    send("mousemove", str(middle.x() + 200), str(middle.y()), "click", "1")
    seen["asked"] = until(lambda: stage.words.card)
    at = desk.frameGeometry().center()
    send("mousemove", str(at.x()), str(at.y()), "click", "1")
    until(desk.isActiveWindow)
    seen["keys_on_the_desk"] = keys(("Next", 2), ("Prior", 1))

    def manuals() -> list[ManualWindow]:
        return [one for one in window.findChildren(ManualWindow) if one.isVisible()]

    send("key", "F1")
    seen["manual"] = [until(lambda: manuals() and manuals()[0].isActiveWindow())]
    seen["manual"] += [(one.screen().name(), one.shown()) for one in manuals()]
    send("key", "Escape")
    until(lambda: not manuals() and (desk.isActiveWindow() or stage.isActiveWindow()))
    seen["after_manual"] = keys(("Next", 2))
    send("key", "x")
    until(lambda: places(show) == ["L", True, "R"])
    seen["swapped"] = places(show)
    send("key", "x")
    until(lambda: places(show) == ["R", True, "L"])

    subprocess.run(["xrandr", "--delmonitor", "R"], check=True)
    until(lambda: places(show) == ["L", True, ""] and stage.isActiveWindow())
    seen["pulled"] = [*places(show), *keys(("Prior", 1))]
    subprocess.run(["xrandr", "--setmonitor", *RIGHT], check=True)
    until(lambda: places(show) == ["R", True, "L"] and stage.isActiveWindow())
    seen["plugged"] = [*places(show), *keys(("Next", 2))]
    send("key", "Escape")
    seen["ends"] = until(lambda: window.findChild(Show) is None) and window.isVisible()
    settle(window)
    window.close()
    return seen


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1])), ensure_ascii=False))
