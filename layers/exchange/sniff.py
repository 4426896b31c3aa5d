"""What a file is, by its first bytes and never by its name alone."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from layers.errors import InputError

HEAD = 65_536
SHAPE_PARTS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
BY_NAME = {
    ".shp": "shapefile",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".fgb": "flatgeobuf",
    ".kml": "kml",
    ".ovkml": "kml",
    ".kmz": "kmz",
    ".ovkmz": "kmz",
    ".gpx": "gpx",
    ".dxf": "dxf",
    ".csv": "table",
    ".dbf": "dbf",
    ".xls": "sheet",
    ".xlsx": "sheet",
    ".et": "sheet",
    ".ods": "sheet",
    ".zip": "zip",
}
"""What a name promises; where the bytes say otherwise the user is told."""
FOREIGN = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"%PDF", "PDF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
)
MAPS = (".shp", ".gdbtable", ".geojson", ".json", ".gpkg", ".fgb", ".gpx", ".dxf", ".csv", ".xls", ".xlsx",
        ".ods", ".kml", ".ovkml", ".kmz", ".ovkmz")
"""Endings of members of an archive that are data of their own."""
WORKBOOKS = (".xls", ".xlsx", ".et", ".htm", ".html")
_GDB_TABLE = "a00000001.gdbtable"
_DXF = re.compile(rb"^\s*(999\s*\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION", re.IGNORECASE)


def sniff(path: Path) -> str:
    """Return the format: shapefile, geojson, gpkg, flatgeobuf, filegdb, kml, kmz, gpx, dxf, dbf, land_txt,
    web_table, table, sheet, zip.

    Raises InputError: `import_file_missing`, `file_empty`, `file_is_dwg`, `file_is_not` (what the name
    promises), `file_unknown`, `file_is_vrt`.
    """
    if path.is_dir():
        if (path / _GDB_TABLE).is_file():
            return "filegdb"
        raise InputError("file_unknown", name=path.name)
    if not path.is_file():
        raise InputError("import_file_missing", name=path.name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise InputError("file_empty", name=path.name)
    found = _by_bytes(head, path)
    promised = BY_NAME.get(path.suffix.lower())
    if promised == "sheet" and found == "table" and _delimited(head):
        return "table"  # many a system writes text and calls it a workbook
    if found is None or (
        promised in ("shapefile", "gpkg", "flatgeobuf", "kmz", "sheet", "dxf") and found == "table"
    ):
        raise InputError(
            "file_is_not" if promised else "file_unknown",
            name=path.name,
            promised=promised or "",
            found=_foreign(head),
        )
    if found == "table" and promised in ("geojson", "kml", "gpx"):
        return promised  # its reader says where it goes wrong
    return found


def _by_bytes(head: bytes, path: Path) -> str | None:
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if head.startswith(b"fgb"):
        return "flatgeobuf"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "sheet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _by_members(path)
    if re.match(rb"AC10[0-9]{2}", head):
        raise InputError("file_is_dwg", name=path.name)
    if head.startswith(b"AutoCAD Binary DXF") or _DXF.match(head):
        return "dxf"
    if any(head.startswith(magic) for magic, _ in FOREIGN):
        return None
    if path.suffix.lower() == ".dbf":
        return "dbf"  # its one telling byte is too little to go by without the name
    return _by_text(head, path)


def _by_members(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist()[:20_000]]
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        raise InputError("zip_damaged", name=path.name) from None
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "sheet"
    if "content.xml" in names and "mimetype" in names:
        return "sheet"
    names = [name.lower() for name in names if not is_litter(name)]
    if any(name.endswith(".dwg") for name in names) and not any(name.endswith(MAPS) for name in names):
        raise InputError("file_is_dwg", name=path.name)
    kml = [name for name in names if name.endswith((".kml", ".ovkml"))]
    if path.suffix.lower() in (".kmz", ".ovkmz"):
        whole = len(kml) == 1 or "doc.kml" in kml  # a tour with its parts, or several maps packed into one
    else:
        whole = len(kml) == 1 and not any(name.endswith(MAPS) and name not in kml for name in names)
    return "kmz" if kml and whole else "zip"


def is_litter(name: str) -> bool:
    """Whether a member of an archive is what a Mac leaves beside the data."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] == ".DS_Store"


def _by_text(head: bytes, path: Path) -> str | None:
    text = _as_text(head)
    if text is None:
        return None
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        root = re.search(
            r"<([A-Za-z_][\w.-]*:)?([A-Za-z_]\w*)[\s>/]",
            re.sub(r"<\?.*?\?>|<!--.*?-->", "", start, flags=re.DOTALL),
        )
        name = root[2].lower() if root else ""
        if name.startswith(("ogrvrt", "gdalg")) or "<OGRVRT" in start:
            raise InputError("file_is_vrt", name=path.name)
        if name in ("kml", "gpx"):
            return name
        if name == "workbook" or name in ("html", "table") and path.suffix.lower() in WORKBOOKS:
            return "web_table"
        if "<!DOCTYPE" in start:
            raise InputError("xml_entities", name=path.name)
        raise InputError("file_unknown", name=path.name)
    if start.startswith(("{", "[")) and "[地块坐标]" not in text and "[属性描述]" not in text:
        return "geojson"
    if "[地块坐标]" in text or "[属性描述]" in text:
        return "land_txt"
    return "table"


def _delimited(head: bytes) -> bool:
    """Whether the first line of a text has more than one cell."""
    lines = (_as_text(head) or "").strip().splitlines()
    return bool(lines) and any(mark in lines[0] for mark in ",\t;")


def _as_text(head: bytes) -> str | None:
    """The head as text, or None where it is none (NUL bytes that are not UTF-16, control characters)."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if b"\x00" in head[:4096]:
        pair = head[:4096]
        if pair[1::2].count(0) > len(pair) // 4:
            text = head[: len(head) // 2 * 2].decode("utf-16-le", "replace")
            strange = sum(
                char < " " and char not in "\t\r\n" or "\ud800" <= char <= "\uf8ff" or char == "\ufffd"
                for char in text
            )
            return text if strange <= len(text) // 200 else None
        return None
    control = sum(head[:4096].count(bytes([code])) for code in (*range(1, 9), 14, 15, 16, 17, 18, 19, 20))
    if control > len(head[:4096]) // 50:
        return None
    readings = [head.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    best = min(readings, key=lambda text: text.count("\ufffd"))
    return best if best.count("\ufffd") <= max(2, len(best) // 200) else head.decode("latin-1")


def _foreign(head: bytes) -> str:
    return next((name for magic, name in FOREIGN if head.startswith(magic)), "?")
