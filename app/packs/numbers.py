"""The numbers of the gap tables, each with its clause, formula, data and rules (`layers.provenance`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.exports.gap_table import release_gaps
from app.messages import text, tr
from app.packs.reading import Line
from app.session import Session, Snapshot
from layers.planning.results import Gaps
from layers.provenance import SIDECAR, Ask, Stated, combined_digest, read_numbers

MEASURES = ("have", "need", "gap", "unknown")


def gap_numbers(
    source: Session | Snapshot, result: Gaps, scheme: str, audience: str
) -> Iterator[Stated]:
    """Every number of the gap tables as they leave, in their order; what is not known states nothing.

    `where` is the service's and the unit's code and the column, which are the same in CSV, JSON and XLSX.
    """
    origin = result.provenance
    digest = combined_digest(origin.digests)
    rules = f"{origin.policy_version} · {origin.policy_digest}"
    units = {service.id: tr(service.unit) for service, _ in source.catalogue.services()}
    clauses = {
        service: tuple(sorted({one.chapter for one in source.policy.targets_for_service(service)}))
        for service in result.services
    }
    released = release_gaps(source, result.rows, words=False, audience=audience)
    at = {key: place for place, key in enumerate(released.keys)}
    for row, shown in zip(result.rows, released.rows, strict=True):
        for measure in MEASURES:
            value = shown[at[measure]]
            if value is None:
                continue
            name = f"gap/{row.service}/{row.unit_code}/{measure}"
            ask = Ask("gap", row.service, row.unit_code, measure, origin.year, scheme)
            where = f"{row.service} {row.unit_code} {measure}"
            yield Stated(
                name, value, units.get(row.service, ""), str(value), where, ask, "gap_row",
                clauses.get(row.service, ()), digest, rules,
            )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Origins:
    """Where the numbers of a gap table are from, found by what a line says.

    by_cell: (unit's code, measure) -> service's id -> what is stated.
    """

    by_cell: Mapping[tuple[str, str], Mapping[str, Stated]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def beside(cls, table: Path, titles: Mapping[str, str]) -> Origins | None:
        """Read the list that lies beside a table; None where there is none. titles: service's -> its id."""
        path = table.with_name(table.stem + SIDECAR)
        return cls.from_numbers(read_numbers(path.read_bytes()), titles) if path.is_file() else None

    @classmethod
    def from_numbers(cls, numbers: Iterable[Stated], titles: Mapping[str, str]) -> Origins:
        """Sort a list."""
        found: dict[tuple[str, str], dict[str, Stated]] = {}
        for one in numbers:
            found.setdefault((one.ask.unit, one.ask.field), {})[one.ask.subject] = one
        return cls(found, titles)

    def of(self, line: Line, at: int) -> Stated | None:
        """What is stated of the cell `at` of a line."""
        measure = _measure(line.head(at))
        for cell in line.cells if measure else ():
            if services := self.by_cell.get((cell, measure)):
                names = (self.titles.get(word, word) for word in line.cells)
                return next((services[name] for name in names if name in services), None)
        return None


def _measure(head: str) -> str:
    """The measure that a column's heading names, in a table for programs or for people."""
    return next((one for one in MEASURES if head in (one, text(f"gap_field_{one}"))), "")


@dataclass(frozen=True, eq=False)
class Carried:
    """Where the numbers of slides or a report are from: the list that the file carries, by place."""

    numbers: tuple[Stated, ...]

    def of(self, line: Line, at: int) -> Stated | None:
        """What is stated of a cell: at its place in a table, else of the same number on the same slide."""
        place = dict(zip(line.place[::2], line.place[1::2], strict=False))
        slide = f"slide {place['slide']} " if "slide" in place else ""
        table = f"table {place.get('table')}" if not slide else f"{slide}table"
        if "table" in place:
            where = f"{table} r{int(place.get('row', 0)) - 1} c{at + 1}"
            return next((one for one in self.numbers if one.where == where), None)
        said = line.cells[at] if at < len(line.cells) else ""
        return next((one for one in self.numbers if one.shown == said and one.where.startswith(slide)), None)


def origins_of(file: Path, titles: Mapping[str, str]) -> Origins | Carried | None:
    """Return where the numbers of a file are from, where that is written down in it or beside it."""
    if file.suffix.lower() in (".pptx", ".docx"):
        from app.exports.office import numbers_of

        return Carried(numbers_of(file.read_bytes()))
    return Origins.beside(file, titles)
