"""Announces events: the facts, the themes, who stands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict

from forum.kernel.transactions import in_one_transaction
from forum.markup.render import render
from forum.models import Event, Party, Reference, Theme

TEXTS = ("objective", "registration", "reception")


class AnnouncedParty(TypedDict):
    """Who stands behind an event: hosts, partners and the like."""

    kind: str
    name: str
    url: NotRequired[str]


class AnnouncedReference(TypedDict):
    """A source that the announcement's texts refer to by its number."""

    number: int
    text: str
    url: NotRequired[str]


class AnnouncedTheme(TypedDict):
    """A theme of the announcement; `about` is Markdown."""

    slug: str
    code: str
    title: str
    question: NotRequired[str]
    about: NotRequired[str]
    is_meeting: NotRequired[bool]


@in_one_transaction
def announce(
    facts: Mapping[str, object],
    *,
    parties: Iterable[AnnouncedParty],
    references: Iterable[AnnouncedReference],
    themes: Iterable[AnnouncedTheme],
) -> Event:
    """Makes or renews an event with everything announced about it; the same slug is the same event.

    The long texts are Markdown. Raises TextRefused if one of them cannot be shown.
    """
    plain = {name: value for name, value in facts.items() if name not in TEXTS}
    references = list(references)
    for name in TEXTS:
        texts = _both(name, str(facts.get(name, "")))
        texts[f"{name}_html"] = _linked(texts[f"{name}_html"], {reference["number"] for reference in references})
        plain |= texts
    event, _ = Event.objects.update_or_create(slug=facts["slug"], defaults=plain)
    for position, party in enumerate(parties):
        Party.objects.update_or_create(
            event=event,
            kind=party["kind"],
            name=party["name"],
            defaults={"url": party.get("url", ""), "position": position},
        )
    for reference in references:
        Reference.objects.update_or_create(
            event=event,
            number=reference["number"],
            defaults={"text": reference["text"], "url": reference.get("url", "")},
        )
    for position, theme in enumerate(themes, start=1):
        about = {name: value for name, value in theme.items() if name not in {"about", "slug"}}
        about |= _both("about", theme.get("about", "")) | {"position": position}
        Theme.objects.update_or_create(event=event, slug=theme["slug"], defaults=about)
    return event


def _linked(html: str, numbers: set[int]) -> str:
    """The same text with "[2]" leading to the second reference of the event's page."""

    def link(found: re.Match[str]) -> str:
        number = int(found[1])
        return f'<a href="#reference-{number}">[{number}]</a>' if number in numbers else found[0]

    return re.sub(r"\[(\d{1,3})\](?!</a>)", link, html)


def _both(name: str, source: str) -> dict[str, str]:
    html = render(source).html if source.strip() else ""
    return {f"{name}_source": source, f"{name}_html": html}
