"""For all tests. Free of Qt: the domain's tests also run where it is not installed."""
from __future__ import annotations

import atexit
import os
import shutil
import tempfile

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
