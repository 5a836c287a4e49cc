"""What was decided holds at once: in no answer to whoever asks after it, and no held word in any answer at all.

How followers hear of it is asked in tests/live/test_streams.py.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from forum.actions.comments import edit_comment, withdraw_comment
from forum.models import Comment
from tests.factories import open_thread, reply_to

READERS = 8
SECRET = re.compile(rb"finch\d+")


@pytest.fixture
def event(event):
    event.hold_rules = {"words": {"is_on": True, "words": ["heldfinch"]}}
    event.save()
    return event


def addresses(comment: Comment) -> list[str]:
    """Every page and file that shows the words of a comment, or of the thread it opens."""
    theme = comment.thread.theme
    home, its, own = f"/{theme.event.slug}/", f"/comments/{comment.pk}/", f"/{theme.event.slug}/{theme.slug}/"
    thread, person = f"/threads/{comment.thread_id}/", f"/people/{comment.author_id}/"
    return [
        home, own, f"{own}?sort=activity", f"{own}print/", thread, f"{thread}?all=1", f"{thread}?sort=activity",
        f"{thread}?at={comment.pk}", f"{thread}branches/", f"{home}live/", f"{home}live/screen/",
        f"{home}search/?q=river", f"/embed/themes/{theme.pk}/", f"/embed/threads/{comment.thread_id}/", person,
        its, f"{its}?version=1", f"{its}?version=2", f"{its}history/", f"{its}history/?since=1",
        f"{its}reply/?quote", f"{its}cite/", f"{its}cite.bib", f"{its}cite.json", f"{home}moderation/",
        f"{home}feed.atom", f"{own}feed.json", f"{thread}feed.atom", f"{person}feed.json", "/notifications/",
    ]  # fmt: skip


def words_of(client: Client, address: str, **headers: str) -> set[str]:
    answer = client.get(address, headers=headers)
    assert answer.status_code < 500, address
    return {found.decode() for found in SECRET.findall(b"".join(answer) if answer.streaming else answer.content)}


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "kind"), [("eve", "reply"), ("ada", "opening")])
def test_a_decision_between_any_two_statements_of_a_page_shows_nothing_held(event, theme, thread, cast, who, kind):
    """Before every statement of every page in turn, an edit makes a comment wait."""
    client = cast.client(who)
    told = set()
    for place in range(len(addresses(thread.opening))):
        statement, is_reached = 0, True
        while is_reached:
            comment = spoken(theme, thread, cast, kind, "finch1")
            address, statement = addresses(comment)[place], statement + 1
            words, is_reached = interrupted(client, address, comment, statement)
            assert words <= {"finch1"}, f"{address}, before statement {statement}"
            if not is_reached:
                withdraw_comment(comment, by=cast.ben, now=timezone.now())
                told |= {place} if words else set()
            assert words_of(client, address) == set(), f"{address}, after statement {statement}"
    assert len(told) >= 20, "most show what is public"


def spoken(theme: Any, thread: Any, cast: Any, kind: str, marker: str) -> Comment:
    if kind == "reply":
        return reply_to(thread.opening, cast.ben, f"By the river {marker} sings.")
    return open_thread(theme, cast.ben, f"Of the {marker}", f"By the river {marker} sings.")


def interrupted(client: Client, address: str, comment: Comment, statement: int) -> tuple[set[str], bool]:
    """Asks for a page and edits the comment before its nth statement; says whether there was one."""
    count = 0

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += "forum_" in sql  # before any other statement it would be the same
        if count == statement and "forum_" in sql:
            edit_comment(comment, by=comment.author, source="The heldfinch finch2 by the river.", now=timezone.now())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        return words_of(client, address), count >= statement
