"""Rows that wait for a place."""

from __future__ import annotations

from app.actions import placing
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "queue",
        Text("待落图…", "Waiting for a place…"),
        Text("导入时地点存疑的行：选嘎查、给坐标或在图上点，逐条落图",
             "Rows whose place was in doubt: choose the gacha, give coordinates "
             "or click on the map, one by one"),
        placing.queue,
        (
            PROJECT,
            Parameter("place", Text("键=嘎查代码，或 键=经度,纬度", "KEY=gacha code, or KEY=LON,LAT"), option=True,
                      required=False, many=True),
            Parameter("discard", Text("不要的键", "keys to discard"), option=True, required=False, many=True),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="map-pin",
        needs="project",
    ),
)  # fmt: skip
