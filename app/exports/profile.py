"""A unit's profile as a file: one page (PDF, SVG, PNG), a web page that asks for nothing, JSON.

Everything passes `layers.release`: numbers come from `profile_data`, the map as on any sheet.
"""

from __future__ import annotations

import base64
import datetime
import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage, QPainter

from app.exports.files import log_file, write_whole
from app.exports.paper import SheetOptions, Studio, sheet_bytes, sheet_rules
from app.exports.picture import ensure_application, png
from app.exports.profile_data import COUNTS, is_kept, number_words, profile_data, unit_title
from app.messages import language, text, tr
from app.painting.sheet import paint_map
from app.session import Session, Snapshot
from app.theme import register_fonts
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.paper_parts import clean
from layers.maps.profile_page import FEW, Chip, Figure, Grid, PageContent, profile_page
from layers.maps.settings import LayerSettings
from layers.maps.sheet import Sheet
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.grazing_ground import REGIMES
from layers.planning.profile import Profile
from layers.release import INTERNAL, clean_metadata, footnotes, require_review

SUFFIXES = (".pdf", ".png", ".svg", ".html", ".json")
DPI = 200
INKS = {"met": "met_ink", "short": "short_ink", "exempt": "exempt_ink", "unknown": "unknown_ink",
        "none": "none_ink"}  # fmt: skip
CHIP_INKS = {**INKS, "short": "halo", "none": "ink3"}
Source = Session | Snapshot


@dataclass(frozen=True)
class ProfileOptions:
    """To whom the page goes. review_number, exempt: as for any map."""

    audience: str = INTERNAL
    review_number: str = ""
    exempt: str = ""
    date: datetime.date | None = None

    @property
    def sheet(self) -> SheetOptions:
        """The same for a sheet."""
        return SheetOptions(
            "A4-portrait", audience=self.audience, review_number=self.review_number.strip(),
            exempt=self.exempt.strip(), date=self.date,
        )  # fmt: skip


def write_profile(
    source: Source, found: Profile, out: Path, options: ProfileOptions = ProfileOptions()
) -> dict[str, Any]:
    """Write the profile to `out`, log it, and return what was written in stable keys.

    Raises InputError `format_unknown`, `audience_unknown`, `sheet_no_extent`; RuleError
    `review_number_needed`; StoreError `cannot_write`.
    """
    suffix, rules = checked(out, options), sheet_rules(options.sheet)
    data = profile_data(source, found, audience=options.audience)
    if suffix == ".json":
        made = json.dumps(_document(source, data), ensure_ascii=False, indent=1, allow_nan=False).encode()
    else:
        sheet, web = make_page(source, found, data, options), suffix == ".html"
        made = _web(source, data, sheet, options) if web else sheet_bytes(sheet, suffix, dpi=DPI)
    write_whole(out, made)
    log_file(
        source, out, made, Text("一页概况", "a profile"),
        audience=options.audience, columns=sorted(data), rows=len(data["services"]), rules=rules,
    )  # fmt: skip
    return data


def checked(out: Path, options: ProfileOptions) -> str:
    """Return the suffix in lower case, before anything is reckoned. Raises InputError `format_unknown`,
    RuleError `review_number_needed`."""
    if out.suffix.lower() not in SUFFIXES:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=" ".join(SUFFIXES))
    require_review(options.audience, options.review_number, options.exempt)
    return out.suffix.lower()


def make_page(
    source: Source,
    found: Profile,
    data: Mapping[str, Any],
    options: ProfileOptions = ProfileOptions(),
    *,
    check: Callable[[], None] = lambda: None,
) -> Sheet:
    """Return the page. Raises RuleError `review_number_needed`, InputError `sheet_no_extent`."""
    ensure_application()  # on the command line there is none yet
    register_fonts()
    plan = source.plan
    shown = LayerSettings.default(plan)
    for table in plan.with_role("proposal"):
        shown = shown.shown(table.kind.id)
    studio = Studio.of(_with_works(plan, found, data), source.policy, options.sheet, shown, None)
    kind = next(
        table.kind.id
        for table in plan.with_role(found.unit.role)
        if found.unit.code in {str(code) for code in table.column(table.kind.key)}
    )
    return profile_page(
        studio.drawn, (kind, found.unit.code), page_content(source, data, options), studio.settings,
        language=language(), sources=studio.sources, check=check,
    )  # fmt: skip


def _with_works(plan: Plan, found: Profile, data: Mapping[str, Any]) -> Plan:
    """The plan with no other works than those that the page lists."""
    listed = {(one["kind"], one.get("code")) for one in data["works"]}
    tables = dict(plan.tables)
    for table in plan.with_role("proposal"):
        own = [work.row for work in found.works if work.kind == table.kind.id]
        kept = [row for row in own if (table.kind.id, row.get("code")) in listed]
        tables[table.kind.id] = Table.from_rows(table.kind, kept)
    return Plan(plan.catalogue, plan.crs, tables, plan.documents)


# -- words of the page -----------------------------------------------------------------------------


def page_content(source: Source, data: Mapping[str, Any], options: ProfileOptions) -> PageContent:
    """Return every word of the page, from what may leave."""
    day = options.date or datetime.date.fromisoformat(data["date"])
    codes = footnotes(
        options.audience, is_map=True, review_number=options.review_number, exempt=options.exempt,
        withheld=data["withheld"], sample=bool(source.plan.info.get("sample")),
    )  # fmt: skip
    notes = [text("profile_note_status"), text("profile_note_access"), text("profile_note_land")]
    notes += [text(f"release_{code}") for code in codes if code in ("counts_withheld", "sample_data")]
    source_line, services = data["provenance"], _services(data)
    crowded = len(services.rows) > FEW  # beside a small map there is no room for the schemes
    return PageContent(
        clean_metadata({"title": unit_title(data)}).get("title", ""),
        subtitle(data),
        text("release_keep_inside") if "keep_inside" in codes else "",
        text("release_not_reviewed") if "not_reviewed" in codes else reviewed(options),
        _figures(data),
        (*_beside(data), *(() if crowded else _planned(data))),
        services,
        (text("profile_targets"), _between("；", "; ").join(_target(one) for one in data["targets"])),
        (_access(data), *_ledger(data)),
        (*(_planned(data) if crowded else ()), *_works(data)),
        tuple(notes),
        (
            text("profile_foot", project=clean(str(tr(_project(source)))), state=state_words(data),
                 date=day.isoformat()),
            text("profile_rules", rules=source_line["policy_version"], hash=source_line["policy_digest"][:8],
                 digest=source_line["digest"][:8].upper(), crs=source_line["crs"],
                 clauses=_between().join(source_line["clauses"]) or "—"),
        ),
        text("sheet_scale"),
        f"{day:%Y%m%d}",
    )  # fmt: skip


def _between(zh: str = "、", en: str = ", ") -> str:
    return en if language() == "en" else zh


def _project(source: Source) -> Text:
    info = source.plan.info
    title = str(info.get("title", ""))
    return Text(title, str(info.get("title_en", title)))


def reviewed(options: ProfileOptions) -> str:
    """The review number or the ground of exemption, as any map states it."""
    if options.review_number.strip():
        return text("sheet_review", number=options.review_number.strip())
    return text("sheet_review_exempt", ground=options.exempt.strip()) if options.exempt.strip() else ""


def state_words(data: Mapping[str, Any]) -> str:
    """As of when, and under which scheme, the numbers stand."""
    state = text("gaps_now") if data["year"] is None else text("gaps_year", year=data["year"])
    return text("sheet_under_scheme", state=state, name=data["scheme"]) if data["scheme"] else state


def subtitle(data: Mapping[str, Any]) -> str:
    """What stands under the name."""
    unit = data["unit"]
    level = text(f"level_{unit['level']}")
    return " · ".join((level, unit["code"], text("profile_subtitle"), state_words(data)))


def _figures(data: Mapping[str, Any]) -> tuple[Figure, ...]:
    statuses, area = data["statuses"], data["area_ha"]
    return (
        Figure(number_words(data["households"]), text("profile_households"), text("profile_households_why"),
               "accent"),
        Figure(number_words(area, 0), text("profile_ha"),
               text("profile_mu", mu=number_words(None if area is None else round(area * 15))), "bal_ink"),
        Figure(str(statuses.get("short", 0)), text("profile_items"), text("profile_short"), "short"),
        Figure(str(statuses.get("unknown", 0)), text("profile_items"), text("profile_unknown"),
               "unknown_ink"),
    )  # fmt: skip


def _beside(data: Mapping[str, Any]) -> tuple[Grid, ...]:
    grass = data["grassland"]
    rows = tuple(
        (text(f"profile_{name}"), number_words(grass[f"{name}_ha"], 1), number_words(grass[f"{name}_mu"]))
        for name in REGIMES
    )
    heads = (text("profile_regime"), text("profile_in_ha"), text("profile_in_mu"))
    herd, note = data.get("livestock"), ""
    if herd is not None:
        note = text(
            "profile_livestock", year=number_words(herd["year"]).replace(",", ""),
            stock=number_words(herd["stock"], 0), capacity=number_words(herd["capacity"], 0),
            load=number_words(herd["load_percent"], 1),
        )  # fmt: skip
    return (Grid(text("profile_grassland"), heads, rows, (3, 3, 3), note=note),)


def _services(data: Mapping[str, Any]) -> Grid:
    rows = tuple(
        (f"{row['title']}（{row['unit']}）" if language() != "en" else f"{row['title']} ({row['unit']})",
         *(number_words(row[key]) for key in COUNTS), _chip(row["status"]),
         _between().join(row["chapters"]) or "—")
        for row in data["services"]
        if not is_kept(row)
    )  # fmt: skip
    heads = (text("profile_service"), *(text(f"sheet_{key}") for key in COUNTS), text("sheet_status"),
             text("profile_chapter"))  # fmt: skip
    shares = (33.5, 8, 8, 8, 11.5, 15, 7.5)
    return Grid(text("profile_services"), heads, rows, shares, more=text("profile_more"))


def _chip(status: str) -> Chip:
    return Chip(text(f"status_{status}"), status, CHIP_INKS[status])


def _target(one: Mapping[str, Any]) -> str:
    return text("profile_target", chapter=one["chapter"], title=one["title"],
                modality=text(f"modality_{one['modality']}"),
                status=text(f"status_{one['status']}"))  # fmt: skip


def _access(data: Mapping[str, Any]) -> Grid:
    rows = tuple(
        (row["title"], _minutes(row), number_words(row["km"], 1), row["facility"] or "—")
        for row in data["access"]
    )  # fmt: skip
    heads = (text("profile_to"), text("profile_minutes"), "km", text("profile_nearest"))
    return Grid(text("profile_access"), heads, rows, (26, 13, 12, 40), frozenset({0, 3}))


def _minutes(row: Mapping[str, Any]) -> str:
    if row["minutes"] is None:
        return text(f"access_{row['status']}")
    return "< 1" if row["minutes"] < 1 else number_words(row["minutes"], 0)


def _ledger(data: Mapping[str, Any]) -> tuple[Grid, ...]:
    if not data.get("guarantees"):
        return ()
    rows = tuple(
        (one["title"], *(number_words(one[key]) for key in ("secured", "missing", "unknown", "open")))
        for one in data["guarantees"]
    )
    heads = (text("profile_guarantee"), *(text(f"ledger_col_{key}")
                                          for key in ("secured", "missing", "unknown", "open")))  # fmt: skip
    book = data["ledger"]
    note = text("profile_no_ledger") if book is None else text(
        "profile_ledger", **{state: number_words(number) for state, number in book.items()})  # fmt: skip
    title = text("profile_guarantees", count=number_words(data["monitored"]))
    return (Grid(title, heads, rows, (25, 14, 16, 16, 20), note=note),)


def _planned(data: Mapping[str, Any]) -> tuple[Grid, ...]:
    years = sorted({year for one in data["planned"] for year in one["by_year"]})
    if not years:
        return ()
    rows = tuple(
        (one["scheme"], *(number_words(one["by_year"].get(year)) for year in years), _total(one["by_year"]))
        for one in data["planned"]
    )
    heads = (text("profile_scheme"), *years, text("sheet_total"))
    return (Grid(text("profile_planned"), heads, rows, (30, *(11,) * len(years), 13)),)


def _total(by_year: Mapping[str, Any]) -> str:
    if any(isinstance(number, str) for number in by_year.values()):
        return "*"
    return number_words(sum(by_year.values()))


def _works(data: Mapping[str, Any]) -> tuple[Grid, ...]:
    """None for the public where all works are of schemes: that none is listed does not say that none is."""
    if not data["works"] and data["audience"] != INTERNAL:
        return ()
    rows = tuple(
        (one.get("name") or one.get("code") or one["title"], one.get("kind_of_work_title") or "—",
         one.get("status_title") or "—", "—" if one.get("year") is None else str(one["year"]), _size(one))
        for one in data["works"]
    )  # fmt: skip
    heads = (text("profile_work"), text("profile_work_kind"), text("sheet_status"), text("profile_year"),
             text("profile_size"))  # fmt: skip
    note = "" if rows else text("profile_no_works")
    return (Grid(text("profile_works", count=len(rows)), heads, rows, (36, 17, 14, 10, 14),
                 frozenset({0, 1, 2}), note=note, more=text("profile_more")),)  # fmt: skip


def _size(one: Mapping[str, Any]) -> str:
    if one["km"] is not None:
        return f"{one['km']:,.1f} km"
    return f"{one['ha']:,.1f} ha" if one["ha"] is not None else "—"


# -- JSON and the web page -------------------------------------------------------------------------


def _document(source: Source, data: dict[str, Any]) -> dict[str, Any]:
    about = clean_metadata({
        "title": source.plan.info.get("title"), "subject": unit_title(data), "software": "QiTu",
        "year": data["year"], "crs": data["provenance"]["crs"], "audience": data["audience"],
        "policy_version": data["provenance"]["policy_version"],
    })  # fmt: skip
    return {"about": about, **data}


STYLE = """body{font:15px/1.5 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1b272b;
margin:0 auto;max-width:960px;padding:20px}h1{font-size:26px;margin:0}h2{font-size:17px;margin:22px 0 6px}
table{border-collapse:collapse;width:100%}th{background:#f6f7f4;text-align:left;font-weight:500;color:#435156}
th,td{padding:4px 8px;border-bottom:1px solid #dadfd8}td.n,th.n{text-align:right}img{max-width:100%}
.mark{color:#a8201a;float:right}.sub,.note{color:#435156}.note{font-size:13px}.met{background:#dceee5}
.short{background:#d0602f;color:#fff}.exempt{background:#d5cfea}.unknown{background:#d9dcda}"""


def _web(source: Source, data: Mapping[str, Any], sheet: Sheet, options: ProfileOptions) -> bytes:
    words = page_content(source, data, options)
    parts = [
        f'<p class="mark">{_safe(words.mark)}</p>', f"<h1>{_safe(words.title)}</h1>",
        f'<p class="sub">{_safe(words.subtitle)}</p>',
        f'<img alt="{_safe(words.title)}" src="data:image/png;base64,{_map(sheet)}">',
        "<p>" + " · ".join(f"<b>{_safe(one.number)}</b> {_safe(one.unit)} {_safe(one.caption)}"
                           for one in words.figures) + "</p>",
        *(_table(grid) for grid in (words.services, *words.beside, *words.left, *words.right)),
        f"<h2>{_safe(words.paragraph[0])}</h2><p>{_safe(words.paragraph[1])}</p>",
        *(f'<p class="note">{_safe(line)}</p>' for line in (*words.notes, *words.foot, words.warning)
          if line),
    ]  # fmt: skip
    page = (
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{_safe(words.title)}</title><style>{STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )
    return page.encode()


def _safe(words: str) -> str:
    return html.escape(clean(words))


def _table(grid: Grid) -> str:
    chips = {at for cells in grid.rows for at, cell in enumerate(cells) if isinstance(cell, Chip)}
    texts = grid.texts | chips

    def row(cells: Sequence[Any], tag: str) -> str:
        made = []
        for at, cell in enumerate(cells):
            chip = isinstance(cell, Chip)
            look = cell.fill if chip else "" if at in texts else "n"
            made.append(f'<{tag} class="{look}">{_safe(cell.words if chip else cell)}</{tag}>')
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(row(cells, "td") for cells in grid.rows)
    note = f'<p class="note">{_safe(grid.note)}</p>' if grid.note else ""
    return f"<h2>{_safe(grid.title)}</h2><table>{row(grid.headings, 'th')}{body}</table>{note}"


def _map(sheet: Sheet) -> str:
    """The unit's map, with the banner in its corner, as a picture in base64."""
    box, size = sheet.map.box, DPI / 25.4
    image = QImage(round(box.width * size), round(box.height * size), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    try:
        painter.scale(size, size)
        painter.translate(-box.left, -box.top)
        for frame in (sheet.map, sheet.overview):
            if frame is not None:
                paint_map(painter, frame)
    finally:
        painter.end()
    return base64.b64encode(png(image)).decode()
