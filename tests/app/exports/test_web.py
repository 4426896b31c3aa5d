"""The web map in a real browser: no request, no script from data, the years and the search used, nothing
secret in it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

from app.exports.gap_table import release_gaps
from app.exports.web import web_map, write_web_map
from app.messages import set_language
from app.samples import sample_file
from app.session import Session
from layers.catalogue.classes import classify
from layers.catalogue.model import Choice, Column, LayerKind, common_columns
from layers.catalogue.privacy import Privacy
from layers.catalogue.registry import default_catalogue
from layers.catalogue.style import Style, StyleClass, point
from layers.catalogue.text import Text
from layers.planning.gaps import gaps
from layers.release import WITHHELD
from resources import RESOURCES
from tests.app.exports.conftest import banner_of, gacha_code, place

PAYLOADS = (
    "<script>window.pwned=1</script>",
    '<img src=x onerror="window.pwned=2">',
    "${window.pwned=3}",
    "`+(window.pwned=4)+`",
    "{{ cycler.__init__.__globals__.os.mkdir('pwned') }}",
    "{% set it = cycler.__init__.__globals__.os.mkdir('pwned') %}",
    "</script><script>window.pwned=7</script>",
    "javascript:window.pwned=8//",
    "前\u2028window.pwned=9\u2029后",
    "'\"><svg onload=window.pwned=10>",
    "__proto__",
    ']]>--><iframe srcdoc="<script>parent.pwned=12</script>">',
    "constructor",
    "\\u003cscript>\\",
)
ISLAND = re.compile(r'<script type="application/json" id="qitu-data">(.*?)</script>', re.S)
LARGEST = 3_000_000  # bytes of the sample's page


def document_of(page: bytes) -> dict:
    """What the page knows."""
    return json.loads(ISLAND.search(page.decode("utf-8")).group(1))


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> tuple[Session, Path]:
    """The sample's page, written and logged as a user would."""
    folder = tmp_path_factory.mktemp("web")
    session = Session(author="tester")
    session.open(shutil.copyfile(sample_file(), folder / "sample.gpkg"))
    write_web_map(session, folder / "map.html")
    yield session, folder / "map.html"
    session.close()


@pytest.fixture
def page(browser, sample):
    """The sample's page, open on a desk."""
    opened = browser.open(sample[1])
    yield opened
    opened.close()


# -- the browser notices what it should ----------------------------------------------------------------------


def test_the_browser_would_notice_a_request_a_script_and_an_error(browser, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<img src='http://127.0.0.1:1/a.png' onerror='window.pwned=1'>"
        "<script>console.error('x');boom()</script>"
    )
    opened = browser.open(bad)
    opened.until("window.pwned")
    assert any(address.startswith("http://127.0.0.1:1/") for address in opened.requests)
    assert any("boom" in said for said in opened.said) and any(
        said.startswith("console.error") for said in opened.said
    )
    opened.close()


# -- the sample's page ---------------------------------------------------------------------------------------


def test_the_page_opens_from_the_disk_asks_for_nothing_and_shows_the_map(page, sample):
    session, path = sample
    data = document_of(path.read_bytes())
    assert path.stat().st_size < LARGEST
    page.until("document.body.classList.contains('ready')")
    assert page.requests == [path.resolve().as_uri()] and page.said == []
    assert page.run("document.title") == session.plan.info["title"]
    assert page.run("document.querySelectorAll('.leaflet-tints-pane path[d*=L]').length") >= 2 * len(
        session.plan.table("gacha")
    )
    named = page.run("[...document.querySelectorAll('.name')].map(each => each.textContent)")
    sumu = set(session.plan.table("sumu").column("name"))
    assert len(sumu & set(named)) >= len(sumu) - 2 and len(named) > 25
    foot = page.run("document.getElementById('foot').textContent")
    for words in (
        "规划第 7.3 节",
        "坐标取整",
        "小于 3 的户数不列出",
        "含示意或合成数据",
        "未经审图，不得公开",
        "内部资料",
    ):
        assert words in foot
    assert data["about"]["crs"] == "EPSG:4549" and "path" not in json.dumps(data["about"])


def test_the_policy_comes_first_and_only_our_scripts_have_a_hash(sample):
    text = sample[1].read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy.start() < text.index("<style") < text.index("</head>") and policy.start() < text.index(
        "<script"
    )
    assert policy.group(1).startswith(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'sha256-"
    )
    assert "img-src data:" in policy.group(1)
    around = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert not re.search(r"""(?:src|href)\s*=\s*(?!["']?data:)|@import|url\(""", around)
    assert "sourceMappingURL" not in text
    for part in ("leaflet.js", "qitu.js", "page.css"):
        assert (RESOURCES / "web" / part).read_text("utf-8").splitlines()[0] in text
    assert "Redistribution and use" in (RESOURCES / "web" / "LICENSE").read_text("utf-8")


def test_the_years_move_by_mouse_by_keys_and_by_themselves(page, sample):
    data = document_of(sample[1].read_bytes())
    service = next(each for each in data["services"] if each["id"] == "toilets")

    def shown() -> tuple[str, str, list[str]]:
        """Year, heading, and how many gachas each class has."""
        year = page.run("document.getElementById('cells').getAttribute('aria-valuenow')")
        heading = page.run("document.querySelector('#legend-theme h3').textContent")
        return (
            year,
            heading,
            page.run("[...document.querySelectorAll('#legend-theme .count')].map(each => each.textContent)"),
        )

    def counted(year: int) -> list[str]:
        fills = service["fills"][service["years"].index(year)]
        return [str(fills.count(at)) for at in range(len(service["classes"])) if fills.count(at)]

    assert shown()[0] == str(data["year"]) and shown()[2] == counted(data["year"])
    tints = "[...document.querySelectorAll('.leaflet-tints-pane path')].map(each => each.attributes.fill.value) + ''"
    before = page.run(tints)
    x, y = page.middle("#cells .cell", 0)
    page.click(x, y)
    assert shown()[0] == "2021" and "2021" in shown()[1] and shown()[2] == counted(2021)
    assert page.run(tints) != before
    page.mouse("mousePressed", x, y)  # dragged across the years, it follows
    page.mouse("mouseMoved", *page.middle("#cells .cell", 2), held=True)
    assert shown()[0] == "2023"
    page.mouse("mouseReleased", *page.middle("#cells .cell", 2))
    page.key("ArrowRight", 39)
    assert shown()[0] == "2024" and shown()[2] == counted(2024)
    page.key("Home", 36)
    page.click(*page.middle("#play"))
    page.until("document.getElementById('cells').getAttribute('aria-valuenow') === '2022'")
    page.click(*page.middle("#play"))
    columns = page.run("document.querySelectorAll('#cells i:not(.hollow)').length")
    assert columns == 1, "2022 has come, the later quotas are hollow"
    assert page.said == []


@pytest.mark.parametrize("typed", ["hhejgc", "honghuaerjigacha", "红花尔基嘎查", "150724214201"])
def test_a_place_is_found_by_initials_by_name_and_by_code(page, typed):
    page.click(*page.middle("#query"))
    page.type(typed)
    page.until("document.querySelectorAll('#hits li').length")
    zoom = page.run("QiTu.map.getZoom()")
    page.key("Enter", 13)
    assert page.run("document.getElementById('card-title').textContent") == "红花尔基嘎查"
    assert "150724214201" in page.run("document.getElementById('card-under').textContent")
    assert page.run("QiTu.map.getZoom()") > zoom
    assert page.run("document.querySelectorAll('.leaflet-selected-pane path[d*=L]').length") == 2
    assert page.run("getComputedStyle(document.getElementById('leader')).display") == "block"
    page.key("Escape", 27)
    assert page.run("QiTu.state.selected") is None and page.said == []


def test_a_click_tells_what_is_there_and_layers_come_and_go(page, sample):
    data = document_of(sample[1].read_bytes())
    service = next(each for each in data["services"] if each["id"] == "clinics")
    page.click(*page.middle("#tabs button", 2))
    assert page.run("document.querySelector('#tabs .current').textContent") == "卫生室"
    code = "150724214206" if "150724214206" in service["codes"] else service["codes"][0]
    unit = service["codes"].index(code)
    spot = page.run(
        f"(p => [p.x, p.y + 56])(QiTu.map.latLngToContainerPoint("
        f"QiTu.place(...{json.dumps(service['anchors'][unit])})))"
    )
    page.click(*spot)
    assert page.run("document.getElementById('card-under').textContent").endswith(code)
    said = page.run("document.getElementById('card-reason').textContent")
    row = service["rows"][service["years"].index(data["year"])][unit]
    assert service["reasons"][row[4]] in said
    page.click(*page.middle("#tabs button", 0))
    page.run("document.getElementById('more-layers').open = true")
    page.run("document.querySelector('[data-layer=grazing_zone]').scrollIntoView()")
    page.click(*page.middle("[data-layer=grazing_zone]"))
    words = page.run("document.getElementById('legend-layers').textContent")
    assert (
        "禁牧区" in words
        and page.run(
            "document.querySelectorAll('.leaflet-layer' + QiTu.layerOf.get('grazing_zone').at"
            " + '-pane path[fill^=url]').length"
        )
        > 100
    )
    page.run("document.querySelector('[data-layer=grazing_zone]').scrollIntoView()")
    page.click(*page.middle("[data-layer=grazing_zone]"))
    assert "禁牧区" not in page.run("document.getElementById('legend-layers').textContent")
    assert page.said == []


def test_a_phone_has_the_map_above_and_the_figures_below_with_room_for_fingers(browser, sample):
    page = browser.open(sample[1], width=390, height=844, phone=True)
    boxes = {
        name: page.run(
            f"(b => [b.top, b.bottom, b.left, b.right])(QiTu.byId('{name}').getBoundingClientRect())"
        )
        for name in ("head", "map_qitu", "card", "ramp", "years", "foot")
    }
    assert all(0 <= left and right <= 390 for _, _, left, right in boxes.values())
    order = [boxes[name][0] for name in ("head", "map_qitu", "card", "ramp", "years", "foot")]
    assert order == sorted(order) and boxes["foot"][1] <= 844
    assert 0.4 < (boxes["map_qitu"][1] - boxes["map_qitu"][0]) / 844 < 0.7
    for target in ("#play", "#show-legend", "#show-search", "#service"):
        assert page.run(f"document.querySelector('{target}').getBoundingClientRect().height") >= 44
    assert page.run("document.querySelectorAll('#card-figures .figure').length") == 3
    page.tap(*page.middle("#cells .cell", 1))
    assert page.run("document.getElementById('cells').getAttribute('aria-valuenow')") == "2022"
    page.tap(*page.middle("#show-legend"))
    assert page.run("getComputedStyle(document.getElementById('legend')).display") == "flex"
    assert page.said == []
    page.close()


def test_the_page_speaks_english(sample):
    set_language("en")
    text = web_map(sample[0])[0].decode("utf-8")
    data = document_of(text.encode())
    assert '<html lang="en">' in text and data["title"] == "Ewenki Autonomous Banner (sample)"
    assert data["words"]["play"] == "Play" and data["services"][0]["title"] == "Sanitary toilets"
    assert not re.search(
        r"[\u4e00-\u9fff]", json.dumps([data["words"], data["foot"], data["statuses"]], ensure_ascii=False)
    )


def test_the_export_is_logged_with_the_hash_of_the_file(sample):
    session, path = sample
    record = list(session.plan.documents["export_log"].values())[-1]
    assert record["what"] == "map.html" and record["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (
        "small_counts" in record["rules"]
        and "gacha.name" in record["columns"]
        and "gaps.toilets" in record["columns"]
    )
    assert not any(column.split(".")[0] in ("household", "toilet", "camp") for column in record["columns"])


# -- places --------------------------------------------------------------------------------------------------


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
    released = release_gaps(session, rows, formulas=False)
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


# -- hostile text --------------------------------------------------------------------------------------------


def hostile_kind(at: int) -> LayerKind:
    """A throw-away kind with a payload for its title, a column's title, a choice's and a class's words."""
    words = Text(PAYLOADS[at], PAYLOADS[at])
    return LayerKind(
        f"hostile{at}",
        words,
        "transport",
        "Point",
        (
            Column("code", Text("编号", "Code"), privacy=Privacy.PUBLIC),
            Column("name", Text("名称", "Name"), privacy=Privacy.PUBLIC),
            Column("value", words, privacy=Privacy.PUBLIC),
            Column("choice", Text("选", "Choice"), choices=(Choice("it", words),), privacy=Privacy.PUBLIC),
            *common_columns(),
        ),
        style=Style(
            column="choice",
            classes=(
                StyleClass(
                    "it",
                    Text(f"{words.zh}类", words.en),
                    point("circle", 2.0, "label2", fill="halo", icon=PAYLOADS[at][:1]),
                ),
                StyleClass(None, Text("别的", "Other"), point("circle", 2.0, "label2")),
            ),
            order=86,
            visible=True,
        ),
    )


@pytest.fixture
def hostile(opened) -> Session:
    """A project with every payload in every way in."""
    catalogue = default_catalogue()
    for at in range(len(PAYLOADS)):
        catalogue = catalogue.with_kind(hostile_kind(at))
    rows = {
        f"hostile{at}": [
            {
                "code": payload,
                "name": payload,
                "value": payload,
                "choice": "it",
                "source": payload,
                "geom": shapely.Point(place(at)).buffer(1500).exterior.interpolate(0),
            }
        ]
        for at, payload in enumerate(PAYLOADS)
    }
    targets = (RESOURCES / "policy" / "targets.toml").read_text("utf-8")
    spoken = json.dumps("".join(PAYLOADS))  # a TOML basic string escapes as JSON does
    targets = targets.replace(
        '{ zh = "新建卫生厕所", en = "New sanitary toilets" }', f"{{ zh = {spoken}, en = {spoken} }}"
    )
    assert spoken in targets
    plan = banner_of(
        PAYLOADS,
        {**rows, **people(range(len(PAYLOADS)), lambda at: (9, 5))},
        catalogue=catalogue,
        info={"title": "".join(PAYLOADS), "period": "2021-2025"},
        policy={"targets.toml": targets},
    )
    return opened(plan)


def people(gachas, needs) -> dict[str, list[dict]]:
    """Households and toilets: `needs(at)` is (served, in need) of a gacha."""
    households, toilets = [], []
    for at in gachas:
        served, lacking = needs(at)
        for number in range(served + lacking):
            code = f"H{at}-{number}"
            households.append({"code": code, "gacha_code": gacha_code(at), "geom": shapely.Point(place(at))})
            toilets.append(
                {
                    "code": f"T{code}",
                    "household_code": code,
                    "gacha_code": gacha_code(at),
                    "state": "accepted" if number < served else "unimproved",
                    "accepted_on": "2020-05-01",
                    "geom": shapely.Point(place(at)),
                }
            )
    return {"household": households, "toilet": toilets}


@pytest.mark.parametrize("policy", ["as written", "without its security policy"])
def test_hostile_text_stays_text_through_every_way_in(browser, hostile, tmp_path, monkeypatch, policy):
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "map.html"
    write_web_map(hostile, out)
    assert not (tmp_path / "pwned").exists(), "a value ran in our own process"
    if policy != "as written":  # our escaping must do without the browser's help
        text = out.read_text("utf-8")
        cut = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text, count=1)
        assert cut != text
        out.write_text(cut, "utf-8")
    page = browser.open(out)
    page.until("document.body.classList.contains('ready')")
    assert page.run("document.getElementById('title').textContent") == "".join(PAYLOADS)
    assert "".join(PAYLOADS) in page.run("document.getElementById('legend-theme').textContent")
    legend = page.run("[...document.querySelectorAll('#legend-layers .words')].map(each => each.textContent)")
    for at, payload in enumerate(PAYLOADS):
        assert payload in legend
        told = page.run(
            f"(() => {{ const layer = QiTu.layerOf.get('hostile{at}'); QiTu.select({{layer: layer, row: 0}},"
            f" [{{layer: layer, row: 0}}]);"
            " return ['title', 'under', 'fields', 'more'].map(id => QiTu.byId('card-' + id).textContent); })()"
        )
        assert told[0] == payload and payload in told[1] and payload in told[3]
        assert told[2].count(payload) == 6, (
            "titles of layer, class and column, value, words of the choice, source"
        )
        # the way a user goes: typed into the search, chosen, and drawn as a name on the map
        page.run("QiTu.byId('query').value = ''")
        page.click(*page.middle("#query"))
        page.type(payload)
        hits = page.run("[...document.querySelectorAll('#hits li > span')].map(each => each.textContent)")
        assert payload in hits, payload
        page.key("Enter", 13)
        assert page.run("document.getElementById('card-title').textContent") in hits
    page.run("QiTu.byId('zoom-whole').click()")
    assert (
        len(
            set(page.run("[...document.querySelectorAll('.name')].map(each => each.textContent)"))
            & set(PAYLOADS)
        )
        > 6
    )
    page.run("new Promise(resolve => setTimeout(resolve, 300))")
    assert page.run("window.pwned === undefined && ({}).pwned === undefined")
    assert page.run("document.querySelectorAll('iframe, img, #map_qitu script').length") == 0
    assert page.requests == [out.resolve().as_uri()] and page.said == []
    assert not (tmp_path / "pwned").exists()
    page.close()


# -- secrets -------------------------------------------------------------------------------------------------


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
    page = web_map(session, audience=audience)[0]
    data = document_of(page)
    texts = page.decode("utf-8") + json.dumps(data, ensure_ascii=False)
    found = {
        where: secret for where, secret in secrets.items() if any(form in texts for form in forms(secret))
    }
    assert found == {}
    assert {"household", "toilet", "camp", "hardship"}.isdisjoint(layer["id"] for layer in data["layers"])
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


# -- what every kind of the catalogue needs ------------------------------------------------------------------


def test_every_symbol_and_icon_of_the_catalogue_can_be_drawn(browser, sample, page):
    from app.exports.web_style import icon_data, icon_names, symbol_data

    symbols = [
        symbol_data(each)
        for kind in default_catalogue()
        for each in (kind.style.symbol, *(one.symbol for one in kind.style.classes))
    ]
    icons = {name: icon_data(name) for name in icon_names(symbols)}
    assert len(icons) > 20 and all(icon["paths"] and len(icon["box"].split()) == 4 for icon in icons.values())
    drawn = page.run(
        f"(() => {{ Object.assign(QiTu.data.icons, {json.dumps(icons)});"
        f" return {json.dumps(symbols)}.map(symbol =>"
        " symbol.marker ? QiTu.sign(symbol, 40).querySelectorAll('[fill], [stroke]').length :"
        " QiTu.swatch(symbol, symbol.fill || symbol.band ? 'MultiPolygon' : 'MultiLineString').childElementCount)"
        " })()"
    )
    empty = [symbol for symbol, count in zip(symbols, drawn, strict=True) if not count and symbol]
    assert empty == [] and page.said == []


def test_classes_on_the_page_are_those_of_the_map(sample):
    session, path = sample
    data = document_of(path.read_bytes())
    table = session.plan.table("road")
    style = table.kind.style
    names = {name: table.column(name) for name in ("class", "surface")}
    layer = next(each for each in data["layers"] if each["id"] == "road")
    assert layer["class_of"] == [int(each) for each in classify(style, names, len(table))]
