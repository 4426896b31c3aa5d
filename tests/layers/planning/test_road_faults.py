"""Road faults on a network worked by hand that has every kind of fault, and cut edges against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.plan.changes import Changes
from layers.planning.network import Network
from layers.planning.road_access import homes_near
from layers.planning.road_faults import judge, road_faults
from layers.planning.road_graph import RoadGraph, cut_tree, loops_within
from layers.planning.road_repairs import repaired
from layers.policy.bundle import load_policy
from tests.layers.planning.conftest import A, B, C, at, box, line, plan_of

POLICY = load_policy()
SHEET_X = 20.0  # km: 520 000 m, a line of the map sheets
ROADS = {
    "R1": ((5, 5), (12, 5)), "R2": ((12, 5), (15, 5)), "R3": ((15, 5), (25, 5)),
    "R4": ((5, 5), (5, 7), (3, 7), (3, 5), (5, 5)),  # a ring: one loop in A
    "R5": ((25, 5), (25, 8)), "R6": ((15, 5), (15, 3)), "R6b": ((15, 5), (17, 3.5)),
    "R7": ((25, 5), (29.97, 5)),
    "R8": ((15, 5), (SHEET_X, 9)), "R9": ((12, 5), (12, 8)), "R10": ((12, 8.006), (12, 9.5)),
    "R11": ((8, 3), (8, 4.985)), "R12": ((10, 2), (10, 4.979)), "R16": ((11, 2.5), (11, 4.98)),
    "R13": ((27, 6), (28, 7)), "R14": ((25, 5), (27, 6)),
    "R15": ((14, 4), (14, 6)),  # over R2 without a common vertex: they stay apart
}  # fmt: skip
SURFACES = {"R5": "asphalt", "R10": None}
DEAD_ENDS = {
    ("R5", "true"), ("R6", "gate"), ("R6b", "gate"), ("R7", "border"), ("R8", "data_edge"), ("R9", "gap"),
    ("R10", "true"), ("R11", "gap"), ("R11", "true"), ("R12", "true"), ("R16", "gap"), ("R16", "true"),
    ("R14", "closed"), ("R15", "true"),
}  # fmt: skip
HOMES = [(25.1, 7.9)] * 3 + [(12.1, 9.4)] * 4 + [(6, 5)] + [(24.9, 5.05)]


def network(**more):
    rows = [
        {
            "code": code,
            "geom": line(*points),
            "class": "village",
            "surface": SURFACES.get(code, "earth"),
            "passable": 0 if code == "R13" else 1,
        }
        for code, points in ROADS.items()
    ]
    bridges = [("OVER_R1", (8, 5)), ("OVER_R3", (20, 5)), ("ON_RING", (5, 6)), ("OFF_ROAD", (20, 7))]
    layers = {
        "road": rows,
        "bridge": [{"code": code, "geom": at(*place), "passable": 1} for code, place in bridges],
        "dead_end": [{"code": "D1", "reason": "gate", "state": "checked", "geom": at(15, 3)}],
        "contract_pasture": [{"code": "P1", "geom": box(17.005, 3, 18, 4)}],
        "household": [{"code": f"H{k}", "rural": 1, "geom": at(*place)} for k, place in enumerate(HOMES)],
    }  # fmt: skip
    return plan_of({**layers, **more})


@pytest.fixture(scope="module")
def plan():
    return network()


@pytest.fixture(scope="module")
def found(plan):
    return road_faults(plan, POLICY)


def test_every_fault_is_found_and_nothing_else(found):
    """Precision and recall are 1 on this network, kind by kind."""
    assert {(one.road, one.reason) for one in found.of_kind("dead_end")} == DEAD_ENDS
    assert len(found.of_kind("dead_end")) == 16  # R12 and R15 end twice
    assert {(one.road, one.cuts) for one in found.of_kind("section")} == {("R1", (A,)), ("R2", (A, B))}
    assert {(one.road, one.cuts) for one in found.of_kind("bridge")} == {("OVER_R1", (A,)), ("OVER_R3", ())}
    assert {one.road for one in found.of_kind("part")} == {"R10", "R11", "R12", "R16", "R15"}
    assert {(one.gacha_code, one.reason) for one in found.of_kind("no_loop")} == {(B, "tree"), (C, "tree")}
    hardened = {one.gacha_code for one in found.of_kind("unreached") if one.reason == "road_hardened"}
    assert {A, B} <= hardened
    assert not [one for one in found.of_kind("unreached") if one.reason == "road"]
    assert [one.loops for one in found.loops] == [1, 0, 0]


def test_what_is_behind(found):
    behind = {(one.kind, one.road): (one.km, one.households) for one in found.faults if one.road}
    assert behind["dead_end", "R5"] == (3.0, 3)
    assert behind["part", "R10"] == (pytest.approx(1.494), 4)
    # Behind R1 seen from the banner's seat: the ring of 8 km, R1 itself, and the household on it.
    assert behind["section", "R1"] == (15.0, 1)
    assert behind["bridge", "OVER_R1"] == (11.0, 1)
    # 5 km of R3 beyond the bridge, R5, R7 and R14; the three at R5 and the one at the seat.
    assert behind["bridge", "OVER_R3"] == (pytest.approx(5 + 3 + 4.97 + 5**0.5, abs=1e-3), 4)
    assert found.off_network == 0
    access = found.access  # R5 is paved; of R10 nobody knows; the one on R1 is far from both
    assert (access.households, access.near, access.far, access.unknown) == (9, 4, 1, 4)
    assert access.share == (pytest.approx(100 * 4 / 9), pytest.approx(100 * 8 / 9))


def test_a_household_without_a_place_is_not_known_and_none_is_taken_for_another(plan, found):
    """Nine have a place and stand as before; of the two without one, which come first, a rural one is
    unknown."""
    lost = [{"code": "N0", "rural": 1, "geom": None}, {"code": "N1", "rural": 0, "geom": None}]
    homes = [{"code": f"H{k}", "rural": 1, "geom": at(*place)} for k, place in enumerate(HOMES)]
    more = network(household=[*lost, *homes])
    access = road_faults(more, POLICY).access
    assert (access.households, access.near, access.far, access.unknown) == (10, 4, 1, 5)
    near, unknown, far = homes_near(more, POLICY, None)
    before = homes_near(plan, POLICY, None)
    assert [fid - 2 for _, fid in near] == [fid for _, fid in before[0]]
    assert [fid - 2 for _, fid in far] == [fid for _, fid in before[2]]
    assert ("household", 1) in unknown and ("household", 2) not in unknown and len(unknown) == 5


def test_gaps_are_closed_in_one_go(plan, found):
    repairs = {one.road: one.repair for one in found.faults if one.repair}
    assert {road: (one.how, one.vertex, one.metres) for road, one in repairs.items()} == {
        "R9": ("move", False, 6.0), "R11": ("link", True, 15.0), "R16": ("link", True, 20.0),
    }  # fmt: skip
    changes = repaired(plan, list(repairs.values()))
    after = plan.apply(changes)
    closed = road_faults(after, POLICY)
    assert not [one for one in closed.faults if one.repair]
    assert {one.road for one in closed.of_kind("part")} == {"R12", "R15"}
    assert after.apply(changes.inverse()).table("road").digest == plan.table("road").digest
    one = plan.apply(repaired(plan, [repairs["R11"]]))
    assert {fault.road for fault in road_faults(one, POLICY).faults if fault.repair} == {"R9", "R16"}


def test_a_judgement_comes_back(plan, found):
    key = next(one.key for one in found.of_kind("dead_end") if one.road == "R5")
    said = plan.apply(Changes(documents=(judge(plan, key, "leave", note="羊场", on="2026-01-01"),)))
    again = road_faults(said, POLICY).find(key)
    assert again.judged == {"judgement": "leave", "note": "羊场", "on": "2026-01-01"}
    assert sum(one.judged is not None for one in road_faults(said, POLICY).faults) == 1


def test_unknown_is_not_zero():
    without = road_faults(network(road=None), POLICY)
    assert (without.there, without.faults, [one.loops for one in without.loops]) == (False, (), [None] * 3)
    assert without.access.share == (0, 100)
    nobody = road_faults(network(household=None), POLICY)
    assert nobody.access.share is None
    assert {one.households for one in nobody.faults} == {None}
    assert nobody.off_network is None


def test_cut_edges_and_loops_against_brute_force():
    random = np.random.default_rng(5)
    for _ in range(60):
        nodes = random.integers(3, 9)
        xy = random.uniform(0, 1e5, (nodes, 2)).round(1)
        pairs = [
            pair for pair in random.integers(0, nodes, (random.integers(2, 12), 2)) if pair[0] != pair[1]
        ]
        pairs = [tuple(sorted(map(int, pair))) for pair in pairs]
        if not pairs:
            continue
        # Parallel roads differ in length: a bend that no other road has.
        lines = [
            shapely.LineString([xy[a], (xy[a] + xy[b]) / 2 + [0.0, 7.0 + 13 * at], xy[b]])
            for at, (a, b) in enumerate(pairs)
        ]
        graph = RoadGraph(Network(np.array(lines, object), node_m=1.0), 1.0)
        tree = cut_tree(graph, [0])
        got = {int(tree.up[place]) for place in np.flatnonzero(tree.cut)}
        whole = _parts(graph, np.ones(len(graph.a), bool))
        wanted = {
            edge for edge in range(len(graph.a)) if _parts(graph, np.arange(len(graph.a)) != edge) > whole
        }
        assert got == wanted
        loops, km = loops_within(graph, np.zeros(len(graph.a), np.int64), 1)
        assert loops[0] == len(graph.a) - graph.count + whole
        assert km[0] == pytest.approx(graph.km.sum())


def _parts(graph, keep):
    matrix = coo_array((np.ones(keep.sum()), (graph.a[keep], graph.b[keep])), shape=(graph.count,) * 2)
    return connected_components(matrix.tocsr(), directed=False)[0]


def test_a_long_chain_needs_no_recursion():
    xy = np.column_stack([np.arange(30_001) * 100.0, np.zeros(30_001)])
    graph = RoadGraph(Network(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)), node_m=1.0), 1.0)
    tree = cut_tree(graph, [0])
    assert tree.cut.sum() == 30_000
    assert tree.below(graph, graph.km)[0] == pytest.approx(3000.0)
