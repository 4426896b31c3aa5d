"""底图: what lies under the layers - none, a file of tiles, a picture or heights on the ground, tiles of the
web."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app import theme
from app.basemaps.shelf import RASTERS, TILES, BasemapRecord, providers, record_of_address, record_of_file
from app.dialogs.base import Dialog
from app.jobs import Progress
from app.messages import sentence, text, tr
from app.panels.parts import Button, label
from layers.errors import PlannerError

if TYPE_CHECKING:
    from app.window import MainWindow

WIDTH, LIST_HEIGHT = 560, 190
ICONS = {"tiles": "layers", "picture": "image", "relief": "mountain", "online": "globe"}


class BasemapsDialog(Dialog):
    """The shelf; the row that is chosen is shown on the map at once."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, text("basemaps_title"), glyph="globe", width=WIDTH)
        self.setModal(False)
        self.main, self.desk = window, window.basemaps
        self.add_text(text("basemaps_about"), "note")
        self.list = QListWidget()
        self.list.setAccessibleName(text("basemaps_title"))
        self.list.setMinimumHeight(theme.metric(LIST_HEIGHT))
        self.list.currentRowChanged.connect(lambda _at: self._chosen())
        self.body.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.file_button = _button("folder-open", "basemaps_add_file")
        self.web_button = _button("globe", "basemaps_add_web")
        self.web_button.setCheckable(True)
        self.remove_button = _button("trash-2", "basemaps_remove")
        for button in (self.file_button, self.web_button, self.remove_button):
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.web = self._web_fields()
        self.web.hide()
        self.body.addWidget(self.web)
        self.said = label("note", wrap=True)
        self.said.hide()
        self.body.addWidget(self.said)
        self.file_button.clicked.connect(self._ask_file)
        self.web_button.toggled.connect(self.web.setVisible)
        self.remove_button.clicked.connect(self._remove)
        self.add_button(text("dialog_close")).clicked.connect(self.accept)
        self.fill()

    def _web_fields(self) -> QWidget:
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        self.provider, self.title = QComboBox(), QLineEdit()
        self.address, self.key, self.credit = QLineEdit(), QLineEdit(), QLineEdit()
        for each in providers():
            self.provider.addItem(tr(each.title), each)
        self.provider.addItem(text("basemaps_own_address"), None)
        self.address.setPlaceholderText("https://…/{z}/{x}/{y}.png")
        self.key.setPlaceholderText(text("basemaps_key_hint"))
        self.provider.currentIndexChanged.connect(lambda _at: self._provider_chosen())
        for name, field in (
            ("provider", self.provider), ("name", self.title), ("address", self.address),
            ("key", self.key), ("credit", self.credit),
        ):  # fmt: skip
            field.setAccessibleName(text(f"basemaps_{name}"))
            form.addRow(text(f"basemaps_{name}"), field)
        self.take = Button("", "plus")
        self.take.setText(text("basemaps_take"))
        self.take.clicked.connect(self._add_web)
        form.addRow("", self.take)
        self._form = form
        self._provider_chosen()
        return box

    def _provider_chosen(self) -> None:
        """Known ones need a key only; one's own address says all."""
        own = self.provider.currentData() is None
        for field in (self.title, self.address, self.credit):
            self._form.setRowVisible(field, own)

    def fill(self) -> None:
        """Show the shelf as it stands."""
        self.list.blockSignals(True)
        self.list.clear()
        records: list[BasemapRecord | None] = [None, *self.desk.shelf.records]
        for record in records:
            words = text("basemaps_none") if record is None else record.title
            item = QListWidgetItem(theme.icon("ban" if record is None else ICONS[record.way]), words)
            item.setData(Qt.ItemDataRole.UserRole, record.id if record else "")
            if record is not None:
                item.setText(f"{words}（{text(f'basemaps_way_{record.way}')}）")
                item.setToolTip(record.place)
            self.list.addItem(item)
        shown = [self.list.item(at).data(Qt.ItemDataRole.UserRole) for at in range(self.list.count())]
        self.list.setCurrentRow(shown.index(self.desk.shown) if self.desk.shown in shown else 0)
        self.list.blockSignals(False)
        self.remove_button.setEnabled(bool(self.chosen()))

    def chosen(self) -> str:
        """The id of the row that is chosen; "" for none."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _chosen(self) -> None:
        self.desk.show_record(self.chosen())
        self.remove_button.setEnabled(bool(self.chosen()))
        if self.desk.shown != self.chosen():  # its file is gone: the window has said so
            self.fill()

    def _ask_file(self) -> None:
        endings = " ".join(f"*{ending}" for ending in (*TILES, *RASTERS))
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            text("basemaps_add_file"),
            str(self.main.session.path.parent),
            f"{text('basemaps_files')} ({endings})",
        )
        if chosen:
            self.add_file(Path(chosen))

    def add_file(self, path: Path) -> None:
        """Look at a file in the background and put it on the shelf."""
        self._say(text("basemaps_looking", name=path.name))

        def work(progress: Progress) -> BasemapRecord:
            progress(0, 1)
            return record_of_file(path, cancelled=lambda: progress.cancelled)

        self.main.jobs.start(
            text("basemaps_job", name=path.name), work, self._take, topic=f"basemap {path}", fault=self._fault
        )

    def _add_web(self) -> None:
        known = self.provider.currentData()
        try:
            if known is None:
                record = record_of_address(
                    self.title.text(), self.address.text(), self.key.text(), self.credit.text()
                )
            else:
                record = record_of_address(tr(known.title), known.address, self.key.text(), known.credit)
        except PlannerError as error:
            self._fault(error)
            return
        self._take(record)

    def _take(self, record: BasemapRecord) -> None:
        self._say("")
        self.desk.add(record)
        self.web_button.setChecked(False)
        self.fill()

    def _fault(self, error: BaseException) -> None:
        if not isinstance(error, PlannerError):
            raise error
        self._say(" ".join(sentence(error)), "bad")

    def _say(self, words: str, role: str = "note") -> None:
        theme.set_role(self.said, role)
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _remove(self) -> None:
        self.desk.remove(self.chosen())
        self.fill()


def _button(icon: str, words: str) -> Button:
    button = Button("", icon)
    button.setText(text(words))
    return button
