"""`python -m app`: the window without arguments, a command with them."""

from __future__ import annotations

import sys

from app.cli import main

if __name__ == "__main__":
    sys.exit(main())
