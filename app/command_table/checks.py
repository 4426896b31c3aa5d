"""What holds where, and what a drawing touches."""

from __future__ import annotations

from app.actions import land_use, patches, validating, verdicts, zone_report
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

FILE = Parameter("file", Text("图形文件（任何可导入的格式）", "file of shapes (whatever can be imported)"), "path",
                 option=True, required=False)  # fmt: skip
CRS = Parameter("crs", Text("文件的坐标系", "coordinate system of the file"), option=True, required=False)

COMMANDS: tuple[Command, ...] = (
    Command(
        "check",
        Text("核查", "Check"),
        Text(
            "拟建的东西碰到哪些分区、能不能建、依据哪一条；或一个地点在哪些分区里",
            "What planned works touch, whether they may be built, by which article; "
            "or the zones of one place",
        ),
        verdicts.check,
        (
            PROJECT,
            Parameter("at", Text("经度,纬度", "LON,LAT"), "lonlat", option=True, required=False),
            Parameter("scheme", Text("只核查这个方案", "only this scheme"), option=True, required=False),
            FILE,
            Parameter("date", Text("按这一天判断，如 2024-06-01", "judge by this day, as 2024-06-01"),
                      option=True, required=False),
            CRS,
            Parameter("feature", Text("只核查这个编号或名称", "only this code or name"), option=True,
                      required=False),
            Parameter("out", Text("核查单文件（.csv .xlsx .json .docx .pdf）",
                             "sheet of verdicts (.csv .xlsx .json .docx .pdf)"),
                      "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="check",
        icon="map-pin",
        shortcut="Ctrl+4",
        needs="project",
    ),
    Command(
        "landuse",
        Text("占用地类统计…", "Land-use statement…"),
        Text("画的东西占了哪些地类、谁的地，公顷和亩", "What land a drawing takes, by class and ownership, ha and mu"),
        land_use.landuse,
        (
            PROJECT,
            Parameter("feature", Text("编号、名称，或 图层:编号", "code, name, or LAYER:CODE"), required=False),
            FILE,
            CRS,
            Parameter("out", Text("写入的文件（.csv .xlsx .json .docx .pdf）",
                                "file to write (.csv .xlsx .json .docx .pdf)"),
                      "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="check",
        icon="table",
        needs="selection",
    ),
    Command(
        "patch",
        Text("图斑台账", "Patch ledger"),
        Text(
            "疑似图斑：下发、核查（有照片）、认定、整改、销号，一步一条，可撤销；不给编号就列出全部",
            "Suspect patches: issued, visited (with a photograph), found, "
            "rectified, closed; without a code, the list",
        ),
        patches.patch,
        (
            PROJECT,
            Parameter("code", Text("图斑编号", "patch's code"), required=False),
            Parameter("to", Text("到哪一步", "which step"), "choice", option=True, required=False,
                      choices=("visited", "found", "rectified", "closed")),
            Parameter("on", Text("日期，如 2024-06-01", "day, as 2024-06-01"), option=True, required=False),
            Parameter("finding", Text("核查结论", "finding"), option=True, required=False),
            Parameter("photo", Text("照片编号或文件名", "photograph's number or file name"), option=True,
                      required=False),
            Parameter("by", Text("核查人", "visited by"), option=True, required=False),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "validate",
        Text("查错与修复", "Validate and repair"),
        Text(
            "自相交、重复、重叠、细条、缝隙、越界、编码与名称不符；能修的一条命令修好，可撤销",
            "Self-crossings, twins, overlaps, slivers, gaps, "
            "places outside, codes and names that disagree; repairs",
        ),
        validating.validate,
        (
            PROJECT,
            Parameter("repair", Text("修复：self_crossing duplicate overlap 或 all",
                                     "repair: self_crossing duplicate overlap, or all"),
                      option=True, required=False, many=True),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "zones",
        Text("分区核查表", "Zones of places"),
        Text(
            "一批坐标或图形各在哪些分区里、从何时起、依据哪个文件",
            "Which zones a list of places or drawings lies in, since when, by which document",
        ),
        zone_report.zones,
        (
            PROJECT,
            Parameter("at", Text("经度,纬度", "LON,LAT"), "lonlat", option=True, required=False),
            FILE,
            CRS,
            Parameter("date", Text("按这一天判断", "judge by this day"), option=True, required=False),
            Parameter("out", Text("写入的文件（.csv .xlsx .json .docx .pdf）",
                                "file to write (.csv .xlsx .json .docx .pdf)"),
                      "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="check",
        icon="list",
        needs="project",
    ),
    Command(
        "export_zones",
        Text("分区核查报告…", "Report of zones…"),
        Text("把这批地点和图形的分区、日期和文件写成报告或表", "Write the zones of these places, with dates and documents"),
        menu="check",
        icon="download",
        needs="project",
    ),
    Command(
        "export_verdicts",
        Text("核查单…", "Sheet of verdicts…"),
        Text("把核查结论、依据和怎么办写成表", "Write verdicts, articles and what to do as a table"),
        menu="check",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
