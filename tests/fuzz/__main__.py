"""`python -m tests.fuzz --seconds 600 --seed 7`: the long run. The exit code is 1 when anything was found."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.run import run
from tests.fuzz.seeds import make_seeds, small_plan


def main() -> int:
    """Run for a while and print what happened."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    end = time.monotonic() + options.seconds

    def rounds() -> Iterator[int]:
        number = 0
        while time.monotonic() < end:
            yield number
            number += 1

    with tempfile.TemporaryDirectory(prefix="qitu-fuzz-") as name:
        folder = Path(name)
        (folder / "seeds").mkdir()
        seeds = make_seeds(folder / "seeds")
        report = run(seeds, small_plan(), folder, seed=options.seed, rounds=rounds())
    for (form, outcome), count in sorted(report.outcomes.items()):
        print(f"{form:12} {outcome:24} {count}")
    print(f"{sum(report.outcomes.values())} files, {len(report.faults)} faults")
    print("\n".join(report.faults))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
