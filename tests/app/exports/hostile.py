"""Twelve hostile texts, planted beside secrets in one small project with something in every layer."""

from __future__ import annotations

from pathlib import Path

from app.actions import scenes
from app.session import Session
from layers.catalogue.privacy import Privacy
from layers.catalogue.registry import default_catalogue
from layers.plan.scenes import Callout, SavedScene
from tests.app.exports.banners import banner_of, place
from tests.app.exports.test_web_release import planted

RUN = "window.pwned=1"
HOSTILE = (
    '=HYPERLINK("http://evil.test/","x")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    f"</script><script>{RUN}</script><img src=x onerror={RUN}>",
    f'javascript:{RUN}//" onmouseover="{RUN}',
    "甲\u202eexe.gnp\u202c\u200b\u2066\ufeff\x08\x1b\ufffe\uffff乙",
    "'\"');DROP TABLE gpkg_contents;--",
    "长" * 3000,
    "{{7*7}}{% set x = 7 %}{title}{date}${7*7}<%= 7 %>"
    ' &amp;&#x3c;]]><!ENTITY x SYSTEM "file:///etc/passwd">',
    "甲\r\n=1+1\r\n  0\r\nSECTION",
)
"""Formulas by each of their starts; script as tags, as an address, as an attribute; marks that turn, hide and
end text; SQL; length; fields of templates, ours too, and of XML; line ends that begin a cell anew."""

TOGETHER = "".join(words for words in HOSTILE if len(words) < 1000)
SCENE, OLD, NEW = HOSTILE[6], HOSTILE[8], HOSTILE[0]
"""Names of the scene and of two schemes."""


def hostile_rows() -> tuple[dict[str, list[dict]], dict[str, str], list[str]]:
    """Rows of every kind; what no export may tell (kind.column -> secret); and what no public one may.

    Every column of free text that is not sensitive has a hostile text in it.
    """
    rows, secrets = planted()
    inside: list[str] = []
    at = 0
    for kind in default_catalogue():
        for row in rows.get(kind.id, ()):
            for column in kind.columns:
                free = column.type == "text" and not column.choices and column.privacy < Privacy.SENSITIVE
                kept = column.name in row or column.name == kind.key or column.name.endswith("_code")
                if not free or kept:
                    continue
                row[column.name] = HOSTILE[at % len(HOSTILE)]
                at += 1
                if column.privacy == Privacy.INTERNAL:
                    inside.append(f"内{len(inside):03d}INSIDE")
                    row[column.name] += inside[-1]
    rows["proposed_point"][0]["scheme"], rows["proposed_line"][0]["scheme"] = OLD, NEW
    rows["road"][0]["status"] = "done"
    return rows, secrets, inside


def hostile_session(path: Path) -> tuple[Session, dict[str, str], list[str]]:
    """A project at `path` with all of them in every way in, and with a scene that shows every layer."""
    rows, secrets, inside = hostile_rows()
    plan = banner_of(HOSTILE, rows, info={"title": TOGETHER, "period": "2021-2025"})
    session = Session(plan.catalogue, author="tester")
    session.create(path, plan)
    everything = tuple(sorted(kind.id for kind in session.catalogue))
    callouts = tuple(Callout(words[:200], place(at)) for at, words in enumerate(HOSTILE))
    scenes.save(
        session,
        SavedScene("", SCENE, session.plan.bounds, everything, theme="toilets", caption=TOGETHER,
                   callouts=callouts, symbols=True),
    )  # fmt: skip
    return session, secrets, inside
