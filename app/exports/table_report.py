"""A table of results as a report to be read: DOCX in the styles of every report, or PDF, A4 across.

The same words, rows and notes go into both, as `layers.release` let them leave. Columns in which nothing
stands are left out; first columns that say the same as the row above say it once. A picture shows where it
is.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from app.exports.leaving import INSIDE, Leaving
from app.exports.result_table import Picture
from app.exports.stated import Numbers, data_version, with_unit
from app.messages import text, tr
from app.session import Session, Snapshot
from layers.catalogue.style import Stroke, Symbol
from layers.catalogue.text import Text
from layers.planning.results import Provenance
from layers.release import INTERNAL, Released

BASE = ("unit.banner", "unit.sumu", "unit.gacha", "seat", "road", "water.river", "water.lake")
"""Roles of what lies under the zones of the picture."""
ROOM, LEAST_M = 0.15, 1500.0
"""Ground round what is shown: a share of its size, and metres at least."""
PICTURE = (240.0, 120.0)
"""Millimetres: so wide and high the map stands on the page, and so its ratio is measured."""
DECIMALS = 4
"""Decimals at most; all numbers of a column have the same."""
SHAPE = Symbol(strokes=(Stroke("halo", 0.9), Stroke("draw", 0.5)))
NAMED = 6
"""Shapes that are pointed at by name."""
RING = 0.008
"""Radius of the ring that stands for a point, as a share of the ground shown."""
WIDE_FROM = 0x2E7F
SIGNS, LEAST, MOST = 168.0, 18.0, 40.0
"""Half-width signs in a line across the page; of them to a word that is not broken, and to a column."""
OURS, THEIRS = (1.12, 1.5), (1.3, 3.0)
"""Latin sign and margins of a cell in those: in our font; in a text processor, whose font may be wider."""


@dataclass(frozen=True)
class Page:
    """What is to be written, in words."""

    title: str
    named: str
    day: datetime.date
    leaving: Leaving
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    source: Provenance
    origin: str
    picture: tuple[bytes, str, float] | None = None
    """PNG, what it shows, its ratio's denominator where it is PICTURE millimetres wide."""


def report_bytes(
    session: Session | Snapshot,
    title: Text,
    released: Released,
    notes: Sequence[str],
    source: Provenance,
    suffix: str,
    picture: Picture | None = None,
) -> bytes:
    """Return the report as the ending says (.docx or .pdf)."""
    page = _page(session, title, released, notes, source, picture)
    if suffix == ".docx":
        return _docx(page)
    from app.exports.table_pages import table_pdf

    return table_pdf(page)


def _page(
    session: Session | Snapshot,
    title: Text,
    released: Released,
    notes: Sequence[str],
    source: Provenance,
    picture: Picture | None,
) -> Page:
    info = session.plan.info
    kept = [at for at in range(len(released.keys)) if any(row[at] not in (None, "") for row in released.rows)]
    numeric = tuple(
        any(isinstance(row[at], (int, float)) for row in released.rows) and released.keys[at] != "year"
        for at in kept
    )
    places = [_decimals(row[at] for row in released.rows) for at in kept]
    rows = tuple(tuple(_said(row[at], places[number]) for number, at in enumerate(kept))
                 for row in released.rows)
    origin = text("story_source", data=data_version(source), rules=source.policy_version,
                  hash=source.policy_digest[:8])  # fmt: skip
    return Page(
        tr(title), tr(Text(str(info.get("title", "")), str(info.get("title_en", info.get("title", ""))))),
        datetime.date.today(),  # noqa: DTZ011 - the local day
        INSIDE, tuple(released.headings[at] for at in kept), numeric, rows, tuple(notes), source,
        origin,
        None if picture is None or not picture.shapes else _picture(session, picture),
    )  # fmt: skip


def once(rows: Sequence[tuple[str, ...]], *, stated: int = 0) -> list[tuple[str, ...]]:
    """Rows without the first cells that are those of the row above; the first `stated` cells and the last two
    always stand."""
    shown = list(rows[:1])
    for above, row in itertools.pairwise(rows):
        same = 0
        while same < len(row) - 2 and row[same] == above[same]:
            same += 1
        shown.append(tuple(said if at < stated or at >= same else "" for at, said in enumerate(row)))
    return shown


def _decimals(values: Iterable[Any]) -> int:
    """How many decimals the numbers of a column need."""
    said = [f"{value:.{DECIMALS}f}".rstrip("0") for value in values if isinstance(value, float)]
    return max((len(one) - one.index(".") - 1 for one in said), default=0)


def _said(value: Any, decimals: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return text("yes" if value else "no")
    if isinstance(value, int) and 1900 <= value <= 2200:
        return str(value)
    return f"{value:,.{decimals}f}" if isinstance(value, (int, float)) else str(value)


def caption(page: Page, wide: float) -> str:
    """What the picture shows and its ratio where it is `wide` millimetres wide."""
    _, words, scale = page.picture or (b"", "", 0.0)
    return with_unit(words, f"1:{round(scale * PICTURE[0] / wide):,}")


# -- where it is -------------------------------------------------------------------------------------------


def _picture(session: Session | Snapshot, picture: Picture) -> tuple[bytes, str, float]:
    """The shapes among the zones, as one map."""
    from app.exports.map_part import REPORT, map_part
    from app.exports.picture import ensure_application
    from app.theme import register_fonts
    from layers.maps.choropleth import MapTheme, Trace
    from layers.maps.settings import LayerSettings
    from layers.plan.scenes import Callout

    ensure_application()
    register_fonts()
    plan = session.plan
    base = {kind.id for kind, _ in plan.layers() if set(BASE) & set(kind.roles)}
    bounds = shapely.total_bounds(np.array(picture.shapes, object))
    west, south, east, north = (float(value) for value in bounds)
    room = max((east - west) * ROOM, (north - south) * ROOM, LEAST_M)
    lines = _lines(picture.shapes, max(east - west, north - south) + 2 * room)
    traces = (Trace(picture.title, SHAPE, lines),)
    settings = LayerSettings(
        frozenset(base | {kind for kind in picture.kinds if kind in plan}),
        callouts=tuple(Callout(words, place) for words, place in picture.names[:NAMED]),
    )
    drawn = map_part(
        plan, session.policy, PICTURE, medium=REPORT, dpi=INSIDE.dpi, settings=settings,
        explained=picture.kinds, theme=MapTheme("places", picture.title, Text("", ""), (), {}, traces=traces),
        extent=(west - room, south - room, east + room, north + room), audience=INTERNAL,
    )  # fmt: skip
    return drawn.data, tr(picture.title), drawn.scale


def _lines(shapes: Sequence[Any], across: float) -> Any:
    """Shapes as lines: areas by their edges, points by a ring that can be seen."""
    found: list[Any] = []
    for shape in shapes:
        dimensions = shapely.get_dimensions(shape)
        area = shape if dimensions == 2 else shapely.buffer(shape, across * RING) if dimensions == 0 else None
        found += list(shapely.get_parts(shape if area is None else shapely.boundary(area)))
    return shapely.multilinestrings([one for one in found if one.geom_type in ("LineString", "LinearRing")])


# -- DOCX --------------------------------------------------------------------------------------------------


def _docx(page: Page) -> bytes:
    from docx.enum.section import WD_ORIENT

    from app.exports.report_parts import Report

    made = Report(page.leaving.template, Numbers(page.source))
    for section in made.doc.sections:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = (max(section.page_width, section.page_height),
                                                   min(section.page_width, section.page_height))  # fmt: skip
    last = made.doc.sections[-1]
    made.width_mm = (last.page_width - last.left_margin - last.right_margin) / 36_000
    stamp = page.leaving.stamp(is_map=page.picture is not None)
    made.words(page.title, "Title")
    made.words(" · ".join(part for part in (page.named, page.leaving.day_words()) if part), "Subtitle")
    made.words(stamp, "Stamp")
    made.edges(stamp, f"{page.named} {page.title}", page.origin)
    if page.picture is not None:
        wide = min(PICTURE[0], made.width_mm)
        words = caption(page, wide)
        made.map(page.picture[0], wide, words, words)
    if page.rows:
        rows = once(page.rows, stated=1)  # on whatever page a row stands, it says of what it speaks
        made.table(page.heads, rows, widths=widths(page, *THEIRS), numeric=page.numeric)
    else:
        made.words(text("report_no_rows"))
    made.points([note for note in page.notes if note])
    return made.packed(page.title)


def widths(page: Page, latin: float, margins: float) -> list[float]:
    """Half-width signs a column: room for its longest word first, then for what it says, up to MOST."""
    columns = list(zip(page.heads, *page.rows, strict=True))
    least = [min(max(_word(one, latin) for one in column), LEAST) + margins for column in columns]
    wished = [max(min(max(_wide(one) for one in column), MOST) - own, 0.0) + 0.5
              for column, own in zip(columns, least, strict=True)]  # fmt: skip
    spare = max(SIGNS - sum(least), 0.0)
    return [own + spare * wish / sum(wished) for own, wish in zip(least, wished, strict=True)]


def _wide(words: str) -> float:
    """Half-width signs; a Chinese one takes two."""
    return float(sum(2 if ord(sign) > WIDE_FROM else 1 for sign in words))


def _word(words: str, latin: float) -> float:
    """The longest run that should not be broken: Latin letters and digits, or three Chinese signs."""
    runs = re.findall(r"[!-~]+", words)
    signs = max((len(run) for run in re.findall(rf"[{chr(WIDE_FROM)}-\uffff]+", words)), default=0)
    return max(*(latin * len(run) for run in runs), 2.0 * min(signs, 3), 1.0)
