"""Clinics: how each gacha is served: own, shared with a neighbour, mobile service, rounds, or blank.

The plan lets a gacha with few or scattered residents be served without a clinic of its own: that is an
exemption, not a gap, but only where the arrangement really holds: its host exists, works, and can be reached.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.plan.table import Table
from layers.planning.columns import code_text, flags_of, standing, values_of
from layers.planning.context import Context, Count, Need, options_of, unknown_count
from layers.planning.network import Snap
from layers.planning.results import EXEMPT, MET, NONE, SHORT, UNKNOWN, Reason, reason
from layers.planning.seats import Seats, seats_of
from layers.planning.units import Units, assign

OWN, SHARED, MOBILE, ROUNDS, BLANK = "own", "shared", "mobile", "rounds", "blank"
WAYS = (OWN, SHARED, MOBILE, ROUNDS, BLANK, UNKNOWN)
GOOD, DOUBTFUL, BROKEN = 0, 1, 2
ORDER = {SHARED: 0, MOBILE: 1, ROUNDS: 2}


@dataclass(frozen=True, slots=True)
class Host:
    """A clinic or a health centre: whether it works (None: not known) and where it stands."""

    code: str
    name: str
    works: bool | None
    point: Any


@dataclass(frozen=True, slots=True)
class _Tie:
    """An arrangement of one gacha: its way, how good it is, and why."""

    rank: int
    way: str
    why: Reason


def way_of(count_reason: Reason) -> str:
    """Return own, shared, mobile, rounds, blank or unknown from a clinic row's reason."""
    return str(count_reason.fields.get("way", UNKNOWN))


def clinic_ways(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Say of each unit how it is served, with the ground: own → met, an arrangement that holds → exempt."""
    needs = context.needs(service, units)
    tables = context.tables(kinds)
    if not tables:
        why = reason("layer_absent", way=UNKNOWN, kind=kinds[0].title.zh, kind_en=kinds[0].title.en)
        return [unknown_count(need, why) for need in needs], 0
    working, doubtful, names, left_out = _own(context, service, tables, units)
    arrangements = context.with_role(str(service.option("arrangement", "health.arrangement")))
    ties = _ties(context, service, tables, arrangements, units)
    counts = []
    for at, need in enumerate(needs):
        tie = ties.get(at)
        if working[at]:
            counts.append(
                _count(
                    need,
                    OWN,
                    reason("clinic_own", way=OWN, name=names[at], have=int(working[at])),
                    int(working[at]),
                )
            )
        elif tie and tie.rank == GOOD:
            counts.append(_count(need, tie.way, tie.why))
        elif doubtful[at]:
            why = reason("clinic_use_unknown", way=UNKNOWN, name=names[at])
            counts.append(Count(None, need.number, None, int(doubtful[at]), UNKNOWN, why))
        elif tie and tie.rank == DOUBTFUL:
            counts.append(Count(None, need.number, None, 1, UNKNOWN, tie.why))
        elif not arrangements:
            counts.append(
                Count(None, need.number, None, 1, UNKNOWN, reason("arrangements_absent", way=UNKNOWN))
            )
        else:
            why = (
                tie.why
                if tie
                else reason("clinic_closed" if names[at] else "clinic_blank", way=BLANK, name=names[at])
            )
            counts.append(_count(need, BLANK, why))
    return counts, left_out


def _count(need: Need, way: str, why: Reason, have: int = 0) -> Count:
    if way == BLANK:
        if need.number is None:
            return Count(0, None, None, 0, NONE, why)
        return Count(0, need.number, need.number, 0, SHORT if need.sure else UNKNOWN, why)
    if way == OWN:
        enough = need.number is None or have >= need.number
        gap = None if need.number is None else max(0, need.number - have)
        return Count(have, need.number, gap, 0, MET if enough else SHORT, why)
    return Count(0, 0, 0, 0, EXEMPT, why)


def _own(
    context: Context, service: Service, tables: Sequence[Table], units: Units
) -> tuple[np.ndarray, np.ndarray, list[str], int]:
    """Working and doubtful clinics per unit, the name of one of them, and clinics in no unit."""
    working, doubtful = np.zeros(len(units), np.int64), np.zeros(len(units), np.int64)
    named: list[list[tuple[int, str, str]]] = [[] for _ in range(len(units))]
    left_out = 0
    for table in tables:
        options = options_of(table.kind, service)
        there = standing(table, context.year, options.get("date"))
        works, null = flags_of(table, options.get("operating"))
        places = assign(units, table, link=options.get("link"))
        inside = there & (places >= 0)
        left_out += int((there & (places < 0)).sum())
        working += np.bincount(places[inside & works], minlength=len(units))
        doubtful += np.bincount(places[inside & null], minlength=len(units))
        codes, titles = values_of(table, table.kind.key), values_of(table, table.kind.name)
        for at in np.flatnonzero(inside):
            rank = 0 if works[at] else 1 if null[at] else 2
            named[places[at]].append((rank, code_text(codes[at]), str(titles[at] or codes[at] or "")))
    return working, doubtful, [min(names)[2] if names else "" for names in named], left_out


# --- arrangements -----------------------------------------------------------------------------------------


def _ties(
    context: Context, service: Service, clinics: Sequence[Table], arrangements: Sequence[Table], units: Units
) -> dict[int, _Tie]:
    """The best arrangement of each unit: one that holds before a doubtful before a broken one."""
    centres = context.with_role(str(service.option("centre", "health.centre")))
    hosts = {SHARED: _hosts(context, service, clinics), MOBILE: _hosts(context, service, centres)}
    found: list[tuple[int, str, str, str, int]] = []
    grounds: dict[tuple[int, int], Mapping[str, str]] = {}
    for table in arrangements:
        places = assign(units, table, link=str(service.option("link", "gacha_code")))
        columns = [values_of(table, name) for name in ("way", "host_code", "schedule")]
        valid = _holding(table, context.year)
        for at in np.flatnonzero((places >= 0) & valid):
            way, host, schedule = (code_text(column[at]) for column in columns)
            found.append((int(places[at]), way, host, schedule, int(table.fids[at])))
            grounds[int(places[at]), int(table.fids[at])] = _ground(table, at)
    reach = _Reach(
        context,
        service,
        units,
        [
            (unit, hosts[SHARED][host])
            for unit, way, host, *_ in found
            if way == SHARED and host in hosts[SHARED]
        ],
    )
    ties: dict[int, tuple[tuple[int, int, str], _Tie]] = {}
    for unit, way, host, schedule, fid in sorted(found):
        tie = _tie(unit, way, host, schedule, hosts, reach, centres_known=bool(centres))
        if tie.rank == GOOD:
            why = reason(tie.why.code, **tie.why.fields, **grounds[unit, fid])
            tie = _Tie(tie.rank, tie.way, why)
        key = (tie.rank, ORDER.get(way, 9), host)
        if unit not in ties or key < ties[unit][0]:
            ties[unit] = (key, tie)
    return {unit: tie for unit, (_, tie) in ties.items()}


def _ground(table: Table, at: int) -> dict[str, str]:
    """Why the gacha need not have a clinic of its own, in the words of the layer's own choices."""
    value = values_of(table, "ground")[at]
    choices = table.kind.column("ground").choices if "ground" in table.kind.column_names else ()
    title = next((choice.title for choice in choices if choice.value == value), None)
    if title is None:
        return {
            "ground": str(value or "未填写"),
            "ground_en": str(value or "not stated"),
            "ground_value": str(value or ""),
        }
    return {"ground": title.zh, "ground_en": title.en, "ground_value": str(value)}


def _holding(table: Table, year: int | None) -> np.ndarray:
    """Arrangements that hold at the end of `year`; without a year all of them."""
    if year is None:
        return np.ones(len(table), bool)
    last = datetime.date(year, 12, 31).isoformat()
    begin, end = values_of(table, "valid_from"), values_of(table, "valid_to")
    return np.array(
        [
            (not start or str(start) <= last) and (not stop or str(stop) >= last)
            for start, stop in zip(begin, end, strict=True)
        ],
        bool,
    )


def _hosts(context: Context, service: Service, tables: Sequence[Table]) -> dict[str, Host]:
    hosts: dict[str, Host] = {}
    for table in tables:
        options = dict(service.options)
        there = standing(table, context.year, options.get("date"))
        works, null = flags_of(table, options.get("operating"))
        codes, names = values_of(table, table.kind.key), values_of(table, table.kind.name)
        for at in np.flatnonzero(there):
            code = code_text(codes[at])
            if code:
                hosts.setdefault(
                    code,
                    Host(
                        code,
                        str(names[at] or code),
                        None if null[at] else bool(works[at]),
                        table.geometry[at],
                    ),
                )
    return hosts


def _tie(
    unit: int,
    way: str,
    host_code: str,
    schedule: str,
    hosts: dict[str, dict[str, Host]],
    reach: _Reach,
    *,
    centres_known: bool,
) -> _Tie:
    def blank(code: str, **fields: Any) -> _Tie:
        return _Tie(BROKEN, BLANK, reason(code, way=BLANK, broken=way, host=host_code, **fields))

    def doubt(code: str, **fields: Any) -> _Tie:
        return _Tie(DOUBTFUL, UNKNOWN, reason(code, way=UNKNOWN, broken=way, host=host_code, **fields))

    if way not in ORDER:
        return doubt("way_unknown")
    if way != SHARED and not centres_known:
        return doubt("centres_absent")
    host = hosts[SHARED if way == SHARED else MOBILE].get(host_code)
    if host is None:
        return blank("host_missing") if host_code else blank("host_not_named")
    if host.works is False:
        return blank("host_closed", name=host.name)
    if way == ROUNDS and not schedule:
        return blank("no_schedule", name=host.name)
    if way == SHARED:
        code, km, limit = reach.check(unit, host)
        if code in ("host_too_far", "host_cut_off"):
            return blank(code, name=host.name, km=km, limit_km=limit)
    if host.works is None:
        return doubt("host_use_unknown", name=host.name)
    if way == SHARED:
        return _Tie(
            GOOD, SHARED, reason(code, way=SHARED, host=host_code, name=host.name, km=km, limit_km=limit)
        )
    fields = {"schedule": schedule} if way == ROUNDS else {}
    return _Tie(GOOD, way, reason(f"clinic_{way}", way=way, host=host_code, name=host.name, **fields))


class _Reach:
    """How far it is from each unit's seat to its shared host: along the roads where they are known.

    The policy's `clinic_shared_reach_km` is the limit, none where the policy has no such rule. Where no road
    layer is there, a straight line can only prove that a host is too far, and then it does.
    """

    def __init__(
        self, context: Context, service: Service, units: Units, pairs: list[tuple[int, Host]]
    ) -> None:
        self.limit = next(
            (rule.value for rule in context.policy.rules if rule.id == "clinic_shared_reach_km"), None
        )
        self.seats: Seats = seats_of(context, units)
        self.roads_known = False
        self.km: dict[tuple[int, str], float] = {}
        if self.limit is None or not pairs:
            return
        usable = [
            (unit, host)
            for unit, host in pairs
            if self.seats.points[unit] is not None and host.point is not None
        ]
        tables = context.with_role("road")
        self.roads_known = bool(tables)
        if self.roads_known and usable:
            self._along_roads(context, tables, usable)
        else:
            for unit, host in usable:
                self.km[unit, host.code] = float(shapely.distance(self.seats.points[unit], host.point)) / 1000

    def _along_roads(
        self, context: Context, tables: tuple[Table, ...], pairs: list[tuple[int, Host]]
    ) -> None:
        roads = context.roads(tables)
        network = context.network(roads, roads.certain)
        hosts = sorted({host.code: host for _, host in pairs}.items())
        number = {code: at for at, (code, _) in enumerate(hosts)}
        points = np.empty(len(hosts), object)
        points[:] = [host.point for _, host in hosts]
        within = context.setting("road_snap_m")
        sources: Snap = network.snap(points, within_m=within)
        targets = network.snap(self.seats.points, within_m=within)
        wanted = np.array([(number[host.code], unit) for unit, host in pairs])
        for (unit, host), km in zip(pairs, network.distances_km(sources, targets, pairs=wanted), strict=True):
            self.km[unit, host.code] = float(km)

    def check(self, unit: int, host: Host) -> tuple[str, float | None, float | None]:
        """Return (reason code, km or None, limit or None)."""
        km = self.km.get((unit, host.code))
        if self.limit is None or km is None:
            return "clinic_shared_unmeasured", None, self.limit
        if km != km:
            return "host_cut_off", None, self.limit
        if km > self.limit:
            return "host_too_far", round(km, 2), self.limit
        return ("clinic_shared" if self.roads_known else "clinic_shared_straight"), round(km, 2), self.limit
