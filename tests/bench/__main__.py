"""`python -m tests.bench [--quick] [--json FILE]`: every measure, as a table."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.painting import ZOOMS
from tests.bench.run import Failed, fresh, medians
from tests.bench.table import Line, machine, ratio, shown, text
from tests.samples import sample_project

EDIT = ("household", "members", [2, 3])
BARE_READ = "for the bare read of pyogrio"
FRAME_GOALS = {1: "≤ 250 ms warm, ≤ 2 s first", 4: "≤ 100 ms", 16: "≤ 20 ms", 64: ""}
Answer = dict[str, Any]


class Bench:
    """Runs measures and collects lines; a measure that fails is a line too."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.raw: dict[str, Answer] = {}

    def ask(self, measure: str, *arguments: object, runs: int = 1) -> Answer:
        """Return the median of some runs of a measure; empty where it fails."""
        key = f"{measure} {json.dumps(arguments, default=str)}"
        if key not in self.raw:
            print(f"... {measure} {' '.join(map(str, arguments[1:]))}", file=sys.stderr, flush=True)
            try:
                self.raw[key] = medians([fresh(measure, *arguments) for _ in range(runs)])
            except Failed as fault:
                print(fault, file=sys.stderr)
                self.raw[key] = {}
        return self.raw[key]

    def add(self, group: str, name: str, answer: Answer, key: str, unit: str = "ms", goal: str = "",
            beside: str = "") -> None:
        """Add one number of an answer as a line."""
        self.lines.append(Line(group, name, answer.get(key), unit, goal, beside))

    # -- measures ------------------------------------------------------------------------------------

    def starting(self, project: Path) -> None:
        """The program's own window, on the sample."""
        group = "Start (sample), from the process' start, new process each time"
        got = self.ask("window:start_up", project, runs=3)
        self.add(group, "window shown", got, "window_ms", goal="≤ 300 ms")
        self.add(group, "map of the sample painted", got, "map_ms", goal="≤ 700 ms",
                 beside=f"{shown(got.get('cpu_ms'), 'ms')} of processor time")
        self.add(group, "memory", got, "peak_mb", "MB")

    def opening(self, name: str, project: Path, goal: bool) -> None:
        """Opening and the first map."""
        group = f"Open to first map ({name}), from the process' start"
        for what, words in (("opened", "layers on at first"), ("layers", "all layers on"),
                            ("features", "every feature of every layer")):
            got = self.ask("window:first_map", project, what, runs=3 if what == "opened" else 1)
            limits = ("≤ 5 s", "≤ 1,500 MB") if goal else ("", "")
            self.add(group, words, got, "map_ms", goal=limits[0],
                     beside=f"{shown(got.get('cpu_ms'), 'ms')} of processor time")
            self.add(group, "  memory", got, "peak_mb", "MB", goal=limits[1])
        got = self.ask("reading:opened", project)
        self.add(group, "opening alone (no layer read)", got, "open_ms")
        got, plain = self.ask("reading:geometries", project), self.ask("reading:pyogrio", project)
        self.add(group, "geometries of all layers", got, "all_ms",
                 beside=ratio(got.get("all_ms"), plain.get("all_ms"), "with pyogrio and geopandas"))

    def frames(self, name: str, project: Path, what: str, words: str, goals: dict[int, str]) -> None:
        """Frames at four zooms."""
        got = self.ask("painting:frames", project, what)
        group = f"Frame 1600 x 900 ({name}, {words}): warm, moved by 54 px"
        for zoom in ZOOMS:
            label = "whole" if zoom == 1 else f"1/{zoom} each way"
            first, warm = got.get(f"first_{zoom}"), got.get(f"warm_{zoom}")
            beside = f"first {shown(first, 'ms')}, processor {shown(got.get(f'cpu_{zoom}'), 'ms')}"
            self.lines.append(Line(group, label, warm, "ms", goals.get(zoom, ""), beside))
        self.add(group, "memory", got, "peak_mb", "MB")

    def beside_qgis(self, name: str, project: Path, what: str) -> None:
        """The same frames by QGIS, where it is installed."""
        group = f"Frame beside QGIS ({name}, {what}): warm, moved by 54 px"
        got, theirs = self.ask("painting:frames", project, what), self.ask("painting:qgis", project, what)
        if "version" not in theirs:
            self.lines.append(Line(group, "no QGIS on this machine", 0.0, "ms", beside="not measured"))
            return
        for zoom in ZOOMS:
            ours, other = got.get(f"warm_{zoom}"), theirs.get(f"warm_{zoom}")
            label = "whole" if zoom == 1 else f"1/{zoom} each way"
            first = (
                f"first {shown(got.get(f'first_{zoom}'), 'ms')} / {shown(theirs.get(f'first_{zoom}'), 'ms')}"
            )
            self.lines.append(Line(group, label, ours, "ms", beside=ratio(
                ours, other, f"for QGIS {theirs['version']} ({shown(other, 'ms')}; {first})")))

    def naively(self, name: str, project: Path, what: str, zoom: int) -> None:
        """The same against a plain loop."""
        got = self.ask("painting:naive", project, what, zoom)
        group = "Against a plain QPainter loop over shapely (fill and outline only)"
        self.add(group, f"{name}, {what}, 1/{zoom}", got, "ours_ms",
                 beside=ratio(got.get("ours_ms"), got.get("naive_ms"), "for the plain loop"))

    def listening(self, name: str, project: Path, what: str) -> None:
        """Panning and heartbeat."""
        got = self.ask("window:panning", project, "opened", runs=1)
        group = f"Interface ({name})"
        self.add(group, "one step of a pan, median", got, "step_ms", goal="≤ 2 ms",
                 beside=f"p99 {shown(got.get('p99_ms'), 'ms')}, sharp in {shown(got.get('sharp_ms'), 'ms')}")
        got = self.ask("window:heartbeat", project, what, runs=3)
        parts = {"idle": "idle", "first": "first frame", "again": "eight frames, four zooms"}
        for part, words in parts.items():
            p50, longest, own = (shown(got.get(f"{part}_{key}"), "ms") for key in ("p50", "max", "own_p99"))
            self.add(group, f"10 ms heartbeat p99, {words}", got, f"{part}_p99",
                     goal="" if part == "idle" else "≤ 50 ms",
                     beside=f"p50 {p50}, max {longest}, own p99 {own}")

    def editing(self, name: str, project: Path) -> None:
        """Edits and undo."""
        got = self.ask("editing:edits", project, *EDIT, runs=1)
        group = f"One edit ({name}, {got.get('rows', 0):,} rows in the layer), on the disk"
        self.add(group, "median", got, "median_ms", goal="≤ 30 ms",
                 beside=ratio(got.get("plain_ms"), got.get("median_ms"),
                              f"a plain sqlite3 commit ({shown(got.get('plain_ms'), 'ms')})"))
        self.add(group, "p99 of 60", got, "p99_ms")
        self.add(group, "the first after opening", got, "first_ms")
        self.add(group, "undo, median of 20", got, "undo_ms")
        self.add(group, "growth of the file an edit", got, "bytes", "B")

    def importing(self, project: Path, count: int) -> None:
        """A clean Shapefile, whole."""
        got = self.ask("importing:whole", project, count, runs=1)
        group = f"Import of a clean Shapefile, {count:,} faces (sample)"
        for kind, words in (("ms", "the clock"), ("cpu_ms", "processor time, the child's too")):
            beside = ratio(got.get(f"whole_{kind}"), got.get(f"pyogrio_{kind}"), BARE_READ)
            self.add(group, f"all: look and import, {words}", got, f"whole_{kind}",
                     goal="< 3 × pyogrio", beside=beside)
        for key, words in (
            ("read", "read in the child"),
            ("look", "guesses and checks"),
            ("changes", "changes"),
            ("commit", "on the disk, with its history"),
            ("undo", "undo"),
            ("redo", "redo"),
        ):
            spent = shown(got.get(f"{key}_cpu_ms"), "ms")
            self.add(group, f"  {words}", got, f"{key}_ms", beside=f"{spent} of processor time")
        got = self.ask("importing:updated", project, count, runs=1)
        group = f"The same layer brought up to date by key, {got.get('changed', 0):,.0f} rows changed"
        for key, words in (("look", "read, look and compare"), ("commit", "on the disk"), ("undo", "undo")):
            spent = shown(got.get(f"{key}_cpu_ms"), "ms")
            self.add(group, f"  {words}", got, f"{key}_ms", beside=f"{spent} of processor time")
        got = self.ask("importing:areas", 400, 500, runs=1)
        group = f"Two versions of {got.get('shapes', 0):,.0f} zones compared by area"
        spent, silence = shown(got.get("areas_cpu_ms"), "ms"), shown(got.get("silence_ms"), "ms")
        self.add(group, "areas before, after, gained, lost by class", got, "areas_ms",
                 beside=f"{spent} of processor time; reports at most {silence} apart")
        got = self.ask("importing:floors", count, runs=1)
        group = "The same, its parts done bare (processor time)"
        for key, words in (
            ("pyogrio", "pyogrio, read"),
            ("gdal", "pyogrio, read and write as GeoPackage: no check, no history"),
            ("child", "a child that loads numpy and shapely"),
            ("valid", "validity of the shapes"),
            ("hash", "BLAKE2b of each shape"),
            ("table", "apsw: rows into a table"),
            ("index", "apsw: rows into a table and an R-tree"),
        ):
            beside = ratio(got.get(f"{key}_cpu_ms"), got.get("pyogrio_cpu_ms"), BARE_READ)
            self.add(group, f"  {words}", got, f"{key}_cpu_ms", beside=beside)

    def counting(self, name: str, project: Path) -> None:
        """Gaps."""
        got = self.ask("reading:gaps", project)
        group = f"Gaps of every service ({name}, {got.get('rows', 0):,} rows)"
        self.add(group, "first", got, "first_ms")
        times = ratio(got.get("again_ms"), got.get("first_ms"), "for the first")
        self.add(group, "again", got, "again_ms", beside=times)

    def allocating(self, name: str, gachas: int, quotas: list[int], locks: int) -> None:
        """Toilets to gachas."""
        got = self.ask("planning:allocation", gachas, quotas, locks)
        group = f"Toilets by year ({name}: {gachas:,} gachas, {sum(quotas):,} toilets in {len(quotas)} years)"
        self.add(group, "sequence (nothing locked)", got, "sequence_ms")
        same = "the same numbers" if got.get("same") else "OTHER NUMBERS"
        self.add(group, "flow (nothing locked)", got, "flow_ms", beside=same)
        self.add(group, f"flow, {locks:,} cells locked", got, "locked_ms")

    def reaching(self) -> None:
        """Nearest clinic of 11,000 gachas, over roads alone and over roads and ground."""
        for surface, over in ((False, "roads alone"), (True, "roads and ground")):
            self._reaching(surface, over)
        got = self.ask("access:region_faults", runs=1)
        self.add(f"Register of road faults of a region ({got.get('faults', 0):,.0f} faults)", "all", got,
                 "faults_ms", goal="15 s",
                 beside=f"{shown(got.get('faults_cpu_ms'), 'ms')} of processor time; longest time without "
                        f"a word {shown(got.get('silence_ms'), 'ms')}")

    def _reaching(self, surface: bool, over: str) -> None:
        got = self.ask("access:nearest_clinic", surface, runs=1)
        group = (f"Nearest of 500 clinics for 11,000 seats, {over}"
                 f" ({got.get('nodes', 0):,.0f} nodes, {got.get('edges', 0):,.0f} edges)")
        self.add(group, "graph built", got, "graph_ms",
                 beside=f"{shown(got.get('graph_cpu_ms'), 'ms')} of processor time")
        self.add(group, "first question, graph and all", got, "first_ms")
        absent = "" if surface else "networkx is not installed"
        beside = absent if "networkx_query_ms" not in got else (
            f"networkx: graph {shown(got['networkx_build_ms'], 'ms')}, search alone "
            f"{shown(got['networkx_query_ms'], 'ms')}, largest difference {got['misfit']:.1e} min")
        beside += f"; {shown(got.get('again_cpu_ms'), 'ms')} of processor time"
        self.add(group, "next question (snap, search, rows)", got, "again_ms", beside=beside)

    def overlaying(self) -> None:
        """Areas of zones by gacha."""
        got = self.ask("overlay:zone_areas", runs=1)
        group = f"Zone areas of 11,000 gachas × 200,000 zones ({got.get('pieces', 0):,.0f} pieces)"
        self.add(group, "pair by pair, ellipsoidal", got, "overlay_ms", goal="about 6 s",
                 beside=ratio(got.get("geopandas_ms"), got.get("overlay_ms"),
                              f"geopandas.overlay ({shown(got.get('geopandas_ms'), 'ms')}, plane areas)"))
        self.add(group, "20,000 areas, quick", got, "quick_ms",
                 beside=f"corner by corner {shown(got.get('exact_ms'), 'ms')}, "
                        f"largest difference {got.get('area_misfit', 0):.1e}")

    def judging(self, proposals: int, zones: int) -> None:
        """Verdicts on proposals."""
        got = self.ask("verdicts:verdicts", proposals, zones)
        group = (
            f"Verdicts on {proposals:,} proposals in {zones:,} zones ({got.get('pairs', 0):,.0f} verdicts)"
        )
        self.add(
            group,
            "all: articles, accuracy, chainage",
            got,
            "ours_ms",
            beside=ratio(
                got.get("ours_ms"),
                got.get("overlay_ms"),
                f"for geopandas.overlay ({shown(got.get('overlay_ms'), 'ms')}, plane areas only)",
            ),
        )
        self.add(group, "one road, as it is drawn", got, "single_ms", goal="≤ 50 ms")

    def planning(self, project: Path) -> None:
        """The engines that make schemes."""
        got = self.ask("schemes:banner", project)
        group = "The banner's full plan (sample)"
        self.add(group, "toilets to gachas and households", got, "toilets_ms")
        self.add(group, "roads: connections, dead ends, years", got, "roads_ms")
        self.add(group, "sites: matrix and maximum coverage", got, "sites_ms")
        got = self.ask("schemes:median", 2_000, 500, [5, 20, 50])
        for number in (5, 20, 50):
            self.add("p-median, 2,000 clients and 500 sites", f"p = {number}", got, f"ms_{number}",
                     goal="with the bound shown", beside=f"proven within {got.get(f'gap_{number}', 0):.3%}")

    def writing(self, project: Path) -> None:
        """What leaves the house."""
        got = self.ask("planning:exports", project)
        for name, words in (("png", "picture"), ("pdf", "A3 sheet, PDF"), ("svg", "A3 sheet, SVG"),
                            ("html", "web map")):
            self.add("Exports (sample, toilets under a scheme), the first of each", words, got, f"{name}_ms",
                     beside=shown(got.get(f"{name}_kb"), "kB"))
        got = self.ask("atlas:gachas", project)
        group = f"Atlas of gachas (sample, {got.get('pages', 0):,.0f} pages of A3)"
        self.add(group, "index, pages, bookmarks", got, "s", "s",
                 beside=f"{shown(got.get('cpu_s'), 's')} of processor time, {shown(got.get('mb'), 'MB')}")
        self.add(group, "memory", got, "peak_mb", "MB")

    def packing(self, project: Path, number: int) -> None:
        """A meeting's material, and its check."""
        got = self.ask("packing:pack", project, number)
        facts = f"{got.get('files', 0):,.0f} files, {got.get('mb', 0):.0f} MB"
        group = f"Pack of {number} scenes (sample, {facts})"
        self.add(group, "packed", got, "pack_ms",
                 beside=f"{shown(got.get('pack_cpu_ms'), 'ms')} of processor time")
        beside = (f"{got.get('numbers', 0):,.0f} numbers compared, {got.get('findings', 0):.0f} differ; "
                  f"{shown(got.get('verify_cpu_ms'), 'ms')} of processor time")
        self.add(group, "verified against the project", got, "verify_ms", beside=beside)


def main() -> None:
    """Measure, print the table, and write the numbers where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the sample only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every number to a file too")
    asked = parser.parse_args()
    bench, begin = Bench(), time.monotonic()
    sample = sample_project()
    steps: list[Callable[[], object]] = [
        lambda: bench.starting(sample),
        lambda: bench.frames("sample", sample, "opened", "as opened", {1: "≤ 30 ms"}),
        lambda: bench.frames("sample", sample, "layers", "all layers", {}),
        lambda: bench.beside_qgis("sample", sample, "opened"),
        lambda: bench.beside_qgis("sample", sample, "layers"),
        lambda: bench.editing("sample", sample), lambda: bench.counting("sample", sample),
        lambda: bench.allocating("banner", 44, [946, 642, 642, 963], 20), lambda: bench.planning(sample),
        lambda: bench.writing(sample), lambda: bench.packing(sample, 10)]
    if not asked.quick:
        from tests.bench.region import region_project

        region, facts = region_project()
        rows = ", ".join(f"{kind} {count:,} ({vertices:,} vertices)" for kind, (count, vertices)
                         in facts["layers"].items())
        print(f"Region: {facts['bytes'] / 1e6:,.0f} MB; generated in {facts['generate_s']:.0f} s, written in"
              f" {facts['write_s']:.0f} s; {rows}")
        steps += [
            lambda: bench.importing(sample, 100_000),
            lambda: bench.opening("sample", sample, goal=False),
            lambda: bench.listening("sample", sample, "layers"),
            lambda: bench.naively("sample", sample, "layers", 1),
            lambda: bench.opening("region", region, goal=True),
            lambda: bench.frames("region", region, "opened", "as opened", FRAME_GOALS),
            lambda: bench.frames("region", region, "zones", "200,000 zones alone", {}),
            lambda: bench.frames("region", region, "features", "every feature", FRAME_GOALS),
            lambda: bench.beside_qgis("region", region, "zones"),
            lambda: bench.naively("region", region, "zones", 1),
            lambda: bench.naively("region", region, "zones", 16),
            lambda: bench.listening("region", region, "zones"), lambda: bench.editing("region", region),
            lambda: bench.counting("region", region),
            lambda: bench.allocating("region", 11_000, [236_500, 160_500, 160_500, 240_750], 500),
            bench.reaching, bench.overlaying, lambda: bench.judging(10_000, 200_000)]
    for step in steps:
        step()
    print(f"\n{text(bench.lines)}\n\n{machine()}; all measures took {time.monotonic() - begin:.0f} s")
    if asked.json is not None:
        asked.json.write_text(json.dumps({"machine": machine(), "measures": bench.raw}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
