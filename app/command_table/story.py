"""Slides of the story, and reports."""

from __future__ import annotations

from app.actions import numbers, story
from app.command import Command, Parameter
from app.command_table.parameters import EXEMPT, PROJECT, SLIDES, YEAR
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "slides",
        Text("导出幻灯片…", "Export slides…"),
        Text(
            "每个场景一张（.pptx）：文字可改，图表可编辑，地图清晰，备注是讲稿",
            "One slide a scene (.pptx): editable words, native charts, a sharp map, your notes",
        ),
        menu="output",
        icon="presentation",
        needs="project",
    ),
    Command(
        "report",
        Text("导出报告…", "Export a report…"),
        Text(
            "年度监测报告，或一个项目的核查和占地（.docx），按模板",
            "The yearly monitoring report, or a project's verdict and land (.docx), by a template",
        ),
        story.report,
        (
            PROJECT,
            Parameter("out", Text("写入的 .docx", ".docx to write"), "new_path", ending=".docx"),
            Parameter("kind", Text("哪种报告", "which report"), "choice", option=True, required=False,
                      choices=("yearly", "project"), default="yearly"),
            YEAR,
            Parameter("project_", Text("项目的名称或编号", "name or code of the project"), option=True,
                      required=False),
            *SLIDES,
            Parameter("dpi", Text("地图的分辨率", "resolution of the maps"), "integer", option=True,
                      required=False, unit="dpi", limits=(100, 600)),
            Parameter("public", Text("公开成果", "for the public"), "flag", option=True, required=False),
            Parameter("review_number", Text("审图号", "review number"), option=True, required=False,
                      default=""),
            EXEMPT,
        ),
        cli=True,
        opens=True,
        menu="output",
        icon="file-text",
        needs="project",
    ),
    Command(
        "numbers",
        Text("文件里的数字从哪来", "Where a file's numbers are from"),
        Text(
            "列出幻灯片或报告里的每个数字和来源；给出项目时，说哪些已经变了",
            "List each number of slides or a report with its source; with a project, say which have moved",
        ),
        numbers.numbers,
        (
            Parameter("file", Text(".pptx、.docx 或 .numbers.json", ".pptx, .docx or .numbers.json"), "path"),
            Parameter("project_", Text("和这个项目对照", "hold them against this project"), "path", option=True,
                      required=False),
        ),
        cli=True,
    ),
)  # fmt: skip
