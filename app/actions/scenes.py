"""Scenes kept, changed, put in order: each one undoable command; and listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.command import Answer
from app.messages import both, text
from app.session import Session
from layers.errors import InputError
from layers.plan import scenes as kept
from layers.plan.plan import Plan
from layers.plan.scenes import Callout, SavedScene


def list_scenes(session: Session) -> Answer:
    """List the scenes in the story's order."""
    found = kept.scenes(session.plan)
    lines = [
        text("scene_row", at=at, name=one.name, facts=facts_of(session.plan, one))
        for at, one in enumerate(found, 1)
    ]
    return Answer([scene_data(one) for one in found], tuple(lines or [text("scenes_none")]))


def facts_of(plan: Plan, scene: SavedScene) -> str:
    """Return in words what a scene shows: theme, year, scheme, numbers of layers and callouts."""
    titles = {one.id: one.title for one, _ in plan.catalogue.services()}
    parts = [text("scene_year_all") if scene.year is None else text("scene_year", year=scene.year)]
    if scene.theme in titles:
        parts.insert(0, text("scene_theme", title=titles[scene.theme]))
    if scene.scheme:
        parts.append(text("scene_scheme", name=scene.scheme))
    parts.append(text("scene_layers", count=len(scene.visible)))
    if scene.before is not None:
        parts.append(text("scene_against", words=before_words(scene.before)))
    if scene.callouts:
        parts.append(text("scene_callouts", count=len(scene.callouts)))
    return " · ".join(parts)


def before_words(before: tuple[int | None, str | None]) -> str:
    """Return in words what a scene is compared with."""
    year, scheme = before
    said = text("scene_year_all") if year is None else text("scene_year", year=year)
    return f"{said} · {text('scene_scheme', name=scheme)}" if scheme else said


def scene_data(scene: SavedScene) -> dict[str, Any]:
    """Return a scene in stable keys."""
    return {
        "id": scene.id, "name": scene.name, "caption": scene.caption, "notes": scene.notes,
        "bounds": list(scene.bounds), "visible": list(scene.visible), "opacity": dict(scene.opacity),
        "year": scene.year, "scheme": scene.scheme, "theme": scene.theme or None,
        "classes": scene.classes or None, "symbols": scene.symbols,
        "before": None if scene.before is None else {"year": scene.before[0], "scheme": scene.before[1]},
        "highlighted": [{"kind": kind, "key": key} for kind, key in scene.highlighted],
        "callouts": [{"text": one.text, "at": list(one.at)} for one in scene.callouts],
    }  # fmt: skip


def save(session: Session, scene: SavedScene) -> SavedScene:
    """Keep a new scene at the end of the story; returns it as it is kept."""
    session.do(both("did_scene_add", name=scene.name), lambda plan: kept.add(plan, scene), command="scene")
    return kept.scenes(session.plan)[-1]


def update(session: Session, scene: SavedScene) -> Any:
    """Keep a scene anew; None where nothing differs."""
    title = both("did_scene_update", name=scene.name)
    return session.do(title, lambda plan: kept.update(plan, scene), command="scene")


def rename(session: Session, scene: SavedScene, name: str) -> Any:
    """Give a scene another name."""
    title = both("did_scene_rename", name=scene.name, new=name.strip())
    return session.do(title, lambda plan: kept.update(plan, replace(scene, name=name)), command="scene")


def add_callout(session: Session, scene: SavedScene, words: str, at: tuple[float, float]) -> Any:
    """Let a text point to a place; raises InputError `callout_empty`."""
    if not words.strip():
        raise InputError("callout_empty")
    return update(session, replace(scene, callouts=(*scene.callouts, Callout(words.strip(), at))))


def drop_callout(session: Session, scene: SavedScene, at: int) -> Any:
    """Take a callout away by its position."""
    return update(session, replace(scene, callouts=(*scene.callouts[:at], *scene.callouts[at + 1 :])))


def compare(session: Session, scene: SavedScene, before: tuple[int | None, str | None] | None) -> Any:
    """Let a scene be swiped against a year and scheme, or against nothing."""
    return update(session, replace(scene, before=before))


def remove(session: Session, scene: SavedScene) -> Any:
    """Take a scene out of the project."""
    title = both("did_scene_remove", name=scene.name)
    return session.do(title, lambda plan: kept.remove(plan, scene.id), command="scene")


def move(session: Session, scene: SavedScene, step: int) -> Any:
    """Move a scene in the story."""
    title = both("did_scene_move", name=scene.name)
    return session.do(title, lambda plan: kept.move(plan, scene.id, step), command="scene")


def duplicate(session: Session, scene: SavedScene) -> Any:
    """Keep a scene once more, directly after it."""
    title = both("did_scene_duplicate", name=scene.name)
    return session.do(title, lambda plan: kept.duplicate(plan, scene.id), command="scene")
