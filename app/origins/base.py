"""What every family of numbers has in common: how one of its numbers is made into a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.plan import Plan
from layers.planning.columns import code_text
from layers.planning.results import Provenance
from layers.planning.tally import COUNTED, DOUBTFUL, REST, Groups, Part
from layers.planning.trace import Trace
from layers.policy.bundle import Policy
from layers.policy.targets import Target
from layers.provenance import Ask

Places = Iterable[tuple[str, int]]  # (kind id, row id)


@dataclass(frozen=True, slots=True)
class Made:
    """One number of an answer.

    title: what it is. unit: id of `[ui.unit_…]`, or words. formula, fields: `[ui.formula_…]`. groups: the
    features behind it. rules: ids; one that ends in `*` stands for all that begin so. targets: the clauses;
    None: those of the chapters that the answer names.
    """

    title: Text
    value: float | None
    unit: str | Text
    formula: str
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    groups: Groups = field(default_factory=lambda: MappingProxyType({}))
    rules: Sequence[str] = ()
    targets: tuple[Target, ...] | None = None
    parts: tuple[Part, ...] = ()
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A family of numbers, named by `Ask.what`.

    compute: the answer that a number is of, where none is at hand; None: it cannot be had again without what
    the planner has typed. made: a number of an answer; raises InputError `number_unknown`. source: of the
    answer, for the number that is asked for.
    """

    made: Callable[[Any, Policy, Ask], Made]
    source: Callable[[Any, Ask], Provenance]
    compute: Callable[[Plan, Policy, Ask], Any] | None = None


def as_trace(made: Made, policy: Policy, source: Provenance) -> Trace:
    """Return a number of an answer as a trace."""
    wanted, begins = set(made.rules), tuple(one[:-1] for one in made.rules if one.endswith("*"))
    rules = tuple(
        rule for rule in policy.rules if rule.id in wanted or (begins and rule.id.startswith(begins))
    )
    targets = made.targets
    if targets is None:
        targets = tuple(one for one in policy.targets if one.chapter in source.clauses)
    high = made.value if made.high is None else made.high
    return Trace(
        made.title, made.value, high, made.unit, made.formula, made.fields, made.groups, made.parts, rules,
        targets, source,
    )  # fmt: skip


def unknown(ask: Ask) -> InputError:
    """Return the error for a number that the answer does not have."""
    return InputError("number_unknown", given=ask.key)


def grouped(counted: Places = (), doubtful: Places = (), rest: Places = ()) -> Groups:
    """Return features as the groups of a trace; those of no layer (cells of a surface) are left out."""
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, places in ((COUNTED, counted), (DOUBTFUL, doubtful), (REST, rest)):
        kinds: dict[str, set[int]] = {}
        for kind, fid in places:
            if kind:
                kinds.setdefault(kind, set()).add(fid)
        found[name] = {kind: tuple(sorted(fids)) for kind, fids in kinds.items()}
    return found


def units_at(plan: Plan, role: str, codes: Iterable[str]) -> list[tuple[str, int]]:
    """Return the features of a role's units that have one of the codes."""
    wanted = set(codes)
    return [
        (table.kind.id, int(fid))
        for table in plan.with_role(role)
        for code, fid in zip(table.column(table.kind.key), table.fids, strict=True)
        if code_text(code) in wanted
    ]


def titled(words: Text, unit: str = "") -> Text:
    """Return what a number is, after the name of the unit that it is of."""
    return Text(f"{unit} · {words.zh}", f"{unit} · {words.en}") if unit else words
