"""What lies under the layers."""

from __future__ import annotations

from app.command import Command
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "basemaps",
        Text("底图…", "Basemap…"),
        Text("影像、瓦片、地形晕渲或网络底图，铺在各图层之下",
             "Imagery, tiles, shaded relief or tiles of the web under the layers"),
        menu="layers",
        icon="globe",
        needs="project",
    ),
)  # fmt: skip
