"""Everything public that has an address, for those who index the web."""

from __future__ import annotations

from datetime import datetime

from forum.kernel.site_texts import SiteTextName
from forum.models import Event, Theme, Thread

MOST = 50_000  # addresses in one sitemap (sitemaps.org, protocol, "Sitemap file limits")


def addresses() -> list[tuple[str, datetime | None]]:
    """Paths and when they last changed: site texts, events, themes, and the newest threads. Three queries."""
    found: list[tuple[str, datetime | None]] = [("/", None)]
    found += [(f"/{name}/", None) for name in SiteTextName.values]
    found += [(f"/{slug}/", None) for slug in Event.objects.order_by("pk").values_list("slug", flat=True)]
    themes = Theme.objects.filter(is_meeting=False).order_by("pk").values_list("event__slug", "slug")
    found += [(f"/{event}/{theme}/", None) for event, theme in themes]
    threads = Thread.objects.public().order_by("-pk").values_list("pk", "last_comment__created_at")
    found += [(f"/threads/{pk}/", spoken_at) for pk, spoken_at in threads[: MOST - len(found)]]
    return found
