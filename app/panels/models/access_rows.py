"""What the access panel shows of its rows: columns by gacha, columns of the network's parts."""

from __future__ import annotations

from dataclasses import dataclass

from app.messages import text
from app.panels.models.records import RecordColumn, summed
from layers.planning.access import Access
from layers.planning.access_summary import GachaAccess
from layers.planning.road_parts import RoadPart

GACHAS, ISOCHRONES, PARTS = VIEWS = ("gachas", "isochrones", "parts")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: to what, from where, in which year (None: all there is)."""

    to: str
    origins: str
    year: int | None


def gacha_columns(result: Access, rows: tuple[GachaAccess, ...]) -> tuple[RecordColumn, ...]:
    """Return the columns by gacha: mean and longest minutes, places within each threshold, what is not
    reached."""
    farthest = max((row.mean or 0.0 for row in rows), default=0.0) or 1.0

    def mean_bar(row: GachaAccess) -> tuple[float, str] | None:
        if row.mean is None:
            return None
        band = sum(row.mean > limit + 1e-6 for limit in result.thresholds)
        return min(row.mean / farthest, 1.0), ("need1", "need2", "need3", "need4")[min(band, 3)]

    def within(at: int) -> RecordColumn:
        def count(row: GachaAccess) -> float | None:
            return float(row.within[at])

        limit = f"≤{result.thresholds[at]:g}"
        return RecordColumn(
            f"access_within{at}", count, True, 0, total=summed(count), spare=at + 1, heading=limit
        )

    return (
        RecordColumn("access_gacha", lambda row: row.name or text("access_no_gacha"),
                     order=lambda row: row.code),
        RecordColumn("access_mean", lambda row: row.mean, True, 0, bar=mean_bar),
        RecordColumn("access_longest", lambda row: row.longest, True, 0, spare=1),
        *(within(at) for at in range(min(len(result.thresholds), 3))),
        RecordColumn("access_lost", lambda row: float(row.cut_off + row.unknown), True, 0,
                     total=summed(lambda row: float(row.cut_off + row.unknown))),
    )  # fmt: skip


def _whole(value: int | None) -> float | None:
    return None if value is None else float(value)


PART_COLUMNS = (
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


def part_words(part: RoadPart) -> str:
    """Return which gachas stand on a part."""
    names = "、".join(part.gacha_names)
    return (
        names if names and not part.main else text("parts_main", count=len(part.gachas)) if part.main else "—"
    )
