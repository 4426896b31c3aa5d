"""Where a number is from, and the rules: computed as a job, shown beside the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.handlers.base import fault, handles
from app.messages import text
from app.origins import trace_number
from layers.planning.results import Gaps
from layers.planning.tally import COUNTED
from layers.planning.trace import Trace, trace_gap, trace_target
from layers.policy.bundle import Policy
from layers.provenance import Ask

if TYPE_CHECKING:
    from app.window import MainWindow


def trace_asked(window: MainWindow, what: str, identity: str, code: str) -> None:
    """Show where a number is from. what: `target` (identity: its id), `gap` (a service and a unit's or sumu's
    code, "" for all), or `map`: show at once what makes a target's number."""
    if not window.session.is_open:
        return
    plan, policy, year = window.session.plan, window.session.policy, window.bus.year
    asked = Ask("gap" if what == "gap" else "target", identity, code, year=year)

    def work(_progress: object) -> Trace:
        if what == "gap":
            return trace_gap(plan, policy, identity, code, year=year)
        return trace_target(plan, policy, identity, year=year)

    def answer(found: Trace) -> None:
        if not window.session.is_open:
            return
        if what == "map":
            _show_most(window, found)
        else:
            show_card(window, found, asked)

    window.jobs.start(
        text("trace_title"), work, answer, topic="trace", fault=lambda error: fault(window, error)
    )


def number_asked(window: MainWindow, ask: Ask, answer: Any, policy: Policy | None) -> None:
    """Show where a number of a panel is from. answer, policy: those that the panel shows."""
    if not window.session.is_open:
        return
    plan, rules = window.session.plan, policy or window.session.policy

    from app.actions.register import past_lines, past_of

    session = window.session

    def work(_progress: object) -> tuple[Trace, list[str]]:
        return trace_number(plan, rules, ask, answer), past_lines(past_of(session, ask))

    def told(found: tuple[Trace, list[str]]) -> None:
        if session.is_open:
            show_card(window, found[0], ask, found[1])

    window.jobs.start(
        text("trace_title"), work, told, topic="trace", fault=lambda error: fault(window, error)
    )


def _show_most(window: MainWindow, found: Trace) -> None:
    """Select the counted features on the map: of the layer that has most of them."""
    drawn = {
        kind: fids for kind, fids in found.fids(COUNTED).items() if window.session.catalogue[kind].geometry
    }
    if not drawn:
        window.bus.notice.emit("info", text("trace_nothing_drawn"), text("trace_nothing_drawn_why"))
        return
    kind = max(drawn, key=lambda name: len(drawn[name]))
    _select(window, kind, frozenset(drawn[kind]), table=False)


def show_card(
    window: MainWindow, found: Trace, ask: Ask | None = None, past: Sequence[str] = ()
) -> None:
    """Open the card of a trace; it stays open while one looks at the map. ask: what names the number; past:
    what became of it, in lines."""
    from app.dialogs.trace import TraceDialog

    scheme = [text("trace_scheme")] if window.bus.scheme is not None else []
    note = "\n".join((*scheme, *past))
    dated = window.session.store.changed_on()
    dialog = TraceDialog(window, window.session.plan, found, note=note, dated=dated, ask=ask)
    dialog.shown.connect(lambda kind, fids: _select(window, kind, fids, table=False))
    dialog.tabled.connect(lambda kind, fids: _select(window, kind, fids, table=True))
    dialog.show()


def _select(window: MainWindow, kind: str, fids: frozenset[int], *, table: bool) -> None:
    plan = window.session.plan
    if kind not in plan:
        return
    there = [fid for fid in fids if fid in plan.tables[kind]]
    window.session.select(kind, there)
    if table:
        window.bus.show_layer_table.emit(kind)
        window.drawer.table.tools.only_selected.setChecked(True)
    elif there:
        window.bus.zoom_to_features.emit(kind, frozenset(there))


@handles("rules")
def rules(window: MainWindow, _on: bool) -> None:
    """Look at the rules and change them."""
    from app.dialogs.rules import RulesDialog

    dialog = RulesDialog(window, window.session)
    dialog.exec()
    dialog.deleteLater()


@handles("gap_matrix")
def gap_matrix(window: MainWindow, _on: bool) -> None:
    """Show gachas × services of the year and scheme that are looked at."""
    from layers.planning.schemes import gaps_at, read_scheme

    plan, policy = window.session.plan, window.session.policy
    year, scheme = window.bus.year, window.bus.scheme

    def work(progress: object) -> Gaps:
        kept = read_scheme(plan, scheme) if scheme is not None else None
        return gaps_at(plan, policy, year=year, scheme=kept, progress=progress)  # type: ignore[arg-type]

    def answer(found: Gaps) -> None:
        if window.session.is_open:
            _show_matrix(window, found)

    window.jobs.start(
        text("job_gaps"), work, answer, topic="matrix", fault=lambda error: fault(window, error)
    )


def _show_matrix(window: MainWindow, found: Gaps) -> None:
    from app.dialogs.matrix import MatrixDialog

    year = found.provenance.year
    said = text("year_now") if year is None else text("year_end", year=year)
    dialog = MatrixDialog(window, window.session.catalogue, found, said=said)
    dialog.traced.connect(lambda service, code: trace_asked(window, "gap", service, code))
    table = window.side.panels["gaps"].table  # type: ignore[attr-defined]
    dialog.chosen.connect(lambda code: table.choose([code]))
    dialog.paged.connect(lambda: window.run_command("profile", False))
    dialog.show()
