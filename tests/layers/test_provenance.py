"""Numbers that left the house: written down, read back, refused when they say nothing."""

from __future__ import annotations

import dataclasses
import json
import xml.etree.ElementTree as ET

import pytest

from layers.errors import InputError
from layers.provenance import (
    NAMESPACE,
    WITHHELD,
    Ask,
    Stated,
    combined_digest,
    numbers_json,
    numbers_xml,
    read_numbers,
)

NUMBERS = (
    Stated("gap/toilets/all", 1204, "座", "1,204", "slide 2 table r1 c3", Ask("gap", "toilets", field="gap"),
           "gap_sum", ("5.2",), "0f" * 16, "2021-09-01 · 5ab1"),
    Stated("gap/toilets/x", WITHHELD, "座 <&>]]>\u2028\x01\uffff\udc80", "*", "slide 2",
           Ask("gap", "toilets", "1", "gap", 2022, "甲")),
    Stated("target/roads", None, "%", "—", "slide 3", Ask("target", "roads")),
)


def test_what_is_written_is_read_back_from_json_and_from_the_xml_of_an_office_file():
    assert read_numbers(numbers_json(NUMBERS)) == NUMBERS
    root = ET.fromstring(numbers_xml(NUMBERS))
    assert root.tag == f"{{{NAMESPACE}}}numbers"
    assert read_numbers((root.text or "").encode()) == NUMBERS
    assert numbers_json(NUMBERS) == numbers_json(list(NUMBERS))


def test_two_numbers_of_one_id_or_a_value_that_is_none_are_a_fault_of_the_exporter():
    with pytest.raises(ValueError, match="gap/toilets/all"):
        numbers_json((*NUMBERS, NUMBERS[0]))
    with pytest.raises(ValueError, match="nan"):
        numbers_json([dataclasses.replace(NUMBERS[0], value=float("nan"))])


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(format="qitu-numbers-9"),
        lambda document: document["numbers"][0].pop("value"),
        lambda document: document["numbers"][0].update(value=True),
        lambda document: document["numbers"][0].update(ask=[]),
        lambda document: document.update(numbers=7),
    ],
)
def test_a_list_that_says_nothing_is_refused(change):
    document = json.loads(numbers_json(NUMBERS))
    change(document)
    with pytest.raises(InputError, match="numbers_unreadable"):
        read_numbers(json.dumps(document).encode())
    with pytest.raises(InputError, match="numbers_unreadable"):
        read_numbers(b"[" * 100_000)


def test_a_digest_of_tables_moves_with_each_and_not_with_their_order():
    one = {"toilet": "aa" * 16, "road": "bb" * 16}
    assert combined_digest(one) == combined_digest(dict(reversed(one.items())))
    assert len({combined_digest(one), combined_digest({"toilet": "aa" * 16}),
                combined_digest({"toilet": "bb" * 16, "road": "aa" * 16})}) == 3  # fmt: skip
