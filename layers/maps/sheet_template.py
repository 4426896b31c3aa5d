"""A sheet's template: what a bureau's sheets have in common, as one record (TOML, or a project's document).

Templates that come with the product are `resources/templates/*.toml`; a project keeps its own in collection
`sheet_template` under their ids, and one with the id of a shipped one takes its place.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.paper_parts import PAPERS
from layers.maps.sheet_logo import Logo, logo_record, read_logo, stored_logo
from layers.maps.sheet_parts import Parts, parts_record, read_parts
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
LONGEST, MOST_ROWS = 160, 6
_FIELD = re.compile(r"\{(\w*)\}")
_ID = re.compile(r"[\w-]{1,40}")
MARGIN, MARGIN_RANGE = 8.0, (8.0, 40.0)
"""Mm between what stands on a page and its edge: usual; least and most."""


@dataclass(frozen=True, slots=True)
class SheetTemplate:
    """How a sheet looks and what always stands on it.

    heading, subtitle, unit, secrecy and notes may hold fields in braces (FIELDS); unit is who issues it,
    secrecy a level that stands above the mark of release, which no template takes away. approval: rows of
    the box for signatures. legend: the side of the column on a landscape page. table, overview: whether the
    column has them. margins: left, top, right, bottom, in mm. parts: frames laid out by hand on `paper`;
    without any the sheet lays itself out.
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
    margins: tuple[float, float, float, float] = (MARGIN, MARGIN, MARGIN, MARGIN)
    parts: Parts = ()


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
    made["logo"] = logo or stored_logo(record.get("logo"))
    made["margins"] = _margins(record.get("margins", (MARGIN,) * 4))
    made["parts"] = read_parts(record.get("parts", ()))
    for part in made["parts"]:
        for words in (part.words.zh, part.words.en):
            _known_fields(words)
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
    _known_fields(value)
    return value


def _known_fields(value: str) -> None:
    for name in _FIELD.findall(value):
        if name not in FIELDS:
            raise InputError("template_field_unknown", name=name, known=", ".join(FIELDS))


def _margins(value: Any) -> tuple[float, float, float, float]:
    least, most = MARGIN_RANGE
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise InputError("template_damaged", what="margins")
    for one in value:
        number = isinstance(one, (int, float)) and not isinstance(one, bool) and math.isfinite(one)
        if not number or not least <= one <= most:
            raise InputError("template_damaged", what=f"margins ({least:g}–{most:g})")
    left, top, right, bottom = (float(one) for one in value)
    return left, top, right, bottom


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


def broken_templates(plan: Plan) -> dict[str, InputError]:
    """Return what is wrong with the project's own templates that cannot be read, by id."""
    found = {}
    for key, record in sorted(plan.documents.get(COLLECTION, {}).items()):
        try:
            read_template({**record, "id": key})
        except InputError as error:
            found[key] = error
        except TypeError:
            found[key] = InputError("template_damaged", what=key)
    return found


def templates(plan: Plan, profile: Sequence[SheetTemplate] = ()) -> tuple[SheetTemplate, ...]:
    """Return every template: shipped, of the user's profile, the project's own; of one id the last of
    them."""
    found: dict[str, SheetTemplate] = {}
    for one in (*shipped(), *profile, *own_templates(plan)):
        found[one.id] = one
    return tuple(found.values())


def find_template(plan: Plan, name: str, profile: Sequence[SheetTemplate] = ()) -> SheetTemplate:
    """Return a template by its id, or else by its title; raises InputError `template_unknown`."""
    every = templates(plan, profile)
    for one in (*(each for each in every if each.id == name), *every):
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
        elif one.name == "margins":
            if value != (MARGIN,) * 4:
                record[one.name] = list(value)
        elif one.name == "parts":
            if value:
                record[one.name] = parts_record(value)
        elif isinstance(value, tuple):
            record[one.name] = [{"zh": each.zh, "en": each.en} for each in value]
        elif isinstance(value, Logo):
            record[one.name] = logo_record(value)
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
