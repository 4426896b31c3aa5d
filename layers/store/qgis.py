"""How QGIS shows a project: a default style for every layer (QML and SLD), Chinese names, lists of
choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement, tostring

import apsw

from layers.catalogue.model import Column, LayerKind
from layers.catalogue.style import Label, Style, StyleClass, Symbol
from layers.catalogue.text import Text
from layers.plan.digest import GEOMETRY
from layers.store.connection import literal, quoted
from layers.store.geopackage import FID, now
from layers.store.qgis_symbols import qgis_colour, qml_symbol, sld_symbolizers

TABLE = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
  ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""
STYLE_NAME, OWNER = "旗图", "qitu"
GEOMETRY_NUMBERS = {"Point": 0, "MultiLineString": 1, "MultiPolygon": 2, "": 4}
LABEL_MM = {"banner": 5.0, "sumu": 3.0, "gacha": 2.6, "river": 2.6, "lake": 2.3, "road": 1.9, "place": 2.3}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_SLD_NAMES = {
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:se": "http://www.opengis.net/se",
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "version": "1.1.0",
}


def create_styles_table(connection: apsw.Connection) -> None:
    """Make the table in which QGIS looks for styles, unless it is there."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'layer_styles'").fetchone():
        return
    connection.execute(TABLE)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (now(),),
    )


def write_style(
    connection: apsw.Connection, kind: LayerKind, table: str, style: Style | None = None
) -> None:
    """Enter a kind's style (`style` in place of the catalogue's); one that somebody saved in QGIS stays, and
    stays the default if it is."""
    kind = kind if style is None else replace(kind, style=style)
    create_styles_table(connection)
    place = (table, GEOMETRY if kind.geometry else "")
    connection.execute("DELETE FROM layer_styles WHERE f_table_name = ? AND owner = ?", (table, OWNER))
    taken = connection.execute("SELECT 1 FROM layer_styles WHERE f_table_name = ? AND useAsDefault", (table,))
    default = not taken.fetchone()
    connection.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName,"
        " styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
        " VALUES ('', '', ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        (
            *place,
            STYLE_NAME,
            qml(kind),
            sld(kind, table) if kind.geometry else "",
            int(default),
            kind.title.zh,
            OWNER,
            now(),
        ),
    )


def remove_styles(connection: apsw.Connection, table: str) -> None:
    """Take out the styles of a table that goes."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'layer_styles'").fetchone():
        connection.execute("DELETE FROM layer_styles WHERE f_table_name = ?", (table,))


# -- QML -------------------------------------------------------------------------------------------


def qml(kind: LayerKind) -> str:
    """Return the style as QGIS 3 reads it: symbols, names of columns, lists of choices, labels."""
    style = kind.style
    root = Element(
        "qgis",
        {
            "version": "3.22.16",
            "styleCategories": "AllStyleCategories",
            "labelsEnabled": str(int(style.label is not None and bool(kind.geometry))),
        },
    )
    if style.min_scale:
        root.attrib |= {"hasScaleBasedVisibilityFlag": "1", "minScale": str(style.min_scale), "maxScale": "0"}
    if kind.geometry:
        _renderer(root, kind)
        if style.label is not None:
            _labels(root, style.label)
    _fields(root, kind)
    SubElement(root, "previewExpression").text = f'"{kind.name or kind.key}"'
    SubElement(root, "layerGeometryType").text = str(GEOMETRY_NUMBERS[kind.geometry])
    return _DOCTYPE + tostring(root, encoding="unicode")


def _renderer(root: Element, kind: LayerKind) -> None:
    style = kind.style
    if not style.classes:
        renderer = SubElement(root, "renderer-v2", {"type": "singleSymbol", "symbollevels": "0"})
        qml_symbol(SubElement(renderer, "symbols"), "0", style.symbol, kind.geometry)
    elif any(entry.where or entry.min_scale or entry.limits for entry in style.classes):
        _rules(root, kind)
    else:
        _categories(root, kind)


def _categories(root: Element, kind: LayerKind) -> None:
    style = kind.style
    renderer = SubElement(
        root, "renderer-v2", {"type": "categorizedSymbol", "attr": style.column, "symbollevels": "0"}
    )
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for at, entry in enumerate(_with_rest(style)):
        value = "" if entry.value is None else str(entry.value)
        SubElement(
            categories,
            "category",
            {
                "render": "true",
                "symbol": str(at),
                "value": value,
                "label": entry.title.zh,
                "type": "string" if isinstance(entry.value, str) or entry.value is None else "long",
            },
        )
        qml_symbol(symbols, str(at), entry.symbol, kind.geometry)


def _rules(root: Element, kind: LayerKind) -> None:
    """Classes with further conditions or scales of their own; the first that fits draws a feature."""
    style = kind.style
    renderer = SubElement(root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0"})
    rules = SubElement(renderer, "rules", {"key": "{root}"})
    symbols = SubElement(renderer, "symbols")
    entries = _with_rest(style)
    cases = " ".join(f"WHEN {_condition(style, entry)} THEN {at}" for at, entry in enumerate(entries))
    for at, entry in enumerate(entries):
        attributes = {
            "key": f"{{{kind.id}-{at}}}",
            "symbol": str(at),
            "label": entry.title.zh,
            "filter": f"CASE {cases} END = {at}",
        }
        if entry.min_scale:
            attributes |= {"scalemaxdenom": str(entry.min_scale), "scalemindenom": "1"}
        SubElement(rules, "rule", attributes)
        qml_symbol(symbols, str(at), entry.symbol, kind.geometry)


def _with_rest(style: Style) -> tuple[StyleClass, ...]:
    """The classes, and one for what none of them fits."""
    rest = any(not (entry.value is not None or entry.where or entry.limits) for entry in style.classes)
    if rest or style.symbol == Symbol():
        return style.classes
    return (*style.classes, StyleClass(None, Text("其他", "Other"), style.symbol))


def _condition(style: Style, entry: StyleClass) -> str:
    """Return a class's conditions as an expression of QGIS."""
    parts = [] if entry.value is None else [f"{quoted(style.column)} = {_expression_value(entry.value)}"]
    low, high = entry.limits or (None, None)
    parts += [f"{quoted(style.column)} > {low!r}"] if low is not None else []
    parts += [f"{quoted(style.column)} <= {high!r}"] if high is not None else []
    for column, allowed in entry.where:
        values = ", ".join(_expression_value(value) for value in allowed if value is not None)
        tests = [f"{quoted(column)} IN ({values})"] if values else []
        tests += [f"{quoted(column)} IS NULL"] if None in allowed else []
        parts.append(f"({' OR '.join(tests)})")
    return " AND ".join(parts) or "TRUE"


def _expression_value(value: object) -> str:
    return literal(value) if isinstance(value, str) else str(value)


def _fields(root: Element, kind: LayerKind) -> None:
    configuration, aliases = SubElement(root, "fieldConfiguration"), SubElement(root, "aliases")
    SubElement(aliases, "alias", {"field": FID, "index": "0", "name": "编号"})
    for at, column in enumerate(kind.columns, start=1):
        SubElement(aliases, "alias", {"field": column.name, "index": str(at), "name": _alias(column)})
        _widget(
            SubElement(configuration, "field", {"name": column.name, "configurationFlags": "None"}), column
        )


def _alias(column: Column) -> str:
    return f"{column.title.zh}（{column.unit}）" if column.unit else column.title.zh


def _widget(field: Element, column: Column) -> None:
    kind = (
        "ValueMap"
        if column.choices
        else "CheckBox"
        if column.type == "boolean"
        else "DateTime"
        if column.type == "date"
        else ""
    )
    if not kind:
        return
    config = SubElement(SubElement(field, "editWidget", {"type": kind}), "config")
    options = SubElement(config, "Option", {"type": "Map"})
    if column.choices:
        entries = SubElement(options, "Option", {"name": "map", "type": "List"})
        for choice in column.choices:
            entry = SubElement(entries, "Option", {"type": "Map"})
            SubElement(
                entry, "Option", {"name": choice.title.zh, "value": str(choice.value), "type": "QString"}
            )
        return
    settings: Mapping[str, str] = (
        {"CheckedState": "1", "UncheckedState": "0"}
        if kind == "CheckBox"
        else {"field_format": "yyyy-MM-dd", "display_format": "yyyy-MM-dd", "allow_null": "true"}
    )
    for name, value in settings.items():
        SubElement(options, "Option", {"name": name, "value": value, "type": "QString"})


def _labels(root: Element, label: Label) -> None:
    labeling = SubElement(root, "labeling", {"type": "simple"})
    settings = SubElement(labeling, "settings", {"calloutType": "simple"})
    text = SubElement(
        settings,
        "text-style",
        {
            "fieldName": label.column,
            "isExpression": "0",
            "fontFamily": "Noto Sans SC",
            "fontSize": str(LABEL_MM.get(label.rank, 2.3)),
            "fontSizeUnit": "MM",
            "textColor": qgis_colour("water_label" if label.rank in ("river", "lake") else "label1"),
            "textOpacity": "1",
            "fontWeight": "50",
        },
    )
    SubElement(
        text,
        "text-buffer",
        {
            "bufferDraw": "1",
            "bufferSize": "0.42",
            "bufferSizeUnits": "MM",
            "bufferColor": qgis_colour("halo"),
            "bufferOpacity": "0.88",
        },
    )
    if label.min_scale:
        SubElement(
            settings,
            "rendering",
            {"scaleVisibility": "1", "scaleMax": str(label.min_scale), "scaleMin": "0", "drawLabels": "1"},
        )


# -- SLD -------------------------------------------------------------------------------------------


def sld(kind: LayerKind, table: str) -> str:
    """Return the style as SLD 1.1, for programs that read no QML."""
    root = Element("StyledLayerDescriptor", _SLD_NAMES)
    layer = SubElement(root, "NamedLayer")
    SubElement(layer, "se:Name").text = table
    user = SubElement(layer, "UserStyle")
    SubElement(user, "se:Name").text = kind.title.zh
    feature = SubElement(user, "se:FeatureTypeStyle")
    style = kind.style
    entries = _with_rest(style) or (StyleClass(None, kind.title, style.symbol),)
    for at, entry in enumerate(entries):
        rule = SubElement(feature, "se:Rule")
        SubElement(rule, "se:Name").text = entry.title.zh
        earlier = [other for other in entries[:at] if not _disjoint(entry, other)]
        if earlier or entry.value is not None or entry.where or entry.limits:
            _sld_filter(rule, style.column, entry, earlier)
        scale = entry.min_scale or style.min_scale
        if scale:
            SubElement(rule, "se:MaxScaleDenominator").text = str(scale)
        sld_symbolizers(rule, entry.symbol, kind.geometry)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _disjoint(one: StyleClass, other: StyleClass) -> bool:
    return one.value is not None and other.value is not None and one.value != other.value


def _sld_filter(rule: Element, column: str, entry: StyleClass, earlier: list[StyleClass]) -> None:
    filter_ = SubElement(rule, "ogc:Filter")
    bound = entry.value is not None or entry.where or entry.limits
    tests = [_sld_test(column, entry)] if bound else []
    for other in earlier:
        negated = Element("ogc:Not")
        negated.append(_sld_test(column, other))
        tests.append(negated)
    filter_.append(_joined("ogc:And", tests))


def _sld_test(column: str, entry: StyleClass) -> Element:
    tests = [] if entry.value is None else [_equals(column, entry.value)]
    for limit, name in zip(entry.limits or (), ("GreaterThan", "LessThanOrEqualTo"), strict=False):
        tests += [] if limit is None else [_compared(f"ogc:PropertyIs{name}", column, limit)]
    for name, allowed in entry.where:
        tests.append(_joined("ogc:Or", [_equals(name, value) for value in allowed]))
    return _joined("ogc:And", tests)


def _joined(operator: str, tests: list[Element]) -> Element:
    if len(tests) == 1:
        return tests[0]
    element = Element(operator)
    element.extend(tests)
    return element


def _equals(column: str, value: object) -> Element:
    return _compared("ogc:PropertyIsNull" if value is None else "ogc:PropertyIsEqualTo", column, value)


def _compared(operator: str, column: str, value: object) -> Element:
    test = Element(operator)
    SubElement(test, "ogc:PropertyName").text = column
    if value is not None:
        SubElement(test, "ogc:Literal").text = str(value)
    return test
