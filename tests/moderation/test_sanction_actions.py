"""Sanctions while people write, and many comments removed as one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from allauth.account.adapter import get_adapter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import post_reply
from forum.dialogue.actions.repair import recount_theme
from forum.dialogue.queries.trees import flaws
from forum.kernel.choices import SanctionKind, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, LogEntry, OutgoingMail, Sanction
from forum.moderation.actions.bulk_removal import bulk_remove, bulk_restore
from forum.moderation.actions.sanctions import end_sessions, sanction
from forum.moderation.actions.staff import change_account
from tests.bulk import plant_below
from tests.concurrency.test_concurrency import all_at_once
from tests.factories import make_theme, new_key, open_thread, reply_to

pytestmark = pytest.mark.django_db(transaction=True)


def write(person_id: int, parent: Comment, words: str) -> None:
    """A reply as a request of its own makes it."""
    person = Person.objects.get(pk=person_id)
    post_reply(parent, by=person, source=words, key=new_key(), now=timezone.now())


def alone(work, *args):
    """In a thread with a database connection of its own."""
    try:
        return work(*args)
    finally:
        connection.close()


def test_a_sanction_that_comes_while_somebody_writes_lets_through_what_was_under_way_and_nothing_more(
    event, thread, cast
):
    def keep_writing() -> Reason:
        for turn in count():
            try:
                write(cast.ben.pk, thread.opening, f"Turn {turn}")
            except Refused as refusal:
                return refusal.reason
        raise AssertionError

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(alone, keep_writing) for _ in range(3)]
        time.sleep(0.5)
        sanction(cast.ben, SanctionKind.SILENCE, event, reason="R.", until=None, by=cast.mo, now=timezone.now())
        after = Comment.objects.filter(author=cast.ben).count()
        assert [writer.result(30) for writer in writers] == [Reason.SILENCED] * 3
    assert Comment.objects.filter(author=cast.ben).count() - after <= 3, "one under way for each writer"
    assert list(flaws()) == []


def test_one_form_sent_eight_times_at_once_lays_one_sanction(event, cast):
    facts = {"reason": "R.", "until": None, "by": cast.mo, "key": new_key()}
    laid: list[int] = []

    def lay(_: int) -> None:
        laid.append(sanction(cast.ben, SanctionKind.SILENCE, event, now=timezone.now(), **facts).pk)

    all_at_once(lay, writers=8)
    assert laid == [Sanction.objects.get().pk] * 8
    assert LogEntry.objects.count() == OutgoingMail.objects.count() == 1


def test_two_windows_do_not_outrun_a_pace_limit(event, theme, cast):
    threads = [open_thread(theme, cast.ada, f"Thread {n}").thread for n in range(4)]
    facts = {"reason": "R.", "until": None, "by": cast.mo, "now": timezone.now()}
    sanction(cast.ben, SanctionKind.PACE, event, pace=2, **facts)

    def press(window: int) -> Reason | None:
        try:
            write(cast.ben.pk, threads[window].opening, f"Window {window}")
        except Refused as refusal:
            return refusal.reason
        return None

    with ThreadPoolExecutor(4) as pool:
        sent = [done.result(30) for done in [pool.submit(alone, press, window) for window in range(4)]]
    assert (sent.count(None), sent.count(Reason.PACED)) == (2, 2)
    assert Comment.objects.filter(author=cast.ben).count() == 2


def test_who_changes_a_password_or_a_name_meanwhile_revives_no_session(cast):
    before = Person.objects.get(pk=cast.ben.pk)
    also_before = Person.objects.get(pk=cast.ben.pk)
    end_sessions(cast.ben)
    get_adapter().set_password(before, "another long and quiet password")
    change_account(also_before, changed={"name": "Benjamin"})
    now = Person.objects.get(pk=cast.ben.pk)
    assert (now.session_epoch, now.name) == (1, "Benjamin")
    assert now.check_password("another long and quiet password")


def test_an_epoch_ends_sessions_from_before_it_and_only_these(cast):
    before = cast.ben.get_session_auth_hash()
    end_sessions(cast.ben)
    ben = Person.objects.get(pk=cast.ben.pk)
    after = ben.get_session_auth_hash()
    assert after != before
    assert Person.objects.get(pk=cast.ben.pk).get_session_auth_hash() == after
    assert Person.objects.get(pk=cast.ada.pk).get_session_auth_hash() == cast.ada.get_session_auth_hash()


def test_five_hundred_comments_in_several_themes_go_and_come_back_as_one(event, theme, cast):
    themes = [theme, make_theme(event), make_theme(event)]
    for place in range(10):
        opening = open_thread(themes[place % 3], cast.ada, f"Thread {place}")
        plant_below(opening, [0] * 50, by=[cast.ben])
    newest = Comment.objects.filter(author=cast.ben).latest("pk").pk
    began = time.monotonic()
    with CaptureQueriesContext(connection) as seen:
        facts = {"since": timezone.now() - timedelta(days=3), "last": newest, "now": timezone.now()}
        entry = bulk_remove(cast.ben, event, by=cast.mo, reason="R.", **facts)
    gone = time.monotonic() - began
    assert Comment.objects.filter(author=cast.ben, status=Status.REMOVED).count() == 500
    assert bulk_restore(entry, by=cast.mo, reason="", now=timezone.now()) == 500
    print(f"500 removed in {gone:.1f} s, back after {time.monotonic() - began:.1f} s")
    assert len(seen) < 16 * 500, "fifteen statements for each, some few for all"
    assert Comment.objects.filter(author=cast.ben).public().count() == 500
    assert list(flaws()) == []
    assert [recount_theme(each.pk) for each in themes] == [False] * 3


def test_a_removal_of_many_beside_writers_blocks_nobody_and_stays_sound(event, theme, cast):
    threads = [open_thread(theme, cast.ada, f"Thread {n}").thread for n in range(6)]
    for n in range(60):
        reply_to(threads[n % 6].opening, cast.ben, f"Advertising {n}.")
    newest = Comment.objects.filter(author=cast.ben).latest("pk").pk

    def talk(writer: int) -> None:
        for turn in range(10):
            write(cast.ada.pk, threads[(writer + turn) % 6].opening, f"{writer}/{turn}")

    def clear() -> None:
        facts = {"since": None, "last": newest, "reason": "R.", "now": timezone.now()}
        bulk_remove(cast.ben, event, by=cast.mo, **facts)

    with ThreadPoolExecutor(5) as pool:
        work = [pool.submit(alone, talk, writer) for writer in range(4)] + [pool.submit(alone, clear)]
        for done in work:
            done.result(60)
    assert Comment.objects.filter(author=cast.ben, status=Status.REMOVED).count() == 60
    assert Comment.objects.filter(author=cast.ada).public().count() == 46
    assert list(flaws()) == []
    assert recount_theme(theme.pk) is False
