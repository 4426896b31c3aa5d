"""What the product carries besides code: policy, sentences, fonts, icons, themes, the manual."""
from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).resolve().parent
"""The folder itself: a file of it is `RESOURCES / "i18n" / "run.toml"`."""
