"""The versions of a summary: hiding an earlier one, and what becomes of all of them when threads move."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.summaries import explain, hide_summary, miss_point, show_summary, write_summary
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, RoleKind
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import LogEntry, Notification, Summary, Thread
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from forum.moderation.actions.notes import write_note
from tests.factories import changes_since, make_person, make_theme, open_thread

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"


def summarise(thread, by, text: str, *, base: int = 0, names: Any = None) -> Any:
    points = {"agreed": [{"text": text, "comments": [(names or thread.opening).pk]}]}
    return write_summary(thread, points=points, base=base, by=by, now=timezone.now())


def how(by, reason: str = "It names somebody.") -> dict[str, Any]:
    return {"by": by, "reason": reason, "now": timezone.now()}


@pytest.fixture
def earlier(thread, cast) -> Summary:
    """The first of two versions, with words that must go."""
    first = summarise(thread, cast.mo, f"{MARKER} lives at 5 Elm Road.")
    summarise(thread, cast.mo, "It is agreed.", base=1)
    return first


def whole(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_a_hidden_version_is_behind_no_door_and_its_reason_stands_in_its_place(event, theme, thread, cast, earlier):
    page = f"/threads/{thread.pk}/summary/"
    history, address = f"{page}history/", f"{page}versions/{earlier.pk}/"
    mo, eve = cast.client("mo"), cast.client("eve")
    assert MARKER in eve.get(history).content.decode()
    tag = eve.get(history)["ETag"]
    assert f'{address}hide/">' in mo.get(history).content.decode()
    form = mo.get(f"{address}hide/").content.decode()
    assert f"{MARKER} lives at 5 Elm Road." in form
    assert mo.post(f"{address}hide/", {"reason": ""}).status_code == 422
    assert mo.post(f"{address}hide/", {"reason": "It names somebody."}).url == f"{history}#version-1"
    paths = [page, history, f"{page}edit/", f"{page}missing/", f"/threads/{thread.pk}/", f"{address}hide/",
             f"{address}show/", f"/baku/{theme.slug}/print/", "/baku/", "/baku/moderation/",
             "/baku/moderation/feed.atom", "/baku/feed.atom", f"/baku/search/?q={MARKER}x", "/notifications/",
             "/baku/live/"]  # fmt: skip
    event.roles.create(person=make_person("rita"), kind=RoleKind.RAPPORTEUR)
    cast.rita = event.roles.get(kind=RoleKind.RAPPORTEUR).person
    for who, reads in (("eve", []), ("ada", []), ("rita", []), ("mo", [history, f"{address}show/"])):
        client = cast.client(who)
        bodies = {path: whole(client.get(path)) for path in paths}
        assert [path for path, body in bodies.items() if f"{MARKER} lives" in body] == reads, who
        assert "Hidden by a moderator: <bdi>It names somebody.</bdi>" in bodies[history], who
        assert 'id="version-1"' in bodies[history], who
        assert "It is agreed." in bodies[history], who
    assert eve.get(history, headers={"If-None-Match": tag}).status_code == 200
    assert MARKER not in repr(changes_since(theme.pk, 0))
    assert mo.post(f"{address}show/", {"reason": ""}).url == f"{history}#version-1"
    assert MARKER in eve.get(history).content.decode()


def test_hiding_and_showing_are_in_the_log_and_news_for_nobody(event, thread, cast, earlier):
    hide_summary(earlier, thread=thread, **how(cast.olga))
    show_summary(earlier, thread=thread, **how(cast.olga, ""))
    hidden, shown = LogEntry.objects.filter(act__in=(Act.HIDE_SUMMARY, Act.SHOW_SUMMARY)).order_by("pk")
    assert [(entry.act, entry.thread, entry.reason) for entry in (hidden, shown)] == [
        (Act.HIDE_SUMMARY, thread, "It names somebody."),
        (Act.SHOW_SUMMARY, thread, ""),
    ]
    assert not Notification.objects.filter(entry__in=(hidden, shown)).exists()
    log = cast.client("eve").get(f"/{event.slug}/moderation/").content.decode()
    assert str(Act.HIDE_SUMMARY.label) in log
    assert "It names somebody." in log


@pytest.mark.parametrize(
    ("who", "which", "reason"),
    [
        ("eve", "earlier", Reason.NOT_MODERATOR),
        ("ada", "earlier", Reason.NOT_MODERATOR),
        ("rita", "earlier", Reason.NOT_MODERATOR),
        ("mo", "current", Reason.CURRENT_VERSION),
        ("mo", "hidden", Reason.ALREADY_HIDDEN),
        ("olga", "earlier", None),
        ("mo", "earlier", None),
    ],
)
def test_who_may_hide_a_version_and_which(event, thread, cast, earlier, who, which, reason):
    """mo wrote it: it stands for the thread, and where one person does everything nobody else could."""
    cast.rita = make_person("rita")
    event.roles.create(person=cast.rita, kind=RoleKind.RAPPORTEUR)
    version = Summary.objects.get(number=2) if which == "current" else earlier
    if which == "hidden":
        hide_summary(version, thread=thread, **how(cast.olga))
    known = list(Summary.objects.order_by("pk").values())
    address = f"/threads/{thread.pk}/summary/versions/{version.pk}/hide/"
    answer = cast.client(who).post(address, {"reason": "It names somebody."})
    if reason is None:
        assert answer.status_code == 302
        assert Summary.objects.get(pk=version.pk).is_hidden
        return
    assert answer.status_code in {403, 409}
    assert str(reason.label) in answer.content.decode()
    assert "It names somebody." in answer.content.decode(), "what was typed comes back"
    assert list(Summary.objects.order_by("pk").values()) == known


def test_a_version_of_another_thread_is_not_found_here(theme, thread, cast, earlier):
    other = open_thread(theme, cast.ben, "Another").thread
    assert cast.client("mo").get(f"/threads/{other.pk}/summary/versions/{earlier.pk}/hide/").status_code == 404
    with pytest.raises(Refused) as refusal:
        hide_summary(earlier, thread=other, **how(cast.mo))
    assert refusal.value.reason is Reason.THREAD_MERGED


def test_what_is_not_hidden_is_not_shown_again(thread, cast, earlier):
    with pytest.raises(Refused) as refusal:
        show_summary(earlier, thread=thread, **how(cast.mo))
    assert refusal.value.reason is Reason.NOT_HIDDEN


@pytest.mark.parametrize("versions", [1, 9])
def test_a_history_costs_the_same_for_any_number_of_versions(thread, cast, versions):
    for n in range(versions):
        summarise(thread, cast.mo, f"Point {n}.", base=n)
    eve = cast.client("eve")
    with CaptureQueriesContext(connection) as seen:
        assert eve.get(f"/threads/{thread.pk}/summary/history/").status_code == 200
    assert len(seen) == 4, "the thread; its versions, those of merged threads, and what they name"


# ── When threads get another place ───────────────────────────────────────────────────────────────


@pytest.fixture
def younger(theme, thread, cast) -> Thread:
    """A thread with two versions of a summary and a note, to be merged into the other."""
    younger = open_thread(theme, cast.ben, "The same again").thread
    summarise(younger, cast.mo, "First of the younger.")
    summarise(younger, cast.mo, "Second of the younger.", base=1)
    write_note(younger, source="Note of the younger.", **how(cast.mo, ""))
    return Thread.objects.get(pk=younger.pk)


@pytest.mark.parametrize("has_own", [True, False], ids=["with a summary of its own", "without"])
def test_the_summary_of_a_merged_thread_is_read_in_the_history_of_the_other(thread, younger, cast, has_own):
    if has_own:
        summarise(thread, cast.mo, "Of the older.")
    merge_thread(younger, into=thread, **how(cast.mo, ""))
    here, there = f"/threads/{younger.pk}/summary/", f"/threads/{thread.pk}/summary/"
    for who in ("eve", "ada", "mo"):
        client = cast.client(who)
        assert client.get(here).url == there, who
        assert client.get(f"{here}history/").url == f"{there}history/", who
        assert f'href="{there}history/"' in client.get(there).content.decode(), who
        body = client.get(f"{there}history/").content.decode()
        assert "Version 2 of “<bdi>The same again</bdi>”, which was merged into this thread" in body, who
        found = [body.index(f"{n} of the younger.") for n in ("Second", "First")]
        assert found == sorted(found), who
        assert ("Of the older." in body) is has_own, who
        assert has_own is False or body.index("Of the older.") < found[0], who
    assert cast.client("eve").get(f"/threads/{younger.pk + 99}/summary/").status_code == 404
    assert cast.client("eve").get(f"/threads/{younger.pk + 99}/summary/history/").status_code == 404


def test_versions_of_a_merged_thread_can_be_hidden_where_they_stand_now(thread, younger, cast):
    merge_thread(younger, into=thread, **how(cast.mo, ""))
    mo, history = cast.client("mo"), f"/threads/{thread.pk}/summary/history/"
    for version in Summary.objects.filter(thread=younger):
        address = f"/threads/{thread.pk}/summary/versions/{version.pk}/hide/"
        assert address in mo.get(history).content.decode(), "none of them is current"
        assert mo.post(address, {"reason": "It names somebody."}).status_code == 302
    body = cast.client("eve").get(history).content.decode()
    assert "of the younger." not in body
    assert body.count("Hidden by a moderator") == 2


def test_the_title_of_a_merged_thread_goes_with_its_opening(theme, thread, younger, cast):
    opening = merge_thread(younger, into=thread, **how(cast.mo, ""))
    remove_comment(opening, seen=SKIP_CHECK, **how(cast.mo))
    body = cast.client("eve").get(f"/threads/{thread.pk}/summary/history/").content.decode()
    assert "The same again" not in body
    assert f"Thread {theme.code}-{opening.number}" in body


def test_who_merges_is_told_what_becomes_of_note_and_summary(thread, cast):
    body = cast.client("mo").get(f"/threads/{thread.pk}/merge/").content.decode()
    assert "The pinned note of this thread is no longer shown" in body
    assert "Its summary can be read among the versions of the other" in body


def test_nothing_is_lost_when_a_branch_is_split_off_or_the_thread_moves(event, theme, thread, cast, say):
    branch = say("ben", "Rural networks.", to=thread.opening)
    summarise(thread, cast.mo, "About the branch.", names=branch)
    write_note(thread, source="Note of the thread.", **how(cast.mo, ""))
    later = {"now": timezone.now() + timedelta(seconds=1)}
    request = miss_point(thread, text="And who pays?", by=cast.ben, **later)
    explain(request, thread=thread, by=cast.mo, reason="Said below.", **later)
    miss_point(thread, text="And when?", by=cast.ben, **later)
    split_branch(branch, title="Of its own", **how(cast.mo, ""))
    move_thread(Thread.objects.get(pk=thread.pk), to=make_theme(event), **how(cast.mo, ""))
    eve, mo, page = cast.client("eve"), cast.client("mo"), f"/threads/{thread.pk}/"
    head = eve.get(page).content.decode()
    assert "Note of the thread." in head
    assert "About the branch." in head
    assert f'href="/comments/{branch.pk}/"' in head
    summary = eve.get(f"{page}summary/").content.decode()
    assert "And who pays?" in summary
    assert "Said below." in summary
    assert "About the branch." in eve.get(f"{page}summary/history/").content.decode()
    assert "And when?" in mo.get(f"{page}summary/").content.decode()
