"""The meeting's material in one folder, and checking it."""

from __future__ import annotations

from app.actions import packing
from app.command import Command, Parameter
from app.command_table.parameters import EXEMPT, PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "pack",
        Text("打包会议材料…", "Pack the meeting's material…"),
        Text(
            "把整个故事的图、表、网页和文件写进一个文件夹，附目录页和清单",
            "Write the story's maps, tables, pages and slides into one folder, with index and manifest",
        ),
        packing.pack,
        (
            PROJECT,
            Parameter("folder", Text("新文件夹", "new folder"), "new_path"),
            Parameter(
                "date", Text("印在材料上的日期", "date that is printed"), option=True, required=False,
                unit="YYYY-MM-DD",
            ),
            Parameter("public", Text("公开成果", "for the public"), "flag", option=True, required=False),
            Parameter(
                "review_number", Text("审图号", "review number"), option=True, required=False, default=""
            ),
            EXEMPT,
            Parameter(
                "template", Text("图幅用的模板（“templates”列出）", "template of the sheets (“templates” lists them)"),
                option=True, required=False,
            ),
            Parameter(
                "without", Text("不要的成果", "outputs to leave out"), option=True, required=False, many=True
            ),
        ),
        cli=True,
        opens=True,
        menu="output",
        icon="folder-open",
        needs="project",
    ),
    Command(
        "verify",
        Text("核对材料…", "Check material…"),
        Text(
            "重读文件夹里的每个文件，逐个数字与项目对照：哪些被改过，哪些已过时",
            "Read every file of a folder again and compare each number with the project: changed, or stale",
        ),
        packing.verify,
        (
            Parameter("folder", Text("打包的文件夹", "folder of the pack"), "path"),
            Parameter("project", Text("项目文件", "project file"), "path", option=True, required=False),
        ),
        cli=True,
        menu="output",
        icon="circle-check",
        needs="project",
    ),
)  # fmt: skip
