"""The built-in policy says exactly what the plan of 2021-2025 says."""

import datetime
import pickle

import pytest

from layers.errors import InputError
from layers.policy import load_policy
from layers.policy.targets import OPEN_MODALITIES

POLICY = load_policy()


def test_the_period_is_the_plan_s():
    period = POLICY.period
    assert list(period.years) == [2021, 2022, 2023, 2024, 2025]
    assert (period.baseline_year, period.outlook_year) == (2020, 2035)
    assert period.issued == datetime.date(2022, 7, 11)


def test_toilets_by_year_make_3193():
    toilets = POLICY.target("toilets")
    assert dict(toilets.values) == {2022: 946, 2023: 642, 2024: 642, 2025: 963}
    assert toilets.total == toilets.threshold == 3193 == sum(POLICY.quota("toilets").values())
    assert POLICY.quota("clinics") == {}


# id: chapter, modality, by (None where the plan names no year), values, comparator and threshold
STATED = {
    "scope_sumu": ("1.4", "none", None, {2021: 8}, None, None),
    "scope_gachas": ("1.4", "none", None, {2021: 44}, None, None),
    "scope_households": ("1.4", "none", None, {2021: 745}, None, None),
    "scope_people": ("1.4", "none", None, {2021: 1724}, None, None),
    "industry_consortia": ("5.1", "must", 2025, {2022: 2, 2025: 3}, "ge", 3),
    "science_funds": ("5.3", "planned", 2022, {2022: 5_000_000}, "ge", 5_000_000),
    "high_tech_firms": ("5.3", "planned", 2025, {2022: 1, 2025: 3}, "ge", 3),
    "kindergarten": ("6.1", "must", None, {2025: 1}, "ge", 1),
    "higher_education": ("6.1", "must", 2025, {2025: 60}, "ge", 60),
    "hospital": ("6.2", "strive", 2025, {2025: 1}, "ge", 1),
    "health_centre": ("6.2", "must", 2025, {2025: 1}, "ge", 1),
    "clinics": ("6.2", "must", 2025, {2025: 1}, "ge", 1),
    "general_practitioners": ("6.2", "must", None, {2025: 1}, "ge", 1),
    "no_blank_spots": ("6.2", "must", 2025, {2025: 0}, "le", 0),
    "contract_fulfilment": ("6.2", "must", 2025, {2025: 95}, "ge", 95),
    "disease_reporting": ("6.2", "must", 2025, {2025: 95}, "ge", 95),
    "vaccination": ("6.2", "must", 2025, {2025: 90}, "ge", 90),
    "health_literacy": ("6.2", "must", 2025, {2025: 25}, "ge", 25),
    "care_home": ("6.4", "must", 2025, {2025: 1}, "ge", 1),
    "social_security_card": ("6.4", "must", 2025, {2025: 80}, "ge", 80),
    "road": ("7.2", "must", 2025, {2025: 100}, "ge", 100),
    "road_dead_ends": ("7.2", "practically", 2025, {}, None, None),
    "road_class3": ("7.2", "raise", None, {}, None, None),
    "road_hardened": ("7.2", "raise", None, {}, None, None),
    "station": ("7.2", "encourage", None, {}, None, None),
    "express": ("7.2", "practically", 2025, {}, None, None),
    "electrification": ("7.2", "strive", 2025, {2025: 100}, "ge", 100),
    "distributed_supply": ("7.2", "strive", 2025, {2025: 50}, "ge", 50),
    "supply_reliability": ("7.2", "strive", 2025, {2025: 99.82}, "ge", 99.82),
    "voltage": ("7.2", "strive", 2025, {2025: 99.7}, "ge", 99.7),
    "transformer_capacity": ("7.2", "strive", 2025, {2025: 2}, "ge", 2),
    "household_broadband": ("7.2", "must", 2025, {2025: 50}, "ge", 50),
    "toilet_coverage": ("7.3", "raise", None, {}, None, None),
    "sewage_city_average": ("7.3", "must", 2025, {}, None, None),
    "sewage_share": ("7.3", "about", 2025, {2025: 25}, None, None),
    "waste": ("7.3", "practically", 2025, {2025: 60}, "ge", 60),
    "manure_use": ("7.3", "must", None, {2025: 83}, "ge", 83),
    "desertified_land": ("7.4", "must", 2025, {}, None, None),
    "grid_cells_smallest": ("9.2", "about", None, {2025: 30}, None, None),
    "grid_cells_largest": ("9.2", "about", None, {2025: 50}, None, None),
    "civilised_gachas": ("9.4", "must", 2025, {2025: 60}, "ge", 60),
    "civilised_sumu": ("9.4", "must", 2025, {2025: 75}, "ge", 75),
    "reserve_land": ("10.1", "must", None, {2025: 5}, "le", 5),
}


@pytest.mark.parametrize("identity", STATED)
def test_numbers_are_the_plan_s(identity):
    target = POLICY.target(identity)
    by = target.by if target.by_stated else None
    stated = (target.chapter, target.modality, by, dict(target.values), target.comparator, target.threshold)
    assert stated == STATED[identity]


def test_every_number_in_the_file_is_checked_above():
    numbered = {target.id for target in POLICY.targets if target.values or target.threshold is not None}
    assert numbered - set(STATED) == {"toilets", "distribution_centre", "distribution_points",
                                      "water_central",
                                      "broadband", "fibre", "fitness"}  # fmt: skip
    # The rest are "every one" without a figure of their own.
    assert {POLICY.target(i).threshold for i in numbered - set(STATED)} == {3193, 1, 100}


def test_nothing_is_met_or_missed_where_the_plan_states_no_threshold():
    open_ones = [target for target in POLICY.targets if target.modality in OPEN_MODALITIES]
    assert len(open_ones) > 20
    assert all(target.meets(100.0) is None for target in open_ones)
    assert (
        POLICY.target("vaccination").meets(90) is True and POLICY.target("vaccination").meets(89.9) is False
    )
    assert POLICY.target("reserve_land").meets(5.1) is False and POLICY.target("road").meets(None) is None
    assert POLICY.target("road").meets(float("nan")) is None


def test_every_service_has_its_target():
    services = ("toilets clinics road road_hardened sumu_class3 kindergarten health_centre hospital water "
                "power practitioner logistics_sumu logistics_centre village_plan "
                "broadband logistics fitness waste sewage care_home station").split()  # fmt: skip
    assert {target.service for target in POLICY.targets} - {None} == set(services)
    assert [target.id for target in POLICY.targets_for_service("toilets")] == ["toilets"]
    assert POLICY.targets_for_service("ferries") == ()


def test_rules_without_article_and_date_are_never_law():
    law = {rule.id for rule in POLICY.rules if rule.binding}
    assert law == {
        "overload_subsidy",
        "overload_fine",
        "ban_fine",
        "grid_cell_households",
        "reserve_land_share",
    }
    fine = POLICY.rule("overload_fine")
    assert (fine.value, fine.article, fine.in_force) == (100, "35", datetime.date(2021, 10, 1))
    assert fine.holds_on(datetime.date(2024, 1, 1)) and not fine.holds_on(datetime.date(2021, 9, 30))
    assert not POLICY.rule("sheep_unit_hay").binding and not POLICY.rule("road_snap_m").binding
    grid = POLICY.rule("grid_cell_households")
    assert grid.holds_on(datetime.date(2025, 12, 31)) and not grid.holds_on(datetime.date(2026, 1, 1))


def test_numbers_that_engines_use():
    assert POLICY.rule("sheep_unit_hay").value == 1.8 and POLICY.rule("mu_per_hectare").value == 15
    assert POLICY.rule("road_snap_m").value == 500 and POLICY.rule("road_node_m").value == 1.0
    assert POLICY.rule("small_count").value == 3 and POLICY.rule("small_count").is_setting
    assert POLICY.rule("water_distance").values["distance"] == 1000
    assert POLICY.rule("water_distance_2006").values["distance"] == 800
    assert POLICY.rule("rural_access").value == 2000


def test_unknown_ids_are_a_sentence():
    for ask, code in ((POLICY.target, "unknown_target"), (POLICY.rule, "unknown_rule")):
        with pytest.raises(InputError) as caught:
            ask("nothing")
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        load_policy(period="1953-1957")
    assert caught.value.code == "unknown_period" and caught.value.fields["known"] == "2021-2025"


def test_a_policy_cannot_be_changed_and_can_travel():
    with pytest.raises(TypeError):
        POLICY.target("toilets").values[2022] = 1
    with pytest.raises(TypeError):
        POLICY.quota("toilets").clear()
    with pytest.raises(AttributeError):
        POLICY.version = "x"
    again = pickle.loads(pickle.dumps(POLICY))
    assert again == POLICY and hash(again) == hash(POLICY)
