"""Where a foreign layer's shapes are: its coordinate system taken or asked, its shapes in the project's.

What comes out is mended and of the kind's type; every doubt is a question, every change a flag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.errors import InputError
from layers.exchange.crs_guess import (
    Candidate,
    CrsChoice,
    coordinates_to_planning,
    guess_crs,
    parse_crs,
    place_of,
    to_planning,
)
from layers.exchange.model import Options, Question
from layers.exchange.packed import packed
from layers.exchange.shapes import as_places, fit, inside_others, mend
from layers.exchange.shift import shift_suspected
from layers.exchange.source import Flag, Note, RawLayer
from layers.geo.crs import is_geographic
from layers.geo.repair import validity
from layers.geo.simple_shapes import MULTILINE, MULTIPOLYGON, POINT, SimpleShapes
from layers.plan.plan import Plan

TRIED = 50  # shapes by which it is seen whether a datum can be left
FITTED = {(POINT, "Point"), (MULTILINE, "MultiLineString"), (MULTIPOLYGON, "MultiPolygon")}
"""(type as read, the kind's type) where nothing happens to a shape."""


@dataclass(slots=True)
class Located:
    """geometry: shapely objects (n,) in the planning CRS, None where there are none or the CRS is not known.
    simple: the same as bare coordinates, where they are known."""

    geometry: NDArray[Any] | None = None
    simple: SimpleShapes | None = None
    candidates: list[Candidate] = field(default_factory=list)
    chosen: Candidate | None = None
    flags: list[Flag] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def locate(
    layer: RawLayer, plan: Plan, options: Options, kind: LayerKind | None, format: str, lost: Sequence[Flag]
) -> Located:
    """Return where a layer's shapes are. lost: flags that its rows have already. Raises InputError of
    `parse_crs`."""
    drawn = format.endswith("dxf") and isinstance(layer.geometry, np.ndarray)
    if drawn and kind is not None and kind.geometry == "Point":
        layer = replace(layer, geometry=as_places(layer.geometry, layer.columns))
    return _Locating(layer, plan, options, kind, format, lost).result()


class _Locating:
    def __init__(
        self,
        layer: RawLayer,
        plan: Plan,
        options: Options,
        kind: LayerKind | None,
        format: str,
        lost: Sequence[Flag],
    ) -> None:
        self.layer, self.plan, self.options, self.kind, self.format = layer, plan, options, kind, format
        self.lost, self.made = lost, Located()

    def result(self) -> Located:
        layer, made = self.layer, self.made
        if layer.geometry is None:
            return made
        place = place_of(self.plan)
        made.candidates = guess_crs(layer.geometry, layer.stated, place, self.plan.crs)
        there = bool((~shapely.is_missing(layer.geometry) & ~shapely.is_empty(layer.geometry)).any())
        if self.options.crs is not None:
            choice = parse_crs(self.options.crs)
            made.chosen = next(
                (one for one in made.candidates if one.choice == choice),
                Candidate(choice, choice.key, "given", {}, 0.0),
            )
        elif not there:
            made.geometry = np.full(len(layer.rows), None, object)
            return made
        else:
            self._guess(place.exact)
        if made.chosen is not None:
            self._transform(made.chosen.choice)
        return made

    def _ask_crs(self, choices: Sequence[str]) -> None:
        self.made.questions.append(
            Question("crs", "--crs", tuple(choices), {"stated": self.layer.stated.name})
        )

    def _guess(self, exact: bool) -> None:
        """What the file states is taken if the numbers can be that; everything else is asked."""
        layer, made = self.layer, self.made
        first = made.candidates[0] if made.candidates else None
        choices = tuple(one.choice.key for one in made.candidates if one.usable)
        stated = first is not None and first.reason == "stated" and first.usable
        if not stated or first is None:
            self._ask_crs(choices)
            return
        better = next((one for one in made.candidates[1:] if one.share >= 0.5), None)
        if first.share == 0 and better is not None and exact:
            self._ask_crs(choices)
            return
        try:
            tried = layer.geometry[:TRIED] if layer.geometry is not None else np.empty(0, object)
            to_planning(tried, first.choice, self.plan.crs.epsg)
        except InputError as error:
            if error.code == "datum_needs_parameters":
                self._ask_crs(choices)
                return
        made.chosen = first
        if self._ask_packed(first):
            return
        shift = shift_suspected(layer, first.choice, self.plan)
        if shift is not None:
            shifted = CrsChoice(first.choice.epsg, shifted=True)
            made.candidates.insert(1, Candidate(shifted, "GCJ-02", "shift", shift, first.share))
            made.questions.append(Question("shift", "--crs", ("GCJ-02", first.choice.key), shift))

    def _ask_packed(self, first: Candidate) -> bool:
        """Degrees that a table gives: may be D.MMSS, up to 40 km away from where they seem to be."""
        layer, choice = self.layer, first.choice
        if layer.stated.origin != "heading" or not is_geographic(choice.epsg) or layer.geometry is None:
            return False
        if not packed(shapely.get_coordinates(layer.geometry)):
            return False
        other = replace(choice, packed=True)
        self.made.candidates.insert(1, Candidate(other, first.name, "packed", {}, first.share))
        self.made.questions.append(Question("packed", "--crs", (choice.key, other.key)))
        return True

    def _transform(self, choice: CrsChoice) -> None:
        layer, made = self.layer, self.made
        try:
            geometry, simple = self._moved(choice)
        except InputError as error:
            if error.code != "coordinates_outside_crs":
                raise
            geometry, simple = self._one_by_one(choice), None
            if all(shape is None for shape in geometry):
                made.chosen = None
                others = (one for one in made.candidates if one.usable and one.choice != choice)
                self._ask_crs([one.choice.key for one in others])
                return
        known = layer.reasons if geometry is layer.geometry else None
        whole, flags = mend(geometry, layer.rows, known)
        made.flags.extend(flags)
        if whole is not geometry:
            simple = None
        if self.kind is not None:
            whole, simple = self._fitted(whole, simple, self.kind)
        self._warn_outside(whole)
        made.geometry, made.simple = whole, simple

    def _moved(self, choice: CrsChoice) -> tuple[NDArray[Any], SimpleShapes | None]:
        layer, epsg = self.layer, self.plan.crs.epsg
        assert isinstance(layer.geometry, np.ndarray)
        if layer.simple is None:
            return to_planning(layer.geometry, choice, epsg), None
        xy = coordinates_to_planning(layer.simple.xy, choice, epsg)
        if xy is layer.simple.xy:
            return layer.geometry, layer.simple
        simple = replace(layer.simple, xy=xy)
        return simple.shapes(), simple

    def _fitted(
        self, geometry: NDArray[Any], simple: SimpleShapes | None, kind: LayerKind
    ) -> tuple[NDArray[Any], SimpleShapes | None]:
        geometry, flags = fit(geometry, kind.geometry, self.layer.rows, outlines=self.format == "dxf")
        flagged = {flag.row for flag in (*self.lost, *self.made.flags) if not flag.kept}
        self.made.flags.extend(flag for flag in flags if flag.row not in flagged)
        drawn = self.format.endswith("dxf") and kind.geometry == "MultiPolygon"
        if drawn and (count := inside_others(geometry)):
            self.made.notes.append(("outlines_inside", {"count": count}))
        if simple is None or (simple.type, kind.geometry) not in FITTED:
            return geometry, None
        return geometry, simple

    def _one_by_one(self, choice: CrsChoice) -> NDArray[Any]:
        layer = self.layer
        assert isinstance(layer.geometry, np.ndarray)
        made = np.full(len(layer.rows), None, object)
        for at in range(len(made)):
            try:
                made[at : at + 1] = to_planning(layer.geometry[at : at + 1], choice, self.plan.crs.epsg)
            except InputError:
                self.made.flags.append(Flag(layer.rows[at], "outside_crs", {"crs": choice.key}))
        lost = [at for at in range(len(made)) if made[at] is None and layer.geometry[at] is not None]
        self.made.flags.extend(
            Flag(layer.rows[at], "shape_wrong", {"why": str(why)})
            for at, why in zip(lost, validity(layer.geometry[lost]), strict=True)
            if why not in (None, "missing", "empty")
        )
        self.made.questions.append(
            Question("outside", "--crs", (), {"count": len(lost), "total": len(made)}, open=False)
        )
        return made

    def _warn_outside(self, geometry: NDArray[Any]) -> None:
        bounds = self.plan.bounds
        there = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
        if bounds is None or not len(there):
            return
        west, south, east, north = shapely.bounds(there).T
        inside = (west >= bounds[0]) & (south >= bounds[1]) & (east <= bounds[2]) & (north <= bounds[3])
        outside = int((~shapely.intersects(there[~inside], shapely.box(*bounds))).sum())
        if outside:
            self.made.questions.append(
                Question("outside", "--crs", (), {"count": outside, "total": len(there)}, open=False)
            )
