"""The manual's pictures, taken of the real window on the sample: `python -m tests.manual_pictures [NAME
...]`.

Each picture is a function: it brings the window to where a page speaks of it and returns what is to be seen.
One window on a copy of the sample serves; what takes long is reckoned once and told in both languages. The
status row, which says how long jobs took, is left out. Colours are reduced, so that the whole manual stays
small.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shapely
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions import scenes
from app.dialogs.matrix import MatrixDialog
from app.dialogs.project_library import ProjectLibrary
from app.dialogs.rules import RulesDialog
from app.dialogs.scenes import ScenesDialog
from app.dialogs.sheet import SheetDialog
from app.dialogs.style_editor import StyleDialog
from app.dialogs.trace import TraceDialog
from app.foreign import look_at
from app.handlers.scenes import captured
from app.layer_order import set_opacity
from app.manual.pages import FOLDER
from app.messages import LANGUAGES, language, set_language
from app.panels.models.gap_results import results_of
from app.present.show import Show
from layers.plan.scenes import scenes as scene_records
from layers.planning.scheme_facts import scheme_names
from tests.picture_seat import Seat, at_rest, of_dialog, opened, small
from tests.samples import sample_project

Shot = Callable[[Seat], QImage]
SHOTS: dict[str, Shot] = {}


ASIDE: set[str] = set()
"""Pictures of a dialog alone: the window behind it stays at rest."""


def shot(take: Shot) -> Shot:
    """Register a picture under its function's name."""
    SHOTS[take.__name__] = take
    return take


def aside(take: Shot) -> Shot:
    """Register a picture that leaves the window as it is."""
    ASIDE.add(take.__name__)
    return shot(take)


# -- pictures --------------------------------------------------------------------------------------


@shot
def first_map(seat: Seat) -> QImage:
    """The window as it opens on the sample."""
    return seat.whole()


@shot
def gacha(seat: Seat) -> QImage:
    """The gacha in which most is missing, chosen in the table."""
    panel = seat.tab("gaps")
    panel.table.view.selectRow(0)
    seat.settle()
    return seat.work()


@shot
def table(seat: Seat) -> QImage:
    """The attribute table of clinics under the map, one found by the search."""
    window = seat.window
    window.layers.choose("clinic")
    window.layers.ensure_visible("clinic")
    window.run_command("attribute_table")
    seat.settle()
    image = seat.whole()
    window.run_command("attribute_table")
    return image


@shot
def gaps(seat: Seat) -> QImage:
    """Clinics: five ways of being served."""
    panel = seat.tab("gaps")
    panel.show_service("clinics")
    seat.settle()
    image = seat.work()
    panel.show_service("toilets")
    return image


@aside
def matrix(seat: Seat) -> QImage:
    """Gachas against services."""
    window = seat.window
    board = results_of(window.session, window.jobs, window.bus).board
    dialog = MatrixDialog(window, window.session.catalogue, board.gaps)
    dialog.resize(1180, 640)
    dialog.show()
    seat.settle()
    image = dialog.grab().toImage()
    dialog.close()
    return image


@shot
def targets(seat: Seat) -> QImage:
    """The register of targets."""
    seat.tab("targets")
    return seat.side()


@shot
def trace(seat: Seat) -> QImage:
    """Where a number is from."""
    panel = seat.tab("gaps")
    return of_dialog(seat, TraceDialog, panel.where_from.click)


@aside
def rules(seat: Seat) -> QImage:
    """The numbers that results rest on."""
    return of_dialog(seat, RulesDialog, lambda: seat.window.run_command("rules"))


@shot
def toilets(seat: Seat) -> QImage:
    """The yearly quotas given to gachas."""
    seat.tab("planning", "toilets")
    return seat.work()


@shot
def works(seat: Seat) -> QImage:
    """Batches, crews and households."""
    panel = seat.tab("planning", "works")
    seat.once(panel.__class__.__name__ + panel.objectName(), panel.compute)
    return seat.side()


@shot
def toilet_ledger(seat: Seat) -> QImage:
    """Toilets one by one."""
    panel = seat.tab("checks", "toilets")
    panel.table.selectRow(0)
    seat.settle()
    return seat.side()


@shot
def faults(seat: Seat) -> QImage:
    """Faults of the road network."""
    panel = seat.tab("checks", "roads")
    seat.plain_map()
    panel.table.selectRow(0)
    seat.settle()
    go_to_gacha(seat, "150724100207")
    return seat.work()


@shot
def roads(seat: Seat) -> QImage:
    """The road programme, by money of each year."""
    panel = seat.tab("planning", "roads")
    for year, box in panel.fields["years"].boxes.items():
        box.setValue(3000 if year > 2021 else box.minimum())
    seat.once(panel.__class__.__name__ + panel.objectName(), panel.compute)
    return seat.work()


@shot
def access(seat: Seat) -> QImage:
    """Minutes to the nearest clinic."""
    to = seat.window.side.panels["checks"].access.to
    to.setCurrentIndex(to.findData("clinic"))  # before it is seen: then it reckons by itself
    seat.tab("checks", "access")
    return seat.work()


@shot
def sites(seat: Seat) -> QImage:
    """Where to build."""
    panel = seat.tab("planning", "sites")
    seat.once(panel.__class__.__name__ + panel.objectName(), panel.compute)
    return seat.work()


@shot
def grazing(seat: Seat) -> QImage:
    """Stock against what the pastures bear."""
    seat.tab("checks", "grazing")
    return seat.work()


@shot
def ledger(seat: Seat) -> QImage:
    """Hardships one by one."""
    panel = seat.tab("checks", "ledger")
    panel.table.selectRow(0)
    seat.settle()
    return seat.side()


@shot
def place(seat: Seat) -> QImage:
    """The zones of a place, as the identify tool tells them."""
    window = seat.window
    window.run_command("identify")
    seat.tab("checks", "place")
    seat.plain_map()
    window.layers.show_only(window.layers.visible() | {"basic_grassland", "grazing_zone"})
    go_to_gacha(seat, "150724212207")
    west, south, east, north = window.map.view.bounds
    plan = window.session.plan
    ground = shapely.box(west, south, east, north).buffer((west - east) / 4)
    for kind in ("basic_grassland", "grazing_zone"):
        ground = ground.intersection(shapely.union_all(plan.table(kind).geometry))
    spot = QPoint(*map(round, window.map.view.to_logical(*shapely.point_on_surface(ground).coords[0])))
    QTest.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=spot)
    seat.settle()
    return seat.work()


@shot
def verdict(seat: Seat) -> QImage:
    """A road while it is drawn: what it touches, stretch by stretch."""
    window = seat.window
    seat.tab("checks", "verdict")
    seat.plain_map()
    go_to_gacha(seat, "150724214201")
    window.layers.show_only(window.layers.visible() | {"basic_grassland", "red_line", "proposed_line"})
    window.run_command("draw_shape")
    window.drawing._layer_chosen("proposed_line")
    for spot in (QPoint(250, 300), QPoint(330, 350), QPoint(430, 330), QPoint(520, 400)):
        QTest.mouseMove(window.map, spot)
        QTest.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=spot)
    seat.settle()
    image = seat.work()
    QTest.keyClick(window.map, Qt.Key.Key_Escape)
    QTest.keyClick(window.map, Qt.Key.Key_Escape)
    return image


def go_to_gacha(seat: Seat, code: str) -> None:
    """Show a gacha whole."""
    table = seat.window.session.plan.with_role("unit.gacha")[0]
    fid = next(int(one) for one in table.fids if table.row(int(one))[table.kind.key] == code)
    seat.window.zoom_to_features(table.kind.id, frozenset([fid]))
    seat.settle()


@aside
def library(seat: Seat) -> QImage:
    """The project library."""
    return of_dialog(seat, ProjectLibrary, lambda: seat.window.run_command("projects"))


@aside
def importing(seat: Seat) -> QImage:
    """A list of works with coordinates, looked at before it is imported."""
    rows = ["编号,项目名称,类别,投资（万元）,建设年度,经度,纬度"]
    names = ("卫生室改造", "饮水点新建", "文化活动室", "垃圾转运点", "幼儿园扩建", "快递服务点")
    for at, name in enumerate(names, 1):
        rows.append(
            f"XM{at:02},{name},,{at * 12},202{2 + at % 4},{119.4 + at * 0.11:.4f},{48.4 + at * 0.07:.4f}"
        )
    file = seat.folder / "项目清单.csv"
    file.write_text("\n".join(rows) + "\n", "gb18030")
    dialog = look_at(seat.window, file)
    seat.settle()
    dialog.kind.setCurrentIndex(dialog.kind.findData("proposed_point"))
    dialog.kind.activated.emit(dialog.kind.currentIndex())
    seat.settle()
    image = dialog.grab().toImage()
    dialog.reject()
    return image


@aside
def sheet(seat: Seat) -> QImage:
    """A printed sheet, seen before it is written."""
    return of_dialog(
        seat,
        SheetDialog,
        lambda: seat.window.run_command("sheet"),
        ready=lambda dialog: dialog.bar.isHidden(),
    )


@shot
def schemes(seat: Seat) -> QImage:
    """Two schemes side by side."""
    window = seat.window
    names = scheme_names(window.session.plan)[:2]
    panel = seat.tab("planning", "schemes")
    window.bus.gap_theme.emit(None)
    for at in range(panel.list.count()):
        wanted = panel.list.item(at).data(Qt.ItemDataRole.UserRole) in names
        panel.list.item(at).setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)
    seat.settle()
    return seat.work()


@shot
def scene_list(seat: Seat) -> QImage:
    """Scenes in their order."""
    tell_story(seat)
    image = of_dialog(seat, ScenesDialog, lambda: seat.window.run_command("scenes"))
    return image


@shot
def stage(seat: Seat) -> QImage:
    """A scene as the meeting sees it."""
    window = seat.window
    tell_story(seat)
    window.run_command("present")
    show = window.findChild(Show)
    show.stage.showNormal()
    show.stage.resize(1100, 620)
    seat.settle()
    while show._move.state() != show._move.State.Stopped:
        QTest.qWait(20)
    seat.settle()
    show.stage.map.wait_idle()
    seat.settle()
    image = show.stage.grab().toImage()
    QTest.keyClick(show.stage, Qt.Key.Key_Escape)
    QTest.qWait(50)
    seat.settle()
    return image


def tell_story(seat: Seat) -> None:
    """Keep two scenes with words, once in the language that is spoken."""
    window = seat.window
    if language() in seat.done:
        return
    seat.done.add(language())
    for old in scene_records(window.session.plan):
        scenes.remove(window.session, old)
    for service, (title, caption) in STORY[language()].items():
        seat.tab("gaps").show_service(service)
        seat.settle()
        scenes.save(window.session, replace(captured(window), name=title, caption=caption, notes=caption))
    seat.settle()


STORY = {
    "zh": {"toilets": ("改厕还缺 3,937 户，南部最集中", "按嘎查的占比着色；柱子是四个年度的新建数"),
           "clinics": ("多数嘎查有卫生室可用", "自有、合设、流动、巡诊都算有服务")},
    "en": {"toilets": ("3,937 households still lack a toilet",
                       "Shaded by share of households; columns are the years"),
           "clinics": ("Most gachas have a clinic", "Own, shared, mobile and scheduled rounds all count")},
}  # fmt: skip


@shot
def style(seat: Seat) -> QImage:
    """How a layer looks."""
    seat.window.layers.choose("road")
    return of_dialog(seat, StyleDialog, lambda: seat.window.run_command("style"))


@shot
def history(seat: Seat) -> QImage:
    """What was done, and a named version."""
    window = seat.window
    tell_story(seat)
    window.session.name_version("会前版" if language() == "zh" else "before the meeting")
    set_opacity(window.session, "road", 0.8 if language() == "zh" else 0.7)
    window.run_command("history")
    seat.settle()
    return seat.side()


# -- taking them -----------------------------------------------------------------------------------


def pictures(
    names: Sequence[str] = (),
    folder: Path = FOLDER,
    languages: Sequence[str] = LANGUAGES,
    project: Path | None = None,
) -> list[Path]:
    """Take the named pictures, all without names, in each language; returns the files.

    project: another one than the sample.
    """
    app = QApplication.instance() or QApplication([])
    before, written = language(), []
    with tempfile.TemporaryDirectory(prefix="qitu-pictures-", ignore_cleanup_errors=True) as room:
        seat = opened(app, Path(room), project or sample_project())
        for spoken in languages:
            seat.window.speak(spoken)
            seat.settle()
            rested = False
            for name in names or SHOTS:
                if not rested:
                    at_rest(seat)
                rested = name in ASIDE
                written.append(small(SHOTS[name](seat), folder / spoken / f"{name}.png"))
        seat.window.close()
        seat.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    set_language(before)
    return written


if __name__ == "__main__":
    for file in pictures(sys.argv[1:]):
        print(f"{file.stat().st_size / 1000:7.1f} kB  {file}")
