"""What can be reached: standing features of a service, a kind or a role, as points or as lines.

Asked by the id of a service (its conditions hold: surfaces, classes, `where`), of a kind, or by a role. A
feature counts when it stands in the year (`columns.standing`), meets the conditions and is in use; where use
or a condition is null it is doubtful: left out, counted, and the reason why a place without any other is
unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.plan import Plan
from layers.planning.columns import code_text, flags_of, satisfies, standing, values_of
from layers.planning.context import Context, options_of

USUAL = {"operating": "operating", "date": "opened_on"}
MORE = frozenset({"where", "surfaces", "classes"})
CONDITIONS = (("surface", "surfaces"), ("class", "classes"))


@dataclass(frozen=True, eq=False)
class Facilities:
    """Facilities in order of code (then kind, then row), which decides between equals.

    geometry: points (n,), or lines of roads. codes, names: "" where there is none. places: (kind id, row id).
    known: whether any layer of them is there. doubtful: how many are left out because something is null.
    """

    title: Text
    kinds: tuple[LayerKind, ...]
    geometry: np.ndarray
    codes: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    known: bool
    doubtful: int

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def lines(self) -> bool:
        """Whether they are roads, reached anywhere along them."""
        return any(kind.geometry == "MultiLineString" for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be reached: an id, its words, and which kinds give it under which conditions."""

    id: str
    title: Text
    kinds: tuple[LayerKind, ...]
    options: Mapping[str, Mapping[str, Any]]


def targets(plan: Plan) -> tuple[Target, ...]:
    """Return all that can be asked for, in the catalogue's order: kinds of points that are no people's, then
    services that ask for more than the kind alone (surfaces, classes, `where`). A service that bears the id
    of a kind is asked for as `service.ID`.
    """
    kinds = [kind for kind in plan.catalogue if kind.geometry == "Point" and _reachable(kind)]
    found = [Target(kind.id, kind.title, (kind,), {kind.id: USUAL}) for kind in kinds]
    known = {one.id for one in found}
    for service, own in plan.catalogue.services():
        usable = tuple(kind for kind in own if _reachable(kind))
        options = {kind.id: options_of(kind, service) for kind in usable}
        more = any(
            MORE & set(one) or "road" in kind.roles
            for kind, one in zip(usable, options.values(), strict=True)
        )
        if more and not service.option("sum"):
            id_ = f"service.{service.id}" if service.id in known else service.id
            found.append(Target(id_, service.title, usable, options))
    return tuple(found)


def _reachable(kind: LayerKind) -> bool:
    return not kind.sensitive and (kind.geometry == "Point" or "road" in kind.roles)


def target_of(plan: Plan, wanted: str) -> Target:
    """Return what is asked for by id, service or role; raises InputError `access_unknown` with `known`."""
    known = targets(plan)
    found = next((one for one in known if one.id == wanted), None)
    if found is not None:
        return found
    for service, kinds in plan.catalogue.services():
        if service.id == wanted and any(map(_reachable, kinds)):
            usable = tuple(filter(_reachable, kinds))
            return Target(
                wanted, service.title, usable, {kind.id: options_of(kind, service) for kind in usable}
            )
    kinds = tuple(
        kind for kind in plan.catalogue.with_role(wanted) if kind.geometry == "Point" and _reachable(kind)
    )
    if kinds:
        return Target(wanted, kinds[0].title, kinds, {kind.id: USUAL for kind in kinds})
    raise InputError("access_unknown", given=wanted, known=", ".join(one.id for one in known))


def facilities_of(context: Context, target: Target) -> Facilities:
    """Return the facilities that stand in the context's year."""
    rows: list[tuple[str, str, int, str, Any]] = []
    doubtful = 0
    tables = context.tables(target.kinds)
    for table in tables:
        options = {**USUAL, **target.options[table.kind.id]}
        conditions = [
            *options.get("where", ()),
            *((str(options.get(column, column)), tuple(options[values])) for column, values in CONDITIONS
              if options.get(values)),
        ]  # fmt: skip
        there = standing(table, context.year, options["date"]) & ~shapely.is_missing(table.geometry)
        fits, may_fit = satisfies(table, conditions)
        use = options["operating"] if "road" not in table.kind.roles else None
        used, unsure = flags_of(table, use)
        certain = there & fits & used & ~unsure
        doubtful += int((there & may_fit & (used | unsure) & ~certain).sum())
        codes, names = values_of(table, table.kind.key), values_of(table, table.kind.name)
        for at in np.flatnonzero(certain):
            rows.append(
                (
                    code_text(codes[at]),
                    table.kind.id,
                    int(table.fids[at]),
                    code_text(names[at]),
                    table.geometry[at],
                )
            )
    rows.sort(key=lambda row: row[:3])
    geometry = np.empty(len(rows), object)
    geometry[:] = [row[4] for row in rows]
    return Facilities(
        target.title,
        target.kinds,
        geometry,
        tuple(row[0] for row in rows),
        tuple(row[3] for row in rows),
        tuple((row[1], row[2]) for row in rows),
        bool(tables),
        doubtful,
    )
