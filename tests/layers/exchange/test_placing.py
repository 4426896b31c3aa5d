"""项目落图: certain rows are joined, doubled and near names are asked, never guessed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.catalogue.registry import default_catalogue
from layers.exchange.area_change import compare_areas
from layers.exchange.importing import foreseen, to_changes
from layers.exchange.placing import Gazetteer
from layers.exchange.preview import Options, interpret, preview
from layers.exchange.privacy_guess import guess_privacy
from layers.exchange.source import LayerInfo, RawLayer, Source
from layers.exchange.units import split_unit
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table

SUMUS = [("150724100000", "巴彦托海镇"), ("150724200000", "伊敏苏木"), ("150724300000", "巴音苏木")]
GACHAS = [
    ("150724100201", "巴彦乌拉嘎查", 0),
    ("150724200202", "巴彦乌拉嘎查", 1),
    ("150724100203", "巴音嘎查", 0),
    ("150724200204", "团结嘎查", 1),
    ("150724200205", "毕鲁图嘎查", 1),
]


@pytest.fixture(scope="module")
def banner() -> Plan:
    catalogue = default_catalogue()
    gachas = [
        {
            "code": code,
            "name": name,
            "sumu_code": SUMUS[sumu][0],
            "geom": shapely.box(400_000 + 5000 * at, 5_400_000, 404_000 + 5000 * at, 5_404_000),
        }
        for at, (code, name, sumu) in enumerate(GACHAS)
    ]
    tables = {
        "sumu": Table.from_rows(catalogue["sumu"], [{"code": code, "name": name} for code, name in SUMUS]),
        "gacha": Table.from_rows(catalogue["gacha"], gachas),
    }
    return Plan(catalogue, PlanningCrs.from_epsg(4549), tables)


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("150724200204", "150724200204", "code"),
        ("团结", "150724200204", "name"),
        ("团结嘎查村委会", "150724200204", "name"),
        ("伊敏苏木团结嘎查", "150724200204", "name"),
        ("伊敏苏木毕鲁图嘎查3公里处", "150724200205", "words"),
        ("巴彦乌拉嘎查", None, "doubled"),
        ("伊敏苏木巴彦乌拉嘎查", "150724200202", "name"),
        ("巴彦托海镇巴彦乌拉", "150724100201", "name"),
        ("巴彦嘎查", None, "near"),
        ("巴音", "150724100203", "name"),
        ("巴彦托海镇团结嘎查", None, "several"),
        ("团结嘎查、毕鲁图嘎查", None, "several"),
        ("红花尔基", None, "unknown"),
        ("團結嘎查", "150724200204", "name"),
        ("位于团结嘎查东侧", "150724200204", "words"),
        ("团结路12号", None, "near"),
        ("新团结嘎查", None, "near"),
        ("伊敏苏木巴颜乌拉嘎查东侧", None, "near"),
        ("巴音苏木", None, "unknown"),
        ("", None, "empty"),
    ],
)
def test_place(banner, text, code, why):
    placed = Gazetteer.of(banner).place(text)
    assert (placed.code, placed.why) == (code, why)
    if why in ("doubled", "near"):
        assert placed.candidates


def test_another_column_tells_doubled_names_apart(banner):
    for sumu in ("伊敏苏木", "伊敏", "150724200000"):
        assert Gazetteer.of(banner).place("巴彦乌拉", sumu=sumu).code == "150724200202"


def test_a_list_of_projects_is_put_on_the_map(banner, tmp_path):
    path = tmp_path / "项目.csv"
    path.write_bytes(
        "项目编号,项目名称,建设地点,概算投资（元）\nA1,水井,伊敏苏木团结嘎查,250000\nA2,道路,巴彦乌拉嘎查,1\n"
        "A3,厕所,巴彦嘎查,1\nA4,广场,,1\n".encode("gbk")
    )
    seen = preview(path, plan=banner, options=Options(kind="proposed_point"))
    assert (seen.declared, seen.read, seen.encoding) == (4, 1, "GBK") and not seen.open_questions
    assert [flagged.flags[-1].code for flagged in seen.flagged] == [
        "place_doubled",
        "place_near",
        "place_empty",
    ]
    assert seen.values["gacha_code"] == ["150724200204"] and seen.values["budget"] == [25.0]
    table = banner.tables["gacha"]
    assert table.geometry[3].contains(seen.geometry[0])
    told = preview(
        path,
        plan=banner,
        options=Options(kind="proposed_point", places={2: "150724200202", 3: "150724100203"}),
    )
    assert told.read == 3 and set(told.values["gacha_code"]) == {
        "150724200204",
        "150724200202",
        "150724100203",
    }


def raw(columns, geometry=None, name="x") -> Source:
    count = len(next(iter(columns.values())))
    layer = RawLayer(name, count, list(range(1, count + 1)), columns, geometry)
    return Source("test", [LayerInfo(name, count)], layer)


def test_update_by_key_adds_changes_and_takes_away(banner):
    source = raw(
        {
            "嘎查代码": ["150724200204", "150724200205", "150724200299"],
            "嘎查名称": ["团结嘎查", "毕鲁图新村", "新嘎查"],
        }
    )
    seen = interpret(source, path="g.csv", plan=banner, options=Options(kind="gacha"))
    assert [question.id for question in seen.open_questions] == ["positions", "existing"]
    seen = interpret(source, path="g.csv", plan=banner, options=Options(kind="gacha", mode="update"))
    changes, update = to_changes(seen, banner)
    assert (update.added, update.changed, update.gone, update.same) == (
        ("150724200299",),
        ("150724200205",),
        (),
        1,
    )
    after = banner.apply(changes)
    fid = after.tables["gacha"].find("150724200205")
    assert after.tables["gacha"].row(fid)["name"] == "毕鲁图新村"
    assert after.tables["gacha"].row(fid)["geom"] is not None, "the shape stays where the file has none"
    assert after.apply(changes.inverse()).digests() == banner.digests()
    _, update = to_changes(seen, banner, mode="replace")
    assert len(update.gone) == 3


def test_the_next_file_of_the_same_office_maps_itself(banner):
    columns = {"BH": ["P1"], "甲": ["厕所"], "地方": ["团结嘎查"]}
    first = interpret(
        raw(columns),
        path="a.csv",
        plan=banner,
        options=Options(kind="proposed_point", mapping={"name": "甲"}),
    )
    assert first.mapping["name"].how == "given"
    after = banner.apply(to_changes(first, banner)[0])
    again = interpret(raw(columns), path="b.csv", plan=after)
    assert (
        again.kind is not None
        and again.kind.id == "proposed_point"
        and again.mapping["name"].how == "template"
    )


def test_units_are_seen_from_the_shapes_and_the_heading(banner):
    import numpy as np

    boxes = np.array(
        [shapely.box(400_000, 5_400_000, 400_000 + side, 5_400_000 + side) for side in (100, 300)], object
    )
    for columns in (
        {"BH": ["1", "2"], "面积": [1.0 * 15, 9.0 * 15]},
        {"BH": ["1", "2"], "面积（亩）": ["15", "135"]},
    ):
        seen = interpret(
            raw(columns, boxes), path="z.shp", plan=banner, options=Options(kind="red_line", crs="4549")
        )
        assert [round(value, 6) for value in seen.values["area_ha"]] == [1.0, 9.0]
        assert not any(code == "unit_disagrees" for code, _ in seen.notes)
    lies = raw({"BH": ["1", "2"], "面积（亩）": ["1", "9"]}, boxes)
    seen = interpret(lies, path="z.shp", plan=banner, options=Options(kind="red_line", crs="4549"))
    assert ("unit_disagrees", {"heading": "面积（亩）", "stated": "亩", "seen": "公顷"}) in seen.notes


def test_identity_numbers_go_into_no_public_column(banner):
    from layers.errors import InputError

    source = raw({"名称": ["15072419900101123X", "150724198505054321"], "编号": ["1", "2"]})
    valid = ["11010519491231002X", "440524188001010014"]
    source.layer.columns["名称"] = [valid[0], valid[0]]
    seen = interpret(source, path="x.csv", plan=banner, options=Options(kind="clinic", mode="add"))
    assert "name" not in seen.mapping and seen.classes["名称"][1] == "identity"
    with pytest.raises(InputError) as refused:
        interpret(
            source,
            path="x.csv",
            plan=banner,
            options=Options(kind="clinic", mode="add", mapping={"name": "名称"}),
        )
    assert refused.value.code == "sensitive_into_public"


@pytest.mark.parametrize("heading", ["戶主", "戶主姓名", "聯系電話", "銀行賬號", "公民身份證號"])
def test_a_traditional_heading_is_as_personal_as_a_simplified_one(heading):
    assert guess_privacy(heading, ["—"])[1] in ("name", "phone", "bank", "identity")


def test_a_unit_in_traditional_characters_is_that_unit():
    assert split_unit("面積（畝）") == ("面积", "亩") and split_unit("概算投資（萬元）")[1] == "万元"


def test_boundary_points_make_parcels(banner):
    points = [
        ("地块1", "J1", 5_400_000, 40_400_000),
        ("地块1", "J2", 5_400_000, 40_400_100),
        ("地块1", "J3", 5_400_100, 40_400_100),
        ("地块1", "J4", 5_400_100, 40_400_000),
    ]
    columns = {
        "地块号": [point[0] for point in points],
        "点号": [point[1] for point in points],
        "X坐标": [point[2] for point in points],
        "Y坐标": [point[3] for point in points],
    }
    source = raw(columns)
    seen = interpret(source, path="j.xlsx", plan=banner, options=Options(kind="proposed_area", crs="4528"))
    assert seen.declared == seen.read == 1 and abs(seen.geometry[0].area - 10_000) < 1


def test_a_zones_new_version_is_compared_by_area(banner):
    """Five gachas of 16 km² each; the file has one of 12 km², inside the old land; grid metres at 120°E are
    short of ellipsoidal ones by under 2 in 10,000 here."""
    source = raw(
        {"嘎查代码": ["150724200204"]},
        np.array([shapely.box(415_000, 5_400_000, 418_000, 5_404_000)], object),
    )
    seen = interpret(
        source, path="g.shp", plan=banner, options=Options(kind="gacha", crs="4549", mode="replace")
    )
    (whole,) = compare_areas(seen, banner)
    assert whole.value is None and whole.before == pytest.approx(80e6, rel=3e-4)
    assert whole.after == pytest.approx(12e6, rel=3e-4) and whole.gained == pytest.approx(0, abs=1)
    assert whole.lost == pytest.approx(whole.before - whole.after, abs=1)


@pytest.mark.parametrize("codes", [["900", None], ["150724200204", "901"]])
def test_what_replacing_would_do_is_foreseen_without_doing_it(banner, codes):
    shapes = np.array([shapely.box(4e5, 5.4e6, 4.1e5, 5.41e6)] * 2, object)
    seen = interpret(raw({"嘎查代码": codes}, shapes), path="g.shp", plan=banner,
                     options=Options(kind="gacha", crs="4549", mode="replace"))
    update = foreseen(seen, banner)
    assert update == to_changes(seen, banner)[1] and len(update.gone) == (4 if codes[1] else 5)


def test_classes_of_a_zone_layer_gain_and_lose_their_own_land(banner):
    """A ban of 4 km² of which a quarter becomes rest: the whole stays, each class moves by 1 km²."""
    shapes = np.array([shapely.box(500_000, 5_400_000, 502_000, 5_402_000)], object)

    def seen(plan, regimes, shapes):
        source = raw({"编号": [f"Z{at}" for at in range(len(regimes))], "管理制度": regimes}, shapes)
        return interpret(source, path="z.shp", plan=plan,
                         options=Options(kind="grazing_zone", crs="4549", mode="replace"))

    plan = banner.apply(to_changes(seen(banner, ["禁牧区"], shapes), banner)[0])
    halves = np.array([shapely.box(500_000, 5_400_000, 501_500, 5_402_000),
                       shapely.box(501_500, 5_400_000, 502_000, 5_402_000)], object)
    areas = compare_areas(seen(plan, ["禁牧区", "休牧区"], halves), plan)
    assert [one.value for one in areas] == [None, "ban", "rest"]
    km2 = [[round(area / 1e6, 3) for area in (one.before, one.after, one.gained, one.lost)] for one in areas]
    assert km2 == [[4, 4, 0, 0], [4, 3, 0, 1], [0, 1, 1, 0]]
