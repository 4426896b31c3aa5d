"""Where templates of sheets are kept: shipped with the product, in the user's profile, in the project.

Of one id the project's is used before the profile's, and that before the shipped one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app import preferences
from app.exports.files import reason_of, write_whole
from layers.errors import InputError, PlannerError, StoreError
from layers.maps.sheet_template import (
    SheetTemplate,
    broken_templates,
    find_template,
    own_templates,
    shipped,
)
from layers.maps.sheet_template_file import read_folder, template_toml
from layers.plan.plan import Plan

SHIPPED, PROFILE, PROJECT = "shipped", "profile", "project"
HOMES = (SHIPPED, PROFILE, PROJECT)


@dataclass(frozen=True)
class Kept:
    """A template and where it is kept."""

    home: str
    template: SheetTemplate


@dataclass(frozen=True)
class Broken:
    """A template that cannot be read: where it is kept, its file or id, what is wrong."""

    home: str
    name: str
    error: PlannerError


def profile_folder() -> Path:
    """Return the folder of the user's own templates; it need not be there."""
    return preferences.folder() / "templates"


def kept(plan: Plan) -> list[Kept]:
    """Return every template of every home, home by home; one id may be in several."""
    mine, _ = read_folder(profile_folder())
    return [
        *(Kept(SHIPPED, one) for one in shipped()),
        *(Kept(PROFILE, one) for one in mine.values()),
        *(Kept(PROJECT, one) for one in own_templates(plan)),
    ]


def broken(plan: Plan) -> list[Broken]:
    """Return what cannot be read in the profile and in the project."""
    _, faults = read_folder(profile_folder())
    return [
        *(Broken(PROFILE, path.name, error) for path, error in faults.items()),
        *(Broken(PROJECT, name, error) for name, error in broken_templates(plan).items()),
    ]


def used(plan: Plan) -> list[Kept]:
    """Return the templates that may be chosen: of each id the one that is used, shipped ones first."""
    found: dict[str, Kept] = {}
    for one in kept(plan):
        found[one.template.id] = one
    return list(found.values())


def find(plan: Plan, name: str) -> SheetTemplate:
    """Return a template by id or title from all homes.

    Raises InputError `template_unknown`; for the name of a broken one, what is wrong with it.
    """
    mine, _ = read_folder(profile_folder())
    try:
        return find_template(plan, name, tuple(mine.values()))
    except InputError:
        for one in broken(plan):
            if name in (one.name, Path(one.name).stem):
                raise one.error from None
        raise


def keep_in_profile(template: SheetTemplate) -> Path:
    """Keep a template in the profile, in place of one with its id. Raises StoreError `cannot_write`."""
    mine, _ = read_folder(profile_folder())
    before = next((path for path, one in mine.items() if one.id == template.id), None)
    path = before or profile_folder() / f"{template.id}.toml"
    write_whole(path, template_toml(template).encode("utf-8"))
    return path


def drop_from_profile(identity: str) -> None:
    """Take a template out of the profile.

    Raises InputError `template_not_mine`, StoreError `cannot_write`.
    """
    mine, _ = read_folder(profile_folder())
    path = next((path for path, one in mine.items() if one.id == identity), None)
    if path is None:
        raise InputError("template_not_mine", name=identity)
    try:
        path.unlink()
    except OSError as error:
        raise StoreError("cannot_write", path=str(path), reason=reason_of(error)) from error
