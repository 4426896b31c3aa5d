"""The small immutable values that policy records are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the words in `language` ("zh" or "en"); Chinese where it is neither."""
        return self.en if language == "en" else self.zh


class Fixed(dict[K, V]):
    """A dict that cannot be changed, can be hashed, and (unlike a mapping proxy) can be pickled."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a policy's values cannot be changed")

    __setitem__ = __delitem__ = update = setdefault = _refuse  # type: ignore
    pop = popitem = clear = __ior__ = _refuse  # type: ignore

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _fixed, (tuple(self.items()),)


def _fixed(items: Iterable[tuple[Any, Any]]) -> Fixed[Any, Any]:
    return Fixed(items)


PROBLEMS = frozenset(
    {
        "after_first_year",
        "before_first_year",
        "before_in_force",
        "before_last_year",
        "comparator_and_threshold_go_together",
        "differs_from_values",
        "empty",
        "missing",
        "needs_zh_and_en",
        "no_threshold_with_this_modality",
        "not_a_chapter",
        "not_a_choice",
        "not_a_year",
        "not_an_identifier",
        "not_finite",
        "not_toml",
        "outside_period",
        "repeated",
        "units_differ_from_values",
        "unknown_field",
        "unknown_period",
        "unreadable",
        "value_or_values",
        "wrong_type",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a policy folder; the sentence is `[ui.policy_fault_PROBLEM]`."""

    file: str
    record: str
    field: str
    problem: str
    value: str = ""

    def __post_init__(self) -> None:
        if self.problem not in PROBLEMS:
            raise ValueError(self.problem)

    def __str__(self) -> str:
        place = "/".join(part for part in (self.file, self.record, self.field) if part)
        return f"{place}: {self.problem}" + (f" ({self.value})" if self.value else "")
