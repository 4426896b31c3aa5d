"""Herding households and the ledger of their hardships: personal data, used to count and to site."""

from __future__ import annotations

from layers.catalogue.columns import choices, gacha_code, internal, sensitive
from layers.catalogue.model import LayerKind, Theme, common_columns
from layers.catalogue.style import Style, StyleClass, point
from layers.catalogue.text import Text

THEME = Theme("household", Text("牧户", "Households"))

MONITORED = choices(
    ("unstable", "脱贫不稳定户", "Unstable, out of poverty"),
    ("marginal", "边缘易致贫户", "Marginal"),
    ("sudden", "突发严重困难户", "Sudden hardship"),
)
GUARANTEES = choices(
    ("schooling", "义务教育", "Schooling"), ("medical", "基本医疗", "Medical care"),
    ("housing", "住房安全", "Housing"), ("water", "饮水安全", "Drinking water"), ("other", "其他", "Other"),
)

HOUSEHOLD = LayerKind(
    "household", Text("牧户", "Households"), THEME.id, "Point",
    (
        sensitive("code", "户编号", "Household code", "text", "牧户编号", "户码", "户号", "HBH",
                  required=True),
        gacha_code(),
        sensitive("head", "户主", "Head of household", "text", "户主姓名", "姓名", "HZXM"),
        sensitive("members", "家庭人口", "Members", "integer", "人口数", "家庭成员数", "人口", unit="人",
                  minimum=0),
        sensitive("out_of_poverty", "脱贫户", "Out of poverty", "boolean", "是否脱贫户"),
        sensitive("monitored", "监测对象类型", "Monitored as", "text", "监测类型", "监测户类型",
                  choices=MONITORED),
        sensitive("monitored_on", "纳入监测日期", "Monitored from", "date", "识别日期"),
        sensitive("risk_cleared_on", "风险消除日期", "Risk cleared on", "date", "消除风险日期"),
        sensitive("schooling_ok", "义务教育有保障", "Schooling secured", "boolean", "义务教育"),
        sensitive("medical_ok", "基本医疗有保障", "Medical care secured", "boolean", "基本医疗"),
        sensitive("housing_ok", "住房安全有保障", "Housing secured", "boolean", "住房安全"),
        sensitive("water_ok", "饮水安全有保障", "Drinking water secured", "boolean", "饮水安全"),
        sensitive("rural", "牧区户", "Rural", "boolean", "是否牧区", "是否农村"),
        sensitive("elevation_m", "高程", "Elevation", "real", "海拔", "高程米", unit="m"),
        sensitive("toilet_willing", "愿意改厕", "Willing to convert the toilet", "boolean", "改厕意愿",
                  "是否愿意改厕"),
        *common_columns(personal=True),
    ),
    roles=("household",), name="", sensitive=True,
    style=Style(
        column="monitored",
        classes=(
            *(StyleClass(choice.value, choice.title,
                         point("diamond", 1.6, "short_ink", fill="halo", icon=glyph))
              for choice, glyph in zip(MONITORED, ("1", "2", "3"), strict=True)),
            StyleClass(None, Text("牧户", "Household"), point("ring", 1.2, "label3", fill="halo")),
        ),
        order=89, min_scale=50_000, aggregate="count",
    ),
)

HARDSHIP = LayerKind(
    "hardship", Text("困难问题台账", "Ledger of hardships"), THEME.id, "",
    (
        # The office's own running number: it names no household, and a ledger without it cannot be worked
        # from.
        internal("code", "问题编号", "Problem code", "text", "编号", required=True),
        sensitive("household_code", "户编号", "Household code", "text", "户码", "牧户编号"),
        gacha_code(),
        sensitive("guarantee", "保障类别", "Guarantee", "text", "问题类别", "三保障类别", choices=GUARANTEES),
        sensitive("problem", "问题描述", "Problem", "text", "问题", "存在问题"),
        internal("found_on", "发现日期", "Found on", "date", "排查日期"),
        sensitive("measure", "帮扶措施", "Measure", "text", "措施"),
        internal("unit_in_charge", "责任单位", "Unit in charge", "text", "牵头单位"),
        internal("assigned_on", "交办日期", "Assigned on", "date", "分派日期", "落实责任日期"),
        internal("due_on", "办结期限", "Due on", "date", "整改期限", "计划完成日期", "限期"),
        internal("done_on", "完成日期", "Done on", "date", "落实日期", "帮扶完成日期"),
        internal("closed_on", "销号日期", "Closed on", "date", "办结日期", "解决日期"),
        *common_columns(personal=True),
    ),
    roles=("household.hardship",), name="", sensitive=True,
)

KINDS = (HOUSEHOLD, HARDSHIP)
