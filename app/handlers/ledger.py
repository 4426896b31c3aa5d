"""The ledger of hardships: bring it to the front, write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.ledger import chosen_items, counts_of, today
from app.dialogs.release import ask_release
from app.exports.result_table import write_result
from app.handlers.base import beside, handles, result_files, write_in_background
from app.messages import text
from layers.planning.ledger import ledger as compute

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("ledger")
def ledger(window: MainWindow, _on: bool) -> None:
    """Show the ledger."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("ledger")  # type: ignore[attr-defined]


@handles("export_ledger")
def export_ledger(window: MainWindow, _on: bool) -> None:
    """Write codes, gachas, dates and states; no household and no problem."""
    _write(
        window,
        text("ledger_suffix"),
        lambda snapshot: chosen_items(snapshot, compute(snapshot.plan, snapshot.policy, on=today())),
    )


@handles("export_guarantees")
def export_guarantees(window: MainWindow, _on: bool) -> None:
    """Write the four guarantees by gacha, or by sumu where those are looked at."""
    shown = window.side.panels["checks"].ledger.view()  # type: ignore[attr-defined]
    level = "sumu" if shown == "sumu" else "gacha"
    _write(window, text("guarantees_suffix"), lambda snapshot: counts_of(snapshot, level, today()))


def _write(window, words, table_of):  # type: ignore[no-untyped-def]
    path = ask_release(
        window,
        "result",
        beside(window, words, ".xlsx"),
        result_files(),
    )
    if path is not None:
        write_in_background(
            window, path, lambda snapshot, out: write_result(snapshot, table_of(snapshot), out) and None
        )
