"""Before the first corner is set: what the place under the mouse would be told, in the status row.

It is judged as a work of the layer in hand would be there, off the interface thread, once the mouse rests;
the panel of verdicts stays with what is selected.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

import shapely
from PySide6.QtCore import QObject, QTimer

from app.messages import text
from app.verdict_words import zone_title
from layers.errors import PlannerError
from layers.planning.conflicts import VERIFY, Judged, conflicts
from layers.planning.footprints import PROPOSAL, made_work, work_of

if TYPE_CHECKING:
    from app.window import MainWindow

REST_MS = 150
MOST = 3  # zones that are named


class PlaceHint(QObject):
    """Asked with each place of the mouse; says the last place's verdict to `show`."""

    def __init__(self, window: MainWindow, show: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._show = window, show
        self._at: tuple[float, float] | None = None
        self._kind = ""
        self.words = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._judge)

    def look(self, at: tuple[float, float] | None, kind_id: str) -> None:
        """The mouse is at a place (planning metres) with nothing drawn yet; None: it is drawn, or left."""
        if at == self._at and kind_id == self._kind:
            return
        self._at, self._kind, self.words = at, kind_id, ""
        if at is None:
            self._rest.stop()
        else:
            self._rest.start()

    def _judge(self) -> None:
        session, at = self._window.session, self._at
        kind = session.catalogue.kinds.get(self._kind) if session.is_open else None
        if at is None or kind is None or PROPOSAL not in kind.roles:
            return
        plan, policy, year = session.plan, session.policy, self._window.bus.year
        day = datetime.date.today() if year is None else datetime.date(year, 12, 31)  # noqa: DTZ011
        work = work_of(kind, {}) or ("road" if kind.geometry == "MultiLineString" else "other")

        def judge(_progress: object) -> Judged:
            made = made_work(policy, shapely.Point(at), work, {}, kind=kind.id)
            return conflicts(plan, policy, [made], on=day).judged[0]

        def answer(judged: Judged) -> None:
            if at == self._at:
                self.words = self._said(judged)
                self._show()

        self._window.jobs.start(text("job_verdict"), judge, answer, topic="place hint", fault=_quiet)

    def _said(self, judged: Judged) -> str:
        catalogue = self._window.session.catalogue
        sure = [one for one in judged.conflicts if one.fid and (one.area_m2 or one.verdict != VERIFY)]
        zones = list(dict.fromkeys(zone_title(catalogue, one) for one in sure))
        more = "…" if len(zones) > MOST else ""
        verdict = text(f"verdict_{judged.verdict}")
        named = text("list_between").join(zones[:MOST]) + more
        if not named:
            return text("place_hint_free", verdict=verdict)
        return text("place_hint", verdict=verdict, zones=named)


def _quiet(error: BaseException) -> None:
    """A file that is out of reach at the moment says so when something is kept; the hint is left out."""
    if not isinstance(error, PlannerError):
        raise error
