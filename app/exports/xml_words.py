"""Words as XML can hold them."""

from __future__ import annotations

import re
from typing import Any

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(words: Any) -> str:
    """Return words without signs that XML forbids; line ends and tabs become spaces."""
    return re.sub(r"[\t\r\n]+", " ", _FORBIDDEN.sub("", str(words)))
