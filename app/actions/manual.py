"""The manual on the command line."""

from __future__ import annotations

from app.command import Answer
from app.session import Session


def manual(_session: Session, *, page: str | None = None, list: bool = False) -> Answer:
    """Return a page as text; without one, or with `list`, the contents. Raises InputError
    `manual_no_page`."""
    from app.manual import pages

    if page is None or list:
        found = pages.contents()
        width = max(len(page_id) for page_id, _ in found)
        return Answer([{"page": page_id, "title": title} for page_id, title in found],
                      tuple(f"{page_id:<{width}}  {title}" for page_id, title in found))
    shown = pages.page(page)
    return Answer({"page": shown.id, "title": shown.title, "text": shown.plain()}, (shown.plain(),))
