"""Gaps, targets, allocation, checks."""

from __future__ import annotations

from app.actions import gaps, toilets
from app.command import Command, Parameter
from app.command_table.parameters import OUT, PROJECT, SCHEME, YEAR
from layers.catalogue.text import Text

CREWS = (
    Parameter("batch", Text("一个嘎查一年至少几座", "least toilets in a gacha and year"), "integer", option=True,
              required=False, limits=(1, 10_000)),
    Parameter("places", Text("一年最多几个嘎查施工", "most gachas with works in a year"), "integer", option=True,
              required=False, limits=(0, 100_000)),
    Parameter("consecutive", Text("一个嘎查在连续年份内做完", "a gacha finished in consecutive years"), "flag",
              option=True, required=False),
    Parameter("budget", Text("年度资金（万元），如 2022=400,2023=300", "money (10,000 yuan), as 2022=400,2023=300"),
              option=True, required=False, unit="万元"),
    Parameter("households", Text("落到户：选户、选型、定点", "give each toilet a household, a type and a spot"),
              "flag", option=True, required=False),
)  # fmt: skip
"""What crews and money ask of the toilets."""

COMMANDS: tuple[Command, ...] = (
    Command(
        "gaps",
        Text("缺口", "Gaps"),
        Text("各嘎查、各项服务：已有、需要、缺口、未知", "Every gacha and service: have, need, gap, unknown"),
        gaps.gaps,
        (
            PROJECT,
            YEAR,
            SCHEME,
            OUT,
            Parameter(
                "level",
                Text("层级", "level"),
                "choice",
                option=True,
                required=False,
                choices=("gacha", "sumu", "banner", "all"),
                default="gacha",
            ),
            Parameter(
                "by_sumu", Text("嘎查的数按苏木合计", "add up gachas by sumu"), "flag", option=True, required=False
            ),
        ),
        cli=True,
        opens=True,
        menu="planning",
        toolbar=6,
        icon="chart-column",
        shortcut="Ctrl+2",
        needs="project",
    ),
    Command(
        "toilets",
        Text("分配改厕", "Allocate toilets"),
        Text(
            "把年度指标分到嘎查，存成方案", "Give the yearly quotas to gachas and keep the result as a scheme"
        ),
        toilets.toilets,
        (
            PROJECT,
            Parameter("scheme", Text("方案名称", "scheme's name"), option=True),
            Parameter(
                "quotas",
                Text("年度指标，如 2022=946,2023=642", "quotas, as 2022=946,2023=642"),
                option=True,
                required=False,
            ),
            Parameter(
                "lock",
                Text("锁定，如 150724212206:2023=30", "locked cells, as CODE:YEAR=N"),
                option=True,
                required=False,
                many=True,
            ),
            Parameter(
                "weight",
                Text("优先权重，如 150724212206=1.5", "priorities, as CODE=1.5"),
                option=True,
                required=False,
                many=True,
            ),
            *CREWS,
            Parameter("adopt", Text("同时采纳", "adopt it as well"), "flag", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="planning",
        toolbar=6,
        icon="shuffle",
        shortcut="Ctrl+Shift+T",
        needs="project",
    ),
    Command(
        "play_years",
        Text("逐年播放", "Play the years"),
        Text(
            "从现状到规划末年逐年看；时间轴上按空格也行",
            "Year by year to the end of the plan; Space on the timeline does it too",
        ),
        menu="view",
        icon="play",
        shortcut="F8",
        needs="project",
    ),
    Command(
        "check_data",
        Text("数据检查", "Check the data"),
        Text("缺编码、重复、拓扑和越界等问题", "Missing codes, duplicates, topology, places outside"),
        menu="check",
        icon="clipboard-check",
        needs="project",
    ),
    Command(
        "export_gaps",
        Text("导出缺口表…", "Export the gap table…"),
        Text("把缺口写成 CSV 或 JSON", "Write the gaps as CSV or JSON"),
        menu="output",
        icon="download",
        needs="project",
    ),
)
