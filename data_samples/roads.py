"""The roads of a banner: highways, a way to the gachas, loops, tracks, and honest faults."""

from __future__ import annotations

import numpy as np
import shapely
from scipy import ndimage

from data_samples.land import Land
from data_samples.network import Network, Route, cut_where_crossing
from data_samples.raster import generator, noise

Section = tuple[Route, shapely.LineString]
GAP = 6.0  # metres left open where a line was drawn in two pieces
SHEET = 20000.0  # metres: edge of the map sheets from which tracks were drawn


def road_ground(land: Land) -> tuple[np.ndarray, np.ndarray]:
    """Return where roads may go (true) and what a cell costs to cross."""
    # A little inside the outline, so that a curve never bulges over it; loose ends are led up to it later.
    passable = ndimage.binary_erosion(land.inside, iterations=2) & (land.to_lake > 900.0)
    cost = (
        1.0 + 1.6 * (land.to_river < 700.0) + 1.1 * land.is_cover("forest") + 0.35 * land.is_cover("wooded")
    )
    x, y = land.frame.centres()
    cost += 2.4 * np.abs(noise(x, y, wavelength=7000.0, seed=land.banner.seed + 23, octaves=3))
    return passable, cost


def make_roads(land: Land) -> tuple[list[Section], set[str]]:
    """Return the road sections and the codes of the gachas that no road reaches."""
    banner = land.banner
    rng = generator(banner.seed, "roads")
    passable, cost = road_ground(land)
    network = Network(land.frame, passable, cost, banner.seed + 17)
    for code in sorted(land.units.seats):
        network.pin(land.units.seats[code])
    _highways(network, land)
    cut_off = _gacha_links(network, land, rng)
    _loops(network, land, cut_off, rng)
    _tracks(network, land, cut_off, rng)
    _islands(network, land, rng)
    sections = cut_where_crossing([*network.sections(), *_streets(land, rng)])
    return _with_faults(sections, land, rng), cut_off


def _highways(network: Network, land: Land) -> None:
    for highway in land.banner.highways:
        for leg in highway.legs:
            network.reweigh(0.45)
            surface = "gravel" if leg.grade == "iv" and highway.number.endswith("8") else "asphalt"
            route = Route(f"class_{leg.grade}", surface, highway.number, highway.name)
            nodes = [
                network.node_at(land.units.seats[stop] if isinstance(stop, str) else stop)
                for stop in leg.stops
            ]
            for start, goal in zip(nodes[:-1], nodes[1:], strict=True):
                network.add(network.path(start, goal), route)
    network.reweigh(1.0)


def _gacha_links(network: Network, land: Land, rng: np.random.Generator) -> set[str]:
    """Lead a road to every seat, nearest first, but to the two furthest ones (of two sumu)."""
    banner, seats = land.banner, land.units.seats
    away = network.away_from_roads()
    order = sorted((float(land.frame.at(away, [seats[g.code]])[0]), g.code, g.name) for g in banner.gachas)
    sumu = {gacha.code: gacha.sumu for gacha in banner.gachas}
    far = [code for _, code, _ in reversed(order)]
    cut_off = {far[0], next(code for code in far if sumu[code] != sumu[far[0]])}
    surfaces = [
        "concrete",
        "concrete",
        "asphalt",
        "concrete",
        "concrete",
        "gravel",
        "asphalt",
        "concrete",
        "concrete",
        "earth",
    ]
    for turn, (_, code, name) in enumerate(order):
        if code in cut_off:
            continue
        surface = surfaces[turn % len(surfaces)] if turn > len(order) // 6 else "concrete"
        grade = "track" if surface == "earth" else "class_iv" if turn % 2 else "village"
        path = network.path_to_network(network.node_at(seats[code]))
        number = f"Y{turn + 101}" if grade == "class_iv" else ""
        network.add(path, Route(grade, surface, number, f"{name.removesuffix('嘎查')}连接线"))
    return cut_off


def _loops(network: Network, land: Land, cut_off: set[str], rng: np.random.Generator) -> None:
    """Join places in some gachas into loops: out one way, back another; where that fails, a spur."""
    network.reweigh(2.5)
    for turn, gacha in enumerate(land.banner.gachas):
        if gacha.code in cut_off or turn % 3 == 1:
            continue
        seat = np.array(land.units.seats[gacha.code])
        polygon = land.units.gachas[gacha.code]
        radius = 0.17 * np.sqrt(polygon.area)
        towards = rng.uniform(0.0, 2 * np.pi)
        middle = seat + radius * np.array([np.cos(towards), np.sin(towards)])
        round_it = towards + np.pi + np.array([1.2, 2.4, 3.8, 5.0])
        stops = [middle + radius * np.array([np.cos(angle), np.sin(angle)]) for angle in round_it]
        stops = [stop for stop in stops if shapely.contains(polygon, shapely.points(stop))]
        home = network.node_at(land.units.seats[gacha.code])
        nodes = [home, *[network.node_at(stop) for stop in stops], home]
        path: list[int] = nodes[:1]
        for start, goal in zip(nodes[:-1], nodes[1:], strict=True):
            path += network.path(start, goal)[1:]
        surface = ("concrete", "gravel", "gravel", "earth")[turn % 4]
        whole = len(stops) >= 3 and len(set(path)) == len(path) - 1
        if not whole:
            path = network.path(nodes[0], nodes[len(nodes) // 2])
        name = f"{gacha.name.removesuffix('嘎查')}{'环线' if whole else '牧道'}"
        network.add(path, Route("track" if surface == "earth" else "village", surface, "", name))
        network.reweigh(2.5)
    network.reweigh(1.0)


def _tracks(network: Network, land: Land, cut_off: set[str], rng: np.random.Generator) -> None:
    """Tracks into the open land, many of them ending there; some run out of the banner."""
    x, y = land.frame.centres()
    shut = np.zeros(land.inside.shape, dtype=bool)
    for code in cut_off:  # no track may reach the seats that nothing reaches
        seat = land.units.seats[code]
        shut |= np.hypot(x - seat[0], y - seat[1]) < 3500.0
    rim = land.inside & ~ndimage.binary_erosion(land.inside)
    number = max(24, int(land.inside.sum() * land.frame.cell**2 / 1e6 / 150))
    for turn in range(number):
        away = network.away_from_roads()
        allowed = network.land & ~shut & (away > 3000.0) & (away < 14000.0)
        weight = np.where(allowed, land.worth + 0.05, 0.0)
        if turn % 7 == 3:
            weight = weight * rim
        if weight.sum() == 0.0:
            continue
        goal = rng.choice(weight.size, p=(weight / weight.sum()).ravel())
        node = int(network.graph.number.ravel()[goal])
        path = network.path_to_network(node, limit=60000.0)
        if len(path) < 4 or any(shut[network.land][n] for n in path):
            continue
        surface = ("earth", "earth", "gravel", "earth", None)[turn % 5]
        network.add(path[::-1], Route("track", surface, "", f"牧道{turn + 1:03d}"))


def _islands(network: Network, land: Land, rng: np.random.Generator) -> None:
    """Three small networks that hang together with nothing else."""
    for turn in range(3):
        away = network.away_from_roads()
        open_land = network.land & (away > 4500.0)
        if not open_land.any():
            return
        weight = np.where(open_land, land.worth + 0.01, 0.0).ravel()
        centre = int(rng.choice(weight.size, p=weight / weight.sum()))
        row, column = np.unravel_index(centre, open_land.shape)
        near = [(row + dr, column + dc) for dr, dc in ((6, 1), (-5, 3), (1, -6))]
        for r, c in near:
            if (
                0 <= r < open_land.shape[0]
                and 0 <= c < open_land.shape[1]
                and network.land[r, c]
                and away[r, c] > 2000.0
            ):
                path = network.path(int(network.graph.number[row, column]), int(network.graph.number[r, c]))
                if path and all(away[network.land][n] > 1500.0 for n in path):
                    network.add(path, Route("track", "earth", "", f"孤立牧道{turn + 1}"))


def _streets(land: Land, rng: np.random.Generator) -> list[Section]:
    """Streets at the seats: a ring through the seat, or a street that ends."""
    found: list[Section] = []
    for turn, code in enumerate(sorted(land.units.seats)):
        seat = np.array(land.units.seats[code])
        town = code in land.units.sumus
        size = 520.0 if town else 260.0
        tilt = rng.uniform(0.0, np.pi)
        spin = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
        box = np.array(
            [
                [0.0, 0.0],
                [size, 0.0],
                [size, 0.7 * size],
                [-0.5 * size, 0.7 * size],
                [-0.5 * size, 0.0],
                [0.0, 0.0],
            ]
        )
        if not town and turn % 5 == 0:
            box = box[:3]
        line = shapely.linestrings((seat + box @ spin).round(2))
        route = Route("village", "concrete" if town or turn % 4 else "gravel", "", "驻地街道")
        found.append((route, line))
        if town:
            cross = np.array([[0.25 * size, 0.0], [0.25 * size, 0.7 * size]])
            found.append((route, shapely.linestrings((seat + cross @ spin).round(2))))
    return found


def _with_faults(sections: list[Section], land: Land, rng: np.random.Generator) -> list[Section]:
    """Open small gaps in some tracks, stop some at the edge of a map sheet, lead some to the border."""
    outline = shapely.boundary(land.banner.outline)
    inside = land.banner.outline
    result: list[Section] = []
    degree: dict[tuple[float, float], int] = {}
    for _, line in sections:
        for end in _ends(line):
            degree[end] = degree.get(end, 0) + 1
    gaps = edges = 0
    for route, line in sections:
        if route.grade in ("class_ii", "class_iii", "class_iv") or line.length < 1500.0:
            loose = [k for k, end in enumerate(_ends(line)) if degree[end] == 1]
            result.append((route, _to_border(line, loose, outline, inside)))
            continue
        loose = [k for k, end in enumerate(_ends(line)) if degree[end] == 1]
        if loose and gaps < 4 and line.length > 4000.0 and route.grade == "track" and rng.random() < 0.3:
            middle = round(line.length * 0.45, 2)
            pieces = _between(line, 0.0, middle), _between(line, middle + GAP, line.length)
            result += [(Route(**{**_fields(route), "note": "gap"}), piece) for piece in pieces]
            gaps += 1
            continue
        if loose and edges < 5 and route.grade == "track":
            stopped = _stop_at_sheet(line, loose[0])
            if stopped is not None:
                result.append((Route(**{**_fields(route), "note": "data_edge"}), stopped))
                edges += 1
                continue
        result.append((route, _to_border(line, loose, outline, inside)))
    return result


def _fields(route: Route) -> dict[str, str | None]:
    return {name: getattr(route, name) for name in ("grade", "surface", "number", "name", "note")}


def _ends(line: shapely.LineString) -> list[tuple[float, float]]:
    points = shapely.get_coordinates(line)
    return [tuple(points[0]), tuple(points[-1])]


def _between(line: shapely.LineString, start: float, stop: float) -> shapely.LineString:
    points = shapely.get_coordinates(line)
    at = shapely.line_locate_point(line, shapely.points(points))
    at[-1] = line.length
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, np.array([start, stop])))
    keep = points[(at > start + 0.01) & (at < stop - 0.01)]
    return shapely.linestrings(np.vstack((ends[:1], keep, ends[1:])).round(2))


def _to_border(
    line: shapely.LineString, loose: list[int], outline: shapely.Geometry, inside: shapely.Geometry
) -> shapely.LineString:
    """Lead a loose end that comes within 1.7 km of the banner's outline right up to it."""
    points = shapely.get_coordinates(line)
    for k in loose:
        end = points[-k]
        if shapely.distance(outline, shapely.points(end)) < 1700.0 and line.length > 2000.0:
            reach = shapely.get_coordinates(shapely.shortest_line(shapely.points(end), outline))[-1].round(2)
            points = np.vstack((points, reach)) if k else np.vstack((reach, points))
    return shapely.linestrings(points)


def _stop_at_sheet(line: shapely.LineString, loose: int) -> shapely.LineString | None:
    """Return the line cut at the sheet edge that it crosses once, keeping the side that is not loose."""
    west, _, east, _ = line.bounds
    edge = np.ceil((west + 1.0) / SHEET) * SHEET
    if not west + 800.0 < edge < east - 800.0:
        return None
    points = shapely.get_coordinates(line)
    points = points if loose == 1 else points[::-1]
    beyond = (points[:, 0] > edge) != (points[0, 0] > edge)
    first = int(np.argmax(beyond))
    if first < 3:
        return None
    a, b = points[first - 1], points[first]
    crossing = a + (b - a) * (edge - a[0]) / (b[0] - a[0])
    return shapely.linestrings(np.vstack((points[:first], crossing)).round(2))
