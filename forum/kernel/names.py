"""Names that addresses need for themselves, so that no event and no theme can take them."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What an address begins with, today or soon: no event has such a name.
FIRST = frozenset({
    "about", "accounts", "admin", "answers", "api", "appeals", "batches", "bookmarks", "check-in", "code-of-conduct",
    "comments", "common-ground", "contact", "contributions", "drafts", "email", "embed", "entries", "event", "events",
    "feed", "feeds", "files", "floor", "following", "healthz", "help", "home", "live", "login", "logout", "media",
    "metrics", "moderation", "notifications", "organise", "people", "preview", "privacy", "programme", "promises",
    "publication", "publications", "readyz", "registration", "report", "reports", "sanctions", "search", "sessions",
    "settings", "signup", "source", "static", "terms", "themes", "threads",
})  # fmt: skip
# What stands behind the name of an event: no theme of it has such a name.
SECOND = frozenset({
    "api", "blocks", "calendar", "check-in", "common-ground", "contributions", "emails", "embed", "export", "feed",
    "feeds", "files", "floor", "live", "moderation", "notifications", "open", "organise", "participants", "people",
    "print", "programme", "promises", "publication", "publications", "registration", "report", "reports", "search",
    "sessions", "settings", "summaries", "summary", "themes", "threads",
})  # fmt: skip
CODE = "[A-Z][A-Z0-9]{0,3}"  # of a theme; /baku-2012/P-47/ is the address of a comment
COMMENT = re.compile(rf"(?:[a-z]|{CODE})-[0-9]{{1,9}}")


def is_taken(name: str, by_addresses: frozenset[str]) -> bool:
    """Whether an address of Parley's own has this name, in whatever capitals."""
    return name.lower() in by_addresses or COMMENT.fullmatch(name) is not None


def check_name(thing: Any, by_addresses: frozenset[str]) -> None:
    """Raises ValidationError for a new name that addresses need. One from before stays; `check` lists it."""
    known = type(thing).objects.filter(pk=thing.pk, slug=thing.slug)
    if is_taken(thing.slug, by_addresses) and not known.exists():
        sentence = _("Parley uses the address “%(name)s” for its own pages. Please choose another one.")
        raise ValidationError({"slug": ValidationError(sentence, params={"name": thing.slug})})
