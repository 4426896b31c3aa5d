"""Long steps can be called off at once, and the nearest road is the same however it is looked for."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import shapely

from layers.planning.patience import Step, patiently
from layers.planning.road_access import Homes, _near, _nearest


class Off(Exception):
    pass


def test_who_waits_is_told_and_may_leave_while_the_step_goes_on():
    go, told = threading.Event(), []

    def work(answer: int) -> int:
        assert go.wait(20)
        return answer

    def tell() -> None:
        told.append(threading.current_thread())
        if len(told) == 2:
            raise Off

    with pytest.raises(Off):
        patiently(work, 7, tell=tell)
    assert told == [threading.main_thread()] * 2 and not go.is_set()
    go.set()
    assert patiently(work, 7, tell=lambda: None) == 7 == patiently(work, 7, tell=None)
    with pytest.raises(ZeroDivisionError):
        Step(lambda: 1 // 0).wait(lambda: None)


def test_the_nearest_road_is_that_of_all_and_the_first_of_equals():
    rng = np.random.default_rng(3)
    ends = rng.integers(0, 40, (60, 2, 2)).astype(float)
    ends[:, 1] += (ends[:, 0] == ends[:, 1]).all(axis=1)[:, None]
    lines = shapely.linestrings(ends)
    points = shapely.points(rng.integers(0, 40, (300, 2)).astype(float))  # whole numbers: many ties
    away = shapely.distance(points[:, None], lines[None, :])
    for walk in (0.5, 1.0, 3.0):
        point, line = _nearest(lines, points, walk)
        least = away.min(axis=1)
        assert point.tolist() == np.flatnonzero(least <= walk).tolist()
        first = [int(np.flatnonzero(away[at] <= least[at] + 1e-12)[0]) for at in point]
        assert line.tolist() == first
        nearest = np.full(len(points), -1)
        nearest[point] = line
        homes = Homes(True, nearest, nearest, np.zeros(len(points)), np.zeros(1))
        chosen = np.arange(len(lines)) % 3 == 0
        assert (_near(points, homes, lines, chosen, walk) == (away[:, chosen].min(axis=1) <= walk)).all()
