"""What a foreign file is, before anything is imported: guesses already made, every doubt a question.

`read_source` reads in the child process; `interpret` is quick and may be called again with other options
while a dialog is open; `preview` is both. `layers.exchange.importing.to_changes` makes the command of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import Catalogue, LayerKind
from layers.collector import without_collector
from layers.exchange.crs_guess import Candidate
from layers.exchange.locating import locate
from layers.exchange.mapping import Mapped, find_template, guess_kind, map_columns
from layers.exchange.model import FlaggedRow, Options, Preview, Question
from layers.exchange.opening import read_source
from layers.exchange.placement import join_places
from layers.exchange.positions import (
    axes_of,
    boundary_points,
    gather_rings,
    positions_of,
    without_axes,
)
from layers.exchange.privacy_guess import guess_privacy
from layers.exchange.process import Cancelled, Progress
from layers.exchange.returning import KEEP, TAKE, Clash, clashes, names_of, without_stamps
from layers.exchange.shapes import main_type
from layers.exchange.source import Flag, Note, RawLayer, Source
from layers.exchange.values import convert, disagreeing_units, lost_zeros, with_measured_units
from layers.geo.measure import areas_m2
from layers.geo.simple_shapes import SimpleShapes
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan
from layers.plan.waiting import Waiting
from layers.release import allowed_columns

__all__ = ["FlaggedRow", "Options", "Preview", "Question", "interpret", "preview", "read_source"]

FIRST_ROWS = 20
MEASURED_ROWS = 2000
SHAPELESS = 10  # rows without a shape that are named


def preview(
    path: str | Path,
    *,
    plan: Plan,
    catalogue: Catalogue | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Preview:
    """Read a file in the child process and say what it is. Raises InputError as `read_source` and
    `interpret`."""
    options = options or Options()
    source = read_source(path, options=options, progress=progress, cancelled=cancelled)
    return interpret(source, path=path, plan=plan, catalogue=catalogue, options=options)


@without_collector()
def interpret(
    source: Source,
    *,
    path: str | Path,
    plan: Plan,
    catalogue: Catalogue | None = None,
    options: Options | None = None,
) -> Preview:
    """Say what a file's rows are in this plan. Raises InputError `kind_unknown`, `crs_not_understood`,
    `unknown_crs`, and those of `map_columns`."""
    options, catalogue = options or Options(), catalogue or plan.catalogue
    name = Path(path).name
    shell = Preview(
        str(path), source.format, tuple(source.layers), None, notes=tuple(source.notes), options=options
    )
    if source.layer is None:
        names = tuple(info.name for info in source.layers)
        return replace(shell, declared=0, questions=(Question("layer", "--layer", names),))
    return _Reading(shell, source.layer, plan, catalogue, options, name).result()


class _Reading:
    """One pass from a raw layer to a preview; each step adds its flags and questions."""

    def __init__(
        self, shell: Preview, layer: RawLayer, plan: Plan, catalogue: Catalogue, options: Options, name: str
    ) -> None:
        # What is made of it must not show in the next look at the same source with other options.
        layer = replace(layer, flags=list(layer.flags), notes=list(layer.notes))
        self.shell, self.layer, self.plan, self.catalogue, self.options = (
            shell,
            layer,
            plan,
            catalogue,
            options,
        )
        self.name = name
        columns, self.stamps = without_stamps(layer)
        if self.stamps:
            layer.columns = columns
        self.clashes: tuple[Clash, ...] = ()
        self.questions: list[Question] = []
        self.flags: list[Flag] = list(layer.flags)
        self.notes: list[Note] = list(shell.notes)
        self.kind: LayerKind | None = None
        self.candidates: list[Candidate] = []
        self.chosen: Candidate | None = None
        self.headings = tuple(layer.columns)
        self.axes: dict[str, str] = {}
        self.located: tuple[str, ...] = ()
        self.first = tuple(
            {heading: values[at] for heading, values in layer.columns.items()}
            for at in range(min(FIRST_ROWS, len(layer.rows)))
        )
        self.classes = {heading: guess_privacy(heading, values) for heading, values in layer.columns.items()}

    def result(self) -> Preview:
        layer, options = self.layer, self.options
        if not layer.encoding_sure and options.encoding is None:
            self.questions.append(Question("encoding", "--encoding", (layer.encoding, *layer.alternatives)))
        template = find_template(self.plan, self.headings) if self.headings else {}
        self.axes = axes_of(options.mapping) or self._axes_before(template)
        self._choose_kind(template)
        self._find_positions()
        found = locate(self.layer, self.plan, options, self.kind, self.shell.format, self.flags)
        geometry, self.candidates, self.chosen = found.geometry, found.candidates, found.chosen
        self.flags.extend(found.flags)
        self.questions.extend(found.questions)
        self.notes.extend(found.notes)
        mapped = (
            {}
            if self.kind is None
            else map_columns(
                self.kind,
                self.layer.columns,
                given=without_axes(options.mapping),
                template=template.get("mapping"),
            )
        )
        if geometry is not None and self.kind is not None and self.kind.geometry == "MultiPolygon":
            for heading, stated, seen in disagreeing_units(
                self.kind, mapped, self.layer.columns, lambda: self._measured(geometry)
            ):
                self.notes.append(("unit_disagrees", {"heading": heading, "stated": stated, "seen": seen}))
            mapped = with_measured_units(
                self.kind, mapped, self.layer.columns, lambda: self._measured(geometry)
            )
        values: dict[str, list[Any]] = {}
        if self.kind is not None:
            values, flags = convert(
                self.kind, mapped, self.layer.columns, self.layer.rows, taken=self._numbers_taken()
            )
            self.flags.extend(flags)
            if self.kind.id in self.plan and self.shell.format.endswith(("csv", "sheet")):
                keyed = options.mode in ("update", "replace")
                table = self.plan.tables[self.kind.id]
                self.flags.extend(lost_zeros(self.kind, values, self.layer.rows, table, keyed=keyed))
            geometry = self._place_rows(values, geometry)
            self._find_doubles(values)
        simple = found.simple if geometry is found.geometry else None
        return self._preview(mapped, values, geometry, simple)

    def _axes_before(self, template: Mapping[str, Any]) -> dict[str, str]:
        """The columns of positions that were settled for such a file before, where it still has them."""
        kept, there = template.get("axes"), self.layer.columns
        if not isinstance(kept, Mapping) or not all(heading in there for heading in kept.values()):
            return {}
        return {str(axis): str(heading) for axis, heading in kept.items()}

    def _measured(self, geometry: np.ndarray | None) -> np.ndarray:
        """Areas (m²) of the first rows: enough to tell a unit."""
        assert geometry is not None
        return np.nan_to_num(areas_m2(geometry[:MEASURED_ROWS], self.plan.crs.epsg))

    def _choose_kind(self, template: Mapping[str, Any]) -> None:
        layer, options = self.layer, self.options
        if options.kind is not None:
            self.kind = self.catalogue[options.kind]
            return
        kept = template.get("kind")
        shape = main_type(layer.geometry) or self._shape_of_columns()
        sure, likely = guess_kind(self.catalogue, layer.name, layer.columns, shape)
        if kept in self.catalogue:
            self.kind = self.catalogue[str(kept)]
        elif sure is not None:
            self.kind = self.catalogue[sure]
        elif layer.declared:
            fits = [kind.id for kind in self.catalogue if shape in (None, kind.geometry)]
            self.questions.append(Question("kind", "--as", tuple(likely or fits)))

    def _shape_of_columns(self) -> str | None:
        """What columns of a plain table draw: boundary points areas, positions points; None for nothing."""
        columns = {heading: values[:MEASURED_ROWS] for heading, values in self.layer.columns.items()}
        few = replace(self.layer, rows=self.layer.rows[:MEASURED_ROWS], columns=columns, flags=[])
        if positions_of(few, given=self.axes) is None:
            return None
        return "MultiPolygon" if boundary_points(self.layer) else "Point"

    def _find_positions(self) -> None:
        """A plain table gets its shapes from its columns, where they are coordinates."""
        layer = self.layer
        if layer.geometry is not None or (self.kind is not None and not self.kind.geometry):
            return
        areas = self.kind is not None and self.kind.geometry == "MultiPolygon"
        points = self.kind is None or self.kind.geometry == "Point"
        found = positions_of(layer, given=self.axes, by_value=points)
        if found is None:
            return
        headings = boundary_points(layer) if areas else None
        self.located = found.used
        if headings is not None:
            self.layer = gather_rings(layer, found, headings)
            self.flags = list(self.layer.flags)
            return
        layer.geometry, layer.stated = found.geometry, found.stated
        layer.flags.extend(found.flags)
        self.flags.extend(found.flags)

    def _place_rows(self, values: dict[str, list[Any]], geometry: np.ndarray | None) -> np.ndarray | None:
        """Join rows to gachas by code, name or words, where the kind asks for one and the file names one."""
        assert self.kind is not None
        joined = join_places(
            self.kind, self.layer, self.plan, values, geometry, self.options.places,
            from_columns=bool(self.located),
        )  # fmt: skip
        self.flags.extend(joined.flags)
        if joined.heading:
            self.located = tuple(dict.fromkeys((*self.located, joined.heading)))
            self.notes.append(("joined_by", {"heading": joined.heading, "count": joined.count}))
        asked = self.options.mode is None and bool(self.layer.rows)
        if self.kind.geometry and geometry is None and self.layer.geometry is None and not joined.heading:
            if asked:
                self.questions.append(Question("positions", "--map lon=… lat=…", self.headings))
            else:
                self.notes.append(("no_positions", {}))
        return joined.geometry

    def _waiting(self, flagged: Sequence[FlaggedRow], values: Mapping[str, list[Any]]) -> tuple[Waiting, ...]:
        """Rows that are left out for their place alone: they can wait for somebody who knows it."""
        if self.kind is None:
            return ()
        file, found = Path(self.shell.path).name, []
        place_of_row = {row: at for at, row in enumerate(self.layer.rows)}
        for one in flagged:
            doubts = [flag for flag in one.flags if not flag.kept]
            if not doubts or not all(flag.code.startswith("place_") for flag in doubts):
                continue
            doubt, at = doubts[0], place_of_row[one.row]
            found.append(
                Waiting(f"{file}#{one.row}", file, one.row, self.kind.id, doubt.code.removeprefix("place_"),
                        str(doubt.fields["value"]), tuple(doubt.fields["codes"]),
                        {name: _plain(column[at]) for name, column in values.items()})
            )  # fmt: skip
        return tuple(found)

    def _numbers_taken(self) -> int:
        """The highest number that an earlier import without codes has given."""
        assert self.kind is not None
        if self.kind.id not in self.plan:
            return 0
        start = f"{self.kind.id.upper()}-"
        keys = self.plan.tables[self.kind.id].column(self.kind.key)
        ends = [str(key)[len(start) :] for key in keys if str(key).startswith(start)]
        return max((int(end) for end in ends if end.isascii() and end.isdigit()), default=0)

    def _tell_shapeless(self, rows: Sequence[int], geometry: np.ndarray | None) -> None:
        """Rows without a shape are kept, but nobody would see on the map that they are there."""
        if self.kind is None or not self.kind.geometry or geometry is None:
            return
        at = np.flatnonzero(shapely.is_missing(geometry))
        if len(at):
            numbers = ", ".join(str(rows[one]) for one in at[:SHAPELESS])
            more = " …" if len(at) > SHAPELESS else ""
            self.notes.append(("rows_no_shape", {"count": len(at), "rows": numbers + more}))

    def _find_doubles(self, values: Mapping[str, list[Any]]) -> None:
        assert self.kind is not None
        keys, seen = values.get(self.kind.key, ()), set[Any]()
        if len(set(keys)) == len(keys):
            return
        for row, key in zip(self.layer.rows, keys, strict=False):
            if key is not None and key in seen:
                self.flags.append(
                    Flag(row, "key_double", {"value": key}, kept=self.options.mode in (None, "add"))
                )
            seen.add(key)

    def _preview(
        self,
        mapped: Mapping[str, Mapped],
        values: Mapping[str, list[Any]],
        geometry: np.ndarray | None,
        simple: SimpleShapes | None,
    ) -> Preview:
        layer = self.layer
        by_row: dict[int, list[Flag]] = {}
        for flag in self.flags:
            by_row.setdefault(flag.row, []).append(flag)
        flagged = tuple(FlaggedRow(row, tuple(flags)) for row, flags in sorted(by_row.items()))
        lost = {one.row for one in flagged if not one.kept}
        rows, chosen = tuple(layer.rows), dict(values)
        if lost:
            keep = np.array([at for at, row in enumerate(rows) if row not in lost], np.intp)
            rows = tuple(rows[at] for at in keep)
            chosen = {name: [column[at] for at in keep] for name, column in values.items()}
            geometry = None if geometry is None else geometry[keep]
            simple = None if simple is None else simple[keep]
        self._tell_shapeless(rows, geometry)
        self._ask_existing(chosen)
        self._find_clashes(rows, chosen, geometry)
        waiting = self._waiting(flagged, values)
        waits = {one.row for one in waiting}
        flagged = tuple(replace(one, waits=one.row in waits) for one in flagged)
        return replace(
            self.shell,
            layer=layer.name,
            declared=layer.declared,
            flagged=flagged,
            encoding=layer.encoding,
            crs=self.chosen,
            crs_candidates=tuple(self.candidates),
            kind=self.kind,
            mapping=dict(mapped),
            axes=self.axes,
            questions=tuple(self.questions),
            notes=(*self.notes, *layer.notes),
            headings=self.headings,
            located_by=self.located,
            classes=self.classes,
            first_rows=self.first,
            bounds=_bounds(geometry),
            rows=rows,
            values=chosen,
            geometry=geometry,
            simple=simple,
            foreign=layer.geometry,
            waiting=waiting,
            clashes=self.clashes,
        )

    def _find_clashes(
        self, rows: Sequence[int], values: Mapping[str, Sequence[Any]], geometry: np.ndarray | None
    ) -> None:
        """Rows that were changed here while the file was away: whose are taken? Never guessed."""
        kind, options = self.kind, self.options
        if kind is None or kind.id not in self.plan or not self.stamps or options.mode == "add":
            return
        names = names_of(kind, allowed_columns(self.catalogue).get(kind.id, ()))
        news = [{name: column[at] for name, column in values.items()} for at in range(len(rows))]
        for new, shape in zip(news, () if geometry is None else geometry, strict=False):
            new[GEOMETRY] = shape
        keys = values.get(kind.key, [None] * len(rows))
        self.clashes, strange = clashes(
            self.plan.tables[kind.id], names, self.stamps, zip(rows, keys, news, strict=True)
        )
        if strange:
            self.notes.append(("digests_strange", {"count": strange}))
        if self.clashes and options.clash not in (KEEP, TAKE):
            self.questions.append(Question("clash", "--clash", (KEEP, TAKE), {"count": len(self.clashes)}))

    def _ask_existing(self, values: Mapping[str, Sequence[Any]]) -> None:
        """Rows whose key is in the project already: updated, or added a second time? Never guessed."""
        kind = self.kind
        if kind is None or kind.id not in self.plan or self.options.mode is not None:
            return
        there = {key for key in self.plan.tables[kind.id].column(kind.key) if key is not None}
        count = len(there.intersection(key for key in values.get(kind.key, ()) if key is not None))
        if count:
            self.questions.append(
                Question(
                    "existing", "--mode", ("update", "replace", "add"), {"count": count, "total": len(there)}
                )
            )


def _bounds(geometry: np.ndarray | None) -> tuple[float, float, float, float] | None:
    if geometry is None or not len(geometry):
        return None
    total = shapely.total_bounds(geometry)
    return (
        None
        if np.isnan(total).any()
        else (float(total[0]), float(total[1]), float(total[2]), float(total[3]))
    )


def _plain(value: Any) -> Any:
    """A value as a document keeps it."""
    return value.item() if isinstance(value, np.generic) else value
