"""The rules that a project goes by: looked at, and changed as one undoable step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.actions.register import counted, moved_name
from app.command import Answer
from app.messages import both, language, text
from app.origins.watched import Move, changed_rules, moves
from app.session import Session
from app.trace_words import plain
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.planning.moved import ROW, TARGET, Moved, moved
from layers.policy.edit import set_rule, shipped_rules
from layers.policy.rules import Rule
from layers.policy.values import Text as Words

COLLECTION = "policy"  # of documents: file name -> text


def rules(
    session: Session,
    *,
    set: dict[str, str] | None = None,  # noqa: A002
    source: str | None = None,
) -> Answer:
    """List the rules, or change numbers: `set` is ID=VALUE or ID.NAME=VALUE; then say which numbers moved.

    Raises InputError `unknown_rule`, `rule_number_unknown`, `rule_source_missing`, `not_a_finite_number`.
    """
    if not set:
        shipped = shipped_rules()
        return Answer(
            [rule_data(rule, shipped) for rule in session.policy.rules],
            (text("rules_head"), *(_line(rule, shipped) for rule in session.policy.rules)),
        )
    before, old = counted(session), session.policy
    lines = [change_rule(session, identity, typed, source=source or "") for identity, typed in set.items()]
    after = counted(session)
    found = moved(before[0], after[0], before[1], after[1])
    data = [
        {"kind": one.kind, "id": list(one.id), "before": list(one.before), "after": list(one.after)}
        for one in found
    ]
    board = (f"{ROW}/", f"{TARGET}/", "gap/")  # these stand above already
    others = [one for one in moves(session.plan, old, session.policy) if not one.key.startswith(board)]
    data += [
        {"kind": "number", "id": [one.key], "before": [one.before, None], "after": [one.after, None]}
        for one in others
    ]
    rules = changed_rules(old, session.policy)
    return Answer(
        {"set": list(set), "rules": list(rules), "policy_digest": session.policy.digest, "moved": data},
        (*lines, *moved_lines(session, found, others)),
    )


def change_rule(session: Session, identity: str, typed: str, *, source: str) -> str:
    """Change one number of a rule (ID or ID.NAME) in the project's own policy; returns what was done in
    words.

    One undoable command. Errors as in `rules`.
    """
    name, _, number = identity.partition(".")
    rule = session.policy.rule(name)
    if not source.strip():
        raise InputError("rule_source_missing")
    try:
        value = float(typed)
    except ValueError:
        raise InputError("not_a_finite_number", given=typed) from None
    key = number or "value"
    period = session.policy.period.id

    def build(plan: Plan) -> Changes:
        own: dict[str, Any] = dict(plan.documents.get(COLLECTION, {}))
        files = set_rule(own, name, value, name=key, source=Words(source, source), period=period)
        return Changes(
            documents=tuple(
                plan.set_document(COLLECTION, file, words)
                for file, words in files.items()
                if own.get(file) != words
            )
        )

    before = rule.values.get(key)
    fields = {
        "before": "—" if before is None else f"{before:g}",
        "after": f"{value:g}",
        "unit": rule.units.get(key, ""),
    }
    zh, en = (both("rules_set", title=title, **fields) for title in (rule.title.zh, rule.title.en))
    session.do(Text(zh.zh, en.en), build, command="rules")
    return text("rules_set", title=rule.title.in_language(language()), **fields)


def moved_lines(session: Session, found: tuple[Moved, ...], others: Sequence[Move] = ()) -> list[str]:
    """Return which numbers moved, in words; others: by the names that `trace` knows."""
    if not found and not others:
        return [text("rules_none_moved")]
    return [
        text("rules_moved", count=len(found) + len(others)),
        *(
            text("rules_move", what=one.key, before=plain(one.before), after=plain(one.after))
            for one in others
        ),
        *(
            text(
                "rules_move",
                what=moved_name(session, one.kind, one.id),
                before=f"{plain(one.before[0])} {text('status_' + one.before[1])}",
                after=f"{plain(one.after[0])} {text('status_' + one.after[1])}",
            )
            for one in found
        ),
    ]


def rule_data(rule: Rule, shipped: dict[str, Rule]) -> dict[str, Any]:
    """Return a rule in stable English keys."""
    old = shipped.get(rule.id)
    return {
        "id": rule.id,
        "title": rule.title.in_language(language()),
        "values": dict(rule.values),
        "units": dict(rule.units),
        "source": rule.source.in_language(language()),
        "article": rule.article,
        "in_force": rule.in_force.isoformat() if rule.in_force else None,
        "confidence": rule.confidence,
        "binding": rule.binding,
        "changed": old != rule,
        "shipped": dict(old.values) if old is not None else None,
    }


def _line(rule: Rule, shipped: dict[str, Rule]) -> str:
    values = "; ".join(
        f"{rule.id}{'' if name == 'value' else '.' + name}  {value:g} {rule.units[name]}"
        for name, value in rule.values.items()
    )
    old = shipped.get(rule.id)
    mark = ""
    if old is not None and old != rule:
        mark = text("rules_changed", shipped=", ".join(f"{value:g}" for value in old.values.values()))
    return (
        f"{values}  {rule.source.in_language(language())}  {rule.article or '—'}  "
        f"{text('confidence_' + rule.confidence)}{mark}"
    )
