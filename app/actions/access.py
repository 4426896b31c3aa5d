"""Access: how long it takes to the nearest facility, by place, by gacha and by sumu, by season of camps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from app.access_words import gacha_data, group_words, notes, row_data, row_words
from app.actions.access_units import Grouping, may_leave, season_of
from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import both, text
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.access import Access
from layers.planning.access import access as compute
from layers.planning.access_summary import GachaAccess, groups_of
from layers.planning.isochrones import isochrones
from layers.planning.units import GACHA
from layers.planning.units import SUMU as SUMU_UNIT
from layers.release import Counts

PLACES, GACHAS, SUMU, ISOCHRONES = "places", "gachas", "sumu", "isochrones"
TABLES = (PLACES, GACHAS, SUMU, ISOCHRONES)
SUMU_COLUMNS = ("sumu_code", "sumu_name")
ALL = Grouping()
NUMBERS = frozenset({"minutes", "km", "off_km", "mean_minutes", "max_minutes", "area_km2"})
TEXTS = frozenset({"origin", "code", "name", "group", "gacha_code", "gacha_name", "facility", "facility_name",
                   "way", "status", "reason", "sumu_code", "sumu_name"})  # fmt: skip
LINES_AT_MOST = 200  # places that are listed for people; the file and --json have them all


def access(
    session: Session,
    *,
    to: str,
    minutes: str | None = None,
    year: int | None = None,
    by_sumu: bool = False,
    season: str | None = None,
    table: str | None = None,
    out: Path | None = None,
    **origin: str,
) -> Answer:
    """Minutes and km to the nearest facility; `origin` holds `from`, which Python keeps for itself.

    by_sumu: added up by sumu instead of by gacha. season: of camps, only those of that season.
    table: what `out` gets (one of TABLES); None: places, or units where the places are people's, which never
    leave one by one, and where they are added up. Raises InputError `access_unknown`, `not_minutes`,
    `season_unknown`, `season_not_camps`, `access_people`, `access_people_minutes`, `format_unknown`;
    StoreError `cannot_write`.
    """
    result = compute(
        session.plan, session.policy, to=to, origins=origin.get("from", "seats"), year=year,
        thresholds=None if minutes is None else thresholds_of(minutes),
    )  # fmt: skip
    if out is not None and minutes is not None and result.origins.sensitive and table != ISOCHRONES:
        raise InputError("access_people_minutes")
    grouping = Grouping(by_sumu or table == SUMU, season_of(result, season))
    written: tuple[str, ...] = ()
    if out is not None:
        write_access(session, result, out, table=table, grouping=grouping)
        written = (text("wrote", path=out),)
    return Answer(_data(session, result, grouping), (*_lines(result, grouping), *written))


def thresholds_of(typed: str) -> tuple[float, ...]:
    """Return minutes typed as 15,30,60. Raises InputError `not_minutes`."""
    try:
        found = tuple(float(part) for part in typed.replace("，", ",").split(","))
    except ValueError:
        found = ()
    if not found or not all(0 < one < 10_000 for one in found):
        raise InputError("not_minutes", given=typed)
    return tuple(sorted(set(found)))


def _data(session: Session, result: Access, grouping: Grouping) -> dict[str, Any]:
    return {
        "to": result.target.id,
        "from": result.origins.what,
        "season": grouping.season,
        "year": result.provenance.year,
        "thresholds": list(result.thresholds),
        "cell_m": result.travel.ground.cell_m,
        "facilities": len(result.facilities),
        "doubtful": result.facilities.doubtful,
        "rules": session.policy.version,
        "all": gacha_data(result, grouping.all(result)),
        "groups": [
            {"group": group, "title": title, **gacha_data(result, row)}
            for group, title, row in _groups(result, grouping)
        ],
        "rows": [] if result.origins.sensitive else [row_data(result, row) for row in result.rows],
        SUMU if grouping.sumu else GACHAS: [gacha_data(result, row) for row in grouping.rows(result)],
    }


def _groups(result: Access, grouping: Grouping) -> list[tuple[str, str, GachaAccess]]:
    """Seasons (levels of seats) apart, where there are several and all are looked at."""
    found = groups_of(result)
    if grouping.season is not None or len(found) < 2:
        return []
    return [(group, group_words(result, group), Grouping(season=group).all(result)) for group in found]


def _lines(result: Access, grouping: Grouping) -> list[str]:
    limits = "  ".join(f"≤{limit:g}" for limit in result.thresholds)
    unit = text("access_col_sumu_name" if grouping.sumu else "access_col_gacha_name")
    lines = [text("access_head", unit=unit, limits=limits)]
    for row in grouping.rows(result):
        sumu = f"（{row.sumu_name}）" if row.sumu_name and not grouping.sumu else ""
        lines.append(_line(row.code, f"{row.name}{sumu}" if row.name else text("access_no_gacha"), row))
    lines += [_line(group, title, row) for group, title, row in _groups(result, grouping)]
    every = text("access_all") if grouping.season is None else group_words(result, grouping.season)
    lines.append(_line("", every, grouping.all(result)))
    if not result.origins.sensitive and len(result.rows) <= LINES_AT_MOST:
        lines += [f"{row.code}  {row.name}  {row_words(result, row)}" for row in result.rows]
    return [*lines, *notes(result)]


def _line(code: str, name: str, row: GachaAccess) -> str:
    within = "  ".join(f"{count:,}" for count in row.within)
    return (
        f"{code}  {name}  {row.places:,}  {within}  {row.cut_off:,}  {row.unknown:,}  "
        f"{_minutes(row.mean)}  {_minutes(row.longest)}"
    )


def _minutes(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}"


# -- files -----------------------------------------------------------------------------------------


def write_access(
    session: Session | Snapshot,
    result: Access,
    out: Path,
    *,
    table: str | None = None,
    grouping: Grouping = ALL,
) -> None:
    """Write one of TABLES to .csv, .xlsx, .json or .gpkg. Raises InputError `access_people` for places of
    people."""
    units = SUMU if grouping.sumu else GACHAS
    wanted = table or (units if result.origins.sensitive or grouping != ALL else PLACES)
    if wanted == PLACES and result.origins.sensitive:
        raise InputError("access_people")
    if wanted in (GACHAS, SUMU):
        made = _units(session, result, replace(grouping, sumu=wanted == SUMU or grouping.sumu))
    else:
        made = {PLACES: _places, ISOCHRONES: _isochrones}[wanted](result)
    write_result(session, made, out)


def _places(result: Access) -> ResultTable:
    records = [row_data(result, row) for row in result.rows]
    words = [
        {**record, "group": group_words(result, record["group"]) if record["group"] else None,
         "status": text(f"access_{row.status}"), "reason": row_words(result, row),
         "way": text(f"access_way_{row.way}") if row.way else None, "origin": text(f"access_from_{row_from}")}
        for record, row in zip(records, result.rows, strict=True)
        for row_from in [result.origins.what]
    ]  # fmt: skip
    shapes = shapely.points(result.origins.xy)
    shapes[np.isnan(result.origins.xy).any(axis=1)] = None
    return _table(result, records, words, shapes, "Point")


def _units(session: Session | Snapshot, result: Access, grouping: Grouping) -> ResultTable:
    records, counts = [gacha_data(result, row) for row in grouping.rows(result)], None
    if result.origins.sensitive:
        records, counts = may_leave(result, grouping, int(session.policy.rule("small_count").value))
    keys = gacha_data(result, grouping.all(result)).keys() - (SUMU_COLUMNS if grouping.sumu else ())
    outlines = _outlines(session, SUMU_UNIT if grouping.sumu else GACHA)
    shapes = np.empty(len(records), object)
    shapes[:] = [outlines.get(record["code"]) for record in records]
    made = _table(result, records, None, shapes, "MultiPolygon", counts)
    return replace(made, columns=tuple(one for one in made.columns if one.key in keys))


def _isochrones(result: Access) -> ResultTable:
    from layers.geo.measure import areas_m2

    found = isochrones(result)
    shapes = np.array([area for _, area in found], object)
    areas = areas_m2(shapes, result.provenance.crs)
    records = [
        {"minutes": limit, "area_km2": round(float(m2) / 1e6, 3)}
        for (limit, _), m2 in zip(found, areas, strict=True)
    ]
    return _table(result, records, None, shapes, "MultiPolygon")


def _table(
    result: Access,
    records: list[dict[str, Any]],
    words: list[dict[str, Any]] | None,
    shapes: np.ndarray,
    geometry: str,
    counts: Counts | None = None,
) -> ResultTable:
    title = Text(f"到{result.target.title.zh}的时间", f"Time to: {result.target.title.en}")
    columns = tuple(_column(key, counts) for key in (records[0] if records else ()))
    return ResultTable(
        title, columns, records, result.provenance, words, shapes, geometry, counts, notes(result)
    )


def _column(key: str, counts: Counts | None) -> ResultColumn:
    kind = "real" if key in NUMBERS else "text" if key in TEXTS else "integer"
    stem, _, limit = key.partition("_")
    named = stem in ("to", "over") and limit.replace(".", "").isdigit()
    title = both(f"access_col_{stem}", limit=limit) if named else both(f"access_col_{key}")
    return ResultColumn(key, title, kind, Privacy.INTERNAL if counts else Privacy.PUBLIC)


def _outlines(session: Session | Snapshot, role: str) -> dict[str, Any]:
    return {
        str(code): shape
        for table in session.plan.with_role(role)
        for code, shape in zip(table.column(table.kind.key), table.geometry, strict=True)
    }
