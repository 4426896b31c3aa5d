"""附件: the photographs and documents of the feature in hand, as a row of thumbnails."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QImage,
    QImageReader,
    QKeyEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions.attachments import attaching, detach, may_open, save_as, size_words
from app.bulk import carry_out
from app.bus import Bus
from app.jobs import Jobs, Progress
from app.messages import text
from app.panels.panel import Panel
from app.panels.parts import IconButton, label, restyle_all
from app.session import Session
from layers.errors import InputError, PlannerError
from layers.planning.attachments import Attachment, attachment_kind, attachments

EDGE = 64  # pixels of a thumbnail
KEPT = 200  # thumbnails remembered


class AttachmentsRow(Panel):
    """A heading with an add button, and under it the thumbnails; files may be dropped on it."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.feature: tuple[str, int] | None = None
        self.found: tuple[Attachment, ...] = ()
        self._images: dict[str, QImage | None] = {}  # hash -> thumbnail; None: a picture that cannot be read
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.setAcceptDrops(True)
        self.title, self.hint = label("note"), label("note")
        self.add = IconButton("plus")
        self.add.clicked.connect(self.choose)
        self.list = Thumbnails()
        self.list.removed.connect(self.remove)
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setWrapping(False)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(QSize(EDGE, EDGE))
        self.list.setFixedHeight(EDGE + 42)
        self.list.setGridSize(QSize(EDGE + 22, EDGE + 26))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setWordWrap(False)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.itemActivated.connect(lambda _item: self.open())
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.hint, 1)
        head.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.list)
        self.start()

    # -- what it shows -----------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.hint.setText(text("attachments_hint"))
        self.add.describe(text("attachments_add"))
        self.list.setAccessibleName(text("attachments_title"))
        self._fill()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._fill()

    def project_changed(self) -> None:
        """Another project (or none) is open: nothing of the last one is kept."""
        self._images = {}
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self.show_feature(None)

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """An attachment came or went."""
        del collections
        if self.feature is not None and attachment_kind(self.session.plan).id in kinds:
            self.show_feature(self.feature)

    def show_feature(self, feature: tuple[str, int] | None) -> None:
        """Show the attachments of a feature; of an attachment itself, none."""
        self.feature = feature if self.session.is_open else None
        if self.feature is not None and self.feature[0] == attachment_kind(self.session.plan).id:
            self.feature = None
        self.setVisible(self.feature is not None)
        self.found = attachments(self.session.plan, *self.feature) if self.feature is not None else ()
        self.add.setEnabled(self.feature is not None and self.session.read_only is None)
        self._fill()
        self._read_thumbnails()

    def _fill(self) -> None:
        self.title.setText(text("attachments_count", count=len(self.found)))
        self.hint.setVisible(self.add.isEnabled())
        self.list.setVisible(bool(self.found))
        kept = self.list.currentRow()
        self.list.clear()
        for one in self.found:
            item = QListWidgetItem(self._icon(one), one.title)
            broken = one.sha256 in self._images and self._images[one.sha256] is None
            facts = [one.title, one.file_name, size_words(one), *([one.dated_on] if one.dated_on else [])]
            item.setToolTip("\n".join([*facts, *([text("attachment_broken")] if broken else [])]))
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(kept, 0), len(self.found) - 1))

    def _icon(self, one: Attachment) -> QIcon:
        image = self._images.get(one.sha256)
        if image is not None:
            return QIcon(QPixmap.fromImage(image))
        if one.sha256 in self._images:
            return QIcon(theme.pixmap("triangle-alert", "warn", 28))
        return QIcon(theme.pixmap("image" if _picture(one) else "file-text", "ink2", 28))

    def _read_thumbnails(self) -> None:
        wanted = [one.sha256 for one in self.found if _picture(one) and one.sha256 not in self._images]
        if not wanted:
            return
        store = self.session.store

        def work(progress: Progress) -> dict[str, QImage | None]:
            images: dict[str, QImage | None] = {}
            for at, sha256 in enumerate(wanted):
                progress(at, len(wanted))
                try:
                    images[sha256] = thumbnail(store.blob(sha256), EDGE)
                except PlannerError:  # its content is missing: the glyph says so, opening it says why
                    images[sha256] = None
            return images

        def answer(images: dict[str, QImage | None]) -> None:
            if len(self._images) > KEPT:
                self._images.clear()
            self._images |= images
            self._fill()

        self.jobs.start(text("job_thumbnails"), work, answer, topic="thumbnails", fault=self.fault)

    # -- what happens ------------------------------------------------------------------------------

    def choose(self, _checked: bool = False) -> None:
        """Ask for files and attach them."""
        names, _ = QFileDialog.getOpenFileNames(
            self.window(), text("attachments_add"), str(self.session.path.parent)
        )
        self.attach([Path(name) for name in names])

    def attach(self, paths: list[Path]) -> None:
        """Attach files to the feature, as one command, written by a job."""
        if not paths or self.feature is None:
            return
        title, build, blobs = attaching(self.session.policy, *self.feature, paths)
        try:
            writing = self.session.begin(title, build, command="attach", blobs=blobs)
        except PlannerError as error:
            self.bus.complain(error)
            return
        carry_out(self.session, self.jobs, writing, text("job_attach"), fault=self.fault)

    def current(self) -> Attachment | None:
        """The attachment that is chosen."""
        at = self.list.currentRow()
        return self.found[at] if 0 <= at < len(self.found) else None

    def open(self) -> None:
        """Show the chosen file in the system's program, from a copy that goes with the project's window."""
        one = self.current()
        if one is None:
            return
        if not may_open(one):
            self.bus.complain(InputError("attachment_not_opened", name=one.file_name))
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="qitu-", ignore_cleanup_errors=True)
        path = Path(self._folder.name) / f"{one.sha256[:16]}{Path(one.file_name).suffix.lower()}"
        if self.attempt(lambda: save_as(self.session, one.code, path, over=True)):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def save(self) -> None:
        """Write the chosen file where the user says."""
        one = self.current()
        if one is None:
            return
        wish = self.session.path.parent / Path(one.file_name).name
        chosen, _ = QFileDialog.getSaveFileName(self.window(), text("attachment_save"), str(wish))
        if chosen and self.attempt(lambda: save_as(self.session, one.code, Path(chosen), over=True)):
            self.bus.notice.emit("ok", text("wrote", path=Path(chosen).name), str(Path(chosen).parent))

    def remove(self) -> None:
        """Take the chosen attachment away; it can be undone."""
        one = self.current()
        if one is not None and self.session.read_only is None:
            self.attempt(lambda: detach(self.session, one.code))

    def _menu(self, at: QPoint) -> None:
        if self.list.itemAt(at) is not None:
            self.menu().exec(self.list.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """What can be done with the chosen file."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for icon, words, act in (
            ("external-link", "attachment_open", self.open),
            ("save", "attachment_save", self.save),
            ("trash-2", "attachment_remove", self.remove),
        ):
            menu.addAction(theme.icon(icon, "ink2", 16), text(words), act)
        menu.actions()[-1].setEnabled(self.session.read_only is None)
        return menu

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files of this machine may be dropped."""
        if self.add.isEnabled() and _files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what is dropped."""
        self.attach(_files(event))
        event.acceptProposedAction()


class Thumbnails(QListWidget):
    """The list itself: here Delete means the chosen file, not the feature that is selected on the map."""

    removed = Signal()

    def event(self, event: QEvent) -> bool:
        """Take Delete before the window's own shortcut does."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.removed.emit()
                return True
        return super().event(event)


def thumbnail(data: bytes, edge: int) -> QImage | None:
    """Return a picture no larger than `edge` pixels, turned as its EXIF says; None: it cannot be read."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(
            size.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        )
    image = reader.read()
    if image.isNull():
        return None
    whole = Qt.AspectRatioMode.KeepAspectRatio
    return (
        image
        if size.isValid()
        else image.scaled(edge, edge, whole, Qt.TransformationMode.SmoothTransformation)
    )


def _picture(one: Attachment) -> bool:
    return one.media_type.startswith("image/")


def _files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
