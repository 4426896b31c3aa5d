"""A story as slides (PPTX): one a scene, words that can be edited, native charts and tables, the map sharp.

The file opens in PowerPoint, WPS and LibreOffice. It carries the list of its numbers (`layers.provenance`),
and nothing about who made it or when: the same project and day give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pptx
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from app.exports.files import log_file, write_whole
from app.exports.leaving import INSIDE, Leaving
from app.exports.map_part import SLIDE, MapPart, map_part
from app.exports.office import CUSTOM_XML, drop_personal, opened, sealed
from app.exports.slide_parts import HIGH, WIDE, Box, Page, fitted, theme_fonts
from app.exports.stated import Numbers, Quantity, data_version, with_unit
from app.exports.story_facts import Grid, SceneFacts, story_facts
from app.exports.xml_words import clean
from app.messages import language, listed, text, tr
from app.scene_views import settings_of
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.legend import theme_entries
from layers.plan.scenes import SavedScene
from layers.provenance import numbers_xml
from layers.release import INTERNAL, PUBLIC, footnotes

SUFFIX = ".pptx"
MM_PER_UNIT = 6350 / 36_000
MAP: Box = (64, 196, 1060, 800)
WIDE_MAP: Box = (64, 196, 1792, 800)
RIGHT, RIGHT_WIDE, TOP, BOTTOM = 1184, 672, 196, 996
FOOT = 1016
AGENDA = 8
"""Names of scenes that the first slide has room for."""
Progress = Callable[[int, int], None]


def write_slides(
    session: Session | Snapshot,
    out: Path,
    scenes: Sequence[SavedScene],
    *,
    leaving: Leaving = INSIDE,
    cover: bool = True,
    progress: Progress = lambda _done, _total: None,
) -> Numbers:
    """Write scenes as slides to `out` (.pptx), log it, and return the numbers that stand on them.

    cover: with a first slide of title, project and day. `progress` may raise to give up. Raises InputError
    `format_unknown`, `story_empty`, `template_unreadable`, `template_not_wide`, `dpi_out_of_range`; RuleError
    `review_number_needed`; StoreError `cannot_write`.
    """
    if out.suffix.lower() != SUFFIX:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=SUFFIX)
    if not scenes:
        raise InputError("story_empty")
    leaving.checked()
    deck = open_template(leaving.template)
    steps = 2 * len(scenes) + 1
    facts = story_facts(
        session, scenes, audience=leaving.audience, only=leaving.only,
        progress=lambda done, _total: progress(done, steps),
    )  # fmt: skip
    numbers = Numbers(facts[0].source)
    maker = _Maker(session, deck, leaving, numbers, len(facts), cover)
    if cover:
        maker.cover(facts)
    kinds: set[str] = set()
    for at, one in enumerate(facts):
        progress(len(facts) + at, steps)
        kinds |= set(maker.scene(at, one, lambda at=at: progress(len(facts) + at, steps)).kinds)
    data = packed(deck, numbers, str(session.plan.info.get("title", "")))
    progress(steps - 1, steps)
    write_whole(out, data)
    log_file(
        session, out, data, Text("幻灯片", "slides"),
        audience=leaving.audience, columns=sorted(kinds), rows=len(numbers.listed), rules=leaving.rules,
    )  # fmt: skip
    return numbers


def open_template(path: Path | None) -> Any:
    """Return an empty deck of a template; raises InputError `template_unreadable`, `template_not_wide`."""
    deck = opened(pptx.Presentation, path, "slides.pptx")
    if abs(deck.slide_width / deck.slide_height - WIDE / HIGH) > 0.01:
        raise InputError("template_not_wide", name=path.name if path is not None else "")
    slides = deck.slides._sldIdLst
    for one in list(slides):
        deck.part.drop_rel(one.rId)
        slides.remove(one)
    drop_personal(deck.part)
    return deck


def packed(deck: Any, numbers: Numbers, title: str) -> bytes:
    """Return a deck's bytes with its numbers in them, without traces."""
    part = Part(PackURI("/customXml/item1.xml"), "application/xml", deck.part.package,
                numbers_xml(numbers.listed))  # fmt: skip
    deck.part.relate_to(part, CUSTOM_XML)
    stream = io.BytesIO()
    deck.save(stream)
    return sealed(stream.getvalue(), title=title, language=_tag())


def _tag() -> str:
    return "zh-CN" if language() == "zh" else "en-GB"


class _Maker:
    """Puts facts on slides."""

    def __init__(
        self,
        session: Session | Snapshot,
        deck: Any,
        leaving: Leaving,
        numbers: Numbers,
        count: int,
        cover: bool,
    ) -> None:
        self.session, self.deck, self.leaving, self.numbers = session, deck, leaving, numbers
        self.count, self.first = count, 2 if cover else 1
        self.unit = deck.slide_width / WIDE
        info = session.plan.info
        self.title = tr(Text(str(info.get("title", "")), str(info.get("title_en", info.get("title", "")))))

    # -- the first slide ---------------------------------------------------------------------------

    def cover(self, facts: Sequence[SceneFacts]) -> None:
        """Title, what it is, the day; the scenes by name; the stamp."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        page = Page(slide, self.unit, _tag())
        heads = list(slide.placeholders)
        page.block((96, 330, 10, 250), "accent", "mark")
        _fill(page, heads[0], self.title or text("story_title"), 80, 1600, 2)
        words = text("story_cover", count=len(facts), date=self.leaving.day_words())
        if len(heads) > 1:
            _fill(page, heads[1], words, 36, 1600, 2)
        else:
            page.words((160, 520, 1600, 60), words, 36, "ink2")
        names = [one.scene.name for one in facts]
        shown = names if len(names) <= AGENDA else [*names[: AGENDA - 1], "…"]
        for at, name in enumerate(shown):
            page.words((160, 620 + 44 * at, 1600, 40), f"{at + 1}  {name}", 26, "ink2", least=20,
                       name=f"scene {at + 1}")  # fmt: skip
        self._foot(page, facts[0], is_map=False)

    # -- a scene -----------------------------------------------------------------------------------

    def scene(self, at: int, facts: SceneFacts, check: Callable[[], None]) -> MapPart:
        """One slide; `check` may raise to give up."""
        scene = facts.scene
        slide = self.deck.slides.add_slide(_plain_layout(self.deck))
        page = Page(slide, self.unit, _tag())
        place = f"slide {at + self.first}"
        for one in list(slide.placeholders):
            if one.placeholder_format.idx != 0:
                one._element.getparent().remove(one._element)
        page.block((64, 50, 8, 118), "accent", "mark")
        title = slide.shapes.title
        if title is not None:
            _fill(page, title, scene.name, 44, 1740, 1)
        else:
            page.words((92, 50, 1764, 66), scene.name, 44, bold=True, least=26, name="title")
        self._under(page, facts)
        box = MAP if facts.figures or facts.bars or facts.grid else WIDE_MAP
        drawn = map_part(
            self.session.plan,
            self.session.policy,
            (box[2] * MM_PER_UNIT, box[3] * MM_PER_UNIT),
            medium=SLIDE,
            dpi=self.leaving.dpi,
            settings=settings_of(self.session.plan, scene, self.session.policy, self.leaving.audience),
            theme=facts.theme,
            extent=scene.bounds,
            audience=self.leaving.audience,
            check=check,
        )
        page.picture(box, drawn.data, self._alt(facts, drawn), "map")
        if box is MAP:
            self._numbers(page, facts, place)
        self._foot(page, facts, is_map=True, sample=drawn.schematic)
        self._notes(slide, facts)
        return drawn

    def _under(self, page: Page, facts: SceneFacts) -> None:
        """The caption, and what the map shows."""
        scene, theme = facts.scene, facts.theme
        said = " · ".join(part for part in (tr(theme.title), tr(theme.subtitle)) if part) if theme else ""
        if scene.caption:
            page.words((92, 112, 1764, 44), scene.caption, 28, "ink1", least=20, name="caption")
            page.words((92, 154, 1764, 32), said or self._state(facts), 20, "ink2", least=18, name="theme")
        else:
            page.words((92, 118, 1764, 44), said or self._state(facts), 28, "ink2", least=20, name="theme")

    def _numbers(self, page: Page, facts: SceneFacts, place: str) -> None:
        """Tiles, chart and table from top to bottom; what is not there gives its room to the others."""
        top = TOP
        if facts.figures:
            self._tiles(page, facts, place, top)
            top += 132
        grid = facts.grid
        high = 44 + 42 * (len(grid.rows) + 1) if grid else 0
        if facts.bars:
            room = BOTTOM - top - high - (12 if grid else 0)
            self._bars(page, facts, place, (RIGHT, top, RIGHT_WIDE, room))
            top = BOTTOM - high
        if grid:
            self._grid(page, grid, place, (RIGHT, top, RIGHT_WIDE, high))
        if not facts.bars and facts.asked:
            page.words((RIGHT, top + high + 28, RIGHT_WIDE, 34), text("story_asks"), 24, bold=True,
                       name="asked title")  # fmt: skip
            for at, said in enumerate(facts.asked[:4]):
                page.words((RIGHT, top + high + 70 + 66 * at, RIGHT_WIDE, 60), said, 22, lines=2, least=18,
                           name=f"asked {at + 1}")  # fmt: skip

    def _tiles(self, page: Page, facts: SceneFacts, place: str, top: float) -> None:
        count = len(facts.figures)
        wide = (RIGHT_WIDE - 16 * (count - 1)) / count
        for at, one in enumerate(facts.figures):
            left = RIGHT + at * (wide + 16)
            page.block((left, top, wide, 112), "sunken", f"tile {at + 1}")
            page.block((left, top, 6, 112), one.tone, f"tile {at + 1} mark")
            words = self.numbers.put(one.quantity, f"{place} figure {at + 1}")
            page.words((left + 22, top + 6, wide - 30, 62), words, 44, bold=True, least=24, middle=True,
                       name=f"figure {at + 1}")  # fmt: skip
            label = with_unit(one.label, one.quantity.unit)
            if fitted(label, wide - 30, 22, 1, least=17)[0] != label:
                label = one.label  # the chart below says the unit
            page.words((left + 22, top + 68, wide - 30, 34), label, 22, "ink2", least=16, middle=True,
                       name=f"label {at + 1}")  # fmt: skip

    def _bars(self, page: Page, facts: SceneFacts, place: str, box: Box) -> None:
        bars = facts.bars
        assert bars is not None
        left, top, wide, high = box
        page.words((left, top, wide, 34), bars.title, 24, bold=True, least=18, name="chart title")
        for name, one in zip(bars.names, bars.values, strict=True):
            self.numbers.put(one, f"{place} chart {name}")
        values = [_drawn(one) for one in bars.values]
        missing = bars.values[0].ask.field == "gap"
        tokens = ("need4", "need2") if missing else ("accent", "control")
        told = [f"{name} {one.words}" for name, one in zip(bars.names, bars.values, strict=True)]
        alt = text("story_stop").join([bars.title, *told])
        page.bars((left, top + 36, wide, high - 36), bars.names, values, bars.title, alt, tokens=tokens)

    def _grid(self, page: Page, grid: Grid, place: str, box: Box) -> None:
        left, top, wide, high = box
        page.words((left, top, wide, 34), grid.title, 24, bold=True, least=18, name="table title")
        rows = [
            [self.numbers.put(cell, f"{place} table r{row} c{column}") if isinstance(cell, Quantity) else cell
             for column, cell in enumerate(cells, 1)]
            for row, cells in enumerate(grid.rows, 1)
        ]  # fmt: skip
        page.table((left, top + 40, wide, high - 44), grid.heads, rows, grid.title, total=grid.total)

    # -- what stands round it ----------------------------------------------------------------------

    def _state(self, facts: SceneFacts) -> str:
        scene = facts.scene
        year = text("gaps_now") if scene.year is None else text("gaps_year", year=scene.year)
        if scene.scheme and self.leaving.audience == INTERNAL:
            return text("sheet_under_scheme", state=year, name=scene.scheme)
        return year

    def _foot(self, page: Page, facts: SceneFacts, *, is_map: bool, sample: bool = False) -> None:
        """Stamp on the left; state, data and rules on the right; the page's number."""
        stamp = self.leaving.stamp(is_map=is_map)
        page.words((64, FOOT, 560, 36), stamp, 20, "bad", bold=True, least=14, middle=True, name="stamp")
        source = facts.source
        parts = [self.title, self._state(facts)] if is_map else [self.leaving.day_words()]
        parts.append(text("story_source", data=data_version(source), rules=source.policy_version,
                          hash=source.policy_digest[:8]))  # fmt: skip
        kept = any(one.value == "*" for one in _quantities(facts))
        parts += [text(f"release_{code}") for code in footnotes(
            PUBLIC, review_number="-", withheld=int(kept), sample=sample)]  # fmt: skip
        said = " · ".join(parts)
        lines = 1 if fitted(said, 1110, 20, 1, least=16)[0] == clean(said) else 2
        page.words((640, FOOT - 2, 1110, 40), said, 20, "ink3", least=14, right=True, middle=True,
                   lines=lines, name="source")  # fmt: skip
        page.number((1766, FOOT, 90, 36), 20, "ink2")

    def _alt(self, facts: SceneFacts, drawn: MapPart) -> str:
        scene = facts.scene
        parts = [text("story_map_of", title=scene.name), scene.caption]
        if facts.theme is not None:
            parts += [tr(facts.theme.title)]
            parts += [
                f"{tr(row.title)} {row.count:,} {tr(row.unit)}".strip()
                for row in theme_entries(facts.theme) if row.count
            ]  # fmt: skip
        parts += [one.text for one in scene.callouts]
        parts.append(f"1:{round(drawn.scale):,}")
        return text("story_stop").join(part for part in parts if part)

    def _notes(self, slide: Any, facts: SceneFacts) -> None:
        """What the presenter says (never for the public), what the plan asks, where it is from."""
        said = [facts.scene.notes] if facts.scene.notes and self.leaving.audience == INTERNAL else []
        source = facts.source
        asked = [text("story_asks"), *facts.asked] if facts.asked else []
        from_ = text("gaps_source", clauses=listed(source.clauses) or "—", rules=source.policy_version,
                     digest=source.policy_digest)  # fmt: skip
        lines = [*said, *asked, f"{self._state(facts)} · {from_}"]
        frame = slide.notes_slide.notes_text_frame
        if frame is None:
            return
        frame.text = "\n".join(clean(line) for part in lines for line in str(part).split("\n"))
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                theme_fonts(run._r.get_or_add_rPr(), _tag())


def _quantities(facts: SceneFacts) -> list[Quantity]:
    cells = [cell for row in facts.grid.rows for cell in row] if facts.grid else []
    found = [one.quantity for one in facts.figures] + list(facts.bars.values if facts.bars else ())
    return found + [cell for cell in cells if isinstance(cell, Quantity)]


def _drawn(one: Quantity) -> float | None:
    return float(one.value) if isinstance(one.value, int | float) else None


def _fill(page: Page, shape: Any, words: str, size: float, room: float, lines: int) -> None:
    """Words into a placeholder in the template's own look, smaller where they are long."""
    said, fits = fitted(words, room, size, lines, bold=True, least=size * 0.55)
    frame = shape.text_frame
    frame.text = said
    for run in frame.paragraphs[0].runs:
        theme_fonts(run._r.get_or_add_rPr(), _tag())
        if fits < size:
            run.font.size = page.points(fits)


def _plain_layout(deck: Any) -> Any:
    """The layout with a title and the least beside it."""
    layouts = list(deck.slide_layouts)[1:] or list(deck.slide_layouts)
    titled = [one for one in layouts if any(each.placeholder_format.idx == 0 for each in one.placeholders)]
    return min(titled or layouts, key=lambda one: len(one.placeholders))
