"""What two halves of the stage show: before and after, or one scheme and another. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.messages import text
from app.scheme_views import only_scheme
from layers.plan.plan import Plan
from layers.plan.scenes import SavedScene
from layers.planning.scheme_facts import scheme_names
from layers.policy.bundle import Policy


@dataclass(frozen=True, eq=False)
class Side:
    """A half: its words, the scene in its year and scheme, and the name of the scheme whose proposals are on
    it ("" for none)."""

    words: str
    scene: SavedScene
    proposals: str

    def plan(self, plan: Plan) -> Plan:
        """The plan as this half shows it."""
        return only_scheme(plan, self.proposals)


def contrasts(plan: Plan, policy: Policy, scene: SavedScene) -> tuple[tuple[Side, Side], ...]:
    """Return what can be compared on a scene: the baseline with the scene's scheme (the first where it has
    none) at the end of the period, then that scheme with each other. Without schemes the scene's year alone
    is compared with the baseline; nothing where that is the baseline too.
    """
    period, names = policy.period, scheme_names(plan)
    end = scene.year if scene.year not in (None, period.baseline_year) else max(period.years)
    before = _side(scene, period.baseline_year, "")
    if not names:
        return ((before, _side(scene, end, "")),)
    own = scene.scheme if scene.scheme in names else names[0]
    after = _side(scene, end, own)
    return ((before, after), *((after, _side(scene, end, other)) for other in names if other != own))


def _side(scene: SavedScene, year: int | None, scheme: str) -> Side:
    when = text("scene_year", year=year)
    words = f"{text('scene_scheme', name=scheme)} · {when}" if scheme else text("present_before", when=when)
    return Side(words, replace(scene, year=year, scheme=scheme or None), scheme)
