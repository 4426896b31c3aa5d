"""Attachments: photographs and documents of a feature, as rows that name a file by its hash.

A row belongs to one feature by kind and row id, never used twice; a feature that is deleted keeps its
attachments for the day the deletion is taken back. One content may be attached many times and is stored once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layers.catalogue.model import LayerKind
from layers.errors import InputError
from layers.plan.changes import Changes, LayerChange
from layers.plan.plan import Plan
from layers.plan.table import Table

ROLE = "attachment"
PHOTO, DOCUMENT = "photo", "document"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be attached: its name, what its content is, and how much of it (bytes)."""

    name: str
    title: str
    dated_on: str | None
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment. there: its feature is still in the plan. size: bytes."""

    code: str
    kind: str
    fid: int
    title: str
    dated_on: str | None
    shows: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    there: bool


def attachment_kind(plan: Plan) -> LayerKind:
    """The catalogue's kind of attachments."""
    return plan.catalogue.with_role(ROLE)[0]


def attachments(plan: Plan, kind_id: str | None = None, fid: int | None = None) -> tuple[Attachment, ...]:
    """Return attachments (of one kind, of one feature), oldest first."""
    found = []
    for table in plan.with_role(ROLE):
        for row_id in table.fids:
            row = table.row(int(row_id))
            owner, of = str(row["feature_kind"]), int(row["feature_fid"])
            if kind_id in (None, owner) and fid in (None, of):
                there = owner in plan and of in plan.table(owner)
                name = str(row.get("file_name") or "")
                found.append(
                    Attachment(
                        str(row["code"]),
                        owner,
                        of,
                        str(row.get("title") or name),
                        row.get("dated_on"),
                        str(row.get("shows") or DOCUMENT),
                        name,
                        str(row.get("media_type") or ""),
                        int(row.get("size") or 0),
                        str(row.get("sha256") or ""),
                        there,
                    )
                )
    return tuple(found)


def attach(plan: Plan, kind_id: str, fid: int, files: Sequence[NewFile]) -> Changes:
    """Return the changes that attach files to a feature; a content that it has already is left out.

    Raises InputError `row_unknown` and those of `Plan.table`; `attachment_of_attachment`.
    """
    kind = attachment_kind(plan)
    if kind_id == kind.id:
        raise InputError("attachment_of_attachment")
    plan.table(kind_id).row(fid)
    absent = kind.id not in plan
    table = Table.from_rows(kind, ()) if absent else plan.table(kind.id)
    had = {one.sha256 for one in attachments(plan, kind_id, fid)}
    rows = []
    for file in files:
        if file.sha256 in had:
            continue
        had.add(file.sha256)
        at = table.next_fid + len(rows)
        shows = PHOTO if file.media_type.startswith("image/") else DOCUMENT
        rows.append(table.insert(
            {"code": f"FJ{at:04d}", "feature_kind": kind_id, "feature_fid": fid, "title": file.title,
             "dated_on": file.dated_on, "shows": shows, "file_name": file.name, "media_type": file.media_type,
             "size": file.size, "sha256": file.sha256},
            offset=len(rows),
        ))  # fmt: skip
    layers = (LayerChange(kind.id, False, True),) if absent and rows else ()
    return Changes(tuple(rows), layers=layers)


def find(plan: Plan, code: str) -> Attachment:
    """Return an attachment by its code; raises InputError `attachment_unknown`."""
    found = next((one for one in attachments(plan) if one.code == code), None)
    if found is None:
        raise InputError("attachment_unknown", code=code)
    return found


def detach(plan: Plan, code: str) -> Changes:
    """Return the changes that take an attachment's row away; raises InputError `attachment_unknown`."""
    find(plan, code)
    table = plan.table(attachment_kind(plan).id)
    return Changes((table.delete(table.find(code)),))
