"""What was decided holds at once: in no answer to whoever asks after it, and no held word in any answer at all.

How followers hear of it is asked in tests/live/test_streams.py.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision, Status
from forum.models import Comment
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.redaction import redact_comment
from forum.moderation.actions.review import review_comment
from tests.concurrency.test_concurrency import all_at_once
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


def words_in(answer: Any) -> set[str]:
    assert answer.status_code < 500, answer
    return {found.decode() for found in SECRET.findall(b"".join(answer) if answer.streaming else answer.content)}


@pytest.mark.either  # the statements are the same; what happens truly at once is asked below, on each
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
            assert words_in(client.get(address)) == set(), f"{address}, after statement {statement}"
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
        return words_in(client.get(address)), count >= statement


class Crowd:
    """Eight who ask for the same pages all the time, four of them with an account; some say what they have kept."""

    def __init__(self, cast: Any) -> None:
        self.clients = [cast.client("eve" if reader % 2 else "ada") for reader in range(READERS)]
        self.addresses: list[str] = []
        self.asked: list[tuple[float, str, set[str]]] = []  # when it was asked, for what, and which words came
        self.is_over = Signal()

    def ask(self, reader: int) -> None:
        client, turn, kept = self.clients[reader], reader * 4, {}
        while not self.is_over.is_set():
            if not self.addresses:
                time.sleep(0.001)
                continue
            address, turn = self.addresses[turn % len(self.addresses)], turn + 1
            tag, words = kept.get(address, ("", set()))
            begun = time.monotonic()
            answer = client.get(address, headers={"If-None-Match": tag} if tag else {})
            if answer.status_code != 304:
                words = words_in(answer)
            kept[address] = (answer.headers.get("ETag", ""), words)
            self.asked.append((begun, address, words))

    def wait_for_all(self, since: float) -> None:
        """Until each of the pages was asked for after this moment."""
        while not self.is_over.is_set():
            if {address for begun, address, _ in list(self.asked) if begun > since} >= set(self.addresses):
                return
            time.sleep(0.005)


def said(cast: Any) -> dict[str, Any]:
    return {"by": cast.mo, "reason": "Rude.", "now": timezone.now()}


def decisions(cast: Any) -> list[tuple[Callable[[Comment], object], str]]:
    """What takes words away, and from what; a redaction leaves titles alone."""

    def remove(comment: Comment) -> None:
        remove_comment(comment, seen=SKIP_CHECK, **said(cast))

    def withdraw(comment: Comment) -> None:
        withdraw_comment(comment, by=cast.ben, now=timezone.now())

    def hold(comment: Comment) -> None:
        edit_comment(comment, by=cast.ben, source="The heldfinch finch0 by the river.", now=timezone.now())

    def redact(comment: Comment) -> None:
        passages = [found.decode() for found in SECRET.findall(comment.version.source.encode())]
        redact_comment(comment, seen=SKIP_CHECK, passages=passages, **said(cast))

    return [(remove, "reply"), (remove, "opening"), (withdraw, "reply"), (hold, "opening"), (redact, "reply")]


@pytest.mark.django_db(transaction=True)
def test_who_asks_after_a_decision_never_reads_what_it_took_away(event, theme, thread, cast):
    """Eight readers ask for thirty pages all the time, and what they keep is asked about, too."""
    crowd = Crowd(cast)
    decided = {"finch0": 0.0}  # held from the beginning

    def decide() -> None:
        opening = open_thread(theme, cast.ben, "By the river", "By the river.")
        waits = reply_to(opening, cast.ben, "The heldfinch finch0 by the river.")
        assert waits.status == Status.HELD
        for act, kind in decisions(cast):
            marker = f"finch{len(decided)}"
            comment = spoken(theme, opening.thread, cast, kind, marker)
            if kind == "opening":
                reply_to(comment, cast.ada, "So it stays as a tombstone.")
            crowd.addresses = addresses(comment)
            crowd.wait_for_all(time.monotonic())
            act(comment)
            decided[marker] = time.monotonic()
            crowd.wait_for_all(decided[marker])
            shown = {address for _, address, words in list(crowd.asked) if marker in words}
            assert len(shown) >= 10, "most show what is public"
        review_comment(waits, Decision.REJECT, seen=SKIP_CHECK, **said(cast))
        crowd.wait_for_all(time.monotonic())

    def work(place: int) -> None:
        try:
            crowd.ask(place - 1) if place else decide()
        finally:
            crowd.is_over.set()

    all_at_once(work, writers=READERS + 1)
    late = [(address, word) for begun, address, words in crowd.asked for word in words if begun > decided[word]]
    assert late == []
