"""Which layers the map shows, in which order, how strongly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from layers.catalogue.model import LayerKind
from layers.catalogue.style import Style
from layers.maps.basemap import Basemap
from layers.maps.choropleth import MapTheme
from layers.maps.project_styles import project_styles
from layers.plan.plan import Plan
from layers.plan.scenes import Callout


@dataclass(frozen=True)
class LayerSettings:
    """What the layer tree says to the map.

    visible: ids of kinds that are shown. opacity: id -> 0 to 1 (1 where it is not named).
    order: ids from bottom to top for kinds that the user has moved; others stand where their style says.
    styles: styles that the project sets in place of the catalogue's. callouts: texts that point to places.
    highlighted: (kind id, key) of units that are outlined. basemap: what lies under the layers.
    """

    visible: frozenset[str] = frozenset()
    opacity: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    order: tuple[str, ...] = ()
    styles: Mapping[str, Style] = field(default_factory=lambda: MappingProxyType({}))
    callouts: tuple[Callout, ...] = ()
    highlighted: tuple[tuple[str, str], ...] = ()
    basemap: Basemap | None = None

    @classmethod
    def default(cls, plan: Plan) -> LayerSettings:
        """What is shown when a project is first opened."""
        shown = frozenset(kind.id for kind, _ in plan.layers() if kind.geometry and kind.style.visible)
        return cls(shown, styles=project_styles(plan))

    def shown(self, kind_id: str, visible: bool = True) -> LayerSettings:
        """With a layer shown or hidden."""
        return replace(self, visible=self.visible | {kind_id} if visible else self.visible - {kind_id})

    def with_opacity(self, kind_id: str, opacity: float) -> LayerSettings:
        """With a layer's opacity set (0 to 1)."""
        return replace(self, opacity=MappingProxyType({**self.opacity, kind_id: min(max(opacity, 0.0), 1.0)}))

    def style(self, kind: LayerKind) -> Style:
        """How a kind is drawn."""
        return self.styles.get(kind.id, kind.style)

    def for_theme(self, plan: Plan, theme: MapTheme | None) -> LayerSettings:
        """With roads shown one step earlier where the theme is about a service of roads."""
        if theme is None:
            return self
        styles = {kind.id: _one_step_earlier(self.style(kind)) for kind, _ in plan.layers()
                  if "road" in kind.roles and any(service.id == theme.id for service in kind.services)}
        return replace(self, styles=MappingProxyType({**self.styles, **styles})) if styles else self

    def sequence(self, plan: Plan) -> Iterator[LayerKind]:
        """Visible layers of the plan with geometry, bottom to top."""
        kinds = [kind for kind, _ in plan.layers() if kind.geometry and kind.id in self.visible]
        kinds.sort(key=lambda kind: self.style(kind).order)
        if self.order:
            moved = {kind_id: at for at, kind_id in enumerate(self.order)}
            places = [at for at, kind in enumerate(kinds) if kind.id in moved]
            chosen = sorted((kinds[at] for at in places), key=lambda kind: moved[kind.id])
            for at, kind in zip(places, chosen, strict=True):
                kinds[at] = kind
        return iter(kinds)


def _one_step_earlier(style: Style) -> Style:
    """Each class from the scale from which the next rarer one shows; the rarest always."""
    steps = sorted({each.min_scale for each in style.classes if each.min_scale})
    earlier = {0: 0, **dict(zip(steps, [*steps[1:], 0], strict=True))}
    classes = tuple(replace(each, min_scale=earlier[each.min_scale]) for each in style.classes)
    return replace(style, classes=classes)
