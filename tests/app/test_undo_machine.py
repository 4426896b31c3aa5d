"""Random commands, undo, redo and restarts always lead to equal states; `tests.app.undo_machine` runs as many
as asked."""

from __future__ import annotations

import pytest

from tests.app.undo_machine import run


@pytest.mark.parametrize("seed", [1, 2])
def test_random_commands_with_undo_redo_and_restart_anywhere_return_to_equal_states(tmp_path, seed):
    done = run(tmp_path / "machine.gpkg", 120, seed)
    assert min(done["command"], done["undo"], done["redo"]) > 10, done
