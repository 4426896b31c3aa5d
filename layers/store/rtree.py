"""An R-tree packed at once, as the nodes that SQLite keeps it in: box by box it takes three times as long.

The form is that of sqlite.org's rtree.c: `NAME_node` holds nodes of one length (two bytes for the depth of
the tree, in the root alone, two for the number of cells; then the cells: id, and min x, max x, min y, max y
as 4-byte floats, all big-endian); `NAME_rowid` has the leaf of each id, `NAME_parent` the node above each
but the root, whose number is 1.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from layers.errors import StoreError
from layers.store.connection import insert_many, quoted

CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
HEAD = 4  # bytes of a node before its cells
REPACK_UPTO = 8  # boxes in a tree for each that goes: more stay where they are
FULL = 0.9  # of a node is filled: room for what comes later

Boxes = NDArray[np.float64]
Pairs = tuple[list[int], list[int]]
Nodes = tuple[tuple[list[int], list[bytes]], Pairs, Pairs]


def add_boxes(connection: apsw.Connection, name: str, ids: NDArray[np.int64], boxes: Boxes) -> None:
    """Put boxes into the R-tree `name`: packed anew with what is in it, box by box where that is more.

    ids: (n,), none of them in the tree. boxes: (n, 4), min x, min y, max x, max y; NaN rows are left out.
    Inside an open transaction. That SQLite finds such trees whole (`rtreecheck`) is what the tests are for:
    asked here, it would take as long as the rows. Raises StoreError `file_damaged` where the tree's own
    tables do not agree before, or an id is in it already.
    """
    begin_boxes(connection, name, ids, boxes)()


def begin_boxes(
    connection: apsw.Connection,
    name: str,
    ids: NDArray[np.int64],
    boxes: Boxes,
    aside: Executor | None = None,
) -> Callable[[], None]:
    """Begin what `add_boxes` does, and return what ends it: `aside`, which does not touch the file, may pack
    the tree while the caller writes the rows."""
    known = ~np.isnan(boxes).any(axis=1)
    ids, boxes = ids[known], boxes[known]
    (there,) = connection.execute(f"SELECT count(*) FROM {quoted(f'{name}_rowid')}").fetchone()
    if there > len(ids):
        return partial(_put_in, connection, name, ids, boxes)
    together = _together(connection, name, ids, boxes)
    nodes = partial(pack, *together) if aside is None else aside.submit(pack, *together).result
    return lambda: _replace(connection, name, nodes())


def _put_in(connection: apsw.Connection, name: str, ids: NDArray[np.int64], boxes: Boxes) -> None:
    # Neighbours one after another: a tree that grows so is filled twice as fast, and read faster.
    order = along_strips(boxes)
    west, south, east, north = boxes[order].T.tolist()
    connection.executemany(
        f"INSERT INTO {quoted(name)} VALUES (?,?,?,?,?)",
        zip(ids[order].tolist(), west, east, south, north, strict=True),
    )


def remove_boxes(connection: apsw.Connection, name: str, ids: NDArray[np.int64]) -> None:
    """Take boxes out of the R-tree `name`: packed anew where many of its boxes go, else one by one.

    ids: (n,); what is not in the tree is nothing to it. Raises StoreError as `add_boxes`.
    """
    (there,) = connection.execute(f"SELECT count(*) FROM {quoted(f'{name}_rowid')}").fetchone()
    if there <= REPACK_UPTO * len(ids):
        rest = _together(connection, name, np.empty(0, np.int64), np.empty((0, 4)), going=ids)
        _replace(connection, name, pack(*rest))
        return
    connection.executemany(f"DELETE FROM {quoted(name)} WHERE id = ?", zip(ids.tolist(), strict=True))


def read_cells(connection: apsw.Connection, name: str) -> tuple[NDArray[np.int64], Boxes]:
    """Return the (ids, boxes) in an R-tree, from its leaves as they are kept."""
    leaves = connection.execute(
        f"SELECT data FROM {quoted(f'{name}_node')}"
        f" WHERE nodeno IN (SELECT DISTINCT nodeno FROM {quoted(f'{name}_rowid')})"
    ).fetchall()
    if not leaves:
        return np.empty(0, np.int64), np.empty((0, 4))
    table = np.frombuffer(b"".join(data for (data,) in leaves), np.uint8).reshape(len(leaves), -1)
    most = (table.shape[1] - HEAD) // CELL.itemsize
    counts = np.ascontiguousarray(table[:, 2:4]).view(">u2").reshape(-1)
    cells = np.ascontiguousarray(table[:, HEAD : HEAD + most * CELL.itemsize]).view(CELL)
    held = cells[np.arange(most) < counts[:, None]]
    return held["id"].astype(np.int64), held["box"][:, [0, 2, 1, 3]].astype(np.float64)


def _together(
    connection: apsw.Connection,
    name: str,
    ids: NDArray[np.int64],
    boxes: Boxes,
    going: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], Boxes, int]:
    """Return (ids, boxes) of what is in the tree but for `going`, and of what is new; and a node's bytes."""
    first = f"SELECT length(data) FROM {quoted(f'{name}_node')} WHERE nodeno = 1"
    root = connection.execute(first).fetchone()
    if root is None:
        raise StoreError("file_damaged", path=name, detail="an R-tree without a root")
    there, cells = read_cells(connection, name)
    (known,) = connection.execute(f"SELECT count(*) FROM {quoted(f'{name}_rowid')}").fetchone()
    if known != len(there):
        found = f"an R-tree of {known} rows with {len(there)} boxes"
        raise StoreError("file_damaged", path=name, detail=found)
    if going is not None:
        stays = ~np.isin(there, going)
        there, cells = there[stays], cells[stays]
    ids, boxes = np.concatenate([ids, there]), np.concatenate([boxes, cells])
    ordered = np.sort(ids)
    if (ordered[1:] == ordered[:-1]).any():
        raise StoreError("file_damaged", path=name, detail="an R-tree with two boxes for a row")
    return ids, boxes, int(root[0])


def _replace(connection: apsw.Connection, name: str, made: Nodes) -> None:
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0)  # it keeps everybody from an R-tree's own tables
    try:
        for part, rows in zip(("node", "rowid", "parent"), made, strict=True):
            connection.execute(f"DELETE FROM {quoted(f'{name}_{part}')}")
            insert_many(connection, quoted(f"{name}_{part}"), rows)
    finally:
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)


def pack(ids: NDArray[np.int64], boxes: Boxes, size: int) -> Nodes:
    """Return columns: numbers and contents of nodes of `size` bytes; ids and their nodes; nodes and the nodes
    above. Of nothing an empty root."""
    if not len(ids):
        return ([1], [bytes(size)]), ([], []), ([], [])
    order = along_strips(boxes)
    inside, cells = ids[order], outwards(boxes[order])
    most = (size - HEAD) // CELL.itemsize
    levels: list[tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]] = []
    while True:
        groups = 1 if len(inside) <= most else -(-len(inside) // int(most * FULL))
        starts = np.arange(groups + 1) * len(inside) // groups
        levels.append((inside, cells, starts))
        if groups == 1:
            break
        first = starts[:-1]
        cells = np.column_stack([
            reduce.reduceat(cells[:, at], first)
            for at, reduce in enumerate((np.minimum, np.maximum, np.minimum, np.maximum))
        ])  # fmt: skip
        inside = np.arange(groups)  # places in the level below, numbered later
    return _numbered(levels, size, most)


def _numbered(levels: list[Any], size: int, most: int) -> Nodes:
    nodes: list[tuple[int, bytes]] = []
    leaves: Pairs = ([], [])
    parents: Pairs = ([], [])
    number, below = 2, np.empty(0, np.int64)
    for depth, (inside, cells, starts) in enumerate(levels):
        root = len(starts) == 2
        numbers = np.array([1]) if root else np.arange(number, number + len(starts) - 1)
        number += len(numbers)
        held = inside if depth == 0 else below[inside]
        counts = np.diff(starts)
        node_of = np.repeat(np.arange(len(counts)), counts)
        table = np.zeros((len(counts), most), CELL)
        slots = (node_of, np.arange(len(held)) - starts[node_of])
        table["id"][slots], table["box"][slots] = held, cells
        for at, (count, own) in enumerate(zip(counts.tolist(), numbers.tolist(), strict=True)):
            head = (depth if root else 0).to_bytes(2, "big") + count.to_bytes(2, "big")
            nodes.append((own, (head + table[at].tobytes()).ljust(size, b"\x00")))
        upwards = np.argsort(held)  # rows that come in order are written in half the time
        inner, outer = leaves if depth == 0 else parents
        inner.extend(held[upwards].tolist())
        outer.extend(numbers[node_of[upwards]].tolist())
        below = numbers
    nodes.sort()  # the root has the lowest number and comes last
    own, contents = zip(*nodes, strict=True)
    return (list(own), list(contents)), leaves, parents


def outwards(boxes: Boxes) -> NDArray[np.float32]:
    """Return min x, max x, min y, max y (n, 4) as the nearest floats that lie round the boxes."""
    low, high = boxes[:, [0, 1]], boxes[:, [2, 3]]
    under, over = low.astype(np.float32), high.astype(np.float32)
    under = np.where(under > low, np.nextafter(under, np.float32(-np.inf)), under)
    over = np.where(over < high, np.nextafter(over, np.float32(np.inf)), over)
    return np.column_stack([under[:, 0], over[:, 0], under[:, 1], over[:, 1]])


def along_strips(boxes: Boxes) -> NDArray[np.int64]:
    """Order (n,) of boxes (n, 4) in strips of about equal many, to and fro: neighbours one after another."""
    x, y = boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]
    strips = max(round((len(boxes) / 50) ** 0.5), 1)
    strip = np.empty(len(boxes), np.int64)
    strip[np.argsort(x, kind="stable")] = np.arange(len(boxes)) * strips // len(boxes)
    return np.lexsort((np.where(strip % 2, -y, y), strip))
