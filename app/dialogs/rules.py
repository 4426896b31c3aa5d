"""The rules that results rest on: value, unit, source, article, confidence; a number is changed as one
step."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLineEdit, QWidget

from app import theme
from app.actions.rules import change_rule
from app.dialogs.base import Dialog
from app.messages import language, sentence, text
from app.panels.parts import label
from app.panels.rows import Index, RowTable
from app.session import Session
from layers.errors import PlannerError
from layers.policy.edit import shipped_rules
from layers.policy.rules import Rule

HEADS = ("title", "value", "unit", "confidence", "article", "state")
RIGHT, LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft


class RuleModel(QAbstractTableModel):
    """A line for each number of each rule."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.shipped = session, shipped_rules()
        self.lines: list[tuple[Rule, str]] = []
        self.read()

    def read(self) -> None:
        """Take the rules as they stand."""
        self.beginResetModel()
        self.lines = [(rule, name) for rule in self.session.policy.rules for name in rule.values]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many numbers."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many columns."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        """A column's heading."""
        if orientation != Qt.Orientation.Horizontal or section >= len(HEADS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return text(f"rules_col_{HEADS[section]}")
        return (
            (RIGHT if HEADS[section] == "value" else LEFT)
            if role == Qt.ItemDataRole.TextAlignmentRole
            else None
        )

    def data(self, index: Index, role: int = 0) -> object:
        """A cell."""
        rule, name = self.lines[index.row()]
        column = HEADS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(rule, name, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column == "value" else LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{rule.source.in_language(language())}\n{rule.note.in_language(language())}".strip()
        return None

    def _cell(self, rule: Rule, name: str, column: str) -> str:
        title = rule.title.in_language(language())
        old = self.shipped.get(rule.id)
        return {
            "title": title if name == "value" else f"{title} · {value_name(rule, name)}",
            "value": f"{rule.values[name]:g}",
            "unit": named("rule_unit", rule.units[name]),
            "confidence": text(f"confidence_{rule.confidence}"),
            "article": rule.article or "—",
            "state": "" if old is None or old.values.get(name) == rule.values[name]
            else text("rules_was", value=f"{old.values.get(name, 0):g}"),
        }[column]


def named(what: str, key: str) -> str:
    """Return the words `[ui.WHAT_KEY]`; the key itself for what a user's own rule brings."""
    words = text(f"{what}_{key}")
    return key if words == f"{what}_{key}" else words


def value_name(rule: Rule, name: str) -> str:
    """What a number of a rule is called: the rule's own word for it before the one all rules share."""
    own = named("rule_value", f"{rule.id}_{name}")
    return named("rule_value", name) if own == f"{rule.id}_{name}" else own


class RulesDialog(Dialog):
    """The list above, the chosen number below with a field for another value and one for its source."""

    def __init__(self, parent: QWidget | None, session: Session) -> None:
        super().__init__(parent, text("rules_title"), glyph="sliders-horizontal", width=860)
        self.session, self.model = session, RuleModel(session)
        self.view = RowTable()
        self.view.setModel(self.model)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setMinimumHeight(theme.metric(300))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._choose())
        self.body.addWidget(self.view, 1)
        self.about = label("note", wrap=True, selectable=True)
        self.body.addWidget(self.about)
        row = QHBoxLayout()
        self.value, self.source = QLineEdit(), QLineEdit()
        self.value.setPlaceholderText(text("rules_new_value"))
        self.source.setPlaceholderText(text("rules_new_source"))
        for field in (self.value, self.source):
            field.setAccessibleName(field.placeholderText())
            field.returnPressed.connect(self._change)
        row.addWidget(self.value, 1)
        row.addWidget(self.source, 3)
        self.body.addLayout(row)
        self.said = self.add_text("", "note")
        self.go = self.add_button(text("rules_change"), "primary")
        self.go.clicked.connect(self._change)
        self.add_button(text("dialog_close")).clicked.connect(self.accept)
        if self.model.lines:
            self.view.selectRow(0)
        self._choose()

    def chosen(self) -> tuple[Rule, str] | None:
        """The number that is selected."""
        rows = self.view.selectionModel().selectedRows()
        return self.model.lines[rows[0].row()] if rows else None

    def _choose(self) -> None:
        found = self.chosen()
        may = found is not None and self.session.read_only is None
        for part in (self.value, self.source, self.go):
            part.setEnabled(may)
        self.said.setText("")
        if found is not None:
            rule, name = found
            words = [rule.source.in_language(language()), rule.note.in_language(language())]
            self.about.setText(" · ".join(part for part in words if part))
            self.value.setText(f"{rule.values[name]:g}")

    def _change(self) -> None:
        found = self.chosen()
        if found is None:
            return
        rule, name = found
        at = self.view.selectionModel().selectedRows()[0].row()
        try:
            done = change_rule(
                self.session, f"{rule.id}.{name}", self.value.text(), source=self.source.text()
            )
        except PlannerError as error:
            self.said.setText(" ".join(sentence(error)))
            theme.set_role(self.said, "bad")
            return
        self.model.read()
        self.view.selectRow(at)
        theme.set_role(self.said, "note")
        self.said.setText(text("rules_done", what=done))
        self.source.clear()
