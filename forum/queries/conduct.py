"""An event's code of conduct, which everybody reads, and the phrases of its moderators, which only they do."""

from __future__ import annotations

from dataclasses import dataclass

from forum.models import Article, Phrase


@dataclass(frozen=True, slots=True)
class Conduct:
    """What a reason can be made of."""

    articles: list[Article]
    phrases: list[Phrase]


def of_event(event_id: int) -> Conduct:
    """What moderators can refer to in an event. Two queries."""
    return Conduct(articles(event_id), phrases(event_id))


def articles(event_id: int) -> list[Article]:
    """What a decision can rest on now, in the code's order. One query."""
    return list(Article.objects.filter(event=event_id, is_retired=False))


def phrases(event_id: int) -> list[Phrase]:
    """The ready sentences of an event, by language; for those who decide or organise. One query."""
    return list(Phrase.objects.filter(event=event_id))
