"""For all tests. Free of Qt: the domain's tests also run where it is not installed."""
from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# What a test remembers of "the user" must not be what the person at this machine has set.
os.environ["QITU_CONFIG"] = tempfile.mkdtemp(prefix="qitu-tests-")
os.environ["QITU_CACHE"] = os.path.join(os.environ["QITU_CONFIG"], "cache")
os.environ.pop("QITU_LANG", None)
atexit.register(shutil.rmtree, os.environ["QITU_CONFIG"], ignore_errors=True)

# The same examples everywhere and no clock: a failure can be looked at again, a slow machine is no failure.
settings.register_profile("suite", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def shifted_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictitious banner's project, its policy's folder beside it: to be copied, not written to.

    Made once for all the processes that share the tests: the first makes it, the others wait.
    """
    from data_samples.build import build

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shifted-banner"
    made = folder / "shifted.gpkg"
    try:
        folder.mkdir()
    except FileExistsError:
        end = time.monotonic() + 240
        while not (folder / "whole").exists():
            assert time.monotonic() < end, "the process that makes the banner does not come to an end"
            time.sleep(0.2)
        return made
    build("shifted", made)
    (folder / "whole").touch()
    return made
