"""A clean Shapefile of 100,000 faces imported whole, beside the bare read of pyogrio."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

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


def whole(project: str, count: int) -> dict[str, float]:
    """Look, changes, commit, undo and redo on a copy of a project. Milliseconds."""
    import shutil

    import pyogrio

    from app.session import Session
    from layers.catalogue.text import Text
    from layers.exchange.importing import to_changes
    from layers.exchange.opening import read_source
    from layers.exchange.preview import Options, interpret

    took: dict[str, float] = {}

    def timed(name: str, work):  # type: ignore[no-untyped-def]
        start = time.perf_counter()
        answer = work()
        took[f"{name}_ms"] = (time.perf_counter() - start) * 1e3
        return answer

    with tempfile.TemporaryDirectory() as folder:
        file = shapefile(Path(folder), count)
        pyogrio.read_dataframe(file)  # the libraries are loaded, the file is in memory
        timed("pyogrio", lambda: pyogrio.read_dataframe(file))
        session = Session(author="")
        session.open(shutil.copy(project, Path(folder) / "project.gpkg"))
        options = Options(kind=KIND, mode="add")
        source = timed("read", lambda: read_source(file, options=options))
        seen = timed("look", lambda: interpret(source, path=file, plan=session.plan, options=options))
        changes, _ = timed("changes", lambda: to_changes(seen, session.plan))
        timed("commit", lambda: session.do(Text("", ""), changes))
        took["whole_ms"] = sum(took[f"{name}_ms"] for name in ("read", "look", "changes", "commit"))
        timed("undo", session.undo)
        timed("redo", session.redo)
        session.close()
    return took
