"""No number without an origin: whatever panel there is, every cell, total and figure that shows one can be
asked where it is from, or stands in a short list with the reason why not."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTableView

import app.panels
from app.actions import register
from app.actions.editing import edit
from app.origins import trace_number
from app.panels.attributes import AttributesPanel
from app.panels.bans import BansPanel
from app.panels.checks import ChecksPanel
from app.panels.computed import ComputedPanel
from app.panels.engine import EnginePanel
from app.panels.grazing import GrazingPanel
from app.panels.layer_tree import COUNT, MARGIN
from app.panels.layers import LayersPanel
from app.panels.models.engines import ENGINES
from app.panels.number_words import NumberLabel, NumberWords
from app.panels.panel import Panel
from app.panels.parts import Tile
from app.panels.planning_tab import PlanningTab
from app.panels.rows import RowTable
from app.panels.table import AttributeTable
from app.panels.totals_strip import TotalsStrip
from app.panels.verdicts import VerdictsPanel
from app.trace_words import trace_lines
from layers.errors import InputError
from layers.provenance import Ask
from tests.app.panels.conftest import A, B, small_plan
from tests.app.panels.test_numbers_from import (
    AT_HAND,
    EVERYTHING,
    LEAST,
    VIEWS,
    check,
    check_words,
    numbers_of,
    shown_by,
)

NUMBER = re.compile(r"^[●\s]*[-−]?\d[\d,.–/ ]*(%|km|公里|公顷|米|分|户)?$")

PLAIN = {
    "EnginePanel: label": "years above the fields that are typed into",
    "PlanningPanel: 年度": "a year that was entered",
    "QuotasPanel: 年度": "a year",
    "ToiletLedgerPanel: 年份": "a year",
    "ToiletPlanPanel: label": "the sum of the quotas, which are typed into the fields beside it",
    **{f"{panel}: total 0": "how many rows are listed above it" for panel in (
        "AccessPanel", "AttributeTable", "BansPanel", "GapsPanel", "GrazingPanel", "LedgerPanel",
        "PlanningPanel", "QuotasPanel", "ToiletLedgerPanel",
    )},
}  # fmt: skip
"""Numbers that are no result, and why."""


def _all(kind):
    """Every panel that there is: a new one is looked through without being named here."""
    for module in pkgutil.iter_modules(app.panels.__path__):
        importlib.import_module(f"app.panels.{module.name}")
    for one in kind.__subclasses__():
        yield one
        yield from _all(one)


HOLDERS = (ChecksPanel, ComputedPanel, PlanningTab)  # of panels that are looked at by themselves
PANELS = sorted(
    (kind for kind in _all(Panel) if kind not in HOLDERS), key=lambda one: one.__name__
)


def full(made, qtbot, kind):
    """A panel with as much to show as the small banner has."""
    if kind is EnginePanel:
        panel = EnginePanel(ENGINES["roads"], made.session, made.jobs, made.bus)
        qtbot.addWidget(panel)
        panel.show()
    elif kind in LEAST:
        return shown_by(made, qtbot, kind)
    else:
        panel = made.show(kind)
    if kind is VerdictsPanel:
        made.session.select("proposed_line", [1])
        qtbot.waitUntil(lambda: panel.judged is not None)
    elif kind is AttributesPanel:
        made.session.select("proposed_line", [1])
    elif kind is AttributeTable:
        panel.show_layer("proposed_line")
    qtbot.waitUntil(lambda: not made.jobs.running)
    return panel


def nameless(panel):
    """(where, what is shown) of every number that cannot be asked."""
    name = type(panel).__name__
    for view in panel.findChildren(QTableView):
        if not view.isVisibleTo(panel):
            continue
        model = view.model()
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                index = model.index(row, column)
                shown = str(index.data() or "")
                asked = view.ask_of(index) if isinstance(view, RowTable) else None
                if NUMBER.match(shown) and asked is None and not view.isColumnHidden(column):
                    heading = model.headerData(column, Qt.Orientation.Horizontal, 0)
                    yield f"{name}: {heading}", shown
    for strip in panel.findChildren(TotalsStrip):
        for column in strip.untraced() if strip.isVisibleTo(panel) else ():
            if re.search(r"\d", strip._total(column)):
                yield f"{name}: total {column}", strip._total(column)
    for tile in panel.findChildren(Tile):
        if tile.isVisibleTo(panel) and tile.focusPolicy() == Qt.FocusPolicy.NoFocus:
            yield f"{name}: tile", tile.number.text()
    for label in panel.findChildren(QLabel):
        inside = isinstance(label.parent(), Tile) or isinstance(label, NumberWords | NumberLabel)
        if label.isVisibleTo(panel) and not inside and NUMBER.match(label.text()):
            yield f"{name}: label", label.text()


def shown_in(made, qtbot, kind):
    """The panel in each of its views."""
    panel = full(made, qtbot, kind)
    for view in VIEWS.get(kind, ("",)):
        if view:
            (panel.by if kind is BansPanel else panel.views).set_current(view)
            panel._show()
        yield panel
    panel.hide()


def test_every_number_is_traced_to_what_is_shown_and_none_is_without_an_origin(bench, qtbot):
    made = bench(small_plan(**EVERYTHING))
    session, without = made.session, {}
    for kind in PANELS:
        seen = set()
        for panel in shown_in(made, qtbot, kind):
            for where, shown in nameless(panel):
                without.setdefault(where, set()).add(shown)
            for ask, shown, value in numbers_of(panel) if kind in LEAST else ():
                check(session, panel, ask, shown, value)
                seen.add(ask)
        assert len(seen) >= LEAST.get(kind, 0), kind
        for ask in sorted(seen, key=lambda one: one.key)[::6] if kind not in AT_HAND else ():
            with_answer = trace_number(session.plan, session.policy, ask, panel.desk.answer(ask)[0])
            again = trace_number(session.plan, session.policy, ask)
            assert (again.low, again.groups) == (with_answer.low, with_answer.groups), ask.key
    assert {where: sorted(shown) for where, shown in without.items() if where not in PLAIN} == {}
    assert set(PLAIN) <= set(without), "an exception that nothing needs any more"


def test_totals_counts_of_layers_and_single_values_by_mouse_and_key(bench, qtbot):
    made = bench(small_plan(**EVERYTHING))
    session, asked = made.session, []
    made.bus.number_asked.connect(lambda *what: asked.append(what))
    panel = shown_by(made, qtbot, GrazingPanel)
    strip = panel.table.totals
    qtbot.waitUntil(lambda: bool(strip.asks()))
    column = next(at for at in strip.asks() if panel.model.columns[at].key == "grazing_stock")
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.place_of(column).center().toPoint())
    ask, answer, policy = asked.pop()
    whole = trace_number(session.plan, policy, ask, answer)
    rows = [row.stock for row in panel.result.rows if row.stock is not None]
    assert whole.low == sum(rows) and len(whole.parts) == len(rows) and "点" in strip.tip(column)
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert asked.pop()[0] in strip.asks().values()
    panel.filter.setText("乙")
    assert strip.asks()[column].unit == B, "the sum of one row is that row's number"
    layers = LayersPanel(session, made.jobs, made.bus)
    qtbot.addWidget(layers)
    layers.resize(300, 900)
    layers.show()
    qtbot.waitUntil(lambda: not made.jobs.running)
    row = layers.tree.item_of("toilet")
    row.parent().setExpanded(True)
    row.setExpanded(True)
    layers.tree.scrollToItem(row.child(1))
    for item in (row, row.child(1)):
        box = layers.tree.visualItemRect(item)
        place = QPoint(box.right() - MARGIN - 2, box.top() + 11)
        QTest.mouseClick(layers.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        trace = trace_number(session.plan, session.policy, asked.pop()[0])
        counted = trace.groups["counted"].get("toilet", ())
        assert f"{trace.low:.0f}" == item.data(0, COUNT) == str(len(counted))
        check_words(session, trace, Ask("layer", "toilet"))
    layers.tree.setCurrentItem(row)
    QTest.keyClick(layers.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.pop()[0] == Ask("layer", "toilet", "", "count")
    session.select("pasture", [1])
    fields = made.show(AttributesPanel)
    fields.show_features([("gacha", 2)])
    field = fields.rows["reserve_ha"]
    QTest.mouseClick(field.title, Qt.MouseButton.LeftButton)
    QTest.keyClick(field.shown, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [one[0] for one in asked] == [Ask("value", "gacha", "2", "reserve_ha")] * 2
    assert trace_number(session.plan, session.policy, asked[0][0]).low == 2.25
    area = trace_number(session.plan, session.policy, fields.sizes.parts[0][2])
    assert area.low == pytest.approx(10_000, rel=1e-3) and area.formula == "value_area"
    for ask in (asked[0][0], fields.sizes.parts[0][2]):
        check_words(session, trace_number(session.plan, session.policy, ask), ask)
    secret = trace_number(session.plan, session.policy, Ask("value", "household", "1", "head"))
    assert secret.formula == "value_private" and "户主0" not in "".join(trace_lines(session.plan, secret, {}))


def test_a_value_tells_who_changed_it(bench, capsys):
    made = bench(small_plan(**EVERYTHING))
    session = made.session
    edit(session, "gacha", 2, {"reserve_ha": 4.0})
    edit(session, "gacha", 2, {"name": "乙嘎查新"})
    told = register.trace(session, "value/gacha/2/reserve_ha")
    assert told.data["low"] == 4.0 and len(told.data["history"]) == 1
    one = told.data["history"][0]
    assert one["who"] == "甲" and "2.25" in one["what"] and "4" in one["what"]
    assert any("2.25" in line and "甲" in line for line in told.lines)
    untouched = register.trace(session, "value/gacha/1/reserve_ha")
    assert untouched.data["history"] == [] and "没有改过" in untouched.lines[-1]
    summed = register.trace(session, f"gap/toilets/{A}+{B}/unknown")
    single = [register.trace(session, f"gap/toilets/{code}/unknown").data["low"] for code in (A, B)]
    assert summed.data["low"] == sum(single)
    with pytest.raises(InputError):
        register.trace(session, "layer/toilet/~3/sum.cost")
