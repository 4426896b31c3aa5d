"""Sumu and gacha: grown over the land from their seats, then given borders that both sides share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage, sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csgraph

from data_samples.banner import XY, Banner
from data_samples.coverage import as_multi, faces_of, merge_small
from data_samples.raster import Frame, generator

HINT_LAG = 11000.0  # metres of cost by which a hint pulls less than a seat
STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
HOME = 7000.0  # metres of cost around a seat that no other unit takes


@dataclass(frozen=True)
class Units:
    """Polygons and seats by code. `labels`: index into `codes` for every cell of the frame, also outside.

    codes: the gachas, then the sumu that have none (their land belongs to no gacha).
    """

    codes: tuple[str, ...]
    labels: np.ndarray
    gachas: dict[str, shapely.MultiPolygon]
    sumus: dict[str, shapely.MultiPolygon]
    seats: dict[str, XY]


def make_units(
    banner: Banner, frame: Frame, inside: np.ndarray, cost: np.ndarray, worth: np.ndarray, dry: np.ndarray
) -> Units:
    """Grow sumu and gacha over the cells `inside` the outline.

    cost: what a cell costs to cross (borders settle where it is high: rivers, ridges).
    worth: how well people can live in a cell, 0..1. dry: true where a seat may stand.
    """
    graph = Graph(inside, cost, frame.cell)
    sumu_labels = _sumu_labels(banner, frame, inside, graph)
    seats: dict[str, XY] = {}
    labels = np.full(frame.shape, -1)
    codes = [gacha.code for gacha in banner.gachas]
    for k, sumu in enumerate(banner.sumus):
        members = [n for n, gacha in enumerate(banner.gachas) if gacha.sumu == sumu.code]
        land = sumu_labels == k
        if not members:
            codes.append(sumu.code)
            labels[land] = len(codes) - 1
            continue
        places = _gacha_seats(
            banner, frame, members, dry & ndimage.binary_erosion(land, iterations=3), worth, sumu.seat
        )
        seats.update({banner.gachas[n].code: place for n, place in zip(members, places, strict=True)})
        rng = generator(banner.seed, f"size {sumu.code}")
        parts = Graph(land, cost, frame.cell)
        distances = parts.distances(frame, places) * rng.uniform(0.85, 1.2, len(members))[:, None]
        parts_labels = np.full(frame.shape, -1)
        parts_labels[land] = np.argmin(distances, axis=0)
        parts_labels = _whole(parts_labels, land, frame, places)
        labels[land] = np.array(members)[parts_labels[land]]
    labels = _spread(labels, inside)
    faces = faces_of(labels, frame, banner.outline, sigma=2.6, simplify=26.0, wobble=190.0, seed=banner.seed)
    at = frame.at(labels, shapely.get_coordinates(shapely.point_on_surface(faces)))
    at = merge_small(faces, at, np.inf, single=True)
    polygons = {codes[n]: as_multi(shapely.coverage_union_all(faces[at == n])) for n in range(len(codes))}
    sumus = {}
    for sumu in banner.sumus:
        names = [g.code for g in banner.gachas if g.sumu == sumu.code] or [sumu.code]
        sumus[sumu.code] = as_multi(shapely.coverage_union_all([polygons[name] for name in names]))
        seats[sumu.code] = sumu.seat
    for gacha in banner.gachas:
        seats[gacha.code] = _well_inside(seats[gacha.code], polygons[gacha.code])
    gachas = {gacha.code: polygons[gacha.code] for gacha in banner.gachas}
    return Units(tuple(codes), labels, gachas, sumus, seats)


def _well_inside(place: XY, polygon: shapely.MultiPolygon) -> XY:
    """Return the place, or the nearest one that is 700 m from the border."""
    core = shapely.buffer(polygon, -700.0)
    point = shapely.points(place)
    if not shapely.contains(core, point):
        x, y = shapely.get_coordinates(shapely.shortest_line(core, point))[0]
        place = round(float(x), 2), round(float(y), 2)
    return place


class Graph:
    """Cells as a graph with sixteen neighbours; a step costs its length times the mean cost of both cells."""

    def __init__(self, land: np.ndarray, cost: np.ndarray, cell: float) -> None:
        self.land = land
        self.number = np.full(land.shape, -1)
        self.number[land] = np.arange(land.sum())
        rows, columns, weights = [], [], []
        for dr, dc in STEPS:
            a, b = _pair(self.number, dr, dc)
            both = (a >= 0) & (b >= 0)
            here, there = _pair(cost, dr, dc)
            mean = (here + there)[both] / 2
            rows.append(a[both])
            columns.append(b[both])
            weights.append(mean * cell * np.hypot(dr, dc))
        n = int(land.sum())
        self.matrix = sparse.csr_matrix(
            (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))), shape=(n, n)
        )

    def distances(self, frame: Frame, places: list[XY]) -> np.ndarray:
        """Return the cost distance from each place (k) to each cell of the land (n)."""
        points = np.array(places)
        sources = self.number[frame.index(points[:, 0], points[:, 1])]
        x, y = frame.centres()
        for k in np.nonzero(sources < 0)[0]:  # a seat on the very border: its nearest cell
            away = np.hypot(x[self.land] - points[k, 0], y[self.land] - points[k, 1])
            sources[k] = np.argmin(away)
        return csgraph.dijkstra(self.matrix, directed=False, indices=sources)


def _pair(a: np.ndarray, dr: int, dc: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the raster's values at the two ends of every step of dr rows and dc columns."""
    rows, columns = a.shape
    if dc >= 0:
        return a[: rows - dr, : columns - dc], a[dr:, dc:]
    return a[: rows - dr, -dc:], a[dr:, : columns + dc]


def _sumu_labels(banner: Banner, frame: Frame, inside: np.ndarray, graph: Graph) -> np.ndarray:
    """Return the sumu's index for every cell inside: sizes as published, unknown ones share the rest."""
    total = inside.sum()
    known = sum(s.km2 for s in banner.sumus if s.km2)
    unknown = sum(1 for s in banner.sumus if not s.km2)
    whole = total * frame.cell**2 / 1e6
    # Where nothing is left for the unknown ones (or all are known), the shares are scaled to fit.
    rest = max(whole - known, 0.1 * whole) / unknown if unknown else 0.0
    targets = np.array([s.km2 or rest for s in banner.sumus])
    targets = targets / targets.sum() * total
    free = np.array([not s.km2 for s in banner.sumus])
    distances = graph.distances(frame, [s.seat for s in banner.sumus])
    near_seat = np.argmin(distances, axis=0)
    for k, sumu in enumerate(banner.sumus):
        hints = [g.hint for g in banner.gachas if g.sumu == sumu.code and g.hint]
        if hints:  # where its gachas are known to lie, the unit reaches out to them
            distances[k] = np.minimum(distances[k], graph.distances(frame, hints).min(axis=0) + HINT_LAG)
    # A seat's pull falls with distance over the size its unit should have (round shapes); what is still
    # missing or too much is then steered by a constant a unit.
    pull = distances / np.sqrt(targets)[:, None] / frame.cell
    for k in range(len(banner.sumus)):
        pull[k, (near_seat == k) & (distances[k] < HOME)] -= 50.0
    shift = np.zeros(len(targets))
    best, best_error = None, np.inf
    for turn in range(200):
        labels = np.full(inside.shape, -1)
        labels[inside] = np.argmin(pull - shift[:, None], axis=0)
        labels = _whole(labels, inside, frame, [s.seat for s in banner.sumus])
        sizes = np.bincount(labels[inside], minlength=len(targets))
        missing = (targets - sizes) / targets
        # The unknown ones share the rest as their seats lie: only their common size is steered.
        missing[free] = (targets[free].sum() - sizes[free].sum()) / max(targets[free].sum(), 1.0)
        error = np.max(np.abs(missing))
        if error < best_error:
            best, best_error = labels, error
        if error < 0.01:
            break
        shift += (0.12 if turn < 60 else 0.04) * np.clip(missing, -0.5, 0.5)
    return best


def _whole(labels: np.ndarray, land: np.ndarray, frame: Frame, places: list[XY]) -> np.ndarray:
    """Give away the parts of each label that do not hang together with the part at its place."""
    labels = labels.copy()
    lost = np.zeros(labels.shape, dtype=bool)
    for k in range(len(places)):
        parts, count = ndimage.label(labels == k)
        if count > 1:
            sizes = np.bincount(parts.ravel())[1:]
            main = parts[frame.index(np.array([places[k][0]]), np.array([places[k][1]]))][0]
            lost |= (parts > 0) & (parts != (main or int(np.argmax(sizes)) + 1))
    if lost.any():
        labels[lost] = -1
        nearest = ndimage.distance_transform_edt(labels < 0, return_distances=False, return_indices=True)
        labels = np.where(land, labels[tuple(nearest)], -1)
    return labels


def _spread(labels: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Continue the labels outside the outline, so that borders reach it."""
    nearest = ndimage.distance_transform_edt(
        ~inside | (labels < 0), return_distances=False, return_indices=True
    )
    return labels[tuple(nearest)]


def _gacha_seats(
    banner: Banner, frame: Frame, members: list[int], land: np.ndarray, worth: np.ndarray, sumu_seat: XY
) -> list[XY]:
    """Return a seat for each gacha, apart from each other, where people can live, names near their hints."""
    rng = generator(banner.seed, f"seats {banner.gachas[members[0]].sumu}")
    x, y = frame.centres()
    cells = np.column_stack((x[land], y[land]))
    weight = worth[land] ** 2 + 0.004
    hints = [banner.gachas[n].hint for n in members]
    centres = np.array([h if h else (np.nan, np.nan) for h in hints])
    for k in np.nonzero(np.isnan(centres[:, 0]))[0]:
        centres[k] = cells[rng.choice(len(cells), p=weight / weight.sum())]
    for _ in range(4 if all(hints) else 25):
        near = np.argmin(((cells[:, None, :] - centres[None]) ** 2).sum(axis=2), axis=1)
        for k in range(len(members)):
            mine = near == k
            if mine.any():
                centres[k] = np.average(cells[mine], axis=0, weights=weight[mine])
    # Not further apart than the land allows: a sixth of the size of an even share.
    apart = 0.45 * np.sqrt(land.sum() * frame.cell**2 / len(members))
    places: list[np.ndarray] = []
    for centre in centres:
        score = worth[land] - (np.hypot(*(cells - centre).T) / (1.6 * apart)) ** 2
        score -= 5.0 * (np.hypot(*(cells - np.array(sumu_seat)).T) < 2200.0)
        for place in places:
            score -= 2.0 * np.clip(1.0 - np.hypot(*(cells - place).T) / apart, 0.0, 1.0)
        places.append(cells[np.argmax(score)])
    places = [p + rng.uniform(-0.4, 0.4, 2) * frame.cell for p in places]
    if any(hints):
        away = np.array(
            [[0.0 if h is None else np.hypot(p[0] - h[0], p[1] - h[1]) for p in places] for h in hints]
        )
        _, order = linear_sum_assignment(away**2)
        places = [places[k] for k in order]
    return [(round(float(p[0]), 2), round(float(p[1]), 2)) for p in places]
