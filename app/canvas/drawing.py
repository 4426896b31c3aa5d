"""Drawing tools as state machines without a screen: a shape in the making, corners moved, features moved.

Like `app.canvas.tools` they get positions in logical px and the view under them and answer with effects. What
a place catches at comes from `snap`, which features lie under it from `pick`; both are given by whoever owns
the map.
"""

from __future__ import annotations

from app.canvas.drafter import Drafter
from app.canvas.mover import Mover
from app.canvas.vertex_editor import VertexEditor

DrawingTool = Drafter | VertexEditor | Mover
