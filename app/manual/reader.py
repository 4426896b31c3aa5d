"""The manual's window: contents and search at the left, the page at the right. It stops nothing else."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QImageReader, QKeySequence, QPixmap, QResizeEvent, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.manual.html import html
from app.manual.pages import FIRST, PAGES, contents, find, page, picture_file
from app.messages import text
from app.panels.parts import IconButton, label, line

SIZE = (1180, 780)
SMALLEST = (640, 420)
SIDE = 250
MARGIN = 32
WIDEST = 980  # px of a line of text or a picture; longer lines are hard to follow
ID = Qt.ItemDataRole.UserRole


class PageView(QTextBrowser):
    """One page. Pictures are scaled smoothly to its width; a click shows one in its own size, another takes
    it back."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        theme.set_role(self, "plain")
        self.setStyleSheet("border: none; padding: 0;")  # no ring round what is only read
        self.document().setDocumentMargin(0)
        self.setViewportMargins(MARGIN, 20, 12, 0)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._fit = QTimer(self)
        self._fit.setSingleShot(True)
        self._fit.timeout.connect(self.again)
        self.large: set[str] = set()
        self.shown = FIRST
        self._words: tuple[str, ...] = ()

    def show_page(self, page_id: str, words: tuple[str, ...] = ()) -> None:
        """Show a page from its beginning, or from the first of the words, which are marked."""
        self.shown, self._words = page_id, words
        self.large.clear()
        self._fill()
        self.verticalScrollBar().setValue(0)
        if self._mark():
            self.ensureCursorVisible()

    def again(self) -> None:
        """Write the page anew where it stands: its width, the palette or the language has changed."""
        bar = self.verticalScrollBar()
        at = bar.value() / max(bar.maximum(), 1)
        self._fill()
        self._mark()
        bar.setValue(round(at * bar.maximum()))

    def turn(self, picture: str) -> None:
        """Show a picture in its own size, or fitted again."""
        self.large ^= {picture}
        self.again()

    def size_of(self, name: str) -> tuple[int, int]:
        """Return a picture's size on the page."""
        real = QImageReader(picture_file(name)).size()
        if not real.isValid():
            return 0, 0
        room = real.width() if name in self.large else min(self._room(), real.width())
        return room, round(real.height() * room / real.width())

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Read a picture in the size in which it stands."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        asked = name.toString() if isinstance(name, QUrl) else name
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(picture_file(asked))
        wanted = QSize(*self.size_of(asked)) * ratio
        if drawn.width() != wanted.width():
            drawn = drawn.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio,
                                 Qt.TransformationMode.SmoothTransformation)
        drawn.setDevicePixelRatio(ratio)
        return drawn

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the page to the new width: later, as a scroll bar may come while the page is read in."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit.start()

    def _room(self) -> int:
        return max(min(self.viewport().width() - 8, WIDEST), 160)

    def _fill(self) -> None:
        self.setHtml(html(page(self.shown), self.size_of))

    def _mark(self) -> bool:
        found = []
        document = self.document()
        for word in self._words:
            cursor = document.find(word)
            while not cursor.isNull():
                one = QTextEdit.ExtraSelection()
                one.cursor = cursor
                one.format.setBackground(theme.color("warn_bg"))
                found.append(one)
                cursor = document.find(word, cursor)
        self.setExtraSelections(found)
        if found:
            cursor = min((one.cursor for one in found), key=lambda one: one.position())
            cursor.clearSelection()
            self.setTextCursor(cursor)
        return bool(found)


class ManualWindow(QWidget):
    """See the module's text."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(*SMALLEST)
        room = self.screen().availableGeometry()
        self.resize(min(SIZE[0], room.width() - 60), min(SIZE[1], room.height() - 60))
        self._trail: list[str] = []
        self._at = -1
        self.search, self.list, self.view = QLineEdit(), QListWidget(), PageView()
        self.nothing, self.foot = label("note", wrap=True), QLabel()
        self.back, self.on = IconButton("arrow-left", box=30), IconButton("arrow-right", box=30)
        self._lay_out()
        self.search.textChanged.connect(lambda _words: self._list())
        self.search.returnPressed.connect(self._open_first_hit)
        self.list.currentItemChanged.connect(lambda item, _before: self._chosen(item))
        self.back.clicked.connect(lambda: self._step(-1))
        self.on.clicked.connect(lambda: self._step(1))
        self.view.anchorClicked.connect(self._followed)
        for keys, act in (("Alt+Left", lambda: self._step(-1)), ("Alt+Right", lambda: self._step(1)),
                          ("Ctrl+F", self.search.setFocus), ("Ctrl+K", self.search.setFocus),
                          ("Ctrl+W", self.close)):  # fmt: skip
            QShortcut(QKeySequence(keys), self, activated=act)
        QShortcut(QKeySequence("Esc"), self, activated=self._leave)
        self.retranslate()

    def _lay_out(self) -> None:
        theme.set_role(self.nothing, "note")
        self.search.setClearButtonEnabled(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("background: transparent;")
        self.list.setSpacing(2)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QHBoxLayout()
        top.setSpacing(4)
        for part in (self.back, self.on):
            top.addWidget(part)
        top.addWidget(self.search, 1)
        side = QWidget()
        theme.set_role(side, "sunken")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(theme.metric(SIDE))
        self._side = side
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        divide = line()
        divide.setMinimumHeight(0)
        divide.setMaximumHeight(16_777_215)
        theme.set_role(divide, "vline")
        divide.setFixedWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(divide)
        row.addWidget(self.view, 1)

    # -- pages -------------------------------------------------------------------------------------

    def open_page(self, page_id: str, words: tuple[str, ...] = ()) -> None:
        """Show a page; the way back leads to the one before."""
        if self._at < 0 or self._trail[self._at] != page_id:
            del self._trail[self._at + 1 :]
            self._trail.append(page_id)
            self._at += 1
        self._show(words)

    def shown(self) -> str:
        """Return the id of the page that is shown."""
        return self.view.shown

    def _show(self, words: tuple[str, ...] = ()) -> None:
        self.view.show_page(self._trail[self._at], words)
        self._say_title()
        self.back.setEnabled(self._at > 0)
        self.on.setEnabled(self._at + 1 < len(self._trail))
        self._mark_current()

    def _step(self, way: int) -> None:
        if 0 <= self._at + way < len(self._trail):
            self._at += way
            self._show()

    def _followed(self, link: QUrl) -> None:
        if link.scheme() == "picture":
            self.view.turn(link.path())
        elif link.toString() in PAGES:
            self.open_page(link.toString())

    # -- contents and search -----------------------------------------------------------------------

    def _list(self) -> None:
        typed = self.search.text()
        hits = find(typed)
        self.list.blockSignals(True)
        self.list.clear()
        rows = [(hit.page, f"{hit.title}\n{hit.around}") for hit in hits] if typed.strip() else contents()
        for page_id, words in rows:
            item = QListWidgetItem(words)
            item.setData(ID, page_id)
            self.list.addItem(item)
        self.list.blockSignals(False)
        missed = bool(typed.strip()) and not hits
        self.nothing.setText(text("manual_no_hit", words=typed.strip()) if missed else "")
        self.nothing.setVisible(missed)
        self._mark_current()

    def _mark_current(self) -> None:
        self.list.blockSignals(True)
        for row in range(self.list.count()):
            if self.list.item(row).data(ID) == self.view.shown:
                self.list.setCurrentRow(row)
                break
        else:
            self.list.setCurrentRow(-1)
        self.list.blockSignals(False)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.open_page(item.data(ID), tuple(self.search.text().split()))

    def _open_first_hit(self) -> None:
        if self.list.count():
            self._chosen(self.list.item(0))

    def _leave(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self.close()

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Speak the current language."""
        self.search.setPlaceholderText(text("manual_search"))
        self.search.setAccessibleName(text("manual_search"))
        self.list.setAccessibleName(text("manual_contents"))
        self.back.describe(text("manual_back"))
        self.on.describe(text("manual_on"))
        self._list()
        if self._at >= 0:
            self.view.again()
        self._say_title()

    def restyle(self) -> None:
        """Take the palette's colours."""
        self._side.setFixedWidth(theme.metric(SIDE))
        self.back.restyle()
        self.on.restyle()
        self.view.again()

    def _say_title(self) -> None:
        named = f"{page(self.view.shown).title} — " if self._at >= 0 else ""
        self.setWindowTitle(named + text("manual_title"))
