"""The gate that every export passes: by allow-list, small counts beyond reckoning, no formula, no path."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from layers.catalogue.model import Column, LayerKind
from layers.catalogue.privacy import Privacy
from layers.catalogue.registry import default_catalogue
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError
from layers.policy.bundle import load_policy
from layers.release import (
    WITHHELD,
    Counts,
    Field,
    allowed_columns,
    clean_metadata,
    countable_kinds,
    drawable_kinds,
    export_record,
    footnotes,
    guard_formula,
    release_table,
    require_review,
    round_geometries,
    round_lonlat,
)
from layers.small_counts import Sum, withhold_small_counts


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_no_sensitive_kind_or_column_leaves(audience):
    catalogue = default_catalogue()
    allowed = allowed_columns(catalogue, audience=audience)
    limit = Privacy.PUBLIC if audience == "public" else Privacy.INTERNAL
    for kind in catalogue:
        if kind.sensitive:
            assert kind.id not in allowed and kind.id not in drawable_kinds(catalogue, audience)
        for name in allowed.get(kind.id, ()):
            assert kind.column(name).privacy <= limit
    assert {"gacha", "road", "clinic"} <= set(allowed)
    assert {"toilet", "household"} <= countable_kinds(catalogue)


def test_what_nobody_classified_stays(audience="internal"):
    bare = LayerKind("bare", Text("", ""), "household", "Point", (Column("code", Text("", "")),))
    odd = LayerKind(
        "odd",
        Text("", ""),
        "household",
        "Point",
        (Column("code", Text("", ""), privacy=Privacy.PUBLIC), Column("tail", Text("", ""), privacy=None)),
    )
    catalogue = default_catalogue().with_kind(bare).with_kind(odd)
    allowed = allowed_columns(catalogue, audience=audience)
    assert "bare" not in allowed and allowed["odd"] == ("code",)


def test_of_a_personal_kind_nothing_leaves_however_public_its_columns():
    kind = LayerKind(
        "homes",
        Text("", ""),
        "household",
        "Point",
        (Column("code", Text("", ""), privacy=Privacy.PUBLIC),),
        sensitive=True,
    )
    catalogue = default_catalogue().with_kind(kind)
    assert "homes" not in allowed_columns(catalogue) and "homes" not in drawable_kinds(catalogue)


def test_control_lines_whose_code_is_internal_are_not_drawn_for_the_public():
    catalogue = default_catalogue()
    assert "red_line" in drawable_kinds(catalogue, "internal")
    assert "red_line" not in drawable_kinds(catalogue, "public")
    assert "red_line" not in allowed_columns(catalogue, audience="public")
    with pytest.raises(InputError, match="audience_unknown"):
        drawable_kinds(catalogue, "everybody")


FIELDS = (
    Field("code", "代码", Privacy.PUBLIC),
    Field("have", "已有", Privacy.INTERNAL),
    Field("need", "需求", Privacy.INTERNAL),
    Field("head", "户主"),
)
COUNTS = Counts(lambda row: ("have", "need") if row["service"] == "toilets" else (), groups=(("service",),))


def rows(service, *pairs):
    return [
        {"code": f"15072{n}", "service": service, "have": have, "need": need, "head": "某人"}
        for n, (have, need) in enumerate(pairs)
    ]


def test_small_counts_of_households_are_withheld_and_those_of_clinics_are_not():
    table = release_table(
        FIELDS,
        rows("toilets", (2, 0), (9, 14), (30, 5), (None, None)),
        audience="internal",
        small_count=3,
        counts=COUNTS,
    )
    assert table.keys == ("code", "have", "need") and table.dropped == ("head",)
    assert [row[1:] for row in table.rows] == [(WITHHELD, 0), (WITHHELD, 14), (30, 5), (None, None)]
    assert table.withheld == 2
    clinics = release_table(
        FIELDS, rows("clinics", (2, 1)), audience="internal", small_count=3, counts=COUNTS
    )
    assert clinics.rows[0][1:] == (2, 1) and clinics.withheld == 0
    assert release_table(FIELDS, rows("toilets", (2, 0)), audience="public", small_count=3).keys == ("code",)


def test_a_row_that_adds_up_gives_nothing_away():
    """have + need = households, the same households under every service."""
    counts = Counts(
        lambda row: ("have", "need", "households"),
        sums=((("have", "need"), "households"),),
        same={"households": ("code",)},
    )
    fields = (*FIELDS[:3], Field("households", "户数", Privacy.INTERNAL))
    data = [
        {"code": "a", "service": "toilets", "have": 1, "need": 7, "households": 8},
        {"code": "a", "service": "other", "have": 4, "need": 4, "households": 8},
    ]
    table = release_table(fields, data, audience="internal", small_count=3, counts=counts)
    assert table.rows[0][1:] == (WITHHELD, WITHHELD, 8) and table.rows[1][1:] == (4, 4, 8)


def test_one_number_shown_twice_is_withheld_in_both_places():
    """2 + 2 = 4 gives both away, so the 4 must go; and it must not be reckoned from the other row."""
    counts = Counts(
        lambda row: ("have", "need", "households"),
        sums=((("have", "need"), "households"),),
        same={"households": ("code",)},
    )
    fields = (*FIELDS[:3], Field("households", "户数", Privacy.INTERNAL))
    data = [
        {"code": "a", "service": "toilets", "have": 2, "need": 2, "households": 4},
        {"code": "a", "service": "other", "have": 4, "need": 0, "households": 4},
    ]
    first, second = release_table(fields, data, audience="internal", small_count=3, counts=counts).rows
    assert first[1:] == (WITHHELD,) * 3
    assert second[3] == WITHHELD and WITHHELD in second[1:3]


def test_a_gap_that_is_the_need_is_withheld_with_it():
    counts = Counts(lambda row: ("need", "gap"), twins={"gap": "need"})
    fields = (Field("need", "", Privacy.PUBLIC), Field("gap", "", Privacy.PUBLIC))
    data = [{"need": 2, "gap": 2}, {"need": 7, "gap": 7}, {"need": 9, "gap": 4}]
    known = Counts(counts.of_row, groups=((),), twins=counts.twins)
    assert release_table(fields, data, audience="internal", small_count=3, counts=counts).rows == (
        (WITHHELD, WITHHELD),
        (7, 7),
        (9, 4),
    )
    summed = release_table(fields, data, audience="internal", small_count=3, counts=known).rows
    assert summed[0] == (WITHHELD,) * 2 and WITHHELD in (*summed[1], *summed[2])
    assert all((one == WITHHELD) == (other == WITHHELD) for one, other in summed[:2])


@pytest.mark.parametrize(
    ("counts", "known", "hidden"),
    [
        ([1, 1, 9], 11, {0, 1, 2}),  # 1 + 1 = 2 would give both away
        ([2, 2, 9, 12], 25, {0, 1, 2}),
        ([1, 2, 9], 12, {0, 1}),  # 1 + 2 or 2 + 1
        ([0, 0, 5], 5, set()),
        ([2, 8, 5], 15, {0, 2}),
    ],
)
def test_complements(counts, known, hidden):
    assert withhold_small_counts(counts, [Sum((*range(len(counts)),), None, known)], small_count=3) == hidden


def test_what_cannot_be_hidden_is_refused():
    with pytest.raises(RuleError, match="small_count_exposed"):
        withhold_small_counts([2], [Sum((0,), None, 2)], small_count=3)


@settings(max_examples=60, deadline=None)
@example([[0, 0, 1], [1, 0, 2], [3, 0, 3]])  # no single sum gives a cell away, all together do
@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=3))
def test_no_small_count_can_be_reckoned_from_a_table_with_its_margins(table):
    """Cells, row totals and column totals: an integer programme seeks the least and most each can be."""
    grid = np.array(table)
    height, width = grid.shape
    cells = [*grid.ravel().tolist(), *grid.sum(axis=1).tolist(), *grid.sum(axis=0).tolist()]
    row_total, column_total = height * width, height * width + height
    sums = [
        Sum(tuple(row * width + column for column in range(width)), row_total + row) for row in range(height)
    ]
    sums += [
        Sum(tuple(row * width + column for row in range(height)), column_total + column)
        for column in range(width)
    ]
    hidden = withhold_small_counts(cells, sums, small_count=3)
    shown = [cell for cell in range(len(cells)) if cell not in hidden]
    small = [cell for cell in hidden if 0 < cells[cell] < 3]
    assert not [cell for cell in shown if 0 < cells[cell] < 3]
    # A reader who can tell which marks are small; where everything is withheld, one who cannot.
    limits = [
        (cells[at], cells[at]) if at in shown else (1, 2) if shown and at in small else (0, 1000)
        for at in range(len(cells))
    ]
    matrix = np.zeros((len(sums), len(cells)))
    for number, one in enumerate(sums):
        matrix[number, list(one.parts)] = 1
        matrix[number, one.total] = -1
    for cell in small:
        least, most = (
            milp(
                sign * np.eye(len(cells))[cell],
                integrality=np.ones(len(cells)),
                bounds=Bounds(*zip(*limits, strict=True)),
                constraints=LinearConstraint(matrix, 0, 0),
            )
            for sign in (1, -1)
        )
        assert round(least.fun) < round(-most.fun), (table, sorted(hidden), cell)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =cmd|' /C calc'!A0", "＝1"]
)
def test_no_text_is_run_by_a_spreadsheet(text):
    assert guard_formula(text) == f"'{text}"
    fields = (Field("name", text, Privacy.PUBLIC), Field("n", "n", Privacy.PUBLIC))
    table = release_table(fields, [{"name": text, "n": -5}], audience="public", small_count=3)
    assert table.rows == ((f"'{text}", -5),) and table.headings[0] == f"'{text}"
    assert guard_formula("甲嘎查") == "甲嘎查"


def test_positions_for_the_public_are_coarse():
    policy = load_policy()
    place = np.array([[119.123456, 48.654321]])
    assert round_lonlat(place, policy, audience="public").tolist() == [[119.123, 48.654]]
    assert round_lonlat(place, policy, audience="internal").tolist() == place.tolist()
    shapes = np.array([shapely.Point(500_049, 5_300_051), None, shapely.box(0, 0, 10, 10)], object)
    rounded = round_geometries(shapes, policy, audience="public")
    assert rounded[0] == shapely.Point(500_000, 5_300_100) and rounded[1] is None and rounded[2] is None
    assert round_geometries(shapes, policy, audience="internal")[0] == shapes[0]


def test_a_file_says_nothing_about_who_made_it_where():
    facts = {
        "title": "缺口图",
        "author": "某人",
        "company": "某局",
        "date": "2024-05-01",
        "subject": r"C:\Users\x\图",
        "software": "QiTu",
        "layers": "/home/x/a.gpkg",
    }
    assert clean_metadata(facts) == {"title": "缺口图", "date": "2024-05-01", "software": "QiTu"}


def test_footnotes():
    assert footnotes("internal", is_map=True, withheld=1, sample=True) == (
        "keep_inside",
        "not_reviewed",
        "counts_withheld",
        "sample_data",
    )
    assert footnotes("public", is_map=True, review_number="蒙S（2024）001号") == ()
    assert footnotes("public", is_map=True, review_number=" ") == ("not_reviewed",)


def test_the_export_log_names_the_file_and_not_its_folder():
    record = export_record(
        b"abc",
        at="2024-05-01T10:00:00",
        what=r"D:\x\缺口.csv",
        audience="internal",
        columns=("a",),
        rows=2,
        rules=("allow_list",),
    )
    assert record.to_document() == {
        "at": "2024-05-01T10:00:00",
        "what": "缺口.csv",
        "audience": "internal",
        "columns": ["a"],
        "rows": 2,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "rules": ["allow_list"],
    }


def test_the_public_gets_nothing_without_a_review_number_or_a_ground():
    assert require_review("internal", "") == () and require_review("public", "蒙S（2026）001号") == ()
    assert require_review("public", " ", "自然资源部令第77号第六条") == ("exempt: 自然资源部令第77号第六条",)
    for ground in ("", "  "):
        with pytest.raises(RuleError) as told:
            require_review("public", "", ground)
        assert told.value.code == "review_number_needed"
    assert footnotes("public", is_map=True, exempt="依据") == ()
