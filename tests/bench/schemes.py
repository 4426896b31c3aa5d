"""Sites, roads and batches: the banner's full plan, and the p-median of 2,000 clients and 500 sites."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from tests.bench.painting import milliseconds


def median(clients: int, sites: int, numbers: list[int]) -> dict[str, Any]:
    """The p-median on points strewn over a square (seeded); the gap to the bound in parts of the value."""
    from layers.planning.siting import site

    rng = np.random.default_rng(1)
    one, other = rng.random((clients, 2)), rng.random((sites, 2))
    weights = rng.integers(1, 9, clients).astype(float)
    costs = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)) * 100
    answer: dict[str, Any] = {}
    for number in numbers:
        found = []
        answer[f"ms_{number}"] = milliseconds(
            lambda number=number, found=found: found.append(
                site(costs, weights, objective="median", number=number)
            )
        )
        answer[f"gap_{number}"] = (found[0].value - found[0].bound) / found[0].value
    return answer


def banner(project: str) -> dict[str, Any]:
    """The sample's full plan: toilets to households, roads with dead ends opened, sites of one service."""
    from app.session import Session
    from layers.planning.road_programme import road_programme
    from layers.planning.site_plan import site_plan
    from layers.planning.toilet_households import candidates, to_households
    from layers.planning.toilets import allocate

    session = Session(author="")
    session.open(project)
    plan, policy = session.plan, session.policy
    day = datetime.date(policy.period.last_year, 12, 31)
    money = dict.fromkeys(list(policy.period.years)[1:], 800.0)

    def toilets() -> None:
        to_households(candidates(plan, policy), allocate(plan, policy).by_gacha())

    return {
        "toilets_ms": milliseconds(toilets),
        "roads_ms": milliseconds(lambda: road_programme(plan, policy, money=money, dead_ends=True)),
        "sites_ms": milliseconds(
            lambda: site_plan(plan, policy, kind="kindergarten", number=3, reach=30.0, on=day)
        ),
    }
