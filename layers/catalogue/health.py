"""Clinics, the other ways of serving a gacha, health centres and hospitals (chapter 6 section 2)."""

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
    sumu_code,
)
from layers.catalogue.model import LayerKind, Theme, common_columns
from layers.catalogue.service import Service
from layers.catalogue.style import Label, Style, StyleClass, facility, point
from layers.catalogue.text import Text

THEME = Theme("health", Text("医疗卫生", "Health"))

WAYS = choices(
    ("shared", "与邻嘎查合设", "Shared with a neighbour"),
    ("mobile", "卫生院流动服务", "Mobile service of the health centre"),
    ("rounds", "定期巡诊", "Scheduled rounds"),
)
GROUNDS = choices(
    ("few_residents", "常住人口少", "Few residents"),
    ("mobile_population", "人口流动", "Mobile population"),
    ("remote", "边远", "Remote"),
)
HOSPITAL_LEVELS = choices(
    ("3a", "三级甲等", "3A"), ("3b", "三级乙等", "3B"), ("3", "三级", "3"),
    ("2a", "二级甲等", "2A"), ("2b", "二级乙等", "2B"), ("2", "二级", "2"),
    ("1", "一级", "1"), ("none", "未定级", "Not graded"),
)
LEVEL_2A_AND_ABOVE = ("3a", "3b", "3", "2a")

# How a gacha is served, drawn at its seat: the symbols of the clinic theme and of its legend.
# "own" and "blank" are answers of the gap engine, the others are values of `clinic_arrangement.way`.
WAY_CLASSES = (
    StyleClass("own", Text("本嘎查卫生室", "Own clinic"), point("square", 2.8, "own", fill="own", icon="+")),
    StyleClass("shared", Text("与邻嘎查合设", "Shared with a neighbour"),
               point("square_hollow", 2.8, "shared", fill="halo", icon="+")),
    StyleClass("mobile", Text("卫生院流动服务", "Mobile service"),
               point("wheels", 2.9, "mobile", fill="mobile", icon="+")),
    StyleClass("rounds", Text("定期巡诊", "Scheduled rounds"), point("arrow_ring", 2.9, "rounds", icon="+")),
    StyleClass("blank", Text("空白点", "Blank spot"), point("diamond", 3.9, "blank", fill="halo", icon="!")),
)

CLINIC = LayerKind(
    "clinic", Text("嘎查卫生室", "Gacha clinics"), THEME.id, "Point",
    (
        code("卫生室编号", "Clinic code", "机构代码"), name("卫生室名称", "Name", "机构名称"), gacha_code(),
        operating(), opened_on(),
        public("doctors", "乡村医生数", "Village doctors", "integer", "村医人数", "医生数", unit="人",
               minimum=0),
        public("area_m2", "建筑面积", "Floor area", "real", "业务用房面积", unit="m²", minimum=0),
        *scheme_columns(), *common_columns(),
    ),
    roles=("health.clinic",),
    style=Style(
        column="operating",
        classes=(
            StyleClass(1, Text("运行中的卫生室", "Clinic in use"),
                       point("square", 2.8, "own", fill="own", icon="+")),
            StyleClass(0, Text("停用的卫生室", "Clinic not in use"),
                       point("square_hollow", 2.8, "blank", fill="halo", icon="!")),
            StyleClass(None, Text("运行状态未知", "Not known whether in use"),
                       point("square_hollow", 2.8, "unknown_ink", fill="unknown", icon="?")),
        ),
        label=Label("name", "place", 100_000), order=87, min_scale=1_000_000, aggregate="count",
    ),
    services=(
        Service("clinics", Text("卫生室", "Clinics"), "unit.gacha", "clinic_ways", Text("所", "clinics"),
                (("arrangement", "health.arrangement"), ("centre", "health.centre"), ("link", "gacha_code"),
                 ("operating", "operating"), ("date", "opened_on")), order=20, timed=1),
    ),
)

CLINIC_ARRANGEMENT = LayerKind(
    "clinic_arrangement", Text("卫生服务安排", "Clinic arrangements"), THEME.id, "",
    (
        gacha_code(),
        public("way", "服务方式", "Way of service", "text", "方式", "安排方式", choices=WAYS, required=True),
        public("host_code", "承接机构编号", "Host's code", "text", "合设卫生室编号", "卫生院编号"),
        public("ground", "依据情形", "Ground", "text", "情形", "原因", choices=GROUNDS),
        public("schedule", "服务时间", "Schedule", "text", "巡诊时间", "服务周期"),
        *holding_columns(), *common_columns(),
    ),
    roles=("health.arrangement",), key="gacha_code", name="",
    style=Style(column="way", classes=WAY_CLASSES[1:4], order=86),
)

HEALTH_CENTRE = LayerKind(
    "health_centre", Text("苏木卫生院", "Sumu health centres"), THEME.id, "Point",
    (
        code("卫生院编号", "Centre code", "机构代码"), name("卫生院名称", "Name", "机构名称"),
        sumu_code(), gacha_code(),
        public("government_run", "政府办", "Government-run", "boolean", "是否政府办"),
        public("practitioners", "全科医生数", "General practitioners", "integer", "全科医生", unit="人",
               minimum=0),
        public("beds", "床位数", "Beds", "integer", "床位", unit="张", minimum=0),
        public("vehicles", "巡诊车辆", "Vehicles", "integer", "流动服务车", unit="辆", minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("health.centre",),
    style=Style(facility("maki/doctor", "own", 3.2), label=Label("name", "place", 300_000), order=86),
    services=(
        Service("health_centre", Text("苏木卫生院", "Health centre"), "unit.sumu", "presence",
                Text("所", "centres"),
                (("link", "sumu_code"), ("operating", "operating"), ("date", "opened_on")),
                order=21, timed=2),
        Service("practitioner", Text("全科医生", "General practitioner"), "unit.sumu", "presence",
                Text("人", "people"),
                (("link", "sumu_code"), ("operating", "operating"), ("date", "opened_on"),
                 ("sum", "practitioners")), order=22),
    ),
)

HOSPITAL = LayerKind(
    "hospital", Text("医院", "Hospitals"), THEME.id, "Point",
    (
        code("医院编号", "Hospital code", "机构代码"), name("医院名称", "Name", "机构名称"),
        public("level", "医院等级", "Level", "text", "等级", "级别", choices=HOSPITAL_LEVELS),
        public("beds", "床位数", "Beds", "integer", "床位", unit="张", minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("health.hospital",),
    style=Style(facility("maki/hospital", "own", 3.6), label=Label("name", "place", 500_000), order=86),
    services=(
        Service("hospital", Text("二级甲等以上医院", "Hospital at level 2A"), "unit.banner", "presence",
                Text("所", "hospitals"),
                (("operating", "operating"), ("date", "opened_on"),
                 ("where", (("level", LEVEL_2A_AND_ABOVE),))),
                order=23, timed=3),
    ),
)

KINDS = (CLINIC, CLINIC_ARRANGEMENT, HEALTH_CENTRE, HOSPITAL)
