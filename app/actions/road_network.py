"""The parts of the road network: what is cut off, and how many households stand on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from app.access_words import part_data, parts_words
from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import both, listed, text
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.planning.road_parts import RoadParts, road_parts
from layers.release import Counts

KEYS = ("number", "main", "km", "roads", "nodes", "gachas", "households")
TYPES = {"km": "real", "gachas": "text"}


def network(session: Session, *, year: int | None = None, out: Path | None = None) -> Answer:
    """The connected parts of the road network: km, nodes, gachas and households on each.

    Raises InputError `format_unknown`; StoreError `cannot_write`.
    """
    found = road_parts(session.plan, session.policy, year=year)
    lines = [parts_words(found)]
    for part in found.parts:
        names = listed(part.gacha_names) if not part.main else text("parts_main", count=len(part.gachas))
        households = "—" if part.households is None else f"{part.households:,}"
        lines.append(
            f"{part.number}  {part.km:,.2f} km  {part.lines:,}  {part.nodes:,}  {households}  {names}"
        )
    if out is not None:
        write_parts(session, found, out)
        lines.append(text("wrote", path=out))
    data = {
        "known": found.known,
        "year": year,
        "off_road_households": found.off_road,
        "parts": [part_data(part) for part in found.parts],
    }
    return Answer(data, tuple(lines))


def write_parts(session: Session | Snapshot, found: RoadParts, out: Path) -> None:
    """Write the parts with their lines, and what stands on none. Errors as in `write_result`.

    A reader is taken to know how many households there are in all: the rows add up to them, so that a part
    with 1 or 2 is not what the others leave.
    """
    records = [{**part_data(part), "gachas": " ".join(part.gachas)} for part in found.parts]
    for record in records:
        del record["gacha_names"]
        record["main"] = int(record["main"])
    words: list[dict[str, Any]] = [dict(record) for record in records]
    if found.off_road:
        none = {**dict.fromkeys(KEYS), "number": 0, "main": 0, "gachas": "", "households": found.off_road}
        records.append(none)
        words.append({**none, "number": None, "gachas": text("parts_off_road")})
    shapes = np.empty(len(records), object)
    shapes[: len(found.parts)] = [part.geometry for part in found.parts]
    counts = Counts(lambda row: ("households",) if row["households"] is not None else (), groups=((),))
    columns = tuple(
        ResultColumn(key, both(f"parts_col_{key}"), TYPES.get(key, "integer"), Privacy.INTERNAL)
        for key in KEYS
    )
    title = Text("路网连通部分", "Parts of the road network")
    table = ResultTable(
        title, columns, records, found.provenance, words, shapes, "MultiLineString", counts
    )
    write_result(session, table, out)
