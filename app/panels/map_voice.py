"""Whose theme the map shows: a panel speaks while it is in sight, and after that until another one speaks."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.bus import Bus
from layers.maps.choropleth import MapTheme


class MapVoice(QObject):
    """A panel's voice: what it says last stays true on the map when year, scheme or plan move on."""

    def __init__(self, bus: Bus, panel: QWidget) -> None:
        super().__init__(panel)
        self._bus, self._panel = bus, panel
        self._speaking = self._mine = False
        bus.gap_theme.connect(self._heard)
        bus.project_changed.connect(self._fall_silent)

    def say(self, theme: MapTheme | None) -> None:
        """Paint a theme, if the panel is in sight or its theme is the one on the map."""
        if self._panel.isVisible() or self._speaking:
            self._mine = True
            self._bus.gap_theme.emit(theme)
            self._mine, self._speaking = False, theme is not None

    def _heard(self, _theme: MapTheme | None) -> None:
        if not self._mine:
            self._speaking = False

    def _fall_silent(self) -> None:
        self._speaking = False
