"""The web map in a real browser: it asks for nothing, the years and the search are used, a phone shows it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil

import pytest

from app.exports.web import web_map, write_web_map
from app.messages import set_language
from app.session import Session
from layers.catalogue.classes import classify
from layers.catalogue.registry import default_catalogue
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.schemes import keep_scheme
from layers.planning.toilets import allocate
from layers.release import WITHHELD
from resources import RESOURCES
from tests.app.exports.banners import document_of

LARGEST = 3_000_000  # bytes of the sample's page


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
    tints = (
        "[...document.querySelectorAll('.leaflet-tints-pane path')].map(e => e.attributes.fill.value) + ''"
    )
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


def test_a_scheme_stands_in_columns_less_its_small_cells(browser, sample, tmp_path):
    session = Session(author="tester")
    session.open(shutil.copyfile(sample[0].path, tmp_path / "copy.gpkg"))
    given = allocate(session.plan, session.policy)
    session.do(Text("存方案", "Keep"), lambda plan: keep_scheme(plan, "方案<甲>", given, "toilets"))
    write_web_map(session, tmp_path / "scheme.html", scheme="方案<甲>", year=2025, theme="toilets")
    data = document_of((tmp_path / "scheme.html").read_bytes())
    service = next(each for each in data["services"] if each["id"] == "toilets")
    assert service["quota"] == [[year, number] for year, number in given.total_by_year.items()]
    cells = given.by_gacha()
    shown = dict(zip(service["codes"], service["planned"], strict=True))
    small = [
        value
        for code in cells
        for value, true in zip(shown[code], cells[code].values(), strict=True)
        if value != true and value != WITHHELD
    ]
    assert small == []
    assert all(
        value == WITHHELD
        for code in cells
        for value, true in zip(shown[code], cells[code].values(), strict=True)
        if 0 < true < 3
    )
    assert not any("planned" in each for each in data["services"] if each["id"] != "toilets")
    page = browser.open(tmp_path / "scheme.html")
    assert page.run("document.getElementById('period').textContent") == "2021–2025 · 方案<甲>"
    quotas = page.run("[...document.querySelectorAll('#cells em')].map(each => each.textContent)")
    assert quotas == [f"{number:,}" for number in given.total_by_year.values()]
    assert page.run("document.querySelectorAll('.leaflet-signs-pane svg').length") > 30 and page.said == []
    page.close()
    session.close()
    with pytest.raises(InputError, match="scheme_unknown"):
        web_map(sample[0], scheme="没有")


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
        " QiTu.swatch(symbol, symbol.fill || symbol.band ? 'MultiPolygon' : 'MultiLineString')"
        ".children.length)"
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
