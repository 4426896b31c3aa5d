"""What slides and reports share: words that XML can hold, and an Office file without authors, times, traces.

`sealed` writes a package anew: entries in order and without the time of day, its properties made here, what a
template carries about its own makers left behind. The same content gives the same bytes.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx.opc.exceptions import OpcError as DocxError
from lxml import etree
from pptx.exc import PythonPptxError as PptxError

from app.exports.xml_words import clean
from layers.errors import InputError
from layers.provenance import NAMESPACE, Stated, read_numbers
from layers.release import clean_metadata

EPOCH = "2000-01-01T00:00:00Z"
"""The time of making in a file's properties: the same for all, so that equal files are equal bytes."""
OLDEST = (1980, 1, 1, 0, 0, 0)
CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
PERSONAL = ("customXml", "comments", "commentAuthors", "people", "commentsExtended", "commentsIds",
            "attachedTemplate", "keyMapCustomizations", "vbaProject",
            "printerSettings")  # fmt: skip
"""Relationships of a template that tell of its makers, or run."""
PROPERTIES = ("officeDocument", "core-properties", "extended-properties")
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError,
              AttributeError, IndexError, NotImplementedError, PptxError, DocxError)  # fmt: skip
"""What the libraries say of files that are none of theirs."""
LARGEST = 200 * 2**20
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def numbers_of(data: bytes) -> tuple[Stated, ...]:
    """Return the numbers that a slide deck or a report carries; raises InputError `numbers_unreadable`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in sorted(package.namelist()):
                if name.startswith("customXml/") and package.getinfo(name).file_size <= LARGEST:
                    root = _parse(package.read(name))
                    if root.tag == f"{{{NAMESPACE}}}numbers":
                        return read_numbers((root.text or "").encode("utf-8", "surrogatepass"))
    except (zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise InputError("numbers_unreadable", reason=str(error)[:120]) from error
    raise InputError("numbers_unreadable", reason="customXml")


def opened(open_: Callable[[Any], Any], path: Path | None, ours: str) -> Any:
    """Return what `open_` makes of a template, or of ours; raises InputError `template_unreadable`."""
    try:
        data = (files("resources") / "templates" / ours).read_bytes() if path is None else path.read_bytes()
        return open_(io.BytesIO(data))
    except UNREADABLE as error:
        name = ours if path is None else path.name
        raise InputError("template_unreadable", name=name, reason=str(error)[:120]) from error


def drop_personal(part: Any) -> None:
    """Take a template's relationships that tell of its makers from a part (of python-pptx or -docx)."""
    for key, one in list(part.rels.items()):
        if one.reltype.rpartition("/")[2] in PERSONAL:
            part.rels.pop(key)


def sealed(data: bytes, *, title: str = "", language: str = "") -> bytes:
    """Return a package of python-pptx, python-docx or XlsxWriter as it may leave; embedded ones too."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    gone = [name for name in parts if _left_behind(name)]
    parts = {name: body for name, body in parts.items() if name not in gone}
    for name, body in parts.items():
        if name.endswith(".xlsx"):
            parts[name] = sealed(body)
        elif name == "word/settings.xml":
            parts[name] = _without_template(body)
    parts["_rels/.rels"] = _kept_relations(parts["_rels/.rels"])
    parts["docProps/core.xml"] = _core(title, language)
    parts["docProps/app.xml"] = _app()
    parts["[Content_Types].xml"] = _kept_types(parts["[Content_Types].xml"], set(parts))
    return _zipped(parts)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    first = ("[Content_Types].xml", "_rels/.rels")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in (*first, *sorted(set(parts) - set(first))):
            info = zipfile.ZipInfo(name, OLDEST)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            package.writestr(info, parts[name])
    return out.getvalue()


def _left_behind(name: str) -> bool:
    return name.startswith("docProps/")


def _parse(body: bytes) -> Any:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _text_of(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _kept_relations(body: bytes) -> bytes:
    root = _parse(body)
    for one in list(root):
        if one.get("Type", "").rpartition("/")[2] not in PROPERTIES:
            root.remove(one)
    kinds = {one.get("Type", "").rpartition("/")[2]: one for one in root}
    for at, (kind, target) in enumerate(
        (("core-properties", "docProps/core.xml"), ("extended-properties", "docProps/app.xml"))
    ):
        if kind not in kinds:
            space = "package/2006/relationships/metadata" if at == 0 else "officeDocument/2006/relationships"
            etree.SubElement(
                root, f"{{{_RELS}}}Relationship", Id=f"rIdQ{at}", Target=target,
                Type=f"http://schemas.openxmlformats.org/{space}/{kind}",
            )  # fmt: skip
        else:
            kinds[kind].set("Target", target)
    return _text_of(root)


def _kept_types(body: bytes, names: set[str]) -> bytes:
    root = _parse(body)
    for one in list(root):
        if one.tag == f"{{{_TYPES}}}Override" and posixpath.relpath(one.get("PartName"), "/") not in names:
            root.remove(one)
    have = {one.get("PartName") for one in root}
    for name, kind in (
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ):
        if name not in have:
            etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=name, ContentType=kind)
    return _text_of(root)


def _without_template(body: bytes) -> bytes:
    """Word's settings name the template that a document was made from, by its path."""
    root = _parse(body)
    for tag in ("attachedTemplate", "docVars", "rsids"):
        for one in root.findall(f"{{{_W}}}{tag}"):
            root.remove(one)
    return _text_of(root)


def _core(title: str, language: str) -> bytes:
    facts = clean_metadata({"title": clean(title), "language": language})
    said = "".join(
        f"<dc:{name}>{escape(facts[name])}</dc:{name}>" for name in ("title", "language") if facts.get(name)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties'
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{said}'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{EPOCH}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{EPOCH}</dcterms:modified></cp:coreProperties>'
    ).encode()


def _app() -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_APP}"><Application>QiTu</Application></Properties>'
    ).encode()
