"""Archives: weighed before anything is inflated, and unpacked where nothing can get out of the folder."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from layers.errors import InputError
from layers.exchange.encoding import han_share
from layers.exchange.sniff import is_litter

MEMBERS, TOTAL_BYTES, RATIO, SMALL = 10_000, 1_000_000_000, 120, 20_000_000
"""More members or bytes, or a higher ratio for anything above SMALL bytes, is refused."""
CHUNK = 1 << 20
WANTED = frozenset(
    {
        ".shp",
        ".shx",
        ".dbf",
        ".prj",
        ".cpg",
        ".geojson",
        ".json",
        ".gpkg",
        ".fgb",
        ".kml",
        ".ovkml",
        ".kmz",
        ".ovkmz",
        ".gpx",
        ".dxf",
        ".csv",
        ".txt",
        ".xls",
        ".xlsx",
        ".ods",
        ".gpkg-wal",
        ".gdbtable",
        ".gdbtablx",
        ".gdbindexes",
        ".atx",
        ".spx",
        ".horizon",
        ".freelist",
        "",
    }
)


OF_GDB = (".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".horizon", ".freelist")


def open_archive(path: Path) -> zipfile.ZipFile:
    """Return the opened archive after weighing it.

    Raises InputError `zip_damaged`, `zip_too_many`, `zip_too_large` (with sizes in MB), `zip_encrypted`.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        raise InputError("zip_damaged", name=path.name) from None
    try:
        _weigh(archive, path)
    except InputError:
        archive.close()
        raise
    return archive


def _weigh(archive: zipfile.ZipFile, path: Path) -> None:
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise InputError("zip_too_many", name=path.name, count=len(members), limit=MEMBERS)
    total = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if total > TOTAL_BYTES or (total > SMALL and total / packed > RATIO):
        raise InputError(
            "zip_too_large",
            name=path.name,
            size=round(total / 1e6),
            packed=round(packed / 1e6, 1),
            ratio=round(total / packed),
        )
    if any(member.flag_bits & 1 for member in members):
        raise InputError("zip_encrypted", name=path.name)


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; names that Windows wrote in GBK are read as such, flagged as UTF-8 or not."""
    name = member.filename
    if name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if han_share(text) > 0.3:
            return text
    return name


def inside(name: str) -> PurePosixPath | None:
    """Return where a member goes inside the folder: no drive, no root, no way up; None for a folder."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    parts = [
        "".join("_" if char in '<>:"|?*' or ord(char) < 32 else char for char in part).rstrip(" .") or "_"
        for part in parts
    ]
    return PurePosixPath(*parts) if parts and not name.endswith(("/", "\\")) else None


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, limit: int = TOTAL_BYTES) -> bytes:
    """Return a member's bytes; a member that is longer than it says is refused (`zip_too_large`)."""
    pieces, length = [], 0
    try:
        with archive.open(member) as stream:
            while piece := stream.read(CHUNK):
                length += len(piece)
                if length > min(limit, member.file_size + CHUNK):
                    raise InputError(
                        "zip_too_large", name=member.filename, size=round(length / 1e6), packed=0, ratio=0
                    )
                pieces.append(piece)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError("zip_member_damaged", name=member_name(member)) from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma", "_lzma"):
            raise InputError("zip_member_damaged", name=member_name(member)) from error
        raise
    return b"".join(pieces)


def unpack(path: Path, folder: Path) -> list[Path]:
    """Unpack what a map can be in into `folder`; returns the files. Members that are archives stay shut.

    Raises InputError as `open_archive` does, and `zip_member_damaged`.
    """
    files = []
    with open_archive(path) as archive:
        for member in archive.infolist():
            place = inside(member_name(member))
            if place is None or is_litter(str(place)) or _suffix(place) not in WANTED:
                continue
            if _suffix(place) == "" and not any(part.lower().endswith(".gdb") for part in place.parts[:-1]):
                continue
            if len(place.parts) == 1 and _suffix(place) in OF_GDB:  # packed without its folder
                place = PurePosixPath(f"{path.stem}.gdb", place)
            target = folder.joinpath(*place.parts)
            if target.exists():
                raise InputError("zip_damaged", name=path.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read_member(archive, member))
            files.append(target)
    return files


def _suffix(place: PurePosixPath) -> str:
    return place.suffix.lower()
