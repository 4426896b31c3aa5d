"""What the panel of quotas shows: takings grouped by year, sumu or scheme, with what may be taken at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.messages import text
from app.origins.quotas import quota_ask
from app.panels.models.records import RecordColumn, summed
from layers.geo.measure import M2_PER_HA
from layers.planning.quotas import Quotas, Taking
from layers.provenance import Ask

VIEWS = ("year", "sumu", "scheme")


@dataclass(frozen=True, slots=True)
class Line:
    """A year, a sumu or a scheme: what is taken there. limit_ha: of a year, None where not entered."""

    key: str
    name: str
    used_ha: float
    committed_ha: float
    takings: tuple[Taking, ...]
    limit_ha: float | None = None
    source: str = ""

    @property
    def works(self) -> int:
        """How many works take something."""
        return len({(one.work.kind, one.work.fid) for one in self.takings})

    @property
    def left_ha(self) -> float | None:
        """What is left of the limit; None where it is not known."""
        return None if self.limit_ha is None else self.limit_ha - self.used_ha


def lines_of(found: Quotas, quota: str, view: str) -> list[Line]:
    """Return a quota's takings grouped as the view says; a year with a limit is there though nothing is
    taken."""
    key_of, named = _VIEWS[view]
    groups: dict[Any, list[Taking]] = {}
    for one in found.takings:
        if one.quota == quota:
            groups.setdefault(key_of(one), []).append(one)
    limits = {one.year: one for one in found.totals if one.quota == quota}
    if view == "year":
        for year in limits:
            groups.setdefault(year, [])
    names = {row.sumu: row.sumu_name for row in found.rows}
    made = []
    for key, takings in groups.items():
        total = limits.get(key) if view == "year" else None
        made.append(Line(
            "~" if key in (None, "") else str(key), named(key, names),
            sum(one.area_m2 for one in takings) / M2_PER_HA,
            sum(one.area_m2 for one in takings if one.committed) / M2_PER_HA, tuple(takings),
            total.limit_ha if total else None,
            f"{total.source}（{total.entered_on}）" if total and total.source else "",
        ))  # fmt: skip
    return sorted(made, key=lambda one: one.key)


def columns_of(view: str, quota: str, scheme: str | None) -> tuple[RecordColumn, ...]:
    """Return the columns of a view; only years have limits. scheme: the only one that is looked at."""

    def asks(name: str) -> Callable[[Line], Ask]:
        return lambda row: quota_ask(quota, name, view=view, key=row.key, scheme=scheme)

    columns = [
        RecordColumn("quota_name", lambda row: row.name, order=lambda row: row.key,
                     heading=text(f"quota_col_{'sumu_name' if view == 'sumu' else view}")),
        RecordColumn("quota_used", lambda row: row.used_ha, True, 2, total=summed(lambda row: row.used_ha)),
    ]  # fmt: skip
    if view == "year":
        columns += [RecordColumn("quota_limit", lambda row: row.limit_ha, True, 2),
                    RecordColumn("quota_left", lambda row: row.left_ha, True, 2)]  # fmt: skip
    columns += [
        RecordColumn("quota_committed", lambda row: row.committed_ha, True, 2,
                     total=summed(lambda row: row.committed_ha), spare=1),
        RecordColumn("quota_works", lambda row: row.works, True, 0, spare=2),
    ]  # fmt: skip
    return tuple(
        replace(one, ask=asks(one.key.removeprefix("quota_"))) if one.numeric else one for one in columns
    )


_VIEWS: dict[str, tuple[Callable[[Taking], Any], Callable[[Any, dict[str, str]], str]]] = {
    "year": (lambda one: one.year, lambda key, _names: str(key) if key else text("quota_no_year")),
    "sumu": (lambda one: one.sumu, lambda key, names: names.get(key) or key or text("quota_no_sumu")),
    "scheme": (lambda one: one.scheme, lambda key, _names: key or text("quota_no_scheme")),
}
