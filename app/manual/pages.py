"""Pages of the manual: read, filled with the window's words, searched, and written as plain text.

A page is a file `resources/manual/LANGUAGE/ID.md` in a small part of Markdown: `#` and `##` headings,
paragraphs, `1.` and `-` lists (an item may go on in lines that are set in), `> ` remarks, tables, fenced
code, one picture a line `![caption](name)`, and inside a line `**strong**`, `` `code` `` and `[words](page)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from app.manual import words
from app.manual.reference import reference
from app.messages import LANGUAGES, language, text
from layers.errors import InputError
from resources import RESOURCES

FOLDER = RESOURCES / "manual"
PAGES = (
    "first_map",
    "window",
    "import",
    "gaps",
    "targets",
    "toilets",
    "roads",
    "access",
    "schemes",
    "grassland",
    "drawing",
    "ledger",
    "looks",
    "meeting",
    "outputs",
    "history",
    "command_line",
)
"""Every page, in the order of the contents."""
FIRST = PAGES[0]
GENERATED = {"command_line": reference}
"""Pages that go on with what the program itself says; they cannot age."""

PICTURE = re.compile(r"!\[(.*?)\]\((\w+)\)$")
LINK = re.compile(r"\[([^\]]+)\]\((\w+)\)")
NUMBERED, BULLET = re.compile(r"\d+\. (.*)"), re.compile(r"- (.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page. kind: h1, h2, p, note, ol, ul, picture, table, code.

    text: its words (of a picture, the caption). items: of a list, or lines of code. rows: of a table, the
    head first. picture: the picture's name.
    """

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    picture: str = ""


@dataclass(frozen=True)
class Page:
    """A page in one language; its words are filled in."""

    id: str
    language: str
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def title(self) -> str:
        """Return its heading."""
        return self.blocks[0].text

    @property
    def pictures(self) -> tuple[str, ...]:
        """Return the names of its pictures."""
        return tuple(block.picture for block in self.blocks if block.kind == "picture")

    @property
    def links(self) -> tuple[str, ...]:
        """Return the pages that it leads to."""
        return tuple(hit[2] for words in self._texts() for hit in LINK.finditer(words))

    def plain(self) -> str:
        """Return it as text of a terminal."""
        return "\n".join(_lines(self))

    def _texts(self) -> list[str]:
        cells = [cell for block in self.blocks for row in block.rows for cell in row]
        return [block.text for block in self.blocks] + cells + [
            item for block in self.blocks if block.kind != "code" for item in block.items
        ]


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that a search found, and the words round the first place."""

    page: str
    title: str
    around: str


def page(page_id: str) -> Page:
    """Return a page in the language that is spoken; raises InputError `manual_no_page`."""
    if page_id not in PAGES:
        raise InputError("manual_no_page", page=page_id, known=", ".join(PAGES))
    return _read(page_id, language())


def contents() -> list[tuple[str, str]]:
    """Return (id, title) of every page in the language that is spoken."""
    return [(page_id, page(page_id).title) for page_id in PAGES]


def picture_file(name: str, spoken: str | None = None) -> str:
    """Return the path of a picture in a language, the spoken one without `spoken`."""
    return str(FOLDER / (spoken or language()) / f"{name}.png")


def find(typed: str) -> list[Hit]:
    """Return the pages in which every word that was typed stands; those with a hit in the title first."""
    wanted = typed.casefold().split()
    if not wanted:
        return []
    found: list[tuple[bool, int, Hit]] = []
    for at, (page_id, title) in enumerate(contents()):
        flat = " ".join(line.strip() for line in page(page_id).plain().splitlines() if line.strip("=- "))
        low = flat.casefold()
        if all(word in low for word in wanted):
            title_too = all(word in title.casefold() for word in wanted)
            start = low.find(wanted[0], 0 if title_too else min(len(title), len(low)))
            start = max(start, 0)
            found.append((not title_too, at, Hit(page_id, title, _around(flat, start))))
    return [hit for _, _, hit in sorted(found, key=lambda one: one[:2])]


def _around(flat: str, start: int, room: int = 28) -> str:
    begin, end = max(start - room // 2, 0), start + room
    return ("…" if begin else "") + flat[begin:end].strip() + ("…" if end < len(flat) else "")


@cache
def _read(page_id: str, spoken: str) -> Page:
    assert spoken in LANGUAGES
    source = (FOLDER / spoken / f"{page_id}.md").read_text("utf-8")
    blocks = _blocks(words.filled(source))
    if page_id in GENERATED:
        blocks += GENERATED[page_id](Block)
    return Page(page_id, spoken, tuple(blocks))


# -- reading ---------------------------------------------------------------------------------------


def _blocks(source: str) -> list[Block]:
    found: list[Block] = []
    for kind, lines in _groups(source.splitlines()):
        whole = _joined(lines)
        if kind in ("ol", "ul"):
            found.append(Block(kind, items=tuple(_items(lines))))
        elif kind == "table":
            rows = [tuple(cell.strip() for cell in line.strip("| ").split("|")) for line in lines]
            found.append(Block(kind, rows=(rows[0], *rows[2:])))
        elif kind == "code":
            found.append(Block(kind, items=tuple(lines[1:-1])))
        elif kind == "picture" and (hit := PICTURE.match(whole)):
            found.append(Block(kind, hit[1], picture=hit[2]))
        else:
            found.append(Block(kind, whole.lstrip("#> ").strip()))
    return found


def _groups(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Lines put together that are one block."""
    groups: list[tuple[str, list[str]]] = []
    current = ""
    for line in lines:
        if current == "code":
            groups[-1][1].append(line)
            current = "" if line.startswith("```") else "code"
            continue
        kind = _kind(line, current)
        if not kind:
            current = ""
            continue
        if kind == current and kind not in ("h1", "h2", "picture"):
            groups[-1][1].append(line)
        else:
            groups.append((kind, [line]))
        current = kind
    return groups


def _kind(line: str, current: str) -> str:
    if not line.strip():
        return ""
    if line.startswith("  ") and current in ("ol", "ul"):
        return current
    for start, kind in (("## ", "h2"), ("# ", "h1"), ("> ", "note"), ("|", "table"), ("```", "code"),
                        ("![", "picture"), ("- ", "ul")):  # fmt: skip
        if line.startswith(start):
            return kind
    return "ol" if NUMBERED.match(line) else "p"


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        hit = NUMBERED.match(line) or BULLET.match(line)
        if hit:
            items.append(hit[1])
        else:
            items[-1] = _joined([items[-1], line])
    return items


def _joined(lines: list[str]) -> str:
    """Lines as one; between Chinese characters a line's end is no blank."""
    whole = ""
    for line in (one.strip().removeprefix("> ") for one in lines):
        wide = whole[-1:] > "\u2e7f" or line[:1] > "\u2e7f" or "\u201c" <= whole[-1:] <= "\u201d"
        whole += line if not whole or (wide and language() == "zh") else f" {line}"
    return whole


# -- plain text ------------------------------------------------------------------------------------


def plain_words(marked: str) -> str:
    """Return a line without its marks; words of the window in quotes."""
    shown = LINK.sub(lambda hit: text("manual_see", words=hit[1], page=hit[2]), marked)
    shown = shown.replace("**", "").replace("`", "")
    shown = re.sub(f"{words.WORD}(.*?){words.END}", lambda hit: text("manual_quoted", words=hit[1]), shown)
    return shown.replace(words.KEY, "").replace(words.END, "")


def _lines(shown: Page) -> list[str]:
    lines: list[str] = []
    for block in shown.blocks:
        if block.kind == "h1":
            lines += [plain_words(block.text), "=" * 40]
        elif block.kind == "h2":
            lines += ["", plain_words(block.text), "-" * 40]
        elif block.kind in ("p", "note"):
            lines += ["", plain_words(block.text)]
        elif block.kind == "ol":
            lines += ["", *(f"{at}. {plain_words(item)}" for at, item in enumerate(block.items, 1))]
        elif block.kind == "ul":
            lines += ["", *(f"- {plain_words(item)}" for item in block.items)]
        elif block.kind == "table":
            lines += ["", *("  ".join(plain_words(cell) for cell in row) for row in block.rows)]
        elif block.kind == "code":
            lines += ["", *(f"    {item}" for item in block.items)]
        else:
            lines += ["", text("manual_picture", words=plain_words(block.text))]
    return lines
