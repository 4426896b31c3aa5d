"""The road programme from the command line and the window: planned, kept as proposals, written."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, ending_of, write_result
from app.messages import both, listed, text, tr
from app.session import Session
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.exchange.raster_look import read_heights
from layers.geo.terrain import Heights
from layers.plan.plan import Plan
from layers.planning.road_programme import OPENING, RoadProgramme, RoadProject, road_programme
from layers.planning.road_rows import Crossed, crossed, road_changes
from layers.release import Counts

CELL_M = 100.0
"""Heights are averaged over cells of this size: a road's line is not known more exactly than that."""


def roads(
    session: Session,
    scheme: str,
    *,
    km: Sequence[str] | None = None,
    money: Sequence[str] | None = None,
    lock: Sequence[str] | None = None,
    weight: Sequence[str] | None = None,
    dead_ends: bool = False,
    year: int | None = None,
    date: str | None = None,
    dem: Path | None = None,
    out: Path | None = None,
) -> Answer:
    """Plan the cheapest roads to every unit that is not reached, put them into years, keep them as a scheme.

    km, money: `2022=30`; lock: `CODE=2023` or `CODE=-` (not at all); weight: `UNIT=2`.
    dem: a terrain model (GeoTIFF, metres), by which new roads wind where it is steep.
    Raises InputError `year_amount_malformed` and those of `road_programme` and `read_heights`.
    """
    from app.actions.toilets import parse_weights
    from app.actions.verdicts import parse_day

    if out is not None:
        ending_of(out)
    programme = road_programme(
        session.plan, session.policy, money=parse_years(money or ()), km=parse_years(km or ()),
        locks=parse_road_locks(lock or ()), year=year, dead_ends=dead_ends,
        heights=heights_of(session.plan, dem),
        weights={code: float(number) for code, number in parse_weights(weight or ()).items()},
    )  # fmt: skip
    on = datetime.date.today() if date is None else parse_day(date)
    met = crossed(session.plan, session.policy, programme, on=on)
    keep(session, programme, scheme)
    lines = list(road_lines(session.plan, programme, met))
    lines.append(text("roads_kept", name=scheme.strip(), count=len(programme.projects)))
    if out is not None:
        write_result(session, road_table(session.plan, programme, met), out)
        lines.append(text("wrote", path=str(out)))
    return Answer(road_data(session.plan, programme, met) | {"scheme": scheme.strip()}, tuple(lines))


def heights_of(
    plan: Plan, dem: Path | None, cancelled: Callable[[], bool] | None = None
) -> Heights | None:
    """Read a terrain model over the plan; None where none is given. Raises as `read_heights`."""
    if dem is None or plan.bounds is None:
        return None
    west, south, east, north = plan.bounds
    around = (west - CELL_M, south - CELL_M, east + CELL_M, north + CELL_M)
    return read_heights(dem, plan.crs.epsg, around, CELL_M, cancelled=cancelled)


def keep(session: Session, programme: RoadProgramme, scheme: str) -> Any:
    """Keep a programme as proposals of a scheme, one command; raises InputError `scheme_unnamed`."""
    if not scheme.strip():
        raise InputError("scheme_unnamed")
    title = both("did_roads", name=scheme.strip(), count=len(programme.projects))
    return session.do(title, lambda plan: road_changes(plan, programme, scheme.strip()), command="roads")


def parse_years(given: Iterable[str]) -> dict[int, float]:
    """Read `2022=30`, several apart or by commas; raises InputError `year_amount_malformed`."""
    found: dict[int, float] = {}
    for item in ",".join(given).replace("，", ",").split(","):
        if not item.strip():
            continue
        year, equals, amount = item.partition("=")
        try:
            number = float(amount)
        except ValueError:
            number = -1.0
        if not equals or not year.strip().isdigit() or not number >= 0 or int(year) in found:
            raise InputError("year_amount_malformed", given=item)
        found[int(year)] = number
    return found


def parse_road_locks(given: Iterable[str]) -> dict[str, int | None]:
    """Read `CODE=2023` or `CODE=-`; raises InputError `year_amount_malformed`."""
    locks: dict[str, int | None] = {}
    for item in given:
        code, equals, year = item.partition("=")
        if not equals or not code.strip() or not (year.strip() == "-" or year.strip().isdigit()):
            raise InputError("year_amount_malformed", given=item)
        locks[code.strip()] = None if year.strip() == "-" else int(year)
    return locks


def road_data(plan: Plan, programme: RoadProgramme, met: Sequence[Crossed]) -> dict[str, Any]:
    """Return a programme in stable keys."""
    phasing = programme.phasing
    return {
        "roads": [_road_data(one, crossing) for one, crossing in zip(programme.projects, met, strict=True)],
        "km": round(programme.km, 3), "cost": round(programme.cost, 2),
        "needs": [
            {"service": one.service, "not_reached": list(one.open), "cut_off": list(one.cut_off),
             "without_seat": list(one.without_seat), "cost": round(one.cost, 2), "bound": round(one.bound, 2)}
            for one in programme.needs
        ],
        "phasing": None if phasing is None else {
            "household_years": phasing.value, "bound": phasing.bound, "greedy": phasing.greedy,
            "spent_by_year": {str(year): round(float(spent), 3)
                              for year, spent in zip(programme.years, phasing.spent, strict=True)},
        },
    }  # fmt: skip


def _road_data(one: RoadProject, crossing: Crossed) -> dict[str, Any]:
    judged = crossing.judged
    return {
        "code": one.code, "service": one.service, "make": one.make, "km": round(one.km, 3),
        "cost": round(one.cost, 2),
        "bridges": one.bridges, "width_m": one.width_m, "year": one.year, "units": list(one.units),
        "households": one.households, "otherwise": one.otherwise, "closes_loop": one.closes_loop,
        "verdict": None if judged is None else judged.verdict,
        "zones": [] if judged is None
        else sorted({hit.name or hit.words.zh for hit in judged.conflicts if hit.fid}),
        "pastures": crossing.pastures,
    }  # fmt: skip


def road_table(plan: Plan, programme: RoadProgramme, met: Sequence[Crossed]) -> ResultTable:
    """Return a programme as a table that may be written."""
    public, internal = Privacy.PUBLIC, Privacy.INTERNAL
    columns = (
        ResultColumn("code", Text("编号", "Code"), privacy=public),
        ResultColumn("need", Text("解决什么", "Need"), privacy=public),
        ResultColumn("make", Text("建设方式", "Make"), privacy=public),
        ResultColumn("year", Text("年度", "Year"), "integer", public),
        ResultColumn("km", Text("里程（公里）", "Length (km)"), "real", public),
        ResultColumn("cost", Text("造价（万元）", "Cost (10,000 yuan)"), "real", internal),
        ResultColumn("units", Text("通达", "Units reached"), privacy=public),
        ResultColumn("households", Text("受益（户）", "Households"), "integer", internal),
        ResultColumn("verdict", Text("与分区", "Zones"), privacy=public),
        ResultColumn("pastures", Text("穿过承包草场（块）", "Pastures crossed"), "integer", internal),
        ResultColumn("otherwise", Text("次优方案多花（万元）", "Next best costs more (10,000 yuan)"), "real", internal),
    )
    names = unit_names(plan)
    titles = need_titles(plan)
    records = [
        {"code": one.code, "need": tr(titles[one.service]), "make": text(f"road_{one.make}"),
         "year": one.year,
         "km": round(one.km, 2), "cost": round(one.cost, 1),
         "units": listed(names.get(code, code) for code in one.units),
         "households": one.households, "pastures": crossing.pastures, "otherwise": one.otherwise,
         "verdict": "" if crossing.judged is None else text(f"verdict_{crossing.judged.verdict}")}
        for one, crossing in zip(programme.projects, met, strict=True)
    ]  # fmt: skip
    counts = Counts(lambda row: ("households",) if row["households"] is not None else ())
    return ResultTable(both("roads_title"), columns, records, programme.provenance, counts=counts)


def unit_names(plan: Plan) -> Mapping[str, str]:
    """Code -> name of every gacha and sumu."""
    return {
        str(code): str(name or code)
        for role in ("unit.gacha", "unit.sumu")
        for table in plan.with_role(role)
        for code, name in zip(table.column(table.kind.key), table.column(table.kind.name), strict=True)
    }


def need_lines(plan: Plan, programme: RoadProgramme) -> Iterable[str]:
    """Say what each need came to, and how well the years serve."""
    names = unit_names(plan)
    titles = {service.id: service.title for service, _ in plan.catalogue.services()}
    for need in programme.needs:
        yield text("roads_need", title=tr(titles[need.service]), open=len(need.open),
                   cost=f"{need.cost:,.0f}",
                   bound=f"{need.bound:,.0f}")  # fmt: skip
        for key, codes in (("roads_cut_off", need.cut_off), ("roads_no_seat", need.without_seat)):
            if codes:
                yield text(key, names=listed(names.get(code, code) for code in codes))
    if programme.terrain:
        yield text("roads_terrain", name=programme.terrain)
    if programme.phasing is not None:
        phasing = programme.phasing
        yield text("roads_phasing", value=f"{phasing.value:,.0f}", bound=f"{phasing.bound:,.0f}",
                   greedy=f"{phasing.greedy:,.0f}")  # fmt: skip


def need_titles(plan: Plan) -> dict[str, Text]:
    """Need -> its words."""
    return {service.id: service.title for service, _ in plan.catalogue.services()} | {
        OPENING: both("road_opening_need")}  # fmt: skip


def road_lines(plan: Plan, programme: RoadProgramme, met: Sequence[Crossed]) -> Iterable[str]:
    """Say a programme in words."""
    names = unit_names(plan)
    yield from need_lines(plan, programme)
    for one, crossing in zip(programme.projects, met, strict=True):
        yield text(
            "roads_row", code=one.code, make=text(f"road_{one.make}"), km=f"{one.km:,.1f}",
            cost=f"{one.cost:,.0f}",
            year=one.year or text("roads_no_year"),
            households="—" if one.households is None else f"{one.households:,}",
            units=listed(names.get(code, code) for code in one.units) or "—",
            verdict="" if crossing.judged is None else text(f"verdict_{crossing.judged.verdict}"),
        )  # fmt: skip
