"""Places are found by name, code and pinyin, with every reading of a character."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.places import NO_HIT, Index, Place, build_index, closeness, fold, place_text, searchable, where
from layers.catalogue.registry import default_catalogue
from layers.store import Store
from tests.samples import sample_project


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("辉河", "辉河", True),
        ("hh", "辉河", True),
        ("huih", "辉河", True),
        ("huihe", "辉河", True),
        ("bywl", "巴彦乌拉嘎查", True),
        ("bayanwl", "巴彦乌拉嘎查", True),
        ("wlgc", "巴彦乌拉嘎查", True),
        ("cq", "重庆", True),
        ("zq", "重庆", True),
        ("Ｇ301", "G301", True),
        ("lvye", "绿野", True),
        ("luye", "绿野", True),
        ("hx", "辉河", False),
        ("河辉", "辉河", False),
        ("301", "辉河", False),
        ("", "辉河", False),
    ],
)
def test_ways_of_typing_a_name(typed, name, found):
    index = Index([Place("gacha", 1, name, "150724200001", 2)])
    assert [place.fid for place in index.find(typed)] == ([1] if found else [])


def test_the_closest_and_the_highest_come_first():
    index = Index(
        [
            Place("road", 1, "辉河大桥线", "L1", 4),
            Place("river", 2, "辉河", "R1", 4),
            Place("gacha", 3, "辉河嘎查", "150724215200", 2),
            Place("gacha", 4, "上辉河嘎查", "x", 2),
        ]
    )
    assert [place.fid for place in index.find("辉河")] == [2, 3, 1, 4]
    assert [place.fid for place in index.find("150724")] == [3]
    assert closeness(fold("5200"), "辉河嘎查", "150724215200") < NO_HIT


def test_the_sample_s_twins_carry_their_sumu_and_households_are_not_there():
    store = Store.open(sample_project(), default_catalogue())
    plan = store.load()
    index = build_index(plan, lambda done, total: None)
    assert not {place.kind for place in index.places} & {"household", "toilet", "camp", "hardship"}
    twins = [place for place in index.find("巴彦乌拉嘎查", limit=50) if place.kind == "gacha"]
    shown = sorted(place_text(plan, place) for place in twins)
    assert len(twins) == 2 and len(set(shown)) == 2 and all("（" in one for one in shown)
    clinic = next(place for place in index.places if place.kind == "clinic")
    gacha, sumu = where(plan, clinic)
    assert gacha and sumu
    store.close()


def test_a_layer_of_personal_data_is_not_searched_even_if_its_features_have_names():
    kind = default_catalogue()["clinic"]
    assert searchable(kind) and not searchable(replace(kind, sensitive=True))
