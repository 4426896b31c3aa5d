"""Reports (DOCX) in real styles: the yearly monitoring report, and the sheet of one project.

The file carries the list of its numbers (`layers.provenance`), says on each page how secret it is, and
nothing about who made it: the same project and day give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.exports.files import log_file, write_whole
from app.exports.leaving import INSIDE, Leaving
from app.exports.report_parts import Report
from app.exports.stated import Numbers, data_version
from app.messages import listed, text, tr
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError
from layers.planning.results import Provenance
from layers.release import PUBLIC, allowed_columns, footnotes

SUFFIX = ".docx"
KINDS = ("yearly", "project")
Progress = Callable[[int, int], None]


def write_report(
    session: Session | Snapshot,
    out: Path,
    *,
    kind: str = "yearly",
    year: int | None = None,
    project: str | None = None,
    leaving: Leaving = INSIDE,
    progress: Progress = lambda _done, _total: None,
) -> Numbers:
    """Write a report to `out` (.docx), log it, and return the numbers that stand in it.

    year: of the yearly report, the period's last without one. project: code or name of a planned work.
    Raises InputError `format_unknown`, `report_kind_unknown`, `report_project_needed`, `work_unknown`,
    `template_unreadable`, `dpi_out_of_range`; RuleError `review_number_needed`, `report_project_inside`;
    StoreError `cannot_write`.
    """
    if out.suffix.lower() != SUFFIX:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=SUFFIX)
    if kind not in KINDS:
        raise InputError("report_kind_unknown", kind=kind, known=", ".join(KINDS))
    leaving.checked()
    if kind == "yearly":
        from app.exports.report_yearly import yearly

        made, title, kinds = yearly(session, leaving, year, progress)
    else:
        from app.exports.report_project import project_sheet

        if leaving.audience == PUBLIC:
            raise RuleError("report_project_inside")
        if not (project or "").strip():
            raise InputError("report_project_needed")
        made, title, kinds = project_sheet(session, leaving, str(project).strip(), progress)
    data = made.packed(title)
    write_whole(out, data)
    log_file(
        session, out, data, Text("报告", "a report"), audience=leaving.audience, columns=sorted(kinds),
        rows=len(made.numbers.listed), rules=leaving.rules,
    )  # fmt: skip
    return made.numbers


def begin(
    session: Session | Snapshot, leaving: Leaving, source: Provenance, title: str, state: str
) -> Report:
    """Return a report with its title, stamp, header and footer."""
    made = Report(leaving.template, Numbers(source))
    info = session.plan.info
    named = tr(Text(str(info.get("title", "")), str(info.get("title_en", info.get("title", "")))))
    origin = text("story_source", data=data_version(source), rules=source.policy_version,
                  hash=source.policy_digest[:8])  # fmt: skip
    stamp = leaving.stamp(is_map=True)
    made.words(title, "Title")
    made.words(" · ".join(part for part in (named, state, leaving.day_words()) if part), "Subtitle")
    made.words(stamp, "Stamp")
    made.edges(stamp, f"{named} {title}", origin)
    return made


def end(
    session: Session | Snapshot, made: Report, leaving: Leaving, source: Provenance, *, clauses: bool = True
) -> None:
    """The last section: what signs mean, what was read, by which rules. clauses: those of the plan are
    named (the articles of a verdict stand beside it)."""
    made.heading(text("report_basis"))
    period = session.policy.period
    points = [
        text("report_document", document=Text(period.document.zh, period.document.en),
             number=period.document_number or "—"),
        text("gaps_source" if clauses else "report_rules", clauses=listed(source.clauses) or "—",
             rules=source.policy_version, digest=source.policy_digest),
        text("report_signs"),
        text("sheet_note_areas"),
    ]  # fmt: skip
    codes = footnotes(PUBLIC, review_number="-", withheld=made.numbers.withheld,
                      sample=bool(session.plan.info.get("sample")))  # fmt: skip
    points += [text(f"release_{code}") for code in codes]
    if leaving.audience == PUBLIC:
        points.append(text("sheet_note_rounded"))
    made.points(points)
    allowed = allowed_columns(session.catalogue, audience=leaving.audience)
    read = [
        (tr(session.catalogue[kind].title), f"{len(source.plan.tables[kind]):,}", digest[:12])
        for kind, digest in source.digests.items()
        if kind in allowed
    ]
    heads = (text("report_layer"), text("report_rows"), text("report_digest"))
    made.table(heads, read, caption=text("report_read"), widths=(3, 1, 2))
