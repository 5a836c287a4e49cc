"""Those who moderate are told once of each queue, until they have seen it."""

from __future__ import annotations

from functools import partial

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.notifications import see, to_review
from forum.dialogue.queries.notifications import unseen
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision, FlagKind, NotificationKind, Outcome, ReportOutcome, RoleKind
from forum.kernel.queues import QueueKind
from forum.models import Appeal, Notification, OutgoingMail, Role
from forum.moderation.actions.appeals import appeal, decide_appeal
from forum.moderation.actions.flags import dismiss_case, flag_comment, take_back_flag
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.reports import Notice, decide_report, report_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.rules.appeals import decision_to_appeal
from tests.factories import make_event, make_person, make_theme, whole

pytestmark = pytest.mark.django_db


def told(person) -> list[str]:
    rows = Notification.objects.filter(person=person, kind=NotificationKind.QUEUE, seen_at=None)
    return sorted(rows.values_list("queue", flat=True))


@pytest.fixture
def flagged(thread, cast, say):
    comment = say("ben", "Flag me.", to=thread.opening)
    flag_comment(comment, by=cast.ada, kind=FlagKind.ATTACK, note="", now=timezone.now())
    return comment


@pytest.fixture
def reported(thread, say):
    comment = say("ben", "Unlawful.", to=thread.opening)
    notice = Notice("It is against the law here.", name="Eve", email="eve@example.org")
    return report_comment(comment, notice, key="1", now=timezone.now())


@pytest.fixture
def appealed(thread, cast, say):
    comment = say("ben", "Rude.", to=thread.opening)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    entry = decision_to_appeal(comment.pk)
    appeal(whole(comment.pk), by=cast.ben, text="It was not.", about=entry.pk, now=timezone.now())
    return Appeal.objects.get()


def test_each_queue_is_told_of(cast, held, flagged, reported, appealed):
    held()
    assert told(cast.olga) == ["appeals", "desk", "flags", "reports"]
    assert told(cast.mo) == ["desk", "flags", "reports"]  # mo took the decision, and olga can decide the appeal
    assert (told(cast.ada), told(cast.ben)) == ([], [])
    assert not mail.outbox
    assert not OutgoingMail.objects.filter(person__in=[cast.mo, cast.olga]).exists()


def test_a_queue_is_told_of_again_only_once_it_was_seen(cast, held):
    first = held("The casino.")
    held("Another casino.")
    assert told(cast.mo) == ["desk"]
    see(cast.mo, now=timezone.now())
    assert told(cast.mo) == []
    held("The third casino.")
    assert (told(cast.mo), told(cast.olga)) == (["desk"], ["desk"])
    assert Notification.objects.filter(kind=NotificationKind.QUEUE).count() == 3
    assert first.is_public is False


def test_the_list_leads_to_the_queue(cast, held, event):
    held()
    mo = cast.client("mo")
    page = mo.get("/notifications/").content.decode()
    assert ("New comments to review" in page, event.title in page, "data-unseen" in page) == (True, True, True)
    note = Notification.objects.get(person=cast.mo)
    assert mo.get(f"/notifications/{note.pk}/")["Location"] == f"/{event.slug}/moderation/desk/"
    assert cast.client("olga").get(f"/notifications/{note.pk}/").status_code == 404


def test_an_open_queue_says_what_to_mark_as_seen(cast, held, event):
    held()
    mo, note = cast.client("mo"), Notification.objects.get(person=cast.mo)
    news = f"/{event.slug}/moderation/desk/news/"
    assert mo.get(news).json()["seen_url"] == f"/notifications/{note.pk}/seen/"
    assert mo.get(f"{news}?queue=flags").json()["seen_url"] == ""
    assert told(cast.mo) == ["desk"]  # looking marks nothing
    mo.post(f"/notifications/{note.pk}/seen/")
    assert mo.get(news).json()["seen_url"] == ""


def test_who_decides_in_another_theme_or_event_is_not_told(cast, event, held):
    nina, otto = make_person("nina"), make_person("otto")
    elsewhere = make_theme(event, code="E", slug="elsewhere", position=2)
    Role.objects.create(event=event, theme=elsewhere, person=nina, kind=RoleKind.MODERATOR)
    Role.objects.create(event=make_event(slug="other"), person=otto, kind=RoleKind.ORGANISER)
    Role.objects.create(event=event, person=make_person("rita"), kind=RoleKind.RAPPORTEUR)
    gone = make_person("gone")
    Role.objects.create(event=event, person=gone, kind=RoleKind.MODERATOR)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    held()
    assert set(Notification.objects.values_list("person__name", flat=True)) == {"Mo", "Olga"}


def test_neither_author_nor_flagger_is_told(cast, thread, say):
    comment = say("mo", "I moderate.", to=thread.opening)
    flag_comment(comment, by=cast.olga, kind=FlagKind.ATTACK, note="", now=timezone.now())
    assert (told(cast.mo), told(cast.olga)) == ([], [])
    flag_comment(comment, by=cast.ada, kind=FlagKind.ATTACK, note="", now=timezone.now())
    assert (told(cast.mo), told(cast.olga)) == ([], ["flags"])


@pytest.mark.parametrize("queue", ["desk", "flags", "reports", "appeals"])
def test_an_empty_queue_is_not_told_of_any_more(cast, request, thread, queue):
    now, how = timezone.now(), {"by": cast.olga, "now": timezone.now()}
    made = {"desk": "held", "flags": "flagged", "reports": "reported", "appeals": "appealed"}[queue]
    case = request.getfixturevalue(made)
    if queue == "desk":
        first, second = case("The casino."), case("A casino.")
        review_comment(first, Decision.APPROVE, reason="", seen=SKIP_CHECK, **how)
        assert told(cast.olga) == ["desk"]  # one is left
        act = partial(withdraw_comment, second, by=cast.ben, now=now)
    elif queue == "flags":
        act = partial(dismiss_case, case, reason="", seen=SKIP_CHECK, **how)
    elif queue == "reports":
        no_action = {"outcome": ReportOutcome.NO_ACTION, "statement": "No.", "reason": ""}
        act = partial(decide_report, case, seen=SKIP_CHECK, **no_action, **how)
    else:
        act = partial(decide_appeal, case, outcome=Outcome.STANDS, answer="It was.", seen=SKIP_CHECK, **how)
    assert told(cast.olga) == [queue]
    act()
    assert told(cast.olga) == []
    assert unseen(cast.olga) == 0


def test_a_flag_taken_back_leaves_nothing_to_review(cast, flagged):
    take_back_flag(flagged, by=cast.ada)
    assert (told(cast.mo), told(cast.olga)) == ([], [])


def test_telling_takes_one_statement(cast, thread):
    with CaptureQueriesContext(connection) as seen:
        to_review(QueueKind.HELD, thread.opening, thread, now=timezone.now())
    assert len(seen) == 1


def test_the_database_refuses_a_second_unseen_one(cast, event):
    def tell() -> None:
        Notification.objects.create(
            person=cast.mo, kind=NotificationKind.QUEUE, event=event, queue=QueueKind.HELD, created_at=timezone.now()
        )

    tell()
    with pytest.raises(IntegrityError), transaction.atomic():
        tell()
