"""The targets board: a card a target, states only where a threshold is, figures typed in and undone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.dialogs.figure_history import FigureHistory
from app.messages import set_language
from app.panels.chips import ModalityChip, StatusChip
from app.panels.target_card import YearBars, value_words
from app.panels.targets import TargetsPanel
from layers.planning.gaps import gaps
from layers.planning.targets import target_states
from tests.app.panels.conftest import small_plan

LEFT = Qt.MouseButton.LeftButton


def board(bench, qtbot, *args, **more):
    made = bench(*args, **more)
    panel = made.show(TargetsPanel)
    qtbot.waitUntil(lambda: panel.results.board is not None and bool(panel.cards), timeout=60_000)
    return made, panel


def test_every_target_has_a_card_that_says_what_the_engine_says(bench, qtbot):
    made, panel = board(bench, qtbot, sample=True)
    plan, policy = made.session.plan, made.session.policy
    states = {state.target.id: state for state in target_states(plan, policy, gaps(plan, policy))}
    assert list(panel.cards) == list(states)
    for name, card in panel.cards.items():
        state = states[name]
        chips = card.findChildren(StatusChip)
        assert [chip.kind for chip in chips] == (
            [state.status] if state.target.threshold is not None else []
        )
        assert len(card.findChildren(ModalityChip)) == 1
        assert value_words(card.state) == value_words(state)
    bars = panel.cards["toilets"].findChildren(YearBars)
    assert {year: one.asked for year, one in bars[0].years.items()} == dict(policy.target("toilets").values)
    assert "946" in bars[0].accessibleName()
    asked = []
    made.bus.number_asked.connect(lambda ask, _answer, _policy: asked.append(ask.key))
    QTest.mouseClick(bars[0], LEFT, pos=QPoint(20, 20))
    QTest.keyClick(bars[0], Qt.Key.Key_Right)
    QTest.keyClick(bars[0], Qt.Key.Key_Return)
    assert asked == [f"target/toilets/all/years.{year}.delivered/now" for year in list(bars[0].years)[:2]]
    judged = [state for state in states.values() if state.target.threshold is not None]
    assert panel.tiles[0].number.text() == str(sum(state.status == "short" for state in judged))


def test_kind_and_words_filter_and_nothing_found_is_said(bench, qtbot):
    made, panel = board(bench, qtbot, small_plan())
    everything = len(panel.cards)
    QTest.mouseClick(panel.kinds.button("figure"), LEFT)
    kinds = {made.session.policy.target(name).kind for name in panel.cards}
    assert kinds == {"figure"} and len(panel.cards) < everything
    panel.search.setText("疫苗")
    assert panel.nothing.isVisible() or all(
        "疫苗" in card.accessibleName() for card in panel.cards.values()
    )
    panel.search.setText("no such thing")
    assert panel.nothing.isVisible() and not panel.cards
    QTest.mouseClick(panel.nothing.action, LEFT)
    assert len(panel.cards) == everything and panel.kinds.current() == "all"


def test_a_click_opens_the_service_in_the_gap_panel(bench, qtbot):
    made, panel = board(bench, qtbot, small_plan())
    card = panel.cards["toilets"]
    panel.body.ensureWidgetVisible(card)
    QTest.mouseClick(card, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, 60))
    assert made.asked["show_service"] == [("toilets",)] and made.asked["show_tab"] == [("gaps",)]
    without = next(card for card in panel.cards.values() if card.state.target.service is None)
    QTest.mouseClick(without, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, 40))
    assert len(made.asked["show_tab"]) == 1


def test_a_figure_is_typed_in_and_undone(bench, qtbot):
    made, panel = board(bench, qtbot, small_plan())
    assert value_words(panel.cards["vaccination"].state) == ""
    card = panel.cards["vaccination"]
    panel.body.ensureWidgetVisible(card)
    QTest.mouseClick(card.pencil, LEFT)
    QTest.keyClicks(card.form.value, "man")
    panel.retranslate()  # the board is made anew: nothing typed is lost

    def form():
        return panel.cards["vaccination"].form

    QTest.keyClicks(form().value, "y")
    QTest.keyClick(form().value, Qt.Key.Key_Return)
    assert not form().message.isHidden() and "many" in form().message.text() and made.session.history() == []
    form().value.clear()
    QTest.keyClicks(form().value, "92.5")
    QTest.keyClick(form().value, Qt.Key.Key_Return)
    assert "来源" in form().message.text() and made.session.history() == []
    QTest.keyClicks(form().date, "2025/12/31")
    QTest.keyClicks(form().source, "CDC 2026-3")
    QTest.keyClick(form().source, Qt.Key.Key_Return)
    row = made.session.plan.table("target_value").row(1)
    assert [row[name] for name in ("target_id", "year", "value", "as_of", "source")] == [
        "vaccination", 2025, 92.5, "2025-12-31", "CDC 2026-3"
    ]  # fmt: skip
    qtbot.waitUntil(lambda: value_words(panel.cards["vaccination"].state) == "92.5", timeout=30_000)
    card = panel.cards["vaccination"]
    assert card.state.status == "met"
    panel.body.ensureWidgetVisible(card)
    QTest.mouseClick(card.past, LEFT)
    qtbot.waitUntil(lambda: panel.window().findChild(FigureHistory) is not None)
    told = panel.window().findChild(FigureHistory)
    assert (
        len(told.lines) == 1
        and "甲" in told.lines[0]
        and "— → 92.5（截至 2025-12-31，来源：CDC 2026-3）" in told.lines[0]
    )
    QTest.keyClick(told, Qt.Key.Key_Escape)
    made.session.undo()
    assert "target_value" not in made.session.plan
    qtbot.waitUntil(lambda: value_words(panel.cards["vaccination"].state) == "", timeout=30_000)


def test_another_language_and_no_project(bench, qtbot):
    made, panel = board(bench, qtbot, small_plan())
    set_language("en")
    made.bus.language_changed.emit()
    assert panel.kinds.button("figure").text() == "Figures"
    assert panel.cards["toilets"].accessibleName() == made.session.policy.target("toilets").title.en
    made.session.close()
    assert panel.no_project.isVisible() and not panel.cards
