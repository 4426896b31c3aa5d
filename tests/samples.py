"""The sample as a project, for tests: to be copied, not written to."""
from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from data_samples.build import COMMITTED
from layers.catalogue.registry import default_catalogue
from layers.store import copy_project


@functools.cache
def sample_project() -> Path:
    """The copy of the sample that a user gets; made once a process."""
    folder = tempfile.mkdtemp(prefix="qitu-sample-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Path(folder) / "sample.gpkg"
    copy_project(COMMITTED, made, default_catalogue())
    return made
