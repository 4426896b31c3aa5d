"""What happened to one feature, and what differs between a named version and now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.actions.editing import kind_id, local_moment
from app.command import Answer
from app.messages import language, text, tr
from app.session import Session
from app.titles import decode_title
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.changes import Changes, RowChange
from layers.store import JournalEntry

SHAPE = "geom"


@dataclass(frozen=True)
class Step:
    """One change of a feature: the entry, and its values before and after (None: it was not there)."""

    entry: JournalEntry
    title: Text
    change: RowChange


def steps_of(
    session: Session, kind: str, fid: int, *, progress: Callable[[int, int], None] | None = None
) -> list[Step]:
    """Return every change of a feature, newest first; reads the whole journal."""
    store, found = session.store, []
    entries = [entry for entry in store.entries() if entry.rows]
    for at, entry in enumerate(entries):
        if progress is not None:
            progress(at, len(entries))
        for change in store.changes_of(entry.id).rows:
            if change.kind == kind and change.fid == fid:
                found.append(Step(entry, decode_title(entry.title), change))
    return found


def value_history(
    session: Session, kind: str, fid: int, column: str, *, progress: Callable[[int, int], None] | None = None
) -> list[dict[str, str]]:
    """Return who changed one value of a feature (or its shape), when, from what to what; newest first.

    Personal data are named, never spelled out.
    """
    found = []
    for step in steps_of(session, kind, fid, progress=progress):
        change = step.change
        came = change.before is None or change.after is None
        if not came and column not in (change.after or {}):
            continue
        kept = replace(change, after={column: (change.after or {})[column]}) if not came else change
        found.append({
            "at": local_moment(step.entry.at), "who": step.entry.author or text("somebody"),
            "what": "；".join(changed_words(session, kept)), "title": tr(step.title),
        })  # fmt: skip
    return found


def changed_words(session: Session, change: RowChange) -> list[str]:
    """Return a change as lines `title: before → after`; a shape is named, personal data are not spelled
    out."""
    kind = session.catalogue[change.kind]
    if change.before is None:
        return [text("feature_came")]
    if change.after is None:
        return [text("feature_went")]
    lines = []
    for name, value in change.after.items():
        if name == SHAPE:
            lines.append(text("feature_shape"))
            continue
        column = kind.column(name)
        if kind.sensitive or column.privacy.name == "SENSITIVE":
            lines.append(text("feature_private", column=tr(column.title)))
            continue
        before, after = (
            column.choice_title(one, language()) if one is not None else "—"
            for one in (change.before.get(name), value)
        )
        lines.append(f"{tr(column.title)}: {before} → {after}")
    return lines


def feature_history(session: Session, feature: str) -> Answer:
    """Tell what happened to `KIND:KEY`, newest first.

    Raises InputError `feature_malformed`, `kind_unknown`, `row_unknown`. A feature that is gone is found by
    its id.
    """
    name, colon, key = feature.partition(":")
    if not colon or not key:
        raise InputError("feature_malformed", given=feature)
    kind = kind_id(session, name)
    try:
        fid = session.plan.table(kind).find(key)
    except InputError:
        if not key.isdigit():
            raise
        fid = int(key)
    steps = steps_of(session, kind, fid)
    data = [
        {
            "id": step.entry.id,
            "at": step.entry.at,
            "author": step.entry.author,
            "op": step.entry.op,
            "title": tr(step.title),
            "before": _plain(session, step.change.kind, step.change.before),
            "after": _plain(session, step.change.kind, step.change.after),
        }
        for step in steps
    ]

    lines = []
    for step in steps:
        lines.append(
            f"{local_moment(step.entry.at)}  {step.entry.author}  "
            f"{text('op_' + step.entry.op)}  {tr(step.title)}"
        )
        lines += [f"    {words}" for words in changed_words(session, step.change)]
    return Answer(data, tuple(lines) or (text("feature_unchanged"),))


def _plain(session: Session, kind_id: str, row: Any) -> dict[str, Any] | None:
    """A row for a machine: a shape as WKT; personal data are left out."""
    if row is None:
        return None
    kind = session.catalogue[kind_id]
    if kind.sensitive:
        return {}
    private = {column.name for column in kind.columns if column.privacy.name == "SENSITIVE"}
    return {
        name: value.wkt if name == SHAPE and value is not None else value
        for name, value in row.items()
        if name not in private
    }


# -- versions --------------------------------------------------------------------------------------


def version_named(session: Session, name: str) -> JournalEntry:
    """Return the newest version of a name; raises InputError `version_unknown`."""
    known = [item.entry for item in session.history() if item.entry.op == "version"]
    for entry in known:
        if name in (entry.title, tr(decode_title(entry.title)), str(entry.id)):
            return entry
    titles = [tr(decode_title(entry.title)) for entry in known]
    raise InputError("version_unknown", name=name, known=titles or "—")


@dataclass(frozen=True)
class Difference:
    """What differs of one kind since a version: row ids, and the rows of those that are gone as they were."""

    kind: str
    added: tuple[int, ...]
    changed: tuple[int, ...]
    removed: tuple[RowChange, ...]
    layer: str  # `added`, `removed` or ""


def differences(changes: Changes) -> list[Difference]:
    """Return what net changes did, by kind in the order of their names."""
    layers = {layer.kind: "added" if layer.after else "removed" for layer in changes.layers}
    found = []
    for kind in sorted({row.kind for row in changes.rows} | set(layers)):
        rows = [row for row in changes.rows if row.kind == kind]
        found.append(
            Difference(
                kind,
                tuple(row.fid for row in rows if row.before is None),
                tuple(row.fid for row in rows if row.before is not None and row.after is not None),
                tuple(row for row in rows if row.after is None),
                layers.get(kind, ""),
            )
        )
    return found


def compare(session: Session, name: str | None = None, *, returning: bool = False) -> Answer:
    """List the named versions, or say what differs between one of them and now; `returning` goes back to it.

    Raises InputError `version_unknown`.
    """
    if name is None:
        entries = [item.entry for item in session.history() if item.entry.op == "version"]
        data = [
            {"id": one.id, "name": tr(decode_title(one.title)), "at": one.at, "author": one.author}
            for one in entries
        ]
        return Answer(
            data, tuple(f"{one['id']:>5}  {one['name']}" for one in data) or (text("versions_none"),)
        )
    version = version_named(session, name)
    changes = session.store.changes_since(version.id)
    found = differences(changes)
    record: dict[str, Any] = {
        "version": tr(decode_title(version.title)),
        "at": version.at,
        "kinds": [
            {
                "kind": one.kind,
                "added": list(one.added),
                "changed": list(one.changed),
                "removed": [row.fid for row in one.removed],
                "layer": one.layer or None,
            }
            for one in found
        ],
        "documents": sorted({f"{one.collection}/{one.key}" for one in changes.documents}),
    }
    lines = [difference_words(session, one) for one in found]
    if record["documents"]:
        lines.append(text("versions_documents", count=len(record["documents"])))
    if returning:
        entry = session.return_to(version)
        record["journal_id"] = entry.id if entry else None
        lines.append(text("versions_returned", name=record["version"]))
    return Answer(record, tuple(lines) or (text("versions_same"),))


def difference_words(session: Session, one: Difference) -> str:
    """Return a difference as one line."""
    kind = tr(session.catalogue[one.kind].title) if one.kind in session.catalogue else one.kind
    return text(
        "versions_kind", kind=kind, added=len(one.added), changed=len(one.changed), removed=len(one.removed)
    )
