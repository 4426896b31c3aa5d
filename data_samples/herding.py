"""Stock wells, sheds and fences: few of them, in every state, some inside grazing bans."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.ops import substring

from data_samples.rows import Rows, day, point

SIZES = ((12.0, 30.0, "warm_shed"), (9.0, 18.0, "shed"), (25.0, 25.0, "yard"))  # metres
ACROSS = 900.0  # metres that a fence in a ban is long, at most


def add_herding(rows: Rows) -> None:
    """Add wells on pastures and in bans, sheds beside some homes, fences round some pastures and bans."""
    bans = [row for row in rows.kinds["grazing_zone"] if row["regime"] == "ban" and row["gacha_code"]]
    _add_wells(rows, bans)
    _add_sheds(rows)
    _add_fences(rows, bans)


def _add_wells(rows: Rows, bans: list[dict]) -> None:
    rng, first = rows.rng("stock wells"), rows.banner.period[0]
    places = [(row["gacha_code"], shapely.point_on_surface(row["geom"]))
              for row in (*rows.kinds["contract_pasture"][::14], *bans[::3])]  # fmt: skip
    for k, (gacha, spot) in enumerate(places):
        kind = ("drilled", "dug", "trough", "drilled", None)[k % 5]
        rows.add(
            "stock_well",
            rows.near((spot.x, spot.y), rng, 60.0),
            code=f"SJ{k + 1:03d}",
            name=f"{rows.short(gacha)}{k + 1}号牲畜饮水井",
            gacha_code=gacha,
            kind=kind,
            depth_m=round(float(rng.uniform(20.0, 90.0)), 1) if kind in ("drilled", "dug") else None,
            sheep_units=round(float(rng.uniform(150.0, 900.0)), 0) if k % 4 else None,
            opened_on=day(rng, 2004, first),
            removed_on=f"{first + 1}-09-30" if k % 17 == 16 else None,
        )


def _add_sheds(rows: Rows) -> None:
    rng, first = rows.rng("sheds"), rows.banner.period[0]
    for k, home in enumerate(rows.kinds["household"][::110]):
        x, y = shapely.get_coordinates(home["geom"])[0] + rng.uniform(25.0, 70.0, 2)
        across, along, kind = SIZES[k % len(SIZES)]
        plain = shapely.box(x, y, x + along, y + across)
        turned = shapely.affinity.rotate(plain, float(rng.uniform(0.0, 90.0)))
        rows.add(
            "shed",
            shapely.set_precision(turned, 0.01),
            code=f"PJ{k + 1:03d}",
            gacha_code=home["gacha_code"],
            household_code=home["code"],
            kind=kind if k % 9 else None,
            area_m2=across * along,
            opened_on=day(rng, 2010, first) if k % 5 else None,
            removed_on=None,
        )


def _add_fences(rows: Rows, bans: list[dict]) -> None:
    """Round a pasture, along the edge of a ban (closed for recovery), and one across a ban."""
    rng, first = rows.rng("fences"), rows.banner.period[0]
    lines = [(row["gacha_code"], shapely.get_exterior_ring(_largest(row["geom"])), "pasture", "mesh")
             for row in rows.kinds["contract_pasture"][::28]]  # fmt: skip
    for ban in bans[::5]:
        ring = shapely.get_exterior_ring(_largest(ban["geom"]))
        part = substring(ring, 0.0, min(ring.length * 0.35, 6000.0))
        lines.append((ban["gacha_code"], part, "closure", "mesh"))
    for ban in bans[2::4]:
        spot = shapely.point_on_surface(ban["geom"])
        way = np.array([np.cos(angle := float(rng.uniform(0.0, np.pi))), np.sin(angle)]) * ACROSS / 2
        ends = [point(spot.x - way[0], spot.y - way[1]), point(spot.x + way[0], spot.y + way[1])]
        lines.append((ban["gacha_code"], shapely.LineString(ends), "hay", "barbed"))
    for k, (gacha, line, purpose, kind) in enumerate(lines):
        rows.add(
            "fence",
            shapely.LineString(shapely.get_coordinates(shapely.simplify(line, 15.0)).round(2)),
            code=f"WL{k + 1:03d}",
            gacha_code=gacha,
            kind=kind if k % 11 else None,
            purpose=purpose,
            height_m=(1.1, 1.3, None)[k % 3],
            opened_on=day(rng, 2008, first),
            removed_on=f"{first + 2}-06-30" if k % 19 == 18 else None,
        )


def _largest(geom: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(geom), key=shapely.area)
