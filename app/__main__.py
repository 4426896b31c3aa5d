"""`python -m app`: the window without arguments, a command with them."""

from __future__ import annotations

import gc
import sys

# Imports leave no rubbish, and looking for it costs 60 ms of the start; commands put the collector on again.
gc.disable()

from app.cli import main  # noqa: E402 - see above

if __name__ == "__main__":
    sys.exit(main())
