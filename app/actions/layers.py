"""Layers that come into a project or leave it, each as one undoable command."""

from __future__ import annotations

from typing import Any

from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.changes import Changes, LayerChange


def add_layer(session: Session, kind_id: str) -> Any:
    """Give the project an empty layer: surveyed from now on, nothing found yet. `layer_there` where it has
    it."""
    kind = session.catalogue[kind_id]
    if kind_id in session.plan:
        raise InputError("layer_there", kind=kind.title.zh, kind_en=kind.title.en)
    title = Text(f"增加图层：{kind.title.zh}", f"Layer added: {kind.title.en}")
    return session.do(title, Changes(layers=(LayerChange(kind_id, False, True),)), command="add_layer")


def remove_layer(session: Session, kind_id: str) -> Any:
    """Take a layer with all its rows out of the project: not surveyed again; undo brings everything back."""
    table = session.plan.table(kind_id)
    rows = tuple(table.delete(int(fid)) for fid in table.fids)
    title = Text(
        f"移除图层：{table.kind.title.zh}（{len(rows)} 个要素）",
        f"Layer removed: {table.kind.title.en} ({len(rows)} features)",
    )
    return session.do(
        title, Changes(rows, layers=(LayerChange(kind_id, True, False),)), command="remove_layer"
    )
