"""Authors whom moderators let pass: where, seen by whom, and ended."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, Decision, RoleKind, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.mail.sending import send_due_mail
from forum.models import Comment, LogEntry, Notification, Theme, Trust
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.trust import end_trust
from forum.moderation.queries.dry_run import past
from tests.factories import make_theme, open_thread, reply_to
from tests.moderation.test_review import LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(event, thread) -> Theme:
    """Every comment waits in the event, which has two themes."""
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    return make_theme(event)


@pytest.fixture
def trusted(cast, event, elsewhere, thread):
    """Makes somebody trust ben for a comment in the first theme."""

    def trust(who: str) -> Trust:
        review_comment(
            write(cast, thread), Decision.TRUST, seen=SKIP_CHECK, by=getattr(cast, who), reason="", now=timezone.now()
        )
        return Trust.objects.get(person=cast.ben)

    event.roles.create(person=cast.ada, kind=RoleKind.MODERATOR, theme=thread.theme)
    return trust


def write(cast, thread) -> Comment:
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    return reply_to(parent, cast.ben, "Hello there.")


def open_in(theme, cast) -> Comment:
    return open_thread(Theme.objects.select_related("event").get(pk=theme.pk), cast.ben, "Elsewhere")


@pytest.mark.parametrize(("who", "there"), [("ada", Status.HELD), ("mo", Status.PUBLISHED), ("olga", Status.PUBLISHED)])
def test_trust_reaches_as_far_as_whoever_gives_it_moderates(cast, elsewhere, thread, trusted, who, there):
    trusted(who)
    assert write(cast, thread).status == Status.PUBLISHED
    assert open_in(elsewhere, cast).status == there


def test_a_rehearsal_lets_pass_whom_the_rules_do(cast, event, elsewhere, thread, trusted):
    trusted("ada")
    open_in(elsewhere, cast)
    rows = past(event.pk, None, since=thread.opening.created_at)
    assert {(row["theme_id"], row["passes"]) for row in rows if row["author_id"] == cast.ben.pk} == {
        (thread.theme_id, True),
        (elsewhere.pk, False),
    }


def test_moderators_see_whom_they_trust_and_can_end_it(cast, event, thread, trusted):
    trust = trusted("ada")
    mo, person = cast.client("mo"), f"/{event.slug}/moderation/people/{cast.ben.pk}/"
    page = mo.get(person).content.decode()
    assert f"Theme {thread.theme.code}" in page
    end = f"/{event.slug}/moderation/trust/{trust.pk}/end/"
    assert f'href="{end}"' in page
    assert mo.post(end, {"reason": ""}).status_code == 422
    assert Trust.objects.exists()
    answer = mo.post(end, {"reason": "Advertises since."}, follow=True)
    assert "The review rules apply to Ben again" in answer.content.decode()
    assert "Stop trusting" not in answer.content.decode()
    assert write(cast, thread).status == Status.HELD
    entry = LogEntry.objects.get(act=Act.DISTRUST)
    assert (entry.person, entry.actor, entry.reason, entry.theme) == (
        cast.ben, cast.mo, "Advertises since.", thread.theme,
    )  # fmt: skip
    assert mo.get(end).status_code == 404


def test_its_author_is_told_why_and_the_public_not_who(cast, event, thread, trusted):
    trust = trusted("mo")
    end_trust(trust.pk, by=cast.olga, reason="Advertises since.", now=timezone.now())
    told = cast.client("ben").get("/notifications/").content.decode()
    assert "Your comments are held for review again" in told
    assert "Advertises since." in told
    assert Notification.objects.filter(person=cast.ben, entry__act=Act.DISTRUST).count() == 1
    send_due_mail(now=timezone.now() + LATER)
    [letter] = [letter for letter in mail.outbox if "held for review again" in letter.subject]
    assert "The reason: Advertises since." in letter.body
    log = cast.client("eve").get(f"/{event.slug}/moderation/").content.decode()
    assert "Participant no longer trusted" in log
    assert "Ben" not in log


def test_who_moderates_one_theme_ends_no_trust_of_the_whole_event(cast, event, thread, trusted):
    trust = trusted("mo")
    with pytest.raises(Refused) as refused:
        end_trust(trust.pk, by=cast.ada, reason="No.", now=timezone.now())
    assert refused.value.reason is Reason.NOT_MODERATOR
    assert "Whole event" in cast.client("ada").get(
        f"/{event.slug}/moderation/people/{cast.ben.pk}/"
    ).content.decode()  # fmt: skip
    assert Trust.objects.exists()


def test_whoever_ends_it_second_is_told(cast, trusted):
    trust = trusted("mo")
    end_trust(trust.pk, by=cast.olga, reason="So.", now=timezone.now())
    with pytest.raises(Refused) as refused:
        end_trust(trust.pk, by=cast.mo, reason="So.", now=timezone.now())
    assert refused.value.reason is Reason.NOT_TRUSTED
    assert LogEntry.objects.filter(act=Act.DISTRUST).count() == 1
