"""Styles of a project: kept, undone, told to QGIS, carried to another layer, tried on the real map."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.actions import styles
from app.cli import main
from app.dialogs.style_editor import StyleDialog
from app.exports.picture import released_settings
from app.session import Session
from layers.catalogue.style import Stroke, Symbol
from layers.errors import InputError
from layers.maps.project_styles import project_styles
from layers.maps.restyle import single
from layers.maps.settings import LayerSettings
from layers.release import INTERNAL, PUBLIC
from layers.store import create_project
from tests.app.test_painter import at_ground
from tests.app.windows import settle
from tests.layers.maps.small_plan import at, small_plan, square

ROWS = [
    {"code": f"90000010000{n}", "name": f"嘎查{n}", "sumu_code": "900000100000",
     "out_of_poverty_households": 10 * n, "geom": square(n - 1, 0)} for n in (1, 2, 3)
]  # fmt: skip
COLUMN = "out_of_poverty_households"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "p.gpkg"
    create_project(path, small_plan(gacha=ROWS), title="试验")
    return path


def qgis(file) -> ElementTree.Element:
    """What QGIS opens the layer of gachas with."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as found:
        text = found.execute(
            "SELECT styleQML FROM layer_styles WHERE useAsDefault AND f_table_name ="
            " (SELECT table_name FROM qitu_layers WHERE kind = 'gacha')"
        ).fetchone()[0]
    return ElementTree.fromstring(text.partition("\n")[2])


def test_the_command_classes_a_layer_qgis_is_told_and_all_is_taken_back(file, capsys, tmp_path):
    before = ElementTree.tostring(qgis(file))
    line = ["style", str(file), "gacha", "--by", COLUMN]
    looks = ["--classes", "fixed:10,20", "--ramp", "viridis", "--json"]
    assert main([*line, *looks, "--out", str(tmp_path / "s.json")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["own"] and said["changed"] and said["classes"] == ["≤ 10 户", "10 – 20 户", "> 20 户", "未知"]
    rules = [rule.get("filter") for rule in qgis(file).iter("rule")]
    assert len(rules) == 4 and f'"{COLUMN}" > 10.0 AND "{COLUMN}" <= 20.0' in rules[1]
    session = Session(author="甲")
    session.open(file)
    assert [each.symbol.fill for each in project_styles(session.plan)["gacha"].classes[:3]] == [
        "#fde725", "#21918c", "#440154"
    ]  # fmt: skip
    session.undo()
    assert project_styles(session.plan) == {} and ElementTree.tostring(qgis(file)) == before
    session.redo()
    session.close()
    assert main(["style", str(file), "gacha", "--reset"]) == 0
    assert ElementTree.tostring(qgis(file)) == before
    assert main(["style", str(file), "gacha", "--file", str(tmp_path / "s.json")]) == 0
    assert len(list(qgis(file).iter("rule"))) == 4
    for wrong in (["--ramp", "rainbow"], ["--classes", "jenks:99"]):
        assert main([*line, *wrong]) == 1


def test_a_style_goes_to_a_layer_of_the_same_shape_and_to_no_other(file):
    session = Session(author="甲")
    session.open(file)
    red = single(session.catalogue["gacha"].style, Symbol("#c00000", strokes=(Stroke("#000000", 0.4),)))
    styles.set_style(session, "gacha", red)
    assert not styles.set_style(session, "gacha", red)  # as it is already: no step to undo
    words = styles.as_text(styles.style_of(session, "gacha"))
    carried = styles.from_text(session, "sumu", words)
    assert carried.symbol == red.symbol and carried.order == session.catalogue["sumu"].style.order
    ill = '{"qitu-style": 1, "order": "x"}'
    for kind, text in (("clinic", words), ("sumu", "{}"), ("sumu", "[1]"), ("sumu", ill)):
        with pytest.raises(InputError):
            styles.from_text(session, kind, text)
    session.close()


def test_a_column_that_may_not_leave_colours_nothing_that_leaves(file):
    session = Session(author="甲")
    session.open(file)
    styles.style(session, "gacha", by=COLUMN, classes="fixed:10,20")
    settings = LayerSettings.default(session.plan)
    assert settings.style(session.catalogue["gacha"]).classes
    assert released_settings(session.plan, settings, INTERNAL).style(session.catalogue["gacha"]).classes
    kind = session.catalogue["gacha"]
    assert released_settings(session.plan, settings, PUBLIC).style(kind) == kind.style
    session.close()


def test_in_the_window_what_is_tried_is_seen_kept_by_apply_and_left_by_escape(make_window, file):
    window = make_window(file)
    window.side.panels["gaps"].on_map.setChecked(False)
    window.layers.choose("gacha")
    spot = at(1.5, 0.3)

    def seen() -> tuple[int, ...]:
        settle(window)
        pixels = at_ground(window.map.grab().toImage(), window.map.view, spot, 3)
        return tuple(int(part) for part in pixels.mean(axis=0))

    plain = seen()
    window.run_command("style")
    dialog = window.findChild(StyleDialog)
    assert not dialog.isModal()
    QTest.mouseClick(dialog.ways.button("numbers"), Qt.MouseButton.LeftButton)
    dialog.column.setCurrentIndex(dialog.column.findData(COLUMN))
    assert dialog.classes.count() >= 3 and seen() != plain
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert seen() == plain and project_styles(window.session.plan) == {}
    settle(window)

    window.run_command("style")
    dialog = next(each for each in window.findChildren(StyleDialog) if each.isVisible())
    dialog.fields.fill.put("#20a040")
    dialog.fields.fill.changed.emit()
    dialog.fields.width_mm.setValue(0.6)
    assert dialog.fields.symbol.strokes[-1].width_mm == 0.6
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert "#20a040" in QGuiApplication.clipboard().text()
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    assert seen() == (0x20, 0xA0, 0x40)
    assert project_styles(window.session.plan)["gacha"].symbol.fill == "#20a040"
    window.run_command("undo")
    assert seen() == plain

    window.layers.choose("sumu")
    window.run_command("style")
    dialog = next(each for each in window.findChildren(StyleDialog) if each.isVisible())
    QTest.mouseClick(dialog.paste, Qt.MouseButton.LeftButton)
    assert dialog.style_shown.symbol.fill == "#20a040"
    QTest.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert dialog.style_shown == window.session.catalogue["sumu"].style
    dialog.reject()
