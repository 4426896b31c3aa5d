"""Frames of the same layers and extents by QGIS, where it is installed: run by its own Python, free of ours.

`PYTHON qgis_frames.py '{"path": ..., "tables": [...], "views": {"1": [west, south, east, north], ...},
"size": [w, h]}'` prints one line of JSON: the version, and per zoom the first frame and the median of five
moved ones in milliseconds. Layers are drawn in the styles that the file carries (`layer_styles`), bottom
first as they are named.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time

WARM_FRAMES = 5
STEP = (46, 27)  # px, as `painting.STEP`


def main() -> None:
    """Paint with QgsMapRendererParallelJob and print what it took."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import (
        Qgis,
        QgsApplication,
        QgsCoordinateReferenceSystem,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsRectangle,
        QgsVectorLayer,
    )
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor

    asked = json.loads(sys.argv[1])
    application = QgsApplication([], False)
    application.initQgis()
    layers = [QgsVectorLayer(f"{asked['path']}|layername={name}", name, "ogr") for name in asked["tables"]]
    answer = {"version": Qgis.version(), "layers": sum(layer.isValid() for layer in layers)}
    settings = QgsMapSettings()
    settings.setLayers([layer for layer in reversed(layers) if layer.isValid()])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(f"EPSG:{asked['epsg']}"))
    settings.setOutputSize(QSize(*asked["size"]))
    settings.setBackgroundColor(QColor("white"))
    settings.setFlag(QgsMapSettings.Antialiasing, True)

    def frame(west, south, east, north):
        settings.setExtent(QgsRectangle(west, south, east, north))
        start = time.perf_counter()
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        return (time.perf_counter() - start) * 1e3

    for zoom, (west, south, east, north) in asked["views"].items():
        dx, dy = STEP[0] * (east - west) / asked["size"][0], STEP[1] * (north - south) / asked["size"][1]
        answer[f"first_{zoom}"] = frame(west, south, east, north)
        answer[f"warm_{zoom}"] = statistics.median(
            frame(west + n * dx, south + n * dy, east + n * dx, north + n * dy)
            for n in range(1, WARM_FRAMES + 1)
        )
    print(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # QGIS ends its threads slowly, and now and then badly


if __name__ == "__main__":
    main()
