"""Keys of every command, and what this program is made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QWidget,
)

from app import theme
from app.commands import MENUS
from app.dialogs.base import Dialog
from app.menus import MORE_KEYS, in_window
from app.messages import text, tr
from app.places import NO_HIT, closeness, fold
from app.version import version

MAP_KEYS = ("arrows", "plus_minus", "space", "shift_drag", "wheel", "esc")
LIBRARIES = ("PySide6-Essentials", "shapely", "geopandas", "pandas", "numpy", "scipy", "pyproj", "pyogrio",
             "pyqtgraph", "apsw", "pypinyin", "folium")


class KeysDialog(Dialog):
    """All commands and keys, to be searched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, text("keys_title"), width=620)
        self.setMinimumHeight(theme.metric(520))
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(text("keys_filter"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._apply)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([text("keys_command"), text("keys_key"), text("keys_what")])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.metric(28))
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for menu_id, menu in MENUS.items():
            for command in in_window():
                if command.menu == menu_id:
                    keys = [command.shortcut, *MORE_KEYS.get(command.id, ())]
                    shown = "  ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                                      for key in keys if key)
                    self._add(f"{tr(menu)} › {tr(command.title).rstrip('…')}", shown, tr(command.tip))
        for name in MAP_KEYS:
            self._add(
                f"{text('keys_map')} › {text(f'keys_{name}')}",
                text(f"keys_{name}_key"),
                text(f"keys_{name}_what"),
            )
        self.body.addWidget(self._filter)
        self.body.addWidget(self.table, 1)
        self.add_button(text("dialog_close"), "primary", default=True).clicked.connect(self.accept)

    def _add(self, *cells: str) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, words in enumerate(cells):
            item = QTableWidgetItem(words)
            item.setToolTip(words)
            self.table.setItem(row, column, item)

    def _apply(self, typed: str) -> None:
        wanted = fold(typed)
        for row in range(self.table.rowCount()):
            cells = [fold(self.table.item(row, column).text()) for column in range(3)]
            fits = not wanted or any(wanted in cell for cell in cells) or \
                closeness(wanted, cells[0].split("›")[-1], "") < NO_HIT
            self.table.setRowHidden(row, not fits)


class AboutDialog(Dialog):
    """Version, data, font, icons, libraries, with their licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, text("about_title", version=version()), width=560)
        self.setMinimumHeight(theme.metric(440))
        page = QTextBrowser()
        page.setOpenLinks(False)
        theme.set_role(page, "plain")
        page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        rows = "".join(f"<tr><td style='padding-right:16px'>{name}</td><td>{found}</td></tr>"
                       for name, found in libraries())
        page.setHtml(
            f"<p>{text('about_what')}</p><p><b>{text('about_data_head')}</b><br>{text('about_data')}</p>"
            f"<p><b>{text('about_font_head')}</b><br>{text('about_font')}</p>"
            f"<p><b>{text('about_icons_head')}</b><br>{text('about_icons')}</p>"
            f"<p><b>{text('about_libraries_head')}</b></p><table>{rows}</table>"
        )
        self.body.addWidget(page, 1)
        self.add_button(text("dialog_close"), "primary", default=True).clicked.connect(self.accept)


def libraries() -> list[tuple[str, str]]:
    """Return the libraries in use with version and licence, as their packages say."""
    from importlib import metadata

    found = []
    for name in LIBRARIES:
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        licence = about.get("License-Expression") or (about.get("License") or "").split("\n")[0][:60]
        found.append((f"{name} {about['Version']}", licence or "—"))
    return found
