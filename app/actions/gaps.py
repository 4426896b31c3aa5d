"""What is missing where, how the targets stand, what zones a place is in, what is wrong with the data."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from app.command import Answer
from app.gap_words import reason_text, row_data, service_title
from app.messages import language, text, tr
from app.session import Session
from layers.planning.results import GapRow, Gaps
from layers.planning.schemes import gaps_at, read_scheme

LEVELS = {
    "gacha": ("unit.gacha",),
    "sumu": ("unit.sumu",),
    "banner": ("unit.banner",),
    "all": ("unit.gacha", "unit.sumu", "unit.banner"),
}


def gaps(
    session: Session,
    *,
    year: int | None = None,
    scheme: str | None = None,
    out: Path | None = None,
    level: str = "gacha",
    by_sumu: bool = False,
) -> Answer:
    """Gaps of every service by unit; with `out`, also written as .csv or .json through the release gate.

    by_sumu: what is counted by gacha is added up by sumu, beside what is counted by sumu itself.

    scheme: less what this scheme of the project delivers up to `year`, on top of what is there now (what is
    there by then would else be counted twice). Raises InputError `format_unknown`, `scheme_unknown`;
    StoreError `cannot_write`.
    """
    result = counted_gaps(session, year=year, scheme=scheme)
    rows = [row for row in result.rows if row.unit_role in LEVELS[level]]
    if by_sumu:
        rows = [
            row
            for service in result.services
            for row in (result.sumu_rows(service) or result.of_service(service))
            if row.unit_role in LEVELS["sumu"]
        ]
    written = []
    if out is not None:
        from app.exports.gap_table import write_gaps

        write_gaps(session, result, rows, out)
        written = [text("wrote", path=out)]
    data = [{**row_data(row), "why": reason_text(row)} for row in rows]
    return Answer(data, (*(_lines(session, result, rows)), *written))


def counted_gaps(session: Session, *, year: int | None, scheme: str | None) -> Gaps:
    """Return the gaps at the end of a year, or under a scheme up to that year."""
    kept = read_scheme(session.plan, scheme) if scheme is not None else None
    return gaps_at(session.plan, session.policy, year=year, scheme=kept)


def _lines(session: Session, result: Gaps, rows: list[GapRow]) -> list[str]:
    lines = [text("gaps_head")]
    for service in result.services:
        own = [row for row in rows if row.service == service]
        if own:
            lines.append(f"— {tr(service_title(session, service))}")
        for row in own:
            where = (
                f"{row.unit_name}（{row.sumu_name}）"
                if row.sumu_name and row.unit_role == "unit.gacha"
                else row.unit_name
            )
            numbers = "  ".join(_number(value) for value in (row.have, row.need, row.gap, row.unknown))
            lines.append(f"{row.unit_code}  {where}  {numbers}  {text('status_' + row.status)}")
    return lines


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,}"


def check(session: Session, at: tuple[float, float], *, date: str | None = None) -> Answer:
    """Units and zones of one place, given in degrees; `date`: what is in force on that day."""
    from app.actions.verdicts import parse_day
    from layers.planning.zones import zones_at

    x, y = (float(value) for value in session.plan.crs.from_lonlat([at])[0])
    today = datetime.date.today()  # noqa: DTZ011 - the user's own day
    day = today if date is None else parse_day(date)
    hits = zones_at(session.plan, session.policy, x, y, on=day, outside=True)
    data = [
        {
            "kind": hit.kind,
            "title": tr(session.catalogue[hit.kind].title),
            "key": hit.key,
            "name": hit.name,
            "class": hit.value,
            "class_title": hit.words.in_language(language()),
            "document": hit.document,
            "valid_from": hit.valid_from,
            "valid_to": hit.valid_to,
            "in_force": hit.in_force,
            "inside": hit.inside,
            "family": hit.family,
            "edge_distance_m": hit.edge_distance_m,
            "near_edge": hit.near,
        }
        for hit in hits
    ]
    lines = [" · ".join(part for part in _zone_words(row) if part) for row in data]
    return Answer(
        {"lon": at[0], "lat": at[1], "easting": round(x, 2), "northing": round(y, 2), "zones": data},
        tuple(lines) or (text("zones_none"),),
    )


def _zone_words(row: dict[str, Any]) -> tuple[str, ...]:
    own_class = row["class_title"] if row["class_title"] != row["title"] else ""
    dates = (
        "–".join((row["valid_from"] or "", row["valid_to"] or ""))
        if row["valid_from"] or row["valid_to"]
        else ""
    )
    edge = ""
    if row["near_edge"]:
        edge = text("zone_near" if row["inside"] else "zone_outside", metres=f"{row['edge_distance_m']:,.0f}")
    over = text("zone_not_in_force") if row["in_force"] is False else ""
    return row["title"], row["name"] or row["key"] or "", own_class, row["document"] or "", dates, over, edge
