"""Build a sample project: `python data_samples/build.py [--banner ewenki|shifted] [--out FILE]`.

Without --out the Ewenki sample is written where the product looks for it, without the R-trees and the styles
for QGIS that its copies get.
"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path

if __package__ in (None, ""):  # started as a script: the house is the folder above
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from data_samples.banner import Banner, ewenki
from data_samples.generate import generate
from data_samples.rows import Row
from data_samples.shifted import shifted, shifted_policy
from layers.catalogue.registry import default_catalogue
from layers.plan.plan import INFO, Plan
from layers.plan.table import Table
from layers.store import create_project

BANNERS = {"ewenki": ewenki, "shifted": shifted}
COMMITTED = Path(__file__).parent / "ewenki.gpkg"


def plan_of(banner: Banner, rows: dict[str, list[Row]]) -> Plan:
    """Return the rows as a plan, with what the project is and, for another period, its own policy."""
    catalogue = default_catalogue()
    tables = {kind.id: Table.from_rows(kind, rows[kind.id]) for kind in catalogue if kind.id in rows}
    info = {
        "title": f"{banner.name}（样例）",
        "title_en": banner.title_en,
        "unit": banner.code,
        "period": "{}-{}".format(*banner.period),
        "sample": True,
    }
    documents: dict[str, dict[str, object]] = {INFO[0]: {INFO[1]: info}}
    if banner.own_policy:
        documents["policy"] = dict(shifted_policy(banner))
    return Plan(catalogue, banner.crs, tables, documents)


def build(name: str, out: Path, *, bare: bool = False) -> Plan:
    """Write the project of the banner `name` to `out` (replaced if it is there); return the plan.

    bare: of what can be made from the rows, nothing is in the file (`layers.store.create_project`).
    A banner with its own period has its policy inside the project and, to be read, beside it in `OUT-policy`.
    """
    banner = BANNERS[name]()
    plan = plan_of(banner, generate(banner))
    out.unlink(missing_ok=True)
    create_project(out, plan, bare=bare)
    if banner.own_policy:
        folder = out.with_name(f"{out.stem}-policy")
        folder.mkdir(exist_ok=True)
        shipped = files("resources") / "policy"
        texts = {entry.name: entry.read_text(encoding="utf-8") for entry in shipped.iterdir()
                 if entry.name.endswith(".toml")}  # fmt: skip
        # a folder is read as it stands, so the rules that the banner takes as they ship belong into it, too
        for file, words in (texts | dict(plan.documents["policy"])).items():
            (folder / file).write_text(words, encoding="utf-8", newline="\n")
    return plan


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--banner", choices=sorted(BANNERS), default="ewenki")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    if options.out is None and options.banner != "ewenki":
        parser.error("--out is needed: only the Ewenki sample has a place of its own")
    out = options.out or COMMITTED
    plan = build(options.banner, out, bare=out == COMMITTED)
    for kind, table in plan.layers():
        print(f"{kind.id:20s} {len(table):6d}")
    print(
        f"{out}: {sum(len(table) for _, table in plan.layers())} features, {out.stat().st_size / 1e6:.2f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
