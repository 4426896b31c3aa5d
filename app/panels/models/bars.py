"""A bar of a chart, apart from how it is drawn: no chart library loads before a chart is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from layers.provenance import Ask


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: whom it stands for, its name, value (None: not known), number in words, colour token; ask: what
    names its number."""

    key: str
    name: str
    value: float | None
    words: str
    token: str
    ask: Ask | None = field(default=None, kw_only=True)
