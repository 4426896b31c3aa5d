"""A rule's number changed in the file's text: only that, read back; what cannot be changed so is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import InputError
from layers.policy.bundle import load_policy
from layers.policy.edit import changed_rules, file_of, set_rule
from layers.policy.values import Text


def test_one_number_and_its_source_and_nothing_else():
    own = set_rule({}, "road_snap_m", 750, source=Text("旗里会议“定”的", 'the bureau\'s "own"'))
    assert list(own) == ["rules.toml"]
    before, after = load_policy(), load_policy(own)
    rule = after.rule("road_snap_m")
    assert (rule.value, rule.source.en, rule.confidence) == (750, 'the bureau\'s "own"', "product")
    assert [one for one in after.rules if one.id != "road_snap_m"] == [
        one for one in before.rules if one.id != "road_snap_m"
    ]
    assert after.digest != before.digest and changed_rules(after) == {"road_snap_m"}
    assert "# ---- settings of this product" in own["rules.toml"]  # comments stay


def test_a_number_of_law_that_a_user_has_changed_is_no_longer_law():
    own = set_rule({}, "overload_subsidy", 15, name="overload_over")
    rule = load_policy(own).rule("overload_subsidy")
    assert (rule.values["overload_over"], rule.values["grazing_times"], rule.confidence) == (15, 2, "memory")
    assert not rule.binding
    back = set_rule(own, "overload_subsidy", 10, name="overload_over")
    assert load_policy(back).rule("overload_subsidy").binding and not changed_rules(load_policy(back))


def test_a_rule_of_another_file_and_a_second_change():
    assert file_of({}, "grazing_days") == "rules_grazing.toml"
    own = set_rule(set_rule({}, "grazing_days", 180, name="warm"), "road_node_m", 0.5)
    assert load_policy(own).rule("grazing_days").values["warm"] == 180
    assert load_policy(own).rule("road_node_m").value == 0.5 and set(own) == {
        "rules.toml",
        "rules_grazing.toml",
    }


@pytest.mark.parametrize(
    ("identity", "name", "value", "code"),
    [
        ("no_such", "value", 1, "unknown_rule"),
        ("grazing_days", "value", 1, "rule_number_unknown"),
        ("road_snap_m", "value", float("nan"), "not_a_finite_number"),
    ],
)
def test_refusals(identity, name, value, code):
    with pytest.raises(InputError) as refused:
        set_rule({}, identity, value, name=name)
    assert refused.value.code == code


def test_a_form_that_is_not_understood_is_refused_and_not_guessed():
    both = '{ zh = "甲", en = "a" }'
    text = f'[[rule]]\nid = "a"\ntitle = {both}\nsource = {both}\nconfidence = "read"\n'
    apart = text + '[rule.values]\nx = 1\n[rule.units]\nx = "m"\n'
    with pytest.raises(InputError) as refused:
        set_rule({"rules.toml": apart}, "a", 2, name="x")
    assert refused.value.code == "rule_not_editable"


@settings(max_examples=6)
@given(
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip),
    st.floats(-1e9, 1e9, allow_nan=False),
)
def test_whatever_is_typed_comes_back(words, value):
    rule = load_policy(set_rule({}, "road_snap_m", value, source=Text(words, words))).rule("road_snap_m")
    assert rule.source.zh == words.strip() and rule.value == value
