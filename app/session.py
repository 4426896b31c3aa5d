"""The one mutable thing: an open project, its plan, its journal, what is selected.

Plain Python with observers, used by the window and by the command line alike. A command is done only
after its changes and its journal row are committed in one transaction; undo, redo and named versions
are journal entries themselves and work after a restart.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.messages import both
from app.snapshot import Snapshot
from app.titles import decode_title, encode_title
from app.writing import Build, Writing
from layers.catalogue.model import Catalogue
from layers.catalogue.registry import default_catalogue
from layers.catalogue.text import Text
from layers.errors import InputError, PlannerError
from layers.plan.changes import Changes
from layers.plan.composition import renumbered
from layers.plan.plan import Plan
from layers.policy import Policy, load_policy
from layers.release import ExportRecord
from layers.store import Blob, JournalEntry, Store, create_project


@dataclass(frozen=True, slots=True)
class Event:
    """What observers are told.

    kinds: layers whose rows or presence changed; collections: documents that changed.
    opened: another project (or none) is open now; history: the journal has grown.
    selection: the selection changed.
    """

    kinds: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    opened: bool = False
    history: bool = False
    selection: bool = False


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A line of the history panel: the entry, its title, and whether it is undone now."""

    entry: JournalEntry
    title: Text
    undone: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """Features of one kind."""

    kind: str = ""
    fids: frozenset[int] = field(default_factory=frozenset)


class Session:
    """An open project (or none); see the module's text."""

    def __init__(self, catalogue: Catalogue | None = None, *, author: str | None = None) -> None:
        self.catalogue = catalogue or default_catalogue()
        self.author = author if author is not None else _user_name()
        self.selection = Selection()
        self.meeting = ""
        """The scheme of what is drawn while a story is presented, "" for no meeting; titles then say so."""
        self._store: Store | None = None
        self._plan: Plan | None = None
        self._policy: Policy | None = None
        self._next: tuple[int | None, int | None] = (
            None,
            None,
        )  # what undo and redo would do, as the user saw it
        self._observers: list[Callable[[Event], None]] = []
        self._writing: Writing | None = None
        self._held: list[tuple[ExportRecord, Text]] = []  # export log lines that wait for it

    # -- opening and closing -----------------------------------------------------------------------

    def open(self, path: Path | str) -> Plan:
        """Open a project file; no byte of it changes. Raises StoreError; the old project stays then."""
        self._refuse_busy()
        store = Store.open(Path(path), self.catalogue)
        try:
            plan = store.load()
            policy = _policy_of(plan)
            coming = _next_of(store)
        except PlannerError:
            store.close()
            raise
        self.close()
        self._store, self._plan, self._policy, self._next = store, plan, policy, coming
        self._tell(Event(opened=True, history=True, selection=True))
        return plan

    def create(self, path: Path | str, plan: Plan) -> Plan:
        """Make a new project file from a plan and open it; refuses an existing path."""
        create_project(Path(path), plan, title=str(plan.info.get("title", "")))
        return self.open(path)

    def close(self) -> None:
        """Close the project; nothing is left to save. A command that is being written is waited for."""
        if self._store is not None:
            self._writing, self._held = None, []
            self._store.close()
            self._store = self._plan = self._policy = None
            self.selection = Selection()
            self._tell(Event(opened=True, history=True, selection=True))

    @property
    def is_open(self) -> bool:
        """Whether a project is open."""
        return self._store is not None

    @property
    def store(self) -> Store:
        """The open file; raises InputError `no_project`."""
        if self._store is None:
            raise InputError("no_project")
        return self._store

    @property
    def plan(self) -> Plan:
        """The plan as it stands; raises InputError `no_project`."""
        if self._plan is None:
            raise InputError("no_project")
        return self._plan

    @property
    def policy(self) -> Policy:
        """Targets and rules of the project's period; raises InputError `no_project`."""
        if self._policy is None:
            raise InputError("no_project")
        return self._policy

    @property
    def path(self) -> Path:
        """The project's file."""
        return Path(self.store.path)

    @property
    def read_only(self) -> str | None:
        """Why nothing can be changed (a code with a sentence), or None."""
        return self.store.read_only

    # -- changing ----------------------------------------------------------------------------------

    def do(self, title: Text, change: Build | Changes, *, command: str = "",
           blobs: Sequence[Blob] = ()) -> JournalEntry | None:
        """Carry out a command: build its changes on the plan as it stands, commit, tell.

        Returns its journal entry once it is on the disk, or None when nothing would change.
        Raises PlannerError with plan and file as they were. Where another program has changed the
        file, the plan is read again; the command then goes through only if the rows it touches are
        still as they were seen (`row_changed` otherwise). blobs: files that the new rows name.
        """
        self._refuse_busy()
        title = self._titled(title)
        build = change if callable(change) else (lambda _plan: change)
        seen = build(self.plan)
        if not seen:
            return None
        try:
            return self._commit(seen, op="do", title=title, command=command, blobs=blobs)
        except PlannerError as error:
            moved = error.code in ("changed_outside", "row_changed", "document_changed")
            if not (moved and self.store.changed_outside(patient=True)):
                raise
        self.refresh()
        # `seen` was built on what the user saw; its `before` values refuse rows that others changed.
        # What others added in between only takes ids away.
        return self._commit(renumbered(seen, self.plan), op="do", title=title, command=command, blobs=blobs)

    def begin(self, title: Text, build: Build, *, command: str = "", blobs: Sequence[Blob] = ()) -> Writing:
        """Begin a command that is carried out on another thread (see `Writing`); raises InputError
        `session_busy`.

        Until then everything can be looked at, and nothing else changed. blobs: as `do` has them; a list may
        be filled by `build`.
        """
        self._refuse_busy()
        self.refresh()
        self._writing = Writing(self, "do", self._titled(title), command, build, None, blobs)
        return self._writing

    def _titled(self, title: Text) -> Text:
        """The title of a command; what is changed in a meeting is marked as such in the journal."""
        if not self.meeting:
            return title
        mark = both("meeting_mark")
        return Text(f"{mark.zh}{title.zh}", f"{mark.en}{title.en}")

    def begin_step(self, op: str) -> Writing:
        """The same for `undo` and `redo`; raises InputError as they do."""
        entry_id = self._coming(op)
        entry, store = self.store.entry(entry_id), self.store

        def build(_plan: Plan) -> Changes:
            changes = store.changes_of(entry_id)
            return changes.inverse() if op == "undo" else changes

        self._writing = Writing(self, op, decode_title(entry.title), entry.command, build, entry_id)
        return self._writing

    def rows_of_step(self, op: str) -> int:
        """How many rows `undo` or `redo` would touch: many are better left to another thread."""
        entry_id = self._next[0 if op == "undo" else 1]
        return 0 if entry_id is None or self.busy else self.store.entry(entry_id).rows

    @property
    def busy(self) -> bool:
        """Whether a command is being written on another thread."""
        return self._writing is not None

    def _refuse_busy(self) -> None:
        if self.busy:
            raise InputError("session_busy")

    def undo(self) -> JournalEntry:
        """Take back the last command; raises InputError `nothing_to_undo`, `history_moved`."""
        return self._step("undo")

    def redo(self) -> JournalEntry:
        """Carry out again what was last taken back; raises InputError `nothing_to_redo`, `history_moved`."""
        return self._step("redo")

    def _coming(self, op: str) -> int:
        """What another window did in between was not seen here: it is shown first, and nobody's last step is
        undone."""
        self._refuse_busy()
        which = 0 if op == "undo" else 1
        seen = self._next[which]
        if self.refresh() and self._next[which] != seen:
            raise InputError("history_moved")
        entry_id = self._next[which]
        if entry_id is None:
            raise InputError(f"nothing_to_{op}")
        return entry_id

    def _step(self, op: str) -> JournalEntry:
        entry_id = self._coming(op)
        entry = self.store.entry(entry_id)
        changes = self.store.changes_of(entry_id)
        return self._commit(
            changes.inverse() if op == "undo" else changes,
            op=op,
            title=decode_title(entry.title),
            command=entry.command,
            ref=entry_id,
        )

    def next_undo(self) -> Text | None:
        """Title of what `undo` would take back."""
        return self._title_of(0)

    def next_redo(self) -> Text | None:
        """Title of what `redo` would bring back."""
        return self._title_of(1)

    def _title_of(self, stack: int) -> Text | None:
        if not self.is_open or self.busy:
            return None
        ids = self.store.stacks()[stack]
        if not ids:
            return None
        return decode_title(self.store.entry(ids[-1]).title)

    def name_version(self, name: str) -> JournalEntry:
        """Give the present state a name (会前版); raises InputError `version_unnamed`."""
        if not name.strip():
            raise InputError("version_unnamed")
        self._refuse_busy()
        entry = self.store.name_version(name.strip())
        self._tell(Event(history=True))
        return entry

    def return_to(self, version: JournalEntry) -> JournalEntry | None:
        """Go back to a named version, as one command that can be undone."""
        title = Text(f"回到版本「{version.title}」", f"Return to version “{version.title}”")
        return self.do(
            title, lambda _plan: self.store.changes_since(version.id).inverse(), command="return_to"
        )

    def snapshot(self) -> Snapshot:
        """Return the project as it stands, for a job."""
        return Snapshot(self.plan, self.policy, self.catalogue, self.path)

    def log_export(self, record: ExportRecord, title: Text) -> None:
        """Keep a line of the export log in the journal; no undo takes it back.

        A project that is read-only keeps none: the file that left still says what it is.
        """
        if self.busy:
            self._held.append((record, title))
        elif self.read_only is None:
            key = f"{record.at} {record.what}"
            self._commit(
                Changes(documents=(self.plan.set_document("export_log", key, record.to_document()),)),
                op="export",
                title=title,
                command="export",
            )

    def settle(self) -> None:
        """Keep the lines of the export log that came while a command was being written."""
        while self._held and not self.busy and self.is_open:
            self.log_export(*self._held.pop(0))

    def _commit(
        self, changes: Changes, *, op: str, title: Text, command: str, ref: int | None = None,
        blobs: Sequence[Blob] = (),
    ) -> JournalEntry:
        self._refuse_busy()
        plan = self.plan.apply(changes)  # refuses before the disk is touched
        entry = self.store.commit(
            changes, op=op, title=encode_title(title), command=command, ref=ref, author=self.author,
            blobs=blobs,
        )
        self._adopt(plan, changes)
        return entry

    def _adopt(self, plan: Plan, changes: Changes) -> None:
        self._plan, self._next = plan, _next_of(self.store)
        if "policy" in changes.collections or "project" in changes.collections:
            self._policy = _policy_of(plan)
        gone = self.selection.kind in changes.kinds and (
            self.selection.kind not in plan
            or any(fid not in plan.tables[self.selection.kind] for fid in self.selection.fids)
        )
        if gone:
            self.selection = Selection()
        self._tell(Event(kinds=changes.kinds, collections=changes.collections, history=True, selection=gone))

    def sketch(self) -> dict[str, Any] | None:
        """Return the unfinished drawing that a crash or a closed window left."""
        return self.store.sketch()

    def keep_sketch(self, sketch: dict[str, Any] | None) -> None:
        """Keep an unfinished drawing, or forget it; no command, not in the journal. Read-only projects keep
        none.

        While a command is being written it is left for the next time: the file is not to be waited for.
        """
        if self.read_only is None and not self.busy:
            self.store.keep_sketch(sketch)

    # -- other programs ----------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Read again what another program has changed; returns whether anything had."""
        if self.busy or not self.store.changed_outside():
            return False
        before = self.plan
        self._plan = self.store.acknowledge_outside()
        self._policy, self._next = _policy_of(self._plan), _next_of(self.store)
        self.selection = Selection()
        self._tell(
            Event(
                kinds=frozenset(before.tables) | frozenset(self._plan.tables),
                collections=frozenset(self._plan.documents),
                history=True,
                selection=True,
            )
        )
        return True

    # -- looking -----------------------------------------------------------------------------------

    def history(self, *, limit: int | None = None) -> list[HistoryItem]:
        """The journal, newest first."""
        _, undone = ([], []) if self.busy else self.store.stacks()
        return [
            HistoryItem(entry, decode_title(entry.title), entry.id in undone)
            for entry in self.store.entries(limit=limit)
        ]

    def select(self, kind: str, fids: Iterable[int]) -> None:
        """Select features of a kind; none clears."""
        chosen = frozenset(fids)
        selection = Selection(kind, chosen) if chosen else Selection()
        if selection != self.selection:
            self.selection = selection
            self._tell(Event(selection=True))

    def observe(self, observer: Callable[[Event], None]) -> Callable[[], None]:
        """Call `observer` with every event; returns a function that ends it."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def _tell(self, event: Event) -> None:
        for observer in tuple(self._observers):
            observer(event)


def _next_of(store: Store) -> tuple[int | None, int | None]:
    """Entries that undo and redo would step over now."""
    done, undone = store.stacks()
    return (done[-1] if done else None), (undone[-1] if undone else None)


def _policy_of(plan: Plan) -> Policy:
    """Load the targets and rules that a project goes by: its own, else those that ship."""
    own: Mapping[str, Any] = plan.documents.get("policy", {})
    period = plan.info.get("period")
    return load_policy(own or None, period=period)


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""  # no account name is to be had (a container without one)
