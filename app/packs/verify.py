"""A pack held against the project: every line of every file as it stands now, beside what it would say now.

The pack is made anew from the project, in the language, for the audience and with the date that its manifest
states, and each file is compared place by place with its twin. What a file said when the pack was made
(`lines.json`) tells whether a difference was made in the file or came about in the project.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from app.messages import speaking, tr
from app.packs.canonical import canonical_hash, combined, pixels_of
from app.packs.making import build
from app.packs.manifest import (
    LINES,
    MANIFEST,
    Manifest,
    Packed,
    documents_digest,
    line_digest,
    read_digests,
    read_manifest,
)
from app.packs.numbers import Carried, Origins, origins_of
from app.packs.reading import DIGEST, Line, Place, plain, read_lines
from app.painting.steady import steady_outlines
from app.session import Snapshot
from layers.errors import InputError
from layers.plan.scenes import scenes
from layers.provenance import Stated

CHANGED, STALE, MISSING, ADDED, UNREADABLE = "changed", "stale", "missing", "added", "unreadable"
"""Made otherwise in the file; the project has moved on; gone from the file; new in it; not to be read."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that does not say what the project says.

    what: CHANGED … UNREADABLE. head: what the cell is called. about: what the line begins with. stated: where
    the number is from, where that is written down.
    """

    file: str
    what: str
    place: Place = ()
    head: str = ""
    about: str = ""
    found: str = ""
    expected: str = ""
    stated: Stated | None = None

    @property
    def is_number(self) -> bool:
        """Whether a number differs."""
        return any(sign.isdecimal() for sign in self.found + self.expected)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it. compared: whether with the project (else with the manifest alone). numbers: how many
    were compared. notes: (file, code of `[ui.verify_note_CODE]`) that are no disagreement. moved: ids of the
    layers that changed since; rules, documents: whether those did."""

    manifest: Manifest
    compared: bool
    findings: tuple[Finding, ...]
    numbers: int
    notes: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()
    rules: bool = False
    documents: bool = False


@dataclass(eq=False)
class _Pack:
    """The pack as it lies there. recorded: file -> digests of its lines when it was made. titles: of
    services -> their ids."""

    folder: Path
    manifest: Manifest
    recorded: Mapping[str, frozenset[str]]
    titles: Mapping[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def data(self, name: str) -> bytes | None:
        """A file's bytes, None where it is not there."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None


def verify_alone(folder: Path) -> Verified:
    """Hold the files against the manifest only: what was changed in them since. Raises InputError
    `pack_none`, `pack_damaged`."""
    pack = _open(folder)
    numbers = 0
    for one in pack.manifest.files:
        data = pack.data(one.path)
        if data is None:
            pack.findings.append(Finding(one.path, MISSING))
        elif canonical_hash(one.path, data) != one.sha256:
            pack.findings += _changed_alone(pack, one, data)
        numbers += one.numbers
    return Verified(pack.manifest, False, tuple(pack.findings), numbers, tuple(pack.notes))


def verify_pack(folder: Path, source: Snapshot, *, progress: Progress) -> Verified:
    """Hold a pack against a project as it stands.

    progress: (files done, of how many); what it raises stops it. Raises InputError `pack_none`,
    `pack_damaged`, and those of the writers.
    """
    pack = _open(folder, source)
    beside = Path(tempfile.mkdtemp(prefix="qitu-verify-"))
    try:
        with speaking(pack.manifest.order.language), steady_outlines():
            told = scenes(source.plan)
            fresh = (
                build(
                    source, beside, pack.manifest.order, told,
                    author=pack.manifest.made_by, progress=progress,
                )
                if told
                else []
            )  # fmt: skip
            numbers = _compare_all(pack, beside, fresh)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    digests, policy = source.plan.digests(), source.policy
    before = pack.manifest.data
    moved = tuple(
        kind for kind in sorted({*digests, *before}) if digests.get(kind) != before.get(kind)
    )
    return Verified(
        pack.manifest,
        True,
        tuple(pack.findings),
        numbers,
        tuple(pack.notes),
        moved,
        f"{policy.version} · {policy.digest}" != pack.manifest.rules,
        documents_digest(source.plan) != pack.manifest.documents,
    )


def _open(folder: Path, source: Snapshot | None = None) -> _Pack:
    manifest = read_manifest(folder)
    services = source.catalogue.services() if source is not None else ()
    with speaking(manifest.order.language):
        titles = {tr(service.title): service.id for service, _ in services}
    pack = _Pack(folder, manifest, read_digests(folder), titles)
    listed = {one.path for one in manifest.files} | {MANIFEST, LINES}
    for path in sorted(folder.iterdir()):
        if path.name not in listed and not path.name.startswith((".", "~$")):
            pack.notes.append((path.name, "not_ours"))
    if manifest.content != combined({one.path: one.sha256 for one in manifest.files}):
        pack.findings.append(Finding(MANIFEST, CHANGED))
    return pack


def _changed_alone(pack: _Pack, one: Packed, data: bytes) -> Iterator[Finding]:
    """What is new in a file, as far as the digests tell."""
    try:
        lines = read_lines(one.path, data)
    except InputError as error:
        yield Finding(one.path, UNREADABLE, found=str(error.fields.get("reason", "")))
        return
    known = pack.recorded.get(one.path, frozenset())
    new = [line for line in lines if line_digest(line) not in known]
    for line in new:
        yield Finding(one.path, CHANGED, line.place, about=_about(line), found=_joined(line))
    if not new:
        yield Finding(one.path, CHANGED)


# -- against a fresh pack ----------------------------------------------------------------------------------


def _compare_all(pack: _Pack, beside: Path, fresh: Sequence[Packed]) -> int:
    """Compare every file with its twin; returns how many numbers were."""
    twins, numbers = {one.path: one for one in fresh}, 0
    for one in pack.manifest.files:
        data = pack.data(one.path)
        if data is None:
            pack.findings.append(Finding(one.path, MISSING))
        elif one.path not in twins:
            pack.findings.append(Finding(one.path, STALE))
        else:
            numbers += twins[one.path].numbers
            if canonical_hash(one.path, data) != twins[one.path].sha256:
                pack.findings += _compare(pack, one, data, (beside / one.path).read_bytes(), beside)
    known = {one.path for one in pack.manifest.files}
    pack.findings += [Finding(name, STALE, expected=name) for name in twins if name not in known]
    return numbers


def _compare(pack: _Pack, one: Packed, data: bytes, twin: bytes, beside: Path) -> Iterator[Finding]:
    if one.path.lower().endswith(".png"):
        touched = canonical_hash(one.path, data) != one.sha256
        yield Finding(one.path, CHANGED if touched else STALE, _differing(data, twin))
        return
    expected = read_lines(one.path, twin)
    try:
        found = read_lines(one.path, data)
    except InputError as error:
        yield Finding(one.path, UNREADABLE, found=str(error.fields.get("reason", "")))
        return
    origins = origins_of(beside / one.path, pack.titles)
    recorded = pack.recorded.get(one.path, frozenset())
    differences = list(compare_lines(one.path, found, expected, recorded, origins))
    if not differences:
        pack.notes.append((one.path, "written_anew"))
    yield from differences


def compare_lines(
    file: str,
    found: Sequence[Line],
    expected: Sequence[Line],
    recorded: frozenset[str] = frozenset(),
    origins: Origins | Carried | None = None,
) -> Iterator[Finding]:
    """Every cell that differs, and lines that are gone or new.

    recorded: digests of the lines that the file had when it was made. origins: of a table's numbers.
    """
    mine, theirs = [_key(line) for line in found], [_key(line) for line in expected]
    for tag, a, b, c, d in _blocks(mine, theirs):
        if tag == "equal":
            continue
        pairs, extra, gone = _paired(found[a:b], expected[c:d])
        for line, twin in pairs:
            what = STALE if line_digest(line) in recorded else CHANGED
            yield from _cells(file, line, twin, what, origins)
        for line in extra:
            what = STALE if line_digest(line) in recorded else ADDED
            yield Finding(file, what, line.place, about=_about(line), found=_joined(line))
        for line in gone:
            what = MISSING if line_digest(line) in recorded or not recorded else STALE
            yield Finding(file, what, line.place, about=_about(line), expected=_joined(line))


def _key(line: Line) -> tuple[str, ...]:
    return tuple(map(plain, line.cells))


def _blocks(
    mine: Sequence[tuple[str, ...]], theirs: Sequence[tuple[str, ...]]
) -> list[tuple[str, int, int, int, int]]:
    """Opcodes of a comparison; what is equal at both ends is cut off first."""
    least = min(len(mine), len(theirs))
    head = next((at for at in range(least) if mine[at] != theirs[at]), least)
    tail = next((at for at in range(least - head) if mine[-1 - at] != theirs[-1 - at]), least - head)
    inner = SequenceMatcher(
        None, mine[head : len(mine) - tail], theirs[head : len(theirs) - tail], autojunk=False
    )
    return [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in inner.get_opcodes()]


def _paired(
    found: Sequence[Line], expected: Sequence[Line]
) -> tuple[list[tuple[Line, Line]], list[Line], list[Line]]:
    """Lines of one place, or that begin alike, belong together; the rest is new or gone."""
    places = {line.place: line for line in expected}
    pairs, extra, used = [], [], set[int]()
    same = len(found) == len(expected)
    for at, line in enumerate(found):
        twin = expected[at] if same else places.get(line.place)
        if not same and (twin is None or line.cells[:1] != twin.cells[:1]):
            alike = (one for one in expected if one.cells[:2] == line.cells[:2] and id(one) not in used)
            twin = next(alike, None)
        if twin is None or id(twin) in used:
            extra.append(line)
        else:
            used.add(id(twin))
            pairs.append((line, twin))
    return pairs, extra, [line for line in expected if id(line) not in used]


def _cells(
    file: str, line: Line, twin: Line, what: str, origins: Origins | Carried | None
) -> Iterator[Finding]:
    if twin.heads == DIGEST:
        yield Finding(file, what, line.place)
        return
    about = _about(twin)
    for at in range(max(len(line.cells), len(twin.cells))):
        found = line.cells[at] if at < len(line.cells) else ""
        expected = twin.cells[at] if at < len(twin.cells) else ""
        if plain(found) != plain(expected):
            origin = origins.of(twin, at) if origins else None
            place = (*line.place, "cell", at + 1) if len(twin.cells) > 1 else line.place
            yield Finding(file, what, place, twin.head(at), about, found, expected, origin)


def _about(line: Line) -> str:
    """What a line begins with: two cells of words."""
    words = [cell for cell in line.cells if cell and not cell.replace(",", "").isdecimal()]
    return " · ".join(words[:2])[:80]


def _joined(line: Line) -> str:
    return " | ".join(cell for cell in line.cells if cell)[:400]


def _differing(data: bytes, twin: bytes) -> Place:
    """The box in which two pictures differ (pixels from the upper left), or their sizes."""
    import numpy as np

    try:
        (size, pixels), (other, expected) = pixels_of(data), pixels_of(twin)
    except InputError:
        return ("picture", 0)
    if size != other:
        return ("width", size[0], "height", size[1])
    width, height = size
    one, two = (
        np.frombuffer(each, np.uint32).reshape(height, width) & 0x00FFFFFF for each in (pixels, expected)
    )
    rows, columns = np.nonzero(one != two)
    if not len(rows):
        return ("picture", 0)
    return (
        "left", int(columns.min()), "top", int(rows.min()),
        "right", int(columns.max()), "bottom", int(rows.max()),
    )  # fmt: skip
