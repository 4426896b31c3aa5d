"""The reference of the command line, written from the command table: it cannot age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.command import Command, Parameter
from app.commands import COMMANDS
from app.messages import text, tr

if TYPE_CHECKING:
    from app.manual.pages import Block


def reference(block: type[Block]) -> list[Block]:
    """Return a heading, what it does, how it is written, and its arguments for every command."""
    made: list[Block] = []
    for item in COMMANDS:
        if item.cli:
            made += [block("h2", f"`{item.id}` {tr(item.title).rstrip('…')}"), block("p", tr(item.tip)),
                     block("code", items=(usage(item),))]  # fmt: skip
            rows = tuple((f"`{_name(one)}`", _meaning(one)) for one in item.parameters)
            if rows:
                head = (text("manual_argument"), text("manual_meaning"))
                made.append(block("table", rows=(head, *rows)))
    return made


def usage(item: Command) -> str:
    """Return how a command is written: `qitu gaps PROJECT [--year YEAR]`."""
    parts = []
    for one in item.parameters:
        written = _name(one) if not one.option else f"{_name(one)} {_value(one)}".strip()
        parts.append(written if one.required and one.type != "flag" else f"[{written}]")
    return " ".join(("qitu", item.id, *parts, *(("[--json]",) if item.run is not None else ())))


def _name(one: Parameter) -> str:
    if one.option or one.type == "flag":
        return f"--{one.name.replace('_', '-')}"
    return _value(one)


def _value(one: Parameter) -> str:
    if one.type == "flag":
        return ""
    if one.type == "assignments":
        return "FIELD=VALUE ..."
    return one.name.upper() + (" ..." if one.many else "")


def _meaning(one: Parameter) -> str:
    more = [one.unit] if one.unit else []
    if one.choices:
        more.append(" ".join(f"`{choice}`" for choice in one.choices))
    if one.limits:
        more.append(f"{one.limits[0]}–{one.limits[1]}")
    if one.default not in (None, ""):
        more.append(text("manual_default", value=one.default))
    return tr(one.title) + (text("manual_more", words=text("list_semicolon").join(more)) if more else "")
