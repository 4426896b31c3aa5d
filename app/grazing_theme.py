"""The load of pastures as what the map says about units: fixed classes, cut where the law cuts. Free of
Qt."""

from __future__ import annotations

from layers.catalogue.style import StyleClass, Symbol
from layers.catalogue.text import Text
from layers.maps.choropleth import UNKNOWN, MapTheme
from layers.planning.grazing import Grazing, GrazingRow
from layers.planning.grazing_ground import PASTURES
from layers.planning.overload import SUBSIDY
from layers.planning.units import GACHA
from layers.policy.bundle import Policy

EASY = 80.0  # per cent of the capacity below which there is ample room: a class of the map, no rule
RAMP = ("need4", "need2", "need1", "none")


def theme_of(result: Grazing, policy: Policy) -> MapTheme:
    """Return the theme of the load in per cent of the capacity.

    Classes: over what the law allows (100 % and its `overload_over`), over 100, over 80, the rest; each is
    open below and closed above. What may bear nothing and yet is grazed counts as the first.
    """
    limit = 100.0 + next((rule.values["overload_over"] for rule in policy.rules if rule.id == SUBSIDY), 10.0)
    breaks = (limit, 100.0, EASY)
    titles = (
        Text(f"> {limit:g}%：超载过限", f"> {limit:g}%: over the limit"),
        Text(f"100–{limit:g}%：超载", f"100–{limit:g}%: overload"),
        Text(f"{EASY:g}–100%", f"{EASY:g}–100%"),
        Text(f"≤ {EASY:g}%", f"≤ {EASY:g}%"),
    )
    classes = tuple(
        StyleClass(f"load{at}", title, Symbol(fill=token))
        for at, (title, token) in enumerate(zip(titles, RAMP, strict=True))
    )
    of_unit = {row.code: _class(row, breaks) for row in result.rows}
    day = result.on.isoformat() if result.on else "—"
    by_gacha = result.by == "gacha"
    return MapTheme(
        f"grazing_{result.by}",
        Text("草原负荷：存栏占载畜量", "Load of the pastures: stock against capacity"),
        Text(f"分区按 {day}", f"Zones as of {day}"),
        (*classes, UNKNOWN),
        of_unit,
        GACHA if by_gacha else PASTURES,
        Text("个嘎查", "gachas") if by_gacha else Text("块草场", "pastures"),
        frozenset(code for code, at in of_unit.items() if at == 0) if by_gacha else frozenset(),
    )


def _class(row: GrazingRow, breaks: tuple[float, ...]) -> int:
    if row.load is None:
        return 0 if row.over else len(breaks) + 1 if row.over is None else len(breaks)
    return next((at for at, limit in enumerate(breaks) if row.load > limit + 1e-9), len(breaks))
