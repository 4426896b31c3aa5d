"""Faults of the road network."""

from __future__ import annotations

from app.actions import roads
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text
from layers.planning.road_faults import JUDGEMENTS, KINDS


def _option(name: str, zh: str, en: str, type: str = "text", **more: object) -> Parameter:
    return Parameter(name, Text(zh, en), type, option=True, required=False, **more)  # type: ignore[arg-type]


COMMANDS: tuple[Command, ...] = (
    Command(
        "faults",
        Text("道路缺陷", "Road faults"),
        Text(
            "断头、唯一通道、独桥、孤立路网、未成环和未通达的嘎查，后方公里和户数；缝隙可修补",
            "Dead ends, only ways and bridges, cut-off parts, missing loops and reach, "
            "with what is behind; gaps repaired",
        ),
        roads.faults,
        (
            PROJECT,
            _option("kind", "只列这一类", "only this kind", "choice", choices=KINDS),
            _option("year", "按哪一年年末的道路；不给就按全部记录", "roads at the end of this year; all without one",
                    "integer", limits=(1900, 2200)),
            _option("repair", "修补这个编号的缝隙，或 all", "close the gap of this key, or all"),
            _option("judge", "给这个编号记下判断", "say what the fault of this key is"),
            _option("judgement", "判断；不给就取消", "what it is; without one it is forgotten", "choice",
                    choices=JUDGEMENTS),
            _option("note", "判断的说明", "a note to the judgement", default=""),
            _option("out", "写入的文件（.csv .xlsx .json .gpkg）", "file to write (.csv .xlsx .json .gpkg)",
                    "new_path"),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="route",
        needs="project",
    ),
    Command(
        "export_faults",
        Text("导出道路缺陷…", "Export the road faults…"),
        Text("把道路缺陷写成 CSV、Excel 或 GeoPackage；户数只写计数，小计数隐去",
             "Write the register as CSV, Excel or GeoPackage; households as counts, small ones withheld"),
        menu="output",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
