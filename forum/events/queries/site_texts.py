"""The texts about the installation, as everybody reads them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.utils.safestring import SafeString

from forum.events.queries.default_texts import default
from forum.events.queries.formatting import cleaned
from forum.kernel.site_texts import SiteTextName as Name
from forum.markup.render import render
from forum.models import Event, SiteText


class ShownText(TypedDict):
    """A text with its heading; `changed_at` is None for a default text."""

    title: str
    html: SafeString
    changed_at: datetime | None


class Contact(TypedDict):
    """Where the organisers of an event can be reached."""

    title: str
    url: str
    address: str


def get(name: Name) -> ShownText:
    """What staff wrote, or the default text. One query."""
    own = SiteText.objects.filter(name=name).exclude(html="").values("html", "changed_at").first()
    title = str(name.label)
    if own:
        return {"title": title, "html": cleaned(own["html"]), "changed_at": own["changed_at"]}
    return {"title": title, "html": cleaned(render(default(name)).html), "changed_at": None}


def contacts() -> list[Contact]:
    """The events that name an address, the newest first. One query."""
    rows = Event.objects.exclude(contact="").order_by("-starts_at").values("title", "slug", "contact")
    return [{"title": row["title"], "url": f"/{row['slug']}/", "address": row["contact"]} for row in rows]


def key_of(name: Name) -> int | None:
    """The key of what staff wrote; None while the default is shown. One query."""
    return SiteText.objects.filter(name=name).values_list("pk", flat=True).first()
