"""Templates of sheets: listed, kept in the project, taken out; each one undoable command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from app import template_homes
from app.command import Answer
from app.messages import both, sentence, text, tr
from app.session import Session
from layers.maps.sheet_template import (
    SheetTemplate,
    drop_template,
    keep_template,
    read_logo,
    read_template_file,
)


def list_templates(
    session: Session,
    *,
    add: Path | None = None,
    logo: Path | None = None,
    copy: str | None = None,
    to: str = template_homes.PROJECT,
    remove: str | None = None,
    source: str = template_homes.PROJECT,
) -> Answer:
    """List the templates of all homes; before that, keep one from a TOML file (with a logo), copy one, or
    take one out. to: home (`project`, `profile`) of what is added or copied; source: of what is removed.

    A file that cannot be read stands in the list with what is wrong with it. Raises InputError
    `template_damaged`, `template_file_unreadable`, `template_field_unknown`, `template_not_own`,
    `template_not_mine`, `template_unknown`, `logo_unreadable`, `logo_too_large`, `logo_not_a_picture`,
    StoreError `cannot_write`.
    """
    if add is not None:
        made = read_template_file(add)
        if logo is not None:
            made = with_logo(made, logo)
        keep_at(session, made, to)
    if copy is not None:
        keep_at(session, template_homes.find(session.plan, copy), to)
    if remove is not None:
        drop_at(session, remove, source)
    found = template_homes.kept(session.plan)
    used = {(one.home, one.template.id) for one in template_homes.used(session.plan)}
    broken = template_homes.broken(session.plan)
    lines = [
        text(f"template_row_{one.home}", id=one.template.id, title=tr(one.template.title),
             paper=text(f"sheet_paper_{one.template.paper}"))
        for one in found
    ]  # fmt: skip
    lines += [
        text("template_row_broken", home=text(f"template_home_{one.home}"), name=one.name,
             why=sentence(one.error)[0])
        for one in broken
    ]  # fmt: skip
    data = [_data(one, (one.home, one.template.id) in used) for one in found]
    data += [{"id": one.name, "home": one.home, "broken": one.error.code} for one in broken]
    return Answer(data, tuple(lines))


def _data(kept: template_homes.Kept, used: bool) -> dict[str, Any]:
    template = kept.template
    return {
        "id": template.id,
        "title": tr(template.title),
        "home": kept.home,
        "used": used,
        "own": kept.home == template_homes.PROJECT,
        "paper": template.paper,
        "legend": template.legend,
        "grid": template.grid,
        "frame": template.frame,
        "head": template.head,
        "unit": template.unit,
        "secrecy": template.secrecy,
        "margins": list(template.margins),
        "frames": [part.kind for part in template.parts],
        "approval": [tr(row) for row in template.approval],
        "logo": template.logo.kind if template.logo else None,
    }


def keep_at(session: Session, template: SheetTemplate, home: str) -> None:
    """Keep a template in the project (one undoable command) or in the user's profile."""
    if home == template_homes.PROFILE:
        template_homes.keep_in_profile(template)
    else:
        keep(session, template)


def drop_at(session: Session, identity: str, home: str) -> None:
    """Take a template out of the project or of the user's profile."""
    if home == template_homes.PROFILE:
        template_homes.drop_from_profile(identity)
    else:
        drop(session, identity)


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
