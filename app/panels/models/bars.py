"""A bar of a chart, apart from how it is drawn: no chart library loads before a chart is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: whom it stands for, its name, value (None: not known), number in words, colour token."""

    key: str
    name: str
    value: float | None
    words: str
    token: str
