"""The map as a picture (PNG): the screen's painter, title, legend, scale, north, and what must stand on it.

Only kinds that may leave are drawn: no household, no toilet, at whatever scale. The file carries no metadata.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QLineF, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen

from app.exports.files import log_file, write_whole
from app.exports.released_theme import released_theme
from app.messages import language, text
from app.painter import paint_image
from app.painting.cards import (
    MARGIN,
    ROW,
    Sheet,
    beside_bar,
    kept_clear,
    legend_size,
    paint_credit,
    paint_legend,
    paint_north,
    paint_scale_bar,
    paint_title,
    title_size,
    unit_of,
)
from app.session import Session
from app.theme import register_fonts
from layers.catalogue.classes import class_columns
from layers.catalogue.style import Symbol
from layers.catalogue.text import Text
from layers.maps.callouts import place_callouts
from layers.maps.choropleth import MapTheme
from layers.maps.furniture import scale_text
from layers.maps.palette import colour
from layers.maps.scene import Scene, build_scene, titles
from layers.maps.settings import LayerSettings
from layers.maps.viewport import PICTURE, Bounds, View, round_scale
from layers.plan.plan import Plan
from layers.release import INTERNAL, allowed_columns, drawable_kinds, footnotes

FOOT = 30.0
SHARPNESS = 2.0
"""Device px a logical px when what the window shows is written."""


def write_picture(
    session: Session,
    out: Path,
    *,
    settings: LayerSettings | None = None,
    theme: MapTheme | None = None,
    view: View | None = None,
    width: int = 1920,
    height: int = 1080,
    audience: str = INTERNAL,
    extent: Bounds | None = None,
    words: tuple[Text, Text | None] | None = None,
) -> None:
    """Write the map to `out` (.png) and log it.

    view: what the window shows, written at twice its pixels; without one, the whole banner at a round scale
    (or all of `extent`) in `width` × `height` px. words: title and caption (None: the theme's) in place of
    the theme's. Raises InputError `audience_unknown`, StoreError `cannot_write`.
    """
    plan = session.plan
    image = picture(
        plan,
        settings=settings,
        theme=theme,
        view=view,
        width=width,
        height=height,
        audience=audience,
        extent=extent,
        words=words,
        small_count=int(session.policy.rule("small_count").value),
    )
    data = png(image)
    write_whole(out, data)
    shown = released_settings(plan, settings, audience).visible
    log_file(
        session, out, data, Text("图片", "a picture"),
        audience=audience, columns=sorted(shown), rules=("allow_list", f"audience_{audience}"),
    )  # fmt: skip


def picture(
    plan: Plan,
    *,
    settings: LayerSettings | None = None,
    theme: MapTheme | None = None,
    view: View | None = None,
    width: int = 1920,
    height: int = 1080,
    audience: str = INTERNAL,
    small_count: int = 3,
    extent: Bounds | None = None,
    words: tuple[Text, Text | None] | None = None,
) -> QImage:
    """Return the picture that `write_picture` writes."""
    ensure_application()
    register_fonts()
    shown = released_settings(plan, settings, audience)
    released = released_theme(theme, small_count)
    placed = placed_view(plan, view, width, height, extent)
    title, subtitle = titles(plan, released)
    if words is not None:
        title, subtitle = words[0], words[1] or subtitle
    clear = kept_clear(placed, title, subtitle, language())
    scene = build_scene(plan, placed, shown, theme=released, language=language(), kept_clear=clear)
    scene = replace(scene, title=title, subtitle=subtitle)
    if shown.callouts:
        scene = replace(scene, callouts=place_callouts(shown.callouts, placed, _occupied(scene)))
    image = paint_image(scene)
    image.setDevicePixelRatio(1.0)
    painter = QPainter(image)
    painter.scale(placed.ratio, placed.ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_furniture(painter, scene)
    _paint_foot(painter, plan, scene, audience)
    painter.end()
    return image


def ensure_application() -> QCoreApplication:
    """Fonts and pictures need a Qt application; one without a screen will do."""
    found = QCoreApplication.instance()
    if found is None:
        found = _OWN.setdefault("application", QGuiApplication(["qitu", "-platform", "offscreen"]))
    return found


_OWN: dict[str, QGuiApplication] = {}


def released_settings(plan: Plan, settings: LayerSettings | None, audience: str) -> LayerSettings:
    """The layers of `settings` that may be drawn on what leaves, in styles that tell no column that may not.

    A layer whose look depends on such a column is drawn in its plain symbol, or not at all where it has none.
    A basemap leaves only internally: nobody here has reviewed what can be seen on it.
    """
    settings = settings if settings is not None else LayerSettings.default(plan)
    allowed = allowed_columns(plan.catalogue, audience=audience)
    visible = settings.visible & drawable_kinds(plan.catalogue, audience)
    styles = dict(settings.styles)
    for kind in plan.catalogue:
        if kind.id not in visible:
            continue
        style = settings.style(kind)
        if not set(class_columns(style)) <= set(allowed[kind.id]):
            style = kind.style  # the project's own goes first: the catalogue's tells less
        if not set(class_columns(style)) <= set(allowed[kind.id]):
            style = replace(style, column="", classes=())
        if style.label is not None and style.label.column not in allowed[kind.id]:
            style = replace(style, label=None)
        if style.symbol == Symbol() and not style.classes:
            visible -= {kind.id}
        elif style != settings.style(kind):
            styles[kind.id] = style
    below = settings.basemap.for_export() if settings.basemap is not None and audience == INTERNAL else None
    return replace(settings, visible=visible, styles=MappingProxyType(styles), basemap=below)


def placed_view(
    plan: Plan, view: View | None, width: int, height: int, extent: Bounds | None = None
) -> View:
    """The view that is painted."""
    if view is not None:
        return replace(view, ratio=SHARPNESS)
    whole = View((0.0, 0.0), 1_000_000, width, height, medium=PICTURE)
    if extent is not None:
        fitted = whole.sized(width, height - round(FOOT)).fitted(extent, margin=0.0)
        # The foot lies over the picture's lower edge: the extent stands above it.
        return replace(fitted.moved(0.0, FOOT / 2), width=width, height=height)
    if plan.bounds is None:
        return whole
    fitted = whole.sized(width, height - round(2 * FOOT)).fitted(plan.bounds)
    return replace(fitted, scale=round_scale(fitted.scale), width=width, height=height)


def png(image: QImage) -> bytes:
    """The picture's bytes; no text, author or path in them."""
    clean = image.convertToFormat(QImage.Format.Format_RGB32)
    for key in clean.textKeys():
        clean.setText(key, "")
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    clean.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())


def _most_rows(scene: Scene, sheet_unit: float) -> int:
    return max(4, int((scene.view.height - FOOT * sheet_unit) * 0.7 / (ROW * sheet_unit)))


def _occupied(scene: Scene) -> NDArray[np.float64]:
    """Boxes (n, 4) in device px of names and cards: callouts keep off them."""
    unit = unit_of(scene.view)
    width, height = float(scene.view.width), scene.view.height - FOOT * unit
    wide, high = title_size(scene, unit)
    across, up = legend_size(scene, _most_rows(scene, unit), unit)
    cards = np.array([
        (0, 0, MARGIN + wide, MARGIN + high),
        (width - MARGIN - across, height - MARGIN - up, width, height),
        (0, height - MARGIN - 40 * unit, 220 * unit, height),
        (width - 60 * unit, 0, width, 80 * unit),
        (0, height, width, height + FOOT * unit),
    ])  # fmt: skip
    return np.concatenate([cards * scene.view.ratio, *(label.boxes for label in scene.labels)])


def _paint_furniture(painter: QPainter, scene: Scene) -> None:
    sheet = Sheet.of(painter, scene)
    width, height = float(scene.view.width), scene.view.height - FOOT * sheet.unit
    paint_title(sheet, scene, MARGIN, MARGIN)
    paint_north(sheet, width - MARGIN - 8, MARGIN)
    paint_scale_bar(sheet, scene, MARGIN, height - MARGIN)
    paint_credit(sheet, scene, beside_bar(scene), height - MARGIN)
    paint_legend(
        sheet, scene, width - MARGIN, height - MARGIN, _most_rows(scene, sheet.unit)
    )


def _paint_foot(painter: QPainter, plan: Plan, scene: Scene, audience: str) -> None:
    """Scale and CRS on the left; secrecy, review and sample marks on the right."""
    sheet = Sheet.of(painter, scene)
    width, height = float(scene.view.width), float(scene.view.height)
    box = QRectF(0, height - FOOT * sheet.unit, width, FOOT * sheet.unit)
    painter.fillRect(box, QColor(*colour("panel", scene.view.palette)))
    painter.setPen(QPen(sheet.ink("line"), 1))
    painter.drawLine(QLineF(box.topLeft(), box.topRight()))
    facts = f"{scale_text(scene.view.scale)}    {plan.crs.name(scene.language)} (EPSG:{plan.crs.epsg})"
    sheet.text(MARGIN, box.center().y(), facts, 12, "ink2")
    right = width - MARGIN
    for code in reversed(footnotes(audience, is_map=True, sample=scene.schematic)):
        token = "ink2" if code == "sample_data" else "bad"
        right -= sheet.text(right, box.center().y(), text(f"release_{code}"), 12, token, 500, right=True) + 24
