"""Many rows in the journal: they come back as they were, damage is seen, and earlier files are still read."""

from __future__ import annotations

import json
import random
import zlib

import numpy as np
import pytest
import shapely

from layers.plan.blocks import RowBlock, as_objects
from layers.plan.changes import LENGTH, Changes
from layers.plan.digest import MODULUS, row_hash, table_digest

COUNT = 2_500


def block(*, holes: bool) -> RowBlock:
    at = np.arange(COUNT)
    shapes = shapely.multipolygons(shapely.box(at / 3, 5e6 + at, at / 3 + 1, 5e6 + at + 2), indices=at)
    if holes:
        shapes[7] = None
    columns = {
        "code": as_objects(f"T{one}" for one in at),
        "name": as_objects(None if one % 3 else "草场\ud800" for one in at.tolist()),
        "area": as_objects((at / 7).tolist()),
        "people": as_objects([None if one % 9 else one for one in at.tolist()]),
        "owner": as_objects([None] * COUNT),
        "geom": shapes,
    }
    fids = at + 11 if not holes else np.delete(np.arange(COUNT + 1), 4) + 11
    return RowBlock("zone", fids, columns, added=True)


def same(one: RowBlock, other: RowBlock) -> bool:
    return (one.kind, one.added, one.digest) == (other.kind, other.added, other.digest) and (
        table_digest(other.fids, other.columns) == one.digest
    )


@pytest.mark.parametrize("holes", [False, True])
def test_they_come_back(holes):
    made = block(holes=holes)
    data = Changes(blocks=(made,)).to_bytes()
    (again,) = Changes.from_bytes(data).blocks
    assert same(made, again) and again.wkb == made.wkb
    for at in random.Random(1).sample(range(1, len(data)), 60):
        damaged = bytearray(data)
        damaged[at] ^= 4
        with pytest.raises(ValueError, match="check sum"):
            Changes.from_bytes(bytes(damaged))


def test_what_version_2_wrote_is_read():
    made = block(holes=True)
    pieces = [piece or b"" for piece in made.wkb]
    record = {
        "kind": "zone", "added": True, "fids": [0, 0, *made.fids.tolist()],
        "columns": {name: values.tolist() for name, values in made.columns.items() if name != "geom"},
        "lengths": [len(piece) for piece in pieces],
    }  # fmt: skip
    text = json.dumps({"r": [], "d": [], "l": [], "b": [record]}).encode()
    data = b"b" + zlib.compress(b"".join((LENGTH.pack(len(text)), text, *pieces)), 1)
    (again,) = Changes.from_bytes(data).blocks
    assert same(made, again)


def test_a_table_s_digest_is_the_sum_of_its_rows():
    rng = random.Random(3)
    makers = (
        lambda: rng.choice([1.5, 1e300, -0.0, float("inf"), 3.0]),
        lambda: rng.randrange(-5, 2**62),
        lambda: rng.choice(["a", '"q\\', "\n", "草场", "\x7f\u2028", "\ud800", ""]),
        lambda: rng.choice([None, "x", "y"]),
        lambda: None,
        lambda: rng.choice([1, 2.5, "a", None]),
    )
    for _ in range(300):
        count = rng.randrange(6)
        columns = {}
        for name in rng.sample(["a", "b", 'c"', "中", "z"], rng.randrange(6)):
            make = rng.choice(makers)
            columns[name] = as_objects([make() for _ in range(count)])
        if rng.random() < 0.5:
            columns["geom"] = as_objects([rng.choice([None, shapely.Point(rng.random(), 1)])
                                          for _ in range(count)])
        fids = np.array(sorted(rng.sample(range(100), count)), np.int64)
        rows = [{name: values[at] for name, values in columns.items()} for at in range(count)]
        total = sum(row_hash(int(fid), row) for fid, row in zip(fids, rows, strict=True))
        assert table_digest(fids, columns) == total % MODULUS
