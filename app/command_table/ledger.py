"""The ledger of hardships and the four guarantees."""

from __future__ import annotations

from app.actions import ledger
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text
from layers.planning.ledger import STATES, STEPS


def _option(name: str, zh: str, en: str, type: str = "text", **more: object) -> Parameter:
    return Parameter(name, Text(zh, en), type, option=True, required=False, **more)  # type: ignore[arg-type]


COMMANDS: tuple[Command, ...] = (
    Command(
        "ledger",
        Text("困难问题台账", "Ledger of hardships"),
        Text(
            "发现、交办、完成、销号，逐条推进；四项保障按嘎查或苏木计数",
            "Found, assigned, done, closed, one by one; the four guarantees counted by gacha or sumu",
        ),
        ledger.ledger,
        (
            PROJECT,
            _option("state", "只列这个状态", "only this state", "choice", choices=STATES),
            _option("by", "逐条列出，或按嘎查、苏木计数", "item by item, or counted by gacha or sumu", "choice",
                    choices=ledger.BY, default="items"),
            _option("overdue", "只列超期的", "only what is overdue", "flag"),
            _option("date", "按哪一天算超期；不给就是今天", "the day for what is overdue; today without one"),
            _option("advance", "推进这个问题编号", "take this problem a step on"),
            _option("to", "推进到哪一步", "to which step", "choice", choices=STEPS[1:]),
            _option("on", "这一步的日期，如 2025-06-01", "the step's date, as 2025-06-01"),
            _option("unit", "责任单位（交办时）", "unit in charge (when assigned)"),
            _option("out", "写入的文件（.csv .xlsx .json）", "file to write (.csv .xlsx .json)", "new_path"),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="clipboard-check",
        needs="project",
    ),
    Command(
        "export_ledger",
        Text("导出台账…", "Export the ledger…"),
        Text("问题编号、嘎查、日期和状态；不带牧户和问题内容",
             "Codes, gachas, dates and states; no household and no problem"),
        menu="output",
        icon="download",
        needs="project",
    ),
    Command(
        "export_guarantees",
        Text("导出四项保障…", "Export the four guarantees…"),
        Text("各嘎查监测户的四项保障，小计数隐去", "The four guarantees by gacha, small counts withheld"),
        menu="output",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
