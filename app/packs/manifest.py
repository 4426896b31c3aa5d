"""What a pack says of itself: `manifest.json`, and `lines.json` with the digest of every line in it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.packs.canonical import canonical_hash, combined
from app.packs.outputs import Order, Subject
from app.packs.reading import Line, plain, read_lines
from app.session import Snapshot
from layers.errors import InputError
from layers.maps.sheet_template import PLAIN, read_template, template_record
from layers.plan.plan import Plan
from layers.release import INTERNAL, clean_metadata

FORMAT = "qitu-pack-1"
MANIFEST, INDEX, LINES = "manifest.json", "index.html", "lines.json"
LOG = "export_log"
"""The collection that exporting itself writes to: it is no state of the project."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of a pack as the manifest has it. sha256: canonical. lines: digests, in order."""

    path: str
    output: str
    sha256: str
    scene: str = ""
    year: int | None = None
    scheme: str = ""
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was read. data: kind id -> digest of its table. documents: one digest for scenes,
    schemes, settings. order: what was asked."""

    title: str
    order: Order
    made_at: str
    made_by: str
    project: str
    software: str
    rules: str
    data: Mapping[str, str]
    documents: str
    content: str
    files: tuple[Packed, ...]


def line_digest(line: Line) -> str:
    """Eight hexadecimal digits for what a line says, wherever it stands."""
    whole = "\x1f".join(map(plain, line.cells)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(whole, digest_size=4).hexdigest()


def number_count(lines: Iterable[Line]) -> int:
    """How many cells hold a number."""
    return sum(any(sign.isdecimal() for sign in cell) for line in lines for cell in line.cells)


def documents_digest(plan: Plan) -> str:
    """Return one digest (64 hexadecimal digits) for all documents but the export log."""
    kept = {name: dict(values) for name, values in plan.documents.items() if name != LOG and values}
    whole = json.dumps(kept, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


def packed(name: str, output: str, data: bytes, subject: Subject) -> tuple[Packed, list[str]]:
    """Return what the manifest says of a file, and the digests of its lines."""
    lines = read_lines(name, data)
    one = Packed(
        name,
        output,
        canonical_hash(name, data),
        subject.scene.id if subject.scene else "",
        subject.year,
        subject.scheme or "",
        number_count(lines),
    )
    return one, [line_digest(line) for line in lines]


def manifest_document(
    source: Snapshot, order: Order, files: Iterable[Packed], *, made_at: str, made_by: str, software: str
) -> dict[str, Any]:
    """Return the manifest as JSON values. For the public it names neither the maker nor the project's
    file."""
    plan, policy, listed = source.plan, source.policy, list(files)
    # A level of secrecy is not printed for the public, and not told either.
    leaving = order.template if order.audience == INTERNAL else replace(order.template, secrecy="")
    inside = order.audience == INTERNAL
    about = clean_metadata(
        {
            "title": plan.info.get("title"),
            "language": order.language,
            "software": software,
            "date": order.date.isoformat() if order.date else None,
            "crs": f"EPSG:{plan.crs.epsg}",
            "policy_version": policy.version,
            "policy_digest": policy.digest,
            "review_number": order.review_number,
            "exempt": order.exempt,
            "audience": order.audience,
        }
    )
    return {
        "format": FORMAT,
        "about": about,
        "made_at": made_at,
        "made_by": made_by if inside else "",
        "project": source.path.name if inside else "",
        "content": combined({one.path: one.sha256 for one in listed}),
        "documents": documents_digest(plan),
        "without": list(order.without),
        **({"template": template_record(leaving)} if leaving != PLAIN else {}),
        "data": dict(sorted(plan.digests().items())),
        "files": [asdict(one) for one in listed],
    }


def write_json(path: Path, document: Any) -> None:
    """Write JSON for people and programs."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return what a pack says of itself. Raises InputError `pack_none`, `pack_damaged`."""
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError("pack_none", folder=str(folder))
    try:
        document = json.loads(path.read_text("utf-8-sig"))
        return _manifest(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError, InputError) as error:
        raise InputError("pack_damaged", file=MANIFEST, reason=str(error)[:120]) from error


def _manifest(document: Mapping[str, Any]) -> Manifest:
    if document["format"] != FORMAT:
        raise ValueError(document["format"])
    about = {str(key): str(value) for key, value in document["about"].items()}
    date = datetime.date.fromisoformat(about["date"]) if about.get("date") else None
    order = Order(
        about["audience"],
        about.get("review_number", ""),
        about.get("exempt", ""),
        date,
        about.get("language", "zh"),
        tuple(map(str, document.get("without", ()))),
        read_template(document["template"]) if "template" in document else PLAIN,
    )
    files = tuple(
        Packed(**{name: one[name] for name in Packed.__dataclass_fields__ if name in one})
        for one in document["files"]
    )
    for one in files:
        name = Path(one.path)
        if name.name != one.path or one.path in ("", ".", ".."):
            raise ValueError(one.path)  # a manifest leads nowhere outside its folder
    return Manifest(
        about.get("title", ""),
        order,
        str(document["made_at"]),
        str(document["made_by"]),
        str(document["project"]),
        about.get("software", ""),
        f"{about.get('policy_version', '')} · {about.get('policy_digest', '')}",
        {str(kind): str(digest) for kind, digest in document["data"].items()},
        str(document["documents"]),
        str(document["content"]),
        files,
    )


def read_digests(folder: Path) -> dict[str, frozenset[str]]:
    """Digests of the lines that each file had when the pack was made; {} where the list is gone or damaged:
    what differs is then told as changed in the file."""
    try:
        document = json.loads((folder / LINES).read_text("utf-8"))
        return {str(name): frozenset(str(lines).split()) for name, lines in document.items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
