"""Two versions of areas compared tile by tile: a case by hand, and what geopandas makes of random ones."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.geo import land_tiles
from layers.geo.land_tiles import land_changes
from layers.geo.measure import areas_m2

EPSG = 4549


def squares(*corners: tuple[float, float, float]) -> np.ndarray:
    """Squares of (west, south, side) in km about 500 km east, 5,400 km north."""
    boxes = [shapely.box(5e5 + 1e3 * x, 5.4e6 + 1e3 * y, 5e5 + 1e3 * (x + side), 5.4e6 + 1e3 * (y + side))
             for x, y, side in corners]  # fmt: skip
    return shapely.multipolygons(boxes, indices=np.arange(len(boxes)))


def km2(one) -> list[float]:
    return [round(area / 1e6, 2) for area in (one.before, one.after, one.gained, one.lost)]


@pytest.mark.parametrize("tile", [500, 2])
def test_by_hand(monkeypatch, tile):
    """Old: a ban of 4 km² at (0, 0), one of 1 km² wholly inside it, a rest of 1 km² at (5, 0), a ban of 1 km²
    at (8, 0). New: the first as it was, the rest moved by half a km (half of it stays), the last a rest."""
    monkeypatch.setattr(land_tiles, "TILE", tile)
    old = squares((0, 0, 2), (0.5, 0.5, 1), (5, 0, 1), (8, 0, 1))
    new = squares((0, 0, 2), (5.5, 0, 1), (8, 0, 1))
    told = []
    found = land_changes(
        ([*old, None, shapely.Point(5e5, 5.4e6)], ["ban", "ban", "rest", "ban", "ban", None]),
        (new, ["ban", "rest", "rest"]), EPSG, progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert km2(found.whole) == [6, 6, 0.5, 0.5]
    assert {value: km2(one) for value, one in found.of.items() if value} == {
        "ban": [5, 4, 0, 1], "rest": [1, 2, 1.5, 0.5]
    }  # fmt: skip
    assert told[-1] == (7, 7) and len(told) >= (1 if tile == 500 else 3)


def test_a_coordinate_written_to_the_millimetre_has_not_moved():
    old = squares((0, 0, 1), (1, 0, 1))
    new = np.array([shapely.transform(old[0], lambda xy: xy + 0.0006), old[1]], object)
    moved = np.array([shapely.transform(old[0], lambda xy: xy + [-0.002, 0]), old[1]], object)
    for shapes, gained in ((new, 0.0), (moved, 2.0)):
        found = land_changes((old, ["a", "a"]), (shapes, ["a", "a"]), EPSG).whole
        assert found.gained == pytest.approx(gained, abs=0.01) == found.lost


def test_it_is_what_geopandas_overlay_finds(monkeypatch):
    import geopandas

    monkeypatch.setattr(land_tiles, "TILE", 20)
    random = np.random.default_rng(7)

    def version(count: int) -> geopandas.GeoDataFrame:
        middles = shapely.points(random.uniform([5e5, 5.4e6], [5.06e5, 5.405e6], (count, 2)))
        shapes = shapely.multipolygons(shapely.buffer(middles, random.uniform(100, 900, count), quad_segs=3),
                                       indices=np.arange(count))  # fmt: skip
        uses = {"use": random.choice(["ban", "rest"], count)}
        return geopandas.GeoDataFrame(uses, geometry=shapes, crs=EPSG)

    old = version(60)
    new = version(40)
    new.geometry = np.concatenate([old.geometry[:25], new.geometry[25:]])  # 25 stay, some in another class
    found = land_changes((old.geometry.array, old.use), (new.geometry.array, new.use), EPSG)
    for chosen, one in ((None, found.whole), ("ban", found.of["ban"]), ("rest", found.of["rest"])):
        was, now = (side if chosen is None else side[side.use == chosen] for side in (old, new))
        was, now = was.dissolve(), now.dissolve()
        wanted = [
            areas_m2(list(shapes.geometry), EPSG).sum()
            for shapes in (was, now, now.overlay(was, how="difference"), was.overlay(now, how="difference"))
        ]
        assert [one.before, one.after, one.gained, one.lost] == pytest.approx(wanted, abs=1.0)


def test_what_the_progress_raises_ends_it():
    class Stop(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stop

    shapes = squares((0, 0, 1))
    with pytest.raises(Stop):
        land_changes((shapes, ["a"]), (shapes, ["a"]), EPSG, progress=stop)
    nothing = land_changes(([], []), ([None], ["a"]), EPSG)
    assert km2(nothing.whole) == km2(nothing.of["a"]) == [0, 0, 0, 0]
