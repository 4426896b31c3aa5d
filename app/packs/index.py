"""The page from which a pack is opened: Chinese and English, no script, nothing fetched, nothing run.

Every word that comes from the project is escaped; files are named by addresses in the same folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from app.exports.web_style import tokens
from app.messages import both, language
from app.packs.outputs import SCENE, STORY, Order, Part
from app.session import Snapshot
from layers.catalogue.text import Text
from layers.plan.scenes import SavedScene
from layers.release import INTERNAL, footnotes
from resources import RESOURCES

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file: data:; form-action 'none'"


def index_page(
    source: Snapshot, order: Order, parts: Sequence[Part], *, made_at: str, author: str
) -> bytes:
    """Return the page as UTF-8. made_at: ISO time, UTC; who and when stand in a part of their own, which the
    canonical hash leaves out."""
    title = str(source.plan.info.get("title", ""))
    heading = _said(both("pack_title"))
    style = tokens() + (RESOURCES / "web" / "pack.css").read_text("utf-8")
    scenes = [part for part in parts if part.output.over == SCENE]
    rest = [part for part in parts if part.output.over != SCENE]
    lang = "en" if language() == "en" else "zh-CN"
    page = [
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)} · {escape(both('pack_title').zh)}</title>\n<style>\n{style}</style>",
        f'</head>\n<body>\n<header><p class="mark">{_marks(order)}</p>',
        f"<h1>{escape(title)}</h1><p>{heading}</p></header>\n<main>",
        *_scenes(scenes),
        *_files(source, rest),
        *_facts(source, order),
        f'<!--made--><p class="made">{_made(order, made_at, author)}</p><!--/made-->',
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(page).encode("utf-8", "replace")


def _said(words: Text) -> str:
    """Both languages, the page's own first."""
    first, second = (words.en, words.zh) if language() == "en" else (words.zh, words.en)
    if first == second:
        return escape(first)
    other = "zh-CN" if language() == "en" else "en"
    return f'{escape(first)} <span class="other" lang="{other}">{escape(second)}</span>'


def _marks(order: Order) -> str:
    codes = footnotes(
        order.audience, is_map=True, review_number=order.review_number, exempt=order.exempt
    )
    marks = [both(f"release_{code}") for code in codes]
    if order.review_number.strip():
        marks.append(both("sheet_review", number=order.review_number.strip()))
    elif order.exempt.strip():
        marks.append(both("sheet_review_exempt", ground=order.exempt.strip()))
    return "　".join(map(_said, marks))


def _scenes(parts: Sequence[Part]) -> Iterable[str]:
    """A card a scene: its picture, its words, its files."""
    by_scene: dict[str, list[Part]] = {}
    for part in parts:
        assert part.subject.scene is not None
        by_scene.setdefault(part.subject.scene.id, []).append(part)
    yield f"<h2>{_said(both('pack_scenes'))}</h2>\n<ol>"
    for own in by_scene.values():
        scene = own[0].subject.scene
        assert isinstance(scene, SavedScene)
        picture = next((part for part in own if part.output.ending == ".png"), None)
        shown = (
            f'<a href="{quote(picture.name)}"><img src="{quote(picture.name)}" alt="" loading="lazy"></a>'
            if picture
            else ""
        )
        links = " ".join(_link(part) for part in own)
        caption = f"<p>{escape(scene.caption)}</p>" if scene.caption else ""
        yield f"<li>{shown}<h3>{escape(scene.name)}</h3>{caption}<p>{links}</p></li>"
    yield "</ol>"


def _link(part: Part) -> str:
    return f'<a href="{quote(part.name)}">{_said(part.output.title)}</a>'


def _files(source: Snapshot, parts: Sequence[Part]) -> Iterable[str]:
    yield f"<h2>{_said(both('pack_files'))}</h2>\n<table>"
    for part in parts:
        yield (
            f'<tr><td><a href="{quote(part.name)}">{escape(part.name)}</a></td>'
            f"<td>{_said(part.output.title)}</td><td>{_said(_state(part))}</td></tr>"
        )
    yield "</table>"


def _state(part: Part) -> Text:
    """As of when, and under which scheme, the figures of a file stand."""
    if part.output.over == STORY:
        return both("pack_whole")
    subject = part.subject
    state = both("gaps_now") if subject.year is None else both("gaps_year", year=subject.year)
    if subject.scheme is None:
        return state
    zh, en = both("scene_scheme", name=subject.scheme).zh, both("scene_scheme", name=subject.scheme).en
    return Text(f"{state.zh} · {zh}", f"{state.en} · {en}")


def _facts(source: Snapshot, order: Order) -> Iterable[str]:
    policy = source.policy
    date = order.date.isoformat() if order.date else ""
    rows = (
        (both("pack_date"), escape(date)),
        (both("leave_audience"), _said(both(f"audience_{order.audience}"))),
        (both("pack_rules"), escape(f"{policy.version} · {policy.digest}")),
        (both("pack_crs"), escape(f"EPSG:{source.plan.crs.epsg}")),
        (both("pack_check"), _said(both("pack_check_how"))),
    )
    yield f"<h2>{_said(both('pack_facts'))}</h2>\n<table>"
    for title, value in rows:
        yield f"<tr><th>{_said(title)}</th><td>{value}</td></tr>"
    yield "</table>"


def _made(order: Order, made_at: str, author: str) -> str:
    who = author if order.audience == INTERNAL else ""
    return _said(both("pack_made", at=made_at.replace("T", " ").replace("+00:00", " UTC"), who=who or "—"))
