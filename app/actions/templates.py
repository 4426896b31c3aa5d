"""Templates of sheets: listed, kept in the project, taken out; each one undoable command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.command import Answer
from app.messages import both, text, tr
from app.session import Session
from layers.maps.sheet_template import (
    SheetTemplate,
    drop_template,
    keep_template,
    own_templates,
    read_logo,
    read_template_file,
    templates,
)


def list_templates(
    session: Session, *, add: Path | None = None, logo: Path | None = None, remove: str | None = None
) -> Answer:
    """List the templates; before that, keep one from a TOML file (with a logo), or take one out.

    Raises InputError `template_damaged`, `template_file_unreadable`, `template_field_unknown`,
    `template_not_own`, `logo_unreadable`, `logo_too_large`, `logo_not_a_picture`.
    """
    if add is not None:
        made = read_template_file(add)
        if logo is not None:
            made = with_logo(made, logo)
        keep(session, made)
    if remove is not None:
        drop(session, remove)
    own = {one.id for one in own_templates(session.plan)}
    found = templates(session.plan)
    lines = [
        text("template_row" if one.id not in own else "template_row_own", id=one.id, title=tr(one.title),
             paper=text(f"sheet_paper_{one.paper}"))
        for one in found
    ]  # fmt: skip
    return Answer([_data(one, one.id in own) for one in found], tuple(lines))


def _data(template: SheetTemplate, own: bool) -> dict[str, Any]:
    return {
        "id": template.id,
        "title": tr(template.title),
        "own": own,
        "paper": template.paper,
        "legend": template.legend,
        "grid": template.grid,
        "frame": template.frame,
        "head": template.head,
        "unit": template.unit,
        "secrecy": template.secrecy,
        "approval": [tr(row) for row in template.approval],
        "logo": template.logo.kind if template.logo else None,
    }


def keep(session: Session, template: SheetTemplate) -> Any:
    """Keep a template in the project, in place of one with its id."""
    title = both("did_template_keep", name=template.title)
    return session.do(title, lambda plan: keep_template(plan, template), command="template")


def drop(session: Session, identity: str) -> Any:
    """Take a template out of the project; raises InputError `template_not_own`."""
    title = both("did_template_drop", name=identity)
    return session.do(title, lambda plan: drop_template(plan, identity), command="template")


def with_logo(template: SheetTemplate, path: Path) -> SheetTemplate:
    """Return the template with a picture; raises what `read_logo` does."""
    return replace(template, logo=read_logo(path))
