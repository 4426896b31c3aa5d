"""A layer as a file for others: through the release gate, with a line in the export log."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from pathlib import Path

from app.actions.editing import kind_id
from app.command import Answer
from app.messages import language, text
from app.session import Session
from layers.catalogue.text import Text
from layers.exchange.exporting import export_layer as write_layer
from layers.release import INTERNAL, PUBLIC, export_record


def export_layer(
    session: Session, kind: str, out: Path, *, public: bool = False, fids: Collection[int] | None = None
) -> Answer:
    """Write a layer (or only the rows `fids`) to `out`; its ending says the format.

    Raises InputError `kind_unknown`, `layer_absent`, `format_unknown`, `format_without_shape`; RuleError
    `export_personal`; StoreError `file_exists`, `cannot_write`.
    """
    chosen = kind_id(session, kind)
    audience = PUBLIC if public else INTERNAL
    done = write_layer(
        session.plan, chosen, out, policy=session.policy, audience=audience, fids=fids, language=language()
    )
    data = b"".join(file.read_bytes() for file in done.files)
    record = export_record(
        data,
        at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        what=out.name,
        audience=audience,
        columns=done.columns,
        rows=done.rows,
        rules=done.rules,
    )
    title = session.plan.table(chosen).kind.title
    session.log_export(record, Text(f"导出图层 {title.zh}：{out.name}", f"Exported {title.en}: {out.name}"))
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
