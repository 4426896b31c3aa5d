"""A fictitious banner elsewhere: other zone, codes, names, numbers, period and quotas; the same generator.

It shows that nothing in the product is wired to the sample banner. No such place exists.
"""

from __future__ import annotations

import datetime
import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
import shapely

from data_samples.banner import XY, Banner, Gacha, Highway, Lake, Leg, River, Sumu
from data_samples.coverage import on_grid
from data_samples.raster import noise
from layers.geo.crs import PlanningCrs

SHIFT = 5  # years
PERIODS, TARGETS = "periods.toml", "targets.toml"
CODE = "990101"
TOILETS = {2026: 120, 2027: 210, 2028: 160, 2029: 190, 2030: 140}
# name, kind, seat (km from the middle), area (km², None unknown), names of its gachas
SUMUS = (
    ("东原镇", "镇", (26.0, 6.0), 620.0, ("青石", "白杨", "红柳")),
    ("北河苏木", "苏木", (2.0, 21.0), None, ("长坡", "双井", "三岔", "石门", "沙泉")),
    ("西岗苏木", "苏木", (-31.0, 4.0), 1480.0, ("平川", "大洼", "小营", "榆林", "柳沟")),
    ("南泉苏木", "苏木", (-4.0, -18.0), None, ("松岗", "杏树", "桃坪", "麦场")),
    ("中滩镇", "镇", (-3.0, 1.0), 160.0, ()),
)


def shifted() -> Banner:
    """Return the fictitious banner, in the 3-degree zone of 111°E."""
    crs = PlanningCrs.from_epsg(4546)
    middle = crs.from_lonlat([[111.35, 43.1]])[0].round(-3)

    def at(km: XY) -> XY:
        return float(middle[0] + km[0] * 1000.0), float(middle[1] + km[1] * 1000.0)

    def path(*places: XY) -> tuple[XY, ...]:
        return tuple(at(place) for place in places)

    sumus, gachas = [], []
    for k, (name, kind, seat, km2, members) in enumerate(SUMUS):
        code = f"{CODE}{100 + k if kind == '镇' else 200 + k}000"
        sumus.append(Sumu(code, name, kind, at(seat), "S", km2))
        gachas += [Gacha(f"{code[:9]}{201 + n}", f"{member}嘎查", code) for n, member in enumerate(members)]
    first, north, west, south, town = (sumu.code for sumu in sumus)
    return Banner(
        id="shifted",
        code=CODE,
        name="示例旗",
        title_en="A fictitious banner (sample)",
        crs=crs,
        seed=990101,
        outline=_outline(middle),
        sumus=tuple(sumus),
        gachas=tuple(gachas),
        rivers=(
            River(
                "长河",
                path((44.0, -14.0), (28.0, -2.0), (12.0, 4.0), (-6.0, 6.0), (-22.0, 10.0), (-46.0, 14.0)),
                None,
                "schematic",
            ),
            River("清溪", path((-2.0, -30.0), (-3.0, -16.0), (-10.0, -4.0)), "长河", "schematic"),
            River("北沟", path((8.0, 30.0), (4.0, 19.0)), "长河", "schematic"),
        ),
        lakes=(
            Lake("月泡子", at((-18.0, -12.0)), 4.5),
            Lake("圆泡子", at((18.0, 16.0)), 2.6),
            Lake("长河水库", at((20.0, 1.0)), 5.0, "长河", True),
        ),
        highways=(
            Highway(
                "S501",
                "东西线（示意）",
                (Leg("ii", (first, town)), Leg("iii", (town, west, at((-47.0, 6.0))))),
            ),
            Highway("X601", "南北线（示意）", (Leg("iv", (north, town, south, at((2.0, -31.0)))),)),
        ),
        cover=_cover(middle),
        households=2100,
        period=(2026, 2030),
        livestock_years=(2024, 2025, 2026, 2027),
        parcels_around=first,
        surveyed_on="2027-12-31",
        poor=(212, 497),
        farmland_side="S",
        reserve=("长河自然保护区（虚构）", "长河"),
        toilets_short=1300,
        own_policy=True,
        sources=dict.fromkeys(
            ("outline", "codes", "seat_A", "seat_S", "river_fact", "cover", "made"), "虚构"
        ),
    )


def _outline(middle: np.ndarray) -> shapely.Polygon:
    angle = np.linspace(0.0, 2 * np.pi, 220, endpoint=False)
    reach = 1.0 + 0.16 * noise(2 * np.cos(angle), 2 * np.sin(angle), wavelength=1.6, seed=8, octaves=5)
    return on_grid(
        shapely.polygons(
            np.column_stack((46.0 * np.cos(angle), 30.0 * np.sin(angle))) * reach[:, None] * 1000.0 + middle
        )
    )


def _cover(middle: np.ndarray) -> Any:
    def cover(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        wild = noise(x, y, wavelength=14000.0, seed=77, octaves=3)
        slope = (y - middle[1]) / 30000.0 - (x - middle[0]) / 60000.0
        return np.select(
            [slope + 0.5 * wild > 1.15, slope + 0.5 * wild > 0.9, slope + 0.5 * wild < -0.75],
            [4, 9, 12],
            default=10,
        )

    return cover


def shifted_policy(banner: Banner) -> dict[str, str]:
    """Return file name -> text: the built-in records with the years moved and other numbers."""
    place = files("resources") / "policy"
    period = "{}-{}".format(*banner.period)
    targets = tomllib.loads((place / TARGETS).read_text(encoding="utf-8"))
    targets["period"] = period
    for record in targets["target"]:
        record.pop("note", None)
        if "by" in record:
            record["by"] += SHIFT
        if "values" in record:
            record["values"] = {str(int(year) + SHIFT): value for year, value in record["values"].items()}
        record.update(_own_numbers(record, banner))
    periods = {
        "version": datetime.date(2026, 1, 1),
        "current": period,
        "period": [
            {
                "id": period,
                "title": {"zh": f"虚构规划期（{period}）", "en": f"Fictitious period ({period})"},
                "first_year": banner.period[0],
                "last_year": banner.period[1],
                "baseline_year": banner.period[0] - 1,
                "document": {"zh": "示例旗规划（虚构）", "en": "Plan of a fictitious banner"},
                "issued": datetime.date(banner.period[0], 3, 1),
            }
        ],
    }
    rules = sorted(entry.name for entry in place.iterdir() if entry.name.startswith("rules"))
    return {
        PERIODS: _toml(periods),
        TARGETS: _toml(targets),
        **{name: (place / name).read_text(encoding="utf-8") for name in rules},
    }


def _own_numbers(record: dict[str, Any], banner: Banner) -> dict[str, Any]:
    """Return the fields of a target that are counted from this banner, not moved from another's plan."""
    first = str(banner.period[0])
    if record["id"] == "toilets":
        return {
            "values": {str(year): count for year, count in TOILETS.items()},
            "threshold": sum(TOILETS.values()),
            "by": max(TOILETS),
        }
    counts = {
        "scope_sumu": len({gacha.sumu for gacha in banner.gachas}),
        "scope_gachas": len(banner.gachas),
        "scope_households": banner.poor[0],
        "scope_people": banner.poor[1],
    }
    return {"values": {first: counts[record["id"]]}} if record["id"] in counts else {}


def _toml(table: dict[str, Any]) -> str:
    """Return a table of plain values and lists of records as TOML."""
    head = [f"{name} = {_value(value)}" for name, value in table.items() if not isinstance(value, list)]
    for name, records in table.items():
        if isinstance(records, list):
            for record in records:
                head += ["", f"[[{name}]]", *[f"{key} = {_value(value)}" for key, value in record.items()]]
    return "\n".join(head) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
