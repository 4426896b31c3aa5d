"""A project that carries its own policy goes by it, not by the one that ships."""

from importlib.resources import files

from layers.policy import load_policy


def test_texts_of_a_project_replace_the_shipped_files():
    folder = files("resources") / "policy"
    texts = {
        name: (folder / name).read_text("utf-8") for name in ("periods.toml", "targets.toml", "rules.toml")
    }
    assert load_policy(texts).digest == load_policy().digest
    texts["targets.toml"] = texts["targets.toml"].replace("946", "940").replace("963", "969")
    own = load_policy(texts)
    assert own.quota("toilets")[own.period.years[1]] == 940
    assert own.digest != load_policy().digest


def test_a_file_that_a_project_lacks_is_the_shipped_one():
    folder = files("resources") / "policy"
    own = load_policy({"rules.toml": (folder / "rules.toml").read_text("utf-8")})
    assert own.targets == load_policy().targets


RULE = """[[rule]]
id = "own_rule"
title = { zh = "自有规则", en = "A rule of one's own" }
value = 3
unit = "km"
source = { zh = "本局", en = "The bureau" }
confidence = "product"
"""


def test_rules_may_stand_in_a_file_for_each_subject():
    own = load_policy({"rules_roads.toml": RULE})
    assert own.rule("own_rule").value == 3 and own.rule("mu_per_hectare").value == 15
    assert own.digest != load_policy().digest
