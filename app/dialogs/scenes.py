"""The scenes of a project in their order, with pictures: gone to by a click, changed beside the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions import scenes as actions
from app.bus import Bus
from app.dialogs.base import Dialog
from app.jobs import Jobs
from app.messages import language, text
from app.panels.parts import Button, EmptyState, IconButton, label
from app.scene_pictures import scene_pictures
from app.scene_views import looked_at_again
from app.session import Session
from layers.errors import PlannerError
from layers.plan.scenes import COLLECTION, STORY, SavedScene, scenes
from layers.planning.schemes import COLLECTION as SCHEMES

THUMB = QSize(192, 120)
TOOLS = {"up": "arrow-up", "down": "arrow-down", "duplicate": "copy", "remove": "trash-2"}
ID = Qt.ItemDataRole.UserRole


class ScenesDialog(Dialog):
    """See the module's text. It is no modal dialog.

    capture: what the window shows, as a scene. go: shows one there. centre: where a callout points to.
    """

    def __init__(
        self,
        parent: QWidget | None,
        session: Session,
        jobs: Jobs,
        bus: Bus,
        *,
        capture: Callable[[], SavedScene],
        go: Callable[[SavedScene], None],
        centre: Callable[[], tuple[float, float]],
    ) -> None:
        super().__init__(parent, text("scenes_title"), width=760)
        self.session, self.jobs, self.bus = session, jobs, bus
        self._capture, self._go, self._centre = capture, go, centre
        self._filling = False
        self._pictures: dict[SavedScene, QPixmap] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build()
        self._lay_out()
        bus.plan_changed.connect(self._changed)
        bus.project_changed.connect(self.close)
        self.refresh()

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setIconSize(THUMB)
        self.list.setSpacing(2)
        self.list.setMinimumWidth(theme.metric(330))
        self.list.setMinimumHeight(theme.metric(400))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(text("scenes_title"))
        self.list.itemClicked.connect(lambda _item: self._show_current())
        self.list.itemActivated.connect(lambda _item: self._show_current())
        self.list.currentRowChanged.connect(lambda _row: self._fill())
        self.nothing = EmptyState("clapperboard")
        self.nothing.set(text("scenes_none"), text("scenes_none_why"), text("scene_save"))
        self.nothing.acted.connect(self._save)
        self.tools = {
            name: IconButton(icon, box=30)
            for name, icon in TOOLS.items()
        }
        acts = {"up": lambda: self._move(-1), "down": lambda: self._move(1),
                "duplicate": lambda: self._act(actions.duplicate, 1),
                "remove": lambda: self._act(actions.remove)}  # fmt: skip
        for name, button in self.tools.items():
            button.describe(text(f"scene_{name}"))
            button.clicked.connect(acts[name])
        self.name, self.caption, self.notes = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.facts = label("note", wrap=True)
        self.name.editingFinished.connect(self._renamed)
        self.caption.editingFinished.connect(self._worded)
        self.notes.setTabChangesFocus(True)
        self.notes.setMinimumHeight(theme.metric(84))
        self.keep_notes = Button("quiet")
        self.keep_notes.setText(text("scene_keep_notes"))
        self.keep_notes.clicked.connect(self._worded)
        self.against = QComboBox()
        self.against.activated.connect(lambda _at: self._compared())
        self.callouts = QListWidget()
        self.callouts.setMinimumHeight(theme.metric(70))
        self.callouts.setAccessibleName(text("scene_callouts_head"))
        self.words = QLineEdit()
        self.words.setPlaceholderText(text("scene_callout_hint"))
        self.words.returnPressed.connect(self._add_callout)
        self.add_words, self.drop_words = IconButton("plus", box=30), IconButton("minus", box=30)
        self.add_words.describe(text("scene_callout_add"))
        self.drop_words.describe(text("scene_callout_drop"))
        self.add_words.clicked.connect(self._add_callout)
        self.drop_words.clicked.connect(self._drop_callout)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(6)
        bar = QHBoxLayout()
        bar.setSpacing(4)
        for button in self.tools.values():
            bar.addWidget(button)
        bar.addStretch()
        left.addWidget(self.list, 1)
        left.addWidget(self.nothing)
        left.addLayout(bar)
        self.form = QWidget()
        right = QVBoxLayout(self.form)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(6)
        parts = {"scene_title": self.name, "scene_caption": self.caption, "scene_notes": self.notes}
        for key, part in parts.items():
            head = label("medium")
            head.setText(text(key))
            head.setBuddy(part)
            part.setAccessibleName(text(key))
            right.addWidget(head)
            right.addWidget(part)
        right.insertWidget(2, self.facts)
        right.addWidget(self.keep_notes, 0, Qt.AlignmentFlag.AlignRight)
        head = label("medium")
        head.setText(text("scene_before"))
        head.setBuddy(self.against)
        self.against.setAccessibleName(text("scene_before"))
        self.against.setToolTip(text("scene_before_why"))
        right.addWidget(head)
        right.addWidget(self.against)
        head = label("medium")
        head.setText(text("scene_callouts_head"))
        right.addWidget(head)
        right.addWidget(self.callouts, 1)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.words, 1)
        row.addWidget(self.add_words)
        row.addWidget(self.drop_words)
        right.addLayout(row)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 3)
        both.addWidget(self.form, 4)
        self.body.addLayout(both, 1)
        self.add_button(text("dialog_close")).clicked.connect(self.close)
        self.again = self.add_button(text("scene_again"))
        self.again.clicked.connect(self._again)
        self.save = self.add_button(text("scene_save"), "primary")
        self.save.clicked.connect(self._save)

    # -- what is shown -----------------------------------------------------------------------------

    def current(self) -> SavedScene | None:
        """The scene that is chosen."""
        item = self.list.currentItem()
        key = item.data(ID) if item is not None else None
        return next((one for one in scenes(self.session.plan) if one.id == key), None)

    def choose(self, scene_id: str) -> None:
        """Choose a scene."""
        for row in range(self.list.count()):
            if self.list.item(row).data(ID) == scene_id:
                self.list.setCurrentRow(row)

    def refresh(self) -> None:
        """Show the scenes as they are kept now; pictures that are missing are painted in a job."""
        if not self.session.is_open:
            return
        kept, row, found = self.current_id(), self.list.currentRow(), scenes(self.session.plan)
        self.list.blockSignals(True)
        self.list.clear()
        blank = QPixmap(THUMB)
        blank.fill(theme.color("sunken"))
        for at, one in enumerate(found, 1):
            item = QListWidgetItem(_plain(self._pictures.get(one, blank)), f"{at}  {one.name}")
            item.setData(ID, one.id)
            item.setToolTip(actions.facts_of(self.session.plan, one))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.choose(kept)
        if self.list.currentRow() < 0 and found:
            self.list.setCurrentRow(min(max(row, 0), len(found) - 1))
        self._fill()
        missing = [one for one in found if one not in self._pictures]
        if missing:
            self._paint(missing)

    def current_id(self) -> str:
        """Id of the scene that is chosen, "" for none."""
        item = self.list.currentItem()
        return str(item.data(ID)) if item is not None else ""

    def _paint(self, missing: list[SavedScene]) -> None:
        snapshot, spoken = self.session.snapshot(), language()

        def answer(found: list[tuple[SavedScene, QImage]]) -> None:
            self._pictures.update((scene, QPixmap.fromImage(image)) for scene, image in found)
            for row, one in enumerate(scenes(self.session.plan)):
                if one in self._pictures and row < self.list.count():
                    self.list.item(row).setIcon(_plain(self._pictures[one]))

        self.jobs.start(
            text("scene_painting"),
            lambda progress: scene_pictures(snapshot, missing, spoken, THUMB, progress),
            answer, topic="thumbnails", fault=self._fault,
        )  # fmt: skip

    def _fault(self, error: BaseException) -> None:
        if not isinstance(error, PlannerError):
            raise error
        self.bus.complain(error)

    def _fill(self) -> None:
        scene = self.current()
        self._filling = True
        self.form.setEnabled(scene is not None)
        self.again.setEnabled(scene is not None and self.session.read_only is None)
        for button in self.tools.values():
            button.setEnabled(scene is not None and self.session.read_only is None)
        self.save.setEnabled(self.session.read_only is None)
        self.name.setText(scene.name if scene else "")
        self.caption.setText(scene.caption if scene else "")
        if self.notes.toPlainText() != (scene.notes if scene else ""):
            self.notes.setPlainText(scene.notes if scene else "")
        self.facts.setText(actions.facts_of(self.session.plan, scene) if scene else "")
        self._fill_against(scene)
        self.callouts.clear()
        for one in scene.callouts if scene else ():
            self.callouts.addItem(one.text)
        self._filling = False

    def _fill_against(self, scene: SavedScene | None) -> None:
        """What a scene may be compared with: years as recorded, schemes carried out; even one gone."""
        self.against.clear()
        period, plan = self.session.policy.period, self.session.plan
        choices: list[tuple[int | None, str | None] | None] = [None]
        choices += [(year, None) for year in sorted(period.years)]
        choices += [(None, name) for name in sorted(plan.documents.get(SCHEMES, {}))]
        if scene is not None and scene.before not in choices:
            choices.append(scene.before)
        for one in choices:
            self.against.addItem(text("scene_before_none") if one is None else actions.before_words(one), one)
        self.against.setCurrentIndex(choices.index(scene.before) if scene is not None else 0)
        self.against.setEnabled(scene is not None and bool(scene.theme) and self.session.read_only is None)

    def _compared(self) -> None:
        chosen = self.against.currentData()
        before = None if chosen is None else tuple(chosen)
        self._act(lambda session, scene: actions.compare(session, scene, before))

    def _changed(self, _kinds: frozenset[str], collections: frozenset[str]) -> None:
        if collections & {COLLECTION, STORY}:
            self.refresh()

    # -- what is done ------------------------------------------------------------------------------

    def _show_current(self) -> None:
        scene = self.current()
        if scene is not None:
            self._attempt(lambda: self._go(scene))

    def _attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except PlannerError as error:
            self.bus.complain(error)
            self._fill()

    def _act(self, act: Callable[[Session, SavedScene], object], step: int = 0) -> None:
        scene, row = self.current(), self.list.currentRow()
        if scene is not None:
            self._attempt(lambda: act(self.session, scene))
            if step:
                self.list.setCurrentRow(row + step)

    def _move(self, step: int) -> None:
        self._act(lambda session, scene: actions.move(session, scene, step))

    def _save(self) -> None:
        self._attempt(lambda: self.choose(actions.save(self.session, self._capture()).id))

    def _again(self) -> None:
        scene = self.current()
        if scene is not None:
            self._attempt(lambda: actions.update(self.session, looked_at_again(scene, self._capture())))

    def _renamed(self) -> None:
        scene = self.current()
        if scene is not None and not self._filling and self.name.text().strip() != scene.name:
            self._attempt(lambda: actions.rename(self.session, scene, self.name.text()))

    def _worded(self) -> None:
        scene = self.current()
        if scene is not None and not self._filling:
            made = replace(scene, caption=self.caption.text().strip(), notes=self.notes.toPlainText().strip())
            self._attempt(lambda: actions.update(self.session, made))

    def _add_callout(self) -> None:
        scene, words = self.current(), self.words.text().replace("｜", "|").replace("|", "\n")
        if scene is not None:
            self._attempt(lambda: actions.add_callout(self.session, scene, words, self._centre()))
            self.words.clear()
            self._show_current()

    def _drop_callout(self) -> None:
        scene, at = self.current(), self.callouts.currentRow()
        if scene is not None and at >= 0:
            self._attempt(lambda: actions.drop_callout(self.session, scene, at))
            self._show_current()


def _plain(picture: QPixmap) -> QIcon:
    """A picture that keeps its colours when its row is chosen."""
    made = QIcon(picture)
    made.addPixmap(picture, QIcon.Mode.Selected)
    return made
