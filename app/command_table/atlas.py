"""The atlas: one page a unit."""

from __future__ import annotations

from app.actions import atlas
from app.command import Command, Parameter
from app.command_table.parameters import EXEMPT, PROJECT, TEMPLATE
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "atlas",
        Text("图集…", "Atlas…"),
        Text(
            "每个嘎查或苏木一页，合成一个 PDF：图、缺口表、位置图、索引和书签",
            "A page for each gacha or sumu in one PDF: map, table of gaps, inset, index and bookmarks",
        ),
        atlas.atlas,
        (
            PROJECT,
            Parameter("out", Text("写入的 .pdf", ".pdf to write"), "new_path", ending=".pdf"),
            Parameter(
                "over",
                Text("按哪一级出页", "the level that has pages"),
                "choice",
                option=True,
                required=False,
                choices=("gacha", "sumu"),
                default="gacha",
            ),
            Parameter(
                "scene",
                Text("用这个场景的图层、专题、年份和方案", "with layers, theme, year and scheme of this scene"),
                option=True,
                required=False,
            ),
            Parameter(
                "paper", Text("纸张，如 A3-landscape", "paper, as A3-landscape"), option=True, required=False
            ),
            TEMPLATE,
            Parameter("public", Text("公开成果", "for the public"), "flag", option=True, required=False),
            Parameter(
                "review_number", Text("审图号", "review number"), option=True, required=False, default=""
            ),
            EXEMPT,
            Parameter(
                "only",
                Text("只出这些编码的页", "only the pages of these codes"),
                option=True,
                required=False,
                many=True,
            ),
        ),
        cli=True,
        opens=True,
        menu="output",
        icon="book-open",
        needs="project",
    ),
)
