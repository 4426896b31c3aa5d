"""The methods of counting by name, and the count of a whole target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from layers.planning.choosing import words_of
from layers.planning.context import Context
from layers.planning.results import Gaps
from layers.planning.tally import COUNTED, Asked, Part, Tally, columns, extreme, features, ratio, share
from layers.planning.tally_ground import inside, load, loops, service_share, units
from layers.policy.counts import How
from layers.policy.targets import Target

METHODS: dict[str, Callable[[Asked, How], Tally]] = {
    "features": features,
    "share": share,
    "ratio": ratio,
    "columns": columns,
    "extreme": extreme,
    "inside": inside,
    "loops": loops,
    "units": units,
    "service_share": service_share,
    "grazing": load,
}


def tally(context: Context, target: Target, gaps: Gaps) -> Tally:
    """Count a target as its record says; the first way makes the number, the others stand beside it."""
    asked = Asked(context, target, gaps)
    found = [(how, METHODS[how.method](asked, how)) for how in target.counts]
    first_how, first = found[0]
    beside = tuple(
        Part(
            how.title if how.title.zh else words_of(context, how.options),
            one.low,
            one.high,
            how.unit or target.unit or "",
        )
        for how, one in found[1:]
    )
    groups: dict[str, dict[str, set[int]]] = {}
    for _how, one in found:
        for name, kinds in one.groups.items():
            for kind, fids in kinds.items():
                groups.setdefault(name, {}).setdefault(kind, set()).update(fids)
    if len(found) == 1:
        return first
    sure = groups.get(COUNTED, {})
    kept = {
        name: {
            kind: tuple(sorted(fids if name == COUNTED else fids - sure.get(kind, set())))
            for kind, fids in kinds.items()
        }
        for name, kinds in groups.items()
    }
    return replace(
        first,
        parts=(*first.parts, *(part for _h, one in found[1:] for part in one.parts), *beside),
        groups=kept,
    )
