"""What the gap panel says above and below its table: figures, one notice, where numbers come from."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages import listed, text, tr
from app.panels.models.bars import Bar
from app.panels.models.gap_results import Board
from app.panels.models.gap_rows import COLUMNS, GapModel
from app.panels.rows import number
from app.session import Session
from layers.catalogue.service import Service
from layers.catalogue.text import Text
from layers.maps.points import year_colour
from layers.planning.results import EXEMPT, MET, SHORT, UNKNOWN, GapRow
from layers.planning.schemes import Scheme

Figure = tuple[str, str, str, str]  # number, unit, caption, colour token
LONGEST = 12  # bars


def figures(board: Board, service: Service) -> tuple[Figure | None, Figure | None, Figure | None]:
    """Return at most three figures: what is missing, what was built or is met, what is not known."""
    rows = board.gaps.of_service(service.id)
    if not rows:
        return None, None, None
    return _missing(service, rows), _built(board, service) or _met(service, rows), _unknown(service, rows)


def _missing(service: Service, rows: Sequence[GapRow]) -> Figure:
    short = [row for row in rows if row.status == SHORT]
    if any(row.status in (MET, SHORT, EXEMPT) for row in rows):
        return (
            number(len(short)),
            text(f"units_{service.unit_role.partition('.')[2]}"),
            text("tile_short"),
            "short",
        )
    gaps = [row.gap for row in rows if row.gap is not None]
    if gaps:
        units = sum(gap > 0 for gap in gaps)
        return (
            number(sum(gaps)),
            tr(service.unit),
            text("tile_missing", units=units, **_unit(service)),
            "need4",
        )
    none = sum(row.have == 0 for row in rows)
    return number(none), text(f"units_{service.unit_role.partition('.')[2]}"), text("tile_without"), "control"


def _built(board: Board, service: Service) -> Figure | None:
    """What was newly built against the plan's quota: in the chosen year, else over all its years."""
    state = next(
        (one for one in board.states if one.target.service == service.id and one.target.total is not None),
        None,
    )
    if state is None:
        return None
    year, scheme = board.year, board.scheme
    if scheme is not None and scheme.service == service.id:
        return _planned(scheme, year)
    if year is not None and year in state.years:
        asked, had, caption = (
            state.years[year].asked,
            state.years[year].delivered,
            text("tile_built_year", year=year),
        )
        token = year_token(list(state.years).index(year), len(state.years))
    else:
        first, last = min(state.years), max(state.years)
        asked, had = state.target.total, state.value if state.value is not None else state.low
        caption, token = text("tile_built", first=first, last=last), "year_edge"
    return number(had), f"/ {number(asked)}", caption, token


def _planned(scheme: Scheme, year: int | None) -> Figure:
    """What the scheme plans: in the chosen year, else up to it over all its years."""
    years, whole = scheme.years, sum(scheme.quotas.values())
    if year in years:
        caption = text("tile_planned_year", year=year)
        return (number(scheme.total(year)), f"/ {number(scheme.quotas[year])}", caption,
                year_token(years.index(year), len(years)))
    caption = text("tile_planned", first=years[0], last=years[-1])
    return number(scheme.total_through(year)), f"/ {number(whole)}", caption, "year_edge"


def _met(service: Service, rows: Sequence[GapRow]) -> Figure:
    met = sum(row.status == MET for row in rows)
    exempt = sum(row.status == EXEMPT for row in rows)
    unit = text(f"units_{service.unit_role.partition('.')[2]}")
    if met or exempt or any(row.status == SHORT for row in rows):
        caption = text("tile_met_exempt", met=met, exempt=exempt) if exempt else text("tile_met")
        return number(met + exempt), unit, caption, "met_ink"
    return number(sum(row.have or 0 for row in rows)), tr(service.unit), text("tile_have"), "accent"


def _unknown(service: Service, rows: Sequence[GapRow]) -> Figure:
    unknown = sum(row.status == UNKNOWN for row in rows)
    return (
        number(unknown),
        text(f"units_{service.unit_role.partition('.')[2]}"),
        text("tile_unknown"),
        "unknown_ink",
    )


def notice(board: Board, service: Service) -> tuple[str, str, str] | None:
    """Return the one notice (level, what, what to do) that the reader needs, or None."""
    rows = board.gaps.of_service(service.id)
    if not rows:
        return "info", text("gaps_no_rows", service=tr(service.title)), text("gaps_no_rows_why")
    absent = next((row.reason for row in rows if row.reason.code == "layer_absent"), None)
    if absent is not None and all(row.status == UNKNOWN for row in rows):
        kind = Text(str(absent.fields.get("kind", "")), str(absent.fields.get("kind_en", "")))
        return "warn", text("gaps_absent", kind=tr(kind)), text("gaps_absent_why")
    if board.scheme is not None and board.scheme.service == service.id:
        until = text("gaps_scheme_end") if board.year is None else text("gaps_scheme_until", year=board.year)
        return "info", text("gaps_scheme", name=board.scheme.name), text("gaps_scheme_why", year=until)
    if not any(row.status in (MET, SHORT, EXEMPT) for row in rows):
        has_quota = bool(board.policy.quota(service.id))
        return (
            "info",
            text("gaps_quota_only" if has_quota else "gaps_no_threshold"),
            text("gaps_counted_only"),
        )
    left = board.gaps.left_out.get(service.id, 0)
    if left:
        return "warn", text("gaps_left_out", count=left), text("gaps_left_out_why")
    return None


def provenance(board: Board, service: Service, session: Session) -> str:
    """Return clause, data and rules in a line or two."""
    period = board.policy.period
    targets = board.policy.targets_for_service(service.id)
    chapters = listed(dict.fromkeys(target.chapter for target in targets)) or "—"
    read = [tr(kind.title) for kind in session.catalogue if kind.id in _kinds(board, service, session)]
    return text(
        "gaps_provenance",
        chapters=chapters,
        issued=period.issued.isoformat(),
        layers=listed(read) or "—",
        rules=board.policy.version,
        year=text("year_now") if board.year is None else text("year_end", year=board.year),
    )


def _kinds(board: Board, service: Service, session: Session) -> set[str]:
    providers = {
        kind.id for one, kinds in session.catalogue.services() if one.id == service.id for kind in kinds
    }
    roles = {
        service.unit_role,
        *(
            str(value)
            for name, value in service.options
            if name in ("households", "arrangement", "centre", "seat")
        ),
    }
    helpers = {kind.id for role in roles for kind in session.catalogue.with_role(role)}
    return (providers | helpers) & set(board.gaps.provenance.plan.tables)


def bars(model: GapModel) -> list[Bar]:
    """Return the chart of what the table shows: the longest gaps, or the sums by sumu."""
    service = model.service
    if service is None:
        return []
    measure = COLUMNS["gap"] if any(row.gap is not None for row in model.rows) else COLUMNS["have"]
    token = "need3" if measure.id == "gap" else "accent"
    if model.grouped:
        groups: dict[str, list[GapRow]] = {}
        for row in model.rows:
            groups.setdefault(row.sumu_code, []).append(row)
        made = [
            Bar(
                code,
                rows[0].sumu_name or text("no_sumu"),
                total := measure.total(rows) if measure.total else None,
                number(total),
                token,
            )
            for code, rows in groups.items()
        ]
    else:
        made = [
            Bar(
                row.unit_code,
                model.title(row),
                measure.value(row),
                number(measure.value(row)),
                model.token(row, token),
            )
            for row in model.rows
        ]
    ordered = sorted(made, key=lambda bar: (bar.value is None, -(bar.value or 0), bar.key))
    return ordered if model.grouped else ordered[:LONGEST]


def year_token(at: int, count: int) -> str:
    """Return the colour of a year by its place in the row of years: the one that it has on the map."""
    return year_colour(at, count)


def _unit(service: Service) -> dict[str, str]:
    return {"unit": text(f"units_{service.unit_role.partition('.')[2]}")}
