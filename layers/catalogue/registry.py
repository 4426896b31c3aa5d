"""The catalogue of the product: every theme's kinds, in the order of the layer tree."""

from __future__ import annotations

from functools import cache

from layers.catalogue.model import Catalogue


@cache
def default_catalogue() -> Catalogue:
    """Return the kinds that the product ships."""
    from layers.catalogue import (
        administration,
        education,
        grassland,
        health,
        herding,
        household,
        land_use,
        pasture,
        project,
        sanitation,
        services,
        transport,
        water,
    )

    modules = (administration, sanitation, transport, grassland, pasture, herding, land_use, water, health,
               education, services, household, project)
    return Catalogue([module.THEME for module in modules],
                     [kind for module in modules for kind in module.KINDS])
