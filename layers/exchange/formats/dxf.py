"""DXF by ezdxf: Chinese text, blocks, arcs and splines; CAD layers are the layers to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.errors import InputError
from layers.exchange.encoding import Guess, known_encoding, shown
from layers.exchange.formats.dxf_text import with_code_page
from layers.exchange.source import (
    INSERTED,
    Flag,
    LayerInfo,
    RawLayer,
    Source,
    add_value,
    fill_columns,
    safe_heading,
)

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

ALL = "*"
CHORD = 0.1  # largest distance between an arc and its chords, drawing units (metres)
DEEPEST = 4
MOST_PARTS = 200_000
MOST_MARKS = 60  # headings made of what is written on blocks
TEXTS = frozenset({"TEXT", "MTEXT", "ATTRIB", "ATTDEF"})
SKIPPED = frozenset(
    {
        "VIEWPORT",
        "DIMENSION",
        "LEADER",
        "MULTILEADER",
        "IMAGE",
        "WIPEOUT",
        "OLE2FRAME",
        "ACAD_TABLE",
        "ACAD_PROXY_ENTITY",
        "TOLERANCE",
        "RAY",
        "XLINE",
        "3DSOLID",
        "REGION",
        "BODY",
        "MESH",
        "SURFACE",
    }
)
"""What has no place in a plan view: counted and flagged, one by one."""
PARTS = frozenset({b"VERTEX", b"SEQEND", b"ATTRIB"})  # of the entity before them


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the entities of one CAD layer, or of all (`*`); raises InputError `dxf_damaged`,
    `layer_unknown`."""
    import ezdxf
    from ezdxf import DXFError, recover

    wanted = known_encoding(options.encoding) if options.encoding else None
    data = path.read_bytes()
    binary = data.startswith(b"AutoCAD Binary DXF")
    told, guess = (data, Guess("utf-8")) if binary else with_code_page(data, wanted)
    try:
        document = ezdxf.readfile(path) if binary else recover.read(BytesIO(told))[0]
    except (
        DXFError,
        OSError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        AssertionError,
    ) as error:
        raise InputError(
            "dxf_damaged", name=path.name, reason=f"{type(error).__name__}: {str(error)[:100]}"
        ) from None
    tell(0.5)
    entities = list(document.modelspace())
    counts = Counter(str(entity.dxf.get("layer", "0")) for entity in entities)
    infos = [LayerInfo(name, count) for name, count in sorted(counts.items())]
    wanted_layer = options.layer
    if wanted_layer is None and len(infos) == 1:
        wanted_layer = infos[0].name
    if wanted_layer is None and infos:
        return Source("dxf", [*infos, LayerInfo(ALL, len(entities))])
    if wanted_layer not in (None, ALL) and wanted_layer not in counts:
        known = ", ".join(info.name for info in infos[:30])
        raise InputError("layer_unknown", layer=wanted_layer, known=known)
    chosen = [
        entity
        for entity in entities
        if wanted_layer in (None, ALL) or entity.dxf.get("layer", "0") == wanted_layer
    ]
    lost = count_entities(data) - len(entities)
    layer = _layer(path.stem if wanted_layer in (None, ALL) else str(wanted_layer), chosen)
    layer.encoding, layer.encoding_sure = shown(guess.encoding), guess.sure
    layer.alternatives = [shown(name) for name in guess.alternatives]
    if lost > 0:  # of which CAD layer they were is not known: they count with whichever is read
        layer.flags.extend(Flag(layer.declared + at, "entity_lost") for at in range(1, lost + 1))
        layer.declared += lost
    return Source("dxf", infos, layer)


def count_entities(data: bytes) -> int:
    """Return how many entities of the model space the text of a DXF holds, by its tags alone; 0 for a
    binary one."""
    if data.startswith(b"AutoCAD Binary DXF"):
        return 0
    lines = data.split(b"\n")
    count, inside, paper, open_entity = 0, False, False, False
    for at in range(0, len(lines) - 1, 2):
        code, value = lines[at].strip(), lines[at + 1].strip()
        if code == b"2" and value == b"ENTITIES" and lines[at - 1].strip() == b"SECTION":
            inside = True
        elif inside and code == b"0":
            count += open_entity and not paper
            if value == b"ENDSEC":
                return count
            open_entity, paper = value not in PARTS, False
        elif inside and code == b"67" and value == b"1":
            paper = True
    return count + (open_entity and not paper)


def _layer(name: str, entities: list[Any]) -> RawLayer:
    rows: list[int] = []
    shapes: list[Any] = []
    flags: list[Flag] = []
    columns: dict[str, list[Any]] = {"图层": [], "实体": [], "文字": [], "块": []}
    more: dict[str, list[Any]] = {}
    for row, entity in enumerate(entities, 1):
        kind = entity.dxftype()
        try:
            shape = _shape(entity)
        except Exception as error:  # noqa: BLE001 - a broken entity is a flagged row, whatever ezdxf says
            flags.append(Flag(row, "entity_broken", {"kind": kind, "reason": type(error).__name__}))
            continue
        if shape is None or shape.is_empty:
            flags.append(Flag(row, "entity_left_out", {"kind": kind}))
            continue
        rows.append(row)
        shapes.append(shape)
        for heading, value in (
            ("图层", str(entity.dxf.get("layer", "0"))),
            ("实体", kind),
            ("文字", _text(entity)),
            ("块", entity.dxf.get("name") if kind == "INSERT" else None),
        ):
            columns[heading].append(value)
        if kind == "INSERT":
            for heading, value in _marks(entity):
                first = heading not in columns and len(more.get(heading, ())) < len(rows)
                if first and (heading in more or len(more) < MOST_MARKS):
                    add_value(more, heading, len(rows) - 1, value)
    fill_columns(more, len(rows))
    columns |= more
    geometry = np.empty(len(shapes), object)
    geometry[:] = shapes
    return RawLayer(name, len(entities), rows, columns, geometry, flags)


def _shape(entity: Any) -> Any:
    kind = entity.dxftype()
    if kind in SKIPPED:
        return None
    if kind in TEXTS or kind == "POINT":
        place = entity.dxf.get("insert") if kind != "POINT" else entity.dxf.get("location")
        return shapely.Point(place.x, place.y)
    if kind == "INSERT":
        return _block(entity)
    return _plain(entity)


def _plain(entity: Any) -> Any:
    from ezdxf.addons import geo

    if entity.dxftype() in ("SOLID", "TRACE", "3DFACE"):
        corners = [(point.x, point.y) for point in entity.wcs_vertices()]
        return shapely.Polygon(corners) if len(set(corners)) > 2 else None
    made = geo.proxy(entity, distance=CHORD)
    shape = shapely.force_2d(shapely.geometry.shape(made.__geo_interface__))
    return shape


def _block(entity: Any) -> Any:
    """A block as the lines and faces it draws; one that only marks a place (or holds only text) is a
    point."""
    parts = [part for part in _parts(entity, 1) if part is not None and not part.is_empty]
    drawn = [part for part in parts if part.geom_type != "Point"]
    place = entity.dxf.get("insert")
    if not drawn:
        return shapely.Point(place.x, place.y)
    lines = [shapely.boundary(part) if part.geom_type.endswith("Polygon") else part for part in drawn]
    return shapely.union_all(lines)


def _parts(entity: Any, depth: int) -> Iterator[Any]:
    for number, inner in enumerate(entity.virtual_entities()):
        if number > MOST_PARTS:
            raise ValueError("block too large")
        kind = inner.dxftype()
        if kind == "INSERT":
            if depth < DEEPEST:
                yield from _parts(inner, depth + 1)
        elif kind not in SKIPPED and kind not in TEXTS:
            yield _shape(inner)


def _marks(entity: Any) -> Iterator[tuple[str, Any]]:
    """Where a block stands, and what is written on it, each under its own heading."""
    place = entity.dxf.get("insert")
    yield INSERTED[0], float(place.x)
    yield INSERTED[1], float(place.y)
    for mark in entity.attribs:
        words = _plain_text(mark)
        if words:
            yield safe_heading(str(mark.dxf.get("tag", "")), 0, ()), words


def _plain_text(entity: Any) -> str:
    from ezdxf.lldxf.encoding import decode_dxf_unicode

    return str(decode_dxf_unicode(str(entity.plain_text()))).strip()


def _text(entity: Any) -> str | None:
    kind = entity.dxftype()
    if kind in TEXTS:
        return _plain_text(entity) or None
    if kind == "INSERT":
        words = [_plain_text(mark) for mark in entity.attribs]
        return " ".join(word for word in words if word) or None
    return None
