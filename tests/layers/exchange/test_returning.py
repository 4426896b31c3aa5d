"""A file that comes back: which rows both have changed, by hand."""

from __future__ import annotations

import datetime

import shapely

from layers.catalogue.registry import default_catalogue
from layers.exchange.returning import clashes, names_of, stamp
from layers.plan.table import Table
from layers.release import allowed_columns

CATALOGUE = default_catalogue()
KIND = CATALOGUE["suspect_patch"]
NAMES = names_of(KIND, allowed_columns(CATALOGUE)[KIND.id])
DAY = datetime.date(2024, 5, 1).isoformat()
PLACE = shapely.MultiPolygon([shapely.box(499_500, 5_300_000, 499_600, 5_300_100)])


def ledger(**changed):
    """Three patches; `changed`: key -> values that the project has given it since, None: it is gone."""
    rows = []
    for code in ("A", "B", "C"):
        row = {"code": code, "state": "issued", "issued_on": DAY, "geom": PLACE}
        more = changed.get(code, {})
        if more is not None:
            rows.append({**row, **more})
    return Table.from_rows(KIND, rows)


def came_back(table, **edited):
    """What the phone brings, with its digests: every patch as it went out, but for what was edited there."""
    stamps, rows = {}, []
    for number, fid in enumerate(table.fids, start=1):
        row = table.row(int(fid))
        stamps[number] = stamp(NAMES, row)
        new = {name: row[name] for name in ("code", "state", "finding", "geom")}
        rows.append((number, row["code"], {**new, **edited.get(row["code"], {})}))
    return stamps, rows


def test_only_what_both_changed_and_what_would_be_undone_is_a_clash():
    stamps, rows = came_back(ledger(), A={"state": "visited"}, C={"state": "visited"})
    found, strange = clashes(ledger(), NAMES, stamps, rows)
    assert (found, strange) == ((), 0), "nobody changed anything here: the phone's edits come in"
    here = ledger(A={"state": "found", "finding": "grazing"}, B={"state": "closed"}, C={"state": "visited"})
    found, _ = clashes(here, NAMES, stamps, rows)
    assert [(one.row, one.key, one.gone, one.columns) for one in found] == [
        (1, "A", False, (("state", "found", "visited"), ("finding", "grazing", None))),
        (2, "B", False, (("state", "closed", "issued"),)),  # the phone left it alone, and would set it back
    ], "C says the same on both sides"


def test_a_change_of_what_the_file_does_not_bring_undoes_nothing():
    stamps, rows = came_back(ledger(), A={"state": "visited"})
    found, _ = clashes(ledger(B={"issued_on": "2024-06-01"}), NAMES, stamps, rows)
    assert found == ()


def test_what_was_deleted_here_is_asked_about_and_a_moved_shape_is_seen():
    stamps, rows = came_back(ledger(), B={"geom": shapely.affinity.translate(PLACE, 5)})
    nearly = shapely.affinity.translate(PLACE, 0.0001)  # there and back through degrees
    rows[2][2]["geom"] = nearly
    found, _ = clashes(ledger(A=None, B={"finding": "mining"}, C={"note": "here"}), NAMES, stamps, rows)
    assert [(one.key, one.gone, [name for name, *_ in one.columns]) for one in found] == [
        ("A", True, []), ("B", False, ["finding", "geom"])]  # fmt: skip


def test_digests_of_other_columns_or_none_at_all_are_not_judged():
    stamps, rows = came_back(ledger(), A={"state": "visited"})
    here = ledger(A={"state": "closed"}, B={"state": "closed"})
    other = {row: stamp((*NAMES, "more"), {}) for row in stamps}
    assert clashes(here, NAMES, other, rows) == ((), 3)
    assert clashes(here, NAMES, {}, rows) == ((), 0)
    assert clashes(here, NAMES, {1: "not hexadecimal"}, rows) == ((), 1)
