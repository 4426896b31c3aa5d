"""The classes of a theme: chosen in the window, remembered, kept in a scene, asked for by command."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions import scenes as actions
from app.cli import main
from app.dialogs.classes import ClassesDialog
from app.handlers.classes import kept_looks
from app.handlers.scenes import captured, go_to
from app.session import Session
from layers.maps.classes import USUAL_LOOK, Classing, Look
from tests.app.windows import settle
from tests.layers.maps.small_plan import at, small_plan
from tests.layers.maps.test_scene import CODES

LOOK = Look(Classing("fixed", 4, (30.0, 50.0, 80.0)), circles=True)
WITHOUT = (20, 50, 70, 90)


@pytest.fixture
def project(tmp_path):
    """Four gachas of 10 households, of which 2, 5, 7 and 9 have no toilet: 20, 50, 70 and 90 per cent."""
    homes, toilets = [], []
    for (column, row), code, share in zip(((0, 0), (1, 0), (0, 1), (1, 1)), CODES, WITHOUT, strict=True):
        for n in range(10):
            place = shapely.Point(at(column + 0.5, row + 0.5))
            homes.append({"code": f"{code}{n}", "gacha_code": code, "geom": place})
            toilets.append({"code": f"T{code}{n}", "household_code": f"{code}{n}", "geom": place,
                            "state": "unimproved" if n < share / 10 else "accepted"})  # fmt: skip
    path = tmp_path / "small.gpkg"
    session = Session(author="tester")
    session.create(path, small_plan(household=homes, toilet=toilets))
    session.close()
    return path


def test_classes_are_chosen_remembered_and_kept_in_a_scene(window, tmp_path, capsys):
    window.bus.show_tab.emit("gaps")
    settle(window)
    panel = window.side.panels["gaps"]
    panel.show_service("toilets")

    def choose() -> None:
        dialog = window.findChild(ClassesDialog)
        QTest.mouseClick(dialog.methods.button("jenks"), Qt.MouseButton.LeftButton)
        assert not dialog.limits.isVisible() and dialog.look.classing == Classing("jenks", 4)
        QTest.mouseClick(dialog.methods.button("fixed"), Qt.MouseButton.LeftButton)
        assert dialog.limits.text().count(",") == 2, "it begins with the limits that are there"
        dialog.limits.setText("50, 30")
        assert not dialog.go.isEnabled() and dialog.fault.isVisible()
        dialog.limits.setText("30, 50, 80")
        dialog.circles.setChecked(True)
        assert [row[1].text() for row in dialog.rows[:4]] == ["> 80%", "50–80%", "30–50%", "≤ 30%"]
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, choose)
    QTest.mouseClick(panel.classed, Qt.MouseButton.LeftButton)
    settle(window)
    theme = window.gap_theme
    assert theme.limits == (30, 50, 80) and theme.columns is None and theme.circles.largest == 9
    assert theme.note.zh.startswith("自定断点，4 级")
    assert kept_looks(window.preferences)["toilets"] == LOOK

    kept = actions.save(window.session, captured(window))
    assert (kept.classes, kept.symbols) == ("fixed:30,50,80", True)
    window.bus.show_look("toilets", USUAL_LOOK)
    assert window.gap_theme.columns is not None
    go_to(window, kept)
    settle(window)
    assert window.gap_theme.limits == (30, 50, 80) and window.bus.looks["toilets"] == LOOK
    panel.show_service("clinics")
    assert not panel.classed.isEnabled(), "statuses have no classes to choose"
    QApplication.processEvents()

    path, out = str(window.session.path), tmp_path / "map.png"
    assert main(["export", path, str(out), "--service", "toilets", "--classes", "jenks:9"]) == 1
    assert "jenks:9" in capsys.readouterr().err and not out.exists()
    size = ["--width", "400", "--height", "300"]
    assert main(["export", path, str(out), "--scene", kept.name, *size]) == 0
    one = out.read_bytes()
    assert main(["export", path, str(out), "--scene", kept.name, "--classes", "quantile:3", *size]) == 0
    assert out.read_bytes() != one
