"""How a project draws a layer: kept, taken back, carried to another layer or project as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.actions.editing import kind_id
from app.command import Answer
from app.messages import both, text, tr
from app.session import Session
from layers.catalogue.style import Style
from layers.catalogue.style_record import read_style, style_record
from layers.errors import InputError, StoreError
from layers.maps.classes import Classing
from layers.maps.project_styles import change_of, checked, project_styles
from layers.maps.restyle import categorised, category_values, graded, plain_symbol, ramps, single
from layers.plan.changes import Changes

MARK = "qitu-style"


def style_of(session: Session, kind: str) -> Style:
    """The style that the project draws a kind in."""
    return project_styles(session.plan).get(kind, session.catalogue[kind].style)


def set_style(session: Session, kind: str, style: Style | None) -> bool:
    """Keep a layer's style (None: the catalogue's) as one undoable command; False where it is so already.

    Raises InputError as `layers.maps.project_styles.checked`.
    """
    if style_of(session, kind) == (style if style is not None else session.catalogue[kind].style):
        return False
    title = session.catalogue[kind].title
    session.do(
        both("did_style" if style is not None else "did_style_back", layer=title),
        lambda plan: Changes(documents=(change_of(plan, kind, style),)),
        command="style",
    )
    return True


def as_text(style: Style) -> str:
    """The style as text for the clipboard or a file."""
    return json.dumps({MARK: 1, **style_record(style)}, ensure_ascii=False, indent=1)


def from_text(session: Session, kind: str, words: str) -> Style:
    """The style of a text, made fit for a kind.

    Drawing order, scales and what names a feature stay the kind's own; classes by a column that it does not
    have become one look. InputError `style_malformed`, `style_shape`, `colour_unknown`, `icon_unknown`.
    """
    try:
        record = json.loads(words)
        if not isinstance(record, dict) or MARK not in record:
            raise ValueError(MARK)
    except ValueError as error:
        raise InputError("style_malformed", reason=str(error)) from error
    given = read_style({name: value for name, value in record.items() if name != MARK})
    layer, own = session.catalogue[kind], style_of(session, kind)
    if given.column not in layer.column_names and given.classes:
        given = single(given, given.classes[0].symbol)
    known = given.label is None or given.label.column in layer.column_names
    return checked(layer, Style(
        given.symbol, given.column, given.classes, given.label if known else own.label,
        own.order, own.min_scale, own.aggregate, own.visible, own.rotation,
    ))  # fmt: skip


def style(
    session: Session,
    kind: str,
    *,
    by: str | None = None,
    classes: str = "jenks:5",
    ramp: str = "",
    file: Path | None = None,
    out: Path | None = None,
    reset: bool = False,
) -> Answer:
    """Show or change a layer's style: `by` a column (values, or numbers in classes), from a `file`, or
    `reset`.

    out: write the style as a file that `file` takes. Raises InputError `kind_unknown`, `layer_absent`,
    `column_unknown`, `ramp_unknown`, `classes_malformed`, `style_*`; StoreError `cannot_write`,
    `file_missing`.
    """
    chosen = kind_id(session, kind)
    table = session.plan.table(chosen)
    wanted: Style | None = None
    if by is not None:
        colours = _ramp(ramp, "yellow_red" if _numeric(session, chosen, by) else "okabe_ito")
        base = plain_symbol(table.kind)
        if _numeric(session, chosen, by):
            wanted = graded(table, style_of(session, chosen), by, base, Classing.parse(classes), colours)
        else:
            many = len(category_values(table, by))
            wanted = categorised(table, style_of(session, chosen), by, base, colours.sampled(many))
    elif file is not None:
        try:
            wanted = from_text(session, chosen, file.read_text("utf-8"))
        except OSError as error:
            raise StoreError("cannot_write", path=str(file), reason=error.strerror or "") from error
    changed = set_style(session, chosen, wanted) if wanted is not None or reset else False
    shown = style_of(session, chosen)
    if out is not None:
        try:
            out.write_text(as_text(shown), "utf-8")
        except OSError as error:
            raise StoreError("cannot_write", path=str(out), reason=error.strerror or "") from error
    own = chosen in project_styles(session.plan)
    data: dict[str, Any] = {
        "layer": chosen, "own": own, "changed": changed, "column": shown.column,
        "classes": [tr(each.title) for each in shown.classes],
    }  # fmt: skip
    said = text("style_own" if own else "style_catalogue", layer=tr(table.kind.title))
    return Answer(data, (said, *(f"  {tr(each.title)}" for each in shown.classes)))


def _numeric(session: Session, kind: str, column: str) -> bool:
    found = session.catalogue[kind].column(column)
    return found.type in ("integer", "real") and not found.choices


def _ramp(name: str, usual: str) -> Any:
    known = ramps()
    if name and name not in known:
        raise InputError("ramp_unknown", ramp=name, known=" ".join(known))
    return known[name or usual]
