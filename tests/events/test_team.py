"""Who has which role: seen and changed by organisers, told to whom it concerns, logged without the name."""

from __future__ import annotations

import pytest
from django.utils import timezone

from forum.kernel import realtime
from forum.kernel.choices import Act, RoleKind
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import LogEntry, Notification, Role
from forum.moderation.actions.roles import appoint, dismiss
from tests.factories import make_event, make_person, make_theme, seen_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/team/"


def role_of(person, kind=RoleKind.MODERATOR) -> Role:
    return Role.objects.get(person=person, kind=kind)


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("mo", 403), ("olga", 200)])
def test_only_organisers_see_and_change_the_team(cast, page, who, status):
    client = cast.client(who)
    answer = client.get(page)
    assert answer.status_code == status
    assert (b"Olga" in answer.content and b"Remove role" in answer.content) == (status == 200)
    posted = client.post(page, {"email": "ben@example.org", "kind": "moderator", "theme": "every"})
    assert posted.status_code == (302 if status == 200 else 403)
    assert Role.objects.filter(person=cast.ben).exists() == (status == 200)
    mos = role_of(cast.mo)
    assert client.get(f"{page}{mos.pk}/take/").status_code == status
    taken = client.post(f"{page}{mos.pk}/take/", {"reason": "Their term ended."})
    assert taken.status_code == (302 if status == 200 else 403)
    assert Role.objects.filter(pk=mos.pk).exists() == (status != 200)


def test_somebody_becomes_moderator_of_one_theme_and_is_told(cast, page, theme):
    answer = cast.client("olga").post(page, {"email": " Ben@Example.org ", "kind": "moderator", "theme": theme.pk})
    assert answer.status_code == 302
    assert role_of(cast.ben).theme == theme
    entry = LogEntry.objects.get()
    assert (entry.act, entry.person, entry.actor) == (Act.GIVE_ROLE, cast.ben, cast.olga)
    assert Notification.objects.get().person == cast.ben
    assert f"Moderator, {theme.code}. {theme.title}" in cast.client("ben").get("/notifications/").content.decode()
    assert f"{theme.code}. {theme.title}" in cast.client("olga").get(page).content.decode()


@pytest.mark.parametrize(
    ("filled", "status", "words"),
    [
        ({"email": "nobody@example.org"}, 422, "No account here has confirmed this address."),
        ({"email": "unconfirmed@example.org"}, 422, "No account here has confirmed this address."),
        ({"email": "suspended@example.org"}, 422, "No account here has confirmed this address."),
        ({"email": "no address"}, 422, "Enter a valid email address."),
        ({"kind": "king"}, 422, "Select a valid choice."),
        ({"theme": "999999"}, 422, "Select a valid choice."),
        ({"email": "mo@example.org"}, 409, "This person already has this role."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_comes_back(cast, page, theme, filled, status, words):
    make_person("unconfirmed", verified=False)
    suspended = make_person("suspended")
    suspended.is_active = False
    suspended.save(update_fields=["is_active"])
    sent = {"email": "ben@example.org", "kind": "moderator", "theme": "every"} | filled
    answer = cast.client("olga").post(page, sent)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert sent["email"] in answer.content.decode()
    assert Role.objects.count() == 2


def test_organisers_organise_the_whole(cast, page, theme, event):
    answer = cast.client("olga").post(page, {"email": "ben@example.org", "kind": "organiser", "theme": theme.pk})
    assert answer.status_code == 422
    assert "Organisers always have the whole event." in answer.content.decode()
    with pytest.raises(Refused) as refusal:
        appoint(cast.ben, RoleKind.ORGANISER, event=event, theme=theme, by=cast.olga, now=timezone.now())
    assert refusal.value.reason is Reason.WHOLE_EVENT


def test_whoever_asks_in_vain_learns_nothing_about_addresses(cast, page):
    """Those who may not see the team get one answer, whether the address is known or not."""
    mo = cast.client("mo")
    known, unknown = (
        mo.post(page, {"email": f"{name}@example.org", "kind": "moderator", "theme": "every"})
        for name in ("ben", "nobody")
    )
    for answer in (known, unknown):
        assert answer.status_code == 403
        assert b"account" not in answer.content.lower().split(b"<main")[1].split(b"</main")[0]


def test_a_role_that_was_taken_away_is_lost_at_once(cast, page, thread, say):
    comment = say("ben", "I disagree.", to=thread.opening)
    mo = cast.client("mo")
    assert mo.get(f"/comments/{comment.pk}/remove/").status_code == 200
    answer = cast.client("olga").post(f"{page}{role_of(cast.mo).pk}/take/", {"reason": "Their term ended."})
    assert answer.status_code == 302
    assert mo.get(f"/comments/{comment.pk}/remove/").status_code == 403
    assert mo.post(f"/comments/{comment.pk}/remove/", {"reason": "Because."} | seen_field(comment)).status_code == 403
    assert mo.get(f"/{thread.theme.event.slug}/moderation/desk/").status_code == 403
    text = mo.get("/notifications/").content.decode()
    assert "Role removed" in text
    assert "Their term ended." in text


def test_what_somebody_has_open_asks_again(cast, event, monkeypatch, django_capture_on_commit_callbacks):
    hints = []
    monkeypatch.setattr(realtime, "_hint", lambda group, hint: hints.append((group, hint["type"])))
    with django_capture_on_commit_callbacks(execute=True):
        dismiss(role_of(cast.mo), by=cast.olga, reason="Their term ended.", now=timezone.now())
    assert (realtime.group_of_person(cast.mo.pk), "person.checked") in hints


def test_taking_a_role_needs_a_reason(cast, page):
    answer = cast.client("olga").post(f"{page}{role_of(cast.mo).pk}/take/", {"reason": " "})
    assert answer.status_code == 422
    assert role_of(cast.mo)


def test_the_log_names_nobody(cast, page, event):
    olga = cast.client("olga")
    olga.post(page, {"email": "ben@example.org", "kind": "rapporteur", "theme": "every"})
    olga.post(f"{page}{role_of(cast.mo).pk}/take/", {"reason": "Their term ended."})
    for who in ("eve", "ada"):
        text = cast.client(who).get(f"/{event.slug}/moderation/").content.decode().split("<main")[1].split("</main")[0]
        for said in ("Role assigned", "Rapporteur", "Role removed", "Their term ended."):
            assert said in text
        for name in ("Ben", "Mo<", "Olga", "@example.org"):
            assert name not in text


def test_the_last_organiser_stays(cast, page, event):
    olga = cast.client("olga")
    theirs = role_of(cast.olga, RoleKind.ORGANISER)
    answer = olga.post(f"{page}{theirs.pk}/take/", {"reason": "I am tired."})
    assert answer.status_code == 409
    assert "Make someone else an organiser first" in answer.content.decode()
    ghost = make_person("ghost")
    ghost.is_active = False
    ghost.save(update_fields=["is_active"])
    event.roles.create(person=ghost, kind=RoleKind.ORGANISER)
    assert olga.get(f"{page}{theirs.pk}/take/").status_code == 409, "somebody who cannot log in organises nothing"
    olga.post(page, {"email": "ben@example.org", "kind": "organiser", "theme": "every"})
    left = olga.post(f"{page}{theirs.pk}/take/", {"reason": "I am tired."})
    assert left.status_code == 302
    assert left["Location"] == f"/{event.slug}/moderation/", "the team is no longer hers to see"


def test_two_organisers_who_dismiss_each_other_leave_one(cast, event):
    event.roles.create(person=cast.ben, kind=RoleKind.ORGANISER)
    first, second = role_of(cast.olga, RoleKind.ORGANISER), role_of(cast.ben, RoleKind.ORGANISER)
    dismiss(second, by=cast.olga, reason="No.", now=timezone.now())
    with pytest.raises(Refused) as refusal:
        dismiss(first, by=cast.ben, reason="No.", now=timezone.now())
    assert refusal.value.reason is Reason.NOT_ORGANISER
    with pytest.raises(Refused) as refusal:
        dismiss(second, by=cast.olga, reason="No.", now=timezone.now())
    assert refusal.value.reason is Reason.ROLE_GONE


def test_roles_of_another_event_are_not_there(cast, page):
    elsewhere = make_event(slug="other")
    role = elsewhere.roles.create(person=cast.ben, kind=RoleKind.ORGANISER)
    assert cast.client("olga").get(f"{page}{role.pk}/take/").status_code == 404
    foreign = make_theme(elsewhere)
    answer = cast.client("olga").post(page, {"email": "ada@example.org", "kind": "moderator", "theme": foreign.pk})
    assert answer.status_code == 422
