"""What moderators impose on people: their pages, what the person reads, and that nobody else does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from forum.dialogue.queries import sanctions
from forum.dialogue.queries.trees import flaws
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, FlagKind, RoleKind, SanctionKind, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.mail.sending import send_due_mail
from forum.models import Comment, FlagCase, LogEntry, Notification, OutgoingMail, Sanction
from forum.moderation.actions import bulk_removal
from forum.moderation.actions.bulk_removal import bulk_remove, bulk_restore
from forum.moderation.actions.flags import dismiss_case, flag_comment
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.sanctions import sanction
from forum.moderation.web import bulk_removal as web_bulk_removal
from tests.factories import PASSWORD, make_person, make_theme, new_key, open_thread

pytestmark = pytest.mark.django_db

TYPED = "What I typed for an hour."
REASON, NOTE = "zebrafinch you shouted", "kingfisher the third time"
LATER = timedelta(hours=1)


@pytest.fixture
def spoken(thread, say) -> Comment:
    """ben has written something."""
    return say("ben", "I doubt it.", to=thread.opening)


@pytest.fixture
def page(event, cast, spoken) -> str:
    """The moderators' page about ben."""
    return f"/{event.slug}/moderation/people/{cast.ben.pk}/"


def form(**changes: str) -> dict[str, str]:
    return {"kind": "silence", "theme": "0", "pace": "3", "term": "day", "reason": REASON, "note": NOTE} | changes


def lay(cast, event, kind: SanctionKind, who: str = "ben", by: str = "olga", **more) -> Sanction:
    facts = {"reason": REASON, "note": NOTE, "until": None, "by": getattr(cast, by), "now": timezone.now()}
    return sanction(getattr(cast, who), kind, event, **facts | more)


def reply(client: Client, thread):
    return client.post(f"/comments/{thread.opening_id}/reply/", {"source": TYPED, "key": new_key()})


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("ben", 403), ("mo", 200), ("olga", 200)])
def test_only_moderators_see_what_is_known_of_somebody(cast, event, page, who, status):
    client = cast.client(who)
    assert client.get(page).status_code == status
    assert client.get(f"/{event.slug}/moderation/people/").status_code == status
    link = f'href="{page}"' in client.get(f"/people/{cast.ben.pk}/").content.decode()
    assert link == (status == 200)


def test_who_wrote_nothing_here_is_not_there(cast, event, page, thread):
    quiet = make_person("quiet")
    mo = cast.client("mo")
    assert mo.get(f"/{event.slug}/moderation/people/{quiet.pk}/").status_code == 404
    assert mo.get(f"/{event.slug}/moderation/people/999999/").status_code == 404
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    client = Client()
    client.force_login(quiet)
    reply(client, thread)
    shown = mo.get(f"/{event.slug}/moderation/people/{quiet.pk}/")
    assert shown.status_code == 200
    assert "1 awaiting review" in shown.content.decode()


def test_a_form_sent_twice_lays_one_sanction_and_tells_of_it_once(cast, event, page):
    mo = cast.client("mo")
    key = form_key(mo, page)
    for _ in range(2):
        assert mo.post(page, form(key=key)).status_code == 302
    assert Sanction.objects.count() == LogEntry.objects.count() == OutgoingMail.objects.count() == 1
    assert mo.post(page, form(key=form_key(mo, page))).status_code == 302, "a form of its own lays another"
    assert Sanction.objects.count() == 2
    assert cast.client("olga").post(page, form(key=key)).status_code == 302, "a key is one of its sender's"
    assert Sanction.objects.count() == 3


@pytest.mark.parametrize("changed", [{"kind": "warning"}, {"reason": "Other words."}, {"note": ""}, {"term": "week"}])
def test_a_form_sent_again_with_other_words_says_so_and_can_be_sent_once_more(cast, page, changed):
    mo = cast.client("mo")
    key = form_key(mo, page)
    mo.post(page, form(key=key))
    again = mo.post(page, form(key=key, **changed))
    assert again.status_code == 409
    assert str(Reason.LAID_ALREADY.label) in again.content.decode()
    assert Sanction.objects.count() == 1
    fresh = re.findall(r'name="key" value="([^"]+)"', again.content.decode())[0]
    assert fresh != key
    assert mo.post(page, form(key=fresh, **changed)).status_code == 302
    assert Sanction.objects.count() == 2


def form_key(client: Client, page: str) -> str:
    return re.findall(r'name="key" value="([^"]+)"', client.get(page).content.decode())[0]


def test_lift_is_offered_to_whom_it_is_not_refused(cast, event, theme, page):
    tim = make_person("tim")
    event.roles.create(person=tim, kind=RoleKind.MODERATOR, theme=theme)
    suspended = lay(cast, event, SanctionKind.SUSPENSION)
    silenced = lay(cast, event, SanctionKind.SILENCE, by="mo")
    in_theme = lay(cast, event, SanctionKind.SILENCE, by="mo", theme_id=theme.pk)
    may = {"olga": {suspended.pk, silenced.pk, in_theme.pk}, "mo": {silenced.pk, in_theme.pk}, "tim": {in_theme.pk}}
    cast.tim = tim
    for who, theirs in may.items():
        client = cast.client(who)
        for address in (page, f"/{event.slug}/moderation/people/"):
            text = client.get(address).content.decode()
            assert {int(pk) for pk in re.findall(r"sanctions/(\d+)/lift/", text)} == theirs, (who, address)
        for pk in may["olga"]:
            status = client.get(f"/{event.slug}/moderation/sanctions/{pk}/lift/").status_code
            assert status == (200 if pk in theirs else 403)


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_of_people_costs_a_fixed_number_of_queries(cast, event, thread, say, size, django_assert_num_queries):
    for n in range(size):
        setattr(cast, f"p{n}", make_person(f"p{n}"))
        lay(cast, event, SanctionKind.WARNING, f"p{n}", by="mo")
    mo = cast.client("mo")
    with django_assert_num_queries(8):
        assert mo.get(f"/{event.slug}/moderation/people/").status_code == 200


def test_what_flags_have_held_is_no_decision_of_nobody(cast, event, page, spoken):
    event.hold_rules = {"flagged": {"number": 1}}
    event.save(update_fields=["hold_rules"])
    flag_comment(spoken, by=cast.ada, kind=FlagKind.SPAM, note="", now=timezone.now())
    text = cast.client("mo").get(page).content.decode()
    assert "automatically, after several flags" in text
    assert "by None" not in text


def test_that_a_comment_was_kept_is_told_to_colleagues_of_its_theme_and_never_to_its_author(
    cast, event, theme, thread, say
):
    remark = say("mo", "I moderate and write.", to=thread.opening)
    flag_comment(remark, by=cast.ada, kind=FlagKind.SPAM, note="", now=timezone.now())
    dismiss_case(remark, seen=SKIP_CHECK, by=cast.olga, reason=REASON, now=timezone.now())
    for name, where in (("here", theme), ("there", make_theme(event))):
        setattr(cast, name, make_person(name))
        event.roles.create(person=getattr(cast, name), kind=RoleKind.MODERATOR, theme=where)
    for address in (f"/{event.slug}/moderation/people/{cast.mo.pk}/", f"/{event.slug}/moderation/"):
        read = {
            who: REASON in cast.client(who).get(address).content.decode() for who in ("mo", "olga", "here", "there")
        }
        assert read == {"mo": False, "olga": True, "here": True, "there": False}, address


def test_a_silence_is_set_told_and_lifted(cast, event, page, thread):
    mo, ben = cast.client("mo"), cast.client("ben")
    assert mo.post(page, form()).status_code == 302
    refused = reply(ben, thread)
    text = refused.content.decode()
    assert refused.status_code == 403
    for words in (TYPED, REASON, "It ends automatically on", "cannot post in “From Deadlock to Dialogue”"):
        assert words in text
    assert NOTE not in text
    laid = Sanction.objects.get()
    assert "Silence until" in mo.get(f"/{event.slug}/moderation/people/").content.decode()
    lifted = mo.post(f"/{event.slug}/moderation/sanctions/{laid.pk}/lift/", {"reason": "You wrote to us."})
    assert lifted["Location"] == page
    assert "Lifted by Mo" in mo.get(page).content.decode()
    assert reply(ben, thread).status_code == 302
    assert "You wrote to us." in ben.get("/notifications/").content.decode()


def test_a_silenced_person_reads_but_takes_no_stance_and_adds_no_file(cast, event, thread, spoken):
    mine = Comment.objects.get(pk=spoken.pk)
    lay(cast, event, SanctionKind.SILENCE, by="mo")
    ben = cast.client("ben")
    assert ben.get(f"/threads/{thread.pk}/").status_code == 200
    for path, fields in (
        (f"/comments/{thread.opening_id}/stance/", {"kind": "agree"}),
        (f"/{event.slug}/{thread.theme.slug}/open/", {"title": "T", "source": TYPED, "key": new_key()}),
        (f"/comments/{mine.pk}/edit/", {"source": TYPED, "key": new_key()}),
    ):
        answer = ben.post(path, fields)
        assert answer.status_code == 403, path
        assert str(Reason.SILENCED.label) in answer.content.decode(), path
    assert ben.post(f"/comments/{mine.pk}/withdraw/").status_code == 302, "their own words they may take back"


def test_a_silence_in_one_theme_leaves_the_others_open(cast, event, page, thread):
    other = open_thread(make_theme(event), cast.ada, "Elsewhere").thread
    cast.client("mo").post(page, form(theme=str(thread.theme_id)))
    ben = cast.client("ben")
    assert reply(ben, thread).status_code == 403
    assert reply(ben, other).status_code == 302


def test_a_moderator_of_one_theme_is_offered_that_theme_only(cast, event, theme, page):
    other = make_theme(event)
    tim = make_person("tim")
    event.roles.create(person=tim, kind=RoleKind.MODERATOR, theme=theme)
    client = Client()
    client.force_login(tim)
    text = client.get(page).content.decode()
    assert f'<option value="{theme.pk}"' in text
    assert f'<option value="{other.pk}"' not in text
    assert re.findall(r'name="kind" value="([a-z]+)"', text) == ["warning", "silence"]
    assert client.post(page, form(theme="0")).status_code == 422
    assert client.post(page, form(theme=str(theme.pk))).status_code == 302


def test_a_warning_is_confirmed_before_the_next_comment(cast, event, thread, spoken):
    laid = lay(cast, event, SanctionKind.WARNING, by="mo")
    ben = cast.client("ben")
    refused = reply(ben, thread)
    assert refused.status_code == 403
    assert TYPED in refused.content.decode()
    assert f'href="/sanctions/{laid.pk}/"' in refused.content.decode()
    told = Notification.objects.get(person=cast.ben, entry=laid.entry)
    assert ben.get(f"/notifications/{told.pk}/")["Location"] == f"/sanctions/{laid.pk}/"
    assert "I have read this" in ben.get(f"/sanctions/{laid.pk}/").content.decode()
    ben.post(f"/sanctions/{laid.pk}/")
    assert "I have read this" not in ben.get(f"/sanctions/{laid.pk}/").content.decode()
    assert reply(ben, thread).status_code == 302


def test_nobody_else_finds_the_page_of_a_sanction(cast, event, spoken):
    laid = lay(cast, event, SanctionKind.WARNING, by="mo")
    for who in ("ada", "mo", "olga"):
        assert cast.client(who).get(f"/sanctions/{laid.pk}/").status_code == 404
        assert cast.client(who).post(f"/sanctions/{laid.pk}/").status_code == 404
    assert cast.client("eve").get(f"/sanctions/{laid.pk}/").status_code == 302
    laid.refresh_from_db()
    assert laid.acknowledged_at is None


def test_a_pace_limit_counts_comments_and_nothing_else(cast, event, page, thread):
    assert cast.client("mo").post(page, form(kind="pace", pace="2")).status_code == 302
    ben = cast.client("ben")
    assert reply(ben, thread).status_code == 302, "the second of this hour"
    refused = reply(ben, thread)
    assert refused.status_code == 403
    assert str(Reason.PACED.label) in refused.content.decode()
    assert "at most 2 comments per hour" in refused.content.decode()
    assert TYPED in refused.content.decode()
    assert ben.post(f"/comments/{thread.opening_id}/stance/", {"kind": "agree"}).status_code == 302
    Comment.objects.filter(author=cast.ben).update(created_at=timezone.now() - LATER)
    assert reply(ben, thread).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "required"),
        ({"kind": ""}, "required"),
        ({"kind": "ban"}, "not one of the available choices"),
        ({"kind": "suspension"}, "not one of the available choices"),
        ({"kind": "pace", "pace": ""}, "number of comments per hour"),
        ({"term": "century"}, "not one of the available choices"),
        ({"theme": "999999"}, "not one of the available choices"),
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_whole(cast, page, changes, words):
    answer = cast.client("mo").post(page, form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert NOTE in answer.content.decode()
    assert not Sanction.objects.exists()


@pytest.mark.parametrize("kind", ["suspension", "ban"])
def test_who_is_shut_out_is_logged_out_everywhere_and_reads_why_after_the_right_password(
    cast, event, page, thread, kind
):
    event.contact = "team@parley.example"
    event.save(update_fields=["contact"])
    ben, also_ben = cast.client("ben"), cast.client("ben")
    by = cast.client("olga")
    if kind == "ban":
        sue = make_person("sue")
        sue.is_staff = True
        sue.save(update_fields=["is_staff"])
        by = Client()
        by.force_login(sue)
    assert by.post(page, form(kind=kind)).status_code == 302
    for client in (ben, also_ben):
        assert client.get("/accounts/profile/").status_code == 302
    refused = reply(ben, thread)
    assert refused.status_code == 403
    assert TYPED in refused.content.decode()
    typed = {"login": "ben@example.org", "password": PASSWORD}
    wrong = Client().post("/accounts/login/", typed | {"password": "guessed"})
    assert REASON not in wrong.content.decode()
    right = Client().post("/accounts/login/", typed)
    text = right.content.decode()
    assert right.status_code == 403
    for words in ("You cannot log in", REASON, "It ends automatically on", "team@parley.example"):
        assert words in text
    assert NOTE not in text
    Sanction.objects.update(ends_at=timezone.now())
    assert Client().post("/accounts/login/", typed).status_code == 302, "it ended by itself"
    assert ben.get("/accounts/profile/").status_code == 302, "the old session stays ended"


def test_others_stay_logged_in(cast, event, spoken):
    ada = cast.client("ada")
    lay(cast, event, SanctionKind.SUSPENSION)
    assert ada.get("/accounts/profile/").status_code == 200


@pytest.mark.parametrize("kind", list(SanctionKind))
def test_the_letter_and_the_notification_say_the_same_and_never_the_note(cast, event, thread, spoken, kind):
    by = make_person("sue")
    by.is_staff = kind == SanctionKind.BAN
    by.save(update_fields=["is_staff"])
    facts = {"by": "olga"}
    if kind == SanctionKind.BAN:
        facts["by"] = "sue"
        cast.sue = by
    lay(cast, event, kind, pace=2, **facts)
    send_due_mail(now=timezone.now() + LATER)
    (letter,) = mail.outbox
    assert letter.to == ["ben@example.org"]
    assert REASON in letter.body
    assert NOTE not in letter.body
    flat = " ".join(letter.body.split())
    ben = Client()
    ben.force_login(cast.ben.__class__.objects.get(pk=cast.ben.pk))
    told = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", ben.get("/notifications/").content.decode()))
    facts = Sanction.objects.values(*sanctions.FACTS).get()
    for sentence in (sanctions.what_happened(facts), *sanctions.sentences(facts)):
        assert sentence in flat
        assert sentence in told


def test_what_was_lifted_at_once_reaches_nobody_by_letter(cast, event, spoken, page):
    laid = lay(cast, event, SanctionKind.SILENCE, by="mo")
    cast.client("mo").post(f"/{event.slug}/moderation/sanctions/{laid.pk}/lift/", {"reason": "A mistake."})
    assert not OutgoingMail.objects.exists()


def test_the_public_log_names_neither_the_person_nor_the_reason(cast, event, spoken):
    lay(cast, event, SanctionKind.SILENCE, by="mo")
    text = cast.client("eve").get(f"/{event.slug}/moderation/").content.decode()
    assert str(Act.SILENCE.label) in text
    assert REASON not in text
    assert "Ben" not in text


def test_cards_learn_of_many_people_by_one_query(cast, event, spoken, django_assert_num_queries):
    lay(cast, event, SanctionKind.SILENCE, by="mo")
    lay(cast, event, SanctionKind.WARNING, "ada", by="mo")
    with django_assert_num_queries(1):
        found = sanctions.of_people([cast.ben.pk, cast.ada.pk, cast.olga.pk], event.pk, now=timezone.now())
    assert found == {cast.ben.pk: ["Silence until it is lifted"], cast.ada.pk: ["Warning until it is lifted"]}


# Removing many as one.


@pytest.fixture
def many(thread, say) -> list[Comment]:
    """Five of ben's comments, the second with an answer by ada."""
    made = [say("ben", f"Advertising {n}.", to=thread.opening) for n in range(5)]
    say("ada", "Please stop.", to=made[1])
    return made


def fields(client: Client, address: str) -> dict[str, str]:
    """What the form of the page carries."""
    text = client.get(address).content.decode()
    return dict(re.findall(r'type="hidden" name="(since|last|count)" value="([^"]*)"', text))


def test_the_page_names_what_goes_and_only_that_goes(cast, event, page, thread, many, say):
    mo = cast.client("mo")
    address = f"{page}remove/?span=day"
    text = mo.get(address).content.decode()
    assert "Advertising 4." in text
    assert "6 public comments" in text
    asked = fields(mo, address)
    newer = say("ben", "Written meanwhile.", to=thread.opening)
    remove_comment(many[0], seen=SKIP_CHECK, by=cast.olga, reason="Rude.", now=timezone.now())
    answer = mo.post(address, asked | {"reason": "Advertising."}, follow=True)
    said = answer.content.decode()
    for words in (
        "5 comments have been removed.",
        "The other comments in your list had already been removed.",
        "1 newer comment is left.",
    ):
        assert words in said
    newer.refresh_from_db()
    assert newer.status == Status.PUBLISHED
    batch = LogEntry.objects.get(act=Act.BULK_REMOVE).batch
    entries = LogEntry.objects.filter(batch=batch, act=Act.REMOVE)
    assert entries.count() == 5
    assert not entries.filter(comment=many[0]).exists()
    told = Notification.objects.filter(person=cast.ben, entry__batch=batch)
    assert [each.entry.act for each in told] == [Act.BULK_REMOVE], "told once"
    assert OutgoingMail.objects.filter(entry__batch=batch).count() == 1
    assert list(flaws()) == []


def test_of_more_than_one_act_takes_the_newest_go_and_the_page_says_so(cast, page, many, monkeypatch):
    for module in (bulk_removal, web_bulk_removal):
        monkeypatch.setattr(module, "MAX_BULK_REMOVE", 4)
    mo, address = cast.client("mo"), f"{page}remove/?span=all"
    text = mo.get(address).content.decode()
    assert "4 public comments" in text
    assert "These are the newest 4. 2 older ones stay; repeat to remove them." in text
    for said in (
        "4 comments have been removed. 2 older comments are left. Repeat to remove them.",
        "2 comments have been removed.",
    ):
        answer = mo.post(address, fields(mo, address) | {"reason": "Advertising."}, follow=True)
        assert said in answer.content.decode()
    assert "older" not in answer.content.decode()
    assert not Comment.objects.filter(author=cast.ben, status=Status.PUBLISHED).exists()
    assert list(flaws()) == []


def test_undone_as_one_it_brings_back_exactly_what_it_removed(cast, event, page, thread, many):
    entry = clear(cast, event, many[-1].pk)
    now = timezone.now()
    restore_comment(many[0], seen=SKIP_CHECK, by=cast.mo, reason="This one is fine.", now=now)
    restore_comment(many[1], seen=SKIP_CHECK, by=cast.mo, reason="", now=now)
    remove_comment(many[1], seen=SKIP_CHECK, by=cast.olga, reason="No, it is not.", now=now)
    mo = cast.client("mo")
    address = f"/{event.slug}/moderation/removals/{entry.pk}/undo/"
    assert f'href="{address}"' in mo.get(page).content.decode()
    answer = mo.post(address, {"reason": "We were wrong."}, follow=True)
    assert "4 comments have been restored" in answer.content.decode()
    stands = dict(Comment.objects.filter(author=cast.ben).values_list("pk", "status"))
    assert stands.pop(many[1].pk) == Status.REMOVED, "somebody removed it again"
    assert set(stands.values()) == {Status.PUBLISHED}
    assert mo.post(address, {"reason": ""}).status_code == 404, "once"
    assert list(flaws()) == []
    assert not OutgoingMail.objects.filter(entry__act__in=[Act.BULK_REMOVE, Act.BULK_RESTORE]).exists(), (
        "undone before it left"
    )


def test_the_desk_takes_a_removal_of_many_back_as_one_too(cast, event, thread, many):
    flag_comment(many[0], by=cast.ada, kind=FlagKind.SPAM, note="", now=timezone.now())
    batch = clear(cast, event, many[-1].pk).batch
    send_due_mail(now=timezone.now() + LATER)
    Notification.objects.filter(person=cast.ben).update(seen_at=timezone.now())
    answer = cast.client("mo").post(f"/batches/{batch}/undo/", follow=True)
    assert f"{len(many)} decisions have been undone." in answer.content.decode()
    assert not Comment.objects.filter(author=cast.ben, status=Status.REMOVED).exists()
    told = Notification.objects.filter(person=cast.ben, entry__isnull=False).order_by("pk")
    assert [each.entry.act for each in told] == [Act.BULK_REMOVE, Act.BULK_RESTORE], "once each"
    assert FlagCase.objects.get(comment=many[0]).closed_at is None, "its flags wait again"
    again = cast.client("mo").post(f"/batches/{batch}/undo/", follow=True)
    assert "0 decisions have been undone." in again.content.decode()
    assert list(flaws()) == []


def test_a_moderator_never_reads_what_colleagues_noted_about_them(cast, event, thread, say):
    say("mo", "I moderate and write.", to=thread.opening)
    lay(cast, event, SanctionKind.WARNING, who="mo")
    for page in (f"/{event.slug}/moderation/people/", f"/{event.slug}/moderation/people/{cast.mo.pk}/"):
        assert NOTE in cast.client("olga").get(page).content.decode()
        theirs = cast.client("mo").get(page).content.decode()
        assert REASON in theirs
        assert NOTE not in theirs


def clear(cast, event, last: int, by: str = "mo", since=None) -> LogEntry:
    facts = {"by": getattr(cast, by), "reason": "Advertising.", "now": timezone.now()}
    made = bulk_remove(cast.ben, event, since=since, last=last, **facts)
    assert made is not None
    return LogEntry.objects.select_related("person").get(pk=made.pk)


def test_the_letter_names_the_comments(cast, event, spoken, many):
    clear(cast, event, many[-1].pk)
    send_due_mail(now=timezone.now() + LATER)
    (letter,) = mail.outbox
    assert "A moderator removed 6 of your comments" in letter.body
    assert "Advertising." in letter.body


def test_only_the_last_day_and_only_this_event(cast, event, spoken, many):
    Comment.objects.filter(pk=many[0].pk).update(created_at=timezone.now() - timedelta(days=2))
    clear(cast, event, many[-1].pk, since=timezone.now() - timedelta(days=1))
    many[0].refresh_from_db()
    assert many[0].status == Status.PUBLISHED


def test_a_moderator_of_one_theme_clears_that_theme(cast, event, theme, thread, many):
    there = open_thread(make_theme(event), cast.ben, "Elsewhere")
    tim = make_person("tim")
    event.roles.create(person=tim, kind=RoleKind.MODERATOR, theme=theme)
    cast.tim = tim
    entry = clear(cast, event, there.pk, by="tim")
    there.refresh_from_db()
    assert there.status == Status.PUBLISHED
    tom = make_person("tom")
    event.roles.create(person=tom, kind=RoleKind.MODERATOR, theme=there.theme)
    with pytest.raises(Refused):
        bulk_restore(entry, by=tom, reason="", now=timezone.now())


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("ben", 403), ("mo", 200), ("olga", 200)])
def test_who_may_remove_many(cast, event, page, many, who, status):
    client = cast.client(who)
    assert client.get(f"{page}remove/?span=all").status_code == status
    asked = {"since": "", "last": str(many[-1].pk), "count": "5", "reason": "R."}
    client.post(f"{page}remove/?span=all", asked)
    assert LogEntry.objects.filter(act=Act.BULK_REMOVE).exists() == (status == 200)
    assert cast.client("mo").get(f"{page}remove/?span=year").status_code == 404
