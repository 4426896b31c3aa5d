"""规划: how the gaps are closed. Sections side by side: toilets, proposed works."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.panels.panel import Panel
from app.panels.planning import PlanningPanel
from app.panels.segmented import Segmented
from app.panels.toilet_plan import ToiletPlanPanel
from app.session import Session

SECTIONS: dict[str, type[Panel]] = {"toilets": ToiletPlanPanel, "proposals": PlanningPanel}


class PlanningTab(Panel):
    """A selector over its sections."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.selector, self.pages = Segmented(), QStackedWidget()
        self.sections = {name: kind(session, jobs, bus) for name, kind in SECTIONS.items()}
        for section in self.sections.values():
            self.pages.addWidget(section)
        self.selector.chosen.connect(self.show_section)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(14, 14, 14, 0)
        head.addWidget(self.selector)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        self.start()

    def show_section(self, name: str) -> None:
        """Bring a section to the front."""
        if name in self.sections:
            self.selector.set_current(name)
            self.pages.setCurrentWidget(self.sections[name])

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
