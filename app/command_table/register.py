"""The register of targets, where numbers are from, the rules."""

from __future__ import annotations

from app.actions import register, rules
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT, SCHEME, YEAR
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "targets",
        Text("目标", "Targets"),
        Text("规划的每一条目标和现状", "Every target of the plan and where it stands"),
        register.targets,
        (
            PROJECT,
            YEAR,
            SCHEME,
            Parameter("out", Text("写入的文件（.csv .xlsx .json）", "file to write (.csv .xlsx .json)"), "new_path",
                      option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="target",
        shortcut="Ctrl+1",
        needs="project",
    ),
    Command(
        "gap_matrix",
        Text("缺口总表…", "Gaps at a glance…"),
        Text("嘎查 × 服务一张表，按状态着色，可排序、筛选，用键盘走", "Gachas × services in one table, coloured by status"),
        menu="planning",
        icon="table",
        needs="project",
    ),
    Command(
        "trace",
        Text("数字从哪来", "Where a number is from"),
        Text("一个指标或缺口数字由哪些要素、公式、规则和条款得出",
             "The features, the formula, rules and clauses behind a target or a gap"),
        register.trace,
        (
            PROJECT,
            Parameter("number", Text("数字的名字，如 access/clinic:seats/all/mean",
                                     "the number's name, as access/clinic:seats/all/mean"), required=False),
            Parameter("target", Text("指标编号", "target's id"), option=True, required=False),
            Parameter("service", Text("服务编号", "service's id"), option=True, required=False),
            Parameter("unit", Text("嘎查或苏木编码；不给就是全部之和", "code of a gacha or sumu; without one the sum of all"),
                      option=True, required=False),
            YEAR,
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "rules",
        Text("规则…", "Rules…"),
        Text("计算用到的数字和来源；改动后说明哪些结果变了",
             "The numbers that results rest on, with sources; after a change, which results moved"),
        rules.rules,
        (
            PROJECT,
            Parameter("set", Text("要改的数值，如 road_snap_m=800", "numbers to change, as road_snap_m=800"),
                      "assignments",
                      option=True, required=False, many=True),
            Parameter("source", Text("新数值的来源", "where the new number is from"), option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="sliders-horizontal",
        needs="project",
    ),
)  # fmt: skip
