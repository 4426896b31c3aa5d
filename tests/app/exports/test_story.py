"""A web story in a real browser: steps by button, key and finger, callouts, before and after dragged; what it
tells of schemes gives no small count away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.actions import scenes as actions
from app.actions.sharing import export
from app.exports.web import web_map
from app.messages import set_language
from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.scenes import Callout, SavedScene
from layers.planning.schemes import keep_scheme
from layers.planning.toilets import allocate
from layers.release import WITHHELD
from tests.app.exports.banners import banner_of, document_of, gacha_code, people, place

NAMES = ["甲嘎查", "乙嘎查", "丙嘎查", "丁嘎查"]
HOSTILE = "</script><script>window.pwned=1</script>{{7*7}}<img src=x onerror=window.pwned=1>"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[tuple[Session, Path]]:
    """A project of four gachas with a scheme and three scenes, and its story."""
    set_language("zh")
    folder = tmp_path_factory.mktemp("story")
    plan = banner_of(NAMES, people(range(4), lambda at: (10 + 5 * at, (30, 26, 22, 18)[at])))
    session = Session(plan.catalogue, author="tester")
    session.create(folder / "p.gpkg", plan)
    given = allocate(session.plan, session.policy, quotas={2024: 30, 2025: 40})
    session.do(Text("存", "Keep"), lambda plan: keep_scheme(plan, "方案甲", given, "toilets"))
    whole = session.plan.bounds
    x, y = place(1)
    near = (x - 2000.0, y - 2000.0, x + 2000.0, y + 2000.0)
    for scene in (
        SavedScene("", f"缺口 {HOSTILE}", whole, ("banner", "gacha", "seat"), year=2023, theme="toilets",
                   symbols=True, caption=HOSTILE,
                   callouts=(Callout(f"丙\n{HOSTILE}", place(2)), Callout("甲", place(0)))),
        SavedScene("", "照方案甲", whole, ("banner", "gacha"), year=2025, scheme="方案甲", theme="toilets",
                   before=(2023, None), opacity=(("gacha", 0.5),)),
        SavedScene("", "到乙嘎查", near, ("gacha", "seat", "household"), theme="clinics",
                   highlighted=(("gacha", gacha_code(1)),)),
    ):  # fmt: skip
        actions.save(session, scene)
    export(session, folder / "story.html", story=True)
    yield session, folder / "story.html"
    session.close()


@pytest.fixture
def page(browser, told):
    opened = browser.open(told[1])
    yield opened
    opened.close()


def shown(page) -> dict:  # type: ignore[no-untyped-def]
    """What a reader sees of the step."""
    return page.run(
        "({step: document.body.dataset.step, title: QiTu.byId('story-title').textContent,"
        " layers: [...QiTu.state.shown].sort(), service: QiTu.byId('service').value,"
        " years: !QiTu.byId('years').hidden, swiped: !QiTu.byId('swipe').hidden,"
        " callouts: document.querySelectorAll('.callout').length})"
    )


def settled(page, step: int) -> None:  # type: ignore[no-untyped-def]
    page.until(f"document.body.dataset.step === '{step}'")
    page.until("!QiTu.map._flyToFrame || !document.querySelector('.leaflet-zoom-anim')")


def test_steps_by_button_by_key_and_by_the_list_change_place_layers_and_theme(page, told):
    assert page.requests == [told[1].resolve().as_uri()] and page.said == []
    first = shown(page)
    assert first["step"] == "1" and first["layers"] == ["banner", "gacha", "seat"]
    assert first["years"] and not first["swiped"] and first["callouts"] == 2
    assert page.run("QiTu.byId('cells').getAttribute('aria-valuenow')") == "2023"
    page.click(*page.middle("#story-next"))
    settled(page, 2)
    assert shown(page)["swiped"] and shown(page)["years"] and shown(page)["callouts"] == 0
    assert page.run("QiTu.map.getPane('layer' + QiTu.layerOf.get('gacha').at).style.opacity") == "0.5"
    page.key("ArrowRight", 39)
    settled(page, 3)
    last = shown(page)
    assert last["title"] == "到乙嘎查" and last["layers"] == ["gacha", "seat"] and last["service"] == "clinics"
    assert page.run("document.querySelectorAll('.leaflet-selected-pane path[d*=L]').length") == 2
    page.until("QiTu.map.getZoom() > -5.5")
    assert page.run("QiTu.byId('story-next').disabled")
    page.key("PageUp", 33)
    settled(page, 2)
    page.click(*page.middle("#story-list"))
    page.click(*page.middle("#story-steps button", 0))
    settled(page, 1)
    assert page.run("QiTu.byId('story-steps').hidden") and page.said == []


def test_circles_are_in_proportion_to_what_is_told_and_have_their_key(page, told):
    service = next(one for one in document_of(told[1].read_bytes())["services"] if one["id"] == "toilets")
    missing = [row[1] for row in service["rows"][service["years"].index(2023)]]
    assert WITHHELD not in missing and service["circles"]["largest"] >= max(missing) > 9

    def radii(of: str) -> list[float]:
        return page.run(f"[...document.querySelectorAll('{of}')].map(c => +(c.getAttribute('r') ||"
                        " c.getAttribute('d').match(/a([\\d.]+),/)[1]))")  # fmt: skip

    drawn = radii(".leaflet-signs-pane path")[::2]  # each with its pale ring
    assert len(drawn) == len(missing)
    for radius, number in zip(drawn, sorted(missing, reverse=True), strict=True):
        assert (radius / drawn[0]) ** 2 == pytest.approx(number / max(missing), abs=0.12)  # whole px
    key = radii("#legend-theme .circles circle")
    words = page.run("[...document.querySelectorAll('#legend-theme .circles text')].map(t => t.textContent)")
    assert len(key) == len(words) == len(service["circles"]["key"]) and words[0].endswith("户")
    assert key[0] ** 2 / service["circles"]["key"][-1] == pytest.approx(
        drawn[0] ** 2 / max(missing), rel=0.15
    )
    assert page.run("document.querySelectorAll('#legend-theme .columns').length") == 0


def test_callouts_point_where_they_should_and_cover_no_panel(page):
    spots = page.run(
        "[...document.querySelectorAll('#callouts circle')]"
        ".map(c => ['cx', 'cy'].map(n => +c.getAttribute(n)))"
    )
    for (x, y), at in zip(spots, (2, 0), strict=True):
        east, north = (round(value) for value in place(at))
        there = page.run(
            "(o => (p => [p.x, p.y])(QiTu.map.latLngToContainerPoint("
            f"QiTu.place({east} - o[0], {north} - o[1]))))(QiTu.data.grid.origin)"
        )
        assert abs(there[0] - x) < 2 and abs(there[1] - y) < 2
    boxes = page.run(
        "['.callout', '#story', '#legend', '#years'].map(s => [...document.querySelectorAll(s)].map(e =>"
        " (b => [b.left, b.top, b.right, b.bottom])(e.getBoundingClientRect()))).flat()"
    )
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert one[2] <= other[0] or one[0] >= other[2] or one[3] <= other[1] or one[1] >= other[3]


def test_the_divider_is_dragged_and_moved_by_keys_and_cuts_both_sides(page, told):
    page.key("PageDown", 34)
    settled(page, 2)
    assert page.run("[QiTu.byId('swipe-before').textContent, QiTu.byId('swipe-after').textContent]") == [
        "2023 年末", "2025 年末 · 方案甲"]  # fmt: skip
    both = (
        "['tints-before', 'tints'].map(n =>"
        " document.querySelectorAll('.leaflet-' + n + '-pane path[d*=L]').length)"
    )
    assert page.run(both)[0] == page.run(both)[1] > 0

    def edges() -> list[float]:
        """Right edge of the left side and left edge of the right side, in px of the window."""
        return page.run(
            "(o => ['tints-before', 'tints'].map((n, at) => o.x + parseFloat(QiTu.map.getPane(n).style.clip"
            ".match(/[-.\\d]+/g)[at ? 3 : 1])))(QiTu.map.layerPointToContainerPoint([0, 0]))"
        )

    x, y = page.middle("#swipe-bar i")
    assert edges() == pytest.approx([640, 640], abs=2) and abs(x - 640) < 2
    page.mouse("mousePressed", x, y)
    page.mouse("mouseMoved", 860, y, held=True)
    page.mouse("mouseReleased", 860, y)
    assert edges() == pytest.approx([860, 860], abs=2)
    page.mouse("mouseMoved", 300, y)
    assert edges() == pytest.approx([860, 860], abs=2), "let go, it stays"
    page.key("ArrowLeft", 37)
    assert edges() == pytest.approx([796, 796], abs=3)
    assert shown(page)["step"] == "2", "keys of the bar move no step"
    row = page.run("document.querySelector('#legend-theme .count').textContent")
    assert "→" in row and page.said == []
    page.key("PageUp", 33)
    settled(page, 1)
    assert not shown(page)["swiped"] and page.run("QiTu.map.getPane('tints').style.clip") == ""


TINTS = "[...document.querySelectorAll('.leaflet-tints-pane path')].map(p => p.getAttribute('fill')).join()"


def test_a_scheme_has_its_years_too(page):
    page.key("PageDown", 34)
    settled(page, 2)
    said = "[QiTu.byId('swipe-after').textContent, QiTu.byId('cells').getAttribute('aria-valuenow')]"
    assert page.run(said) == ["2025 年末 · 方案甲", "2025"]
    end = page.run(TINTS)
    page.run("QiTu.byId('cells').focus()")
    page.key("ArrowLeft", 37)
    assert page.run(said) == ["2024 年末 · 方案甲", "2024"] and page.run(TINTS) != end
    assert "方案甲" in page.run("QiTu.byId('legend-theme').textContent")
    page.click(*page.middle("#cells .cell", 0))
    assert page.run(said) == ["2021 年末 · 方案甲", "2021"] and page.run("document.body.dataset.step") == "2"
    page.key("End", 35)
    assert page.run(TINTS) == end and not page.run("document.querySelectorAll('.cell.untold').length")
    page.key("PageUp", 33)
    settled(page, 1)
    assert page.run("QiTu.byId('cells').getAttribute('aria-valuenow')") == "2023" and page.said == []


def test_years_of_a_scheme_that_would_tell_small_counts_are_not_there_and_the_step_says_so(
    browser, opened, tmp_path
):
    session = opened(banner_of(NAMES[:2], people(range(2), lambda at: (10 + 5 * at, (30, 26)[at]))))
    given = allocate(session.plan, session.policy, quotas={2022: 2, 2023: 3, 2024: 4})
    session.do(Text("存", "Keep"), lambda plan: keep_scheme(plan, "甲", given, "toilets"))
    actions.save(
        session, SavedScene("", "甲", session.plan.bounds, ("gacha",), scheme="甲", theme="toilets")
    )
    export(session, tmp_path / "s.html", story=True)
    data = document_of((tmp_path / "s.html").read_bytes())
    service = next(each for each in data["services"] if each["id"] == "toilets")
    assert [key for key in service["years"] if key > 9999] == [12025, 12024, 12021]
    page = browser.open(tmp_path / "s.html")
    assert "2022、2023 年末不列出" in page.run("QiTu.byId('story-note').textContent")
    assert page.run("[...document.querySelectorAll('.cell.untold')].map(c => c.textContent)") == [
        "2022", "2023"]  # fmt: skip
    now = "QiTu.byId('cells').getAttribute('aria-valuenow')"
    page.click(*page.middle("#cells .cell", 2))
    assert page.run(now) == "2024", "the nearest that is told"
    page.run("QiTu.byId('cells').focus()")
    for key, code, year in (("ArrowLeft", 37, "2021"), ("ArrowLeft", 37, "2021"), ("ArrowRight", 39, "2024")):
        page.key(key, code)
        assert page.run(now) == year
    page.close()


def test_on_a_phone_a_finger_turns_the_pages(browser, told):
    page = browser.open(told[1], width=390, height=844, phone=True)
    for target in ("#story-next", "#story-back", "#story-list"):
        assert page.run(f"document.querySelector('{target}').getBoundingClientRect().height") >= 44
    boxes = page.run(
        "['head', 'map_qitu', 'story', 'years', 'foot'].map(n => (b => [b.top, b.bottom, b.left, b.right])"
        "(QiTu.byId(n).getBoundingClientRect()))"
    )
    assert [box[0] for box in boxes] == sorted(box[0] for box in boxes) and boxes[-1][1] <= 844
    assert all(box[2] >= 0 and box[3] <= 390 for box in boxes)

    def finger(x: float, to: float, y: float) -> None:
        for kind, points in (("touchStart", [x]), ("touchMove", [to]), ("touchEnd", [])):
            touches = [{"x": each, "y": y} for each in points]
            page.call("Input.dispatchTouchEvent", type=kind, touchPoints=touches)

    page.tap(*page.middle("#story-list"))
    page.until("!QiTu.byId('story-steps').hidden")
    page.run("document.querySelectorAll('#story-steps button')[2].scrollIntoView()")
    page.tap(*page.middle("#story-steps button", 2))
    settled(page, 3)
    page.tap(*page.middle("#map_qitu"))
    page.until("Boolean(QiTu.state.selected)")
    box = page.run("(b => [b.top, b.bottom])(QiTu.byId('foot').getBoundingClientRect())")
    assert box[1] <= 844, "all of it stands on the page"
    assert page.run("QiTu.byId('map_qitu').offsetHeight") >= 200
    finger(80, 300, page.middle("#story-title")[1])
    settled(page, 2)
    x, y = page.middle("#swipe-bar i")
    finger(x, 330, y)
    assert page.run("QiTu.byId('swipe').getBoundingClientRect().left") == pytest.approx(330, abs=3)
    assert page.run("document.body.dataset.step") == "2", "the divider turns no page"
    finger(300, 120, page.middle("#story-title")[1])
    settled(page, 3)
    assert page.said == []
    page.close()


def test_words_of_scenes_run_nothing_and_notes_and_households_stay_home(page, told):
    assert page.run("window.pwned === undefined")
    assert page.run("QiTu.byId('story-caption').textContent") == HOSTILE
    text = told[1].read_text("utf-8")
    assert "<img src=x" not in text and "{{7*7}}" not in text
    data = document_of(told[1].read_bytes())
    assert "household" not in json.dumps(data["story"]["steps"]) and "notes" not in data["story"]["steps"][0]
    assert "内部资料" in "".join(data["foot"]["right"])
    record = list(told[0].plan.documents["export_log"].values())[-1]
    assert record["what"] == "story.html" and "no_request" in record["rules"]


def test_what_a_scheme_leaves_is_told_with_all_years_as_one(told):
    session, path = told
    data = document_of(path.read_bytes())
    service = next(each for each in data["services"] if each["id"] == "toilets")
    key = 12025
    assert key in service["years"] and "1" in service["plans"] and "planned" not in service["plans"]["1"]
    from layers.planning.gaps import gaps
    from layers.planning.schemes import gaps_at, read_scheme

    scheme = read_scheme(session.plan, "方案甲")
    left = gaps_at(session.plan, session.policy, year=2025, scheme=scheme)
    now = gaps(session.plan, session.policy, year=2025)
    rows = service["rows"][service["years"].index(key)]
    for code, row in zip(service["codes"], rows, strict=True):
        true, before = left.row("toilets", code), now.row("toilets", code)
        assert row[1] in (true.gap, WITHHELD)
        if row[1] != WITHHELD:
            assert not 0 < true.gap < 3 and not 0 < before.gap - true.gap < 3


def test_one_scene_carries_its_extent_words_and_callouts(told, browser, tmp_path):
    session, _ = told
    export(session, tmp_path / "one.html", scene="到乙嘎查")
    data = document_of((tmp_path / "one.html").read_bytes())
    assert len(data["story"]["steps"]) == 1
    page = browser.open(tmp_path / "one.html")
    assert shown(page)["title"] == "到乙嘎查" and page.run("QiTu.byId('story-next').offsetParent") is None
    bounds = page.run("(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])(QiTu.map.getBounds())")
    x, y = (value - origin for value, origin in zip(place(1), data["grid"]["origin"], strict=True))
    assert bounds[0] < x - 2000 and bounds[2] > x + 2000 and bounds[3] - bounds[1] < 8000
    page.close()


def test_for_the_public_places_of_a_story_are_coarse(told):
    session, _ = told
    from layers.plan.scenes import scenes

    data = document_of(web_map(session, audience="public", exempt="示意图", scenes=scenes(session.plan))[0])
    assert data["grid"]["unit"] == 100
    steps = data["story"]["steps"]
    assert all(isinstance(value, int) for step in steps for value in step["bounds"])
    spot = steps[0]["callouts"][0]["at"]
    origin = data["grid"]["origin"]
    assert all((at * 100 + start) % 100 == 0 for at, start in zip(spot, origin, strict=True))


def test_a_scheme_that_is_gone_and_a_project_without_scenes(opened, tmp_path):
    session = opened(banner_of(NAMES))
    with pytest.raises(InputError, match="story_empty"):
        export(session, tmp_path / "no.html", story=True)
    with pytest.raises(InputError, match="story_or_scene"):
        export(session, tmp_path / "no.html", story=True, service="toilets")
    whole = session.plan.bounds
    kept = actions.save(session, SavedScene("", "甲", whole, ("gacha",), theme="toilets", scheme="没了"))
    actions.compare(session, kept, (None, "也没了"))
    assert actions.list_scenes(session).data[0]["before"] == {"year": None, "scheme": "也没了"}
    export(session, tmp_path / "story.html", story=True)
    step = document_of((tmp_path / "story.html").read_bytes())["story"]["steps"][0]
    assert step["variant"] == 0 and step["before"] is None
    session.undo()
    assert actions.list_scenes(session).data[0]["before"] is None
