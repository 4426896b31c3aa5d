"""Packing the material of a story, and holding it against its project."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

THEMES = ("toilets", "clinics", "road", "")


def pack(project: str, number: int) -> dict[str, float]:
    """Pack a story of `number` scenes of the sample (three themes and none, whole and near), then verify it.

    Milliseconds and processor milliseconds, bytes, files, numbers compared.
    """
    from app.actions import scenes
    from app.actions.packing import order_of
    from app.packs.making import make_pack
    from app.packs.verify import verify_pack
    from app.session import Session
    from layers.maps.settings import LayerSettings
    from layers.plan.scenes import SavedScene

    with tempfile.TemporaryDirectory() as folder:
        session = Session(author="")
        session.open(shutil.copyfile(project, Path(folder) / "project.gpkg"))
        west, south, east, north = session.plan.bounds or (0.0, 0.0, 1.0, 1.0)
        visible = tuple(sorted(LayerSettings.default(session.plan).visible))
        known = {one.id for one, _ in session.catalogue.services()}
        for at in range(number):
            near = (east - west) * 0.04 * at, (north - south) * 0.04 * at
            box = west + near[0], south + near[1], east - near[0], north - near[1]
            theme = THEMES[at % len(THEMES)]
            scenes.save(
                session, SavedScene("", f"{at}", box, visible, theme=theme if theme in known else "")
            )
        out, took = Path(folder) / "out", {}
        start, cpu = time.perf_counter(), time.process_time()
        made = make_pack(
            session.snapshot(), out, order_of(session), author="", progress=lambda _done, _total: None
        )
        took["pack_ms"] = (time.perf_counter() - start) * 1e3
        took["pack_cpu_ms"] = (time.process_time() - cpu) * 1e3
        took["files"], took["mb"] = len(made.files), sum(one.stat().st_size for one in out.iterdir()) / 1e6
        start, cpu = time.perf_counter(), time.process_time()
        done = verify_pack(out, session.snapshot(), progress=lambda _done, _total: None)
        took["verify_ms"] = (time.perf_counter() - start) * 1e3
        took["verify_cpu_ms"] = (time.process_time() - cpu) * 1e3
        took["numbers"], took["findings"] = done.numbers, len(done.findings)
        session.close()
    return took
