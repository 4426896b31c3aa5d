"""Themes of gaps: which fill each unit gets, and in how many classes an amount is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from layers.catalogue.style import Pattern, StyleClass, Symbol
from layers.catalogue.text import Text
from layers.maps.classes import USUAL_LOOK, Classing, Look, class_limits, place_of

STATUS_SYMBOLS: Mapping[str, Symbol] = {
    "met": Symbol(fill="met"),
    "short": Symbol(fill="short"),
    "exempt": Symbol(fill="exempt", patterns=(Pattern("dots", "exempt_ink", 1.7, 0.14),)),
    "unknown": Symbol(fill="unknown", patterns=(Pattern("stripes", "halo", 2.2, 1.0),)),
    "none": Symbol(fill="none"),
}
STATUS_TITLES: Mapping[str, Text] = {
    "met": Text("达标", "Met"), "short": Text("缺口", "Short"), "exempt": Text("按规定豁免", "Exempt"),
    "unknown": Text("未知（没有调查）", "Unknown (not surveyed)"), "none": Text("未定门槛", "No threshold stated"),
}
RAMP = ("need1", "need2", "need3", "need4")
LONG_RAMP = (*RAMP[:3], "more4", "more5", "more6", "more7")
"""From pale to dark; of five to seven classes the first of LONG_RAMP, of fewer the last of RAMP."""
NOTHING = StyleClass("nothing", Text("不缺", "None missing"), Symbol(fill="none"))
UNKNOWN = StyleClass("unknown", STATUS_TITLES["unknown"], STATUS_SYMBOLS["unknown"])


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns on one base line in each unit, one a year.

    values: unit code -> an amount a year (None: not known). filled: how many years have come.
    labels: what each column is. unit: what is counted. title: words of the legend; by_sumu: from so far away
    that they are summed (`layers.maps.circles.summed_from_far`).
    """

    values: Mapping[str, Sequence[float | None]]
    labels: tuple[str, ...]
    filled: int
    unit: Text = Text("", "")
    title: Text = Text("", "")
    by_sumu: Text = Text("", "")

    @property
    def largest(self) -> float:
        """The tallest column of all."""
        return max((value for row in self.values.values() for value in row if value), default=0.0)


@dataclass(frozen=True, eq=False)
class Circles:
    """A circle in each unit whose area is the number (`layers.maps.circles`); none for 0 and for what is not
    known.

    values: unit code -> number (None: not known). unit: what is counted. title: words of the legend.
    inside: the numbers stay in the project; a map that leaves shows no circles. role: of the kind whose units
    they are ("": the theme's own). households: the rows of gaps behind the numbers where these count
    households, by which it is decided what of them may leave.
    """

    values: Mapping[str, float | None]
    unit: Text = Text("", "")
    title: Text = Text("", "")
    inside: bool = False
    role: str = ""
    colours: tuple[str, str] = ("circle", "circle_edge")
    """Tokens of fill and edge."""
    households: tuple[Any, ...] = ()

    @property
    def largest(self) -> float:
        """The greatest number."""
        return max((value for value in self.values.values() if value), default=0.0)


@dataclass(frozen=True, eq=False)
class Trace:
    """Lines over the roads (a way, what is cut off) or places over all symbols that a theme draws.

    title: words of the legend. geometry: lines, a point or points in planning metres.
    """

    title: Text
    symbol: Symbol
    geometry: Any

    @property
    def is_places(self) -> bool:
        """Whether these are points."""
        return self.geometry.geom_type in ("Point", "MultiPoint")


@dataclass(frozen=True, eq=False)
class MapTheme:
    """What the map says about units.

    unit_role: role of the kind whose features are filled. classes: in the legend's order.
    of_unit: unit code (key of that kind) -> position in `classes`. Units that are not named stay land.
    flagged: codes of units that the theme speaks about; they are named first.
    opacity: share of the fill's colour, the rest is land; nothing shines through.
    areas: (position in `classes`, polygons in planning metres) of a theme that speaks about places, not
    units, bottom to top. traces: lines and places of its own.
    note: how its classes are cut, for the legend. look: the look that was asked for.
    limits: between the classes of an amount, in what its titles say.
    """

    id: str
    title: Text
    subtitle: Text
    classes: tuple[StyleClass, ...]
    of_unit: Mapping[str, int]
    unit_role: str = "unit.gacha"
    unit_title: Text = Text("个嘎查", "gachas")
    flagged: frozenset[str] = frozenset()
    columns: Columns | None = None
    opacity: float = 1.0
    schematic: bool = True
    areas: tuple[tuple[int, Any], ...] = ()
    traces: tuple[Trace, ...] = ()
    circles: Circles | None = None
    note: Text = Text("", "")
    look: Look = USUAL_LOOK
    limits: tuple[float, ...] = ()
    derived: dict[str, object] = field(default_factory=dict)

    def without_numbers(self) -> MapTheme:
        """Itself without what draws numbers: the size of a circle or column can be measured."""
        return replace(self, columns=None, circles=None, derived={})

    def counts(self) -> list[int]:
        """How many units each class has."""
        counts = [0] * len(self.classes)
        for at in self.of_unit.values():
            counts[at] += 1
        return counts


def status_theme(id: str, title: Text, statuses: Mapping[str, str], *, subtitle: Text = Text("", ""),
                 unit_role: str = "unit.gacha", unit_title: Text = Text("个嘎查", "gachas"),
                 columns: Columns | None = None) -> MapTheme:
    """Return the theme of met, short, exempt, unknown, none by unit code; short ones are named first."""
    order = ("short", "exempt", "met", "none", "unknown")
    present = [status for status in order if status in set(statuses.values())]
    classes = tuple(StyleClass(status, STATUS_TITLES[status], STATUS_SYMBOLS[status]) for status in present)
    return MapTheme(id, title, subtitle, classes,
                    {code: present.index(status) for code, status in statuses.items()}, unit_role, unit_title,
                    frozenset(code for code, status in statuses.items() if status == "short"), columns)


def amount_theme(id: str, title: Text, amounts: Mapping[str, float | None], *, subtitle: Text = Text("", ""),
                 unit: str = "", share: bool = False, unit_role: str = "unit.gacha",
                 unit_title: Text = Text("个嘎查", "gachas"), columns: Columns | None = None,
                 classed_by: Iterable[float | None] | None = None,
                 classing: Classing | None = None) -> MapTheme:
    """Return the theme of how much is missing by unit code; None is unknown, 0 is none missing.

    share: amounts are parts of one and are written in per cent. Classes are cut by what is above 0: as
    `classing` says, without it at most four by round breaks near the quartiles.
    classed_by: the amounts by which they are cut, where several maps are to be compared (years).
    """
    factor, cut = 100 if share else 1, classing or Classing()
    chosen = amounts.values() if classed_by is None else classed_by
    limits = class_limits([value * factor for value in chosen if value is not None and value > 0], cut)
    classes = amount_classes(limits, "%" if share else unit)
    of_unit = {code: amount_class(value, limits, factor) for code, value in amounts.items()}
    return MapTheme(
        id, title, subtitle, classes, of_unit, unit_role, unit_title,
        frozenset(code for code, at in of_unit.items() if at == 0), columns,
        note=cut.words(len(limits) + 1) if classing is not None else Text("", ""), limits=limits,
    )  # fmt: skip


def amount_classes(limits: Sequence[float], unit: str) -> tuple[StyleClass, ...]:
    """Return the classes between limits, most missing first, then none missing, then unknown."""
    titles = _titles(limits, unit)
    ramp = LONG_RAMP[: len(titles)] if len(titles) > len(RAMP) else RAMP[len(RAMP) - len(titles):]
    classes = [StyleClass(f"amount{at}", title, Symbol(fill=token))
               for at, (title, token) in enumerate(zip(titles, ramp, strict=True))]
    return (*classes[::-1], NOTHING, UNKNOWN)


def amount_class(value: float | None, limits: Sequence[float], factor: float = 1) -> int:
    """Return the place of an amount (times `factor`) in `amount_classes`."""
    if value is None:
        return len(limits) + 2
    return len(limits) + 1 if value <= 0 else len(limits) - place_of(value * factor, limits)


def _titles(limits: Sequence[float], unit: str) -> list[Text]:
    gap = "" if unit in ("%", "") else " "
    words = [f"{limit:.10g}" for limit in limits]
    if not words:
        return [Text("有缺", "Some missing")]
    texts = [f"≤ {words[0]}{gap}{unit}"]
    texts += [f"{low}–{high}{gap}{unit}" for low, high in zip(words, words[1:], strict=False)]
    texts.append(f"> {words[-1]}{gap}{unit}")
    return [Text(text, text) for text in texts]
