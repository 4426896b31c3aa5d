"""The sample banner's plan, opened once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from layers.catalogue.registry import default_catalogue
from layers.plan.plan import Plan
from layers.policy import Policy, load_policy
from layers.store import Store
from tests.samples import sample_project

ROOT = Path(__file__).resolve().parents[3]
collect_ignore = [] if os.name == "posix" else ["test_pieces_hang.py"]
"""A process is halted by a signal, which POSIX systems only have."""


@pytest.fixture(scope="session")
def plan(tmp_path_factory) -> Plan:
    """The sample's plan, from a copy of its file."""
    path = tmp_path_factory.mktemp("sample") / "sample.gpkg"
    shutil.copyfile(sample_project(), path)
    store = Store.open(path, default_catalogue())
    loaded = store.load()
    for _, table in loaded.layers():
        for name in table.kind.column_names:
            table.column(name)
        if table.kind.geometry:
            table.geometry  # noqa: B018 - read while the file is there
    store.close()
    return loaded


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(None)


@pytest.fixture
def empty() -> Plan:
    """A plan without a layer in the zone of 120°E."""
    from layers.geo.crs import PlanningCrs

    return Plan(default_catalogue(), PlanningCrs.from_epsg(4549), {})
