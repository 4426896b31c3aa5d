"""Printing from the command line: the map as a sheet, or an atlas; which printers there are."""

from __future__ import annotations

from pathlib import Path

from app.actions.sheet_asked import Asked, asked_of, figures_of
from app.command import Answer
from app.messages import text
from app.session import Session
from layers.errors import InputError
from layers.maps.settings import LayerSettings


def list_printers(_session: Session) -> Answer:
    """List the printers there are, the usual one first."""
    from app.exports.picture import ensure_application
    from app.exports.printing import printers

    ensure_application()
    found = printers()
    return Answer(list(found), found or (text("print_no_printer"),))


def print_map(
    session: Session,
    *,
    printer: str = "",
    out: Path | None = None,
    over: str | None = None,
    scene: str | None = None,
    service: str | None = None,
    year: int | None = None,
    scheme: str | None = None,
    paper: str | None = None,
    sheet: str | None = None,
    template: str | None = None,
    pages: str = "",
    copies: int = 1,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
) -> Answer:
    """Print the map as a sheet; over: as an atlas of `gacha` or `sumu`. out: to a PDF file.

    printer: "" is the usual one. sheet: paper for which it is made, None the template's; paper: the
    printer's, None the same (what is larger is printed smaller). Raises InputError `printer_none`,
    `printer_unknown`, `print_range_wrong`, and what `figures_of`, `asked_of` and the writers do.
    """
    from app.exports.picture import ensure_application
    from app.exports.printing import PrintJob, page_range, print_pages, printers
    from layers.maps.paper_parts import paper_of

    ensure_application()
    if out is None and not printer:
        found = printers()
        if not found:
            raise InputError("printer_none")
        printer = found[0]
    if over is not None and (service is not None or year is not None or scheme is not None):
        raise InputError("print_atlas_scene")
    figures = figures_of(session.plan, scene=scene, service=service, year=year, scheme=scheme)
    asked = asked_of(
        session, figures, paper=sheet, template=template, public=public, review_number=review_number,
        exempt=exempt, framed=over is None,
    )  # fmt: skip
    source = _source(session, asked, over)
    wanted = page_range(pages, source.count)
    job = PrintJob(
        "" if out is not None else printer, out, copies, wanted, paper_of(paper) if paper else None
    )
    print_pages(session, source, job)
    data = {
        "printer": job.printer,
        "path": str(out) if out else None,
        "pages": list(wanted),
        "copies": copies,
    }
    return Answer(data, (text("print_done_pages", name=out or printer, pages=len(wanted), copies=copies),))


def _source(session: Session, asked: Asked, over: str | None):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """The pages, as `app.exports.printing` takes them."""
    from app.exports.atlas import atlas_book
    from app.exports.paper import make_sheet
    from app.exports.picture import released_settings
    from app.exports.printing import atlas_source, sheet_source
    from app.exports.sheet_words import data_digest

    shown = asked.settings or LayerSettings.default(session.plan)
    released = released_settings(session.plan, shown, asked.options.audience)
    mark = data_digest(session.plan, released)
    if over is not None:
        book = atlas_book(session, over, asked.options, settings=asked.settings, theme=asked.theme)
        return atlas_source(book, asked.options, mark)
    sheet = make_sheet(
        session.plan, session.policy, asked.options, settings=asked.settings, theme=asked.theme
    )
    return sheet_source(sheet, asked.options, tuple(released.visible), mark)
