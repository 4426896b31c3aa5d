"""One damaged file through the reader: an answer whose rows are all accounted for, or a sentence."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from layers.errors import PlannerError
from layers.exchange.parcel import unpack_source
from layers.exchange.preview import Options, interpret
from layers.exchange.process import run_child
from layers.exchange.source import RawLayer
from layers.plan.plan import Plan
from tests.fuzz.mutate import mutate

SECONDS, MEMORY = 10.0, 1_000_000_000
COUNTERS = {".kml": re.compile(rb"<Placemark[\s>]"), ".geojson": re.compile(rb'\{"type": "Feature", ')}
"""An independent count of rows, for formats where it can be had from the bytes."""


@dataclass(slots=True)
class Report:
    """Outcomes by format; faults: what must never happen."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run(
    seeds: dict[str, tuple[Path, str]], plan: Plan, folder: Path, *, seed: int, rounds: Iterator[int]
) -> Report:
    """Damage each seed once a round; returns what happened."""
    report = Report()
    for number in rounds:
        for form, (file, part) in seeds.items():
            chance = random.Random(f"{seed} {number} {form}")
            case = folder / f"case{number}"
            shutil.rmtree(case, ignore_errors=True)
            case.mkdir()
            for beside in file.parent.glob(f"{file.stem}*") if part in (".shp", ".dbf", ".shx") else (file,):
                shutil.copyfile(beside, case / beside.name)
            target = (case / file.name).with_suffix(part)
            data = mutate(target.read_bytes(), chance)
            target.write_bytes(data)
            outcome = look(case / file.name, plan, data, part, report, f"{form} seed {seed} round {number}")
            report.outcomes[form, outcome] += 1
            shutil.rmtree(case)
    return report


def look(path: Path, plan: Plan, data: bytes, part: str, report: Report, name: str) -> str:
    """Read one file; returns `read`, `flagged`, `asked` or the code of the refusal."""
    try:
        with run_child({"do": "read", "path": str(path), "options": {}}, seconds=SECONDS, memory=MEMORY) as (
            folder,
            answer,
        ):
            source = unpack_source(folder, answer)
        if source.layer is None:
            return "asked"
        lost = unaccounted(source.layer)
        counter = COUNTERS.get(part)
        if lost:
            report.faults.append(f"{name}: {lost} rows unaccounted for")
        if counter is not None and source.layer.declared < len(counter.findall(data)):
            report.faults.append(
                f"{name}: {source.layer.declared} declared, {len(counter.findall(data))} there"
            )
        seen = interpret(source, path=path, plan=plan, options=Options(crs="4549"))
        if seen.declared != seen.read + len(seen.flagged) or seen.read < 0:
            report.faults.append(
                f"{name}: declared {seen.declared}, read {seen.read}, flagged {len(seen.flagged)}"
            )
        return "flagged" if seen.flagged else "read"
    except PlannerError as error:
        if error.code in ("reader_too_slow", "reader_died"):
            report.faults.append(f"{name}: {error}")
        return error.code
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        report.faults.append(f"{name}: {type(error).__name__}: {error}")
        return "fault"


def unaccounted(layer: RawLayer) -> int:
    """Rows that the file declares and that are neither there nor flagged as left out."""
    there = set(layer.rows)
    gone = {flag.row for flag in layer.flags if not flag.kept} - there
    return abs(layer.declared - len(there) - len(gone))
