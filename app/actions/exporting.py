"""A layer as a file for others: through the release gate, with a line in the export log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from app.actions.editing import kind_id
from app.command import Answer
from app.exports.files import log_file
from app.messages import language, text
from app.session import Session, Snapshot
from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.exchange.exporting import FORMATS
from layers.exchange.exporting import export_layer as write_layer
from layers.plan.plan import Plan
from layers.release import INTERNAL, PUBLIC, allowed_columns


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
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Write a layer, or only the rows `fids` or those with the keys `only`; the ending of `out` says the
    format.

    Raises InputError `row_unknown`, `kind_unknown`, `layer_absent`, `format_unknown`, `format_without_shape`;
    RuleError `export_personal`; StoreError `file_exists`, `cannot_write`.
    """
    chosen = kind_id(session, kind)
    audience = PUBLIC if public else INTERNAL
    if only:
        fids = {session.plan.table(chosen).find(key) for key in only}
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
    lines = [text("export_layer_done", rows=f"{done.rows:,}", files=[file.name for file in done.files])]
    if done.left_out:
        lines.append(text("export_layer_left_out", columns=list(done.left_out)))
    lines += [text(f"export_note_{code}", **fields) for code, fields in done.notes]
    return Answer(
        {
            "files": [str(file) for file in done.files],
            "rows": done.rows,
            "columns": list(done.columns),
            "left_out": list(done.left_out),
            "audience": audience,
        },
        tuple(lines),
    )
