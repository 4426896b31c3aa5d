"""The layers at the left: what is shown, how strongly, in which order; what their signs mean.

Showing and hiding is a way of looking and never touches the project; opacity and order are commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import layer_order, theme
from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.origins.features import layer_ask
from app.panels import layer_menus
from app.panels import layer_tree as tree
from app.panels import layer_tree_rows as tree_rows
from app.panels.frame import across
from app.panels.layer_counts import LayerCounts
from app.panels.parts import EmptyState, IconButton, line
from app.places import fold
from app.session import Session
from layers.catalogue.style import Style
from layers.errors import PlannerError
from layers.maps.basemap import Basemap
from layers.maps.project_styles import COLLECTION as STYLES
from layers.maps.project_styles import dressed, project_styles
from layers.maps.settings import LayerSettings
from layers.plan.plan import Plan
from layers.plan.scenes import Callout


class LayersPanel(QWidget):
    """The layer tree with its head and foot."""

    settings_changed = Signal()  # what the map is to show
    fold_asked = Signal()
    current_changed = Signal(str)  # kind id, "" for none

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._bus = session, jobs, bus
        self._visible: set[str] = set()
        self._folded: set[str] = set()
        self._legends: set[str] = set()  # kinds whose legend is open
        self._counts = LayerCounts(session, jobs, bus, self)
        self._counts.moved.connect(self._refresh_rows)
        self._preview: tuple[str, float] | None = None
        self.callouts: tuple[Callout, ...] = ()  # of the scene that is shown
        self.basemap: Basemap | None = None  # the window puts it here
        self.tried: dict[str, Style] = {}  # styles that are being tried: shown, not kept
        self._build()
        bus.plan_changed.connect(self._plan_changed)
        bus.palette_changed.connect(lambda _name: self.restyle())
        bus.language_changed.connect(self.retranslate)
        self.retranslate()

    # -- building ----------------------------------------------------------------------------------

    def _build(self) -> None:
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = QLabel()
        theme.set_role(self._title, "title")
        self._filter_button = IconButton("funnel", checkable=True, size=18)
        self._more, self._fold = IconButton("ellipsis", size=18), IconButton("panel-left", size=18)
        self._filter_button.toggled.connect(self._filter_toggled)
        self._more.clicked.connect(self._more_menu)
        self._fold.clicked.connect(self.fold_asked)
        head = QHBoxLayout()
        head.setContentsMargins(14, 6, 8, 6)
        head.setSpacing(2)
        head.addWidget(self._title, 1)
        for button in (self._filter_button, self._more, self._fold):
            head.addWidget(button)
        self._filter = QLineEdit()
        self._filter.setClearButtonEnabled(True)
        self._filter.hide()
        self._filter.textChanged.connect(self._apply_filter)
        filter_row = QHBoxLayout()
        filter_row.setContentsMargins(14, 0, 14, 0)
        filter_row.addWidget(self._filter)
        self.tree = tree.Tree()
        self.tree.box_clicked.connect(self.toggle)
        self.tree.group_clicked.connect(self._toggle_group)
        self.tree.moved.connect(self._move)
        self.tree.opacity_dragged.connect(self._preview_opacity)
        self.tree.opacity_set.connect(self._set_opacity)
        self.tree.menu_asked.connect(self._menu)
        self.tree.opened.connect(self._bus.show_layer_table)
        self.tree.count_asked.connect(self._ask)
        self.tree.currentItemChanged.connect(lambda *_: self._current_moved())
        self.tree.itemExpanded.connect(lambda item: self._folded_changed(item, False))
        self.tree.itemCollapsed.connect(lambda item: self._folded_changed(item, True))
        self._nothing = EmptyState("layers")
        self._nothing.acted.connect(lambda: self._bus.run_command.emit("import"))
        self._foot = QLabel()
        theme.set_role(self._foot, "note")
        self._foot.setWordWrap(True)
        self._foot.setContentsMargins(14, 7, 14, 7)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(filter_row)
        layout.addWidget(line())
        layout.addSpacing(2)
        layout.addWidget(self.tree, 1)
        layout.addLayout(across(self._nothing, margins=(10, 8, 10, 0)))
        layout.addStretch()
        layout.addWidget(line())
        layout.addWidget(self._foot)

    # -- what others ask ---------------------------------------------------------------------------

    def settings(self) -> LayerSettings:
        """Return what the map is to show."""
        if not self._session.is_open:
            return LayerSettings()
        plan = self._session.plan
        opacity = {kind.id: layer_order.opacity_of(plan, kind.id) for kind in layer_order.drawn(plan)}
        if self._preview is not None:
            opacity[self._preview[0]] = self._preview[1]
        return LayerSettings(
            frozenset(self._visible),
            {name: value for name, value in opacity.items() if value < 1},
            tuple(kind.id for kind in reversed(layer_order.drawn(plan))),
            {**project_styles(plan), **self.tried},
            callouts=self.callouts,
            basemap=self.basemap,
        )

    def try_style(self, kind_id: str, style: Style | None) -> None:
        """Show a layer in a style that is not kept; None: as it is kept."""
        self.tried = {} if style is None else {kind_id: style}
        self.settings_changed.emit()

    def show_callouts(self, callouts: tuple[Callout, ...]) -> None:
        """Let the texts of a scene point to their places on the map."""
        if callouts != self.callouts:
            self.callouts = callouts
            self.settings_changed.emit()

    def open_project(self, remembered: dict[str, object]) -> None:
        """Show the layers of the project that is open now, as it was last looked at."""
        self._counts.forget()
        self.callouts = ()
        visible = remembered.get("visible")
        plan = self._session.plan if self._session.is_open else None
        if plan is None:
            self._visible = set()
        elif isinstance(visible, list):
            known = {str(one) for one in remembered.get("known", ()) or ()}  # type: ignore[union-attr]
            fresh = {kind for kind in layer_order.shown_at_first(plan) if kind not in known}
            self._visible = {str(kind) for kind in visible if kind in plan} | fresh
        else:
            self._visible = set(layer_order.shown_at_first(plan))
        folded = remembered.get("folded")
        self._folded = (
            {str(one) for one in folded} if isinstance(folded, list) else self._folded_at_first(plan)
        )
        self._legends = {str(one) for one in remembered.get("legends", ()) or ()}  # type: ignore[union-attr]
        self._rebuild(current=str(remembered.get("layer", "")))
        self.settings_changed.emit()

    def _folded_at_first(self, plan: Plan | None) -> set[str]:
        """Themes of which nothing is shown are folded at first."""
        shown = {plan.catalogue[kind].theme for kind in self._visible} if plan else set()
        return set(self._session.catalogue.themes) - shown

    def remember(self) -> dict[str, object]:
        """Return how the layers are looked at now, for `open_project`."""
        return {
            "visible": sorted(self._visible),
            "known": sorted(self._session.plan.tables),
            "folded": sorted(self._folded),
            "legends": sorted(self._legends),
            "layer": self.current_kind(),
        }

    def current_kind(self) -> str:
        """Return the selected layer, "" where none is."""
        return self.tree.current_kind()

    def choose(self, kind: str) -> None:
        """Select a layer's row."""
        item = self.tree.item_of(kind)
        if item is not None and item is not self.tree.currentItem():
            item.parent().setExpanded(True)
            self.tree.setCurrentItem(item)

    def is_visible(self, kind: str) -> bool:
        """Whether a layer is shown."""
        return kind in self._visible

    def toggle(self, kind: str) -> None:
        """Show a layer, or hide it."""
        self.show_only(self._visible ^ {kind})

    def visible(self) -> frozenset[str]:
        """Return the layers that are shown."""
        return frozenset(self._visible)

    def ensure_visible(self, kind: str) -> None:
        """Show a layer that something was just put into."""
        if kind not in self._visible:
            self.show_only(self._visible | {kind})

    def show_only(self, kinds: Iterable[str]) -> None:
        """Show these layers and no others."""
        if set(kinds) != self._visible:
            self._visible = set(kinds)
            self._refresh_rows()
            self.settings_changed.emit()

    def show_all(self, shown: bool) -> None:
        """Show every layer, or none."""
        self.show_only({kind.id for kind in layer_order.drawn(self._session.plan)} if shown else set())

    def step(self, step: int) -> None:
        """Move the selected layer above the next one (1) or below (-1) that is shown or of its theme."""
        kind = self.current_kind()
        if not kind:
            return
        plan = self._session.plan
        near = self._visible | {one.id for one in plan.catalogue if one.theme == plan.catalogue[kind].theme}
        other = layer_order.neighbour(plan, kind, step, near)
        if other:
            self._move(kind, other, step > 0)

    # -- rows --------------------------------------------------------------------------------------

    def _plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        if not self._session.is_open:
            return
        restyled = STYLES in collections
        if restyled:
            self._counts.recount()  # by class
        if restyled or layer_order.COLLECTION in collections or any(
            (kind in self._session.plan) != (self.tree.item_of(kind) is not None) for kind in kinds
        ):
            self._visible &= set(self._session.plan.tables)
            self._preview = None
            self._rebuild(current=self.current_kind())
            self.settings_changed.emit()
        elif kinds:
            self._refresh_rows()
            self._counts.gather()

    def _rebuild(self, *, current: str = "") -> None:
        self.tree.blockSignals(True)
        place = self.tree.verticalScrollBar().value()
        self.tree.clear()
        if self._session.is_open:
            plan = self._session.plan
            order = {kind.id: at for at, kind in enumerate(layer_order.drawn(plan))}
            for one in plan.catalogue.themes.values():
                kinds = [kind for kind, _ in plan.layers() if kind.theme == one.id]
                if not kinds:
                    continue
                head = tree_rows.theme_row(one)
                self.tree.addTopLevelItem(head)
                for kind in sorted(kinds, key=lambda kind: order.get(kind.id, len(order))):
                    head.addChild(tree_rows.layer_row(dressed(plan, kind)))
                head.setExpanded(one.id not in self._folded)
        for item in self.tree.items():
            item.setExpanded(item.data(0, tree.KIND) in self._legends)
        self.tree.blockSignals(False)
        self._refresh_rows()
        chosen = self.tree.item_of(current) if current else None
        if chosen is not None:
            self.tree.setCurrentItem(chosen)
        self.tree.verticalScrollBar().setValue(place)
        self._current_moved()
        self._apply_filter()
        self._counts.gather()

    def _refresh_rows(self) -> None:
        """Bring counts, boxes, badges and tooltips up to the plan and the view."""
        if not self._session.is_open:
            self._foot.setText("")
            return
        plan = self._session.plan
        tree_rows.refresh(self.tree, plan, self._counts, self._visible)
        self._refresh_foot(plan)
        self._refresh_slider()
        self.tree.viewport().update()

    def _ask(self, kind: str, legend: int) -> None:
        """Ask where a count is from."""
        whole = legend < 0
        ask = layer_ask(kind, legend=None if whole else legend, year=self._bus.year if whole else None)
        self._bus.number_asked.emit(ask, None, None)

    def _refresh_foot(self, plan: Plan) -> None:
        layers = list(plan.layers())
        words = text(
            "layers_foot", layers=len(layers), features=f"{sum(len(table) for _, table in layers):,}"
        )
        marked = self._counts.marked
        self._foot.setText(words + (text("layers_foot_schematic", layers=marked) if marked else ""))

    def _refresh_slider(self) -> None:
        kind = self.current_kind()
        if not kind or not self._session.is_open:
            return
        writable = self._session.read_only is None
        opacity = layer_order.opacity_of(self._session.plan, kind)
        if self._preview is not None and self._preview[0] == kind:
            opacity = self._preview[1]
        self.tree.slider.show_value(opacity, enabled=writable)

    # -- commands ----------------------------------------------------------------------------------

    def _toggle_group(self, theme_id: str) -> None:
        kinds = self._group(theme_id)
        self.show_only(self._visible - kinds if kinds <= self._visible else self._visible | kinds)

    def _move(self, kind: str, other: str, above: bool) -> None:
        self._carefully(lambda: layer_order.move(self._session, kind, other, above=above))

    def _preview_opacity(self, kind: str, opacity: float) -> None:
        self._preview = (kind, opacity)
        self.settings_changed.emit()

    def _set_opacity(self, kind: str, opacity: float) -> None:
        before, self._preview = self._preview, None
        if kind:
            self._carefully(lambda: layer_order.set_opacity(self._session, kind, opacity))
        if before is not None:
            self.settings_changed.emit()

    def _carefully(self, act: Callable[[], None]) -> None:
        try:
            act()
        except PlannerError as error:
            self._bus.complain(error)
            self._refresh_slider()

    # -- menus -------------------------------------------------------------------------------------

    def _menu(self, kind: str, theme_id: str, place: QPoint) -> None:
        if kind:
            menu = layer_menus.of_layer(self, self._session, self._bus, kind)
        else:
            menu = layer_menus.of_group(self, self._group(theme_id))
        menu.exec(place)
        menu.deleteLater()

    def _more_menu(self) -> None:
        menu = layer_menus.of_all(self, self._session, self._bus)
        menu.exec(self._more.mapToGlobal(QPoint(0, self._more.height())))
        menu.deleteLater()

    def _group(self, theme_id: str) -> set[str]:
        return {kind.id for kind in layer_order.drawn(self._session.plan) if kind.theme == theme_id}

    def ask_opacity(self) -> None:
        """Let keys move the slider of the selected layer."""
        self.tree.slider.slider.setFocus()

    def fold_all(self, folded: bool) -> None:
        """Fold every group, or unfold them."""
        for at in range(self.tree.topLevelItemCount()):
            self.tree.topLevelItem(at).setExpanded(not folded)

    def _folded_changed(self, item: QTreeWidgetItem, folded: bool) -> None:
        kind, where = item.data(0, tree.KIND), self._folded
        name = item.data(0, tree.THEME)
        if kind:
            where, name, folded = self._legends, kind, not folded
        if folded:
            where.add(name)
        else:
            where.discard(name)

    def _current_moved(self) -> None:
        self._refresh_slider()
        self.current_changed.emit(self.current_kind())

    # -- filter ------------------------------------------------------------------------------------

    def _filter_toggled(self, shown: bool) -> None:
        self._filter.setVisible(shown)
        if shown:
            self._filter.setFocus()
        else:
            self._filter.clear()

    def _apply_filter(self) -> None:
        wanted = self._filter.text()
        left = tree_rows.keep(self.tree, wanted)
        empty = not any(self.tree.items())
        self.tree.setVisible(not empty)
        self._nothing.setVisible(empty or (bool(fold(wanted)) and not left))
        if empty:
            self._nothing.set(text("layers_none"), text("layers_none_why"), text("queue_import"))
        else:
            self._nothing.set(text("layers_filter_none", typed=wanted), "")
        self.tree.place_slider()

    # -- language and looks ------------------------------------------------------------------------

    def restyle(self) -> None:
        """Take colours and sizes from the palette in use."""
        for button in (self._filter_button, self._more, self._fold):
            button.restyle()
        self._rebuild(current=self.current_kind())

    def retranslate(self) -> None:
        """Speak the current language."""
        self._title.setText(text("layers_title"))
        for button, key in (
            (self._filter_button, "layers_filter"),
            (self._more, "layers_more"),
            (self._fold, "layers_fold_panel"),
        ):
            button.describe(text(key))
        self._filter.setPlaceholderText(text("layers_filter_hint"))
        self.tree.setAccessibleName(text("layers_title"))
        self.tree.slider.retranslate()
        self._rebuild(current=self.current_kind())
