"""How a kind of thing serves a place: the record from which a gap row is made.

A service is counted for a unit of the coverage (a gacha, a sumu, the banner). The way it is
counted is named by `method`; the engines keep one function a method, so that a new kind with a
known way of counting needs no code at all.

Methods and their options (a column is named by its name; an option left out is not applied):

`presence`: how many features each unit has. `link`: column with the unit's code (a null, or no such
    column: by containment); `operating`: boolean column that must not be false; `date`: column with
    the day from which a feature counts; `where`: pairs (column, values) that must hold; `sum`: a column
    that is added up instead of counting features.
`household_state`: how many households have reached a state. `households`: role of the households;
    `link`: column that names the household; `state`, `satisfied`: column and the values that count as
    had; `date`: the day from which it counts. What is not satisfied is need, faulty ones too.
`clinic_ways`: own, shared, mobile, rounds or blank. `arrangement`, `centre`: roles of the table of
    arrangements and of the health centres; `link`, `operating`, `date` as above.
`road_reach`: a path along the network to the unit's seat. `surfaces`, `classes`: values that a road
    must have (left out: any road); `surface`, `class`: the columns that hold them; `passable`: boolean
    column that must not be false; `date` as above; `seat`: role of the seats.
`household_near`: how many households have a feature within the distance and climb of a norm. `rule`: the
norm; `safe`: (column, values) that make a feature safe; `elevation`: column with heights, of features and
households; `operating`, `date` as above. `test_due`: how many features passed their last test and are in
date. `tested`, `next`: columns with the last and the next day; `result`: (column, passing values, failing
values); `schedule`: pairs (value of the column `by`, rule with months); `link`, `operating`, `date` as above.
`settlement_sort`: which of three ways fits a unit, by how its households lie. `town_rule`, `cluster_rule`:
the limits; `towns`: levels of the seats (`seat`: their role) that count as towns; `mode`: column of what is
there. `unit_state`: what the unit's own record says. `state`, `satisfied`; `exempt`: values that mean that
the unit needs none.
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
        `clinic_ways`, `road_reach`, `unit_state` …).
    unit: what is counted ("座", "户", "条"), for heads of tables.
    options: parameters of the method, as pairs (immutable).
    order: place in the selector of the gap panel.
    timed: place among the services to whose nearest facility a unit's page tells the time; 0: not told.
    """

    id: str
    title: Text
    unit_role: str
    method: str
    unit: Text
    options: tuple[tuple[str, object], ...] = ()
    order: int = 100
    timed: int = 0

    def option(self, name: str, default: object = None) -> object:
        """Return the option `name`, or `default`."""
        return dict(self.options).get(name, default)
