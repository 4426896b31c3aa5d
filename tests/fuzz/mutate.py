"""Ways to damage a file, by a seeded generator: the same seed damages the same way."""

from __future__ import annotations

import random
from collections.abc import Callable

NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
WORDS = (
    b"NaN",
    b"1e308",
    b"-1",
    b"null",
    b"[[[[",
    b"]]",
    b"<a>",
    b"&x;",
    b"\x00",
    b"\xff\xfe",
    b'"',
    b",,,,",
    b"\n\n",
    b"999999999999999999999",
    b"\xd6\xd0",
    b"\xe4\xb8",
)


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with one to four damages."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        chance.choice(DAMAGES)(made, chance)
    return bytes(made)


def _bit(data: bytearray, chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _head(data: bytearray, chance: random.Random) -> None:
    if data:
        data[chance.randrange(min(len(data), 200))] = chance.randrange(256)


def _number(data: bytearray, chance: random.Random) -> None:
    size = chance.choice((1, 2, 4))
    if len(data) > size:
        at = chance.randrange(len(data) - size)
        number = chance.choice(NUMBERS) % (1 << 8 * size)
        order = "little" if chance.random() < 0.5 else "big"
        data[at : at + size] = number.to_bytes(size, order)


def _cut(data: bytearray, chance: random.Random) -> None:
    if data:
        del data[chance.randrange(len(data)) :]


def _drop(data: bytearray, chance: random.Random) -> None:
    if data:
        at = chance.randrange(len(data))
        del data[at : at + chance.randint(1, 64)]


def _double(data: bytearray, chance: random.Random) -> None:
    if data:
        at = chance.randrange(len(data))
        data[at:at] = data[at : at + chance.randint(1, 256)]


def _word(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    word = chance.choice(WORDS)
    data[at : at + (len(word) if chance.random() < 0.5 else 0)] = word


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _bit,
    _head,
    _number,
    _cut,
    _drop,
    _double,
    _word,
)
