"""KML, KMZ and OVKML by ElementTree: no entities, no links followed, Chinese field names whole."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.errors import InputError
from layers.exchange.archive import member_name, open_archive, read_member
from layers.exchange.formats.xml_text import checked_xml, local
from layers.exchange.sniff import is_litter
from layers.exchange.source import (
    Flag,
    LayerInfo,
    Note,
    RawLayer,
    Source,
    Stated,
    add_value,
    fill_columns,
    safe_heading,
)

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

GEOMETRIES = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack"}
)
PICTURES = frozenset({"GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Model"})


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the placemarks as one layer, the folder of each in a column.

    Raises InputError `xml_entities`, `xml_broken` (line), `kmz_without_kml`, and those of archives.
    """
    data = path.read_bytes()
    others: list[str] = []
    if data.startswith(b"PK"):
        data, others = _from_kmz(path)
    reader = _Reader()
    try:
        reader.run(io.BytesIO(checked_xml(data, path.name)))
    except ET.ParseError as error:
        raise InputError("xml_broken", name=path.name, line=error.position[0], rows=reader.count) from None
    layer = reader.layer(path.stem)
    if others:
        layer.notes.append(("kml_others", {"count": len(others), "names": list(others[:5])}))
    return Source("kml", [LayerInfo(path.stem, layer.declared)], layer)


def _from_kmz(path: Path) -> tuple[bytes, list[str]]:
    """The map of a KMZ, and the names of the other KML in it (parts that it may show)."""
    with open_archive(path) as archive:
        members = [
            member
            for member in archive.infolist()
            if member_name(member).lower().endswith((".kml", ".ovkml")) and not is_litter(member.filename)
        ]
        if not members:
            raise InputError("kmz_without_kml", name=path.name)
        chosen = next((one for one in members if one.filename.lower() == "doc.kml"), members[0])
        return read_member(archive, chosen), [member_name(one) for one in members if one is not chosen]


class _Reader:
    def __init__(self) -> None:
        self.count = 0
        self.rows: list[int] = []
        self.columns: dict[str, list[Any]] = {}
        self.shapes: list[Any] = []
        self.flags: list[Flag] = []
        self.links = self.pictures = 0
        self.shifted = False
        self.folders: list[str | None] = []

    def run(self, stream: io.BytesIO) -> None:
        inside = 0
        stack: list[str] = []
        for event, element in ET.iterparse(stream, events=("start", "end")):
            name = local(element)
            if event == "start":
                stack.append(name)
                if name in ("Folder", "Document"):
                    self.folders.append(None)
                inside += name == "Placemark"
                continue
            stack.pop()
            if name == "name" and stack and stack[-1] in ("Folder", "Document"):
                self.folders[-1] = (element.text or "").strip() if stack[-1] == "Folder" else None
            elif name == "Placemark":
                inside -= 1
                self.placemark(element)
                element.clear()
            elif name in ("Folder", "Document"):
                self.folders.pop()
                element.clear()
            elif name == "NetworkLink":
                self.links += 1
            elif name in PICTURES:
                self.pictures += 1
            elif name == "OvCoordType" and "gcj" in (element.text or "").lower():
                self.shifted = True
            elif name == "Style" and not inside:
                element.clear()

    def placemark(self, element: ET.Element) -> None:
        self.count += 1
        row = self.count
        try:
            shapes = [shape for child in element if local(child) in GEOMETRIES for shape in _shapes(child)]
        except (ValueError, shapely.GEOSException):
            self.flags.append(Flag(row, "geometry_broken"))
            return
        at = len(self.rows)
        self.rows.append(row)
        self.shapes.append(_joined(shapes))
        for heading, value in _values(element, self.folders):
            if len(self.columns.get(heading, ())) > at:
                heading = safe_heading(
                    heading, 0, [name for name, values in self.columns.items() if len(values) > at]
                )
            add_value(self.columns, heading, at, value)

    def layer(self, name: str) -> RawLayer:
        fill_columns(self.columns, len(self.rows))
        notes: list[Note] = []
        if self.links:
            notes.append(("network_link", {"count": self.links}))
        if self.pictures:
            notes.append(("pictures_left_out", {"count": self.pictures}))
        stated = Stated(None, "GCJ-02", "format") if self.shifted else Stated(4326, "WGS 84", "format")
        geometry = np.empty(len(self.shapes), object)
        geometry[:] = self.shapes
        return RawLayer(
            name, self.count, self.rows, self.columns, geometry, self.flags, stated, "UTF-8", notes=notes
        )


def _values(element: ET.Element, folders: list[str | None]) -> Iterator[tuple[str, Any]]:
    folder = "/".join(name for name in folders if name)
    if folder:
        yield "文件夹", folder
    for child in element:
        name = local(child)
        if name in ("name", "description", "address", "phoneNumber") and (child.text or "").strip():
            yield {"name": "名称", "description": "描述"}.get(name, name), (child.text or "").strip()
        elif name in ("TimeStamp", "TimeSpan"):
            for part in child:
                yield local(part), (part.text or "").strip()
        elif name == "ExtendedData":
            yield from _extended(child)


def _extended(element: ET.Element) -> Iterator[tuple[str, Any]]:
    for item in element.iter():
        if local(item) == "Data":
            value = next((part.text for part in item if local(part) == "value"), None)
            yield (item.get("name") or "数据").strip(), (value or "").strip() or None
        elif local(item) == "SimpleData":
            yield (item.get("name") or "数据").strip(), (item.text or "").strip() or None


def _shapes(element: ET.Element) -> Iterator[Any]:
    name = local(element)
    if name in ("MultiGeometry", "MultiTrack"):
        for child in element:
            if local(child) in GEOMETRIES:
                yield from _shapes(child)
    elif name == "Track":
        points = [
            tuple(float(part) for part in (child.text or "").split()[:2])
            for child in element
            if local(child) == "coord"
        ]
        if points:
            yield shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])
    elif name == "Polygon":
        outer = next((_ring(part) for part in element if local(part) == "outerBoundaryIs"), [])
        inner = [
            ring for part in element if local(part) == "innerBoundaryIs" and len(ring := _ring(part)) > 2
        ]
        if outer:
            yield shapely.Polygon(outer, inner)
    else:
        points = [
            point for part in element if local(part) == "coordinates" for point in _points(part.text or "")
        ]
        if points:
            yield shapely.Point(points[0]) if name == "Point" else shapely.LineString(points)


def _ring(boundary: ET.Element) -> list[tuple[float, float]]:
    return next((_points(part.text or "") for part in boundary.iter() if local(part) == "coordinates"), [])


def _points(text: str) -> list[tuple[float, float]]:
    """`lon,lat[,height]` by white space; blanks beside commas are forgiven."""
    points = []
    for item in re.sub(r"\s*,\s*", ",", text.strip()).split():
        lon, lat = item.split(",")[:2]
        points.append((float(lon), float(lat)))
    return points


def _joined(shapes: list[Any]) -> Any:
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    kinds = {shape.geom_type for shape in shapes}
    if len(kinds) > 1:
        return shapely.GeometryCollection(shapes)
    maker = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    return maker[kinds.pop()](shapes)
