"""An atlas: one page a unit in one PDF, with an index, page numbers, bookmarks; written whole or not at all.

Every page is a sheet of `app.exports.paper` and passes `layers.release` as such. Only the page that is being
painted is in memory; the file grows beside its target and takes its place when it is finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from PySide6.QtCore import QFile, QIODevice
from PySide6.QtGui import QPainter

from app.exports.atlas_table import unit_tables
from app.exports.files import log_file
from app.exports.paper import SheetOptions, Studio, sheet_rules
from app.exports.pdf import pdf_pages
from app.exports.pdf_book import Bookmark, Link, additions
from app.exports.pdf_file import pdf_in_place
from app.exports.picture import ensure_application
from app.exports.sheet_table import Made
from app.exports.sheet_words import sheet_words, state_words
from app.messages import text
from app.painting.sheet import paint_page
from app.session import Session, Snapshot
from app.theme import register_fonts
from layers.catalogue.text import Text
from layers.errors import InputError, StoreError
from layers.geo.measure import areas_m2
from layers.maps.atlas import (
    AtlasUnit,
    IndexPage,
    IndexWords,
    atlas_units,
    build_index,
    index_length,
    unit_extent,
)
from layers.maps.choropleth import MapTheme
from layers.maps.paper_parts import Paper, paper_of
from layers.maps.settings import LayerSettings
from layers.plan.plan import Plan

OVER = {"gacha": "unit.gacha", "sumu": "unit.sumu"}
Progress = Callable[[int, int], None]
Paint = Callable[[QPainter], None]


def _quiet(done: int, total: int) -> None:
    return None


@dataclass(frozen=True)
class AtlasDone:
    """What was written. pages: of the file, index and all. left_out: names of units that have no place."""

    units: int
    pages: int
    bytes: int
    left_out: tuple[str, ...]


def write_atlas(
    session: Session | Snapshot,
    out: Path,
    over: str,
    options: SheetOptions,
    *,
    only: Sequence[str] | None = None,
    settings: LayerSettings | None = None,
    theme: MapTheme | None = None,
    progress: Progress = _quiet,
    seal: Callable[[], None] = lambda: None,
) -> AtlasDone:
    """Write the atlas over the units of a level (`gacha`, `sumu`) to `out` (.pdf) and log it.

    only: codes of the units that are wanted. progress: called with (pages done, of how many) before every
    page and often within; what it raises gives the atlas up and leaves nothing. seal: called before the file
    takes its place, the last moment at which it may be given up. Raises InputError `format_unknown`,
    `paper_unknown`, `atlas_level_unknown`, `atlas_no_units`, `atlas_unit_unknown`,
    RuleError `review_number_needed`, StoreError `cannot_write`.
    """
    if out.suffix.lower() != ".pdf":
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=".pdf")
    book = atlas_book(session, over, options, only=only, settings=settings, theme=theme)
    ensure_application()
    register_fonts()
    data = _written(out, book, progress, seal)
    log_file(
        session, out, data, Text("图集", "an atlas"), audience=options.audience,
        columns=book.columns, rows=book.units, rules=sheet_rules(options),
    )  # fmt: skip
    return AtlasDone(book.units, book.pages, len(data), book.left_out)


def atlas_book(
    session: Session | Snapshot,
    over: str,
    options: SheetOptions,
    *,
    only: Sequence[str] | None = None,
    settings: LayerSettings | None = None,
    theme: MapTheme | None = None,
) -> Book:
    """Return the atlas' pages before any is made. Raises as `write_atlas`."""
    if over not in OVER:
        raise InputError("atlas_level_unknown", level=over, known=", ".join(OVER))
    paper = paper_of(options.paper)
    units, left_out = atlas_units(session.plan, OVER[over], only)
    studio = Studio.of(session.plan, session.policy, options, settings, theme)
    return Book(session, studio, paper, over, units, options, left_out)


def atlas_title(plan: Plan, over: str, language: str) -> str:
    """Return the atlas' title: the project's, and what the pages are of."""
    info = plan.info
    own = info.get("title_en") if language == "en" else None
    return text(f"atlas_title_{over}", title=str(own or info.get("title", ""))).strip()


class Book:
    """The pages one by one, and what leads to them."""

    def __init__(
        self,
        session: Session | Snapshot,
        studio: Studio,
        paper: Paper,
        over: str,
        units: tuple[AtlasUnit, ...],
        options: SheetOptions,
        left_out: tuple[str, ...] = (),
    ) -> None:
        self._session, self._studio, self._units, self._options = session, studio, units, options
        self.paper, self.left_out, self.units = paper, left_out, len(units)
        self._progress: Progress = _quiet
        self._title = options.title if isinstance(options.title, str) and options.title else ""
        self._title = self._title or atlas_title(session.plan, over, options.language)
        self._before = index_length(paper, units, options.template)
        self.pages = self._before + len(units)
        self.columns = sorted(studio.settings.visible)
        self.links: list[Link] = []

    @property
    def title(self) -> str:
        """The document's title."""
        return self._title

    def paints(self, progress: Progress = _quiet, pages: Sequence[int] | None = None) -> Iterator[Paint]:
        """Each page (of `pages`, from 1) as what paints it; the page before is gone when the next is made."""
        self._progress = progress
        progress(0, self.pages)
        wanted = range(1, self.pages + 1) if pages is None else pages
        index = self._index() if any(page <= self._before for page in wanted) else ()
        self.links = [
            Link(at, box, target) for at, page in enumerate(index, 1) for box, target in page.links
        ]
        for page in wanted:
            if page <= self._before:
                yield self._painted(index[page - 1], page - 1)
                continue
            progress(page - 1, self.pages)
            unit = self._units[page - 1 - self._before]
            yield self._unit(unit, self._tables.get(unit.code, Made(None)), page - 1)

    @cached_property
    def _tables(self) -> dict[str, Made]:
        return unit_tables(self._session, self._units, self._options)

    def bookmarks(self) -> list[Bookmark]:
        """The index, and each unit under its group."""
        found, group = [Bookmark(text("atlas_index"), 1)], ""
        for at, unit in enumerate(self._units, self._before + 1):
            if unit.group and unit.group != group:
                found.append(Bookmark(unit.group, at))
            group = unit.group
            found.append(Bookmark(f"{unit.name} {unit.code}", at, 1 if unit.group else 0))
        return found

    def _unit(self, unit: AtlasUnit, made: Made, at: int) -> Paint:
        options = replace(
            self._options,
            title=unit.name,
            subtitle=self._under(unit),
            extent=unit_extent(unit.geometry),
            page=(at + 1, self.pages),
        )
        sheet = self._studio.sheet(
            options, made, highlighted=((unit.kind, unit.code),), overview=text("atlas_overview"),
            check=self._check(at),
        )  # fmt: skip
        return self._painted(sheet, at)

    def _under(self, unit: AtlasUnit) -> str:
        shape = np.array([unit.geometry], object)
        km2 = float(areas_m2(shape, self._session.plan.crs.epsg)[0]) / 1e6
        state = state_words(self._options) if self._options.year or self._options.scheme else ""
        area = text("atlas_area", area=f"{km2:,.0f}" if km2 >= 10 else f"{km2:.2g}")
        group = "" if unit.group and unit.group in unit.name else unit.group
        return " · ".join(part for part in (unit.code, group, area, state) if part)

    def _index(self) -> tuple[IndexPage, ...]:
        texts = []
        for at in range(1, self._before + 1):
            options = replace(self._options, title=self._title, page=(at, self.pages))
            subtitle = text("atlas_index_under", units=len(self._units))
            studio = self._studio
            texts.append(
                sheet_words(
                    studio.plan, studio.policy, replace(options, subtitle=subtitle), studio.settings,
                    None, Made(None),
                )
            )  # fmt: skip
        words = IndexWords(
            text("atlas_index"), text("atlas_page"), text("atlas_name"), text("atlas_code")
        )
        return build_index(
            self._studio.drawn, self.paper, self._units, texts, words, language=self._options.language,
            sources=self._studio.sources, template=self._options.template, check=self._check(0),
        )  # fmt: skip

    def _painted(self, page: object, at: int) -> Paint:
        return lambda painter: paint_page(painter, page, check=self._check(at))  # type: ignore[arg-type]

    def _check(self, at: int) -> Callable[[], None]:
        return lambda: self._progress(at, self.pages)

    @property
    def day(self) -> str:
        """YYYYMMDD, for the file."""
        made = sheet_words(
            self._studio.plan, self._studio.policy, self._options, self._studio.settings, None, Made(None)
        )
        return made.day


def _written(out: Path, book: Book, progress: Progress, seal: Callable[[], None]) -> bytes:
    """Write the file beside its target, put it there, and return its bytes."""
    return pdf_in_place(
        out, book.paper, book.day, lambda raw: _paint(raw, out, book, progress), seal,
        lambda data: additions(data, book.paper.height, book.bookmarks(), book.links),
    )  # fmt: skip


def _paint(raw: Path, out: Path, book: Book, progress: Progress) -> None:
    """Paint into `raw`; what is wrong is said of `out`, the file that was asked for."""
    device = QFile(str(raw))
    if not device.open(QIODevice.OpenModeFlag.WriteOnly):
        raise StoreError("cannot_write", path=str(out), reason=device.errorString())
    try:
        paper = book.paper
        pdf_pages(
            device, paper.width, paper.height, book.paints(progress), title=book.title, date=book.day
        )
    finally:
        device.close()
