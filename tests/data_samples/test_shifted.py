"""The fictitious banner: other zone, codes, names, numbers, years and quotas from the same generator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from data_samples.banner import ewenki
from layers.catalogue.registry import default_catalogue
from layers.plan.plan import Plan
from layers.policy import load_policy
from layers.store import Store


@pytest.fixture(scope="module")
def plan(shifted_file: Path) -> Iterator[Plan]:
    with Store.open(shifted_file, default_catalogue()) as store:
        yield store.load()


def test_it_shares_nothing_with_the_sample(plan: Plan) -> None:
    other = ewenki()
    codes, names = plan.table("gacha").column("code"), plan.table("gacha").column("name")
    assert plan.crs.central_meridian != other.crs.central_meridian
    assert len(codes) == 17 and len(plan.table("sumu")) == 5
    assert not set(codes) & {gacha.code for gacha in other.gachas}
    assert not set(names) & {gacha.name for gacha in other.gachas}
    assert all(code.startswith("990101") for code in codes)
    households = plan.table("household").column("gacha_code")
    assert set(households) == set(codes)


def test_it_carries_a_policy_of_its_own(plan: Plan, shifted_file: Path) -> None:
    policy = load_policy(plan.documents["policy"], period=plan.info["period"])
    assert list(policy.period.years) == list(range(2026, 2031))
    quota = dict(policy.quota("toilets").items())
    assert set(quota) <= set(policy.period.years)
    assert sum(quota.values()) not in (0, 3193)
    beside = load_policy(shifted_file.with_name("shifted-policy"))
    assert beside.digest == policy.digest
    first_years = {year for target in policy.targets for year in target.values}
    assert min(first_years) >= 2026


def test_its_units_fit(plan: Plan) -> None:
    for kind in ("sumu", "gacha", "land_parcel", "grazing_zone"):
        assert shapely.coverage_is_valid(plan.table(kind).geometry), kind
    whole = shapely.coverage_union_all(plan.table("sumu").geometry)
    assert shapely.equals(whole, plan.table("banner").geometry[0])


def test_every_kind_of_the_sample_is_there(plan: Plan) -> None:
    own_files = {"attachment"}  # a user's own files: neither sample makes any up
    assert set(plan.tables) == set(default_catalogue().kinds) - own_files
