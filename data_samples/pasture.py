"""Contract pastures, camps, livestock and the zones of livestock farming."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from data_samples.grassland import field, grassland, hectares, regimes, to_seats
from data_samples.land import blob, partition
from data_samples.raster import frame_around, warped
from data_samples.rows import Rows, day, point

CELL = 250.0
# Sheep units a head as commonly counted; an assumption of the sample, not a rule of the product.
UNITS = {"sheep": 1.0, "goats": 0.8, "cattle": 5.0, "horses": 6.0, "camels": 7.0}
HAY_A_YEAR = 1.8 * 365.0  # kg standard hay a sheep unit eats, NY/T 635-2015


def add_pastures(rows: Rows) -> None:
    """Add contract pastures: fenced parcels on grassland that is not under a ban, held by households."""
    land, banner = rows.land, rows.banner
    rng = rows.rng("pastures")
    frame = frame_around(banner.outline, CELL, margin=1000.0)
    x, y = frame.centres()
    coarse = land.frame.index(x.ravel(), y.ravel())
    usable = ((regimes(land) >= 1) & (field(land, 14000.0, 101) > -0.35))[coarse].reshape(frame.shape)
    number = int(usable.sum() * CELL**2 / 5.4e6)
    cells = np.column_stack((x[usable], y[usable]))
    weight = land.worth[coarse].reshape(frame.shape)[usable] + 0.25
    seeds = cells[rng.choice(len(cells), size=number, replace=False, p=weight / weight.sum())]
    seeds = seeds + rng.uniform(-0.5, 0.5, seeds.shape) * CELL
    bent = warped(
        np.column_stack((x.ravel(), y.ravel())), amplitude=420.0, wavelength=5200.0, seed=banner.seed + 9
    )
    labels = cKDTree(seeds).query(bent)[1].reshape(frame.shape)
    labels[~usable] = -1
    parts = partition(land, labels, frame, sigma=0.9, simplify=120.0, smallest=5e5)
    held: dict[str, list[dict]] = {}
    for row in rows.kinds["household"]:
        held.setdefault(str(row["gacha_code"]), []).append(row)
    for _, gacha, geom in parts:
        area = hectares(rows, geom)
        if gacha is None or area < 40.0:
            continue
        household = held[gacha][int(rng.integers(0, len(held[gacha])))]
        spot = shapely.get_coordinates(shapely.point_on_surface(geom))
        hay = round(float(900.0 + 700.0 * land.frame.at(land.worth, spot)[0] + rng.normal(0.0, 90.0)), 0)
        capacity = round(hay * 0.5 * area / HAY_A_YEAR, 1)
        k = rows.number("contract_pasture")
        rows.add(
            "contract_pasture",
            geom,
            code=f"CB{k:05d}",
            gacha_code=gacha,
            holder=household["head"],
            household_code=household["code"],
            contract=f"HT{k:05d}",
            season=("year_round", "cold", "warm", "hay", "year_round")[int(rng.integers(0, 5))],
            area_ha=area,
            hay_kg_ha=hay,
            capacity=capacity,
            stock=round(capacity * float(rng.uniform(0.5, 1.35)), 0) if rng.random() < 0.97 else None,
            valid_from="1997-10-01",
            valid_to="2027-09-30",
            document="承包合同",
        )


def add_camps(rows: Rows) -> None:
    """Add winter camps in sheltered places and summer camps near water."""
    land = rows.land
    rng = rows.rng("camps")
    x, y = land.frame.centres()
    grass = grassland(land)
    for gacha in rows.banner.gachas:
        polygon = land.units.gachas[gacha.code]
        shapely.prepare(polygon)
        mine = grass & shapely.contains_xy(polygon, x, y)
        if not mine.any():
            continue
        homes = [row for row in rows.kinds["household"] if row["gacha_code"] == gacha.code]
        cells = np.column_stack((x[mine], y[mine]))
        water = np.exp(-np.minimum(land.to_river, land.to_lake)[mine] / 3000.0) + 0.01
        for season, weight, share in (
            ("winter", 1.02 - water, 14),
            ("summer", water, 18),
            ("autumn", water**0.5, 60),
        ):
            for home in homes[::share]:
                spot = cells[rng.choice(len(cells), p=weight / weight.sum())] + rng.uniform(-200.0, 200.0, 2)
                if not shapely.contains_xy(polygon, *spot):
                    continue
                days = {
                    "winter": ("11-01", "04-20"),
                    "summer": ("06-10", "09-15"),
                    "autumn": ("09-15", "11-01"),
                }[season]
                rows.add(
                    "camp",
                    point(*spot),
                    code=f"YD{rows.number('camp'):04d}",
                    name=None,
                    gacha_code=gacha.code,
                    household_code=home["code"],
                    season=season if rng.random() < 0.985 else None,
                    from_day=days[0],
                    to_day=days[1],
                    water=int(rng.random() < 0.75),
                )


def add_livestock(rows: Rows) -> None:
    """Add the stock of every gacha and year; one count is missing, one year is incomplete."""
    rng = rows.rng("livestock")
    capacity: dict[str, float] = {}
    for row in rows.kinds["contract_pasture"]:
        capacity[str(row["gacha_code"])] = capacity.get(str(row["gacha_code"]), 0.0) + float(row["capacity"])
    for number, gacha in enumerate(rows.banner.gachas):
        base = (capacity.get(gacha.code) or 1500.0) * float(rng.uniform(0.7, 1.3))
        share = rng.dirichlet((7.0, 1.2, 4.0, 1.6, 0.08))
        for year in rows.banner.livestock_years:
            total = base * float(rng.uniform(0.93, 1.07))
            heads = {
                name: int(total * part / unit)
                for (name, unit), part in zip(UNITS.items(), share, strict=True)
            }
            if number == 5 and year == rows.banner.livestock_years[-1]:
                continue
            if number == 9 and year == rows.banner.livestock_years[-1]:
                heads["goats"] = None  # type: ignore[assignment]
            units = None if None in heads.values() else round(sum(heads[n] * UNITS[n] for n in UNITS), 1)
            rows.add(
                "livestock",
                None,
                code=f"{gacha.code}-{year}",
                gacha_code=gacha.code,
                year=year,
                **heads,
                sheep_units=units,
            )


def add_livestock_zones(rows: Rows) -> None:
    """Add where livestock farms are banned, restricted and suitable."""
    land, first = rows.land, rows.banner.period[0]
    towns = to_seats(land, [sumu.code for sumu in rows.banner.sumus]) + 500.0 * field(land, 4000.0, 111)
    seats = to_seats(land, sorted(land.units.seats)) + 500.0 * field(land, 4000.0, 113)
    labels = np.where(grassland(land), 2, -1)
    labels[(labels == 2) & ((seats < 4500.0) | (land.to_river < 2200.0) | (land.to_lake < 2500.0))] = 1
    labels[(towns < 3000.0) | (land.to_river < 800.0) | (land.to_lake < 900.0)] = 0
    labels[~land.inside | (land.cover == 3)] = -1
    names = {0: ("ban", "禁养区"), 1: ("limit", "限养区"), 2: ("ok", "适养区")}
    for k, (label, gacha, geom) in enumerate(
        partition(land, labels, land.frame, sigma=1.8, simplify=120.0, wobble=90.0, smallest=1.5e6)
    ):
        rows.add(
            "livestock_zone",
            geom,
            code=f"YZ{k + 1:03d}",
            name=f"{rows.short(gacha) if gacha else '城镇'}{names[label][1]}",
            gacha_code=gacha,
            area_ha=hectares(rows, geom),
            valid_from=f"{first}-06-01",
            valid_to=None,
            document=f"样例养殖分区〔{first}〕2号",
            **{"class": names[label][0]},
        )


def add_patches(rows: Rows) -> None:
    """Add suspect patches in every state of their way from issue to closing."""
    land = rows.land
    rng = rows.rng("patches")
    year = int(rows.banner.surveyed_on[:4])
    zones = [row for row in rows.kinds["grazing_zone"] if row["gacha_code"]]
    states = ("issued", "visited", "found", "rectified", "closed")
    for k in range(max(20, len(rows.banner.gachas))):
        zone = zones[int(rng.integers(0, len(zones)))]
        spot = shapely.get_coordinates(shapely.point_on_surface(zone["geom"]))[0] + rng.normal(0.0, 900.0, 2)
        gacha = rows.gacha_at(spot)[0]
        if gacha is None or float(land.frame.at(land.to_lake, [spot])[0]) < 800.0:
            continue
        patch = blob(
            (float(spot[0]), float(spot[1])), float(rng.uniform(45.0, 260.0)), rows.banner.seed + 300 + k
        )
        step = k % 5
        issued = day(rng, year, year)[:7]
        date = [f"{issued}-05", f"{issued}-12", f"{issued}-19", f"{issued}-24", f"{issued}-27"]
        rows.add(
            "suspect_patch",
            patch,
            code=f"YS{k + 1:03d}",
            gacha_code=gacha,
            batch=f"{year}-{1 + k % 3}",
            state=states[step],
            finding=("grazing", "occupation", "reclaim", "mining", "none")[k % 5 - 3] if step >= 2 else None,
            issued_on=date[0],
            visited_on=date[1] if step >= 1 else None,
            visited_by=None,
            found_on=date[2] if step >= 2 else None,
            rectified_on=date[3] if step >= 3 else None,
            closed_on=date[4] if step >= 4 else None,
            photo=None,
            area_ha=hectares(rows, patch),
        )
