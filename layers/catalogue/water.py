"""Rivers, lakes, water sources and the supply of drinking water (chapter 7 section 2)."""

from __future__ import annotations

from layers.catalogue.columns import (
    choices,
    code,
    gacha_code,
    holding_columns,
    name,
    opened_on,
    operating,
    public,
    scheme_columns,
)
from layers.catalogue.grassland import TREATMENT_STATES
from layers.catalogue.model import LayerKind, Theme, Zone, common_columns
from layers.catalogue.service import Service
from layers.catalogue.style import Label, Stroke, Style, StyleClass, Symbol, edge, facility, line
from layers.catalogue.text import Text

THEME = Theme("water", Text("水系与供水", "Water"))

RIVER_RANKS = choices(("main", "干流", "Main river"), ("tributary", "支流", "Tributary"),
                      ("ditch", "沟渠", "Ditch"))
WATER_SOURCE_LEVELS = choices(
    ("first", "一级保护区", "First-level zone"), ("second", "二级保护区", "Second-level zone"),
    ("quasi", "准保护区", "Quasi-protection zone"),
)
SUPPLIES = choices(
    ("central", "集中供水工程", "Central supply"), ("well", "分散机井", "Well"),
    ("station", "供水站点", "Supply station"),
)
WATER_TESTS = choices(("pass", "合格", "Passed"), ("fail", "不合格", "Failed"))

RIVER = LayerKind(
    "river", Text("河流", "Rivers"), THEME.id, "MultiLineString",
    (
        code("河流编号", "River code", "河流代码"), name("河流名称", "Name", "河名", "HLMC"),
        public("rank", "河流等级", "Rank", "text", "等级", "干支流", choices=RIVER_RANKS),
        public("treated", "已治理", "Treated", "boolean", "是否治理"),
        *common_columns(),
    ),
    roles=("water.river",),
    style=Style(
        column="rank",
        classes=(
            StyleClass("main", Text("干流", "Main river"), line("water_line", 0.42)),
            StyleClass("tributary", Text("支流", "Tributary"), line("water_line", 0.22), 2_500_000),
            StyleClass("ditch", Text("沟渠", "Ditch"), line("water_line", 0.15, 1.2, 0.5), 300_000),
            StyleClass(None, Text("其他河流", "Other river"), line("water_line", 0.18), 1_000_000),
        ),
        label=Label("name", "river", 2_500_000), order=40, visible=True,
    ),
)

LAKE = LayerKind(
    "lake", Text("湖泊水库", "Lakes"), THEME.id, "MultiPolygon",
    (code("湖泊编号", "Lake code", "湖泊代码"), name("湖泊名称", "Name", "湖名", "水库名称"),
     public("reservoir", "水库", "Reservoir", "boolean", "是否水库"), *common_columns()),
    roles=("water.lake",),
    style=Style(Symbol(fill="water", strokes=(Stroke("water_line", 0.15),)),
                label=Label("name", "lake", 1_200_000),
                order=41, visible=True),
)

WATER_SOURCE_ZONE = LayerKind(
    "water_source_zone", Text("饮用水水源保护区", "Water-source protection zones"), THEME.id, "MultiPolygon",
    (
        code("保护区编号", "Zone code"), name("水源地名称", "Name", "水源名称", "保护区名称"),
        public("level", "保护区级别", "Level", "text", "级别", "保护区类型", choices=WATER_SOURCE_LEVELS,
               required=True),
        *holding_columns("批准文件"), *common_columns(),
    ),
    roles=("zone.water_source",), zone=Zone("water_source"),
    style=Style(
        column="level",
        classes=(
            StyleClass("first", Text("一级保护区", "First-level zone"), edge("water_label", 0.45, 1.2, 0.25)),
            StyleClass("second", Text("二级保护区", "Second-level zone"),
                       edge("water_label", 0.28, 0.8, 0.17, 1.6, 0.5)),
            StyleClass("quasi", Text("准保护区", "Quasi-protection zone"),
                       edge("water_label", 0.20, 0.5, 0.12, 0.6, 0.5)),
        ),
        order=60,
    ),
)

WATER_WORK = LayerKind(
    "water_work",
    Text("供水工程", "Water works"),
    THEME.id,
    "Point",
    (
        code("工程编号", "Work code"),
        name("工程名称", "Name"),
        gacha_code(),
        public("supply", "供水方式", "Supply", "text", "工程类型", "供水类型", choices=SUPPLIES),
        public(
            "people", "供水人口", "People served", "integer", "受益人口", "供水人数", unit="人", minimum=0
        ),
        public("households", "供水户数", "Households served", "integer", "受益户数", unit="户", minimum=0),
        public("depth_m", "井深", "Depth", "real", "机井深度", unit="m", minimum=0),
        public("elevation_m", "高程", "Elevation", "real", "海拔", "高程米", unit="m"),
        public("tested_on", "水质检测日期", "Tested on", "date", "检测日期", "最近检测日期"),
        public("test", "水质检测结果", "Test result", "text", "检测结果", "水质", choices=WATER_TESTS),
        public("next_test", "下次检测日期", "Next test", "date", "应检日期"),
        operating(),
        opened_on(),
        *scheme_columns(),
        *common_columns(),
    ),
    roles=("water.work",),
    style=Style(
        column="supply",
        classes=(
            StyleClass(
                "central",
                Text("集中供水工程", "Central supply"),
                facility("temaki/water_tower", "water_label"),
            ),
            StyleClass("well", Text("分散机井", "Well"), facility("temaki/well_pump_powered", "water_label")),
            StyleClass(
                "station", Text("供水站点", "Supply station"), facility("temaki/water_tap", "water_label")
            ),
            StyleClass(
                None, Text("供水方式未知", "Supply unknown"), facility("maki/drinking-water", "unknown_ink")
            ),
        ),
        order=85,
        min_scale=500_000,
    ),
    services=(
        # The plan asks for piped or centralised supply, so that a well of its own is not counted here.
        Service(
            "water",
            Text("集中供水", "Centralised water supply"),
            "unit.gacha",
            "presence",
            Text("处", "works"),
            (
                ("link", "gacha_code"),
                ("operating", "operating"),
                ("date", "opened_on"),
                ("where", (("supply", ("central", "station")),)),
            ),
            order=50, timed=5,
        ),
        # The two readings of the norm disagree: both are counted, neither is chosen.
        *(
            Service(
                f"water_near{suffix}",
                Text(f"取水方便（{year} 年读法）", f"Water within reach ({year})"),
                "unit.gacha",
                "household_near",
                Text("户", "households"),
                (
                    ("households", "household"),
                    ("operating", "operating"),
                    ("date", "opened_on"),
                    ("safe", ("test", ("pass",))),
                    ("elevation", "elevation_m"),
                    ("rule", f"water_distance{suffix}"),
                ),
                order=order,
            )
            for suffix, year, order in (("", 2024, 51), ("_2006", 2006, 52))
        ),
        Service(
            "water_tests",
            Text("水质检测", "Water tests"),
            "unit.gacha",
            "test_due",
            Text("处", "works"),
            (
                ("link", "gacha_code"),
                ("operating", "operating"),
                ("date", "opened_on"),
                ("tested", "tested_on"),
                ("next", "next_test"),
                ("result", ("test", ("pass",), ("fail",))),
                ("by", "supply"),
                (
                    "schedule",
                    (
                        ("central", "water_test_central"),
                        ("station", "water_test_central"),
                        ("well", "water_test_well"),
                    ),
                ),
            ),
            order=53,
        ),
    ),
)

SMALL_BASIN = LayerKind(
    "small_basin", Text("小流域", "Small basins"), THEME.id, "MultiPolygon",
    (
        code("流域编号", "Basin code"), name("流域名称", "Name"),
        public("state", "治理状态", "State", "text", "治理情况", choices=TREATMENT_STATES),
        public("treated_on", "治理完成日期", "Treated on", "date", "完成日期"),
        *scheme_columns(), *common_columns(),
    ),
    roles=("water.basin",),
    style=Style(
        column="state",
        classes=(
            StyleClass("untreated", Text("未治理", "Untreated"),
                       edge("water_line", 0.20, 0.5, 0.12, 1.2, 0.5)),
            StyleClass("treating", Text("治理中", "Being treated"), edge("work", 0.28, 0.5, 0.15, 0.5, 0.5)),
            StyleClass("treated", Text("已治理", "Treated"), edge("water_line", 0.28, 0.8, 0.20)),
            StyleClass(None, Text("状态未知", "Unknown"), edge("unknown_ink", 0.20, 0.5, 0.12, 0.4, 0.4)),
        ),
        label=Label("name", "place", 500_000), order=42, min_scale=1_000_000,
    ),
)

KINDS = (RIVER, LAKE, WATER_SOURCE_ZONE, WATER_WORK, SMALL_BASIN)
