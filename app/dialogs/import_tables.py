"""Tables of the import dialog: headings and columns, first rows, flagged rows, what changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app import theme
from app.actions.area_change import area_rows
from app.actions.import_look import AreaChange, Preview, Update
from app.actions.importing import clash_words, flag_words
from app.messages import text, tr

FLAGS_SHOWN, COLUMNS_SHOWN, SAMPLES, KEYS_SHOWN = 500, 60, 3, 500
HEADINGS_SHOWN = 100  # each has a list to choose from: thousands of them would hold up the window
CELL = 80  # characters
SENSITIVE = 2


class Choice(QComboBox):
    """A combo box in a table or a form: the wheel scrolls what it stands in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Never change a value by scrolling past it."""
        event.ignore()


def table(headings: Sequence[str]) -> QTableWidget:
    """Return an empty table with headings, to be read only."""
    made = QTableWidget(0, len(headings))
    made.setHorizontalHeaderLabels(list(headings))
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(theme.metric(32))
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setMinimumHeight(theme.metric(150))
    return made


def cell(words: object, colour: QColor | None = None) -> QTableWidgetItem:
    """Return a cell; long text is cut, whole in its tip; nothing is a dash."""
    whole = "—" if words is None or words == "" else str(words)
    made = QTableWidgetItem(whole if len(whole) <= CELL else whole[:CELL] + "…")
    made.setToolTip(whole[:2_000] if len(whole) > 12 else "")
    if colour is not None:
        made.setForeground(QBrush(colour))
    return made


class MappingTable(QObject):
    """One row a heading: how personal, what is in it, the column that takes it."""

    mapped = Signal(str, str)  # heading, column name or ""

    def __init__(self) -> None:
        super().__init__()
        names = ("heading", "privacy", "samples", "column", "how")
        self.view = table([text(f"import_column_{name}") for name in names])
        self.view.setAccessibleName(text("import_tab_mapping"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        head = self.view.horizontalHeader()
        for at in range(4):
            head.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        for at, width in enumerate((170, 190, 240, 220)):
            self.view.setColumnWidth(at, theme.metric(width))
        self.choices: dict[str, Choice] = {}

    def show_preview(self, seen: Preview) -> None:
        """Show the headings of a file and the columns of the kind it becomes."""
        self.choices.clear()
        self.view.clearSpans()
        self.view.setRowCount(0)
        column_of = {one.heading: (name, one) for name, one in seen.mapping.items()}
        told = {*column_of, *seen.located_by}
        headings = [
            heading for at, heading in enumerate(seen.headings) if at < HEADINGS_SHOWN or heading in told
        ]
        left = len(seen.headings) - len(headings)
        self.view.setRowCount(len(headings) + (left > 0))
        if left:
            self.view.setItem(len(headings), 0, cell(text("import_headings_left", count=f"{left:,}")))
            self.view.setSpan(len(headings), 0, 1, self.view.columnCount())
        for row, heading in enumerate(headings):
            privacy, why = seen.classes.get(heading, (SENSITIVE, "unknown"))
            sensitive = int(privacy) >= SENSITIVE
            badge = text(f"privacy_{getattr(privacy, 'name', 'sensitive').lower()}")
            samples = [str(one[heading]) for one in seen.first_rows if one.get(heading) not in (None, "")]
            self.view.setItem(row, 0, cell(heading))
            self.view.setItem(
                row,
                1,
                cell(
                    f"{badge} · {text(f'import_why_{why}')}",
                    theme.color("bad" if sensitive and why != "unknown" else "ink2"),
                ),
            )
            self.view.setItem(row, 2, cell("  |  ".join(samples[:SAMPLES]), theme.color("ink2")))
            name, one = column_of.get(heading, ("", None))
            self._choose(row, heading, name, seen)
            how = (
                text(f"import_how_{one.how}") + (f" {one.unit}" if one.unit else "")
                if one is not None
                else ""
            )
            if heading in seen.located_by:
                how = text("import_locates")
            self.view.setItem(row, 4, cell(how, theme.color("ink3")))

    def _choose(self, row: int, heading: str, name: str, seen: Preview) -> None:
        choice = Choice()
        choice.addItem(text("import_not_taken"), "")
        for column in seen.kind.columns if seen.kind is not None else ():
            unit = f" ({column.unit})" if column.unit else ""
            lock = f" · {text('privacy_sensitive')}" if int(column.privacy) >= SENSITIVE else ""
            choice.addItem(f"{tr(column.title)}{unit}{lock}", column.name)
        choice.setCurrentIndex(max(choice.findData(name), 0))
        choice.setEnabled(seen.kind is not None)
        choice.setAccessibleName(text("import_column_of", heading=heading))
        choice.activated.connect(lambda at, heading=heading: self.mapped.emit(heading, choice.itemData(at)))
        self.choices[heading] = choice
        self.view.setCellWidget(row, 3, choice)


def first_rows(seen: Preview) -> QTableWidget:
    """Return the first rows with their text as it will be."""
    headings = seen.headings[:COLUMNS_SHOWN]
    made = table(headings)
    made.setRowCount(len(seen.first_rows))
    for at, row in enumerate(seen.first_rows):
        for column, heading in enumerate(headings):
            made.setItem(at, column, cell(row.get(heading)))
    made.setAccessibleName(text("import_tab_rows"))
    return made


def flagged_rows(seen: Preview, place: Callable[[int, str], None]) -> QTableWidget:
    """Return the doubtful rows with reasons; where a place is asked, `place(row, code)` is called with it."""
    made = table([text("import_column_row"), text("import_column_reason"), text("import_column_place")])
    shown = seen.flagged[:FLAGS_SHOWN]
    made.setRowCount(len(shown) + (len(seen.flagged) > FLAGS_SHOWN))
    made.setColumnWidth(0, theme.metric(70))
    made.setColumnWidth(2, theme.metric(300))
    made.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    asked = False
    for at, one in enumerate(shown):
        made.setItem(at, 0, cell(one.row))
        made.setItem(at, 1, cell(flag_words(one), theme.color("warn" if one.kept else "bad")))
        for flag in one.flags:
            codes = flag.fields.get("codes")
            if flag.code.startswith("place_") and codes:
                choice, asked = Choice(), True
                choice.setPlaceholderText(text("import_choose"))
                for title, code in zip(flag.fields["candidates"], codes, strict=False):
                    choice.addItem(str(title), code)
                choice.setCurrentIndex(-1)
                choice.activated.connect(
                    lambda which, row=one.row, choice=choice: place(row, str(choice.itemData(which)))
                )
                made.setCellWidget(at, 2, choice)
    if len(seen.flagged) > FLAGS_SHOWN:
        made.setItem(len(shown), 1, cell(text("import_more_rows", count=len(seen.flagged) - FLAGS_SHOWN)))
    made.setColumnHidden(2, not asked)
    made.setAccessibleName(text("import_column_reason"))
    return made


def clash_rows(seen: Preview) -> QTableWidget:
    """Return the rows that the project has changed since the file went out: what stands here, what there."""
    made = table([text("import_column_row"), text("import_column_key"), text("import_column_clash")])
    made.horizontalHeader().setStretchLastSection(True)
    assert seen.kind is not None
    shown = seen.clashes[:FLAGS_SHOWN]
    made.setRowCount(len(shown) + (len(seen.clashes) > FLAGS_SHOWN))
    for at, one in enumerate(shown):
        made.setItem(at, 0, cell(one.row))
        made.setItem(at, 1, cell(one.key))
        made.setItem(at, 2, cell(clash_words(seen.kind, one), theme.color("warn")))
    if len(seen.clashes) > FLAGS_SHOWN:
        made.setItem(len(shown), 2, cell(text("import_more_rows", count=len(seen.clashes) - FLAGS_SHOWN)))
    made.setColumnWidth(0, theme.metric(70))
    made.setAccessibleName(text("import_column_clash"))
    return made


def update_rows(update: Update, mode: str) -> QTableWidget:
    """Return the keys that an import adds, changes and takes away, as the mode has it."""
    made = table([text("import_column_change"), text("import_column_key")])
    made.horizontalHeader().setStretchLastSection(True)
    gone = update.gone if mode == "replace" else ()
    groups = (("gone", gone, "bad"), ("changed", update.changed, "warn"), ("added", update.added, "ok"))
    for name, keys, colour in groups:
        for key in keys[:KEYS_SHOWN]:
            row = made.rowCount()
            made.insertRow(row)
            made.setItem(row, 0, cell(text(f"import_is_{name}"), theme.color(colour)))
            made.setItem(row, 1, cell(key))
    made.setAccessibleName(text("import_tab_update"))
    return made


def area_change(seen: Preview, areas: Sequence[AreaChange]) -> QTableWidget:
    """Return the old and the new version of a zone layer by class, in hectares and mu."""
    names = ("class", "before", "after", "gained", "lost")
    unit = text("import_area_unit")
    made = table([text(f"import_area_{name}") + (unit if name != "class" else "") for name in names])
    for words, *numbers in area_rows(seen, areas):
        row = made.rowCount()
        made.insertRow(row)
        made.setItem(row, 0, cell(words))
        for at, words in enumerate(numbers, 1):
            item = cell(words)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            made.setItem(row, at, item)
    made.setColumnWidth(0, theme.metric(150))
    for at in range(1, 5):
        made.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
    made.setAccessibleName(text("import_tab_areas"))
    return made
