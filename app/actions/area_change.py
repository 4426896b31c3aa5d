"""A zone layer's new version beside the old one, in words: hectares and mu by class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.messages import language, text
from layers.exchange.area_change import AreaChange, class_title
from layers.exchange.model import Preview
from layers.geo.measure import M2_PER_HA, M2_PER_MU

FIELDS = ("before", "after", "gained", "lost")
OF_ROWS_THERE = frozenset({"existing", "positions", "clash"})
"""Questions of what becomes of the rows that are there already."""


def comparable(seen: Preview) -> bool:
    """Whether all is settled but what becomes of the rows that are there already."""
    return bool(seen.rows) and not {one.id for one in seen.open_questions} - OF_ROWS_THERE


def area_data(seen: Preview, areas: Sequence[AreaChange]) -> list[dict[str, Any]]:
    """Return it in the stable keys of the command line; `class` is None for the whole layer."""
    return [
        {"class": one.value, "title": _title(seen, one)}
        | {f"{name}_ha": round(getattr(one, name) / M2_PER_HA, 2) for name in FIELDS}
        | {f"{name}_mu": round(getattr(one, name) / M2_PER_MU, 1) for name in FIELDS}
        for one in areas
    ]


def area_rows(seen: Preview, areas: Sequence[AreaChange]) -> Iterator[tuple[str, ...]]:
    """Class and four areas, each as `hectares / mu`."""
    for one in areas:
        numbers = (getattr(one, name) for name in FIELDS)
        yield (_title(seen, one), *(f"{m2 / M2_PER_HA:,.1f} / {m2 / M2_PER_MU:,.0f}" for m2 in numbers))


def area_lines(seen: Preview, areas: Sequence[AreaChange]) -> Iterator[str]:
    """Sentences for the command line."""
    for one in areas:
        values = {name: _both(getattr(one, name)) for name in FIELDS}
        yield text("import_area_line", title=_title(seen, one), **values)


def _title(seen: Preview, one: AreaChange) -> str:
    if one.value is None:
        return text("import_area_whole")
    assert seen.kind is not None
    return class_title(seen.kind, one.value, language()) or text("import_area_unclassed")


def _both(m2: float) -> str:
    return text("import_area_value", ha=f"{m2 / M2_PER_HA:,.2f}", mu=f"{m2 / M2_PER_MU:,.1f}")
