"""属性: everything known of the feature that was identified or selected; values are edited in place."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedLayout, QVBoxLayout, QWidget

from app.actions.editing import edit
from app.actions.feature_history import steps_of
from app.actions.last_change import LastChanges
from app.bus import Bus
from app.dialogs.changes import show_steps
from app.jobs import Jobs
from app.messages import language, text, tr
from app.origins.features import AREA, LENGTH, value_ask
from app.panels.attachments import AttachmentsRow
from app.panels.field_row import FieldRow
from app.panels.models.feature_rows import hidden
from app.panels.number_words import NumberWords
from app.panels.panel import Panel, Scroll
from app.panels.parts import Button, EmptyState, Glyph, IconButton, ProvenanceLine, label, line, restyle_all
from app.panels.rows import number
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.geo.measure import areas_m2, format_area, format_length, lengths_m
from layers.provenance import Ask

Feature = tuple[str, int]
MOST_LISTED = 200
SIZED = ("MultiPolygon", "MultiLineString")


class AttributesPanel(Panel):
    """The feature in hand; several that were identified at one place stand in a list above it."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.features: list[Feature] = []
        self.current: Feature | None = None
        self.rows: dict[str, FieldRow] = {}
        self._changes = LastChanges(session)
        self._build()
        bus.identified.connect(self.show_features)
        bus.selection_changed.connect(self._selected)
        bus.history_changed.connect(self._say_who)
        self.start()

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._turn)
        self.name, self.layer = label("title", wrap=True), label("note", wrap=True)
        self.badge, self.privacy = label("badge"), Glyph("lock", "warn", 16)
        self.zoom, self.table = IconButton("scan-search"), IconButton("table")
        self.zoom.clicked.connect(self._zoom)
        self.table.clicked.connect(lambda: self.current and self.bus.show_layer_table.emit(self.current[0]))
        self.extent, self.sizes = label("", wrap=True, selectable=True), NumberWords()
        self.sizes.asked.connect(lambda ask: self.bus.number_asked.emit(ask, None, None))
        self.body = Scroll(spacing=1)
        self.body.column.setContentsMargins(14, 6, 10, 12)
        self.who = ProvenanceLine()
        self.nothing = EmptyState("mouse-pointer-2")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("identify"))
        title = QHBoxLayout()
        title.setSpacing(6)
        title.addWidget(self.name, 1)
        for part in (self.badge, self.privacy, self.zoom, self.table):
            title.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self.head = QWidget()
        head = QVBoxLayout(self.head)
        head.setContentsMargins(14, 12, 10, 8)
        head.setSpacing(4)
        head.addLayout(title)
        head.addWidget(self.layer)
        head.addWidget(self.extent)
        head.addWidget(self.sizes)
        self.foot = QWidget()
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(14, 8, 14, 12)
        self.past = Button("quiet", "history")
        self.past.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.past.clicked.connect(self._show_past)
        self.attachments = AttachmentsRow(self.session, self.jobs, self.bus)
        foot.addWidget(self.attachments)
        foot.addWidget(self.who)
        foot.addWidget(self.past, 0, Qt.AlignmentFlag.AlignLeft)
        blank = QWidget()
        alone = QVBoxLayout(blank)
        alone.setContentsMargins(14, 16, 14, 16)
        alone.addWidget(self.nothing)
        alone.addStretch()
        full = QWidget()
        inside = QVBoxLayout(full)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.list)
        inside.addWidget(self.head)
        inside.addWidget(line())
        inside.addWidget(self.body, 1)
        inside.addWidget(line())
        inside.addWidget(self.foot)
        self.pages = QStackedLayout(self)
        self.pages.addWidget(full)
        self.pages.addWidget(blank)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.zoom.describe(text("attributes_zoom"))
        self.table.describe(text("attributes_table"))
        self.privacy.setToolTip(text("attributes_private"))
        self.past.setText(text("feature_history"))
        self.show_features(list(self.features), at=self.features.index(self.current) if self.current else 0)

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self.show_features(list(self.features), at=self.features.index(self.current) if self.current else 0)

    # -- what it shows -----------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._changes = LastChanges(self.session)
        self.show_features([])

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Values may have changed, features may be gone."""
        del collections
        if any(kind in kinds for kind, _ in self.features):
            there = [feature for feature in self.features if self._there(feature)]
            if there != self.features:
                at = there.index(self.current) if self.current in there else 0
                self.show_features(there, at=at)
            elif self.current is not None and self.current[0] in kinds:
                self._refresh()

    def show_features(self, features: list[Feature], *, at: int = 0) -> None:
        """Show features: (kind id, row id) each; the one at `at` in full."""
        self.features = [(str(kind), int(fid)) for kind, fid in features if self._there((kind, fid))][
            :MOST_LISTED
        ]
        self.list.blockSignals(True)
        self.list.clear()
        for feature in self.features:
            item = QListWidgetItem(self._entry(feature))
            item.setToolTip(item.text())
            self.list.addItem(item)
        self.list.setCurrentRow(min(at, len(self.features) - 1))
        self.list.blockSignals(False)
        several = len(self.features) > 1
        self.list.setVisible(several)
        self.list.setMaximumHeight(min(len(self.features), 6) * max(self.list.sizeHintForRow(0), 28) + 4)
        self._turn(min(at, len(self.features) - 1))

    def _there(self, feature: Feature) -> bool:
        return (
            self.session.is_open
            and feature[0] in self.session.plan
            and feature[1] in self.session.plan.table(feature[0])
        )

    def _entry(self, feature: Feature) -> str:
        kind = self.session.catalogue[feature[0]]
        return f"{tr(kind.title)} · {self._name(feature)}"

    def _name(self, feature: Feature) -> str:
        """A feature's name or code; where those are personal data, its row number."""
        kind = self.session.catalogue[feature[0]]
        row = self.session.plan.table(feature[0]).row(feature[1])
        for name in (kind.name, kind.key):
            if (
                name in kind.column_names
                and row.get(name) is not None
                and not hidden(kind, kind.column(name))
            ):
                return str(row[name])
        return text("feature_number", fid=feature[1])

    def _turn(self, at: int) -> None:
        self.current = self.features[at] if 0 <= at < len(self.features) else None
        self.pages.setCurrentIndex(0 if self.current is not None else 1)
        chosen = len(self.session.selection.fids)
        self.nothing.set(
            text("attributes_many", count=number(chosen)) if chosen > 1 else text("attributes_none"),
            text("attributes_none_why"),
            text("attributes_identify"),
        )
        self.body.clear()
        self.rows = {}
        self.attachments.show_feature(self.current)
        if self.current is None:
            return
        kind, values = self._kind(), self._values()
        can_edit = self.session.read_only is None
        for column in kind.columns:
            row = FieldRow(kind, column, values.get(column.name), can_edit=can_edit)
            row.stored.connect(self._store)
            row.asked.connect(self._ask)
            self.rows[column.name] = row
            self.body.column.addWidget(row)
        self._say_head()
        self.body.verticalScrollBar().setValue(0)

    def _refresh(self) -> None:
        values = self._values()
        for name, row in self.rows.items():
            row.set_value(values.get(name))
        at = self.list.currentRow()
        if self.current is not None and at >= 0:
            self.list.item(at).setText(self._entry(self.current))
        self._say_head()

    def _kind(self) -> LayerKind:
        assert self.current is not None
        return self.session.catalogue[self.current[0]]

    def _values(self) -> dict[str, Any]:
        assert self.current is not None
        return self.session.plan.table(self.current[0]).row(self.current[1])

    def _say_head(self) -> None:
        if self.current is None:
            return
        kind, values = self._kind(), self._values()
        self.name.setText(self._name(self.current))
        self.layer.setText(tr(kind.title))
        quality = values.get("quality")
        self.badge.setVisible("quality" in kind.column_names)
        if "quality" in kind.column_names:
            self.badge.setText(
                kind.column("quality").choice_title(quality, language()) or text("status_unknown")
            )
            self.badge.setToolTip(tr(kind.column("quality").title))
        self.privacy.setVisible(kind.sensitive)
        self.extent.setText(self._place(values.get("geom")))
        self.extent.setVisible(bool(self.extent.text()))
        self.sizes.show_numbers(self._sizes(values.get("geom")))
        self.sizes.setVisible(bool(self.sizes.parts))
        self.zoom.setEnabled(values.get("geom") is not None)
        self._say_who()

    def _place(self, geometry: Any) -> str:
        """The place of a point; that there is no shape where there should be one."""
        kind = self._kind()
        if not kind.geometry:
            return ""
        if geometry is None:
            return text("attributes_no_shape")
        if kind.geometry in SIZED or kind.sensitive:
            return ""
        return text("attributes_place", x=f"{geometry.x:,.1f}", y=f"{geometry.y:,.1f}")

    def _sizes(self, geometry: Any) -> list[tuple[str, str, Ask]]:
        """Area and outline, or length, on the ellipsoid, each with what names it."""
        assert self.current is not None
        geometry_type, epsg = self._kind().geometry, self.session.plan.crs.epsg
        if geometry is None or geometry_type not in SIZED:
            return []
        array = np.array([geometry], object)
        length = format_length(float(lengths_m(array, epsg)[0]), language())
        if geometry_type == "MultiLineString":
            return [(text("size_length"), length, value_ask(*self.current, LENGTH))]
        area = format_area(float(areas_m2(array, epsg)[0]), language())
        return [(text("size_area"), area, value_ask(*self.current, AREA)),
                (text("size_outline"), length, value_ask(*self.current, LENGTH))]  # fmt: skip

    def _ask(self, column: str) -> None:
        if self.current is not None:
            self.bus.number_asked.emit(value_ask(*self.current, column), None, None)

    def _say_who(self) -> None:
        if self.current is None or not self._there(self.current):
            return
        entry = self._changes.of(*self.current)
        if entry is None:
            self.who.set(text("attributes_unchanged"))
            return
        from app.titles import decode_title

        self.who.set(
            text(
                "attributes_changed",
                at=local_time(entry.at),
                who=entry.author or text("somebody"),
                what=tr(decode_title(entry.title)),
            )
        )

    # -- what happens ------------------------------------------------------------------------------

    def _selected(self, kind: str, fids: frozenset[int]) -> None:
        if len(fids) == 1:
            feature = (kind, next(iter(fids)))
            if feature in self.features:
                self.list.setCurrentRow(self.features.index(feature))
            else:
                self.show_features([feature])
        elif self.current is None or len(fids) > 1:
            self.show_features([(kind, fid) for fid in sorted(fids)[:MOST_LISTED]])

    def _store(self, column: str, value: Any) -> None:
        if self.current is not None:
            kind, fid = self.current
            self.attempt(lambda: edit(self.session, kind, fid, {column: value}))
            self._refresh()

    def _show_past(self) -> None:
        """Read the journal in the background, and show what happened to the feature."""
        if self.current is None:
            return
        kind, fid = self.current
        title = self._entry(self.current)
        self.jobs.start(
            text("feature_history"),
            lambda progress: steps_of(self.session, kind, fid, progress=progress),
            lambda steps: show_steps(self.window(), self.session, title, steps),
            topic="feature history",
            fault=self.fault,
        )

    def _zoom(self) -> None:
        if self.current is not None:
            self.bus.zoom_to_features.emit(self.current[0], frozenset([self.current[1]]))
            self.bus.flash_feature.emit(*self.current)


def local_time(at: str) -> str:
    """Return a moment of the journal (UTC) in local time, to the minute."""
    try:
        moment = datetime.datetime.fromisoformat(at.replace("Z", "+00:00"))
    except ValueError:
        return at
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
