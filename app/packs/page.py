"""What a page says: its own words, and of a web map every figure that its legend, cards and foot show."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from app.packs.canonical import MADE
from app.packs.reading import DIGEST, Line, Place, json_lines, said
from layers.errors import InputError

ISLAND = re.compile(r'(?s)<script type="application/json" id="qitu-data">(.*?)</script>')
_LOOKS = ("icons", "readings", "words", "grid", "bounds", "sizes", "parents", "sumu")
"""Parts of a map's data that are no statement: compared whole."""
_FIGURES = ("id", "title", "codes", "years", "fills", "rows", "totals", "reasons", "new", "planned")
_DRAWN = ("shapes", "arcs", "labels", "turn")


def html_lines(data: bytes) -> Iterator[Line]:
    """Texts of the page in their order, its scripts and styles by their digest, then a map's data."""
    page = MADE.sub(b"", data).decode("utf-8-sig")
    island = ISLAND.search(page)
    reader = _Texts()
    reader.feed(ISLAND.sub("", page))
    reader.close()
    for at, words in enumerate(reader.texts, 1):
        yield Line(("page", 1, "text", at), (words,))
    for at, code in enumerate(reader.codes, 1):
        yield Line(("page", 1, "script", at), (_digest(code),), DIGEST)
    if island is not None:
        try:
            yield from _map(json.loads(island[1]))
        except (KeyError, IndexError, TypeError, RecursionError) as error:
            raise InputError("pack_file_unreadable", reason=f"qitu-data: {error}"[:160]) from error


class _Texts(HTMLParser):
    """Texts of a page; what attributes tell people stands among them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.codes: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ("script", "style") else ""
        self.texts += [value for name, value in attrs if value and name in ("alt", "title", "content")]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.codes.append(data)
        elif words := " ".join(data.split()):
            self.texts.append(words)


def _digest(value: Any) -> str:
    whole = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _map(document: Mapping[str, Any]) -> Iterator[Line]:
    names: dict[str, str] = {}
    for layer in document["layers"]:
        if layer["role"]:
            names |= dict(zip(layer["codes"], layer["names"], strict=False))
    rest = {key: value for key, value in document.items() if key not in ("layers", "services", *_LOOKS)}
    yield from _plain(rest, ("map",))
    for key in _LOOKS:
        yield Line(("map", key), (_digest(document.get(key)),), DIGEST)
    for service in document["services"]:
        yield from _service(service, names)
    for layer in document["layers"]:
        yield from _layer(layer)


def _plain(value: Any, place: Place) -> Iterator[Line]:
    """Lines of a part of the data; where it lies deeper is one word of the place."""
    *front, last = place
    for line in json_lines(value, ()):
        path = ".".join(map(str, line.place)) or "1"
        yield Line((*front, last, path), line.cells, line.heads)


def _service(service: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Line]:
    """Legend, totals and every unit of every year, as the page's cards show them."""
    title, classes = str(service["title"]), service["classes"]
    facts = ("subtitle", "unit", "role", "tab")
    yield Line(("service", title), tuple(said(service.get(key)) for key in facts), facts)
    for key in ("headings", "quota", "targets"):
        yield from _plain(service[key], ("service", title, key))
    looks = [service.get(key) for key in ("classes", "year_colours", "anchors")]
    yield Line(("service", title, "look"), (_digest(looks),), DIGEST)
    for at, year in enumerate(service["years"]):
        place = ("service", title, "year", year)
        yield Line((*place, "total"), tuple(map(said, service["totals"][at])), ("have", "gap", "unknown"))
        fills = service["fills"][at]
        for of, each in enumerate(classes):
            if count := sum(one == of for one in fills):
                yield Line((*place, "legend", of + 1), (each["title"], str(count)), ("class", "count"))
        for unit, code in enumerate(service["codes"]):
            *row, reason = service["rows"][at][unit]
            shown = classes[fills[unit]]["title"] if fills[unit] >= 0 else ""
            why = service["reasons"][reason] if reason >= 0 else ""
            heads = ("have", "gap", "unknown", "status", "class", "reason")
            yield Line((*place, "unit", names.get(code, code)), (*map(said, row), shown, why), heads)
    told = {*facts, *_FIGURES, "classes", "year_colours", "anchors", "headings", "quota", "targets"}
    for key in sorted(set(service) - told):  # what a page may come to say besides
        yield from _plain(service[key], ("service", title, key))
    for key in ("new", "planned"):
        for unit, row in enumerate(service.get(key, ())):
            code = service["codes"][unit]
            heads = tuple(str(pair[0]) for pair in service["quota"])
            yield Line(("service", title, key, names.get(code, code)), tuple(map(said, row)), heads)


def _layer(layer: Mapping[str, Any]) -> Iterator[Line]:
    """Title and count of the legend, then what the card says of each feature."""
    title, classes = str(layer["title"]), layer["classes"]
    yield Line(
        ("layer", title), (title, str(len(layer["class_of"])), layer["note"]), ("title", "count", "note")
    )
    own = {key: value for key, value in layer.items() if key not in _FEATURES}
    yield Line(("layer", title, "look"), (_digest(own),), DIGEST)
    yield Line(("layer", title, "drawing"), (_digest([layer.get(key) for key in _DRAWN]),), DIGEST)
    heads = ("name", "code", "class", *(str(field["title"]) for field in layer["fields"]))
    for at, (name, code) in enumerate(zip(layer["names"], layer["codes"], strict=True)):
        values = [_value(field, at) for field in layer["fields"]]
        shown = classes[layer["class_of"][at]]["title"]
        yield Line(("layer", title, "feature", at + 1), (name, code, shown, *values), heads)


_FEATURES = ("fields", "class_of", "names", "codes", *_DRAWN)


def _value(field: Mapping[str, Sequence[Any]], at: int) -> str:
    of = field["of"][at]
    return said(field["values"][of]) if of >= 0 else ""
