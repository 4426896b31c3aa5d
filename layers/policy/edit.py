"""Change a number of a rule in the text of a policy file, and nothing else: comments and order stay as they
are.

The new text is read again whole, and refused unless it differs from the old one in that number, its source
and its confidence alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

from layers.errors import InputError
from layers.policy.bundle import PERIODS, RULES, TARGETS, Policy, load_policy
from layers.policy.rules import Rule
from layers.policy.values import Fixed, Text

_RECORD = re.compile(r"^\[\[\s*rule\s*\]\].*$", re.MULTILINE)
_TABLE = re.compile(r"^\s*\[", re.MULTILINE)
_NUMBER = r"[+-]?[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][+-]?[0-9]+)?"
OWN = "memory"  # confidence of a number that a user has put in the place of one that was read in a source


def set_rule(
    own: Mapping[str, str],
    identity: str,
    value: float,
    *,
    name: str = "value",
    source: Text | None = None,
    period: str | None = None,
) -> dict[str, str]:
    """Return the files of a project's own policy with one number of a rule changed.

    own: file name -> text of the project's own files (may be empty); what it lacks ships with the product.
    name: of the number, where the rule has several. source: where the new number is from, in the place of the
    old source. A number that was law keeps its article only as long as it is the law's: the changed one
    counts as to be verified, unless it is a setting of the product, or is what the product ships.
    Raises InputError `unknown_rule`, `rule_number_unknown`, `rule_not_editable`, `not_a_finite_number`.
    """
    if not math.isfinite(value):
        raise InputError("not_a_finite_number", given=str(value))
    before = load_policy(own, period=period)
    rule = before.rule(identity)
    if name not in rule.values:
        raise InputError("rule_number_unknown", id=identity, name=name, known=", ".join(rule.values))
    wanted = _wanted(rule, name, value, source, period)
    file = file_of(own, identity)
    text = _change(_text(own, file), identity, name, rule, wanted)
    changed = {**own, file: text}
    after = load_policy(changed, period=period)
    expected = tuple(wanted if one.id == identity else one for one in before.rules)
    if after.rules != expected or after.targets != before.targets or after.period != before.period:
        raise InputError("rule_not_editable", id=identity, file=file)
    return changed


def file_of(own: Mapping[str, str], identity: str) -> str:
    """Return the name of the file in which a rule stands. Raises InputError `unknown_rule`."""
    names = {entry.name for entry in (files("resources") / "policy").iterdir()} | set(own)
    for name in sorted(names):
        if (
            name.endswith(".toml")
            and name not in (PERIODS, TARGETS)
            and name.startswith(RULES.removesuffix(".toml"))
        ):
            if _span(_text(own, name), identity) is not None:
                return name
    raise InputError("unknown_rule", id=identity)


def shipped_rules() -> dict[str, Rule]:
    """Return the rules that ship with the product, by id."""
    return {rule.id: rule for rule in load_policy().rules}


def changed_rules(policy: Policy) -> frozenset[str]:
    """Return the ids of rules that are not as the product ships them."""
    shipped = shipped_rules()
    return frozenset(rule.id for rule in policy.rules if shipped.get(rule.id) != rule)


# --- inside -------------------------------------------------------------------------------------------------


def _wanted(rule: Rule, name: str, value: float, source: Text | None, period: str | None) -> Rule:
    shipped = next((one for one in load_policy(period=None).rules if one.id == rule.id), None)
    numbers = Fixed({**rule.values, name: value})
    if shipped is not None and shipped.values == numbers and source is None:
        return replace(rule, values=numbers, source=shipped.source, confidence=shipped.confidence)
    same = numbers == rule.values
    confidence = rule.confidence if same or rule.is_setting else OWN
    return replace(rule, values=numbers, source=_stripped(source) or rule.source, confidence=confidence)


def _stripped(words: Text | None) -> Text | None:
    return None if words is None else Text(words.zh.strip(), words.en.strip())


def _text(own: Mapping[str, str], name: str) -> str:
    if name in own:
        return own[name].replace("\r\n", "\n")
    return (files("resources") / "policy" / name).read_text("utf-8")


def _span(text: str, identity: str) -> tuple[int, int] | None:
    """Where a rule's record stands in a file: from its head to the next table."""
    for head in _RECORD.finditer(text):
        following = _TABLE.search(text, head.end())
        end = following.start() if following else len(text)
        if re.search(
            rf'^\s*id\s*=\s*"{re.escape(identity)}"\s*(?:#.*)?$', text[head.end() : end], re.MULTILINE
        ):
            return head.start(), end
    return None


def _change(text: str, identity: str, name: str, rule: Rule, wanted: Rule) -> str:
    span = _span(text, identity)
    if span is None:
        raise InputError("unknown_rule", id=identity)
    record = text[span[0] : span[1]]
    given = wanted.values[name]
    number = str(int(given)) if float(given).is_integer() and abs(given) < 1e15 else repr(float(given))
    if name == "value" and re.search(r"^value\s*=", record, re.MULTILINE):
        record = _once(rf"^(value\s*=\s*){_NUMBER}", number, record, identity)
    else:
        record = _once(
            rf"^(values\s*=\s*\{{[^}}\n]*?\b{re.escape(name)}\s*=\s*){_NUMBER}", number, record, identity
        )
    if wanted.source != rule.source:
        words = f"{{ zh = {_quoted(wanted.source.zh)}, en = {_quoted(wanted.source.en)} }}"
        record = _once(r"^(source\s*=\s*)\{.*\}", words, record, identity)
    if wanted.confidence != rule.confidence:
        record = _once(r'^(confidence\s*=\s*)"\w+"', f'"{wanted.confidence}"', record, identity)
    return text[: span[0]] + record + text[span[1] :]


def _once(pattern: str, new: str, record: str, identity: str) -> str:
    changed, count = re.subn(pattern, lambda found: found.group(1) + new, record, count=1, flags=re.MULTILINE)
    if not count:
        raise InputError("rule_not_editable", id=identity, file="")
    return changed


def _quoted(words: str) -> str:
    """A basic string of TOML."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(f"\\u{ord(one):04X}" if ord(one) < 32 or ord(one) == 127 else one for one in escaped)
        + '"'
    )
