"""A tree that is packed holds what SQLite would have put into it, and lives on as one of its own."""

from __future__ import annotations

import apsw
import numpy as np
import pytest

from layers.store.rtree import add_boxes


def tree(path=":memory:"):
    connection = apsw.Connection(path)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.execute("CREATE VIRTUAL TABLE r USING rtree(id, minx, maxx, miny, maxy)")
    return connection


def boxes_of(count, seed):
    random = np.random.default_rng(seed)
    corner = random.uniform(-1e5, 5e6, (count, 2))
    boxes = np.column_stack([corner, corner + random.uniform(0, 99, (count, 2))])
    return random.permutation(count) + 5, boxes


def one_by_one(connection, ids, boxes):
    rows = zip(ids.tolist(), *boxes[:, [0, 2, 1, 3]].T.tolist(), strict=True)
    connection.executemany("INSERT INTO r VALUES (?,?,?,?,?)", rows)


@pytest.mark.parametrize("count", [0, 1, 51, 52, 3_000])
def test_a_packed_tree_is_the_tree(count):
    ids, boxes = boxes_of(count, count)
    packed, plain = tree(), tree()
    add_boxes(packed, "r", np.append(ids, 1), np.vstack([boxes, np.full((1, 4), np.nan)]))
    one_by_one(plain, ids, boxes)
    where = "maxx >= 1e6 AND minx <= 2e6 AND miny < 3e6"
    for query in ("SELECT * FROM r ORDER BY id", f"SELECT id FROM r WHERE {where} ORDER BY id"):
        assert packed.execute(query).fetchall() == plain.execute(query).fetchall()


def test_what_was_there_stays_and_the_tree_takes_edits():
    tree_, (ids, boxes) = tree(), boxes_of(900, 1)
    one_by_one(tree_, ids[:300], boxes[:300])
    add_boxes(tree_, "r", ids[300:800], boxes[300:800])  # more than there are: packed anew
    add_boxes(tree_, "r", ids[800:], boxes[800:])  # fewer: put in
    tree_.executemany("DELETE FROM r WHERE id = ?", [(one,) for one in ids[:850].tolist()])
    one_by_one(tree_, ids[:400], boxes[:400])
    assert tree_.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)
    assert tree_.execute("SELECT count(*) FROM r").fetchone() == (450,)
    with pytest.raises(apsw.SQLError):  # its own tables are nobody's again
        tree_.execute("DELETE FROM r_node")
