"""The bundled font: three true weights of one family, no radicals, an advance table that agrees with Qt."""
from __future__ import annotations

import json

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QRawFont

from resources import RESOURCES

FONTS = RESOURCES / "fonts"
WEIGHTS = {400: "Regular", 500: "Medium", 700: "Bold"}
SAMPLE = "鄂温克族自治旗 巴彦托海镇 i W 0.5 % km² （辉）—“”·①é 堃镕喆𬭎"


@pytest.fixture(scope="module")
def family(qapp) -> str:
    for name in WEIGHTS.values():
        assert QFontDatabase.addApplicationFont(str(FONTS / f"NotoSansSC-{name}.ttf")) >= 0
    return "Noto Sans SC"


def font_of(family: str, weight: int) -> QFont:
    font = QFont(family)
    font.setWeight(QFont.Weight(weight))
    font.setPixelSize(1000)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def advances() -> dict[int, dict[int, int]]:
    """The table read as its builder's docstring says: weight -> code point -> advance."""
    read = {}
    for weight, entry in json.loads((FONTS / "advance.json").read_text("utf-8"))["weights"].items():
        read[int(weight)] = {first + step: advance for first, *run in entry["runs"]
                             for step, advance in enumerate(run)}
    return read


@pytest.mark.parametrize("weight", WEIGHTS)
def test_each_weight_resolves_to_its_own_face(family, weight):
    found = QFontInfo(font_of(family, weight))
    assert (found.family(), found.weight(), found.styleName()) == (family, weight, WEIGHTS[weight])


@pytest.mark.parametrize("weight", WEIGHTS)
def test_advance_table_measures_as_qt_does(family, weight):
    metrics = QFontMetricsF(font_of(family, weight))
    table = advances()[weight]
    told = {character: table.get(ord(character), 1000) for character in SAMPLE}
    assert told == {character: pytest.approx(metrics.horizontalAdvance(character)) for character in SAMPLE}
    assert len(set(told.values())) > 10, "the sample must hold characters that are not full-width"


@pytest.mark.parametrize("weight", WEIGHTS)
def test_radicals_are_out_and_rare_names_are_in(family, weight):
    raw = QRawFont.fromFont(font_of(family, weight))
    assert not any(raw.supportsCharacter(code) for code in range(0x2E80, 0x2FE0))
    assert all(raw.supportsCharacter(ord(character)) for character in "土用工堃镕喆㛃𬭎")
