"""GPX from phones and receivers: waypoints, tracks and routes as three layers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.errors import InputError
from layers.exchange.formats.xml_text import checked_xml, local
from layers.exchange.source import Flag, LayerInfo, RawLayer, Source, Stated, add_value, fill_columns

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

LAYERS = {"waypoints": "wpt", "tracks": "trk", "routes": "rte"}
HEADINGS = {
    "name": "名称",
    "desc": "描述",
    "cmt": "备注",
    "time": "时间",
    "ele": "高程",
    "type": "类型",
    "sym": "符号",
}


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return one of a GPX file's layers; raises InputError `xml_entities`, `xml_broken`."""
    from layers.exchange.reading import choose_layer

    try:
        root = ET.fromstring(checked_xml(path.read_bytes(), path.name))
    except ET.ParseError as error:
        raise InputError("xml_broken", name=path.name, line=error.position[0], rows=0) from None
    items = {layer: [child for child in root if local(child) == tag] for layer, tag in LAYERS.items()}
    infos = [LayerInfo(name, len(found)) for name, found in items.items() if found] or [
        LayerInfo("waypoints", 0)
    ]
    chosen = choose_layer(infos, options.layer)
    return Source("gpx", infos, None if chosen is None else _layer(chosen.name, items[chosen.name]))


def _layer(name: str, items: list[ET.Element]) -> RawLayer:
    rows: list[int] = []
    shapes: list[Any] = []
    columns: dict[str, list[Any]] = {}
    flags: list[Flag] = []
    for row, item in enumerate(items, 1):
        try:
            shape = _point(item) if name == "waypoints" else _lines(item)
        except (ValueError, TypeError, shapely.GEOSException):
            flags.append(Flag(row, "geometry_broken"))
            continue
        for child in item:
            heading = HEADINGS.get(local(child))
            if heading and (child.text or "").strip() and len(columns.get(heading, ())) <= len(rows):
                add_value(columns, heading, len(rows), (child.text or "").strip())
        rows.append(row)
        shapes.append(shape)
        if shape is None:  # a track of one point, or of none
            flags.append(Flag(row, "no_shape", kept=True))
    fill_columns(columns, len(rows))
    geometry = np.empty(len(shapes), object)
    geometry[:] = shapes
    return RawLayer(
        name, len(items), rows, columns, geometry, flags, Stated(4326, "WGS 84", "format"), "UTF-8"
    )


def _point(item: ET.Element) -> Any:
    return shapely.Point(float(item.get("lon", "")), float(item.get("lat", "")))


def _lines(item: ET.Element) -> Any:
    parts = [part for part in item if local(part) == "trkseg"] or [item]
    lines = []
    for part in parts:
        points = [
            (float(point.get("lon", "")), float(point.get("lat", "")))
            for point in part
            if local(point) in ("trkpt", "rtept")
        ]
        if len(points) > 1:
            lines.append(shapely.LineString(points))
    if not lines:
        return None
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
