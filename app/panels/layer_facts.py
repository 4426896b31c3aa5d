"""What the layer tree says about a layer besides its name: counts by class, how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.messages import text, tr
from layers.catalogue.classes import class_columns, classify, legend_rows
from layers.catalogue.model import LayerKind
from layers.plan.table import Table
from layers.planning.columns import in_force

if TYPE_CHECKING:
    from app.jobs import Progress

SCHEMATIC, SYNTHETIC = "schematic", "synthetic"
THERE_FROM = {"opened_on": "", "year": "proposal"}
"""Column that says from which year a feature is there -> the role that its layer must have ("": any)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a layer's rows say: how many of each legend row; how many are schematic, synthetic."""

    classes: tuple[int, ...]
    schematic: int
    synthetic: int


def facts_of(layers: list[tuple[LayerKind, Table]], progress: Progress) -> dict[str, tuple[Table, Facts]]:
    """Count what the rows of layers say; off the interface thread."""
    found = {}
    for done, (kind, table) in enumerate(layers):
        progress(done, len(layers))
        rows = legend_rows(kind.style, kind.title) if kind.geometry and kind.style.classes else ()
        counts: tuple[int, ...] = ()
        if rows:
            columns = {name: table.column(name) for name in class_columns(kind.style)}
            places = classify(kind.style, columns, len(table))
            counted = np.bincount(places[places >= 0], minlength=len(kind.style.classes))
            counts = tuple(int(counted[list(row.classes)].sum()) for row in rows)
        quality = list(table.column("quality")) if "quality" in kind.column_names else []
        found[kind.id] = (table, Facts(counts, quality.count(SCHEMATIC), quality.count(SYNTHETIC)))
    return found


def dated(kind: LayerKind) -> str:
    """Return the column that says from which year a layer's features are there, "" for none."""
    return next(
        (
            name
            for name, role in THERE_FROM.items()
            if name in kind.column_names and (not role or role in kind.roles)
        ),
        "",
    )


def there_by(
    layers: list[tuple[LayerKind, Table]], year: int, progress: Progress
) -> dict[str, tuple[Table, int, int]]:
    """Count what is there by the end of a year (without a date: always); kind -> table, year, number."""
    found = {}
    for done, (kind, table) in enumerate(layers):
        progress(done, len(layers))
        found[kind.id] = (table, year, int(in_force(table, dated(kind), year).sum()))
    return found


def badge(facts: Facts | None) -> str:
    """Return the word that stands beside a layer which is not surveyed."""
    if facts is None or not (facts.schematic or facts.synthetic):
        return ""
    return text("layers_schematic" if facts.schematic >= facts.synthetic else "layers_synthetic")


def tip(kind: LayerKind, facts: Facts | None) -> str:
    """Return what a layer's tooltip says."""
    lines = [f"<b>{tr(kind.title)}</b>"]
    if tr(kind.note):
        lines.append(tr(kind.note))
    if kind.style.min_scale and kind.geometry:
        lines.append(text("layers_tip_scale", scale=f"{kind.style.min_scale:,}".replace(",", " ")))
    if not kind.geometry:
        lines.append(text("layers_tip_table"))
    if facts and (facts.schematic or facts.synthetic):
        lines.append(
            text("layers_tip_quality", schematic=f"{facts.schematic:,}", synthetic=f"{facts.synthetic:,}")
        )
    if kind.sensitive:
        lines.append(text("layers_tip_sensitive"))
    return "<br>".join((*lines, text("layer_count_tip")))
