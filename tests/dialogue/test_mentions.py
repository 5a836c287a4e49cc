"""Calling somebody by name: who is meant, who is told, and whose name a link may bear."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, post_reply
from forum.dialogue.actions.mentions import as_typed, linked
from forum.dialogue.actions.people import placeholder
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Comment, Notification
from forum.moderation.actions.moderation import remove_comment
from tests.factories import make_person, new_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_name(cast, thread, say):
    cast.mo.name = "Ada Lovelace"
    cast.mo.save(update_fields=["name"])
    say("mo", "I speak here, too.", to=thread.opening)
    Notification.objects.all().delete()
    return cast.mo


def test_a_bare_name_of_somebody_in_the_thread_becomes_a_link_the_longest_first(thread, cast, long_name):
    source = linked("Dear @ada lovelace, and @Ada: mail@ada.example, @Adam, `@Ada`.", thread_id=thread.pk)
    expected = "Dear [@Ada Lovelace](/people/{mo}/), and [@Ada](/people/{ada}/): mail@ada.example, @Adam, `@Ada`."
    assert source == expected.format(mo=long_name.pk, ada=cast.ada.pk)
    assert as_typed(source) == "Dear @Ada Lovelace, and @Ada: mail@ada.example, @Adam, `@Ada`."


def test_a_link_bears_its_persons_own_name(cast):
    given = f"[@The Moderators](/people/{cast.ben.pk}/) and [@Nobody](/people/999999/)"
    assert linked(given, thread_id=None) == f"[@Ben](/people/{cast.ben.pk}/) and @Nobody"


def test_a_name_of_any_kind_stays_one_link(thread, cast, say):
    odd = make_person("odd")
    odd.name = "](https://evil.example) *x*"
    odd.save(update_fields=["name"])
    comment = say("ben", f"[@x](/people/{odd.pk}/)", to=thread.opening)
    assert f'href="/people/{odd.pk}/" class="mention"' in comment.version.html
    assert "evil.example&quot;" not in comment.version.html
    assert 'href="https://evil' not in comment.version.html


def test_whoever_is_mentioned_is_told_and_nobody_twice(thread, cast, say):
    say("mo", "I speak here.", to=thread.opening)
    say("ada", "Me, too.", to=thread.opening)
    nobody = placeholder("import:1", name="Imported")
    Notification.objects.all().delete()
    comment = say("ben", f"@Mo and @Ada and @Mo, @Ben, [@I](/people/{nobody.pk}/).", to=thread.opening)
    told = Notification.objects.order_by("person__name").values_list("person__name", "kind", "comment_id")
    assert list(told) == [("Ada", "mention", comment.pk), ("Mo", "mention", comment.pk)]


def test_an_edit_tells_only_whom_it_adds(thread, cast, say):
    say("mo", "I speak here.", to=thread.opening)
    comment = say("ben", "Hello @Ada.", to=thread.opening)
    Notification.objects.all().delete()
    for source in ("Hello @Ada.", "Hello @Ada and @Mo.", "Hello @Mo."):
        edit_comment(comment, by=cast.ben, source=source, now=timezone.now())
    told = Notification.objects.values_list("person__name", "kind")
    assert sorted(told) == [("Ada", "mention"), ("Mo", "mention")]


def test_the_same_form_sent_twice_stays_one_comment_though_names_became_links(thread, cast, say):
    key, words = new_key(), {"by": cast.ben, "source": "Hello @Mo.", "now": timezone.now()}
    first = post_reply(thread.opening, key=key, **words)
    say("mo", "Now I have spoken here, too.", to=thread.opening)
    assert post_reply(thread.opening, key=key, **words).pk == first.pk


def test_a_text_without_a_sign_asks_nothing(thread):
    with CaptureQueriesContext(connection) as seen:
        linked("No name here.", thread_id=thread.pk)
    assert len(seen) == 0
    with CaptureQueriesContext(connection) as seen:
        linked("@Ada [@Ada](/people/1/)", thread_id=thread.pk)
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("words", "names"),
    [("a", ["Ada", "Émile Ångström"]), ("émi", ["Émile Ångström"]), ("emile a", ["Émile Ångström"]),
     ("ang", ["Émile Ångström"]), ("da", []), ("ben", [])],
)  # fmt: skip
def test_completion_finds_any_word_of_a_name_and_those_of_the_thread_first(thread, cast, say, words, names):
    cast.mo.name = "Émile Ångström"
    cast.mo.save(update_fields=["name"])
    say("mo", "Bonjour.", to=thread.opening)
    say("ada", "Hello.", to=thread.opening)
    answer = cast.client("ben").get(f"/threads/{thread.pk}/people/", {"q": words})
    assert [person["name"] for person in answer.json()["people"]] == names


def test_completion_is_for_people_with_an_account_and_offers_nobody_hidden(thread, cast, say):
    comment = say("mo", "Rude.", to=thread.opening)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.olga, reason="Rude.", now=timezone.now())
    path = f"/threads/{thread.pk}/people/?q=mo"
    assert cast.client("eve").get(path).status_code == 403
    assert cast.client("ben").get(path).json() == {"people": []}
    assert cast.client("ben").get(f"/themes/{thread.theme_id}/people/?q=ad").json()["people"][0]["name"] == "Ada"


@pytest.mark.parametrize("many", [2, 60])
def test_completion_costs_the_same_in_every_thread(thread, cast, say, many):
    for n in range(many):
        say("ada", f"Words {n}", to=thread.opening)
    client = cast.client("ben")
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/threads/{thread.pk}/people/?q=ad")
    assert len(seen) == 6
    assert Comment.objects.count() == many + 1
