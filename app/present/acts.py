"""What a scene needs before it can be shown: its theme and the numbers of its units. Free of Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.actions.gaps import counted_gaps
from app.exports.released_theme import released_theme
from app.scene_views import scheme_of, theme_of
from app.session import Snapshot
from layers.maps.choropleth import MapTheme
from layers.plan.scenes import SavedScene
from layers.planning.results import GapRow

Key = tuple[str, int | None, str | None, str, bool]


@dataclass(frozen=True, eq=False)
class Act:
    """A theme as the hall may see it, and the gap rows behind it by unit code; nothing where the scene has
    no theme."""

    theme: MapTheme | None
    rows: Mapping[str, GapRow]


def key_of(scene: SavedScene) -> Key:
    """What an act depends on, beside the plan."""
    return scene.theme, scene.year, scene.scheme, scene.classes, scene.symbols


def acts_of(
    snapshot: Snapshot, wanted: list[SavedScene], progress: Callable[[int, int], None]
) -> dict[Key, Act]:
    """Return the acts of scenes; what several share is reckoned once."""
    found: dict[Key, Act] = {}
    small = int(snapshot.policy.rule("small_count").value)
    for done, scene in enumerate(wanted):
        progress(done, len(wanted))
        if key_of(scene) in found:
            continue
        made = theme_of(snapshot, scene)
        rows: dict[str, GapRow] = {}
        if made is not None:
            scheme = scheme_of(snapshot.plan, scene)
            result = counted_gaps(snapshot, year=scene.year, scheme=scheme)  # type: ignore[arg-type]
            rows = {row.unit_code: row for row in result.of_service(scene.theme)}
        found[key_of(scene)] = Act(released_theme(made, small), rows)
    progress(len(wanted), len(wanted))
    return found


def at_year(scene: SavedScene, year: int | None) -> SavedScene:
    """The same scene in another year."""
    return replace(scene, year=year)
