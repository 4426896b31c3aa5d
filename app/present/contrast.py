"""What two halves of the stage show: before and after, or one scheme and another. Free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.messages import text
from app.scheme_views import only_scheme
from layers.plan.plan import Plan
from layers.plan.scenes import SavedScene
from layers.planning.scheme_facts import scheme_names
from layers.policy.bundle import Policy
from layers.policy.periods import Period


@dataclass(frozen=True, eq=False)
class Side:
    """A half: its words, the scene in its year and scheme, and the name of the scheme whose proposals are on
    it ("" for none)."""

    words: str
    scene: SavedScene
    proposals: str

    @property
    def key(self) -> tuple[int | None, str]:
        """Its year and scheme."""
        return self.scene.year, self.proposals

    def plan(self, plan: Plan) -> Plan:
        """The plan as this half shows it."""
        return only_scheme(plan, self.proposals)


def contrasts(plan: Plan, policy: Policy, scene: SavedScene) -> tuple[tuple[Side, Side], ...]:
    """Return what can be compared on a scene, each pair once.

    First what the scene itself is kept to be compared with (`before`), beside its own year and scheme.
    Then the baseline with the scene's scheme (the first where it has none) at the end of the period, and
    that scheme with each other. Without schemes the scene's year alone is compared with the baseline.
    """
    period, names = policy.period, scheme_names(plan)
    end = scene.year if scene.year not in (None, period.baseline_year) else max(period.years)
    own = scene.scheme if scene.scheme in names else ""
    told = []
    if scene.before is not None:
        kept = _side(scene, *_state(scene.before, names), period)
        told.append((kept, _side(scene, scene.year, own, period)))
    before = _side(scene, period.baseline_year, "", period)
    after = _side(scene, end, own or (names[0] if names else ""), period)
    others = [(after, _side(scene, end, other, period)) for other in names if other != after.proposals]
    pairs = {(one.key, two.key): (one, two) for one, two in (*told, (before, after), *others)}
    return tuple(pair for (one, two), pair in pairs.items() if one != two)


def _state(before: tuple[int | None, str | None], names: Sequence[str]) -> tuple[int | None, str]:
    """A year and a scheme; one that is gone is passed over."""
    year, scheme = before
    return year, scheme if scheme in names else ""  # type: ignore[return-value]


def _side(scene: SavedScene, year: int | None, scheme: str, period: Period) -> Side:
    when = text("scene_year_all") if year is None else text("scene_year", year=year)
    if scheme:
        words = f"{text('scene_scheme', name=scheme)} · {when}"
    else:
        words = text("present_before", when=when) if year == period.baseline_year else when
    return Side(words, replace(scene, year=year, scheme=scheme or None), scheme)
