"""Where the units of a plan are: which feature has a code."""

from __future__ import annotations

from layers.plan.plan import Plan


def unit_rows(plan: Plan, *roles: str) -> dict[str, tuple[str, int]]:
    """Return code -> (kind id, row id) of the features of roles that have a code."""
    return {
        str(code): (table.kind.id, int(fid))
        for role in roles
        for table in plan.with_role(role)
        for code, fid in zip(table.column(table.kind.key), table.fids, strict=True)
        if code is not None
    }
