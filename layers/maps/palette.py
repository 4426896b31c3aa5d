"""Colour tokens as values: one table, two palettes (`resources/theme/tokens.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from layers.errors import InputError
from resources import RESOURCES

PALETTES = ("light", "projector")
Colour = tuple[int, int, int, int]
"""Red, green, blue, opacity; 0 to 255."""


@cache
def palette(name: str = "light") -> Mapping[str, str]:
    """Return token -> `#RRGGBB` of the palette `light` or `projector`."""
    if name not in PALETTES:
        raise InputError("palette_unknown", palette=name)
    table = tomllib.loads((RESOURCES / "theme" / "tokens.toml").read_text("utf-8"))
    at = PALETTES.index(name)
    return MappingProxyType({
        token: value if isinstance(value, str) else value[at]
        for group in table.values() for token, value in group.items()
    })


@lru_cache(maxsize=1024)
def colour(token: str, name: str = "light", opacity: float = 1.0) -> Colour:
    """Return a token, or a literal `#RRGGBB`, as numbers; raises InputError `colour_unknown`.

    The ink of a fill without a token of its own (`X_ink`) is that of names, so that nothing is lost.
    """
    text = token if token.startswith("#") else palette(name).get(token, "")
    if not text and token.endswith("_ink"):
        text = palette(name)["label2"]
    if len(text) != 7:
        raise InputError("colour_unknown", colour=token)
    red, green, blue = (int(text[at:at + 2], 16) for at in (1, 3, 5))
    return red, green, blue, round(255 * opacity)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with `share` (0 to 1) of it kept and the rest of `other`, opaque."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one[:3], other[:3], strict=True))
    return red, green, blue, 255
