"""How an amount is classed, and whether circles show it, with the classes that come of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.messages import text, tr
from app.panels.parts import label
from app.panels.segmented import Segmented
from app.panels.swatch import swatch
from layers.catalogue.service import Service
from layers.errors import InputError
from layers.maps.choropleth import MapTheme
from layers.maps.classes import FIXED, LEAST, METHODS, MOST, TITLES, Classing, Look
from layers.maps.legend import theme_entries

GAP = 12


class ClassesDialog(Dialog):
    """Method, number of classes or limits, circles; `look` is what was chosen, None while it cannot be.

    classed, counted: whether there are amounts to class, and numbers for circles.
    """

    def __init__(
        self,
        parent: QWidget | None,
        service: Service,
        look: Look,
        preview: Callable[[Look], MapTheme | None],
        *,
        classed: bool,
        counted: bool,
    ) -> None:
        super().__init__(parent, text("classes_title", service=tr(service.title)), glyph="palette", width=560)
        self.look: Look | None = look
        self._preview, self._classed = preview, classed
        self.methods, self.counts = Segmented(), Segmented()
        self.methods.set_items([(method, tr(TITLES[method])) for method in METHODS])
        self.counts.set_items([(str(count), text("classes_count", count=count))
                               for count in range(LEAST, MOST + 1)])  # fmt: skip
        self.limits = QLineEdit(", ".join(f"{limit:.10g}" for limit in look.classing.limits))
        self.limits.setPlaceholderText("10, 25, 50")
        self.limits.setAccessibleName(text("classes_limits"))
        self.why = label("note", wrap=True)
        self.circles = QCheckBox(text("classes_circles", unit=tr(service.unit)))
        self.circles.setEnabled(counted)
        self.fault = label("bad", wrap=True)
        self.rows = [(QLabel(), QLabel(), QLabel()) for _ in range(MOST + 2)]  # none missing, unknown
        self._lay_out()
        self._begin(look)

    def _lay_out(self) -> None:
        for part in (self.methods, self.counts, self.limits, self.why):
            self.body.addWidget(part)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(4)
        for at, (picture, title, count) in enumerate(self.rows):
            theme.set_role(count, "secondary")
            grid.addWidget(picture, at, 0)
            grid.addWidget(title, at, 1)
            grid.addWidget(count, at, 2, Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(grid)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.circles)
        self.body.addStretch(1)
        self.add_cancel()
        self.go = self.add_button(text("classes_apply"), "primary", default=True)
        self.go.clicked.connect(self.accept)

    def _begin(self, look: Look) -> None:
        self.methods.set_current(look.classing.method)
        self.counts.set_current(str(look.classing.count))
        self.circles.setChecked(look.circles)
        self.methods.chosen.connect(self._method_chosen)
        self.counts.chosen.connect(lambda _count: self._show())
        self.limits.textChanged.connect(lambda _words: self._show())
        self.circles.toggled.connect(lambda _on: self._show())
        for part in (self.methods, self.counts):
            part.setVisible(self._classed)
        self._show()

    def _method_chosen(self, method: str) -> None:
        """Limits as given begin with those that are there now."""
        if method == FIXED and not self.limits.text().strip() and self.look is not None:
            made = self._preview(self.look)
            limits = made.limits if made is not None else ()
            self.limits.setText(", ".join(f"{limit:.10g}" for limit in limits))
        self._show()

    def _chosen(self) -> Look:
        method = self.methods.current()
        if not self._classed:
            return Look(Classing(), self.circles.isChecked())
        if method == FIXED:
            return Look(Classing.parse(f"{FIXED}:{self.limits.text()}"), self.circles.isChecked())
        return Look(Classing(method, int(self.counts.current())), self.circles.isChecked())

    def _show(self) -> None:
        """Say what the choice would look like, or why it cannot be."""
        fixed = self._classed and self.methods.current() == FIXED
        self.limits.setVisible(fixed)
        self.counts.setVisible(self._classed and not fixed)
        self.why.setVisible(self._classed)
        self.why.setText(text(f"classes_why_{self.methods.current()}"))
        try:
            self.look = self._chosen()
        except InputError:
            self.look = None
            self.fault.setText(text("classes_limits_wrong", least=LEAST - 1, most=MOST - 1))
        self.fault.setVisible(self.look is None)
        self.go.setEnabled(self.look is not None)
        self._show_rows(self._preview(self.look) if self.look is not None else None)

    def _show_rows(self, made: MapTheme | None) -> None:
        entries = theme_entries(made) if made is not None else ()
        for at, (picture, title, count) in enumerate(self.rows):
            for part in (picture, title, count):
                part.setVisible(at < len(entries))
            if at < len(entries):
                entry = entries[at]
                picture.setPixmap(swatch(entry.symbol, entry.geometry).picture())
                title.setText(tr(entry.title))
                count.setText(f"{entry.count:,} {tr(entry.unit)}".strip())
