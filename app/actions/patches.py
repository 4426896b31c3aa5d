"""The ledger of suspect patches: one step one undoable command; how many stand where."""

from __future__ import annotations

import datetime

from app.actions.verdicts import parse_day
from app.command import Answer, UsageError
from app.messages import both, language, text, tr
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.errors import InputError
from layers.planning.patches import ROLE, count_patches, next_step, take_step

OVERDUE_DAYS = 30


def patch_kind(session: Session) -> LayerKind:
    """The layer of patches; raises InputError `layer_absent` where the project has none."""
    kinds = session.catalogue.with_role(ROLE)
    there = next((kind for kind in kinds if kind.id in session.plan), None)
    if there is None:
        raise InputError("layer_absent", kind=kinds[0].title.zh, kind_en=kinds[0].title.en)
    return there


def patch(
    session: Session,
    code: str | None = None,
    *,
    to: str | None = None,
    on: str | None = None,
    finding: str | None = None,
    photo: str | None = None,
    by: str | None = None,
) -> Answer:
    """Take a patch's next step on a day, as one command; without a code: the list, and what comes next.

    Raises those of `take_step`, InputError `row_unknown`, `day_not_understood`; UsageError `patch_needs_code`
    where a step is described and no patch named.
    """
    if code is None and any(one is not None for one in (to, on, finding, photo, by)):
        raise UsageError("patch_needs_code")
    kind = patch_kind(session)
    today = datetime.date.today()  # noqa: DTZ011 - the user's own day
    if code is None:
        return _list(session, kind, today)
    table = session.plan.table(kind.id)
    fid = table.find(code)
    day = today if on is None else parse_day(on)
    given = None if finding is None else str(kind.column("finding").parse(finding))
    step_patch(session, kind.id, fid, day, to=to, finding=given, photo=photo, by=by)
    row = session.plan.table(kind.id).row(fid)
    state = kind.column("state").choice_title(row["state"], language())
    data = {"code": code, "state": row["state"], "on": day.isoformat(), "next": next_step(row)}
    return Answer(data, (text("patch_now", code=code, state=state),))


def step_patch(
    session: Session,
    kind_id: str,
    fid: int,
    day: datetime.date,
    *,
    to: str | None = None,
    finding: str | None = None,
    photo: str | None = None,
    by: str | None = None,
) -> None:
    """One step as one undoable command."""
    kind = session.catalogue[kind_id]
    changes = take_step(session.plan, kind_id, fid, on=day, to=to, finding=finding, photo=photo, by=by)
    after = str((changes.rows[0].after or {})["state"])
    step = next(choice.title for choice in kind.column("state").choices if choice.value == after)
    key = str(session.plan.table(kind_id).row(fid).get(kind.key) or fid)
    session.do(both("patch_done", code=key, state=step.zh, state_en=step.en), changes, command="patch")


def _list(session: Session, kind: LayerKind, today: datetime.date) -> Answer:
    counts = count_patches(session.plan, on=today, days=OVERDUE_DAYS)
    table, column = session.plan.table(kind.id), kind.column("state")
    rows = [table.row(int(fid)) for fid in table.fids]
    data = [
        {"code": row.get(kind.key), "state": row.get("state"), "finding": row.get("finding"),
         "issued_on": row.get("issued_on"), "visited_on": row.get("visited_on"),
         "found_on": row.get("found_on"),
         "rectified_on": row.get("rectified_on"), "closed_on": row.get("closed_on"), "next": next_step(row)}
        for row in rows
    ]  # fmt: skip
    lines = [
        f"{row['code']}  {column.choice_title(row['state'], language()) or '—'}  {row['issued_on'] or '—'}"
        for row in data
    ]
    if counts is not None:
        words = "  ".join(
            f"{tr(choice.title)} {counts.steps[str(choice.value)]}" for choice in column.choices
        )
        lines.append(f"{words}  {text('patch_overdue', days=OVERDUE_DAYS, count=counts.overdue)}")
    return Answer(data, tuple(lines))
