"""How far it is: minutes to facilities, and what the road network leaves cut off."""

from __future__ import annotations

from app.actions import access, road_network
from app.command import Command, Parameter
from app.command_table.parameters import OUT, PROJECT
from layers.catalogue.text import Text
from layers.planning.origins import ORIGINS

YEAR = Parameter("year",
                 Text("看哪一年年末的设施和道路；不给就是现有的全部",
                      "what stands at the end of that year; without one all there is"),
                 "integer", option=True, required=False, limits=(1900, 2200))  # fmt: skip
COMMANDS: tuple[Command, ...] = (
    Command(
        "access",
        Text("可达性", "Access"),
        Text("从驻地、牧户、营地或格网到最近设施要多少分钟、多少公里",
             "Minutes and km from seats, households, camps or cells to the nearest facility"),
        access.access,
        (
            PROJECT,
            Parameter("to", Text("去哪里：设施图层或服务的标识，如 clinic、hospital、kindergarten、water_work、road_hardened",
                                 "to what: id of a layer or service, as clinic, hospital, "
                                 "kindergarten, water_work, "
                                 "road_hardened"), option=True),
            Parameter("from", Text("从哪里出发", "from where"), "choice", option=True, required=False,
                      choices=ORIGINS, default="seats"),
            Parameter("minutes", Text("分级，如 15,30,60", "thresholds, as 15,30,60"), option=True,
                      required=False,
                      unit="min"),
            YEAR,
            Parameter("by_sumu", Text("按苏木合计，不按嘎查", "added up by sumu, not by gacha"), "flag",
                      option=True, required=False),
            Parameter("season",
                      Text("只算哪个季节的营地，如 winter、summer", "only camps of one season, as winter, summer"),
                      option=True, required=False),
            Parameter("table", Text("写出哪张表：逐处、按嘎查、按苏木、等时圈", "which table is written"), "choice", option=True,
                      required=False, choices=access.TABLES),
            OUT,
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="clock",
        needs="project",
    ),
    Command(
        "network",
        Text("路网连通", "Road network"),
        Text("路网分成几个连通部分：每一部分的里程、节点、嘎查和牧户",
             "Connected parts of the roads: km, nodes, gachas and households of each"),
        road_network.network,
        (PROJECT, YEAR, OUT),
        cli=True,
        opens=True,
        menu="planning",
        icon="unlink",
        needs="project",
    ),
    Command(
        "export_access",
        Text("导出可达性…", "Export access…"),
        Text("把可达性写成 CSV、Excel 或 GeoPackage", "Write access as CSV, Excel or GeoPackage"),
        menu="output",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
