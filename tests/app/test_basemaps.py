"""Basemaps: colours at known places, files that are none, tiles of a real server, the window."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from app.actions import scenes
from app.basemaps.mbtiles import TileFile
from app.basemaps.online import OnlineTiles, Shop
from app.basemaps.shelf import close, opened, record_of_address, record_of_file
from app.dialogs.basemaps import BasemapsDialog
from app.exports.picture import picture, released_settings
from app.handlers.scenes import captured
from app.painter import render_image
from app.present.show import Show
from layers.errors import InputError, PlannerError
from layers.exchange.raster_look import read_heights
from layers.maps.basemap import to_grid
from layers.maps.settings import LayerSettings
from layers.maps.viewport import View
from layers.release import INTERNAL, PUBLIC
from tests.app.basemap_files import geotiff, mbtiles, tile
from tests.app.test_painter import at_ground
from tests.app.windows import settle
from tests.layers.maps.small_plan import MIDDLE, small_plan

PLAN = small_plan()
CRS = PLAN.crs
VIEW = View(MIDDLE, 300_000, 400, 360)
BOUNDS = (MIDDLE[0] - 30_000, MIDDLE[1] - 30_000, MIDDLE[0] + 30_000, MIDDLE[1] + 30_000)
EAST, WEST = (MIDDLE[0] + 9_000, MIDDLE[1] + 9_000), (MIDDLE[0] - 9_000, MIDDLE[1] + 9_000)
BARE = LayerSettings()


def shown(basemap, place, view=VIEW) -> tuple[int, ...]:
    settings = LayerSettings(basemap=basemap)
    return tuple(np.median(at_ground(render_image(PLAN, view, settings), view, place, 4), axis=0).astype(int))


def halves() -> np.ndarray:
    """Red in the west, blue in the east."""
    bands = np.zeros((3, 60, 60), np.uint8)
    bands[0, :, :30], bands[2, :, 30:] = 200, 180
    return bands


def test_tiles_of_a_file_lie_where_they_belong_and_a_coarser_one_fills_a_hole(tmp_path, qapp):
    path = mbtiles(tmp_path / "t.mbtiles", VIEW, CRS, "#3366cc", level=9)
    record = record_of_file(path)
    assert (record.way, record.title, record.credit) == ("tiles", "瓦片", "某测绘院")
    basemap = opened(record)
    assert shown(basemap, EAST) == (0x33, 0x66, 0xCC)
    near = View(EAST, 60_000, 400, 360)
    assert shown(basemap, EAST, near) == (0x33, 0x66, 0xCC)  # nearer than level 9
    with closing(sqlite3.connect(path)) as file:  # level 11 is there, but not here
        file.execute("INSERT INTO tiles VALUES (11, 0, 0, ?)", (tile("#cc3333"),))
        file.commit()
    assert TileFile.open(path).most == 11 and shown(TileFile.open(path), EAST, near) == (0x33, 0x66, 0xCC)


def test_a_torn_piece_stays_blank_and_is_told_once_but_stops_what_leaves(tmp_path, qapp):
    path = mbtiles(tmp_path / "t.mbtiles", VIEW, CRS, "#3366cc", level=9)
    record, said = record_of_file(path), []
    x, y = np.floor(to_grid(CRS.to_lonlat([EAST]), 9))[0].astype(int)
    with closing(sqlite3.connect(path)) as file:
        torn = "UPDATE tiles SET tile_data = ? WHERE tile_column = ? AND tile_row = ?"
        file.execute(torn, (tile("#ffffff")[:60], int(x), 2**9 - 1 - int(y)))
        file.commit()
    basemap = opened(record, damaged=said.append)
    blank = shown(None, EAST)
    for _ in range(2):
        assert shown(basemap, EAST) != (0x33, 0x66, 0xCC) and shown(basemap, WEST) == (0x33, 0x66, 0xCC)
    assert len(said) == 1 and f"9/{x}/{y}" in said[0] and blank != (0x33, 0x66, 0xCC)
    whole = geotiff(tmp_path / "p.tif", halves(), BOUNDS, CRS.epsg, photometric="RGB")
    record = record_of_file(whole)
    whole.write_bytes(whole.read_bytes()[:400])
    basemap = opened(record, damaged=said.append)
    assert list(basemap.pictures(VIEW, CRS, lambda: None)) == [] and len(said) == 2
    with pytest.raises(InputError, match="raster_unreadable"):
        list(basemap.for_export().pictures(VIEW, CRS, lambda: None))


def test_a_picture_in_another_system_is_turned_and_holes_stay_open(tmp_path, qapp):
    path = geotiff(tmp_path / "p.tif", halves(), BOUNDS, CRS.epsg, photometric="RGB")
    basemap = opened(record_of_file(path))
    assert shown(basemap, WEST) == (200, 0, 0) and shown(basemap, EAST) == (0, 0, 180)
    lonlat = CRS.to_lonlat([BOUNDS[:2], BOUNDS[2:]]).ravel()
    turned = geotiff(tmp_path / "g.tif", halves(), tuple(lonlat), 4326, photometric="RGB", nodata=0)
    basemap = opened(record_of_file(turned))
    assert shown(basemap, WEST)[0] == 200 and shown(basemap, EAST)[2] == 180
    far = View((MIDDLE[0] + 80_000, MIDDLE[1]), 100_000, 400, 360)
    assert list(basemap.pictures(far, CRS, lambda: None)) == []


def test_heights_become_relief_and_sixteen_bits_are_stretched(tmp_path, qapp):
    columns = np.tile(np.arange(60, dtype=np.float32), (60, 1))
    ridge = np.where(columns < 30, columns, 60 - columns)[None] * 1000.0  # rises to the middle, 45°
    record = record_of_file(
        geotiff(tmp_path / "d.tif", ridge.astype(np.float32), BOUNDS, CRS.epsg, nodata=-1)
    )
    assert record.way == "relief"
    west, east = shown(opened(record), WEST), shown(opened(record), EAST)
    assert west[0] == west[1] == west[2] and west[0] > east[0] + 60  # the light comes from the north-west
    deep = np.repeat(columns[None], 3, axis=0).astype(np.uint16) * 300
    record = record_of_file(geotiff(tmp_path / "s.tif", deep, BOUNDS, CRS.epsg, photometric="RGB"))
    assert record.way == "picture" and shown(opened(record), WEST)[0] < shown(opened(record), EAST)[0] < 255


def test_a_large_file_without_overviews_gets_a_reduced_copy_for_small_scales(tmp_path, qapp, monkeypatch):
    from layers.exchange import raster_look

    path = geotiff(tmp_path / "p.tif", halves(), BOUNDS, CRS.epsg, photometric="RGB")
    monkeypatch.setattr(raster_look, "REDUCED_PX", 20)
    facts = raster_look.raster_facts(path, tmp_path / "small.tif")
    assert facts["reduced"] == str(tmp_path / "small.tif")
    import rasterio

    with rasterio.open(facts["reduced"]) as small:
        assert (small.width, small.height, small.bounds) == (20, 20, BOUNDS)
        assert small.read(1)[5, 2] == 200 and small.read(3)[5, 17] == 180


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("a.tif", lambda path: path.write_bytes(b"II*\0 not a picture"), "raster_unreadable"),
        ("b.tif", lambda path: path.write_bytes(b"<OGRVRTDataSource/>"), "raster_unreadable"),
        ("c.tif", lambda path: geotiff(path, halves(), BOUNDS, None), "raster_without_crs"),
        ("d.mbtiles", lambda path: path.write_bytes(b"no"), "basemap_not_tiles"),
        ("e.mbtiles", lambda path: mbtiles(path, VIEW, CRS, "#fff", level=9, form="pbf"),
         "basemap_vector_tiles"),
        ("f.doc", lambda path: path.write_bytes(b""), "basemap_kind"),
        ("g.tif", lambda path: None, "basemap_file_missing"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_file_that_is_no_basemap_ends_in_a_sentence(tmp_path, qapp, name, make, code):
    make(tmp_path / name)
    with pytest.raises(InputError) as caught:
        record_of_file(tmp_path / name)
    assert caught.value.code == code


class Server(BaseHTTPRequestHandler):
    """Gives tiles to whoever has the key."""

    asked: list[str] = []
    open = threading.Event()

    def do_GET(self) -> None:  # noqa: N802
        """A tile, or a page of text."""
        Server.asked.append(self.path)
        Server.open.wait(10)
        good = "key=secret-4711" in self.path
        data = tile("#20a040") if good else b"<html>no key: secret-bad</html>"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server():
    Server.asked = []
    Server.open.set()
    served = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}/{{z}}/{{x}}/{{y}}.png?key={{key}}"
    served.shutdown()
    served.server_close()


def test_tiles_of_the_web_are_fetched_once_kept_and_their_key_stays_out_of_the_file(tmp_path, qapp, server):
    came = threading.Event()
    shop = Shop(server, "secret-4711", tmp_path / "kept.mbtiles", arrived=came.set)
    basemap = OnlineTiles(shop, "网", "某网", 0, 12)
    Server.open.clear()
    assert shown(basemap, EAST) != (0x20, 0xA0, 0x40)  # nothing is waited for on the screen
    Server.open.set()
    assert came.wait(10)
    assert shown(basemap.for_export(), EAST) == (0x20, 0xA0, 0x40)
    asked = len(Server.asked)
    assert asked == len(set(Server.asked))
    shop.close()
    assert b"secret" not in (tmp_path / "kept.mbtiles").read_bytes()
    assert shown(TileFile.open(tmp_path / "kept.mbtiles"), EAST) == (0x20, 0xA0, 0x40)
    again = OnlineTiles(Shop(server, "secret-4711", tmp_path / "kept.mbtiles"), "网", "", 0, 12)
    assert shown(again, EAST) == (0x20, 0xA0, 0x40) and len(Server.asked) == asked
    close(again)


def test_a_server_that_gives_no_picture_is_said_once_and_not_asked_again(tmp_path, qapp, server):
    reasons: list[str] = []
    shop = Shop(server, "secret-bad", tmp_path / "kept.mbtiles", failed=reasons.append)
    patient = OnlineTiles(shop, "网", "", 0, 12).for_export()
    start = time.monotonic()
    shown(patient, EAST)
    asked = len(Server.asked)
    shown(patient, EAST)
    assert len(Server.asked) == asked and len(reasons) == 1 and "secret" not in reasons[0]
    assert time.monotonic() - start < patient.patience
    shop.close()


@pytest.mark.parametrize(
    "address", ["file:///etc/{z}/{x}/{y}", "http://a/{z}/{x}", "ftp://a/{z}/{x}/{y}", "x"]
)
def test_only_addresses_of_tiles_are_taken(address):
    with pytest.raises(InputError, match="basemap_address"):
        record_of_address("", address)


def test_a_public_picture_leaves_without_the_basemap_and_an_internal_one_says_whose_it_is(tmp_path, qapp):
    path = mbtiles(tmp_path / "t.mbtiles", VIEW, CRS, "#3366cc", level=9)
    settings = LayerSettings(basemap=opened(record_of_file(path)))
    assert released_settings(PLAN, settings, PUBLIC).basemap is None
    assert released_settings(PLAN, settings, INTERNAL).basemap is settings.basemap
    inside = picture(PLAN, settings=settings, width=500, height=400)
    assert inside.pixelColor(480, 150).name() == "#3366cc"
    public = picture(PLAN, settings=settings, width=500, height=400, audience=PUBLIC)
    assert public.pixelColor(480, 150).name() != "#3366cc"


def test_in_the_window_a_file_is_added_shown_remembered_and_taken_off(window, project, tmp_path):
    path = mbtiles(tmp_path / "t.mbtiles", window.map.view, window.session.plan.crs, "#3366cc", level=8)
    window.run_command("basemaps")
    dialog = window.findChild(BasemapsDialog)
    assert dialog.isVisible() and not dialog.isModal() and dialog.list.count() == 1
    dialog.add_file(path)
    settle(window)
    corner = (20, window.map.height() // 2)
    assert dialog.list.currentItem().text().startswith("瓦片")
    assert window.map.grab().toImage().pixelColor(*corner).name() == "#3366cc"
    dialog.list.setCurrentRow(0)
    settle(window)
    assert window.map.grab().toImage().pixelColor(*corner).name() != "#3366cc"
    dialog.list.setCurrentRow(1)
    assert window.open_project(project)
    settle(window)
    assert window.map.settings.basemap.credit == "某测绘院"
    kept = captured(window)
    scenes.save(window.session, replace(kept, theme="", visible=()))
    window.run_command("present")
    show = window.findChild(Show)
    settle(window)
    show.stage.map.wait_idle()
    assert show.stage.map.grab().toImage().pixelColor(*corner).name() == "#3366cc"
    assert show.stage.map.scene.credit == "某测绘院"
    window.basemaps.show_record("")  # another one, or none, while the story is told
    show.stage.map.wait_idle()
    assert show.stage.map.settings.basemap is None and show.stage.map.scene.credit == ""
    window.basemaps.show_record(window.basemaps.shelf.records[0].id)
    show.end()
    path.unlink()
    with pytest.raises(PlannerError):
        opened(window.basemaps.shelf.records[0])
    dialog.remove_button.click()
    assert dialog.list.count() == 1 and window.map.settings.basemap is None
    dialog.accept()


def test_heights_are_read_over_the_plan_and_a_picture_is_none(tmp_path):
    south = np.tile(np.arange(60, dtype=np.float32)[:, None], (1, 60))[None]  # rises to the south
    path = geotiff(tmp_path / "d.tif", south, BOUNDS, CRS.epsg, nodata=-1)
    found = read_heights(path, CRS.epsg, BOUNDS, 500.0)
    assert (found.west, found.north, found.cell, found.source) == (BOUNDS[0], BOUNDS[3], 500.0, "d.tif")
    middle = np.array([[MIDDLE[0], MIDDLE[1] + 9_500], [MIDDLE[0], MIDDLE[1] - 9_500]])
    assert found.at(middle) == pytest.approx([20.0, 39.0], abs=0.6)
    for wrong, code in ((geotiff(tmp_path / "p.tif", halves(), BOUNDS, CRS.epsg, photometric="RGB"),
                         "raster_no_heights"), (tmp_path / "none.tif", "basemap_file_missing")):
        with pytest.raises(InputError, match=code):
            read_heights(wrong, CRS.epsg, BOUNDS, 500.0)
    with pytest.raises(InputError, match="raster_no_heights"):
        read_heights(path, CRS.epsg, (BOUNDS[0] + 90_000, BOUNDS[1], BOUNDS[2] + 90_000, BOUNDS[3]), 500.0)
