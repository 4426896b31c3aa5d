"""The pages of the import dialog: headings, first rows, doubtful rows, what changes, areas old and new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QTabWidget, QWidget

from app.actions.import_look import Look
from app.dialogs.import_tables import (
    MappingTable,
    area_change,
    clash_rows,
    first_rows,
    flagged_rows,
    update_rows,
)
from app.messages import text


class PreviewTabs(QTabWidget):
    """Pages over one look; `place(row, code)` is called where a doubtful row's place is chosen, `compare`
    makes the page that compares areas when asked."""

    def __init__(self, place: Callable[[int, str], None], compare: Callable[[Look], QWidget]) -> None:
        super().__init__()
        self._place, self._compare = place, compare
        self.mapping = MappingTable()

    def show_look(self, look: Look) -> None:
        """Show what was found; the page that was looked at stays."""
        seen, at = look.seen, self.currentIndex()
        while self.count():
            page = self.widget(0)
            self.removeTab(0)
            if page is not self.mapping.view:
                page.deleteLater()
        self.setVisible(seen.layer is not None)
        self.mapping.show_preview(seen)
        self.addTab(self.mapping.view, text("import_tab_mapping"))
        self.addTab(first_rows(seen), text("import_tab_rows"))
        self.addTab(
            flagged_rows(seen, self._place), text("import_tab_flagged", count=f"{len(seen.flagged):,}")
        )
        if look.update is not None:
            mode = seen.options.mode or "add"
            update = look.update
            if mode == "add" and not any(question.id == "existing" for question in seen.open_questions):
                update = replace(update, added=(*update.added, *update.changed), changed=(), gone=())
            asking = any(question.id == "existing" for question in seen.open_questions)
            page = update_rows(update, "replace" if asking else mode)
            self.addTab(
                page,
                text(
                    "import_tab_update",
                    added=f"{len(update.added):,}",
                    changed=f"{len(update.changed):,}",
                    gone=f"{len(update.gone) if mode == 'replace' or asking else 0:,}",
                ),
            )
        if seen.clashes:
            self.addTab(clash_rows(seen), text("import_tab_clashes", count=f"{len(seen.clashes):,}"))
        if look.areas or look.areas_wait:
            page = self._compare(look) if look.areas_wait else area_change(seen, look.areas)
            self.addTab(page, text("import_tab_areas"))
        self.setCurrentIndex(min(max(at, 0), self.count() - 1))
