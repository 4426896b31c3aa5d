"""How personal a foreign column is, by its heading and by its values; what is not known counts as
sensitive."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

from layers.catalogue.privacy import Privacy
from layers.exchange.units import fold

SAMPLE = 500
SHARE = 0.6  # of the values that there are
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Check digit of an 18-digit identity number (GB 11643: ISO 7064, MOD 11-2)."""
CHECKS = "10X98765432"
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文"
)
_HEADINGS = (
    (re.compile(r"身份证|证件号|公民身份|id.?card|sfz", re.IGNORECASE), "identity"),
    (re.compile(r"电话|手机|联系方式|phone|mobile|lxdh|sjh", re.IGNORECASE), "phone"),
    (re.compile(r"银行|卡号|账号|一卡通|bank", re.IGNORECASE), "bank"),
    (re.compile(r"户主|姓名|联系人|法人|负责人|householder|hzxm|^xm$", re.IGNORECASE), "name"),
    (re.compile(r"住址|家庭地址|疾病|病种|残疾|民族|出生", re.IGNORECASE), "personal"),
)
_PLAIN_HEADINGS = re.compile(
    r"^(fid|objectid|shape_?(length|area|leng)|编码|代码|名称|面积|长度|x|y|经度|纬度|图层|实体|年份)$",
    re.IGNORECASE,
)
_LONG = re.compile(r"(?<!\d)\d{11,17}[\dXx](?![\dA-Za-z])|(?<!\d)\d{11}(?!\d)")
_WORDS = re.compile("[\u4e00-\u9fff]")


def guess_privacy(heading: str, values: Sequence[Any]) -> tuple[Privacy, str]:
    """Return (class, why): `identity`, `phone`, `bank`, `name`, `personal`, `plain`, `unknown`."""
    by_value = personal_values(values)
    if by_value:
        return Privacy.SENSITIVE, by_value
    heading = fold(heading).strip()
    for pattern, why in _HEADINGS:
        if pattern.search(heading):
            return Privacy.SENSITIVE, why
    if _PLAIN_HEADINGS.match(heading):
        return Privacy.INTERNAL, "plain"
    return Privacy.SENSITIVE, "unknown"


def personal_values(values: Sequence[Any]) -> str:
    """Return what most values are: `identity`, `phone`, `bank`, `name`, or what some of them hold among words
    (`identity`, `phone`); "" for nothing of the kind."""
    texts = [str(value).strip() for value in islice((one for one in values if one not in (None, "")), SAMPLE)]
    if not texts:
        return ""
    counts = Counter(texts)
    for why, test in (
        ("identity", is_identity),
        ("phone", is_mobile),
        ("bank", is_bank_card),
        ("name", is_name),
    ):
        found = sum(count for text, count in counts.items() if test(text))
        if found >= SHARE * len(texts) and (why != "name" or len(texts) >= 3):
            return why
    return _traces(texts)


def _traces(texts: Sequence[str]) -> str:
    """Return `identity` or `phone` where some values hold one among words: in a remark it is as personal."""
    for text in texts:
        for found in _LONG.finditer(text):
            if is_identity(found[0]):
                return "identity"
            if is_mobile(found[0]) and _WORDS.search(text):
                return "phone"
    return ""


def is_identity(text: str) -> bool:
    """An 18-digit identity number whose check digit is right (or was cut off by a spreadsheet: 15 digits
    right)."""
    if not re.fullmatch(r"[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]", text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, text[:17], strict=True))
    return CHECKS[total % 11] == text[17].upper()


def is_mobile(text: str) -> bool:
    """An 11-digit mobile number of mainland China."""
    return re.fullmatch(r"(\+?86[- ]?)?1[3-9]\d{9}", text) is not None


def is_bank_card(text: str) -> bool:
    """A card number of 16 to 19 digits that passes the Luhn check."""
    digits = text.replace(" ", "")
    if not re.fullmatch(r"[3-6]\d{15,18}", digits):
        return False
    total = 0
    for at, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if at % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def is_name(text: str) -> bool:
    """Two or three Han characters that begin with a frequent surname."""
    return re.fullmatch(r"[\u4e00-\u9fff]{2,3}", text) is not None and text[0] in SURNAMES
