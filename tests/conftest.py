"""For all tests. Free of Qt: the domain's tests also run where it is not installed."""
from __future__ import annotations

import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The same examples everywhere and no clock: a failure can be looked at again, a slow machine is no failure.
settings.register_profile("suite", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("suite")
