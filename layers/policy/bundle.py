"""A policy: one period with its targets and the rules in force, read from a folder and then unchangeable."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from layers.errors import InputError
from layers.policy.periods import Period, read_period
from layers.policy.reader import Reader
from layers.policy.rules import Rule, read_rule
from layers.policy.targets import Target, read_target
from layers.policy.values import Fault, Fixed
from layers.policy.zone_rules import Duty, ZoneRule, read_duty, read_zone_rule

PERIODS, TARGETS, RULES = "periods.toml", "targets.toml", "rules.toml"
MORE_RULES = "rules_"  # rules_SUBJECT.toml: more rules, one file a subject
VERDICTS = "verdicts"  # verdicts.toml, verdicts_SUBJECT.toml: what may be done in which zone


@dataclass(frozen=True, slots=True)
class Policy:
    """What a plan asks for in one period, and the rules. `digest` is the version of the files as read."""

    period: Period
    targets: tuple[Target, ...]
    rules: tuple[Rule, ...]
    version: str
    digest: str
    zone_rules: tuple[ZoneRule, ...] = ()
    duties: tuple[Duty, ...] = ()

    def target(self, identity: str) -> Target:
        """InputError `unknown_target` where the policy has none of that id."""
        return _find(self.targets, identity, "unknown_target")

    def rule(self, identity: str) -> Rule:
        """InputError `unknown_rule` where the policy has none of that id."""
        return _find(self.rules, identity, "unknown_rule")

    def targets_for_service(self, service: str) -> tuple[Target, ...]:
        """Targets measured by that service; those for the whole banner first, else as the plan has them."""
        chosen = (target for target in self.targets if target.service == service)
        return tuple(sorted(chosen, key=lambda target: target.scope != "all"))

    def quota(self, service: str) -> Fixed[int, int]:
        """Year -> whole number to be built, from the service's targets whose years add up; may be empty."""
        quota: dict[int, int] = {}
        for target in self.targets_for_service(service):
            if target.aggregate == "sum":
                for year, number in target.values.items():
                    quota[year] = quota.get(year, 0) + int(number)
        return Fixed(sorted(quota.items()))


def load_policy(
    folder: Path | Traversable | Mapping[str, str] | None = None, period: str | None = None
) -> Policy:
    """The policy in `folder` (periods.toml, targets.toml, rules.toml, any rules_SUBJECT.toml and
    verdicts*.toml); without one, the built-in policy.

    A project that carries its own policy gives it as a mapping of file name -> text; a file that the
    mapping lacks is the built-in one.

    `period` is an id of periods.toml; without one, the period that file calls `current`.
    InputError `policy_invalid` with `faults` (all of them, as Fault), `count` and `first`;
    InputError `unknown_period`.
    """
    place = files("resources") / "policy" if folder is None else folder
    faults: list[Fault] = []
    tables, digest = _read_files(place, faults)
    periods = [read_period(reader) for reader in _records(tables, PERIODS, "period", faults)]
    version, current = _head(tables[PERIODS], periods, faults)
    targets = _targets(tables, {record.id: record for record in periods}, faults)
    rules = [
        read_rule(reader)
        for file in tables
        if file not in (PERIODS, TARGETS) and not file.startswith(VERDICTS)
        for reader in _records(tables, file, "rule", faults)
    ]
    zone_rules, duties = _verdicts(tables, faults)
    for file, ids in (
        (PERIODS, [record.id for record in periods]),
        (TARGETS, [f"{target.period}/{target.id}" for target in targets]),
        (RULES, [rule.id for rule in rules]),
        (f"{VERDICTS}.toml", [record.id for record in (*zone_rules, *duties)]),
    ):
        repeated = sorted({identity for identity in ids if identity and ids.count(identity) > 1})
        faults += [Fault(file, identity, "id", "repeated") for identity in repeated]
    if faults:
        raise InputError("policy_invalid", faults=faults, count=len(faults), first=faults[0])
    wanted = period or current
    chosen = next((record for record in periods if record.id == wanted), None)
    if chosen is None:
        known = ", ".join(record.id for record in periods)
        raise InputError("unknown_period", period=wanted, known=known)
    own = tuple(target for target in targets if target.period == chosen.id)
    return Policy(chosen, own, tuple(rules), version, digest, zone_rules, duties)


# --- inside -------------------------------------------------------------------------------------------------


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_HasId)


def _find(records: tuple[R, ...], identity: str, code: str) -> R:
    found = next((record for record in records if record.id == identity), None)
    if found is None:
        raise InputError(code, id=identity)
    return found


def _read_files(
    place: Path | Traversable | Mapping[str, str], faults: list[Fault]
) -> tuple[dict[str, dict[str, Any]], str]:
    tables: dict[str, dict[str, Any]] = {}
    digest = hashlib.sha256()
    for name in (PERIODS, TARGETS, RULES, *_more_rules(place)):
        tables[name] = {}
        try:
            # Line ends and the byte-order mark are the editor's doing, not the policy's.
            text = _text_of(place, name).replace("\r\n", "\n")
            digest.update(f"{name}\n{text}\0".encode())
            tables[name] = _parsed(text)
        except OSError as error:
            faults.append(Fault(name, "", "", "unreadable", error.strerror or type(error).__name__))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            faults.append(Fault(name, "", "", "not_toml", str(error)))
    return tables, digest.hexdigest()[:16]


@lru_cache(maxsize=64)
def _parsed(text: str) -> dict[str, Any]:
    """The records of a file, parsed once a process; they are read, never changed."""
    return tomllib.loads(text)


def _more_rules(place: Path | Traversable | Mapping[str, str]) -> list[str]:
    """Names of the further files of rules, sorted; a mapping has the built-in ones as well."""
    names = set(place) if isinstance(place, Mapping) else set()
    folder = files("resources") / "policy" if isinstance(place, Mapping) else place
    try:
        names |= {entry.name for entry in folder.iterdir()}
    except OSError:
        pass  # the files that must be there say so
    return sorted(
        name for name in names if name.startswith((MORE_RULES, VERDICTS)) and name.endswith(".toml")
    )


def _text_of(place: Path | Traversable | Mapping[str, str], name: str) -> str:
    if isinstance(place, Mapping):
        if name in place:
            return place[name]
        place = files("resources") / "policy"
    return (place / name).read_bytes().decode("utf-8-sig")


def _records(
    tables: dict[str, dict[str, Any]], file: str, kind: str, faults: list[Fault]
) -> Iterator[Reader]:
    records = tables[file].get(kind, [])
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        faults.append(Fault(file, "", kind, "wrong_type"))
        return
    for number, record in enumerate(records, start=1):
        yield Reader(file, str(record.get("id") or f"#{number}"), record, faults)


def _verdicts(
    tables: dict[str, dict[str, Any]], faults: list[Fault]
) -> tuple[tuple[ZoneRule, ...], tuple[Duty, ...]]:
    files = [file for file in tables if file.startswith(VERDICTS)]
    rules = [read_zone_rule(one) for file in files for one in _records(tables, file, "verdict", faults)]
    duties = [read_duty(one) for file in files for one in _records(tables, file, "duty", faults)]
    return tuple(rules), tuple(duties)


def _head(table: dict[str, Any], periods: list[Period], faults: list[Fault]) -> tuple[str, str]:
    head = {name: value for name, value in table.items() if name != "period"}
    reader = Reader(PERIODS, "", head, faults)
    version, current = reader.date("version", needed=True), reader.string("current")
    reader.rest()
    if not periods:
        reader.fault("period", "missing")
    elif current and current not in {period.id for period in periods}:
        reader.fault("current", "unknown_period", current)
    return (version.isoformat() if version else ""), current or ""


def _targets(
    tables: dict[str, dict[str, Any]], periods: dict[str, Period], faults: list[Fault]
) -> list[Target]:
    """Every period's targets: a target belongs to its own `period`, else to the file's."""
    usual = tables[TARGETS].get("period")
    targets = []
    for reader in _records(tables, TARGETS, "target", faults):
        name = reader.table.get("period", usual)
        if not isinstance(name, str) or name not in periods:
            reader.fault("period", "unknown_period", name)
        elif periods[name].last_year >= periods[name].first_year > 0:
            targets.append(read_target(reader, period=periods[name]))
    return targets
