"""Which page of the manual F1 opens: that of the nearest part of the window in which the focus stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from app.manual.pages import FIRST

if TYPE_CHECKING:
    from app.window import MainWindow

PAGE_OF: Mapping[str, str] = {
    # right side
    "app.panels.targets.TargetsPanel": "targets",
    "app.panels.gaps.GapsPanel": "gaps",
    "app.panels.toilet_plan.ToiletPlanPanel": "toilets",
    "app.panels.schemes.SchemesPanel": "schemes",
    "app.panels.planning.PlanningPanel": "schemes",
    "app.panels.planning_tab.PlanningTab": "toilets",
    "app.panels.verdicts.VerdictsPanel": "drawing",
    "app.panels.land_use.LandUsePanel": "drawing",
    "app.panels.patches.PatchesPanel": "drawing",
    "app.panels.zone_change.ZoneChangePanel": "grassland",
    "app.panels.zone_list.ZoneListPanel": "grassland",
    "app.panels.bans.BansPanel": "grassland",
    "app.panels.quotas.QuotasPanel": "drawing",
    "app.panels.access.AccessPanel": "access",
    "app.panels.road_faults.RoadFaultsPanel": "roads",
    "app.panels.grazing.GrazingPanel": "grassland",
    "app.panels.ledger.LedgerPanel": "ledger",
    "app.panels.toilet_ledger.ToiletLedgerPanel": "toilets",
    "app.panels.checks.ChecksPanel": "drawing",
    "app.panels.attributes.AttributesPanel": "window",
    "app.panels.history.HistoryPanel": "history",
    # the rest of the window
    "app.panels.layers.LayersPanel": "window",
    "app.panels.rail.Rail": "window",
    "app.panels.drawer.TableDrawer": "window",
    "app.panels.search.SearchBox": "window",
    "app.panels.status.StatusBar": "window",
    "app.panels.timeline.Timeline": "window",
    "app.panels.draw_bar.DrawBar": "drawing",
    "app.panels.start.StartScreen": "first_map",
    # dialogs
    "app.dialogs.welcome.WelcomeDialog": "first_map",
    "app.dialogs.help.KeysDialog": "window",
    "app.dialogs.project.NewProjectDialog": "import",
    "app.dialogs.import_file.ImportDialog": "import",
    "app.dialogs.placing.PlacingDialog": "import",
    "app.dialogs.matrix.MatrixDialog": "gaps",
    "app.dialogs.trace.TraceDialog": "targets",
    "app.dialogs.rules.RulesDialog": "targets",
    "app.dialogs.compare_maps.CompareMapsDialog": "schemes",
    "app.dialogs.project_library.ProjectLibrary": "drawing",
    "app.dialogs.feature_form.FeatureForm": "drawing",
    "app.dialogs.paste.PasteDialog": "drawing",
    "app.dialogs.scenes.ScenesDialog": "meeting",
    "app.present.stage.Stage": "meeting",
    "app.present.desk.Desk": "meeting",
    "app.dialogs.sheet.SheetDialog": "outputs",
    "app.dialogs.printing.PrintDialog": "outputs",
    "app.dialogs.release.ReleaseDialog": "outputs",
    "app.dialogs.atlas.AtlasDialog": "outputs",
    "app.dialogs.pack.PackDialog": "outputs",
    "app.dialogs.verified.VerifiedDialog": "outputs",
    "app.dialogs.style_editor.StyleDialog": "looks",
    "app.dialogs.classes.ClassesDialog": "looks",
    "app.dialogs.basemaps.BasemapsDialog": "looks",
    "app.dialogs.profile.ProfileDialog": "gaps",
    "app.dialogs.figure_history.FigureHistory": "targets",
    "app.dialogs.changes.CompareDialog": "history",
}
"""Class of a part of the window -> page. What derives from a class has its page, too."""

PAGE_OF_NAMED: Mapping[str, str] = {
    "planning_works": "toilets",
    "planning_roads": "roads",
    "planning_sites": "access",
}
"""Parts that share a class, by their object name."""

PAGE_OF_TOOL: Mapping[str, str] = {
    **dict.fromkeys(("draw_shape", "draw_rectangle", "draw_circle", "draw_shed", "draw_strip", "draw_part",
                     "draw_hole",
                     "edit_vertices", "move_features", "split_features", "cut_out"), "drawing"),
    **dict.fromkeys(("identify", "measure_line", "measure_area"), "window"),
}  # fmt: skip
"""Tool of the map in hand -> page, when the focus stands on the map."""


def page_of(part: QWidget) -> str:
    """Return the page of one part of the window, "" where it has none of its own."""
    named = PAGE_OF_NAMED.get(part.objectName())
    if named:
        return named
    for kind in type(part).__mro__:
        if found := PAGE_OF.get(f"{kind.__module__}.{kind.__qualname__}"):
            return found
    return ""


def page_here(window: MainWindow) -> str:
    """Return the page for where the focus stands in the program."""
    part, modal = QApplication.focusWidget() or QApplication.activeWindow(), QApplication.activeModalWidget()
    if modal is not None and part is not modal and (part is None or not modal.isAncestorOf(part)):
        part = modal
    while part is not None:
        if part is window.map:
            break
        if found := page_of(part):
            return found
        part = part.parentWidget()
    return PAGE_OF_TOOL.get(window.map.tool, "") or _in_front(window)


def _in_front(window: MainWindow) -> str:
    """The page of what the right side shows: on the map one stands before that."""
    if not window.session.is_open:
        return FIRST
    side = window.side
    shown = side.history if side.history_shown() else side.panels[side.current_tab()]
    inner = [page_of(part) for part in shown.findChildren(QWidget) if part.isVisibleTo(window)]
    return next((found for found in inner if found), "") or page_of(shown) or FIRST
