"""Many write at once: nothing is lost, nothing collides, every tree stays sound."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, open_thread, post_reply, withdraw_comment
from forum.dialogue.actions.repair import recount_theme
from forum.dialogue.actions.stances import take_stance
from forum.dialogue.queries.trees import flaws
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, Outcome, RoleKind, StanceKind, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Appeal, Comment, CommentVersion, LogEntry, Notification, Stance, Thread
from forum.moderation.actions.appeals import appeal, decide_appeal
from forum.moderation.actions.moderation import remove_comment
from tests.factories import make_person, new_key

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EACH = 16, 40


def all_at_once(work: Callable[[int], None], writers: int = WRITERS) -> None:
    """Runs `work` in as many threads at once, each with a database connection of its own."""

    def alone(writer: int) -> None:
        try:
            work(writer)
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(alone, writer) for writer in range(writers)]:
            done.result()


def test_sixteen_writers_in_one_thread_lose_nothing_and_keep_every_tree_sound(theme, thread, cast):
    people = [make_person(f"writer{n}") for n in range(WRITERS)]

    def write(writer: int) -> None:
        choice = random.Random(writer)
        for turn in range(EACH):
            known = Comment.objects.filter(thread=thread).order_by("?")[:5]
            parent = choice.choice(list(known))
            post_reply(parent, by=people[writer], source=f"{writer}/{turn}", key=new_key(), now=timezone.now())
            connection.close()  # as after a request: another writer may have it from the pool

    all_at_once(write)
    sources = sorted(CommentVersion.objects.filter(comment__thread=thread).values_list("source", flat=True))[
        : WRITERS * EACH
    ]
    assert len(sources) == len(set(sources)) == WRITERS * EACH
    assert list(flaws()) == []
    theme.refresh_from_db()
    thread.refresh_from_db()
    total = WRITERS * EACH + 1
    assert (theme.comment_count, theme.last_number, theme.revision, thread.comment_count) == (total,) * 4
    rows = Comment.objects.filter(theme=theme).order_by("number").values_list("number", "revision")
    assert list(rows) == [(n, n) for n in range(1, total + 1)], "numbers and revisions without gap or repeat"


def test_sixteen_writers_open_threads_in_one_theme(theme, cast):
    def write(writer: int) -> None:
        for turn in range(10):
            open_thread(theme, by=cast.ada, title=f"{writer}/{turn}", source="x", key=new_key(), now=timezone.now())

    all_at_once(write)
    theme.refresh_from_db()
    assert (theme.thread_count, theme.revision, Thread.objects.count()) == (160, 160, 160)
    assert Comment.objects.order_by().values("tree_id").distinct().count() == 160
    assert list(flaws()) == []


def test_one_form_sent_eight_times_at_once_makes_one_comment(thread, cast):
    key = new_key()
    answers: list[int] = []

    def send(_: int) -> None:
        answers.append(post_reply(thread.opening, by=cast.ben, source="Once.", key=key, now=timezone.now()).pk)

    all_at_once(send, writers=8)
    assert len(set(answers)) == 1
    assert Comment.objects.filter(thread=thread).count() == 2


def test_one_new_thread_form_sent_eight_times_at_once_opens_one_thread(theme, cast):
    key = new_key()
    answers: list[int] = []

    def send(_: int) -> None:
        answers.append(open_thread(theme, by=cast.ben, title="T", source="Once.", key=key, now=timezone.now()).pk)

    all_at_once(send, writers=8)
    assert len(set(answers)) == 1
    assert Thread.objects.count() == 1


def test_replies_and_withdrawals_at_once_keep_counts_and_places_true(theme, thread, cast, say):
    mine = [say("ben", f"mine {n}", to=thread.opening) for n in range(16)]

    def act(writer: int) -> None:
        if writer % 2:
            withdraw_comment(mine[writer], by=cast.ben, now=timezone.now())
        else:
            answer = post_reply(mine[writer], by=cast.ada, source="yes", key=new_key(), now=timezone.now())
            withdraw_comment(mine[writer], by=cast.ben, now=timezone.now())
            withdraw_comment(answer, by=cast.ada, now=timezone.now())

    all_at_once(act)
    theme.refresh_from_db()
    assert theme.comment_count == 1
    assert theme.revision == 1 + 16 + 8 + 3 * 8
    assert list(flaws()) == []


def test_stances_beside_replies_and_edits_lose_nothing_and_never_block_each_other(theme, thread, cast, say):
    """Everybody presses at once, some twice, while the same comment is edited and its branch grows."""
    branch = say("ada", "What do you think?", to=thread.opening)
    people = [make_person(f"voter{n}") for n in range(WRITERS)]

    def act(writer: int) -> None:
        choice = random.Random(writer)
        for turn in range(10):
            now = timezone.now()
            take_stance(branch, by=people[writer], kind=choice.choice([*StanceKind, None]), now=now)
            if writer == 0:
                edit_comment(branch, by=cast.ada, source=f"Turn {turn}", now=now)
            if writer == 1:
                post_reply(branch, by=cast.ben, source=f"{turn}", key=new_key(), now=now)
        take_stance(branch, by=people[writer], kind=StanceKind.AGREE, now=timezone.now())

    all_at_once(act)
    theme.refresh_from_db()
    branch.refresh_from_db()
    assert (branch.agree_count, branch.support_total, Stance.objects.count()) == (WRITERS, WRITERS, WRITERS)
    assert recount_theme(theme.pk) is False
    thread.refresh_from_db()
    assert thread.revision == theme.revision
    assert list(flaws()) == []


def test_one_person_at_two_windows_has_one_stance(thread, cast):
    def press(window: int) -> None:
        kind = list(StanceKind)[window % 4]
        take_stance(thread.opening, by=cast.ben, kind=kind, now=timezone.now())

    all_at_once(press)
    opening = Comment.objects.get(pk=thread.opening_id)
    total = opening.support_count + opening.agree_count + opening.disagree_count + opening.unsure_count
    assert (total, Stance.objects.count()) == (1, 1)


def test_two_moderators_decide_one_appeal_at_once(event, thread, cast, say):
    deciders = [cast.olga, make_person("una")]
    event.roles.create(person=deciders[1], kind=RoleKind.MODERATOR)
    for turn in range(20):
        comment = say("ben", f"Turn {turn}.", to=thread.opening)
        entry = remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
        case = appeal(comment, by=cast.ben, text="Why?", about=entry.pk, now=timezone.now())
        told: list[Reason] = []

        def decide(place: int, comment: Comment = comment, case: Appeal = case, told: list[Reason] = told) -> None:
            outcome = list(Outcome)[place]
            seen = f"{comment.version_id}.removed"
            how = {"by": deciders[place], "answer": "So be it.", "seen": seen, "now": timezone.now()}
            try:
                decide_appeal(Appeal.objects.get(pk=case.pk), outcome=outcome, **how)
            except Refused as refusal:
                told.append(refusal.reason)

        all_at_once(decide, writers=2)
        case.refresh_from_db()
        acts = LogEntry.objects.filter(comment=comment, pk__gt=entry.pk, act__in=[Act.APPEAL_UPHELD, Act.APPEAL_DENIED])
        status = Status.PUBLISHED if case.outcome == Outcome.TAKEN_BACK else Status.REMOVED
        assert told == [Reason.APPEAL_DECIDED], "the other is told"
        assert [row.actor for row in acts] == [case.decided_by]
        assert Notification.objects.filter(entry__in=acts).count() == 1
        assert Comment.objects.get(pk=comment.pk).status == status
    assert list(flaws()) == []
