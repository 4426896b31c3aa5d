"""Scenes made by doing, gone to by a click, listed and painted from the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.actions.sharing import export
from app.cli import main
from app.dialogs.scenes import ScenesDialog
from layers.errors import InputError
from layers.plan.scenes import find, scenes
from tests.app.windows import settle


def row_of(dialog, row):
    return dialog.list.visualItemRect(dialog.list.item(row)).center()


def test_scenes_are_made_gone_to_and_painted(window, tmp_path, capsys):
    gacha = window.session.plan.with_role("unit.gacha")[0]
    window.run_command("save_scene")
    window.session.select(gacha.kind.id, [int(gacha.fids[3])])
    window.zoom_to_features(gacha.kind.id, frozenset([int(gacha.fids[3])]))
    window.bus.show_years(2023, None)
    window.layers.show_only(window.layers.visible() - {"river"})
    settle(window)
    near = window.map.view
    window.run_command("scenes")
    dialog = window.findChild(ScenesDialog)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    settle(window)
    first, second = scenes(window.session.plan)
    key = gacha.row(int(gacha.fids[3]))[gacha.kind.key]
    assert (first.year, second.year, second.theme) == (None, 2023, "toilets")
    assert second.highlighted == ((gacha.kind.id, key),) and "river" not in second.visible
    assert not dialog.list.item(1).icon().isNull() and len(dialog._pictures) == 2

    dialog.words.setText("缺厕所|先补这里")  # Qt types no Chinese
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=row_of(dialog, 0))
    settle(window)
    assert window.bus.year is None and window.layers.is_visible("river")
    assert not window.map.settings.callouts and window.map.view.scale > near.scale * 5
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=row_of(dialog, 1))
    settle(window)
    assert window.bus.year == 2023 and not window.layers.is_visible("river")
    assert window.map.selection == (gacha.kind.id, frozenset([int(gacha.fids[3])]))
    assert window.map.view.scale == pytest.approx(near.scale, rel=0.01)
    assert [one.text for one in window.map.settings.callouts] == ["缺厕所\n先补这里"]

    QTest.mouseClick(dialog.tools["up"], Qt.MouseButton.LeftButton)
    assert [one.id for one in scenes(window.session.plan)] == ["2", "1"]
    window.run_command("undo")
    assert [one.id for one in scenes(window.session.plan)] == ["1", "2"]
    dialog.choose("2")
    dialog.name.setFocus()
    dialog.name.setText("这里最缺")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    settle(window)
    assert find(window.session.plan, "这里最缺").callouts

    for name in ("o.png", "o.pdf"):
        export(window.session, tmp_path / name, scene="这里最缺", width=800, height=500)
        assert (tmp_path / name).stat().st_size > 10_000
    picture = QImage(str(tmp_path / "o.png")).convertToFormat(QImage.Format.Format_RGB888)
    assert (picture.width(), picture.height()) == (800, 500)
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(500, -1)[:, :2400].reshape(500, 800, 3)
    assert (pixels == (0xFF, 0xD2, 0x1F)).all(axis=2).sum() > 300  # the highlighted outline
    with pytest.raises(InputError) as told:
        export(window.session, tmp_path / "x.png", scene="这里最缺", year=2024)
    assert told.value.code == "scene_alone"
    path = window.session.path
    dialog.close()
    settle(window)
    assert not window.map.settings.callouts
    window.close()
    capsys.readouterr()
    assert main(["scenes", str(path), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in listed][1] == "这里最缺" and listed[1]["year"] == 2023
    assert main(["export", str(path), str(tmp_path / "y.png"), "--scene", "没有"]) == 1
