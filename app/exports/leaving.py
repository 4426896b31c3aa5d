"""How slides and reports leave: for whom, on which day, by which template; what must stand on each page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from app.exports.xml_words import clean
from app.messages import language, text
from layers.errors import InputError
from layers.release import INTERNAL, PUBLIC, footnotes, require_review

DPI, DPI_RANGE = 240, (100, 600)


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a file leaves. day: printed on it, today if None. template: a bureau's own, None for ours.

    only: the year and scheme of which alone numbers of households are told, since other files beside this one
    tell them; None: of all, which are looked at together.
    """

    audience: str = INTERNAL
    review_number: str = ""
    exempt: str = ""
    day: datetime.date | None = None
    template: Path | None = None
    dpi: int = DPI
    only: tuple[int | None, str | None] | None = None

    def checked(self) -> Leaving:
        """Itself; raises InputError `dpi_out_of_range`, RuleError `review_number_needed`."""
        if not DPI_RANGE[0] <= self.dpi <= DPI_RANGE[1]:
            raise InputError("dpi_out_of_range", dpi=self.dpi, least=DPI_RANGE[0], most=DPI_RANGE[1])
        require_review(self.audience, self.review_number, self.exempt)
        return self

    @property
    def rules(self) -> tuple[str, ...]:
        """What was done to what leaves, for the log."""
        rounded = ("rounded",) if self.audience == PUBLIC else ()
        ground = require_review(self.audience, self.review_number, self.exempt)
        return ("allow_list", f"audience_{self.audience}", "small_counts", *rounded, *ground)

    def day_words(self) -> str:
        """The day in words."""
        day = self.day or datetime.date.today()  # noqa: DTZ011 - the local day
        digits = "02" if language() == "en" else ""
        return text("sheet_date", year=day.year, month=f"{day.month:{digits}}", day=f"{day.day:{digits}}")

    def stamp(self, *, is_map: bool) -> str:
        """What must stand on each page."""
        codes = footnotes(
            self.audience, is_map=is_map, review_number=self.review_number, exempt=self.exempt
        )
        marks = [text(f"release_{code}") for code in codes]
        if self.audience == PUBLIC:
            marks.insert(0, text("story_public"))
        if self.review_number.strip():
            marks.append(text("sheet_review", number=clean(self.review_number).strip()))
        elif self.exempt.strip() and self.audience == PUBLIC:
            marks.append(text("sheet_review_exempt", ground=clean(self.exempt).strip()))
        return " · ".join(marks)


INSIDE = Leaving()
