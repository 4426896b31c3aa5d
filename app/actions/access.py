"""Access: how long it takes to the nearest facility, and the parts of the road network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely

from app.access_words import bands, gacha_data, notes, part_data, parts_words, row_data, row_words
from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import both, text
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.access import Access
from layers.planning.access import access as compute
from layers.planning.access_summary import GachaAccess, by_gacha, in_all
from layers.planning.isochrones import isochrones
from layers.planning.road_parts import RoadParts, road_parts
from layers.planning.units import GACHA
from layers.release import Counts

PLACES, GACHAS, ISOCHRONES = "places", "gachas", "isochrones"
TABLES = (PLACES, GACHAS, ISOCHRONES)
NUMBERS = frozenset({"minutes", "km", "off_km", "mean_minutes", "max_minutes", "area_km2"})
TEXTS = frozenset({"origin", "code", "name", "group", "gacha_code", "gacha_name", "facility", "facility_name",
                   "way",
                   "status", "reason", "sumu_code", "sumu_name", "gachas"})  # fmt: skip
LINES_AT_MOST = 200  # places that are listed for people; the file and --json have them all


def access(
    session: Session,
    *,
    to: str,
    minutes: str | None = None,
    year: int | None = None,
    table: str | None = None,
    out: Path | None = None,
    **origin: str,
) -> Answer:
    """Minutes and km to the nearest facility; `origin` holds `from`, which Python keeps for itself.

    table: what `out` gets (one of TABLES); None: places, or gachas where the places are people's, which never
    leave one by one. Raises InputError `access_unknown`, `not_minutes`, `access_people`, `format_unknown`;
    StoreError `cannot_write`.
    """
    result = compute(
        session.plan, session.policy, to=to, origins=origin.get("from", "seats"), year=year,
        thresholds=None if minutes is None else thresholds_of(minutes),
    )  # fmt: skip
    rows = by_gacha(result)
    written: tuple[str, ...] = ()
    if out is not None:
        write_access(session, result, out, table=table)
        written = (text("wrote", path=out),)
    return Answer(_data(session, result, rows), (*_lines(result, rows), *written))


def thresholds_of(typed: str) -> tuple[float, ...]:
    """Return minutes typed as 15,30,60. Raises InputError `not_minutes`."""
    try:
        found = tuple(float(part) for part in typed.replace("，", ",").split(","))
    except ValueError:
        found = ()
    if not found or not all(0 < one < 10_000 for one in found):
        raise InputError("not_minutes", given=typed)
    return tuple(sorted(set(found)))


def _data(session: Session, result: Access, rows: tuple[GachaAccess, ...]) -> dict[str, Any]:
    return {
        "to": result.target.id,
        "from": result.origins.what,
        "year": result.provenance.year,
        "thresholds": list(result.thresholds),
        "cell_m": result.travel.ground.cell_m,
        "facilities": len(result.facilities),
        "doubtful": result.facilities.doubtful,
        "rules": session.policy.version,
        "all": gacha_data(result, in_all(result)),
        "rows": [] if result.origins.sensitive else [row_data(result, row) for row in result.rows],
        "gachas": [gacha_data(result, row) for row in rows],
    }


def _lines(result: Access, rows: tuple[GachaAccess, ...]) -> list[str]:
    lines = [text("access_head", limits="  ".join(f"≤{limit:g}" for limit in result.thresholds))]
    named = [(f"{row.name}（{row.sumu_name}）" if row.name else text("access_no_gacha"), row) for row in rows]
    for name, row in (*named, (text("access_all"), in_all(result))):
        within = "  ".join(f"{count:,}" for count in row.within)
        lines.append(
            f"{row.code}  {name}  {row.places:,}  {within}  {row.cut_off:,}  {row.unknown:,}  "
            f"{_minutes(row.mean)}  {_minutes(row.longest)}"
        )
    if not result.origins.sensitive and len(result.rows) <= LINES_AT_MOST:
        lines += [f"{row.code}  {row.name}  {row_words(result, row)}" for row in result.rows]
    return [*lines, *notes(result)]


def _minutes(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}"


# -- files -----------------------------------------------------------------------------------------


def write_access(session: Session | Snapshot, result: Access, out: Path, *, table: str | None = None) -> None:
    """Write one of TABLES to .csv, .xlsx, .json or .gpkg. Raises InputError `access_people` for places of
    people."""
    wanted = table or (GACHAS if result.origins.sensitive else PLACES)
    if wanted == PLACES and result.origins.sensitive:
        raise InputError("access_people")
    write_result(session, _TABLES[wanted](session, result), out)


def _places(_session: Session | Snapshot, result: Access) -> ResultTable:
    records = [row_data(result, row) for row in result.rows]
    words = [
        {**record, "status": text(f"access_{row.status}"), "reason": row_words(result, row),
         "way": text(f"access_way_{row.way}") if row.way else None, "origin": text(f"access_from_{row_from}")}
        for record, row in zip(records, result.rows, strict=True)
        for row_from in [result.origins.what]
    ]  # fmt: skip
    shapes = shapely.points(result.origins.xy)
    shapes[np.isnan(result.origins.xy).any(axis=1)] = None
    return _table(result, _title(result), records, words, shapes, "Point")


def _gachas(session: Session | Snapshot, result: Access) -> ResultTable:
    few = int(session.policy.rule("small_count").value)
    records = []
    for row in by_gacha(result):
        record = gacha_data(result, row)
        if result.origins.sensitive and row.reached < few:  # the mean of one household is that household
            record["mean_minutes"] = record["max_minutes"] = None
        records.append(record)
    counted = (*bands(result, in_all(result)), "cut_off", "unknown")
    counts = Counts(
        lambda _row: ("places", *counted), sums=((counted, "places"),), groups=((), ("sumu_code",))
    ) if result.origins.sensitive else None  # fmt: skip
    outlines = _outlines(session)
    shapes = np.empty(len(records), object)
    shapes[:] = [outlines.get(record["code"]) for record in records]
    return _table(result, _title(result), records, None, shapes, "MultiPolygon", counts)


def _isochrones(_session: Session | Snapshot, result: Access) -> ResultTable:
    from layers.geo.measure import areas_m2

    found = isochrones(result)
    shapes = np.array([area for _, area in found], object)
    areas = areas_m2(shapes, result.provenance.crs)
    records = [
        {"minutes": limit, "area_km2": round(float(m2) / 1e6, 3)}
        for (limit, _), m2 in zip(found, areas, strict=True)
    ]
    return _table(result, _title(result), records, None, shapes, "MultiPolygon")


_TABLES = {PLACES: _places, GACHAS: _gachas, ISOCHRONES: _isochrones}


def _title(result: Access) -> Text:
    return Text(
        f"到{result.target.title.zh}的时间", f"Time to: {result.target.title.en}"
    )


def _table(result: Access, title: Text, records, words, shapes, geometry,
           counts=None) -> ResultTable:  # noqa: ANN001
    keys = tuple(records[0]) if records else ()
    return ResultTable(
        title, tuple(_column(key, counts) for key in keys), records, result.provenance, words, shapes,
        geometry,
        counts, notes(result),
    )  # fmt: skip


def _column(key: str, counts: Counts | None) -> ResultColumn:
    kind = "real" if key in NUMBERS else "text" if key in TEXTS else "integer"
    stem, _, limit = key.partition("_")
    named = stem in ("to", "over") and limit.replace(".", "").isdigit()
    title = both(f"access_col_{stem}", limit=limit) if named else both(f"access_col_{key}")
    return ResultColumn(key, title, kind, Privacy.INTERNAL if counts else Privacy.PUBLIC)


def _outlines(session: Session | Snapshot) -> dict[str, Any]:
    return {
        str(code): shape
        for table in session.plan.with_role(GACHA)
        for code, shape in zip(table.column(table.kind.key), table.geometry, strict=True)
    }


# -- parts of the network --------------------------------------------------------------------------


def network(session: Session, *, year: int | None = None, out: Path | None = None) -> Answer:
    """The connected parts of the road network: km, nodes, gachas and households on each.

    Raises InputError `format_unknown`; StoreError `cannot_write`.
    """
    found = road_parts(session.plan, session.policy, year=year)
    lines = [parts_words(found)]
    for part in found.parts:
        names = "、".join(part.gacha_names) if not part.main else text("parts_main", count=len(part.gachas))
        households = "—" if part.households is None else f"{part.households:,}"
        lines.append(
            f"{part.number}  {part.km:,.2f} km  {part.lines:,}  {part.nodes:,}  {households}  {names}"
        )
    if out is not None:
        write_parts(session, found, out)
        lines.append(text("wrote", path=out))
    data = {
        "known": found.known,
        "year": year,
        "off_road_households": found.off_road,
        "parts": [part_data(part) for part in found.parts],
    }
    return Answer(data, tuple(lines))


def write_parts(session: Session | Snapshot, found: RoadParts, out: Path) -> None:
    """Write the parts with their lines. Errors as in `write_result`."""
    records = [{**part_data(part), "gachas": " ".join(part.gachas)} for part in found.parts]
    for record in records:
        del record["gacha_names"]
        record["main"] = int(record["main"])
    shapes = np.empty(len(found.parts), object)
    shapes[:] = [part.geometry for part in found.parts]
    keys = tuple(records[0]) if records else ()
    counts = Counts(lambda row: ("households",) if row["households"] is not None else ())
    columns = tuple(
        ResultColumn(key, both(f"parts_col_{key}"),
                     "real" if key == "km" else "text" if key in TEXTS else "integer",
                     Privacy.INTERNAL)
        for key in keys
    )  # fmt: skip
    title = Text("路网连通部分", "Parts of the road network")
    write_result(
        session,
        ResultTable(title, columns, records, found.provenance, None, shapes, "MultiLineString", counts),
        out,
    )
