"""A title in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the words in `language` ("zh" or "en"); Chinese where it is neither."""
        return self.en if language == "en" else self.zh
