"""规划: how the gaps are closed. Sections side by side: toilets, the engines, schemes compared, proposed
works."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.panels.frame import SIDE, down
from app.panels.panel import Panel
from app.panels.planning import PlanningPanel
from app.panels.segmented import Segmented
from app.panels.toilet_plan import ToiletPlanPanel
from app.session import Session

Make = Callable[[Session, Jobs, Bus], Panel]


def _engine(name: str) -> Make:
    """An engine's panel, its modules read when it is first shown: the window is there sooner."""

    def make(session: Session, jobs: Jobs, bus: Bus) -> Panel:
        from app.panels.engine import EnginePanel
        from app.panels.models.engines import ENGINES

        return EnginePanel(ENGINES[name], session, jobs, bus)

    return make


def _schemes(session: Session, jobs: Jobs, bus: Bus) -> Panel:
    from app.panels.schemes import SchemesPanel

    return SchemesPanel(session, jobs, bus)


SECTIONS: dict[str, Make] = {
    "toilets": ToiletPlanPanel, "works": _engine("works"), "roads": _engine("roads"),
    "sites": _engine("sites"),
    "schemes": _schemes, "proposals": PlanningPanel,
}  # fmt: skip
FIRST = ("toilets", "proposals")


class PlanningTab(Panel):
    """A selector over its sections."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        # Not a stacked widget: there the tallest section, seen or not, says how high all are.
        self.selector, self.pages = Segmented(), down(spacing=0)
        self.sections: dict[str, Panel] = {}
        for name in FIRST:
            self._make(name)
        self.selector.chosen.connect(self.show_section)
        self.setLayout(down(down(self.selector, margins=(SIDE, SIDE, SIDE, 0)), (self.pages, 1), spacing=0))
        self._turn(FIRST[0])
        self.start()

    def show_section(self, name: str) -> None:
        """Bring a section to the front."""
        if name in SECTIONS:
            self._make(name)
            self.selector.set_current(name)
            self._turn(name)

    def _make(self, name: str) -> None:
        if name not in self.sections:
            self.sections[name] = SECTIONS[name](self.session, self.jobs, self.bus)
            self.sections[name].setObjectName(f"planning_{name}")  # the manual has a page for each
            self.sections[name].hide()
            self.pages.addWidget(self.sections[name], 1)

    def _turn(self, name: str) -> None:
        for each in sorted(self.sections, key=lambda one: one == name):  # the one that comes, last
            self.sections[each].setVisible(each == name)

    def section(self) -> str:
        """Return which section is in front."""
        return self.selector.current()

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.selector.set_items([(name, text(f"planning_{name}")) for name in SECTIONS])

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.selector.restyle()
        self.update()
