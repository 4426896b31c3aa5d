"""Herding households, their toilets and hardships: synthetic, without a name or a number of anyone."""

from __future__ import annotations

import datetime

import numpy as np
import shapely

from data_samples.administration import household_counts
from data_samples.rows import Rows, day, point

TYPES = ("deep_pit", "three_chamber", "urine_diverting", "double_urn", "sewered", "elevated")
FAULTS = ("冬季冻堵", "渗漏", "无人管护", "便器损坏", "粪池过浅")


def add_households(rows: Rows) -> dict[str, np.ndarray]:
    """Add the households and return their places by gacha code, shape (n, 2).

    Most live around the seat, some in small groups along the water, the others far apart.
    """
    land, banner = rows.land, rows.banner
    rng = rows.rng("households")
    counts = household_counts(rows)
    poor_by_gacha = {row["code"]: int(row["out_of_poverty_households"]) for row in rows.kinds["gacha"]}
    lakes = shapely.union_all(list(land.lakes.values()))
    shapely.prepare(lakes)
    places: dict[str, np.ndarray] = {}
    number = 0
    for gacha, count in zip(banner.gachas, counts.tolist(), strict=True):
        polygon = land.units.gachas[gacha.code]
        places[gacha.code] = _places(rows, polygon, land.units.seats[gacha.code], count, lakes, rng)
        poor = np.zeros(count, dtype=bool)
        poor[rng.permutation(count)[: poor_by_gacha[gacha.code]]] = True
        for k, (x, y) in enumerate(places[gacha.code].tolist()):
            number += 1
            watched = rng.random() < (0.05 if poor[k] else 0.006)
            rows.add(
                "household",
                point(x, y),
                code=f"H{number:05d}",
                gacha_code=gacha.code,
                head=f"户主{number:04d}",
                members=int(rng.choice([1, 2, 3, 4, 5], p=[0.16, 0.31, 0.3, 0.16, 0.07])),
                out_of_poverty=bool(poor[k]),
                monitored=str(rng.choice(["unstable", "marginal", "sudden"])) if watched else None,
                monitored_on=day(rng, banner.period[0] - 1, banner.period[0] + 1) if watched else None,
                risk_cleared_on=day(rng, banner.period[0] + 2, banner.period[0] + 2)
                if watched and rng.random() < 0.5
                else None,
                schooling_ok=1,
                medical_ok=int(rng.random() < 0.995),
                housing_ok=int(rng.random() < 0.99),
                water_ok=int(rng.random() < 0.97) if rng.random() < 0.98 else None,
                rural=1,
                toilet_willing=(1, 1, 1, 0, None)[int(rng.integers(0, 5))],
            )
    return places


def _places(
    rows: Rows,
    polygon: shapely.Geometry,
    seat: tuple[float, float],
    count: int,
    lakes: shapely.Geometry,
    rng: np.random.Generator,
) -> np.ndarray:
    land = rows.land
    shapely.prepare(polygon)
    x, y = land.frame.centres()
    inside = shapely.contains_xy(polygon, x, y)
    weight = np.where(inside & (land.to_lake > 500.0), land.worth**2 + 0.01, 0.0)
    if weight.sum() == 0.0:
        weight = inside.astype(float)
    weight = (weight / weight.sum()).ravel()
    groups = rng.choice(weight.size, size=6, p=weight)
    found = np.empty((0, 2))
    while len(found) < count:
        missing = count - len(found)
        kind = rng.choice(3, size=missing, p=[0.58, 0.17, 0.25])
        camp = rng.choice(weight.size, size=missing, p=weight)
        group = groups[rng.integers(0, len(groups), missing)]
        centre = np.where(
            kind[:, None] == 0,
            np.array(seat),
            np.column_stack((x.ravel(), y.ravel()))[np.where(kind == 1, group, camp)],
        )
        spread = np.array([330.0, 210.0, 260.0])[kind]
        new = centre + rng.normal(0.0, 1.0, (missing, 2)) * spread[:, None]
        good = shapely.contains_xy(polygon, new[:, 0], new[:, 1]) & ~shapely.contains_xy(
            lakes, new[:, 0], new[:, 1]
        )
        found = np.vstack((found, new[good].round(2)))
    return found


def add_toilets(rows: Rows) -> None:
    """Add the ledger of toilets; two gachas were never surveyed, some households elsewhere neither."""
    banner = rows.banner
    rng = rows.rng("toilets")
    first = banner.period[0]
    surveyed = int(banner.surveyed_on[:4])
    households = rows.kinds["household"]
    counts: dict[str, int] = {}
    for row in households:
        counts[str(row["gacha_code"])] = counts.get(str(row["gacha_code"]), 0) + 1
    middling = sorted(
        counts, key=lambda code: (abs(counts[code] - 0.6 * np.mean(list(counts.values()))), code)
    )
    unsurveyed = set(middling[:2])
    accepted = 1.0 - banner.toilets_short / len(households)
    level = {
        gacha.code: float(np.clip(accepted * rng.uniform(0.45, 1.62), 0.1, 0.93)) for gacha in banner.gachas
    }
    known = sum(counts[code] for code in counts if code not in unsurveyed)
    mean = sum(level[code] * counts[code] for code in counts if code not in unsurveyed) / known
    scale = accepted * len(households) / known / mean / 0.98
    others = ["unimproved", "planned", "built", "faulty", None]
    for row in households:
        code = str(row["gacha_code"])
        draw = rng.random(3)
        kind, built = (
            str(rng.choice(TYPES, p=[0.36, 0.24, 0.16, 0.1, 0.09, 0.05])),
            day(rng, first - 7, surveyed - 1),
        )
        if code in unsurveyed or draw[0] < 0.02:
            continue
        if draw[1] < level[code] * scale:
            state = "rectified" if draw[2] < 0.06 else "accepted"
        else:
            state = others[int(np.searchsorted([0.74, 0.82, 0.91, 0.985], draw[2]))]
        home = shapely.get_coordinates(row["geom"])[0]
        x, y = home + rng.uniform(6.0, 16.0, 2) * rng.choice([-1, 1], 2)
        if rows.gacha_at(np.array([[x, y]]))[0] != code:  # never over the border
            x, y = home
        _add_toilet(rows, row, state, point(x, y), kind, built, rng)


def _add_toilet(
    rows: Rows,
    household: dict,
    state: str | None,
    place: shapely.Point,
    kind: str,
    built: str,
    rng: np.random.Generator,
) -> None:
    year = int(built[:4])
    finished = state in ("built", "accepted", "faulty", "rectified")
    checked = f"{year + 1}-{built[5:7]}-15" if finished and state != "built" else None
    planned = state == "planned"
    next_year = int(rows.banner.surveyed_on[:4]) + 1
    rows.add(
        "toilet",
        place,
        code=f"CS{rows.number('toilet'):05d}",
        household_code=household["code"],
        gacha_code=household["gacha_code"],
        state=state,
        type=kind if finished or planned else "dry" if state == "unimproved" else None,
        built_on=built if finished else None,
        accepted_on=checked,
        fault=str(rng.choice(FAULTS)) if state in ("faulty", "rectified") else None,
        fault_on=f"{rows.banner.surveyed_on[:4]}-06-10" if state in ("faulty", "rectified") else None,
        rectified_on=f"{rows.banner.surveyed_on[:4]}-09-20" if state == "rectified" else None,
        upkeep=("集中清掏", "自管", None)[int(rng.integers(0, 3))] if finished else None,
        photo=None,
        surveyed_on=f"{rows.banner.surveyed_on[:4]}-0{int(rng.integers(4, 10))}-20",
        scheme="现行计划" if planned else None,
        year=next_year if planned else None,
        status="approved" if planned else None,
    )


def add_hardships(rows: Rows) -> None:
    """Add the ledger of problems of monitored households: in every step from found to closed, some
    overdue."""
    rng = rows.rng("hardships")
    problems = {
        "schooling": "需控辍保学关注",
        "medical": "慢病用药负担",
        "housing": "住房待修缮",
        "water": "取水较远",
        "other": "收入不稳",
    }
    for row in rows.kinds["household"]:
        if row["monitored"] is None:
            continue
        for guarantee in sorted({str(g) for g in rng.choice(sorted(problems), size=2)}):
            found = day(rng, rows.banner.period[0], rows.banner.period[0] + 1)
            number = rows.number("hardship")
            # a household whose risk is cleared has nothing open; of the others every step is there
            step = 3 if row["risk_cleared_on"] else number % 4
            later = [_days_after(found, days) for days in (9, 160, 175)]
            rows.add(
                "hardship",
                None,
                code=f"WT{number:04d}",
                household_code=row["code"],
                gacha_code=row["gacha_code"],
                guarantee=guarantee,
                problem=problems[guarantee],
                found_on=found,
                measure="一户一策帮扶" if step else None,
                unit_in_charge="苏木乡镇政府" if step else None,
                assigned_on=later[0] if step >= 1 else None,
                due_on=_days_after(found, 170) if number % 3 else None,
                done_on=later[1] if step >= 2 else None,
                closed_on=later[2] if step >= 3 else None,
            )


def _days_after(date: str, days: int) -> str:
    return (datetime.date.fromisoformat(date) + datetime.timedelta(days)).isoformat()
