"""What a counting method is given: the plan, the policy, the year, and things that several methods share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import is_null, values_of
from layers.planning.network import Network, Roads, roads_of
from layers.planning.results import UNKNOWN, Reason
from layers.planning.units import GACHA, SUMU, Units, assign, units_of
from layers.policy.bundle import Policy
from layers.policy.rules import Rule
from layers.policy.targets import Target

T = TypeVar("T")
RELIEVED, RESETTLEMENT = "out_of_poverty_households", "resettlement"


@dataclass(frozen=True, slots=True)
class Count:
    """A method's answer for one unit; fields as in `results.GapRow`."""

    have: int | None
    need: int | None
    gap: int | None
    unknown: int | None
    status: str
    reason: Reason
    parts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Need:
    """What a target asks of one unit: `number` (None: nothing stated), `sure` whether it applies at all."""

    number: int | None
    sure: bool = True


def unknown_count(need: Need, why: Reason) -> Count:
    """Return the answer where nothing is known, whatever is needed."""
    return Count(None, need.number, None, None, UNKNOWN, why)


@dataclass(eq=False)
class Context:
    """One run of an engine. `asked` collects the kinds it looked at, for the provenance."""

    plan: Plan
    policy: Policy
    year: int | None
    asked: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)  # ids of the rules that were asked for
    targets: dict[str, Target] = field(default_factory=dict)
    _units: dict[str, Units | None] = field(default_factory=dict)
    _networks: dict[Any, Network] = field(default_factory=dict)
    _once: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, compute: Callable[[], T]) -> T:
        """Return what `compute` answers, asked once a run."""
        if key not in self._once:
            self._once[key] = compute()
        return self._once[key]

    def tables(self, kinds: tuple[LayerKind, ...]) -> tuple[Table, ...]:
        """Tables of those kinds that are there."""
        self.asked.update(dict.fromkeys(kind.id for kind in kinds))
        return tuple(self.plan.tables[kind.id] for kind in kinds if kind.id in self.plan)

    def with_role(self, role: str) -> tuple[Table, ...]:
        """Tables of a role that are there."""
        return self.tables(self.plan.catalogue.with_role(role))

    def units(self, role: str) -> Units | None:
        """Units of a role, or None where that layer is absent."""
        if role not in self._units:
            self.asked.update(
                dict.fromkeys(
                    kind.id for part in {role, SUMU} for kind in self.plan.catalogue.with_role(part)
                )
            )
            self._units[role] = units_of(self.plan, role)
        return self._units[role]

    def needs(self, service: Service, units: Units) -> list[Need]:
        """Return what the plan's targets ask of each unit for a service, in whole numbers.

        A target counts here when it is set for this level of units with a least number of things
        (comparator `ge`), or for all of them (100 %): then the number is 1. Shares of units below 100 % say
        nothing about the single unit. Where several apply the largest number holds.
        """
        found = [Need(None)] * len(units)
        level = units.role.partition(".")[2]
        for target in self.policy.targets_for_service(service.id):
            number = _least(target, level)
            if number is None:
                continue
            self.targets.setdefault(target.id, target)
            applies = self._applies(target, units)
            for at, certain in enumerate(applies):
                if certain is None and found[at].number is None:
                    found[at] = Need(number, sure=False)
                elif certain and (found[at].number or 0) <= number:
                    found[at] = Need(number)
        return found

    def _applies(self, target: Target, units: Units) -> list[bool | None]:
        """Whether a target's scope holds for each unit; None where the data do not say."""
        if target.scope == "relieved":
            return self._relieved(units)
        if target.scope == "resettlement":
            tables = self.with_role(RESETTLEMENT)
            if not tables:
                return [None] * len(units)
            places = np.concatenate([assign(units, table, link=_code_column(units)) for table in tables])
            return list(np.isin(np.arange(len(units)), places))
        return [True if target.scope == "all" else None] * len(units)

    def _relieved(self, units: Units) -> list[bool | None]:
        gachas = self.units(GACHA)
        if gachas is None:
            return [None] * len(units)
        some = np.zeros(len(units), bool)
        unsure = np.zeros(len(units), bool)
        for table in gachas.tables:
            number = values_of(table, RELIEVED)
            column = table.kind.key if units.role == GACHA else _code_column(units)
            places = assign(units, table, link=column)
            inside = places >= 0
            null = is_null(number)
            positive = np.fromiter((value is not None and value > 0 for value in number), bool, len(number))
            some[places[inside & positive]] = True
            unsure[places[inside & null]] = True
        return [True if yes else (None if maybe else False) for yes, maybe in zip(some, unsure, strict=True)]

    def setting(self, rule: str, name: str = "value") -> float:
        """Return a number of a rule; raises InputError `unknown_rule`."""
        self.rules[rule] = None
        return float(self.policy.rule(rule).values[name])

    def known_rule(self, identity: str) -> Rule | None:
        """A rule of the policy, or None where it has none of that id: what rests on it is then not known."""
        return next((rule for rule in self.policy.rules if rule.id == identity), None)

    def network(self, roads: Roads, mask: np.ndarray) -> Network:
        """The graph of the chosen lines; built once for the same lines."""
        lines = roads.lines[mask]
        key = (
            len(lines),
            hash(np.flatnonzero(mask).tobytes()),
            roads.table_of.tobytes(),
            roads.row_of.tobytes(),
        )
        if key not in self._networks:
            self._networks[key] = Network(lines, node_m=self.setting("road_node_m"))
        return self._networks[key]

    def roads(self, tables: tuple[Table, ...], service: Service | None = None) -> Roads:
        """Usable lines of road tables: by a service's options, or every passable road."""
        options = dict(service.options) if service else {}
        where = [
            (str(options[column]), tuple(options[values]))
            for column, values in (("surface", "surfaces"), ("class", "classes"))
            if options.get(values)
        ]
        return roads_of(
            tables,
            passable=options.get("passable", "passable"),
            where=where,
            year=self.year,
            date=options.get("date", "opened_on"),
        )


def _code_column(units: Units) -> str:
    """The column by which features name a unit of that role (`gacha_code`, `sumu_code`)."""
    return f"{units.role.partition('.')[2]}_code"


def _least(target: Target, level: str) -> int | None:
    if target.level != level or target.threshold is None or target.comparator != "ge":
        return None
    if target.unit == "percent":
        return 1 if target.threshold >= 100 else None
    return int(-(-target.threshold // 1))


def options_of(kind: LayerKind, service: Service) -> dict[str, Any]:
    """Options of `service` as this kind states them: several kinds may give it, each with its own columns."""
    return next((dict(own.options) for own in kind.services if own.id == service.id), dict(service.options))
