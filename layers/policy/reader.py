"""Reads the fields of one policy record, noting every fault instead of stopping at the first."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from layers.policy.values import Fault, Fixed, Text

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(slots=True)
class Reader:
    """One TOML table; each method takes a field out, checked, and notes what is wrong in `faults`."""

    file: str
    record: str
    table: dict[str, Any]
    faults: list[Fault]
    _read: set[str] = field(default_factory=set)

    def fault(self, name: str, problem: str, value: Any = "") -> None:
        self.faults.append(Fault(self.file, self.record, name, problem, str(value)[:80]))

    def _take(self, name: str, kind: type | tuple[type, ...], *, needed: bool) -> Any:
        self._read.add(name)
        value = self.table.get(name)
        if value is None:
            if needed:
                self.fault(name, "missing")
            return None
        # bool is an int in Python, a date-time is a date: neither is meant where the other is asked for.
        wrong = isinstance(value, bool) is not (kind is bool) or isinstance(value, datetime.datetime)
        if wrong or not isinstance(value, kind):
            self.fault(name, "wrong_type", value)
            return None
        return value

    def anything(self, name: str) -> Any:
        """A field as it stands, None where it is absent; whoever asks checks it."""
        self._read.add(name)
        return self.table.get(name)

    def text(self, name: str, *, needed: bool = True) -> Text:
        """A table of `zh` and `en`; both empty where an optional one is absent."""
        value = self._take(name, dict, needed=needed)
        if value is None:
            return Text("", "")
        if set(value) != {"zh", "en"} or not all(isinstance(v, str) and v.strip() for v in value.values()):
            self.fault(name, "needs_zh_and_en", value)
            return Text("", "")
        return Text(value["zh"].strip(), value["en"].strip())

    def string(self, name: str, *, needed: bool = True, default: str | None = None) -> str | None:
        value = self._take(name, str, needed=needed)
        if value is not None and not value.strip():
            self.fault(name, "empty")
        return default if value is None else value.strip()

    def identifier(self, name: str, *, needed: bool = True) -> str | None:
        value = self.string(name, needed=needed)
        if value is not None and not IDENTIFIER.match(value):
            self.fault(name, "not_an_identifier", value)
        return value

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        value = self.string(name, needed=default is None, default=default)
        if value is not None and value not in choices:
            self.fault(name, "not_a_choice", value)
        return value or ""

    def optional_choice(self, name: str, choices: Collection[str]) -> str | None:
        value = self.string(name, needed=False)
        if value is not None and value not in choices:
            self.fault(name, "not_a_choice", value)
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._take(name, bool, needed=False)
        return default if value is None else value

    def number(self, name: str, *, needed: bool = False) -> float | None:
        value = self._take(name, (int, float), needed=needed)
        if value is not None and not math.isfinite(value):
            self.fault(name, "not_finite", value)
            return None
        return value

    def year(self, name: str, *, needed: bool = True) -> int | None:
        value = self._take(name, int, needed=needed)
        if value is not None and not 1949 <= value <= 2200:
            self.fault(name, "not_a_year", value)
            return None
        return value

    def date(self, name: str, *, needed: bool = False) -> datetime.date | None:
        return self._take(name, datetime.date, needed=needed)

    def numbers(self, name: str) -> Fixed[str, float]:
        """A table of names and finite numbers; empty where absent."""
        good: dict[str, float] = {}
        for key, value in (self._take(name, dict, needed=False) or {}).items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                self.fault(f"{name}.{key}", "wrong_type", value)
            else:
                good[key] = value
        return Fixed(good)

    def strings(self, name: str) -> Fixed[str, str]:
        """A table of names and words; empty where absent."""
        good: dict[str, str] = {}
        for key, value in (self._take(name, dict, needed=False) or {}).items():
            if isinstance(value, str) and value.strip():
                good[key] = value
            else:
                self.fault(f"{name}.{key}", "wrong_type", value)
        return Fixed(good)

    def values_of(self, name: str) -> tuple[Any, ...]:
        """A list of words or whole numbers; empty where absent."""
        return self._plain(name, self._take(name, list, needed=False) or [])

    def value_lists(self, name: str) -> Fixed[str, tuple[Any, ...]]:
        """A table of names and lists of words or whole numbers; empty where absent."""
        good: dict[str, tuple[Any, ...]] = {}
        for key, values in (self._take(name, dict, needed=False) or {}).items():
            if isinstance(values, list) and values:
                good[key] = self._plain(f"{name}.{key}", values)
            else:
                self.fault(f"{name}.{key}", "wrong_type", values)
        return Fixed(good)

    def _plain(self, name: str, values: list[Any]) -> tuple[Any, ...]:
        wrong = [value for value in values if isinstance(value, bool) or not isinstance(value, (str, int))]
        if wrong:
            self.fault(name, "wrong_type", wrong[0])
        return tuple(value for value in values if value not in wrong)

    def rest(self) -> None:
        """Note fields that nobody asked for: a misspelt one would otherwise be lost in silence."""
        for name in sorted(set(self.table) - self._read):
            self.fault(name, "unknown_field")
