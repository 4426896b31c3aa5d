"""The years of the timeline: which there are, what is asked, planned and done in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.panels.models.gap_results import Board
from layers.catalogue.model import Catalogue
from layers.planning.schemes import Scheme
from layers.policy.bundle import Policy


@dataclass(frozen=True, slots=True)
class Cell:
    """One year: what the plan asks for, what the scheme plans, what was built as recorded (None: not known).

    at: place among the years with a quota, -1 for the year before them.
    """

    year: int
    at: int
    asked: int | None = None
    planned: int | None = None
    done: int | None = None

    @property
    def number(self) -> int | None:
        """What stands beside the column: the scheme's number, else the plan's."""
        return self.planned if self.planned is not None else self.asked


@dataclass(frozen=True, slots=True)
class Years:
    """The timeline's cells in order; unit: key of what is counted (`toilet`), "" where nothing is."""

    cells: tuple[Cell, ...] = ()
    unit: str = ""
    scheme: str = ""
    whole: int | None = None  # what the plan asks for in all

    @property
    def quotas(self) -> tuple[Cell, ...]:
        """The cells that have a quota."""
        return tuple(cell for cell in self.cells if cell.at >= 0)

    def reached(self, cell: Cell, year: int | None) -> bool:
        """Whether a year has come when `year` is looked at (None: all have)."""
        return year is None or cell.year <= year

    def through(self, year: int | None) -> list[int | None]:
        """What was planned (else built) in each year that has come."""
        return [
            cell.planned if self.scheme else cell.done for cell in self.quotas if self.reached(cell, year)
        ]


def quota_service(catalogue: Catalogue, policy: Policy, scheme: Scheme | None) -> str:
    """Return the service whose quotas the timeline shows: the scheme's, else the first that has any; else
    ""."""
    if scheme is not None:
        return scheme.service
    return next((service.id for service, _ in catalogue.services() if policy.quota(service.id)), "")


def years_of(
    catalogue: Catalogue, policy: Policy, scheme: Scheme | None, done: Mapping[int, int | None]
) -> Years:
    """Return the timeline: the end of the period's baseline year, then the years that have quotas.

    Years come from the scheme, else from the plan's quotas, else from the period.
    """
    service = quota_service(catalogue, policy, scheme)
    asked = dict(policy.quota(service)) if service else {}
    years = scheme.years if scheme is not None else sorted(asked)
    cells = [
        Cell(year, at, asked.get(year), scheme.total(year) if scheme is not None else None, done.get(year))
        for at, year in enumerate(years or policy.period.years)
    ]
    first = min((cell.year for cell in cells), default=policy.period.first_year)
    before = Cell(min(policy.period.baseline_year, first - 1), -1)
    target = (
        next((one for one in policy.targets_for_service(service) if one.aggregate == "sum"), None)
        if service
        else None
    )
    return Years(
        (before, *cells),
        str(target.unit or "") if target is not None else "",
        scheme.name if scheme is not None else "",
        sum(asked.values()) if asked else None,
    )


@dataclass
class Done:
    """What was built by year as far as it has been computed; it outlives a change of the year looked at."""

    by_year: dict[int, int | None] = field(default_factory=dict)

    def learn(self, board: Board, service: str) -> None:
        """Take what a board knows: the years up to its own."""
        state = next(
            (one for one in board.states if one.target.service == service and one.target.aggregate == "sum"),
            None,
        )
        if state is not None:
            self.by_year |= {
                year: None if one.delivered is None else int(one.delivered)
                for year, one in state.years.items()
                if board.year is None or year <= board.year
            }

    def forget(self) -> None:
        """The plan has moved on."""
        self.by_year.clear()
