"""The code of conduct: read by everybody, written by organisers; and the sentences that only moderators see."""

from __future__ import annotations

import pytest
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.events.queries import conduct
from forum.exchange.demonstration import load_demo
from forum.models import Article, LogEntry, Phrase
from forum.moderation.actions.moderation import remove_comment
from tests.factories import make_event

pytestmark = pytest.mark.django_db

MARKER = "quokka"  # a word of a ready sentence


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/conduct/"


@pytest.fixture
def articles(event) -> list[Article]:
    titles = ["Be civil", "Stay on the theme", "Write as yourself"]
    return [event.articles.create(position=place, title=title) for place, title in enumerate(titles, start=1)]


def titles(event) -> list[tuple[int, str]]:
    return [(article.position, article.title) for article in conduct.articles(event.pk)]


def test_everybody_reads_it_and_finds_it(cast, page, articles, event, thread):
    for who in ("eve", "ada", "mo", "olga"):
        client = cast.client(who)
        text = client.get(page).content.decode()
        assert all(article.title in text for article in articles)
        assert ("Add a rule" in text) == (who == "olga")
        for place in (f"/{event.slug}/moderation/", f"/threads/{thread.pk}/", f"/{event.slug}/"):
            assert page in client.get(place).content.decode()


def test_without_articles_each_reads_what_comes_next(cast, page):
    assert "The organisers have not written a code of conduct" in cast.client("eve").get(page).content.decode()
    text = cast.client("olga").get(page).content.decode()
    assert "Five or six short rules are enough" in text
    assert f"{page}new/" in text


@pytest.mark.parametrize("who", ["eve", "ada", "mo"])
def test_only_organisers_write(cast, page, event, articles, who):
    phrase = event.phrases.create(language="en", title="T", text="S.")
    client, phrases = cast.client(who), page.replace("conduct", "phrases")
    for address in (f"{page}new/", f"{page}{articles[0].pk}/", f"{phrases}new/", f"{phrases}{phrase.pk}/"):
        assert client.get(address).status_code == 403
        sent = {"title": "Mine", "text": "Mine.", "place": "1", "language": "en"}
        assert client.post(address, sent).status_code == 403
    assert client.post(f"{phrases}{phrase.pk}/discard/").status_code == 403
    assert not Article.objects.filter(title="Mine").exists()
    assert Phrase.objects.get() == phrase


def test_an_article_is_written_at_its_place_and_the_log_says_so(cast, page, event, articles):
    olga = cast.client("olga")
    answer = olga.post(f"{page}new/", {"title": "Do not advertise", "text": "Not here.", "place": "2"})
    assert answer.status_code == 302
    assert titles(event) == [
        (1, "Be civil"),
        (2, "Do not advertise"),
        (3, "Stay on the theme"),
        (4, "Write as yourself"),
    ]
    olga.post(f"{page}{articles[0].pk}/", {"title": "Be kind", "text": "", "place": "99"})
    assert titles(event)[-1] == (4, "Be kind")
    assert [entry.reason for entry in LogEntry.objects.order_by("pk")] == ["Do not advertise", "Be kind"]
    assert "Code of conduct changed" in cast.client("eve").get(f"/{event.slug}/moderation/").content.decode()


def test_a_retired_article_stays_with_the_decisions_that_rest_on_it(cast, page, event, articles, thread, say):
    comment = say("ben", "You fool.", to=thread.opening)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Be civil", article=articles[0], now=timezone.now())
    olga = cast.client("olga")
    retired = {"title": "Be civil", "text": "", "place": "1", "is_retired": "on"}
    assert olga.post(f"{page}{articles[0].pk}/", retired).status_code == 302
    assert titles(event) == [(1, "Stay on the theme"), (2, "Write as yourself")]
    assert "Be civil" not in cast.client("eve").get(page).content.decode()
    assert "Retired rules" in olga.get(page).content.decode()
    assert LogEntry.objects.get(comment=comment).article == articles[0]
    say("ben", "Again.", to=thread.opening)
    assert "Be civil" not in cast.client("mo").get(f"/threads/{thread.pk}/lock/").content.decode()
    olga.post(f"{page}{articles[0].pk}/", {"title": "Be civil", "text": "", "place": "1"})
    assert titles(event)[0] == (1, "Be civil")


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 81}, "at most 80 characters"),
        ({"text": "x" * 501}, "at most 500 characters"),
        ({"place": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(cast, page, filled, words):
    sent = {"title": "Be civil", "text": "Argue with what was said.", "place": "1"} | filled
    answer = cast.client("olga").post(f"{page}new/", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert sent["text"] in answer.content.decode()
    assert not Article.objects.exists()


def test_sentences_are_written_and_discarded(cast, page, event):
    olga, phrases = cast.client("olga"), page.replace("conduct", "phrases")
    olga.post(f"{phrases}new/", {"language": "fr", "title": "Thème", "text": "Un autre thème."})
    phrase = Phrase.objects.get()
    assert (phrase.event, phrase.language, phrase.text) == (event, "fr", "Un autre thème.")
    olga.post(f"{phrases}{phrase.pk}/", {"language": "fr", "title": "Thème", "text": "Ailleurs."})
    assert "Ailleurs." in olga.get(page).content.decode()
    assert olga.post(f"{phrases}{phrase.pk}/discard/").status_code == 302
    assert not Phrase.objects.exists()
    bad = olga.post(f"{phrases}new/", {"language": "xx", "title": "T", "text": "Kept."})
    assert bad.status_code == 422
    assert "Kept." in bad.content.decode()


def test_sentences_are_not_public(cast, page, event, thread, articles):
    event.phrases.create(language="en", title=f"{MARKER} title", text=f"A {MARKER} sentence.")
    places = [
        page,
        f"/{event.slug}/moderation/",
        f"/{event.slug}/",
        f"/threads/{thread.pk}/",
        f"/threads/{thread.pk}/lock/",
    ]
    for who in ("eve", "ada"):
        client = cast.client(who)
        assert all(MARKER not in client.get(place).content.decode() for place in places)
    assert f"A {MARKER} sentence." in cast.client("mo").get(f"/threads/{thread.pk}/lock/").content.decode()
    assert MARKER not in cast.client("mo").get(page).content.decode()
    assert MARKER in cast.client("olga").get(page).content.decode()


def test_another_events_articles_are_not_here(cast, page):
    elsewhere = make_event(slug="other")
    article = elsewhere.articles.create(position=1, title="Foreign")
    phrase = elsewhere.phrases.create(language="en", title="T", text="S.")
    olga = cast.client("olga")
    assert olga.get(f"{page}{article.pk}/").status_code == 404
    assert olga.get(f"{page.replace('conduct', 'phrases')}{phrase.pk}/").status_code == 404
    assert "Foreign" not in olga.get(page).content.decode()


def test_the_demonstration_brings_a_code_and_leaves_what_organisers_made_of_it(db):
    event = load_demo(with_accounts=False)
    assert len(conduct.articles(event.pk)) == 6
    assert {phrase.language for phrase in conduct.phrases(event.pk)} == {"en", "fr"}
    Article.objects.filter(event=event, position=1).update(title="Be kind")
    Phrase.objects.filter(event=event, language="fr").delete()
    load_demo(with_accounts=False)
    assert titles(event)[0] == (1, "Be kind")
    assert len(conduct.articles(event.pk)) == 6
    assert {phrase.language for phrase in conduct.phrases(event.pk)} == {"en"}
