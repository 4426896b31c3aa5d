"""The catalogue as a whole: what must hold for every kind, those added later too."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from layers.catalogue.model import COLUMN_TYPES, GEOMETRIES, Column, LayerKind, common_columns
from layers.catalogue.privacy import Privacy
from layers.catalogue.registry import default_catalogue
from layers.catalogue.service import Service
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.policy import load_policy

CATALOGUE = default_catalogue()
KINDS = tuple(CATALOGUE)
METHODS = {"presence", "household_state", "clinic_ways", "road_reach", "unit_state", "household_near",
           "test_due",
           "settlement_sort"}  # fmt: skip
UNIT_ROLES = {"unit.banner", "unit.sumu", "unit.gacha"}
ZONE_FAMILIES = {"grazing", "legal", "livestock", "water_source", "construction", "reserve"}
RESOURCES = Path(__file__).parents[3] / "resources"

# Every column with personal data. A new one must be entered here, and one that is dropped from here
# is thereby declared fit to leave the project: think before you edit.
SENSITIVE = {
    "attachment": {"code", "feature_kind", "feature_fid", "title", "dated_on", "shows", "file_name",
                   "media_type", "size", "sha256", "note"},
    "toilet": {"code", "household_code", "upkeep", "photo", "note"},
    "contract_pasture": {"holder", "household_code", "contract", "note"},
    "camp": {"code", "name", "household_code", "season", "from_day", "to_day", "note"},
    "shed": {"code", "household_code", "note"},
    "household": {
        "code",
        "head",
        "members",
        "out_of_poverty",
        "monitored",
        "monitored_on",
        "risk_cleared_on",
        "schooling_ok",
        "medical_ok",
        "housing_ok",
        "water_ok",
        "rural",
        "elevation_m",
        "toilet_willing",
        "note",
    },
    "hardship": {"household_code", "guarantee", "problem", "measure", "note"},
    "suspect_patch": {"visited_by", "photo"},
}
SENSITIVE_KINDS = {"attachment", "toilet", "camp", "shed", "household", "hardship"}

# What the engines ask for; a role that nothing plays would leave them answering "unknown" for ever.
ENGINE_ROLES = {
    "unit.banner",
    "unit.sumu",
    "unit.gacha",
    "seat",
    "road",
    "household",
    "sanitation.toilet",
    "health.clinic",
    "health.arrangement",
    "health.centre",
    "proposal",
    "livestock",
    "pasture.contract",
    "pasture.camp",
    "herd.well",
    "herd.shed",
    "herd.fence",
    "zone.grazing",
    "zone.red_line",
    "zone.basic_grassland",
    "zone.farmland",
    "land.parcel",
    "target.figure",
    "backdrop.land_cover",
    "road.dead_end",
}


def every_kind(condition=lambda kind: True):
    chosen = [kind for kind in KINDS if condition(kind)]
    return pytest.mark.parametrize("kind", chosen, ids=lambda kind: kind.id)


def both(title: Text) -> bool:
    return bool(title.zh.strip()) and bool(title.en.strip())


def test_no_kind_is_lost_between_the_theme_files_and_the_catalogue():
    from layers.catalogue import registry  # noqa: F401 - the modules are those it imports

    modules = [
        path.stem
        for path in Path(registry.__file__).parent.glob("*.py")
        if "\nKINDS = " in path.read_text("utf-8")
    ]
    written = [
        kind.id
        for stem in modules
        for kind in __import__(f"layers.catalogue.{stem}", fromlist=["KINDS"]).KINDS
    ]
    assert len(written) == len(set(written))
    assert set(written) == set(CATALOGUE.kinds)
    assert len(modules) == len(CATALOGUE.themes)


@every_kind()
def test_kind_is_whole(kind: LayerKind):
    assert both(kind.title) and kind.theme in CATALOGUE.themes
    assert kind.id.isascii() and kind.id.isidentifier() and kind.id == kind.id.lower()
    assert kind.geometry in GEOMETRIES
    assert kind.key in kind.column_names
    assert not kind.name or kind.name in kind.column_names
    assert kind.zone is None or kind.zone.family in ZONE_FAMILIES
    assert kind.column_names[-3:] == tuple(column.name for column in common_columns())
    # table and column names of SQLite do not know upper from lower case
    lowered = Counter(name.lower() for name in kind.column_names)
    assert max(lowered.values()) == 1
    assert not {"fid", "geom", "rowid"} & set(lowered)


@every_kind()
def test_columns_are_whole(kind: LayerKind):
    for column in kind.columns:
        assert both(column.title), column.name
        assert column.type in COLUMN_TYPES, column.name
        assert column.name.isascii() and column.name.isidentifier(), column.name
        values = [choice.value for choice in column.choices]
        assert len(values) == len(set(values)), column.name
        assert all(both(choice.title) for choice in column.choices), column.name
        if column.minimum is not None and column.maximum is not None:
            assert column.minimum < column.maximum, column.name
        if column.minimum is not None or column.maximum is not None:
            assert column.type in ("integer", "real"), column.name


@every_kind()
def test_no_heading_of_a_foreign_file_means_two_columns(kind: LayerKind):
    headings = Counter(
        heading
        for column in kind.columns
        for heading in {alias.casefold() for alias in (*column.aliases, column.title.zh)}
    )
    assert [heading for heading, count in headings.items() if count > 1] == []
    for column in kind.columns:
        assert any(not heading.isascii() for heading in column.aliases), column.name
        assert any(heading.isascii() for heading in column.aliases), column.name


def test_sensitive_columns_are_exactly_the_listed_ones():
    found = {
        kind.id: {column.name for column in kind.columns if column.privacy >= Privacy.SENSITIVE}
        for kind in KINDS
    }
    assert {kind: names for kind, names in found.items() if names} == SENSITIVE
    assert {kind.id for kind in KINDS if kind.sensitive} == SENSITIVE_KINDS


@every_kind(lambda kind: kind.sensitive)
def test_a_sensitive_kind_makes_nothing_about_one_household_public(kind: LayerKind):
    public = {column.name for column in kind.columns if column.privacy == Privacy.PUBLIC}
    assert public <= {"gacha_code", "quality", "source", "year"}


def test_a_column_with_nothing_said_stays_inside():
    assert Column("anything", Text("某", "Any")).privacy is Privacy.SENSITIVE


@every_kind(lambda kind: kind.zone is not None)
def test_zone_says_since_when_and_by_which_document(kind: LayerKind):
    assert kind.geometry == "MultiPolygon"
    assert {"valid_from", "valid_to", "document"} <= set(kind.column_names)
    assert kind.column("valid_from").type == kind.column("valid_to").type == "date"


@every_kind(lambda kind: "proposal" in kind.roles)
def test_proposal_carries_scheme_year_status_and_what_the_library_asks(kind: LayerKind):
    assert {
        "scheme",
        "year",
        "status",
        "performance_target",
        "eia_state",
        "named_in_plan",
        "document",
        "fund_source",
        "fund_year",
    } <= set(kind.column_names)
    assert [choice.value for choice in kind.column("status").choices] == [
        "idea",
        "reserve",
        "approved",
        "building",
        "done",
    ]


def test_proposals_come_in_every_geometry():
    assert {kind.geometry for kind in CATALOGUE.with_role("proposal")} == set(GEOMETRIES) - {""}


def test_engines_find_every_role_they_ask_for():
    assert {role for role in ENGINE_ROLES if not CATALOGUE.with_role(role)} == set()
    for role in UNIT_ROLES | {"household", "sanitation.toilet", "road"}:
        assert len(CATALOGUE.with_role(role)) == 1, role


def test_roads_accept_only_known_classes_and_the_networks_are_subsets_of_them():
    road = CATALOGUE["road"]
    classes = {choice.value for choice in road.column("class").choices}
    surfaces = {choice.value for choice in road.column("surface").choices}
    reach = {service.id: service for service in road.services}
    assert set(reach["road_hardened"].option("surfaces")) < surfaces
    assert set(reach["sumu_class3"].option("classes")) < classes
    assert "class_iv" not in reach["sumu_class3"].option("classes")
    assert reach["road"].option("surfaces") is None and reach["road"].option("classes") is None


@pytest.mark.parametrize(
    ("service", "kinds"), CATALOGUE.services(), ids=lambda value: getattr(value, "id", "")
)
def test_service_names_columns_values_and_roles_that_exist(service: Service, kinds: tuple[LayerKind, ...]):
    assert both(service.title) and both(service.unit)
    assert service.unit_role in UNIT_ROLES and service.method in METHODS
    roles = {role for kind in KINDS for role in kind.roles}
    for name in ("households", "arrangement", "centre", "seat"):
        assert service.option(name) is None or service.option(name) in roles, name
    for kind in kinds:
        for name in ("link", "state", "date", "operating", "passable", "surface", "class", "sum", "elevation",
                     "tested",
                     "next", "by", "mode"):  # fmt: skip
            assert service.option(name) is None or service.option(name) in kind.column_names, name
        checks = [*service.option("where", ())]
        checks += [(service.option("state"), service.option(name, ())) for name in ("satisfied", "exempt")]
        checks += [
            (service.option(one), service.option(many, ()))
            for one, many in (("surface", "surfaces"), ("class", "classes"))
        ]
        checks += [(service.option("by"), [kind for kind, _ in service.option("schedule", ())])]
        checks += [service.option("safe", (None, ()))]
        column, *results = service.option("result", (None, ()))
        checks += [(column, values) for values in results]
        rules = [service.option(name) for name in ("rule", "town_rule", "cluster_rule")]
        rules += [rule for _, rule in service.option("schedule", ())]
        assert {rule for rule in rules if rule} <= {rule.id for rule in load_policy().rules}
        for name, values in checks:
            known = {choice.value for choice in kind.column(name).choices} if values else set()
            assert set(values) <= known, (name, values)


def test_services_stand_in_their_order_and_ids_are_unique():
    services = [service for service, _ in CATALOGUE.services()]
    assert [service.order for service in services] == sorted(service.order for service in services)
    assert len({service.id for service in services}) == len(services)


def test_every_service_that_the_plan_measures_exists():
    known = {service.id for service, _ in CATALOGUE.services()}
    targets = tomllib.loads((RESOURCES / "policy" / "targets.toml").read_text("utf-8"))
    assert _services_in(targets) - known == set()
    assert _services_in(targets), "no target is measured by a service: has the key another name now?"


def _services_in(node: object) -> set[str]:
    if isinstance(node, list):
        return {found for item in node for found in _services_in(item)}
    if not isinstance(node, dict):
        return set()
    own = {value for key, value in node.items() if key == "service" and isinstance(value, str) and value}
    return own | {found for value in node.values() for found in _services_in(value)}


def test_a_throw_away_kind_is_one_record():
    service = Service(
        "observatories", Text("观测", "Observing"), "unit.gacha", "presence", Text("座", "pcs"), order=1
    )
    kind = LayerKind(
        "observatory",
        Text("观测站", "Observatories"),
        "services",
        "Point",
        (Column("code", Text("编号", "Code"), privacy=Privacy.PUBLIC), *common_columns()),
        roles=("observatory",),
        name="",
        services=(service,),
    )
    larger = CATALOGUE.with_kind(kind)
    assert larger["observatory"] is kind and "observatory" not in CATALOGUE
    assert larger.with_role("observatory") == (kind,)
    assert larger.services()[0] == (service, (kind,))
    assert len(larger.kinds) == len(CATALOGUE.kinds) + 1


def test_a_service_given_by_two_kinds_is_one_row():
    road = CATALOGUE["road"]
    twin = LayerKind(
        "lane", Text("巷", "Lanes"), "transport", "MultiLineString", road.columns, services=road.services[:1]
    )
    pairs = {service.id: kinds for service, kinds in CATALOGUE.with_kind(twin).services()}
    assert [kind.id for kind in pairs["road"]] == ["road", "lane"]


def test_unknown_names_are_refused_with_what_there_is():
    with pytest.raises(InputError) as error:
        CATALOGUE["no_such"]
    assert error.value.code == "kind_unknown" and "gacha" in error.value.fields["known"]
    with pytest.raises(InputError) as error:
        CATALOGUE["gacha"].column("no_such")
    assert error.value.code == "column_unknown"
