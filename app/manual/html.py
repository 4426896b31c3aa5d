"""A page as HTML for Qt's text browser, in the colours and type of the palette in use."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from app import theme
from app.manual import words
from app.manual.pages import LINK, Block, Page

Size = Callable[[str], tuple[int, int]]
"""Name of a picture -> its width and height on the page in pixels; (0, 0) where there is none."""


def html(page: Page, size: Size) -> str:
    """Return the page's body."""
    blocks = "".join(_block(block, size) for block in page.blocks)
    return f"<style>{_sheet()}</style>{blocks}<p>&nbsp;</p>"


def _sheet() -> str:
    px, ink = theme.type_px, theme.hex_of
    return (
        f"body {{ color: {ink('ink1')}; }}"
        f"h1 {{ font-size: {px(24)}px; font-weight: 500; margin: 4px 0 10px 0; }}"
        f"h2 {{ font-size: {px(16)}px; font-weight: 500; margin: 22px 0 6px 0; }}"
        f"p, li {{ font-size: {px(14)}px; line-height: 150%; }}"
        "p { margin: 6px 0; } li { margin: 3px 0; }"
        f".note {{ color: {ink('ink2')}; background: {ink('info_bg')}; }}"
        f".caption {{ font-size: {px(12)}px; color: {ink('ink3')}; margin: 2px 0 14px 0; }}"
        f"a {{ color: {ink('accent')}; text-decoration: none; }}"
        f".code {{ font-family: monospace; font-size: {px(13)}px; color: {ink('ink2')};"
        f" background: {ink('sunken')}; }}"
        f"code {{ font-size: {px(13)}px; color: {ink('ink2')}; background: {ink('sunken')}; }}"
        f"td, th {{ font-size: {px(13)}px; padding: 5px 10px; }}"
        f"th {{ color: {ink('ink2')}; background: {ink('sunken')}; font-weight: 500; text-align: left; }}"
    )


def _block(block: Block, size: Size) -> str:
    if block.kind in ("h1", "h2", "p"):
        return f"<{block.kind}>{inline(block.text)}</{block.kind}>"
    if block.kind == "note":
        return ("<table width='100%' cellspacing='0' cellpadding='8'><tr>"
                f"<td width='4' bgcolor='{theme.hex_of('info')}' style='padding:0'></td>"
                f"<td class='note'>{inline(block.text)}</td></tr></table>")  # fmt: skip
    if block.kind in ("ol", "ul"):
        items = "".join(f"<li>{inline(item)}</li>" for item in block.items)
        return f"<{block.kind}>{items}</{block.kind}>"
    if block.kind == "code":
        lines = "<br>".join(escape(item) for item in block.items)
        return f"<p class='code'>{lines}</p>"
    if block.kind == "table":
        return _table(block)
    return _picture(block, size)


def _table(block: Block) -> str:
    under = f"border-bottom:1px solid {theme.hex_of('line')}"
    head = "".join(f"<th>{inline(cell)}</th>" for cell in block.rows[0])
    rows = "".join(
        "<tr>" + "".join(f"<td valign='top' style='{under}'>{inline(cell)}</td>" for cell in row) + "</tr>"
        for row in block.rows[1:]
    )
    return f"<table cellspacing='0' style='border-collapse:collapse'><tr>{head}</tr>{rows}</table>"


def _picture(block: Block, size: Size) -> str:
    width, height = size(block.picture)
    if not width:
        return f"<p class='caption'>{inline(block.text)}</p>"
    shown = f"<img src='{block.picture}' width='{width}' height='{height}'>"
    above = f"<p style='margin:10px 0 0 0'><a href='picture:{block.picture}'>{shown}</a></p>"
    return f"{above}<p class='caption'>{inline(block.text)}</p>"


def inline(marked: str) -> str:
    """Return a line with its marks as HTML."""
    ink = theme.hex_of
    shown = escape(marked, quote=False)
    shown = re.sub(r"`([^`]+)`", r"<code>&nbsp;\1&nbsp;</code>", shown)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<b style='font-weight:500'>\1</b>", shown)
    shown = LINK.sub(r"<a href='\2'>\1</a>", shown)
    shown = re.sub(f"{words.WORD}(.*?){words.END}",
                   rf"<span style='font-weight:500;color:{ink('accent')}'>\1</span>", shown)  # fmt: skip
    return re.sub(f"{words.KEY}(.*?){words.END}", r"<code>&nbsp;\1&nbsp;</code>", shown)
