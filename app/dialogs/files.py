"""Asking for files: the system's own dialogs, with our words and endings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.messages import text


def documents() -> Path:
    """Return the folder in which a user's projects stand (made when it is first needed)."""
    from PySide6.QtCore import QStandardPaths

    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found or Path.home()) / "QiTu"


def ask_open(parent: QWidget | None, folder: Path) -> Path | None:
    """Ask for a project file."""
    chosen, _ = QFileDialog.getOpenFileName(parent, text("file_open_title"), str(folder),
                                            f"{text('file_project')} (*.gpkg)")
    return Path(chosen) if chosen else None


def ask_save(parent: QWidget | None, title: str, suggested: Path, endings: dict[str, str]) -> Path | None:
    """Ask where to write. endings: `.png` -> words; the first is taken where none is typed."""
    filters = ";;".join(f"{words} (*{ending})" for ending, words in endings.items())
    chosen, used = QFileDialog.getSaveFileName(parent, title, str(suggested), filters)
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() not in endings:
        ending = next((one for one in endings if f"(*{one})" in used), next(iter(endings)))
        path = path.with_name(path.name + ending)
    return path


def free_name(folder: Path, stem: str, suffix: str = ".gpkg") -> Path:
    """Return a path in `folder` that is not taken: `stem`, `stem 2`, `stem 3` …"""
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem} {number}{suffix}"
    return path
