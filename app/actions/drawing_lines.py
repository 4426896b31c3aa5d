"""Drawing and changing shapes on the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import shapely

from app.actions import drawing
from app.actions.editing import kind_id, parsed_values
from app.actions.typed_shapes import parse_place, parse_shapes
from app.command import Answer
from app.messages import language, text, tr
from app.session import Session
from layers.errors import InputError, StoreError
from layers.geo import shaping
from layers.geo.measure import format_area, format_length

_SHED = re.compile(r"^\s*([\d.]+)\s*[x×*]\s*([\d.]+)\s*(?:@\s*(-?[\d.]+)\s*°?)?\s*$", re.IGNORECASE)


def draw(
    session: Session,
    kind: str,
    values: Mapping[str, str] | None = None,
    *,
    wkt: str | None = None,
    geojson: Path | None = None,
    at: str | None = None,
    shed: str | None = None,
    strip: float | None = None,
) -> Answer:
    """Add features to a layer (made where it is not there yet) in one undoable command.

    Raises InputError `kind_unknown`, `column_unknown`, `geometry_given_twice`, those of `parse_shapes`,
    `Column.parse` and `drawing.add`; RuleError `state_refused`.
    """
    chosen = session.catalogue[kind_id(session, kind)]
    parsed = parsed_values(chosen, values or {})
    line = strip is not None and chosen.geometry == "MultiPolygon"
    form = "MultiLineString" if line else chosen.geometry
    shapes = _shapes(session, form, wkt=wkt, geojson=geojson, at=at, shed=shed)
    if line:
        shapes = [_strip(session, shape, float(strip or 0)) for shape in shapes]
    done = drawing.add(session, chosen.id, shapes, parsed)
    return _answer(session, done)


def edit_geometry(
    session: Session,
    kind: str,
    key: str,
    *,
    wkt: str | None = None,
    geojson: Path | None = None,
    move: str | None = None,
    split: str | None = None,
    cut: str | None = None,
    hole: str | None = None,
    part: str | None = None,
    simplify: float | None = None,
    merge: str | None = None,
    delete: bool = False,
) -> Answer:
    """Change the shape of one feature in one undoable command; exactly one way of changing is given."""
    table = session.plan.table(kind_id(session, kind))
    name, fid, form = table.kind.id, table.find(key), table.kind.geometry
    given = [wkt, geojson, move, split, cut, hole, part, simplify, merge, delete or None]
    if sum(one is not None for one in given) != 1:
        raise InputError("geometry_given_twice")
    if move is not None:
        east, _, north = move.partition(",")
        try:
            done = drawing.move(session, name, [fid], float(east), float(north))
        except ValueError:
            raise InputError("not_a_position", text=move) from None
    elif split is not None:
        done = drawing.split(session, name, [fid], _one(session, split, "MultiLineString"))
    elif cut is not None:
        done = drawing.cut(session, name, [fid], _one(session, cut, "MultiPolygon"))
    elif hole is not None:
        done = drawing.hole(session, name, [fid], _one(session, hole, "MultiPolygon"))
    elif part is not None:
        done = drawing.part(session, name, fid, _one(session, part, form))
    elif simplify is not None:
        done = drawing.simplify(session, name, [fid], simplify)
    elif merge is not None:
        done = drawing.merge(session, name, [fid, table.find(merge)])
    elif delete:
        done = drawing.delete(session, name, [fid])
    else:
        shapes = _shapes(session, form, wkt=wkt, geojson=geojson)
        made, reason = drawing.reshaping.sound(shapes[0], form)
        done = drawing.reshape(session, name, fid, made)
        done = drawing.Drawn(done.kind, done.fids, done.entry, reason)
    return _answer(session, done)


def _shapes(
    session: Session,
    form: str,
    *,
    wkt: str | None = None,
    geojson: Path | None = None,
    at: str | None = None,
    shed: str | None = None,
) -> Sequence[shapely.Geometry]:
    if sum(one is not None for one in (wkt, geojson, at)) != 1:
        raise InputError("geometry_given_twice")
    crs = session.plan.crs
    if at is not None:
        place = parse_place(at, crs)
        if shed is None:
            return [shapely.Point(place)]
        match = _SHED.match(shed)
        if match is None:
            raise InputError(
                "size_out_of_range", value=shed, low=shaping.LEAST_SIZE, high=f"{shaping.LARGEST_SIZE:,.0f}"
            )
        return [shaping.shed(place, float(match[1]), float(match[2]), float(match[3] or 0), crs.epsg)]
    if geojson is not None:
        try:
            return parse_shapes(geojson.read_text("utf-8-sig"), crs, form)
        except FileNotFoundError:
            raise StoreError("file_missing", path=str(geojson)) from None
        except UnicodeDecodeError as error:
            raise InputError("paste_unreadable", detail=str(error)[:60]) from None
    assert wkt is not None
    return parse_shapes(wkt, crs, form)


def _one(session: Session, typed: str, form: str) -> shapely.Geometry:
    shapes = parse_shapes(typed, session.plan.crs, form)
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _strip(session: Session, shape: shapely.Geometry, width: float) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    epsg = session.plan.crs.epsg
    return shapely.union_all(
        [shaping.strip([tuple(xy) for xy in part.coords], width, epsg) for part in parts]
    )


def _answer(session: Session, done: drawing.Drawn) -> Answer:
    plan = session.plan
    kind, rows, lines = plan.catalogue[done.kind], [], []
    for fid in done.fids:
        row = plan.table(done.kind).row(fid)
        sizes = drawing.sizes(row["geom"], plan.crs.epsg)
        rows.append({"fid": fid, "key": row.get(kind.key), **sizes})
        lines.append(
            text("drawn_answer", layer=tr(kind.title), key=row.get(kind.key) or fid, size=_size(sizes))
        )
    if done.repaired:
        lines.append(text("drawn_repaired_line"))
    data = {
        "kind": done.kind,
        "features": rows,
        "repaired": done.repaired,
        "journal_id": done.entry.id if done.entry else None,
    }
    if done.entry is None:
        lines.append(text("nothing_changed"))
    elif not rows:
        from app.titles import decode_title

        lines.append(tr(decode_title(done.entry.title)))
    return Answer(data, tuple(lines))


def _size(sizes: Mapping[str, float | None]) -> str:
    if sizes["area_m2"] is not None:
        return format_area(sizes["area_m2"], language())
    if sizes["length_m"] is not None:
        return format_length(sizes["length_m"], language())
    return "—"
