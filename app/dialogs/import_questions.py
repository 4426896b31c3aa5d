"""A doubt about a foreign file, in the import dialog: what is asked, and buttons where a word answers it."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import theme
from app.actions.import_look import Question
from app.messages import text
from app.panels.parts import NoticeBar

ANSWERED_BY = {
    "encoding": "encoding",
    "shift": "crs",
    "packed": "crs",
    "existing": "mode",
    "clash": "clash",
    "positions": "mode",
    "layer": "layer",
}
"""Question -> the option that its buttons set; others are answered in the form, the list or the table."""
BUTTONS_MOST = 5


class QuestionCard(QWidget):
    """One question. Buttons give `answered(option, value)`; without buttons it says where to answer."""

    answered = Signal(str, str)

    def __init__(self, question: Question, *, beside: Collection[str] = ()) -> None:
        """beside: the other questions that are open."""
        super().__init__()
        self.question = question
        self.notice = NoticeBar()
        below = question.id == "positions" and "existing" in beside
        fields = {"stated": "", **question.fields}
        if question.id == "crs" and not fields["stated"]:
            fields["stated"] = text("import_nothing_stated")
        self.notice.show_notice(
            "warn" if question.open else "info",
            text(f"question_{question.id}", **fields),
            text(f"import_do_{question.id}" + ("_below" if below else "")),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.notice)
        self.buttons: dict[str, QPushButton] = {}
        option = ANSWERED_BY.get(question.id)
        if option is None or not question.open or below:
            return  # what is done with rows that are there already answers both
        choices = ("add",) if question.id == "positions" else question.choices[:BUTTONS_MOST]
        row = QHBoxLayout()
        row.setContentsMargins(34, 0, 0, 0)
        row.setSpacing(8)
        for choice in choices:
            words = choice
            if question.id in ("positions", "existing", "clash"):
                words = text(f"import_answer_{question.id}_{choice}")
            elif question.id == "packed":
                words = text("import_answer_packed" if choice.endswith(":dms") else "import_answer_degrees")
            elif question.id == "shift":
                words = text(
                    "import_answer_shifted" if choice == "GCJ-02" else "import_answer_not_shifted", crs=choice
                )
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, choice=choice: self.answered.emit(option, choice))
            theme.set_role(button, "")
            self.buttons[choice] = button
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
