"""From gap rows to what the map says about units: amounts in the ramp, statuses, clinics by way.

Free of Qt: the window and the command line paint the same themes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from app.messages import both
from layers.catalogue.health import WAY_CLASSES
from layers.catalogue.model import Catalogue
from layers.catalogue.service import Service
from layers.catalogue.style import StyleClass, Symbol
from layers.catalogue.text import Text
from layers.maps.choropleth import STATUS_SYMBOLS, Circles, Columns, MapTheme, amount_theme, status_theme
from layers.maps.choropleth import UNKNOWN as UNKNOWN_CLASS
from layers.maps.classes import USUAL_LOOK, Classing, Look
from layers.plan.plan import Plan
from layers.planning.clinics import BLANK, way_of
from layers.planning.gaps import HOUSEHOLD_METHODS, KEPT_METHODS
from layers.planning.gaps import gaps as compute_gaps
from layers.planning.results import EXEMPT, MET, SHORT, GapRow, Gaps, Progress
from layers.planning.schemes import Scheme
from layers.planning.settlement import mode_of
from layers.policy.bundle import Policy

UNIT_TITLES = {
    "unit.gacha": Text("个嘎查", "gachas"),
    "unit.sumu": Text("个苏木乡镇", "sumu"),
    "unit.banner": Text("个旗", "banner"),
}
CIRCLES_TITLE = Text("圆面积：还缺多少", "Area of a circle: how many are missing")
WAY_STATUS = {"own": MET, "shared": EXEMPT, "mobile": EXEMPT, "rounds": EXEMPT, BLANK: SHORT}


@dataclass(frozen=True, eq=False)
class Built:
    """What was newly had by unit and year: service -> year -> unit code -> number (None: not known)."""

    by_service: Mapping[str, Mapping[int, Mapping[str, int | None]]] = field(default_factory=dict)


def built_by_year(
    plan: Plan,
    policy: Policy,
    catalogue: Catalogue,
    *,
    year: int | None = None,
    progress: Progress | None = None,
) -> Built:
    """Return what each unit newly had in each year for which the plan sets a quota, up to `year`.

    It is what the unit has at the end of the year less what it had a year before, both counted by
    the gap engine, so a thing without a date, which every year counts, is new in none.
    """
    found: dict[str, dict[int, dict[str, int | None]]] = {}
    for service, _ in catalogue.services():
        quota = [asked for asked in policy.quota(service.id) if year is None or asked <= year]
        if not quota:
            continue
        ends = sorted({asked - 1 for asked in quota} | set(quota))
        have = {
            end: {
                row.unit_code: row.have
                for row in compute_gaps(
                    plan, policy, year=end, services=(service.id,), progress=progress
                ).rows
            }
            for end in ends
        }
        found[service.id] = {
            asked: {code: _less(number, have[asked - 1].get(code)) for code, number in have[asked].items()}
            for asked in quota
        }
    return Built(found)


def theme_of(
    catalogue: Catalogue,
    policy: Policy,
    result: Gaps,
    service_id: str,
    built: Built | None = None,
    scheme: Scheme | None = None,
    base: Gaps | None = None,
    look: Look = USUAL_LOOK,
) -> MapTheme | None:
    """Return the map's theme of one service; None where it has no rows.

    base: the gaps that the classes of an amount are cut by, so that years and schemes can be compared.
    look: how amounts are classed, and whether circles show the numbers (in place of columns).

    Columns are what was newly had by year as recorded (built), or what a scheme for the service gives by
    year: filled up to the year of the result, hollow after it.
    """
    rows = result.of_service(service_id)
    service = next((one for one, _ in catalogue.services() if one.id == service_id), None)
    if service is None or not rows:
        return None
    make = _THEMES.get(service.method, _by_status)
    before = base.of_service(service.id) if base is not None else rows
    made = make(service, rows, before, None if look == USUAL_LOOK else look.classing)
    year = result.provenance.year
    circles = _circles(service, rows) if look.circles else None
    planned = scheme if scheme is not None and scheme.service == service.id else None
    if circles is not None:
        columns = None
    elif planned is None:
        columns = _columns(policy, service, result, built)
    else:
        columns = _planned(service, rows, planned, year)
    return replace(
        made,
        title=_when(made.title, planned, year),
        columns=columns,
        circles=circles,
        look=look,
        unit_role=service.unit_role,
        unit_title=UNIT_TITLES.get(service.unit_role, UNIT_TITLES["unit.gacha"]),
    )


def _when(title: Text, scheme: Scheme | None, year: int | None) -> Text:
    """A title that says of which year it speaks, and what it takes as built: a plan is not a record."""
    if scheme is None:
        return Text(f"{title.zh} · {year} 年末", f"{title.en}, end of {year}") if year else title
    said = both("title_scheme_year", name=scheme.name, year=year) if year else None
    said = said or both("title_scheme", name=scheme.name)
    return Text(f"{title.zh} · {said.zh}", f"{title.en}, {said.en}")


def missing_share(row: GapRow) -> float | None:
    """Return what part of a unit's households lacks the service; None where not known."""
    if row.gap is None or row.households is None:
        return None
    return row.gap / row.households if row.households else 0.0


def has_amounts(result: Gaps, service: Service) -> bool:
    """Whether a service's theme shows amounts in classes, rather than how each unit stands."""
    return service.method in AMOUNTS and not any(
        row.status in (MET, SHORT) for row in result.of_service(service.id)
    )


def has_numbers(result: Gaps, service: Service) -> bool:
    """Whether circles have something to say: more than one thing is missing somewhere."""
    return any((row.gap or 0) > 1 for row in result.of_service(service.id))


def _circles(service: Service, rows: tuple[GapRow, ...]) -> Circles | None:
    if not any((row.gap or 0) > 1 for row in rows):
        return None
    return Circles(
        {row.unit_code: row.gap for row in rows},
        service.unit,
        CIRCLES_TITLE,
        inside=service.method in KEPT_METHODS,
        households=rows if service.method in HOUSEHOLD_METHODS else (),
    )


def _less(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _title(service: Service) -> tuple[Text, Text]:
    return (Text(f"{service.title.zh}还缺多少", f"What is missing: {service.title.en}"), Text("", ""))


def _by_share(
    service: Service, rows: tuple[GapRow, ...], base: tuple[GapRow, ...], classing: Classing | None
) -> MapTheme:
    if any(row.status in (MET, SHORT) for row in rows):
        return _by_status(service, rows, base, classing)
    title, _ = _title(service)
    return amount_theme(
        service.id,
        title,
        {row.unit_code: missing_share(row) for row in rows},
        share=True,
        classed_by=[missing_share(row) for row in base],
        classing=classing,
        subtitle=Text("底色：还没有的户占本嘎查户数", "Fill: households without, of the gacha's households"),
    )


def _by_status(
    service: Service, rows: tuple[GapRow, ...], _base: tuple[GapRow, ...], _classing: Classing | None
) -> MapTheme:
    judged = any(row.status in (MET, SHORT, EXEMPT) for row in rows)
    title = (
        Text(f"{service.title.zh}：哪里达标，哪里还缺", f"{service.title.en}: where met, where short")
        if judged
        else Text(f"{service.title.zh}：规划没有定门槛", f"{service.title.en}: the plan states no threshold")
    )
    return status_theme(service.id, title, {row.unit_code: row.status for row in rows})


def _by_way(
    service: Service, rows: tuple[GapRow, ...], _base: tuple[GapRow, ...], _classing: Classing | None
) -> MapTheme:
    ways = {row.unit_code: way_of(row.reason) for row in rows}
    classes = [
        StyleClass(
            one.value,
            one.title,
            Symbol(
                fill=STATUS_SYMBOLS[WAY_STATUS[str(one.value)]].fill,
                marker=one.symbol.marker,
                patterns=STATUS_SYMBOLS[WAY_STATUS[str(one.value)]].patterns,
            ),
        )
        for one in WAY_CLASSES
        if one.value in ways.values()
    ]
    known = [one.value for one in classes]
    if any(way not in known for way in ways.values()):
        classes.append(UNKNOWN_CLASS)
    return MapTheme(
        service.id,
        Text(f"{service.title.zh}：各嘎查怎样得到服务", f"{service.title.en}: how each gacha is served"),
        Text("", ""),
        tuple(classes),
        {code: known.index(way) if way in known else len(known) for code, way in ways.items()},
        flagged=frozenset(code for code, way in ways.items() if way == BLANK),
    )


def _by_amount(
    service: Service, rows: tuple[GapRow, ...], base: tuple[GapRow, ...], classing: Classing | None
) -> MapTheme:
    if any(row.status in (MET, SHORT) for row in rows):
        return _by_status(service, rows, base, classing)
    title, _ = _title(service)
    return amount_theme(
        service.id,
        title,
        {row.unit_code: row.gap for row in rows},
        classed_by=[row.gap for row in base],
        classing=classing,
        subtitle=Text("底色：超期或不合格的处数", "Fill: overdue or failed"),
    )


MODE_CLASSES = (
    StyleClass("town", Text("纳入城镇管网", "Into the town's system"), Symbol(fill="y2024")),
    StyleClass("shared", Text("集中处理站", "Shared plant"), Symbol(fill="y2023")),
    StyleClass("household", Text("分户处理", "Household units"), Symbol(fill="y2022")),
)


def _by_mode(
    service: Service, rows: tuple[GapRow, ...], _base: tuple[GapRow, ...], _classing: Classing | None
) -> MapTheme:
    modes = {row.unit_code: mode_of(row.reason) for row in rows}
    classes = [one for one in MODE_CLASSES if one.value in modes.values()]
    known = [one.value for one in classes]
    if any(mode not in known for mode in modes.values()):
        classes.append(UNKNOWN_CLASS)
    return MapTheme(
        service.id,
        Text(f"{service.title.zh}：各嘎查宜用哪种", f"{service.title.en}: which one fits each gacha"),
        Text("按离城镇远近和聚居程度", "By the nearness of a town and how closely people live"),
        tuple(classes),
        {code: known.index(mode) if mode in known else len(known) for code, mode in modes.items()},
    )


def _columns(policy: Policy, service: Service, result: Gaps, built: Built | None) -> Columns | None:
    years = dict(built.by_service.get(service.id, {})) if built else {}
    if not years:
        return None
    quota = policy.quota(service.id)
    asked = sorted(quota)
    codes = [row.unit_code for row in result.of_service(service.id)]
    values = {
        code: tuple(years[year].get(code) if year in years else None for year in asked) for code in codes
    }
    filled = sum(year in years for year in asked)
    return Columns(
        values,
        tuple(str(year) for year in asked),
        filled,
        service.unit,
        both("columns_recorded", first=asked[0], last=asked[-1]),
        both("columns_recorded_sumu", first=asked[0], last=asked[-1]),
    )


def _planned(service: Service, rows: tuple[GapRow, ...], scheme: Scheme, year: int | None) -> Columns:
    asked = scheme.years
    return Columns(
        {
            row.unit_code: tuple(scheme.cells.get(row.unit_code, {}).get(at, 0) for at in asked)
            for row in rows
        },
        tuple(str(at) for at in asked),
        sum(year is None or at <= year for at in asked),
        service.unit,
        both("columns_scheme", name=scheme.name),
        both("columns_scheme_sumu", name=scheme.name),
    )


AMOUNTS = frozenset({"household_state", "household_near", "test_due"})
_THEMES: dict[
    str, Callable[[Service, tuple[GapRow, ...], tuple[GapRow, ...], Classing | None], MapTheme]
] = {
    "household_state": _by_share,
    "household_near": _by_share,
    "clinic_ways": _by_way,
    "settlement_sort": _by_mode,
    "test_due": _by_amount,
}
