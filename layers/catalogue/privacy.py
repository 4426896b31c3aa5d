"""Privacy classes of columns: what may be seen by whom.

An unknown column counts as sensitive, so that forgetting to classify one keeps it inside.
"""

from __future__ import annotations

from enum import IntEnum


class Privacy(IntEnum):
    """How far a value may travel; a larger number travels less far."""

    PUBLIC = 0      # may be shown to anyone
    INTERNAL = 1    # inside the bureau only
    SENSITIVE = 2   # personal: never leaves the project unasked
