"""Titles of commands as the journal keeps them: in both languages."""

from __future__ import annotations

import json

from layers.catalogue.text import Text


def encode_title(title: Text) -> str:
    """Return a journal title that keeps both languages."""
    return json.dumps([title.zh, title.en], ensure_ascii=False)


def decode_title(stored: str) -> Text:
    """Read what `encode_title` wrote; any other text stands for both languages."""
    try:
        zh, en = json.loads(stored)
    except (ValueError, TypeError):
        return Text(stored, stored)
    return Text(str(zh), str(en))
