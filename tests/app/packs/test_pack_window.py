"""A pack made and checked in the window, through its dialogs."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.dialogs.pack import PackDialog
from app.dialogs.verified import VerifiedDialog
from tests.app.exports.banners import banner_of, people
from tests.app.packs.conftest import NAMES, shifted_banner, told
from tests.app.packs.plants import Planter, plant_csv, plant_json, plant_sheet, plant_web
from tests.app.windows import settle


def test_material_of_a_banner_elsewhere_is_packed_and_checked_in_the_window(
    make_window, qtbot, tmp_path, monkeypatch
):
    """Codes, zone, period and quotas are other ones."""
    plan = shifted_banner(banner_of(NAMES, people(range(4), lambda at: (9 + at * 3, 14 + at * 7))))
    told(tmp_path / "p.gpkg", plan, both=False).close()
    window = make_window(tmp_path / "p.gpkg")
    out, faults = tmp_path / "会上", []

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PackDialog)
        assert not dialog.exempt.isEnabled()
        dialog.path.setText(str(tmp_path))  # there are files in it
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        faults.append(dialog.fault.text())
        dialog.path.setText(str(out))
        dialog.audience.setCurrentIndex(1)
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        faults.append(dialog.fault.text())
        dialog.audience.setCurrentIndex(0)
        kept = [name for name, box in dialog.outputs.items() if box.isChecked()]
        for box in dialog.outputs.values():
            box.setChecked(False)
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        faults.append(dialog.fault.text())
        for name in kept:
            dialog.outputs[name].setChecked(name not in ("report", "slides", "gaps_workbook"))
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)

    QTimer.singleShot(200, fill)
    with qtbot.waitSignal(window.bus.notice, timeout=60_000) as done:
        window.run_command("pack")
    assert done.args[0] == "ok" and all(faults) and len(set(faults)) == 3
    left_out = {".docx", ".pptx", ".xlsx"}
    assert not left_out & {path.suffix for path in out.iterdir()} and (out / "网页故事.html").is_file()
    text = "".join(path.read_text("utf-8", "ignore") for path in out.iterdir())
    assert "990101100200" in text and "EPSG:4546" in text and "150724" not in text
    assert [item.entry.op for item in window.session.history()][0] == "export"

    planter = Planter()
    plant_csv(out, planter, ((1, 9), (2, 10), (3, 11)))
    plant_json(out, planter, ((0, "have"), (1, "need"), (2, "gap")))
    plant_web(out, planter)
    plant_sheet(out, planter, window.session, 0, 5)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))  # the system's own dialog
    with qtbot.waitSignal(window.jobs.ended, timeout=60_000):
        window.run_command("verify")
    settle(window)
    (dialog,) = window.findChildren(VerifiedDialog)
    found = dialog.done_check.findings
    assert {number for number in planter.planted if any(str(number) in one.found for one in found)} == set(
        planter.planted
    )
    assert {one.file for one in found} == set(planter.planted.values())
    assert dialog.isVisible() and dialog.table.rowCount() == len(found)
    row = next(row for row in range(len(found)) if dialog.table.item(row, 3).text() == "77001")
    words = [dialog.table.item(row, at).text() for at in range(6)]
    assert words[:2] == ["被改过", "缺口.csv"] and words[4] == "9" and "7.3" in words[5]
    dialog.filter.setText("77001")
    assert not dialog.table.isRowHidden(row)
    assert sum(dialog.table.isRowHidden(at) for at in range(len(found))) == len(found) - 1
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text().count("\n") == 0 and "77001" in QApplication.clipboard().text()
    dialog.close()
    settle(window)

    window.jobs.started.connect(lambda job: job.cancel())
    with qtbot.waitSignal(window.jobs.ended, timeout=60_000) as ended:
        window.run_command("verify")
    assert ended.args[1] == "cancelled"
    settle(window)
    assert not any(one.isVisible() for one in window.findChildren(VerifiedDialog))
