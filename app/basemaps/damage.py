"""What of a basemap cannot be read: told once, not at every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.messages import sentence
from layers.errors import InputError


@dataclass(eq=False)
class Damage:
    """Tells `heard` of the first piece that cannot be read, in a sentence; from any thread."""

    heard: Callable[[str], None] = lambda _reason: None
    told: list[str] = field(default_factory=list)

    def tell(self, error: InputError) -> None:
        """A piece is blank because of this."""
        self.told.append(sentence(error)[0])
        if len(self.told) == 1:
            self.heard(self.told[0])
