"""Where the sample banner lies."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from layers.errors import StoreError


def sample_file() -> Path:
    """Return the sample project's file; raises StoreError `sample_missing`."""
    path = Path(str(resources.files("data_samples") / "ewenki.gpkg"))
    if not path.is_file():
        raise StoreError("sample_missing", path=str(path))
    return path
