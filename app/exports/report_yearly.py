"""The yearly monitoring report: targets by chapter, gaps by sumu, quotas, roads, grazing, with maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from app.actions.register import counted, targets_table
from app.exports.leaving import Leaving
from app.exports.map_part import REPORT, map_part
from app.exports.report import begin, end
from app.exports.report_grazing import grazing_section
from app.exports.report_parts import Cell, Report
from app.exports.report_roads import roads_section
from app.exports.result_table import release_result
from app.exports.stated import Quantity, small_count, with_unit
from app.exports.story_facts import Reckoned, ServiceNumbers, all_numbers, asked_words
from app.gap_themes import theme_of
from app.messages import text, tr
from app.session import Session, Snapshot
from app.trace_words import limits_words, unit_words
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.legend import theme_entries
from layers.planning.gaps import HOUSEHOLD_METHODS
from layers.planning.results import MET, NONE, SHORT, UNKNOWN, GapRow
from layers.planning.targets import TargetState
from layers.policy.targets import Target
from layers.provenance import WITHHELD, Ask

Source = Session | Snapshot
Progress = Callable[[int, int], None]
STEPS = 8
MAP_RATIO = 0.62
MATRIX_COLUMNS = 6
LATER = "later"


def yearly(
    source: Source, leaving: Leaving, year: int | None, progress: Progress
) -> tuple[Report, str, set[str]]:
    """Return the report at the end of a year, its title, and the kinds that are drawn on its maps."""
    at = source.policy.period.last_year if year is None else year
    title = text("report_yearly", year=at)
    progress(0, STEPS)
    reckoned = Reckoned(*counted(source, year=at))
    origin = reckoned.gaps.provenance
    progress(1, STEPS)
    numbers = all_numbers(source, reckoned, (at, None), leaving.only)
    made = begin(source, leaving, origin, title, text("gaps_year", year=at))
    maps = _Maps(source, leaving, made, reckoned, progress)
    _summary(source, made, reckoned, numbers, at)
    _targets(source, made, reckoned, at)
    progress(2, STEPS)
    _by_sumu(source, made, numbers)
    maps.put(_most_short(numbers), 3)
    for at_step, one in enumerate(_with_quota(source, numbers), 4):
        made.heading(tr(one.service.title))
        made.points(asked_words(source, one.service))
        _quota(made, one)
        maps.put(one, min(at_step, 5))
    roads_section(source, made, numbers, at, maps.put)
    grazing_section(source, made, leaving, at, maps.draw)
    progress(STEPS - 1, STEPS)
    end(source, made, leaving, origin)
    return made, title, maps.kinds


class _Maps:
    """Maps of themes, each once; without columns by year, which stand in a table."""

    def __init__(
        self,
        source: Source,
        leaving: Leaving,
        made: Report,
        reckoned: Reckoned,
        progress: Progress,
    ) -> None:
        self.source, self.leaving, self.made = source, leaving, made
        self.reckoned, self.progress, self.kinds = reckoned, progress, set[str]()
        self._done: set[str] = set()

    def put(self, one: ServiceNumbers | None, step: int) -> None:
        """The map of a service's gaps, where there is one and it was not yet."""
        if one is None or one.service.id in self._done:
            return
        self._done.add(one.service.id)
        self.progress(step, STEPS)
        known = self.source
        theme = theme_of(known.catalogue, known.policy, self.reckoned.gaps, one.service.id)
        if theme is not None:
            self.draw(theme)

    def draw(self, theme: MapTheme) -> None:
        """A theme on the whole banner."""
        wide = self.made.width_mm
        drawn = map_part(
            self.source.plan, self.source.policy, (wide, wide * MAP_RATIO), medium=REPORT,
            dpi=self.leaving.dpi, theme=theme, audience=self.leaving.audience,
        )  # fmt: skip
        self.kinds |= set(drawn.kinds)
        said = " · ".join(part for part in (tr(theme.title), tr(theme.subtitle)) if part)
        rows = [f"{tr(row.title)} {row.count:,} {tr(row.unit)}".strip()
                for row in theme_entries(theme) if row.count]  # fmt: skip
        alt = text("story_stop").join([text("story_map_of", title=said), *rows])
        self.made.map(drawn.data, wide, alt, with_unit(said, f"1:{round(drawn.scale):,}"))


# -- summary and targets ---------------------------------------------------------------------------


def _summary(
    source: Source, made: Report, reckoned: Reckoned, numbers: dict[str, ServiceNumbers], year: int
) -> None:
    made.heading(text("report_summary"))
    states = reckoned.states
    fields = {
        name: made.number(_state_count(source, states, name, year), f"summary targets {name}")
        for name in ("all", MET, SHORT, LATER, UNKNOWN, NONE)
    }
    points = [text("report_summary_targets", **fields)]
    for one in _with_quota(source, numbers):
        said = {
            name: made.number(one.total(name), f"summary {one.service.id} {name}")
            for name in ("have", "gap", "unknown")
        }
        points.append(text("report_summary_quota", service=one.service.title, unit=one.unit, **said))
    short = sorted((one for one in numbers.values() if one.counts[SHORT]),
                   key=lambda one: (-one.counts[SHORT], one.service.id))  # fmt: skip
    if short:
        listed = [
            text("report_summary_one", service=one.service.title,
                 count=made.number(one.units(SHORT), f"summary short {one.service.id}"),
                 unit=one.units(SHORT).unit)
            for one in short[:5]
        ]  # fmt: skip
        points.append(text("report_summary_short", services=listed))
    made.points(points)


def _state_count(source: Source, states: tuple[TargetState, ...], status: str, year: int) -> Quantity:
    count = sum(status in ("all", status_of(one)) for one in states)
    ask = Ask("targets", source.policy.period.id, "", f"status.{status}", year)
    clauses = tuple(sorted({one.target.chapter for one in states}))
    return Quantity(count, ask, text("report_count_unit"), "", clauses, 0)


def status_of(state: TargetState) -> str:
    """What is short before its time is not a gap yet."""
    return LATER if state.status == SHORT and not state.due else state.status


def _targets(source: Source, made: Report, reckoned: Reckoned, year: int) -> None:
    """Every target: what is asked by the year, what is done, what is missing, how it is known."""
    made.heading(text("report_targets"))
    made.words(text("report_targets_why"), "Note")
    table = targets_table(source, reckoned.gaps, reckoned.states)
    released = release_result(source, table)
    at = {name: released.keys.index(name) for name in ("id", "low", "high", "value")}
    told = {row[at["id"]]: row for row in released.rows}
    heads = tuple(text(f"report_col_{name}")
                  for name in ("target", "modality", "asked", "done", "gap", "status", "source"))  # fmt: skip
    for chapter, states in _by_chapter(reckoned.states):
        made.heading(text("report_chapter", chapter=chapter), 2)
        rows = [
            _target_row(source, state, [told[state.target.id][at[name]] for name in ("low", "high")], year)
            for state in states
        ]
        made.table(heads, rows, widths=(48, 20, 20, 26, 15, 18, 19))


def _by_chapter(states: tuple[TargetState, ...]) -> Iterator[tuple[str, list[TargetState]]]:
    found: dict[str, list[TargetState]] = {}
    for state in states:
        found.setdefault(state.target.chapter, []).append(state)
    yield from sorted(found.items(), key=lambda pair: [int(part) for part in pair[0].split(".")])


def _target_row(source: Source, state: TargetState, told: list[Any], year: int) -> tuple[Cell, ...]:
    target = state.target
    unit = unit_words(target.unit or "")
    kept = WITHHELD in told or _small_delivery(source, state)

    def number(value: Any, name: str) -> Quantity:
        ask = Ask("target", target.id, "", name, year)
        return Quantity(value, ask, unit, state.basis, (target.chapter,))

    done: Any = WITHHELD if kept else state.value
    shown: Cell = number(done, "value")
    if not kept and state.value is None and state.low is not None:
        shown = replace(number(state.low, "low"), said=limits_words(state.low, state.high))
    name = tr(Text(target.title.zh, target.title.en))
    return (
        with_unit(name, unit),
        text(f"modality_{target.modality}"),
        number(state.asked, "asked"),
        shown,
        number(WITHHELD if kept and state.gap is not None else state.gap, "gap"),
        text("report_not_due") if status_of(state) == LATER else text(f"status_{state.status}"),
        text(f"register_basis_{state.basis}"),
    )


def _small_delivery(source: Source, state: TargetState) -> bool:
    """Whether what was delivered counts so few households that it is kept back."""
    methods = {service.id: service.method for service, _ in source.catalogue.services()}
    personal = methods.get(state.target.service or "") in HOUSEHOLD_METHODS and _counts(state.target)
    return personal and 0 < (state.low or 0) < small_count(source)


def _counts(target: Target) -> bool:
    return target.unit != "percent"


# -- services --------------------------------------------------------------------------------------


def _by_sumu(source: Source, made: Report, numbers: dict[str, ServiceNumbers]) -> None:
    """What is missing, sumu by service; services of which nothing is missing are named in one sentence."""
    made.heading(text("report_gaps"))
    made.words(text("report_gaps_why"), "Note")
    shown = [one for one in numbers.values() if one.service.unit_role != "unit.banner"]
    missing = [one for one in shown if any(row.gap for row in one.rows)]
    names: dict[str, str] = {}
    for one in missing:
        names |= {row.unit_code: row.unit_name for row in one.rows}
    for first in range(0, len(missing), MATRIX_COLUMNS):
        part = missing[first : first + MATRIX_COLUMNS]
        by_code = [{row.unit_code: row for row in one.rows} for one in part]
        rows: list[tuple[Cell, ...]] = [
            (name, *(_gap_of(one, rows_.get(code)) for one, rows_ in zip(part, by_code, strict=True)))
            for code, name in sorted(names.items())
        ]
        rows.append((text("story_total"), *(one.total("gap") for one in part)))
        heads = (text("level_sumu"), *(with_unit(tr(one.service.title), one.unit) for one in part))
        made.table(heads, rows, caption=text("report_gaps_table"), total=True,
                   widths=(1.7, *([1.0] * len(part))))  # fmt: skip
    whole = [one for one in shown if one not in missing and any(row.gap == 0 for row in one.rows)]
    if whole:
        made.words(text("report_gaps_none", services=[one.service.title for one in whole]))
    rows_of_banner = [
        (tr(one.service.title), one.total("have"), one.total("gap"), text(f"status_{one.rows[0].status}"))
        for one in numbers.values() if one.service.unit_role == "unit.banner"
    ]  # fmt: skip
    if rows_of_banner:
        heads = (text("report_service"), text("story_have"), text("story_gap"), text("gap_field_status"))
        made.table(heads, rows_of_banner, caption=text("report_gaps_banner"), widths=(3, 1, 1, 1))


def _gap_of(one: ServiceNumbers, row: GapRow | None) -> Cell:
    return "" if row is None else one.of_row(row, "gap")


def _most_short(numbers: dict[str, ServiceNumbers]) -> ServiceNumbers | None:
    """The service with the most units that are short."""
    short = [one for one in numbers.values() if one.counts[SHORT]]
    return max(short, key=lambda one: (one.counts[SHORT], one.service.id), default=None)


def _with_quota(source: Source, numbers: dict[str, ServiceNumbers]) -> list[ServiceNumbers]:
    return [one for one in numbers.values() if source.policy.quota(one.service.id)]


def _quota(made: Report, one: ServiceNumbers) -> None:
    """A service for which the plan gives years: by year, then by sumu."""
    grid = one.grid()
    if grid is not None:
        made.table(grid.heads, grid.rows, caption=grid.title, total=grid.total)
    names = ("have", "gap", "unknown")
    rows: list[tuple[Cell, ...]] = [
        (row.unit_name, *(one.of_row(row, name) for name in names)) for row in one.rows
    ]
    rows.append((text("story_total"), *(one.total(name) for name in names)))
    heads = (text("level_sumu"), text("story_have"), text("story_gap"), text("story_none"))
    made.table(heads, rows, total=True,
               caption=text("report_by_sumu", service=one.service.title, unit=one.unit))  # fmt: skip
