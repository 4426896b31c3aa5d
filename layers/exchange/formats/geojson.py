"""GeoJSON: features one at a time, every doubt counted; nothing is dropped and no number loses digits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.errors import InputError
from layers.exchange.crs_file import stated_from_text
from layers.exchange.encoding import decode_text, known_encoding, shown
from layers.exchange.formats.json_shapes import shape_of
from layers.exchange.source import (
    Flag,
    LayerInfo,
    RawLayer,
    Source,
    Stated,
    add_value,
    fill_columns,
    safe_heading,
)

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

EXACT = 2**53
SPACE = " \t\r\n"
GEOMETRY_TYPES = frozenset(
    {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
)


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the one layer of a GeoJSON file (FeatureCollection, Feature, geometry, or features line by
    line).

    Raises InputError `json_broken` (line, column), `json_trailing`, `file_too_deep`, `not_geojson`.
    """
    data = path.read_bytes()
    wanted = known_encoding(options.encoding) if options.encoding else None
    text, guess = decode_text(data, wanted)
    del data
    reader = _Reader(text, path, tell)
    layer = reader.layer(path.stem)
    layer.encoding, layer.encoding_sure = shown(guess.encoding), guess.sure
    layer.alternatives = [shown(name) for name in guess.alternatives]
    return Source("geojson", [LayerInfo(path.stem, layer.declared)], layer)


class _Reader:
    def __init__(self, text: str, path: Path, tell: Callable[[float], None]) -> None:
        self.text, self.path, self.tell = text.rstrip(SPACE + "\x1e"), path, tell
        self.decoder = json.JSONDecoder(object_pairs_hook=_object)
        self.columns: dict[str, list[Any]] = {}
        self.names: dict[str, str] = {}
        self.shapes: list[Any] = []
        self.rows: list[int] = []
        self.flags: list[Flag] = []
        self.ids: list[Any] = []
        self.count = 0
        self.next_tell = 0
        self.stated = Stated(4326, "WGS 84", "format")

    def layer(self, name: str) -> RawLayer:
        at = self._space(0)
        if not self.text[at : at + 1]:
            raise InputError("file_empty", name=self.path.name)
        end = self._top(at)
        while (end := self._space(end)) < len(self.text):  # features line by line
            if self.text[end] != "{" or self.count == 0:
                raise InputError("json_trailing", name=self.path.name, **self._where(end))
            feature, end = self._value(end)
            self._feature(feature)
        fill_columns(self.columns, len(self.rows))
        _exact_numbers(self.columns)
        self._keep_ids()
        geometry = np.empty(len(self.shapes), object)
        geometry[:] = self.shapes
        return RawLayer(name, self.count, self.rows, self.columns, geometry, self.flags, self.stated)

    def _top(self, at: int) -> int:
        """Read the first value; its features, if it has any, one at a time."""
        if self.text[at] != "{":
            value, end = self._value(at)
            if not isinstance(value, list):
                raise InputError("not_geojson", name=self.path.name)
            for item in value:
                self._feature(item)
            return end
        members: dict[str, Any] = {}
        at = self._space(at + 1)
        while self.text[at : at + 1] != "}":
            key, at = self._value(at)
            at = self._expect(at, ":")
            if key == "features" and self.text[at : at + 1] == "[":
                at = self._features(at + 1)
                members["features"] = True
            else:
                members[str(key)], at = self._value(at)
            at = self._space(at)
            if self.text[at : at + 1] == ",":
                at = self._space(at + 1)
            elif self.text[at : at + 1] != "}":
                raise self._broken(at)
        self._single(members)
        return at + 1

    def _single(self, members: dict[str, Any]) -> None:
        kind = members.get("type")
        if "crs" in members and members["crs"] is not None:
            properties = members["crs"].get("properties", {}) if isinstance(members["crs"], dict) else {}
            self.stated = stated_from_text(str(properties.get("name", "")), "crs")
        if members.get("features") is True:
            return
        if kind == "Feature":
            self._feature(members)
        elif kind in GEOMETRY_TYPES:
            self._feature({"type": "Feature", "properties": {}, "geometry": members})
        elif kind != "FeatureCollection":
            raise InputError("not_geojson", name=self.path.name)

    def _features(self, at: int) -> int:
        at = self._space(at)
        if self.text[at : at + 1] == "]":
            return at + 1
        while True:
            feature, at = self._value(at)
            self._feature(feature)
            at = self._space(at)
            mark = self.text[at : at + 1]
            if mark == "]":
                return at + 1
            if mark != ",":
                raise self._broken(at)
            at = self._space(at + 1)
            if at > self.next_tell:
                self.next_tell = at + max(len(self.text) // 50, 1)
                self.tell(0.9 * at / len(self.text))

    def _feature(self, feature: Any) -> None:
        self.count += 1
        row = self.count
        if not isinstance(feature, dict) or feature.get("type") not in ("Feature", None):
            self.flags.append(Flag(row, "not_a_feature"))
            return
        try:
            shape, doubt = shape_of(feature.get("geometry"))
        except (ValueError, TypeError, OverflowError, shapely.GEOSException) as error:
            code = (
                str(error)
                if str(error) in ("coordinate_text", "coordinate_missing", "geometry_type")
                else "geometry_broken"
            )
            geometry = feature.get("geometry")
            kind = geometry.get("type") if isinstance(geometry, dict) else ""
            self.flags.append(Flag(row, code, {"found": str(kind)[:40]}))
            return
        if doubt:
            self.flags.append(Flag(row, doubt, kept=True))
        at = len(self.rows)
        self.rows.append(row)
        self.shapes.append(shape)
        self.ids.append(feature.get("id"))
        properties = feature.get("properties")
        if isinstance(properties, dict):
            self._properties(properties, at, row)
        elif properties is not None:
            self.flags.append(Flag(row, "properties_broken", kept=True))

    def _properties(self, properties: dict[str, Any], at: int, row: int) -> None:
        for name, value in properties.items():
            if name not in self.names:
                self.names[name] = safe_heading(name, len(self.names), self.columns)
                self.columns[self.names[name]] = []
            if isinstance(value, (dict, list)):
                value = json.dumps(value, ensure_ascii=False)
            elif isinstance(value, float) and not math.isfinite(value):
                self.flags.append(
                    Flag(row, "value_unreadable", {"column": name, "value": str(value)}, kept=True)
                )
                value = None
            add_value(self.columns, self.names[name], at, value)

    def _keep_ids(self) -> None:
        if any(value is not None for value in self.ids):
            self.columns[safe_heading("id", 0, self.columns)] = [
                value if isinstance(value, (int, float, str, type(None))) else str(value)
                for value in self.ids
            ]

    # -- the text ----------------------------------------------------------------------------------

    def _value(self, at: int) -> tuple[Any, int]:
        try:
            return self.decoder.raw_decode(self.text, at)
        except RecursionError:
            raise InputError("file_too_deep", name=self.path.name) from None
        except json.JSONDecodeError as error:
            raise self._broken(error.pos) from None
        except ValueError:  # thousands of digits in a number
            raise self._broken(at) from None

    def _expect(self, at: int, mark: str) -> int:
        at = self._space(at)
        if self.text[at : at + 1] != mark:
            raise self._broken(at)
        return self._space(at + 1)

    def _space(self, at: int) -> int:
        while at < len(self.text) and self.text[at] in SPACE + "\x1e":
            at += 1
        return at

    def _broken(self, at: int) -> InputError:
        return InputError("json_broken", name=self.path.name, rows=self.count, **self._where(at))

    def _where(self, at: int) -> dict[str, int]:
        line = self.text.count("\n", 0, at) + 1
        return {"line": line, "column": at - (self.text.rfind("\n", 0, at) + 1) + 1}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a member that occurs twice keeps both values."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        made[safe_heading(name, 0, made) if name in made else name] = value
    return made


def _exact_numbers(columns: dict[str, list[Any]]) -> None:
    """A column with whole numbers beyond 2^53 becomes text: as floats they would lose digits."""
    for heading, values in columns.items():
        if any(isinstance(value, int) and abs(value) > EXACT for value in values):
            columns[heading] = [None if value is None else str(value) for value in values]
