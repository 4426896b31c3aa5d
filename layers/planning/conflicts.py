"""Works against zones: what may be done, by which article, who approves, and how sure that is.

A verdict holds for a pair of a work and a zone and for one article. It comes from the interval of the area
inside (`layers.planning.overlaps`): where its lower end is 0 the work may lie outside, and where the article
would then not let it pass as it is, the verdict is "to be verified". So data that are off within their stated
accuracy never give both "allowed" and "not allowed".
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.geo.measure import areas_m2, lengths_m
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.footprints import Work, accuracies
from layers.planning.overlaps import Overlaps, overlaps, stretches
from layers.planning.results import Progress, Provenance
from layers.planning.zones import class_column, class_words, holds_on
from layers.policy.bundle import Policy
from layers.policy.zone_rules import Duty, ZoneRule

ALLOW, COND, VERIFY, PERMIT, NO = VERDICTS = ("allow", "cond", "verify", "permit", "no")
"""From best to worst: doubt weighs more than a condition, for what is doubtful may turn out forbidden."""
REASONS = (
    "layer_absent", "zones_ended", "no_rule", "rule_not_read", "rule_not_in_force", "work_unknown",
    "class_unknown", "zone_undated", "within_accuracy",
)  # fmt: skip
"""Why something is to be verified."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What one article says of a work in one zone.

    kind, fid, key, name, words: the zone and its class; fid 0 where its whole layer is absent or
    has run out.
    verdict: one of VERDICTS. would_be: the article's own verdict where the verdict is only to be verified.
    reason: one of REASONS, or None. rule: the article, None where there is none.
    area_m2, low_m2, high_m2: inside, and between what it may be, m² on the ellipsoid; None unknown.
    stretches: (from, to) along a line's axis in metres; length_m: their sum, None for what is no line.
    distance_m: by how much the two data may be off against each other.
    """

    kind: str
    fid: int
    key: str
    name: str
    words: Text
    verdict: str
    would_be: str | None
    reason: str | None
    rule: ZoneRule | None
    area_m2: float | None
    low_m2: float | None
    high_m2: float | None
    length_m: float | None = None
    stretches: tuple[tuple[float, float], ...] = ()
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A work with what every article says, worst first, and what else it owes.

    verdict: the worst of all; `allow` where nothing is touched. duties: those not settled, each with whether
    its article holds on the day. day: by which it was judged.
    """

    work: Work
    day: datetime.date
    verdict: str
    area_m2: float
    length_m: float | None
    conflicts: tuple[Conflict, ...]
    duties: tuple[tuple[Duty, bool], ...] = ()

    def counts(self) -> dict[str, int]:
        """How many zones have which verdict, each zone by its worst; worst first."""
        worst: dict[tuple[str, int], int] = {}
        for one in self.conflicts:
            rank = VERDICTS.index(one.verdict)
            worst[one.kind, one.fid] = max(rank, worst.get((one.kind, one.fid), 0))
        ranks = list(worst.values())
        return {VERDICTS[rank]: ranks.count(rank) for rank in sorted(set(ranks), reverse=True)}


@dataclass(frozen=True, eq=False)
class Conflicts:
    """Works in the order given. on: the day for those that have none of their own."""

    judged: tuple[Judged, ...]
    on: datetime.date
    absent: tuple[LayerKind, ...]
    provenance: Provenance = field(repr=False)


def conflicts(
    plan: Plan,
    policy: Policy,
    works: Sequence[Work],
    *,
    on: datetime.date,
    fixed_day: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Conflicts:
    """Judge works by every zone layer and every article.

    on: the day by which works are judged that have none of their own (the engine has no clock); with
    `fixed_day` by which all are. A zone not in force on the day is left out; one that does not say since when
    it holds is to be verified. Absent zone layers of which an article speaks are to be verified.
    """
    days = [on if fixed_day or work.day is None else work.day for work in works]
    found: list[list[Conflict]] = [[] for _ in works]
    kinds = [kind for kind in plan.catalogue if kind.zone and kind.geometry == "MultiPolygon"]
    absent = tuple(kind for kind in kinds if kind.id not in plan and _rules_of(policy, kind))
    grounds = np.empty(len(works), object)
    grounds[:] = [work.ground for work in works]
    own = np.array([work.accuracy_m for work in works], np.float64)
    lengths = lengths_m([work.line for work in works], plan.crs.epsg) if works else np.zeros(0)
    there = [kind for kind in kinds if kind.id in plan]
    for at, kind in enumerate(there):
        table = plan.tables[kind.id]
        if not len(table) or not len(works):
            continue
        done = at * len(works)
        pairs = _pairs(table, policy, grounds, own, plan.crs.epsg,
                       lambda count, done=done: progress(done + count, len(there) * len(works)))  # fmt: skip
        _judge_layer(policy, table, pairs, works, days, lengths, found)
    for kind in kinds:
        rules, last = _rules_of(policy, kind), _last_day(plan.tables.get(kind.id))
        if not rules or last is None:
            continue
        lacking = _lacking(kind, "zones_ended" if last else "layer_absent")
        speaks = {
            one: any(rule.speaks_of(one) is not False for rule in rules) for one in {w.work for w in works}
        }
        for at, work in enumerate(works):
            if speaks[work.work] and last < days[at].isoformat():
                found[at].append(lacking)
    areas = areas_m2(grounds, plan.crs.epsg) if len(works) else np.zeros(0)
    judged = tuple(
        _judged(work, days[at], float(areas[at]), float(lengths[at]), found[at], policy)
        for at, work in enumerate(works)
    )
    clauses = tuple(sorted({rule.basis.article for rule in policy.zone_rules if rule.basis.article}))
    origin = Provenance(plan, tuple(kind.id for kind in kinds), policy.version, policy.digest, clauses, None)
    return Conflicts(judged, on, absent, origin)


def _rules_of(policy: Policy, kind: LayerKind) -> list[ZoneRule]:
    return [rule for rule in policy.zone_rules if rule.zone in kind.roles]


def _pairs(
    table: Table, policy: Policy, grounds: np.ndarray, own: np.ndarray, epsg: int, progress: Any
) -> Overlaps:
    has = "quality" in table.kind.column_names
    known = accuracies(policy, table.column("quality") if has else [None] * len(table))
    return overlaps(
        grounds, own, table.geometry, lambda at: known[at], float(known.max()), table.tree, epsg, progress
    )


# -- from geometry to verdicts -----------------------------------------------------------------------------


def _judge_layer(
    policy: Policy,
    table: Table,
    pairs: Overlaps,
    works: Sequence[Work],
    days: Sequence[datetime.date],
    lengths: np.ndarray,
    found: list[list[Conflict]],
) -> None:
    kind, rules = table.kind, _rules_of(policy, table.kind)
    rows = _Rows(table, rules)
    runs: dict[int, tuple[tuple[float, float], ...]] = {}
    axes = np.flatnonzero([works[at].line is not None for at in pairs.ground])
    if len(axes):
        lines = np.empty(len(axes), object)
        lines[:] = [works[at].line for at in pairs.ground[axes]]
        found_runs = stretches(lines, pairs.zone_near[axes], lengths[pairs.ground[axes]])
        runs = dict(zip(axes.tolist(), found_runs, strict=True))
    said: dict[tuple[Any, ...], list[tuple[ZoneRule | None, str, str | None]]] = {}
    numbers = zip(pairs.ground.tolist(), pairs.zone.tolist(), pairs.area.tolist(), pairs.low.tolist(),
                  pairs.high.tolist(), pairs.distance.tolist(), strict=True)  # fmt: skip
    for at, (ground, zone, area, low, high, distance) in enumerate(numbers):
        work, day, row = works[ground], days[ground], rows[zone]
        holds = holds_on(row.get("valid_from"), row.get("valid_to"), day)
        if holds is False:
            continue
        question = (rows.sort(zone), work.work, day)
        if question not in said:
            said[question] = _said(rules, row, work.work, day)
        own = runs.get(at, ())
        long = None if work.line is None else sum(end - begin for begin, end in own)
        for rule, verdict, reason in said[question]:
            final, why = _final(verdict, reason, holds, low > 0)
            found[ground].append(
                Conflict(
                    kind.id, rows.fid(zone), str(row.get(kind.key) or ""), str(row.get(kind.name) or ""),
                    rows.words(zone), final, None if final == verdict else verdict, why, rule, area, low,
                    high,
                    long, own, distance,
                )
            )  # fmt: skip


class _Rows:
    """What the articles ask of zones, by position in the table; read column by column."""

    def __init__(self, table: Table, rules: Sequence[ZoneRule]) -> None:
        kind = table.kind
        asked = {name for rule in rules for name in rule.where}
        shown = class_column(kind)
        names = {kind.key, kind.name, "valid_from", "valid_to", *asked, *([shown.name] if shown else [])}
        self._kind, self._fids = kind, table.fids
        self._asked = tuple(sorted(asked & set(kind.column_names)))
        self._columns = {name: table.column(name) for name in names if name in kind.column_names}
        self._words: dict[Any, Text] = {}
        self._shown = shown.name if shown else None

    def __getitem__(self, at: int) -> dict[str, Any]:
        return {name: values[at] for name, values in self._columns.items()}

    def fid(self, at: int) -> int:
        """Row id."""
        return int(self._fids[at])

    def sort(self, at: int) -> tuple[Any, ...]:
        """Zones of one sort get the same answer from every article."""
        return tuple(self._columns[name][at] for name in self._asked)

    def words(self, at: int) -> Text:
        """The class in words."""
        value = self._columns[self._shown][at] if self._shown else None
        if value not in self._words:
            self._words[value] = class_words(self._kind, {self._shown: value} if self._shown else {})[1]
        return self._words[value]


def _said(
    rules: Sequence[ZoneRule], row: dict[str, Any], work: str | None, day: datetime.date
) -> list[tuple[ZoneRule | None, str, str | None]]:
    """What the articles say of a kind of work in a zone on a day: (article, verdict, why only to be
    verified)."""
    found: list[tuple[ZoneRule | None, str, str | None]] = []
    lapsed: list[ZoneRule] = []
    for rule in rules:
        fits, speaks = rule.fits(row), rule.speaks_of(work)
        if fits is False or speaks is False:
            continue
        if rule.basis.binding and not rule.basis.holds_on(day):
            lapsed.append(rule)
        elif fits is None:
            found.append((rule, rule.verdict, "class_unknown"))
        elif speaks is None:
            found.append((rule, rule.verdict, "work_unknown"))
        elif not rule.basis.binding:
            found.append((rule, rule.verdict, "rule_not_read"))
        else:
            found.append((rule, rule.verdict, None))
    if not found:
        found = [(rule, rule.verdict, "rule_not_in_force") for rule in lapsed] or [(None, VERIFY, "no_rule")]
    return found


def _final(verdict: str, reason: str | None, holds: bool | None, sure: bool) -> tuple[str, str | None]:
    """The verdict as it may be given, and why it is no firmer."""
    if reason is not None:
        return VERIFY, reason
    if holds is None:
        return VERIFY, "zone_undated"
    if not sure and verdict != ALLOW:
        return VERIFY, "within_accuracy"
    return verdict, None


def _last_day(table: Table | None) -> str | None:
    """The last day on which any zone of a layer holds; "" where there is no layer, None where one of its
    zones has no end, or it has none.

    After it the layer says nothing: a record that has run out is not the same as no restriction.
    """
    if table is None:
        return ""
    if not len(table) or "valid_to" not in table.kind.column_names:
        return None
    days = table.column("valid_to")
    return None if any(day is None for day in days) else max(str(day) for day in days)


def _lacking(kind: LayerKind, why: str) -> Conflict:
    return Conflict(
        kind.id, 0, "", "", kind.title, VERIFY, None, why, None, None, None, None
    )


def _judged(
    work: Work, day: datetime.date, area: float, length: float, found: list[Conflict], policy: Policy
) -> Judged:
    ordered = sorted(
        found,
        key=lambda one: (
            -VERDICTS.index(one.verdict),
            one.fid == 0,
            -(one.area_m2 or 0.0),
            one.kind,
            one.key,
        ),
    )
    duties = tuple(
        (duty, duty.basis.holds_on(day))
        for duty in policy.duties
        if work.kind and duty.column in work.row and work.row.get(duty.column) not in duty.settled
    )
    return Judged(
        work,
        day,
        ordered[0].verdict if ordered else ALLOW,
        area,
        None if work.line is None or np.isnan(length) else length,
        tuple(ordered),
        duties,
    )


def whole_runs(judged: Judged) -> tuple[tuple[float, float, str], ...]:
    """A line from end to end as stretches (from, to, worst verdict on it) in metres; "allow" where nothing
    lies.

    What lies within the data's accuracy of the axis but not on it has no stretch of its own.
    """
    if judged.length_m is None:
        return ()
    cuts = {0.0, judged.length_m}
    for one in judged.conflicts:
        cuts |= {value for run in one.stretches for value in run}
    places = sorted(min(max(cut, 0.0), judged.length_m) for cut in cuts)
    found: list[tuple[float, float, str]] = []
    for begin, end in zip(places, places[1:], strict=False):
        if end - begin < 0.01:
            continue
        middle = (begin + end) / 2
        rank = max(
            (VERDICTS.index(one.verdict) for one in judged.conflicts
             if any(first <= middle <= last for first, last in one.stretches)), default=0,
        )  # fmt: skip
        if found and found[-1][2] == VERDICTS[rank]:
            found[-1] = (found[-1][0], end, VERDICTS[rank])
        else:
            found.append((begin, end, VERDICTS[rank]))
    return tuple(found)


