"""Printing on the command line; the window has it in the dialogs of the sheet and the atlas."""

from __future__ import annotations

from app.actions import printing
from app.command import Command, Parameter
from app.command_table.parameters import EXEMPT, PROJECT, SCHEME, TEMPLATE, YEAR
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "printers",
        Text("打印机", "Printers"),
        Text("列出这台机器上的打印机", "List the printers of this machine"),
        printing.list_printers,
        cli=True,
    ),
    Command(
        "print",
        Text("打印", "Print"),
        Text(
            "把地图当图幅打印，或按嘎查、苏木打印图集；也可以打印成 PDF 文件",
            "Print the map as a sheet, or an atlas over gachas or sumu; to a PDF file, too",
        ),
        printing.print_map,
        (
            PROJECT,
            Parameter(
                "printer", Text("打印机（“printers”列出）", "printer (“printers” lists them)"), option=True,
                required=False, default="",
            ),
            Parameter(
                "out", Text("打印成这个 .pdf 文件", "print to this .pdf file"), "new_path", option=True,
                required=False, ending=".pdf",
            ),
            Parameter(
                "over", Text("按这一级打印图集", "an atlas over this level"), "choice", option=True,
                required=False, choices=("gacha", "sumu"),
            ),
            Parameter("scene", Text("打印这个场景", "print this scene"), option=True, required=False),
            Parameter("service", Text("缺口专题", "gap theme"), option=True, required=False),
            YEAR,
            SCHEME,
            Parameter(
                "sheet", Text("图幅的纸张，如 A3-landscape", "the sheet's paper, as A3-landscape"), option=True,
                required=False,
            ),
            Parameter(
                "paper", Text("打印机的纸张（小则缩印）", "the printer's paper (smaller: printed smaller)"),
                option=True, required=False,
            ),
            TEMPLATE,
            Parameter(
                "pages", Text("页码，如 1-3,5", "pages, as 1-3,5"), option=True, required=False, default=""
            ),
            Parameter(
                "copies", Text("份数", "copies"), "integer", option=True, required=False, default=1,
                limits=(1, 99),
            ),
            Parameter("public", Text("公开成果", "for the public"), "flag", option=True, required=False),
            Parameter(
                "review_number", Text("审图号", "review number"), option=True, required=False, default=""
            ),
            EXEMPT,
        ),
        cli=True,
        opens=True,
    ),
)  # fmt: skip
