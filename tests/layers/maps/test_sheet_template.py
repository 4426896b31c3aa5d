"""Templates of sheets as records: what is read, what is refused, fields, logos, where things stand."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.crs import PlanningCrs
from layers.maps.graticule import graticule, ticks
from layers.maps.paper_parts import Path as Line
from layers.maps.paper_parts import Picture, Words
from layers.maps.sheet import Sheet, build_sheet
from layers.maps.sheet_frame import SheetText
from layers.maps.sheet_logo import LOGO_BYTES
from layers.maps.sheet_template import (
    PLAIN,
    filled,
    find_template,
    keep_template,
    named,
    own_templates,
    read_logo,
    read_template,
    shipped,
    template_record,
    templates,
)
from tests.layers.maps.small_plan import small_plan

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10"/></svg>'


def png(wide: int, high: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compress((b"\0" + b"\xff\0\0" * wide) * high)
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sheet(template, paper: str = "", **words) -> Sheet:  # type: ignore[no-untyped-def]
    text = SheetText("土地用工图 {scale}", mark="内部资料 注意保存", legend="图例", overview="位置", north="北",
                     notes_title="说明：", notes=("甲",), signed="日期",
                     approval=tuple(row.zh for row in template.approval), **words)  # fmt: skip
    return build_sheet(small_plan(), paper or template.paper, text, template=template)


def test_the_shipped_ones_are_read_and_each_looks_otherwise() -> None:
    every = shipped()
    assert len(every) >= 4 and every[0] == PLAIN
    looks = {(one.paper, one.legend, one.grid, one.frame, one.head, bool(one.approval)) for one in every}
    assert len(looks) == len(every)
    assert all(read_template(template_record(one)) == one for one in every)


@pytest.mark.parametrize("template", shipped(), ids=lambda one: one.id)
@pytest.mark.parametrize("paper", ["A3-landscape", "A4-portrait"])
def test_parts_stand_on_the_page_and_none_over_another(template, paper: str) -> None:
    made = sheet(template, paper)
    page = {"left": 0, "top": 0, "right": made.paper.width, "bottom": made.paper.height}
    frames = {name: box for name, box in made.frames.items() if name not in ("whole", "column", "band")}
    for name, box in frames.items():
        assert box.left >= page["left"] and box.right <= page["right"], name
        assert box.top >= page["top"] and box.bottom <= page["bottom"], name
    parts = [name for name in frames if name not in ("north", "scale")]
    meeting = [
        (one, other)
        for at, one in enumerate(parts)
        for other in parts[at + 1 :]
        if frames[one].meets(frames[other])
    ]
    assert meeting == []
    said = {item.text for item in made.items if isinstance(item, Words)}
    assert "内部资料 注意保存" in said, "no template takes the mark of release away"
    assert any("1:100 000" in words or "1:" in words for words in said if words.startswith("土地用工图"))
    assert {row.zh for row in template.approval} <= said
    lines = [item for item in made.items if isinstance(item, Line)]
    assert bool(lines) == (template.grid == "lines")
    assert any("′" in words for words in said) == (template.grid != "none")
    if made.paper.width > made.paper.height:
        assert (made.frames["column"].left < made.frames["map"].left) == (template.legend == "left")


def test_the_level_of_secrecy_stands_above_the_mark_and_a_logo_at_the_left(tmp_path: Path) -> None:
    file = tmp_path / "logo.svg"
    file.write_bytes(SVG)
    for head in ("centred", "left", "band"):
        made = sheet(replace(PLAIN, head=head, logo=read_logo(file)), secrecy="秘密★10年")
        marks = [item for item in made.items if isinstance(item, Words) and item.frame == "mark"]
        assert [item.text for item in marks] == ["秘密★10年", "内部资料 注意保存"]
        assert marks[0].base < marks[1].base
        logo = next(item for item in made.items if isinstance(item, Picture))
        assert logo.box.width == pytest.approx(2 * logo.box.height)
        assert logo.box.right <= made.frames["title"].left and made.frames["title"].right <= marks[0].x


def test_lines_of_the_grid_run_through_the_ticks_and_are_curved() -> None:
    crs, bounds = PlanningCrs.from_epsg(4549), (350_000.0, 5_250_000.0, 590_000.0, 5_490_000.0)
    lines = graticule(crs, bounds, 850_000)
    marks = ticks(crs, bounds, 850_000)
    ends = np.concatenate([line[[0, -1]] for line in lines])
    for tick in marks:
        at = {
            "bottom": (bounds[0] + tick.at, bounds[1]), "top": (bounds[0] + tick.at, bounds[3]),
            "left": (bounds[0], bounds[1] + tick.at), "right": (bounds[2], bounds[1] + tick.at),
        }[tick.edge]  # fmt: skip
        assert np.hypot(*(ends - at).T).min() < 30, tick
    parallel = max(lines, key=lambda line: np.ptp(line[:, 0]))
    middle = len(parallel) // 2
    chord = np.interp(parallel[middle, 0], parallel[[0, -1], 0], parallel[[0, -1], 1])
    assert 500 < abs(chord - parallel[middle, 1]) < 3_000, "a parallel bends by about a millimetre"


def test_fields_are_filled_and_only_known_ones_are_taken() -> None:
    assert filled("{unit} {date} {else}", {"unit": "局", "date": "今"}) == "局 今 {else}"
    assert filled("{unit.__class__}", {"unit": "局"}) == "{unit.__class__}"
    with pytest.raises(InputError, match="template_field_unknown"):
        read_template({"id": "x", "heading": "{who}"})


@pytest.mark.parametrize(
    "record",
    [
        {"id": "../x"}, {"id": "x", "grid": "dots"}, {"id": "x", "colour": "red"}, {"id": "x", "table": "no"},
        {"id": "x", "approval": ["甲"] * 7}, {"id": "x", "unit": "长" * 161}, {"id": "x", "notes": [1]},
        {"id": "x", "logo": {"data": "%%"}}, {"id": "x", "title": 3}, {},
    ],
)  # fmt: skip
def test_a_record_that_is_wrong_is_refused_and_says_where(record: dict) -> None:
    with pytest.raises(InputError, match="template_damaged"):
        read_template(record)


@pytest.mark.parametrize(
    "inside",
    [
        b'<script>x</script>', b'<image href="file:///etc/hostname"/>', b'<use href="http://a/b#c"/>',
        b'<rect onload="x"/>', b'<style>@import "x"</style>', b'<rect fill="url(http://a)"/>',
        b'<foreignObject/>',
    ],
)  # fmt: skip
def test_a_drawing_that_reaches_out_is_no_logo(inside: bytes, tmp_path: Path) -> None:
    file = tmp_path / "logo.svg"
    file.write_bytes(SVG.replace(b"<rect", inside + b"<rect", 1))
    with pytest.raises(InputError, match="logo_not_a_picture"):
        read_logo(file)


def test_logos_are_small_pictures(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png(30, 10))
    assert read_logo(file).ratio == 3.0
    for data, fault in (
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "logo_not_a_picture"), (b"GIF89a", "logo_not_a_picture"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "logo_not_a_picture"),
        (SVG + b" " * LOGO_BYTES, "logo_too_large"), (png(4001, 1), "logo_too_large"),
    ):  # fmt: skip
        file.write_bytes(data)
        with pytest.raises(InputError, match=fault):
            read_logo(file)
    with pytest.raises(InputError, match="logo_unreadable"):
        read_logo(tmp_path / "none.png")


def test_a_project_keeps_its_own_and_one_of_a_shipped_id_takes_its_place(tmp_path: Path) -> None:
    plan = small_plan()
    (tmp_path / "logo.png").write_bytes(png(20, 20))
    made = named(replace(PLAIN, unit="局", logo=read_logo(tmp_path / "logo.png")), "局 的", frozenset())
    plan = plan.apply(keep_template(plan, made))
    assert own_templates(plan) == (made,) and find_template(plan, "局 的") == made
    assert not keep_template(plan, made).documents
    instead = replace(PLAIN, title=Text("改", "changed"))
    plan = plan.apply(keep_template(plan, instead))
    assert templates(plan)[0] == instead and len(templates(plan)) == len(shipped()) + 1
    with pytest.raises(InputError, match="template_unknown"):
        find_template(plan, "没有")
    broken = plan.apply(type(keep_template(plan, PLAIN))(
        documents=(plan.set_document("sheet_template", "bad", {"grid": 3}),)))  # fmt: skip
    assert len(templates(broken)) == len(templates(plan))
