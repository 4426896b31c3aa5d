"""The three kinds of refusal a planner can meet: wrong input, a forbidding rule, trouble with the file.

An error carries a stable code and the facts (`fields`) that its sentence needs. The sentence itself, in the
user's language, lives in resources/i18n as `[error.CODE]`, so no text for users is written here.
"""

from __future__ import annotations

from typing import Any


class PlannerError(Exception):
    """Base of every expected error: `code` names the sentence, `fields` fill its places."""

    def __init__(self, code: str, /, **fields: Any) -> None:
        super().__init__(code)
        self.code: str = code
        self.fields: dict[str, Any] = fields

    def __str__(self) -> str:
        """For logs only: `code (name=value, ...)`."""
        if not self.fields:
            return self.code
        return f"{self.code} ({', '.join(f'{name}={value!r}' for name, value in self.fields.items())})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Jobs and the import child hand errors across process borders; keyword fields need help there.
        return _rebuild, (type(self), self.code, self.fields)


class InputError(PlannerError):
    """What the user, or a file the user gave, says cannot be used."""


class RuleError(PlannerError):
    """What was asked is understood, but the plan or a rule forbids it."""


class StoreError(PlannerError):
    """The project file, the disk or a lock stands in the way."""


def _rebuild(kind: type[PlannerError], code: str, fields: dict[str, Any]) -> PlannerError:
    return kind(code, **fields)
