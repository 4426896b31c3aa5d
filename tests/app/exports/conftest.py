"""One browser and one page of the sample for all tests of web maps."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.exports.web import write_web_map
from app.messages import set_language
from app.session import Session
from layers.plan.plan import Plan
from tests.app.exports.browser import Browser
from tests.samples import sample_project

collect_ignore = [] if os.name == "posix" else ["test_no_half_file.py"]
"""A limit on how large files may grow, which stands for a full disk, is to be had on POSIX systems only."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser that reaches no network."""
    made = Browser()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Pages are in the interface's language, Chinese unless a test says otherwise."""
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    """`opened(plan)`: a session on a project file made from a plan."""
    sessions = []

    def make(plan: Plan) -> Session:
        session = Session(plan.catalogue, author="tester")
        session.create(tmp_path / f"project{len(sessions)}.gpkg", plan)
        sessions.append(session)
        return session

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The sample in a file of the test's own."""
    opened = Session(author="planner")
    opened.open(shutil.copyfile(sample_project(), tmp_path / "project.gpkg"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> tuple[Session, Path]:
    """The sample's page, written and logged as a user would."""
    set_language("zh")
    folder = tmp_path_factory.mktemp("web")
    session = Session(author="tester")
    session.open(shutil.copyfile(sample_project(), folder / "sample.gpkg"))
    write_web_map(session, folder / "map.html")
    yield session, folder / "map.html"
    session.close()


@pytest.fixture
def page(browser, sample):
    """The sample's page, open on a desk."""
    opened = browser.open(sample[1])
    yield opened
    opened.close()
