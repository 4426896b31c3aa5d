"""Health, kindergartens, waste, sport, networks, power and care: with the gaps a real banner has."""

from __future__ import annotations

import numpy as np
import shapely

from data_samples.rows import Rows, day

ALWAYS = {"scheme": None, "year": None, "status": None}


def add_health(rows: Rows) -> None:
    """Add clinics with the plan's ways of serving a gacha, health centres and hospitals.

    Two gachas stay blank, one clinic is closed, of one nobody wrote down whether it works.
    """
    banner, seats, first = rows.banner, rows.land.units.seats, rows.banner.period[0]
    rng = rows.rng("health")
    for k, sumu in enumerate(banner.sumus):
        rows.add(
            "health_centre",
            rows.near(sumu.seat, rng, 200.0),
            code=f"WSY{k + 1:02d}",
            name=f"{sumu.name}卫生院",
            sumu_code=sumu.code,
            gacha_code=rows.gacha_at(np.array([sumu.seat]))[0],
            government_run=0 if k == 6 else 1,
            practitioners=(2, 1, 3, 0, None, 1)[k % 6],
            beds=int(rng.integers(6, 40)),
            vehicles=int(rng.integers(0, 3)),
            operating=1,
            opened_on=day(rng, 1978, 2012),
            **ALWAYS,
        )
    for k, (name, level) in enumerate((("旗人民医院（样例）", "2b"), ("旗蒙医医院（样例）", "none"))):
        rows.add(
            "hospital",
            rows.near(banner.sumus[0].seat, rng, 500.0),
            code=f"YY{k + 1:02d}",
            name=name,
            level=level,
            beds=int(rng.integers(60, 160)),
            operating=1,
            opened_on=day(rng, 1965, 1990),
            **ALWAYS,
        )
    ways = _ways(rows)
    clinics = {
        gacha.code: f"WSS{k + 1:03d}"
        for k, gacha in enumerate(banner.gachas)
        if ways[k] in ("own", "closed", "unknown")
    }
    working = [g.code for k, g in enumerate(banner.gachas) if ways[k] == "own"]
    for k, gacha in enumerate(banner.gachas):
        if gacha.code in clinics:
            rows.add(
                "clinic",
                rows.near(seats[gacha.code], rng, 170.0),
                code=clinics[gacha.code],
                name=f"{rows.short(gacha.code)}卫生室",
                gacha_code=gacha.code,
                operating={"own": 1, "closed": 0, "unknown": None}[ways[k]],
                opened_on=day(rng, 1998, first),
                doctors=int(rng.integers(1, 3)) if ways[k] == "own" else None,
                area_m2=round(float(rng.uniform(40.0, 95.0)), 1),
                **ALWAYS,
            )
        elif ways[k] in ("shared", "mobile", "rounds"):
            away = {code: np.hypot(*(np.subtract(seats[code], seats[gacha.code]))) for code in working}
            centre = 1 + [sumu.code for sumu in banner.sumus].index(gacha.sumu)
            host = (
                clinics[min(sorted(away), key=lambda code: away[code])]
                if ways[k] == "shared"
                else f"WSY{centre:02d}"
            )
            rows.add(
                "clinic_arrangement",
                None,
                gacha_code=gacha.code,
                way=ways[k],
                host_code=host,
                ground={"shared": "few_residents", "mobile": "mobile_population", "rounds": "remote"}[
                    ways[k]
                ],
                schedule={"shared": "每日", "mobile": "每周二、五", "rounds": "每月1日、15日"}[ways[k]],
                valid_from=f"{first}-01-01",
                valid_to=f"{first + 4}-12-31",
                document=f"样例卫健〔{first}〕5号",
            )


def _ways(rows: Rows) -> list[str]:
    """Return how each gacha is served: mostly own; close neighbours share; the rest spread out."""
    codes = [gacha.code for gacha in rows.banner.gachas]
    number = len(codes)
    ways = ["own"] * number
    wanted = (
        ["blank", "blank", "closed", "unknown"]
        + ["mobile"] * max(1, number // 18)
        + ["rounds"] * max(1, number // 18)
    )
    for k, way in enumerate(wanted):
        ways[(3 + k * number // len(wanted)) % number] = way
    seats = np.array([rows.land.units.seats[code] for code in codes])
    away = np.hypot(*(seats[:, None] - seats[None]).transpose(2, 0, 1)).round(1)
    np.fill_diagonal(away, np.inf)
    for _ in range(max(2, number // 11)):
        # The gacha nearest to a neighbour that keeps its own clinic; a host never gives its own up.
        pairs = [
            (away[k, n], k, n)
            for k in range(number)
            for n in range(number)
            if ways[k] == "own" and ways[n] in ("own", "host")
        ]
        _, guest, host = min(pairs)
        ways[guest], ways[host] = "shared", "host"
    return ["own" if way == "host" else way for way in ways]


def add_kindergartens(rows: Rows) -> None:
    """Add a kindergarten to every sumu but one."""
    rng = rows.rng("kindergartens")
    banner, first = rows.banner, rows.banner.period[0]
    without = next(
        sumu.code for sumu in reversed(banner.sumus) if any(g.sumu == sumu.code for g in banner.gachas)
    )
    for k, sumu in enumerate(banner.sumus):
        if sumu.code == without:
            continue
        for n in range(2 if k == 0 else 1):
            places = int(rng.integers(40, 220))
            rows.add(
                "kindergarten",
                rows.near(sumu.seat, rng, 260.0),
                code=f"YEY{k + 1:02d}{n + 1}",
                name=f"{sumu.name}{'第二' if n else ''}幼儿园",
                sumu_code=sumu.code,
                gacha_code=rows.gacha_at(np.array([sumu.seat]))[0],
                run_by=("public", "inclusive")[n],
                places=places,
                children=int(places * rng.uniform(0.5, 1.05)),
                operating=1,
                opened_on=day(rng, 1995, first),
                **ALWAYS,
            )


def add_sanitation(rows: Rows) -> None:
    """Add waste points, public toilets and sewage treatment, not everywhere."""
    rng = rows.rng("sanitation")
    banner, seats, first = rows.banner, rows.land.units.seats, rows.banner.period[0]
    for k, gacha in enumerate(banner.gachas):
        base = {
            "gacha_code": gacha.code,
            "operating": 0 if k % 14 == 6 else None if k % 19 == 8 else 1,
            "opened_on": day(rng, 2015, first + 1),
            **ALWAYS,
        }
        if k % 3 != 2:
            rows.add(
                "waste_point",
                rows.near(seats[gacha.code], rng, 380.0),
                code=f"LJ{k + 1:03d}",
                name=f"{rows.short(gacha.code)}收集点",
                sumu_code=gacha.sumu,
                facility="collection",
                collections_per_month=int(rng.integers(1, 9)),
                **base,
            )
        if k % 4 == 1:
            rows.add(
                "public_toilet",
                rows.near(seats[gacha.code], rng, 170.0),
                code=f"GC{k + 1:03d}",
                name=f"{rows.short(gacha.code)}公厕",
                seats=int(rng.integers(2, 9)),
                heated=int(rng.random() < 0.5),
                **base,
            )
        if k % 6 == 2:
            rows.add(
                "sewage_plant",
                rows.near(seats[gacha.code], rng, 480.0),
                code=f"WS{k + 1:03d}",
                name=f"{rows.short(gacha.code)}污水处理站",
                mode=("shared", "household", "town")[k // 6 % 3],
                capacity_m3d=round(float(rng.uniform(5.0, 80.0)), 1),
                households=int(rng.integers(15, 90)),
                **base,
            )
    for k, sumu in enumerate(banner.sumus):
        rows.add(
            "waste_point",
            rows.near(sumu.seat, rng, 900.0),
            code=f"LJZ{k + 1:02d}",
            name=f"{sumu.name}转运站",
            gacha_code=rows.gacha_at(np.array([sumu.seat]))[0],
            sumu_code=sumu.code,
            facility="transfer" if k else "landfill",
            collections_per_month=8,
            operating=1,
            opened_on=day(rng, 2012, first),
            **ALWAYS,
        )


def add_public_services(rows: Rows) -> None:
    """Add fitness places, fibre and masts, power supply, care homes."""
    rng = rows.rng("public services")
    banner, seats, first = rows.banner, rows.land.units.seats, rows.banner.period[0]
    counts: dict[str, int] = {}
    for row in rows.kinds["household"]:
        counts[str(row["gacha_code"])] = counts.get(str(row["gacha_code"]), 0) + 1
    for k, gacha in enumerate(banner.gachas):
        name, seat = rows.short(gacha.code), seats[gacha.code]
        base = {"gacha_code": gacha.code, "operating": 1, **ALWAYS}
        if k % 8 != 5:
            rows.add(
                "fitness",
                rows.near(seat, rng, 160.0),
                code=f"JS{k + 1:03d}",
                name=f"{name}健身广场",
                indoor=int(k % 5 == 0),
                opened_on=day(rng, 2010, first + 1),
                **base,
            )
        if k % 5 != 3:
            rows.add(
                "broadband",
                rows.near(seat, rng, 140.0),
                code=f"KD{k + 1:03d}F",
                name=f"{name}光纤节点",
                technology="fibre",
                households=int(counts[gacha.code] * rng.uniform(0.2, 0.7)),
                opened_on=day(rng, 2016, first + 2),
                **base,
            )
        rows.add(
            "broadband",
            rows.near(seat, rng, 900.0),
            code=f"KD{k + 1:03d}M",
            name=f"{name}基站",
            technology="mobile_5g" if k % 4 == 0 else "mobile_4g",
            households=None,
            opened_on=day(rng, 2014, first + 2),
            **base,
        )
        rows.add(
            "power_station",
            rows.near(seat, rng, 260.0),
            code=f"GD{k + 1:03d}",
            name=f"{name}台区",
            kind="transformer",
            capacity_kva=float(rng.choice([100.0, 200.0, 315.0, 400.0])),
            households=int(counts[gacha.code] * 0.8),
            opened_on=day(rng, 2000, first),
            **base,
        )
        if k % 4 == 3:
            rows.add(
                "power_station",
                rows.near(seat, rng, 700.0),
                code=f"GD{k + 1:03d}S",
                name=f"{name}光伏",
                kind="solar",
                capacity_kva=float(rng.choice([50.0, 120.0, 300.0])),
                households=None,
                opened_on=day(rng, 2017, first + 2),
                **base,
            )
    for k, sumu in enumerate(banner.sumus):
        at = rows.gacha_at(np.array([sumu.seat]))[0]
        rows.add(
            "power_station",
            rows.near(sumu.seat, rng, 1300.0),
            code=f"BD{k + 1:02d}",
            name=f"{sumu.name}变电站",
            gacha_code=at,
            kind="substation",
            capacity_kva=float(rng.choice([6300.0, 10000.0, 20000.0])),
            households=None,
            operating=1,
            opened_on=day(rng, 1988, 2015),
            **ALWAYS,
        )
        if k % 4 == 0:
            rows.add(
                "care_home",
                rows.near(sumu.seat, rng, 500.0),
                code=f"YL{k + 1:02d}",
                name=f"{sumu.name}养老院",
                sumu_code=sumu.code,
                gacha_code=at,
                level="banner" if k == 0 else "sumu",
                beds=int(rng.integers(20, 120)),
                operating=1,
                opened_on=day(rng, 1996, first),
                **ALWAYS,
            )
    _add_power_lines(rows)


def _add_power_lines(rows: Rows) -> None:
    """Join the substations by a tree of lines, each gacha to its nearest substation."""
    subs = [
        (str(r["code"]), str(r["name"]), shapely.get_coordinates(r["geom"])[0])
        for r in rows.kinds["power_station"]
        if r["kind"] == "substation"
    ]
    joined = [subs[0]]
    for code, name, place in subs[1:]:
        other = min(joined, key=lambda s: (float(np.hypot(*(s[2] - place))), s[0]))
        rows.add(
            "power_line",
            shapely.linestrings([other[2], place]),
            quality="schematic",
            code=f"XL{rows.number('power_line'):03d}",
            name=f"{name}进线",
            voltage_kv=66.0,
            **ALWAYS,
        )
        joined.append((code, name, place))
    for row in [r for r in rows.kinds["power_station"] if r["kind"] == "transformer"]:
        place = shapely.get_coordinates(row["geom"])[0]
        other = min(subs, key=lambda s: (float(np.hypot(*(s[2] - place))), s[0]))
        rows.add(
            "power_line",
            shapely.linestrings([other[2], place]),
            quality="schematic",
            code=f"XL{rows.number('power_line'):03d}",
            name=f"{row['name']}支线",
            voltage_kv=10.0,
            **ALWAYS,
        )
