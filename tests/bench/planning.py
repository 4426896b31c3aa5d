"""Allocating toilets, and writing what leaves the house."""

from __future__ import annotations

import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np

SEED = 11


def allocation(gachas: int, quotas: list[int], locks: int) -> dict[str, float]:
    """Allocate the quotas to gachas with 1 to 250 households in need each. Milliseconds.

    The sequence without locks; the flow without locks (which must give the same) and with `locks` locked
    cells.
    """
    from layers.planning.apportion import Problem, flow, sequence

    random = np.random.default_rng(SEED)
    caps = random.integers(1, 251, gachas)
    asked = np.array(quotas, np.int64)
    claims = tuple(Fraction(int(cap)) for cap in caps)
    free = Problem(claims, caps, asked, {})
    cells = {
        (int(at), int(random.integers(len(quotas)))): int(random.integers(0, max(1, caps[at] // 4)))
        for at in random.choice(gachas, locks, replace=False)
    }
    took, answers = {}, {}
    for name, solve, problem in (
        ("sequence", sequence, free),
        ("flow", flow, free),
        ("locked", flow, Problem(claims, caps, asked, cells)),
    ):
        start = time.perf_counter()
        answers[name] = solve(problem)
        took[f"{name}_ms"] = (time.perf_counter() - start) * 1e3
    return {
        **took,
        "same": float((answers["sequence"] == answers["flow"]).all()),
        "toilets": float(asked.sum()),
    }


def exports(project: str) -> dict[str, float]:
    """Write the sample's toilets under a scheme in every format: milliseconds, bytes. The first time of
    each."""
    import shutil

    from app.actions.sharing import export
    from app.actions.toilets import toilets
    from app.session import Session

    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        session = Session(author="")
        session.open(shutil.copyfile(project, Path(folder) / "project.gpkg"))
        toilets(session, "bench")
        for name in ("png", "pdf", "svg", "html"):
            out = Path(folder) / f"map.{name}"
            start = time.perf_counter()
            export(session, out, scheme="bench", paper="A3-landscape" if name != "png" else None)
            took[f"{name}_ms"] = (time.perf_counter() - start) * 1e3
            took[f"{name}_kb"] = out.stat().st_size / 1024
        session.close()
    return took
