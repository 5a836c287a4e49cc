"""What a mail program makes of our headers: the tree of a thread, by Dovecot's threader (RFC 5256, REFERENCES)."""

from __future__ import annotations

import random
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.utils import timezone

from forum.mail.actions.lists import subscribe
from tests.support.dovecot import DOVECOT, Dovecot, dovecot
from tests.support.own_services import SKIPS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.either,
    pytest.mark.skipif(DOVECOT is None and SKIPS, reason="needs dovecot"),
]


@pytest.mark.parametrize("seed", range(3))
def test_thirty_comments_in_any_order_become_the_same_tree(theme, thread, say, sent, cast, tmp_path, seed):
    chance = random.Random(seed)
    theme.refresh_from_db()
    subscribe(cast.olga, theme, sends_own=False, now=timezone.now())
    placed = [thread.opening]
    for number in range(30):
        placed.append(say(chance.choice(["ada", "ben"]), f"Number {number}.", to=chance.choice(placed)))
    messages = [message for message in sent(minutes=10) if message["To"] == "olga@example.org"]
    assert len(messages) == 30
    assert len({message["Subject"] for message in messages}) == 1
    chance.shuffle(messages)
    opening = thread.opening_id
    wanted = {name(each.pk): name(each.parent_id or opening) for each in placed[1:] if each.parent_id}
    assert threaded(messages, tmp_path) == wanted, (
        "those that answer the opening, of which no email came, have no parent"
    )


def name(comment_id: int) -> str:
    return f"<comment.{comment_id}@127.0.0.1>"


def threaded(messages: list[EmailMessage], folder: Path) -> dict[str, str]:
    """By Message-ID, the Message-ID of the email below which Dovecot puts each of these."""
    with dovecot(folder) as server:
        for message in messages:
            server.deliver(message)
        return {messages[child - 1]["Message-ID"]: messages[above - 1]["Message-ID"] for child, above in pairs(server)}


def pairs(server: Dovecot) -> list[tuple[int, int]]:
    """Which email, by its place in the mailbox, stands below which: "(3 6 (4 23)(44 7))" says 6 below 3, 4 below 6."""
    with server.opened() as line:
        line.select("INBOX", readonly=True)
        _, found = line.thread("REFERENCES", "UTF-8", "ALL")
    above: list[int | None] = []
    here: int | None = None
    made = []
    for sign in re.findall(r"\d+|[()]", found[0].decode()):
        if sign == "(":
            above.append(here)
        elif sign == ")":
            here = above.pop()
        else:
            if here is not None:
                made.append((int(sign), here))
            here = int(sign)
    return made
