"""项目落图: which gacha a code, a name or a place in free words means: joined where certain, asked where not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely

from layers.exchange.units import fold
from layers.plan.plan import Plan

ENDINGS = ("嘎查村委会", "嘎查委员会", "村民委员会", "嘎查", "村委会", "行政村", "村", "社区", "分场")
SUMU_ENDINGS = ("民族苏木", "民族乡", "苏木", "镇", "乡", "街道")
_CODE = re.compile(r"(?<!\d)\d{12}(?!\d)")
_UNIT_WORD = re.compile("嘎查|行政村|村|社区|分场")
BEFORE = frozenset("于在到至从自由与和及旗盟市县区乡镇木查村：")
AFTER = frozenset("东西南北内外中旁附境到至与和及、")
"""Characters that may stand beside a gacha's bare name in free words: others make another place of it (伊敏河,
团结路, 新布日都)."""


@dataclass(frozen=True, slots=True)
class Gacha:
    """A gacha as places are looked up. point: its seat, else a point inside (planning CRS); None without
    either."""

    code: str
    name: str
    sumu_code: str
    sumu_name: str
    point: shapely.Point | None


@dataclass(frozen=True, slots=True)
class Placed:
    """code: of the gacha that is surely meant, or None. why: `code`, `name`, `words`, or the doubt:
    `doubled`, `near`, `several`, `unknown`, `empty`. candidates: codes to choose from."""

    code: str | None
    why: str
    candidates: tuple[str, ...] = ()


@dataclass(slots=True)
class Gazetteer:
    """The gachas of a plan by code and by bare name."""

    by_code: dict[str, Gacha] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    sumus: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> Gazetteer:
        """Read the gachas, their sumus and seats of `plan`."""
        made = cls()
        sumu_names = {
            str(code): str(name or "")
            for table in plan.with_role("unit.sumu")
            for code, name in zip(table.column(table.kind.key), table.column(table.kind.name), strict=True)
        }
        made.sumus = {code: bare(fold(name), SUMU_ENDINGS) for code, name in sumu_names.items() if name}
        seats = _seats(plan)
        for table in plan.with_role("unit.gacha"):
            parents = (
                table.column("sumu_code") if "sumu_code" in table.kind.column_names else [None] * len(table)
            )
            for code, name, parent, shape in zip(
                table.column(table.kind.key),
                table.column(table.kind.name),
                parents,
                table.geometry,
                strict=True,
            ):
                if code is None:
                    continue
                point = seats.get(str(code)) or (shape.representative_point() if shape is not None else None)
                made.by_code[str(code)] = Gacha(
                    str(code), str(name or ""), str(parent or ""), sumu_names.get(str(parent), ""), point
                )
                if name:
                    made.by_name.setdefault(bare(fold(str(name))), []).append(str(code))
        return made

    def place(self, text: Any, *, sumu: Any = None, near: bool = True) -> Placed:
        """Return which gacha `text` means; `sumu`: code or name of its sumu from another column.

        near: whether names that differ by a character are sought (no such name is ever taken).
        """
        words = fold(str(text or "")).strip()
        if not words:
            return Placed(None, "empty")
        codes = [code for code in _CODE.findall(words) if code in self.by_code]
        if len(set(codes)) == 1:
            return Placed(codes[0], "code")
        within = self._sumus_in(f"{words} {sumu or ''}") or self._sumu_named(sumu)
        exact = self.by_name.get(bare(words))
        if exact:
            return self._settle(exact, within, "name")
        rest = bare(self._without_sumu(words, within))
        if rest in self.by_name:
            return self._settle(self.by_name[rest], within, "name")
        return self._in_words(words, within, rest if near else "")

    def title(self, code: str) -> str:
        """Return `sumu + name（code）` for a question."""
        one = self.by_code[code]
        return f"{one.sumu_name}{one.name}（{code}）"

    def _in_words(self, words: str, within: set[str], rest: str) -> Placed:
        words = self._without_sumus(words)  # 伊敏苏木 is not 伊敏嘎查
        found = [name for name in self.by_name if len(name) > 1 and name in words]
        longest = [name for name in found if not any(name != other and name in other for other in found)]
        if len(longest) == 1:
            codes = self.by_name[longest[0]]
            if _stands_alone(longest[0], words):
                return self._settle(codes, within, "words")
            return Placed(None, "near", tuple(codes)[:6])
        if longest:
            return Placed(None, "several", tuple(code for name in longest for code in self.by_name[name])[:6])
        token = bare(_UNIT_WORD.split(words)[0].strip() if rest and _UNIT_WORD.search(words) else rest)
        names = self.by_name.items() if token else ()
        near = [code for name, codes in names for code in codes if _near(token, name)]
        if within:
            near = [code for code in near if self.by_code[code].sumu_code in within] or near
        return Placed(None, "near" if near else "unknown", tuple(near[:6]))

    def _settle(self, codes: list[str], within: set[str], why: str) -> Placed:
        if within:
            inside = [code for code in codes if self.by_code[code].sumu_code in within]
            if not inside:  # the sumu that is named has none of that name: a contradiction
                return Placed(None, "several", tuple(codes[:6]))
            codes = inside
        return Placed(codes[0], why) if len(codes) == 1 else Placed(None, "doubled", tuple(codes))

    def _sumus_in(self, words: str) -> set[str]:
        found = {
            code
            for code, name in self.sumus.items()
            if code in words or any(name + ending in words for ending in SUMU_ENDINGS)
        }
        return found

    def _sumu_named(self, sumu: Any) -> set[str]:
        """The sumu that a column of its own names, with or without its ending; nothing where it is none."""
        name = bare(fold(str(sumu or "")), SUMU_ENDINGS)
        return {code for code, known in self.sumus.items() if name and known == name}

    def _without_sumus(self, words: str) -> str:
        for name in sorted(self.sumus.values(), key=len, reverse=True):
            words = re.sub(f"{re.escape(name)}({'|'.join(SUMU_ENDINGS)})", " ", words)
        return words

    def _without_sumu(self, words: str, within: set[str]) -> str:
        for code in within:
            words = re.sub(f"^.*?{re.escape(self.sumus[code])}({'|'.join(SUMU_ENDINGS)})", "", words, count=1)
        return words.strip()


def _stands_alone(name: str, words: str) -> bool:
    """Whether the name, where it is written, is the gacha itself: called one, or beside words of place."""
    for found in re.finditer(re.escape(name), words):
        before, after = words[: found.start()].rstrip(), words[found.end() :]
        if before and _han(before[-1]) and before[-1] not in BEFORE:
            continue
        if not after or _UNIT_WORD.match(after) or not _han(after[0]) or after[0] in AFTER:
            return True
    return False


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def bare(name: str, endings: tuple[str, ...] = ENDINGS) -> str:
    """Return a unit's name without what kind of unit it is and without spaces."""
    text = re.sub(r"[\s\u3000（）()]+", "", name)
    for ending in endings:
        if text.endswith(ending) and len(text) > len(ending):
            return text[: -len(ending)]
    return text


def _near(one: str, other: str) -> bool:
    """Names that differ by one character, or by one left out: 巴彦 and 巴音."""
    if one == other or len(one) < 2 or len(other) < 2:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    if abs(len(one) - len(other)) == 1:
        longer, shorter = (one, other) if len(one) > len(other) else (other, one)
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    return False


def _seats(plan: Plan) -> Mapping[str, shapely.Point]:
    seats: dict[str, shapely.Point] = {}
    for table in plan.with_role("seat"):
        names = table.kind.column_names
        if "unit_code" not in names:
            continue
        levels = table.column("level") if "level" in names else [None] * len(table)
        for code, level, shape in zip(table.column("unit_code"), levels, table.geometry, strict=True):
            if code is not None and shape is not None and level != "settlement":
                seats.setdefault(str(code), shape)
    return seats
