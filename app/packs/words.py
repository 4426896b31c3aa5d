"""What a check of a pack found, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.command import Answer
from app.messages import listed, text
from app.packs.verify import STALE, Finding, Verified
from app.version import version
from layers.catalogue.model import Catalogue

MOST_LINES, MOST_LAYERS = 60, 6


def verify_answer(done: Verified, catalogue: Catalogue) -> Answer:
    """Return what came of it, for programs and for people."""
    data = {
        "agrees": not done.findings,
        "compared_with_project": done.compared,
        "files": len(done.manifest.files),
        "numbers": done.numbers,
        "made_at": done.manifest.made_at,
        "project_changed": {
            "layers": list(done.moved), "rules": done.rules, "documents": done.documents
        },
        "findings": [finding_data(one) for one in done.findings],
        "notes": [{"file": file, "note": code} for file, code in done.notes],
    }  # fmt: skip
    lines = [verify_sentence(done), *filter(None, [changed_words(done, catalogue)])]
    shown = first_of_each(done.findings)
    lines += [finding_line(one) for one in shown]
    if len(done.findings) > len(shown):
        lines.append(text("verify_more", count=len(done.findings) - len(shown)))
    lines += [f"{file}: {text(f'verify_note_{code}')}" for file, code in done.notes]
    return Answer(data, tuple(lines), 1 if done.findings else 0)


def finding_data(one: Finding) -> dict[str, Any]:
    """Return a finding in stable keys."""
    stated = one.stated
    origin = {} if stated is None else {
        "id": stated.id, "clauses": list(stated.clauses), "formula": stated.formula,
        "digest": stated.digest, "rules": stated.rules,
    }
    return {
        "file": one.file, "what": one.what, "place": " ".join(map(str, one.place)), "column": one.head,
        "line": one.about, "found": one.found, "expected": one.expected, "number": one.is_number,
        "source": origin or None,
    }  # fmt: skip


def verify_sentence(done: Verified) -> str:
    """Return in words how a pack stands."""
    count = len(done.findings)
    if not done.compared:
        return text("verify_alone_differs" if count else "verify_alone_clean", count=count)
    if not count:
        return text("verify_clean", numbers=f"{done.numbers:,}", files=len(done.manifest.files))
    stale = sum(one.what == STALE for one in done.findings)
    return text("verify_differs", numbers=f"{done.numbers:,}", changed=count - stale, stale=stale)


def first_of_each(findings: Sequence[Finding]) -> list[Finding]:
    """As many as are listed, in their order: of every file the same number, so that one in which a legend is
    wrong a hundred times hides none of the others."""
    if len(findings) <= MOST_LINES:
        return list(findings)
    seen: dict[str, int] = {}
    turns = []
    for at, one in enumerate(findings):
        seen[one.file] = seen.get(one.file, 0) + 1
        turns.append((seen[one.file], at))
    return [findings[at] for at in sorted(at for _, at in sorted(turns)[:MOST_LINES])]


def finding_line(one: Finding) -> str:
    """Return a finding as one line."""
    where = " · ".join(part for part in (place_words(one), one.about, one.head) if part)
    said = text("verify_said", found=one.found or "—", expected=one.expected or "—")
    shown = said if one.found or one.expected else ""
    return "  ".join(part for part in (f"[{text(f'verify_{one.what}')}]", one.file, where, shown) if part)


def place_words(one: Finding) -> str:
    """Return a place in words: 第 3 页 第 12 行; a word that has no sentence stands as it is."""
    said = []
    for at in range(0, len(one.place), 2):
        word, value = one.place[at], one.place[at + 1] if at + 1 < len(one.place) else ""
        words = text(f"place_{word}", n=value)
        said.append(f"{word} {value}".strip() if words == f"place_{word}" else words)
    return " ".join(said)


def source_words(one: Finding) -> str:
    """Return in words where the number that should stand there is from: clause and rules."""
    if one.stated is None:
        return ""
    clauses = listed(one.stated.clauses) or "—"
    return text("verify_source", clauses=clauses, rules=one.stated.rules.partition(" ")[0])


def changed_words(done: Verified, catalogue: Catalogue) -> str:
    """Return in words what of the project changed since the pack was made."""
    parts = []
    if done.moved:
        titles = [catalogue[kind].title if kind in catalogue else kind for kind in done.moved]
        more = "…" if len(titles) > MOST_LAYERS else ""
        parts.append(text("verify_moved", layers=titles[:MOST_LAYERS], count=len(titles)) + more)
    if done.manifest.software != f"QiTu {version()}":
        parts.append(text("verify_other_version", version=done.manifest.software))
    parts += [text("verify_rules_moved")] if done.rules else []
    parts += [text("verify_documents_moved")] if done.documents else []
    return "　".join(parts)
