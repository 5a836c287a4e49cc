"""Changes the texts about the installation."""

from __future__ import annotations

from datetime import datetime

from forum.markup.render import render
from forum.models import SiteText


def save_site_text(text: SiteText, *, now: datetime) -> None:
    """Stores what staff wrote, with its HTML; an empty source brings the default back.

    Raises TextRefused if the text cannot be shown.
    """
    text.html = render(text.source).html if text.source.strip() else ""
    text.changed_at = now
    text.save()
