"""Runs of measures in fresh processes, and the sums that are made of them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMPILED = Path(tempfile.gettempdir()) / "qitu-bench-compiled"
STARTED = "QITU_BENCH_STARTED"  # moment (time.time) at which the process was asked for


class Failed(Exception):
    """A measure ended without an answer; the text is the end of what it said."""


def fresh(measure: str, *arguments: object, timeout: float = 600.0) -> dict[str, Any]:
    """Run a measure (`module:function`) in a new process and return its answer.

    The process runs without a screen, with compiled modules at hand as an installed program has them.
    `peak_mb` (largest memory of the process) is always in the answer.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
                   "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", STARTED: repr(time.time()),
                   "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(COMPILED)}
    command = [sys.executable, "-m", "tests.bench.child", measure, json.dumps(arguments, default=str)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True,
                          encoding="utf-8", timeout=timeout, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise Failed(f"{measure}: {(done.stderr or done.stdout).strip()[-600:]}")
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer


def medians(answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the median of every number over several answers."""
    return {name: statistics.median(each[name] for each in answers) for name in answers[-1]}


def since_start() -> float:
    """Return seconds since this process was asked for."""
    return time.time() - float(os.environ[STARTED])


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(share * 1000) // 1000) - 1))]


def peak_mb() -> float:
    """Return the most memory this process has had so far, in MB (10⁶ bytes).

    Linux tells it for the program alone; `getrusage` would count the parent's memory before the start.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import psutil

    info = psutil.Process().memory_info()
    return float(getattr(info, "peak_wset", info.rss)) / 1e6
