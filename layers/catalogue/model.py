"""What a map layer is: a record of columns, role, style, service and zone, and the catalogue of all.

Adding a kind is adding one record: the project file, the layer tree, the legend, forms, the
attribute table, gap rows and the map follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from layers.catalogue.privacy import Privacy
from layers.catalogue.service import Service
from layers.catalogue.style import Style
from layers.catalogue.text import Text
from layers.errors import InputError

COLUMN_TYPES = ("text", "integer", "real", "boolean", "date")
GEOMETRIES = ("Point", "MultiLineString", "MultiPolygon", "")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a column may take, and its words."""

    value: str | int
    title: Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind.

    type: `text`, `integer`, `real`, `boolean` (stored 0/1), `date` (ISO 8601, `YYYY-MM-DD`).
    unit: symbol shown after the value (`km`, `ha`, `户`), empty for none.
    choices: allowed values; empty allows any. null is always allowed unless `required`.
    aliases: headings under which foreign files carry this column, Chinese and English.
    privacy: unknown counts as sensitive.
    """

    name: str
    title: Text
    type: str = "text"
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    aliases: tuple[str, ...] = ()
    privacy: Privacy = Privacy.SENSITIVE
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None

    def choice_title(self, value: object, language: str) -> str:
        """Return the words for a choice's value, or the value itself as text."""
        for choice in self.choices:
            if choice.value == value:
                return choice.title.in_language(language)
        return "" if value is None else str(value)

    def parse(self, text: str) -> object:
        """Turn what a user typed into this column's value; empty text is null.

        Raises InputError: `value_required`, `value_not_a_number`, `value_not_a_date`,
        `value_not_a_choice`, `value_out_of_range`, each with the column's name and the text.
        A choice may be given by its value or by its Chinese or English words.
        """
        from layers.catalogue.values import parse_value

        return parse_value(self, text)


@dataclass(frozen=True, slots=True)
class Zone:
    """A kind that restricts what may be done inside it; dates and document are its columns."""

    family: str  # `grazing`, `legal`, `livestock`, `water_source`, `construction`, `reserve`


@dataclass(frozen=True, slots=True)
class LayerKind:
    """A kind of thing on the map (or, with geometry "", a plain table).

    id: stable English id; also the name of its table in the project file.
    geometry: `Point`, `MultiLineString`, `MultiPolygon` or "" for a table without one.
    roles: what engines ask for (`unit.gacha`, `road`, `household`); never the id.
    key: column whose value identifies a feature to a user (unique where not null).
    name: column whose value names a feature, "" where there is none.
    services: what features of this kind give to units; each becomes a row of the gap panel.
    sensitive: true where even the points are personal data.
    """

    id: str
    title: Text
    theme: str
    geometry: str
    columns: tuple[Column, ...]
    roles: tuple[str, ...] = ()
    style: Style = Style()
    key: str = "code"
    name: str = "name"
    services: tuple[Service, ...] = ()
    zone: Zone | None = None
    sensitive: bool = False
    note: Text = Text("", "")

    def column(self, name: str) -> Column:
        """Return the column `name`; raises InputError `column_unknown`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError(
            "column_unknown", kind=self.title.zh, kind_en=self.title.en, column=name,
            known=", ".join(self.column_names),
        )

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in their order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of kinds in the layer tree."""

    id: str
    title: Text


class Catalogue:
    """All kinds and themes, immutable; `with_kind` makes a larger one."""

    def __init__(self, themes: Iterable[Theme], kinds: Iterable[LayerKind]) -> None:
        self.themes: Mapping[str, Theme] = MappingProxyType({theme.id: theme for theme in themes})
        self.kinds: Mapping[str, LayerKind] = MappingProxyType({kind.id: kind for kind in kinds})

    def __iter__(self) -> Iterator[LayerKind]:
        return iter(self.kinds.values())

    def __contains__(self, kind_id: object) -> bool:
        return kind_id in self.kinds

    def __getitem__(self, kind_id: str) -> LayerKind:
        try:
            return self.kinds[kind_id]
        except KeyError:
            raise InputError("kind_unknown", kind=kind_id, known=", ".join(self.kinds)) from None

    def with_role(self, role: str) -> tuple[LayerKind, ...]:
        """Kinds that play `role`, in catalogue order."""
        return tuple(kind for kind in self if role in kind.roles)

    def services(self) -> tuple[tuple[Service, tuple[LayerKind, ...]], ...]:
        """Each service with the kinds that provide it, in the order of the gap panel."""
        found: dict[str, tuple[Service, list[LayerKind]]] = {}
        for kind in self:
            for service in kind.services:
                found.setdefault(service.id, (service, []))[1].append(kind)
        ordered = sorted(found.values(), key=lambda pair: (pair[0].order, pair[0].id))
        return tuple((service, tuple(kinds)) for service, kinds in ordered)

    def with_kind(self, kind: LayerKind) -> Catalogue:
        """Return a catalogue that also has (or replaces) `kind`."""
        return Catalogue(self.themes.values(), {**self.kinds, kind.id: kind}.values())


def common_columns(*, quality: bool = True, personal: bool = False) -> tuple[Column, ...]:
    """Columns that every kind carries: how good the data are, where from, a remark.

    personal: the remark of a kind about people may say anything about them, so it is sensitive.
    """
    columns = (
        Column("quality", Text("数据质量", "Data quality"), choices=QUALITIES, privacy=Privacy.PUBLIC,
               aliases=("质量", "数据质量", "quality")),
        Column("source", Text("来源", "Source"), privacy=Privacy.PUBLIC,
               aliases=("数据来源", "来源", "source")),
        Column("note", Text("备注", "Note"), privacy=Privacy.SENSITIVE if personal else Privacy.INTERNAL,
               aliases=("备注", "说明", "描述", "BZ", "note", "remark", "description")),
    )
    return columns if quality else columns[1:]


QUALITIES = (
    Choice("surveyed", Text("实测", "Surveyed")),
    Choice("located", Text("已定位", "Located")),
    Choice("schematic", Text("示意", "Schematic")),
    Choice("synthetic", Text("合成", "Synthetic")),
    Choice("unknown", Text("不明", "Unknown")),
)


def with_style(kind: LayerKind, style: Style) -> LayerKind:
    """Return the kind drawn in another style."""
    return replace(kind, style=style)
