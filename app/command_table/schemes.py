"""Schemes: listed, compared, adopted."""

from __future__ import annotations

from app.actions import compare, road_plans, siting
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT, YEAR
from layers.catalogue.text import Text

DATE = Parameter("date", Text("按哪一天判定，如 2025-06-01；不给就按今天",
                              "day by which works are judged, as 2025-06-01; today without one"),
                 option=True, required=False)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    Command(
        "schemes",
        Text("方案一览", "Schemes"),
        Text("每个方案有多少：改厕、公里、项目、投资、与分区的冲突",
             "What every scheme amounts to: toilets, km, works, money, conflicts with zones"),
        compare.schemes,
        (PROJECT, DATE),
        cli=True,
        opens=True,
    ),
    Command(
        "compare",
        Text("比较方案", "Compare schemes"),
        Text("两三个方案并排比较", "Two or three schemes side by side"),
        compare.compare,
        (
            PROJECT,
            Parameter("names", Text("方案名称，两个或三个", "names of two or three schemes"), many=True),
            DATE,
            Parameter("out", Text("写入的文件（.csv .xlsx .json）", "file to write (.csv .xlsx .json)"), "new_path",
                      option=True, required=False),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "adopt",
        Text("采纳方案", "Adopt a scheme"),
        Text("以一个方案为准：分配和项目一起，一步可撤销",
             "Go by a scheme, its allocation and its works: one step that can be undone"),
        compare.adopt_command,
        (PROJECT, Parameter("name", Text("方案名称", "scheme's name"))),
        cli=True,
        opens=True,
    ),
    Command(
        "site",
        Text("选址", "Site facilities"),
        Text("新建几处、建在哪里，多少人能在时限内到", "How many to build and where, and how many people then are in reach"),
        siting.site,
        (
            PROJECT,
            Parameter("kind", Text("什么设施：clinic、water_work、kindergarten、waste_point、logistics_point…",
                                   "what: clinic, water_work, kindergarten, waste_point, "
                                   "logistics_point ..."),
                      option=True),
            Parameter("number", Text("最多新建几处", "most new sites"), "integer", option=True, required=False,
                      limits=(0, 10_000)),
            Parameter("all", Text("让能到的人都在时限内，最少要几处", "as few as bring everyone in reach"), "flag",
                      option=True, required=False),
            Parameter("reach_min", Text("时限", "reach"), "real", option=True, required=False, unit="min"),
            Parameter("objective", Text("目标", "objective"), "choice", option=True, required=False,
                      choices=("cover", "coverage", "median", "center")),
            Parameter("capacity", Text("每处新址能服务多少人", "people that a new site can serve"), "integer",
                      option=True,
                      required=False, limits=(1, 10_000_000)),
            YEAR,
            DATE,
            Parameter("scheme", Text("存进哪个方案", "scheme to keep it in"), option=True, required=False),
            Parameter("out", Text("写入的文件（.csv .xlsx .json）", "file to write (.csv .xlsx .json)"), "new_path",
                      option=True, required=False),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "roads",
        Text("道路计划", "Road programme"),
        Text("让每个嘎查、苏木通达的最省的路，分到年份，存成方案",
             "The cheapest roads to every gacha and sumu, put into years and kept as a scheme"),
        road_plans.roads,
        (
            PROJECT,
            Parameter("scheme", Text("方案名称", "scheme's name"), option=True),
            Parameter("km", Text("各年里程，如 2022=30", "length by year, as 2022=30"), option=True, required=False,
                      many=True, unit="km"),
            Parameter("money", Text("各年资金，如 2022=800", "money by year, as 2022=800"), option=True,
                      required=False,
                      many=True, unit="万元"),
            Parameter("lock", Text("锁定年份，如 road_hardened-01=2022；CODE=- 是不建",
                                   "years fixed, as road_hardened-01=2022; CODE=- is not to be built"),
                      option=True, required=False, many=True),
            Parameter("dead_ends", Text("也打通嘎查里的断头路（闭合成环）", "open dead ends in gachas, too (closing loops)"),
                      "flag", option=True, required=False),
            Parameter("weight", Text("优先权重，如 150724212206=2", "priorities, as CODE=2"), option=True,
                      required=False,
                      many=True),
            YEAR,
            DATE,
            Parameter("dem", Text("地形（单波段 GeoTIFF，米）：陡处按展线长度计价",
                                  "terrain (GeoTIFF of one band, metres): where it is steep roads wind"),
                      "path", option=True, required=False),
            Parameter("out", Text("写入的文件（.csv .xlsx .json）", "file to write (.csv .xlsx .json)"), "new_path",
                      option=True, required=False),
        ),
        cli=True,
        opens=True,
    ),
)  # fmt: skip
