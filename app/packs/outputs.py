"""What a pack holds: one record an output. Whoever adds an exporter adds a line to `OUTPUTS`.

An output is written once for each thing that it is `over`: every scene, every state of the figures that the
scenes speak of (a year and a scheme), or the whole story.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.actions.sharing import look_of
from app.exports.leaving import Leaving
from app.messages import text
from app.packs.numbers import gap_numbers
from app.scene_views import frame_of, scheme_of, settings_of, theme_of, words_of
from app.session import Snapshot
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.settings import LayerSettings
from layers.maps.sheet_template import PLAIN, SheetTemplate
from layers.plan.scenes import SavedScene
from layers.planning.results import Gaps
from layers.planning.schemes import gaps_at, read_scheme
from layers.provenance import SIDECAR, numbers_json
from layers.release import INTERNAL, PUBLIC

SCENE, STATE, STORY = "scene", "state", "story"
LONGEST_NAME = 48
PUBLIC_DPI = 150


@dataclass(frozen=True, slots=True)
class Order:
    """What a pack is asked to be. date: printed on what is in it. exempt: ground of exemption. without: ids
    of outputs that are left out. template: of its sheets, with its paper."""

    audience: str = INTERNAL
    review_number: str = ""
    exempt: str = ""
    date: datetime.date | None = None
    language: str = "zh"
    without: tuple[str, ...] = ()
    template: SheetTemplate = PLAIN


@dataclass(frozen=True, slots=True)
class Subject:
    """What a file is about. year, scheme: of its figures."""

    scene: SavedScene | None = None
    number: int = 0
    year: int | None = None
    scheme: str | None = None


@dataclass(eq=False)
class Making:
    """A pack being made: the project as it stood, what is asked, and what several outputs share.

    check: called between steps; what it raises gives the pack up.
    """

    source: Snapshot
    order: Order
    scenes: tuple[SavedScene, ...]
    check: Callable[[], None]
    _gaps: dict[tuple[int | None, str | None], Gaps] = field(default_factory=dict)
    _themes: dict[tuple[Any, ...], MapTheme | None] = field(default_factory=dict)

    def gaps(self, subject: Subject) -> Gaps:
        """The gaps in a state, reckoned once."""
        key = subject.year, subject.scheme
        if key not in self._gaps:
            scheme = read_scheme(self.source.plan, subject.scheme) if subject.scheme is not None else None
            self._gaps[key] = gaps_at(
                self.source.plan, self.source.policy, year=subject.year, scheme=scheme, progress=self.step
            )
        return self._gaps[key]

    def theme(self, subject: Subject) -> MapTheme | None:
        """What colours a scene's units, reckoned once for all scenes of one theme, state and look."""
        scene = subject.scene
        assert scene is not None
        key = scene.theme, subject.year, subject.scheme, look_of(None, scene=scene)
        if key not in self._themes:
            self.check()
            self._themes[key] = theme_of(self.source, scene)
        return self._themes[key]

    def step(self, _done: int, _total: int) -> None:
        """`check` as engines call it."""
        self.check()

    def settings(self, scene: SavedScene) -> LayerSettings:
        """The layers of a scene, for the pack's audience."""
        return settings_of(self.source.plan, scene, self.source.policy, self.order.audience)

    @property
    def told(self) -> Subject | None:
        """The one state of which a public pack's files tell numbers of households, the first scene's: several
        files of several states, laid side by side, would tell small counts by their differences. The web
        story alone has every year, reckoned beside the tables. None inside: there each state has its own."""
        if self.order.audience != PUBLIC:
            return None
        first = self.scenes[0]
        return Subject(year=first.year, scheme=scheme_of(self.source.plan, first))

    def tells(self, subject: Subject) -> bool:
        """Whether numbers of households may be told of a subject's state."""
        told = self.told
        return told is None or (told.year, told.scheme) == (subject.year, subject.scheme)

    def subjects(self, over: str) -> list[Subject]:
        """What an output is written for, in the story's order.

        The public has tables of one state only (`told`).
        """
        plan = self.source.plan
        each = [
            Subject(scene, at, scene.year, scheme_of(plan, scene)) for at, scene in enumerate(self.scenes, 1)
        ]
        if over == SCENE:
            return each
        if over == STORY:
            return [Subject()]
        states = dict.fromkeys((one.year, one.scheme) for one in each)
        kept = [Subject(year=year, scheme=scheme) for year, scheme in states]
        return kept if self.told is None else [self.told]


Write = Callable[[Making, Subject, Path], None]


@dataclass(frozen=True, slots=True)
class Output:
    """An output: its id, what it is called, how its file ends, what it is written for, how."""

    id: str
    title: Text
    ending: str
    over: str
    write: Write


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a pack. name: within its folder."""

    output: Output
    subject: Subject
    name: str


def parts(making: Making) -> list[Part]:
    """Every file that the pack is made of, in the order in which they are written."""
    found: list[Part] = []
    for output in (one for one in OUTPUTS if one.id not in making.order.without):
        subjects = making.subjects(output.over)
        for subject in subjects:
            found.append(Part(output, subject, _name(output, subject, len(subjects))))
    return found


def _name(output: Output, subject: Subject, of: int) -> str:
    """A name that any system takes; only what tells files apart is in it."""
    if output.over == SCENE and subject.scene is not None:
        return f"{subject.number:02d} {safe(subject.scene.name)}{output.ending}".replace(" .", ".")
    stem = text(f"pack_name_{output.id.partition('_')[0]}")
    if of > 1:
        year = str(subject.year) if subject.year is not None else ""
        scheme = safe(subject.scheme) if subject.scheme else ""
        stem = " ".join(part for part in (stem, year, scheme) if part)
    return stem + output.ending


def safe(name: str) -> str:
    """A name without signs that have a meaning to a system, at most `LONGEST_NAME` long."""
    kept = re.sub(r"[^\w\-（）()·、，]+", " ", name, flags=re.UNICODE).strip(" ._")
    return kept[:LONGEST_NAME].strip()


# -- how each is written -----------------------------------------------------------------------------------


def _picture(making: Making, subject: Subject, out: Path) -> None:
    if making.order.audience == PUBLIC:
        _sheet(making, subject, out)
        return
    from app.exports.picture import write_picture

    scene = subject.scene
    assert scene is not None
    write_picture(
        making.source,  # type: ignore[arg-type]
        out,
        settings=making.settings(scene),
        theme=making.theme(subject),
        extent=scene.bounds,
        words=words_of(scene),
    )


def _sheet(making: Making, subject: Subject, out: Path) -> None:
    from app.exports.paper import write_sheet

    scene, order = subject.scene, making.order
    assert scene is not None
    theme = making.theme(subject)
    write_sheet(
        making.source,
        out,
        settings=making.settings(scene),
        theme=theme if making.tells(subject) or theme is None else theme.without_numbers(),
        dpi=PUBLIC_DPI,
        paper=order.template.paper,
        template=order.template,
        date=order.date,
        review_number=order.review_number,
        exempt=order.exempt,
        audience=order.audience,
        year=subject.year,
        scheme=subject.scheme,
        counted=making.tells(subject),
        progress=making.step,
        **frame_of(scene),
    )


def _gap_table(making: Making, subject: Subject, out: Path) -> None:
    from app.exports.gap_table import write_gaps

    result = making.gaps(subject)
    write_gaps(making.source, result, result.rows, out, audience=making.order.audience)


def _workbook(making: Making, subject: Subject, out: Path) -> None:
    from app.exports.workbook import write_workbook

    write_workbook(
        making.source, making.gaps(subject), out, scheme=subject.scheme, audience=making.order.audience
    )


def _numbers(making: Making, subject: Subject, out: Path) -> None:
    result, order = making.gaps(subject), making.order
    stated = gap_numbers(making.source, result, subject.scheme or "", order.audience)
    out.write_bytes(numbers_json(stated))


def _web(making: Making, _subject: Subject, out: Path) -> None:
    from app.exports.web import write_web_map

    order = making.order
    write_web_map(
        making.source,  # type: ignore[arg-type]
        out,
        audience=order.audience,
        review_number=order.review_number,
        exempt=order.exempt,
        scenes=making.scenes,
        date=order.date,
        check=making.check,
        beside=making.gaps(making.told) if making.told is not None else None,
    )


def _slides(making: Making, _subject: Subject, out: Path) -> None:
    from app.exports.slides import write_slides

    write_slides(making.source, out, making.scenes, leaving=leaving(making), progress=making.step)


def _report(making: Making, _subject: Subject, out: Path) -> None:
    from app.exports.report import write_report

    told, period = making.told, making.source.policy.period
    year = told.year if told is not None and told.year in period.years else None
    write_report(making.source, out, year=year, leaving=leaving(making), progress=making.step)


def leaving(making: Making) -> Leaving:
    """How slides and reports leave in a pack."""
    order, told = making.order, making.told
    only = None if told is None else (told.year, told.scheme)
    return Leaving(order.audience, order.review_number, order.exempt, order.date, only=only)


OUTPUTS: Sequence[Output] = (
    Output("map_picture", Text("图片", "Picture"), ".png", SCENE, _picture),
    Output("map_sheet", Text("图幅", "Sheet"), ".pdf", SCENE, _sheet),
    Output("gaps_workbook", Text("缺口工作簿", "Workbook of gaps"), ".xlsx", STATE, _workbook),
    Output("gaps_table", Text("缺口表", "Gap table"), ".csv", STATE, _gap_table),
    Output("gaps_data", Text("缺口数据", "Gaps as data"), ".json", STATE, _gap_table),
    Output("gaps_numbers", Text("数字出处", "Where the numbers are from"), SIDECAR, STATE, _numbers),
    Output("web_story", Text("网页故事", "Web story"), ".html", STORY, _web),
    Output("slides", Text("幻灯片", "Slides"), ".pptx", STORY, _slides),
    Output("report", Text("年度监测报告", "Yearly monitoring report"), ".docx", STORY, _report),
)
