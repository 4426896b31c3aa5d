"""A plan as one scheme would have it: what stands, and its own proposals only. Nothing is written
anywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from layers.maps.settings import LayerSettings
from layers.plan.changes import Changes, RowChange
from layers.plan.plan import Plan
from layers.planning.columns import is_in, is_null, values_of
from layers.planning.scheme_facts import SCHEME


def only_scheme(plan: Plan, name: str) -> Plan:
    """Return the plan without what other schemes propose; with "" without any scheme's."""
    rows = []
    for kind, table in plan.layers():
        if SCHEME not in kind.column_names:
            continue
        names = values_of(table, SCHEME)
        for at in np.flatnonzero(~is_null(names) & ~is_in(names, (name,))):
            fid = int(table.fids[at])
            rows.append(RowChange(kind.id, fid, table.row(fid), None))
    return plan.apply(Changes(tuple(rows)))


def with_proposals(plan: Plan, settings: LayerSettings) -> LayerSettings:
    """Return the layers shown, those of proposals among them."""
    kinds = {kind.id for kind, _ in plan.layers() if "proposal" in kind.roles and kind.geometry}
    return replace(settings, visible=settings.visible | kinds)
