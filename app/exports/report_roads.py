"""Roads in the yearly report: what is reached, sumu by sumu, and how long the roads of each class are."""

from __future__ import annotations

from collections.abc import Callable

from app.exports.report_parts import Cell, Report
from app.exports.stated import Quantity, with_unit
from app.exports.story_facts import ServiceNumbers, asked_words
from app.messages import language, text, tr
from app.session import Session, Snapshot
from layers.geo.measure import lengths_m
from layers.planning.results import UNKNOWN, GapRow
from layers.provenance import Ask

ROAD_METHOD, ROAD, CLASS = "road_reach", "road", "class"


def roads_section(
    source: Session | Snapshot,
    made: Report,
    numbers: dict[str, ServiceNumbers],
    year: int,
    put_map: Callable[[ServiceNumbers | None, int], None],
) -> None:
    """Write the section; where no service counts what roads reach, nothing."""
    roads = [one for one in numbers.values() if one.service.method == ROAD_METHOD]
    if not roads:
        return
    made.heading(text("report_roads"))
    for one in roads:
        made.points(asked_words(source, one.service))
    rows: list[tuple[Cell, ...]] = [
        (tr(one.service.title), one.units_all(), one.total("have"), one.total("gap"), one.units(UNKNOWN))
        for one in roads
    ]
    heads = (text("report_service"), text("report_units"), text("report_reached"), text("story_gap"),
             text("story_none"))  # fmt: skip
    made.table(heads, rows, caption=text("report_roads_table"), widths=(3, 1, 1, 1, 1))
    by_gacha = [one for one in roads if one.service.unit_role == "unit.gacha"]
    if by_gacha:
        codes = {row.unit_code: row.unit_name for one in by_gacha for row in one.rows}
        found = [{row.unit_code: row for row in one.rows} for one in by_gacha]
        lines: list[tuple[Cell, ...]] = [
            (name, *(_have_of(one, rows_.get(code)) for one, rows_ in zip(by_gacha, found, strict=True)))
            for code, name in sorted(codes.items())
        ]
        heads = (text("level_sumu"), *(with_unit(tr(one.service.title), one.unit) for one in by_gacha))
        made.table(heads, lines, caption=text("report_roads_sumu"))
        put_map(by_gacha[0], 6)
    _lengths(source, made, year)


def _have_of(one: ServiceNumbers, row: GapRow | None) -> Cell:
    return "" if row is None else one.of_row(row, "have")


def _lengths(source: Session | Snapshot, made: Report, year: int) -> None:
    """Kilometres (on the ellipsoid) of each class as recorded, whatever the year; the unknown class last."""
    for table in source.plan.with_role(ROAD):
        if CLASS not in table.kind.column_names or not len(table):
            continue
        column = table.kind.column(CLASS)
        shapes, classes = table.geometry, table.column(CLASS)
        drawn = [at for at, shape in enumerate(shapes) if shape is not None]
        metres = lengths_m(shapes[drawn], source.plan.crs.epsg)
        order = [choice.value for choice in column.choices]
        found: dict[object, list[float]] = {}
        for at, length in zip(drawn, metres, strict=True):
            found.setdefault(classes[at], []).append(float(length))
        rows: list[tuple[Cell, ...]] = []
        for value in sorted(found, key=lambda one: order.index(one) if one in order else len(order)):
            title = column.choice_title(value, language()) if value is not None else text("story_none")
            rows.append((title, *_sizes(table.kind.id, str(value or ""), found[value])))
        whole = [length for lengths in found.values() for length in lengths]
        rows.append((text("story_total"), *_sizes(table.kind.id, "", whole, "all")))
        heads = (column.title.in_language(language()), text("report_sections"), text("report_km"))
        made.table(heads, rows, caption=text("report_roads_length"), total=True, widths=(3, 1, 1))


def _sizes(kind: str, value: str, lengths: list[float], part: str = "class") -> tuple[Quantity, Quantity]:
    return (
        Quantity(len(lengths), Ask("measure", kind, f"{part}={value}", "count"), text("report_sections")),
        Quantity(sum(lengths) / 1000, Ask("measure", kind, f"{part}={value}", "km"), "km", digits=1),
    )
