"""Every code that policy and geo can show has its words in both languages."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import layers.geo
import layers.policy
from layers.policy import rules, targets
from layers.policy.values import PROBLEMS


def sentences(area):
    return tomllib.loads((files("resources") / "i18n" / f"{area}.toml").read_text(encoding="utf-8"))


def every_error():
    """Code -> words, of every file: a subject's errors may stand in a file of its own."""
    folder = files("resources") / "i18n"
    found = {}
    for entry in folder.iterdir():
        if entry.name.endswith(".toml"):
            found |= tomllib.loads(entry.read_text(encoding="utf-8")).get("error", {})
    return found


def source(package):
    return "".join(path.read_text(encoding="utf-8") for path in Path(package.__file__).parent.glob("*.py"))


def test_errors_have_a_sentence_and_a_hint():
    for package, area in ((layers.geo, "geo"), (layers.policy, "policy")):
        raised = set(re.findall(r'(?:InputError|RuleError)\(\s*"(\w+)"', source(package)))
        raised |= set(re.findall(r'"(unknown_(?:target|rule))"', source(package)))
        known = every_error()
        assert raised and raised <= set(known) and set(sentences(area)["error"]) <= raised
        assert all(set(known[code]) == {"zh", "en", "hint_zh", "hint_en"} for code in raised)


def test_choices_have_words():
    words = sentences("policy")["ui"]
    for group, choices in (
        ("modality", targets.MODALITIES),
        ("target_kind", targets.KINDS),
        ("level", targets.LEVELS),
        ("unit", targets.UNITS),
        ("confidence", rules.CONFIDENCES),
    ):
        assert {f"{group}_{choice}" for choice in choices} <= set(words)
    assert {f"policy_fault_{problem}" for problem in PROBLEMS} <= set(words)
