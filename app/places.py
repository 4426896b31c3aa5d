"""Finding a feature by its name, its code, or the pinyin of its name (initials, whole, or mixed).

Every reading of a character counts (重: zhong, chong), so that a name is found however it is said.
Layers of personal data are left out: a name typed in a meeting must not bring up a household.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from layers.catalogue.model import LayerKind
from layers.errors import PlannerError
from layers.plan.plan import Plan
from layers.planning.units import GACHA, PARENT, SUMU, points_on, units_of

Report = Callable[[int, int], None]
RANKS = ("unit.banner", "unit.sumu", "unit.gacha", "seat")  # of equal hits, these first
REPORT_EVERY = 2_000
NO_HIT = 99


@dataclass(frozen=True, slots=True)
class Place:
    """A feature with a name: its layer, row, name, code; `twice` where another of its layer has that name."""

    kind: str
    fid: int
    name: str
    code: str
    rank: int
    twice: bool = False


class Index:
    """Named features of a plan."""

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self._folded = [(fold(place.name), place.code.casefold()) for place in places]

    def __len__(self) -> int:
        return len(self.places)

    def find(self, query: str, *, limit: int = 12, progress: Report | None = None) -> list[Place]:
        """Return the best hits, best first."""
        wanted = fold(query)
        if not wanted:
            return []
        hits: list[tuple[int, int, int, str, int]] = []
        for at, (name, code) in enumerate(self._folded):
            if progress is not None and at % REPORT_EVERY == 0:
                progress(at, len(self.places))
            score = closeness(wanted, name, code)
            if score < NO_HIT:
                hits.append((score, self.places[at].rank, len(name), code, at))
        return [self.places[hit[-1]] for hit in sorted(hits)[:limit]]


def build_index(plan: Plan, progress: Report) -> Index:
    """Return the index of every named feature that is no personal data."""
    found: list[Place] = []
    layers = [(kind, table) for kind, table in plan.layers() if searchable(kind)]
    for done, (kind, table) in enumerate(layers):
        progress(done, len(layers))
        names, codes = table.column(kind.name), table.column(kind.key)
        counts: dict[object, int] = {}
        for name in names:
            counts[name] = counts.get(name, 0) + 1
        rank = min((RANKS.index(role) for role in kind.roles if role in RANKS), default=len(RANKS))
        found += [
            Place(kind.id, int(fid), str(name), "" if code is None else str(code), rank, counts[name] > 1)
            for fid, name, code in zip(table.fids, names, codes, strict=True)
            if name
        ]
    return Index(found)


def place_text(plan: Plan, place: Place) -> str:
    """Return the name as it is shown: with its sumu in brackets where the name alone is not enough."""
    sumu = where(plan, place)[1] if place.twice else ""
    return f"{place.name}（{sumu}）" if sumu else place.name


def where(plan: Plan, place: Place) -> tuple[str, str]:
    """Return the names of the gacha and the sumu in which a place lies ("" for what is not known)."""
    try:
        row = plan.table(place.kind).row(place.fid)
    except PlannerError:
        return "", ""  # the plan has moved on since the index was made
    kind = plan.catalogue[place.kind]
    units = units_of(plan, GACHA)
    if GACHA in kind.roles:
        return "", _unit_name(plan, str(row.get(PARENT) or ""))
    if units is None or SUMU in kind.roles or "unit.banner" in kind.roles:
        return "", ""
    at = units.index.get(str(row.get("gacha_code") or ""), -1)
    if at < 0 and row.get("geom") is not None:
        at = _containing(plan, row["geom"], units.index)
    return (units.names[at], units.sumu_names[at]) if at >= 0 else ("", "")


def _unit_name(plan: Plan, code: str) -> str:
    units = units_of(plan, SUMU)
    return units.names[units.index[code]] if units and code in units.index else ""


def _containing(plan: Plan, geometry: object, index: dict[str, int]) -> int:
    import numpy as np

    shapes = np.empty(1, object)
    shapes[0] = geometry
    point = points_on(shapes)[0]
    for table in plan.with_role(GACHA):
        for fid in table.query(point, "intersects"):
            code = str(table.row(int(fid)).get(table.kind.key) or "")
            if code in index:
                return index[code]
    return -1


# -- comparing -------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """Return text as it is compared: one width, no case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def closeness(wanted: str, name: str, code: str) -> int:
    """Return how well folded `wanted` meets a name or code: 0 best, NO_HIT not at all."""
    if wanted in name:
        return 0 if name == wanted else 1 if name.startswith(wanted) else 4
    if wanted.isascii():
        if code.startswith(wanted):
            return 3
        if wanted[0].isalpha():
            if spells(wanted, name, 0):
                return 2
            if any(spells(wanted, name, at) for at in range(1, len(name))):
                return 5
        elif len(wanted) >= 3 and code.endswith(wanted):
            return 6
    return NO_HIT


def spells(typed: str, name: str, at: int) -> bool:
    """Whether `typed` is the beginning of the pinyin of `name` from character `at`: initials or syllables."""
    if not typed:
        return True
    if at >= len(name):
        return False
    for reading in readings(name[at]):
        if reading[:1] != typed[0]:
            continue
        if reading.startswith(typed) or spells(typed[1:], name, at + 1):
            return True
        if len(reading) > 1 and typed.startswith(reading) and spells(typed[len(reading) :], name, at + 1):
            return True
    return False


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return every reading of a character, without tones; a letter or digit reads as itself."""
    if character.isascii():
        return (character,) if character.isalnum() else ()
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    plain = dict.fromkeys(found[0] if found else ())
    return tuple(dict.fromkeys([*plain, *(one.replace("v", "u") for one in plain)]))


def searchable(kind: LayerKind) -> bool:
    """Whether features of a kind can be found by name."""
    return bool(kind.geometry and kind.name and not kind.sensitive)
