"""The row of a dialog in which a sheet's template is chosen, given a logo, kept in the project, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from app import template_homes
from app.actions.templates import drop_at, keep, with_logo
from app.dialogs.base import Dialog
from app.dialogs.sheet_template_form import TemplateForm
from app.messages import text, tr
from app.session import Session
from app.template_homes import PROFILE, PROJECT, SHIPPED
from layers.errors import PlannerError
from layers.maps.sheet_template import (
    SheetTemplate,
    named,
    own_templates,
    read_template_file,
    shipped,
)


class TemplateRow(QWidget):
    """A list of templates and a menu. `changed`: another template, or another logo on it.

    facts: (paper, issuing unit) of the dialog, which a kept template takes over. fault: told what is wrong.
    """

    changed = Signal()

    def __init__(
        self,
        session: Session,
        facts: Callable[[], tuple[str, str]],
        fault: Callable[[PlannerError], None],
    ) -> None:
        super().__init__()
        self._session, self._facts, self._fault = session, facts, fault
        self._homes: dict[str, str] = {}  # id -> where it is kept
        self._changed: SheetTemplate | None = None  # the chosen template with what is not kept yet
        self.list = QComboBox()
        self.list.setAccessibleName(text("sheet_template"))
        self.more = QToolButton()
        self.more.setText("…")
        self.more.setToolTip(text("template_more"))
        self.more.setAccessibleName(text("template_more"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        self.edit = menu.addAction(text("template_edit"), self._edit)
        self.read = menu.addAction(text("template_read"), self._choose_file)
        self.choose_logo = menu.addAction(text("template_logo"), self._choose_logo)
        self.no_logo = menu.addAction(text("template_no_logo"), self._take_logo_off)
        menu.addSeparator()
        self.save = menu.addAction(text("template_save"), self.ask_name)
        self.mine = menu.addAction(text("template_save_profile"), self.keep_mine)
        self.delete = menu.addAction(text("template_delete"), self._delete)
        menu.aboutToShow.connect(self._enable)
        self.more.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.list, 1)
        row.addWidget(self.more)
        self._fill("")
        self.list.currentIndexChanged.connect(lambda _at: self._chosen())
        self._enable()

    def template(self) -> SheetTemplate:
        """Return what is chosen."""
        found: SheetTemplate = self.list.currentData()
        return self._changed or found

    def set_logo(self, path: Path) -> None:
        """Put a picture on the chosen template; a file that cannot be used is told."""
        try:
            self._changed = with_logo(self.template(), path)
        except PlannerError as error:
            self._fault(error)
            return
        self.changed.emit()

    def set_template(self, template: SheetTemplate) -> None:
        """Use a template that is not kept (yet), or no longer as it is."""
        self._changed = template
        ids = [self.list.itemData(at).id for at in range(self.list.count())]
        if template.id in ids:
            self.list.blockSignals(True)
            self.list.setCurrentIndex(ids.index(template.id))
            self.list.blockSignals(False)
        self.changed.emit()

    def take_file(self, path: Path) -> None:
        """Keep the template of a TOML file and choose it; a file that cannot be used is told."""
        try:
            made = read_template_file(path)
            keep(self._session, made)
        except PlannerError as error:
            self._fault(error)
            return
        self._changed = None
        self._fill(made.id)
        self.changed.emit()

    def keep_as(self, name: str) -> None:
        """Keep the chosen template with the dialog's paper and unit; an own one of that name is replaced."""
        paper, unit = self._facts()
        own = own_templates(self._session.plan)
        same = next((one for one in own if one.title.zh == name.strip()), None)
        made = replace(self.template(), paper=paper, unit=unit)
        made = (
            replace(made, id=same.id, title=same.title)
            if same is not None
            else named(
                made, name, frozenset(one.template.id for one in template_homes.kept(self._session.plan))
            )
        )
        try:
            keep(self._session, made)
        except PlannerError as error:
            self._fault(error)
            return
        self._changed = None
        self._fill(made.id)
        self.changed.emit()

    def keep_mine(self) -> None:
        """Keep the chosen template with the dialog's paper and unit in the user's profile, under its name."""
        paper, unit = self._facts()
        made = replace(self.template(), paper=paper, unit=unit or self.template().unit)
        if made.id in {one.id for one in shipped()}:
            taken = frozenset(one.template.id for one in template_homes.kept(self._session.plan))
            made = named(made, tr(made.title), taken)
        try:
            template_homes.keep_in_profile(made)
        except PlannerError as error:
            self._fault(error)
            return
        self._changed = None
        self._fill(made.id)
        self.changed.emit()

    def broken(self) -> list[PlannerError]:
        """Return what is wrong with templates that cannot be read."""
        return [one.error for one in template_homes.broken(self._session.plan)]

    # -- what the menu does ------------------------------------------------------------------------

    def _fill(self, chosen: str) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        self._homes = {}
        for each in template_homes.used(self._session.plan):
            one, title = each.template, tr(each.template.title)
            self._homes[one.id] = each.home
            shown = title if each.home == SHIPPED else text(f"template_named_{each.home}", title=title)
            self.list.addItem(shown, one)
            if one.id == chosen:
                self.list.setCurrentIndex(self.list.count() - 1)
        self.list.blockSignals(False)

    def _chosen(self) -> None:
        self._changed = None
        self.changed.emit()

    def _enable(self) -> None:
        writable = self._session.read_only is None
        home = self._homes.get(self.template().id, SHIPPED)
        self.no_logo.setEnabled(self.template().logo is not None)
        self.save.setEnabled(writable)
        self.read.setEnabled(writable)
        self.delete.setEnabled(home == PROFILE or (writable and home == PROJECT))

    def _choose_logo(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, text("template_logo"), "", "PNG, SVG (*.png *.svg)")
        if chosen:
            self.set_logo(Path(chosen))

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, text("template_read"), "", "TOML (*.toml)")
        if chosen:
            self.take_file(Path(chosen))

    def _edit(self) -> None:
        dialog = TemplateForm(self, self.template())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.set_template(dialog.made)
        dialog.deleteLater()

    def _take_logo_off(self) -> None:
        self._changed = replace(self.template(), logo=None)
        self.changed.emit()

    def ask_name(self) -> None:
        """Ask under which name the template is kept in the project, and keep it."""
        dialog = Dialog(self, text("template_save_title"), glyph="bookmark")
        dialog.add_text(text("template_save_holds"), "secondary")
        name = QLineEdit(tr(self.template().title))
        name.setMaxLength(40)
        name.selectAll()
        name.setAccessibleName(text("template_name"))
        dialog.body.addWidget(name)
        dialog.add_cancel()
        go = dialog.add_button(text("template_save_go"), "primary", default=True)
        go.clicked.connect(dialog.accept)
        name.textChanged.connect(lambda words: go.setEnabled(bool(words.strip())))
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.keep_as(name.text())
        dialog.deleteLater()

    def _delete(self) -> None:
        try:
            drop_at(self._session, self.template().id, self._homes[self.template().id])
        except PlannerError as error:
            self._fault(error)
            return
        self._changed = None
        self._fill("")
        self.changed.emit()
