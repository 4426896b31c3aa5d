"""What a web map may hold: coarse places for the public, no household, no secret, no more than the gap table
says."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import shapely

from app.exports.gap_table import release_gaps
from app.exports.web import web_map
from layers.catalogue.privacy import Privacy
from layers.catalogue.registry import default_catalogue
from layers.maps.settings import LayerSettings
from layers.planning.gaps import gaps
from layers.release import WITHHELD
from tests.app.exports.banners import banner_of, document_of, gacha_code, place


def polygons(data: dict, kind: str) -> np.ndarray:
    """A layer's areas in planning metres."""
    layer = next(each for each in data["layers"] if each["id"] == kind)
    unit = data["grid"]["unit"]
    made = []
    for rings in layer["shapes"]:
        lines = [
            np.cumsum(np.array(ring).reshape(-1, 2), axis=0) * unit + data["grid"]["origin"] for ring in rings
        ]
        areas = [shapely.Polygon(line) for line in lines if len(line) >= 3]
        whole = areas[0]
        for each in areas[1:]:
            whole = whole.symmetric_difference(each)
        made.append(whole)
    return np.array(made, object)


def test_outlines_are_where_they_are_and_neighbours_still_meet(sample):
    session, path = sample
    data = document_of(path.read_bytes())
    table = session.plan.table("gacha")
    drawn = polygons(data, "gacha")
    assert shapely.coverage_is_valid(drawn)
    assert (np.abs(shapely.area(drawn) / shapely.area(table.geometry) - 1) < 0.01).all()
    assert (
        max(shapely.hausdorff_distance(one, other) for one, other in zip(drawn, table.geometry, strict=True))
        < 60
    )
    assert shapely.get_num_coordinates(drawn).sum() < shapely.get_num_coordinates(table.geometry).sum()


def test_for_the_public_places_are_coarse_and_internal_things_are_gone(sample):
    session, _ = sample
    page, layers, _ = web_map(session, audience="public", review_number="蒙S(2026)001号")
    data = document_of(page)
    assert data["grid"]["unit"] == 100 and all(value % 100 == 0 for value in data["grid"]["origin"])
    assert shapely.coverage_is_valid(polygons(data, "gacha"))
    kinds = {layer["id"] for layer in data["layers"]}
    assert {"gacha", "road", "grazing_zone"} <= kinds and not {
        "red_line",
        "household",
        "toilet",
        "camp",
    } & kinds
    titles = {field["title"] for layer in data["layers"] for field in layer["fields"]}
    assert "路长" not in titles and "脱贫户数" not in titles and "路面类型" in titles
    assert data["foot"]["right"] == ["审图号：蒙S(2026)001号"] and "坐标取整到 100 米" in data["foot"]["left"]
    assert {"audience": "public"}.items() <= data["about"].items() and "road.chief" not in layers.columns


def test_a_page_says_nothing_that_the_gap_table_of_the_same_year_withholds(sample):
    session, path = sample
    data = document_of(path.read_bytes())
    service = next(each for each in data["services"] if each["id"] == "toilets")
    year = data["year"]
    rows = gaps(session.plan, session.policy, year=year).rows
    released = release_gaps(session, rows, words=False)
    at = {key: place for place, key in enumerate(released.keys)}
    seen = 0
    for row, table_row in zip(rows, released.rows, strict=True):
        if row.service == "toilets":
            shown = service["rows"][service["years"].index(year)][service["codes"].index(row.unit_code)]
            for measure, value in zip(("have", "gap", "unknown"), shown, strict=False):
                assert value in (getattr(row, measure), WITHHELD)
                if table_row[at[measure]] == WITHHELD:
                    assert value == WITHHELD
                    seen += 1
    assert seen > 20


# -- secrets ---


def planted() -> tuple[dict[str, list[dict]], dict[str, str]]:
    """A row of every kind with a secret in every sensitive column; `kind.column` -> the secret as it would
    look."""
    rows: dict[str, list[dict]] = {}
    secrets: dict[str, str] = {}
    shapes = {
        "Point": shapely.Point(place(0)),
        "MultiLineString": shapely.LineString([place(0), place(1)]),
        "MultiPolygon": shapely.Point(place(0)).buffer(500),
    }
    for kind in default_catalogue():
        if kind.id in ("banner", "sumu", "gacha"):
            continue
        row: dict = {"code": f"{kind.id}-1"} if "code" in kind.column_names else {}
        if kind.geometry:
            row["geom"] = shapes[kind.geometry]
        for column in kind.columns:
            number = len(secrets) + 1
            value = {
                "text": f"密{number:03d}SECRET",
                "integer": 918_270_000 + number,
                "real": 918_270_000.5 + number,
                "date": f"19{number // 28 + 10}-03-{number % 28 + 1:02d}",
            }.get(column.type)
            if column.choices:
                row[column.name] = column.choices[0].value
            elif column.privacy >= Privacy.SENSITIVE and value is not None:
                row[column.name] = value
                secrets[f"{kind.id}.{column.name}"] = str(value)
            elif column.required and column.name not in row:
                row[column.name] = 2024 if column.type == "integer" else "x"
            elif column.name == "gacha_code":
                row[column.name] = gacha_code(0)
        rows[kind.id] = [row]
    return rows, secrets


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_no_planted_secret_is_in_the_bytes(opened, audience):
    rows, secrets = planted()
    assert len(secrets) >= 26
    odd = shapely.Point(EAST_ODD, NORTH_ODD)
    for kind in ("household", "toilet", "camp"):
        rows[kind][0]["geom"] = odd
    session = opened(banner_of(["甲嘎查", "乙嘎查"], rows))
    everything = LayerSettings(frozenset(kind.id for kind in session.catalogue))  # all ticked
    page = web_map(session, audience=audience, settings=everything)[0]
    data = document_of(page)
    texts = page.decode("utf-8") + json.dumps(data, ensure_ascii=False)
    found = {
        where: secret for where, secret in secrets.items() if any(form in texts for form in forms(secret))
    }
    assert found == {}
    drawn = {layer["id"] for layer in data["layers"]}
    assert {"household", "toilet", "camp", "hardship"}.isdisjoint(drawn) and "contract_pasture" in drawn
    near = [
        point
        for layer in data["layers"]
        for shape in layer["shapes"]
        for line in shape
        for point in np.cumsum(np.array(line).reshape(-1, 2), axis=0) * data["grid"]["unit"]
        + data["grid"]["origin"]
        if np.hypot(*(point - (EAST_ODD, NORTH_ODD))) < 150
    ]
    assert near == [], "the place of a household shows"
    assert str(session.path.parent) not in texts and "tester" not in texts


def test_the_hunt_for_secrets_finds_one_that_is_there(opened):
    rows, secrets = planted()
    rows["road"][0]["name"] = secrets["household.head"]
    page = web_map(opened(banner_of(["甲嘎查", "乙嘎查"], rows)))[0].decode("utf-8")
    assert any(form in page for form in forms(secrets["household.head"]))


EAST_ODD, NORTH_ODD = 500_777.0, 5_300_777.0


def forms(secret: str) -> set[str]:
    """A secret as it might be written."""
    written = {secret}
    if re.fullmatch(r"[\d.]+", secret):
        written |= {f"{float(secret):,.10g}", f"{float(secret):.0f}"}
    return written
