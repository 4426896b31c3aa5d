"""A clean Shapefile of 100,000 faces imported whole, beside the bare read of pyogrio."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

KIND = "basic_grassland"


def shapefile(folder: Path, count: int) -> Path:
    """Write `count` round faces with four columns; the same every time."""
    import geopandas
    import numpy as np
    import shapely

    random = np.random.default_rng(1)
    middles = np.column_stack([random.uniform(4e5, 6e5, count), random.uniform(5.3e6, 5.45e6, count)])
    turn = np.linspace(0, 2 * np.pi, 13)[:-1]
    rings = middles[:, None] + 50 * np.stack([np.cos(turn), np.sin(turn)], -1)
    columns = {
        "code": [f"T{at:06d}" for at in range(count)],
        "name": [f"草场{at % 997}" for at in range(count)],
        "area_ha": random.uniform(1, 100, count).round(2),
        "note": ["围栏" if at % 3 else None for at in range(count)],
    }
    path = folder / "faces.shp"
    geopandas.GeoDataFrame(columns, geometry=shapely.polygons(rings), crs=4549).to_file(
        path, encoding="utf-8"
    )
    return path


def cpu_s() -> float:
    """Processor time of this process and of its children that have ended, seconds."""
    import resource

    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


class Clock:
    """The least time of each piece of work, by the clock (`_ms`) and of the processor (`_cpu_ms`)."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        """Do a piece of work and return its answer."""
        start, before = time.perf_counter(), cpu_s()
        answer = work()
        for key, seconds in (("ms", time.perf_counter() - start), ("cpu_ms", cpu_s() - before)):
            self.took[f"{name}_{key}"] = min(self.took.get(f"{name}_{key}", 1e9), seconds * 1e3)
        return answer


def whole(project: str, count: int) -> dict[str, float]:
    """Look, changes, commit, undo and redo on fresh copies of a project. Milliseconds, the best of three."""
    import shutil

    import pyogrio

    from app.session import Session
    from layers.catalogue.text import Text
    from layers.exchange.importing import to_changes
    from layers.exchange.opening import read_source
    from layers.exchange.preview import Options, interpret

    timed = Clock()
    with tempfile.TemporaryDirectory() as folder:
        file = shapefile(Path(folder), count)
        pyogrio.read_dataframe(file)  # the libraries are loaded, the file is in memory
        for turn in range(3):
            timed("pyogrio", lambda: pyogrio.read_dataframe(file))
            session = Session(author="")
            session.open(shutil.copy(project, Path(folder) / f"project-{turn}.gpkg"))
            plan, options = session.plan, Options(kind=KIND, mode="add")
            plan.bounds  # noqa: B018 - the project's own layers are on the map already
            source = timed("read", partial(read_source, file, options=options))
            seen = timed("look", partial(interpret, source, path=file, plan=plan, options=options))
            changes, _ = timed("changes", partial(to_changes, seen, plan))
            timed("commit", partial(session.do, Text("", ""), changes))
            timed("undo", session.undo)
            timed("redo", session.redo)
            session.close()
    took = timed.took
    for key in ("ms", "cpu_ms"):
        took[f"whole_{key}"] = sum(took[f"{name}_{key}"] for name in ("read", "look", "changes", "commit"))
    return took


def updated(project: str, count: int) -> dict[str, float]:
    """A layer of `count` faces brought up to date by key: every twentieth has another area, and as many have
    moved. Milliseconds."""
    import shutil

    import geopandas

    from app.session import Session
    from layers.catalogue.text import Text
    from layers.exchange.importing import to_changes
    from layers.exchange.opening import read_source
    from layers.exchange.preview import Options, interpret

    timed = Clock()
    with tempfile.TemporaryDirectory() as folder:
        file = shapefile(Path(folder), count)
        session = Session(author="")
        session.open(shutil.copy(project, Path(folder) / "project.gpkg"))

        def look(mode: str) -> Any:
            options = Options(kind=KIND, mode=mode)
            source = read_source(file, options=options)
            seen = interpret(source, path=file, plan=session.plan, options=options)
            return to_changes(seen, session.plan)

        session.do(Text("", ""), look("add")[0])
        frame = geopandas.read_file(file)
        frame.loc[::20, "area_ha"] += 1
        frame.loc[7::20, "geometry"] = frame.loc[7::20].geometry.translate(3, 3)
        frame.to_file(file, encoding="utf-8")
        changes, update = timed("look", lambda: look("update"))
        timed("commit", lambda: session.do(Text("", ""), changes))
        timed("undo", session.undo)
        session.close()
    return {**timed.took, "changed": len(update.changed), "same": update.same}


def areas(rows: int, columns: int) -> dict[str, float]:
    """Two versions of rows x columns zones compared by area; one in thirty has moved, one in thirty has
    another class. Milliseconds, and the longest wait between two reports."""
    import numpy as np
    import shapely

    from layers.geo.land_tiles import land_changes
    from tests.bench.lattice import Bend, Lattice, coverage

    wide, high = columns * 1_800.0, rows * 1_250.0
    grid = Lattice(rows, columns, 5e5 - wide / 2, 5.3e6 - high / 2, wide, high)
    old = coverage(grid, Bend(0.17, 5_000.0, 4, 21), steps=8)
    random = np.random.default_rng(1)
    classes = np.array(["ban", "rest", "balance"], object)[random.integers(0, 3, len(old))]
    new, others = old.copy(), classes.copy()
    at = random.choice(len(old), len(old) // 30, replace=False)
    new[at] = shapely.transform(old[at], lambda xy: xy + 30.0)
    others[random.choice(len(old), len(old) // 30)] = "ban"
    timed, told = Clock(), [time.perf_counter()]
    timed("areas", lambda: land_changes((old, classes), (new, others), 4549,
                                        progress=lambda _done, _total: told.append(time.perf_counter())))
    return {**timed.took, "silence_ms": float(np.diff(told).max()) * 1e3, "shapes": len(old)}


def floors(count: int) -> dict[str, float]:
    """What single parts of an import take at the least, each done bare. Milliseconds, the best of three."""
    import hashlib
    import subprocess
    import sys

    import apsw
    import geopandas
    import numpy as np
    import pyogrio
    import shapely

    timed = Clock()
    with tempfile.TemporaryDirectory() as folder:
        file = shapefile(Path(folder), count)
        frame = pyogrio.read_dataframe(file)
        shapes = shapely.multipolygons(np.asarray(frame.geometry), indices=np.arange(count))
        columns = [frame[name].tolist() for name in ("code", "name", "area_ha", "note")]
        wkb = shapely.to_wkb(shapes, byte_order=1).tolist()
        boxes = shapely.bounds(shapes)[:, [0, 2, 1, 3]].tolist()

        def table(indexed: bool) -> None:
            path = Path(folder) / "bare.db"
            path.unlink(missing_ok=True)
            connection = apsw.Connection(str(path))
            connection.execute(
                "PRAGMA synchronous = EXTRA; CREATE TABLE t (fid INTEGER PRIMARY KEY, a, b, c, d, g);"
                "CREATE VIRTUAL TABLE r USING rtree(id, x, x2, y, y2); BEGIN"
            )
            rows = zip(*columns, wkb, strict=True)
            connection.executemany("INSERT INTO t (a, b, c, d, g) VALUES (?,?,?,?,?)", rows)
            if indexed:
                connection.executemany("INSERT INTO r VALUES (?,?,?,?,?)",
                                       ((at, *box) for at, box in enumerate(boxes)))
            connection.execute("COMMIT")
            connection.close()

        def written() -> None:
            made = Path(folder) / "made.gpkg"
            made.unlink(missing_ok=True)
            geopandas.GeoDataFrame(pyogrio.read_dataframe(file)).to_file(made)

        start = [sys.executable, "-c", "import numpy, shapely"]
        for _ in range(3):
            timed("pyogrio", lambda: pyogrio.read_dataframe(file))
            timed("gdal", written)
            timed("child", lambda: subprocess.run(start, check=True))
            timed("valid", lambda: shapely.is_valid(shapes))
            timed("table", lambda: table(indexed=False))
            timed("index", lambda: table(indexed=True))
            timed("hash", lambda: [hashlib.blake2b(body, digest_size=16).digest() for body in wkb])
    return timed.took
