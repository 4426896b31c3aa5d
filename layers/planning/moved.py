"""Which numbers moved between two results: after a rule was changed, nobody should have to look for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layers.planning.results import Gaps
from layers.planning.targets import TargetState

ROW, TARGET = "row", "target"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was and is. kind: `row` (id: service and unit code) or `target` (id: its own and "").

    before, after: (what stands against it, its status): the gap of a row, or what it has where nothing is
    asked.
    """

    kind: str
    id: tuple[str, str]
    before: tuple[float | None, str]
    after: tuple[float | None, str]


def moved(
    before: Gaps, after: Gaps, was: Iterable[TargetState], now: Iterable[TargetState]
) -> tuple[Moved, ...]:
    """Return every row and target of which a number, its limits or its status is another; rows first, in
    their order.

    A row that only one of the two has is no move: a layer came or went, not a rule.
    """
    found = []
    for row in after.rows:
        old = before.row(row.service, row.unit_code)
        if old is None:
            continue
        if (old.have, old.need, old.gap, old.unknown, old.status) != (
            row.have,
            row.need,
            row.gap,
            row.unknown,
            row.status,
        ):
            found.append(
                Moved(
                    ROW,
                    (row.service, row.unit_code),
                    (_number(old.gap, old.have), old.status),
                    (_number(row.gap, row.have), row.status),
                )
            )
    states = {state.target.id: state for state in was}
    for state in now:
        old_state = states.get(state.target.id)
        if old_state is None:
            continue
        if (old_state.low, old_state.high, old_state.status, old_state.parts) != (
            state.low,
            state.high,
            state.status,
            state.parts,
        ):
            found.append(
                Moved(
                    TARGET,
                    (state.target.id, ""),
                    (old_state.low, old_state.status),
                    (state.low, state.status),
                )
            )
    return tuple(found)


def _number(gap: int | None, have: int | None) -> float | None:
    return None if gap is None and have is None else float(gap if gap is not None else have or 0)
