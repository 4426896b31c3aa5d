"""The meeting's material as one folder, and holding such a folder against the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app import template_homes
from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.files import log_file
from app.messages import language, text
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.maps.sheet_template import PLAIN
from layers.plan.scenes import scenes
from layers.release import INTERNAL, PUBLIC

if TYPE_CHECKING:
    from app.packs.making import Made
    from app.packs.outputs import Order


def pack(
    session: Session,
    folder: Path,
    *,
    date: str | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
    without: Sequence[str] = (),
    template: str | None = None,
) -> Answer:
    """Write everything of the project's story into a new folder.

    date: printed on the pages, YYYY-MM-DD; None: the day of the project's last change. public: only what the
    public may see, with a review number or a ground of exemption. without: ids of outputs that are left out
    (see `OUTPUTS`). template: id or title of the sheets'. Raises InputError `pack_no_scenes`,
    `template_unknown`,
    `pack_output_unknown`, `day_not_understood`; RuleError `review_number_needed`; StoreError `pack_exists`,
    `cannot_write`.
    """
    from app.packs.making import make_pack

    order = replace(
        order_of(session, date=date, public=public, review_number=review_number, exempt=exempt),
        without=tuple(without or ()),
        template=template_homes.find(session.plan, template) if template is not None else PLAIN,
    )
    made = make_pack(
        session.snapshot(), folder, order, author=session.author, progress=lambda _done, _total: None
    )
    log_pack(session, made, order)
    return Answer(
        {
            "folder": str(folder),
            "content": made.content,
            "date": order.date.isoformat() if order.date else None,
            "audience": order.audience,
            "files": [{"path": one.path, "output": one.output, "sha256": one.sha256} for one in made.files],
        },
        (text("pack_done", folder=folder, files=len(made.files)), *(f"  {one.path}" for one in made.files)),
    )


def verify(session: Session, folder: Path, *, project: Path | None = None) -> Answer:
    """Compare every number of a pack, as its files stand, with a project; exit code 1 where any differs.

    project: None takes the one that the manifest names where it lies in the folder or beside it; where it
    does not, only what was changed in the files since is found. Raises InputError `pack_none`,
    `pack_damaged`; StoreError where the project cannot be opened.
    """
    from app.packs.verify import verify_alone, verify_pack
    from app.packs.words import verify_answer

    path = project or beside_pack(folder)
    if path is None:
        return verify_answer(verify_alone(folder), session.catalogue)
    session.open(path)
    done = verify_pack(folder, session.snapshot(), progress=lambda _done, _total: None)
    return verify_answer(done, session.catalogue)


def beside_pack(folder: Path) -> Path | None:
    """Return the project that a pack was made from where it still lies near; a manifest leads nowhere else.

    Raises as `verify`.
    """
    from app.packs.manifest import read_manifest

    name = Path(read_manifest(folder).project).name
    near = (place / name for place in (folder, folder.resolve().parent) if name)
    return next((path for path in near if path.is_file()), None)


def order_of(
    session: Session,
    *,
    date: str | None = None,
    public: bool = False,
    review_number: str = "",
    exempt: str = "",
) -> Order:
    """Return what is asked, complete. Raises InputError `day_not_understood`."""
    from app.packs.making import printed_date
    from app.packs.outputs import Order

    day = printed_date(_last_change(session)) if date is None else parse_day(date)
    audience = PUBLIC if public else INTERNAL
    return Order(audience, review_number.strip(), exempt.strip(), day, language())


def refuse(session: Session, folder: Path, order: Order) -> None:
    """Refuse before anything is reckoned. Raises as `pack`."""
    from app.packs.making import check_order, refuse_existing

    check_order(order, scenes(session.plan))
    refuse_existing(folder)


def make(
    snapshot: Snapshot,
    folder: Path,
    order: Order,
    author: str,
    progress: Callable[[int, int], None],
    seal: Callable[[], None],
) -> Made:
    """Make it as a job does; the session logs it when the job has ended (`log_pack`)."""
    from app.packs.making import make_pack

    return make_pack(snapshot, folder, order, author=author, progress=progress, seal=seal)


def log_pack(session: Session, made: Made, order: Order) -> None:
    """Keep one line of the export log for the whole pack; the manifest, which it digests, names the rest."""
    from app.packs.manifest import MANIFEST

    log_file(
        session, made.folder, (made.folder / MANIFEST).read_bytes(), Text("会议材料", "meeting material"),
        audience=order.audience, columns=[one.path for one in made.files], rows=len(made.files),
        rules=made.rules,
    )  # fmt: skip


def _last_change(session: Session) -> str | None:
    """When the project last changed; what left the house and names of versions change nothing."""
    return next(
        (item.entry.at for item in session.history() if item.entry.op not in ("export", "version")), None
    )
