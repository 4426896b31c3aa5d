"""Another banner's own folder loads the same way, and a broken one tells all its faults at once."""

import pytest

from layers.errors import InputError
from layers.policy import load_policy

TEXT = '{ zh = "甲", en = "a" }'
PERIODS = f"""
version = 2031-03-01
current = "2031-2035"
[[period]]
id = "2031-2035"
title = {TEXT}
first_year = 2031
last_year = 2035
baseline_year = 2030
document = {TEXT}
issued = 2031-02-03
[[period]]
id = "2036-2040"
title = {TEXT}
first_year = 2036
last_year = 2040
baseline_year = 2035
document = {TEXT}
issued = 2036-01-01
"""


def target(identity, more="", period=""):
    return f"""
[[target]]
id = "{identity}"
chapter = "3.1"
title = {TEXT}
modality = "planned"
kind = "spatial"
level = "household"
measured = {TEXT}
{period}
{more}
"""


TARGETS = (
    'period = "2031-2035"\n'
    + target(
        "latrines",
        'unit = "toilet"\nservice = "toilets"\naggregate = "sum"\nvalues = { 2033 = 70, 2031 = 11 }',
    )
    + target("near", 'service = "toilets"\nscope = "resettlement"')
    + target("more", 'unit = "toilet"\nservice = "toilets"\naggregate = "sum"\nvalues = { 2033 = 5 }')
    + target("latrines", period='period = "2036-2040"')
)
RULES = f"""
[[rule]]
id = "fine"
title = {TEXT}
value = 7
unit = "yuan"
source = {TEXT}
article = "12"
in_force = 2030-01-01
confidence = "memory"
"""


def write(folder, periods=PERIODS, targets=TARGETS, rules=RULES):
    for name, text in (("periods", periods), ("targets", targets), ("rules", rules)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8", newline="")
    return folder


def faults(folder):
    with pytest.raises(InputError) as caught:
        load_policy(folder)
    assert caught.value.code == "policy_invalid"
    assert caught.value.fields["count"] == len(caught.value.fields["faults"])
    return {(fault.record, fault.field, fault.problem) for fault in caught.value.fields["faults"]}


def test_another_banner_s_years_and_quotas(tmp_path):
    policy = load_policy(write(tmp_path))
    assert policy.period.id == "2031-2035" and policy.version == "2031-03-01"
    assert dict(policy.quota("toilets")) == {2031: 11, 2033: 75} and list(policy.quota("toilets")) == [
        2031,
        2033,
    ]
    assert [t.id for t in policy.targets_for_service("toilets")] == ["latrines", "more", "near"]
    assert policy.target("latrines").by == 2035 and not policy.target("latrines").by_stated
    # Article and date do not make law of what is only remembered.
    assert not policy.rule("fine").binding
    later = load_policy(tmp_path, period="2036-2040")
    assert [t.id for t in later.targets] == ["latrines"] and later.quota("toilets") == {}


def test_law_needs_a_source_read_an_article_and_a_date(tmp_path):
    law = RULES.replace("memory", "read")
    cases = {
        law: True,
        law.replace('article = "12"', ""): False,
        law.replace("in_force = 2030-01-01", ""): False,
    }
    cases[law.replace('"read"', '"product"')] = False
    for rules, binding in cases.items():
        assert load_policy(write(tmp_path, rules=rules)).rule("fine").binding is binding


def test_the_digest_follows_the_words_not_the_editor(tmp_path):
    first = load_policy(write(tmp_path)).digest
    windows = ("\ufeff" + TARGETS).replace("\n", "\r\n")
    assert load_policy(write(tmp_path, targets=windows)).digest == first
    assert load_policy(write(tmp_path, targets=TARGETS.replace("= 70", "= 71"))).digest != first


def test_all_faults_come_at_once(tmp_path):
    bad = TARGETS + (
        target("share", 'unit = "acre"\nvalues = { 2031 = 1, 2041 = 2, soon = 3 }\nchaptr = "x"')
        + target("both", "threshold = 5")
        + target(
            "sums",
            'unit = "toilet"\naggregate = "sum"\nvalues = { 2031 = 4 }\ncomparator = "ge"\nthreshold = 5',
        )
        + target("raised", 'unit = "percent"\ncomparator = "ge"\nthreshold = 100').replace("planned", "raise")
        + target("Big Name").replace('"3.1"', '"three"').replace('zh = "甲", ', "")
        + target("lost", period='period = "1999-2003"')
        + target("near")
        + target("worded", 'unit = "toilet"\nvalues = { 2031 = "many" }\nby = 2031.5\nyearly = 1')
    )
    found = faults(write(tmp_path, targets=bad, rules=RULES.replace('unit = "yuan"', "until = 2029-01-01")))
    assert found == {
        ("share", "unit", "not_a_choice"),
        ("share", "values.2041", "outside_period"),
        ("share", "values.soon", "not_a_year"),
        ("share", "chaptr", "unknown_field"),
        ("both", "threshold", "comparator_and_threshold_go_together"),
        ("both", "unit", "missing"),
        ("sums", "threshold", "differs_from_values"),
        ("raised", "threshold", "no_threshold_with_this_modality"),
        ("Big Name", "id", "not_an_identifier"),
        ("Big Name", "chapter", "not_a_chapter"),
        ("Big Name", "title", "needs_zh_and_en"),
        ("Big Name", "measured", "needs_zh_and_en"),
        ("lost", "period", "unknown_period"),
        ("2031-2035/near", "id", "repeated"),
        ("worded", "values.2031", "wrong_type"),
        ("worded", "by", "wrong_type"),
        ("worded", "yearly", "wrong_type"),
        ("fine", "unit", "missing"),
        ("fine", "until", "before_in_force"),
    }


def test_periods_are_checked_too(tmp_path):
    bad = PERIODS.replace("last_year = 2035", "last_year = 2029").replace("version = 2031-03-01", "")
    found = faults(write(tmp_path, periods=bad.replace('current = "2031-2035"', 'current = "never"')))
    assert {
        ("2031-2035", "last_year", "before_first_year"),
        ("", "version", "missing"),
        ("", "current", "unknown_period"),
    } <= found


@pytest.mark.parametrize("targets", ["period = [", "target = 3", "\x00"])
def test_broken_files_are_faults(tmp_path, targets):
    assert faults(write(tmp_path, targets=targets))


def test_absent_files_are_faults(tmp_path):
    assert faults(tmp_path) == {("", "", "unreadable"), ("", "version", "missing"),
                                ("", "current", "missing"),
                                ("", "period", "missing")}  # fmt: skip
