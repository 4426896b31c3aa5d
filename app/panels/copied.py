"""Tables on the clipboard: as columns that a spreadsheet takes, and nothing in them that it would run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from PySide6.QtGui import QGuiApplication

from layers.release import guard_formula

_NUMBER = re.compile(r"[+-]\d[\d,]*(\.\d+)?%?")


def copy_table(rows: Iterable[Sequence[object]]) -> None:
    """Put rows of cells on the clipboard, a line each, with tabs between."""
    QGuiApplication.clipboard().setText(table_words(rows))


def table_words(rows: Iterable[Sequence[object]]) -> str:
    """Return the rows as text: line ends and tabs within a cell are spaces; what a spreadsheet would take for
    a formula gets an apostrophe before it, numbers with a sign do not."""
    return "\n".join("\t".join(_cell(cell) for cell in row) for row in rows)


def _cell(value: object) -> str:
    words = " ".join(str("" if value is None else value).replace("\x00", "").split())
    return words if _NUMBER.fullmatch(words) else guard_formula(words)
