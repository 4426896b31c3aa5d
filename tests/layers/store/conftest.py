"""A small project file for the tests of the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.store import create_project
from tests.layers.store.samples import small_plan


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh project file."""
    path = tmp_path / "项目.gpkg"
    create_project(path, small_plan())
    return path
