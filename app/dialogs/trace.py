"""Where a number is from: its formula with the numbers in it, the features, rules, clauses and data behind
it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.messages import language, text, tr
from app.panels.parts import IconButton, label, line
from app.trace_words import (
    GROUPS,
    data_words,
    formula_words,
    layer_words,
    part_words,
    reason_lines,
    rule_words,
    trace_lines,
    value_words,
)
from layers.plan.plan import Plan
from layers.planning.trace import Trace
from layers.provenance import Ask


class TraceDialog(Dialog):
    """A card beside the map: it stays open while features are shown, and says what it stood for."""

    shown = Signal(str, frozenset)  # kind, row ids: show them on the map
    tabled = Signal(str, frozenset)  # kind, row ids: open the attribute table on them

    def __init__(
        self, parent: QWidget | None, plan: Plan, trace: Trace, *, note: str = "",
        dated: Mapping[str, str] | None = None, ask: Ask | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent, text("trace_title"), glyph="scan-search", width=520)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.plan, self.trace, self.ask, self.dated = plan, trace, ask, dated or {}
        self.add_text(tr(trace.title), "medium")
        self.value = self.add_text(value_words(trace), "verdict")
        self.formula = self.add_text(formula_words(trace))
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(6)
        for words in (*part_words(trace), *reason_lines(trace), *([note] if note else [])):
            self._note(words, "secondary")
        self.rows: dict[tuple[str, str], IconButton] = {}
        self._features()
        self.column.addWidget(line())
        for rule in trace.rules:
            self._note(rule_words(rule))
        if not trace.rules:
            self._note(text("trace_no_rules"))
        for target in trace.targets:
            title, more = (words.in_language(language()) for words in (target.title, target.note))
            clause = text("trace_clause", chapter=target.chapter, title=title)
            self._note(f"{clause} · {text('modality_' + target.modality)}" + (f"\n{more}" if more else ""))
        self._note(data_words(plan, trace))
        for words in layer_words(plan, trace, self.dated):
            self._note(words)
        if ask is not None:
            self._note(text("trace_name", key=ask.key))
        self.column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(theme.metric(220))
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.copy = self.add_button(text("trace_copy"))
        self.copy.clicked.connect(self._copy)
        done = self.add_button(text("dialog_close"), "primary", default=True)
        done.clicked.connect(self.accept)

    def _note(self, words: str, role: str = "note") -> None:
        made = label(role, wrap=True, selectable=True)
        made.setText(words)
        self.column.addWidget(made)

    def _features(self) -> None:
        for group in GROUPS:
            for kind, fids in self.trace.groups.get(group, {}).items():
                if not fids:
                    continue
                row = QHBoxLayout()
                row.setSpacing(4)
                words = label(wrap=True)
                title = tr(self.plan.catalogue[kind].title)
                words.setText(
                    text("trace_features", group=text(f"trace_{group}"), kind=title, count=len(fids))
                )
                row.addWidget(words, 1)
                chosen = frozenset(fids)
                if self.plan.catalogue[kind].geometry:
                    on_map = IconButton("map")
                    on_map.describe(text("trace_show"))
                    on_map.clicked.connect(lambda _on=False, k=kind, f=chosen: self.shown.emit(k, f))
                    row.addWidget(on_map)
                    self.rows[group, kind] = on_map
                table = IconButton("table")
                table.describe(text("trace_table"))
                table.clicked.connect(lambda _on=False, k=kind, f=chosen: self.tabled.emit(k, f))
                row.addWidget(table)
                self.rows.setdefault((group, kind), table)
                self.column.addLayout(row)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(
            "\n".join(trace_lines(self.plan, self.trace, self.dated, self.ask))
        )
