"""Hostile text in every way into a web map stays text, with the browser's help and without."""

from __future__ import annotations

import json
import re

import pytest
import shapely

from app.exports.web import write_web_map
from app.session import Session
from layers.catalogue.model import Choice, Column, LayerKind, common_columns
from layers.catalogue.privacy import Privacy
from layers.catalogue.registry import default_catalogue
from layers.catalogue.style import Style, StyleClass, point
from layers.catalogue.text import Text
from resources import RESOURCES
from tests.app.exports.banners import banner_of, people, place

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
            " return ['title', 'under', 'fields', 'more'].map(id => QiTu.byId('card-' + id).textContent) })()"
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
