"""Quotas of grassland and of the construction-land reserve: entered with date and source, used, left."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.result_table import Picture, ResultColumn, ResultTable, write_result
from app.messages import both, text, tr
from app.session import Session
from app.verdict_words import article_words
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA, M2_PER_MU
from layers.plan.changes import Changes
from layers.planning.footprints import planned_works
from layers.planning.quotas import COLLECTION, Quotas, quotas
from layers.policy.zone_rules import QUOTAS

TITLE = Text("占用定额使用表", "Use of the quotas")
COLUMNS = (
    ("quota", "text"), ("sumu_code", "text"), ("sumu_name", "text"), ("year", "integer"), ("scheme", "text"),
    ("used_ha", "real"), ("used_mu", "real"), ("committed_ha", "real"), ("works", "integer"),
    ("limit_ha", "real"), ("left_ha", "real"), ("source", "text"), ("date", "date"),
)  # fmt: skip


def quota(
    session: Session,
    *,
    scheme: str | None = None,
    enter: str | None = None,
    source: str | None = None,
    date: str | None = None,
    out: Path | None = None,
) -> Answer:
    """What planned works use of each quota, by sumu, year and scheme; `enter` QUOTA:YEAR=HA first.

    Raises InputError `quota_limit_malformed`, `quota_needs_source`, `day_not_understood`, `scheme_unknown`,
    those of `write_result`.
    """
    lines = []
    if enter is not None:
        lines.append(enter_limit(session, *_parsed(enter), source=source or "", date=date or ""))
    today = datetime.date.today()  # noqa: DTZ011 - the user's own day
    found = quotas(
        session.plan, session.policy, planned_works(session.plan, session.policy, scheme=scheme), on=today
    )
    rows, totals = list(_rows(found)), list(_totals(found))
    lines += [
        text("quota_line", quota=text(f"quota_{one['quota']}"), year=one["year"] or "—",
             used=f"{one['used_ha']:,.4f}", limit=_ha(one["limit_ha"]), left=_ha(one["left_ha"]),
             source=one["source"] or text("quota_not_entered"))
        for one in totals
    ]  # fmt: skip
    lines += [
        "  " + "  ".join((text(f"quota_{one['quota']}"), one["sumu_name"] or "—", str(one["year"] or "—"),
                          one["scheme"] or "—", f"{one['used_ha']:,.4f}"))
        for one in rows
    ]  # fmt: skip
    lines += notes(found)
    if out is not None:
        write_result(session, quota_table(found), out)
        lines.append(text("wrote", path=out))
    share = found.reserve_share_ha
    data = {
        "rows": rows,
        "totals": [{key: value for key, value in one.items() if key != "used_mu"} for one in totals],
        "reserve_share_ha": None if share is None else round(share, 4),
        "articles": {name: [article_words(basis) for _, basis in rules] for name,
                     rules in found.rules.items()},
    }  # fmt: skip
    if not rows and not totals:
        lines.insert(0, text("verdict_nothing_planned"))
    return Answer(data, tuple(lines))


def enter_limit(session: Session, name: str, year: int, ha: float, *, source: str, date: str) -> str:
    """Enter what may be taken at most in a year, as one command; returns what was done.

    Raises InputError `quota_limit_malformed`, `quota_needs_source`, `day_not_understood`.
    """
    if name not in QUOTAS or not 1900 <= year <= 2200 or not math.isfinite(ha) or ha < 0:
        raise InputError("quota_limit_malformed", given=f"{name}:{year}={ha}")
    if not source.strip() or not date.strip():
        raise InputError("quota_needs_source")
    record = {"ha": ha, "source": source.strip(), "date": parse_day(date).isoformat()}
    change = session.plan.set_document(COLLECTION, f"{name}:{year}", record)
    words = {"quota": text(f"quota_{name}"), "year": year, "ha": f"{ha:g}"}
    session.do(both("quota_entered", **words | {"quota": both(f"quota_{name}")}),
               Changes(documents=(change,)),
               command="quota")  # fmt: skip
    return text("quota_entered", **words)


def notes(found: Quotas) -> list[str]:
    """By which articles it counts, and what bounds the reserve."""
    said = []
    if found.reserve_share_ha is not None:
        used = sum(one.used_ha for one in found.rows if one.quota == "reserve")
        said.append(text("quota_share", ha=f"{found.reserve_share_ha:,.2f}", used=f"{used:,.2f}",
                         left=f"{found.reserve_share_ha - used:,.2f}"))  # fmt: skip
    said += [text("quota_article", quota=text(f"quota_{name}"), title=tr(title), article=article_words(basis))
             for name, rules in found.rules.items() for title, basis in rules]  # fmt: skip
    return [*said, text("quota_schemes_note")]


def quota_table(found: Quotas) -> ResultTable:
    """Return it as it leaves: a total a quota and year with its limit, then what it is made of."""
    records = [*_totals(found), *_rows(found)]
    words: list[Mapping[str, Any]] = [
        {**one, "quota": text(f"quota_{one['quota']}"),
         "sumu_name": text("quota_all_sumu") if "limit_ha" in one
         else one["sumu_name"] or text("quota_no_sumu")}
        for one in records
    ]  # fmt: skip
    columns = tuple(
        ResultColumn(key, both(f"quota_col_{key}"), kind, Privacy.PUBLIC) for key, kind in COLUMNS
    )
    return ResultTable(TITLE, columns, records, found.provenance, words=words, notes=tuple(notes(found)),
                       picture=_picture(found))  # fmt: skip


def _picture(found: Quotas) -> Picture:
    works = {(one.work.kind, one.work.fid): one.work for one in found.takings}
    roles = {"zone.basic_grassland", "zone.village_construction"}
    kinds = frozenset(kind.id for kind in found.provenance.plan.catalogue if roles & set(kind.roles))
    return Picture(both("quota_picture"), tuple(one.shape for one in works.values()), kinds)


def _rows(found: Quotas) -> Iterator[dict[str, Any]]:
    for one in found.rows:
        yield {"quota": one.quota, "sumu_code": one.sumu or None, "sumu_name": one.sumu_name or None,
               "year": one.year, "scheme": one.scheme, **_areas(one.used_ha, one.committed_ha),
               "works": one.works}  # fmt: skip


def _totals(found: Quotas) -> Iterator[dict[str, Any]]:
    for one in found.totals:
        yield {"quota": one.quota, "year": one.year, **_areas(one.used_ha, one.committed_ha),
               "limit_ha": one.limit_ha, "left_ha": None if one.left_ha is None else round(one.left_ha, 4),
               "source": one.source or None, "date": one.entered_on or None}  # fmt: skip


def _areas(used_ha: float, committed_ha: float) -> dict[str, float]:
    return {"used_ha": round(used_ha, 4), "used_mu": round(used_ha * M2_PER_HA / M2_PER_MU, 2),
            "committed_ha": round(committed_ha, 4)}  # fmt: skip


def _parsed(given: str) -> tuple[str, int, float]:
    """QUOTA:YEAR=HA -> its parts."""
    place, equals, amount = given.partition("=")
    name, _, year = place.partition(":")
    try:
        return name, int(year) if equals else -1, float(amount)
    except ValueError:
        raise InputError("quota_limit_malformed", given=given) from None


def _ha(value: float | None) -> str:
    return "—" if value is None else f"{value:,.4f}"
