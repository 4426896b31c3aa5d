"""From scenes to the numbers beside their maps: figures, bars by sumu, a table. Free of Qt.

Counts of households are looked at over all scenes of the story at once (`web_counts`): a small count hides in
the difference of two years, too. What may not be told is WITHHELD everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.register import counted
from app.actions.sharing import look_of
from app.exports.stated import Quantity, small_count
from app.exports.web_counts import HouseholdCounts, release_households
from app.gap_themes import Built, built_by_year, theme_of
from app.messages import text, tr
from app.scene_views import scheme_of
from app.session import Session, Snapshot
from layers.catalogue.service import Service
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.labels import in_brackets
from layers.plan.scenes import SavedScene
from layers.planning.gaps import HOUSEHOLD_METHODS, KEPT_METHODS
from layers.planning.results import EXEMPT, MET, NONE, SHORT, UNKNOWN, GapRow, Gaps, Provenance
from layers.planning.schemes import read_scheme
from layers.planning.targets import TargetState
from layers.planning.units import GACHA
from layers.provenance import WITHHELD, Ask
from layers.release import INTERNAL

MOST_BARS, MOST_ROWS = 10, 6
JUDGED = (SHORT, MET, EXEMPT, UNKNOWN)
TONES = {SHORT: "bad", MET: "ok", EXEMPT: "accent", UNKNOWN: "ink3", NONE: "ink3"}
WORDS = {"gap": "story_gap", "have": "story_have", "unknown": "story_none"}
"""A gap is called one only where the plan states a threshold; else something is missing."""
State = tuple[int | None, str | None]
Cell = str | Quantity


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on a tile. tone: colour token of its mark."""

    quantity: Quantity
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers of a chart, largest first; those not known or withheld come last."""

    title: str
    unit: str
    names: tuple[str, ...]
    values: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; columns after the first hold numbers. total: whether the last row is one."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False


@dataclass(frozen=True, eq=False)
class SceneFacts:
    """What stands on a scene's slide beside its words and its map. asked: what the plan asks for."""

    scene: SavedScene
    theme: MapTheme | None
    source: Provenance
    figures: tuple[Figure, ...] = ()
    bars: Bars | None = None
    grid: Grid | None = None
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Reckoned:
    """Gaps and targets of one year and scheme."""

    gaps: Gaps
    states: tuple[TargetState, ...]


def story_facts(
    source: Session | Snapshot,
    scenes: Sequence[SavedScene],
    *,
    audience: str = INTERNAL,
    only: State | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[SceneFacts, ...]:
    """Return the facts of scenes, in their order; what several share is reckoned once.

    only: the state of which alone numbers of households are told; None: of every scene's.

    audience: for the public the scheme of a scene is passed over (it is the bureau's own, not decided).
    """
    asked = [(scene, _state(source, scene, audience)) for scene in scenes]
    found: dict[State, Reckoned] = {}
    built: dict[int | None, Built] = {}
    for at, state in enumerate(dict.fromkeys(state for _, state in asked)):
        progress(at, len(scenes))
        found[state] = Reckoned(*counted(source, year=state[0], scheme=state[1]))
        if state[0] not in built:
            built[state[0]] = built_by_year(source.plan, source.policy, source.catalogue, year=state[0])
    households = _households(source, asked, found, only)
    made = []
    for scene, state in asked:
        service, gaps = _service(source, scene.theme), found[state].gaps
        scheme = read_scheme(source.plan, state[1]) if state[1] is not None else None
        theme = None if service is None else theme_of(
            source.catalogue, source.policy, gaps, service.id, built[state[0]], scheme,
            look=look_of(None, scene=scene))  # fmt: skip
        if service is None or theme is None:
            made.append(SceneFacts(scene, theme, gaps.provenance))
            continue
        if only not in (None, state):
            theme = theme.without_numbers()
        told = households.get(service.id)
        numbers = ServiceNumbers(source, service, found[state], state, told, list(found))
        spoken = (None, None) if numbers.silent else (numbers.bars(), numbers.grid())
        figures = () if numbers.silent else numbers.figures()
        made.append(
            SceneFacts(scene, theme, gaps.provenance, figures, *spoken, asked_words(source, service))
        )
    progress(len(scenes), len(scenes))
    return tuple(made)


def all_numbers(
    source: Session | Snapshot, reckoned: Reckoned, state: State, only: State | None = None
) -> dict[str, ServiceNumbers]:
    """Return the numbers of every service in one state, as they may be told; silent ones are left out.

    only: as in `story_facts`.
    """
    made = {}
    for service, _ in source.catalogue.services():
        rows, households = sumu_rows(reckoned.gaps, service.id), None
        if service.method in HOUSEHOLD_METHODS - KEPT_METHODS and only in (None, state):
            households = release_households({0: rows}, shown=[0], small_count=small_count(source))
        one = ServiceNumbers(source, service, reckoned, state, households, [state])
        if rows and not one.silent:
            made[service.id] = one
    return made


def asked_words(source: Session | Snapshot, service: Service) -> tuple[str, ...]:
    """Return what the plan asks of a service, a sentence a target with its chapter."""
    return tuple(
        text("story_asked", title=Text(one.title.zh, one.title.en), chapter=one.chapter,
             modality=text(f"modality_{one.modality}"))
        for one in source.policy.targets_for_service(service.id)
    )  # fmt: skip


def _state(source: Session | Snapshot, scene: SavedScene, audience: str) -> State:
    return scene.year, scheme_of(source.plan, scene) if audience == INTERNAL else None


def _service(source: Session | Snapshot, identity: str) -> Service | None:
    return next((one for one, _ in source.catalogue.services() if one.id == identity), None)


def sumu_rows(result: Gaps, service: str) -> tuple[GapRow, ...]:
    """Return a service's rows by sumu, whatever unit it is counted by; those of the banner as they are."""
    return result.sumu_rows(service) or result.of_service(service)


def _households(
    source: Session | Snapshot,
    asked: Sequence[tuple[SavedScene, State]],
    found: dict[State, Reckoned],
    only: State | None,
) -> dict[str, HouseholdCounts | None]:
    """Service -> what may be shown of it in all states that its scenes look at; None: nothing."""
    places = {state: at for at, state in enumerate(found)}
    made: dict[str, HouseholdCounts | None] = {}
    for service, _ in source.catalogue.services():
        states = [state for scene, state in asked if scene.theme == service.id and only in (None, state)]
        if states and service.method in HOUSEHOLD_METHODS - KEPT_METHODS:
            made[service.id] = release_households(
                {places[state]: sumu_rows(found[state].gaps, service.id) for state in states},
                shown=[places[state] for state in dict.fromkeys(states)],
                small_count=small_count(source),
            )
    return made


class ServiceNumbers:
    """The numbers of one service in one state, each as it may be told."""

    def __init__(
        self,
        source: Session | Snapshot,
        service: Service,
        reckoned: Reckoned,
        state: State,
        households: HouseholdCounts | None,
        order: list[State],
    ) -> None:
        self.source, self.service, self.reckoned, self.state = source, service, reckoned, state
        self.rows = sumu_rows(reckoned.gaps, service.id)
        self.counts = reckoned.gaps.counts(service.id)
        self.judged = any(self.counts[one] for one in (MET, SHORT))
        self._households, self._at = households, order.index(state)
        self._personal = service.method in HOUSEHOLD_METHODS
        self._kept = service.method in KEPT_METHODS
        clauses = {one.chapter for one in source.policy.targets_for_service(service.id)}
        self.clauses = tuple(sorted(clauses))
        self.unit = tr(service.unit)

    @property
    def silent(self) -> bool:
        """Whether nothing may be told: numbers that stay in the project, or years that give each other
        away."""
        return self._personal and (
            self._kept or self._households is None or self._at not in self._households.years
        )

    def of_row(self, row: GapRow, name: str) -> Quantity:
        """A number of a sumu."""
        value: Any = getattr(row, name)
        if value is not None and self._personal:
            assert self._households is not None  # else it is silent
            told = self._households.value(row.unit_code, self._at, name)
            value = WITHHELD if told is None else told
        return self._quantity(value, row.unit_code, name, "gap_sum")

    def total(self, name: str) -> Quantity:
        """The sum over all sumu; not known where no row knows it."""
        values = [value for row in self.rows if (value := getattr(row, name)) is not None]
        value: Any = sum(values) if values else None
        if value is not None and self._personal:
            assert self._households is not None  # else it is silent
            told = self._households.banner_total(self._at, name)
            value = WITHHELD if told is None else told
        return self._quantity(value, "", name, "gap_sum")

    def units(self, status: str) -> Quantity:
        """How many units have a status."""
        ask = Ask("gap", self.service.id, "", f"units.{status}", self.state[0], self.state[1] or "")
        return Quantity(self.counts[status], ask, self._unit_word(), "gap_sum", self.clauses, 0)

    def units_all(self) -> Quantity:
        """How many units there are."""
        ask = Ask("gap", self.service.id, "", "units.all", self.state[0], self.state[1] or "")
        return Quantity(sum(self.counts.values()), ask, self._unit_word(), "gap_sum", self.clauses, 0)

    def figures(self) -> tuple[Figure, ...]:
        """At most three."""
        if self.judged:
            shown = [one for one in JUDGED if self.counts[one] or one == SHORT][:3]
            return tuple(Figure(self.units(one), text(f"status_{one}"), TONES[one]) for one in shown)
        tones = (("gap", "need4"), ("have", "accent"), ("unknown", "ink3"))
        made = [Figure(self.total(name), text(WORDS[name]), tone) for name, tone in tones]
        return tuple(one for one in made if one.quantity.value not in (None, 0) or one is made[1])

    def bars(self) -> Bars | None:
        """What is missing by sumu; where nothing is asked for, what is there."""
        if len(self.rows) < 2:
            return None
        name = "gap" if any(row.gap for row in self.rows) else "have"
        pairs = [(row, self.of_row(row, name)) for row in self.rows]

        def place(pair: tuple[GapRow, Quantity]) -> tuple[bool, float, str]:
            number = pair[1].value if isinstance(pair[1].value, int | float) else None
            return number is None, -(number or 0), pair[0].unit_code

        pairs = sorted(pairs, key=place)[:MOST_BARS]
        marks = {None: text("story_unknown"), WITHHELD: WITHHELD}
        names = tuple(
            f"{row.unit_name}{marks[one.value] if one.value in marks else ''}" for row, one in pairs
        )
        title = text(f"story_bars_{name}", service=self.service.title, unit=self.unit)
        return Bars(title, self.unit, names, tuple(one for _, one in pairs))

    def grid(self) -> Grid | None:
        """Year by year where the plan gives years; the units that are short where it judges; else the
        largest."""
        return self._by_year() or (self._short() or self._by_status() if self.judged else self._largest())

    # -- inside ------------------------------------------------------------------------------------

    def _quantity(self, value: Any, code: str, name: str, formula: str) -> Quantity:
        ask = Ask("gap", self.service.id, code, name, self.state[0], self.state[1] or "")
        return Quantity(value, ask, self.unit, formula, self.clauses, 0)

    def _unit_word(self) -> str:
        return text(f"level_{self.service.unit_role.removeprefix('unit.')}")

    def _by_year(self) -> Grid | None:
        target = next(
            (one for one in self.reckoned.states
             if one.target.service == self.service.id and one.target.aggregate == "sum" and one.years),
            None,
        )  # fmt: skip
        if target is None:
            return None
        names = ["asked", "delivered", *(["planned"] if target.scheme else [])]
        words = {"asked": "story_asked_number"}
        heads = (text("story_year"), *(text(words.get(name, f"story_{name}")) for name in names))
        rows: list[tuple[Cell, ...]] = [
            (str(year), *(self._of_year(target, year, name) for name in names))
            for year in sorted(target.years)
        ]
        totals = [self._total_of(target, [row[at] for row in rows], name) for at, name in enumerate(names, 1)]
        title = text("story_by_year", service=self.service.title, unit=self.unit)
        return Grid(title, heads, (*rows, (text("story_total"), *totals)), total=True)

    def _of_year(self, state: TargetState, year: int, name: str) -> Quantity:
        value: Any = getattr(state.years[year], name)
        late = name == "delivered" and self.state[0] is not None and year > self.state[0]
        small = name == "delivered" and self._personal and 0 < (value or 0) < small_count(self.source)
        value = None if late else WITHHELD if small else value
        return self._of_target(state, value, f"years.{year}.{name}")

    def _total_of(self, state: TargetState, cells: Sequence[Cell], name: str) -> Quantity:
        values = [cell.value for cell in cells if isinstance(cell, Quantity) and cell.value is not None]
        kept = WITHHELD in values
        total: Any = WITHHELD if kept else sum(values) if values else None  # type: ignore[arg-type]
        return self._of_target(state, total, f"years.all.{name}")

    def _of_target(self, state: TargetState, value: Any, field: str) -> Quantity:
        ask = Ask("target", state.target.id, "", field, self.state[0], self.state[1] or "")
        return Quantity(value, ask, self.unit, "delivered", (state.target.chapter,), 0)

    def _short(self) -> Grid | None:
        """The units that are short, by code, as many as there is room for; the rest in a row of their own."""
        rows = [one for one in self.reckoned.gaps.of_service(self.service.id) if one.status == SHORT]
        if not rows or self._personal:
            return None
        shown = rows if len(rows) <= MOST_ROWS else rows[: MOST_ROWS - 1]
        names = ("have", "gap")
        cells: list[tuple[Cell, ...]] = [
            (in_brackets(row.unit_name, row.sumu_name if row.unit_role == GACHA else ""),
             *(self._quantity(getattr(row, name), row.unit_code, name, "gap_row") for name in names))
            for row in shown
        ]  # fmt: skip
        if len(rows) > len(shown):
            cells.append((text("story_more", count=len(rows) - len(shown)), "", ""))
        title = text("story_short", service=self.service.title, unit=self.unit)
        return Grid(title, (self._unit_word(), *(text(WORDS[one]) for one in names)), tuple(cells))

    def _by_status(self) -> Grid:
        shown = [one for one in JUDGED if self.counts[one]]
        rows: list[tuple[Cell, ...]] = [(text(f"status_{one}"), self.units(one)) for one in shown]
        title = text("story_by_status", service=self.service.title)
        return Grid(title, (text("gap_field_status"), self._unit_word()), tuple(rows))

    def _largest(self) -> Grid | None:
        bars = self.bars()
        if bars is None:
            return None
        name = bars.values[0].ask.field
        codes = [one.ask.unit for one in bars.values][:MOST_ROWS]
        by_code = {row.unit_code: row for row in self.rows}
        names = ("have", "gap", "unknown") if name == "gap" else ("have", "unknown")
        rows: list[tuple[Cell, ...]] = [
            (by_code[code].unit_name, *(self.of_row(by_code[code], one) for one in names)) for code in codes
        ]
        heads = (text("level_sumu"), *(text(WORDS[one]) for one in names))
        title = text("story_largest", service=self.service.title, unit=self.unit, count=len(rows))
        return Grid(title, heads, tuple(rows))
