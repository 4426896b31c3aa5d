"""Where the numbers of the forage balance are from.

Subject: `gacha` or `pasture`, with `:DAY` where a day was asked for; unit: code of the gacha or pasture, ""
for all; year: of the livestock; field: `capacity`, `stock`, `load`, a regime; of all `over`, `sheep`,
`unknown`.
"""

from __future__ import annotations

import datetime

import numpy as np
import shapely

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, units_at, unknown
from layers.catalogue.text import Text
from layers.geo.measure import M2_PER_HA
from layers.plan.plan import Plan
from layers.planning.columns import code_text, is_in, values_of
from layers.planning.forage import DAYS, FACTORS, HAY, STANDARD, UTILISATION
from layers.planning.grazing import OVER, UNKNOWN, Grazing, GrazingRow, grazing
from layers.planning.grazing_ground import PASTURES, REGIMES, ZONES, holding
from layers.planning.units import GACHA, assign, units_of
from layers.policy.bundle import Policy
from layers.provenance import Ask

GROWS, HERD = (HAY, UTILISATION, DAYS, STANDARD), (FACTORS,)
RULES = {"capacity": GROWS, "stock": HERD}
Places = list[tuple[str, int]]


def grazing_ask(result: Grazing, field: str, row: GrazingRow | None = None) -> Ask:
    """Return what names a number of the balance; pastures without a code of their own by their row."""
    subject = result.by + (f":{result.on.isoformat()}" if result.on is not None else "")
    unit = "" if row is None else row.code or f"#{row.fid}"
    return Ask("grazing", subject, unit, field, result.year)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Grazing:
    by, _, day = ask.subject.partition(":")
    on = datetime.date.fromisoformat(day) if day else None
    return grazing(plan, policy, by=by or "gacha", year=ask.year, on=on)


def _made(result: Grazing, policy: Policy, ask: Ask) -> Made:
    if ask.unit:
        row = next((one for one in result.rows if ask.unit in (one.code, f"#{one.fid}")), None)
        if row is None:
            raise unknown(ask)
        return _of_row(result, row, ask)
    return _of_all(result, ask)


def _of_all(result: Grazing, ask: Ask) -> Made:
    over = [row for row in result.rows if row.status == OVER]
    lost = [row for row in result.rows if row.status == UNKNOWN]
    unit: str | Text = both(f"grazing_unit_{result.by}")
    values = {"over": float(len(over)), "unknown": float(len(lost)),
              "sheep": sum(row.over or 0.0 for row in result.rows)}  # fmt: skip
    if ask.field not in values:
        raise unknown(ask)
    counted, doubtful = (lost, []) if ask.field == "unknown" else (over, lost)
    groups = grouped(_of_rows(result, counted), _of_rows(result, doubtful),
                     _of_rows(result, [one for one in result.rows if one.status not in (OVER, UNKNOWN)]))
    fields = {"count": len(over), "doubtful": len(lost), "of": len(result.rows), "year": result.year or "—"}
    if ask.field == "sheep":
        unit = both("grazing_unit_sheep")
    return Made(both(f"from_grazing_{ask.field}"), values[ask.field], unit, f"grazing_all_{ask.field}",
                fields,
                groups, (*GROWS, *HERD))  # fmt: skip


def _of_row(result: Grazing, row: GrazingRow, ask: Ask) -> Made:
    sheep = both("grazing_unit_sheep")
    values: dict[str, tuple[float | None, str | Text]] = {
        "capacity": (row.capacity, sheep), "stock": (row.stock, sheep), "load": (row.load, "percent"),
    }  # fmt: skip
    name, formula = ask.field, f"grazing_{ask.field}_{result.by}"
    if name in values:
        value, unit = values[name]
    elif name in (row.regimes or ()) or name in REGIMES:
        value = None if row.regimes is None else row.regimes.get(name, 0.0) / M2_PER_HA
        unit, formula = "ha", "grazing_regime"
    else:
        raise unknown(ask)
    fields = {
        "capacity": row.capacity, "stock": row.stock, "year": result.year or "—", "pastures": row.pastures,
        "doubtful": row.unknown_pastures, "known": row.known, "area": (row.area_m2 or 0.0) / M2_PER_HA,
        "day": result.on.isoformat() if result.on else "—", "value": value,
    }  # fmt: skip
    rules = RULES.get(name, (*GROWS, *HERD) if name == "load" else ())
    herd: Places = _herds(result, row) if name in ("stock", "load") else []
    ground: Places = [] if name == "stock" else _ground(result, row, name)
    words = both(f"from_grazing_{name}") if name in values else both(f"grazing_{name}")
    return Made(titled(words, row.name), value, unit, formula, fields, grouped([*herd, *ground]), rules)


def _of_rows(result: Grazing, rows: list[GrazingRow]) -> Places:
    plan = result.provenance.plan
    if result.by == "gacha":
        return units_at(plan, GACHA, (row.code for row in rows))
    fids = {row.fid for row in rows}
    return [(table.kind.id, int(fid)) for table in plan.with_role(PASTURES) for fid in table.fids
            if int(fid) in fids]  # fmt: skip


def _herds(result: Grazing, row: GrazingRow) -> Places:
    """Records of livestock of the gacha and year; a pasture's own stock is on its own row."""
    if result.by == "pasture":
        return _of_rows(result, [row])
    found: Places = []
    for table in result.provenance.plan.with_role("livestock"):
        mine = is_in(values_of(table, "year"), (result.year,))
        codes = [code_text(code) == row.code for code in values_of(table, "gacha_code")]
        found += [(table.kind.id, int(fid)) for fid in table.fids[mine & np.array(codes, bool)]]
    return found


def _ground(result: Grazing, row: GrazingRow, name: str) -> Places:
    """Pastures of the row, and the zones in force that its ground meets; of a regime only its own zones."""
    plan = result.provenance.plan
    units = units_of(plan, GACHA)
    places: Places = []
    if result.by == "pasture":
        places = _of_rows(result, [row])
    elif name in ("capacity", "load") and units is not None:
        at = units.index[row.code]
        for table in plan.with_role(PASTURES):
            mine = assign(units, table, link="gacha_code") == at
            places += [(table.kind.id, int(fid)) for fid in table.fids[mine]]
    own = places if places else _of_rows(result, [row])
    outlines = [plan.tables[kind].row(fid)["geom"] for kind, fid in own]
    ground = shapely.union_all([one for one in outlines if one is not None])
    for table in plan.with_role(ZONES):
        mine = holding(table, result.on) & shapely.intersects(table.geometry, ground)
        if name in REGIMES:
            mine &= is_in(values_of(table, "regime"), (name,))
        places += [(table.kind.id, int(fid)) for fid in table.fids[mine]]
    return places


GRAZING = Origin(_made, lambda result, _ask: result.provenance, _compute)
