"""What another program has changed in a project file: found by digests, said in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import apsw

from layers.catalogue.model import Catalogue, LayerKind
from layers.plan.changes import Changes
from layers.store.columns import Layout, Reader, read_digest
from layers.store.journal import append_entry
from layers.store.schema import (
    documents_digest,
    parse_digest,
    read_meta,
    store_digests,
    stored_digests,
    write_meta,
)

DOCUMENTS = ""  # stands for the project's documents among kinds


def compare(
    reader: Reader, layouts: Mapping[str, Layout], catalogue: Catalogue
) -> tuple[tuple[str, ...], dict[str, int | None]]:
    """Return which kinds (DOCUMENTS too) differ from what we last wrote, and the true digests.

    Reads everything; the reader's lock has to be held.
    """
    stored = stored_digests(reader.connection)
    true: dict[str, int | None] = {kind: read_digest(reader, layout) for kind, layout in layouts.items()}
    changed = [kind for kind in stored if kind in catalogue and stored[kind] != true.get(kind)]
    meta = read_meta(reader.connection)
    true[DOCUMENTS] = documents_digest(reader.connection)
    if parse_digest(meta.get("documents")) != true[DOCUMENTS]:
        changed.append(DOCUMENTS)
    return tuple(changed), true


def journal_outside(
    connection: apsw.Connection, kinds: Sequence[LayerKind], digests: Mapping[str, int | None]
) -> None:
    """Say in the journal which layers another program has changed, and go on from what is there."""
    append_entry(
        connection,
        Changes(),
        op="outside",
        title="、".join(kind.title.zh for kind in kinds),
        command=" ".join(["outside", *(kind.id for kind in kinds)]),
    )
    store_digests(connection, {kind.id: digests.get(kind.id) for kind in kinds})
    write_meta(connection, {"documents": f"{digests[DOCUMENTS]:032x}"})
