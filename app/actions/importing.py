"""Bringing a foreign file in: what it is said aloud first, one undoable command after that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.actions.area_change import area_data, area_lines, comparable
from app.actions.editing import kind_id
from app.command import Answer
from app.messages import language, text, tr
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.exchange.area_change import areas_left_out, compare_areas, too_many
from layers.exchange.importing import Update, to_changes
from layers.exchange.preview import FlaggedRow, Options, Preview, Question, preview
from layers.exchange.returning import Clash
from layers.plan.changes import Changes
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan

PERSONAL = ("identity", "phone", "bank", "name", "personal")  # why a column is a person's
SHOWN_ROWS = 5
SHOWN_FLAGS = 20
SHOWN_HEADINGS = 30


def import_file(
    session: Session,
    file: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    map: Mapping[str, str] | None = None,
    place: Sequence[str] | None = None,
    mode: str | None = None,
    clash: str | None = None,
    areas: bool = False,
    dry_run: bool = False,
    **more: Any,
) -> Answer:
    """Import a file as one undoable command; with an open question nothing is imported and the exit code is
    1.

    more["as"]: the kind, by id, plural or title. map: kind's column -> heading of the file (either way
    round). place: `ROW=CODE`. areas: two versions are compared by area however many shapes they have. Raises
    InputError for what is wrong with the file or the options, StoreError of `do`.
    """
    wanted = more.get("as")
    options = Options(
        layer=layer,
        kind=kind_id(session, wanted) if wanted else None,
        encoding=encoding,
        crs=crs,
        mapping=dict(map or {}),
        places=dict(_place(item) for item in place or ()),
        mode=mode,
        clash=clash,
    )
    seen = preview(file, plan=session.plan, options=options)
    imported, update = 0, None
    wanted_areas = comparable(seen) and (areas or not too_many(seen, session.plan))
    changes = compare_areas(seen, session.plan) if wanted_areas else ()
    if not wanted_areas:
        seen = replace(seen, notes=(*seen.notes, *areas_left_out(seen, session.plan)))
    if not seen.open_questions and not dry_run:
        update = carry_out(session, seen)
        imported = len(update.added) + len(update.changed) if update is not None else 0
    elif not seen.open_questions and mode in ("update", "replace") and seen.rows:
        update = to_changes(seen, session.plan)[1]
    data = preview_data(seen, imported)
    data |= {"areas": area_data(seen, changes), "update": update_data(update, mode)}
    lines = (*_lines(seen, update, dry_run), *area_lines(seen, changes))
    return Answer(data, lines, exit_code=1 if seen.open_questions else 0)


def carry_out(session: Session, seen: Preview, *, mode: str | None = None) -> Update | None:
    """Import a preview without open questions as one command; None where there is no row to import."""
    if seen.kind is None or not (seen.rows or seen.waiting):
        return None
    done: list[Update] = []

    def build(plan: Plan) -> Changes:
        changes, update = to_changes(seen, plan, mode=mode)
        done.append(update)
        return changes

    name, kind = Path(seen.path).name, seen.kind.title
    title = Text(
        f"导入 {name}：{kind.zh} {len(seen.rows)} 行", f"Imported {name}: {len(seen.rows)} rows of {kind.en}"
    )
    session.do(title, build, command="import")
    return done[-1]


def preview_data(seen: Preview, imported: int) -> dict[str, Any]:
    """Return a preview in the stable keys of the command line."""
    return {
        "declared": seen.declared,  # of the layer that is read: 0 while `layer` is asked
        "read": seen.read,
        "layers": [{"name": one.name, "declared": counted(one.count)} for one in seen.layers],
        "flagged": [
            {"row": one.row, "reason": flag_words(one), "outcome": outcome(one)} for one in seen.flagged
        ],
        "notes": [{"code": code, **fields} for code, fields in seen.notes],
        "imported": imported,
        "waiting": [one.key for one in seen.waiting],
        "clashes": [clash_data(one) for one in seen.clashes],
        "encoding": seen.encoding,
        "crs": seen.crs.choice.key if seen.crs is not None else None,
        "crs_candidates": [
            {
                "crs": one.choice.key,
                "epsg": one.choice.epsg,
                "name": one.name,
                "reason": text(f"crs_{one.reason}", **one.fields),
                "inside": round(one.share, 3),
                "usable": one.usable,
            }
            for one in seen.crs_candidates
        ],
        "kind": seen.kind.id if seen.kind is not None else None,
        "mapping": {name: one.heading for name, one in seen.mapping.items()},
        "classes": {heading: privacy.name.lower() for heading, (privacy, _) in seen.classes.items()},
        "questions": [
            {
                "id": one.id,
                "text": question_words(one),
                "option": one.option,
                "choices": list(one.choices),
                "open": one.open,
            }
            for one in seen.questions
        ],
    }


def update_data(update: Update | None, mode: str | None) -> dict[str, Any] | None:
    """Return what an import by key did or would do, for a program: keys of the rows, and how many stay."""
    if update is None or mode not in ("update", "replace"):
        return None
    keys = {name: list(getattr(update, name)) for name in ("added", "changed", "gone", "kept")}
    return {**keys, "same": update.same}


def flag_words(one: FlaggedRow) -> str:
    """Return why a row is flagged, and whether it is imported all the same."""
    words = text("flag_and").join(text(f"flag_{flag.code}", **flag.fields) for flag in one.flags)
    return words + text(f"flag_{outcome(one)}")


def clash_data(one: Clash) -> dict[str, Any]:
    """Return a row that both have changed, for a program; of a shape only that it differs."""
    columns = [
        {"column": name} | ({} if name == GEOMETRY else {"project": here, "file": there})
        for name, here, there in one.columns
    ]
    return {"row": one.row, "key": one.key, "gone": one.gone, "columns": columns}


def clash_words(kind: LayerKind, one: Clash) -> str:
    """Return what the project and the file say of a row that both have changed."""
    if one.gone:
        return text("import_clash_gone")
    parts = []
    for name, here, there in one.columns:
        if name == GEOMETRY:
            parts.append(text("import_clash_shape"))
            continue
        column = kind.column(name)
        shown = [column.choice_title(value, language()) or "—" for value in (here, there)]
        parts.append(text("import_clash_value", column=tr(column.title), here=shown[0], there=shown[1]))
    return text("flag_and").join(parts)


def outcome(one: FlaggedRow) -> str:
    """Return what becomes of a flagged row: `kept`, `waits` (for its place) or `not_kept`."""
    return "kept" if one.kept else "waits" if one.waits else "not_kept"


def counted(count: int) -> int | None:
    """Return the rows that a layer declares, None where they were not counted."""
    return count if count >= 0 else None


def question_words(one: Question) -> str:
    """Return a question with its choices."""
    stated = one.fields.get("stated") or text("import_nothing_stated")
    words = text(f"question_{one.id}", **{**one.fields, "stated": stated})
    return words + (text("question_choices", choices=list(one.choices[:12])) if one.choices else "")


def _place(item: str) -> tuple[int, str]:
    row, equals, code = item.partition("=")
    if not equals or not row.strip().isdigit():
        raise InputError("assignment_malformed", given=item)
    return int(row), code.strip()


def _lines(seen: Preview, update: Update | None, dry_run: bool) -> Iterator[str]:
    yield text(
        "import_head",
        name=Path(seen.path).name,
        format=seen.format,
        layer=seen.layer or "—",
        encoding=seen.encoding or "—",
        crs=seen.crs.choice.key if seen.crs is not None else "—",
    )
    if seen.layer is None:
        for info in seen.layers:
            rows = counted(info.count)
            if rows is None:
                yield text("import_layer_uncounted", name=info.name)
            else:
                yield text("import_layer_rows", name=info.name, count=f"{rows:,}")
    else:
        yield text(
            "import_counts",
            declared=f"{seen.declared:,}",
            read=f"{seen.read:,}",
            flagged=f"{len(seen.flagged):,}",
        )
    if seen.kind is not None:
        yield text("import_kind", kind=tr(seen.kind.title), id=seen.kind.id)
        for name, one in seen.mapping.items():
            yield text(
                "import_mapped",
                column=tr(seen.kind.column(name).title),
                heading=one.heading,
                how=text(f"import_how_{one.how}"),
                unit=f" {one.unit}" if one.unit else "",
            )
        if seen.unmapped:
            yield text("import_unmapped", headings=list(seen.unmapped[:SHOWN_HEADINGS]))
        if len(seen.unmapped) > SHOWN_HEADINGS:
            yield text("import_unmapped_more", count=f"{len(seen.unmapped) - SHOWN_HEADINGS:,}")
    personal = [heading for heading, (_, why) in seen.classes.items() if why in PERSONAL]
    if personal:
        yield text("import_personal", headings=personal)
    for code, fields in seen.notes:
        yield text(f"import_note_{code}", **fields)
    for row in seen.first_rows[:SHOWN_ROWS]:
        cells = [f"{heading}: {value}" for heading, value in row.items() if value is not None]
        yield "  " + " | ".join(cells[:SHOWN_HEADINGS]) + (" | …" if len(cells) > SHOWN_HEADINGS else "")
    for flagged in seen.flagged[:SHOWN_FLAGS]:
        yield text("import_row", row=flagged.row, reason=flag_words(flagged))
    if len(seen.flagged) > SHOWN_FLAGS:
        yield text("import_more_rows", count=len(seen.flagged) - SHOWN_FLAGS)
    for one_clash in seen.clashes[:SHOWN_FLAGS]:
        assert seen.kind is not None
        words = clash_words(seen.kind, one_clash)
        yield text("import_clash", row=one_clash.row, key=one_clash.key, words=words)
    if len(seen.clashes) > SHOWN_FLAGS:
        yield text("import_more_rows", count=len(seen.clashes) - SHOWN_FLAGS)
    for candidate in seen.crs_candidates:
        why = text(f"crs_{candidate.reason}", **candidate.fields)
        yield f"  {candidate.choice.key}  {candidate.name}  {why}"
    for question in seen.questions:
        yield text(
            "import_question" if question.open else "import_warning",
            words=question_words(question),
            option=question.option,
        )
    if seen.open_questions:
        yield text("import_nothing_yet")
    elif dry_run:
        yield text("import_dry_run", rows=f"{len(seen.rows):,}")
        if update is not None:
            yield from _update_lines(update)
    elif update is not None:
        if seen.waiting:
            yield text("import_waiting", count=f"{len(seen.waiting):,}")
        yield text(
            "import_done",
            added=f"{len(update.added):,}",
            changed=f"{len(update.changed):,}",
            gone=f"{len(update.gone):,}",
            same=f"{update.same:,}",
        )
        if update.kept:
            yield text("import_kept", count=f"{len(update.kept):,}")


def _update_lines(update: Update) -> Iterator[str]:
    """What an import by key would do: how many rows, and the keys of the first."""
    for name in ("added", "changed", "gone", "kept"):
        keys = getattr(update, name)
        if keys:
            shown = [*map(str, keys[:SHOWN_FLAGS]), *(["…"] if len(keys) > SHOWN_FLAGS else [])]
            yield text(f"import_would_{name}", count=f"{len(keys):,}", keys=shown)
    yield text("import_would_same", count=f"{update.same:,}")
