"""Names: as wide as the font says, never on top of each other, the important ones first."""

from __future__ import annotations

import numpy as np

from layers.maps.labels import COUNT, SEAT, SELECTED, UNIT, Request, in_brackets, short_name
from layers.maps.placing import place
from layers.maps.type import text_width
from layers.maps.viewport import View

VIEW = View((0.0, 0.0), 800_000, 900, 600)


def _requests(count: int) -> list[Request]:
    rng = np.random.default_rng(5)
    words = ("白音乌拉嘎查", "辉河", "锡尼河东苏木", "A12", "伊敏")
    ranks = ("gacha", "river", "sumu", "place", "count")
    return [
        Request(
            words[at % 5],
            ranks[at % 5],
            (UNIT, 50, SEAT, 40, COUNT)[at % 5],
            f"{at:04d}",
            (float(rng.uniform(0, 900)), float(rng.uniform(0, 600))),
            reach=float(at % 3 * 4),
            line=np.cumsum(rng.normal(0, 25, (40, 2)), axis=0) + 300 if at % 5 == 1 else None,
            key=("kind", at),
        )
        for at in range(count)
    ]


def test_boxes_never_touch() -> None:
    labels = place(_requests(400), VIEW, np.array([[100.0, 100.0, 200.0, 160.0]]))
    assert len(labels) > 40
    boxes = np.concatenate([label.boxes for label in labels] + [[[100.0, 100.0, 200.0, 160.0]]])
    owner = np.concatenate([np.full(len(label.boxes), at) for at, label in enumerate(labels)] + [[-1]])
    for at, box in enumerate(boxes):
        apart = (
            (boxes[:, 0] >= box[2])
            | (boxes[:, 2] <= box[0])
            | (boxes[:, 1] >= box[3])
            | (boxes[:, 3] <= box[1])
        )
        assert (apart | (owner == owner[at])).all()
    assert (boxes[:-1, 0] >= 0).all() and (boxes[:-1, 2] <= 900).all()


def test_text_lies_inside_its_box() -> None:
    for label in place(_requests(60), VIEW):
        for piece in label.pieces:
            if label.pill is None and piece.angle == 0.0 and len(label.pieces) == 1:
                width = text_width(piece.text, label.size, label.weight, label.spacing)
                assert label.boxes[0, 0] <= piece.x and piece.x + width <= label.boxes[0, 2]


def test_the_important_name_wins_the_place() -> None:
    spot = (450.0, 300.0)
    crowd = [Request("白音嘎查", "gacha", UNIT, f"{at}", spot, key=("g", at)) for at in range(40)]
    seat = Request("东河苏木", "sumu", SEAT, "s", spot, key=("s", 1))
    chosen = Request("乌兰嘎查", "selected", SELECTED, "z", spot, key=("g", 99))
    placed = [label.text for label in place([*crowd, seat, chosen], VIEW)]
    assert placed[0] == "乌兰嘎查"
    assert "东河苏木" in placed
    assert len(placed) < 15


def test_a_selected_name_is_shown_even_where_symbols_crowd() -> None:
    wall = np.array([[0.0, 0.0, 900.0, 600.0]])
    plain = Request("白音嘎查", "gacha", UNIT, "1", (450.0, 300.0), key=("g", 1))
    chosen = Request("乌兰嘎查", "selected", SELECTED, "2", (450.0, 300.0), key=("g", 2))
    assert [label.text for label in place([plain, chosen], VIEW, wall)] == ["乌兰嘎查"]


def test_names_keep_off_another_symbol_on_their_point() -> None:
    obstacle = np.array([[440.0, 290.0, 460.0, 310.0]])
    (label,) = place(
        [Request("伊敏", "gacha", UNIT, "1", (450.0, 300.0), reach=3.0, key=("g", 1))], VIEW, obstacle
    )
    assert (
        label.boxes[0, 0] >= 460
        or label.boxes[0, 2] <= 440
        or label.boxes[0, 1] >= 310
        or label.boxes[0, 3] <= 290
    )


def test_a_name_under_a_card_stands_beside_its_point_or_not_at_all() -> None:
    card = np.array([[0.0, 0.0, 500.0, 320.0]])
    edge = Request("大雁镇", "sumu", SEAT, "1", (496.0, 300.0), reach=6.0, key=("s", 1))
    deep = Request("巴彦托海镇", "sumu", SEAT, "2", (250.0, 100.0), reach=6.0, key=("s", 2))
    (label,) = place([edge, deep], VIEW, clear=card)
    assert label.text == "大雁镇" and 500 <= label.boxes[0, 0] < 520


def test_a_road_takes_one_of_its_places() -> None:
    offers = [
        Request("G301", "road", 60 + at, "G301", (100.0 + 200 * at, 300.0), key=("road", 7))
        for at in range(3)
    ]
    assert len(place(offers, VIEW)) == 1


def test_a_steep_river_reads_downwards_and_upright() -> None:
    up = np.array([[300.0, 550.0], [310.0, 300.0], [300.0, 40.0]])
    (label,) = place([Request("伊敏河", "river", 50, "1", (0, 0), line=up, key=("r", 1))], VIEW)
    assert [piece.text for piece in label.pieces] == ["伊", "敏", "河"]
    assert all(piece.angle == 0.0 for piece in label.pieces)
    assert label.pieces[0].y < label.pieces[1].y < label.pieces[2].y


def test_a_flat_river_reads_to_the_right_whatever_its_course() -> None:
    west = np.array([[800.0, 300.0], [400.0, 320.0], [60.0, 300.0]])
    (label,) = place([Request("辉河", "river", 50, "1", (0, 0), line=west, key=("r", 1))], VIEW)
    assert label.pieces[0].text == "辉" and label.pieces[0].x < label.pieces[1].x
    assert label.slanted


def test_names_are_short_from_far_and_tell_twins_apart() -> None:
    assert short_name("哈日托海嘎查", 850_000) == "哈日托海"
    assert short_name("哈日托海嘎查", 300_000) == "哈日托海嘎查"
    assert short_name("嘎查", 850_000) == "嘎查"
    assert in_brackets("白音", "西山镇") == "白音（西山）"
    assert in_brackets("白音", "塔拉达斡尔民族乡") == "白音（塔拉达斡尔）"


def test_widths_are_those_of_the_font() -> None:
    assert text_width("旗图", 20.0) == 40.0
    assert abs(text_width("0123456789", 10.0) - 55.5) < 1e-9
    assert text_width("旗图", 20.0, 700, 0.1) == 42.0
