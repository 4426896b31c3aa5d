"""The classes of a theme: chosen in the window, remembered, kept in a scene, asked for by command."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions import scenes as actions
from app.cli import main
from app.dialogs.classes import ClassesDialog
from app.handlers.classes import kept_looks
from app.handlers.scenes import captured, go_to
from layers.maps.classes import USUAL_LOOK, Classing, Look
from tests.app.windows import settle

LOOK = Look(Classing("fixed", 4, (30.0, 50.0, 70.0)), circles=True)


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
        dialog.limits.setText("30, 50, 70")
        dialog.circles.setChecked(True)
        assert [row[1].text() for row in dialog.rows[:4]] == ["> 70%", "50–70%", "30–50%", "≤ 30%"]
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, choose)
    QTest.mouseClick(panel.classed, Qt.MouseButton.LeftButton)
    settle(window)
    theme = window.gap_theme
    assert theme.limits == (30, 50, 70) and theme.columns is None and theme.circles.largest > 100
    assert theme.note.zh.startswith("自定断点，4 级")
    assert kept_looks(window.preferences)["toilets"] == LOOK

    kept = actions.save(window.session, captured(window))
    assert (kept.classes, kept.symbols) == ("fixed:30,50,70", True)
    window.bus.show_look("toilets", USUAL_LOOK)
    assert window.gap_theme.columns is not None
    go_to(window, kept)
    settle(window)
    assert window.gap_theme.limits == (30, 50, 70) and window.bus.looks["toilets"] == LOOK
    panel.show_service("clinics")
    assert not panel.classed.isEnabled(), "statuses have no classes to choose"
    QApplication.processEvents()

    path, out = str(window.session.path), tmp_path / "map.png"
    assert main(["export", path, str(out), "--service", "toilets", "--classes", "jenks:9"]) == 1
    assert "jenks:9" in capsys.readouterr().err and not out.exists()
    size = ["--width", "400", "--height", "300"]
    assert main(["export", path, str(out), "--scene", kept.name, *size]) == 0
    one = out.read_bytes()
    assert main(["export", path, str(out), "--scene", kept.name, "--classes", "quantile:7", *size]) == 0
    assert out.read_bytes() != one
