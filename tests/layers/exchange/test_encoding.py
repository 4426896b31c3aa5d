"""Text is right in every combination of language byte, .cpg and encoding, or it is asked."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.exchange.encoding import decode_cell, guess_encoding, known_encoding
from layers.exchange.formats.dbf import read_dbf

WORDS = ["巴彦托海镇", "团结嘎查", "伊敏苏木毕鲁图", "锡尼河东", "天然牧草地"]


def make_dbf(words: list[str], encoding: str, *, language: int = 0, heading: bytes = b"NAME") -> bytes:
    cells = [word.encode(encoding) for word in words]
    width = max(map(len, cells)) + 1
    head = (
        struct.pack("<BBBBIHH", 3, 100, 1, 1, len(cells), 65, width + 1)
        + bytes(17)
        + bytes([language])
        + bytes(2)
    )
    field = struct.pack("<11sc4xBB14x", heading, b"C", width, 0)
    return head + field + b"\r" + b"".join(b" " + cell.ljust(width) for cell in cells) + b"\x1a"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
@pytest.mark.parametrize("language", [0, 0x4D, 0x57, 0x7A, 0x03])
@pytest.mark.parametrize("cpg", [None, "UTF-8", "GBK", "936", "GB18030", "ISO-8859-1", "rubbish", ""])
def test_matrix(tmp_path, encoding, language, cpg):
    (tmp_path / "a.dbf").write_bytes(make_dbf(WORDS, encoding, language=language))
    found = read_dbf(tmp_path / "a.dbf", cpg=cpg, encoding=None)
    assert found.columns["NAME"] == WORDS and found.encoding.sure and not found.flags


@pytest.mark.parametrize("language", [0, 0x78])
def test_big5_is_right_or_asked(tmp_path, language):
    words = ["綦江區", "臺北縣政府", "戶籍資料", "學校與醫院"]
    (tmp_path / "a.dbf").write_bytes(make_dbf(words, "big5", language=language))
    found = read_dbf(tmp_path / "a.dbf", cpg=None, encoding=None)
    assert found.columns["NAME"] == words or not found.encoding.sure
    assert read_dbf(tmp_path / "a.dbf", cpg=None, encoding="big5").columns["NAME"] == words


def test_hopeless_bytes_are_asked():
    assert not guess_encoding(bytes(range(128, 256)) * 3).sure


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_heading_cut_inside_a_character_opens(tmp_path, encoding):
    (tmp_path / "a.dbf").write_bytes(
        make_dbf(WORDS, encoding, heading="建档立卡户数".encode(encoding)[: 10 if encoding == "utf-8" else 9])
    )
    found = read_dbf(tmp_path / "a.dbf", cpg=None, encoding=None)
    (heading,) = found.columns
    assert heading.startswith("建档立") and found.columns[heading] == WORDS


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1),
    st.integers(0, 3),
    st.sampled_from(["gb18030", "utf-8"]),
)
def test_only_the_cut_character_is_lost(text, cut, encoding):
    data = text.encode(encoding)
    found, whole = decode_cell(data[: len(data) - cut], encoding)
    assert text.startswith(found.rstrip("\ufffd")) and (whole is (cut == 0) or found == text[: len(found)])
    assert len(text) - len(found) <= 2


@pytest.mark.parametrize(
    ("name", "codec"), [("936", "gb18030"), ("CP936", "gb18030"), ("UTF8", "utf-8"), ("nonsense", None)]
)
def test_names_that_people_write(name, codec):
    assert known_encoding(name) == codec
