"""The window: it places the parts and ties their signals together. What commands do is in `app.handlers`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import handlers, qt_words, theme, window_memory
from app.basemap_desk import BasemapDesk
from app.bus import Bus
from app.canvas.verdict_paint import VerdictVeil
from app.canvas.view import MapView
from app.drawing_desk import DrawingDesk
from app.jobs import Jobs
from app.menus import Actions, Toolbar, fill_menus
from app.messages import language, set_language, text
from app.outside import OutsideWatch
from app.panels.draw_bar import DrawBar
from app.panels.drawer import TableDrawer
from app.panels.layers import LayersPanel
from app.panels.parts import line
from app.panels.rail import Rail
from app.panels.search import SearchBox
from app.panels.side import SidePanel
from app.panels.start import StartScreen
from app.panels.status import StatusBar
from app.panels.timeline import HIGH, LOW, Timeline
from app.panels.top_row import TopRow
from app.preferences import Preferences
from app.session import Session
from app.sketches import SketchKeeper
from layers.errors import PlannerError

SMALLEST = (1120, 680)
LARGE_FROM, FOLD_UNDER = 1600, 1200  # widths
MAP_LEAST = 480
LEFT, RIGHT = (220, 360), (340, 520)
LEFT_SIZES, RIGHT_SIZES = (240, 300), (352, 404)   # small window, large window
WIDE_LEFT, WIDE_RIGHT = (290, 340), (404, 460)     # where words are longer: in English, in projector type
VIEW_SAVED_AFTER_MS = 1_500
AROUND_M = 2_500  # metres shown round a single point


class MainWindow(QMainWindow):
    """One project, or the start screen."""

    def __init__(self, session: Session, preferences: Preferences) -> None:
        super().__init__()
        self.session, self.preferences = session, preferences
        self.jobs, self.bus = Jobs(self), Bus(session, self)
        self.bus.looks = handlers.kept_looks(preferences)
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.setWindowIcon(theme.app_icon())
        self._closing = False
        self._folded_by_user: bool | None = None
        self._path: Path | None = None  # whose view is on the screen
        self.gap_theme: Any = None      # what the map says about units
        self.commands = Actions(self.run_command, self)
        # Before the panels hear of it: their jobs start when the map is painted, not beside it.
        self.bus.project_changed.connect(self._map_first)
        self._build()
        theme.dress()
        self._connect()
        self.outside = OutsideWatch(self.session, self.bus, self)
        self._save_view = QTimer(self)
        self._save_view.setSingleShot(True)
        self._save_view.setInterval(VIEW_SAVED_AFTER_MS)
        self._save_view.timeout.connect(self.remember_view)
        self.map.set_palette(theme.palette())
        window_memory.restore_place(self, SMALLEST)
        self._project_changed()
        self._retranslate()

    # -- building ----------------------------------------------------------------------------------

    def _build(self) -> None:
        session, jobs, bus = self.session, self.jobs, self.bus
        self.recent_menu = QMenu(self)
        self.recent_menu.aboutToShow.connect(lambda: handlers.fill_recent(self))
        self.search = SearchBox(session, jobs, bus)
        self.top = TopRow(self.commands, self.search)
        self.menus = self.top.menus
        self.setMenuWidget(self.top)
        self.toolbar = Toolbar(self.commands)
        self.layers = LayersPanel(session, jobs, bus)
        self.rail = Rail()
        self.map = MapView()
        self.drawer = TableDrawer(session, jobs, bus)
        self.side = SidePanel(session, jobs, bus)
        self.status = StatusBar(session, jobs, bus)
        self.start = StartScreen(self.preferences, bus)
        self.layers.setMinimumWidth(LEFT[0])
        self.layers.setMaximumWidth(LEFT[1])
        self.side.setMinimumWidth(RIGHT[0])
        self.side.setMaximumWidth(RIGHT[1])
        self.map.setMinimumSize(MAP_LEAST, 240)
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.setChildrenCollapsible(False)
        self.middle.setHandleWidth(1)
        self.timeline = Timeline(session, jobs, bus)
        stage = QWidget()
        over = QVBoxLayout(stage)
        over.setContentsMargins(0, 0, 0, 0)
        over.setSpacing(0)
        over.addWidget(self.map, 1)
        over.addWidget(line())
        over.addWidget(self.timeline)
        self.middle.addWidget(stage)
        self.middle.addWidget(self.drawer)
        self.middle.setStretchFactor(0, 1)
        self.middle.setStretchFactor(1, 0)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        for at, part in enumerate((self.layers, self.middle, self.side)):
            self.split.addWidget(part)
            self.split.setStretchFactor(at, int(at == 1))
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addWidget(self.split, 1)
        work = QWidget()
        rows = QVBoxLayout(work)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.draw_bar = DrawBar()
        for part in (line(), self.toolbar, line(), self.draw_bar):
            rows.addWidget(part)
        rows.addLayout(body, 1)
        rows.addWidget(line())
        rows.addWidget(self.status)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.pages.addWidget(work)
        self.setCentralWidget(self.pages)
        for first, second in ((self.toolbar, self.layers), (self.layers, self.map), (self.map, self.timeline),
                              (self.timeline, self.side), (self.side, self.drawer)):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        bus, view = self.bus, self.map
        bus.project_changed.connect(self._project_changed)
        bus.plan_changed.connect(self._plan_changed)
        bus.history_changed.connect(self.refresh_actions)
        bus.selection_changed.connect(self._selection_changed)
        bus.zoom_to_features.connect(self.zoom_to_features)
        bus.zoom_to_bounds.connect(view.zoom_to)
        bus.flash_feature.connect(view.flash)
        bus.trace_asked.connect(lambda *what: handlers.trace_asked(self, *what))
        bus.number_asked.connect(lambda *what: handlers.number_asked(self, *what))
        bus.highlight.connect(view.set_highlights)
        bus.gap_theme.connect(self._theme_asked)
        bus.fault_marks.connect(view.set_marks)
        bus.year_changed.connect(lambda _year: self._save_view.start())
        bus.scheme_changed.connect(lambda _name: self._save_view.start())
        view.failed.connect(lambda error: handlers.fault(self, error))
        view.failed.connect(self.jobs.release)
        view.frame_done.connect(self.jobs.release)
        self.layers.current_changed.connect(view.set_active_kind)
        bus.run_command.connect(lambda name: self.run_command(name, False))
        bus.show_layer_table.connect(self._table_asked)
        bus.export_layer.connect(lambda kind: handlers.export_asked(self, kind))
        bus.layer_wanted.connect(self.layers.ensure_visible)
        bus.show_tab.connect(lambda _tab: self._save_view.start())
        self.layers.settings_changed.connect(self._layers_changed)
        self.layers.fold_asked.connect(lambda: self.fold_layers(True))
        self.rail.opened.connect(lambda: self.fold_layers(False))
        view.cursor_moved.connect(self.status.show_place)
        view.view_changed.connect(self._view_changed)
        view.selection_changed.connect(lambda kind, fids: self.session.select(kind, fids))
        view.identified.connect(self._identified)
        view.opened.connect(lambda place: handlers.place_opened(self, place))
        view.menu_asked.connect(lambda place, where: handlers.place_menu(self, place, where))
        self.drawing = DrawingDesk(self, self.draw_bar)
        self.sketches = SketchKeeper(self.session, bus, view, self.drawing, self.preferences)
        self.verdict_veil = VerdictVeil(bus, view)
        self.basemaps = BasemapDesk(self)
        view.measured.connect(lambda found: self.status.show_measure(lambda: handlers.measure_words(found)))
        self.status.scale_asked.connect(view.set_scale)
        self.status.history_asked.connect(lambda: self.run_command("history", False))
        self.side.tab_changed.connect(lambda _tab: self._save_view.start())
        self.drawer.opened.connect(self._drawer_turned)
        self.start.asked.connect(lambda name: self.run_command(name, False))
        self.start.file_asked.connect(lambda path: self.open_project(Path(path)))

    # -- commands ----------------------------------------------------------------------------------

    def run_command(self, command_id: str, checked: bool = False) -> None:
        """Carry out a command of the table; a refusal becomes a notice, never a crash."""
        try:
            handlers.HANDLERS[command_id](self, checked)
        except PlannerError as error:
            self.bus.complain(error)
        self.refresh_actions()

    def refresh_actions(self) -> None:
        """Enable what can be used now, and show which states are on."""
        self.commands.refresh(self.session)
        for name, on in (
            ("theme", theme.palette() == "projector"),
            ("full_screen", self.isFullScreen()),
            ("toggle_layers", not self.rail.isVisibleTo(self)),
            ("attribute_table", self.drawer.is_open()),
            ("snapping", self.drawing.easel.snapping.on),
            (self.map.tool, True),
        ):
            self.commands[name].setChecked(on)

    def open_project(self, path: Path) -> bool:
        """Open a project file; the one that is open stays when that fails. Returns whether it is open now."""
        self.remember_view()
        try:
            self.session.open(path)
        except PlannerError as error:
            self.bus.complain(error)
            return False
        self.preferences.add_recent(path)
        return True

    # -- what happened -----------------------------------------------------------------------------

    def _project_changed(self) -> None:
        opened = self.session.is_open
        self.pages.setCurrentIndex(int(opened))
        path = self._path = self.session.path if opened else None
        remembered = self.preferences.view_of(self._path) if self._path else {}
        self.gap_theme = None
        self.map.set_theme(None)
        self.map.set_marks((), None)
        self.map.show_plan(None)  # what was shown of the last project is forgotten
        self.map.show_plan(self.session.plan if opened else None)
        self.layers.open_project(remembered)
        self.sketches.project_changed()
        window_memory.count_again(self, remembered)
        if self._path is not None:
            # The page has its size only when the event loop has laid it out.
            QTimer.singleShot(0, self, lambda: self._restore_view(path, remembered))
        self._show_name()
        self.refresh_actions()

    def _map_first(self) -> None:
        if self.session.is_open:
            self.jobs.hold()

    def _plan_changed(self, _kinds: Any, _collections: Any) -> None:
        if self.session.is_open:
            self.map.show_plan(self.session.plan)
            self._show_name()

    def _theme_asked(self, gap_theme: Any) -> None:
        self.gap_theme = gap_theme
        self.map.set_theme(gap_theme)

    def _layers_changed(self) -> None:
        self.map.set_layers(self.layers.settings())
        self._save_view.start()

    def _selection_changed(self, kind: str, fids: frozenset[int]) -> None:
        self.map.select(kind, fids)
        self.refresh_actions()

    def _identified(self, found: list[tuple[str, int]], place: tuple[float, float]) -> None:
        self.bus.identified.emit(found)
        self.bus.place_picked.emit(*place)
        if found:
            self.session.select(found[0][0], [found[0][1]])
        if self.side.history_shown() or self.side.current_tab() not in ("checks", "attributes"):
            self.side.show_tab("attributes" if found else "checks")

    def _view_changed(self, view: Any) -> None:
        self.status.show_scale(view.scale)
        self.bus.view_changed.emit(view.bounds)
        if self._path is not None:
            self._save_view.start()

    def zoom_to_features(self, kind: str, fids: frozenset[int]) -> None:
        """Show features whole, with room round them."""
        table = self.session.plan.table(kind)
        shapes = [table.row(fid).get("geom") for fid in fids if fid in table]
        bounds = shapely.total_bounds([shape for shape in shapes if shape is not None])
        if bounds[0] == bounds[0]:
            west, south, east, north = bounds
            pad_x, pad_y = max(AROUND_M - (east - west) / 2, 0), max(AROUND_M - (north - south) / 2, 0)
            self.map.zoom_to((west - pad_x, south - pad_y, east + pad_x, north + pad_y))

    def _table_asked(self, kind: str) -> None:
        self.layers.choose(kind)
        self.drawer.show_layer(kind)
        self.drawer.set_open(True)

    def _drawer_turned(self, opened: bool) -> None:
        # A splitter keeps a part's room though the part has grown small: the map must be given it back.
        below = self.drawer.open_height() if opened else self.drawer.maximumHeight()
        self.middle.setSizes([max(self.middle.height() - below, 240), below])
        self.refresh_actions()
        self._save_view.start()

    # -- sizes -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Small and large windows have their own sizes; a narrow one folds the layers."""
        super().resizeEvent(event)
        before, after = event.oldSize().width(), event.size().width()
        crossed = (before >= LARGE_FROM) != (after >= LARGE_FROM)
        if before < 0 or crossed:
            self.apply_sizes(reset=True)
        if self._folded_by_user is None and (before < 0 or (before < FOLD_UNDER) != (after < FOLD_UNDER)):
            self._fold(after < FOLD_UNDER)

    def is_large(self) -> bool:
        """Whether the window has the sizes of a large one."""
        return self.width() >= LARGE_FROM

    def apply_sizes(self, *, reset: bool = False) -> None:
        """Set heights and widths for this size of window, in the palette in use."""
        large = self.is_large()
        pick = lambda small, big: theme.metric(big if large else small)  # noqa: E731 - one line says it
        self.top.set_sizes(large=large)
        self.toolbar.set_sizes(pick(42, 46), pick(32, 34))
        self.side.set_tab_height(pick(38, 40))
        self.timeline.set_height(pick(LOW, HIGH))
        self.drawer.set_head_height(pick(28, 32))
        self.status.setFixedHeight(pick(26, 28))
        self.status.set_compact(not large)
        if reset:
            wide = language() == "en" or theme.palette() == "projector"
            left, right = (
                (WIDE_LEFT if wide else LEFT_SIZES)[large],
                (WIDE_RIGHT if wide else RIGHT_SIZES)[large],
            )
            shown = 0 if self.rail.isVisibleTo(self) else left
            self.split.setSizes([left, max(self.width() - shown - right, MAP_LEAST), right])

    def fold_layers(self, folded: bool) -> None:
        """Fold the layers to a rail, or bring them back, because the user wants it."""
        self._folded_by_user = folded
        self._fold(folded)
        self.refresh_actions()

    def _fold(self, folded: bool) -> None:
        self.layers.setVisible(not folded)
        self.rail.setVisible(folded)

    # -- language and palette ----------------------------------------------------------------------

    def speak(self, name: str) -> None:
        """Change the language everywhere, at once."""
        set_language(name)
        self.preferences.set("language", language())
        qt_words.speak()
        self._retranslate()
        self.apply_sizes(reset=True)
        self.bus.language_changed.emit()

    def _retranslate(self) -> None:
        self.commands.retranslate()
        fill_menus(self.menus, self.commands, self.recent_menu)
        self.recent_menu.setTitle(text("recent_menu"))
        self.recent_menu.setIcon(theme.icon("clock"))
        self.rail.describe()
        self.map.set_language(language())
        self._show_name()
        self.refresh_actions()

    def wear(self, palette: str) -> None:
        """Change the palette everywhere, at once."""
        theme.set_palette(palette)
        self.preferences.set("theme", theme.palette())
        self.commands.restyle()
        self.recent_menu.setIcon(theme.icon("clock"))
        self.rail.describe()
        self.map.set_palette(palette)
        self.apply_sizes(reset=True)
        fill_menus(self.menus, self.commands, self.recent_menu)
        self.bus.palette_changed.emit(palette)
        self.refresh_actions()

    def _show_name(self) -> None:
        name = self.session.path.name if self.session.is_open else ""
        title = str(self.session.plan.info.get("title") or "") if self.session.is_open else ""
        self.top.show_name(name, str(self.session.path) if self.session.is_open else "")
        self.setWindowTitle(" — ".join(part for part in (title or name, text("app_name")) if part))

    # -- remembering -------------------------------------------------------------------------------

    def remember_view(self) -> None:
        """Keep how the open project is looked at; the project's file is not touched."""
        self._save_view.stop()
        if self._path is None or not self.session.is_open:
            return
        self.preferences.remember_view(self._path, window_memory.how_it_looks(self))

    def _restore_view(self, path: Path, remembered: dict[str, Any]) -> None:
        if path != self._path:
            return  # another project has been opened since
        window_memory.look_again(self, remembered)

    # -- files dropped, and the end ----------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A project may be dropped anywhere, and any file: it gets a project where none is open."""
        if _file_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the project that was dropped, or look into another file."""
        path = _file_in(event.mimeData())
        if path is not None:
            from app.foreign import take_file

            event.acceptProposedAction()
            take_file(self, path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is left to save: what runs is stopped, how things looked is kept."""
        if not self._closing:
            self._closing = True
            self.remember_view()
            window_memory.keep_place(self)
            self._save_view.stop()
            self._path = None
            self.jobs.cancel_all()
            self.map.stop()
            self.basemaps.close()
            self.session.close()
            self.bus.close()
        super().closeEvent(event)


def _file_in(data: Any) -> Path | None:
    """Return the file that matters among dropped files: of a Shapefile's parts the .shp, else the first."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    wanted = (path for ending in (".gpkg", ".shp") for path in paths if path.suffix.lower() == ending)
    return next(wanted, paths[0] if paths else None)
