"""What a workbook says beside the gaps: targets, allocations, the road programme, the project library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from app.actions.projects import missing_words, next_words
from app.actions.register import targets_table
from app.exports.result_table import ResultColumn, ResultTable
from app.exports.web_counts import release_allocation
from app.gap_words import service_title
from app.messages import both, language, text, tr
from app.session import Session, Snapshot
from layers.catalogue.model import LayerKind
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.geo.measure import areas_m2, lengths_m
from layers.planning.columns import code_text
from layers.planning.projects import ROLE, Project, projects
from layers.planning.results import Gaps, Provenance
from layers.planning.road_rows import WORK
from layers.planning.schemes import Scheme, adopted_scheme, read_scheme, schemes, states_under
from layers.planning.targets import target_states
from layers.planning.units import GACHA, units_of
from layers.release import WITHHELD, Counts, allowed_columns

PUBLIC, INTERNAL = Privacy.PUBLIC, Privacy.INTERNAL
LIBRARY = ("name", "kind_of_work", "status", "scheme", "year", "unit_in_charge", "document", "fund_source",
           "fund_year", "budget", "begun_on", "finished_on")  # fmt: skip
ROADS = ("name", "scheme", "year", "class", "width_m", "status", "budget")
TYPES = {"integer": "integer", "real": "real", "date": "date"}


def plan_tables(
    session: Session | Snapshot, result: Gaps, *, scheme: str | None, audience: str
) -> Iterator[ResultTable]:
    """Yield the tables that have rows, still to pass the release gate. scheme: whose plans targets count."""
    year = result.provenance.year
    states = target_states(session.plan, session.policy, result, year=year)
    if scheme is not None:
        states = states_under(states, read_scheme(session.plan, scheme), year)
    found = projects(session.plan, session.policy)
    source = Provenance(
        session.plan, tuple(kind.id for kind in session.catalogue.with_role(ROLE)), session.policy.version,
        session.policy.digest, (), year,
    )  # fmt: skip
    roads = [one for one in found if one.row.get("kind_of_work") == WORK]
    roads.sort(key=lambda one: (str(one.row.get("scheme") or ""), one.row.get("year") or 9999))
    for table in (
        targets_table(session, result, states),
        _allocation(session, source),
        _works(session, roads, ROADS, both("workbook_roads"), source, audience),
        _works(session, found, LIBRARY, both("workbook_library"), source, audience),
    ):
        if table.records:
            yield replace(table, audience=audience)


# -- allocations -----------------------------------------------------------------------------------


def _allocation(session: Session | Snapshot, source: Provenance) -> ResultTable:
    """A row for each gacha of each scheme, a column for each year; the plan's quotas as the last row of each.

    What is withheld is what the web page of a scheme withholds: the two side by side give nothing away.
    """
    kept = schemes(session.plan)
    years = sorted({year for one in kept for year in one.years})
    columns = (
        ResultColumn("scheme", both("workbook_scheme"), privacy=PUBLIC),
        ResultColumn("service", both("workbook_service"), privacy=PUBLIC),
        ResultColumn("code", both("gap_field_gacha_code"), privacy=PUBLIC),
        ResultColumn("name", both("gap_field_name"), privacy=PUBLIC),
        ResultColumn("sumu", both("gap_field_sumu_name"), privacy=PUBLIC),
        ResultColumn("weight", both("workbook_weight"), "real", INTERNAL),
        *(ResultColumn(str(year), Text(f"{year} 年", str(year)), "integer", PUBLIC) for year in years),
        ResultColumn("total", both("workbook_total"), "integer", PUBLIC),
    )
    records = [record for one in kept for record in _cells(session, one)]
    return ResultTable(both("workbook_allocation"), columns, records, source, counts=Counts(lambda _row: ()))


def _cells(session: Session | Snapshot, scheme: Scheme) -> Iterator[dict[str, Any]]:
    few = int(session.policy.rule("small_count").value)
    shown, _ = release_allocation(scheme.cells, small_count=few)
    units = units_of(session.plan, GACHA)
    adopted = adopted_scheme(session.plan, scheme.service) == scheme.name
    name = f"{scheme.name}（{text('scheme_adopted')}）" if adopted else scheme.name
    head = {"scheme": name, "service": tr(service_title(session, scheme.service))}
    for code, row in sorted(shown.items()):
        at = units.index.get(code, -1) if units is not None else -1
        cells = {
            str(year): WITHHELD if row.get(year, 0) is None else row.get(year, 0) for year in scheme.years
        }
        weight = scheme.weights.get(code)
        yield {
            **head,
            "code": code,
            "name": units.names[at] if units is not None and at >= 0 else None,
            "sumu": units.sumu_names[at] if units is not None and at >= 0 else None,
            "weight": None if weight is None else _fraction(weight),
            **cells,
            "total": WITHHELD if WITHHELD in cells.values() else sum(cells.values()),
        }
    totals = {str(year): scheme.total(year) for year in scheme.years}
    yield {**head, "name": text("workbook_total"), **totals, "total": sum(totals.values())}


def _fraction(words: str) -> float:
    above, _, below = words.partition("/")
    return float(above) / float(below or 1)


# -- works -----------------------------------------------------------------------------------------


def _works(
    session: Session | Snapshot,
    works: Sequence[Project],
    names: Sequence[str],
    title: Text,
    source: Provenance,
    audience: str,
) -> ResultTable:
    """A row for each work: its columns as its layer has them, its size, what it still wants."""
    allowed = allowed_columns(session.catalogue, audience=audience)
    chosen = [one for one in works if one.kind in allowed]
    kinds = [session.catalogue[kind] for kind in dict.fromkeys(one.kind for one in chosen)]
    columns = [ResultColumn("code", both("workbook_code"), privacy=PUBLIC), *_columns(kinds, names)]
    columns += [
        ResultColumn("length_km", both("workbook_km"), "real", PUBLIC),
        ResultColumn("area_ha", both("workbook_ha"), "real", PUBLIC),
    ]
    if names is LIBRARY:
        columns += [
            ResultColumn("missing", both("workbook_missing"), privacy=INTERNAL),
            ResultColumn("next", both("workbook_next"), privacy=INTERNAL),
        ]
    records = [_work(session, one, names) for one in chosen]
    return ResultTable(title, tuple(columns), records, source)


def _columns(kinds: Sequence[LayerKind], names: Sequence[str]) -> Iterator[ResultColumn]:
    for name in names:
        column = next((kind.column(name) for kind in kinds if name in kind.column_names), None)
        if column is not None:
            title = column.title
            if column.unit:
                title = Text(f"{title.zh}（{column.unit}）", f"{title.en} ({column.unit})")
            yield ResultColumn(name, title, TYPES.get(column.type, "text"), column.privacy)


def _work(session: Session | Snapshot, one: Project, names: Sequence[str]) -> dict[str, Any]:
    kind = session.catalogue[one.kind]
    row: Mapping[str, Any] = one.row
    shape = session.plan.table(one.kind).row(one.fid).get("geom") if kind.geometry else None
    record: dict[str, Any] = {"code": code_text(row.get(kind.key)) or str(one.fid)}
    for name in names:
        value = row.get(name)
        choices = name in kind.column_names and kind.column(name).choices
        record[name] = (
            kind.column(name).choice_title(value, language()) if choices and value is not None else value
        )
    return (
        record
        | _size(shape, session.plan.crs.epsg)
        | {"missing": missing_words(one), "next": next_words(one)}
    )


def _size(shape: shapely.Geometry | None, epsg: int) -> dict[str, float | None]:
    """km of a line and ha of an area, on the ellipsoid; None for what it has not."""
    dimension = -1 if shape is None else int(shapely.get_dimensions(shape))
    array = np.array([shape], object)
    return {
        "length_km": float(lengths_m(array, epsg)[0]) / 1000 if dimension == 1 else None,
        "area_ha": float(areas_m2(array, epsg)[0]) / 10_000 if dimension == 2 else None,  # noqa: PLR2004
    }
