"""The page around a web map: folium and branca with constants only, every part inlined, data in one island.

branca renders finished script text a second time as a template, so a value with `{{ }}` in it would run in
our own process. It never meets a value: the skeleton is rendered first, then the island is put in its place.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from app.exports.web_style import tokens
from resources import RESOURCES

WEB = RESOURCES / "web"
SCRIPTS = (
    "qitu_data.js",
    "qitu_symbols.js",
    "qitu_draw.js",
    "qitu_names.js",
    "qitu_card.js",
    "qitu_search.js",
    "qitu.js",
    "qitu_story.js",
)
ISLAND = "qitu-data"
_PLACE = re.compile(r'<(?:script src|link rel="stylesheet" href)="vendor:([\w.]+)"(?:></script>|/>)')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_SOURCE_MAP = re.compile(
    r"//# sourceMappingURL=\S+"
)  # the one address in Leaflet's script that a browser may ask for
_ESCAPED = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&{}\u2028\u2029"})


def island(document: Mapping[str, Any]) -> str:
    """A JSON text that is safe inside a page and inside a template: no sign of a string in it has a meaning
    there."""
    plain = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _STRING.sub(lambda found: found.group().translate(_ESCAPED), plain)


def page(document: Mapping[str, Any], *, language: str) -> bytes:
    """The whole page as one UTF-8 file that asks for nothing.

    Its content security policy forbids every connection; besides `unsafe-inline` for old browsers it carries
    the hash of each of our scripts, so that a browser of today runs these and no other.
    """
    skeleton = _skeleton().replace("<html>", f'<html lang="{"en" if language == "en" else "zh-CN"}">', 1)
    head, tail = skeleton.split(_DATA)
    return (head + island(document) + tail).encode("utf-8")


_DATA = "\x00data\x00"


@cache
def _skeleton() -> str:
    """The page without its data: the same for every map."""
    import folium
    from branca.element import Element

    class OfflineMap(folium.Map):
        """A map whose parts are marked for being inlined; folium's own would be fetched."""

        default_js = [("leaflet", "vendor:leaflet.js")]
        default_css = [("leaflet_css", "vendor:leaflet.css"), ("page_css", "vendor:page.css")]

    drawn = OfflineMap(
        location=[0, 0],
        zoom_start=-9,
        tiles=None,
        crs="Simple",
        zoom_control=False,
        attribution_control=False,
        prefer_canvas=False,
        minZoom=-13,
        maxZoom=-2,
        zoomSnap=0.25,
        zoomDelta=0.5,
        wheelPxPerZoomLevel=120,
    )
    drawn._id = "qitu"
    root = drawn.get_root()
    root.html.add_child(Element(_part("body.html")), name="body")
    rendered = _PLACE.sub(lambda found: _inlined(found.group(1)), root.render())
    own = "".join(f"<script>\n{_part(name)}\n</script>\n" for name in SCRIPTS)
    data = f'<script type="application/json" id="{ISLAND}">{_DATA}</script>\n'
    rendered = rendered.replace("</html>", f"{data}{own}</html>", 1)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_policy(rendered)}"/>'
    policy += '\n<link rel="icon" href="data:,"/>'
    return rendered.replace("<head>", f"<head>\n{policy}", 1)


def _inlined(name: str) -> str:
    """A vendored part in place of its address."""
    text = _part(name)
    if name.endswith(".css"):
        return f"<style>\n{tokens() if name == 'page.css' else ''}\n{_embedded_pictures(text)}\n</style>"
    return f"<script>\n{_SOURCE_MAP.sub('', text)}\n</script>"


@cache
def _part(name: str) -> str:
    return (WEB / name).read_text("utf-8")


def _embedded_pictures(css: str) -> str:
    """Leaflet's pictures are for controls that the page does not have: what is not embedded is left out."""
    return re.sub(r"url\((?!data:)[^)]*\)", "none", css)


def _policy(rendered: str) -> str:
    """The content security policy with the hashes of the scripts as they stand in the page."""
    scripts = re.findall(r"<script>(.*?)</script>", rendered, flags=re.S)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"
        for text in scripts
    )
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' {hashes}; img-src data:; "
        "form-action 'none'; base-uri 'none'"
    )
