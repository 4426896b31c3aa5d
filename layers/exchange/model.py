"""What is known of a foreign file before it is imported: options, questions, flagged rows, the preview
itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.privacy import Privacy
from layers.exchange.crs_guess import Candidate
from layers.exchange.mapping import Mapped
from layers.exchange.returning import Clash
from layers.exchange.source import Flag, LayerInfo, Note
from layers.geo.simple_shapes import SimpleShapes
from layers.plan.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Options:
    """What the user has settled; None or empty: guess, and ask where in doubt.

    layer: name inside the file. kind: id. encoding: name. crs: as `parse_crs` takes it. mapping: column
    name -> heading. places: row -> gacha code. mode: `add`, `update` or `replace` where rows of the file are
    there already. clash: `keep` or `take` where the project has changed rows since the file went out.
    """

    layer: str | None = None
    kind: str | None = None
    encoding: str | None = None
    crs: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[int, str] = field(default_factory=dict)
    mode: str | None = None
    clash: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A doubt. id: `layer`, `encoding`, `kind`, `crs`, `shift`, `positions`, `existing`, `clash`, `outside`;
    words `[ui.question_ID]`.

    option: the command-line option that answers it. choices: values to choose from. open: nothing is imported
    until it is answered; otherwise it is a warning.
    """

    id: str
    option: str = ""
    choices: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    open: bool = True


@dataclass(frozen=True, slots=True)
class FlaggedRow:
    """All that is doubtful about one row. kept: it is imported all the same, mended or without the doubtful
    value. waits: only its place is in doubt, so it waits in the project for one."""

    row: int
    flags: tuple[Flag, ...]
    waits: bool = False

    @property
    def kept(self) -> bool:
        return all(flag.kept for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as it would be imported. declared = read + len(flagged), always; layer None: which one is still
    asked, and nothing is counted.

    rows: numbers of the rows to import, aligned with `values` (column name -> values) and `geometry`
    (planning CRS metres, None for a table without shapes). foreign: shapes as in the file. classes: heading
    -> (privacy, why). located_by: headings that say where the rows are.
    axes: `lon`, `lat`, `x`, `y` -> heading, as settled now or with the template. bounds: planning CRS.
    """

    path: str
    format: str
    layers: tuple[LayerInfo, ...]
    layer: str | None
    declared: int = 0
    flagged: tuple[FlaggedRow, ...] = ()
    encoding: str = ""
    crs: Candidate | None = None
    crs_candidates: tuple[Candidate, ...] = ()
    kind: LayerKind | None = None
    mapping: Mapping[str, Mapped] = field(default_factory=dict)
    axes: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    notes: tuple[Note, ...] = ()
    headings: tuple[str, ...] = ()
    located_by: tuple[str, ...] = ()
    classes: Mapping[str, tuple[Privacy, str]] = field(default_factory=dict)
    first_rows: tuple[Mapping[str, Any], ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    rows: tuple[int, ...] = ()
    values: Mapping[str, list[Any]] = field(default_factory=dict)
    geometry: np.ndarray | None = None
    simple: SimpleShapes | None = None
    foreign: np.ndarray | None = None
    options: Options = Options()
    waiting: tuple[Waiting, ...] = ()  # rows of which only the place is in doubt
    clashes: tuple[Clash, ...] = ()  # rows that the project has changed since the file went out

    @property
    def read(self) -> int:
        """Rows that are as they should be."""
        return self.declared - len(self.flagged)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.open)

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Headings of which nothing is imported."""
        used = {one.heading for one in self.mapping.values()} | set(self.located_by)
        return tuple(heading for heading in self.headings if heading not in used)
