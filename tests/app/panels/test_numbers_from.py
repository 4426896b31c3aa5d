"""Every number of the computed panels by one mechanism: traced to the value that is shown, from the keyboard
too; the same value by its name alone; marked when a rule moved it, at exactly the numbers that moved."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtTest import QTest

from app.actions.rules import change_rule
from app.cli import main
from app.exports.profile_data import profile_data
from app.handlers.profile import page_numbers
from app.messages import set_language
from app.origins import trace_number
from app.panels.access import AccessPanel
from app.panels.bans import BansPanel
from app.panels.grazing import GrazingPanel
from app.panels.land_use import LandUsePanel
from app.panels.ledger import LedgerPanel
from app.panels.number_desk import moved_numbers
from app.panels.patches import PatchesPanel
from app.panels.planning import PlanningPanel
from app.panels.quotas import QuotasPanel
from app.panels.road_faults import RoadFaultsPanel
from app.panels.rule_watch import RuleWatch
from app.panels.schemes import SchemesPanel
from app.panels.targets import TargetsPanel
from app.panels.timeline import Timeline
from app.panels.toilet_ledger import ToiletLedgerPanel
from app.panels.zone_change import ZoneChangePanel
from app.trace_words import formula_words, trace_lines, value_words
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.changes import Changes
from layers.planning.profile import profile
from layers.provenance import Ask, ask_of
from tests.app.panels.conftest import A, B, at, box, small_plan
from tests.app.panels.test_access import GROUND as WAYS
from tests.app.panels.test_access import road
from tests.app.panels.test_grazing import GROUND as PASTURES
from tests.app.panels.test_ledger import BOOK

BUILT = {"built_on": "2023-05-01"}
IDEA = {"scheme": "甲", "status": "idea", "gacha_code": A, "kind_of_work": "road", "year": 2023}
EVERYTHING = {
    **WAYS, **PASTURES, **BOOK,
    "toilet": [
        {"code": f"T{at}", "household_code": f"H{at}", "gacha_code": gacha, "state": state, **more}
        for at, (gacha, state, more) in enumerate((
            (A, "accepted", {**BUILT, "accepted_on": "2023-06-01"}), (A, "built", BUILT), (A, "faulty", {}),
            (B, "rectified", {**BUILT, "accepted_on": "2024-02-01"}), (B, "unimproved", BUILT), (B, None, {}),
        ))
    ],
    "land_parcel": [
        {"BSM": f"L{south}", "DLBM": code, "DLMC": name, "QSXZ": "30",
         "geom": box(0.9, south, 1.1, south + 1)}
        for south, code, name in ((0.5, "0401", "天然牧草地"), (1.5, "1006", "农村道路"))
    ],
    "stock_well": [{"code": "W", "gacha_code": A, "geom": at(4, 8)}],
    "fence": [{"code": "F", "gacha_code": A, "geom": road("", (2, 6), (12, 6))["geom"]}],
    "suspect_patch": [
        {"code": f"P{at}", "state": state, "issued_on": "2024-05-01"}
        for at, state in enumerate(("issued", "issued", "found", "closed", None))
    ],
    "road": [road("R1", (2, 5), (12, 5)), road("R2", (25, 5), (27, 5)), road("R3", (5, 5), (5, 8))],
    "proposed_line": [
        {"code": "r1", "budget": 300.0, "geom": road("", (1, 1), (4, 5))["geom"], **IDEA},
        {"code": "r2", "budget": 90.5, "geom": road("", (1, 1), (1, 3))["geom"], **IDEA, "year": 2024},
    ],
}  # fmt: skip
VIEWS = {AccessPanel: ("gachas", "sumu", "parts"), GrazingPanel: ("load", "regimes"),
         LedgerPanel: ("items", "gacha", "sumu"), QuotasPanel: ("year", "sumu", "scheme"),
         ToiletLedgerPanel: ("progress",), BansPanel: ("gacha", "zone")}  # fmt: skip


@pytest.fixture
def made(bench):
    return bench(small_plan(**EVERYTHING))


def shown_by(made, qtbot, kind):
    panel = made.show(kind)
    if kind is SchemesPanel:
        panel.list.item(0).setCheckState(Qt.CheckState.Checked)
        qtbot.waitUntil(lambda: bool(panel.found))
    elif kind is TargetsPanel:
        qtbot.waitUntil(lambda: panel.results.board is not None)
    elif kind is LandUsePanel:
        made.session.select("proposed_line", [2])
        qtbot.waitUntil(lambda: panel.found is not None)
    elif kind is ZoneChangePanel:
        panel.old.day.setDate(QDate(2020, 6, 1))  # the ban holds from 2021 on
        QTest.mouseClick(panel.go, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: panel.result is not None)
    elif kind is ToiletLedgerPanel:
        qtbot.waitUntil(lambda: panel.board is not None)
    elif kind not in (PlanningPanel, PatchesPanel):
        qtbot.waitUntil(lambda: panel.result is not None)
    return panel


def numbers_of(panel):
    """(what names it, what is shown, its exact value or None) of every tile and cell."""
    for tile in panel.desk.tiles:
        if tile.ask is not None:
            yield tile.ask, tile.number.text(), None
    for words in panel.desk.words:
        yield from ((ask, number, None) for _, number, ask in words.parts)
    for strip in panel.desk.strips:
        yield from ((ask, strip._total(at).removeprefix("● "), None) for at, ask in strip.asks().items())
    for table in panel.desk.tables:
        for at_row, row in enumerate(table.records.lines):
            for at_column, column in enumerate(table.records.columns):
                if (ask := table.records.ask(at_row, at_column)) is not None:
                    shown = table.records.index(at_row, at_column).data()
                    yield ask, shown, column.value(row)


LEAST = {AccessPanel: 25, RoadFaultsPanel: 8, GrazingPanel: 20, LedgerPanel: 25, SchemesPanel: 5,
         TargetsPanel: 3, QuotasPanel: 8, PlanningPanel: 3,
         ToiletLedgerPanel: 8, PatchesPanel: 6, BansPanel: 5, ZoneChangePanel: 7,
         LandUsePanel: 8}  # fmt: skip
AT_HAND = {PlanningPanel}  # what is listed rests on what was typed


def check(session, panel, ask, shown, value):
    """The trace's number is the one that is shown, and is told in whole sentences."""
    answer, policy, _ = panel.desk.answer(ask)
    trace = trace_number(session.plan, policy, ask, answer)
    if value is not None:
        assert trace.low == pytest.approx(value), ask.key
    elif shown == "—":
        assert trace.low is None, ask.key
    else:
        typed = float(re.match(r"-?[\d.]+", shown.replace(",", "")).group())
        assert trace.low == pytest.approx(typed, abs=0.51), ask.key
    check_words(session, trace, ask)
    assert ask_of(ask.key) == ask


def check_words(session, trace, ask):
    for language in ("zh", "en"):
        set_language(language)
        words = [value_words(trace), formula_words(trace), *trace_lines(session.plan, trace, {}, ask)]
        assert not re.search(r"[{}]|\b(formula|unit|from)_", "\n".join(words).replace(ask.key, "")), words
    set_language("zh")


def test_what_stands_behind_a_number_and_how_the_keyboard_asks(made, qtbot):
    panel = shown_by(made, qtbot, AccessPanel)
    asked = []
    made.bus.number_asked.connect(lambda *what: asked.append(what))
    panel.table.setFocus()
    panel.table.selectRow(0)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    ask, answer, policy = asked.pop()
    assert (ask.what, ask.subject, ask.unit, ask.field) == ("access", "clinic:seats", A, "mean")
    trace = trace_number(made.session.plan, policy, ask, answer)
    assert trace.groups["counted"] == {"seat": (1,), "clinic": (1,)} and trace.low == pytest.approx(20)
    assert {"road_speed_class_iv", "access_approach_m"} <= {rule.id for rule in trace.rules}
    assert {"seat", "clinic", "road"} <= set(trace.provenance.digests)
    tile = panel.tiles[2]
    tile.setFocus()
    QTest.keyClick(tile, Qt.Key.Key_Space)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert [one[0].field for one in asked] == ["lost", "lost"]
    regimes = shown_by(made, qtbot, GrazingPanel)
    regimes.views.set_current("regimes")
    regimes._show()
    ban = Ask("grazing", "gacha:2023-12-31", A, "ban", 2023)
    trace = trace_number(made.session.plan, regimes.policy, ban, regimes.result)
    assert trace.low == pytest.approx(4000, rel=0.01) and trace.groups["counted"]["grazing_zone"] == (1,)
    homes = trace_number(made.session.plan, regimes.policy, Ask("ledger", "guarantees", A, "water"))
    assert homes.low == 4 and len(homes.groups["counted"]["household"]) == 4, "H…0, 2, 4, 6 lack it"


def test_every_figure_of_a_page_is_traced_to_what_the_page_shows(made):
    session = made.session
    found = profile(session.plan, session.policy, A, year=2023, on=datetime.date(2024, 1, 1))
    numbers = page_numbers(found, profile_data(session, found))
    assert len(numbers) >= 12 and {"ban", "capacity", "load", "works"} <= {ask.field for *_, ask in numbers}
    assert any(ask.field.startswith("reach.") for *_, ask in numbers)
    for _, shown, ask in numbers:
        answer = found if ask.what == "profile" else None
        trace = trace_number(session.plan, session.policy, ask, answer)
        if shown == "—":
            assert trace.low is None, ask.key
        else:
            assert trace.low == pytest.approx(float(shown.replace(",", "")), abs=0.51), ask.key
        check_words(session, trace, ask)
    homes = trace_number(session.plan, session.policy, Ask("profile", "unit", A, "households"), found)
    assert homes.low == len(homes.groups["counted"]["household"]) == 7


def test_a_rule_marks_exactly_the_numbers_that_it_moved_until_they_are_looked_at(made, qtbot):
    access, grazing = (shown_by(made, qtbot, kind) for kind in (AccessPanel, GrazingPanel))
    record = moved_numbers(made.bus)
    before = {ask.key: shown for ask, shown, _ in numbers_of(access)}
    assert not record.marks
    change_rule(made.session, "road_speed_class_iv.asphalt", "15", source="会议定")
    assert not record.marks, "the old numbers are still shown"
    for panel in (access, grazing):
        panel.compute()
        qtbot.waitUntil(lambda panel=panel: not panel.running and panel.policy is made.session.policy)
    after = {ask.key: shown for ask, shown, _ in numbers_of(access)}
    moved = {key for key in before if before[key] != after[key].removeprefix("● ")}
    assert moved and record.marks == moved
    key = f"access/clinic:seats/{A}/mean/now"
    assert key in moved and f"access/clinic:seats/{B}/mean/now" not in moved
    assert after[key].startswith("● ") and access.tiles[0].moved and "●" in access.tiles[0].caption.text()
    access.table.choose(lambda row: row.code == A)
    assert not record.has(key) and access.tiles[0].moved, "a row that was chosen has been looked at"
    QTest.mouseClick(access.tiles[0], Qt.MouseButton.LeftButton)
    assert not access.tiles[0].moved and "●" not in access.tiles[0].caption.text()
    made.session.undo()
    access.compute()
    qtbot.waitUntil(lambda: not access.running and access.policy is made.session.policy)
    assert record.marks >= {key}, "back again is a move, too"


def test_numbers_that_nobody_has_seen_are_marked_when_a_rule_moves_them(made, qtbot):
    session, old, plan = made.session, made.session.policy, made.session.plan
    watch = RuleWatch(session, made.jobs, made.bus)
    record = moved_numbers(made.bus)
    change_rule(session, "road_speed_class_iv.asphalt", "15", source="会议定")
    qtbot.waitUntil(lambda: bool(record.marks))
    told = dict(record.told)
    key = f"access/clinics:seats/{A}/mean/now"
    assert key in told and f"profile/unit/{A}/reach.clinics/now" in told, sorted(told)
    assert not any(one.startswith(("grazing/", "ledger/", "quota/", "network/")) for one in told)
    for name in [one for one in told if one.startswith("access/")]:
        for policy, value in ((old, told[name][0]), (session.policy, told[name][1])):
            assert trace_number(plan, policy, ask_of(name)).low == pytest.approx(value), name
        assert told[name][2] == ("road_speed_class_iv",)
    assert all(moved in record.words(key) for moved in ("road_speed_class_iv", f"{told[key][1]:.0f}"))
    kept = json.loads(json.dumps(record.kept()))
    record.forget()
    record.restore([*kept, "row/x/y"])
    assert record.told == told and record.has("row/x/y"), "also as it was kept before"
    record.looked_at("row/x/y", key)
    session.undo()
    qtbot.waitUntil(lambda: record.marks == {key})
    assert record.told[key][0] == told[key][1], "what was looked at moves again; the rest is what it was"
    change_rule(session, "sheep_unit_hay", "2.1", source="会议定")
    qtbot.waitUntil(lambda: any(one.startswith("grazing/") for one in record.marks))
    panel = shown_by(made, qtbot, GrazingPanel)
    own = next(ask for ask, *_ in numbers_of(panel) if (ask.unit, ask.field) == (A, "capacity"))
    assert record.has(own.key) and record.has(f"profile/unit/{A}/capacity/now")
    assert panel.table.records.index(0, 1).data().startswith("● "), "it was never shown before"
    assert watch.record is record


def test_a_number_by_its_name_on_the_command_line(made, capsys):
    path = str(made.session.path)
    made.session.close()
    assert main(["trace", path, f"access/clinic:seats/{A}/mean", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["low"] == pytest.approx(20) and said["key"] == f"access/clinic:seats/{A}/mean/now"
    assert said["last_changed"].keys() == said["digests"].keys()
    assert main(["trace", path, "gap/toilets", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["key"] == "gap/toilets/all/value/now"
    rule = ["--set", "road_speed_class_iv.asphalt=15", "--source", "会议定"]
    assert main(["rules", path, *rule, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rules"] == ["road_speed_class_iv"]
    seen = {one["id"][0]: one for one in told["moved"] if one["kind"] == "number"}
    one = seen[f"access/clinics:seats/{A}/mean/now"]
    assert one["before"][0] == pytest.approx(20) and one["after"][0] > 20
    assert main(["trace", path, one["id"][0], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["low"] == pytest.approx(one["after"][0])
    for key, code in (
        ("access", "number_key"), ("nothing/of", "number_family"),
        ("faults/roads/all/none", "number_unknown"),
        ("engine/roads/all/km", "number_at_hand"), ("access/clinic/all/mean/then", "number_key"),
    ):  # fmt: skip
        assert main(["trace", path, key, "--json"]) == 1, code
        assert json.loads(capsys.readouterr().out)["error"] == code


def test_names_of_numbers_are_read_as_they_are_written():
    full = Ask("scheme", "length", "150724", "year.2023", 2024, "甲/乙")
    odd = Ask("faults", "roads", "dead_end:G10/2%2F:1:2", "km")
    assert ask_of(odd.key) == odd and odd.key.count("/") == 4
    assert ask_of(full.key) == full and ask_of("gap/toilets") == Ask("gap", "toilets")
    with pytest.raises(InputError):
        ask_of("gap")


def test_counts_in_a_sentence_and_cells_of_the_toilet_ledger(made, qtbot):
    kept = {"service": "toilets", "quotas": {"2023": 3}, "cells": {A: {"2023": 3}}, "locks": []}
    plan = made.session.plan
    documents = (plan.set_document("scheme", "甲案", kept), plan.set_document("adopted", "toilets", "甲案"))
    made.session.do(Text("", ""), Changes(documents=documents))
    asked = []
    made.bus.number_asked.connect(lambda *what: asked.append(what))
    panel = shown_by(made, qtbot, ToiletLedgerPanel)
    panel.views.set_current("progress")
    panel._show()
    panel.counts.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.counts, Qt.Key.Key_Tab)
    QTest.keyClick(panel.counts, Qt.Key.Key_Return)
    assert asked.pop()[0] in [ask for *_, ask in panel.counts.parts]
    assert panel.table.choose(lambda row: row.gacha_code == A)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    (ask, answer, policy) = asked.pop()
    assert ask == Ask("toilets", "progress", A, "planned", 2023, "甲案"), "Enter: the first number of the row"
    assert trace_number(plan, policy, ask, answer).low == 3
    built = trace_number(plan, policy, Ask("toilets", "progress", A, "built", 2023), answer)
    assert built.low == 2 and built.groups["doubtful"] == {"toilet": (3,)}, "T2 has no day"
    for field, year in (("planned", 2023), ("total", None)):
        given = trace_number(made.session.plan, policy, Ask("years", "toilets", "", field, year, "甲案"))
        assert given.low == 3 and given.groups["counted"] == {"gacha": (1,)}
        check_words(made.session, given, Ask("years", "toilets", "", field, year, "甲案"))
    late = trace_number(plan, policy, Ask("patches", "ledger", "", "overdue"))
    assert late.groups["counted"] == {"suspect_patch": (1, 2, 3)} and late.low == 3


def test_what_moved_between_two_days_and_what_stands_in_a_ban(made, qtbot):
    panel = shown_by(made, qtbot, ZoneChangePanel)
    asked = []
    made.bus.number_asked.connect(lambda *what: asked.append(what))
    QTest.mouseClick(panel.tiles["gained"], Qt.MouseButton.LeftButton)
    ask, answer, policy = asked.pop()
    assert (ask.subject.split(":")[1], ask.unit, ask.field) == ("2020-06-01", "", "gained")
    panel.table.choose(lambda row: row.gacha_code == A)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.pop()[0].unit == A
    plan = made.session.plan
    trace = trace_number(plan, policy, ask, answer)
    assert trace.low == pytest.approx(4000, rel=0.01) and trace.groups["counted"] == {"grazing_zone": (1,)}
    assert not trace.groups["rest"].get("grazing_zone"), "nothing held on the first day"
    with pytest.raises(InputError):
        trace_number(plan, policy, Ask("zone_change", "grazing_zone:v1:now", "", "gained"))
    fence = trace_number(plan, policy, Ask("bans", "gacha:2024-01-01", A, "fence_km"))
    assert fence.low == pytest.approx(6, rel=0.01) and fence.low < 6.1
    assert fence.groups["counted"] == {"fence": (1,), "grazing_zone": (1,)}


def test_land_that_a_drawing_takes(made, qtbot):
    panel = shown_by(made, qtbot, LandUsePanel)
    asked = []
    made.bus.number_asked.connect(lambda *what: asked.append(what))
    panel.table.choose(lambda one: one.code == "1006")
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    ask, answer, policy = asked.pop()
    assert ask == Ask("land", "proposed_line:2", "1006|农村道路|30", "ha")
    trace = trace_number(made.session.plan, policy, ask, answer)
    assert trace.groups["counted"] == {"land_parcel": (2,), "proposed_line": (2,)}
    assert any(rule.id.startswith("footprint_") for rule in trace.rules)
    total = trace_number(made.session.plan, policy, Ask("land", "proposed_line:2", "", "ha"), answer)
    assert trace.low == pytest.approx(total.low / 2, rel=0.01), "1 of 2 km"
    panel.measure.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.measure, Qt.Key.Key_Tab)
    QTest.keyClick(panel.measure, Qt.Key.Key_Return)
    assert asked.pop()[0].unit == ""
    with pytest.raises(InputError):
        trace_number(made.session.plan, policy, Ask("land", "proposed_line:+40", "", "ha"))


def test_years_under_the_map(made, qtbot):
    asked = []
    made.bus.number_asked.connect(lambda *what: asked.append(what[0]))
    panel = made.show(Timeline, width=1100, height=90)
    qtbot.waitUntil(lambda: any(cell.done is not None for cell in panel.years.cells))
    session, cells = made.session, {cell.year: cell for cell in panel.years.cells}
    box = panel.strip.cell_box(list(cells).index(2023))
    for y, field in ((box.top() + 8, "asked"), (box.center().y(), "done")):
        QTest.mouseDClick(panel.strip, Qt.MouseButton.LeftButton, pos=QPoint(int(box.center().x()), int(y)))
        assert asked.pop() == Ask("years", "toilets", "", field, 2023)
        trace = trace_number(session.plan, session.policy, Ask("years", "toilets", "", field, 2023))
        assert trace.low == getattr(cells[2023], field), field
    assert trace.groups["counted"] == {"toilet": (1,)} and trace.low == 1, "accepted in 2023"
    panel.strip.show_years(panel.years, 2023)
    QTest.keyClick(panel.strip, Qt.Key.Key_Return)
    QTest.keyClick(panel.strip, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(panel.total, Qt.Key.Key_Return)
    assert [(one.field, one.year) for one in asked] == [("asked", 2023), ("done", 2023), ("total", None)]
    check_words(session, trace_number(session.plan, session.policy, asked[-1]), asked[-1])
    total = trace_number(session.plan, session.policy, asked[-1])
    assert total.low == float(panel.total.figure.text()) and total.groups["counted"]["toilet"]
