"""Columns that many kinds share, and short ways to write one with its privacy class said aloud.

A column is written as `public(...)`, `internal(...)` or `sensitive(...)`, so that no class is left to
the default by accident. Its titles and its name are import aliases without being repeated.
"""

from __future__ import annotations

from typing import Any

from layers.catalogue.model import Choice, Column
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text

YEAR_MIN, YEAR_MAX = 1949, 2100


def public(name: str, zh: str, en: str, type: str = "text", *aliases: str, **options: Any) -> Column:
    """Return a column that anyone may see."""
    return _column(Privacy.PUBLIC, name, zh, en, type, aliases, options)


def internal(name: str, zh: str, en: str, type: str = "text", *aliases: str, **options: Any) -> Column:
    """Return a column that stays inside the bureau."""
    return _column(Privacy.INTERNAL, name, zh, en, type, aliases, options)


def sensitive(name: str, zh: str, en: str, type: str = "text", *aliases: str, **options: Any) -> Column:
    """Return a column with personal data, which never leaves the project unasked."""
    return _column(Privacy.SENSITIVE, name, zh, en, type, aliases, options)


def _column(privacy: Privacy, name: str, zh: str, en: str, type: str,
            aliases: tuple[str, ...], options: dict[str, Any]) -> Column:
    headings = {heading.casefold(): heading for heading in reversed((zh, *aliases, en, name))}
    known = tuple(reversed(headings.values()))  # unique, the first spelling of each, in order
    return Column(name, Text(zh, en), type, aliases=known, privacy=privacy, **options)


def choices(*rows: tuple[str | int, str, str]) -> tuple[Choice, ...]:
    """Return choices from rows of (value, Chinese, English)."""
    return tuple(Choice(value, Text(zh, en)) for value, zh, en in rows)


def code(zh: str = "编号", en: str = "Code", *aliases: str, required: bool = True) -> Column:
    """The column by which a user tells one feature from another."""
    return public("code", zh, en, "text", "编码", "编号", "代码", "BH", "DM", *aliases, required=required)


def name(zh: str = "名称", en: str = "Name", *aliases: str) -> Column:
    """The column with the name that the map shows."""
    return public("name", zh, en, "text", "名称", "名字", "MC", *aliases)


def gacha_code() -> Column:
    """The 12-digit code of the gacha that a feature belongs to."""
    return public("gacha_code", "所在嘎查代码", "Gacha code", "text", "嘎查代码", "嘎查编码", "行政村代码",
                  "村代码", "CDM", "GCDM")


def sumu_code() -> Column:
    """The 12-digit code of the sumu or town that a feature belongs to."""
    return public("sumu_code", "所在苏木代码", "Sumu code", "text", "苏木代码", "苏木乡镇代码", "乡镇代码",
                  "XZDM", "SMDM")


def operating() -> Column:
    """Whether a facility is in use; null is not known."""
    return public("operating", "正常运行", "In use", "boolean", "是否运行", "是否正常运行", "是否使用",
                  "运行状态")


def opened_on() -> Column:
    """The day from which a facility or road is in use."""
    return public("opened_on", "启用日期", "Opened on", "date", "启用时间", "建成日期", "开通日期",
                  "通车日期",
                  "投用时间")


def year(zh: str = "计划年度", en: str = "Planned year") -> Column:
    """The year in which a thing is or was to be built."""
    return public("year", zh, en, "integer", "年度", "年份", "实施年度", "建设年度", "ND",
                  minimum=YEAR_MIN, maximum=YEAR_MAX)


PROJECT_STATUS = choices(
    ("idea", "设想", "Idea"),
    ("reserve", "入库储备", "In the project library"),
    ("approved", "已批复", "Approved"),
    ("building", "在建", "Being built"),
    ("done", "建成", "Built"),
)


def scheme_columns() -> tuple[Column, ...]:
    """Scheme, year and status of what is or may be planned; a thing that always stood has them null."""
    return (
        internal("scheme", "方案", "Scheme", "text", "方案名称", "方案编号", "FA"),
        year(),
        internal("status", "项目状态", "Status", "text", "建设状态", "进度", "项目进度", "实施状态",
                 choices=PROJECT_STATUS),
    )


def holding_columns(document: str = "依据文件") -> tuple[Column, ...]:
    """From when to when, and by which document, a zone holds."""
    return (
        public("valid_from", "生效日期", "Valid from", "date", "开始日期", "起始日期", "实施日期", "KSRQ"),
        public("valid_to", "失效日期", "Valid to", "date", "终止日期", "结束日期", "到期日期", "JSRQ"),
        public("document", document, "Document", "text", "文号", "批准文号", "批复文号", "文件号", "WH"),
    )


def area_ha(zh: str = "登记面积", en: str = "Registered area", *aliases: str) -> Column:
    """The area that the register states, in hectares; measured areas are computed, never stored."""
    return public("area_ha", zh, en, "real", "面积", "面积公顷", "公顷", "MJ", *aliases, unit="ha", minimum=0)
