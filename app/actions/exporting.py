"""A layer as a file for others: through the release gate, with a line in the export log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from app.actions.editing import kind_id
from app.command import Answer
from app.exports.files import log_file
from app.messages import language, text
from app.session import Session, Snapshot
from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.exchange.exporting import FORMATS
from layers.exchange.exporting import export_layer as write_layer
from layers.exchange.limits import LIMITS, losses
from layers.plan.plan import Plan
from layers.release import INTERNAL, PUBLIC, allowed_columns

NAMED = 6  # columns that a sentence names


def formats_for(kind: LayerKind) -> tuple[str, ...]:
    """Endings of the formats that can hold a kind's shapes."""
    return tuple(ending for ending, form in FORMATS.items() if kind.geometry in form.shapes)


def may_leave(plan: Plan, kind: str) -> bool:
    """Whether a layer may leave the house at all."""
    return kind in allowed_columns(plan.catalogue, audience=INTERNAL)


def export_layer(
    session: Session | Snapshot,
    kind: str,
    out: Path,
    *,
    public: bool = False,
    only: Sequence[str] | None = None,
    fids: Collection[int] | None = None,
    dry_run: bool = False,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Write a layer, or only the rows `fids` or those with the keys `only`; the ending of `out` says the
    format. What that format cannot carry of it is said; with `dry_run` nothing else is done.

    Raises InputError `row_unknown`, `kind_unknown`, `layer_absent`, `format_unknown`, `format_without_shape`;
    RuleError `export_personal`; StoreError `file_exists`, `cannot_write`.
    """
    chosen = kind_id(session, kind)
    audience = PUBLIC if public else INTERNAL
    if only:
        fids = {session.plan.table(chosen).find(key) for key in only}
    lost = losses_of(session.plan, chosen, out.suffix.lower(), fids=fids, audience=audience)
    said = loss_lines(out.suffix.lower(), lost)
    told = [{"code": code, **fields} for code, fields in lost]
    if dry_run:
        return Answer({"losses": told}, said)
    done = write_layer(
        session.plan,
        chosen,
        out,
        policy=session.policy,
        audience=audience,
        fids=fids,
        language=language(),
        cancelled=cancelled,
    )
    title = session.plan.table(chosen).kind.title
    log_file(
        session, out, b"".join(file.read_bytes() for file in done.files),
        Text(f"图层 {title.zh}：", f"{title.en}:"),
        audience=audience, columns=done.columns, rows=done.rows, rules=done.rules,
    )  # fmt: skip
    names = [file.name for file in done.files]
    lines = [*said, text("export_layer_done", rows=f"{done.rows:,}", files=names)]
    if done.left_out:
        lines.append(text("export_layer_left_out", columns=list(done.left_out)))
    before = {code for code, _ in lost}  # said above already
    lines += [text(f"export_note_{code}", **fields) for code, fields in done.notes if code not in before]
    return Answer(
        {
            "files": [str(file) for file in done.files],
            "rows": done.rows,
            "columns": list(done.columns),
            "left_out": list(done.left_out),
            "audience": audience,
            "losses": told,
        },
        tuple(lines),
    )


def losses_of(
    plan: Plan, kind: str, suffix: str, *, fids: Collection[int] | None = None, audience: str = INTERNAL
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return what a layer would lose in a format, as (code, fields); nothing where it may not leave or there
    is no such format."""
    allowed = allowed_columns(plan.catalogue, audience=audience).get(kind)
    if suffix not in LIMITS or allowed is None:
        return ()
    table = plan.table(kind)
    columns = [column for column in table.kind.columns if column.name in allowed]
    return losses(table, suffix, columns, fids=fids, language=language())


def loss_lines(suffix: str, lost: Sequence[tuple[str, dict[str, Any]]]) -> tuple[str, ...]:
    """Return it as sentences, the first of them what they are about; none where nothing is lost."""
    if not lost:
        return ()
    head = text("export_loses", format=text(f"layer_file_{suffix[1:]}"))
    return (head, *("  " + text(f"export_loss_{code}", **_short(fields)) for code, fields in lost))


def _short(fields: dict[str, Any]) -> dict[str, Any]:
    columns = fields.get("columns", ())
    return fields if len(columns) <= NAMED else {**fields, "columns": [*columns[:NAMED], "…"]}
