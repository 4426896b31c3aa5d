"""The map as a printed sheet: PDF (vector, fonts embedded, text that is found), SVG, or PNG at a dpi.

    write_sheet(session, Path("map.pdf"), theme=theme, paper="A3-landscape")

Everything passes `layers.release`: only layers that may leave, in looks that tell no column that may not,
small counts withheld, and nothing in the file about who made it or where. It is written whole or not at all.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QImage, QPainter

from app.exports.files import log_file, write_whole
from app.exports.pdf import pdf_page
from app.exports.picture import ensure_application, png, released_settings, released_theme
from app.exports.sheet_table import Made, sheet_table
from app.exports.svg import svg_page
from app.messages import language, text, tr
from app.painting.sheet import paint_items, paint_map, paint_page
from app.session import Session, Snapshot
from app.theme import register_fonts
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.choropleth import MapTheme
from layers.maps.paper_parts import paper_of
from layers.maps.scene import SCHEMATIC
from layers.maps.settings import LayerSettings
from layers.maps.sheet import Sheet, build_sheet
from layers.maps.sheet_frame import SheetText
from layers.maps.sources import Sources
from layers.maps.viewport import Bounds, View
from layers.plan.base import Base
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.policy.bundle import Policy
from layers.release import INTERNAL, PUBLIC, clean_metadata, footnotes, require_review, round_geometries

SUFFIXES = (".pdf", ".svg", ".png")
DPI_RANGE = (50, 1200)
LONGEST_SOURCE = 60
STEPS = 3
Progress = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    return None


@dataclass(frozen=True)
class SheetOptions:
    """What a user chooses for a sheet.

    title, subtitle: None takes the theme's, or the project's. unit: who issues it. date: today if None.
    review_number: 审图号, "" where the map was not reviewed; exempt: why it need not be, "" for no reason.
    audience: `internal` or `public`. extent: planning metres that the map must hold, None for the whole
    banner. year, scheme: of the table's figures.
    grey: tints off.
    """

    paper: str = "A3-landscape"
    title: Text | str | None = None
    subtitle: Text | str | None = None
    unit: str = ""
    date: datetime.date | None = None
    review_number: str = ""
    audience: str = INTERNAL
    extent: Bounds | None = None
    year: int | None = None
    scheme: str | None = None
    grey: bool = False
    exempt: str = ""
    language: str = field(default_factory=language)


def write_sheet(
    session: Session | Snapshot,
    out: Path,
    *,
    settings: LayerSettings | None = None,
    theme: MapTheme | None = None,
    view: View | None = None,
    paper: str = "A3-landscape",
    dpi: int = 300,
    title: Text | str | None = None,
    subtitle: Text | str | None = None,
    unit: str = "",
    date: datetime.date | None = None,
    review_number: str = "",
    audience: str = INTERNAL,
    year: int | None = None,
    scheme: str | None = None,
    grey: bool = False,
    extent: Bounds | None = None,
    exempt: str = "",
    progress: Progress = _quiet,
) -> None:
    """Write the map as a sheet to `out` (.pdf, .svg or .png) and log it.

    view, or extent: what the map must hold at least; without one, the whole banner. Raises InputError
    `format_unknown`, `paper_unknown`, `dpi_out_of_range`, `audience_unknown`, `sheet_no_extent`; RuleError
    `review_number_needed`;
    StoreError `cannot_write`.
    """
    options = SheetOptions(
        paper,
        title,
        subtitle,
        unit,
        date,
        review_number,
        audience,
        extent if view is None else view.bounds,
        year,
        scheme,
        grey,
        exempt,
    )
    suffix = checked_format(out, dpi)
    sheet = make_sheet(
        session.plan, session.policy, options, settings=settings, theme=theme, progress=progress
    )
    data = sheet_bytes(sheet, suffix, dpi=dpi, progress=progress)
    keep_sheet(session, out, data, options, settings)


def keep_sheet(
    session: Session | Snapshot, out: Path, data: bytes, options: SheetOptions, settings: LayerSettings | None
) -> None:
    """Write a finished sheet's bytes to its file, and log it. Raises StoreError `cannot_write`."""
    write_whole(out, data)
    shown = released_settings(session.plan, settings, options.audience).visible
    rules = (
        "allow_list",
        f"audience_{options.audience}",
        "small_counts",
        *(("rounded",) if options.audience == PUBLIC else ()),
        *require_review(options.audience, options.review_number, options.exempt),
    )
    log_file(
        session, out, data, Text("图幅", "a sheet"),
        audience=options.audience, columns=sorted(shown), rules=rules,
    )  # fmt: skip


def checked_format(out: Path, dpi: int) -> str:
    """Return the suffix in lower case; raises InputError `format_unknown`, `dpi_out_of_range`."""
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=" ".join(SUFFIXES))
    if not DPI_RANGE[0] <= dpi <= DPI_RANGE[1]:
        raise InputError("dpi_out_of_range", dpi=dpi, least=DPI_RANGE[0], most=DPI_RANGE[1])
    return suffix


# -- the sheet -------------------------------------------------------------------------------------


def make_sheet(
    plan: Plan,
    policy: Policy,
    options: SheetOptions,
    *,
    settings: LayerSettings | None = None,
    theme: MapTheme | None = None,
    progress: Progress = _quiet,
) -> Sheet:
    """Return the sheet as it may leave; needs no session, so that a worker can make it from a snapshot.

    Raises as `write_sheet`.
    """
    paper_of(options.paper)
    require_review(options.audience, options.review_number, options.exempt)
    shown = released_settings(plan, settings, options.audience)
    released = released_theme(theme, int(policy.rule("small_count").value))
    made = sheet_table(
        plan, policy, theme, audience=options.audience, year=options.year, scheme=options.scheme
    )
    progress(1, STEPS)
    drawn = rounded_plan(plan, policy, shown, options.audience)
    words = _words(plan, policy, options, shown, released, made)
    ensure_application()  # widths come from a table, but fonts must be there before anyone paints
    sources = {} if drawn is plan else {"sources": Sources()}
    sheet = build_sheet(
        drawn,
        options.paper,
        words,
        shown,
        theme=released,
        table=made.table,
        extent=options.extent,
        language=options.language,
        grey=options.grey,
        check=lambda: progress(1, STEPS),
        **sources,
    )
    progress(2, STEPS)
    return sheet


def rounded_plan(plan: Plan, policy: Policy, settings: LayerSettings, audience: str) -> Plan:
    """The plan with what is drawn on the grid of the release rules; itself where nothing is rounded."""
    if audience != PUBLIC:
        return plan
    units = {
        table.kind.id for role in ("unit.banner", "unit.sumu", "unit.gacha") for table in plan.with_role(role)
    }
    tables = {
        kind: Table(table.kind, Base(_Rounded(table, policy, audience)))
        if table.kind.geometry and kind in settings.visible | units
        else table
        for kind, table in plan.tables.items()
    }
    return Plan(plan.catalogue, plan.crs, tables, plan.documents)


class _Rounded:
    """A table's columns with rounded geometries (a `layers.plan.base.ColumnSource`)."""

    def __init__(self, table: Table, policy: Policy, audience: str) -> None:
        self._table, self._policy, self._audience = table, policy, audience

    def fids(self) -> np.ndarray:
        """Row ids, int64, ascending."""
        return self._table.fids

    def read(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Row ids and values of a column."""
        if name != GEOMETRY:
            return self._table.fids, self._table.column(name)
        return self._table.fids, round_geometries(self._table.geometry, self._policy, audience=self._audience)

    def row(self, fid: int, names: Sequence[str]) -> Mapping[str, Any]:
        """Some columns of one row."""
        row = self._table.row(fid)
        return {name: row.get(name) for name in names}


def _words(
    plan: Plan,
    policy: Policy,
    options: SheetOptions,
    settings: LayerSettings,
    theme: MapTheme | None,
    made: Made,
) -> SheetText:
    """Every word of the sheet that is not on its map."""
    title = (
        _said(options.title)
        or (tr(theme.title) if theme else "")
        or _said(
            Text(str(plan.info.get("title", "")), str(plan.info.get("title_en", plan.info.get("title", ""))))
        )
    )
    subtitle = _said(options.subtitle)
    if options.subtitle is None:
        subtitle = _state(options) if options.year or options.scheme else ""
    schematic = _schematic(plan, settings)
    codes = footnotes(
        options.audience,
        is_map=True,
        review_number=options.review_number,
        exempt=options.exempt,
        withheld=made.withheld,
        sample=bool(schematic),
    )
    day = options.date or datetime.date.today()  # noqa: DTZ011 - the local day
    digits = "02" if options.language == "en" else ""
    facts = clean_metadata({"title": title, "review_number": options.review_number, "exempt": options.exempt})
    foot = (
        text("sheet_issued", unit=options.unit) if options.unit.strip() else "",
        text("sheet_date", year=day.year, month=f"{day.month:{digits}}", day=f"{day.day:{digits}}"),
        text("sheet_crs", crs=plan.crs.name(options.language), epsg=plan.crs.epsg),
    )
    number = facts.get("review_number", "").strip()
    return SheetText(
        facts.get("title", ""),
        subtitle,
        text("release_keep_inside") if "keep_inside" in codes else "",
        text("release_not_reviewed") if "not_reviewed" in codes else "",
        _review(number, facts.get("exempt", "").strip()),
        foot,
        text("sheet_small", digest=data_digest(plan, settings), rules=policy.version, hash=policy.digest[:8]),
        tuple(_notes(plan, options, settings, theme, made, schematic)),
        text("sheet_notes"),
        text("sheet_legend"),
        text("sheet_overview"),
        text("sheet_north"),
        text("sheet_scale"),
        (text("sheet_filled"), text("sheet_hollow")),
        text("sheet_counted"),
        text("sheet_more"),
        f"{day:%Y%m%d}",
    )


def _review(number: str, exempt: str) -> str:
    """The line of the review: its number, else why none is needed, else that there is none."""
    if number or not exempt:
        return text("sheet_review", number=number) if number else text("sheet_review_none")
    return text("sheet_review_exempt", ground=exempt)


def _notes(
    plan: Plan,
    options: SheetOptions,
    settings: LayerSettings,
    theme: MapTheme | None,
    made: Made,
    schematic: list[str],
) -> list[str]:
    """What is schematic, where names come from, how figures are reckoned, how areas are measured."""
    notes = []
    if schematic:
        notes.append(text("sheet_note_schematic", layers=_listed(schematic)))
    if source := _name_source(plan, settings):
        notes.append(text("sheet_note_names", source=source))
    if theme is not None and made.clauses:
        notes.append(text("sheet_note_figures", state=_state(options), clauses=list(made.clauses)))
    notes.append(text("sheet_note_areas"))
    if options.audience == PUBLIC:
        notes.append(text("sheet_note_rounded"))
    return notes


def _state(options: SheetOptions) -> str:
    """As of when, and under which scheme, the figures stand."""
    state = text("gaps_now") if options.year is None else text("gaps_year", year=options.year)
    return state if options.scheme is None else text("sheet_under_scheme", state=state, name=options.scheme)


def _said(words: Text | str | None) -> str:
    return "" if words is None else tr(words) if isinstance(words, Text) else words


def _listed(words: Sequence[str], most: int = 8) -> str:
    said = text("sheet_list").join(words[:most])
    return said if len(words) <= most else text("sheet_and_more", listed=said, n=len(words))


def _schematic(plan: Plan, settings: LayerSettings) -> list[str]:
    """Titles of layers on the map that have schematic or synthetic features."""
    return [
        tr(kind.title)
        for kind in settings.sequence(plan)
        if "quality" in kind.column_names and SCHEMATIC & set(plan.tables[kind.id].column("quality"))
    ]


def _name_source(plan: Plan, settings: LayerSettings) -> str:
    """Where the units' names come from: what all rows of their layer say, and nothing that only some say."""
    for table in plan.with_role("unit.gacha"):
        if table.kind.id in settings.visible and "source" in table.kind.column_names:
            said = set(table.column("source"))
            only = str(next(iter(said))) if len(said) == 1 else ""
            if said != {None} and 0 < len(only) <= LONGEST_SOURCE and clean_metadata({"title": only}):
                return only
    return ""


def data_digest(plan: Plan, settings: LayerSettings) -> str:
    """Eight signs that change with any row of any layer on the map."""
    found = plan.digests(iter(sorted(kind.id for kind in settings.sequence(plan))))
    whole = "\n".join(f"{kind}={digest}" for kind, digest in sorted(found.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:8].upper()


# -- bytes -----------------------------------------------------------------------------------------


def sheet_bytes(sheet: Sheet, suffix: str, *, dpi: int = 300, progress: Progress = _quiet) -> bytes:
    """Return the sheet as a file of the kind `suffix`; what `progress` raises gives it up."""
    ensure_application()
    register_fonts()

    def check() -> None:
        progress(2, STEPS)

    paper = sheet.paper
    if suffix == ".png":
        return png(sheet_image(sheet, dpi=dpi, check=check))
    if suffix == ".svg":
        maps = [frame for frame in (sheet.map, sheet.overview) if frame is not None]
        layers = [
            (lambda painter, frame=frame: paint_map(painter, frame, clip=False, check=check), frame.box)
            for frame in maps
        ]
        return svg_page(
            paper.width,
            paper.height,
            [*layers, (lambda painter: paint_items(painter, sheet, check=check), None)],
            title=sheet.title,
        )
    return pdf_page(
        paper.width,
        paper.height,
        lambda painter: paint_page(painter, sheet, check=check),
        title=sheet.title,
        date=sheet.day,
    )


def sheet_image(sheet: Sheet, *, dpi: float = 96.0, check: Callable[[], None] = lambda: None) -> QImage:
    """Return the page as a picture at a dpi: the preview, and the PNG."""
    ensure_application()
    register_fonts()
    paper, size = sheet.paper, dpi / 25.4
    image = QImage(round(paper.width * size), round(paper.height * size), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    try:
        painter.scale(size, size)
        paint_page(painter, sheet, check=check)
    finally:
        painter.end()
    image.setDotsPerMeterX(round(size * 1000))
    image.setDotsPerMeterY(round(size * 1000))
    return image
