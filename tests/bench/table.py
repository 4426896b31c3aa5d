"""The table: what was measured, beside it the goal, the first against the warm, and a plain baseline."""

from __future__ import annotations

import os
import platform
import sys
import unicodedata
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True)
class Line:
    """One measure. unit: `ms`, `MB`, `B`. goal: what is aimed at, in words; beside: a comparison."""

    group: str
    name: str
    value: float | None
    unit: str
    goal: str = ""
    beside: str = ""


def machine() -> str:
    """Return what it was measured on."""
    import apsw
    from PySide6.QtCore import qVersion

    def of(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "-"

    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    packages = ", ".join(f"{name} {of(name)}" for name in ("numpy", "shapely", "pandas", "pyogrio", "scipy"))
    return (f"{os.cpu_count()} cores{load}, {platform.system()} {platform.machine()}, Python"
            f" {sys.version.split()[0]}, Qt {qVersion()}, SQLite {apsw.sqlite_lib_version()}, {packages}")


def shown(value: float | None, unit: str) -> str:
    """Return a number with its unit, in three figures."""
    if value is None:
        return "failed"
    if unit == "ms" and value >= 10_000:
        return f"{value / 1000:.1f} s"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def ratio(value: float | None, other: float | None, what: str) -> str:
    """Return how many times larger `other` is than `value`, in words."""
    return f"{other / value:.2g} x {what}" if value and other else ""


def text(lines: list[Line]) -> str:
    """Return the table as text."""
    rows = [("", "measured", "goal", "beside it")]
    group = None
    for line in lines:
        if line.group != group:
            group = line.group
            rows.append((group, "", "", ""))
        rows.append(("  " + line.name, shown(line.value, line.unit), line.goal, line.beside))
    widths = [max(_width(row[at]) for row in rows) for at in range(3)]
    made = []
    for name, value, goal, beside in rows:
        pad = [" " * (widths[at] - _width(cell)) for at, cell in enumerate((name, value, goal))]
        made.append(f"{name}{pad[0]}  {pad[1]}{value}  {goal}{pad[2]}  {beside}".rstrip())
    return "\n".join(made)


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
