"""Whether a file is whole: SQLite's own check, the R-trees, the GeoPackage validator."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import apsw

from layers.store.binary import bounds_of
from layers.store.connection import quoted


def faults_of(path: Path) -> list[str]:
    """What is wrong inside a project file; its R-trees must hold exactly the tables' boxes."""
    connection = apsw.Connection(str(path))
    try:
        faults = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        for table, column in connection.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"):
            boxes = {
                fid: bounds_of(blob)
                for fid, blob in connection.execute(f"SELECT fid, {quoted(column)} FROM {quoted(table)}")
                if blob
            }
            index = {
                fid: box
                for fid, *box in connection.execute(
                    f"SELECT id, minx, miny, maxx, maxy FROM {quoted(f'rtree_{table}_{column}')}"
                )
            }
            if boxes.keys() != index.keys():
                faults.append(f"{table}: {len(boxes)} geometries, {len(index)} in the index")
            faults += [
                f"{table} {fid}: {index[fid]} is not {box}"
                for fid, box in boxes.items()
                if fid in index and not _covers(index[fid], box)
            ]
        return faults
    finally:
        connection.close()


def _covers(outer: list[float], inner: tuple[float, ...]) -> bool:
    """An R-tree keeps 32-bit floats, rounded outwards."""
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] >= inner[2]
        and outer[3] >= inner[3]
        and all(
            abs(one - other) <= 1e-6 * max(1.0, abs(other)) for one, other in zip(outer, inner, strict=True)
        )
    )


def complaints(path: Path) -> str:
    """What the validator of GDAL's utilities says about a file, content included."""
    done = subprocess.run(
        [sys.executable, "-m", "osgeo_utils.samples.validate_gpkg", "--extra", "-v", str(path)],
        capture_output=True,
        text=True,
    )
    assert "Checking gpkg_contents" in done.stdout, done.stderr  # it did look
    said = [line for line in done.stdout.splitlines() if not line.startswith(("Checking", "Skipping", "..."))]
    return "\n".join(said) + done.stderr + ("" if done.returncode == 0 else f"exit {done.returncode}")
