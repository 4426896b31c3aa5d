"""Records of what may be done in which zone: all faults at once, and nothing binding without article and
day."""

from __future__ import annotations

import datetime

import pytest

from layers.catalogue.registry import default_catalogue
from layers.errors import InputError
from layers.policy import load_policy

TEXT = '{ zh = "甲", en = "a" }'
GOOD = f"""
[[verdict]]
id = "own"
title = {TEXT}
zone = "zone.red_line"
verdict = "no"
todo = {TEXT}
source = {TEXT}
confidence = "read"
"""


def test_the_shipped_records_speak_of_layers_columns_and_works_that_there_are():
    catalogue, policy = default_catalogue(), load_policy()
    works = {choice.value for choice in catalogue["proposed_area"].column("kind_of_work").choices}
    for rule in policy.zone_rules:
        kinds = catalogue.with_role(rule.zone)
        assert kinds and {*rule.works, *rule.not_works} <= works, rule.id
        for column, values in rule.where.items():
            known = kinds[0].column(column)
            allowed = {choice.value for choice in known.choices} or {0, 1}
            assert set(values) <= allowed, rule.id
    assert {rule.zone for rule in policy.zone_rules} == {
        role for kind in catalogue if kind.zone and kind.geometry == "MultiPolygon" for role in kind.roles
    }


def test_without_article_or_day_nothing_binds():
    for more, binds in (("", False), ('article = "1"', False), ("in_force = 2020-01-01", False),
                        ('article = "1"\nin_force = 2020-01-01', True)):  # fmt: skip
        rule = next(
            one for one in load_policy({"verdicts_own.toml": GOOD + more}).zone_rules if one.id == "own"
        )
        assert rule.basis.binding is binds
        assert rule.basis.holds_on(datetime.date(2020, 1, 1)) is binds
        assert not rule.basis.holds_on(datetime.date(2019, 12, 31))


def test_a_broken_file_tells_all_its_faults():
    bad = GOOD.replace('verdict = "no"', 'verdict = "perhaps"').replace(
        'zone = "zone.red_line"', "works = [1.5]"
    )
    bad += GOOD.replace('id = "own"', 'id = "red_line_taking"\nwhere = { part = [] }\nfoo = 1')
    with pytest.raises(InputError) as caught:
        load_policy({"verdicts_own.toml": bad})
    assert {(fault.field, fault.problem) for fault in caught.value.fields["faults"]} == {
        ("zone", "missing"), ("works", "wrong_type"), ("verdict", "not_a_choice"),
        ("where.part", "wrong_type"),
        ("foo", "unknown_field"), ("id", "repeated"),
    }  # fmt: skip
