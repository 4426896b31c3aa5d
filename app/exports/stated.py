"""The numbers of one file: each is put into words here, and written down with where it is from."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.messages import text
from app.session import Session, Snapshot
from app.trace_words import plain
from layers.planning.results import Provenance
from layers.provenance import WITHHELD, Ask, Stated, combined_digest

Value = float | int | str | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that is to stand in a file. value: None is not known, WITHHELD is kept back.

    unit: in words. digits: decimals that are shown, None for at most two. clauses: of the plan.
    said: how it is written where that is not the number alone (what lies between limits).
    """

    value: Value
    ask: Ask
    unit: str = ""
    formula: str = ""
    clauses: tuple[str, ...] = ()
    digits: int | None = None
    said: str = ""

    @property
    def words(self) -> str:
        """How it is written: with commas, a dash where it is not known, a star where it is kept back."""
        if self.said:
            return self.said
        if self.value is None or isinstance(self.value, str):
            return "—" if self.value is None else self.value
        return plain(self.value) if self.digits is None else f"{self.value:,.{self.digits}f}"


@dataclass
class Numbers:
    """The list that goes with a file. source: what the numbers were reckoned from, where they do not say."""

    source: Provenance
    listed: list[Stated] = field(default_factory=list)

    def put(self, one: Quantity, where: str, source: Provenance | None = None) -> str:
        """Note a number at a place of the file, and return its words."""
        origin = source or self.source
        ask = one.ask
        clauses = one.clauses or origin.clauses
        self.listed.append(
            Stated(
                f"{ask.key} @ {where}", one.value, one.unit, one.words, where, ask, one.formula, clauses,
                combined_digest(origin.digests), f"{origin.policy_version} · {origin.policy_digest}",
            )
        )  # fmt: skip
        return one.words

    @property
    def withheld(self) -> int:
        """How many are kept back."""
        return sum(one.value == WITHHELD for one in self.listed)


def data_version(source: Provenance) -> str:
    """Eight signs that change with any row that was read."""
    return combined_digest(source.digests)[:8].upper()


def small_count(session: Session | Snapshot) -> int:
    """Counts of households under this are kept back."""
    return int(session.policy.rule("small_count").value)


def with_unit(words: str, unit: str) -> str:
    """Return words with their unit in brackets; alone where there is none."""
    return text("story_with_unit", words=words, unit=unit) if unit else words


def as_head(words: str) -> str:
    """Return words as the head of a column: with a capital where the script has them."""
    return words[:1].upper() + words[1:]
