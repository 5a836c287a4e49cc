"""An author answers a decision once, and somebody else decides about the answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.queries import appeal_links
from forum.dialogue.rules.moderation import SKIP_CHECK, state_token
from forum.kernel.choices import APPEAL_LENGTH, Act, Decision, Outcome, RoleKind, SanctionKind, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.mail.sending import send_due_mail
from forum.models import Appeal, Comment, LogEntry, Notification, Role
from forum.moderation.actions.appeals import appeal, decide_appeal
from forum.moderation.actions.bulk_removal import bulk_remove
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.off_topic import mark_off_topic
from forum.moderation.actions.redaction import redact_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.sanctions import sanction
from forum.moderation.actions.undoing import undo
from forum.moderation.queries import appeals
from tests.factories import make_person, make_theme, reply_to

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"


@pytest.fixture
def una(event):
    """Another moderator."""
    person = make_person("una")
    event.roles.create(person=person, kind=RoleKind.MODERATOR)
    return person


@pytest.fixture
def held(event, thread, cast):
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    return reply_to(parent, cast.ben, "It is *my* opinion.")


@pytest.fixture
def removed(thread, cast, say):
    """ben's comment, which mo removed."""
    comment = say("ben", "It is *my* opinion.", to=thread.opening)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    return comment


def how(by, reason="Rude.") -> dict:
    return {"by": by, "reason": reason, "now": timezone.now()}


def send(cast, who, comment, text="It was meant kindly.", about=None):
    entry = about or LogEntry.objects.filter(comment=comment).latest("pk").pk
    return cast.client(who).post(f"/comments/{comment.pk}/appeal/", {"text": text, "about": entry})


def decide(client, outcome, answer="It was rude.", seen=None):
    case = Appeal.objects.latest("pk")
    comment = Comment.objects.get(pk=case.entry.comment_id)
    said = {"outcome": outcome, "answer": answer, "seen": seen or state_token(comment)}
    return client.post(f"/appeals/{case.pk}/", said)


def client_of(cast, person):
    client = cast.client("eve")
    client.force_login(person)
    return client


def flat(answer) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))


@pytest.mark.parametrize(
    ("who", "status", "shown"), [("eve", 302, 403), ("ada", 404, 404), ("mo", 403, 403), ("ben", 200, 302)]
)
def test_only_its_author_answers(cast, removed, who, status, shown):
    assert cast.client(who).get(f"/comments/{removed.pk}/appeal/").status_code == status
    assert send(cast, who, removed).status_code == shown
    assert Appeal.objects.count() == (who == "ben")


def test_each_kind_of_decision_can_be_answered_and_taken_back(cast, event, thread, say, una, held):
    event.hold_rules = {}
    event.save(update_fields=["hold_rules"])
    comments = [held] + [say("ben", "Call 0171 222 for it.", to=thread.opening) for _ in range(3)]
    entries = [
        review_comment(comments[0], Decision.REJECT, seen=SKIP_CHECK, **how(cast.mo)),
        remove_comment(comments[1], seen=SKIP_CHECK, **how(cast.mo)),
        mark_off_topic(comments[2], seen=SKIP_CHECK, **how(cast.mo)),
        redact_comment(comments[3], seen=SKIP_CHECK, passages=["0171 222"], **how(cast.mo)),
    ]
    Notification.objects.all().delete()
    ben, other = cast.client("ben"), client_of(cast, una)
    for comment, entry in zip(comments, entries, strict=True):
        own = ben.get(f"/comments/{comment.pk}/").content.decode()
        assert f'href="/comments/{comment.pk}/appeal/"' in own, entry.act
        assert "You can appeal once. Another moderator will review the appeal." in flat(
            ben.get(f"/comments/{comment.pk}/appeal/")
        )
        assert send(cast, "ben", comment).status_code == 302
        assert decide(other, "taken-back", "").status_code == 302, entry.act
        now = Comment.objects.select_related("version").get(pk=comment.pk)
        assert (now.status, now.off_topic) == (Status.PUBLISHED, ""), entry.act
        entry.refresh_from_db()
        assert entry.undone_by.actor == una
        told = Notification.objects.filter(person=cast.ben)
        assert [each.entry.act for each in told] == [Act.APPEAL_UPHELD], "told once, of the outcome"
        told.delete()
        assert "Appeal this decision" not in flat(ben.get(f"/comments/{comment.pk}/"))
    assert "0171 222" in Comment.objects.get(pk=comments[3].pk).version.source
    eve = cast.client("eve").get(f"/threads/{thread.pk}/")
    assert "It is my opinion." in flat(eve), "what was rejected is public now"
    assert cast.client("ada").get("/notifications/").content.decode().count("replied to you") >= 1


def test_a_decision_that_stands_says_why_everywhere(cast, event, removed, una):
    send(cast, "ben", removed)
    listed = f"/{event.slug}/moderation/appeals/"
    assert "It was meant kindly." in flat(client_of(cast, una).get(listed))
    assert "data-decisions>1</span>" in client_of(cast, una).get(listed).content.decode()
    assert decide(client_of(cast, una), "stands", "It was rude, and twice.").status_code == 302
    case = Appeal.objects.get()
    assert (case.outcome, case.decided_by, case.answer) == ("stands", una, "It was rude, and twice.")
    entry = LogEntry.objects.latest("pk")
    assert (entry.act, entry.waited) == (Act.APPEAL_DENIED, round((case.decided_at - case.created_at).total_seconds()))
    assert Comment.objects.get(pk=removed.pk).status == Status.REMOVED
    ben = cast.client("ben")
    for path in (f"/comments/{removed.pk}/", f"/comments/{removed.pk}/appeal/", "/notifications/"):
        assert "It was rude, and twice." in flat(ben.get(path)), path
    assert "Upheld" in flat(ben.get(f"/comments/{removed.pk}/"))
    assert "Decision upheld on appeal" in flat(cast.client("eve").get(f"/{event.slug}/moderation/"))
    assert "It was meant kindly." not in flat(cast.client("eve").get(f"/{event.slug}/moderation/"))
    assert "No appeals to review" in flat(client_of(cast, una).get(listed))


def test_once_is_once_but_the_same_sent_twice_is_one(cast, removed):
    assert send(cast, "ben", removed).status_code == 302
    assert send(cast, "ben", removed).status_code == 302
    answer = send(cast, "ben", removed, "And another thing.")
    assert answer.status_code == 409
    assert "You have already appealed this decision" in flat(answer)
    assert "And another thing." in answer.content.decode(), "the words come back"
    assert Appeal.objects.count() == 1


def test_a_new_decision_can_be_answered_anew(cast, removed, una):
    send(cast, "ben", removed)
    decide(client_of(cast, una), "taken-back")
    remove_comment(removed, seen=SKIP_CHECK, **how(cast.mo, "Still rude."))
    assert send(cast, "ben", removed, "Once more.").status_code == 302
    assert Appeal.objects.count() == 2


def test_an_answer_belongs_to_the_decision_that_was_read(cast, removed):
    first = LogEntry.objects.latest("pk").pk
    restore_comment(removed, seen=SKIP_CHECK, **how(cast.mo))
    assert "no decision about this comment" in flat(cast.client("ben").get(f"/comments/{removed.pk}/appeal/"))
    assert send(cast, "ben", removed, about=first).status_code == 409
    remove_comment(removed, seen=SKIP_CHECK, **how(cast.mo, "Against article two."))
    answer = send(cast, "ben", removed, "It was meant kindly.", about=first)
    assert answer.status_code == 409
    assert "There is a newer decision about this comment" in flat(answer)
    assert "Against article two." in flat(answer)
    page = answer.content.decode()
    assert "It was meant kindly.</textarea>" in page
    now = int(re.search(r'name="about" value="(\d+)"', page).group(1))
    assert send(cast, "ben", removed, about=now).status_code == 302


@pytest.mark.parametrize("text", ["", "  ", "x" * (APPEAL_LENGTH + 1)])
def test_what_cannot_be_sent_comes_back(cast, removed, text):
    answer = send(cast, "ben", removed, text)
    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()


def test_nobody_decides_who_took_the_decision_or_wrote_the_comment(cast, event, theme, removed, una):
    send(cast, "ben", removed)
    pk = Appeal.objects.get().pk
    elsewhere = make_person("elsewhere")
    event.roles.create(person=elsewhere, kind=RoleKind.MODERATOR, theme=make_theme(event, slug="other"))
    event.roles.create(person=cast.ben, kind=RoleKind.MODERATOR)
    for who, status in (("eve", 404), ("ada", 404), ("ben", 403), ("mo", 403), ("olga", 200)):
        client = cast.client(who)
        assert client.get(f"/appeals/{pk}/").status_code == status, who
        seen = state_token(Comment.objects.get(pk=removed.pk))
        if status != 200:
            said = {"outcome": "stands", "answer": "No.", "seen": seen}
            assert client.post(f"/appeals/{pk}/", said).status_code == status, who
    assert client_of(cast, una).get(f"/appeals/{pk}/").status_code == 200
    assert client_of(cast, elsewhere).get(f"/appeals/{pk}/").status_code == 404
    assert Appeal.objects.get().outcome == ""
    for person, waits in ((cast.mo, 0), (cast.ben, 0), (una, 1), (cast.olga, 1), (elsewhere, 0), (cast.ada, 0)):
        assert appeals.count(person, event.pk) == waits, person
        assert len(appeals.waiting(appeals.queue(person, event.pk))[0]) == waits, person


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("mo", 200), ("olga", 200)])
def test_only_who_decides_sees_the_list(cast, event, who, status):
    assert cast.client(who).get(f"/{event.slug}/moderation/appeals/").status_code == status


def test_where_there_is_nobody_else_the_same_person_decides_and_the_pages_say_so(cast, event, removed):
    Role.objects.filter(kind=RoleKind.ORGANISER).delete()
    assert "There is no other moderator here" in flat(cast.client("ben").get(f"/comments/{removed.pk}/appeal/"))
    send(cast, "ben", removed)
    page = cast.client("mo").get(f"/appeals/{Appeal.objects.get().pk}/")
    assert "You made this decision yourself, and there is no other moderator here." in flat(page)
    assert appeals.count(cast.mo, event.pk) == 1
    assert decide(cast.client("mo"), "taken-back").status_code == 302


def test_a_decision_needs_its_reason_and_what_was_seen(cast, removed, una):
    send(cast, "ben", removed)
    client = client_of(cast, una)
    answer = decide(client, "stands", "")
    assert (answer.status_code, "Please give a reason for upholding the decision" in flat(answer)) == (422, True)
    assert decide(client, "", "No.").status_code == 422
    answer = decide(client, "stands", "I have thought about it.", seen="1.published")
    assert answer.status_code == 409
    assert "I have thought about it.</textarea>" in answer.content.decode()
    assert 'value="stands" required id="id_outcome_1" checked' in answer.content.decode()
    assert Appeal.objects.get().outcome == ""
    fresh = re.search(r'name="seen" value="([^"]+)"', answer.content.decode()).group(1)
    assert decide(client, "stands", "I have thought about it.", seen=fresh).status_code == 302


def test_what_was_undone_meanwhile_needs_no_answer(cast, event, removed, una):
    send(cast, "ben", removed)
    assert appeals.count(una, event.pk) == 1
    undo(LogEntry.objects.get(act=Act.REMOVE), by=cast.mo, reason="", now=timezone.now())
    assert appeals.count(una, event.pk) == 0
    answer = decide(client_of(cast, una), "taken-back")
    assert (answer.status_code, "has already handled this appeal" in flat(answer)) == (409, True)


def test_an_edited_comment_is_not_decided_about_unread(cast, thread, say, una):
    comment = say("ben", "Something else.", to=thread.opening)
    mark_off_topic(comment, seen=SKIP_CHECK, **how(cast.mo))
    send(cast, "ben", comment)
    case = Appeal.objects.select_related("entry__comment__version").get()
    seen = state_token(case.entry.comment)
    edit_comment(Comment.objects.get(pk=comment.pk), by=cast.ben, source="Other words.", now=timezone.now())
    with pytest.raises(Refused) as refusal:
        decide_appeal(case, outcome=Outcome.TAKEN_BACK, by=una, answer="", seen=seen, now=timezone.now())
    assert refusal.value.reason is Reason.EDITED_MEANWHILE


def test_the_loser_of_two_is_told(cast, removed, una):
    send(cast, "ben", removed)
    assert decide(client_of(cast, una), "stands", "It was rude.").status_code == 302
    answer = decide(cast.client("olga"), "taken-back", "My long reasoning.")
    assert (answer.status_code, "Another moderator has already handled this appeal" in flat(answer)) == (409, True)
    assert "My long reasoning." in answer.content.decode()
    assert "Another moderator has already handled" in flat(
        cast.client("olga").get(f"/appeals/{Appeal.objects.get().pk}/")
    )


def test_letters_tell_of_the_right_and_of_the_outcome(cast, removed, una, settings):
    later = timezone.now() + timedelta(hours=1)
    assert send_due_mail(now=later) == 1
    text = mail.outbox[0].body
    assert "You can appeal once. Another moderator will review the appeal." in text
    assert f"{settings.SITE_URL}{link_in(text)}" in text
    send(cast, "ben", removed)
    decide(client_of(cast, una), "stands", "It was rude, and twice.")
    assert send_due_mail(now=later) == 1
    text = mail.outbox[1].body
    assert "the decision was upheld" in text
    assert "The reason: It was rude, and twice." in text
    assert "/answers/" not in text


def link_in(text: str) -> str:
    return re.findall(r"(/answers/\S+)", text)[0]


def letter_of(person) -> str:
    mail.outbox.clear()
    send_due_mail(now=timezone.now() + timedelta(hours=1))
    return next(letter.body for letter in mail.outbox if letter.to == [person.email])


def test_who_is_shut_out_answers_by_the_link_in_the_letter(cast, event, removed, una):
    facts = {"reason": "R.", "until": None, "by": cast.olga, "now": timezone.now()}
    link = link_in(letter_of(cast.ben))
    sanction(cast.ben, SanctionKind.SUSPENSION, event, **facts)
    eve = cast.client("eve")
    page = eve.get(link)
    assert page.status_code == 200
    assert "Another moderator will review the appeal" in flat(page)
    assert removed.version.text not in flat(page), "it opens a form and tells no text"
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert page["Referrer-Policy"] == "same-origin"
    about = re.findall(r'name="about" value="(\d+)"', page.content.decode())[0]
    assert eve.post(link, {"text": "", "about": about}).status_code == 422
    sent = eve.post(link, {"text": "It was meant kindly.", "about": about}, follow=True)
    assert "Your appeal has been sent" in flat(sent)
    case = Appeal.objects.get()
    assert (case.author, case.text) == (cast.ben, "It was meant kindly.")
    assert "_auth_user_id" not in eve.session
    again = eve.post(link, {"text": "And another thing.", "about": about})
    assert (again.status_code, eve.get(link).status_code) == (409, 200)
    assert "And another thing." in again.content.decode()
    for answer in (again, eve.get(link)):
        assert "You can appeal once" in flat(answer)
        assert 'name="text"' not in answer.content.decode()
        assert "It was meant kindly." not in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
    decide(client_of(cast, una), "stands")
    assert eve.post(link, {"text": "And another thing.", "about": about}).status_code == 409
    assert Appeal.objects.count() == 1


def test_a_link_is_for_its_decision_and_person_alone(cast, removed, thread, say, monkeypatch):
    link, eve = link_in(letter_of(cast.ben)), cast.client("eve")
    entry = LogEntry.objects.get(comment=removed)
    wrong = [
        link[:-2] + "x/",
        appeal_links.address(entry.pk, cast.ada.pk),
        appeal_links.address(entry.pk + 1, cast.ben.pk),
    ]
    for address in wrong:
        assert eve.get(address).status_code == 403
        answer = eve.post(address, {"text": "My long reasoning.", "about": entry.pk})
        assert answer.status_code == 403
        assert "This link is wrong or has expired" in flat(answer)
        assert "My long reasoning." in answer.content.decode()
    monkeypatch.setattr(appeal_links, "VALID", timedelta(seconds=-1))
    assert eve.get(link).status_code == 403, "after its time"
    monkeypatch.undo()
    ada = cast.client("ada").post(link, {"text": "As ada.", "about": 999})
    assert ada.status_code == 302, "whoever is logged in, it is the author's"
    assert (Appeal.objects.get().author, Appeal.objects.get().entry) == (cast.ben, entry)


def test_what_was_taken_back_is_answered_by_no_link(cast, removed):
    link = link_in(letter_of(cast.ben))
    undo(LogEntry.objects.get(comment=removed), **how(cast.mo))
    answer = cast.client("eve").post(link, {"text": "No.", "about": 1})
    assert (answer.status_code, "no decision about this comment" in flat(answer)) == (409, True)


def test_of_two_decisions_that_hold_the_newer_one_is_answered_first(cast, thread, say, una):
    marked = say("ben", "Something else.", to=thread.opening)
    mark_off_topic(marked, seen=SKIP_CHECK, **how(cast.mo))
    older = link_in(letter_of(cast.ben))
    remove_comment(marked, seen=SKIP_CHECK, **how(cast.mo))
    newer, eve = link_in(letter_of(cast.ben)), cast.client("eve")
    about = {"text": "No.", "about": 1}
    assert [eve.post(link, about).status_code for link in (older, newer, older)] == [409, 302, 302]
    assert Appeal.objects.count() == 2


def test_the_letter_about_many_removals_names_the_right_for_each(cast, event, thread, say):
    made = [say("ben", f"Advertising {n}.", to=thread.opening) for n in range(2)]
    bulk_remove(cast.ben, event, since=None, last=made[-1].pk, **how(cast.mo))
    text = letter_of(cast.ben)
    assert "You can appeal the decision about each of them once." in text
    links = re.findall(r"([A-Z]-\d+): http\S+?(/answers/\S+)", text)
    assert [label for label, _ in links] == [f"{thread.theme.code}-{comment.number}" for comment in made]
    assert {cast.client("eve").post(link, {"text": "No.", "about": 1}).status_code for _, link in links} == {302}
    assert {case.entry.comment_id for case in Appeal.objects.all()} == {comment.pk for comment in made}


def test_notifications_and_the_place_in_the_thread_lead_there(cast, held, thread):
    review_comment(held, Decision.REJECT, seen=SKIP_CHECK, **how(cast.mo))
    link = f'href="/comments/{held.pk}/appeal/"'
    ben = cast.client("ben")
    for path in ("/notifications/", f"/threads/{thread.pk}/", f"/comments/{held.pk}/"):
        assert link in ben.get(path).content.decode(), path
    for who in ("eve", "ada", "mo"):
        assert link not in cast.client(who).get(f"/threads/{thread.pk}/").content.decode()
    send(cast, "ben", held)
    assert link not in ben.get("/notifications/").content.decode()


def test_whoever_may_not_write_may_still_answer(cast, event, removed):
    event.closes_at = timezone.now()
    event.save(update_fields=["closes_at"])
    cast.ben.emailaddress_set.update(verified=False)
    assert send(cast, "ben", removed).status_code == 302


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_costs_a_fixed_number_of_queries(cast, event, thread, say, una, size):
    for n in range(size):
        comment = say("ben", f"{n}", to=thread.opening)
        entry = remove_comment(comment, seen=SKIP_CHECK, **how(cast.mo))
        appeal(comment, by=cast.ben, text="Why?", about=entry.pk, now=timezone.now())
    with CaptureQueriesContext(connection) as seen:
        appeals.waiting(appeals.queue(una, event.pk))
        appeals.count(una, event.pk)
    assert len(seen) == 2


def test_what_became_of_appeals_is_listed_for_who_decides_and_for_who_answered(cast, event, thread, say, una):
    comments = [say("ben", f"{n}", to=thread.opening) for n in range(3)]
    now = timezone.now()
    cases = []
    for each in comments:
        entry = remove_comment(each, seen=SKIP_CHECK, **how(cast.mo))
        cases.append(appeal(each, by=cast.ben, text="No.", about=entry.pk, now=now - timedelta(hours=2)))
    for each, outcome in ((0, Outcome.STANDS), (1, Outcome.TAKEN_BACK)):
        seen = state_token(Comment.objects.get(pk=comments[each].pk))
        decide_appeal(cases[each], outcome=outcome, by=una, answer=f"Answer {each}.", seen=seen, now=now)
    page = f"/{event.slug}/moderation/appeals/"
    order = [f"outcome-{case.pk}" for case in cases]
    for who, ids, by in (("mo", order[1::-1], "by Una, a moderator"), ("ben", order[::-1], "by a moderator")):
        answer = cast.client(who).get(page)
        assert re.findall(r'id="(outcome-\d+)"', answer.content.decode()) == ids, who
        text = flat(answer)
        assert text.count(f"{by}, after 2 hours") == 2, who
        assert "Answer 0." in text
        assert "Upheld" in text
        assert "Overturned" in text
    text = flat(cast.client("ben").get(page))
    assert "Not decided yet" in text
    assert "Una" not in text
    assert "Review queue" not in text
    assert f'href="{page}"' in cast.client("ben").get(f"/comments/{comments[0].pk}/appeal/").content.decode()
    assert cast.client("ada").get(page).status_code == 403
    assert "No appeals to review" not in text


def test_the_list_of_outcomes_goes_on_by_key(cast, event, thread, say, monkeypatch):
    monkeypatch.setattr(appeals, "DECIDED", 2)
    made = []
    for n in range(5):
        written = say("ben", f"{n}", to=thread.opening)
        entry = remove_comment(written, seen=SKIP_CHECK, **how(cast.mo))
        made.append(appeal(written, by=cast.ben, text="No.", about=entry.pk, now=timezone.now()).pk)
        restore_comment(written, seen=SKIP_CHECK, **how(cast.mo))
    found, address = [], f"/{event.slug}/moderation/appeals/"
    while address:
        text = cast.client("olga").get(address).content.decode()
        found += [int(pk) for pk in re.findall(r'id="outcome-(\d+)"', text)]
        older = re.search(r'href="([^"]+)">Earlier outcomes<', text)
        address = older.group(1) if older else ""
    assert found == made[::-1]


@pytest.mark.parametrize("size", [1, 20])
def test_outcomes_cost_two_queries(cast, event, thread, say, size):
    for n in range(size):
        written = say("ben", f"{n}", to=thread.opening)
        entry = remove_comment(written, seen=SKIP_CHECK, **how(cast.mo))
        appeal(written, by=cast.ben, text="No.", about=entry.pk, now=timezone.now())
        restore_comment(written, seen=SKIP_CHECK, **how(cast.mo))
    for person in (cast.olga, cast.ben):
        with CaptureQueriesContext(connection) as seen:
            assert len(appeals.decided(person, event)[0]) == size
        assert len(seen) == 2
