"""Where the counts of the toilet ledger are from.

Subject `state` (field: a state, `unknown`, `undated`) or `progress` (unit: code of a gacha, `~` outside every
one; field `planned`, `built`, `accepted`; year; scheme: the one that planned it).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, unknown
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.schemes import Scheme, adopted_scheme, read_scheme
from layers.planning.toilet_ledger import (
    ROLE,
    STANDING,
    STATES,
    Cell,
    Entry,
    ToiletLedger,
    toilet_ledger,
    year_of,
)
from layers.planning.toilets import SERVICE
from layers.policy.bundle import Policy
from layers.provenance import Ask

OUTSIDE = "~"
COLUMNS = {"built": "built_on", "accepted": "accepted_on"}


@dataclass(frozen=True, eq=False)
class Counted:
    """What the counts are of: the ledger, and the scheme that the years go by."""

    book: ToiletLedger
    scheme: Scheme | None


def state_ask(field: str) -> Ask:
    """Return what names how many toilets are in a state."""
    return Ask("toilets", "state", "", field)


def progress_ask(cell: Cell, field: str, scheme: Scheme | None) -> Ask | None:
    """Return what names a number of a gacha's year; None for what no scheme plans."""
    if field == "planned" and scheme is None:
        return None
    name = scheme.name if scheme is not None else ""
    return Ask("toilets", "progress", cell.gacha_code or OUTSIDE, field, cell.year, name)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Counted:
    name = ask.scheme or adopted_scheme(plan, SERVICE)
    return Counted(toilet_ledger(plan, policy), None if name is None else read_scheme(plan, name))


def _made(result: Counted, policy: Policy, ask: Ask) -> Made:
    made = _state if ask.subject == "state" else _progress if ask.subject == "progress" else None
    if made is None:
        raise unknown(ask)
    return made(result, policy, ask)


def _state(result: Counted, _policy: Policy, ask: Ask) -> Made:
    entries = result.book.entries
    if ask.field == "undated":
        mine = _undated(entries)
        words, formula = both("from_toilets_undated"), "toilets_undated"
    elif ask.field in (*STATES, "unknown"):
        mine = [one for one in entries if (one.state if one.state in STATES else "unknown") == ask.field]
        words, formula = _state_words(result.book.provenance.plan, ask.field), "toilets_state"
    else:
        raise unknown(ask)
    fields = {"count": len(mine), "of": len(entries), "state": words}
    value = float(len(mine)) if result.book.there else None
    return Made(words, value, "toilet", formula, fields, grouped(_places(mine)), (), ())


def _progress(result: Counted, policy: Policy, ask: Ask) -> Made:
    code = "" if ask.unit == OUTSIDE else ask.unit
    own = [one for one in result.book.entries if one.gacha_code == code]
    targets = policy.targets_for_service(SERVICE)
    name = next((one.gacha_name for one in own), "") or code
    words = both(f"from_toilets_{ask.field}", year=ask.year)
    if ask.field == "planned" and result.scheme is not None and ask.year is not None:
        value = result.scheme.cells.get(code, {}).get(ask.year, 0)
        fields = {"scheme": result.scheme.name, "count": value, "year": ask.year}
        return Made(titled(words, name), float(value), "toilet", "toilets_planned", fields, {}, (), targets)
    if ask.field not in COLUMNS or ask.year is None:
        raise unknown(ask)
    column = COLUMNS[ask.field]
    standing = [one for one in own if one.state in STANDING]
    mine = [one for one in standing if year_of(one.dates.get(column)) == ask.year]
    undated = [one for one in standing if year_of(one.dates.get(column)) is None]
    fields = {"count": len(mine), "year": ask.year, "doubtful": len(undated)}
    groups = grouped(_places(mine), _places(undated))
    return Made(titled(words, name), float(len(mine)), "toilet", f"toilets_{ask.field}", fields, groups, (),
                targets)  # fmt: skip


def _undated(entries: tuple[Entry, ...]) -> list[Entry]:
    return [one for one in entries if one.state in STANDING and year_of(one.dates.get("built_on")) is None]


def _state_words(plan: Plan, state: str) -> Text:
    choices = plan.catalogue.with_role(ROLE)[0].column("state").choices
    return next((one.title for one in choices if one.value == state), both("toilet_state_unknown"))


def _places(entries: list[Entry]) -> list[tuple[str, int]]:
    return [(one.kind, one.fid) for one in entries]


TOILETS = Origin(_made, lambda result, _ask: result.book.provenance, _compute)
