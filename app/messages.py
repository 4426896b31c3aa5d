"""Sentences in the user's language: interface text, and errors with what to do about them.

All files `resources/i18n/*.toml` are read once and merged: `[ui.KEY]` and `[error.CODE]` tables with
`zh` and `en` (for errors also `hint_zh`, `hint_en`). A missing sentence shows its key, so it is seen.
"""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

from layers.catalogue.text import Text
from layers.errors import PlannerError
from layers.policy.values import Fault

LANGUAGES = ("zh", "en")
_language = "zh"
_thread = threading.local()


def language() -> str:
    """Return the language that is spoken now: "zh" or "en"."""
    return getattr(_thread, "language", None) or _language


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Speak `name` in this thread, whatever the window speaks: a file is in one language from end to end."""
    before = getattr(_thread, "language", None)
    _thread.language = name if name in LANGUAGES else "zh"
    try:
        yield
    finally:
        _thread.language = before


def set_language(name: str) -> None:
    """Speak `name` from now on; anything else than "en" is Chinese."""
    global _language  # noqa: PLW0603 - one user, one language a process
    _language = name if name in LANGUAGES else "zh"


@cache
def _sentences() -> dict[str, dict[str, dict[str, str]]]:
    merged: dict[str, dict[str, dict[str, str]]] = {"ui": {}, "error": {}}
    folder = resources.files("resources") / "i18n"
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            for section, table in tomllib.loads(entry.read_text("utf-8")).items():
                merged.setdefault(section, {}).update(table)
    return merged


def text(key: str, /, **fields: Any) -> str:
    """Return the interface text `key` in the current language, with `{places}` filled."""
    return _fill(_sentences()["ui"].get(key, {}).get(language(), key), fields)


def both(key: str, /, **fields: Any) -> Text:
    """Return the interface text `key` in both languages (for what is stored, as journal titles)."""
    entry = _sentences()["ui"].get(key, {})
    return Text(_fill(entry.get("zh", key), fields), _fill(entry.get("en", key), fields))


def usage_words(english: str) -> str:
    """Return a sentence of argparse in the current language; English where it has no other."""
    return _sentences().get("usage", {}).get(english, {}).get(language(), english)


def tr(title: Text) -> str:
    """Return a title in the current language."""
    return title.in_language(language())


def listed(items: Iterable[str]) -> str:
    """Return words one after the other, with the mark between them that the current language has."""
    return ("、" if language() == "zh" else ", ").join(items)


def sentence(error: PlannerError) -> tuple[str, str]:
    """Return (what happened, what to do) for an error, in the current language."""
    entry = _sentences()["error"].get(error.code)
    if entry is None:
        return str(error), ""
    return _fill(entry.get(language(), error.code), error.fields), \
        _fill(entry.get(f"hint_{language()}", ""), error.fields)


def _fill(template: str, fields: dict[str, Any]) -> str:
    """Fill `{name}`, preferring the field `name_en` when English is spoken; unknown places stay."""
    chosen = {**fields}
    if language() == "en":
        chosen |= {name.removesuffix("_en"): value for name, value in fields.items() if name.endswith("_en")}
    try:
        return template.format_map(_Places({name: _plain(value) for name, value in chosen.items()}))
    except (ValueError, IndexError):
        return template


def _plain(value: Any) -> str:
    if isinstance(value, Text):
        return tr(value)
    if isinstance(value, Fault):
        place = "/".join(part for part in (value.file, value.record, value.field) if part)
        said = f"{place}: {text(f'policy_fault_{value.problem}')}"
        return f"{said} ({value.value})" if value.value else said
    if isinstance(value, (list, tuple)):
        return listed(_plain(item) for item in value)
    return str(value)


class _Places(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
