"""Long steps that can be called off: while one runs, whoever waits is told twice a second, and may cancel.

NumPy, Shapely and SciPy work on one call for many seconds and release the interpreter meanwhile. The step
runs in a thread of its own; the caller's `tell` is called from the caller's own thread, and what it raises (a
cancelled job) goes up at once. A step that nobody waits for any longer runs out by itself: it changes
nothing, since engines only make values.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any, Generic, TypeVar

T = TypeVar("T")
TOLD_S = 0.5
Tell = Callable[[], None]


class Step(Generic[T]):
    """A piece of work that runs beside its caller."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work, self._answer, self._error = work, [], None
        self._thread = Thread(target=self._run, name="qitu-step", daemon=True)
        self._thread.start()

    _answer: list[T]
    _error: BaseException | None

    def _run(self) -> None:
        try:
            self._answer.append(self._work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is waited for
            self._error = error

    def wait(self, tell: Tell) -> T:
        """Return the answer; tell: called twice a second until then, what it raises goes up."""
        while self._thread.is_alive():
            tell()
            self._thread.join(TOLD_S)
        if self._error is not None:
            raise self._error
        return self._answer[0]


def patiently(work: Callable[..., T], *given: Any, tell: Tell | None) -> T:
    """Return work(*given); tell: called while it runs. Without one it runs in the caller's own thread."""
    if tell is None:
        return work(*given)
    return Step(lambda: work(*given)).wait(tell)
