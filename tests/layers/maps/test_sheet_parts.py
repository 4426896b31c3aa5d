"""Sheets laid out by hand: their frames as records, moved, sized, aligned, snapped; what stands in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.paper_parts import PAPERS, Box, Plate, SheetTable, Words
from layers.maps.settings import LayerSettings
from layers.maps.sheet import Sheet, build_sheet
from layers.maps.sheet_edit import (
    SNAP_MM,
    Guides,
    Steps,
    added,
    aligned,
    guides,
    locked,
    moved,
    ordered,
    placed,
    removed,
    snapped,
    stretched,
)
from layers.maps.sheet_frame import SheetText
from layers.maps.sheet_parts import PART_KINDS, Part, Parts, may_be_added, on_page, parts_of
from layers.maps.sheet_template import PLAIN, SheetTemplate, read_template, shipped, template_record
from tests.layers.maps.small_plan import small_plan

A3, A4 = PAPERS["A3-landscape"], PAPERS["A4-portrait"]
TEXT = SheetText(
    "草原图", mark="内部资料 注意保存", warning="未经审图，不得公开", review="审图号：（未送审）", foot=("甲局",), small="数据 1",
    notes=("甲层含示意数据，不作划界和定位依据。",), notes_title="说明：", legend="图例", overview="位置", north="北",
    scale="比例尺", more="另有 {n} 项", signed="日期", values={"project": "试验"},
)  # fmt: skip
TABLE = SheetTable("厕所缺口", ("嘎查", "缺口"), (("甲", "1,200"), ("乙", "600"), ("丙", "—")))
PLAN = small_plan()


def sheet(template: SheetTemplate, paper: str = "", text: SheetText = TEXT) -> Sheet:
    shown = LayerSettings(frozenset({"gacha", "sumu", "banner"}))
    return build_sheet(PLAN, paper or template.paper, text, shown, table=TABLE, template=template)


def by_hand(*more: Part, base: SheetTemplate = PLAIN) -> SheetTemplate:
    made = sheet(base)
    return replace(base, parts=(*parts_of(made.frames, made.paper, divider=True), *more))


def words(made: Sheet, frame: str) -> list[str]:
    return [item.text for item in made.items if isinstance(item, Words) and item.frame == frame]


def within(made: Sheet) -> bool:
    page = Box(0, 0, made.paper.width, made.paper.height)
    boxes = [*made.frames.values(), *(item.box for item in made.items if isinstance(item, Words))]
    return all(page.holds(box) for box in boxes)


@pytest.mark.parametrize("base", shipped(), ids=lambda one: one.id)
def test_a_sheet_taken_in_hand_looks_as_before_and_is_kept_as_a_record(base: SheetTemplate) -> None:
    before, template = sheet(base), by_hand(base=base)
    after = sheet(template)
    assert after.map.box.holds(before.map.box) and after.scale == before.scale
    for name in ("title", "legend", "notes", "table", "mark", "review"):
        assert words(after, name) == words(before, name), name
    assert within(after) and not after.left_out
    assert read_template(template_record(template)) == template


def test_frames_show_their_contents_and_fields_are_filled() -> None:
    box = Box(20, 40, 60, 30)
    text = Part("text", box, Text("{project}一期，1:{scale}\n第二行", "x"), 4.0, "right")
    chart = Part("chart", Box(20, 80, 70, 40))
    made = sheet(by_hand(text, chart))
    first, second = (item for item in made.items if isinstance(item, Words) and item.frame == "text")
    assert first.text.startswith("试验一期，1:") and "{" not in first.text and second.text == "第二行"
    assert second.box.right == pytest.approx(box.right - 1.5, abs=0.1)  # on the map it has an edge round it
    bars = [item.box for item in made.items
            if isinstance(item, Plate) and item.fill == "accent" and chart.box.holds(item.box)]  # fmt: skip
    assert len(bars) == 2 and bars[0].width == pytest.approx(2 * bars[1].width)  # 1,200 : 600, unknown none
    assert words(made, "chart")[-2:] == ["丙", "—"]
    shown, none = LayerSettings(frozenset({"gacha"})), replace(TABLE, chart=0)
    made = build_sheet(PLAN, "A3-landscape", TEXT, shown, table=none, template=by_hand(chart))
    assert not words(made, "chart") and words(made, "table")  # units that cannot be compared


def test_what_finds_no_room_is_counted_and_notes_are_never_cut() -> None:
    template = by_hand()
    small = tuple(
        replace(part, box=replace(part.box, width=part.is_a.least[0], height=part.is_a.least[1]))
        if part.kind in ("legend", "table", "notes") else part
        for part in template.parts
    )  # fmt: skip
    made = sheet(replace(template, parts=small))
    assert set(made.left_out) == {"legend", "table"}
    assert "".join(words(made, "notes")) == "说明： 1 甲层含示意数据，不作划界和定位依据。" and within(made)


def test_marks_stand_over_whatever_is_put_there() -> None:
    mark = sheet(PLAIN).frames["mark"]
    template = by_hand(Part("text", mark, Text("公开 公开 公开", "x")))
    made = sheet(template)
    at = next(i for i, item in enumerate(made.items) if isinstance(item, Words) and item.text == TEXT.mark)
    plate = made.items[at - 1 - [isinstance(item, Plate) for item in reversed(made.items[:at])].index(True)]
    assert isinstance(plate, Plate) and plate.fill == "panel" and plate.box.holds(mark)
    assert all(not (isinstance(item, Words) and item.frame == "text") for item in made.items[at:])


def test_another_paper_takes_the_frames_along_and_margins_move_the_rest() -> None:
    made = sheet(by_hand(), "A4-portrait")
    assert made.paper == A4 and within(made)
    usual, wide = sheet(PLAIN), sheet(replace(PLAIN, margins=(25.0, 10.0, 8.0, 8.0)))
    assert wide.frames["whole"] == Box(25.0, 27.0, 387.0, 248.0)
    assert usual.frames["whole"] == Box(8.0, 25.0, 404.0, 250.0) and within(wide)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"parts": [{"kind": "text", "box": [1, 1, 9, 9]}]}, "map × 0"),
        ({"parts": [{"kind": "x"}]}, "parts 1"),
        ({"parts": [{"kind": "map", "box": [0, 0, float("nan"), 9]}]}, "parts 1"), ({"parts": 3}, "parts"),
        ({"parts": [{"kind": "text", "box": [0, 0, 9, 9], "words": "甲" * 601}]}, "parts 1"),
        ({"margins": [8, 8, 8]}, "margins"), ({"margins": [8, 8, 8, 41]}, "margins"),
    ],
)  # fmt: skip
def test_records_that_are_wrong_are_refused(change: dict, what: str) -> None:
    with pytest.raises(InputError, match="template_damaged") as told:
        read_template({"id": "x", **change})
    assert what in told.value.fields["what"]
    parts = [{"kind": "map", "box": [0, 0, 90, 90]}, {"kind": "notes", "box": [0, 0, 90, 9]}]
    assert len(read_template({"id": "x", "parts": parts}).parts) == 2
    with pytest.raises(InputError, match="template_field_unknown"):
        read_template(
            {"id": "x", "parts": [*parts, {"kind": "text", "box": [0, 0, 9, 9], "words": "{secret}"}]}
        )


# -- editing ---------------------------------------------------------------------------------------

EDGES = st.floats(-500, 900, allow_nan=False)
SOME: Parts = (
    Part("map", Box(10, 30, 200, 200)), Part("notes", Box(220, 30, 60, 20)),
    Part("text", Box(230, 60, 40, 10)), Part("picture", Box(300, 90, 30, 50)),
)  # fmt: skip
PAGE = Box(0, 0, A3.width, A3.height)


@given(EDGES, EDGES, st.sampled_from(("n", "s", "e", "w", "nw", "ne", "sw", "se")), st.integers(0, 3))
def test_nothing_ever_leaves_the_page_or_gets_too_small(dx: float, dy: float, handle: str, at: int) -> None:
    for parts, page in (
        (moved(SOME, A3, (0, at), dx, dy), A3),
        (placed(SOME, A3, at, Box(dx, dy, dx, dy)), A3),
        (placed(SOME, A3, at, stretched(SOME[at].box, handle, dx, dy, SOME[at].is_a.least, A3)), A3),
        (on_page(SOME, A3, A4), A4),
    ):
        for part in parts:
            assert Box(0, 0, page.width, page.height).holds(part.box, 1e-6)
            assert part.box.width >= part.is_a.least[0] - 1e-9
            assert part.box.height >= part.is_a.least[1] - 1e-9


def test_moving_keeps_the_chosen_together_and_stretching_keeps_the_other_edge() -> None:
    both = moved(SOME, A3, (2, 3), 200, 0)  # the picture's edge stops both: 420 - 330 = 90
    assert [both[at].box.left for at in (2, 3)] == [320, 390] and both[:2] == SOME[:2]
    box = stretched(SOME[3].box, "nw", 100, -10, (4, 4), A3)
    assert (box.right, box.bottom) == (330, 140) and (box.left, box.top) == (326, 80)


def test_aligning() -> None:
    def lefts(how: str) -> list[Box]:
        return [aligned(SOME, A3, (1, 2, 3), how)[at].box for at in (1, 2, 3)]

    assert {box.left for box in lefts("left")} == {220} and {box.right for box in lefts("right")} == {330}
    assert {box.top for box in lefts("top")} == {30} and {box.bottom for box in lefts("bottom")} == {140}
    assert {box.left + box.width / 2 for box in lefts("centre")} == {275}
    assert {box.top + box.height / 2 for box in lefts("middle")} == {85}
    assert {box.width for box in lefts("width")} == {30} and {box.height for box in lefts("height")} == {50}
    assert aligned(SOME, A3, (1,), "left") == SOME


def test_edges_snap_to_margins_and_other_frames_within_two_millimetres() -> None:
    lines = guides(SOME, A3, (8, 8, 8, 8), (2,))
    assert {8, 210, 412, 220, 280} <= set(lines.xs) and 230 not in lines.xs
    text = SOME[2].box  # 230–270 × 60–70
    assert snapped(text, -8.5, 0, lines)[:1] == (-10,)  # 221.5 -> 220
    dx, _, xs, _ = snapped(text, 8.0, 0, lines)  # 278 -> 280 by exactly SNAP_MM
    assert (dx, xs) == (10, (280,)) and SNAP_MM == 2
    assert snapped(text, 7.9, 0, lines)[0] == 7.9
    only = Guides((100.0,), ())
    assert snapped(Box(90, 0, 11, 5), 0, 0, only, handle="w")[0] == 0  # the eastern edge does not move
    assert snapped(Box(90, 0, 11, 5), 0, 0, only, handle="e")[0] == -1


def test_order_among_frames() -> None:
    """Four frames by their left edges; 1 and 2 go together, and keep their order."""
    parts = tuple(Part("text", Box(left, 0, 20, 10)) for left in (0.0, 1.0, 2.0, 3.0))

    def after(chosen: list[int], how: str) -> tuple[list[float], list[int]]:
        made, at = ordered(parts, chosen, how)
        return [part.box.left for part in made], at

    assert after([1, 2], "front") == ([0, 3, 1, 2], [2, 3])
    assert after([2, 1], "back") == ([1, 2, 0, 3], [1, 0])
    assert after([1, 2], "forward") == ([0, 3, 1, 2], [2, 3])
    assert after([1, 2], "backward") == ([1, 2, 0, 3], [0, 1])
    assert after([0], "backward") == ([0, 1, 2, 3], [0])
    assert after([2, 3], "forward") == ([0, 1, 2, 3], [2, 3])


def test_what_is_locked_stays_and_is_kept_so() -> None:
    parts = (Part("map", Box(0, 0, 100, 100)), Part("notes", Box(0, 100, 90, 16)),
             Part("text", Box(10, 10, 20, 10)), Part("text", Box(50, 50, 20, 10)))  # fmt: skip
    held = locked(parts, [2])
    assert held[2].locked and moved(held, A3, [2, 3], 5, 5)[2:] == (held[2], replace(
        held[3], box=Box(55, 55, 20, 10)))  # fmt: skip
    assert placed(held, A3, 2, Box(0, 0, 50, 50)) == held and removed(held, [2]) == held
    assert aligned(held, A3, [2, 3], "left")[2] == held[2]
    assert locked(held, [2, 3])[3].locked and locked(locked(held, [2, 3]), [2, 3]) == parts
    record = template_record(replace(PLAIN, id="x", parts=held))
    assert read_template(record).parts == held
    with pytest.raises(InputError, match="template_damaged"):
        read_template({**record, "parts": [{**record["parts"][2], "locked": "yes"}]})


def test_adding_and_taking_away() -> None:
    more = added(SOME, A3, "text", Text("甲", "A"))
    assert more[:-1] == SOME and more[-1].words.zh == "甲" and PAGE.holds(more[-1].box)
    assert added(SOME, A3, "outline", Text("", ""))[0].kind == "outline"  # under the others
    assert [part.kind for part in removed(SOME, (0, 1, 2))] == ["map", "notes", "picture"]
    kinds = {kind.id for kind in may_be_added(SOME)}
    assert "text" in kinds and "map" not in kinds and kinds < set(PART_KINDS)


def test_steps_go_back_and_forth_and_a_new_one_forgets_what_was_undone() -> None:
    steps = Steps(1).step(2).step(2).step(3)
    assert (steps.undo().now, steps.undo().undo().now, steps.undo().undo().undo().now) == (2, 1, 1)
    assert steps.undo().redo() == steps and steps.undo().step(4).redo().now == 4
