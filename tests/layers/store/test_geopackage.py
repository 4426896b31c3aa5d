"""The file as a GeoPackage: the validator, names, styles, hostile names, columns that come later."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import apsw
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.catalogue.model import Catalogue, Column, LayerKind
from layers.catalogue.registry import default_catalogue
from layers.catalogue.style import Style, StyleClass, Symbol, point
from layers.catalogue.text import Text
from layers.errors import InputError, StoreError
from layers.plan.base import Base, MemorySource
from layers.plan.changes import Changes, LayerChange
from layers.plan.plan import Plan, empty_table
from layers.plan.table import Table
from layers.store import Store, copy_project, create_project
from layers.store.binary import bounds_of, decode_geometries, encode_geometries
from layers.store.qgis import qml, sld
from tests.layers.store.driver import Driver, random_changes
from tests.layers.store.samples import CATALOGUE, CRS, KINDS, THEME, TOILET, large_plan, small_plan, state_of
from tests.layers.store.whole import complaints, faults_of

DRAWINGS = st.integers(0, 2**32)


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a file as they are."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_the_validator_accepts_new_and_edited_files(project: Path) -> None:
    assert complaints(project) == ""
    driver = Driver(project)
    rng = random.Random(3)
    for _ in range(60):
        driver.do(random_changes(driver.plan, rng))
    driver.undo()
    driver.store.keep_sketch({"a": 1})
    driver.store.close()
    assert complaints(project) == ""
    assert faults_of(project) == []


def test_the_validator_would_complain(project: Path) -> None:
    connection = apsw.Connection(str(project))
    connection.execute('DROP TRIGGER "rtree_户厕_geom_insert"')
    connection.close()
    assert "trigger missing" in complaints(project)


def test_a_bare_file_is_whole_and_its_copy_has_what_others_need(tmp_path: Path) -> None:
    plan = small_plan()
    full, bare, copy = (tmp_path / name for name in ("full.gpkg", "bare.gpkg", "copy.gpkg"))
    create_project(full, plan)
    create_project(bare, plan, bare=True)
    assert not query(bare, "SELECT 1 FROM sqlite_master WHERE name LIKE 'rtree%' OR name = 'layer_styles'")
    kept = bare.read_bytes()
    copy_project(bare, copy, CATALOGUE)
    assert bare.read_bytes() == kept
    things = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    indexes = [name for _, name, sql in query(full, things) if "CREATE VIRTUAL" in str(sql)]
    assert indexes and query(copy, things) == query(full, things)
    for what in [f'SELECT * FROM "{name}" ORDER BY id' for name in indexes] + [
        "SELECT f_table_name, styleName, styleQML, styleSLD, useAsDefault FROM layer_styles ORDER BY 1"]:
        assert query(copy, what) == query(full, what) != []
    assert complaints(bare) == complaints(copy) == "" and faults_of(copy) == []
    with pytest.raises(StoreError, match="file_exists"):
        copy_project(bare, copy, CATALOGUE)
    driver = Driver(bare)  # written to as it stands: nothing needs what it does not have
    rng = random.Random(5)
    for _ in range(20):
        driver.do(random_changes(driver.plan, rng))
    driver.undo()
    driver.store.close()
    with Store.open(bare, CATALOGUE) as store:
        assert store.verify() == [] and not store.changed_outside()


def test_the_whole_catalogue_makes_a_valid_file_with_names_and_styles(tmp_path: Path) -> None:
    catalogue = default_catalogue()
    path = tmp_path / "全部.gpkg"
    create_project(
        path, Plan(catalogue, CRS, {kind.id: empty_table(kind) for kind in catalogue}), title="全部图层"
    )
    assert complaints(path) == ""
    styled = {
        row[0]: row[1:]
        for row in query(path, "SELECT f_table_name, styleQML, styleSLD FROM layer_styles WHERE useAsDefault")
    }
    with Store.open(path, catalogue) as store:
        plan = store.load()
    assert plan.info["title"] == "全部图层"
    assert list(plan.tables) == list(catalogue.kinds)
    tables = dict(query(path, "SELECT kind, table_name FROM qitu_layers"))
    for kind in catalogue:
        document = ElementTree.fromstring(styled[tables[kind.id]][0].partition("\n")[2])
        aliases = {element.get("field"): element.get("name") for element in document.iter("alias")}
        assert set(kind.column_names) <= set(aliases)
        assert (document.find("renderer-v2") is not None) == bool(kind.geometry)
        if kind.geometry:
            ElementTree.fromstring(styled[tables[kind.id]][1])
    names = dict(query(path, "SELECT table_name || '.' || column_name, title FROM gpkg_data_columns"))
    assert all(
        names[f"{tables[kind.id]}.{column.name}"] == column.title.zh
        for kind in catalogue
        for column in kind.columns
    )


def test_tables_bear_chinese_titles_and_columns_their_choices(project: Path) -> None:
    assert query(project, "SELECT table_name, data_type FROM gpkg_contents ORDER BY rowid") == [
        ("户厕", "features"),
        ("layer_styles", "attributes"),
        ("禁牧区", "features"),
        ("牲畜", "attributes"),
    ]
    assert query(
        project,
        "SELECT name, title, constraint_name FROM gpkg_data_columns"
        " WHERE table_name = '户厕' AND column_name = 'state'",
    ) == [("状态", "状态", "户厕_state")]
    assert query(project, "SELECT value, description FROM gpkg_data_column_constraints") == [
        ("good", "完好"),
        ("broken", "损坏"),
    ]
    assert query(project, "SELECT organization_coordsys_id FROM gpkg_spatial_ref_sys ORDER BY 1") == [
        (-1,),
        (0,),
        (4326,),
        (4490,),
        (4549,),
    ]


def test_classes_of_a_style_reach_qgis_in_their_order() -> None:
    kind = replace(
        KINDS[1],
        style=Style(
            Symbol("land"),
            "name",
            (
                StyleClass("甲'", Text("甲", "A"), Symbol("ban")),
                StyleClass(None, Text("其余", "Rest"), Symbol("water"), 50_000, (("area", (1.0, None)),)),
            ),
        ),
    )
    rules = ElementTree.fromstring(qml(kind).partition("\n")[2]).findall(".//rule")
    assert [rule.get("label") for rule in rules] == ["甲", "其余", "其他"]
    assert rules[0].get("filter") == (
        "CASE WHEN \"name\" = '甲''' THEN 0"
        ' WHEN ("area" IN (1.0) OR "area" IS NULL) THEN 1 WHEN TRUE THEN 2 END = 0'
    )
    assert rules[1].get("scalemaxdenom") == "50000"
    filters = ElementTree.fromstring(sld(kind, "表")).findall(".//{http://www.opengis.net/ogc}Filter")
    assert len(filters) == 3 and len(filters[2].findall(".//{http://www.opengis.net/ogc}Not")) == 2
    simple = replace(
        TOILET,
        style=Style(
            point("circle", 1, "ban"),
            "state",
            (StyleClass("good", Text("完好", "Good"), point("circle", 1, "ban")),),
        ),
    )
    root = ElementTree.fromstring(qml(simple).partition("\n")[2])
    assert [category.get("value") for category in root.iter("category")] == ["good", ""]


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    [
        'a"b',
        "a'b; DROP TABLE qitu_meta",
        "gpkg_contents",
        "sqlite_x",
        "qitu_meta",
        "rtree_x",
        "ᠮᠣᠩᠭᠣᠯ",
        "🐑",
        "换\n行",
        "SELECT",
        "户厕",
        "户厕 ",
        "a]b",
        "`a`",
        "%",
        "{rtree}",
        "?1",
    ]
)


@settings(max_examples=40)
@given(
    st.lists(NAMES, min_size=2, max_size=3),
    NAMES.filter(lambda name: name.strip() and "\x00" not in name and name.casefold() not in ("fid", "geom")),
)
def test_any_name_of_a_layer_or_column_works(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], column: str
) -> None:
    kinds = [
        LayerKind(
            f"k{at}", Text(title, "x"), "works", "Point", (Column(column, Text(title, "x")),), key=column
        )
        for at, title in enumerate(titles)
    ]
    catalogue = Catalogue([THEME], kinds)
    rows = [{column: "值", "geom": shapely.Point(1, 2)}]
    plan = Plan(catalogue, CRS, {kind.id: Table.from_rows(kind, rows) for kind in kinds[1:]})
    path = tmp_path_factory.mktemp("names") / "a.gpkg"
    create_project(path, plan)
    with Store.open(path, catalogue) as store:
        found = store.load()
        table = found.table(kinds[1].id)
        changes = Changes(
            (table.update(1, {column: "新"}), table.insert(rows[0])), (), (LayerChange("k0", False, True),)
        )
        store.commit(changes, op="do", title="x")
        assert state_of(store.load()) == state_of(found.apply(changes))
        store.commit(changes.inverse(), op="undo", title="x", ref=1)
        assert state_of(store.load()) == state_of(plan)
        assert store.verify() == []
    assert faults_of(path) == []


def test_a_column_that_the_catalogue_gains_later(project: Path) -> None:
    later = replace(TOILET, columns=(*TOILET.columns, Column("heated", Text("采暖", "Heated"), "boolean")))
    catalogue = CATALOGUE.with_kind(later)
    before = project.read_bytes()
    with Store.open(project, catalogue) as store:
        plan = store.load()
        assert set(plan.table("toilet").column("heated")) == {None}
        assert project.read_bytes() == before
        changes = Changes((plan.table("toilet").update(2, {"heated": 1}),))
        after = plan.apply(changes)
        store.commit(changes, op="do", title="x", digests={"toilet": after.table("toilet").digest})
        wanted = state_of(after)
    with Store.open(project, catalogue) as store:
        assert state_of(store.load()) == wanted
    with Store.open(project, CATALOGUE) as store:  # the older program leaves the column alone
        plan = store.load()
        removal = Changes((plan.table("toilet").delete(2),))
        store.commit(removal, op="do", title="x")
        store.commit(removal.inverse(), op="undo", title="x", ref=2)
    with Store.open(project, catalogue) as store:
        assert store.load().table("toilet").row(2)["heated"] == 1
    assert complaints(project) == ""


def test_a_layer_of_an_unknown_kind_is_left_alone(project: Path) -> None:
    smaller = Catalogue([THEME], [TOILET])
    with Store.open(project, smaller) as store:
        plan = store.load()
        assert list(plan.tables) == ["toilet"]
        assert store.foreign_tables() == ["牲畜", "禁牧区"]
        store.commit(Changes((plan.table("toilet").delete(1),)), op="do", title="x")
    with Store.open(project, CATALOGUE) as store:
        assert len(store.load().table("zone")) == 4 and store.verify() == []


@given(
    st.lists(
        st.none()
        | st.builds(shapely.Point, st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
        | st.builds(
            lambda x, y, w: shapely.multipolygons([shapely.box(x, y, x + w, y + 1)]),
            st.floats(-1e7, 1e7),
            st.floats(-1e7, 1e7),
            st.floats(0.1, 1e5),
        ),
        max_size=6,
    )
)
def test_geometries_come_back_as_they_were(shapes: list[object]) -> None:
    geometries = np.empty(len(shapes), object)
    geometries[:] = shapes
    blobs = encode_geometries(geometries, 4549)
    found, bad = decode_geometries(blobs)
    assert bad == [] and shapely.equals_identical(found, geometries).tolist() == [
        one is not None for one in shapes
    ]
    bounds = [None if one is None else one.bounds for one in shapes]  # type: ignore[attr-defined]
    assert [bounds_of(blob) for blob in blobs] == bounds


def test_geometries_that_the_file_would_change_are_refused(tmp_path: Path, project: Path) -> None:
    for geometry in (shapely.Point(1, 2, 3), shapely.LineString([(0, 0), (1, 1)]), shapely.Point()):
        column = np.array([geometry], object)
        table = Table(TOILET, Base(MemorySource(np.array([1], np.int64), {"geom": column})))
        with pytest.raises(InputError, match="geometry_wrong_type"):
            create_project(tmp_path / "b.gpkg", Plan(CATALOGUE, CRS, {"toilet": table}))
        driver = Driver(project)
        change = replace(driver.plan.table("toilet").insert({}), after={"geom": geometry})
        with pytest.raises(InputError, match="geometry_wrong_type"):
            driver.store.commit(Changes((change,)), op="do", title="x")
    wrong = replace(driver.plan.table("toilet").insert({}), after={"people": 3.5})
    with pytest.raises(StoreError, match="value_wrong_type"):
        driver.store.commit(Changes((wrong,)), op="do", title="x")
    assert driver.store.entries() == [] and [path.name for path in tmp_path.iterdir()] == [project.name]


def test_what_a_command_writes_grows_with_its_rows_not_with_the_project(tmp_path: Path) -> None:
    grown = {}
    for count in (200, 20_000):
        path = tmp_path / f"{count}.gpkg"
        create_project(path, large_plan(count))
        driver = Driver(path)
        size = path.stat().st_size
        for number in range(100):
            driver.do(
                Changes(
                    (
                        driver.plan.table("toilet").update(
                            number + 1, {"name": f"新{number}", "geom": shapely.Point(number, number)}
                        ),
                    )
                )
            )
        driver.store.close()
        grown[count] = path.stat().st_size - size
        assert faults_of(path) == []
    assert 0 < grown[200] < 100 * 1_000
    assert abs(grown[20_000] - grown[200]) <= 8 * 4096  # pages of the R-tree that split


def test_bytes_of_the_history_follow_the_rows_touched(project: Path) -> None:
    driver = Driver(project)
    driver.do(Changes((driver.plan.table("toilet").update(1, {"name": "新"}),)))
    assert query(project, "SELECT length(changes) < 120 FROM qitu_journal") == [(1,)]


def test_a_deleted_id_is_never_used_again(project: Path) -> None:
    driver = Driver(project)
    last = int(driver.plan.table("toilet").fids[-1])
    driver.do(Changes((driver.plan.table("toilet").delete(last),)))
    driver.reopen()
    assert driver.plan.table("toilet").insert({}).fid == last + 1
    assert small_plan().table("toilet").next_fid == last + 1
