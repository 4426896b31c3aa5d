"""What the program remembers of a user: language, theme, recent projects, the window's place.

One JSON file in the user's configuration folder; a damaged one is put aside and defaults are used.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

DEFAULTS: dict[str, Any] = {
    "language": "zh",
    "theme": "light",
    "recent": [],        # paths, newest first
    "window": {},        # geometry and state, base64
    "looks": {},         # service -> {"classes": "jenks:5", "symbols": false}: how its theme is drawn
    "views": {},         # path -> what was visible and where the map stood
    "basemaps": [],      # records of app.basemaps.shelf, a key of the web among them
    "basemap_of": {},    # path -> id of the basemap that is shown
    "boundaries": "",    # what a new project carried last: "none", "sample", a project's path; "" never asked
    "welcomed": False,   # the first start is over
}
MOST_RECENT = 10
MOST_VIEWS = 50


def folder() -> Path:
    """Return the configuration folder of this user for QiTu (QITU_CONFIG overrides)."""
    if own := os.environ.get("QITU_CONFIG"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData/Roaming")) / "QiTu"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "qitu"


class Preferences:
    """A small dictionary with defaults, written whole each time it changes."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folder() / "preferences.json"
        self.damaged = False  # the file was unreadable and has been put aside
        self._values = dict(DEFAULTS)
        self._load()

    def _load(self) -> None:
        try:
            found = json.loads(self.path.read_text("utf-8"))
            if not isinstance(found, dict):
                raise TypeError(type(found))
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError):
            self.damaged = True
            try:
                self.path.replace(self.path.with_suffix(".damaged.json"))
            except OSError:
                pass  # it stays where it is and is overwritten by the next change
            return
        for name, default in DEFAULTS.items():
            if isinstance(found.get(name), type(default)):
                self._values[name] = found[name]
        self._values["recent"] = [path for path in self._values["recent"] if isinstance(path, str)]

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def set(self, name: str, value: Any) -> None:
        """Remember a value; a folder that cannot be written is no reason to stop working."""
        self._values[name] = value
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_suffix(".new")
            beside.write_text(json.dumps(self._values, ensure_ascii=False, indent=1), "utf-8")
            beside.replace(self.path)
        except OSError:
            pass

    def add_recent(self, path: Path) -> None:
        """Put a project first among the recent ones."""
        name = str(path.resolve())
        self.set("recent", [name, *(other for other in self["recent"] if other != name)][:MOST_RECENT])

    def view_of(self, path: Path) -> dict[str, Any]:
        """Return what was remembered of a project's view."""
        found = self["views"].get(str(path.resolve()), {})
        return found if isinstance(found, dict) else {}

    def remember_view(self, path: Path, view: dict[str, Any]) -> None:
        """Remember a project's view (visible layers, place, scale)."""
        views = {name: kept for name, kept in self["views"].items() if name != str(path.resolve())}
        views[str(path.resolve())] = view
        self.set("views", dict(list(views.items())[-MOST_VIEWS:]))
