"""Nearest clinic of 11,000 gacha seats over 300,000 road segments and 500 clinics, and networkx beside it."""

from __future__ import annotations

import importlib.util
import time

import numpy as np
import shapely

from layers.catalogue.registry import default_catalogue
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.access import access
from layers.planning.context import Context
from layers.planning.road_faults import road_faults
from layers.planning.travel import Travel
from layers.policy import load_policy
from tests.bench import lattice, region

CLINICS = 500


def nearest_clinic(surface: bool = True) -> dict[str, float]:
    """Milliseconds: graph (build), first (graph, snap, query and all), again (another question on the same
    graph).

    graph_cpu_ms, again_cpu_ms: of processor. surface: with the gachas' land as a cost surface; without it the
    roads alone. networkx_build_ms, networkx_query_ms, misfit (largest difference in minutes at the same
    nodes): of the roads alone, where networkx is installed.
    """
    plan, policy = _plan(surface), load_policy()
    start, cpu = time.perf_counter(), time.process_time()
    travel = Travel(Context(plan, policy, None))
    travel.matrix  # noqa: B018
    took = {"graph_ms": (time.perf_counter() - start) * 1e3,
            "graph_cpu_ms": (time.process_time() - cpu) * 1e3, "nodes": float(travel.node_count),
            "edges": float(len(travel.tail))}  # fmt: skip
    start = time.perf_counter()
    result = access(plan, policy, to="clinic", origins="seats")
    took["first_ms"] = (time.perf_counter() - start) * 1e3
    start, cpu = time.perf_counter(), time.process_time()
    result = access(plan, policy, to="clinic", origins="seats")
    took["again_ms"] = (time.perf_counter() - start) * 1e3
    took["again_cpu_ms"] = (time.process_time() - cpu) * 1e3
    took["reached"] = float(sum(row.minutes is not None for row in result.rows))
    if importlib.util.find_spec("networkx") and not surface:  # its graph of the ground takes gigabytes
        took |= _networkx(result)
    return took


def region_faults() -> dict[str, float]:
    """Milliseconds of the register of road faults over the whole region; cpu: of all threads; silence: the
    longest time in which nobody who waits was told."""
    plan, policy = region.make_region(), load_policy()
    start, cpu = time.perf_counter(), time.process_time()
    told = [start]
    found = road_faults(plan, policy, progress=lambda _done, _all: told.append(time.perf_counter()))
    took = (time.perf_counter() - start) * 1e3
    return {"faults_ms": took, "faults_cpu_ms": (time.process_time() - cpu) * 1e3,
            "silence_ms": float(np.diff(told).max() * 1e3), "faults": float(len(found.faults))}  # fmt: skip


def _plan(surface: bool) -> Plan:
    catalogue, rng = default_catalogue(), np.random.default_rng(7)
    columns, lines = region._roads(rng)
    gachas = lattice.coverage(region.LAND, region.BEND, steps=33)
    places = shapely.point_on_surface(gachas)
    seats = [{"code": f"S{at:05}", "level": "gacha", "geom": point} for at, point in enumerate(places)]
    clinics = [
        {"code": f"K{at:03}", "operating": True, "geom": places[chosen]}
        for at, chosen in enumerate(np.sort(rng.permutation(len(places))[:CLINICS]))
    ]
    tables = {
        "road": region._table(catalogue["road"], columns, lines),
        "seat": Table.from_rows(catalogue["seat"], seats),
        "clinic": Table.from_rows(catalogue["clinic"], clinics),
    }
    if surface:
        rows = [{"code": f"{at:012}", "name": str(at), "geom": shape} for at, shape in enumerate(gachas)]
        tables["gacha"] = Table.from_rows(catalogue["gacha"], rows)
    return Plan(catalogue, region.CRS, tables)


def _networkx(result) -> dict[str, float]:  # noqa: ANN001
    """The same graph and sources in networkx."""
    import networkx

    travel, entries = result.travel, result.entries
    start = time.perf_counter()
    graph = networkx.Graph()
    graph.add_nodes_from(range(travel.node_count))
    order = np.argsort(
        -travel.minutes, kind="stable"
    )  # of parallel edges the lightest is put last, and stays
    graph.add_weighted_edges_from(
        zip(
            travel.tail[order].tolist(),
            travel.head[order].tolist(),
            travel.minutes[order].tolist(),
            strict=True,
        )
    )
    graph.add_weighted_edges_from(
        ("source", node, minutes)
        for node, minutes in sorted(
            zip(entries.node.tolist(), entries.minutes.tolist(), strict=True), key=lambda pair: -pair[1]
        )
    )
    built = time.perf_counter()
    found = networkx.single_source_dijkstra_path_length(graph, "source")
    ended = time.perf_counter()
    theirs = np.array([found.get(node, np.inf) for node in range(travel.node_count)])
    both = np.isfinite(theirs) & np.isfinite(result.spread.minutes)
    return {"networkx_build_ms": (built - start) * 1e3, "networkx_query_ms": (ended - built) * 1e3,
            "misfit": float(np.abs(theirs - result.spread.minutes)[both].max(initial=0.0))}  # fmt: skip
