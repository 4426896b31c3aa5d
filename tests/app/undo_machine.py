"""Random commands of every sort with undo, redo and restarts anywhere: `python -m tests.app.undo_machine
10000`.

The model is simple: a list of states, one after each command. Undo must lead back to the state before, redo
to the state after, a restart to the same state; states are compared by the digests of every table and all
documents.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely

from app import layer_order
from app.actions import drawing, figures, importing, quotas, rules, scenes, schemes, styles, toilets
from app.actions.editing import edit
from app.session import Session
from layers.catalogue.style import Style, Symbol
from layers.errors import PlannerError
from layers.plan.scenes import SavedScene
from layers.plan.scenes import scenes as saved
from layers.planning.toilets import allocate
from tests.layers.maps.small_plan import at, small_plan

AREA, LINE, POINT = "proposed_area", "proposed_line", "proposed_point"
GACHA = "900000100001"
NAMES = ("甲", "乙", "丙")
LAYERS = ("gacha", "sumu", AREA)
LOOKS = (Style(Symbol(fill="work"), order=80), Style(Symbol(fill="sand"), order=80))
UNDO, REDO, RESTART, RETURN = 0.22, 0.36, 0.38, 0.39
"""Shares of a step's draw; the rest are commands."""


def state_of(session: Session) -> tuple[Any, ...]:
    """What must be equal: layers, digests of their rows, documents."""
    plan = session.plan
    documents = {name: dict(values) for name, values in plan.documents.items() if values}
    return sorted(plan.digests().items()), documents


class Machine:
    """A project under random commands."""

    def __init__(self, path: Path, seed: int, *, imports: bool = False) -> None:
        self.path, self.random, self.imports = path, random.Random(seed), imports
        self.session = Session(author="machine")
        rows = [{"code": "A1", "geom": shapely.box(*at(0.2, 0.2), *at(0.5, 0.5))}]
        homes = [{"code": f"H{n}", "gacha_code": GACHA, "geom": shapely.Point(at(0.3 + n / 50, 0.3))}
                 for n in range(6)]  # fmt: skip
        toilets = [{"code": f"T{n}", "household_code": f"H{n}", "gacha_code": GACHA, "state": "unimproved",
                    "geom": shapely.Point(at(0.3 + n / 50, 0.3))} for n in range(6)]  # fmt: skip
        self.session.create(path, small_plan(proposed_area=rows, household=homes, toilet=toilets))
        self.before: list[Any] = []  # states that undo leads to, the last is next
        self.after: list[Any] = []
        self.versions: list[tuple[Any, Any]] = []
        self.done = dict.fromkeys(("command", "refused", "undo", "redo", "restart", "return"), 0)

    def step(self) -> None:
        """One random step, checked."""
        draw = self.random.random()
        if draw < UNDO and self.before:
            self._back_or_forth("undo", self.before, self.after)
        elif UNDO <= draw < REDO and self.after:
            self._back_or_forth("redo", self.after, self.before)
        elif REDO <= draw < RESTART:
            self.restart()
        elif RESTART <= draw < RETURN:
            self._return()
        else:
            imports = self.imports and self.random.random() < IMPORT
            self._command(_import if imports else self.random.choice(COMMANDS))

    def _back_or_forth(self, how: str, come_from: list[Any], go_to: list[Any]) -> None:
        go_to.append(state_of(self.session))
        getattr(self.session, how)()
        expected = come_from.pop()
        assert state_of(self.session) == expected, how
        self.done[how] += 1

    def restart(self) -> None:
        """Close and open: the same state, and the same steps to take back."""
        was = state_of(self.session)
        self.session.close()
        self.session = Session(author="machine")
        self.session.open(self.path)
        assert state_of(self.session) == was
        done, undone = self.session.store.stacks()
        assert (len(done), len(undone)) == (len(self.before), len(self.after))
        self.done["restart"] += 1

    def _return(self) -> None:
        """Name a version, or go back to one."""
        if not self.versions or self.random.random() < 0.3:
            self.versions.append((self.session.name_version("v"), state_of(self.session)))
            return
        version, state = self.random.choice(self.versions)
        was = state_of(self.session)
        if self.session.return_to(version) is not None:
            self.before.append(was)
            self.after.clear()
        assert state_of(self.session) == state
        self.done["return"] += 1

    def _command(self, command: Callable[[Machine], Any]) -> None:
        was = state_of(self.session)
        entries = len(self.session.store.stacks()[0])
        try:
            command(self)
        except PlannerError:
            assert state_of(self.session) == was, "a refusal changes nothing"
            self.done["refused"] += 1
            return
        if len(self.session.store.stacks()[0]) > entries:
            self.before.append(was)
            self.after.clear()
        self.done["command"] += 1

    # -- what a command may need -------------------------------------------------------------------

    def place(self) -> tuple[float, float]:
        """A random place of the banner."""
        return at(self.random.uniform(0, 2), self.random.uniform(0, 2))

    def box(self) -> shapely.Polygon:
        """A random box."""
        x, y = self.place()
        return shapely.box(x, y, x + self.random.uniform(100, 9_000), y + self.random.uniform(100, 9_000))

    def line(self) -> shapely.LineString:
        """A random line."""
        return shapely.LineString([self.place() for _ in range(self.random.randint(2, 4))])

    def some(self, kind: str, most: int = 3) -> list[int]:
        """Some row ids of a layer that is there."""
        fids = [int(fid) for fid in self.session.plan.table(kind).fids]
        return self.random.sample(fids, min(len(fids), self.random.randint(1, most)))


def _allocate(machine: Machine) -> None:
    session, random = machine.session, machine.random
    made = allocate(
        session.plan, session.policy, quotas={2024: random.randint(0, 3), 2025: random.randint(0, 3)}
    )
    toilets.keep(session, random.choice(NAMES), made, adopt=random.random() < 0.5)


def _scene(machine: Machine) -> None:
    session = machine.session
    kept = scenes.list_scenes(session).data
    if kept and machine.random.random() < 0.4:
        scenes.remove(session, machine.random.choice(saved(session.plan)))
        return
    west, south = machine.place()
    scenes.save(session, SavedScene("", "场景", (west, south, west + 900, south + 900)))


def _import(machine: Machine) -> None:
    """A file of places, read in the child process as any foreign file."""
    lon, lat = machine.session.plan.crs.to_lonlat([machine.place()])[0]
    file = machine.path.with_suffix(".csv")
    file.write_text(f"编号,名称,经度,纬度\nW{machine.random.randint(1, 99)},井,{lon:.6f},{lat:.6f}\n", "utf-8")
    importing.import_file(machine.session, file, **{"as": "stock_well", "crs": "4490"})


def _figure(machine: Machine) -> None:
    targets = [one.id for one in machine.session.policy.targets if one.kind == "figure"]
    figures.enter(machine.session, machine.random.choice(targets), 2024,
                  machine.random.choice(["-", "1", "2"]),
                  date="2024-06-01", source="台账")  # fmt: skip


def _first(machine: Machine, kind: str) -> int:
    return (machine.some(kind, 1) or [0])[0]


COMMANDS: tuple[Callable[[Machine], Any], ...] = (
    lambda m: drawing.add(m.session, AREA, [m.box()]),
    lambda m: drawing.add(m.session, LINE, [m.line()]),
    lambda m: drawing.add(m.session, POINT, [shapely.Point(m.place()), shapely.Point(m.place())]),
    lambda m: drawing.split(m.session, AREA, m.some(AREA, 6), m.line()),
    lambda m: drawing.split(m.session, LINE, m.some(LINE, 6), m.line()),
    lambda m: drawing.merge(m.session, AREA, m.some(AREA)),
    lambda m: drawing.cut(m.session, AREA, m.some(AREA), m.box()),
    lambda m: drawing.hole(m.session, AREA, m.some(AREA), m.box()),
    lambda m: drawing.part(m.session, AREA, _first(m, AREA), m.box()),
    lambda m: drawing.move(m.session, AREA, m.some(AREA), m.random.uniform(-500, 500), 10.0),
    lambda m: drawing.simplify(m.session, AREA, m.some(AREA), m.random.uniform(1, 500)),
    lambda m: drawing.delete(m.session, m.random.choice([AREA, LINE, POINT]), m.some(AREA)),
    lambda m: drawing.reshape(m.session, AREA, _first(m, AREA), shapely.MultiPolygon([m.box()])),
    lambda m: edit(m.session, AREA, _first(m, AREA), {"budget": m.random.choice([None, 1.0, 2.5])}),
    lambda m: edit(
        m.session, AREA, _first(m, AREA), {"status": m.random.choice(["idea", "reserve", "done"])}
    ),
    lambda m: styles.set_style(m.session, AREA, m.random.choice([None, *LOOKS])),
    lambda m: layer_order.set_opacity(m.session, m.random.choice(LAYERS), m.random.choice([0.3, 1.0])),
    lambda m: layer_order.move(m.session, *m.random.sample(LAYERS, 2), above=m.random.random() < 0.5),
    lambda m: rules.change_rule(m.session, "reserve_land_share", m.random.choice("3456"), source="通知"),
    lambda m: quotas.enter_limit(m.session, "grassland", m.random.choice([2024, 2025]),
                                 m.random.randint(1, 9),
                                 source="林草1号", date="2024-01-05"),
    lambda m: schemes.adopt(m.session, m.random.choice(NAMES)),
    lambda m: schemes.rename(m.session, m.random.choice(NAMES), m.random.choice(NAMES)),
    lambda m: schemes.copy(m.session, m.random.choice(NAMES), m.random.choice(NAMES)),
    lambda m: schemes.delete(m.session, m.random.choice(NAMES)),
    _allocate,
    _scene,
    _figure,
)  # fmt: skip
IMPORT = 0.01
"""Share of imports among commands where they are asked for: each takes a process of its own."""


def run(path: Path, steps: int, seed: int = 7, *, imports: bool = False) -> dict[str, int]:
    """Take `steps` random steps, then everything back and forth again; returns how many of each there
    were. imports: files are imported, too."""
    machine = Machine(path, seed, imports=imports)
    try:
        for _ in range(steps):
            machine.step()
        last = state_of(machine.session)
        back = 0
        while machine.before:
            machine._back_or_forth("undo", machine.before, machine.after)
            back += 1
        machine.restart()
        for _ in range(back):
            machine._back_or_forth("redo", machine.after, machine.before)
        assert state_of(machine.session) == last
        assert machine.session.store.verify() == []
        return machine.done
    finally:
        machine.session.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        steps = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
        print(run(Path(folder) / "machine.gpkg", steps, imports=True))
