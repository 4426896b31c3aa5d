"""Shapes of a foreign file as works, without importing anything: for verdicts, statements and zone lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.errors import InputError
from layers.exchange.preview import Options, Preview, interpret, read_source
from layers.plan.plan import Plan
from layers.planning.footprints import PROPOSAL, Work, made_work, work_of
from layers.policy.bundle import Policy

NOT_ASKED = frozenset({"existing", "outside", "positions", "kind", "clash"})  # of an import only


def works_of_file(
    plan: Plan,
    policy: Policy,
    file: Path,
    *,
    crs: str | None = None,
    layer: str | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[list[Work], int]:
    """Return the shapes of a file as works, and how many of its rows have none that can be used.

    Rows are read as proposals of their sort of geometry (kind of work, name, class and width are taken from
    headings known to imports); coordinates are taken as they stand: accuracy 0 unless a row states its
    quality. Raises InputError as an import does, `file_question` where one must be answered first (which
    coordinate system, which layer), `file_without_shapes`.
    """
    options = Options(crs=crs, layer=layer)
    source = read_source(file, options=options, cancelled=cancelled)
    kind = None
    if source.layer is not None:
        options = replace(options, kind=_kind(plan, source.layer.geometry))
        kind = plan.catalogue[options.kind] if options.kind else None
    seen = interpret(source, path=file, plan=plan, options=options)
    _ask(seen)
    if seen.geometry is None or kind is None:
        raise InputError("file_without_shapes", name=file.name)
    found = []
    for at, shape in enumerate(seen.geometry):
        if shape is None or shape.is_empty:
            continue
        row: dict[str, Any] = {name: values[at] for name, values in seen.values.items()}
        found.append(
            made_work(policy, shape, work_of(kind, row), row, fid=seen.rows[at],
                      key=str(row.get(kind.key) or f"#{seen.rows[at]}"), name=str(row.get(kind.name) or ""))
        )  # fmt: skip
    if not found:
        raise InputError("file_without_shapes", name=file.name)
    return found, seen.declared - len(found)


def _kind(plan: Plan, geometry: np.ndarray | None) -> str:
    """The kind of proposals of the file's commonest sort of geometry; points where there are coordinates
    only."""
    wanted = "Point"
    if geometry is not None:
        there = [shape for shape in geometry if shape is not None and not shape.is_empty]
        most = np.bincount(shapely.get_dimensions(np.array(there, object)), minlength=3) if there else [1]
        wanted = ("Point", "MultiLineString", "MultiPolygon")[int(np.argmax(most))]
    return next(kind.id for kind in plan.catalogue.with_role(PROPOSAL) if kind.geometry == wanted)


def _ask(seen: Preview) -> None:
    for question in seen.open_questions:
        if question.id not in NOT_ASKED:
            raise InputError(
                "file_question", name=Path(seen.path).name, question=question.id, option=question.option,
                choices=list(question.choices),
            )  # fmt: skip
