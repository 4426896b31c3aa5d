"""The rows of the layer tree: themes, layers, what their legends say, how many there are; and which a filter
keeps."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem

from app.messages import text, tr
from app.panels import layer_tree as tree
from app.panels.layer_counts import LayerCounts
from app.panels.layer_facts import badge, tip
from app.panels.swatch import swatch, table_swatch
from app.places import NO_HIT, closeness, fold
from layers.catalogue.classes import legend_rows
from layers.catalogue.model import LayerKind, Theme
from layers.plan.plan import Plan


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


def refresh(of: tree.Tree, plan: Plan, counts: LayerCounts, visible: Collection[str]) -> None:
    """Bring counts, boxes, badges and tooltips of all rows up to the plan and the view."""
    totals: dict[str, list[int]] = {}
    for item in of.items():
        kind = plan.catalogue[item.data(0, tree.KIND)]
        if kind.id not in plan:
            continue
        shown = kind.id in visible or not kind.geometry
        item.setCheckState(0, Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
        item.setData(0, tree.COUNT, counts.count_words(plan.table(kind.id)))
        facts = counts.facts(kind.id)
        item.setData(0, tree.BADGE, badge(facts))
        item.setToolTip(0, tip(kind, facts) + counts.year_tip(kind.id))
        for at in range(item.childCount()):
            item.child(at).setData(0, tree.COUNT, f"{facts.classes[at]:,}" if facts else "")
            item.child(at).setToolTip(0, text("layer_count_tip"))
        if kind.geometry:
            total = totals.setdefault(kind.theme, [0, 0])
            total[0] += shown
            total[1] += 1
    for at in range(of.topLevelItemCount()):
        head = of.topLevelItem(at)
        shown, count = totals.get(head.data(0, tree.THEME), [0, 0])
        head.setData(0, tree.COUNT, f"{shown}/{count}" if count else "")
        head.setData(0, tree.SHOWN, bool(count) and shown == count)
        head.setToolTip(0, text("layers_group_tip"))


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
