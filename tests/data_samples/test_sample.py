"""The sample banner: made by its script, honest about itself, and with the facts it claims."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
import shapely

from data_samples.banner import FACTS, ewenki
from data_samples.build import COMMITTED, plan_of
from data_samples.generate import generate
from layers.catalogue.registry import default_catalogue
from layers.catalogue.values import check_value
from layers.geo.measure import areas_m2
from layers.plan.plan import Plan
from layers.policy import load_policy
from layers.store import Store

ACCEPTED = ("accepted", "rectified")
HAIR = 0.02  # metres: twice the precision of the sample's coordinates


@pytest.fixture(scope="module")
def sample() -> Iterator[Plan]:
    with Store.open(COMMITTED, default_catalogue()) as store:
        yield store.load()


@pytest.fixture(scope="module")
def rebuilt() -> Plan:
    banner = ewenki()
    return plan_of(banner, generate(banner))


def rows_by_key(plan: Plan, kind_id: str) -> dict:
    table = plan.table(kind_id)
    rows = [table.row(fid) for fid in table.fids.tolist()]
    found = {row[table.kind.key]: row for row in rows}
    assert len(found) == len(rows), f"{kind_id}: a key occurs twice"
    return found


def same(one: object, other: object) -> bool:
    if isinstance(one, shapely.Geometry) and isinstance(other, shapely.Geometry):
        return bool(shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), HAIR))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, abs=HAIR)
    return one == other


def column(plan: Plan, kind_id: str, name: str) -> list:
    return plan.table(kind_id).column(name).tolist()


def rows_of(name: str) -> list[dict[str, str]]:
    with open(FACTS / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_script_makes_the_committed_file(sample: Plan, rebuilt: Plan) -> None:
    assert set(sample.tables) == set(rebuilt.tables)
    assert sample.info == rebuilt.info and sample.crs == rebuilt.crs
    for kind_id in sample.tables:
        committed, made = rows_by_key(sample, kind_id), rows_by_key(rebuilt, kind_id)
        assert committed.keys() == made.keys(), kind_id
        for key, row in committed.items():
            other = [name for name, value in row.items() if not same(value, made[key].get(name))]
            assert not other, f"{kind_id} {key}: {other}"


def test_there_is_enough_of_it_and_every_feature_says_what_it_is(sample: Plan) -> None:
    tables = [table for _, table in sample.layers() if len(table)]
    assert len(tables) >= 24
    assert sum(len(table) for table in tables) > 15_000
    for table in tables:
        assert set(table.column("quality")) <= {"surveyed", "located", "schematic", "synthetic"}, (
            table.kind.id
        )
        assert all(table.column("source")), table.kind.id
        for wanted in table.kind.columns:
            for value in set(table.column(wanted.name)):
                check_value(wanted, value)
    made_up = ("household", "toilet", "clinic", "contract_pasture", "land_parcel", "livestock")
    assert all(set(column(sample, kind, "quality")) == {"synthetic"} for kind in made_up)
    assert "synthetic" not in {*column(sample, "gacha", "quality"), *column(sample, "road", "quality")}


def test_codes_and_names_are_those_of_the_statistics_bureau(sample: Plan) -> None:
    facts = {row["code"]: row for row in rows_of("divisions_2023.csv")}
    gachas = rows_by_key(sample, "gacha")
    assert gachas.keys() == {code for code, row in facts.items() if row["type"] == "嘎查"}
    assert len(gachas) == 44 and len({row["name"] for row in gachas.values()}) == 43
    for code, row in gachas.items():
        assert (row["name"], row["sumu_code"]) == (facts[code]["name"], facts[code]["sumu_code"])
    sumus = rows_by_key(sample, "sumu")
    assert len(sumus) == 10
    assert all(row["name"] == facts[code]["name"] for code, row in sumus.items())
    assert sum(column(sample, "gacha", "out_of_poverty_households")) == 745
    assert sum(column(sample, "gacha", "out_of_poverty_people")) == 1724
    assert sum(column(sample, "household", "out_of_poverty")) == 745


def test_units_are_a_clean_coverage_with_their_seats_inside(sample: Plan) -> None:
    banner = sample.table("banner").geometry[0]
    sumus = {code: row["geom"] for code, row in rows_by_key(sample, "sumu").items()}
    gachas = rows_by_key(sample, "gacha")
    for geometries in (list(sumus.values()), [row["geom"] for row in gachas.values()]):
        assert shapely.coverage_is_valid(geometries)
        assert all(len(geometry.geoms) == 1 for geometry in geometries)
    assert shapely.equals(shapely.coverage_union_all(list(sumus.values())), banner)
    for code, geometry in sumus.items():
        members = [row["geom"] for row in gachas.values() if row["sumu_code"] == code]
        assert not members or shapely.equals(shapely.coverage_union_all(members), geometry), code
    units = {**sumus, **{code: row["geom"] for code, row in gachas.items()}}
    seats = [row for row in rows_by_key(sample, "seat").values() if row["level"] != "banner"]
    assert len(seats) == 54
    assert all(shapely.covers(units[row["unit_code"]], row["geom"]) for row in seats)


def test_sumu_areas_are_near_the_published_ones(sample: Plan) -> None:
    rows = rows_by_key(sample, "sumu")
    for fact in rows_of("sumu_areas.csv"):
        if fact["area_km2"]:
            area = areas_m2([rows[fact["code"]]["geom"]], sample.crs.epsg)[0] / 1e6
            assert area == pytest.approx(float(fact["area_km2"]), rel=0.02), fact["name"]


@pytest.mark.parametrize(
    "kind_id", ["land_parcel", "land_cover", "grazing_zone", "livestock_zone", "farmland"]
)
def test_parts_fit_each_other(sample: Plan, kind_id: str) -> None:
    assert shapely.coverage_is_valid(sample.table(kind_id).geometry)


def test_parcels_fill_their_sumu_and_state_their_area(sample: Plan) -> None:
    parcels = sample.table("land_parcel")
    code = ewenki().parcels_around
    whole = rows_by_key(sample, "sumu")[code]["geom"]
    # A corner put on the border of the sumu is rounded to 0.01 m, so the border itself moves by a hair.
    odd = shapely.symmetric_difference(shapely.coverage_union_all(parcels.geometry), whole)
    assert shapely.area(odd) < HAIR * shapely.length(whole)
    measured = areas_m2(parcels.geometry, sample.crs.epsg)
    assert np.abs(measured - np.array(column(sample, "land_parcel", "TBMJ"))).max() <= 0.0051


def test_toilets_short_exceed_the_quotas_and_two_gachas_were_never_surveyed(sample: Plan) -> None:
    accepted = {
        row["household_code"] for row in rows_by_key(sample, "toilet").values() if row["state"] in ACCEPTED
    }
    households = rows_by_key(sample, "household")
    assert 7000 < len(households) < 8000
    quotas = sum(load_policy().quota("toilets").values())
    assert quotas == 3193 < len(households.keys() - accepted) < 4600
    silent = set(column(sample, "gacha", "code")) - set(column(sample, "toilet", "gacha_code"))
    assert len(silent) == 2
    states = Counter(column(sample, "toilet", "state"))
    assert states.keys() == {"unimproved", "planned", "built", "accepted", "faulty", "rectified", None}


def test_nobody_is_in_it(sample: Plan) -> None:
    assert all(re.fullmatch(r"户主\d{4}", head) for head in column(sample, "household", "head"))
    for kind in ("visited_by", "chief", "keeper_post"):
        for _, table in sample.layers():
            if kind in table.kind.column_names:
                assert {value for value in table.column(kind) if value} <= {
                    "旗级路长",
                    "苏木乡镇级路长",
                    "嘎查级路长",
                    "网格员",
                }
    for _, table in sample.layers():
        for wanted in table.kind.columns:
            if wanted.type == "text" and wanted.name not in ("QSDWDM", "ZLDWDM", "BSM"):
                long = [
                    value for value in table.column(wanted.name) if value and re.search(r"\d{15,}", value)
                ]
                assert not long, f"{table.kind.id}.{wanted.name} looks like an identity number"


def test_roads_meet_in_shared_points_and_keep_out_of_lakes(sample: Plan) -> None:
    roads = sample.table("road").geometry
    ends: Counter[tuple] = Counter()
    for road in roads:
        points = shapely.get_coordinates(road)
        ends.update([tuple(points[0]), tuple(points[-1])])
    left, right = shapely.STRtree(roads).query(roads, predicate="intersects")
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a < b:
            meeting = shapely.get_coordinates(shapely.intersection(roads[a], roads[b]))
            assert all(ends[tuple(point)] >= 2 for point in meeting.tolist()), (a, b, meeting)
    lakes = shapely.union_all(sample.table("lake").geometry)
    assert not shapely.intersects(roads, lakes).any()
    network = [tuple(sorted(part)) for part in parts_of(roads)]
    assert sum(len(part) > 300 for part in network) == 1
    assert sum(1 < len(part) < 10 for part in network) == 3, "three small networks are cut off"
    loose = {end for end, count in ends.items() if count == 1}
    dead = {tuple(point) for point in shapely.get_coordinates(sample.table("dead_end").geometry).tolist()}
    assert dead == loose
    assert set(column(sample, "dead_end", "reason")) == {"true", "gate", "border", "data_edge", "gap", None}


def parts_of(roads: np.ndarray) -> list[list[int]]:
    """Indices of the roads of each part that hangs together by common ends."""
    at: dict[tuple, list[int]] = {}
    for k, road in enumerate(roads):
        points = shapely.get_coordinates(road)
        for end in (points[0], points[-1]):
            at.setdefault(tuple(end), []).append(k)
    parent = list(range(len(roads)))

    def root(k: int) -> int:
        while parent[k] != k:
            k = parent[k]
        return k

    for members in at.values():
        for other in members[1:]:
            parent[root(other)] = root(members[0])
    parts: dict[int, list[int]] = {}
    for k in range(len(roads)):
        parts.setdefault(root(k), []).append(k)
    return list(parts.values())


def test_places_lie_where_they_say(sample: Plan) -> None:
    banner = shapely.buffer(sample.table("banner").geometry[0], HAIR)
    lakes = shapely.union_all(sample.table("lake").geometry)
    gachas = {code: row["geom"] for code, row in rows_by_key(sample, "gacha").items()}
    for kind, table in sample.layers():
        if kind.geometry == "Point":
            assert shapely.covers(banner, table.geometry).all(), kind.id
            assert not shapely.intersects(lakes, table.geometry).any(), kind.id
    for kind_id in ("household", "toilet"):
        homes = [gachas[code] for code in column(sample, kind_id, "gacha_code")]
        assert shapely.dwithin(homes, sample.table(kind_id).geometry, HAIR).all()


def test_tributaries_flow_into_their_rivers(sample: Plan) -> None:
    rivers = {row["name"]: row["geom"] for row in rows_by_key(sample, "river").values()}
    for river in ewenki().rivers:
        if river.into:
            mouth = shapely.points(shapely.get_coordinates(rivers[river.name])[-1])
            assert shapely.distance(mouth, rivers[river.into]) < HAIR, river.name
