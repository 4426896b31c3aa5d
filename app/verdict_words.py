"""Verdicts in words: for the command line, the panel and what is written."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages import language, text, tr
from layers.catalogue.model import Catalogue
from layers.catalogue.text import Text
from layers.geo.measure import format_area, format_length
from layers.planning.conflicts import Conflict, Judged
from layers.planning.detours import Clearance
from layers.policy.basis import Basis

JSON_VERDICTS = {
    "allow": "allowed", "cond": "with_conditions", "permit": "permit_needed", "no": "not_allowed",
    "verify": "to_be_verified",
}  # fmt: skip
"""What JSON calls the verdicts."""


def work_name(judged: Judged) -> str:
    """Name of a work, else its code, else what it is."""
    work = judged.work
    return work.name or work.key or text("verdict_sketch")


def zone_title(catalogue: Catalogue, one: Conflict) -> str:
    """The zone's class and name: 禁牧区 · 雅尔赛禁牧区."""
    return " · ".join(
        dict.fromkeys(part for part in (zone_class(catalogue, one), one.name or one.key) if part)
    )


def zone_class(catalogue: Catalogue, one: Conflict) -> str:
    """The zone's class where its layer names classes, else the layer's title."""
    free = one.words.zh == one.words.en  # what somebody typed, no word of ours
    return tr(catalogue[one.kind].title) if free else one.words.in_language(language())


def measure_words(one: Conflict) -> str:
    """Length and area inside: `680 米 · 0.58 公顷（8.7 亩）`; "" where nothing is measured."""
    parts = []
    if one.length_m:
        parts.append(format_length(one.length_m, language()))
    if one.area_m2:
        parts.append(format_area(one.area_m2, language()))
    return " · ".join(parts)


def short_measure(one: Conflict) -> str:
    """Length and hectares for a narrow place: `680 米 · 0.58 公顷`."""
    parts = []
    if one.length_m:
        parts.append(format_length(one.length_m, language()))
    if one.area_m2:
        parts.append(format_area(one.area_m2, language()).partition("（")[0].partition(" (")[0])
    return " · ".join(parts)


def article_words(basis: Basis) -> str:
    """Source, article and days: `草畜平衡和禁牧休牧条例 第35条（2021-10-01 起）`."""
    words = _say(basis.source)
    if basis.article:
        plan = "." in basis.article
        words += " " + text("verdict_chapter" if plan else "verdict_article", article=basis.article)
    if basis.in_force:
        key = "verdict_since" if basis.until is None else "verdict_between"
        words += text(key, begin=basis.in_force.isoformat(), end=(basis.until or basis.in_force).isoformat())
    if basis.amended:
        words += text("verdict_amended", day=basis.amended.isoformat())
    return words


def reason_words(one: Conflict) -> str:
    """Why it is only to be verified; "" where it is not."""
    if one.reason is None:
        return ""
    would = text(f"verdict_{one.would_be}") if one.would_be else ""
    words = text(
        f"verdict_reason_{one.reason}",
        metres=f"{one.distance_m:,.0f}" if one.distance_m is not None else "—",
        low=_ha(one.low_m2), high=_ha(one.high_m2),
    )  # fmt: skip
    return words + (text("verdict_would_be", verdict=would) if would else "")


def _ha(value: float | None) -> str:
    return "—" if value is None else f"{value / 10_000:,.2f}"


def count_words(judged: Judged) -> str:
    """`1 不允许 · 2 须报批`; worst first, what is allowed left out."""
    counts = {verdict: count for verdict, count in judged.counts().items() if verdict != "allow"}
    return " · ".join(f"{count} {text('verdict_' + verdict)}" for verdict, count in counts.items())


def ground_words(judged: Judged) -> str:
    """Width, length and area of the ground: `路基 8.5 米 · 21.5 公里 · 18.29 公顷（274.3 亩）`."""
    parts = []
    if judged.work.width_m is not None:
        parts.append(text("verdict_width", width=f"{judged.work.width_m:g}"))
    if judged.length_m is not None:
        parts.append(format_length(judged.length_m, language()))
    parts.append(format_area(judged.area_m2, language()))
    return " · ".join(parts)


def chainage_words(stretches: Sequence[tuple[float, float]]) -> str:
    """Stretches as chainages: `K0+000–K1+530`."""
    return text("list_comma").join(f"{chainage(begin)}–{chainage(end)}" for begin, end in stretches)


def chainage(metres: float) -> str:
    """`K12+340`: kilometres and metres along a line."""
    whole = round(metres)
    return f"K{whole // 1000}+{whole % 1000:03d}"


def clearance_words(found: Clearance) -> str:
    """What would clear it: how far, which way, and what is left."""
    left = text(f"verdict_{found.verdict}")
    gone = text(f"verdict_{found.cleared}")
    if found.how == "shift":
        return text(
            "verdict_shift", metres=format_length(found.metres, language()),
            way=_way(found.east_m, found.north_m),
            gone=gone, left=left,
        )  # fmt: skip
    key = "verdict_detour_longer" if found.metres >= 0 else "verdict_detour_shorter"
    return text(key, metres=format_length(abs(found.metres), language()), gone=gone, left=left)


def _way(east: float, north: float) -> str:
    import math

    eighth = round(math.degrees(math.atan2(east, north)) / 45) % 8
    return text(f"compass_{eighth}")


def _say(words: Text) -> str:
    return words.in_language(language())
