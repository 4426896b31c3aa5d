"""Asking for a file to import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.messages import text

ENDINGS = "shp zip gpkg geojson json fgb kml kmz ovkml gpx dxf dwg txt csv xls xlsx ods gdbtable"
"""A FileGDB is a folder: it is chosen by a file in it, or dropped."""


def ask_import(parent: QWidget | None, folder: Path) -> Path | None:
    """Ask for a foreign file; a file of a FileGDB folder stands for the folder."""
    filters = " ".join(f"*.{ending}" for ending in ENDINGS.split())
    chosen, _ = QFileDialog.getOpenFileName(
        parent,
        text("import_open_title"),
        str(folder),
        f"{text('import_open_filter')} ({filters});;{text('import_all_files')} (*)",
    )
    return whole(Path(chosen)) if chosen else None


def whole(path: Path) -> Path:
    """Return the folder of a FileGDB for a file in it."""
    return path.parent if path.is_file() and path.parent.suffix.lower() == ".gdb" else path
