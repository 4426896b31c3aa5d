"""The map as a printed sheet: PDF (vector, fonts embedded, text that is found), SVG, or PNG at a dpi.

    write_sheet(session, Path("map.pdf"), theme=theme, paper="A3-landscape")

Everything passes `layers.release`: only layers that may leave, in looks that tell no column that may not,
small counts withheld, and nothing in the file about who made it or where. It is written whole or not at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QImage, QPainter

from app.exports.files import log_file, write_whole
from app.exports.pdf import pdf_page
from app.exports.picture import ensure_application, png, released_settings
from app.exports.released_theme import released_theme
from app.exports.sheet_table import Made, sheet_table
from app.exports.sheet_words import SheetOptions, sheet_words
from app.exports.svg import svg_page
from app.painting.sheet import paint_items, paint_map, paint_page
from app.session import Session, Snapshot
from app.theme import register_fonts
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.choropleth import MapTheme
from layers.maps.paper_parts import paper_of
from layers.maps.settings import LayerSettings
from layers.maps.sheet import Sheet, build_sheet
from layers.maps.sheet_template import PLAIN, SheetTemplate
from layers.maps.sources import SOURCES, Sources
from layers.maps.viewport import Bounds, View
from layers.plan.base import Base
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.policy.bundle import Policy
from layers.release import INTERNAL, PUBLIC, require_review, round_geometries

__all__ = ["SheetOptions", "Studio", "make_sheet", "sheet_bytes", "sheet_image", "write_sheet"]

SUFFIXES = (".pdf", ".svg", ".png")
DPI_RANGE = (50, 1200)
STEPS = 3
Progress = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    return None


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
    template: SheetTemplate = PLAIN,
    counted: bool = True,
    progress: Progress = _quiet,
) -> None:
    """Write the map as a sheet to `out` (.pdf, .svg or .png) and log it.

    view, or extent: what the map must hold at least; without one, the whole banner. counted: false leaves
    out the table of a service that counts households. Raises InputError
    `format_unknown`, `paper_unknown`, `dpi_out_of_range`, `audience_unknown`, `sheet_no_extent`; RuleError
    `review_number_needed`; StoreError `cannot_write`.
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
        template=template,
        counted=counted,
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
    log_file(
        session, out, data, Text("图幅", "a sheet"),
        audience=options.audience, columns=sorted(shown), rules=sheet_rules(options),
    )  # fmt: skip


def sheet_rules(options: SheetOptions) -> tuple[str, ...]:
    """Return the rules of release that a sheet went by, as the export log keeps them."""
    return (
        "allow_list",
        f"audience_{options.audience}",
        "small_counts",
        *(("rounded",) if options.audience == PUBLIC else ()),
        *require_review(options.audience, options.review_number, options.exempt),
    )


def checked_format(out: Path, dpi: int) -> str:
    """Return the suffix in lower case; raises InputError `format_unknown`, `dpi_out_of_range`."""
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=" ".join(SUFFIXES))
    if not DPI_RANGE[0] <= dpi <= DPI_RANGE[1]:
        raise InputError("dpi_out_of_range", dpi=dpi, least=DPI_RANGE[0], most=DPI_RANGE[1])
    return suffix


# -- the sheet -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Studio:
    """What all sheets of one job share: what may leave, rounded where it must be, prepared once.

    theme: with small counts left out. settings: only layers that may leave, in looks that tell nothing more.
    """

    plan: Plan
    policy: Policy
    audience: str
    drawn: Plan
    settings: LayerSettings
    theme: MapTheme | None
    sources: Sources

    @classmethod
    def of(
        cls,
        plan: Plan,
        policy: Policy,
        options: SheetOptions,
        settings: LayerSettings | None,
        theme: MapTheme | None,
    ) -> Studio:
        """Make it ready. Raises InputError `audience_unknown`, RuleError `review_number_needed`."""
        require_review(options.audience, options.review_number, options.exempt)
        shown = released_settings(plan, settings, options.audience)
        drawn = rounded_plan(plan, policy, shown, options.audience)
        few = int(policy.rule("small_count").value)
        released = released_theme(theme, few, counted=options.counted)
        sources = SOURCES if drawn is plan else Sources()
        return cls(plan, policy, options.audience, drawn, shown, released, sources)

    def sheet(
        self,
        options: SheetOptions,
        made: Made,
        *,
        highlighted: tuple[tuple[str, str], ...] = (),
        overview: str = "",
        check: Callable[[], None],
    ) -> Sheet:
        """Return one sheet.

        highlighted: (kind id, key) of units that are outlined, instead of the settings'. overview: what the
        small map is called.
        """
        ensure_application()  # widths come from a table, but fonts must be there before anyone paints
        shown = replace(self.settings, highlighted=highlighted) if highlighted else self.settings
        words = sheet_words(self.plan, self.policy, options, shown, self.theme, made)
        return build_sheet(
            self.drawn,
            options.paper,
            replace(words, overview=overview or words.overview),
            shown,
            theme=self.theme,
            table=made.table,
            extent=options.extent,
            language=options.language,
            grey=options.grey,
            check=check,
            sources=self.sources,
            template=options.template,
        )


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
    studio = Studio.of(plan, policy, options, settings, theme)
    made = sheet_table(
        plan, policy, theme, audience=options.audience, year=options.year, scheme=options.scheme,
        counted=options.counted,
    )  # fmt: skip
    progress(1, STEPS)
    sheet = studio.sheet(options, made, check=lambda: progress(1, STEPS))
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
