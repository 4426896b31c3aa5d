"""Words of the window in a page of the manual: never typed there, filled in when the page is read.

A page says `{menu:import}` and a reader sees 项目 › 导入数据…, as the menus say it in the language that is
spoken. So a page cannot disagree with the window. Filled words stand between marks, which the two writers
(`app.manual.pages` to text, `app.manual.html` to HTML) turn into quotes or into bold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from app.commands import MENUS, command
from app.messages import text, tr
from layers.catalogue.model import Catalogue
from layers.catalogue.registry import default_catalogue

WORD, KEY, END = "\x02", "\x03", "\x04"
"""Before a word of the window, before a key, behind either."""
PLACE = re.compile(r"\{(\w+):([\w.-]+)\}")


def filled(page: str) -> str:
    """Return a page with its places filled, in the language that is spoken now.

    Raises KeyError for a place that means nothing: a command, a sentence or a layer that does not exist.
    """
    whole = PLACE.sub(lambda hit: FILLERS[hit[1]](hit[2]), page)
    return whole.replace(f"{END} › {WORD}", " › ")  # a tab and its part are one way


@cache
def _catalogue() -> Catalogue:
    return default_catalogue()


def _word(words: str) -> str:
    return f"{WORD}{words}{END}"


def _menu(command_id: str) -> str:
    found = command(command_id)
    return _word(f"{tr(MENUS[found.menu])} › {tr(found.title)}")


def _do(command_id: str) -> str:
    return _word(tr(command(command_id).title).rstrip("…"))


def _key(command_id: str) -> str:
    keys = command(command_id).shortcut
    if not keys:
        raise KeyError(command_id)
    return f"{KEY}{keys}{END}"


def _ui(key: str) -> str:
    words = text(key)
    if words == key:
        raise KeyError(key)
    return _word(words)


def _plain(key: str) -> str:
    return _ui(key)[1:-1]


def _list(key: str) -> str:
    """A sentence that names one thing after another, as a list of a page."""
    return "\n".join(f"- {part}" for part in re.split("　| · ", _plain(key)))


def _layer(kind_id: str) -> str:
    if kind_id not in _catalogue():
        raise KeyError(kind_id)
    return _word(tr(_catalogue()[kind_id].title))


def _service(service_id: str) -> str:
    found = {service.id: service for service, _ in _catalogue().services()}
    return _word(tr(found[service_id].title))


def _menu_name(menu_id: str) -> str:
    return _word(tr(MENUS[menu_id]))


FILLERS: dict[str, Callable[[str], str]] = {
    "menu": _menu,       # a command with its menu: 项目 › 导入数据…
    "do": _do,           # a command's name alone, as a button has it
    "key": _key,         # a command's key
    "menus": _menu_name,  # a menu
    "ui": _ui,           # any sentence of the window by its key in resources/i18n
    "say": _plain,       # the same without a mark, inside a sentence
    "list": _list,       # a sentence whose parts stand apart, as a list
    "layer": _layer,     # a layer by its id
    "service": _service,  # a service by its id
}
"""What may stand before the colon of a place."""
