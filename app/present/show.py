"""A story told scene by scene: what keys and clicks do, moves between scenes, years played, units asked."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEasingCurve, QEvent, QObject, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.exports.picture import released_settings
from app.jobs import Jobs
from app.messages import language, text, tr
from app.present.acts import Act, acts_of, at_year, key_of
from app.present.contrast import Side, contrasts
from app.present.desk import PICTURE, Desk
from app.present.screens import Screens
from app.present.stage import Stage, Words
from app.scene_pictures import scene_pictures
from app.scene_views import settings_of, view_of
from app.scheme_views import with_proposals
from app.session import Session
from layers.errors import PlannerError
from layers.maps.basemap import Basemap
from layers.maps.choropleth import MapTheme
from layers.maps.settings import LayerSettings
from layers.maps.viewport import View
from layers.plan.plan import Plan
from layers.plan.scenes import SavedScene
from layers.planning.results import GapRow
from layers.release import INTERNAL

MOVE_MS, YEAR_MS, EDGE_STEP = 600, 1_400, 0.05
KEYS = {
    Qt.Key.Key_Right: "forward", Qt.Key.Key_Down: "forward", Qt.Key.Key_PageDown: "forward",
    Qt.Key.Key_Space: "forward", Qt.Key.Key_Return: "forward", Qt.Key.Key_Left: "back", Qt.Key.Key_Up: "back",
    Qt.Key.Key_PageUp: "back", Qt.Key.Key_Backspace: "back", Qt.Key.Key_Home: "first", Qt.Key.Key_End: "last",
    Qt.Key.Key_Escape: "end", Qt.Key.Key_B: "blank", Qt.Key.Key_Period: "blank", Qt.Key.Key_P: "play",
    Qt.Key.Key_S: "spotlight", Qt.Key.Key_N: "notes", Qt.Key.Key_W: "swipe", Qt.Key.Key_D: "beside",
    Qt.Key.Key_C: "other_contrast", Qt.Key.Key_BracketLeft: "edge_left",
    Qt.Key.Key_BracketRight: "edge_right", Qt.Key.Key_X: "swap_screens", Qt.Key.Key_F1: "ask_manual",
}  # fmt: skip
"""A clicker sends Page Up, Page Down and, for black, a full stop or B."""


class Show(QObject):
    """The stage, the desk, and where the story stands."""

    ended = Signal()
    manual_asked = Signal()

    def __init__(
        self,
        window: QWidget,
        session: Session,
        jobs: Jobs,
        scenes: tuple[SavedScene, ...],
        *,
        at: int = 0,
        basemap: Callable[[], Basemap | None] = lambda: None,
    ) -> None:
        super().__init__(window)
        self.session, self.jobs, self.scenes, self.at = session, jobs, scenes, at
        self.stage, self.desk = Stage(window), Desk(window)
        self._basemap = basemap
        self._screens = Screens(window, self.stage, self.desk)
        self._acts: dict[object, Act] = {}
        self._asked: tuple[str, ...] = ()
        self._year: int | None = None
        self._playing: list[int] = []
        self._over = False
        self._contrasts: tuple[tuple[Side, Side], ...] = ()
        self._contrast = 0
        self._move = QVariantAnimation(self)
        self._move.setDuration(MOVE_MS)
        self._move.setStartValue(0.0)
        self._move.setEndValue(1.0)
        self._move.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._move.valueChanged.connect(self._on_the_way)
        self._from = self._to = View((0.0, 0.0), 1_000_000, 1, 1)
        self._years = QTimer(self)
        self._years.setInterval(YEAR_MS)
        self._years.timeout.connect(self._next_year)
        for part in (self.stage, self.desk, self.stage.map, self.stage.other):
            part.installEventFilter(self)

    def begin(self) -> None:
        """Put the windows on their screens and show the first scene."""
        self._screens.place()
        for there in (self.stage.map, self.stage.other):
            there.set_language(language())
            there.show_plan(self.session.plan)
            there.set_tool("identify")
            there.identified.connect(self._identified)
        self.stage.map.view_changed.connect(self._follow)
        self.session.meeting = text("meeting_scheme", date=datetime.date.today().isoformat())
        self._want(list(self.scenes), self._paint_next)
        self._show(moving=False)

    # -- what is shown -----------------------------------------------------------------------------

    @property
    def scene(self) -> SavedScene:
        """The scene that is shown, in the year that is shown."""
        kept = self.scenes[self.at]
        return kept if self._year is None else at_year(kept, self._year)

    def go(self, at: int) -> None:
        """Go to a scene (from 0; held within the story)."""
        at = min(max(at, 0), len(self.scenes) - 1)
        self._stop()
        self._year, self._asked = None, ()
        if at != self.at:
            self._uncompare()
            self.at = at
            self._show(moving=True)
        else:
            self._dress()

    def _show(self, *, moving: bool) -> None:
        there = self.stage.map
        plan = self.session.plan
        there.set_layers(self._layers(plan, settings_of(plan, self.scene)))
        self._from, self._to = there.view, view_of(self.scene, there.view)
        self._move.stop()
        if moving:
            self._move.start()
        else:
            there.set_view(self._to)
        self._dress()

    def _layers(self, plan: Plan, settings: LayerSettings) -> LayerSettings:
        """What of a scene may be seen, over the basemap that the program's window has."""
        return replace(released_settings(plan, settings, INTERNAL), basemap=self._basemap())

    def country_changed(self) -> None:
        """Another basemap, or more of it has come from the network."""
        for there in () if self._over else (self.stage.map, self.stage.other):
            there.set_layers(replace(there.settings, basemap=self._basemap()))

    def plan_changed(self, _kinds: frozenset[str], _collections: frozenset[str]) -> None:
        """Something was changed during the meeting: show it, and reckon anew."""
        if self._over or not self.session.is_open:
            return
        self._acts.clear()
        if self._compared():
            self._compare(self.stage.compared)
        else:
            self.stage.map.show_plan(self.session.plan)
            self._want([self.scene])

    # -- two halves --------------------------------------------------------------------------------

    def swipe(self) -> None:
        """A line over the map, left of it one state and right of it another; again: off."""
        self._turn("swipe")

    def beside(self) -> None:
        """Two maps side by side that move together; again: off."""
        self._turn("beside")

    def other_contrast(self) -> None:
        """Compare something else: the next scheme, then before and after again."""
        if self._compared() and self._contrasts:
            self._contrast = (self._contrast + 1) % len(self._contrasts)
            self._compare(self.stage.compared)

    def edge_left(self) -> None:
        """Move the line to the left."""
        self.stage.part_at(self.stage.share - EDGE_STEP)

    def edge_right(self) -> None:
        """Move the line to the right."""
        self.stage.part_at(self.stage.share + EDGE_STEP)

    def _compared(self) -> bool:
        return bool(self.stage.compared)

    def _turn(self, how: str) -> None:
        self._stop()
        if self.stage.compared == how:
            self._uncompare()
            self._dress()
            return
        self._contrast = 0
        self._compare(how)

    def _uncompare(self) -> None:
        if self._compared():
            self.stage.compare("")
            self.stage.map.show_plan(self.session.plan)
            QTimer.singleShot(0, self, self._fit)

    def _compare(self, how: str) -> None:
        """Put both halves up as soon as their themes are there."""
        self._contrasts = contrasts(self.session.plan, self.session.policy, self.scenes[self.at])
        self._contrast %= len(self._contrasts)
        left, right = self._contrasts[self._contrast]
        self.stage.compare(how, left.words, right.words)
        QTimer.singleShot(0, self, self._fit)

        def dress() -> None:
            if not self._compared():
                return
            for there, side in ((self.stage.map, left), (self.stage.other, right)):
                plan = side.plan(self.session.plan)
                shown = with_proposals(plan, settings_of(plan, side.scene))
                there.set_layers(self._layers(plan, shown))
                there.show_plan(plan)
                there.set_theme(self._theme(side.scene))
            self._follow(self.stage.map.view)

        self._want([left.scene, right.scene], dress)

    def _follow(self, view: View) -> None:
        """The second map shows what the first shows."""
        if self._compared():
            other = self.stage.other
            other.set_view(replace(other.view, center=view.center, scale=view.scale))

    def _theme(self, scene: SavedScene) -> MapTheme | None:
        act = self._acts.get(key_of(scene))
        return act.theme if act is not None else None

    def _fit(self) -> None:
        """A stage of another size shows the same ground."""
        if not self._over:
            self._move.stop()
            self.stage.map.set_view(view_of(self.scene, self.stage.map.view))

    def _on_the_way(self, share: float) -> None:
        """Scale in equal ratios, place along the line between: the eye can follow."""
        a, b = self._from, self._to
        scale = math.exp(math.log(a.scale) * (1 - share) + math.log(b.scale) * share)
        # Nearing a place, the ground that is in view must come into the middle before it grows.
        part = (a.scale - scale) / (a.scale - b.scale) if abs(a.scale - b.scale) > 1e-6 * a.scale else share
        x, y = (one + (other - one) * part for one, other in zip(a.center, b.center, strict=True))
        self.stage.map.set_view(replace(self.stage.map.view, center=(x, y), scale=scale))

    def _dress(self) -> None:
        """Theme and words of the scene in its year."""
        scene, following = self.scene, self.scenes[self.at + 1 : self.at + 2]
        if not self._compared():
            self.stage.map.set_theme(self._theme(scene))
        year = text("scene_year_all") if scene.year is None else text("scene_year", year=scene.year)
        asked = f"{year} · {text('scene_scheme', name=scene.scheme)}" if scene.scheme else year
        if self._compared():
            asked = f"{self.stage.map.chip} ↔ {self.stage.other.chip}"
        title = str(self.session.plan.info.get("title", ""))
        source = " · ".join(part for part in (title, text("release_keep_inside")) if part)
        at, count = self.at, len(self.scenes)
        self.stage.say(Words(scene.name, scene.caption, asked, self._asked, source, at, count))
        self.desk.say(at, count, scene, following[0] if following else None)

    def _want(self, scenes: list[SavedScene], then: Callable[[], None] | None = None) -> None:
        missing = [one for one in scenes if key_of(one) not in self._acts]
        snapshot = self.session.snapshot()

        def answer(found: dict[object, Act]) -> None:
            if not self._over:
                self._acts.update(found)
                self._dress()
                if then is not None:
                    then()

        self.jobs.start(
            text("present_preparing"),
            lambda progress: acts_of(snapshot, missing, progress),
            answer,
            topic="present",
            fault=_unless_said,
        )

    def _paint_next(self) -> None:
        """Pictures of what comes next, for the desk, once the stage has all it needs."""
        snapshot, spoken, wanted = self.session.snapshot(), language(), list(self.scenes[1:])
        if wanted and not self._over:
            self.jobs.start(
                text("scene_painting"),
                lambda progress: scene_pictures(
                    snapshot, wanted, spoken, PICTURE, progress, before_others=True
                ),
                lambda found: None if self._over else self.desk.have_pictures(found),
                topic="present_pictures", fault=_unless_said,
            )  # fmt: skip

    # -- what keys do ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of both windows; the mouse moves the spotlight; a closed stage ends the show."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            act = KEYS.get(Qt.Key(event.key()))
            if act is not None:
                getattr(self, act)()
                return True
        elif event.type() == QEvent.Type.MouseMove and watched in (self.stage.map, self.stage.other):
            if self.stage.compared == "swipe" and isinstance(event, QMouseEvent):
                if event.buttons() & Qt.MouseButton.LeftButton:
                    self.stage.part_at(event.position().x() / max(self.stage.other.width(), 1))
                    return True
            if (
                watched is self.stage.map
                and self.stage.map.spot is not None
                and isinstance(event, QMouseEvent)
            ):
                self.stage.map.spot = event.position()
                self.stage.map.update()
        elif event.type() == QEvent.Type.Resize and watched is self.stage.map:
            QTimer.singleShot(0, self, self._fit)
        elif event.type() == QEvent.Type.Close and watched is self.stage:
            self.end()
        return super().eventFilter(watched, event)

    def forward(self) -> None:
        """The next scene."""
        self.go(self.at + 1)

    def back(self) -> None:
        """The scene before."""
        self.go(self.at - 1)

    def first(self) -> None:
        """The first scene."""
        self.go(0)

    def last(self) -> None:
        """The last scene."""
        self.go(len(self.scenes) - 1)

    def blank(self) -> None:
        """Black, or back."""
        self.stage.set_blank(not self.stage.blank)

    def spotlight(self) -> None:
        """Light up only what is round the mouse."""
        there = self.stage.map
        if there.spot is None:
            at = there.mapFromGlobal(there.cursor().pos())
            there.spot = (at if there.rect().contains(at) else there.rect().center()).toPointF()
        else:
            there.spot = None
        there.update()

    def notes(self) -> None:
        """Show or hide the desk (where there is one screen)."""
        self.desk.setVisible(not self.desk.isVisible())

    def swap_screens(self) -> None:
        """The meeting's screen and that of who speaks exchange their places."""
        self._screens.swap()

    def ask_manual(self) -> None:
        """Open the manual's page of the meeting, on the screen of who speaks."""
        self.manual_asked.emit()

    def play(self) -> None:
        """Play the plan's years in a scene with a theme; again: stop."""
        if self._years.isActive() or not self.scene.theme:
            self._stop()
            return
        period = self.session.policy.period
        years = sorted({period.baseline_year, *period.years})
        self._want([at_year(self.scene, year) for year in years], lambda: self._play(years))

    def _play(self, years: list[int]) -> None:
        self._playing = list(years)
        self._next_year()
        self._years.start()

    def _next_year(self) -> None:
        if not self._playing:
            self._stop()
            return
        self._year = self._playing.pop(0)
        self._dress()

    def _stop(self) -> None:
        self._years.stop()
        self._playing = []

    def _identified(self, found: list[tuple[str, int]], _place: tuple[float, float]) -> None:
        """Answer for the unit that was clicked: its numbers of the scene's theme."""
        act = self._acts.get(key_of(self.scene))
        role = act.theme.unit_role if act is not None and act.theme is not None else "unit.gacha"
        self._asked = ()
        for kind, fid in found:
            table = self.session.plan.table(kind)
            if role in table.kind.roles:
                row = table.row(fid)
                code = str(row.get(table.kind.key))
                counted = act.rows.get(code) if act is not None else None
                units = {one.id: one.unit for one, _ in self.session.catalogue.services()}
                said = () if counted is None else (_numbers(counted, tr(units[self.scene.theme])),)
                self._asked = (str(row.get("name") or code), *said)
                break
        self._dress()

    def end(self) -> None:
        """Close both windows."""
        if self._over:
            return
        self._over = True
        self._stop()
        self._move.stop()
        self.jobs.cancel_topic("present")
        self.jobs.cancel_topic("present_pictures")
        self.session.meeting = ""
        self.stage.map.stop()
        self.stage.other.stop()
        self.desk.close()
        self.stage.close()
        self.desk.deleteLater()
        self.stage.deleteLater()
        self.ended.emit()
        self.deleteLater()


def _unless_said(error: BaseException) -> None:
    """What a scene asks in vain is said where scenes are kept, not before a meeting."""
    if not isinstance(error, PlannerError):
        raise error


def _numbers(row: GapRow, unit: str) -> str:
    """What a unit has and lacks; what is not known is said so."""

    def say(value: float | None) -> str:
        return text("not_known_short") if value is None else f"{value:,} {unit}"

    return text("present_numbers", have=say(row.have), gap=say(row.gap))
