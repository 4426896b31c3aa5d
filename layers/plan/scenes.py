"""Scenes: named views of the map that a project keeps, in the order of a story.

A scene is the document of collection `scene` under its id; the order is the list of ids in document `main` of
collection `story`. Each function here returns the Changes of one undoable command and touches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layers.errors import InputError
from layers.plan.changes import Changes
from layers.plan.plan import Plan

COLLECTION, STORY, MAIN = "scene", "story", "main"
UNIT = "unit."  # roles of what may be highlighted: never a household


@dataclass(frozen=True, slots=True)
class Callout:
    """A text (lines; the first is set bold) that points to a place (planning metres)."""

    text: str
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SavedScene:
    """What a scene shows.

    bounds: west, south, east, north in planning metres, all of it seen. visible: ids of the kinds shown.
    opacity: (kind id, 0 to 1), of kinds not opaque. order: kind ids from bottom to top.
    year: None is all that is recorded. scheme: None is as recorded. theme: id of the service whose gaps
    colour the units, "" for none. highlighted: (kind id, key) of units. notes: what only the presenter sees.
    classes: how the theme's amounts are classed (`jenks:5`), "" as usual. symbols: circles show its numbers.
    before: (year, scheme) that the scene is to be compared with, as year and scheme above; None for nothing.
    """

    id: str
    name: str
    bounds: tuple[float, float, float, float]
    visible: tuple[str, ...] = ()
    opacity: tuple[tuple[str, float], ...] = ()
    order: tuple[str, ...] = ()
    year: int | None = None
    scheme: str | None = None
    theme: str = ""
    highlighted: tuple[tuple[str, str], ...] = ()
    callouts: tuple[Callout, ...] = ()
    caption: str = ""
    notes: str = ""
    classes: str = ""
    symbols: bool = False
    before: tuple[int | None, str | None] | None = None


def scenes(plan: Plan) -> tuple[SavedScene, ...]:
    """Return every scene in the story's order; one that the order does not name comes last.

    Raises InputError `scene_damaged`.
    """
    kept = plan.documents.get(COLLECTION, {})
    return tuple(_read(key, kept[key]) for key in story(plan))


def story(plan: Plan) -> tuple[str, ...]:
    """Return the ids of the scenes that are there, in order."""
    kept = plan.documents.get(COLLECTION, {})
    listed = [key for key in plan.document(STORY, MAIN) or () if key in kept]
    return (*dict.fromkeys(listed), *sorted(set(kept) - set(listed)))


def find(plan: Plan, name: str) -> SavedScene:
    """Return the scene with a name, or an id; raises InputError `scene_unknown`."""
    found = scenes(plan)
    for one in found:
        if name == one.name:
            return one
    for one in found:
        if name == one.id:
            return one
    raise InputError("scene_unknown", name=name, known=[one.name for one in found])


def add(plan: Plan, scene: SavedScene, *, after: str = "") -> Changes:
    """Keep a new scene, last or after another; its id is given here, its name made free where it is taken."""
    made = replace(scene, id=_free_id(plan), name=free_name(plan, checked_name(scene.name)))
    order = list(story(plan))
    order.insert(order.index(after) + 1 if after in order else len(order), made.id)
    return Changes(documents=(plan.set_document(COLLECTION, made.id, _document(made)), _order(plan, order)))


def update(plan: Plan, scene: SavedScene) -> Changes:
    """Keep a scene anew; none where nothing differs.

    Raises InputError `scene_unknown`, `scene_unnamed`, `scene_taken`.
    """
    before = _by_id(plan, scene.id)
    name = checked_name(scene.name)
    if any(one.name == name and one.id != scene.id for one in scenes(plan)):
        raise InputError("scene_taken", name=name)
    made = replace(scene, name=name)
    if made == before:
        return Changes()
    return Changes(documents=(plan.set_document(COLLECTION, scene.id, _document(made)),))


def remove(plan: Plan, scene_id: str) -> Changes:
    """Take a scene out of the project. Raises InputError `scene_unknown`."""
    _by_id(plan, scene_id)
    order = [key for key in story(plan) if key != scene_id]
    return Changes(documents=(plan.set_document(COLLECTION, scene_id, None), _order(plan, order)))


def move(plan: Plan, scene_id: str, step: int) -> Changes:
    """Move a scene `step` places on (< 0: back), at most to the end; none where it stands there already."""
    _by_id(plan, scene_id)
    order = list(story(plan))
    at = order.index(scene_id)
    to = min(max(at + step, 0), len(order) - 1)
    if to == at:
        return Changes()
    order.insert(to, order.pop(at))
    return Changes(documents=(_order(plan, order),))


def duplicate(plan: Plan, scene_id: str) -> Changes:
    """Keep a scene once more, directly after it."""
    return add(plan, _by_id(plan, scene_id), after=scene_id)


def checked_name(name: str) -> str:
    """Return a name without spaces round it; raises InputError `scene_unnamed`."""
    if not name.strip():
        raise InputError("scene_unnamed")
    return name.strip()


def free_name(plan: Plan, name: str) -> str:
    """Return `name`, or with the first number that makes it new."""
    taken = {one.name for one in scenes(plan)}
    at, found = 2, name
    while found in taken:
        found, at = f"{name} {at}", at + 1
    return found


def _by_id(plan: Plan, scene_id: str) -> SavedScene:
    value = plan.document(COLLECTION, scene_id)
    if value is None:
        raise InputError("scene_unknown", name=scene_id, known=[one.name for one in scenes(plan)])
    return _read(scene_id, value)


def _free_id(plan: Plan) -> str:
    numbers = [int(key) for key in plan.documents.get(COLLECTION, {}) if key.isdecimal()]
    return str(max(numbers, default=0) + 1)


def _order(plan: Plan, order: Sequence[str]) -> Any:
    return plan.set_document(STORY, MAIN, list(order) or None)


def _document(scene: SavedScene) -> dict[str, Any]:
    return {
        "name": scene.name, "bounds": list(scene.bounds), "visible": list(scene.visible),
        "opacity": dict(scene.opacity), "order": list(scene.order), "year": scene.year,
        "scheme": scene.scheme,
        "theme": scene.theme, "highlighted": [list(one) for one in scene.highlighted],
        "callouts": [{"text": one.text, "at": list(one.at)} for one in scene.callouts],
        "caption": scene.caption, "notes": scene.notes,
        "classes": scene.classes, "symbols": scene.symbols,
        "before": None if scene.before is None else list(scene.before),
    }  # fmt: skip


def _before(value: Any) -> tuple[int | None, str | None] | None:
    if value is None:
        return None
    year, scheme = value
    return None if year is None else int(year), None if scheme is None else str(scheme)


def _read(key: str, value: Mapping[str, Any]) -> SavedScene:
    try:
        west, south, east, north = map(float, value["bounds"])
        year, scheme = value.get("year"), value.get("scheme")
        return SavedScene(
            key,
            str(value["name"]),
            (west, south, east, north),
            tuple(map(str, value.get("visible", ()))),
            tuple(sorted((str(kind), float(share)) for kind, share in value.get("opacity", {}).items())),
            tuple(map(str, value.get("order", ()))),
            None if year is None else int(year),
            None if scheme is None else str(scheme),
            str(value.get("theme", "")),
            tuple((str(kind), str(code)) for kind, code in value.get("highlighted", ())),
            tuple(Callout(str(one["text"]), (float(one["at"][0]), float(one["at"][1])))
                  for one in value.get("callouts", ())),
            str(value.get("caption", "")),
            str(value.get("notes", "")),
            str(value.get("classes", "")),
            bool(value.get("symbols", False)),
            _before(value.get("before")),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InputError("scene_damaged", key=key) from error
