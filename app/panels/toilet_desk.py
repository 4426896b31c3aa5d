"""The toilet plan on the table: a kept scheme as it is or with changes, or a new draft; solved, kept,
adopted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.actions import schemes as scheme_actions
from app.actions.toilets import keep
from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.panels.models.toilet_draft import CellKey, Outcome, Wish, wish_of, work_out
from app.session import Session
from layers.errors import PlannerError
from layers.planning.results import Gaps
from layers.planning.schemes import Scheme, adopted_scheme, free, read_scheme, scheme_of, schemes
from layers.planning.toilets import SERVICE, Allocation

QUICK_S = 0.05  # what took longer is solved off the interface thread


class ToiletDesk(QObject):
    """What is wished for and what came of it; tells when that changes, knows no widget.

    name: the kept scheme that is worked on, None for a draft. changed: against what is kept. counted: the
    need. allocation: the last good numbers. clash: why the last wish cannot be. fits: whether a kept scheme's
    numbers are those of today's records. refused: the cell and number that cannot be.
    """

    moved = Signal()
    kept = Signal(str, bool)  # name, whether it was adopted

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.jobs, self.bus = session, jobs, bus
        self._asked, self._seconds = 0, 0.0
        self.forget()

    def forget(self) -> None:
        """Another project is open: nothing is on the table."""
        self._asked += 1
        self._put_aside: dict[str | None, Wish] = {}  # changes to schemes that were left without keeping them
        self.loaded = self.changed = False
        self.name: str | None = None
        self.wish, self.fits = Wish(), True
        self.counted: Gaps | None = None
        self.allocation: Allocation | None = None
        self.clash: PlannerError | None = None
        self.refused: tuple[CellKey, int] | None = None

    # -- which scheme ------------------------------------------------------------------------------

    def all(self) -> list[Scheme]:
        """The schemes that the project keeps for toilets."""
        return (
            [one for one in schemes(self.session.plan) if one.service == SERVICE]
            if self.session.is_open
            else []
        )

    @property
    def adopted(self) -> str | None:
        """The scheme that the bureau goes by."""
        return adopted_scheme(self.session.plan, SERVICE) if self.session.is_open else None

    @property
    def own_quotas(self) -> dict[int, int]:
        """The plan's own quotas."""
        return dict(self.session.policy.quota(SERVICE)) if self.session.is_open else {}

    @property
    def has_draft(self) -> bool:
        """Whether there is a draft without a name, on the table or put aside."""
        return self.name is None or None in self._put_aside

    def is_changed(self, name: str) -> bool:
        """Whether a kept scheme has changes that are not kept."""
        return name in self._put_aside or (name == self.name and self.changed)

    def first(self) -> None:
        """Take the scheme that is looked at, else the adopted one, else any, else a new draft."""
        if not self.session.is_open:
            return
        self.loaded = True
        names = [scheme.name for scheme in self.all()]
        wanted = self.bus.scheme if self.bus.scheme in names else self.adopted
        self.load(wanted or next(iter(names), None))
        if self.name is not None and self.bus.scheme is None:
            self.bus.scheme_changed.emit(self.name)  # what is worked on is what is looked at

    def load(self, name: str | None) -> None:
        """Work on a kept scheme (with the changes that were left), or on a draft."""
        self.name, self.clash = name, None
        left = self._put_aside.pop(name, None)
        fresh = wish_of(read_scheme(self.session.plan, name)) if name is not None else Wish(self.own_quotas)
        self.wish, self.changed = left or fresh, left is not None or name is None
        if self.wish.quotas:
            self.solve(self.wish, kept=None if self.changed else name)
        else:
            self.allocation = None
        self.moved.emit()

    def choose(self, name: str | None) -> None:
        """Another scheme is chosen: the whole window looks at it."""
        if name != self.name:
            self._leave()
            self.load(name)
            self.bus.scheme_changed.emit(name)

    def look_at(self, name: str | None) -> None:
        """Another part of the window looks at a scheme."""
        if self.loaded and name not in (None, self.name) and name in {one.name for one in self.all()}:
            self._leave()
            self.load(name)

    def follow(self) -> None:
        """A scheme was kept, changed or deleted, or that was taken back."""
        names = {scheme.name for scheme in self.all()}
        if self.name is not None and self.name not in names:
            self.name, self.changed = None, True  # the numbers stay on the table, not kept
        elif self.name is not None:
            same = wish_of(read_scheme(self.session.plan, self.name)) == self.wish
            if not self.changed and not same:
                self.load(self.name)
                return
            self.changed = not same
        self.moved.emit()

    def _leave(self) -> None:
        """Put changes aside: they are there again when the scheme is chosen again."""
        if self.changed and self.allocation is not None:
            self._put_aside[self.name] = self.wish

    # -- solving -----------------------------------------------------------------------------------

    def solve(
        self,
        wish: Wish,
        *,
        kept: str | None = None,
        cell: CellKey | None = None,
        value: int = 0,
        then: Callable[[], None] | None = None,
    ) -> None:
        """Work out a wish, at once where that is quick; stale answers are dropped, a good one becomes the
        draft.

        kept: show that scheme's own numbers. cell, value: what is refused when it cannot be.
        """
        plan, policy = self.session.plan, self.session.policy
        self._asked += 1
        asked = self._asked
        counted = None if self.moved_on else self.counted
        scheme = read_scheme(plan, kept) if kept is not None else None

        def answer(outcome: Outcome) -> None:
            if asked == self._asked and self.session.is_open:
                self._take(wish, outcome, kept=kept is not None, cell=cell, value=value)
                if then is not None and outcome.allocation is not None:
                    then()

        if counted is not None and self._seconds < QUICK_S:
            answer(work_out(plan, policy, wish, counted=counted, kept=scheme))
            return
        self.jobs.start(
            text("job_toilets"),
            lambda progress: work_out(plan, policy, wish, counted=counted, kept=scheme, progress=progress),
            answer,
            topic="toilets",
            fault=self._fault,
        )

    def _take(self, wish: Wish, outcome: Outcome, *, kept: bool, cell: CellKey | None, value: int) -> None:
        self.counted, self._seconds, self.clash = outcome.counted, outcome.seconds, outcome.fault
        self.refused = (cell, value) if outcome.allocation is None and cell is not None else None
        if outcome.allocation is not None:
            self.allocation, self.wish, self.fits = outcome.allocation, wish, outcome.fits
            if not kept:
                self.changed = not self._is_kept()
        self.moved.emit()

    def _fault(self, error: BaseException) -> None:
        if not isinstance(error, PlannerError):
            raise error
        self.clash = error
        self.moved.emit()

    def _is_kept(self) -> bool:
        if self.name is None or self.allocation is None:
            return False
        scheme = read_scheme(self.session.plan, self.name)
        return (
            wish_of(scheme) == self.wish
            and scheme.cells == scheme_of(self.name, self.allocation, SERVICE).cells
        )

    @property
    def moved_on(self) -> bool:
        """Whether the records that were counted are no longer those of the plan."""
        return (
            self.counted is not None
            and self.session.is_open
            and (not self.counted.provenance.is_current(self.session.plan))
        )

    def lock(self, code: str, year: int, value: int | None) -> None:
        """Lock a cell at a number, or (None) set it free."""
        if value is None:
            self.solve(self.wish.unlocked(code, year))
        else:
            self.solve(self.wish.locked(code, year, value), cell=(code, year), value=value)

    def toggle_lock(self, code: str, year: int) -> None:
        """Lock a cell at the number it has, or set it free."""
        if self.allocation is not None:
            locked = (code, year) in self.wish.locks
            self.lock(code, year, None if locked else self.allocation.by_gacha()[code][year])

    def unlock_all(self) -> None:
        """Set every cell free."""
        self.solve(replace(self.wish, locks={}))

    def set_quota(self, year: int, value: int | None) -> None:
        """Wish for another quota; None is the plan's own."""
        self.solve(self.wish.with_quota(year, self.own_quotas.get(year, 0) if value is None else value))

    def restore_quotas(self) -> None:
        """Wish for the plan's own quotas."""
        self.solve(replace(self.wish, quotas=self.own_quotas))

    # -- commands ----------------------------------------------------------------------------------

    def make_new(self, name: str) -> None:
        """Give out the plan's own quotas and keep the result; raises InputError as `free`."""
        name = free(self.session.plan, name)
        self._leave()
        self.name, self.changed = None, True
        self.solve(Wish(self.own_quotas), then=lambda: self.keep_as(name))

    def copy_to(self, name: str) -> None:
        """Copy the scheme and work on the copy; raises InputError as `schemes.copy`."""
        assert self.name is not None
        scheme_actions.copy(self.session, self.name, name)
        self._leave()
        self.load(name.strip())
        self.bus.scheme_changed.emit(self.name)

    def rename_to(self, name: str) -> None:
        """Give the scheme another name; raises InputError as `schemes.rename`."""
        assert self.name is not None
        before, self.name = self.name, name.strip()
        try:
            scheme_actions.rename(self.session, before, name)
        except PlannerError:
            self.name = before
            raise
        self.bus.scheme_changed.emit(self.name)

    def delete(self) -> None:
        """Take the scheme away; raises PlannerError."""
        if self.name is not None:
            self._put_aside.pop(self.name, None)
            scheme_actions.delete(self.session, self.name)  # `follow` keeps its numbers as a draft
            self.first()

    def keep_as(self, name: str, *, adopt: bool = False) -> None:
        """Keep the numbers under a name (and adopt them), one command; raises PlannerError."""
        if self.allocation is None:
            return
        if self.name is None:
            name = free(self.session.plan, name)
        before = self.name, self.changed
        self.name, self.changed = name, False
        try:
            keep(self.session, name, self.allocation, adopt=adopt)
        except PlannerError:
            self.name, self.changed = before
            raise
        self._put_aside.pop(None, None)
        self.fits = True
        self._is_done(name, adopt)

    def adopt(self, name: str) -> None:
        """Go by a scheme: as it is kept, or kept first where it has changes; one command. Raises
        PlannerError."""
        if self.changed or self.name is None:
            self.keep_as(name, adopt=True)
        else:
            scheme_actions.adopt(self.session, name)
            self._is_done(name, True)

    def _is_done(self, name: str, adopted: bool) -> None:
        self.kept.emit(name, adopted)
        self.bus.scheme_changed.emit(name)
        self.moved.emit()
