"""项目落图: rows that wait for a place are listed, put on the map, or discarded; each is one undoable command."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.command import Answer
from app.messages import both, text, tr
from app.session import Session
from layers.errors import InputError
from layers.geo.crs import parse_lonlat
from layers.plan.waiting import Waiting, waiting_rows
from layers.planning.placing_queue import discard, gacha_names, settle


def queue(
    session: Session, *, place: Sequence[str] | None = None, discard: Sequence[str] | None = None
) -> Answer:
    """List what waits; place: `KEY=CODE` or `KEY=LON,LAT`; discard: keys.

    Raises InputError `assignment_malformed` and those of `settle`.
    """
    for item in place or ():
        key, equals, where = item.rpartition("=")
        if not equals or not where.strip():
            raise InputError("assignment_malformed", given=item)
        put(session, key.strip(), where.strip())
    if discard:
        drop(session, discard)
    rows = waiting_rows(session.plan)
    return Answer([waiting_data(session, one) for one in rows], tuple(_lines(session, rows)))


def put(session: Session, key: str, where: str) -> Any:
    """Put a row at a gacha (12-digit code) or at `LON,LAT`, as one command."""
    title = both("did_place", key=key)
    if "," in where or "，" in where:
        lon, lat = parse_lonlat(where)
        x, y = session.plan.crs.from_lonlat([(lon, lat)])[0]
        return put_at(session, key, (float(x), float(y)))
    return session.do(title, lambda plan: settle(plan, session.policy, key, code=where), command="queue")


def put_at(session: Session, key: str, at: tuple[float, float]) -> Any:
    """Put a row at a point in planning metres, as one command."""
    title = both("did_place", key=key)
    return session.do(title, lambda plan: settle(plan, session.policy, key, at=at), command="queue")


def drop(session: Session, keys: Sequence[str]) -> Any:
    """Take rows out of the queue, as one command."""
    title = both("did_discard", count=len(keys))
    return session.do(title, lambda plan: discard(plan, keys), command="queue")


def waiting_data(session: Session, one: Waiting) -> dict[str, Any]:
    """Return a waiting row in stable keys; its values stay inside: they may be personal."""
    names = gacha_names(session.plan)
    return {
        "key": one.key, "file": one.file, "row": one.row, "kind": one.kind, "why": one.why,
        "words": one.words,
        "candidates": [{"gacha_code": code, "name": names.get(code, code)} for code in one.candidates],
    }  # fmt: skip


def waiting_words(session: Session, one: Waiting) -> str:
    """Say which row it is: its name where the kind has one, else its key."""
    kind = session.plan.catalogue[one.kind]
    name = one.values.get(kind.name) if kind.name and not kind.sensitive else None
    return f"{tr(kind.title)} {name or one.key}"


def _lines(session: Session, rows: Sequence[Waiting]) -> Iterable[str]:
    if not rows:
        yield text("queue_empty")
    names = gacha_names(session.plan)
    for one in rows:
        wanted = "；".join(f"{names.get(code, code)}（{code}）" for code in one.candidates) or "—"
        yield text("queue_row", key=one.key, what=waiting_words(session, one), words=one.words or "—",
                   why=text(f"queue_why_{one.why}"), candidates=wanted)  # fmt: skip
