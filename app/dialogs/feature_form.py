"""The form of a feature, made from its kind: titles with units, choices, what is wrong said under its
field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.messages import sentence, text, tr
from app.panels.cell_editor import make_editor, typed
from app.panels.models.feature_rows import with_unit
from layers.catalogue.model import LayerKind
from layers.errors import PlannerError

HEIGHT = 560


class FeatureForm(Dialog):
    """Asks for the values of one feature; `keep(values)` is called with them and may refuse.

    It stays open until `keep` has gone through, so that nothing typed is lost.
    """

    def __init__(
        self,
        parent: QWidget | None,
        kind: LayerKind,
        values: Mapping[str, Any],
        keep: Callable[[dict[str, Any]], None],
        *,
        size: str = "",
        leave: str = "",
        first: str = "",
    ) -> None:
        super().__init__(parent, text("form_title", layer=tr(kind.title)), glyph="file-text", width=560)
        self.kind, self._keep = kind, keep
        self.add_text(" · ".join(part for part in (size, text("form_required")) if part), "secondary")
        self._fields: dict[str, QWidget] = {}
        self._faults: dict[str, QLabel] = {}
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        theme.set_role(inside, "panel")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 4, 12, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for at, column in enumerate(kind.columns):
            name = QLabel(f"{with_unit(column)}{' *' if column.required else ''}")
            name.setWordWrap(True)
            name.setFixedWidth(theme.metric(150))
            theme.set_role(name, "secondary")
            field = make_editor(column, values.get(column.name), inside)
            field.setAccessibleName(tr(column.title))
            fault = QLabel()
            fault.setWordWrap(True)
            theme.set_role(fault, "bad")
            fault.hide()
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(field)
            cell.addWidget(fault)
            grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(cell, at, 1)
            self._fields[column.name], self._faults[column.name] = field, fault
        scroll.setWidget(inside)
        self._scroll = scroll
        self.body.addWidget(scroll, 1)
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.add_button(leave or text("dialog_cancel")).clicked.connect(self.reject)
        self.add_button(text("form_keep"), "primary", default=True).clicked.connect(self._accept)
        self.resize(theme.metric(560), theme.metric(HEIGHT))
        begin = self._fields.get(first or kind.name)
        if begin is not None:
            begin.setFocus()
            scroll.ensureWidgetVisible(begin)

    def field(self, column: str) -> QWidget:
        """The editor of a column."""
        return self._fields[column]

    def _accept(self) -> None:
        values, wrong = {}, None
        self.fault.hide()
        for column in self.kind.columns:
            field, fault = self._fields[column.name], self._faults[column.name]
            try:
                values[column.name] = column.parse(typed(field))
            except PlannerError as error:
                fault.setText(" ".join(sentence(error)))
                theme.set_role(field, "wrong")
                wrong = wrong or field
            else:
                fault.setText("")
                theme.set_role(field, "")
            fault.setVisible(bool(fault.text()))
        if wrong is not None:
            wrong.setFocus()
            self._scroll.ensureWidgetVisible(wrong)
            return
        try:
            self._keep(values)
        except PlannerError as error:
            self.fault.setText(" ".join(sentence(error)))
            self.fault.show()
            return
        self.accept()


def fill_in(
    parent: QWidget | None,
    kind: LayerKind,
    values: Mapping[str, Any],
    keep: Callable[[dict[str, Any]], None],
    **options: str,
) -> bool:
    """Ask; returns whether it was kept."""
    dialog = FeatureForm(parent, kind, values, keep, **options)
    kept = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return kept
