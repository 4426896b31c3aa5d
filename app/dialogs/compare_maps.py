"""Two or three schemes side by side on maps that move together: each shows what stands, and its own proposals
only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.canvas.view import MapView
from app.dialogs.base import help_key
from app.messages import language, text
from app.panels.parts import Button, label
from app.scheme_views import only_scheme, with_proposals
from layers.maps.settings import LayerSettings
from layers.plan.plan import Plan

SIZE = (1180, 720)


class CompareMapsDialog(QDialog):
    """A map a scheme, under its name; moving one moves all."""

    def __init__(
        self, parent: QWidget | None, plan: Plan, names: Sequence[str], settings: LayerSettings, view: object
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("compare_title"))
        help_key(self)
        self.resize(*SIZE)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        theme.set_role(self, "panel")
        self._moving = False
        self.maps: list[MapView] = []
        row = QHBoxLayout()
        row.setSpacing(8)
        for name in names:
            column = QVBoxLayout()
            column.setSpacing(6)
            head = label("title")
            head.setText(name)
            shown = MapView()
            shown.set_palette(theme.palette())
            shown.set_language(language())
            column.addWidget(head)
            column.addWidget(shown, 1)
            row.addLayout(column, 1)
            own = only_scheme(plan, name)
            shown.set_layers(with_proposals(own, settings))
            shown.show_plan(own)
            shown.set_tool("pan")
            shown.view_changed.connect(lambda view, moved=shown: self._follow(moved, view))
            self.maps.append(shown)
        close = Button("primary")
        close.setText(text("dialog_close"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        hint = label("note")
        hint.setText(text("compare_maps_hint"))
        foot.addWidget(hint, 1)
        foot.addWidget(close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 14, 16, 14)
        outer.addLayout(row, 1)
        outer.addLayout(foot)
        self._start = view

    def showEvent(self, event) -> None:  # noqa: ANN001, N802
        """Begin where the window's map is."""
        super().showEvent(event)
        if self.maps and self._start is not None:
            self._follow(None, self._start)

    def hideEvent(self, event) -> None:  # noqa: ANN001, N802
        """Let the maps' painters end before they are taken away."""
        super().hideEvent(event)
        for one in self.maps:
            one.close()

    def _follow(self, moved: MapView | None, view) -> None:  # noqa: ANN001
        """Show the same place at the same scale on every map, whatever its size."""
        if self._moving:
            return
        self._moving = True
        try:
            for one in self.maps:
                if one is not moved:
                    one.set_view(replace(one.view, center=view.center, scale=view.scale))
        finally:
            self._moving = False
