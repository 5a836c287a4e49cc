"""What readers miss in the summary of a thread, and what they are answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from forum.dialogue.actions.summaries import explain, miss_point, withhold
from forum.kernel.choices import Act, NotificationKind, SanctionKind
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import LogEntry, Notification, PointRequest, Summary, Thread
from forum.moderation.actions.moderation import lock_thread
from forum.moderation.actions.moving import merge_thread
from forum.moderation.actions.sanctions import sanction
from tests.dialogue.test_summaries import summarise, typed
from tests.factories import changes_since, make_theme, open_thread, reply_to

pytestmark = pytest.mark.django_db


def ask(who: str, cast, thread, **more: str) -> Any:
    return cast.client(who).post(f"/threads/{thread.pk}/summary/missing/", {"source": "Rural networks.", **more})


EXPLAINED, WITHHELD = {"outcome": "explained"}, {"outcome": "withheld"}


def lay(kind: SanctionKind, event, cast, **more: Any) -> Any:
    """What olga imposes on ben."""
    return sanction(cast.ben, kind, event, reason="You shout.", until=None, by=cast.olga, now=timezone.now(), **more)


@pytest.fixture
def summary(thread, cast, say) -> Summary:
    return summarise(thread, cast.mo, thread.opening)


def test_a_reader_misses_a_point_and_is_answered_by_an_edit(theme, thread, cast, say, rita, summary):
    comment = say("ben", "Rural networks need more time.", to=thread.opening)
    label, page = f"{theme.code}-{comment.number}", f"/threads/{thread.pk}/summary/"
    assert "Suggest a missing point" in cast.client("ben").get(page).content.decode()
    assert ask("ben", cast, thread, comment=label).url == page
    assert "You will get an answer." in cast.client("ben").get(page).content.decode()
    rita_client = cast.client("rita")
    assert "1 suggestion" in rita_client.get(f"/threads/{thread.pk}/").content.decode()
    assert "Rural networks." in rita_client.get(page).content.decode()
    request = PointRequest.objects.get()
    assert "Rural networks." in rita_client.get(f"{page}edit/").content.decode()
    asked = typed(base="1", open=f"How long do rural networks need? [{label}]", takes_up=str(request.pk))
    assert rita_client.post(f"{page}edit/", asked).url == page
    shown = cast.client("eve").get(page).content.decode()
    assert "Answered suggestions" in shown
    assert "Rural networks." in shown
    assert '<bdi class="strong">Ben</bdi>' in shown
    assert "Included in the summary." in shown
    told = Notification.objects.get(person=cast.ben, kind=NotificationKind.OUTCOME)
    assert told.entry.act == Act.ANSWER
    ben = cast.client("ben")
    notified = ben.get("/notifications/").content.decode()
    assert "Suggestion for a summary answered" in notified
    assert "Your flag" not in notified
    assert ben.get(f"/notifications/{told.pk}/").url == page
    assert "1 suggestion" not in rita_client.get(f"/threads/{thread.pk}/").content.decode()


def test_or_by_an_explanation_which_is_required(thread, cast, rita, summary):
    ask("ben", cast, thread)
    request, rita_client = PointRequest.objects.get(), cast.client("rita")
    address = f"/threads/{thread.pk}/summary/requests/{request.pk}/"
    assert "Rural networks." in rita_client.get(address).content.decode()
    assert rita_client.post(address, {"outcome": "explained", "reason": ""}).status_code == 422
    assert rita_client.post(address, EXPLAINED | {"reason": "Nobody else spoke of it."}).status_code == 302
    assert "Nobody else spoke of it." in cast.client("eve").get(f"/threads/{thread.pk}/summary/").content.decode()
    assert "Nobody else spoke of it." in cast.client("ben").get("/notifications/").content.decode()
    answer = rita_client.post(address, EXPLAINED | {"reason": "Once more."})
    assert answer.status_code == 409
    assert "Once more." in answer.content.decode()
    assert ask("ben", cast, thread).status_code == 302, "they may say more now"


def test_until_it_is_answered_only_who_asked_and_who_summarises_read_it(thread, cast, rita, summary):
    ask("ben", cast, thread, source="MARKERWORD of mine")
    paths = [
        f"/threads/{thread.pk}/{end}"
        for end in (
            "",
            "summary/",
            "summary/history/",
            "summary/edit/",
            "summary/missing/",
            f"summary/requests/{PointRequest.objects.get().pk}/",
            "branches/",
            "feed.atom",
        )
    ]
    paths += ["/baku/moderation/", "/baku/", "/notifications/", f"/baku/{thread.theme.slug}/print/"]  # fmt: skip
    for who, reads in (("eve", False), ("ada", False), ("ben", True), ("rita", True), ("mo", True)):
        client = cast.client(who)
        answers = [client.get(path) for path in paths]
        bodies = [b"".join(a.streaming_content) if a.streaming else a.content for a in answers]
        assert any(b"MARKERWORD" in body for body in bodies) is reads, who
    found = changes_since(thread.theme_id, 0)
    assert "MARKERWORD" not in repr(found)


@pytest.mark.parametrize(
    ("who", "prepare", "reason"),
    [
        ("eve", "", Reason.LOGIN_TO_ASK),
        ("ben", "unverified", Reason.NOT_VERIFIED),
        ("ben", "no summary", Reason.NO_SUMMARY),
        ("ben", "asked", Reason.ASKED_ALREADY),
        ("ben", "silence", Reason.SILENCED),
        ("ben", "warning", Reason.WARNED),
        ("ben", "pace", Reason.PACED),
        ("ben", "silence elsewhere", None),
        ("ben", "closed", None),
        ("ben", "locked", None),
        ("ben", "", None),
    ],
)
def test_who_may_say_that_a_point_is_missing(event, thread, cast, say, who, prepare, reason):
    if prepare != "no summary":
        summarise(thread, cast.mo, thread.opening)
    if prepare == "unverified":
        cast.ben.emailaddress_set.update(verified=False)
    if prepare == "asked":
        ask("ben", cast, thread)
    if prepare == "closed":
        event.closes_at = timezone.now() - timedelta(days=1)
        event.save()
    if prepare == "locked":
        lock_thread(thread, by=cast.mo, reason="It is late.", now=timezone.now())
    if prepare in {"silence", "warning"}:
        lay(SanctionKind(prepare), event, cast)
    if prepare == "pace":
        say("ben", "One an hour.", to=thread.opening)
        lay(SanctionKind.PACE, event, cast, pace=1)
    if prepare == "silence elsewhere":
        lay(SanctionKind.SILENCE, event, cast, theme_id=make_theme(event).pk)
    known = PointRequest.objects.count()
    answer = ask(who, cast, thread)
    if reason is None:
        assert (answer.status_code, PointRequest.objects.count()) == (302, known + 1)
        return
    body = answer.content.decode()
    assert answer.status_code in {403, 409}
    assert str(reason.label) in body
    assert "Rural networks." in body, "what was typed comes back"
    assert PointRequest.objects.count() == known


def test_whoever_is_halted_reads_why_instead_of_the_form(event, thread, cast, summary):
    lay(SanctionKind.SILENCE, event, cast)
    answer = cast.client("ben").get(f"/threads/{thread.pk}/summary/missing/")
    body = answer.content.decode()
    assert answer.status_code == 403
    assert str(Reason.SILENCED.label) in body
    assert "The reason: You shout." in body
    assert "<textarea" not in body


def test_a_suspended_person_asks_nothing_either(event, thread, cast, summary):
    lay(SanctionKind.SUSPENSION, event, cast)
    with pytest.raises(Refused) as refusal:
        miss_point(thread, text="Mine.", by=cast.ben, now=timezone.now())
    assert refusal.value.reason is Reason.SUSPENDED


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [({"source": ""}, "required"), ({"source": "x" * 501}, "500"),
     ({"comment": "47"}, "no public comment with this number"),
     ({"comment": "Z-99"}, "no public comment with this number")],
)  # fmt: skip
def test_a_form_that_cannot_be_sent_comes_back(thread, cast, summary, asked, sentence):
    answer = ask("ben", cast, thread, **asked)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not PointRequest.objects.exists()


def test_whoever_is_not_logged_in_is_led_there_and_back(thread, cast, summary):
    answer = cast.client("eve").get(f"/threads/{thread.pk}/summary/missing/")
    assert answer.status_code == 302
    assert answer.url.endswith(f"next=%2Fthreads%2F{thread.pk}%2Fsummary%2Fmissing%2F")


@pytest.mark.parametrize(
    ("who", "prepare", "reason"),
    [
        ("ben", "", Reason.NOT_RAPPORTEUR),
        ("ada", "", Reason.NOT_RAPPORTEUR),
        ("rita", "own", Reason.OWN_REQUEST),
        ("rita", "answered", Reason.ANSWERED_ALREADY),
        ("rita", "", None),
    ],
)
def test_who_may_answer(thread, cast, rita, summary, who, prepare, reason):
    asker = rita if prepare == "own" else cast.ben
    request = miss_point(thread, text="Rural networks.", by=asker, now=timezone.now())
    if prepare == "answered":
        explain(request, thread=thread, by=cast.mo, reason="No.", now=timezone.now())
    known = LogEntry.objects.count()

    def answer() -> None:
        explain(request, thread=thread, by=getattr(cast, who), reason="Because.", now=timezone.now())

    if reason is None:
        answer()
        return
    with pytest.raises(Refused) as refusal:
        answer()
    assert refusal.value.reason is reason
    assert LogEntry.objects.count() == known


@pytest.mark.parametrize("is_late", [False, True], ids=["at once", "after an answer that was public"])
def test_what_is_withheld_is_behind_no_door(event, theme, thread, cast, rita, summary, is_late):
    comment = ask_abusively(cast, thread)
    request, page = PointRequest.objects.get(), f"/threads/{thread.pk}/summary/"
    if is_late:
        explain(request, thread=thread, by=cast.rita, reason="No.", now=timezone.now())
        assert "MARKERWORD" in cast.client("eve").get(page).content.decode()
    mo, address = cast.client("mo"), f"{page}requests/{request.pk}/"
    assert "MARKERWORD" in mo.get(address).content.decode()
    assert mo.post(address, WITHHELD | {"reason": ""}).status_code == 422
    assert mo.post(address, WITHHELD | {"reason": "It insults somebody."}).url == page
    paths = [page, f"{page}history/", f"{page}edit/", f"{page}missing/", f"/threads/{thread.pk}/", "/baku/",
             f"/threads/{thread.pk}/branches/", f"/threads/{thread.pk}/feed.atom", f"/baku/{theme.slug}/print/",
             "/baku/feed.atom", "/baku/moderation/", "/baku/moderation/feed.atom", "/baku/search/?q=MARKERWORD",
             "/notifications/", "/baku/live/", f"/people/{cast.ben.pk}/", address]  # fmt: skip
    for who, reads in (("eve", []), ("ada", []), ("rita", []), ("olga", [page]), ("mo", [page]), ("ben", [page])):
        client = cast.client(who)
        answers = {path: client.get(path) for path in paths}
        bodies = {p: b"".join(a.streaming_content) if a.streaming else a.content for p, a in answers.items()}
        assert [path for path, body in bodies.items() if b"MARKERWORD of mine" in body] == reads, who
        shown = bodies[page].decode()
        assert "A suggestion was hidden. Reason: <bdi>It insults somebody.</bdi>" in shown, who
        assert ("Only the author and the moderators can read the suggestion." in shown) is bool(reads), who
        assert (f"/comments/{comment.pk}/" in shown.split("Answered suggestions")[1]) is bool(reads), who
        assert ("Ben" in shown.split("Answered suggestions")[1].split("</section>")[0]) is bool(reads), who
    assert "MARKERWORD" not in repr(changes_since(theme.pk, 0))


def ask_abusively(cast, thread) -> Any:
    comment = reply_to(thread.opening, cast.ben, "Here I said it.")
    ask("ben", cast, thread, source="MARKERWORD of mine", comment=f"{thread.theme.code}-{comment.number}")
    return comment


def test_its_author_is_told_and_may_say_it_in_other_words(event, thread, cast, summary):
    ask_abusively(cast, thread)
    request = PointRequest.objects.get()
    entry = withhold(request, thread=thread, by=cast.mo, reason="It insults somebody.", now=timezone.now())
    assert (entry.act, entry.reason, entry.thread) == (Act.WITHHOLD, "It insults somebody.", thread)
    told = Notification.objects.get(entry__isnull=False, kind=NotificationKind.OUTCOME)
    assert (told.person, told.entry) == (cast.ben, entry)
    ben = cast.client("ben")
    notified = ben.get("/notifications/").content.decode()
    assert str(Act.WITHHOLD.label) in notified
    assert "It insults somebody." in notified
    assert ben.get(f"/notifications/{told.pk}/").url == f"/threads/{thread.pk}/summary/"
    assert not Notification.objects.filter(person=cast.ada, entry=entry).exists(), "nothing of hers"
    log = cast.client("eve").get(f"/{event.slug}/moderation/").content.decode()
    assert str(Act.WITHHOLD.label) in log
    assert "Ben" not in log
    assert ask("ben", cast, thread).status_code == 302


@pytest.mark.parametrize(
    ("who", "prepare", "reason"),
    [
        ("ada", "", Reason.NOT_RAPPORTEUR),
        ("rita", "", Reason.NOT_MODERATOR),
        ("mo", "own", Reason.OWN_REQUEST),
        ("mo", "withheld", Reason.ANSWERED_ALREADY),
        ("mo", "answered", None),
        ("mo", "", None),
    ],
)
def test_who_may_withhold_a_request(thread, cast, rita, summary, who, prepare, reason):
    now = timezone.now()
    request = miss_point(thread, text="Mine.", by=cast.mo if prepare == "own" else cast.ben, now=now)
    if prepare == "answered":
        explain(request, thread=thread, by=cast.olga, reason="No.", now=now)
    if prepare == "withheld":
        withhold(request, thread=thread, by=cast.olga, reason="No.", now=now)
    known = list(PointRequest.objects.values())
    answer = cast.client(who).post(
        f"/threads/{thread.pk}/summary/requests/{request.pk}/", WITHHELD | {"reason": "Insults."}
    )
    if reason is None:
        assert answer.status_code == 302
        assert PointRequest.objects.get().is_withheld
        return
    assert answer.status_code in {403, 409}
    body = answer.content.decode()
    assert str(reason.label) in body
    assert "Insults." in body, "what was typed comes back"
    assert list(PointRequest.objects.values()) == known


def test_a_moderator_finds_the_way_to_it_beside_what_was_answered(thread, cast, rita, summary):
    request = miss_point(thread, text="Mine.", by=cast.ben, now=timezone.now())
    explain(request, thread=thread, by=cast.olga, reason="No.", now=timezone.now())
    page = f"/threads/{thread.pk}/summary/"
    offered = {who: f'{page}requests/{request.pk}/">Hide' in cast.client(who).get(page).content.decode()
               for who in ("eve", "ben", "rita", "mo")}  # fmt: skip
    assert offered == {"eve": False, "ben": False, "rita": False, "mo": True}
    again = cast.client("mo").post(f"{page}requests/{request.pk}/", EXPLAINED | {"reason": "Once more."})
    assert again.status_code == 409, "there is one explanation"


def test_what_takes_a_point_up_must_have_changed(thread, cast, rita, summary):
    ask("ben", cast, thread)
    request = PointRequest.objects.get()
    asked = typed(base="1", agreed=f"Funding must be predictable. [{thread.theme.code}-1]", takes_up=str(request.pk))
    answer = cast.client("rita").post(f"/threads/{thread.pk}/summary/edit/", asked)
    assert answer.status_code == 409
    assert str(Reason.SUMMARY_UNCHANGED.label) in answer.content.decode()
    assert PointRequest.objects.get().answered_at is None


def test_a_request_elsewhere_is_not_theirs_to_answer(event, thread, cast, rita, summary):
    elsewhere = open_thread(make_theme(event), cast.ada, "Elsewhere").thread
    summarise(elsewhere, cast.mo, thread.opening)
    request = miss_point(elsewhere, text="Mine.", by=cast.ben, now=timezone.now())
    assert cast.client("rita").get(f"/threads/{thread.pk}/summary/requests/{request.pk}/").status_code == 404
    summarise(thread, rita, thread.opening, base=1, text="New.", takes_up=[request.pk])
    assert PointRequest.objects.get().answered_at is None


def test_what_was_missed_in_a_merged_thread_is_still_owed_an_answer(theme, thread, cast, summary):
    younger = open_thread(theme, cast.ada, "The same").thread
    summarise(younger, cast.mo, younger.opening)
    ask("ben", cast, younger)
    merge_thread(younger, into=thread, by=cast.mo, reason="", now=timezone.now())
    mo, page = cast.client("mo"), f"/threads/{thread.pk}/summary/"
    assert "Rural networks." in mo.get(page).content.decode()
    request = PointRequest.objects.get()
    assert mo.post(f"{page}requests/{request.pk}/", EXPLAINED | {"reason": "It is said below."}).status_code == 302
    assert "It is said below." in cast.client("eve").get(page).content.decode()
    assert Thread.objects.get(pk=younger.pk).continued_at_id


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_answer_once(thread, cast):
    summarise(thread, cast.mo, thread.opening)
    request = miss_point(thread, text="Mine.", by=cast.ben, now=timezone.now())

    def answer(n: int) -> bool:
        try:
            explain(request, thread=thread, by=(cast.mo, cast.olga)[n % 2], reason=f"{n}", now=timezone.now())
            return True
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(answer, range(8))) == [False] * 7 + [True]
    assert LogEntry.objects.filter(act=Act.ANSWER).count() == 1
    assert Notification.objects.filter(person=cast.ben, kind=NotificationKind.OUTCOME).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_an_explanation_and_a_refusal_at_once_the_refusal_stands(thread, cast):
    """The explanation comes first and is withheld afterwards, or it comes too late."""
    summarise(thread, cast.mo, thread.opening)
    request = miss_point(thread, text="Mine.", by=cast.ben, now=timezone.now())

    def answer(n: int) -> None:
        act, by = (explain, cast.mo) if n % 2 else (withhold, cast.olga)
        try:
            act(request, thread=thread, by=by, reason=act.__name__, now=timezone.now())
        except Refused:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, range(8)))
    found = PointRequest.objects.get()
    assert (found.is_withheld, found.answer) == (True, "withhold")
    assert LogEntry.objects.filter(act=Act.WITHHOLD).count() == 1
