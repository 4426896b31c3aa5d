"""One measure in a process of its own: `python -m tests.bench.child module:function '[arguments]'`."""

from __future__ import annotations

import importlib
import json
import sys

from tests.bench.run import peak_mb


def main() -> None:
    """Run the measure and print its answer as JSON on the last line."""
    module, _, function = sys.argv[1].partition(":")
    answer = getattr(importlib.import_module(f"tests.bench.{module}"), function)(*json.loads(sys.argv[2]))
    print(json.dumps({**answer, "peak_mb": peak_mb()}), flush=True)


if __name__ == "__main__":
    main()
