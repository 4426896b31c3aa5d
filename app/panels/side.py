"""The right side: notices, five tabs (目标 缺口 规划 核查 属性), and the history in their place when asked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app import theme
from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.panels.attributes import AttributesPanel
from app.panels.checks import ChecksPanel
from app.panels.gaps import GapsPanel
from app.panels.history import HistoryPanel
from app.panels.notices import NoticeStrip
from app.panels.parts import line
from app.panels.planning_tab import PlanningTab
from app.panels.rule_watch import RuleWatch
from app.panels.targets import TargetsPanel
from app.session import Session

TABS = ("targets", "gaps", "planning", "checks", "attributes")
FIRST = "gaps"
LEAST_HEIGHT = {
    "gaps": 560,
    "planning": 560,
    "checks": 600,
}  # desk px that a panel needs which does not scroll by itself; below it, its room scrolls


class SidePanel(QWidget):
    """Tabs over their panels."""

    tab_changed = Signal(str)

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.bar = QTabBar()
        self.bar.setExpanding(True)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.notices = NoticeStrip(bus)
        made = (TargetsPanel, GapsPanel, PlanningTab, ChecksPanel, AttributesPanel)
        self.panels: dict[str, QWidget] = {
            name: kind(session, jobs, bus) for name, kind in zip(TABS, made, strict=True)
        }
        self._pages = QStackedWidget()
        self._rooms = {name: _Room(panel, LEAST_HEIGHT.get(name, 0)) for name, panel in self.panels.items()}
        for name in TABS:
            self.bar.addTab("")
            self._pages.addWidget(self._rooms[name])
        self.watch = RuleWatch(session, jobs, bus)
        self.history = HistoryPanel(session, jobs, bus)
        self.history.closed.connect(lambda: self.show_history(False))
        tabs = QWidget()
        inner = QVBoxLayout(tabs)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.bar)
        inner.addWidget(line())
        inner.addWidget(self._pages, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(tabs)
        self._stack.addWidget(self.history)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notices)
        layout.addWidget(self._stack, 1)
        self.bar.currentChanged.connect(self._turned)
        bus.show_tab.connect(self.show_tab)
        bus.language_changed.connect(self.retranslate)
        bus.palette_changed.connect(lambda _name: self._fit())
        self._fit()
        self.show_tab(FIRST)
        self.retranslate()

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        if name in TABS:
            self._stack.setCurrentIndex(0)
            self.bar.setCurrentIndex(TABS.index(name))

    def current_tab(self) -> str:
        """Return which tab is in front."""
        return TABS[max(self.bar.currentIndex(), 0)]

    def show_history(self, shown: bool = True) -> None:
        """Put the history in the place of the tabs, or take it away."""
        self._stack.setCurrentIndex(1 if shown else 0)

    def history_shown(self) -> bool:
        """Whether the history is in front."""
        return self._stack.currentIndex() == 1

    def set_tab_height(self, height: int) -> None:
        """Set the height of the row of tabs."""
        self.bar.setFixedHeight(height)

    def _fit(self) -> None:
        for room in self._rooms.values():
            room.fit()

    def _turned(self, at: int) -> None:
        self._pages.setCurrentIndex(at)
        self.tab_changed.emit(TABS[at])

    def retranslate(self) -> None:
        """Speak the current language."""
        for at, name in enumerate(TABS):
            self.bar.setTabText(at, text(f"side_{name}"))
            self.bar.setTabToolTip(at, text(f"side_{name}_tip"))


class _Room(QScrollArea):
    """What a panel stands in: it scrolls where the window is too low for it."""

    def __init__(self, panel: QWidget, least: int) -> None:
        super().__init__()
        self._least = least
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)

    def fit(self) -> None:
        """Take the palette's sizes."""
        self.widget().setMinimumHeight(theme.metric(self._least))
