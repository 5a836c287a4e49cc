"""An event's code of conduct, which everybody reads, and the phrases of its moderators, which only they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forum.models import Article, Event, Phrase


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


def code(event_id: int) -> list[dict[str, Any]]:
    """The articles as everybody reads them. One query."""
    return [_shape(article) for article in articles(event_id)]


def retired(event_id: int) -> list[dict[str, Any]]:
    """The articles that no longer hold, for the organisers. One query."""
    return [_shape(article) for article in Article.objects.filter(event=event_id, is_retired=True)]


def sentences(event_id: int) -> list[dict[str, Any]]:
    """The phrases in words, for the organisers. One query."""
    return [
        {
            "id": phrase.pk,
            "language": phrase.language,
            "language_label": phrase.get_language_display(),
            "title": phrase.title,
            "text": phrase.text,
        }
        for phrase in phrases(event_id)
    ]


def article(event: Event, article_id: int) -> Article:
    """One of an event's articles. Raises Article.DoesNotExist."""
    return Article.objects.get(event=event, pk=article_id)


def new_article(event: Event) -> Article:
    """One that is still to be written, at the end. One query."""
    return Article(event=event, position=Article.objects.filter(event=event, is_retired=False).count() + 1)


def phrase(event: Event, phrase_id: int) -> Phrase:
    """One of an event's phrases. Raises Phrase.DoesNotExist."""
    return Phrase.objects.get(event=event, pk=phrase_id)


def new_phrase(event: Event) -> Phrase:
    """One that is still to be written."""
    return Phrase(event=event)


def _shape(article: Article) -> dict[str, Any]:
    return {"id": article.pk, "position": article.position, "title": article.title, "text": article.text}
