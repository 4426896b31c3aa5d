"""A layer written from the window: the menu, the dialog, the job, the release gate and the export log."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.cli import main
from app.dialogs.layer_file import LayerFileDialog
from app.panels.layer_menus import of_layer


def answer(window, qtbot, ask, *, ending: str, out, whole: bool = False, public: bool = False):
    """Fill the dialog that `ask` opens; returns (level, words, advice) of the notice that follows."""
    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, LayerFileDialog)
        dialog.format.setCurrentIndex(dialog.format.findData(ending))
        dialog.format.activated.emit(dialog.format.currentIndex())
        assert dialog.chosen().suffix == ending
        assert "正在查看" in dialog.losses.text()  # a job: the dialog does not wait for it
        dialog.format.setCurrentIndex(dialog.format.findData(".dxf"))
        qtbot.waitUntil(lambda: "坐标系" in dialog.losses.text(), timeout=20_000)
        dialog.format.setCurrentIndex(dialog.format.findData(ending))
        dialog.path.setText(str(out))
        if whole:
            dialog.scope.setCurrentIndex(0)
        dialog.public.setChecked(public)
        dialog.go.click()

    QTimer.singleShot(200, fill)
    with qtbot.waitSignal(window.bus.notice, timeout=60_000) as told:
        ask()
    return told.args


def test_a_selection_and_a_layer_are_written_and_logged(window, qtbot, tmp_path):
    clinics = window.session.plan.table("clinic")
    window.session.select("clinic", [int(fid) for fid in clinics.fids[:2]])
    out = tmp_path / "选中.geojson"
    level, words, _ = answer(
        window, qtbot, lambda: window.run_command("export-layer", False), ending=".geojson", out=out
    )
    assert level == "ok" and "2" in words and len(json.loads(out.read_text("utf-8"))["features"]) == 2
    shape = tmp_path / "全部.shp"
    menu = of_layer(window.layers, window.session, window.bus, "clinic")
    (action,) = (one for one in menu.actions() if "导出" in one.text())
    assert answer(window, qtbot, action.trigger, ending=".shp", out=shape, whole=True)[0] == "ok"
    assert {".shp", ".shx", ".dbf", ".prj", ".cpg"} <= {path.suffix for path in tmp_path.glob("全部*")}
    assert [item.entry.op for item in window.session.history()] == ["export", "export"]
    assert not list(tmp_path.glob(".qitu-*"))
    # What is there stays: nothing is overwritten.
    from app.handlers.layer_file import write_in_job

    with qtbot.waitSignal(window.bus.notice, timeout=60_000) as told:
        write_in_job(window, "clinic", shape, public=False, fids=None)
    assert told.args[0] == "bad" and len(window.session.history()) == 2


@pytest.mark.parametrize("kind", ["household"])
def test_households_are_refused_before_anything_is_asked(window, qtbot, kind):
    with qtbot.waitSignal(window.bus.notice, timeout=5_000) as told:
        window.bus.export_layer.emit(kind)
    assert told.args[0] == "bad" and "个人信息" in told.args[1]


def test_the_command_line_says_what_a_format_cannot_carry_and_writes_nothing(project, tmp_path, capsys):
    out = tmp_path / "道路.dxf"
    assert main(["export-layer", str(project), "road", str(out), "--dry-run", "--json"]) == 0
    told = {one["code"]: one for one in json.loads(capsys.readouterr().out)["losses"]}
    assert told["columns_left"]["count"] > 5 and "no_crs" in told and not out.exists()
    assert main(["export-layer", str(project), "road", str(out), "--dry-run"]) == 0
    assert "只写编号和名称" in capsys.readouterr().out
