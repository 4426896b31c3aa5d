"""Access in stable keys and in words, for the command line, the window and what is exported."""

from __future__ import annotations

from typing import Any

from app.messages import both, text, tr
from layers.catalogue.text import Text
from layers.planning.access import Access, AccessRow
from layers.planning.access_summary import GachaAccess
from layers.planning.road_parts import RoadPart, RoadParts


def row_data(result: Access, row: AccessRow) -> dict[str, Any]:
    """Return one place in stable English keys: minutes, km; null where it is not reached."""
    units, at = result.origins.units, row.facility
    return {
        "origin": result.origins.what,
        "code": row.code,
        "name": row.name,
        "group": row.group,
        "gacha_code": units.codes[row.gacha] if units and row.gacha >= 0 else "",
        "gacha_name": units.names[row.gacha] if units and row.gacha >= 0 else "",
        "minutes": _rounded(row.minutes),
        "km": _rounded(row.km, 3),
        "off_km": _rounded(row.off_km, 3),
        "facility": None if at is None else result.facilities.codes[at],
        "facility_name": None if at is None else result.facilities.names[at],
        "way": row.way,
        "status": row.status,
        "reason": row.reason.code,
    }


def gacha_data(result: Access, row: GachaAccess) -> dict[str, Any]:
    """Return one gacha in stable English keys; `to_LIMIT` counts places with minutes <= LIMIT and > the one
    before."""
    return {
        "code": row.code,
        "name": row.name,
        "sumu_code": row.sumu_code,
        "sumu_name": row.sumu_name,
        "places": row.places,
        **bands(result, row),
        "cut_off": row.cut_off,
        "unknown": row.unknown,
        "mean_minutes": _rounded(row.mean),
        "max_minutes": _rounded(row.longest),
    }


def group_title(result: Access, group: str) -> Text:
    """Return the season of a camp or the level of a seat in words, by the catalogue of their layer."""
    kinds = {kind for kind, _ in result.origins.places}
    catalogue = result.provenance.plan.catalogue
    for kind in (catalogue[one] for one in sorted(kinds) if one in catalogue):
        for name in {"season", "level"} & set(kind.column_names):
            for choice in kind.column(name).choices:
                if choice.value == group:
                    return choice.title
    return Text(group, group) if group else both("access_group_unknown")


def group_words(result: Access, group: str) -> str:
    """Return `group_title` in the language that is spoken."""
    return tr(group_title(result, group))


def bands(result: Access, row: GachaAccess) -> dict[str, int]:
    """Return how many places lie in each band between thresholds, and over the last."""
    before, found = 0, {}
    for limit, within in zip(result.thresholds, row.within, strict=True):
        found[f"to_{limit:g}"] = within - before
        before = within
    return {**found, f"over_{result.thresholds[-1]:g}": row.reached - before}


def part_data(part: RoadPart) -> dict[str, Any]:
    """Return one part of the network in stable English keys."""
    return {
        "number": part.number,
        "main": part.main,
        "km": round(part.km, 3),
        "roads": part.lines,
        "nodes": part.nodes,
        "gachas": list(part.gachas),
        "gacha_names": list(part.gacha_names),
        "households": part.households,
    }


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)


def row_words(result: Access, row: AccessRow) -> str:
    """Return one place in a sentence: how far, to what, over what; or why not."""
    if row.facility is None:
        return text(f"reason_{row.reason.code}", **row.reason.fields)
    return way_words(result, row.facility, row.minutes or 0.0, row.km or 0.0, row.off_km or 0.0)


def way_words(result: Access, facility: int, minutes: float, km: float, off_km: float) -> str:
    """Return minutes, km and the facility in a sentence."""
    return text(
        "access_way", facility=facility_words(result, facility), minutes=f"{minutes:,.0f}", km=f"{km:,.1f}",
        off=f"{off_km:,.1f}",
    )  # fmt: skip


def facility_words(result: Access, at: int) -> str:
    """Return a facility's name, else its code, else what it is."""
    return result.facilities.names[at] or result.facilities.codes[at] or tr(result.facilities.title)


def notes(result: Access) -> tuple[str, ...]:
    """Return what a reader must know: cells, boundary, what is left out, whose speeds."""
    said = [
        text("access_note_cells", cell=f"{result.travel.ground.cell_m:,.0f}"),
        text("access_note_within"),
        text("access_note_speeds"),
    ]
    said += doubtful(result)
    if not result.travel.tables:
        said.append(text("access_note_no_roads"))
    return tuple(said)


def doubtful(result: Access) -> tuple[str, ...]:
    """Return how many facilities are left out because something is not known of them; () for none."""
    count = result.facilities.doubtful
    return (text("access_note_doubtful", count=f"{count:,}"),) if count else ()


def parts_words(found: RoadParts) -> str:
    """Return what is cut off, in a sentence."""
    if not found.known:
        return text("parts_no_roads")
    if not found.cut_off:
        return text("parts_whole")
    households = [part.households for part in found.cut_off if part.households is not None]
    return text(
        "parts_cut", count=f"{len(found.cut_off):,}", km=f"{sum(part.km for part in found.cut_off):,.1f}",
        gachas=f"{sum(len(part.gachas) for part in found.cut_off):,}",
        households=f"{sum(households):,}" if households else "—",
    )  # fmt: skip
