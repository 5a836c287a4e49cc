"""Reports of illegal content: anybody's, told to nobody but the moderators of the theme, and answered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from forum.dialogue.queries.trees import flaws
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.choices import Decision, FlagKind, ReportOutcome, RoleKind, Status
from forum.kernel.errors import Refused
from forum.models import Comment, IllegalReport, LogEntry, OutgoingMail
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.reports import Notice, decide_report, report_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.queries import reports
from tests.concurrency.test_concurrency import all_at_once
from tests.factories import make_person, make_theme, new_key, seen_field
from tests.moderation.test_flags import flagged, flat, told
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db

SECRET = "zebrafinch"
WRITTEN = {
    "explanation": f"{SECRET}: it names a witness.",
    "ground": "Witness protection act",
    "country": "Azerbaijan",
    "name": f"Eve {SECRET}",
    "email": "eve@example.net",
    "is_true": "on",
}


@pytest.fixture
def remark(thread, say):
    return say("ben", "The witness is called Rex.", to=thread.opening)


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/reports/"


def sent(client, comment, **changed: str):
    fields = {name: text for name, text in (WRITTEN | {"key": new_key()} | changed).items() if text}
    return client.post(f"/comments/{comment.pk}/report/", fields)


def made(comment, **facts) -> IllegalReport:
    notice = Notice(explanation=f"{SECRET} because.", **({"name": SECRET, "email": "eve@example.net"} | facts))
    return report_comment(comment, notice, key=new_key(), now=timezone.now())


def answered(report, by, outcome=ReportOutcome.NO_ACTION, **said):
    facts = {"statement": "It is allowed.", "reason": "Against the law."} | said
    return decide_report(report, seen=SKIP_CHECK, by=by, outcome=outcome, now=timezone.now(), **facts)


# Sending one.


def test_somebody_without_an_account_reports_and_gets_a_number_and_a_letter(cast, remark):
    eve = cast.client("eve")
    assert f"/comments/{remark.pk}/report/" in eve.get(f"/comments/{remark.pk}/").content.decode()
    assert eve.get(f"/comments/{remark.pk}/report/").status_code == 200
    answer = sent(eve, remark)
    report = IllegalReport.objects.get()
    number = f"R-{timezone.now():%Y}-{report.pk:05d}"
    assert answer["Location"] == f"/reports/{number}/{report.secret}/"
    state = eve.get(answer["Location"])
    assert f"Report {number}" in flat(state)
    assert "A moderator will review it." in flat(state)
    assert state["Cache-Control"] == "private, no-store"
    assert state["Referrer-Policy"] == "same-origin"
    for kept in (SECRET, "eve@example.net", "Witness protection", "Rex"):
        assert kept not in state.content.decode()
    assert mail.outbox == [], "not in the request"
    run_due_jobs(now=timezone.now())
    (letter,) = mail.outbox
    assert letter.to == ["eve@example.net"]
    assert number in letter.subject
    assert letter.body.startswith("Hello,")
    assert answer["Location"] in letter.body
    for word in (SECRET, "names a witness", "Witness protection", "Azerbaijan"):
        assert word not in letter.body + letter.subject


@pytest.mark.parametrize("who", ["ada", "ben", "mo"])
def test_everybody_may_report(cast, remark, who):
    assert sent(cast.client(who), remark).status_code == 302
    assert cast.client(who).get(f"/comments/{remark.pk}/report/").status_code == 200


def test_who_has_an_account_needs_not_say_again_who_they_are(cast, remark):
    form = cast.client("ada").get(f"/comments/{remark.pk}/report/").content.decode()
    assert 'value="Ada"' in form
    assert 'value="ada@example.org"' in form


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"explanation": ""}, "This field is required"),
        ({"explanation": "x" * 2001}, "at most 2000 characters"),
        ({"name": ""}, "Please enter your name."),
        ({"email": ""}, "Please enter your email address."),
        ({"email": "nonsense"}, "valid email"),
        ({"is_true": ""}, "Please confirm this"),
        ({"homepage": "https://spam.example"}, "A hidden field was filled in"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(cast, remark, changed, words):
    answer = sent(cast.client("eve"), remark, **changed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert changed.get("explanation", WRITTEN["explanation"])[:60] in text
    assert WRITTEN["ground"] in text
    assert "spam.example" not in text
    assert IllegalReport.objects.count() == 0


def test_about_the_abuse_of_children_nobody_needs_to_say_who_they_are(cast, remark):
    answer = sent(cast.client("eve"), remark, name="", email="", is_child_abuse="on")
    assert answer.status_code == 302
    assert "save the link to this page" in flat(cast.client("eve").get(answer["Location"]))
    assert OutgoingMail.objects.count() == 0


def test_the_database_wants_to_know_who_reports_anything_else(remark):
    with pytest.raises(IntegrityError), transaction.atomic():
        made(remark, name="", email="")


@pytest.mark.parametrize("what", ["held", "removed"])
def test_only_what_is_public_can_be_reported_and_the_words_come_back(cast, theme, thread, remark, say, what):
    if what == "held":
        facts = {"author": cast.ben, "source": "Held.", "written_at": timezone.now(), "is_public": False}
        remark = import_reply(thread.opening, imported_comment(theme, "held:1", **facts))
    else:
        say("ada", "An answer keeps its place.", to=remark)
        remove_comment(remark, seen=SKIP_CHECK, by=cast.mo, reason="Private.", now=timezone.now())
    eve = cast.client("eve")
    assert eve.get(f"/comments/{remark.pk}/report/").status_code == (404 if what == "held" else 409)
    answer = sent(eve, remark)
    assert answer.status_code == (404 if what == "held" else 409)
    assert "names a witness" in answer.content.decode()
    assert IllegalReport.objects.count() == 0


def test_the_same_form_sent_twice_is_one_report(cast, remark):
    eve, key = cast.client("eve"), new_key()
    assert sent(eve, remark, key=key)["Location"] == sent(eve, remark, key=key)["Location"]
    assert IllegalReport.objects.count() == OutgoingMail.objects.count() == 1


def test_one_address_cannot_send_without_end(cast, remark):
    eve = cast.client("eve")
    for _ in range(10):
        assert sent(eve, remark).status_code == 302
    answer = sent(eve, remark)
    assert answer.status_code == 429
    assert "many reports from your network" in flat(answer)
    assert "names a witness" in answer.content.decode()
    assert sent(Client(REMOTE_ADDR="203.0.113.7"), remark).status_code == 302


def test_nobody_gets_many_letters_because_somebody_typed_in_their_address(cast, remark):
    """Anybody can type in any address, from any network: each way to write one is the same mailbox."""
    ways = ["rex@example.net", "Rex@Example.net", "rex+1@example.net", "rex+2@example.net", "REX@example.net"]
    for n, address in enumerate(ways):
        answer = sent(Client(REMOTE_ADDR=f"203.0.113.{n}"), remark, email=address)
        assert answer.status_code == 302, "taken in, with its number and page"
        assert cast.client("eve").get(answer["Location"]).status_code == 200
    assert IllegalReport.objects.count() == 5
    assert OutgoingMail.objects.count() == 3
    assert sent(cast.client("eve"), remark).status_code == 302
    assert OutgoingMail.objects.count() == 4, "other addresses are not concerned"
    answered(IllegalReport.objects.get(email="REX@example.net"), cast.mo)
    assert OutgoingMail.objects.count() == 5, "whoever reported learns what was decided"


@pytest.mark.parametrize("name", ["Rex\r\nBcc: all@example.net", "Rex \u202egnp.exe", "\u200b"])
def test_a_reporter_has_a_name_that_can_be_read(cast, remark, name):
    answer = sent(cast.client("eve"), remark, name=name)
    assert answer.status_code == 422
    assert "names a witness" in answer.content.decode()


def test_a_browser_can_send_the_forms_of_pages_that_nobody_else_may_learn_of(cast, page, remark):
    """Where a page sends no referrer at all, browsers send forms with "Origin: null", and no check lets it in."""
    report = made(remark)
    for who, address in (("eve", f"/comments/{remark.pk}/report/"), ("mo", f"{page}{report.pk}/"), ("mo", page)):
        answer = cast.client(who).get(address)
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("same-origin", "private, no-store")
        assert answer["X-Robots-Tag"] == "noindex"


def test_a_number_alone_opens_nothing(cast, remark):
    first, second = made(remark), made(remark)
    eve = cast.client("eve")
    assert eve.get(f"/reports/{first.number}/{first.secret}/").status_code == 200
    assert eve.get(f"/reports/{first.number}/{second.secret}/").status_code == 404
    assert eve.get(f"/reports/{first.number}/x/").status_code == 404


# Who reads it.


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("ben", 403), ("mo", 200), ("olga", 200)])
def test_only_moderators_read_reports(cast, page, remark, who, status):
    report = made(remark)
    client = cast.client(who)
    for address in (page, f"{page}{report.pk}/"):
        answer = client.get(address)
        assert answer.status_code == status
        assert (SECRET in answer.content.decode()) == (status == 200)
    said = {"outcome": "no-action", "statement": "It is allowed."} | seen_field(report.comment)
    refused = client.post(f"{page}{report.pk}/", said)
    assert refused.status_code == (302 if status == 200 else 403)
    assert bool(IllegalReport.objects.get().outcome) == (status == 200)


def test_whoever_wrote_the_comment_never_reads_the_report_even_as_a_moderator(cast, page, thread, say):
    own = say("mo", "The witness is called Rex.", to=thread.opening)
    report = made(own)
    mo = cast.client("mo")
    assert SECRET not in mo.get(page).content.decode()
    assert mo.get(f"{page}{report.pk}/").status_code == 404
    with pytest.raises(Refused, match="own-comment"):
        answered(report, cast.mo)
    assert SECRET in cast.client("olga").get(page).content.decode()


def test_a_moderator_of_another_theme_does_not_read_it(cast, event, page, remark):
    tess = make_person("tess")
    event.roles.create(person=tess, kind=RoleKind.MODERATOR, theme=make_theme(event))
    report, client = made(remark), Client()
    client.force_login(tess)
    assert SECRET not in client.get(page).content.decode()
    assert client.get(f"{page}{report.pk}/").status_code == 404
    with pytest.raises(Refused, match="not-moderator"):
        answered(report, tess)


def test_a_report_of_another_event_is_not_there(cast, event, page, remark):
    report = made(remark)
    answer = cast.client("mo").get(f"/nowhere/moderation/reports/{report.pk}/")
    assert answer.status_code == 404


def test_a_report_holds_nothing_by_itself_and_stands_first_among_the_flagged(cast, event, thread, remark, say):
    for _ in range(5):
        made(remark)
    assert Comment.objects.get(pk=remark.pk).status == Status.PUBLISHED
    earlier = say("ben", "Flagged earlier.", to=thread.opening)
    flagged(earlier, cast.ada)
    flagged(remark, cast.ada, kind=FlagKind.ILLEGAL)
    answer = cast.client("mo").get(f"/{event.slug}/moderation/flags/")
    assert re.findall(r'id="card-(\d+)"', answer.content.decode()) == [str(remark.pk), str(earlier.pk)]
    assert "It has also been reported as illegal." in flat(answer)
    assert "5 reports of illegal content to review." in flat(answer)


# Answering it.


def test_removing_what_was_reported_is_one_decision(cast, event, page, remark):
    flagged(remark, cast.ada)
    report = made(remark)
    run_due_jobs(now=timezone.now())
    mail.outbox.clear()
    said = {"outcome": "removed", "reason": "It endangers somebody.", "statement": f"{SECRET} answered."} | seen_field(
        remark
    )
    answer = cast.client("mo").post(f"{page}{report.pk}/", said, follow=True)
    assert f"{report.number} has been decided." in flat(answer)
    comment = Comment.objects.get(pk=remark.pk)
    assert (comment.status, comment.status_reason) == (Status.REMOVED, "It endangers somebody.")
    assert told(cast.ada) == ["remove"], "the flags on it are decided, too"
    run_due_jobs(now=timezone.now())
    (letter,) = mail.outbox
    assert letter.to == ["eve@example.net"]
    assert f"Decision on your report {report.number}" in letter.subject
    assert f"The reason: {SECRET} answered." in letter.body
    assert "The comment was removed." in letter.body
    state = flat(cast.client("eve").get(f"/reports/{report.number}/{report.secret}/"))
    assert f"{SECRET} answered." in state
    log = flat(cast.client("eve").get(f"/{event.slug}/moderation/"))
    assert "It endangers somebody." in log
    for kept in (SECRET, "eve@example.net", report.number):
        assert kept not in log
        assert kept not in flat(cast.client("ben").get(f"/comments/{remark.pk}/"))
        assert kept not in flat(cast.client("ben").get("/notifications/"))
    again = cast.client("olga").post(f"{page}{report.pk}/", said)
    assert again.status_code == 409
    assert f"{SECRET} answered." in again.content.decode()


def test_keeping_it_leaves_the_comment_and_the_public_log_as_they_were(cast, page, remark):
    report = made(remark)
    said = {"outcome": "no-action", "reason": "", "statement": "It is allowed."} | seen_field(remark)
    cast.client("mo").post(f"{page}{report.pk}/", said)
    assert Comment.objects.get(pk=remark.pk).status == Status.PUBLISHED
    assert LogEntry.objects.count() == 1  # for colleagues
    assert LogEntry.objects.readable_by(AnonymousUser()).count() == 0
    assert IllegalReport.objects.get().outcome == ReportOutcome.NO_ACTION


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"outcome": "removed", "statement": "It is removed.", "reason": ""}, "give a reason. The author and everyone"),
        ({"outcome": "removed", "statement": "", "reason": "Against the law."}, "This field is required"),
        ({"outcome": "", "statement": "It is removed.", "reason": ""}, "This field is required"),
        ({"outcome": "knights", "statement": "It is removed.", "reason": ""}, "Select a valid choice"),
    ],
)
def test_an_answer_that_lacks_something_comes_back(cast, page, remark, typed, words):
    report = made(remark)
    answer = cast.client("mo").post(f"{page}{report.pk}/", typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (typed["statement"] or typed["reason"]) in answer.content.decode()
    assert Comment.objects.get(pk=remark.pk).status == Status.PUBLISHED


def test_what_flags_have_held_is_rejected_by_the_answer(cast, event, remark):
    event.hold_rules = {"flagged": {"number": 1}}
    event.save(update_fields=["hold_rules"])
    report = made(remark)
    flagged(remark, cast.ada)
    assert Comment.objects.get(pk=remark.pk).status == Status.HELD
    answered(report, cast.mo, ReportOutcome.REMOVED)
    assert Comment.objects.get(pk=remark.pk).status == Status.REJECTED


def test_what_is_with_its_author_for_revision_ends_with_the_answer_and_cannot_return_by_an_edit(cast, page, remark):
    report = made(remark)
    Comment.objects.filter(pk=remark.pk).update(status=Status.HELD)
    review_comment(remark, Decision.REVISE, seen=SKIP_CHECK, by=cast.mo, reason="Not so.", now=timezone.now())
    answer = cast.client("mo").post(f"{page}{report.pk}/", {"outcome": "removed", "statement": "It was removed."})
    assert answer.status_code == 422, "its author reads a reason"
    answered(report, cast.mo, ReportOutcome.REMOVED)
    assert Comment.objects.get(pk=remark.pk).status == Status.REJECTED
    assert list(LogEntry.objects.order_by("pk").values_list("act", "reason")) == [
        ("revise", "Not so."), ("reject", "Against the law."),
    ]  # fmt: skip
    again = {"source": "The witness is Rex.", "key": new_key()}
    edited = cast.client("ben").post(f"/comments/{remark.pk}/edit/", again)
    assert edited.status_code in {403, 409}
    assert Comment.objects.get(pk=remark.pk).status == Status.REJECTED
    assert list(flaws()) == []


def test_what_is_gone_already_needs_only_an_answer(cast, page, remark):
    report = made(remark)
    remove_comment(remark, seen=SKIP_CHECK, by=cast.mo, reason="Private.", now=timezone.now())
    form = cast.client("mo").get(f"{page}{report.pk}/").content.decode()
    assert 'name="reason"' not in form
    said = {"outcome": "removed", "statement": "It was removed."} | seen_field(remark)
    answer = cast.client("mo").post(f"{page}{report.pk}/", said)
    assert answer.status_code == 302
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_answer_once(cast, thread, say):
    remark = say("ben", "The witness is called Rex.", to=thread.opening)
    report = made(remark)
    refused: list[str] = []

    def act(n: int) -> None:
        try:
            answered(report, (cast.mo, cast.olga)[n % 2], ReportOutcome.REMOVED)
        except Refused as refusal:
            refused.append(refusal.reason)

    all_at_once(act, writers=8)
    assert refused == ["report-decided"] * 7
    assert LogEntry.objects.count() == 1
    assert OutgoingMail.objects.filter(report=report).count() == 1, (
        "the confirmation was not sent yet: one letter says all"
    )


def test_a_report_that_was_answered_before_its_letter_left_gets_one_letter(cast, remark):
    answered(made(remark), cast.mo)
    run_due_jobs(now=timezone.now() + timedelta(minutes=1))
    (subject,) = [letter.subject for letter in mail.outbox if "report" in letter.subject]
    assert "Decision on your report" in subject


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_costs_a_fixed_number_of_queries(cast, event, remark, size, django_assert_num_queries):
    for _ in range(size):
        made(remark)
    with django_assert_num_queries(1):
        assert len(reports.waiting(reports.queue(cast.mo, event.pk))[0]) == size
    with django_assert_num_queries(1):
        reports.decided(cast.mo, event)


def test_who_reported_is_forgotten_half_a_year_after_the_answer(cast, remark, capsys):
    old, recent, waiting = made(remark), made(remark), made(remark)
    for report in (old, recent):
        answered(report, cast.mo)
    now = timezone.now()
    IllegalReport.objects.filter(pk=old.pk).update(decided_at=now - timedelta(days=181))
    IllegalReport.objects.filter(pk__in=[recent.pk, waiting.pk]).update(created_at=now - timedelta(days=999))
    IllegalReport.objects.filter(pk=recent.pk).update(decided_at=now - timedelta(days=179))
    for forgotten in (1, 0):
        call_command("prune_reporters")
        assert capsys.readouterr().out == f"{forgotten} names and addresses of reporters deleted.\n"
    kept = IllegalReport.objects.order_by("pk").values_list("name", "email")
    assert list(kept) == [("", ""), (SECRET, "eve@example.net"), (SECRET, "eve@example.net")]
    assert not OutgoingMail.objects.filter(report=old).exists(), "one that never left has nobody to go to"
    assert "deleted 180 days later" in flat(cast.client("eve").get(f"/comments/{remark.pk}/report/"))
