"""Figures of targets that are typed in, because no layer measures them; and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.actions.editing import local_moment
from app.command import Answer
from app.messages import text, tr
from app.session import Session
from app.trace_words import figure_data, figures_words, plain, unit_words
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.changes import Changes, LayerChange, Row, RowChange
from layers.plan.plan import Plan, empty_table
from layers.planning.figures import FIGURE, figures_of
from layers.store import JournalEntry

FIELDS = ("value", "as_of", "source")


@dataclass(frozen=True, slots=True)
class Step:
    """What one command made of a target's figure of a year; values as in FIELDS, None where there was
    none."""

    entry: JournalEntry
    year: int
    before: Row
    after: Row


def set_figure(
    session: Session, target_id: str, typed: str, *, year: int, as_of: str = "", source: str = ""
) -> JournalEntry | None:
    """Enter a target's figure for a year (empty text: it is not known); one undoable command.

    as_of: the date that the figure is of; source: who says so. Both belong to a figure. Returns the journal
    entry, None when nothing changes. Raises InputError `unknown_target`, `target_not_a_number`,
    `figure_unsourced`, `layer_absent` where the catalogue has no kind for figures, and those of
    `Column.parse`.
    """
    target = session.policy.target(target_id)
    kinds = session.catalogue.with_role(FIGURE)
    if not kinds:
        raise InputError("layer_absent", kind=FIGURE, kind_en=FIGURE)
    if target.unit is None:
        raise InputError("target_not_a_number", title=Text(target.title.zh, target.title.en))
    kind = kinds[0]
    kind.column("year").parse(str(year))
    value = kind.column("value").parse(typed)
    row: dict[str, Any] = dict.fromkeys(FIELDS)
    if value is not None:
        row = {"value": value, "as_of": kind.column("as_of").parse(as_of), "source": source.strip() or None}
        if row["as_of"] is None or row["source"] is None:
            raise InputError("figure_unsourced")
    words = "—" if value is None else plain(float(value))  # type: ignore[arg-type]
    title = Text(f"{target.title.zh}（{year} 年）：{words}", f"{target.title.en} ({year}): {words}")

    def build(plan: Plan) -> Changes:
        absent = kind.id not in plan
        table = empty_table(kind) if absent else plan.table(kind.id)
        layers = (LayerChange(kind.id, before=False, after=True),) if absent else ()
        found = [
            int(fid)
            for fid, own, at in zip(table.fids, table.column("target_id"), table.column("year"), strict=True)
            if own == target_id and at == year
        ]
        if found:  # of several rows for a year the last one entered holds
            change = table.update(found[-1], row)
            return Changes(rows=(change,)) if change.after else Changes()
        if value is None:
            return Changes()
        new = {
            "code": f"{target_id}-{year}",
            "target_id": target_id,
            "year": year,
            "unit": target.unit,
            **row,
        }
        return Changes(rows=(table.insert(new),), layers=layers)

    return session.do(title, build, command="figure")


def figure_steps(
    session: Session, target_id: str, *, progress: Callable[[int, int], None] | None = None
) -> tuple[Step, ...]:
    """Return every change of a target's figures, newest first; reads the whole journal."""
    kinds = {kind.id for kind in session.catalogue.with_role(FIGURE)}
    now: dict[tuple[str, int], Row] = {
        (kind, int(fid)): session.plan.table(kind).row(int(fid))
        for kind in kinds if kind in session.plan for fid in session.plan.table(kind).fids
    }  # fmt: skip
    entries = [entry for entry in session.store.entries() if entry.rows]
    found: list[Step] = []
    for at, entry in enumerate(entries):
        if progress is not None:
            progress(at, len(entries))
        for change in session.store.changes_of(entry.id).rows:
            if change.kind in kinds:
                found += _step(entry, change, now, target_id)
    return tuple(found)


def _step(
    entry: JournalEntry, change: RowChange, now: dict[tuple[str, int], Row], target_id: str
) -> Iterator[Step]:
    """Undo a change in `now`, and say what it was where it is of the target and of what makes a figure."""
    place = (change.kind, change.fid)
    after = {**now.get(place, {}), **(change.after or {})}
    before = {} if change.before is None else {**(now.get(place) or {}), **change.before}
    now[place] = before
    of = before if change.after is None else after
    if of.get("target_id") == target_id:
        old, new = (
            {name: row.get(name) for name in FIELDS}
            for row in (before, {} if change.after is None else after)
        )
        if old != new:
            yield Step(entry, int(of["year"]), old, new)


# -- for people and programs -----------------------------------------------------------------------


def enter(
    session: Session, target: str, year: int, value: str, *, date: str, source: str
) -> Answer:
    """Enter a figure from the command line; errors as in `set_figure`. `-` takes the figure back."""
    typed = "" if value.strip() in ("-", "—") else value
    entry = set_figure(session, target, typed, year=year, as_of=date, source=source)
    figure = figures_of(session.plan).get(target, {}).get(year)
    title = tr(session.policy.target(target).title)
    data = {
        "target": target,
        "title": title,
        "year": year,
        "figure": None if figure is None else figure_data(figure),
        "journal_id": None if entry is None else entry.id,
    }
    said = text("figure_none", year=year) if figure is None else figures_words([figure])
    return Answer(data, (f"{title}  {said}", *(() if entry else (text("figure_unchanged"),))))


def figures(session: Session, *, target: str | None = None) -> Answer:
    """Return the figures that stand, or of one target with all that became of them.

    Raises InputError `unknown_target`.
    """
    entered = figures_of(session.plan)
    if target is None:
        data = [
            {"target": one.id, "title": tr(one.title), "unit": one.unit,
             "figures": [figure_data(entered[one.id][year]) for year in sorted(entered[one.id])]}
            for one in session.policy.targets if one.id in entered
        ]  # fmt: skip
        lines = [
            f"{one.id}  {tr(one.title)}  {unit_words(one.unit or '')}  "
            f"{figures_words(entered[one.id].values())}"
            for one in session.policy.targets if one.id in entered
        ]  # fmt: skip
        return Answer(data, tuple(lines) or (text("figures_none"),))
    known, steps = session.policy.target(target), figure_steps(session, target)
    mine = entered.get(target, {})
    return Answer(
        {
            "target": target,
            "title": tr(known.title),
            "unit": known.unit,
            "figures": [figure_data(mine[year]) for year in sorted(mine)],
            "history": [
                {"id": one.entry.id, "at": one.entry.at, "author": one.entry.author, "op": one.entry.op,
                 "year": one.year, "before": dict(one.before), "after": dict(one.after)}
                for one in steps
            ],
        },
        (tr(known.title), *map(step_words, steps)) if steps else (tr(known.title), text("figures_none")),
    )  # fmt: skip


def step_words(step: Step) -> str:
    """Return who made what of a figure, and when."""
    old, new = (plain(row["value"]) for row in (step.before, step.after))
    said = text("figure_step", year=step.year, old=old, new=new)
    if step.after["value"] is not None:
        said += text("figure_from", as_of=step.after["as_of"] or "—", source=step.after["source"] or "—")
    return f"{local_moment(step.entry.at)}  {step.entry.author}  {text('op_' + step.entry.op)}  {said}"
