"""Notices over a panel: what happened, what to do, one action, and a way to dismiss them. No dialog."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.bus import Bus
from app.messages import text

GLYPHS = {"info": "info", "ok": "circle-check", "warn": "triangle-alert", "bad": "octagon-x"}
PASSING_MS = {"info": 9_000, "ok": 6_000}  # these leave by themselves; the others wait to be read
MOST = 3


class Notice(QFrame):
    """One notice, at least 40 high, with a 4 px edge in its colour."""

    def __init__(self, level: str, happened: str, advice: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level, self.happened, self.advice = level, happened, advice
        theme.set_role(self, f"notice_{level}")
        self.setMinimumHeight(theme.metric(40))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 6, 6)
        layout.setSpacing(8)
        glyph = QLabel()
        glyph.setPixmap(theme.pixmap(GLYPHS[level], level, 16))
        glyph.setFixedWidth(18)
        layout.addWidget(glyph, 0, Qt.AlignmentFlag.AlignVCenter)
        self.words = QLabel(f"<span style='font-weight:500'>{html.escape(happened)}</span> "
                            f"<span style='color:{theme.hex_of('ink2')}'>{html.escape(advice)}</span>")
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(self.words, 1)
        self._layout = layout
        self.close_button = QToolButton()
        self.close_button.setIcon(theme.icon("x", size=14))
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setFixedSize(24, 24)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.setToolTip(text("notice_dismiss"))
        self.close_button.setAccessibleName(text("notice_dismiss"))
        layout.addWidget(self.close_button)

    def offer(self, words: str, act: Callable[[], None]) -> None:
        """Add the one action."""
        button = QPushButton(words)
        theme.set_role(button, "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(act)
        self._layout.insertWidget(2, button)


class NoticeStrip(QWidget):
    """The newest notices, one below the other; nothing where there are none."""

    def __init__(self, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 0)
        self._layout.setSpacing(6)
        self.notices: list[Notice] = []
        bus.notice.connect(self.show_notice)
        bus.project_changed.connect(self.clear)
        bus.palette_changed.connect(self._restyle)
        self.hide()

    def show_notice(self, level: str, happened: str, advice: str = "",
                    action: tuple[str, Callable[[], None]] | None = None) -> Notice:
        """Show a notice; one that says the same is replaced. level: info, ok, warn, bad."""
        for old in [old for old in self.notices if (old.level, old.happened) == (level, happened)]:
            self.dismiss(old)
        notice = Notice(level, happened, advice)
        notice.close_button.clicked.connect(lambda: self.dismiss(notice))
        if action is not None:
            notice.offer(*action)
        self.notices.append(notice)
        self._layout.addWidget(notice)
        while len(self.notices) > MOST:
            self.dismiss(self.notices[0])
        if level in PASSING_MS:
            timer = QTimer(notice)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self.dismiss(notice))
            timer.start(PASSING_MS[level])
        self.show()
        return notice

    def dismiss(self, notice: Notice) -> None:
        """Take a notice away."""
        if notice in self.notices:
            self.notices.remove(notice)
            self._layout.removeWidget(notice)
            notice.hide()
            notice.deleteLater()
        self.setVisible(bool(self.notices))

    def clear(self) -> None:
        """Take all away."""
        for notice in tuple(self.notices):
            self.dismiss(notice)

    def _restyle(self, _palette: str) -> None:
        for notice in self.notices:
            theme.set_role(notice, "")
            theme.set_role(notice, f"notice_{notice.level}")
