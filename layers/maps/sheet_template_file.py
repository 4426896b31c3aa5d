"""Templates of sheets as TOML files: one written, a folder of them read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from layers.errors import InputError
from layers.maps.sheet_template import SheetTemplate, read_template_file, template_record


def template_toml(template: SheetTemplate) -> str:
    """Return a template as TOML that `read_template_file` reads to the same; its pictures are in it."""
    lines = [f"{name} = {_value(value)}" for name, value in template_record(template).items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """A value in one line: JSON's strings are TOML's, but for the one control sign that JSON leaves."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_folder(folder: Path) -> tuple[dict[Path, SheetTemplate], dict[Path, InputError]]:
    """Return the templates of a folder's TOML files in the order of their names, and what is wrong with the
    others. Of two with one id the second is wrong (`template_twice`); a folder that is not there is empty.
    """
    found: dict[Path, SheetTemplate] = {}
    broken: dict[Path, InputError] = {}
    try:
        files = sorted(path for path in folder.glob("*.toml") if path.is_file())
    except OSError:
        files = []
    for path in files:
        try:
            made = read_template_file(path)
        except InputError as error:
            broken[path] = error
            continue
        if any(made.id == one.id for one in found.values()):
            broken[path] = InputError("template_twice", name=made.id)
        else:
            found[path] = made
    return found, broken
