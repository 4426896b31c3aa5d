"""Photographs and documents of a feature: attached, listed, written out, taken away; each one command."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.actions.editing import kind_id
from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.files import log_file, write_whole
from app.messages import both, listed, text, tr
from app.session import Session
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError, StoreError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.planning import attachments as engine
from layers.planning.attachments import Attachment, NewFile
from layers.policy.bundle import Policy
from layers.store import Blob, blob_of

RULE, MB = "attachment_limit", 1_000_000
STARTS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"),
          (b"%PDF-", "application/pdf"))  # fmt: skip
OPENED = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".pdf", ".txt", ".csv",
          ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".ofd")  # fmt: skip
"""Endings of files that may be handed to the system's program: none of them is a program itself."""


def attach(
    session: Session, kind: str, key: str, file: Path, *, title: str | None = None, date: str | None = None
) -> Answer:
    """Attach a file to a feature as one undoable command.

    Raises InputError `kind_unknown`, `layer_absent`, `row_unknown`, `day_not_understood`; RuleError
    `attachment_too_large`, `attachment_empty`; StoreError `attachment_unreadable`.
    """
    owner = kind_id(session, kind)
    fid = session.plan.table(owner).find(key)
    day = None if date is None else parse_day(date).isoformat()
    command_title, build, blobs = attaching(session.policy, owner, fid, (file,), title=title, day=day)
    entry = session.do(command_title, build, command="attach", blobs=blobs)
    found = next(
        one for one in engine.attachments(session.plan, owner, fid) if one.sha256 == blobs[0].sha256
    )
    words = text("attached" if entry else "attached_already", code=found.code, name=found.file_name)
    return Answer(data_of(session.plan, found), (words,))


def attaching(
    policy: Policy,
    kind: str,
    fid: int,
    files: Sequence[Path],
    *,
    title: str | None = None,
    day: str | None = None,
) -> tuple[Text, Callable[[Plan], Changes], list[Blob]]:
    """Return title, build and the list of contents that `build` fills, for `Session.do` or `begin`."""
    blobs: list[Blob] = []
    names = listed(path.name for path in files[:3])

    def build(plan: Plan) -> Changes:
        blobs[:] = [read_file(path, policy) for path in files]
        found = [
            NewFile(path.name, title or path.stem, day, blob.media_type, len(blob.data), blob.sha256)
            for path, blob in zip(files, blobs, strict=True)
        ]
        return engine.attach(plan, kind, fid, found)

    return both("attach_done", name=names, count=len(files)), build, blobs


def read_file(path: Path, policy: Policy) -> Blob:
    """Read a file that may be attached; raises as `attach` does. Exactly the limit is in order."""
    limit = int(float(policy.rule(RULE).value) * MB)
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
        size = path.stat().st_size
    except OSError as error:
        raise StoreError(
            "attachment_unreadable", path=str(path), reason=error.strerror or str(error)
        ) from error
    if len(data) > limit:
        raise RuleError(
            "attachment_too_large", name=path.name, size=f"{size / MB:.1f}", limit=f"{limit / MB:g}"
        )
    if not data:
        raise RuleError("attachment_empty", name=path.name)
    return blob_of(data, media_type(path.name, data))


def media_type(name: str, data: bytes) -> str:
    """Return what a file is, by how it starts, else by its name's ending."""
    started = next((media for start, media in STARTS if data.startswith(start)), None)
    return started or mimetypes.guess_type(name)[0] or "application/octet-stream"


def detach(session: Session, code: str) -> Answer:
    """Take an attachment away, as one undoable command; raises InputError `attachment_unknown`."""
    found = engine.find(session.plan, code)
    session.do(
        both("detach_done", name=found.file_name), lambda plan: engine.detach(plan, code), command="detach"
    )
    return Answer({"code": code}, (text("detached", code=code, name=found.file_name),))


def attachments(
    session: Session, kind: str | None = None, key: str | None = None, *,
    save: str | None = None, out: Path | None = None,
) -> Answer:  # fmt: skip
    """List attachments (of one layer, of one feature), or write one's file out (`save` its code, `out`).

    Raises InputError `attachment_unknown`, `attachment_needs_out`; StoreError `file_exists`, `cannot_write`,
    `blob_missing`, `blob_damaged`.
    """
    if (save is None) != (out is None):
        raise InputError("attachment_needs_out")
    if save is not None and out is not None:
        found = save_as(session, save, out)
        return Answer({**data_of(session.plan, found), "out": str(out)}, (text("wrote", path=out),))
    owner = None if kind is None else kind_id(session, kind)
    fid = session.plan.table(owner).find(key) if owner is not None and key is not None else None
    rows = engine.attachments(session.plan, owner, fid)
    lines = [line_of(session.plan, one) for one in rows] or [text("attachments_none")]
    return Answer([data_of(session.plan, one) for one in rows], tuple(lines))


def save_as(session: Session, code: str, out: Path, *, over: bool = False) -> Attachment:
    """Write an attachment's file to `out`, and log that it has left; raises as `attachments` does."""
    found = engine.find(session.plan, code)
    if not over and out.exists():
        raise StoreError("file_exists", path=str(out))
    data = session.store.blob(found.sha256)
    write_whole(out, data)
    log_file(session, out, data, Text("附件", "an attachment"), rules=("one_asked_for",))
    return found


def may_open(found: Attachment) -> bool:
    """Whether a file may be handed to the system's program; an attached program is not started."""
    return Path(found.file_name).suffix.lower() in OPENED


def feature_words(plan: Plan, found: Attachment) -> str:
    """The feature's key; its row id where the key is personal data or the feature is gone."""
    kind = plan.catalogue[found.kind]
    if found.there and not kind.sensitive and kind.column(kind.key).privacy < Privacy.SENSITIVE:
        return str(plan.table(found.kind).row(found.fid).get(kind.key) or found.fid)
    return str(found.fid)


def data_of(plan: Plan, found: Attachment) -> dict[str, Any]:
    """Return an attachment in stable keys."""
    facts = asdict(found)
    return {**facts, "feature_there": facts.pop("there"), "feature": feature_words(plan, found)}


def line_of(plan: Plan, found: Attachment) -> str:
    """Return an attachment as a line for people."""
    gone = "" if found.there else f"  {text('attachment_feature_gone')}"
    where = f"{tr(plan.catalogue[found.kind].title)} {feature_words(plan, found)}"
    parts = (found.code, where, found.dated_on or "—", found.title, found.file_name, size_words(found) + gone)
    return "  ".join(parts)


def size_words(found: Attachment) -> str:
    """A file's size, in the unit that suits it."""
    return f"{found.size / MB:.1f} MB" if found.size >= MB else f"{max(found.size / 1000, 0.1):.1f} kB"
