"""The page of a gacha in the window, by key and by menu, and saved."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.cli import main
from app.dialogs import release
from app.dialogs.profile import ProfileDialog
from app.dialogs.trace import TraceDialog
from app.handlers.profile import unit_code, units_at
from app.origins import trace_number
from app.session import Session
from app.trace_words import formula_words
from layers.planning.units import GACHA, SUMU
from tests.app.windows import settle
from tests.layers.maps.small_plan import small_plan


@pytest.fixture
def project(tmp_path):
    """A small project: two gachas of one name, each in a sumu of its own."""
    path = tmp_path / "small.gpkg"
    session = Session(author="tester")
    session.create(path, small_plan())
    session.close()
    return path


def test_the_page_in_the_window(window, tmp_path, capsys, monkeypatch):
    plan = window.session.plan
    assert main(["profile", str(window.session.path), "白音嘎查"]) == 1
    told = capsys.readouterr().err
    assert "900000100001" in told and "900000200001" in told

    window.run_command("profile")
    assert window.findChild(ProfileDialog) is None, "nothing is selected"
    gacha, sumu = plan.with_role(GACHA)[0], plan.with_role(SUMU)[0]
    at = list(gacha.column(gacha.kind.key)).index("900000200001")
    window.session.select(gacha.kind.id, [int(gacha.fids[at])])
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_P, keys)
    settle(window)
    dialog = window.findChild(ProfileDialog)
    assert "白音嘎查（西山镇）" in dialog.windowTitle() and dialog.page.pixmap().width() > 700

    numbers = {(ask.what, ask.field): (float(shown.replace(",", "")), ask)
               for _, shown, ask in dialog.numbers.parts if shown != "—"}  # fmt: skip
    assert {("profile", name) for name in ("area", "short", "unknown")} <= numbers.keys()
    for value, ask in numbers.values():
        trace = trace_number(plan, window.session.policy, ask)
        assert trace.low == pytest.approx(value, abs=0.51) and formula_words(trace), ask.key
    dialog.numbers.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(dialog.numbers, Qt.Key.Key_Tab)
    QTest.keyClick(dialog.numbers, Qt.Key.Key_Return)
    settle(window)
    card = window.findChild(TraceDialog)
    assert card is not None and card.trace.title.zh == "白音嘎查 · 登记牧户", "the first; nobody counted them"
    card.accept()

    out = tmp_path / "page.pdf"
    monkeypatch.setattr(release.ReleaseDialog, "exec", lambda self: self.path.setText(str(out)) or 1)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    settle(window)
    text = pdfium.PdfDocument(out.read_bytes())[0].get_textpage().get_text_range()
    for words in ("白音嘎查", "900000200001", "内部资料", "未经审图", "禁牧"):
        assert words in text, words
    logged = window.session.plan.documents["export_log"]
    assert any(one["what"] == "page.pdf" and "small_counts" in one["rules"] for one in logged.values())
    dialog.accept()

    place = gacha.row(int(gacha.fids[at]))["geom"].representative_point()
    assert [code for _, code in units_at(plan, (place.x, place.y))] == ["900000200001", "900000200000"]
    window.map.menu_asked.emit((place.x, place.y), window.map.rect().center())
    menu = next(one for one in window.findChildren(QMenu) if any("西山镇" in a.text() for a in one.actions()))
    assert len(menu.actions()) == 2
    menu.close()
    own = [int(fid) for fid, above in zip(gacha.fids, gacha.column("sumu_code"), strict=True)
           if above == "900000200000"]  # fmt: skip
    assert unit_code(plan, gacha.kind.id, frozenset(own)) == "900000200000"
    assert unit_code(plan, gacha.kind.id, frozenset(own[:1])) == "900000200001"
    assert unit_code(plan, sumu.kind.id, frozenset([int(sumu.fids[0])])) == sumu.column(sumu.kind.key)[0]
    assert unit_code(plan, "household", frozenset([1])) == ""
