"""Grassland: what the pastures bear, what grazes there."""

from __future__ import annotations

from app.actions import grazing
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text
from layers.planning.grazing import BY

DATE = Parameter("date", Text("分区和法规的日期，如 2025-06-01；不给就是牲畜统计年的年末",
                            "day for zones and law, as 2025-06-01; without one "
                            "the end of the livestock's year"),
                 option=True, required=False)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    Command(
        "grazing",
        Text("草畜平衡", "Grazing"),
        Text(
            "各嘎查或承包草场的禁牧、休牧、草畜平衡面积，载畜量与超载，当日法规怎么说",
            "Ban, rest and balance areas, capacity, overload and what the law of the day attaches",
        ),
        grazing.grazing,
        (
            PROJECT,
            Parameter("by", Text("按嘎查还是按承包草场", "by gacha or by contract pasture"), "choice",
                      option=True, required=False, choices=BY, default="gacha"),
            Parameter("year", Text("牲畜统计年份；不给就用最近一年", "year of the livestock; the latest without one"),
                      "integer", option=True, required=False, limits=(1900, 2200)),
            DATE,
            Parameter("out", Text("写入的文件（.csv .xlsx .json .gpkg）", "file to write (.csv .xlsx .json .gpkg)"),
                      "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="wheat",
        needs="project",
    ),
    Command(
        "export_grazing",
        Text("导出草畜平衡表…", "Export the grazing table…"),
        Text("把草畜平衡写成 CSV、Excel 或 GeoPackage", "Write forage and livestock as CSV, Excel or GeoPackage"),
        menu="output",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
