"""A pack is made whole beside its place and moved there; what stops it leaves nothing."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exports.files import now, reason_of
from app.messages import speaking
from app.packs.canonical import combined
from app.packs.index import index_page
from app.packs.manifest import (
    INDEX,
    LINES,
    MANIFEST,
    Packed,
    manifest_document,
    packed,
    write_json,
)
from app.packs.outputs import OUTPUTS, Making, Order, Part, Subject, parts
from app.painting.steady import steady_outlines
from app.session import Snapshot
from app.version import version
from layers.errors import InputError, StoreError
from layers.plan.scenes import SavedScene, scenes
from layers.release import PUBLIC, require_review

Progress = Callable[[int, int], None]
CHINA = datetime.timezone(datetime.timedelta(hours=8))
"""China keeps one time; the day must not hang on a computer's own zone."""


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was made. rules: that were applied, for the export log."""

    folder: Path
    files: tuple[Packed, ...]
    content: str
    rules: tuple[str, ...]


def make_pack(
    source: Snapshot,
    folder: Path,
    order: Order,
    *,
    author: str,
    progress: Progress,
    seal: Callable[[], None] = lambda: None,
) -> Made:
    """Write the whole story's material into `folder`, which must not be there yet (or be empty).

    progress: (files done, of how many), called also within a file; what it raises gives the pack up, and
    nothing is left. seal: called when nothing stops it any more. Raises InputError `pack_no_scenes`,
    `pack_output_unknown`, RuleError `review_number_needed`, StoreError `pack_exists`,
    `cannot_write`, and those of the writers.
    """
    told = scenes(source.plan)
    check_order(order, told)
    refuse_existing(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".qitu-", dir=folder.parent))
    except OSError as error:
        raise StoreError("cannot_write", path=str(folder), reason=reason_of(error)) from error
    try:
        with speaking(order.language), steady_outlines():
            files = build(source, beside, order, told, author=author, progress=progress)
        seal()
        refuse_existing(folder)
        if folder.is_dir():
            folder.rmdir()
        beside.chmod(0o777 & ~_umask())
        os.rename(beside, folder)
    except OSError as error:
        raise StoreError("cannot_write", path=str(folder), reason=reason_of(error)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    rules = ["allow_list", f"audience_{order.audience}", "small_counts"]
    rules += ["rounded"] if order.audience == PUBLIC else []
    rules += require_review(order.audience, order.review_number, order.exempt)
    content = combined({one.path: one.sha256 for one in files})
    return Made(folder, tuple(files), content, tuple(rules))


def check_order(order: Order, told: Sequence[SavedScene]) -> None:
    """Refuse what can be made of no project. Raises as `make_pack`."""
    require_review(order.audience, order.review_number, order.exempt)
    known = [one.id for one in OUTPUTS]
    if unknown := [one for one in order.without if one not in known]:
        raise InputError("pack_output_unknown", output=unknown[0], known=known)
    if not told:
        raise InputError("pack_no_scenes")


def refuse_existing(folder: Path) -> None:
    """Nothing is written over. Raises StoreError `pack_exists`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError("pack_exists", path=str(folder))


def build(
    source: Snapshot,
    folder: Path,
    order: Order,
    told: Sequence[SavedScene],
    *,
    author: str,
    progress: Progress,
) -> list[Packed]:
    """Write every file of a pack into an empty folder, in the language that is spoken.

    Within `steady_outlines` the files are the same at every run.
    """
    quiet = Snapshot(source.plan, source.policy, source.catalogue, source.path)  # its log is the pack's
    done = 0

    def check() -> None:
        progress(done, len(listed) + 1)

    making = Making(quiet, order, tuple(told), check)
    listed: list[Part] = []
    listed = parts(making)
    files: list[Packed] = []
    lines: dict[str, str] = {}
    for done, part in enumerate(listed):  # noqa: B007 - `check` reads it
        check()
        out = folder / part.name
        part.output.write(making, part.subject, out)
        one, digests = packed(part.name, part.output.id, out.read_bytes(), part.subject)
        files.append(one)
        lines[one.path] = " ".join(digests)
    done = len(listed)
    check()
    made_at = now()
    page = index_page(quiet, order, listed, made_at=made_at, author=author)
    (folder / INDEX).write_bytes(page)
    one, digests = packed(INDEX, "index", page, Subject())
    files.append(one)
    lines[one.path] = " ".join(digests)
    write_json(folder / LINES, lines)
    document = manifest_document(
        quiet, order, files, made_at=made_at, made_by=author, software=f"QiTu {version()}"
    )
    write_json(folder / MANIFEST, document)
    return files


def printed_date(last_change: str | None) -> datetime.date:
    """The date that stands on a pack's pages where none is asked for: the day of the project's last change.

    So the same project gives the same pages on any day. last_change: ISO time, UTC; None: never changed
    since it was made, then today.
    """
    if last_change is None:
        return datetime.date.today()  # noqa: DTZ011 - the local day
    moment = datetime.datetime.fromisoformat(last_change.replace("Z", "+00:00"))
    return moment.astimezone(CHINA).date()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

