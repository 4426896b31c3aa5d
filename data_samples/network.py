"""A road network on the working grid: routes found over the land, shared nodes, smooth lines."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from scipy import ndimage
from scipy.interpolate import CubicSpline
from scipy.sparse import csgraph

from data_samples.raster import Frame, noise
from data_samples.units import Graph

FAR = -9999


@dataclass(frozen=True)
class Route:
    """What a stretch of road is: its class, surface and the road it belongs to."""

    grade: str
    surface: str | None
    number: str = ""
    name: str = ""
    note: str = ""


@dataclass
class Network:
    """Edges between grid nodes, each with the route that made it first and the points along it.

    A node is the number of a cell; its place is fixed by the first route through it, so that all
    routes meet in exactly the same point.
    """

    frame: Frame
    land: np.ndarray
    cost: np.ndarray
    seed: int
    place: dict[int, np.ndarray] = field(default_factory=dict)
    pinned: dict[tuple[float, ...], int] = field(default_factory=dict)
    edges: dict[tuple[int, int], tuple[Route, np.ndarray]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = Graph(self.land, self.cost, self.frame.cell)
        x, y = self.frame.centres()
        self.centres = np.column_stack((x[self.land], y[self.land]))
        self.used = np.zeros(len(self.centres), dtype=bool)

    def node_at(self, place: tuple[float, float]) -> int:
        """Return the node pinned to a place, else the nearest one (also for places outside the land)."""
        if tuple(place) in self.pinned:
            return self.pinned[tuple(place)]
        return int(np.argmin(np.hypot(*(self.centres - np.asarray(place)).T)))

    def pin(self, place: tuple[float, float]) -> int:
        """Make the nearest free node stand exactly at the place; return the node."""
        if tuple(place) not in self.pinned:
            away = np.hypot(*(self.centres - np.asarray(place)).T)
            near = np.argsort(away, kind="stable")[: len(self.place) + 1].tolist()
            node = next(node for node in near if node not in self.place)
            self.place[node] = np.asarray(place, dtype=float)
            self.pinned[tuple(place)] = node
        return self.pinned[tuple(place)]

    def reweigh(self, factor: float) -> None:
        """Make cells that carry roads cheaper (or dearer) by a factor for what is routed next."""
        cost = self.cost.copy()
        carried = np.zeros(self.land.shape, dtype=bool)
        carried[self.land] = self.used
        cost[carried] *= factor
        self.graph = Graph(self.land, cost, self.frame.cell)

    def path(self, start: int, goal: int) -> list[int]:
        """Return the cheapest path between two nodes; empty when there is none."""
        _, before = csgraph.dijkstra(
            self.graph.matrix, directed=False, indices=start, return_predecessors=True
        )
        return _walk(before, goal)

    def path_to_network(self, start: int, limit: float = 90000.0) -> list[int]:
        """Return the cheapest path from a node to the nearest node that a road uses."""
        away, before = csgraph.dijkstra(
            self.graph.matrix, directed=False, indices=start, limit=limit, return_predecessors=True
        )
        away = np.where(self.used, away, np.inf)
        goal = int(np.argmin(away))
        return _walk(before, goal) if np.isfinite(away[goal]) else []

    def away_from_roads(self) -> np.ndarray:
        """Return metres from each land cell to the nearest cell with a road, shape of the frame."""
        carried = np.zeros(self.land.shape, dtype=bool)
        carried[self.land] = self.used
        return ndimage.distance_transform_edt(~carried) * self.frame.cell

    def add(self, path: list[int], route: Route) -> None:
        """Lay a route along a path; stretches that a road uses already stay that road's."""
        run: list[int] = path[:1]
        for a, b in zip(path[:-1], path[1:], strict=True):
            if (min(a, b), max(a, b)) in self.edges:
                self._lay(run, route)
                run = [b]
                continue
            run.append(b)
            if b in self.place:
                self._lay(run, route)
                run = [b]
        self._lay(run, route)

    def _lay(self, run: list[int], route: Route) -> None:
        if len(run) < 2:
            return
        points = self.centres[run].copy()
        drift = noise(points[:, 0], points[:, 1], wavelength=2600.0, seed=self.seed, octaves=2)
        points += 130.0 * np.column_stack((drift, np.roll(drift, 1)))
        for end in (0, -1):
            points[end] = self.place.get(run[end], points[end])
        points = _smoothed(points, 1.8)
        steps = np.maximum(np.hypot(*np.diff(points, axis=0).T), 1.0)
        along = np.concatenate(([0.0], np.cumsum(steps)))
        curve = CubicSpline(along, points, bc_type="natural")
        for k, (a, b) in enumerate(zip(run[:-1], run[1:], strict=True)):
            line = curve(np.linspace(along[k], along[k + 1], 5)).round(2)
            line[0], line[-1] = points[k].round(2), points[k + 1].round(2)
            key = (min(a, b), max(a, b))
            self.edges[key] = (route, line if a < b else line[::-1])
        for node, point in zip(run, points, strict=True):
            self.place.setdefault(node, point.round(2))
            self.used[node] = True

    def sections(self) -> list[tuple[Route, shapely.LineString]]:
        """Return the roads cut at every junction, end and change of route, in a fixed order."""
        at: dict[int, list[tuple[int, int]]] = {}
        for key in sorted(self.edges):
            for node in key:
                at.setdefault(node, []).append(key)
        ends = {
            node
            for node, keys in at.items()
            if len(keys) != 2 or self.edges[keys[0]][0] != self.edges[keys[1]][0]
        }
        done: set[tuple[int, int]] = set()
        found = []
        for start in [*sorted(ends), *sorted(at)]:  # then the loops without a junction
            for key in at[start]:
                if key in done:
                    continue
                route, node, pieces = self.edges[key][0], start, []
                while True:
                    done.add(key)
                    line = self.edges[key][1]
                    pieces.append(line if key[0] == node else line[::-1])
                    node = key[1] if key[0] == node else key[0]
                    onward = [k for k in at[node] if k not in done]
                    if node in ends or not onward:
                        break
                    key = onward[0]
                points = np.vstack([pieces[0], *[piece[1:] for piece in pieces[1:]]])
                found.append((route, shapely.simplify(shapely.linestrings(points), 7.0)))
        return found


def _walk(before: np.ndarray, goal: int) -> list[int]:
    path = [goal]
    while before[path[-1]] != FAR:
        path.append(int(before[path[-1]]))
    return path[::-1] if len(path) > 1 else []


def _smoothed(points: np.ndarray, sigma: float) -> np.ndarray:
    if len(points) < 4:
        return points
    reach = min(len(points) - 1, int(4 * sigma) + 1)
    before, after = 2 * points[0] - points[reach:0:-1], 2 * points[-1] - points[-2 : -reach - 2 : -1]
    smooth = ndimage.gaussian_filter1d(np.vstack((before, points, after)), sigma, axis=0)[
        reach : reach + len(points)
    ]
    smooth[0], smooth[-1] = points[0], points[-1]
    return smooth


def cut_where_crossing(
    sections: list[tuple[Route, shapely.LineString]],
) -> list[tuple[Route, shapely.LineString]]:
    """Cut lines that cross without a common node, so that every crossing is a junction with one point."""
    lines = np.array([line for _, line in sections], dtype=object)
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="intersects")
    cuts: dict[int, list[np.ndarray]] = {}
    for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
        if a >= b:
            continue
        for point in shapely.get_coordinates(shapely.intersection(lines[a], lines[b])).round(2):
            cuts.setdefault(a, []).append(point)
            cuts.setdefault(b, []).append(point)
    result = []
    for k, (route, line) in enumerate(sections):
        result += [(route, piece) for piece in _cut(line, cuts.get(k, []))]
    return result


def _cut(line: shapely.LineString, points: list[np.ndarray]) -> list[shapely.LineString]:
    coordinates = shapely.get_coordinates(line)
    ends = {tuple(coordinates[0]), tuple(coordinates[-1])}
    places = {tuple(point) for point in points} - ends
    if not places:
        return [line]
    along = {float(shapely.line_locate_point(line, shapely.points(p))): p for p in sorted(places)}
    at = [float(shapely.line_locate_point(line, shapely.points(c))) for c in coordinates]
    at[0], at[-1] = 0.0, line.length
    stops = sorted(d for d in along if 0.0 < d < line.length)
    pieces, start = [], 0.0
    first = coordinates[0]
    for stop in [*stops, line.length]:
        last = np.array(along[stop]) if stop in along and stop != line.length else coordinates[-1]
        middle = [c for c, d in zip(coordinates, at, strict=True) if start + 0.02 < d < stop - 0.02]
        piece = shapely.linestrings(np.vstack([first, *middle, last]))
        if piece.length > 0.5:
            pieces.append(piece)
        start, first = stop, last
    return pieces
