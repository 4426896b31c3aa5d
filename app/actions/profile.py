"""A gacha or a sumu on one page: told, or written as PDF, picture, web page or JSON."""

from __future__ import annotations

import datetime
from pathlib import Path

from app.command import Answer
from app.messages import text
from app.session import Session, Snapshot
from layers.errors import InputError
from layers.planning.profile import Profile, Unit, find_unit
from layers.planning.profile import profile as compute
from layers.planning.results import Progress
from layers.release import INTERNAL, PUBLIC


def profile(
    session: Session,
    unit: str,
    *,
    year: int | None = None,
    scheme: str | None = None,
    date: str | None = None,
    out: Path | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
) -> Answer:
    """Tell the profile of a gacha or sumu (name or 12-digit code); with `out` also write it.

    date: the day for the ledger, printed on the page; today without one. Raises InputError
    `unit_not_found`, `unit_ambiguous` (with all codes), `scheme_unknown`, `not_a_date`, `format_unknown`;
    RuleError `review_number_needed`; StoreError `cannot_write`.
    """
    from app.actions.grazing import day_of
    from app.actions.ledger import today
    from app.exports.profile import ProfileOptions, checked, write_profile
    from app.exports.profile_data import profile_data, profile_lines

    day = today() if date is None else day_of(date)
    options = ProfileOptions(PUBLIC if public else INTERNAL, review_number, exempt, day)
    if out is not None:
        checked(out, options)
    found = made(session, unit, year=year, scheme=scheme, on=day)
    if out is None:
        data = profile_data(session, found, audience=options.audience)
        return Answer(data, tuple(profile_lines(data)))
    data = write_profile(session, found, out, options)
    return Answer({**data, "file": str(out)}, (text("wrote", path=out),))


def made(
    source: Session | Snapshot,
    unit: str,
    *,
    year: int | None,
    scheme: str | None,
    on: datetime.date,
    progress: Progress | None = None,
) -> Profile:
    """Return the profile; a name that is not one unit's is refused with all that it may mean."""
    one = unit_of(source, unit)
    return compute(source.plan, source.policy, one.code, year=year, scheme=scheme, on=on, progress=progress)


def unit_of(source: Session | Snapshot, asked: str) -> Unit:
    """Return the unit with a name or code. Raises InputError `unit_not_found`, `unit_ambiguous`."""
    try:
        return find_unit(source.plan, asked)
    except InputError as error:
        if error.code == "unit_ambiguous":
            error.fields["listed"] = [
                text("profile_candidate", name=name, sumu=sumu, code=code)
                for name, sumu, code in error.fields["candidates"]
            ]
        raise
