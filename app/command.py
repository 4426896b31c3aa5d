"""What a command of the product is: a record from which menus, toolbars, search and the command line are
built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from layers.catalogue.text import Text
from layers.errors import InputError


class UsageError(InputError):
    """What was typed does not go together: nothing can be meant by it (exit code 2)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument of a command.

    type: `path` (existing), `new_path`, `text`, `integer`, `real`, `flag`, `lonlat`, `assignments`, `choice`.
    option: written `--name VALUE`; otherwise positional. many: takes one or more.
    limits: least and greatest number. ending: what a new file's name must end with.
    """

    name: str
    title: Text
    type: str = "text"
    option: bool = False
    required: bool = True
    many: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    default: Any = None
    limits: tuple[int, int] | None = None
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did: `data` for machines (stable English keys), `lines` for people.

    exit_code: 1 where nothing was done because a question is open.
    """

    data: Any
    lines: tuple[str, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the product can do.

    run: `run(session, **parameters) -> Answer`; None where only the window can do it.
    cli: offered on the command line under its id. opens: its first parameter is a project to open.
    menu: id of the menu (see `app.commands.MENUS`), "" for none.
    toolbar: number of the toolbar's group, 0 for none. icon: a Lucide icon's name.
    needs: what must be there for it to be enabled: "" | `project` | `write` | `undo` | `redo` | `selection` |
    `change_selection` (one that may be changed).
    checkable: it is a state (with `group`: one of several).
    """

    id: str
    title: Text
    tip: Text
    run: Callable[..., Answer] | None = None
    parameters: tuple[Parameter, ...] = ()
    cli: bool = False
    opens: bool = False
    menu: str = ""
    toolbar: int = 0
    icon: str = ""
    shortcut: str = ""
    needs: str = ""
    checkable: bool = False
    group: str = ""
