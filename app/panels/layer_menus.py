"""The menus of the layer tree: of a layer, of a group, of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from app import theme
from app.actions.layers import add_layer, remove_layer
from app.bus import Bus
from app.dialogs.confirm import confirm
from app.messages import text, tr
from app.session import Session
from layers.errors import PlannerError

if TYPE_CHECKING:
    from app.panels.layers import LayersPanel


def of_layer(panel: LayersPanel, session: Session, bus: Bus, kind_id: str) -> QMenu:
    """Return the menu of a layer's row."""
    menu = QMenu(panel)
    table = session.plan.table(kind_id)
    writable = session.read_only is None
    if table.kind.geometry:
        menu.addAction(
            theme.icon("scan"), text("layers_zoom_to"), lambda: bus.zoom_to_bounds.emit(table.bounds)
        ).setEnabled(table.bounds is not None)
    menu.addAction(theme.icon("table"), text("layers_table"), lambda: bus.show_layer_table.emit(kind_id))
    menu.addAction(theme.icon("download"), text("layers_export"), lambda: _export(panel, bus, kind_id))
    if table.kind.geometry:
        menu.addSeparator()
        menu.addAction(theme.icon("eye"), text("layers_only"), lambda: panel.show_only({kind_id}))
        menu.addAction(
            theme.icon("palette"), text("layers_style"), lambda: bus.run_command.emit("style")
        ).setEnabled(writable)
        for icon, key, act in (
            ("sliders-horizontal", "layers_opacity", panel.ask_opacity),
            ("arrow-up", "layers_up", lambda: panel.step(1)),
            ("arrow-down", "layers_down", lambda: panel.step(-1)),
        ):
            menu.addAction(theme.icon(icon), text(key), act).setEnabled(writable)
    menu.addSeparator()
    menu.addAction(
        theme.icon("trash-2"), text("layers_remove"), lambda: _remove(panel, session, bus, kind_id)
    ).setEnabled(writable)
    return menu


def _remove(panel: LayersPanel, session: Session, bus: Bus, kind_id: str) -> None:
    """Ask, saying how much goes, and take the layer out."""
    table = session.plan.table(kind_id)
    if confirm(
        panel.window(),
        text("layers_remove_title", layer=tr(table.kind.title)),
        points=(text("layers_remove_point", count=f"{len(table):,}"), text("layers_remove_unknown")),
        note=text("delete_note"),
        action=text("layers_remove_go"),
        danger=True,
    ):
        _attempt(bus, lambda: remove_layer(session, kind_id))


def _attempt(bus: Bus, act: Callable[[], object]) -> None:
    try:
        act()
    except PlannerError as error:
        bus.complain(error)


def _add(panel: LayersPanel, session: Session, bus: Bus) -> QMenu:
    """Layers that the project has not, by theme."""
    menu = QMenu(text("layers_add"), panel)
    menu.setIcon(theme.icon("plus"))
    for one in session.catalogue.themes.values():
        kinds = [kind for kind in session.catalogue if kind.theme == one.id and kind.id not in session.plan]
        if kinds:
            group = menu.addMenu(tr(one.title))
            for kind in kinds:
                group.addAction(
                    tr(kind.title), lambda kind=kind: _attempt(bus, lambda: add_layer(session, kind.id))
                )
    menu.setEnabled(session.read_only is None and not menu.isEmpty())
    return menu


def _export(panel: LayersPanel, bus: Bus, kind_id: str) -> None:
    panel.choose(kind_id)
    bus.export_layer.emit(kind_id)


def of_group(panel: LayersPanel, kinds: set[str]) -> QMenu:
    """Return the menu of a header, whose group has these layers."""
    menu = QMenu(panel)
    menu.addAction(
        theme.icon("eye"), text("layers_group_show"), lambda: panel.show_only(panel.visible() | kinds)
    )
    menu.addAction(
        theme.icon("eye-off"), text("layers_group_hide"), lambda: panel.show_only(panel.visible() - kinds)
    )
    return menu


def of_all(panel: LayersPanel, session: Session, bus: Bus) -> QMenu:
    """Return the menu in the panel's head."""
    menu = QMenu(panel)
    for icon, key, act in (
        ("eye", "layers_show_all", lambda: bus.run_command.emit("show_all")),
        ("eye-off", "layers_hide_all", lambda: bus.run_command.emit("hide_all")),
        ("chevrons-up-down", "layers_unfold", lambda: panel.fold_all(False)),
        ("chevrons-down-up", "layers_fold", lambda: panel.fold_all(True)),
    ):
        menu.addAction(theme.icon(icon), text(key), act).setEnabled(session.is_open)
    if session.is_open:
        menu.addSeparator()
        menu.addMenu(_add(panel, session, bus))
    return menu
