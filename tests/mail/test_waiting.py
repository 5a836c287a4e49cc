"""Organisers see the emails that are about to leave, hold them, send them and drop them; never who gets them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from forum.dialogue.queries.comments import label_of
from forum.mail.actions.lists import subscribe
from forum.mail.queue import queue_comment_mail
from forum.models import OutgoingMail
from tests.factories import make_event
from tests.mail.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/emails/"


@pytest.fixture
def reply(thread, say):
    """Ben's reply to Ada, of which an email is waiting."""
    reply = say("ben", "An answer.", to=thread.opening)
    queue_comment_mail(now=timezone.now())
    return reply


def test_an_organiser_sees_what_is_waiting_and_not_to_whom_it_goes(reply, page, cast):
    shown = cast.client("olga").get(page).content.decode()
    assert label_of(reply) in shown
    assert "1 email" in shown
    assert "ada@" not in shown
    assert "Ada" not in shown
    text = cast.client("olga").get(f"{page}{reply.pk}/").content.decode()
    assert "An answer." in text
    assert "8000/email/" not in text, "the links of its reader"
    assert "ada@" not in text


@pytest.mark.parametrize("who", ["eve", "ada", "mo"])
def test_others_do_not(reply, page, cast, who):
    client = cast.client(who)
    assert [client.get(page).status_code, client.get(f"{page}{reply.pk}/").status_code] == [403, 403]
    assert client.post(page, {"act": "drop"}).status_code == 403
    assert OutgoingMail.objects.exists()


def test_what_is_held_leaves_when_it_is_sent(reply, page, cast, sent):
    client = cast.client("olga")
    assert "1 email is on hold." in client.post(page, {"act": "hold"}, follow=True).content.decode()
    assert sent() == []
    said = client.post(page, {"act": "release", "comment": reply.pk}, follow=True).content.decode()
    assert "1 email will be sent." in said
    assert [message["To"] for message in sent()] == ["ada@example.org"]


def test_what_is_dropped_does_not_leave(reply, page, cast, sent):
    cast.client("olga").post(page, {"act": "drop", "comment": reply.pk})
    assert sent() == []
    assert "Ben" in cast.client("ada").get("/notifications/").content.decode()


def test_new_emails_wait_if_the_organiser_wishes(thread, theme, page, cast, say, sent):
    client = cast.client("olga")
    client.post(page, {"act": "hold_new"})
    theme.refresh_from_db()
    subscribe(cast.mo, theme, sends_own=False, now=timezone.now())
    say("ben", "An answer.", to=thread.opening)
    assert sent() == []
    assert "2 emails" in client.get(page).content.decode()
    client.post(page, {"act": "release"})
    assert sorted(message["To"] for message in sent()) == ["ada@example.org", "mo@example.org"]
    client.post(page, {"act": "send_new"})
    say("ben", "Another.", to=thread.opening)
    assert {"Another." in text_of(message) for message in sent()} == {True}


def test_emails_of_another_event_stay_as_they_are(reply, page, cast):
    other = make_event(slug="lima-2013")
    other.roles.create(person=cast.olga, kind="organiser")
    client = cast.client("olga")
    client.post(f"/{other.slug}/emails/", {"act": "drop"})
    client.post(f"/{other.slug}/emails/", {"act": "drop", "comment": reply.pk})
    assert client.get(f"/{other.slug}/emails/{reply.pk}/").status_code == 404
    assert OutgoingMail.objects.count() == 1


def test_figures_say_how_many_left(reply, page, cast, sent):
    sent()
    shown = " ".join(cast.client("olga").get(page).content.decode().split())
    assert "<dt>Sent</dt><dd>1</dd>" in shown
    assert "<dt>Waiting</dt><dd>0</dd>" in shown


@pytest.mark.parametrize("said", [{}, {"act": "burn"}, {"act": "drop", "comment": "x"}])
def test_what_does_not_exist_changes_nothing(reply, page, cast, said):
    assert cast.client("olga").post(page, said).status_code == 404
    assert OutgoingMail.objects.count() == 1
