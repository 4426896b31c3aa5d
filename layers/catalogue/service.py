"""How a kind of thing serves a place: the record from which a gap row is made.

A service is counted for a unit of the coverage (a gacha, a sumu, the banner). The way it is
counted is named by `method`; the engines keep one function a method, so that a new kind with a
known way of counting needs no code at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from layers.catalogue.text import Text


@dataclass(frozen=True, slots=True)
class Service:
    """A service that units should have.

    id: stable English id (`clinics`); targets of the plan refer to it.
    unit_role: role of the units it is counted for (`unit.gacha`, `unit.sumu`, `unit.banner`).
    method: name of the counting method in `layers.planning.gaps` (`presence`, `household_state`,
        `clinic_ways`, `road_reach`, `hardened_reach`).
    unit: what is counted ("座", "户", "条"), for heads of tables.
    options: parameters of the method, as pairs (immutable).
    order: place in the selector of the gap panel.
    """

    id: str
    title: Text
    unit_role: str
    method: str
    unit: Text
    options: tuple[tuple[str, object], ...] = ()
    order: int = 100

    def option(self, name: str, default: object = None) -> object:
        """Return the option `name`, or `default`."""
        return dict(self.options).get(name, default)
