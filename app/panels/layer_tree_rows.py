"""The rows of the layer tree: themes, layers, what their legends say; and which of them a filter keeps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem

from app.messages import tr
from app.panels import layer_tree as tree
from app.panels.swatch import swatch, table_swatch
from app.places import NO_HIT, closeness, fold
from layers.catalogue.classes import legend_rows
from layers.catalogue.model import LayerKind, Theme


def theme_row(one: Theme) -> QTreeWidgetItem:
    """Return the head of a group."""
    head = QTreeWidgetItem([tr(one.title)])
    head.setData(0, tree.THEME, one.id)
    head.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    return head


def layer_row(kind: LayerKind) -> QTreeWidgetItem:
    """Return a layer's row with the rows of its legend; counts and boxes come with `LayersPanel`."""
    row = QTreeWidgetItem([tr(kind.title)])
    row.setData(0, tree.KIND, kind.id)
    row.setData(0, tree.THEME, kind.theme)
    row.setData(0, tree.DRAWABLE, bool(kind.geometry))
    row.setData(0, tree.LOCKED, kind.sensitive)
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    row.setFlags(
        flags | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled if kind.geometry else flags
    )
    legend = legend_rows(kind.style, kind.title) if kind.geometry and kind.style.classes else ()
    for entry in legend:
        sub = QTreeWidgetItem([tr(entry.title)])
        sub.setFlags(Qt.ItemFlag.ItemIsEnabled)
        sub.setData(0, tree.SWATCH, swatch(entry.symbol, kind.geometry))
        row.addChild(sub)
    symbol = legend[0].symbol if legend else kind.style.symbol
    row.setData(0, tree.SWATCH, swatch(symbol, kind.geometry) if kind.geometry else table_swatch())
    return row


def keep(shown: tree.Tree, words: str) -> bool:
    """Hide the rows that words do not fit, by name or initials; return whether any is left."""
    wanted = fold(words)
    any_left = False
    for at in range(shown.topLevelItemCount()):
        head = shown.topLevelItem(at)
        whole = bool(wanted) and closeness(wanted, fold(head.text(0)), "") < NO_HIT
        left = 0
        for row in (head.child(number) for number in range(head.childCount())):
            fits = not wanted or whole or closeness(wanted, fold(row.text(0)), "") < NO_HIT
            row.setHidden(not fits)
            left += fits
        head.setHidden(not left)
        any_left = any_left or bool(left)
        if wanted and left:
            shown.blockSignals(True)
            head.setExpanded(True)
            shown.blockSignals(False)
    return any_left
