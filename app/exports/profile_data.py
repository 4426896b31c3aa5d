"""What of a unit's profile may leave: stable keys, household counts withheld as the gap table withholds them.

The page, the web page, JSON and the command line all say this and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.exports.gap_table import release_gaps
from app.exports.web_counts import release_allocation
from app.gap_words import reason_text
from app.ledger_words import counts_table, guarantee_words
from app.messages import text, tr
from app.session import Session, Snapshot
from layers.errors import RuleError
from layers.geo.measure import M2_PER_HA, M2_PER_MU
from layers.planning.gaps import HOUSEHOLD_METHODS
from layers.planning.grazing_ground import REGIMES
from layers.planning.guarantees import GUARANTEES
from layers.planning.profile import Planned, Profile, Work
from layers.planning.results import GapRow
from layers.planning.units import GACHA, SUMU
from layers.provenance import combined_digest
from layers.release import INTERNAL, PUBLIC, WITHHELD, allowed_columns

COUNTS = ("have", "need", "gap", "unknown")
WORK_COLUMNS = ("code", "name", "kind_of_work", "status", "year", "budget", "scheme", "gacha_code")
Source = Session | Snapshot


def profile_data(source: Source, found: Profile, *, audience: str = INTERNAL) -> dict[str, Any]:
    """Return the profile in stable keys; numbers are null where not known, `*` where withheld.

    For the public schemes, budgets, herds and the ledger stay behind.
    """
    plan, small = source.plan, int(source.policy.rule("small_count").value)
    services, households = _services(source, found)
    data: dict[str, Any] = {
        "unit": {
            "level": found.unit.role.removeprefix("unit."), "code": found.unit.code, "name": found.unit.name,
            "sumu_code": found.unit.sumu_code, "sumu_name": found.unit.sumu_name,
        },
        "project": plan.info.get("title"),
        "year": found.year,
        "scheme": (found.scheme or None) if audience == INTERNAL else None,
        "date": found.on.isoformat(),
        "audience": audience,
        "households": households,
        "services": services,
        "statuses": dict(found.status_counts()),
        "targets": [
            {"id": one.target.id, "title": tr(one.target.title), "chapter": one.target.chapter,
             "modality": one.target.modality, "service": one.service, "status": one.status}
            for one in found.concerns
        ],
        "access": [_reach(one) for one in found.reach],
        **_land(found, audience),
        "planned": [] if audience == PUBLIC else [_planned(one, found, small) for one in found.planned],
        "works": [_work(source, one, audience) for one in found.works if _may_leave(source, one, audience)],
        **(_guarantees(source, found, small) if audience == INTERNAL else {}),
    }  # fmt: skip
    data["provenance"] = {
        "clauses": list(found.provenance.clauses), "policy_version": found.provenance.policy_version,
        "policy_digest": found.provenance.policy_digest, "crs": found.provenance.crs,
        "digest": combined_digest(found.provenance.digests),
    }  # fmt: skip
    data["withheld"] = _stars({**data, "services": [row for row in services if not is_kept(row)]})
    return data


def is_kept(row: Mapping[str, Any]) -> bool:
    """Whether all numbers of a service stay in the project, so that a page leaves its row out."""
    return all(row[key] == WITHHELD for key in COUNTS)


def _stars(value: Any) -> int:
    """How many numbers are withheld."""
    if isinstance(value, Mapping):
        return sum(map(_stars, value.values()))
    return sum(map(_stars, value)) if isinstance(value, list) else int(value == WITHHELD)


# -- services --------------------------------------------------------------------------------------


def _released_rows(found: Profile) -> list[GapRow]:
    """The rows with which the unit's are released together: those of the file that shows all units."""
    if found.unit.role == GACHA:
        return list(found.gaps.rows)
    return [
        row
        for service in found.gaps.services
        for row in (found.gaps.sumu_rows(service) or found.gaps.of_service(service))
        if row.unit_role == SUMU
    ]


def _services(source: Source, found: Profile) -> tuple[list[dict[str, Any]], Any]:
    shown = _shown(source, found)
    titles = {one.id: one for one, _ in source.catalogue.services()}
    made, households = [], None
    for row in found.services:
        cells, service = shown[row.service], titles[row.service]
        chapters = dict.fromkeys(one.target.chapter for one in found.concerns if one.service == row.service)
        numbers = {key: cells[key] for key in COUNTS}
        made.append(
            {"service": row.service, "title": tr(service.title), "unit": tr(service.unit), **numbers,
             "status": row.status, "reason": None if WITHHELD in numbers.values() else reason_text(row),
             "chapters": list(chapters)}
        )  # fmt: skip
        households = cells["households"] if households is None else households
    return made, households


def _shown(source: Source, found: Profile) -> dict[str, dict[str, Any]]:
    """Service -> the unit's numbers as they may leave; where sums would give a small one away whatever is
    withheld, none that counts households."""
    rows, keys = _released_rows(found), (*COUNTS, "households")
    try:
        released = release_gaps(source, rows, words=False)
    except RuleError:
        counted = {one.id for one, _ in source.catalogue.services() if one.method in HOUSEHOLD_METHODS}
        return {
            row.service: {
                key: WITHHELD if key == "households" or row.service in counted else getattr(row, key)
                for key in keys
            }
            for row in found.services
        }
    at = {key: released.keys.index(key) for key in keys}
    return {
        row.service: {key: cells[at[key]] for key in keys}
        for row, cells in zip(rows, released.rows, strict=True)
        if (row.unit_role, row.unit_code) == (found.unit.role, found.unit.code)
    }


# -- ways and land ---------------------------------------------------------------------------------


def _reach(one: Any) -> dict[str, Any]:
    row = one.row
    return {
        "to": one.target, "title": tr(one.title), "status": "unknown" if row is None else row.status,
        "minutes": None if row is None or row.minutes is None else round(row.minutes, 1),
        "km": None if row is None or row.km is None else round(row.km, 2),
        "facility": one.facility or None,
    }  # fmt: skip


def _land(found: Profile, audience: str) -> dict[str, Any]:
    land = found.land
    grass: dict[str, Any] = {}
    for name in REGIMES:
        m2 = None if land.regimes is None else land.regimes.get(name, 0.0)
        grass[f"{name}_ha"] = None if m2 is None else round(m2 / M2_PER_HA, 1)
        grass[f"{name}_mu"] = None if m2 is None else round(m2 / M2_PER_MU)
    area = None if land.area_m2 is None else round(land.area_m2 / M2_PER_HA, 1)
    data: dict[str, Any] = {"area_ha": area, "grassland": grass}
    if audience == INTERNAL:
        data["livestock"] = {
            "year": land.year, "capacity": _tenth(land.capacity), "stock": _tenth(land.stock),
            "load_percent": _tenth(land.load),
        }  # fmt: skip
    return data


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


# -- what is planned -------------------------------------------------------------------------------


def _planned(one: Planned, found: Profile, small: int) -> dict[str, Any]:
    """By year; a sumu's number is withheld where that of any gacha in it is."""
    try:
        shown, _ = release_allocation(one.cells, small_count=small)
    except RuleError:
        shown = {code: dict.fromkeys(row) for code, row in one.cells.items()}
    mine = {row.gacha_code for row in found.land.gachas} or {found.unit.code}
    hidden = {
        year for year in one.by_year for code in mine if code in shown and shown[code].get(year, 0) is None
    }
    told = {str(year): WITHHELD if year in hidden else number for year, number in one.by_year.items()}
    return {"service": one.service, "scheme": one.scheme, "adopted": one.adopted, "by_year": told}


def _may_leave(source: Source, work: Work, audience: str) -> bool:
    """For the public only works of no scheme: a scheme is the bureau's own and not decided."""
    return work.kind in allowed_columns(source.catalogue, audience=audience) and (
        audience == INTERNAL or not work.row.get("scheme")
    )


def _work(source: Source, work: Work, audience: str) -> dict[str, Any]:
    kind, allowed = source.catalogue[work.kind], allowed_columns(source.catalogue, audience=audience)
    record: dict[str, Any] = {"kind": work.kind, "title": tr(kind.title)}
    for name in WORK_COLUMNS:
        if name in allowed[work.kind]:
            record[name] = work.row.get(name)
            choices = {one.value: tr(one.title) for one in kind.column(name).choices}
            if choices:
                record[f"{name}_title"] = choices.get(record[name])
    record["km"] = _two(work.measure) if kind.geometry == "MultiLineString" else None
    record["ha"] = _two(work.measure) if kind.geometry == "MultiPolygon" else None
    return record


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


# -- guarantees and ledger -------------------------------------------------------------------------


def _guarantees(source: Source, found: Profile, small: int) -> dict[str, Any]:
    row = found.guarantees
    if row is None:
        return {"monitored": None, "guarantees": [], "ledger": None}
    try:
        records = counts_table(source, found.counted, row.level).records
        record: Mapping[str, Any] = next(one for one in records if one["unit_code"] == row.unit_code)
    except RuleError:
        record = {}
    counts = [
        {"guarantee": name, "title": guarantee_words(source.catalogue, name),
         **{key: record.get(f"{name}_{key}", WITHHELD) for key in ("secured", "missing", "unknown", "open")}}
        for name in GUARANTEES
    ]  # fmt: skip
    ledger = None if found.ledger is None else {**found.ledger, "overdue": found.overdue}
    return {
        "monitored": record.get("monitored", WITHHELD),
        "guarantees": counts,
        "ledger": None if ledger is None else {
            state: WITHHELD if 0 < number < small else number for state, number in ledger.items()
        },
    }  # fmt: skip


# -- words -----------------------------------------------------------------------------------------


def number_words(value: Any, digits: int | None = None) -> str:
    """Return a number as people read it: a dash where it is not known, a star where it is withheld."""
    if value is None or isinstance(value, str):
        return "—" if value is None else value
    if digits is not None:
        return f"{value:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def unit_title(data: Mapping[str, Any]) -> str:
    """Return the unit's name, a gacha's with its sumu."""
    unit = data["unit"]
    if unit["level"] != "gacha" or not unit["sumu_name"]:
        return str(unit["name"])
    return text("profile_of", name=unit["name"], sumu=unit["sumu_name"])


def profile_lines(data: Mapping[str, Any]) -> list[str]:
    """Return the profile as lines of text."""
    lines = [unit_title(data) + "  " + data["unit"]["code"], *(_line(row) for row in data["services"])]
    lines += [
        text("profile_line_access", title=row["title"], minutes=number_words(row["minutes"]),
             km=number_words(row["km"]), status=text(f"access_{row['status']}"))
        for row in data["access"]
    ]  # fmt: skip
    for name in REGIMES:
        lines.append(text("profile_line_grass", title=text(f"profile_{name}"),
                          ha=number_words(data["grassland"][f"{name}_ha"]),
                          mu=number_words(data["grassland"][f"{name}_mu"])))  # fmt: skip
    for one in data["planned"]:
        cells: Sequence[str] = [f"{year}: {number_words(n)}" for year, n in one["by_year"].items()]
        lines.append(text("profile_line_planned", scheme=one["scheme"], cells="  ".join(cells)))
    lines.append(text("profile_line_works", count=len(data["works"])))
    if data["withheld"]:
        lines.append(text("release_counts_withheld"))
    return lines


def _line(row: Mapping[str, Any]) -> str:
    numbers = "  ".join(number_words(row[key]) for key in COUNTS)
    return f"{row['title']}  {numbers}  {text('status_' + row['status'])}"
