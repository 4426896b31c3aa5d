"""What the access panel shows: columns and figures by gacha and of the network's parts, a row in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.messages import listed, text
from app.origins.access import access_ask, part_ask
from app.panels.models.records import RecordColumn, summed
from app.panels.rows import number
from layers.planning.access import Access
from layers.planning.access_summary import GachaAccess
from layers.planning.road_parts import RoadPart, RoadParts
from layers.provenance import Ask

GACHAS, SUMU, ISOCHRONES, PARTS = VIEWS = ("gachas", "sumu", "isochrones", "parts")

Figure = tuple[str, str, str, str]  # of a tile: number, unit, what it is, colour token


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: to what, from where, in which year (None: all there is)."""

    to: str
    origins: str
    year: int | None


def unit_columns(
    result: Access, rows: tuple[GachaAccess, ...], *, sumu: bool = False, season: str | None = None
) -> tuple[RecordColumn, ...]:
    """Return the columns by gacha or sumu: mean and longest minutes, places within each threshold, what is
    not reached."""
    farthest = max((row.mean or 0.0 for row in rows), default=0.0) or 1.0

    def mean_bar(row: GachaAccess) -> tuple[float, str] | None:
        if row.mean is None:
            return None
        band = sum(row.mean > limit + 1e-6 for limit in result.thresholds)
        return min(row.mean / farthest, 1.0), ("need1", "need2", "need3", "need4")[min(band, 3)]

    def asks(name: str) -> Callable[[GachaAccess], Ask | None]:
        return lambda row: access_ask(result, name, unit=row.code, season=season) if row.code else None

    def within(at: int) -> RecordColumn:
        def count(row: GachaAccess) -> float | None:
            return float(row.within[at])

        limit = f"≤{result.thresholds[at]:g}"
        return RecordColumn(
            f"access_within{at}", count, True, 0, total=summed(count), spare=at + 1, heading=limit,
            ask=asks(f"within{result.thresholds[at]:g}"),
        )  # fmt: skip

    return (
        RecordColumn("access_sumu" if sumu else "access_gacha",
                     lambda row: row.name or text("access_no_gacha"),
                     order=lambda row: row.code),
        RecordColumn("access_mean", lambda row: row.mean, True, 0, bar=mean_bar, ask=asks("mean")),
        RecordColumn("access_longest", lambda row: row.longest, True, 0, spare=1, ask=asks("longest")),
        *(within(at) for at in range(min(len(result.thresholds), 3))),
        RecordColumn("access_lost", lambda row: float(row.cut_off + row.unknown), True, 0,
                     total=summed(lambda row: float(row.cut_off + row.unknown)), ask=asks("lost")),
    )  # fmt: skip


def _whole(value: int | None) -> float | None:
    return None if value is None else float(value)


_PART_COLUMNS = (
    RecordColumn(
        "parts_number",
        lambda part: text("parts_main_name") if part.main else text("parts_cut_name", number=part.number),
        order=lambda part: part.number,
    ),
    RecordColumn("parts_km", lambda part: part.km, True, 1, total=summed(lambda part: part.km)),
    RecordColumn("parts_nodes", lambda part: float(part.nodes), True, 0,
                 total=summed(lambda part: float(part.nodes)), spare=1),
    RecordColumn("parts_gachas", lambda part: float(len(part.gachas)), True, 0,
                 total=summed(lambda part: float(len(part.gachas)))),
    RecordColumn("parts_households", lambda part: _whole(part.households), True, 0,
                 total=summed(lambda part: _whole(part.households))),
)  # fmt: skip


def part_columns(parts: RoadParts) -> tuple[RecordColumn, ...]:
    """Return the columns of the network's parts."""

    def asks(name: str) -> Callable[[RoadPart], Ask]:
        return lambda part: part_ask(parts, name, part=part)

    return tuple(
        replace(one, ask=asks(one.key.removeprefix("parts_"))) if one.numeric else one
        for one in _PART_COLUMNS
    )


def access_asks(result: Access, season: str | None) -> tuple[Ask, ...]:
    """Return what names the figures of `access_figures`."""
    middle = result.thresholds[min(1, len(result.thresholds) - 1)]
    return tuple(
        access_ask(result, name, season=season) for name in ("mean", f"within{middle:g}", "lost")
    )


def part_asks(parts: RoadParts) -> tuple[Ask, ...]:
    """Return what names the figures of `part_figures`."""
    return tuple(part_ask(parts, name) for name in ("cut", "km", "households"))


def part_words(part: RoadPart) -> str:
    """Return which gachas stand on a part."""
    names = listed(part.gacha_names)
    return (
        names if names and not part.main else text("parts_main", count=len(part.gachas)) if part.main else "—"
    )


def gacha_words(row: GachaAccess) -> str:
    """Return a gacha's row in a sentence."""
    mean, longest = ("—" if value is None else number(value, digits=0) for value in (row.mean, row.longest))
    name = row.name or text("access_no_gacha")
    return text("access_why_gacha", name=name, places=number(row.places), reached=number(row.reached),
                mean=mean, longest=longest)  # fmt: skip


def access_figures(result: Access, every: GachaAccess) -> tuple[Figure, ...]:
    """Return the mean minutes, the places within the middle threshold, those not reached or not known.

    every: what is looked at, as one row.
    """
    unit = text(f"access_unit_{result.origins.what}")
    middle = min(1, len(result.thresholds) - 1)
    mean = "—" if every.mean is None else number(every.mean, digits=0)
    within = text("access_tile_within", limit=f"{result.thresholds[middle]:g}")
    return (
        (mean, text("access_unit_min"), text("access_tile_mean"), "need3"),
        (number(every.within[middle]), unit, within, "need2"),
        (number(every.cut_off + every.unknown), unit, text("access_tile_lost"), "unknown_ink"),
    )


def part_figures(parts: RoadParts) -> tuple[Figure, ...]:
    """Return how many parts are cut off, their kilometres, the households on them."""
    cut = parts.cut_off
    homes = [part.households for part in cut if part.households is not None]
    km, households = number(sum(part.km for part in cut), digits=1), number(sum(homes)) if homes else "—"
    return (
        (number(len(cut)), text("access_unit_parts"), text("parts_tile_cut"), "dead"),
        (km, "km", text("parts_tile_km"), "dead"),
        (households, text("access_unit_households"), text("parts_tile_households"), "need4"),
    )


def seat_of(result: Access, code: str) -> tuple[float, float] | None:
    """Return a gacha's seat, where seats are what is set out from and it is reached."""
    origins = result.origins
    if origins.what != "seats" or origins.units is None:
        return None
    at = origins.units.index.get(code, -1)
    mine = [
        one for one in range(len(origins))
        if origins.gacha[one] == at >= 0 and result.rows[one].minutes is not None
    ]  # fmt: skip
    return tuple(origins.xy[mine[0]].tolist()) if mine else None
