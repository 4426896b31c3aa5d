"""Counting by place and by other engines: features inside zones, units by their gap rows, pastures by their
load."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.ops import substring

from layers.catalogue.text import Text
from layers.geo.local_area import many_areas_m2
from layers.geo.measure import lengths_m
from layers.geo.repair import mended
from layers.planning.choosing import chosen_by, conditions, kinds_of, meet, words_of
from layers.planning.columns import code_text
from layers.planning.grazing import OVER, WITHIN, grazing
from layers.planning.loops import on_no_loop
from layers.planning.network import Network
from layers.planning.results import EXEMPT, MET, NONE, UNKNOWN, GapRow
from layers.planning.tally import COUNTED, DOUBTFUL, REST, Asked, Part, Tally, unknown
from layers.planning.units import GACHA
from layers.policy.counts import How

HELPERS = ("households", "arrangement", "centre", "seat")
"""Options of a service that name the role of another layer which its rows are made from."""


def inside(asked: Asked, how: How) -> Tally:
    """Features that touch a zone (`zones`: roles, `zone_where`: conditions), or (`measure = "area_ha"`) the
    area of theirs that lies in zones; each kind of zone is a part. A common boundary alone is no touching.

    Area counts polygons only: a point or a line takes no area until its extent is drawn.
    """
    spec = how.options
    found = chosen_by(asked.context, spec)
    zone_spec = {"role": spec["zones"], "where": spec.get("zone_where", {})}
    zones = chosen_by(asked.context, zone_spec)
    if not found or not zones:
        return unknown(asked, spec if not found else zone_spec)
    area = spec.get("measure") == "area_ha"
    groups: dict[str, dict[str, tuple[int, ...]]] = {COUNTED: {}, DOUBTFUL: {}}
    parts, total = [], [0.0, 0.0]
    hit: dict[str, set[int]] = {}
    for zone in zones:
        shapes = mended(zone.table.geometry[zone.certain])
        maybe = mended(zone.table.geometry[zone.perhaps])
        amounts = [0.0, 0.0]
        for one in found:
            sure, more, rows = _touched(asked, one, shapes, area)
            _, doubt, maybe_rows = _touched(asked, one, maybe, area)
            amounts[0] += sure
            amounts[1] += sure + more + doubt
            kind = one.table.kind.id
            hit.setdefault(kind, set()).update(rows)
            groups[COUNTED][kind] = tuple(sorted({*groups[COUNTED].get(kind, ()), *rows}))
            groups[DOUBTFUL][kind] = tuple(
                sorted({*groups[DOUBTFUL].get(kind, ()), *maybe_rows} - set(groups[COUNTED][kind]))
            )
        parts.append(Part(zone.table.kind.title, amounts[0], amounts[1], how.unit or asked.target.unit or ""))
        total = [total[0] + amounts[0], total[1] + amounts[1]]
    if area and len(zones) > 1:  # what two kinds of zone cover together is taken once
        shapes = np.concatenate([mended(zone.table.geometry[zone.certain]) for zone in zones])
        both = np.concatenate([mended(zone.table.geometry[zone.certain | zone.perhaps]) for zone in zones])
        sums = [_touched(asked, one, shapes, area)[0] for one in found]
        more = [sum(_touched(asked, one, both, area)[:2]) for one in found]
        total = [sum(sums), sum(more)]
    if not area:  # a thing in two zones is one thing
        total[0] = float(sum(len(fids) for fids in groups[COUNTED].values()))
        total[1] = total[0] + sum(len(fids) for fids in groups[DOUBTFUL].values())
    count = sum(int(one.certain.sum()) for one in found)
    fields = {
        "what": words_of(asked.context, spec),
        "zones": words_of(asked.context, zone_spec),
        "count": count,
        "hits": sum(map(len, groups[COUNTED].values())),
        "low": total[0],
    }
    return Tally(
        total[0],
        total[1],
        "inside_area" if area else "inside",
        fields,
        groups,
        tuple(parts) if len(parts) > 1 else (),
        units=count,
    )


def _touched(asked: Asked, one: Any, shapes: np.ndarray, area: bool) -> tuple[float, float, set[int]]:
    """Return (amount of certain features, amount of doubtful ones, row ids) that share more than a
    boundary."""
    rows = one.certain | one.perhaps
    own, fids = one.table.geometry[rows], one.table.fids[rows]
    certain = one.certain[rows]
    if not len(shapes) or not len(own) or one.table.kind.geometry == "":
        return 0.0, 0.0, set()
    usable = ~shapely.is_missing(shapes)
    tree = shapely.STRtree(shapes[usable])
    pairs = tree.query(own, predicate="intersects")
    geometry = mended(own) if one.table.kind.geometry == "MultiPolygon" else own
    pieces = shapely.intersection(geometry[pairs[0]], shapes[usable][pairs[1]])
    if one.table.kind.geometry == "MultiPolygon":
        real = shapely.area(pieces) > 0
    elif one.table.kind.geometry == "MultiLineString":
        real = shapely.length(pieces) > 0
    else:
        real = ~shapely.is_empty(pieces)
    found = np.unique(pairs[0][real])
    if not area:
        return float(certain[found].sum()), float((~certain[found]).sum()), {int(fid) for fid in fids[found]}
    sums = [0.0, 0.0]
    if one.table.kind.geometry == "MultiPolygon":
        for at in found:  # zones may overlap: what they cover together counts once
            piece = shapely.union_all(pieces[real & (pairs[0] == at)])
            size = float(many_areas_m2(np.array([piece], object), asked.context.plan.crs.epsg)[0]) / 10_000
            sums[0 if certain[at] else 1] += size
    return sums[0], sums[1], {int(fid) for fid in fids[found]}


def loops(asked: Asked, how: How) -> Tally:
    """Roads of which a stretch inside some gacha lies on no loop: how many (or `measure = "length_km"`: how
    long).

    Junctions as in `network`; passable roads only. A road belongs to a gacha by a point on the stretch.
    """
    spec, context = how.options, asked.context
    tables = context.tables(kinds_of(context, spec))
    gachas = context.units(GACHA)
    if not tables or gachas is None:
        return unknown(asked, spec if not tables else {"role": GACHA})
    roads = context.roads(tables)
    network = context.network(roads, roads.certain)
    alone = context.once("on no loop", lambda: on_no_loop(network))
    edges = np.flatnonzero(alone & (network.edge_line >= 0))
    rows = np.flatnonzero(roads.certain)[network.edge_line[edges]]
    middle = (network.edge_from_m[edges] + network.edge_to_m[edges]) / 2
    points = shapely.line_interpolate_point(network.lines[network.edge_line[edges]], middle)
    outlines = np.concatenate([mended(table.geometry) for table in gachas.tables])
    at = shapely.STRtree(points).query(outlines[~shapely.is_missing(outlines)], predicate="intersects")[1]
    inside_ = np.zeros(len(edges), bool)
    inside_[at] = True
    pieces = substring_lengths(network, edges[inside_], context.plan.crs.epsg)
    hit: dict[str, set[int]] = {}
    for row in rows[inside_]:
        table = tables[int(roads.table_of[row])]
        hit.setdefault(table.kind.id, set()).add(int(table.fids[int(roads.row_of[row])]))
    count, km = sum(map(len, hit.values())), float(pieces.sum()) / 1000
    fields = {"what": words_of(context, spec), "count": count, "km": km}
    value = km if spec.get("measure") == "length_km" else float(count)
    return Tally(
        value,
        value,
        "loops",
        fields,
        {COUNTED: {kind: tuple(sorted(fids)) for kind, fids in hit.items()}},
        good=count,
        units=count,
    )


def substring_lengths(network: Network, edges: np.ndarray, epsg: int) -> np.ndarray:
    """Ellipsoidal lengths (n,) in m of stretches of lines."""
    lines = [
        substring(network.lines[network.edge_line[edge]], network.edge_from_m[edge], network.edge_to_m[edge])
        for edge in edges
    ]
    return np.asarray(lengths_m(np.array(lines, object), epsg)) if lines else np.empty(0)


def units(asked: Asked, how: How) -> Tally:
    """Units by the rows of a `service`: those that have it (or whose status is one of `statuses`), in per
    cent where that is the unit. `of`: conditions on the unit's own record; where they are not known, it is
    doubtful."""
    spec = how.options
    rows = asked.gaps.of_service(str(spec["service"]))
    if not rows:
        return unknown(asked, {"role": GACHA})
    _read(asked, str(spec["service"]))
    places = _places(asked, rows[0].unit_role)
    sure, maybe = _among(asked, spec, rows[0].unit_role)
    groups: dict[str, dict[str, list[int]]] = {COUNTED: {}, DOUBTFUL: {}, REST: {}}
    counts = {COUNTED: 0, DOUBTFUL: 0, REST: 0}
    for row in rows:
        if sure is not None and row.unit_code not in sure and row.unit_code not in maybe:
            continue
        name = _standing(row, spec.get("statuses"))
        if sure is not None and row.unit_code in maybe:
            name = DOUBTFUL
        counts[name] += 1
        if row.unit_code in places:
            kind, fid = places[row.unit_code]
            groups[name].setdefault(kind, []).append(fid)
    total, good, lost = sum(counts.values()), counts[COUNTED], counts[DOUBTFUL]
    percent = (how.unit or asked.target.unit) == "percent"
    factor = 100 / total if percent and total else 1.0
    service = next(one for one, _ in asked.context.plan.catalogue.services() if one.id == spec["service"])
    fields = {
        "service": service.title,
        "good": good,
        "doubtful": lost,
        "units": total,
        "short": counts[REST],
        "of": conditions(asked.context.plan.catalogue.with_role(rows[0].unit_role), spec.get("of", {})),
    }
    known = not percent or bool(total)
    return Tally(
        good * factor if known and not (good == 0 and lost == total) else None,
        (good + lost) * factor if known and not (good == 0 and lost == total) else None,
        "units_share" if percent else "units",
        fields,
        {name: {kind: tuple(fids) for kind, fids in kinds.items()} for name, kinds in groups.items()},
        good=good,
        not_known=lost,
        units=total,
    )


def _read(asked: Asked, identity: str) -> None:
    """Note which layers a service's rows were made from, for the provenance."""
    context = asked.context
    service, kinds = next(pair for pair in context.plan.catalogue.services() if pair[0].id == identity)
    context.tables(kinds)
    helpers = (str(value) for name, value in service.options if name in HELPERS)
    for role in (service.unit_role, *helpers):
        context.with_role(role)


def _standing(row: GapRow, statuses: Any) -> str:
    if row.status == UNKNOWN:
        return DOUBTFUL
    if statuses is not None:
        return COUNTED if row.status in statuses else REST
    return COUNTED if row.status in (MET, EXEMPT) or (row.status == NONE and bool(row.have)) else REST


def _places(asked: Asked, role: str) -> dict[str, tuple[str, int]]:
    return {
        code_text(code): (table.kind.id, int(fid))
        for table in asked.context.plan.with_role(role)
        for fid, code in zip(table.fids, table.column(table.kind.key), strict=True)
    }


def _among(asked: Asked, spec: Any, role: str) -> tuple[set[str] | None, set[str]]:
    if "of" not in spec:
        return None, set()
    sure: set[str] = set()
    maybe: set[str] = set()
    for one in chosen_by(asked.context, {"role": role}):
        narrowed = meet(asked.context, one, spec["of"])
        codes = [code_text(code) for code in one.table.column(one.table.kind.key)]
        sure |= {code for code, yes in zip(codes, narrowed.certain, strict=True) if yes}
        maybe |= {code for code, yes in zip(codes, narrowed.perhaps, strict=True) if yes}
    return sure, maybe


def service_share(asked: Asked, how: How) -> Tally:
    """Per cent of the households that have a service counted by households; those not surveyed are
    doubtful."""
    rows = asked.gaps.of_service(str(how.options["service"]))
    service = next(
        (one for one, _ in asked.context.plan.catalogue.services() if one.id == how.options["service"]), None
    )
    counted = [row for row in rows if row.have is not None or row.unknown is not None]
    have = sum(row.have or 0 for row in counted)
    need = sum(row.need or 0 for row in counted)
    lost = sum(row.unknown or 0 for row in counted)
    total = have + need + lost
    if service is None or not total or not (have + need):
        return Tally(None, None, "absent", {"layers": service.title if service else Text("—", "—")})
    _read(asked, service.id)
    places = _places(asked, rows[0].unit_role)
    shown = {REST: {}, COUNTED: {}, DOUBTFUL: {}}  # type: dict[str, dict[str, list[int]]]
    for row in rows:
        name = DOUBTFUL if row.have is None else REST if row.need else COUNTED
        if row.unit_code in places:
            kind, fid = places[row.unit_code]
            shown[name].setdefault(kind, []).append(fid)
    fields = {"service": service.title, "have": have, "need": need, "doubtful": lost, "total": total}
    groups = {name: {kind: tuple(fids) for kind, fids in kinds.items()} for name, kinds in shown.items()}
    return Tally(
        100 * have / total,
        100 * (have + lost) / total,
        "service_share",
        fields,
        groups,
        good=have,
        not_known=lost,
        units=total,
    )


def load(asked: Asked, how: How) -> Tally:
    """Gachas by what their pastures bear against what grazes there; `status`: over or within."""
    context = asked.context
    found = grazing(context.plan, context.policy, year=None)
    context.asked.update(dict.fromkeys(found.provenance.kinds))
    wanted, counts = str(how.options["status"]), {}
    if not found.rows:
        return unknown(asked, {"role": GACHA})
    places = _places(asked, GACHA)
    groups: dict[str, dict[str, list[int]]] = {COUNTED: {}, DOUBTFUL: {}, REST: {}}
    for row in found.rows:
        name = DOUBTFUL if row.status == UNKNOWN else COUNTED if row.status == wanted else REST
        counts[row.status] = counts.get(row.status, 0) + 1
        if row.code in places:
            kind, fid = places[row.code]
            groups[name].setdefault(kind, []).append(fid)
    number, lost = counts.get(wanted, 0), counts.get(UNKNOWN, 0)
    fields = {
        "over": counts.get(OVER, 0),
        "within": counts.get(WITHIN, 0),
        "doubtful": lost,
        "units": len(found.rows),
        "year": found.year,
    }
    known = lost < len(found.rows)
    for rule in found.unverified:
        context.rules[rule] = None
    return Tally(
        float(number) if known else None,
        float(number + lost) if known else None,
        "grazing",
        fields,
        {name: {kind: tuple(fids) for kind, fids in kinds.items()} for name, kinds in groups.items()},
        good=number,
        not_known=lost,
        units=len(found.rows),
    )
