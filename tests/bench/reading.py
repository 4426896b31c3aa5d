"""Opening a project without a screen, reading layers, counting gaps; and the same reading by pyogrio."""

from __future__ import annotations

import time


def opened(project: str) -> dict[str, float]:
    """Open a project and nothing more. Milliseconds."""
    start = time.perf_counter()
    from app.session import Session

    imported = time.perf_counter()
    session = Session(author="")
    session.open(project)
    done = time.perf_counter()
    rows = sum(len(table) for table in session.plan.tables.values())
    counted = time.perf_counter()
    session.close()
    return {"import_ms": (imported - start) * 1e3, "open_ms": (done - imported) * 1e3,
            "ids_ms": (counted - done) * 1e3, "rows": rows}


def geometries(project: str) -> dict[str, float]:
    """Read the geometries of every layer through the plan. Milliseconds a layer."""
    from app.session import Session

    session = Session(author="")
    plan = session.open(project)
    took = {}
    for kind, table in plan.layers():
        if kind.geometry:
            start = time.perf_counter()
            _ = table.geometry
            took[kind.id] = (time.perf_counter() - start) * 1e3
    return {**took, "all_ms": sum(took.values())}


def pyogrio(project: str) -> dict[str, float]:
    """Read the same geometries as GeoDataFrames with pyogrio (in a process that holds nothing else open)."""
    import geopandas
    import pyogrio
    import shapely

    took = {}
    for name, kind in pyogrio.list_layers(project):
        if kind is not None:
            start = time.perf_counter()
            frame = geopandas.read_file(project, layer=name, columns=[], engine="pyogrio")
            shapely.get_num_coordinates(frame.geometry.values[:1])
            took[name] = (time.perf_counter() - start) * 1e3
    return {"all_ms": sum(took.values())}


def gaps(project: str) -> dict[str, float]:
    """Count every service's gaps: when nothing was read yet, and again. Milliseconds."""
    from app.session import Session
    from layers.planning.gaps import gaps as count

    session = Session(author="")
    plan = session.open(project)
    took = []
    for _ in range(3):
        start = time.perf_counter()
        result = count(plan, session.policy)
        took.append((time.perf_counter() - start) * 1e3)
    return {"first_ms": took[0], "again_ms": sorted(took[1:])[0], "rows": len(result.rows)}
