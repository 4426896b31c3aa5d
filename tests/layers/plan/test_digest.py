"""A table's digest is the sum of what its rows' hashes are by definition, whatever stands in them."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.plan.digest import MODULUS, row_hash, table_digest

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(),
    st.text(st.characters(), max_size=6), st.sampled_from(["\ud800", '"\\\n\u2028蒙古']),
)  # fmt: skip
ROWS = st.lists(st.tuples(VALUES, VALUES, st.sampled_from([None, shapely.Point(1, 2)])), max_size=6)


def by_definition(fid, values, shape):
    text = json.dumps([fid, values], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body = b"" if shape is None else b"\x00" + shapely.to_wkb(shape, byte_order=1)
    data = text.encode("utf-8", "surrogatepass") + body
    return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "big")


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_the_digest_of_columns_is_the_sum_of_rows(rows):
    columns = {name: np.empty(len(rows), object) for name in ("名", "a", "geom")}
    wanted = 0
    for at, row in enumerate(rows):
        for name, value in zip(columns, row, strict=True):
            columns[name][at] = value
        values = {name: value for name, value in zip(("名", "a"), row, strict=False) if value is not None}
        one = by_definition(at + 7, values, row[2])
        assert row_hash(at + 7, {**values, "geom": row[2]}) == one
        wanted += one
    assert table_digest(np.arange(len(rows)) + 7, columns) == wanted % MODULUS
