"""A layer, or what is selected of it, as a file for others: which format, which rows, for whom, where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from app import theme
from app.dialogs.release import ReleaseDialog
from app.messages import text
from app.panels.parts import label


class LayerFileDialog(ReleaseDialog):
    """Asks how a layer leaves. endings: of the formats that can hold it, with their words.

    loses: (ending, only what is selected, for the public, answer): finds out what the format cannot carry and
    gives the sentences to `answer`, at once or later; only the newest answer is shown.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        suggested: Path,
        endings: Mapping[str, str],
        *,
        rows: int,
        selected: int,
        loses: Callable[[str, bool, bool, Callable[[Sequence[str]], None]], None],
    ) -> None:
        super().__init__(parent, "layer", suggested, dict(endings))
        self.setWindowTitle(f"{text('release_layer_title')}：{title}")
        self.format, self.scope = QComboBox(), QComboBox()
        for ending, words in endings.items():
            self.format.addItem(f"{words}（{ending}）", ending)
        self.format.setCurrentIndex(max(self.format.findData(suggested.suffix), 0))
        self.format.activated.connect(self._format_chosen)
        self.scope.addItem(text("layer_file_whole", layer=title, rows=f"{rows:,}"), False)
        if selected:
            self.scope.addItem(text("layer_file_selected", rows=f"{selected:,}"), True)
            self.scope.setCurrentIndex(1)
        self.public = QCheckBox(text("layer_file_public"))
        self.public.setToolTip(text("layer_file_public_tip"))
        self._loses, self.losses, self._asked = loses, label("note", wrap=True), 0
        for told in (self.format.currentIndexChanged, self.scope.currentIndexChanged, self.public.toggled):
            told.connect(lambda _any: self._say_losses())
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, part in (("format", self.format), ("scope", self.scope)):
            form.addRow(text(f"layer_file_{name}"), part)
            part.setAccessibleName(text(f"layer_file_{name}"))
        form.addRow("", self.public)
        self.body.insertLayout(self.body.count() - 2, form)
        self.body.insertWidget(self.body.count() - 2, self.losses)
        self.path.textChanged.connect(self._path_typed)
        self.setMinimumWidth(theme.metric(560))
        self._say_losses()

    def only_selected(self) -> bool:
        """Whether only the selection is written."""
        return bool(self.scope.currentData())

    def _say_losses(self) -> None:
        ending = self.format.currentData()
        self._asked += 1
        asked = self._asked
        self.losses.setText(text("export_loses_looking", format=text(f"layer_file_{ending[1:]}")))
        self._loses(
            ending,
            self.only_selected(),
            self.public.isChecked(),
            lambda lines: self._show_losses(ending, lines) if asked == self._asked else None,
        )

    def _show_losses(self, ending: str, said: Sequence[str]) -> None:
        lines = [one.strip() for one in said]
        nothing = text("export_loses_nothing", format=text(f"layer_file_{ending[1:]}"))
        self.losses.setText("\n· ".join(lines) if lines else nothing)
        QTimer.singleShot(0, self, self.adjustSize)  # the lines need their room once they are laid out

    def _format_chosen(self) -> None:
        path = self.chosen()
        self.path.setText(str(path.with_suffix(self.format.currentData())))

    def _path_typed(self, typed: str) -> None:
        at = self.format.findData(Path(typed.strip()).suffix.lower())
        if at >= 0:
            self.format.setCurrentIndex(at)
