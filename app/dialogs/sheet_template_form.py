"""What stands on a template's sheets and how they look, a field each; what is wrong is told at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.dialogs.base import Dialog
from app.messages import language, sentence, text
from layers.catalogue.text import Text
from layers.errors import PlannerError
from layers.maps.sheet_template import (
    CHOICES,
    FIELDS,
    LONGEST,
    SheetTemplate,
    read_template,
    template_record,
)

WIDTH = 560
LINES = ("heading", "subtitle", "unit", "secrecy")
LISTS = {"approval": 106, "notes": 62}  # their heights in px
LOOKS = ("head", "legend", "grid", "frame")
PARTS = ("table", "overview")


class TemplateForm(Dialog):
    """A template's fields; `made` is the template that was accepted."""

    def __init__(self, parent: QWidget | None, template: SheetTemplate) -> None:
        super().__init__(parent, text("template_edit_title"), glyph="pencil", width=WIDTH)
        self.made = template
        self.add_text(text("template_fields", fields="  ".join(f"{{{name}}}" for name in FIELDS)), "note")
        form = QFormLayout()
        form.setSpacing(8)
        self.lines = {name: QLineEdit(getattr(template, name)) for name in LINES}
        self.lists = {name: QPlainTextEdit(_typed(getattr(template, name))) for name in LISTS}
        self.looks = {name: self._choices(name, getattr(template, name)) for name in LOOKS}
        self.parts = {name: QCheckBox(text(f"template_has_{name}")) for name in PARTS}
        for name, line in self.lines.items():
            line.setMaxLength(LONGEST)
            form.addRow(text(f"template_{name}"), line)
        for name, rows in self.lists.items():
            rows.setFixedHeight(theme.metric(LISTS[name]))
            rows.setTabChangesFocus(True)
            rows.setPlaceholderText(text(f"template_{name}_hint"))
            holder = QVBoxLayout()
            holder.setContentsMargins(0, 0, 0, 8)  # a form gives tall fields no room below
            holder.addWidget(rows)
            form.addRow(text(f"template_{name}"), holder)
        for name, box in self.looks.items():
            form.addRow(text(f"template_{name}"), box)
        for name, widget in {**self.lines, **self.lists, **self.looks}.items():
            widget.setAccessibleName(text(f"template_{name}"))
        for name, tick in self.parts.items():
            tick.setChecked(getattr(template, name))
            form.addRow("", tick)
        self.body.addLayout(form)
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.add_cancel()
        self.go = self.add_button(text("template_use"), "primary", default=True)
        self.go.clicked.connect(self._use)

    def _choices(self, name: str, chosen: str) -> QComboBox:
        box = QComboBox()
        for value in CHOICES[name]:
            box.addItem(text(f"template_{name}_{value}"), value)
        box.setCurrentIndex(box.findData(chosen))
        return box

    def _use(self) -> None:
        record = template_record(self.made)
        record |= {name: line.text().strip() for name, line in self.lines.items()}
        record |= {name: box.currentData() for name, box in self.looks.items()}
        record |= {name: tick.isChecked() for name, tick in self.parts.items()}
        for name, rows in self.lists.items():
            record[name] = _read(rows.toPlainText(), getattr(self.made, name))
        try:
            self.made = read_template(record)
        except PlannerError as error:
            self.fault.setText(" ".join(part for part in sentence(error) if part))
            self.fault.show()
            return
        self.accept()


def _typed(rows: Sequence[Text]) -> str:
    return "\n".join(row.in_language(language()) for row in rows)


def _read(typed: str, before: Sequence[Text]) -> list[dict[str, str]]:
    """A row each line; a row that was not touched keeps its other language."""
    known = {row.in_language(language()): {"zh": row.zh, "en": row.en} for row in before}
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    return [known.get(line, {"zh": line, "en": line}) for line in lines]
