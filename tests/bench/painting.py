"""Frames of 1600 x 900 px: of what a project shows when opened, of all layers, of every feature in them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from layers.catalogue.style import Style
    from layers.maps.settings import LayerSettings
    from layers.maps.viewport import View
    from layers.plan.plan import Plan

SIZE = (1600, 900)
ZOOMS = (1, 4, 16, 64)
WARM_FRAMES = 5
STEP = (46, 27)  # px by which each warm frame is moved, as after a pan


def application() -> Any:
    """Return the Qt application of this process."""
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication.instance() or QGuiApplication([])


def settings_of(plan: Plan, what: str) -> LayerSettings:
    """Return which layers are drawn.

    opened: as when the project is first opened. layers: every layer, by the scales its style states.
    features: every layer at every scale, point by point. zones: the grazing zones alone, so too.
    """
    from layers.maps.settings import LayerSettings

    default = LayerSettings.default(plan)
    kinds = [kind for kind, _ in plan.layers()
             if kind.geometry and (what != "zones" or kind.id == "grazing_zone")]
    if what == "opened":
        return default
    visible = frozenset(kind.id for kind in kinds)
    if what == "layers":
        return replace(default, visible=visible)
    return replace(default, visible=visible, styles={kind.id: lifted(kind.style) for kind in kinds})


def lifted(style: Style) -> Style:
    """Return a style that shows every feature at every scale, without names."""
    return replace(style, min_scale=0, label=None, aggregate="",
                   classes=tuple(replace(each, min_scale=0) for each in style.classes))


def view_of(plan: Plan, zoom: float = 1) -> View:
    """Return the view of the whole plan, or of 1/zoom of it (each way) about its middle."""
    from layers.maps.viewport import View

    whole = View((0.0, 0.0), 1e6, *SIZE).fitted(plan.bounds or (0, 0, 1, 1))
    return replace(whole, scale=whole.scale / zoom)


def frames(project: str, what: str) -> dict[str, float]:
    """Paint at four zooms, first and again, geometries in memory. Milliseconds; `cpu_`: of processor time."""
    from app.painter import render_image
    from app.session import Session

    application()
    plan = Session(author="").open(project)
    settings = settings_of(plan, what)
    start = time.perf_counter()
    for kind in settings.sequence(plan):
        plan.tables[kind.id].base.column("geom")
    took = {"read_ms": (time.perf_counter() - start) * 1e3}
    for zoom in ZOOMS:
        view = view_of(plan, zoom)
        took[f"first_{zoom}"] = milliseconds(lambda view=view: render_image(plan, view, settings))
        again, spent = [], []
        for _ in range(WARM_FRAMES):
            view, before = view.moved(*STEP), time.process_time()
            again.append(milliseconds(lambda view=view: render_image(plan, view, settings)))
            spent.append((time.process_time() - before) * 1e3)
        took[f"warm_{zoom}"], took[f"cpu_{zoom}"] = statistics.median(again), statistics.median(spent)
    return took


def naive(project: str, what: str, zoom: int) -> dict[str, float]:
    """Paint the same layers as a plain program would: each feature in view, vertex by vertex."""
    from app.painter import render_image
    from app.session import Session

    application()
    plan = Session(author="").open(project)
    settings, view = settings_of(plan, what), view_of(plan, zoom)
    layers = [plan.tables[kind.id].geometry for kind in settings.sequence(plan)]
    slow = milliseconds(lambda: paint_naively(layers, view))
    render_image(plan, view, settings)
    ours = milliseconds(lambda: render_image(plan, view.moved(*STEP), settings))
    return {"naive_ms": slow, "ours_ms": ours}


def paint_naively(layers: list[Any], view: View) -> None:
    """Fill and outline every feature whose box meets the view."""
    import shapely
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("black"), 1))
    painter.setBrush(QColor("#dfe8c8"))
    west, south, east, north = view.bounds
    for geometry in layers:
        box = shapely.bounds(geometry)
        with np.errstate(invalid="ignore"):
            seen = (box[:, 2] >= west) & (box[:, 0] <= east) & (box[:, 3] >= south) & (box[:, 1] <= north)
        for each in geometry[seen]:
            for part in getattr(each, "geoms", (each,)):
                lines = (part.exterior, *part.interiors) if part.geom_type == "Polygon" else (part,)
                for line in lines:
                    points = [QPointF(x, y) for x, y in view.to_px(line.coords).tolist()]
                    if part.geom_type == "Polygon":
                        painter.drawPolygon(QPolygonF(points))
                    elif part.geom_type == "Point":
                        painter.drawEllipse(points[0], 2.5, 2.5)
                    else:
                        painter.drawPolyline(QPolygonF(points))
    painter.end()


def milliseconds(what: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    what()
    return (time.perf_counter() - start) * 1e3


def qgis(project: str, what: str) -> dict[str, Any]:
    """Return QGIS's frames of the same layers and views, by `qgis_frames.py`; empty where there is no
    QGIS."""
    import json
    import shutil
    import subprocess
    import tempfile
    from pathlib import Path

    from app.session import Session

    python = _python_with_qgis()
    if python is None:
        return {}
    plan = Session(author="").open(project)
    settings = settings_of(plan, what)
    with tempfile.TemporaryDirectory() as folder:  # another program must not touch the file itself
        copy = shutil.copyfile(project, Path(folder) / "project.gpkg")
        asked = {
            "path": str(copy), "epsg": plan.crs.epsg, "size": SIZE,
            "tables": [kind.title.zh for kind in settings.sequence(plan)],
            "views": {str(zoom): view_of(plan, zoom).bounds for zoom in ZOOMS},
        }
        script = Path(__file__).with_name("qgis_frames.py")
        done = subprocess.run(
            [python, str(script), json.dumps(asked)], capture_output=True, text=True, check=True
        )
    return json.loads(done.stdout.splitlines()[-1])


def _python_with_qgis() -> str | None:
    """A Python that has PyQGIS: the system's own."""
    import os
    import shutil
    import subprocess

    for name in ("python3", "python"):
        found = shutil.which(name, path=os.defpath) or ""
        if found and subprocess.call([found, "-c", "import qgis.core"], stderr=subprocess.DEVNULL) == 0:
            return found
    return None
