"""Numbers that left the house, and where each is from: what an exporter writes down and `verify` reads.

An exporter makes one `Stated` for every number that it puts on a page and writes the list with the file: in a
part of its own inside PPTX and DOCX (`/customXml/…`, root `<numbers xmlns="urn:qitu:numbers:1">` holding the
JSON below), or beside the file as `NAME.numbers.json`. The list has one form everywhere:

    {"format": "qitu-numbers-1", "numbers": [{"id": …, "value": …, …}, …]}

`Ask` says what has to be reckoned to have a number again, so none is ever looked for by its words: what was
stated can be held against any later state of the project.
Pure: no file, no clock; the same numbers give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from xml.sax.saxutils import escape

from layers.errors import InputError

FORMAT = "qitu-numbers-1"
NAMESPACE = "urn:qitu:numbers:1"
SIDECAR = ".numbers.json"
ALL, NOW = "all", "now"  # in a number's key: every unit, all that is recorded
WITHHELD = "*"
"""What a value is where a small count was withheld; a reader compares it with nothing."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What has to be reckoned to have the number again.

    what: `gap` (a service in a unit), `target`, `grazing`, `land_use`, `verdict`, `measure`: an exporter may
    have others, which a reader that does not know them passes over by name. subject: the service's, target's,
    project's or kind's id. unit: a unit's code, "" for all; of a sumu's code with a service that gachas are
    counted by, the sum of its gachas. field: the attribute of the row or state, a dotted path where it lies
    deeper (`years.2022.asked`). year, scheme: as in `gaps --year --scheme`; None and "" for what is recorded.
    """

    what: str
    subject: str
    unit: str = ""
    field: str = "value"
    year: int | None = None
    scheme: str = ""

    @property
    def key(self) -> str:
        """The number's name in one word (`gap/toilets/all/gap/now`), with the scheme last where there is
        one."""
        parts = (self.what, self.subject, self.unit or ALL, self.field, str(self.year or NOW))
        named = "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)
        return named + (f"/{self.scheme}" if self.scheme else "")


def ask_of(key: str) -> Ask:
    """Return what `Ask.key` names; what is left out at the end is `all`, `value`, `now`.

    Raises InputError `number_key`.
    """
    parts = key.strip().split("/", 5)
    if len(parts) < 2 or not parts[0]:
        raise InputError("number_key", given=key)
    plain = [part.replace("%2F", "/").replace("%25", "%") for part in parts[:5]]
    what, subject, unit, name, year, scheme = (*plain, *[""] * (5 - len(plain)), *parts[5:], "")[:6]
    if year not in ("", NOW) and not year.isdecimal():
        raise InputError("number_key", given=key)
    return Ask(
        what, subject, "" if unit == ALL else unit, name or "value",
        int(year) if year.isdecimal() else None, scheme,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """One number as a file states it.

    id: tells it from the others of the file, the same at every run of one project (`gap/toilets/all/gap`).
    value: the number, None where it is not known, WITHHELD where it is kept back. unit: its unit in the words
    of the file. shown: how it stands there (`1,234`). where: the place in the file (`slide 3 table r2 c4`).
    formula: id of `[ui.formula_…]`, or the words that stand for it. clauses: chapters of the plan whose
    targets ask for it. digest: of the data that was read (`combined_digest`, 32 hexadecimal digits).
    rules: version and digest of the policy.
    """

    id: str
    value: float | int | str | None
    unit: str
    shown: str
    where: str
    ask: Ask
    formula: str = ""
    clauses: tuple[str, ...] = ()
    digest: str = ""
    rules: str = ""


def combined_digest(digests: Mapping[str, str]) -> str:
    """Return one digest (32 hexadecimal digits) for those of several tables, by name; their order is of no
    account."""
    text = "\n".join(f"{name} {digests[name]}" for name in sorted(digests))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def numbers_json(numbers: Iterable[Stated]) -> bytes:
    """Return the list as JSON (ASCII, so that any container holds it), in the order of the numbers.

    Raises ValueError for two numbers of one id or a value that is no finite number: a fault of the exporter.
    """
    listed = [_document(one) for one in numbers]
    ids = [one["id"] for one in listed]
    if len(set(ids)) != len(ids):
        raise ValueError(f"numbers of one id: {sorted({one for one in ids if ids.count(one) > 1})[:5]}")
    document = {"format": FORMAT, "numbers": listed}
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


def numbers_xml(numbers: Iterable[Stated]) -> bytes:
    """Return the list as a part of an Office file: its JSON, in one element."""
    body = escape(numbers_json(numbers).decode())
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<numbers xmlns="{NAMESPACE}">{body}</numbers>'.encode()


def read_numbers(data: bytes) -> tuple[Stated, ...]:
    """Return the numbers of `numbers_json`, or of the text of `numbers_xml`'s one element.

    Raises InputError `numbers_unreadable`: a list from outside may say anything.
    """
    try:
        document = json.loads(data)
        if document["format"] != FORMAT:
            raise ValueError(document["format"])
        return tuple(_stated(one) for one in document["numbers"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("numbers_unreadable", reason=str(error)[:120]) from error


def _document(one: Stated) -> dict[str, Any]:
    if isinstance(one.value, float) and not math.isfinite(one.value):
        raise ValueError(f"{one.id}: {one.value}")
    return asdict(one)


def _stated(given: Mapping[str, Any]) -> Stated:
    known = {one.name for one in fields(Stated)}
    asked = {one.name for one in fields(Ask)}
    kept = {name: value for name, value in given.items() if name in known}
    ask = Ask(**{name: value for name, value in given["ask"].items() if name in asked})
    value = kept["value"]
    if isinstance(value, bool) or not isinstance(value, int | float | str | None):
        raise ValueError(f"{kept['id']}: {value!r}")
    return Stated(**{**kept, "ask": ask, "clauses": tuple(map(str, kept.get("clauses", ())))})
