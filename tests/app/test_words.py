"""Every word of the window exists in both languages, once; the look's files hold together."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from app import qt_words, theme
from app.commands import COMMANDS
from app.dialogs.rules import named, value_name
from app.messages import set_language
from app.panels.status import parse_scale
from layers.policy.edit import shipped_rules
from resources import RESOURCES

APP = RESOURCES.parent / "app"


def sentences() -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for file in sorted((RESOURCES / "i18n").glob("*.toml")):
        for section, table in tomllib.loads(file.read_text("utf-8")).items():
            for key, entry in table.items():
                assert (section, key) not in found, f"{file.name}: {section}.{key} is there twice"
                found[section, key] = entry
    return found


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_sentence_is_there_in_both_languages_with_the_same_places():
    for (section, key), entry in sentences().items():
        assert entry.get("zh") and entry.get("en"), f"{section}.{key}"
        plain = {name.removesuffix("_en") for name in places(entry["en"])}
        assert plain <= places(entry["zh"]) | {"known", "fields"} or section == "error", f"{section}.{key}"


def test_every_key_that_the_code_names_has_a_sentence():
    known = {key for section, key in sentences() if section == "ui"}
    missing = {}
    for file in APP.rglob("*.py"):
        for key in re.findall(r'(?<![\w.])(?:text|both)\("([a-z0-9_]+)"', file.read_text("utf-8")):
            if key not in known:
                missing.setdefault(key, file.name)
    assert missing == {}


def test_no_sentence_is_left_over():
    """A key is named whole, or begins or ends as a quoted piece does from which keys are put together."""
    files = [*APP.rglob("*.py"), *(APP.parent / "layers").rglob("*.py"), APP.parent / "run.py",
             *(file for file in RESOURCES.rglob("*") if file.suffix in (".toml", ".js", ".md", ".html")
               and file.parent.name != "i18n")]  # fmt: skip
    code = "\n".join(file.read_text("utf-8") for file in files)
    words = set(re.findall(r"\w+", code))
    begun = set(re.findall(r"""(?<=["'])(\w+)(?=["'{])""", code)) | set(re.findall(r"(\w+_)\{", code))
    ended = set(re.findall(r"\}(_\w+)", code))
    left = []
    for section, key in sentences():
        cuts = [at for at, sign in enumerate(key) if sign == "_"]
        named = any(key[:at] in begun or key[: at + 1] in begun or key[at:] in ended for at in cuts)
        if section in ("ui", "error") and key not in words and not named:
            left.append(key)
    assert left == []


@pytest.mark.parametrize("palette", ["light", "projector"])
def test_the_style_sheet_is_filled_in_and_every_command_s_icon_is_there(qapp, palette):
    theme.set_palette(palette)
    try:
        sheet = theme.style_sheet()
        assert not re.search(r"[$@~]|icon\(", sheet)
        for address in re.findall(r'url\("([^"]+)"\)', sheet):
            assert Path(address).read_text("utf-8").lstrip().startswith("<")
        for command in COMMANDS:
            if command.icon:
                assert not theme.icon(command.icon).isNull()
        assert theme.type_px(13) == (18 if palette == "projector" else 13)
    finally:
        theme.set_palette("light")


@pytest.mark.parametrize(("typed", "scale"), [
    ("1:850 000", 850_000), ("850000", 850_000), ("85万", 850_000), ("1：50,000", 50_000), ("1/25000", 25_000),
    ("850k", 850_000), ("abc", None), ("1:5", None), ("", None), ("2:50000", None),
])
def test_scales_as_people_type_them(typed, scale):
    assert parse_scale(typed) == scale


SYMBOLS = {"ha", "m", "km", "km/h", "kg", "kg/d", "kg/kg", "L/d", "MB"}
"""Units that are written alike in both languages."""


def test_every_number_of_a_rule_that_comes_with_the_product_has_words_and_a_unit_s_name():
    rules = shipped_rules().values()
    bare = {(rule.id, key) for rule in rules for key in rule.values if key != "value"}
    assert {(rule, key) for rule, key in bare if named("rule_value", key) == key} == set()
    units = {unit for rule in rules for unit in rule.units.values()}
    assert {unit for unit in units if named("rule_unit", unit) == unit} == SYMBOLS & units
    cover = next(rule for rule in rules if rule.id == "cross_country_cover")
    assert (value_name(cover, "water"), named("rule_value", "water")) == ("水域", "供水")


def test_qt_s_own_dialogs_are_chinese_also_where_qt_has_moved_a_key(qapp):
    before = QLocale()
    set_language("zh")
    qt_words.speak()
    said = QCoreApplication.translate
    assert said("QFileDialog", "&Look in:") == said("QFileDialog", "Look in:") == "查找范围："
    assert said("QFileDialog", "not Qt's & words") == "not Qt's & words"
    set_language("en")
    qt_words.speak()
    assert said("QFileDialog", "&Look in:") == "&Look in:"
    set_language("zh")
    QLocale.setDefault(before)
