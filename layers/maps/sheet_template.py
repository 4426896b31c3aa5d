"""A sheet's template: what a bureau's sheets have in common, as one record (TOML, or a project's document).

Templates that come with the product are `resources/templates/*.toml`; a project keeps its own in collection
`sheet_template` under their ids, and one with the id of a shipped one takes its place.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.paper_parts import PAPERS
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from resources import RESOURCES

COLLECTION = "sheet_template"
FIELDS = ("title", "unit", "date", "scale", "project", "page", "pages", "year", "crs")
CHOICES = {
    "paper": tuple(PAPERS),
    "legend": ("right", "left"),
    "grid": ("ticks", "lines", "none"),
    "frame": ("plain", "double", "open"),
    "head": ("centred", "left", "band"),
}
LOGO_BYTES, LOGO_PX = 262_144, 4_000
"""Most bytes of a logo's file, most pixels along a side."""
LONGEST, MOST_ROWS = 160, 6
_FIELD = re.compile(r"\{(\w*)\}")
_ID = re.compile(r"[\w-]{1,40}")
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of the issuing unit: the bytes of a PNG or an SVG file."""

    kind: str
    data: bytes

    @property
    def ratio(self) -> float:
        """Width against height."""
        wide, high = _png_size(self.data) if self.kind == "png" else _svg_size(self.data)
        return min(max(wide / high, 0.1), 10.0)


@dataclass(frozen=True, slots=True)
class SheetTemplate:
    """How a sheet looks and what always stands on it.

    heading, subtitle, unit, secrecy and notes may hold fields in braces (FIELDS); unit is who issues it,
    secrecy a level that stands above the mark of release, which no template takes away. approval: rows of
    the box for signatures. legend: the side of the column on a landscape page. table, overview: whether the
    column has them.
    """

    id: str
    title: Text
    paper: str = "A3-landscape"
    legend: str = "right"
    grid: str = "ticks"
    frame: str = "plain"
    head: str = "centred"
    heading: str = "{title}"
    subtitle: str = ""
    unit: str = ""
    secrecy: str = ""
    approval: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    table: bool = True
    overview: bool = True
    logo: Logo | None = field(default=None)


PLAIN = SheetTemplate("plain", Text("标准图幅", "Plain sheet"))


def filled(words: str, values: Mapping[str, str]) -> str:
    """Text with its known fields filled in; what is not in `values` stays as it is."""
    return _FIELD.sub(lambda hit: values.get(hit[1], hit[0]), words)


# -- reading ---------------------------------------------------------------------------------------


def read_template(record: Mapping[str, Any], *, logo: Logo | None = None) -> SheetTemplate:
    """Return a template from a record as TOML or a project has it.

    Raises InputError `template_damaged` (with `what` is wrong), `template_field_unknown`, and those of
    `read_logo`.
    """
    known = {one.name for one in fields(SheetTemplate)}
    for name in record:
        if name not in known:
            raise InputError("template_damaged", what=name)
    made: dict[str, Any] = {}
    identity = record.get("id")
    if not isinstance(identity, str) or not _ID.fullmatch(identity):
        raise InputError("template_damaged", what="id")
    made["id"], made["title"] = identity, _words(record.get("title", identity), "title")
    for name, choices in CHOICES.items():
        if name in record:
            if record[name] not in choices:
                raise InputError("template_damaged", what=f"{name} ({', '.join(choices)})")
            made[name] = record[name]
    for name in ("heading", "subtitle", "unit", "secrecy"):
        if name in record:
            made[name] = _line(record[name], name)
    for name in ("approval", "notes"):
        rows = record.get(name, ())
        if not isinstance(rows, (list, tuple)) or len(rows) > MOST_ROWS:
            raise InputError("template_damaged", what=name)
        made[name] = tuple(_words(row, name) for row in rows)
    for name in ("table", "overview"):
        if name in record:
            if not isinstance(record[name], bool):
                raise InputError("template_damaged", what=name)
            made[name] = record[name]
    made["logo"] = logo or _stored_logo(record.get("logo"))
    return SheetTemplate(**made)


def read_template_file(path: Path) -> SheetTemplate:
    """Return the template of a TOML file; its `logo` may name a file beside it.

    Raises as `read_template` and `read_logo`, and InputError `template_file_unreadable`.
    """
    try:
        record = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError("template_file_unreadable", path=path.name, reason=str(error)) from error
    logo = None
    if isinstance(record.get("logo"), str):
        logo = read_logo(path.parent / Path(record.pop("logo")).name)
    return read_template(record, logo=logo)


def read_logo(path: Path) -> Logo:
    """Return a picture from a PNG or SVG file.

    Raises InputError `logo_unreadable`, `logo_too_large`, `logo_not_a_picture`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LOGO_BYTES + 1)
    except OSError as error:
        raise InputError("logo_unreadable", path=path.name, reason=error.strerror or str(error)) from error
    if len(data) > LOGO_BYTES:
        raise InputError("logo_too_large", path=path.name, kilobytes=LOGO_BYTES // 1024)
    return _checked_logo(data, path.name)


def _checked_logo(data: bytes, name: str) -> Logo:
    kind = "png" if data.startswith(_PNG) else "svg"
    try:
        wide, high = _png_size(data) if kind == "png" else _svg_size(data)
    except (ValueError, struct.error, ElementTree.ParseError) as error:
        raise InputError("logo_not_a_picture", path=name) from error
    if kind == "png" and max(wide, high) > LOGO_PX:
        raise InputError("logo_too_large", path=name, kilobytes=LOGO_BYTES // 1024)
    return Logo(kind, data)


def _stored_logo(value: Any) -> Logo | None:
    if value is None:
        return None
    try:
        data = base64.b64decode(value["data"], validate=True)
    except (TypeError, KeyError, ValueError, binascii.Error) as error:
        raise InputError("template_damaged", what="logo") from error
    if len(data) > LOGO_BYTES:
        raise InputError("logo_too_large", path="logo", kilobytes=LOGO_BYTES // 1024)
    return _checked_logo(data, "logo")


def _png_size(data: bytes) -> tuple[float, float]:
    if data[12:16] != b"IHDR":
        raise ValueError("no header")
    wide, high = struct.unpack(">II", data[16:24])
    if not (wide and high):
        raise ValueError("no size")
    return float(wide), float(high)


def _svg_size(data: bytes) -> tuple[float, float]:
    """The size of a drawing that names no other file, runs nothing and defines no entities."""
    head = data.lower()
    if b"<!doctype" in head or b"<!entity" in head:
        raise ValueError("entities")
    root = ElementTree.fromstring(data)  # noqa: S314 - no entities, and no longer than LOGO_BYTES
    if root.tag.rsplit("}", 1)[-1] != "svg":
        raise ValueError("no drawing")
    for part in root.iter():
        name = str(part.tag).rsplit("}", 1)[-1].lower()
        if name in ("script", "image", "foreignobject", "a", "style"):
            raise ValueError(name)
        for key, value in part.attrib.items():
            own = key.rsplit("}", 1)[-1].lower()
            if own.startswith("on") or (own in ("href", "src") and not value.startswith("#")):
                raise ValueError(own)
            if re.search(r"url\(\s*['\"]?(?!#)", value) or "@import" in value:
                raise ValueError(own)
    box = [float(one) for one in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if one]
    if len(box) != 4:
        box = [0.0, 0.0, *(_length(root.get(name)) for name in ("width", "height"))]
    if not (0 < box[2] < 1e6 and 0 < box[3] < 1e6):
        raise ValueError("no size")
    return box[2], box[3]


def _length(value: str | None) -> float:
    found = re.match(r"\s*([\d.]+)", value or "")
    return float(found[1]) if found else 0.0


def _words(value: Any, what: str) -> Text:
    if isinstance(value, str):
        line = _line(value, what)
        return Text(line, line)
    if isinstance(value, Mapping) and "zh" in value:
        zh = _line(value["zh"], what)
        return Text(zh, _line(value.get("en", zh), what))
    raise InputError("template_damaged", what=what)


def _line(value: Any, what: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise InputError("template_damaged", what=what)
    for name in _FIELD.findall(value):
        if name not in FIELDS:
            raise InputError("template_field_unknown", name=name, known=", ".join(FIELDS))
    return value


# -- what there is ---------------------------------------------------------------------------------


@cache
def shipped() -> tuple[SheetTemplate, ...]:
    """Return the templates that come with the product, the plain one first."""
    found = [read_template_file(path) for path in sorted((RESOURCES / "templates").glob("*.toml"))]
    return tuple(sorted(found, key=lambda one: (one.id != PLAIN.id, one.id)))


def own_templates(plan: Plan) -> tuple[SheetTemplate, ...]:
    """Return the project's own templates by id; one that cannot be read is passed over."""
    found = []
    for key, record in sorted(plan.documents.get(COLLECTION, {}).items()):
        try:
            found.append(read_template({**record, "id": key}))
        except (InputError, TypeError):
            continue
    return tuple(found)


def templates(plan: Plan) -> tuple[SheetTemplate, ...]:
    """Return every template: the shipped ones, then the project's own; of one id the project's."""
    own = {one.id: one for one in own_templates(plan)}
    return (*(own.pop(one.id, one) for one in shipped()), *own.values())


def find_template(plan: Plan, name: str) -> SheetTemplate:
    """Return a template by its id or its title; raises InputError `template_unknown`."""
    every = templates(plan)
    for one in every:
        if name in (one.id, one.title.zh, one.title.en):
            return one
    raise InputError("template_unknown", name=name, known=[one.id for one in every])


def keep_template(plan: Plan, template: SheetTemplate) -> Changes:
    """Return the changes that keep a template in the project; none where it is kept so already."""
    record = template_record(template)
    if plan.document(COLLECTION, template.id) == record:
        return Changes()
    return Changes(documents=(plan.set_document(COLLECTION, template.id, record),))


def drop_template(plan: Plan, identity: str) -> Changes:
    """Return the changes that take a template out of the project; raises InputError `template_not_own`."""
    if plan.document(COLLECTION, identity) is None:
        raise InputError("template_not_own", name=identity)
    return Changes(documents=(plan.set_document(COLLECTION, identity, None),))


def template_record(template: SheetTemplate) -> dict[str, Any]:
    """Return a template as JSON values."""
    record: dict[str, Any] = {}
    for one in fields(template):
        value = getattr(template, one.name)
        if isinstance(value, Text):
            record[one.name] = {"zh": value.zh, "en": value.en}
        elif isinstance(value, tuple):
            record[one.name] = [{"zh": each.zh, "en": each.en} for each in value]
        elif isinstance(value, Logo):
            record[one.name] = {"kind": value.kind, "data": base64.b64encode(value.data).decode()}
        elif value is not None:
            record[one.name] = value
    return record


def named(template: SheetTemplate, name: str, taken: frozenset[str]) -> SheetTemplate:
    """Return the template under another name, with an id of its own that is not in `taken`."""
    stem = re.sub(r"[^\w-]+", "-", name.strip())[:32].strip("-") or "template"
    identity, number = stem, 2
    while identity in taken:
        identity, number = f"{stem}-{number}", number + 1
    return replace(template, id=identity, title=Text(name.strip(), name.strip()))
