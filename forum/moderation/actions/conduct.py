"""Writing an event's code of conduct, and the sentences that its moderators have at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from accounts.models import Person
from forum.dialogue.actions import log
from forum.events.rules.roles import why_not_organise
from forum.kernel.choices import Act
from forum.kernel.errors import refuse_if
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Event, Phrase


@in_one_transaction
def write_article(
    article: Article, *, title: str, text: str, place: int, is_retired: bool = False, by: Person, now: datetime
) -> None:
    """Writes a new article or changes one, at a place counted from 1 among those that hold. Raises Refused.

    A retired article can no longer be chosen for decisions and stays for those that rest on it.
    """
    Event.objects.select_for_update(no_key=True).get(pk=article.event_id)  # the lock for the order of its articles
    refuse_if(why_not_organise(by, article.event_id))
    others = list(Article.objects.filter(event=article.event_id, is_retired=False).exclude(pk=article.pk))
    article.title, article.text, article.is_retired = title, text, is_retired
    article.position = min(max(place, 1), len(others) + 1)
    article.save()
    ordered = others if is_retired else [*others[: article.position - 1], article, *others[article.position - 1 :]]
    for position, each in enumerate(ordered, start=1):
        each.position = position
    Article.objects.bulk_update(ordered, ["position"])
    log.record_in_event(Act.CONDUCT, article.event_id, by=by, reason=title, now=now)


@in_one_transaction
def write_phrase(phrase: Phrase, *, language: str, title: str, text: str, by: Person, now: datetime) -> None:
    """Writes a new sentence for moderators or changes one. Raises Refused."""
    refuse_if(why_not_organise(by, phrase.event_id))
    said = _said(
        gettext_noop("One saved reply was changed.") if phrase.pk else gettext_noop("One saved reply was added.")
    )
    phrase.language, phrase.title, phrase.text = language, title, text
    phrase.save()
    log.record_in_event(Act.REPLIES, phrase.event_id, by=by, reason=said, now=now)


@in_one_transaction
def discard_phrase(phrase: Phrase, *, by: Person, now: datetime) -> None:
    """Takes a sentence from the moderators' list; what was said with it stays said. Raises Refused."""
    refuse_if(why_not_organise(by, phrase.event_id))
    phrase.delete()
    log.record_in_event(
        Act.REPLIES, phrase.event_id, by=by, reason=_said(gettext_noop("One saved reply was removed.")), now=now
    )


def _said(words: str) -> str:
    """What the public log says of a saved reply: never its text, which only moderators read."""
    with log.in_site_language():
        return gettext(words)


@in_one_transaction
def set_up_conduct(
    event: Event, *, articles: Iterable[Mapping[str, str]], phrases: Iterable[Mapping[str, str]]
) -> None:
    """Gives an event its first articles and sentences; where there are any, what organisers made of them stays."""
    if not event.articles.exists():
        rows = [
            Article(event=event, position=place, title=article["title"], text=article.get("text", ""))
            for place, article in enumerate(articles, start=1)
        ]
        Article.objects.bulk_create(rows)
    if not event.phrases.exists():
        Phrase.objects.bulk_create(
            Phrase(event=event, language=phrase["language"], title=phrase["title"], text=phrase["text"])
            for phrase in phrases
        )
