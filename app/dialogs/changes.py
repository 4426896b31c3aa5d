"""What happened to a feature, and what differs between a version and now: lists to read, the map beside
them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from app import theme
from app.actions.editing import local_moment
from app.actions.feature_history import Difference, Step, changed_words, difference_words
from app.bus import Bus
from app.dialogs.base import Dialog
from app.messages import text, tr
from app.session import Session

PLACE = Qt.ItemDataRole.UserRole
MOST_ROWS = 500
TOKENS = {"added": "ok", "changed": "warn", "removed": "bad"}


def show_steps(parent: QWidget, session: Session, title: str, steps: Sequence[Step]) -> None:
    """Show every change of a feature, newest first."""
    dialog = Dialog(parent, f"{text('feature_history')} · {title}", glyph="history", width=620)
    tree = _tree()
    for step in steps:
        who = f" · {step.entry.author}" if step.entry.author else ""
        top = QTreeWidgetItem(
            [f"{local_moment(step.entry.at)}{who} · {text('op_' + step.entry.op)} · {tr(step.title)}"]
        )
        for words in changed_words(session, step.change):
            top.addChild(QTreeWidgetItem([words]))
        tree.addTopLevelItem(top)
        top.setExpanded(True)
    dialog.body.addWidget(tree, 1)
    if not steps:
        dialog.add_text(text("feature_unchanged"), "secondary")
    dialog.setMinimumHeight(theme.metric(420))
    dialog.add_button(text("dialog_close"), "primary", default=True).clicked.connect(dialog.accept)
    dialog.exec()
    dialog.deleteLater()


class CompareDialog(Dialog):
    """What differs, by layer; the map outlines it while the dialog is open (removed features where they
    were)."""

    def __init__(
        self, parent: QWidget, session: Session, bus: Bus, name: str, found: Sequence[Difference]
    ) -> None:
        super().__init__(parent, text("versions_title", name=name), glyph="diff", width=520)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.session, self.bus = session, bus
        self.add_text(text("versions_hint") if found else text("versions_same"), "secondary")
        self.tree = _tree()
        shapes: list[tuple[shapely.Geometry, str]] = []
        for one in found:
            if one.kind not in session.catalogue:
                continue
            top = QTreeWidgetItem([difference_words(session, one)])
            for how, fid, row in self._rows(one):
                shape = row.get("geom")
                if shape is not None and not session.catalogue[one.kind].sensitive:
                    shapes.append((shape, TOKENS[how]))
                if top.childCount() < MOST_ROWS:
                    top.addChild(self._item(one.kind, how, fid, row))
            self.tree.addTopLevelItem(top)
            top.setExpanded(len(found) <= 3)
        self.tree.itemDoubleClicked.connect(lambda item: self._zoom(item.data(0, PLACE)))
        self.body.addWidget(self.tree, 1)
        self.setMinimumHeight(theme.metric(420))
        self.add_button(text("dialog_close"), "primary", default=True).clicked.connect(self.close)
        self.finished.connect(lambda _result: bus.highlight.emit([]))
        bus.project_changed.connect(self.close)
        self.shapes = shapes
        bus.highlight.emit(shapes)
        if shapes:
            bounds = shapely.total_bounds([shape for shape, _ in shapes])
            bus.zoom_to_bounds.emit(tuple(float(value) for value in bounds))

    def _rows(self, one: Difference) -> list[tuple[str, int, dict[str, Any]]]:
        table = self.session.plan.tables.get(one.kind)
        rows = []
        for how, fids in (("added", one.added), ("changed", one.changed)):
            rows += [(how, fid, table.row(fid)) for fid in fids if table is not None and fid in table]
        return [*rows, *(("removed", row.fid, dict(row.before or {})) for row in one.removed)]

    def _item(self, kind_id: str, how: str, fid: int, row: dict[str, Any]) -> QTreeWidgetItem:
        kind = self.session.catalogue[kind_id]
        name = "" if kind.sensitive else str(row.get(kind.name) or row.get(kind.key) or "")
        item = QTreeWidgetItem([f"{text('versions_' + how)}  {name or fid}"])
        item.setForeground(0, theme.color(TOKENS[how]))
        shape = row.get("geom")
        item.setData(0, PLACE, None if shape is None else tuple(shape.bounds))
        return item

    def _zoom(self, bounds: tuple[float, float, float, float] | None) -> None:
        if bounds is not None:
            self.bus.zoom_to_bounds.emit(bounds)

    def closeEvent(self, event: Any) -> None:
        """The map shows nothing of it any more."""
        self.bus.highlight.emit([])
        super().closeEvent(event)


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderHidden(True)
    tree.setColumnCount(1)
    tree.setUniformRowHeights(True)
    return tree
