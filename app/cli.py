"""The command line, built from the command table; answers to stdout, errors to stderr.

Exit codes: 0 done, 1 refused (a sentence and what to do), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from app.command import Answer, Command, Parameter, UsageError
from app.commands import COMMANDS, command
from app.messages import LANGUAGES, sentence, set_language, text, tr, usage_words
from app.preferences import Preferences
from layers.catalogue.text import Text
from layers.errors import InputError, PlannerError, StoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    _speak_utf8()
    try:
        code = _answer(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone (| head)
        return 1


def _answer(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    set_language(_language_of(given))
    parser = build_parser()
    options = _parsed(parser, given or ["window"])
    chosen = command(options.pop("command"))
    as_json, _ = options.pop("json", False), options.pop("lang")
    try:
        answer = _run(chosen, options)
    except BrokenPipeError:
        raise
    except OSError as error:
        from app.exports.files import reason_of

        refused = StoreError("system_refused", path=error.filename or "", reason=reason_of(error))
        return _refuse(refused, as_json)
    except PlannerError as error:
        return _refuse(error, as_json)
    if isinstance(answer, int):
        return answer
    _print(answer, as_json)
    return answer.exit_code


def _parsed(parser: argparse.ArgumentParser, given: Sequence[str]) -> dict[str, Any]:
    """The arguments; FIELD=VALUE may also stand behind the options, where argparse would not look for
    them."""
    found, rest = parser.parse_known_args(given)
    options = vars(found)
    if rest:
        takes = [one.name for one in command(options["command"]).parameters if one.type == "assignments"]
        if not takes or any(word.startswith("-") or "=" not in word for word in rest):
            parser.error(usage_words("unrecognized arguments: %s") % " ".join(rest))
        options[takes[0]] = [*(options[takes[0]] or []), *rest]
    return options


def _refuse(error: PlannerError, as_json: bool) -> int:
    happened, advice = sentence(error)
    if as_json:
        said = {"error": error.code, "message": happened, "hint": advice}
        clash = {"conflict": error.fields["limits"]} if "limits" in error.fields else {}
        print(json.dumps({**said, **clash}, ensure_ascii=False, indent=1))
    print(f"{text('error_word')}{happened}", file=sys.stderr)
    if advice:
        print(advice, file=sys.stderr)
    return 2 if isinstance(error, UsageError) else 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command of the table that the command line offers."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=text("help_lang"))
    parser = _Parser(prog="qitu", description=text("help_program"), parents=[common])
    parser.set_defaults(lang=None)
    commands = parser.add_subparsers(dest="command", metavar=text("help_command"), required=True)
    for item in COMMANDS:
        if item.cli:
            sub = commands.add_parser(item.id, help=tr(item.tip), description=tr(item.tip), parents=[common])
            if item.run is not None:
                sub.add_argument("--json", action="store_true", help=text("help_json"))
            for parameter in item.parameters:
                _add(sub, parameter)
    return parser


# argparse asks the `_` of its own module for its few sentences; gettext has no catalogue for them.
argparse._ = usage_words


def _whole_number(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(text("not_a_whole_number", given=typed)) from None


def _number(typed: str) -> float:
    try:
        return float(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(text("not_a_number", given=typed)) from None


class _Parser(argparse.ArgumentParser):
    """argparse with a way out in the user's language."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{text('error_word')}{message}\n{text('help_see', program=self.prog)}\n")


def _add(parser: argparse.ArgumentParser, parameter: Parameter) -> None:
    words = tr(parameter.title) + (f" ({parameter.unit})" if parameter.unit else "")
    options: dict[str, Any] = {"help": words}
    if parameter.type == "flag":
        parser.add_argument(f"--{parameter.name.replace('_', '-')}", action="store_true", **options)
        return
    options["type"] = {"integer": _whole_number, "real": _number}.get(parameter.type, str)
    options["metavar"] = parameter.name.upper().rstrip("_")
    if parameter.choices:
        options["choices"] = parameter.choices
        del options["metavar"]
    if parameter.many:
        options["nargs"] = "+" if parameter.required or parameter.option else "*"
        options["metavar"] = "FIELD=VALUE" if parameter.type == "assignments" else parameter.name.upper()
        if parameter.option:
            options["action"] = "extend"
    if parameter.option:
        # "project_" is --project, for a command whose first argument is a project already.
        name = f"--{parameter.name.rstrip('_').replace('_', '-')}"
        parser.add_argument(name, required=parameter.required, default=parameter.default,
                            dest=parameter.name, **options)
    else:
        parser.add_argument(parameter.name, nargs=options.pop("nargs", None if parameter.required else "?"),
                            default=parameter.default, **options)


def _run(chosen: Command, options: dict[str, Any]) -> Answer | int:
    values = {parameter.name: _value(parameter, options[parameter.name]) for parameter in chosen.parameters}
    if chosen.run is None:
        from app.desktop import run

        return run(values["project"])
    from app.session import Session

    gc.enable()
    session = Session()
    try:
        if chosen.opens:
            session.open(values.pop("project"))
        return chosen.run(session, **values)
    finally:
        session.close()


def _value(parameter: Parameter, given: Any) -> Any:
    if given is None:
        return None
    if parameter.type in ("path", "new_path"):
        if not str(given).lower().endswith(parameter.ending):
            raise InputError(
                "format_unknown", suffix=Path(given).suffix or Path(given).name, known=parameter.ending
            )
        return Path(given)
    if parameter.limits and not parameter.limits[0] <= given <= parameter.limits[1]:
        title = Text(parameter.title.zh.partition("；")[0], parameter.title.en.partition(";")[0])
        raise InputError("number_out_of_range", title=title, given=given,
                         low=parameter.limits[0], high=parameter.limits[1])
    if parameter.type == "lonlat":
        from layers.geo.crs import parse_lonlat

        return parse_lonlat(given)
    if parameter.type == "assignments":
        return dict(_assignment(item) for item in given)
    return given


def _assignment(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals or not name.strip():
        raise InputError("assignment_malformed", given=item)
    return name.strip(), value


def _print(answer: Answer, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.data, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        print("\n".join(answer.lines))


def _language_of(given: Sequence[str]) -> str:
    for at, item in enumerate(given):
        if item == "--lang" and at + 1 < len(given):
            return given[at + 1]
        if item.startswith("--lang="):
            return item.removeprefix("--lang=")
    return os.environ.get("QITU_LANG") or Preferences()["language"]


def _speak_utf8() -> None:
    """Chinese must come out whole even where the console claims another encoding."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
