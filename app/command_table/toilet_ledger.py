"""The ledger of household toilets."""

from __future__ import annotations

from app.actions import toilet_ledger
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text
from layers.planning.toilet_ledger import STATES, TO


def _option(name: str, zh: str, en: str, type: str = "text", **more: object) -> Parameter:
    return Parameter(name, Text(zh, en), type, option=True, required=False, **more)  # type: ignore[arg-type]


COMMANDS: tuple[Command, ...] = (
    Command(
        "toilet-ledger",
        Text("改厕台账", "Toilet ledger"),
        Text("拟改、建成、验收、问题、整改，一厕一步，可撤销；查重复；各年进度；剩下的重新安排",
             "Planned, built, accepted, faulty, rectified, one by one; duplicates; progress; the rest anew"),
        toilet_ledger.toilet_ledger,
        (
            PROJECT,
            _option("state", "只列这个状态", "only this state", "choice", choices=STATES),
            _option("gacha", "只列这个嘎查代码", "only this gacha's code"),
            _option("duplicates", "列出重复的", "list duplicates", "flag"),
            _option("progress", "各嘎查各年：计划、建成、验收", "planned, built, accepted by gacha and year", "flag"),
            _option("advance", "推进这座厕所（行号或编号）", "take this toilet (row number or code) a step on"),
            _option("to", "推进到哪一步", "to which step", "choice", choices=TO),
            _option("on", "这一步的日期，如 2025-06-01", "the step's date, as 2025-06-01"),
            _option("fault", "问题是什么（问题厕所必填）", "what is wrong (needed for faulty)"),
            _option("photo", "这一步的照片", "photograph of the step", "path"),
            _option("replan", "从这一年起重新安排", "plan anew from this year on", "integer"),
            _option("scheme", "重新安排的结果存成这个方案", "name of the scheme to keep the new plan as"),
            _option("out", "写入进度表（.csv .xlsx .json）", "write the progress (.csv .xlsx .json)", "new_path"),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="clipboard-check",
        needs="project",
    ),
)  # fmt: skip
