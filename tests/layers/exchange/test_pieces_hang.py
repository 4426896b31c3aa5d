"""The lasting reader of basemaps: ended where it hangs, started again where it died, given up in between."""

from __future__ import annotations

import os
import signal
import time

import pytest

from layers.errors import InputError
from layers.exchange import pieces
from tests.layers.exchange.test_pieces import NONE_SUCH, WHOLE, ask, go_on, reader, tiles  # noqa: F401

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def test_it_starts_again_when_it_dies_is_ended_when_it_hangs_and_given_up_in_between(
    reader, tiles, monkeypatch  # noqa: F811 - the fixtures
):
    whole = reader.pixels(ask(tiles, WHOLE), go_on)
    dead = reader.pid
    os.kill(dead, signal.SIGKILL)
    assert (reader.pixels(ask(tiles, WHOLE), go_on) == whole).all() and reader.pid != dead

    class Moved(Exception):
        pass

    def moved() -> None:
        raise Moved

    os.kill(reader.pid, signal.SIGSTOP)
    with pytest.raises(Moved):
        reader.pixels(ask(tiles, NONE_SUCH), moved)
    os.kill(reader.pid, signal.SIGCONT)
    assert (reader.pixels(ask(tiles, WHOLE), go_on) == whole).all(), "not the answer that nobody waits for"

    monkeypatch.setattr(pieces, "SECONDS", 0.2)
    hung = reader.pid
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(InputError, match="reader_too_slow"):
        reader.pixels(ask(tiles, WHOLE), go_on)
    assert reader.pid is None
    monkeypatch.setattr(pieces, "SECONDS", 20.0)
    assert (reader.pixels(ask(tiles, WHOLE), go_on) == whole).all()
    last = reader.pid
    reader.close()
    for _ in range(200):
        try:
            os.kill(last, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("the child outlived its reader")
