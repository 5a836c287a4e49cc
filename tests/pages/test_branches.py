"""A thread folded without scripts: every branch says what it holds."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.reading import mark_read
from forum.dialogue.queries import branches
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.moderation.actions.moderation import remove_comment

pytestmark = pytest.mark.django_db


def held(client, thread):
    page = client.get(f"/threads/{thread.pk}/branches/").content.decode()
    return re.findall(r'class="branch-held"><a href="/comments/(\d+)/">([^<]+)<', page)


def test_each_branch_says_its_replies_and_what_is_unread(thread, cast, say):
    one, two = say("ben", "One.", to=thread.opening), say("ben", "Two.", to=thread.opening)
    read = say("mo", "Below one.", to=one)
    say("mo", "Deeper.", to=read)
    gone = say("mo", "Rude.", to=two)
    say("ada", "Mine.", to=two)
    remove_comment(gone, seen=SKIP_CHECK, by=cast.olga, reason="Rude.", now=timezone.now())
    mark_read(thread.theme, by=cast.ada, numbers=f"{read.published_revision}", now=timezone.now())
    assert held(cast.client("eve"), thread) == [(f"{one.pk}", "2 replies"), (f"{two.pk}", "1 reply")]
    assert held(cast.client("ada"), thread) == [(f"{one.pk}", "2 replies, 1 unread"), (f"{two.pk}", "1 reply")]
    page = cast.client("eve").get(f"/threads/{thread.pk}/branches/").content.decode()
    assert ("One." in page, "Below one." in page, "Rude." in page) == (True, False, False)
    assert f'href="/threads/{thread.pk}/branches/"' in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()


def test_many_branches_go_on_by_key(thread, cast, say, monkeypatch):
    monkeypatch.setattr(branches, "PAGE", 3)
    for n in range(5):
        say("ben", f"Branch {n}.", to=thread.opening)
    client = cast.client("eve")
    first = client.get(f"/threads/{thread.pk}/branches/")
    rest = client.get(first.context["more_url"]).content.decode()
    assert ("Branch 1." in first.content.decode(), "Branch 2." in first.content.decode()) == (True, False)
    assert ("Branch 2." in rest, "Branch 4." in rest, "Branch 1." in rest) == (True, True, False)
    assert client.get(f"/threads/{thread.pk}/branches/?after=999999").status_code == 404


@pytest.mark.parametrize("many", [1, 50])
def test_folding_costs_the_same_in_every_thread(thread, cast, say, many):
    for n in range(many):
        say("mo", "Below.", to=say("ben", f"Branch {n}.", to=thread.opening))
    costs = []
    for who in ("eve", "ada"):
        client = cast.client(who)
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/threads/{thread.pk}/branches/")
        costs.append(len(seen))
    assert costs == [5, 10]
