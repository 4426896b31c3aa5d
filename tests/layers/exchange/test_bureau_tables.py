"""Tables as offices write them: titles, merged headings, totals, angles and numbers in every spelling."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.catalogue.registry import default_catalogue
from layers.errors import InputError
from layers.exchange.formats.table import layer_of
from layers.exchange.importing import to_changes
from layers.exchange.packed import packed, unpacked
from layers.exchange.positions import angle
from layers.exchange.preview import Options, interpret
from layers.exchange.privacy_guess import is_identity, personal_values
from layers.exchange.source import LayerInfo, Source
from layers.plan.plan import Plan
from layers.plan.table import Table


def seen(empty, records, **options):
    layer = layer_of("t", [list(record) for record in records], "t.csv")
    source = Source("csv", [LayerInfo("t", layer.declared)], layer)
    return interpret(source, path="t.csv", plan=empty, options=Options(**{"kind": "clinic", **options}))


def notes(look) -> set[str]:
    return {code for code, _ in look.notes}


def test_headings_under_a_title_a_blank_row_and_a_total(empty):
    look = seen(
        empty,
        [
            ["卫生室一览表", None, None, None],
            ["填报单位：卫健委", None, "日期：2024年5月", None],
            ["名称", "医生数", "经度", "纬度"],
            ["甲", 2, 120.1, 48.9],
            [None, "", None, None],
            ["乙", 3, 120.2, 48.8],
            ["合 计", 5, None, None],
            ["填表人：某", "审核：某", None, None],
        ],
    )
    assert (look.declared, look.read, look.values["name"]) == (4, 2, ["甲", "乙"])
    assert [(one.row, one.flags[0].code, one.kept) for one in look.flagged] == [
        (3, "total_row", False),
        (4, "total_row", False),
    ]
    assert notes(look) == {"rows_above_headings"}


def test_two_rows_of_merged_headings_are_one(empty):
    look = seen(
        empty,
        [
            ["名称", "位置", None, "规模", None, "2022", None],
            [None, "经度", "纬度", "平方米", "床位", "户数", "人数"],
            ["甲", 120.1, 48.9, 120, 3, 1, 2],
        ],
    )
    assert look.headings == ("名称", "经度", "纬度", "规模（平方米）", "床位", "户数", "人数")
    assert look.geometry is not None and "headings_two_rows" in notes(look)
    twice = layer_of("t", [["名称", "前", None, "后", None], [None, "户", "人", "户", "人"], ["甲", 1, 2, 3, 4]], "t")
    assert list(twice.columns) == ["名称", "前户", "前人", "后户", "后人"]


def test_a_table_without_headings_loses_no_row(empty):
    look = seen(empty, [["甲", "120.1", "48.9"], ["乙", "120.2", "48.8"]], mapping={"lon": "列2", "lat": "列3"})
    assert (look.declared, look.read) == (2, 2) and "no_headings" in notes(look)
    years = layer_of("t", [["嘎查", "2021", "2022"], ["甲", 3, 4]], "t")
    assert list(years.columns) == ["嘎查", "2021", "2022"]


def test_numbers_in_powers_of_ten_are_no_codes(empty):
    look = seen(empty, [["编码", "经度", "纬度"], ["1.50724E+11", "120.1", "48.9"], ["A2", "120.2", "48.8"]])
    assert look.values["code"] == ["A2"]
    assert [flag.code for flag in look.flagged[0].flags] == ["digits_rounded", "value_required_missing"]


@pytest.mark.parametrize(
    "text",
    ["118°45′30″", "118°45'30\"", "118-45-30", "118度45分30秒", "118：45：30", "118 45 30", "E118°45′30″",
     "118º45'30''", "118°45.5′", "东经118°45’30”", "118。7583333333", "118,7583333333", "１１８．７５８３３３３３３３"],
)  # fmt: skip
def test_angles_in_every_spelling(text):
    assert angle(text) == pytest.approx(118.758333, abs=1e-6)


def test_commas_part_thousands_of_metres_and_decimals_of_numbers():
    assert angle("5,418,000.5", degrees=False) == 5_418_000.5
    assert angle("507,300", degrees=False) == 507_300
    beds = default_catalogue()["clinic"].column("doctors")
    area = default_catalogue()["proposed_area"].column("area_ha")
    assert (beds.parse("1,200"), area.parse("12,5")) == (1200, 12.5)
    with pytest.raises(InputError):
        area.parse("1,0000")


def test_angles_packed_into_one_number_are_asked(empty):
    rows = [["名称", "经度", "纬度"], ["A", 119.4530, 48.5412], ["B", 119.5015, 49.0158], ["C", 120.1259, 48.3547]]
    look = seen(empty, rows)
    asked = [(one.id, one.choices) for one in look.open_questions]
    assert asked == [("packed", ("EPSG:4490", "EPSG:4490:dms"))]
    look = seen(empty, rows, crs="4490:dms")
    assert not look.open_questions
    at = empty.crs.to_lonlat(shapely.get_coordinates(look.geometry))[0]
    assert at == pytest.approx([119 + 45 / 60 + 30 / 3600, 48 + 54 / 60 + 12 / 3600], abs=1e-9)
    decimal = seen(empty, [*rows[:2], ["B", 119.5015, 49.0171], rows[3]])
    assert not decimal.open_questions  # 71 seconds
    assert packed(np.array([[1194530.0, 485412.0]]))
    assert unpacked(np.array([[-1194530.0, 485959.0]])) == pytest.approx(
        np.array([[-119.7583333333, 48.9997222222]])
    )


def test_coordinates_that_cannot_be_read_are_not_replaced_by_a_seat(plan):
    records = [["名称", "嘎查", "X坐标", "Y坐标"], ["甲", "布日都嘎查", "待测", "待测"]]
    look = seen(plan, records)
    assert not look.rows and look.flagged[0].flags[0].code == "position_unreadable"
    records = [["名称", "嘎查", "经度", "纬度"], ["甲", "布日都嘎查", "120.1", "48.9"], ["乙", "布日都嘎查", "", ""],
               ["丙", "巴音乌拉嘎查", "", ""]]  # fmt: skip
    look = seen(plan, records)
    assert look.values["quality"] == [None, "located"] and look.waiting[0].row == 3
    records = [["名称", "经度", "纬度"], ["甲", "120.1", "48.9"], ["乙", "", ""]]
    assert ("rows_no_shape", {"count": 1, "rows": "2"}) in seen(plan, records).notes


def test_boundary_points_with_the_lengths_of_edges_between_them(empty):
    corners = [(5418000, 507000), (5418000, 508000), (5417000, 508000), (5417000, 507000), (5418000, 507000)]
    records = [["界址点成果表", None, None, None], ["点号", "X(m)", "Y(m)", "边长"]]
    for at, (north, east) in enumerate(corners):
        records += [[f"J{at % 4 + 1}", north, east, None], [None, None, None, 1000.0]]
    look = seen(empty, records[:-1], kind="proposed_area", crs="4549")
    assert (look.declared, look.read, look.geometry[0].area) == (1, 1, 1e6)
    records[5] = ["J2", "模糊", 508000, None]
    look = seen(empty, records, kind="proposed_area", crs="4549")
    assert look.flagged[0].flags[0].fields == {"found": "J2"}


def test_coordinates_are_found_by_their_values_and_kept_for_the_next_file(plan):
    records = [["院所", "所属", "LL", "BB"], ["甲", "布日都嘎查", 120.1234, 48.9177], ["乙", "布日都嘎查", 120.2, 48.8]]
    assert seen(plan, records).located_by == ("所属",)  # 120.2 and 48.8 could be anything
    records[2][2:] = [120.2345, 48.8177]
    look = seen(plan, records)
    assert look.located_by == ("LL", "BB", "所属") and [one.id for one in look.open_questions] == ["crs"]
    records[2][2:] = [120.2, 48.8]
    settled = {"name": "院所", "lon": "LL", "lat": "BB"}
    changes, _ = to_changes(seen(plan, records, mapping=settled), plan)
    again = seen(plan.apply(changes), [records[0], ["丙", "布日都嘎查", 120.3, 48.7]], kind=None)
    assert again.mapping["name"].how == "template" and again.located_by[:2] == ("LL", "BB")
    at = plan.crs.to_lonlat(shapely.get_coordinates(again.geometry))[0]
    assert at == pytest.approx([120.3, 48.7], abs=1e-7)


def test_personal_numbers_among_words_are_seen():
    remarks = ["已核查"] * 9 + ["联系王某 150724196503121234"]
    assert is_identity("150724196503121234") and personal_values(remarks) == "identity"
    assert personal_values([*remarks[:9], "电话13847012345"]) == "phone"
    assert personal_values(["13847012345678", "150724000000", "1507240000000001"]) == ""


def test_single_rows_with_the_latitude_first_are_turned_and_told(empty):
    rows = [["名称", "经度", "纬度"], ["A", 120.1, 48.9], ["B", "48°48′N", "120°12′E"], ["C", 119.9, 48.7]]
    look = seen(empty, rows)
    assert [(one.row, one.flags[0].code, one.kept) for one in look.flagged] == [(2, "axes_swapped", True)]
    assert empty.crs.to_lonlat(shapely.get_coordinates(look.geometry))[1] == pytest.approx([120.2, 48.8])
    assert [one.id for one in seen(empty, [rows[0], ["B", 48.8, 120.2]]).open_questions] == ["crs"]


@pytest.mark.parametrize("code", ["'{}", '="{}"', "{}.0", "\ufeff{}\u200b", "{}"])
def test_codes_lose_what_a_spreadsheet_put_round_them(empty, code):
    rows = [["编码", "名称", "经度", "纬度"], [code.format("150724212200"), "甲 '村'", "120.1", "48.9"]]
    look = seen(empty, rows)
    assert look.values == {"code": ["150724212200"], "name": ["甲 '村'"]}


def test_codes_that_lost_their_leading_zeros_are_told(empty):
    kind = default_catalogue()["land_parcel"]
    parcels = [{"BSM": "00012", "DLBM": "0401"}, {"BSM": "00013", "DLBM": "1003"}]
    plan = Plan(empty.catalogue, empty.crs, {"land_parcel": Table.from_rows(kind, parcels)})
    rows = [["BSM", "DLBM"], [12, 401], [14, 1003]]
    look = seen(plan, rows, kind="land_parcel", mode="update")
    assert [(one.row, [flag.code for flag in one.flags], one.kept) for one in look.flagged] == [
        (1, ["zeros_lost", "zeros_lost"], False)
    ]
    assert look.flagged[0].flags[0].fields["was"] == "00012" and look.values["BSM"] == ["14"]
    assert seen(plan, rows, kind="land_parcel", mode="add").flagged[0].kept


def test_rows_of_units_and_of_column_numbers_belong_to_the_headings(empty):
    units = layer_of("t", [["项目", "地点", "投资", "户数"], [None, None, "万元", "户"], ["井", "甲", 12, 3]], "t")
    assert list(units.columns) == ["项目", "地点", "投资（万元）", "户数（户）"] and units.declared == 1
    numbered = layer_of("t", [["项目", "地点", "投资"], ["1", "2", "3"], ["井", "甲", 12]], "t")
    assert numbered.declared == 1
    assert layer_of("t", [["项目", "甲", "乙", "丙"], ["甲", 1, 2, 3], ["井", 5, 6, 7]], "t").declared == 1
    assert layer_of("t", [["序号", "户数", "人数"], [1, 2, 4], [2, 3, 5]], "t").declared == 2


def test_positions_and_places_in_words_in_one_column(plan):
    where = ["东经120°12′30″，北纬48°50′10″", "N48°50′10″ E120°12′30″", "布日都嘎查东2公里"]
    look = seen(plan, [["名称", "位置"], *([f"点{at}", text] for at, text in enumerate(where))])
    assert look.values["quality"] == [None, None, "located"] and look.located_by == ("位置",)
    at = plan.crs.to_lonlat(shapely.get_coordinates(look.geometry))[:2]
    assert at == pytest.approx(np.array([[120 + 12.5 / 60, 48 + 50 / 60 + 10 / 3600]] * 2), abs=1e-9)
