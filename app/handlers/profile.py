"""A gacha or a sumu on one page: of what is selected, made as a job, shown, saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from app.actions import profile as actions
from app.actions.ledger import today
from app.dialogs.release import ask_release
from app.handlers.base import beside, fault, handles, write_in_background
from app.jobs import Progress
from app.messages import text
from app.origins.profile import profile_ask
from app.panels.number_desk import moved_numbers
from layers.geo.repair import mended
from layers.plan.plan import Plan
from layers.planning.columns import code_text
from layers.planning.grazing_ground import REGIMES
from layers.planning.profile import ROLES, Profile
from layers.planning.units import GACHA, SUMU
from layers.provenance import WITHHELD, Ask

if TYPE_CHECKING:
    from app.window import MainWindow

ENDINGS = {".pdf": "PDF", ".png": "PNG", ".html": "HTML", ".json": "JSON"}


@handles("profile")
def profile(window: MainWindow, _on: bool) -> None:
    """Show the page of the selected unit: a gacha, a sumu, or all gachas of one."""
    chosen = window.session.selection
    code = unit_code(window.session.plan, chosen.kind, chosen.fids)
    if not code:
        window.bus.notice.emit("info", text("profile_choose"), text("profile_choose_why"))
        return
    show_profile(window, code)


def unit_code(plan: Plan, kind: str, fids: frozenset[int]) -> str:
    """Return the code of the unit that a selection means, "" for none: one unit, or the sumu of which all
    gachas are selected."""
    roles = plan.catalogue[kind].roles if kind in plan else ()
    if not fids or not set(roles) & set(ROLES):
        return ""
    table = plan.tables[kind]
    rows = [table.row(fid) for fid in sorted(fids) if fid in table]
    if len(rows) == 1:
        return code_text(rows[0].get(table.kind.key))
    if GACHA not in roles:
        return ""
    above = {code_text(row.get("sumu_code")) for row in rows}
    members = sum(code_text(code) in above for code in table.column("sumu_code"))
    known = {code_text(code) for one in plan.with_role(SUMU) for code in one.column(one.kind.key)}
    return next(iter(above)) if len(above) == 1 and members == len(rows) and above <= known else ""


def units_at(plan: Plan, place: tuple[float, float]) -> list[tuple[str, str]]:
    """Return (name, code) of the gacha and of the sumu at a place (planning metres), the gacha first; on a
    common boundary the smaller code."""
    point, found = shapely.Point(place), []
    for role in ROLES:
        for table in plan.with_role(role):
            inside = np.flatnonzero(shapely.covers(mended(table.geometry), point))
            names, codes = table.column(table.kind.name), table.column(table.kind.key)
            here = sorted((code_text(codes[at]), str(names[at] or codes[at])) for at in inside)
            found += [(name, code) for code, name in here[:1] if code]
    return found


def place_opened(window: MainWindow, place: tuple[float, float]) -> None:
    """Show the page of the gacha at a place that was double-clicked (of the sumu where no gacha is)."""
    units = units_at(window.session.plan, place) if window.session.is_open else []
    if units:
        show_profile(window, units[0][1])


def place_menu(window: MainWindow, place: tuple[float, float], where: QPoint) -> None:
    """Offer the pages of the gacha and the sumu at a place."""
    units = units_at(window.session.plan, place) if window.session.is_open else []
    if not units:
        return
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name, code in units:
        action = menu.addAction(text("profile_title", name=name) + "…")
        action.triggered.connect(lambda _on=False, code=code: show_profile(window, code))
    menu.popup(where)


def show_profile(window: MainWindow, code: str) -> None:
    """Make the page of a unit as a job, and open it."""
    from app.dialogs.profile import SHOWN_DPI, ProfileDialog
    from app.exports.paper import sheet_image
    from app.exports.profile import make_page
    from app.exports.profile_data import profile_data, unit_title

    snapshot = window.session.snapshot()
    year, scheme, ratio = window.bus.year, window.bus.scheme, window.devicePixelRatioF()

    def work(progress: Progress) -> tuple[str, QImage, Profile, dict[str, Any]]:
        found = actions.made(snapshot, code, year=year, scheme=scheme, on=today(), progress=progress)
        data = profile_data(snapshot, found)
        page = make_page(snapshot, found, data, check=lambda: progress(1, 1))
        image = sheet_image(page, dpi=SHOWN_DPI * ratio, check=lambda: progress(1, 1))
        return unit_title(data), image, found, data

    def answer(made: tuple[str, QImage, Profile, dict[str, Any]]) -> None:
        if window.session.is_open and window.session.path == snapshot.path:
            found = made[2]
            dialog = ProfileDialog(window, *made[:2], ratio=ratio, numbers=page_numbers(found, made[3]))
            record = moved_numbers(window.bus)
            dialog.numbers.mark(record.has, record.words)

            def asked(ask: Ask) -> None:
                answer = found if ask.what == "profile" else None
                window.bus.number_asked.emit(ask, answer, snapshot.policy)
                record.looked_at(ask.key)
                dialog.numbers.restyle()

            dialog.numbers.asked.connect(asked)
            dialog.asked.connect(lambda: save_profile(window, code, made[0], year, scheme))
            dialog.show()

    window.jobs.start(
        text("job_profile"), work, answer, topic="profile", fault=lambda error: fault(window, error)
    )


def page_numbers(found: Profile, data: Mapping[str, Any]) -> list[tuple[str, str, Ask]]:
    """Return the figures of a page and, as recorded, what each service lacks; none that is withheld."""
    from app.exports.profile_data import number_words

    statuses, code = data["statuses"], found.unit.code
    figures = (
        ("households", text("from_profile_households"), data["households"]),
        ("area", text("from_profile_area"), None if data["area_ha"] is None else round(data["area_ha"])),
        ("short", text("profile_short"), statuses.get("short", 0)),
        ("unknown", text("profile_unknown"), statuses.get("unknown", 0)),
    )
    numbers = [(words, number_words(value), profile_ask(code, name, found.year, found.scheme))
               for name, words, value in figures if value != WITHHELD]  # fmt: skip
    lacking = [row for row in data["services"] if row["gap"] not in (None, 0, WITHHELD)]
    if not found.scheme:
        numbers += [
            (f"{row['title']} {text('sheet_gap')}", number_words(row["gap"]),
             Ask("gap", row["service"], code, "gap", found.year)) for row in lacking
        ]  # fmt: skip
    return numbers + _more_numbers(found, data)


def _more_numbers(found: Profile, data: Mapping[str, Any]) -> list[tuple[str, str, Ask]]:
    """Minutes, regimes, livestock, works, and what is planned by year, as the page has them."""
    from app.exports.profile_data import number_words

    def named(words: str, value: Any, field: str) -> tuple[str, str, Ask]:
        return words, number_words(value), profile_ask(found.unit.code, field, found.year, found.scheme)

    minutes = text("unit_min")
    numbers = [named(f"{one['title']} {minutes}", one["minutes"], f"reach.{one['to']}")
               for one in data["access"] if one["minutes"] is not None]  # fmt: skip
    grass, herd = data["grassland"], data.get("livestock", {})
    numbers += [
        named(f"{text(f'grazing_{name}')} {text('unit_ha')}", grass[f"{name}_ha"], name) for name in REGIMES
    ]
    numbers += [named(text(f"grazing_{name}"), herd.get(key), name)
                for name, key in (("capacity", "capacity"), ("stock", "stock"), ("load", "load_percent"))
                if key in herd]  # fmt: skip
    numbers.append(named(text("from_profile_works"), len(data["works"]), "works"))
    for one in data["planned"]:
        numbers += [named(f"{one['scheme']} {year}", count, f"planned.{one['service']}.{year}")
                    for year, count in one["by_year"].items() if count != WITHHELD]  # fmt: skip
    return numbers


def save_profile(window: MainWindow, code: str, name: str, year: int | None, scheme: str | None) -> None:
    """Ask where to, and write the page of the plan as it stands now."""
    path = ask_release(
        window, "profile", beside(window, f"{name} {text('profile_print_as')}", ".pdf"), ENDINGS
    )
    if path is not None:
        write_in_background(
            window,
            path,
            lambda snapshot, out: actions.profile(snapshot, code, year=year, scheme=scheme, out=out) and None,
        )
