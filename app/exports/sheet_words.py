"""What a user chooses for a sheet, and every word on it that is neither on its map nor in its table."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.exports.sheet_table import Made
from app.messages import language, text, tr
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.scene import SCHEMATIC
from layers.maps.settings import LayerSettings
from layers.maps.sheet_frame import SheetText
from layers.maps.sheet_template import PLAIN, SheetTemplate, filled
from layers.maps.viewport import Bounds
from layers.plan.plan import Plan
from layers.policy.bundle import Policy
from layers.release import INTERNAL, PUBLIC, clean_metadata, footnotes

LONGEST_SOURCE = 60


@dataclass(frozen=True)
class SheetOptions:
    """What a user chooses for a sheet.

    title, subtitle: None takes the theme's, or the project's. unit: who issues it. date: today if None.
    review_number: 审图号, "" where the map was not reviewed; exempt: why it need not be, "" for no reason.
    audience: `internal` or `public`. extent: planning
    metres that the map must hold, None for the whole banner. year, scheme: of the table's figures.
    grey: tints off. counted: false leaves out the table of a service that counts households.
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
    page: tuple[int, int] | None = None
    template: SheetTemplate = PLAIN
    counted: bool = True


def sheet_words(
    plan: Plan,
    policy: Policy,
    options: SheetOptions,
    settings: LayerSettings,
    theme: MapTheme | None,
    made: Made,
) -> SheetText:
    """Every word of the sheet that is not on its map."""
    own = options.template
    day = options.date or datetime.date.today()  # noqa: DTZ011 - the local day
    digits = "02" if options.language == "en" else ""
    parts = {"year": day.year, "month": f"{day.month:{digits}}", "day": f"{day.day:{digits}}"}
    info = plan.info
    project = _said(Text(str(info.get("title", "")), str(info.get("title_en", info.get("title", "")))))
    page, pages = options.page or (1, 1)
    values = {
        "project": project,
        "date": text("sheet_on_day", **parts),
        "page": str(page),
        "pages": str(pages),
        "year": str(options.year or day.year),
        "crs": plan.crs.name(options.language),
    }
    unit = values["unit"] = filled(options.unit.strip() or own.unit, values)
    plain = filled(_said(options.title) or (tr(theme.title) if theme else "") or project, values)
    values["title"] = plain
    title = filled(own.heading, values) if own.heading else plain
    subtitle = filled(_said(options.subtitle), values)
    if options.subtitle is None:
        state = state_words(options) if options.year or options.scheme else ""
        below = filled(own.subtitle, values)
        subtitle = " · ".join(part for part in (below if below != title else "", state) if part)
    schematic = _schematic(plan, settings)
    codes = footnotes(
        options.audience,
        is_map=True,
        review_number=options.review_number,
        exempt=options.exempt,
        withheld=made.withheld,
        sample=bool(schematic),
    )
    facts = clean_metadata({"title": title, "review_number": options.review_number, "exempt": options.exempt})
    foot = (
        text("sheet_issued", unit=unit) if unit else "",
        text("sheet_date", **parts),
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
        (*_notes(plan, options, settings, theme, made, schematic),
         *(filled(tr(note), values) for note in own.notes)),
        text("sheet_notes"),
        text("sheet_legend"),
        text("sheet_overview"),
        text("sheet_north"),
        text("sheet_scale"),
        (text("sheet_filled"), text("sheet_hollow")),
        text("sheet_counted"),
        text("sheet_more"),
        f"{day:%Y%m%d}",
        text("sheet_page", page=page, pages=pages) if options.page else "",
        filled(own.secrecy, values) if options.audience == INTERNAL else "",
        tuple(tr(row) for row in own.approval),
        text("sheet_signed"),
        {**values, "title": plain},
    )  # fmt: skip


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
    if settings.basemap is not None and settings.basemap.credit:
        notes.append(text("basemap_credit", credit=settings.basemap.credit))
    if theme is not None and made.clauses:
        notes.append(text("sheet_note_figures", state=state_words(options), clauses=list(made.clauses)))
    notes.append(text("sheet_note_areas"))
    if options.audience == PUBLIC:
        notes.append(text("sheet_note_rounded"))
    return notes


def state_words(options: SheetOptions) -> str:
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
