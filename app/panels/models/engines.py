"""The planning engines as records: what each asks for, with units and bounds, how it is run, shown and kept.

The panel (`app.panels.engine`) builds its form from the fields; another engine is another record.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.actions import road_plans as road_actions
from app.actions import siting as site_actions
from app.actions import toilet_works
from app.actions import toilets as toilet_actions
from app.engine_themes import roads_theme, sites_theme, works_theme
from app.messages import listed, text, tr
from app.origins.engines import engine_ask
from app.panels.models.bars import Bar
from app.panels.models.records import RecordColumn, summed
from app.panels.rows import number
from app.session import Session
from layers.maps.choropleth import MapTheme
from layers.plan.plan import Plan
from layers.planning.facilities import targets
from layers.planning.results import Progress, Provenance
from layers.planning.road_programme import RoadProgramme, road_programme
from layers.planning.road_rows import Crossed, crossed
from layers.planning.site_plan import SitePlan, site_plan
from layers.planning.toilets import allocate
from layers.policy.bundle import Policy
from layers.provenance import Ask

INTEGER, REAL, CHOICE, FLAG, YEARS, FILE = "integer", "real", "choice", "flag", "years", "file"
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """Something an engine is told: `[ui.KEY]`, its type, unit (`[ui.UNIT]`), least, most and first value.

    optional: a number may be left out (shown as `[ui.engine_any]`). choices: (value, words) of a plan.
    endings: of a file's names, as `*.tif`.
    """

    name: str
    key: str
    type: str
    unit: str = ""
    least: float = 0
    most: float = 1_000_000
    first: Any = None
    optional: bool = False
    choices: Callable[[Plan], Sequence[tuple[Any, str]]] | None = None
    endings: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """run: off the interface thread. keep: one command. bars: of the chart, by year. shape: what a row zooms
    to. theme: the answer on the map."""

    id: str
    fields: tuple[Field, ...]
    run: Callable[[Plan, Policy, Values, Progress], Any]
    columns: tuple[RecordColumn, ...]
    rows: Callable[[Any], Sequence[Any]]
    head: Callable[[Plan, Any], Sequence[str]]
    tiles: Callable[[Any], Sequence[tuple[str, str, str, str]]]
    bars: Callable[[Any], Sequence[Bar]]
    keep: Callable[[Session, Any, str, Values], Any]
    provenance: Callable[[Any], Provenance]
    shape: Callable[[Any], Any]
    words: Callable[[Any], tuple[str, ...]]
    theme: Callable[[Any], MapTheme]


# -- roads -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoadRow:
    """A road with what it crosses, and its units in words."""

    project: Any
    crossing: Crossed
    units: str
    need: str


@dataclass(frozen=True, eq=False)
class RoadResult:
    """The programme and its rows."""

    programme: RoadProgramme
    rows: tuple[RoadRow, ...]


def _run_roads(plan: Plan, policy: Policy, values: Values, progress: Progress) -> RoadResult:
    by_km = values["limit"] == "km"
    budget = {year: amount for year, amount in values["years"].items() if amount is not None}
    programme = road_programme(plan, policy, km=budget if by_km else None,
                               money=None if by_km else budget or None,
                               dead_ends=values["dead_ends"], progress=progress,
                               heights=road_actions.heights_of(plan, values.get("dem")))  # fmt: skip
    met = crossed(plan, policy, programme, on=datetime.date.today())
    names = road_actions.unit_names(plan)
    titles = road_actions.need_titles(plan)
    return RoadResult(programme, tuple(
        RoadRow(one, crossing, listed(names.get(code, code) for code in one.units), tr(titles[one.service]))
        for one, crossing in zip(programme.projects, met, strict=True)
    ))  # fmt: skip


def _road_verdict(row: RoadRow) -> tuple[str, str] | None:
    judged = row.crossing.judged
    return None if judged is None else (f"v_{judged.verdict}", text(f"verdict_{judged.verdict}"))


def _limits(_plan: Plan) -> list[tuple[str, str]]:
    return [("money", text("engine_limit_money")), ("km", text("engine_limit_km"))]


ROADS = Engine(
    "roads",
    (
        Field("limit", "engine_limit", CHOICE, choices=_limits),
        Field("dead_ends", "engine_dead_ends", FLAG, first=False),
        Field("dem", "engine_dem", FILE, endings="*.tif *.tiff"),
        Field("years", "engine_by_year", YEARS, most=1_000_000, optional=True),
    ),
    _run_roads,
    (
        RecordColumn("engine_road", lambda row: row.units or row.project.code,
                     order=lambda row: row.project.code),
        RecordColumn("engine_year", lambda row: None if row.project.year is None else str(row.project.year)),
        RecordColumn("engine_km", lambda row: row.project.km, True, 1,
                     total=summed(lambda row: row.project.km)),
        RecordColumn("engine_cost", lambda row: row.project.cost, True, 0,
                     total=summed(lambda row: row.project.cost)),
        RecordColumn("engine_households", lambda row: row.project.households, True, 0, spare=1),
    ),
    lambda result: result.rows,
    lambda plan, result: list(road_actions.need_lines(plan, result.programme)),
    lambda result: (
        (number(result.programme.km, digits=1), "km", text("engine_tile_km", count=len(result.rows)),
         "y2024"),
        (number(round(result.programme.cost)), text("unit_wan"), text("engine_tile_cost"), "y2023"),
        (number(sum(len(need.open) for need in result.programme.needs)), text("engine_places"),
         text("engine_tile_open"), "need4"),
    ),
    lambda result: _year_bars(
        [(row.project.year, row.project.km) for row in result.rows], lambda km: f"{number(km, digits=1)} km"
    ),
    lambda session, result, scheme, _values: road_actions.keep(session, result.programme, scheme),
    lambda result: result.programme.provenance,
    lambda row: row.project.line,
    lambda row: (row.project.code, row.units, row.need),
    lambda result: roads_theme(result.programme),
)  # fmt: skip


# -- sites -----------------------------------------------------------------------------------------


def _site_kinds(plan: Plan) -> list[tuple[str, str]]:
    from layers.planning.footprints import WORK_OF_ROLE

    found = [one for one in targets(plan)
             if any(role in WORK_OF_ROLE for kind in one.kinds for role in kind.roles)
             and all(kind.geometry == "Point" for kind in one.kinds)]  # fmt: skip
    found.sort(
        key=lambda one: not any(kind.services for kind in one.kinds)
    )  # what the plan asks for comes first
    return [(one.id, tr(one.title)) for one in found]


def _site_aims(_plan: Plan) -> list[tuple[str, str]]:
    return [(name, text(f"engine_aim_{name}")) for name in ("coverage", "cover", "median", "center")]


def _run_sites(plan: Plan, policy: Policy, values: Values, progress: Progress) -> SitePlan:
    cover = values["objective"] == "cover"
    return site_plan(
        plan, policy, kind=values["kind"], number=None if cover else int(values["number"]),
        reach=float(values["reach"]) if values["objective"] in ("cover", "coverage") else float("inf"),
        objective=values["objective"], capacity=values["capacity"], on=datetime.date.today(),
        progress=progress,
    )  # fmt: skip


def _site_tiles(result: SitePlan) -> list[tuple[str, str, str, str]]:
    unit = text(f"weight_{result.weight}")
    return [
        (number(len(result.new)), text("engine_places"),
         text("engine_tile_sites", existing=len(result.facilities)),
         "work"),
        (number(round(result.after)), unit, text("engine_tile_after", before=number(round(result.before))),
         "met_ink"),
        (number(round(result.total - result.after)), unit, text("engine_tile_left"), "need4"),
    ]  # fmt: skip


SITES = Engine(
    "sites",
    (
        Field("kind", "engine_kind", CHOICE, choices=_site_kinds),
        Field("objective", "engine_objective", CHOICE, choices=_site_aims),
        Field("number", "engine_number", INTEGER, "engine_places", 1, 10_000, 3),
        Field("reach", "engine_reach", REAL, "unit_min", 1, 600, 30),
        Field("capacity", "engine_capacity", INTEGER, "weight_people", 1, 1_000_000, None, optional=True),
    ),
    _run_sites,
    (
        RecordColumn("engine_site", lambda row: row.candidate.name, order=lambda row: row.candidate.code),
        RecordColumn("engine_served", lambda row: row.people, True, 0, total=summed(lambda row: row.people)),
        RecordColumn("engine_alone", lambda row: row.alone, True, 0),
        RecordColumn("engine_farthest", lambda row: row.farthest, True, 0),
        RecordColumn("engine_rival", lambda row: row.runner_up or None, spare=1),
    ),
    lambda result: result.new,
    lambda _plan, result: list(site_actions.site_lines(result, rows=False)),
    _site_tiles,
    lambda result: [Bar(one.candidate.code, one.candidate.name, one.people, number(round(one.people)), "work")
                    for one in result.new[:12]],
    lambda session, result, scheme, _values: site_actions.keep(session, result, scheme),
    lambda result: result.provenance,
    lambda row: row.candidate.point,
    lambda row: (row.candidate.code, row.candidate.name, row.candidate.sumu_name),
    sites_theme,
)  # fmt: skip


# -- toilets in batches and to households ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorksRow:
    """A gacha: toilets in all, years with works, toilets without a household."""

    code: str
    name: str
    total: int
    years: int
    short: int


@dataclass(frozen=True, eq=False)
class WorksResult:
    """The works and a row a gacha."""

    works: toilet_works.Works
    rows: tuple[WorksRow, ...]


def _run_works(plan: Plan, policy: Policy, values: Values, progress: Progress) -> WorksResult:
    fair = allocate(plan, policy)
    wishes = toilet_works.Wishes(
        int(values["batch"] or 0), values["places"], bool(values["consecutive"]),
        {year: amount for year, amount in values["years"].items() if amount is not None}, True,
    )  # fmt: skip
    works = toilet_works.plan_works(plan, policy, fair, wishes, progress=progress)
    short: dict[str, int] = {}
    for (code, _), count in works.households.short.items():  # type: ignore[union-attr]
        short[code] = short.get(code, 0) + count
    return WorksResult(works, tuple(
        WorksRow(share.gacha_code, share.gacha_name, share.total,
                 sum(count > 0 for count in share.by_year.values()),
                 short.get(share.gacha_code, 0))
        for share in works.allocation.shares if share.total
    ))  # fmt: skip


def _works_tiles(result: WorksResult) -> list[tuple[str, str, str, str]]:
    made = result.works.households
    money = sum(made.cost.values()) if made is not None else 0.0
    served = len(made.served) if made is not None else 0
    return [
        (number(served), text("unit_household"), text("engine_tile_served"), "met_ink"),
        (
            number(sum(row.short for row in result.rows)),
            text("unit_seat"),
            text("engine_tile_short"),
            "need4",
        ),
        (number(round(money)), text("unit_wan"), text("engine_tile_cost"), "y2023"),
    ]


WORKS = Engine(
    "works",
    (
        Field("batch", "engine_batch", INTEGER, "unit_seat", 1, 1_000, None, optional=True),
        Field("places", "engine_crews", INTEGER, "engine_gachas", 1, 10_000, None, optional=True),
        Field("consecutive", "engine_consecutive", FLAG, first=False),
        Field("years", "engine_by_year", YEARS, "unit_wan", most=1_000_000, optional=True),
    ),
    _run_works,
    (
        RecordColumn("engine_gacha", lambda row: row.name, order=lambda row: row.code),
        RecordColumn("engine_total", lambda row: row.total, True, 0, total=summed(lambda row: row.total)),
        RecordColumn("engine_years_of_works", lambda row: row.years, True, 0),
        RecordColumn("engine_short", lambda row: row.short, True, 0, total=summed(lambda row: row.short)),
    ),
    lambda result: result.rows,
    lambda plan, result: list(toilet_works.works_lines(result.works)),
    _works_tiles,
    lambda result: [Bar(str(year), str(year), total, number(total), f"y{year}")
                    for year, total in result.works.allocation.total_by_year.items()],
    lambda session, result, scheme, _values: toilet_actions.keep(
        session, scheme, result.works.allocation, works=result.works
    ),
    lambda result: result.works.allocation.provenance,
    lambda _row: None,
    lambda row: (row.code, row.name),
    lambda result: works_theme(result.works.allocation),
)  # fmt: skip

FIELDS = {"engine_km": "km", "engine_cost": "cost", "engine_households": "households",
          "engine_served": "people", "engine_alone": "alone", "engine_farthest": "farthest",
          "engine_total": "total", "engine_years_of_works": "years", "engine_short": "short"}  # fmt: skip
TILES = {"roads": ("km", "cost", "open"), "sites": ("new", "after", "left"),
         "works": ("served", "short", "cost")}  # fmt: skip
BARS = {"roads": ("km", "@"), "sites": ("people", ""), "works": ("total", "@")}
"""What names the numbers of an engine: of its columns, its figures, its bars (and what their keys begin
with)."""


def traceable(engine: Engine) -> tuple[RecordColumn, ...]:
    """Return the engine's columns, each with what names the number of a row."""

    def asks(name: str) -> Callable[[Any], Ask]:
        return lambda row: engine_ask(engine.id, name, engine.words(row)[0])

    return tuple(
        replace(one, ask=asks(FIELDS[one.key])) if one.key in FIELDS else one for one in engine.columns
    )


def traceable_bars(engine: Engine, result: Any) -> list[Bar]:
    """Return the engine's bars, each with what names its number."""
    name, begin = BARS[engine.id]
    return [replace(bar, ask=engine_ask(engine.id, name, begin + bar.key)) for bar in engine.bars(result)]


ENGINES: dict[str, Engine] = {engine.id: engine for engine in (ROADS, SITES, WORKS)}


def _year_bars(pairs: Sequence[tuple[int | None, float]], words: Callable[[float], str]) -> list[Bar]:
    """A bar a year, what has no year last."""
    sums: dict[int | None, float] = {}
    for year, amount in pairs:
        sums[year] = sums.get(year, 0.0) + amount
    years = sorted(year for year in sums if year is not None)
    bars = [Bar(str(year), str(year), sums[year], words(sums[year]), "work") for year in years]
    if None in sums:
        bars.append(Bar("", text("engine_no_year"), sums[None], words(sums[None]), "unknown"))
    return bars
