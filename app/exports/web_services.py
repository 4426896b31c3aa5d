"""Services of a web map: what each unit has, lacks and how it is tinted, for every year of the period.

The engine answers for every year; classes are the same in all of them, so that a colour keeps its meaning
while the years play. Of services that count households only what `web_counts` lets through is here, tints
included.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import shapely

from app.exports.gap_table import release_gaps
from app.exports.web_counts import (
    MEASURES,
    HouseholdCounts,
    Place,
    can_release,
    release_allocation,
    release_households,
)
from app.exports.web_layers import seats
from app.exports.web_shapes import Grid
from app.exports.web_style import css, symbol_data
from app.gap_themes import CIRCLES_TITLE, theme_of
from app.gap_words import reason_text
from app.messages import text, tr
from app.session import Session
from layers.catalogue.service import Service
from layers.catalogue.style import Pattern, StyleClass, Symbol
from layers.catalogue.text import Text
from layers.errors import RuleError
from layers.maps.choropleth import MapTheme, amount_class, amount_classes
from layers.maps.circles import key_sizes
from layers.maps.classes import USUAL_LOOK, Look, class_limits
from layers.maps.palette import colour
from layers.maps.points import year_colour
from layers.planning.gaps import HOUSEHOLD_METHODS, KEPT_METHODS, gaps
from layers.planning.results import MET, SHORT, GapRow, Gaps
from layers.planning.schemes import Scheme, gaps_at
from layers.release import WITHHELD

TABS = 4
GAP = MEASURES.index("gap")
WITHHELD_CLASS = StyleClass(
    "withheld",
    Text("户数很少，不予列出", "Withheld: very few households"),
    Symbol(fill="land", patterns=(Pattern("back_diagonal", "disabled", 1.7, 0.2),)),
)


@dataclass(eq=False)
class WebServices:
    """The services of a page. year: the one it opens with. withheld: places that are not shown."""

    services: list[dict[str, Any]] = field(default_factory=list)
    years: tuple[int, ...] = ()
    year: int = 0
    withheld: int = 0
    clauses: tuple[str, ...] = ()
    columns: list[str] = field(default_factory=list)


def web_services(
    session: Session,
    grid: Grid,
    *,
    year: int | None,
    drawn: Collection[str],
    audience: str,
    allocation: Mapping[str, Mapping[int, int]] | None = None,
    allocated: str | None = None,
    looks: Mapping[str, Look] = MappingProxyType({}),
    check: Callable[[], None] | None = None,
    states: Sequence[tuple[int, Scheme, int]] = (),
    beside: Gaps | None = None,
) -> WebServices:
    """Return the services as values for the page's data island.

    drawn: roles of the units that the page draws; a service of others is left out. year: the page opens with
    it; None: the last year for which anything new is recorded. allocation: gacha code -> year -> number of
    the service `allocated` (None: of whatever has a quota). looks: service -> how its amounts are classed.
    check: called while they are reckoned. states: (number from 1, scheme, year) that are told beside the
    years (`state_key`); all numbers together pass one withholding, and a state that would give too much away
    is left out. beside: gaps whose table lies beside the page, which gives nothing away together with it.
    """
    plan, policy = session.plan, session.policy
    years = tuple(policy.period.years)
    asked = sorted(
        {
            *years,
            *(
                min(quota) - 1
                for service, _ in session.catalogue.services()
                if (quota := policy.quota(service.id))
            ),
        }
    )
    progress = None if check is None else (lambda _done, _total: check())
    results = {each: gaps(plan, policy, year=each, progress=progress) for each in asked}
    opening = year if year in years else _last_with_news(results, years)
    schemes = {at: scheme for at, scheme, _ in states}
    results |= {
        state_key(at, each): gaps_at(plan, policy, year=each, scheme=scheme, progress=progress)
        for at, scheme, each in states
    }
    if beside is not None:
        results[BESIDE] = beside
    found = WebServices(years=years, year=opening, clauses=results[opening].provenance.clauses)
    elsewhere = _withheld_in_tables(session, results)
    tabs: set[str] = set()
    for service, kinds in session.catalogue.services():
        if service.unit_role not in drawn or not results[opening].of_service(service.id):
            continue
        if service.method in KEPT_METHODS:
            continue
        counted = service.method in HOUSEHOLD_METHODS
        own = [key for key in results if key >= STATES and schemes[key // STATES].service == service.id]
        released = None
        if counted:
            released, own = _with_states(session, service, results, asked, own, opening, elsewhere)
        if counted and released is None:
            continue
        look = looks.get(service.id, USUAL_LOOK)
        data = _service(session, service, results, released, [*years, *own], look)
        # A scheme's cells by year would, beside its totals, tell what is withheld of them: it has no columns.
        for at, key in enumerate(data["years"]):
            if key in own:
                data["headings"][at] += f" · {schemes[key // STATES].name}"
        data["plans"] = {str(key // STATES): {"quota": [], "year_colours": []} for key in own}
        if allocation is not None and (service.id == allocated if allocated else policy.quota(service.id)):
            found.withheld += _add_allocation(data, allocation, session)
        theme = kinds[0].theme
        data["tab"] = theme not in tabs and len(tabs) < TABS
        tabs.add(theme) if data["tab"] else None
        data["anchors"] = _anchors(session, service, data["codes"], grid, audience)
        found.services.append(data)
        found.withheld += len(released.hidden) if released else 0
        found.columns.append(f"gaps.{service.id}")
    return found


BESIDE = 0
"""The key of a state whose table lies beside the page."""
STATES = 10_000
"""The year `year` under the scheme number `at` (from 1) has the key at × STATES + year."""


def state_key(at: int, year: int) -> int:
    """The key of a year under a scheme, 0 for what is recorded."""
    return at * STATES + year


def _with_states(
    session: Session,
    service: Service,
    results: Mapping[int, Gaps],
    years: Sequence[int],
    states: Sequence[int],
    opening: int,
    elsewhere: Mapping[str, set[Place]],
) -> tuple[HouseholdCounts | None, list[int]]:
    """What may be told with as many of the states as go together with all years, first come first served,
    and these states."""

    def asked(keys: Sequence[int]) -> dict[str, Any]:
        wanted = [key for key in results if key in keys or key == BESIDE]
        return {
            "rows": {key: results[key].of_service(service.id) for key in wanted},
            "shown": [*(key for key in wanted if key not in (opening, BESIDE)), opening],
            "small_count": int(session.policy.rule("small_count").value),
            "elsewhere": elsewhere.get(service.id, ()),
        }

    kept: list[int] = []
    for state in states:
        if can_release(**asked([*years, *kept, state])):
            kept.append(state)
    return release_households(**asked([*years, *kept])), kept


def _last_with_news(results: Mapping[int, Gaps], years: Sequence[int]) -> int:
    """The last year at whose end some unit has another number than the year before."""
    have = {year: [row.have for row in results[year].rows] for year in years}
    news = [year for before, year in zip(years, years[1:], strict=False) if have[year] != have[before]]
    return news[-1] if news else years[-1]


def _withheld_in_tables(session: Session, results: Mapping[int, Gaps]) -> dict[str, set[Place]]:
    """Service -> places that the gap table of the same year withholds."""
    found: dict[str, set[Place]] = {}
    for year, result in results.items():
        released = release_gaps(session, result.rows, words=False)
        at = {key: place for place, key in enumerate(released.keys)}
        for row, shown in zip(result.rows, released.rows, strict=True):
            for measure in MEASURES:
                if shown[at[measure]] == WITHHELD:
                    found.setdefault(row.service, set()).add((row.unit_code, year, measure))
    return found


def _service(
    session: Session,
    service: Service,
    results: Mapping[int, Gaps],
    released: HouseholdCounts | None,
    years: Sequence[int],
    look: Look,
) -> dict[str, Any]:
    shown = [year for year in years if released is None or year in released.years]
    rows = {year: results[year].of_service(service.id) for year in shown}
    codes = [row.unit_code for row in rows[shown[-1]]]
    themes = _themes(session, service, {year: results[year] for year in shown}, released, look)
    classes, fills = _joined(themes, shown, codes)
    sentences: dict[str, int] = {}
    quota = session.policy.quota(service.id)
    data: dict[str, Any] = {
        "id": service.id,
        "title": tr(service.title),
        "headings": [tr(themes[year].title) for year in shown],
        "subtitle": " · ".join(said for one in (themes[shown[-1]].subtitle, themes[shown[-1]].note)
                               if (said := tr(one))),
        "role": service.unit_role,
        "unit": tr(service.unit),
        "codes": codes,
        "years": list(shown),
        "classes": [{"title": tr(each.title), "symbol": symbol_data(each.symbol)} for each in classes],
        "fills": fills,
        "rows": [[_row(row, year, released, sentences) for row in rows[year]] for year in shown],
        "totals": [_total(rows[year], year, released) for year in shown],
        "quota": [[year, number] for year, number in sorted(quota.items())],
        "targets": [
            {"title": tr(Text(target.title.zh, target.title.en)), "chapter": target.chapter}
            for target in session.policy.targets_for_service(service.id)
        ],
        "year_colours": [css(colour(year_colour(at, len(quota)))) for at in range(len(quota))],
    }
    data["reasons"] = list(sentences)
    if look.circles and (circles := _circles(data["rows"])):
        data["circles"] = circles
    if released is not None and quota:
        data["new"] = _new(released, codes, sorted(quota))
    return data


def _circles(rows: Sequence[Sequence[Sequence[Any]]]) -> dict[str, Any] | None:
    """What the page's circles are in proportion to, the greatest gap that it tells of any year, and the
    numbers of their key; None where there is nothing to compare. The gaps themselves are in the rows."""
    gaps_told = [row[GAP] for of_year in rows for row in of_year if row[GAP] is not None]
    largest = max((one for one in gaps_told if one != WITHHELD), default=0)
    if largest <= 1:
        return None
    title = tr(CIRCLES_TITLE)
    if WITHHELD in gaps_told:
        title += text("web_circles_without")
    return {"largest": largest, "key": [round(one) for one in key_sizes(largest)], "title": title}


def _row(row: GapRow, year: int, released: HouseholdCounts | None, sentences: dict[str, int]) -> list[Any]:
    """[have, gap, unknown, status, place of the reason]; WITHHELD where a number is not told."""
    numbers = [
        WITHHELD if released and released.is_withheld(row.unit_code, year, measure) else getattr(row, measure)
        for measure in MEASURES
    ]
    if released is not None:  # what is met or short, and why, is said of numbers that are shown only
        told = not any(number == WITHHELD for number in numbers)
        return [*numbers, row.status if told else "", -1]
    said = reason_text(row)
    return [*numbers, row.status, sentences.setdefault(said, len(sentences)) if said else -1]


def _total(rows: Sequence[GapRow], year: int, released: HouseholdCounts | None) -> list[int | None]:
    if released is not None:
        return [released.banner_total(year, measure) for measure in MEASURES]
    return [
        sum(values)
        if (values := [value for row in rows if (value := getattr(row, measure)) is not None])
        else None
        for measure in MEASURES
    ]


def _new(released: HouseholdCounts, codes: Sequence[str], quota: Sequence[int]) -> list[list[Any]]:
    """By unit, what was new in each year of the quota (None: not known or not told)."""
    return [
        [
            WITHHELD if released.withholds_new(code, year, year - 1) else released.new(code, year, year - 1)
            for year in quota
        ]
        for code in codes
    ]


def _add_allocation(
    data: dict[str, Any], allocation: Mapping[str, Mapping[int, int]], session: Session
) -> int:
    try:
        shown, withheld = release_allocation(
            allocation, small_count=int(session.policy.rule("small_count").value)
        )
    except RuleError:
        return 0  # the sums by year would give a cell away: the page goes without the scheme
    years = sorted({year for row in allocation.values() for year in row})
    data["planned"] = [
        [WITHHELD if each is None else each for each in (shown.get(code, {}).get(year, 0) for year in years)]
        for code in data["codes"]
    ]
    data["quota"] = [[year, sum(row.get(year, 0) for row in allocation.values())] for year in years]
    data["year_colours"] = [css(colour(year_colour(at, len(years)))) for at in range(len(years))]
    data.pop("new", None)
    return withheld


# -- tints -------------------------------------------------------------------------------------------------


def _themes(
    session: Session,
    service: Service,
    results: Mapping[int, Gaps],
    released: HouseholdCounts | None,
    look: Look,
) -> dict[int, MapTheme]:
    themes = {
        year: theme
        for year, result in results.items()
        if (theme := theme_of(session.catalogue, session.policy, result, service.id, look=look))
        is not None
    }
    if released is None:
        return themes
    judged = any(
        row.status in (MET, SHORT) for result in results.values() for row in result.of_service(service.id)
    )
    made = themes if judged else _by_amount(results, service, themes, released, look)
    return {year: _without_withheld(theme, year, released) for year, theme in made.items()}


def _by_amount(
    results: Mapping[int, Gaps],
    service: Service,
    themes: Mapping[int, MapTheme],
    released: HouseholdCounts,
    look: Look,
) -> dict[int, MapTheme]:
    """One ramp for all years, from the shares that may be told; every share that fits a row must have one
    tint."""
    shares: dict[tuple[str, int, int], float | None] = {}
    for year, result in results.items():
        for row in result.of_service(service.id):
            fits = released.possible_gaps(row.unit_code, year)
            if row.gap is None:
                shares[row.unit_code, year, 0] = None
            for at, (gap, households) in enumerate(fits or ()):
                shares[row.unit_code, year, at] = gap / households if households else 0.0
    sure = {
        place: share for place, share in shares.items() if not released.is_withheld(place[0], place[1], "gap")
    }
    limits = class_limits([100 * share for share in sure.values() if share], look.classing)
    classes = amount_classes(limits, "%")
    tints: dict[tuple[str, int], set[int]] = {}
    for (code, year, _), share in shares.items():
        tints.setdefault((code, year), set()).add(amount_class(share, limits, 100))
    made = {}
    for year, theme in themes.items():
        fitting = {
            row.unit_code: tints.get((row.unit_code, year), set())
            for row in results[year].of_service(service.id)
        }
        of_unit = {code: min(each) if len(each) == 1 else len(classes) for code, each in fitting.items()}
        note = Text("", "") if look == USUAL_LOOK else look.classing.words(len(limits) + 1)
        made[year] = replace(theme, classes=(*classes, WITHHELD_CLASS), of_unit=of_unit, note=note,
                             flagged=frozenset(), columns=None, circles=None, derived={})  # fmt: skip
    return made


def _without_withheld(theme: MapTheme, year: int, released: HouseholdCounts) -> MapTheme:
    """The theme with units of which no tint may be told in a class of their own."""
    classes = theme.classes if WITHHELD_CLASS in theme.classes else (*theme.classes, WITHHELD_CLASS)
    lost = classes.index(WITHHELD_CLASS)
    of_unit = {code: at if _tellable(released, code, year) else lost for code, at in theme.of_unit.items()}
    return replace(theme, classes=classes, of_unit=of_unit, derived={})


def _tellable(released: HouseholdCounts, code: str, year: int) -> bool:
    row = released.rows[year][code]
    if row.gap is None or row.have is None:
        return True  # nothing was surveyed: that is no number
    fits = released.possible_gaps(code, year)
    return fits is not None and len({gap > 0 for gap, _ in fits}) == 1


def _joined(
    themes: Mapping[int, MapTheme], years: Sequence[int], codes: Sequence[str]
) -> tuple[list[StyleClass], list[list[int]]]:
    """Classes of all years in one list, and for each year the class of every unit."""
    places: dict[object, int] = {}
    classes: list[StyleClass] = []
    for year in years:
        for each in themes[year].classes:
            if each.value not in places:
                places[each.value] = len(classes)
                classes.append(each)
    fills = []
    for year in years:
        theme = themes[year]
        fills.append(
            [
                places[theme.classes[at].value] if (at := theme.of_unit.get(code)) is not None else -1
                for code in codes
            ]
        )
    return classes, fills


def _anchors(
    session: Session, service: Service, codes: Sequence[str], grid: Grid, audience: str
) -> list[list[int]]:
    """Where each unit's columns and signs stand: at its seat, else inside it."""
    points = seats(session.plan, audience)
    shapes: dict[str, shapely.Geometry] = {}
    for table in session.plan.with_role(service.unit_role):
        shapes |= {
            str(code): shape
            for code, shape in zip(table.column(table.kind.key), table.geometry, strict=True)
            if shape is not None
        }
    found = []
    for code in codes:
        point = points.get(code)
        if point is None and code in shapes:
            point = shapely.point_on_surface(shapes[code])
        found.append(grid.place(point.x, point.y) if point is not None and not point.is_empty else [])
    return found


def status_words() -> dict[str, str]:
    """Words of the statuses, by status."""
    return {status: text(f"status_{status}") for status in ("met", "short", "exempt", "unknown", "none")}
