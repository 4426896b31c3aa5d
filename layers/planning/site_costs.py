"""Minutes from many places to many sites: the matrix on which siting rests, by the graph of `travel`."""

from __future__ import annotations

import numpy as np
import shapely

from layers.planning.results import Progress
from layers.planning.travel import Travel

SITES_AT_ONCE = 16


def minutes_between(
    travel: Travel, places: np.ndarray, sites: np.ndarray, *, progress: Progress | None = None
) -> np.ndarray:
    """Return minutes (places, sites), inf where no way leads; places, sites: (n, 2) in planning metres.

    Ways are those of `layers.planning.access`: by road, across country, straight on within its approach, or
    along one piece of road; the quickest counts. A place without a position (nan) reaches nothing.
    """
    found = np.full((len(places), len(sites)), np.inf)
    there = np.flatnonzero(np.isfinite(places).all(axis=1))
    if not len(there) or not len(sites):
        return found
    links = travel.links(places[there])
    entries = travel.entries(links)
    order = np.argsort(entries.place, kind="stable")
    place, node, more = entries.place[order], entries.node[order], entries.minutes[order]
    starts = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.empty(0, np.int64)
    for first in range(0, len(sites), SITES_AT_ONCE):
        if progress:
            progress(first, len(sites))
        chosen = slice(first, min(first + SITES_AT_ONCE, len(sites)))
        spread = _spread(travel, sites[chosen])
        if len(place):
            through = np.minimum.reduceat(spread[:, node] + more[None, :], starts, axis=1)
            found[there[place[starts]], chosen] = through.T
    _straight(travel, places, sites, found)
    _along(travel, links, there, sites, found)
    if progress:
        progress(len(sites), len(sites))
    return found


def _spread(travel: Travel, sites: np.ndarray) -> np.ndarray:
    """Minutes (sites, nodes) from each site to every node of the graph."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    base, count = travel.matrix, travel.node_count
    entries = travel.entries(travel.links(sites))
    order = np.lexsort((entries.minutes, entries.node, entries.place))
    site, node = entries.place[order], entries.node[order]
    keep = np.r_[True, (site[1:] != site[:-1]) | (node[1:] != node[:-1])] if len(order) else order > 0
    site, node, weight = site[keep], node[keep], np.maximum(entries.minutes[order][keep], 1e-8)
    pointers = np.r_[base.indptr, base.indptr[-1] + np.cumsum(np.bincount(site, minlength=len(sites)))]
    graph = csr_array(
        (np.r_[base.data, weight], np.r_[base.indices, node], pointers), shape=(count + len(sites),) * 2
    )
    return dijkstra(graph, directed=True, indices=count + np.arange(len(sites)))[:, :count]


def _straight(travel: Travel, places: np.ndarray, sites: np.ndarray, found: np.ndarray) -> None:
    """Straight ways to sites no further than an approach."""
    points, ends = shapely.points(places), shapely.points(sites)
    reach = travel.approach_m * (1 + 1e-9)
    site, place = shapely.STRtree(points).query(ends, predicate="dwithin", distance=reach)
    if len(site):
        np.minimum.at(found, (place, site), travel.ground.straight(places[place], sites[site]))


def _along(  # noqa: ANN001
    travel: Travel, links, there: np.ndarray, sites: np.ndarray, found: np.ndarray
) -> None:
    """Ways that begin and end on one piece of road."""
    ends = travel.links(sites)
    mine, theirs = np.flatnonzero(links.piece >= 0), np.flatnonzero(ends.piece >= 0)
    order = theirs[np.argsort(ends.piece[theirs], kind="stable")]
    low = np.searchsorted(ends.piece[order], links.piece[mine], side="left")
    count = np.searchsorted(ends.piece[order], links.piece[mine], side="right") - low
    one = np.repeat(mine, count)
    step = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    other = order[np.repeat(low, count) + step]
    pace = travel.paces[travel.piece_line[links.piece[one]]]
    minutes = links.minutes[one] + np.abs(links.along[one] - ends.along[other]) * pace + ends.minutes[other]
    np.minimum.at(found, (there[links.place[one]], ends.place[other]), minutes)
