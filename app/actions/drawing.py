"""Features drawn, reshaped, split, merged, cut, moved, simplified, deleted: each one undoable command.

Rules for features of several parts stand in `layers.geo.reshaping`. A new feature gets a code of its own, the
gacha that it lies in, and for a project the state "idea"; whatever else its kind requires must be given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from app.actions.editing import NAME_LENGTH, refuse_taken_key, refuse_untrue_state
from app.messages import both
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo import reshaping
from layers.plan.changes import Changes, LayerChange, RowChange
from layers.plan.plan import Plan, empty_table
from layers.plan.table import Table
from layers.planning.units import GACHA

DRAWN_QUALITY = "located"
PROPOSAL, FIRST_STATE = "proposal", "idea"
LAYERS_FIRST = ("proposal",)
CODE_LETTERS = {PROPOSAL: "P"}
COPIED_CODE = "{code}-{number}"


@dataclass(frozen=True)
class Drawn:
    """What a command did: its journal entry, the features that are there now, why a shape had to be
    repaired."""

    kind: str
    fids: tuple[int, ...]
    entry: Any
    repaired: str | None = None


def drawable(session: Session) -> list[LayerKind]:
    """Return the kinds that can be drawn into, projects first; also those that the project has not yet.

    Units that everything else is counted by come last: they are corrected, hardly ever drawn.
    """
    kinds = [kind for kind in session.catalogue if kind.geometry]

    def rank(kind: LayerKind) -> int:
        if set(kind.roles) & set(LAYERS_FIRST):
            return 0
        return 2 if any(role.startswith("unit.") for role in kind.roles) else 1

    return sorted(kinds, key=rank)


# -- new features ----------------------------------------------------------------------------------


def defaults(
    plan: Plan, kind: LayerKind, geometry: Any, *, offset: int = 0, scheme: str | None = None
) -> dict[str, Any]:
    """Return what a new feature gets unasked: code, gacha, state, quality; only columns that its kind has."""
    table = plan.tables.get(kind.id) or empty_table(kind)
    values: dict[str, Any] = {}
    names = kind.column_names
    if kind.key in names and kind.column(kind.key).type == "text":
        values[kind.key] = _free_code(table, kind, offset)
    if "gacha_code" in names and (code := gacha_at(plan, geometry)):
        values["gacha_code"] = code
    if PROPOSAL in kind.roles:
        values["status"] = FIRST_STATE
        if scheme is not None:
            values["scheme"] = scheme
    if "quality" in names:
        values["quality"] = DRAWN_QUALITY
    return values


def gacha_at(plan: Plan, geometry: shapely.Geometry) -> str | None:
    """Return the code of the gacha that the middle of a shape lies in, None where it is not known."""
    if geometry is None:
        return None
    point = shapely.point_on_surface(geometry)
    for table in plan.with_role(GACHA):
        for fid in table.query(point, "intersects"):
            code = table.row(int(fid)).get(table.kind.key)
            if code is not None:
                return str(code)
    return None


def _free_code(table: Table, kind: LayerKind, offset: int) -> str:
    letter = next((CODE_LETTERS[role] for role in kind.roles if role in CODE_LETTERS), "D")
    taken = table.column(kind.key)
    number = table.next_fid + offset
    while (taken == f"{letter}{number:04d}").any():
        number += 1
    return f"{letter}{number:04d}"


def add(
    session: Session,
    kind_id: str,
    geometries: Sequence[shapely.Geometry],
    values: Mapping[str, Any] | None = None,
    *,
    scheme: str | None = None,
) -> Drawn:
    """Add features of one kind in one command; `values` (parsed) go before the defaults.

    Raises InputError: `shape_collapsed`, `geometry_form`, `value_required` and the others of the columns,
    `key_taken`; RuleError of a project's state.
    """
    kind, plan = session.catalogue[kind_id], session.plan
    there = kind_id in plan
    table = plan.tables[kind_id] if there else empty_table(kind)
    repaired: str | None = None
    rows: list[RowChange] = []
    for offset, drawn in enumerate(geometries):
        geometry, reason = reshaping.sound(drawn, kind.geometry)
        repaired = repaired or reason
        given = dict(values or {})
        row = {**defaults(plan, kind, geometry, offset=offset, scheme=scheme), **given, "geom": geometry}
        if offset and kind.key in given:
            row[kind.key] = COPIED_CODE.format(code=given[kind.key], number=offset + 1)
        change = table.insert(row, offset=offset)
        refuse_taken_key(table, change.fid, (change.after or {}).get(kind.key))
        refuse_untrue_state(session, kind, {}, change.after or {})
        rows.append(change)
    if not rows:
        raise InputError("nothing_drawn")
    layers = () if there else (LayerChange(kind_id, False, True),)
    what = both("did_drawn") if len(rows) == 1 else both("did_drawn_many", count=len(rows))
    title = _title(kind, rows[0].after or {}, rows[0].fid, what)
    entry = session.do(title, Changes(tuple(rows), layers=layers), command="draw")
    return Drawn(kind_id, tuple(row.fid for row in rows), entry, repaired)


# -- features that are there -----------------------------------------------------------------------


def reshape(
    session: Session, kind_id: str, fid: int, geometry: shapely.Geometry, what: str = "reshaped"
) -> Drawn:
    """Give a feature another shape. One that was valid may not cross itself afterwards (`shape_crosses`)."""
    table = session.plan.table(kind_id)
    old = table.row(fid).get("geom")
    if (old is None or old.is_valid) and not geometry.is_valid:
        raise InputError("shape_crosses")
    if geometry.is_valid:
        geometry = reshaping.sound(geometry, table.kind.geometry)[0]
    return _do(session, table, [table.update(fid, {"geom": geometry})], what, fid)


def move(session: Session, kind_id: str, fids: Iterable[int], dx: float, dy: float) -> Drawn:
    """Move features by metres of the plane."""
    table = session.plan.table(kind_id)
    rows = [table.update(fid, {"geom": reshaping.move(shape, dx, dy)}) for fid, shape in _shapes(table, fids)]
    return _do(session, table, rows, "moved")


def split(session: Session, kind_id: str, fids: Iterable[int], line: shapely.Geometry) -> Drawn:
    """Split every one of the features that a line takes apart; `split_misses` where it is none.

    The old feature keeps its values, code and name; the new ones copy them, with codes of their own.
    """
    table = session.plan.table(kind_id)
    rows: list[RowChange] = []
    added: list[RowChange] = []
    for fid, shape in _shapes(table, fids):
        try:
            first, *others = reshaping.split_by(shape, line)
        except InputError as error:
            if error.code != "split_misses":
                raise
            continue
        rows.append(table.update(fid, {"geom": first}))
        row = table.row(fid)
        for number, piece in enumerate(others, 2):
            values = {**row, "geom": piece}
            values[table.kind.key] = _copied_code(table, row.get(table.kind.key), number, added)
            added.append(table.insert(values, offset=len(added)))
    if not added:
        raise InputError("split_misses")
    return _do(session, table, [*rows, *added], "split", count=len(rows) + len(added))


def merge(session: Session, kind_id: str, fids: Sequence[int]) -> Drawn:
    """Make one feature of several: the first keeps its values, the others go."""
    table = session.plan.table(kind_id)
    shapes = _shapes(table, fids)
    made, _ = reshaping.sound(reshaping.merge([shape for _, shape in shapes]), table.kind.geometry)
    (first, _), *others = shapes
    rows = [table.update(first, {"geom": made}), *(table.delete(fid) for fid, _ in others)]
    done = _do(session, table, rows, "merged", first, count=len(shapes))
    return Drawn(kind_id, (first,), done.entry)


def cut(session: Session, kind_id: str, fids: Iterable[int], taken: shapely.Geometry) -> Drawn:
    """Take an area out of every feature that lies under it; `cut_misses` where none does."""
    taken = reshaping.sound(taken, "MultiPolygon")[0]
    return _each(session, kind_id, fids, lambda shape: reshaping.cut(shape, taken), "cut", "cut_misses")


def hole(session: Session, kind_id: str, fids: Iterable[int], ring: shapely.Geometry) -> Drawn:
    """Make a hole in the feature that holds it; `hole_outside` where none does."""
    ring = reshaping.sound(ring, "MultiPolygon")[0]
    return _each(
        session, kind_id, fids, lambda shape: reshaping.add_hole(shape, ring), "holed", "hole_outside"
    )


def part(session: Session, kind_id: str, fid: int, shape: shapely.Geometry) -> Drawn:
    """Add a part to a feature."""
    table = session.plan.table(kind_id)
    ((_, old),) = _shapes(table, [fid])
    more = reshaping.sound(shape, table.kind.geometry)[0]
    return _do(
        session, table, [table.update(fid, {"geom": reshaping.add_part(old, more)})], "part_added", fid
    )


def simplify(session: Session, kind_id: str, fids: Iterable[int], tolerance: float) -> Drawn:
    """Take corners away, none farther off than `tolerance` metres; `nothing_to_simplify` where none goes."""
    table = session.plan.table(kind_id)
    shapes = _shapes(table, fids)
    made = reshaping.simplify([shape for _, shape in shapes], tolerance)
    rows = [table.update(fid, {"geom": new}) for (fid, _), new in zip(shapes, made, strict=True)]
    before = sum(reshaping.corner_count(shape) for _, shape in shapes)
    after = sum(reshaping.corner_count(shape) for shape in made)
    if not any(row.after for row in rows):
        raise InputError("nothing_to_simplify")
    return _do(session, table, rows, "simplified", before=before, after=after)


def delete(session: Session, kind_id: str, fids: Iterable[int]) -> Drawn:
    """Delete features."""
    table = session.plan.table(kind_id)
    rows = [table.delete(fid) for fid in sorted(set(fids)) if fid in table]
    if not rows:
        raise InputError("nothing_drawn")
    title = _title(table.kind, rows[0].before or {}, rows[0].fid, both("did_deleted", count=len(rows)))
    return Drawn(kind_id, (), session.do(title, Changes(tuple(rows)), command="delete"))


# -- inside ----------------------------------------------------------------------------------------


def _shapes(table: Table, fids: Iterable[int]) -> list[tuple[int, Any]]:
    found = [(int(fid), table.row(int(fid)).get("geom")) for fid in dict.fromkeys(fids)]
    shapes = [(fid, shape) for fid, shape in found if shape is not None]
    if not shapes:
        raise InputError("nothing_drawn")
    return shapes


def _each(session: Session, kind_id: str, fids: Iterable[int], change: Any, what: str, code: str) -> Drawn:
    """Change every feature that can be; a refusal is told where none can, or where it is another one."""
    table = session.plan.table(kind_id)
    rows = []
    for fid, shape in _shapes(table, fids):
        try:
            rows.append(table.update(fid, {"geom": change(shape)}))
        except InputError as error:
            if error.code != code:
                raise
    if not rows:
        raise InputError(code)
    return _do(session, table, rows, what)


def _copied_code(table: Table, code: Any, number: int, added: Sequence[RowChange]) -> Any:
    """A code for a copy: the original's with a number that is free; ids where codes are no text."""
    if not isinstance(code, str):
        return code
    taken = {str((row.after or {}).get(table.kind.key)) for row in added}
    column = table.column(table.kind.key)
    while (made := COPIED_CODE.format(code=code, number=number)) in taken or (column == made).any():
        number += 1
    return made


def _do(
    session: Session,
    table: Table,
    rows: Sequence[RowChange],
    what: str,
    fid: int | None = None,
    **fields: Any,
) -> Drawn:
    changed = [row for row in rows if row.before is None or row.after is None or row.after]
    row = table.row(
        fid if fid is not None else next((one.fid for one in rows if one.before is not None), rows[0].fid)
    )
    many = {"count": len(rows), **fields}
    title = _title(table.kind, row, rows[0].fid, both(f"did_{what}", **many))
    entry = session.do(title, Changes(tuple(changed)), command=what) if changed else None
    return Drawn(table.kind.id, tuple(one.fid for one in rows if one.after is not None), entry)


def _title(kind: LayerKind, row: Mapping[str, Any], fid: int, what: Text) -> Text:
    name = "" if kind.sensitive else str(row.get(kind.name) or row.get(kind.key) or fid)
    name = " ".join(name.split())
    name = name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}…"
    zh, en = (f"「{name}」", f" “{name}”") if name else ("", "")
    return Text(f"{kind.title.zh}{zh}：{what.zh}", f"{kind.title.en}{en}: {what.en}")


def sizes(shape: shapely.Geometry, epsg: int) -> dict[str, float | None]:
    """Return `area_m2` and `length_m` of a shape on the ellipsoid, None for what it has not."""
    from layers.geo.measure import areas_m2, lengths_m

    array = np.array([shape], object)
    dimension = int(shapely.get_dimensions(shape))
    return {
        "area_m2": float(areas_m2(array, epsg)[0]) if dimension == 2 else None,
        "length_m": float(lengths_m(array, epsg)[0]) if dimension == 1 else None,
    }
