"""Schemes as things: copied, renamed, deleted, adopted; each one undoable command."""

from __future__ import annotations

from typing import Any

from app.messages import both, text
from app.session import Session
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.planning.schemes import (
    ADOPTED,
    COLLECTION,
    copy_scheme,
    delete_scheme,
    read_scheme,
    rename_scheme,
)


def copy(session: Session, name: str, new_name: str) -> Any:
    """Keep a scheme once more under another name.

    Raises InputError `scheme_unknown`, `scheme_unnamed`, `scheme_taken`.
    """
    return session.do(
        both("did_scheme_copy", name=name, new=new_name.strip()),
        lambda plan: copy_scheme(plan, name, new_name),
        command="scheme_copy",
    )


def rename(session: Session, name: str, new_name: str) -> Any:
    """Give a scheme another name; None when it has it already. Raises as `copy`."""
    return session.do(
        both("did_scheme_rename", name=name, new=new_name.strip()),
        lambda plan: rename_scheme(plan, name, new_name),
        command="scheme_rename",
    )


def delete(session: Session, name: str) -> Any:
    """Take a scheme away; raises InputError `scheme_unknown`."""
    return session.do(
        both("did_scheme_delete", name=name), lambda plan: delete_scheme(plan, name), command="scheme_delete"
    )


def adopt(session: Session, name: str) -> Any:
    """Go by a scheme that is kept, as it stands; None when that is so already. Raises InputError
    `scheme_unknown`."""

    def build(plan: Plan) -> Changes:
        change = plan.set_document(ADOPTED, read_scheme(plan, name).service, name)
        return Changes(documents=(change,) if change.before != change.after else ())

    return session.do(both("did_scheme_adopt", name=name), build, command="scheme_adopt")


def free_name(session: Session, wish: str) -> str:
    """Return a name near `wish` that no scheme has."""
    taken = session.plan.documents.get(COLLECTION, {})
    number, name = 1, wish
    while name in taken:
        number += 1
        name = text("scheme_numbered", name=wish, number=number)
    return name
