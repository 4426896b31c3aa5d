"""Banner, sumu, gacha, seats, resettlement sites and grid cells."""

from __future__ import annotations

import numpy as np
import shapely

from data_samples.coverage import as_multi, polygonized
from data_samples.raster import warped
from data_samples.rows import Rows, day, point


def add_units(rows: Rows) -> None:
    """Add the units and their seats."""
    land, banner = rows.land, rows.banner
    rng = rows.rng("units")
    whole = as_multi(shapely.coverage_union_all(list(land.units.sumus.values())))
    rows.add(
        "banner",
        whole,
        quality="schematic",
        source="outline",
        code=banner.code,
        name=banner.name,
        area_km2=None,
    )
    for sumu in banner.sumus:
        rows.add(
            "sumu",
            land.units.sumus[sumu.code],
            quality="schematic",
            source="codes",
            code=sumu.code,
            name=sumu.name,
            area_km2=sumu.km2,
            civilised=bool(rng.random() < 0.6),
            construction_ha=round(float(rng.uniform(120.0, 900.0)), 2),
            reserve_ha=round(float(rng.uniform(4.0, 30.0)), 2),
        )
    all_households = household_counts(rows)
    households = shares(banner.poor[0], all_households * rng.uniform(0.3, 1.7, len(banner.gachas)))
    people = households + shares(banner.poor[1] - banner.poor[0], households + 0.5)
    for k, gacha in enumerate(banner.gachas):
        grade = "demonstration" if k % 9 == 2 else "key_support" if k % 6 == 4 else "ordinary"
        construction = round(float(rng.uniform(12.0, 60.0)), 2)
        rows.add(
            "gacha",
            land.units.gachas[gacha.code],
            quality="schematic",
            source="codes",
            code=gacha.code,
            name=gacha.name,
            sumu_code=gacha.sumu,
            grade=grade,
            out_of_poverty_households=int(households[k]),
            out_of_poverty_people=int(people[k]),
            village_plan=("approved", "approved", "drafted", "needed", "approved", "none", None)[k % 7],
            construction_ha=construction,
            reserve_ha=round(construction * float(rng.choice([0.03, 0.04, 0.05, 0.06])), 2),
            able_5g=(1, 0, 1, None)[k % 4],
            civilised=(1, 1, 0, 1, None)[k % 5],
        )
    _add_seats(rows)


def household_counts(rows: Rows) -> np.ndarray:
    """Return how many households each gacha has, in the order of the banner's gachas."""
    return shares(
        rows.banner.households, rows.rng("household counts").gamma(5.0, 1.0, len(rows.banner.gachas))
    )


def shares(total: int, weights: np.ndarray) -> np.ndarray:
    """Return whole numbers in the ratio of the weights that sum to the total (largest remainders)."""
    exact = total * weights / weights.sum()
    shares = np.floor(exact).astype(int)
    order = np.argsort(-(exact - shares), kind="stable")
    shares[order[: total - shares.sum()]] += 1
    return shares


def _add_seats(rows: Rows) -> None:
    banner, units = rows.banner, rows.land.units
    # The banner's offices stand in its first town, a street away from the town's own.
    x, y = banner.sumus[0].seat
    rows.add(
        "seat",
        point(x + 60.0, y + 45.0),
        quality="schematic",
        source="seat_S",
        code=f"{banner.code}ZD",
        name=banner.name,
        level="banner",
        unit_code=banner.code,
    )
    for sumu in banner.sumus:
        rows.add(
            "seat",
            point(*sumu.seat),
            quality="located" if sumu.grade == "A" else "schematic",
            source=f"seat_{sumu.grade}",
            code=f"{sumu.code}ZD",
            name=sumu.name,
            level="sumu",
            unit_code=sumu.code,
        )
    for gacha in banner.gachas:
        rows.add(
            "seat",
            point(*units.seats[gacha.code]),
            quality="schematic",
            source="seat_S",
            code=f"{gacha.code}ZD",
            name=gacha.name,
            level="gacha",
            unit_code=gacha.code,
        )


def add_resettlement(rows: Rows) -> None:
    """Add resettlement sites beside some seats."""
    rng = rows.rng("resettlement")
    for k, gacha in enumerate(rows.banner.gachas):
        if k % 8 != 3:
            continue
        households = int(rng.integers(12, 60))
        ways = {name: int(rng.random() < 0.8) for name in ("water", "power", "road", "telecom")}
        rows.add(
            "resettlement",
            rows.near(rows.land.units.seats[gacha.code], rng, 420.0),
            code=f"AZ{rows.number('resettlement'):02d}",
            name=f"{rows.short(gacha.code)}安置点",
            gacha_code=gacha.code,
            households=households,
            people=int(households * 2.7),
            **ways,
            sewage=int(rng.random() < 0.3),
            waste=(1, 0, None)[k % 3],
            kindergarten=int(k % 3 == 0),
            clinic=(1, 1, None)[k % 3],
            activity_room=1,
            moved_on=day(rng, 2017, 2020),
        )


def add_grid_cells(rows: Rows, households: dict[str, np.ndarray]) -> None:
    """Divide each gacha into cells of about 30 to 50 households; places by gacha code, shape (n, 2)."""
    for gacha in rows.banner.gachas:
        places = households[gacha.code]
        polygon = rows.land.units.gachas[gacha.code]
        parts = _halved(places, 46)
        lines = [
            shapely.linestrings(
                warped(np.linspace(a, b, 8), amplitude=35.0, wavelength=900.0, seed=rows.banner.seed)
            )
            for a, b in _cuts(places, 46, polygon.bounds)
        ]
        faces = polygonized(lines, polygon)
        owner = np.argmin(
            np.stack([shapely.distance(faces, shapely.points(part.mean(axis=0))) for part in parts]), axis=0
        )
        for k in np.unique(owner):
            cell = as_multi(shapely.coverage_union_all(faces[owner == k]))
            shapely.prepare(cell)
            count = int(shapely.contains_xy(cell, places[:, 0], places[:, 1]).sum())
            rows.add(
                "grid_cell",
                cell,
                code=f"{gacha.code}W{k + 1:02d}",
                name=f"{rows.short(gacha.code)}第{k + 1}网格",
                gacha_code=gacha.code,
                households=count,
                keeper_post="网格员",
                valid_from=f"{rows.banner.period[0]}-07-01",
                valid_to=None,
                document=None,
            )


def _halved(places: np.ndarray, most: int) -> list[np.ndarray]:
    if len(places) <= most:
        return [places]
    axis = int(np.argmax(np.ptp(places, axis=0)))
    order = np.argsort(places[:, axis], kind="stable")
    parts = int(np.ceil(len(places) / most))
    cut = len(places) * (parts // 2) // parts
    return [*_halved(places[order[:cut]], most), *_halved(places[order[cut:]], most)]


def _cuts(places: np.ndarray, most: int, box: tuple[float, ...]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the cutting lines (start, end) of `_halved`, each across the box it cuts."""
    if len(places) <= most:
        return []
    west, south, east, north = box
    axis = int(np.argmax(np.ptp(places, axis=0)))
    order = np.argsort(places[:, axis], kind="stable")
    parts = int(np.ceil(len(places) / most))
    cut = len(places) * (parts // 2) // parts
    at = float((places[order[cut - 1], axis] + places[order[cut], axis]) / 2)
    # A little longer than the box, so that the wavy line still meets the lines around it.
    more = 500.0
    if axis == 0:
        line = np.array([at, south - more]), np.array([at, north + more])
        boxes = (west, south, at, north), (at, south, east, north)
    else:
        line = np.array([west - more, at]), np.array([east + more, at])
        boxes = (west, south, east, at), (west, at, east, north)
    return [line, *_cuts(places[order[:cut]], most, boxes[0]), *_cuts(places[order[cut:]], most, boxes[1])]
