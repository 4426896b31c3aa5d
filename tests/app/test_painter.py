"""Colours at known places on pictures, patterns that lie still on the ground, swatches, the picture that
leaves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from app.exports.picture import picture, placed_view, png, released_settings
from app.exports.released_theme import released_theme
from app.painter import paint_image, paint_scene, render_image
from app.painting.cards import Sheet, paint_scale_bar
from app.painting.paths import whole_path
from app.painting.patterns import pattern_tile, tile_size
from app.painting.swatches import swatch_image
from layers.catalogue.text import Text
from layers.maps.choropleth import STATUS_SYMBOLS, Circles, Columns, amount_theme, status_theme
from layers.maps.operations import Fill
from layers.maps.palette import colour
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.symbols import PixelPattern, pixel_symbol
from layers.maps.viewport import View
from tests.layers.maps.small_plan import MIDDLE, at, regime, small_plan, square

VIEW = View(MIDDLE, 300_000, 700, 640)
CODES = ("900000100001", "900000100002", "900000200001", "900000200002")


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> QGuiApplication:
    return qapp


def pixels(image: QImage) -> np.ndarray:
    """Red, green, blue of every device px (height, width, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).astype(int)


def at_ground(image: QImage, view: View, place: tuple[float, float], reach: int = 12) -> np.ndarray:
    """Pixels (n, 3) round a place of the plane."""
    x, y = np.rint(view.to_px(place)[0]).astype(int)
    return pixels(image)[y - reach : y + reach, x - reach : x + reach].reshape(-1, 3)


def share(found: np.ndarray, token: str, palette: str = "light") -> float:
    """Share of pixels that have a token's colour."""
    return float((np.abs(found - colour(token, palette)[:3]).max(axis=1) <= 2).mean())


@pytest.mark.parametrize("palette", ["light", "projector"])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_statuses_have_their_colour_and_their_pattern(palette: str, ratio: float) -> None:
    view = replace(VIEW, palette=palette, ratio=ratio)
    statuses = dict(zip(CODES, ("met", "short", "exempt", "unknown"), strict=True))
    theme = status_theme("x", Text("x", "x"), statuses)
    image = render_image(small_plan(), view, LayerSettings(frozenset({"banner"})), theme=theme)
    reach = int(14 * ratio)
    spots = [
        at_ground(image, view, at(*place), reach)
        for place in ((0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5))
    ]
    assert share(spots[0], "met", palette) == 1.0
    assert share(spots[1], "short", palette) == 1.0
    assert 0.5 < share(spots[2], "exempt", palette) < 0.99  # dots
    assert 0.15 < share(spots[3], "halo", palette) < 0.7  # white stripes
    assert 0.15 < share(spots[3], "unknown", palette) < 0.8
    corner = pixels(image)[3:20, 3:20].reshape(-1, 3)
    assert share(corner, "outside", palette) == 1.0
    between = at_ground(image, view, at(1.0, 0.5), 3)
    line = colour("halo" if palette == "light" else "gacha_line", palette)[:3]
    assert np.abs(between - line).max(axis=1).min() < 70  # a hair-line is half a pixel on each side


def test_zones_that_overlap_can_all_be_read() -> None:
    plan = small_plan(
        grazing_zone=[regime("z1", "ban", square(0, 0, 2, 2))],
        red_line=[{"code": "r1", "geom": square(0.5, 0.5, 1, 1)}],
    )
    view = replace(VIEW, scale=150_000)
    image = render_image(plan, view, LayerSettings(frozenset({"grazing_zone", "red_line"})))
    inside = at_ground(image, view, at(0.75, 0.75), 20)
    assert share(inside, "ban") > 0.4 and share(inside, "ban_ink") > 0.01
    edge = at_ground(image, view, at(0.5, 1.0), 3)
    assert share(edge, "redline") > 0.3


def test_patterns_do_not_swim_when_the_map_is_moved() -> None:
    plan = small_plan(grazing_zone=[regime("z1", "ban", square(0, 0, 2, 2))])
    settings = LayerSettings(frozenset({"grazing_zone"}))
    still = pixels(render_image(plan, VIEW, settings))
    moved = pixels(render_image(plan, VIEW.moved(37, -23), settings))
    here, there = still[200:400, 200:400], moved[200 + 23 : 400 + 23, 200 - 37 : 400 - 37]
    assert len(np.unique(here.reshape(-1, 3), axis=0)) >= 2
    assert (np.abs(here - there).max(axis=2) <= 2).mean() > 0.999


@pytest.mark.parametrize(
    "form", ["diagonal", "back_diagonal", "dots", "grid", "horizontal", "plus", "stripes"]
)
def test_pattern_tiles_repeat_without_a_seam(form: str) -> None:
    pattern = PixelPattern(form, (10, 20, 30, 255), 7.3, 1.2, (5.0, 3.0) if form == "back_diagonal" else ())
    tile = pattern_tile(pattern)
    assert (tile.width(), tile.height()) == tile_size(pattern)
    plain = tile.convertToFormat(QImage.Format.Format_RGBA8888)
    ink = np.frombuffer(plain.constBits(), np.uint8).reshape(tile.height(), -1, 4)[:, :, 3].astype(int)
    assert 0 < ink.mean() < 230
    twice = np.tile(ink, (2, 2))
    # A seam would show as a row or column that differs more from its neighbour than any inside the tile.
    jumps = np.abs(np.diff(twice, axis=0)).sum(axis=1)
    assert jumps[tile.height() - 1] <= 1.2 * jumps[: tile.height() - 1].max() + 1


def test_every_polygon_is_painted_however_many_and_far() -> None:
    count = 60
    rows = [
        regime(
            f"z{n}",
            "ban",
            shapely.segmentize(
                square(n % count * 2 / count, n // count * 2 / count, 2 / count * 0.6, 2 / count * 0.6), 40.0
            ),
        )
        for n in range(count * count)
    ]
    plan = small_plan(grazing_zone=rows)
    view = replace(VIEW, scale=700_000)
    scene = build_scene(plan, view, LayerSettings(frozenset({"grazing_zone"})))
    fills = [each for each in scene.operations if isinstance(each, Fill) and each.colour == colour("ban")]
    assert any(chunk.is_thinned for each in fills for chunk in each.chunks)
    found = pixels(paint_image(scene))
    step = 2 / count
    middles = view.to_px(
        [at(n % count * step + step * 0.3, n // count * step + step * 0.3) for n in range(count * count)]
    )
    spots = found[np.rint(middles[:, 1]).astype(int), np.rint(middles[:, 0]).astype(int)]
    land = np.abs(spots - colour("land")[:3]).max(axis=1)
    assert (land > 3).all()


def test_holes_stay_open_and_overlaps_stay_filled() -> None:
    ring = square(0, 0, 1, 1).difference(square(0.4, 0.4, 0.2, 0.2))
    plan = small_plan(lake=[{"code": "1", "geom": ring}, {"code": "2", "geom": square(0.7, 0.1, 1, 0.2)}])
    image = render_image(plan, VIEW, LayerSettings(frozenset({"lake"})))
    assert share(at_ground(image, VIEW, at(0.5, 0.5), 4), "land") == 1.0
    assert share(at_ground(image, VIEW, at(0.85, 0.2), 4), "water") == 1.0
    assert share(at_ground(image, VIEW, at(0.2, 0.2), 4), "water") == 1.0


def test_the_scale_bar_is_right_within_a_pixel() -> None:
    for scale, ratio in ((850_000, 1.0), (190_000, 2.0), (33_333, 1.0)):
        view = View(MIDDLE, scale, 500, 400, ratio)
        scene = build_scene(small_plan(), view, LayerSettings(frozenset({"banner"})))
        image = paint_image(scene)
        image.setDevicePixelRatio(1.0)
        painter = QPainter(image)
        painter.scale(ratio, ratio)
        frame = paint_scale_bar(Sheet.of(painter, scene), scene, 14, 380)
        painter.end()
        row = pixels(image)[round((frame.center().y() - 1) * ratio)]
        dark = np.flatnonzero(np.abs(row - colour("ink1")[:3]).max(axis=1) < 40)
        dark = dark[(dark > frame.left() * ratio - 6) & (dark < frame.right() * ratio + 6)]
        drawn = (dark.max() - dark.min() + 1) * view.metres_per_px
        assert abs(drawn - scene.scale_bar.metres) <= 1.5 * view.metres_per_px


def test_paths_are_what_the_numbers_say() -> None:
    scene = build_scene(
        small_plan(lake=[{"code": "1", "geom": square(0.25, 0.25, 0.5, 0.5)}]),
        VIEW,
        LayerSettings(frozenset({"lake"})),
    )
    fill = next(
        each for each in scene.operations if isinstance(each, Fill) and each.colour == colour("water")
    )
    path = whole_path(fill.chunks[0])
    box = path.boundingRect()
    assert path.elementCount() == 5
    assert (box.width(), box.height()) == pytest.approx((10_000.0, 10_000.0))


def test_giving_up_leaves_no_painter_behind() -> None:
    scene = build_scene(small_plan(), VIEW)

    class Stop(Exception):
        pass

    def check() -> None:
        raise Stop

    with pytest.raises(Stop):
        paint_image(scene, check=check)
    image = paint_image(scene)
    assert not image.paintingActive()


def test_vector_media_get_the_same_map() -> None:
    plan = small_plan(
        grazing_zone=[regime("z1", "ban", square(0, 0, 2, 2))],
        seat=[{"code": "s", "level": "sumu", "unit_code": "900000100000", "geom": shapely.Point(at(1, 0.5))}],
    )
    scene = build_scene(plan, VIEW, LayerSettings(frozenset({"banner", "sumu", "grazing_zone", "seat"})))
    raster, vector = paint_image(scene), QImage(*VIEW.device_size, QImage.Format.Format_ARGB32_Premultiplied)
    vector.fill(0xFFE4E6E1)
    painter = QPainter(vector)
    paint_scene(painter, scene, vector=True)
    painter.end()
    # Hatches: as much ink and the same tint, though paper need not round their gaps to whole px.
    spot = at(0.5, 0.5)
    ink = [share(at_ground(each, VIEW, spot, 60), "ban") for each in (raster, vector)]
    assert ink[0] == pytest.approx(ink[1], abs=0.12) and 0.3 < ink[1] < 0.98
    plain = build_scene(plan, VIEW, LayerSettings(frozenset({"banner", "sumu", "seat"})))
    raster = paint_image(plain)
    vector.fill(0xFFE4E6E1)
    painter = QPainter(vector)
    paint_scene(painter, plain, vector=True)
    painter.end()
    assert (np.abs(pixels(raster) - pixels(vector)).max(axis=2) > 60).mean() < 0.005


def test_every_kind_has_a_swatch_with_ink() -> None:
    for kind in small_plan().catalogue:
        if kind.geometry:
            for symbol in (each.symbol for each in kind.style.classes):
                image = swatch_image(symbol, kind.geometry)
                alpha = image.convertToFormat(QImage.Format.Format_RGBA8888)
                assert np.frombuffer(alpha.constBits(), np.uint8)[3::4].any(), kind.id
                assert pixel_symbol(symbol, VIEW) is not None


# -- what leaves -----------------------------------------------------------------------------------


def test_no_household_or_toilet_is_ever_drawn_on_what_leaves() -> None:
    rows = [
        {"code": f"t{n}", "gacha_code": CODES[0], "state": "faulty", "geom": shapely.Point(at(0.5, 0.5))}
        for n in range(5)
    ]
    plan = small_plan(toilet=rows)
    wanted = LayerSettings(frozenset({"banner", "gacha", "toilet", "household"}))
    assert released_settings(plan, wanted, "internal").visible == {"banner", "gacha"}
    near = View(at(0.5, 0.5), 20_000, 500, 400)
    drawn = picture(plan, settings=wanted, view=near)
    blank = picture(plan, settings=LayerSettings(frozenset({"banner", "gacha"})), view=near)
    assert (pixels(drawn) == pixels(blank)).all()
    inside = render_image(plan, near, wanted)
    assert share(at_ground(inside, near, at(0.5, 0.5), 5), "land") < 0.7, (
        "positive control: on the screen it shows"
    )


def test_small_counts_do_not_leave_as_columns() -> None:
    columns = Columns({CODES[0]: [1, 2, 3, 40]}, ("2022", "2023", "2024", "2025"), 4)
    theme = amount_theme("t", Text("t", "t"), {CODES[0]: 1.0}, columns=columns)
    released = released_theme(theme, 3)
    assert released is not None and released.columns is not None
    assert released.columns.values[CODES[0]] == (None, None, 3, 40)


def test_the_picture_says_what_must_stand_on_it_and_nothing_else() -> None:
    plan = small_plan()
    image = picture(plan, width=1200, height=800)
    assert (image.width(), image.height()) == (1200, 800)
    data = png(image)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    kinds, offset = [], 8
    while offset < len(data):
        length = int.from_bytes(data[offset : offset + 4], "big")
        kinds.append(data[offset + 4 : offset + 8].decode("ascii"))
        offset += 12 + length
    assert set(kinds) <= {"IHDR", "pHYs", "IDAT", "IEND"}
    foot = pixels(image)[-28:, 700:].reshape(-1, 3)
    assert share(foot, "bad") > 0.002
    assert placed_view(plan, None, 1200, 800).scale in (250_000, 300_000, 400_000)


def test_a_dead_end_lies_across_its_road() -> None:
    ends = [
        {"code": str(n), "reason": "true", "bearing": bearing, "geom": shapely.Point(at(0.5 + n, 1))}
        for n, bearing in enumerate((90.0, 0.0))
    ]
    for vector in (False, True):
        scene = build_scene(small_plan(dead_end=ends), VIEW, LayerSettings(frozenset({"dead_end"})))
        image = QImage(*VIEW.device_size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        paint_scene(painter, scene, vector=vector)
        painter.end()
        sizes = []
        for n in range(2):
            x, y = np.rint(VIEW.to_px(at(0.5 + n, 1))[0]).astype(int)
            part = (
                np.abs(pixels(image)[y - 14 : y + 15, x - 14 : x + 15] - colour("dead")[:3]).max(axis=2) < 60
            )
            sizes.append((np.ptp(np.flatnonzero(part.any(axis=0))), np.ptp(np.flatnonzero(part.any(axis=1)))))
        (wide_east, tall_east), (wide_north, tall_north) = sizes
        assert tall_east > 2 * wide_east and wide_north > 2 * tall_north, "upright across a road to the east"


def test_the_unknown_has_its_sign_in_the_legend_too() -> None:
    symbol = STATUS_SYMBOLS["unknown"]
    image = swatch_image(symbol, "MultiPolygon")
    bare = swatch_image(replace(symbol, fill="met"), "MultiPolygon")
    ink = colour("unknown_ink")[:3]
    dark = [(np.abs(pixels(each) - ink).max(axis=2) < 40)[2:-2, 8:-8].any() for each in (image, bare)]
    assert dark == [True, False]


def test_small_counts_of_circles_do_not_leave_nor_numbers_that_stay_inside():
    values = {CODES[0]: 100, CODES[1]: 2}
    theme = amount_theme("toilets", Text("厕所", "Toilets"), values, unit="户")
    theme = replace(theme, circles=Circles(values, Text("户", "households"), Text("圆", "Circles")))
    told = released_theme(theme, 3).circles
    assert told.values == {CODES[0]: 100, CODES[1]: None} and "3" in told.title.zh
    kept = replace(theme, circles=replace(theme.circles, inside=True), derived={})
    assert released_theme(kept, 3).circles is None
