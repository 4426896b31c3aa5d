"""The land-use statement of a feature or a file: on the command line, and as a table that leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely

from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import language, text
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA, M2_PER_MU
from layers.planning.footprints import PROPOSAL, ground_of, work_of
from layers.planning.land_use import OWNERSHIP, PARCEL, LandLine, LandUse, land_use

COLUMNS = (
    ResultColumn("code", Text("地类编码", "Code"), privacy=Privacy.INTERNAL),
    ResultColumn("name", Text("地类", "Land use"), privacy=Privacy.INTERNAL),
    ResultColumn("ownership", Text("权属性质", "Ownership"), privacy=Privacy.INTERNAL),
    ResultColumn("ha", Text("面积（公顷）", "Area (ha)"), "real", Privacy.INTERNAL),
    ResultColumn("mu", Text("面积（亩）", "Area (mu)"), "real", Privacy.INTERNAL),
)


def landuse(
    session: Session,
    feature: str | None = None,
    *,
    file: Path | None = None,
    crs: str | None = None,
    out: Path | None = None,
) -> Answer:
    """Classes and ownership of the land that a feature or the shapes of a file take.

    feature: a code or name, or KIND:CODE. Raises InputError `landuse_of_what`, `feature_unknown`,
    `feature_ambiguous`, those of `works_of_file`; with `out` those of `write_result`.
    """
    if (feature is None) == (file is None):
        raise InputError("landuse_of_what")
    if file is not None:
        from app.actions.drawn_files import works_of_file

        works, _ = works_of_file(session.plan, session.policy, file, crs=crs)
        grounds, title = [work.ground for work in works], file.name
    else:
        grounds, title = find_ground(session, str(feature))
    found = land_use(session.plan, session.policy, grounds)
    lines = statement_lines(session, found, title)
    if out is not None:
        write_result(session, statement_table(session, found, title), out)
        lines.append(text("wrote", path=out))
    return Answer(statement_data(session, found, title), tuple(lines))


def find_ground(session: Session, feature: str) -> tuple[list[shapely.Geometry], str]:
    """The ground of a feature by code, name or KIND:CODE; proposals are looked through first."""
    kind_id, colon, key = feature.partition(":")
    if colon and kind_id in session.catalogue:
        table = session.plan.table(kind_id)
        places = [(kind_id, table.find(key))]
    else:
        proposals = [kind for kind, _ in session.plan.layers() if PROPOSAL in kind.roles]
        others = [kind for kind, _ in session.plan.layers() if kind.geometry and kind not in proposals]
        places = []
        for group in (proposals, others):
            for kind in group:
                table = session.plan.tables[kind.id]
                names = [name for name in (kind.key, kind.name) if name]
                hits = {int(fid) for name in names
                        for fid, value in zip(table.fids, table.column(name), strict=True)
                        if value is not None and str(value) == feature}  # fmt: skip
                places += [(kind.id, fid) for fid in sorted(hits)]
            if places:
                break
    if not places:
        raise InputError("feature_unknown", name=feature)
    if len(places) > 1:
        known = [
            f"{kind}:{session.plan.tables[kind].row(fid).get(session.catalogue[kind].key)}"
            for kind, fid in places
        ]
        raise InputError("feature_ambiguous", name=feature, known=known[:8])
    return ground_at(session, *places[0])


def ground_at(session: Session | Snapshot, kind_id: str, fid: int) -> tuple[list[shapely.Geometry], str]:
    """The ground of one row and what it is called; raises InputError `feature_unknown` where it has no
    shape."""
    kind = session.catalogue[kind_id]
    row = session.plan.table(kind_id).row(fid)
    if row.get("geom") is None:
        raise InputError("feature_unknown", name=str(row.get(kind.key) or fid))
    ground, _ = ground_of(session.policy, row["geom"], work_of(kind, row), row)
    return [ground], str(row.get(kind.name) or row.get(kind.key) or fid)


def ownership_words(session: Session | Snapshot, value: str | None) -> str:
    """The words of an ownership code."""
    for kind in session.catalogue.with_role(PARCEL):
        if value is not None and OWNERSHIP in kind.column_names:
            return kind.column(OWNERSHIP).choice_title(value, language())
    return value or ""


def class_words(one: LandLine) -> str:
    """The class of a line in words; what no parcel covers says so."""
    if not one.covered:
        return text("landuse_uncovered")
    return one.name or one.code or text("landuse_no_class")


def statement_data(session: Session, found: LandUse, title: str) -> dict[str, Any]:
    """Stable English keys; numbers as printed."""
    return {
        "feature": title,
        "ha": float(found.ha),
        "mu": float(found.mu),
        "known": found.known,
        "overlapped_ha": round(found.overlapped_m2 / M2_PER_HA, 4),
        "lines": [
            {"code": one.code, "name": one.name, "ownership": one.ownership, "covered": one.covered,
             "ha": float(one.ha), "mu": float(one.mu)}
            for one in found.lines
        ],
        "pastures": None if found.pastures is None else [
            {"gacha_code": one.gacha_code, "parcels": one.parcels, "holders": one.holders,
             "ha": round(one.area_m2 / M2_PER_HA, 4), "mu": round(one.area_m2 / M2_PER_MU, 2)}
            for one in found.pastures
        ],
    }  # fmt: skip


def statement_lines(session: Session, found: LandUse, title: str) -> list[str]:
    """The statement for people."""
    lines = [f"{title}  {found.ha} {text('unit_ha_word')}  {found.mu} {text('unit_mu_word')}"]
    lines += [
        f"  {one.code or '—'}  {class_words(one)}  {ownership_words(session, one.ownership) or '—'}"
        f"  {one.ha}  {one.mu}"
        for one in found.lines
    ]
    return lines + notes(found)


def notes(found: LandUse) -> list[str]:
    """What stands below the table."""
    lines = []
    if not found.known:
        lines.append(text("landuse_no_layer"))
    if found.overlapped_m2:
        lines.append(text("landuse_overlap", ha=f"{found.overlapped_m2 / M2_PER_HA:,.4f}"))
    if found.pastures is None:
        lines.append(text("landuse_no_pastures"))
    return lines + pasture_notes(found)


def pasture_notes(found: LandUse) -> list[str]:
    """Whose contract pastures are taken, a line a gacha."""
    return [
        text("landuse_pasture", gacha=one.gacha_code or "—", parcels=one.parcels,
             holders="—" if one.holders is None else one.holders, ha=f"{one.area_m2 / M2_PER_HA:,.4f}")
        for one in found.pastures or ()
    ]  # fmt: skip


def statement_table(session: Session | Snapshot, found: LandUse, title: str) -> ResultTable:
    """The statement as it leaves: holders of pastures are counts, and small ones stay inside."""
    small = int(session.policy.rule("small_count").value)
    records = [
        {
            "code": one.code,
            "name": class_words(one),
            "ownership": one.ownership,
            "ha": float(one.ha),
            "mu": float(one.mu),
        }
        for one in found.lines
    ]
    records.append({"code": None, "name": text("landuse_total"), "ownership": None, "ha": float(found.ha),
                    "mu": float(found.mu)})  # fmt: skip
    words = [{**one, "ownership": ownership_words(session, one["ownership"])} for one in records]
    told = []
    for one in found.pastures or ():
        holders: Any = "*" if one.holders is not None and 0 < one.holders < small else one.holders
        parcels: Any = "*" if holders == "*" else one.parcels
        told.append(text("landuse_pasture", gacha=one.gacha_code or "—", parcels=parcels,
                         holders="—" if holders is None else holders,
                         ha=f"{one.area_m2 / M2_PER_HA:,.4f}"))  # fmt: skip
    heads = [line for line in notes(found) if line not in [text("landuse_no_pastures")]][
        : bool(found.overlapped_m2)
    ]
    return ResultTable(Text(f"占用地类统计表 {title}", f"Land-use statement {title}"), COLUMNS, records,
                       found.provenance, words=words, notes=(*heads, *told))  # fmt: skip
