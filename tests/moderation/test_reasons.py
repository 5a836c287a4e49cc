"""Why a moderator decided: an article, a ready sentence, their own words, joined into the one reason people read."""

from __future__ import annotations

import re

import pytest

from forum.events.web.reason_forms import OptionalReasonForm, ReasonForm, in_one_text
from forum.kernel.choices import REASON_LENGTH, SAID_LENGTH
from forum.models import Article, Comment, LogEntry, Phrase
from tests.factories import make_event, seen_field


@pytest.mark.parametrize(
    ("article", "phrase", "own", "said"),
    [
        ("", "", "", ""),
        ("Be civil", "", "", "Be civil"),
        ("", "Please answer the argument.", "", "Please answer the argument."),
        ("", "", " In my words. ", "In my words."),
        ("Be civil", "", "You call people names.", "Be civil: You call people names."),
        ("Be civil", "Answer the argument.", "I mean the end.", "Be civil: Answer the argument. I mean the end."),
        ("", "Answer the argument.", "I mean the end.", "Answer the argument. I mean the end."),
        ("Be civil.", "Answer the argument.", "", "Be civil. Answer the argument."),
        ("请保持文明。", "请回应观点。", "", "请保持文明。 请回应观点。"),
    ],
)
def test_the_parts_become_one_text(article, phrase, own, said):
    assert in_one_text(article, phrase, own) == said


def test_the_longest_parts_fit():
    title, text = (Article._meta.get_field("title"), Phrase._meta.get_field("text"))
    longest = in_one_text("a" * title.max_length, "b" * text.max_length, "c" * REASON_LENGTH)
    assert len(longest) <= SAID_LENGTH


@pytest.fixture
def civil(event) -> Article:
    return Article.objects.create(event=event, position=1, title="Be civil", text="Answer arguments, not people.")


@pytest.fixture
def argue(event) -> Phrase:
    return Phrase.objects.create(event=event, language="en", title="Arguments", text="Please answer the argument.")


def filled(form: type[ReasonForm], comment: Comment, **said: object) -> ReasonForm:
    return form({name: str(value) for name, value in said.items()}, case=comment.theme)


@pytest.mark.django_db
def test_a_required_reason_can_be_given_in_any_of_the_three_ways(thread, civil, argue):
    for said, reason, article in (
        ({"article": civil.pk}, "Be civil", civil),
        ({"phrase": argue.pk}, "Please answer the argument.", None),
        ({"reason": "Own words."}, "Own words.", None),
        ({"article": civil.pk, "phrase": argue.pk, "reason": "Own."}, f"Be civil: {argue.text} Own.", civil),
    ):
        form = filled(ReasonForm, thread.opening, **said)
        assert form.is_valid()
        assert form.cleaned_data == {"reason": reason, "article": article}
    form = filled(ReasonForm, thread.opening, reason="  ")
    assert form.errors == {"reason": ["Please choose a rule or a saved reply, or write your own explanation."]}
    assert filled(OptionalReasonForm, thread.opening).is_valid()


@pytest.mark.django_db
def test_without_articles_and_sentences_there_is_one_field(thread):
    form = filled(ReasonForm, thread.opening)
    assert list(form.fields) == ["reason"]
    assert form.errors == {"reason": ["This field is required."]}
    valid = filled(ReasonForm, thread.opening, reason="Because.")
    assert valid.is_valid()
    assert valid.cleaned_data == {"reason": "Because.", "article": None}


@pytest.mark.django_db
def test_what_is_retired_or_another_events_cannot_be_chosen(thread, civil, argue):
    elsewhere = make_event(slug="other")
    foreign = Article.objects.create(event=elsewhere, position=1, title="Foreign")
    retired = Article.objects.create(event=civil.event, position=2, title="Old", is_retired=True)
    for article in (foreign, retired):
        form = filled(ReasonForm, thread.opening, article=article.pk, reason="Because.")
        assert set(form.errors) == {"article"}
        assert article.title not in str(form)


@pytest.mark.django_db
def test_a_decision_keeps_its_article_and_readers_read_the_whole_reason(cast, thread, say, civil, argue):
    comment = say("ben", "You fool.", to=thread.opening)
    say("ada", "It keeps its place.", to=comment)
    mo = cast.client("mo")
    page = mo.get(f"/comments/{comment.pk}/remove/").content.decode()
    for words in ("Rule broken", "Saved reply", "Your explanation", "Arguments: Please answer the argument."):
        assert words in page
    answer = mo.post(
        f"/comments/{comment.pk}/remove/",
        {"article": civil.pk, "phrase": argue.pk, "reason": "Twice."} | seen_field(comment),
    )
    assert answer.status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.article, entry.reason) == (civil, "Be civil: Please answer the argument. Twice.")
    assert Comment.objects.get(pk=comment.pk).status_reason == entry.reason
    assert entry.reason in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()


@pytest.mark.django_db
def test_what_was_typed_and_chosen_comes_back(cast, thread, say, civil, argue):
    comment = say("ben", "You fool.", to=thread.opening)
    words = "w" * (REASON_LENGTH + 1)
    answer = cast.client("mo").post(
        f"/comments/{comment.pk}/remove/", {"article": civil.pk, "reason": words} | seen_field(comment)
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert re.search(rf'<input type="radio" name="article" value="{civil.pk}"[^>]* checked>', page)
