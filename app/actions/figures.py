"""Figures of targets that are typed in, because no layer measures them."""

from __future__ import annotations

from typing import Any

from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.changes import Changes, LayerChange
from layers.plan.plan import Plan, empty_table
from layers.planning.targets import FIGURE


def set_figure(session: Session, target_id: str, typed: str, *, year: int) -> Any:
    """Enter a target's figure for a year (empty text: it is not known); one undoable command.

    Returns the journal entry, None when nothing changes. Raises InputError `unknown_target`,
    `layer_absent` where the catalogue has no kind for figures, and those of `Column.parse`.
    """
    target = session.policy.target(target_id)
    kinds = session.catalogue.with_role(FIGURE)
    if not kinds:
        raise InputError("layer_absent", kind=FIGURE, kind_en=FIGURE)
    kind = kinds[0]
    value = kind.column("value").parse(typed)
    words = "—" if value is None else f"{value:g}"
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
            change = table.update(found[-1], {"value": value})
            return Changes(rows=(change,)) if change.after else Changes()
        if value is None:
            return Changes()
        row = {
            "code": f"{target_id}-{year}",
            "target_id": target_id,
            "year": year,
            "value": value,
            "unit": target.unit,
        }
        return Changes(rows=(table.insert(row),), layers=layers)

    return session.do(title, build, command="figure")
