"""What may leave the house: every export passes here.

Everything is by allow-list: a kind or column that nobody classified counts as sensitive and stays. Household
and toilet points never leave. Counts of households of 1 or 2 are withheld, and as many others with them as it
takes that no sum gives one away (`layers.small_counts`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import Catalogue, LayerKind
from layers.catalogue.privacy import Privacy
from layers.errors import InputError, RuleError
from layers.policy.bundle import Policy
from layers.small_counts import Sum, withhold_small_counts

INTERNAL, PUBLIC = "internal", "public"
AUDIENCES: Mapping[str, Privacy] = MappingProxyType({INTERNAL: Privacy.INTERNAL, PUBLIC: Privacy.PUBLIC})
WITHHELD = "*"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
METADATA = (
    "title",
    "subject",
    "language",
    "date",
    "software",
    "crs",
    "year",
    "policy_version",
    "policy_digest",
    "clauses",
    "layers",
    "review_number",
    "exempt",
    "audience",
)
"""Facts that a file may carry about itself; author, company, paths and templates never."""
_PATH = re.compile(r"(^|[\s\"'(=])([A-Za-z]:[\\/]|\\\\|/(home|root|Users|tmp|mnt|media|data|opt|var)/|file:)")


# -- kinds and columns -------------------------------------------------------------------------------------


def allowed_columns(catalogue: Catalogue, *, audience: str = INTERNAL) -> Mapping[str, tuple[str, ...]]:
    """Return kind id -> names of the columns that may leave, in their order; other kinds are not in it.

    A kind may leave when it is not personal and its key column may: what tells its features apart.
    Raises InputError `audience_unknown`.
    """
    limit = _limit(audience)
    return MappingProxyType(
        {
            kind.id: tuple(column.name for column in kind.columns if _class(column.privacy) <= limit)
            for kind in catalogue
            if _may_leave(kind, limit)
        }
    )


def drawable_kinds(catalogue: Catalogue, audience: str = INTERNAL) -> frozenset[str]:
    """Return the kinds whose geometry may be on a picture, a sheet or a shared file, at whatever scale.

    Of a personal kind no point is drawn on what leaves; `countable_kinds` may stand there as numbers.
    """
    limit = _limit(audience)
    return frozenset(kind.id for kind in catalogue if kind.geometry and _may_leave(kind, limit))


def countable_kinds(catalogue: Catalogue) -> frozenset[str]:
    """Return personal kinds that may be shown as counts by gacha (through `withhold_small_counts`)."""
    return frozenset(kind.id for kind in catalogue if kind.sensitive and kind.style.aggregate == "count")


def _may_leave(kind: LayerKind, limit: Privacy) -> bool:
    key = next((column for column in kind.columns if column.name == kind.key), None)
    return not kind.sensitive and key is not None and _class(key.privacy) <= limit


def _class(privacy: object) -> Privacy:
    return privacy if isinstance(privacy, Privacy) else Privacy.SENSITIVE


def _limit(audience: str) -> Privacy:
    try:
        return AUDIENCES[audience]
    except KeyError:
        raise InputError("audience_unknown", audience=audience, known=", ".join(AUDIENCES)) from None


# -- tables ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table that is to leave. `key`: its name in the rows; unknown privacy is sensitive."""

    key: str
    heading: str
    privacy: Privacy = Privacy.SENSITIVE


@dataclass(frozen=True, slots=True)
class Counts:
    """Which cells of a table count households, and which sums a reader could take of them.

    of_row: row -> names of its fields that count households.
    sums: (parts, total): in a row, the parts add up to the total.
    groups: names of fields; a reader is taken to know the sum of each count over all rows that agree in them.
    same: field -> names of fields; rows that agree in them show one and the same number there.
    twins: field -> another field of the row that, where equal, is the same number (a gap that is the need).
    beside: rows of other files that a reader may lay beside this one: reckoned with, not written.
    wholes: (row, rows): in each count the rows add up to the row; places among the rows and those beside.
    """

    of_row: Callable[[Mapping[str, Any]], Iterable[str]]
    sums: tuple[tuple[tuple[str, ...], str], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    same: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)
    beside: Sequence[Mapping[str, Any]] = ()
    wholes: tuple[tuple[int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """A table as it may leave. withheld: cells replaced by WITHHELD; dropped: keys of fields left out."""

    headings: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    withheld: int
    dropped: tuple[str, ...]
    rules: tuple[str, ...]


def release_table(
    fields: Sequence[Field],
    rows: Sequence[Mapping[str, Any]],
    *,
    audience: str,
    small_count: int,
    counts: Counts | None = None,
    formulas: bool = True,
) -> Released:
    """Return the table as it may leave.

    Fields above the audience's class are dropped. Household counts from 1 to `small_count` - 1 are withheld,
    with the complements they need, for every audience; 0 is shown. formulas: text that a spreadsheet would
    run is made text by a leading apostrophe (leave it on for CSV and clipboards). Raises InputError
    `audience_unknown`, RuleError `small_count_exposed`.
    """
    limit = _limit(audience)
    kept = [one for one in fields if _class(one.privacy) <= limit]
    dropped = tuple(one.key for one in fields if _class(one.privacy) > limit)
    hidden = _hidden([*rows, *counts.beside], counts, small_count) if counts else frozenset()
    shown = tuple(
        tuple(WITHHELD if (at, one.key) in hidden else _cell(row.get(one.key), formulas) for one in kept)
        for at, row in enumerate(rows)
    )
    withheld = sum(value == WITHHELD for row in shown for value in row)
    rules = ["allow_list", f"audience_{audience}"]
    rules += ["small_counts"] if counts else []
    rules += ["formula_guard"] if formulas else []
    return Released(
        tuple(guard_formula(one.heading) if formulas else one.heading for one in kept),
        tuple(one.key for one in kept),
        shown,
        withheld,
        dropped,
        tuple(rules),
    )


def _hidden(
    rows: Sequence[Mapping[str, Any]], counts: Counts, small_count: int
) -> frozenset[tuple[int, str]]:
    """Cells (row, key) that must be withheld."""
    cells: dict[Any, int] = {}
    values: list[int] = []
    places: list[list[tuple[int, str]]] = []
    of_row: list[dict[str, int]] = []
    for at, row in enumerate(rows):
        mine: dict[str, int] = {}
        for key in counts.of_row(row):
            if row.get(key) is None:
                continue
            twin = counts.twins.get(key, key)
            name = twin if row.get(twin) == row[key] else key
            same = counts.same.get(name)
            identity = (name, at) if same is None else (name, tuple(row.get(part) for part in same), "same")
            if identity not in cells:
                cells[identity] = len(values)
                values.append(int(row[key]))
                places.append([])
            mine[key] = cells[identity]
            places[cells[identity]].append((at, key))
        of_row.append(mine)
    sums = _row_sums(of_row, values, counts) + _group_sums(rows, of_row, values, counts, small_count)
    sums += [
        Sum(tuple(of_row[at][key] for at in parts), cell)
        for whole, parts in counts.wholes
        for key, cell in of_row[whole].items()
    ]
    sums = list(dict.fromkeys(sums))  # of a number that several rows show, one sum
    hidden = withhold_small_counts(values, sums, small_count=small_count)
    return frozenset(place for cell in hidden for place in places[cell])


def _row_sums(of_row: list[dict[str, int]], values: list[int], counts: Counts) -> list[Sum]:
    sums = set()
    for mine in of_row:
        for parts, total in counts.sums:
            chosen = tuple(mine[name] for name in parts if name in mine)
            if total in mine and chosen and sum(values[cell] for cell in chosen) == values[mine[total]]:
                sums.add(Sum(chosen, mine[total]))
    return sorted(sums, key=lambda one: (one.parts, one.total or 0))


def _group_sums(
    rows: Sequence[Mapping[str, Any]],
    of_row: list[dict[str, int]],
    values: list[int],
    counts: Counts,
    small_count: int,
) -> list[Sum]:
    """Sums over groups of rows, known to the reader; a small total is itself withheld wherever shown."""
    found: dict[Any, list[int]] = {}
    for names in counts.groups:
        for row, mine in zip(rows, of_row, strict=True):
            for key, cell in mine.items():
                group = found.setdefault((names, key, tuple(row.get(name) for name in names)), [])
                if cell not in group:
                    group.append(cell)
    sums = []
    for cells in found.values():
        number = sum(values[cell] for cell in cells)
        if not 0 < number < small_count:
            sums.append(Sum(tuple(cells), None, number))
    return sums


def _cell(value: Any, formulas: bool) -> Any:
    if isinstance(value, str):
        value = value.replace("\x00", "")
        return guard_formula(value) if formulas else value
    return value


def guard_formula(text: str) -> str:
    """Return text that no spreadsheet runs: with an apostrophe before `= + - @`, tab, line end."""
    return (
        f"'{text}"
        if text.lstrip(" \u3000").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)
        else text
    )


# -- positions ---------------------------------------------------------------------------------------------


def round_lonlat(lonlat: np.ndarray, policy: Policy, *, audience: str) -> np.ndarray:
    """Return degrees (n, 2), for the public rounded to the policy's decimals."""
    if _limit(audience) > Privacy.PUBLIC:
        return np.asarray(lonlat, np.float64)
    return np.round(
        np.asarray(lonlat, np.float64), int(policy.rule("public_coordinate_rounding").values["decimals"])
    )


def round_geometries(geometries: np.ndarray, policy: Policy, *, audience: str) -> np.ndarray:
    """Return geometries (n,) in planning CRS metres, for the public on a grid of the policy's metres.

    What the grid makes invalid is mended; what it swallows becomes None. Outlines that fitted together still
    do: equal vertices move equally.
    """
    if _limit(audience) > Privacy.PUBLIC:
        return geometries
    metres = policy.rule("public_coordinate_rounding").values["metres"]
    rounded = shapely.set_precision(geometries, metres)
    rounded = np.array(rounded, object)
    rounded[shapely.is_empty(rounded)] = None
    return rounded


# -- about the file ----------------------------------------------------------------------------------------


def clean_metadata(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts that a file may carry about itself: by allow-list, and nothing that holds a path."""
    return {
        name: str(facts[name])
        for name in METADATA
        if facts.get(name) is not None and not _PATH.search(str(facts[name]))
    }


def require_review(audience: str, review_number: str, exempt: str = "") -> tuple[str, ...]:
    """Let nothing go to the public without a review number or a stated ground of exemption (`exempt`).

    Returns the line for the export log that records the ground; none where there is a number, or inside.
    Raises InputError `audience_unknown`, RuleError `review_number_needed`.
    """
    if _limit(audience) > Privacy.PUBLIC or review_number.strip():
        return ()
    if not exempt.strip():
        raise RuleError("review_number_needed")
    return (f"exempt: {exempt.strip()}",)


def footnotes(
    audience: str,
    *,
    is_map: bool = False,
    review_number: str = "",
    exempt: str = "",
    withheld: int = 0,
    sample: bool = False,
) -> tuple[str, ...]:
    """Return codes of the notes that must stand on what leaves; the words are `[ui.release_CODE]`.

    `keep_inside` (内部资料 注意保存) on everything internal, `not_reviewed` (未经审图，不得公开) on a map without
    a review number or a ground of exemption, `counts_withheld` where cells are withheld, `sample_data` on
    schematic or synthetic data.
    """
    _limit(audience)
    codes = (
        ("keep_inside", audience == INTERNAL),
        ("not_reviewed", is_map and not (review_number.strip() or exempt.strip())),
        ("counts_withheld", withheld > 0),
        ("sample_data", sample),
    )
    return tuple(code for code, applies in codes if applies)


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """One line of the export log, kept in the project's journal. at: ISO time, given by the session."""

    at: str
    what: str
    audience: str
    columns: tuple[str, ...]
    rows: int
    sha256: str
    rules: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }


def export_record(
    data: bytes,
    *,
    at: str,
    what: str,
    audience: str,
    columns: Sequence[str] = (),
    rows: int = 0,
    rules: Sequence[str] = (),
) -> ExportRecord:
    """Return the log's line for a file with the bytes `data`. what: the file's name, not its path."""
    _limit(audience)
    name = re.split(r"[\\/]", what)[-1]
    return ExportRecord(
        at, name, audience, tuple(columns), rows, hashlib.sha256(data).hexdigest(), tuple(rules)
    )
