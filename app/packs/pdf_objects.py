"""The objects of a PDF such as `app.exports.pdf` writes: a plain table of them, Flate streams."""

from __future__ import annotations

import hashlib
import re
import zlib

from layers.errors import InputError

MOST_BYTES = 400_000_000
"""Of one file unpacked; a pack's own files have a hundredth of it."""
_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\b")
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_ROOT = re.compile(rb"/(Root|Info) (\d+) 0 R")
_DATES = re.compile(
    rb"/(?:CreationDate|ModDate) ?\((?:\\.|[^)\\])*\)|<xmp:(?:CreateDate|ModifyDate|MetadataDate)>[^<]*<"
    rb"|<xmpMM:(?:DocumentID|InstanceID)>[^<]*<|/Parent \d+ 0 R|/[A-Z]{6}\+"
)
DEEPEST = 40


def objects_of(data: bytes) -> dict[int, bytes]:
    """Number -> what stands between `obj` and the next one."""
    marks = list(_OBJECT.finditer(data))
    ends = [mark.start() for mark in marks[1:]] + [len(data)]
    found = {int(mark[1]): data[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}
    return {number: body[: body.rfind(b"endobj")] for number, body in found.items()}


def reference(body: bytes, name: bytes) -> int:
    """Number of the object that an entry leads to, -1 where there is none."""
    found = re.search(rb"/%s (\d+) 0 R" % name, body)
    return int(found[1]) if found else -1


def stream(body: bytes) -> bytes:
    """An object's stream, unpacked. Raises InputError `pack_file_unreadable`."""
    found = re.search(rb"(?s)(<<.*?>>)\s*stream\r?\n(.*)\r?\nendstream", body)
    if found is None:
        raise InputError("pack_file_unreadable", reason="PDF: stream")
    if b"/FlateDecode" not in found[1]:
        return found[2]
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(found[2], MOST_BYTES)
    except zlib.error as error:
        raise InputError("pack_file_unreadable", reason=f"PDF: {error}") from error
    if unpacker.unconsumed_tail:
        raise InputError("pack_file_unreadable", reason="size")
    return plain


def content_digest(data: bytes) -> bytes:
    """A digest that does not hang on how the objects are numbered and in what order they stand.

    Qt numbers a page's fonts in the order of a hash table that differs from run to run; each object is
    therefore digested with those that it leads to. Dates, identities, ways back to a parent and the tags of
    font subsets are left out. Raises InputError `pack_file_unreadable` for another program's PDF.
    """
    objects, known = objects_of(data), dict[int, bytes]()
    ends = dict(_ROOT.findall(data[data.rfind(b"trailer") :]))
    if b"Root" not in ends or b"/ObjStm" in data:
        raise InputError("pack_file_unreadable", reason="PDF")

    def digest(number: int, depth: int) -> bytes:
        if number in known:
            return known[number]
        if depth > DEEPEST:
            raise InputError("pack_file_unreadable", reason="PDF: depth")
        head, mark, packed = objects.get(number, b"").partition(b"stream\n")
        if b"/Length1" not in head:
            head = re.sub(rb"/Length \d+(?: 0 R)?", b"", head)
        head = _DATES.sub(b"", head)
        body = _DATES.sub(b"", packed) if b"/Metadata" in head else packed
        linked = _REFERENCE.sub(lambda hit: digest(int(hit[1]), depth + 1).hex().encode(), head)
        known[number] = hashlib.sha256(linked.strip() + mark + body.strip()).digest()
        return known[number]

    return b"".join(digest(int(ends[name]), 0) for name in (b"Root", b"Info") if name in ends)
