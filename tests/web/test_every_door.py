"""Words that are nobody else's business, searched for behind every door there is.

The doors are read from the addresses themselves: whoever adds one must say here how it is opened.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import get_resolver
from django.utils import timezone

from forum.actions.appeals import appeal
from forum.actions.attachments import add_file
from forum.actions.blocks import block
from forum.actions.comments import edit_comment, post_reply, withdraw_comment
from forum.actions.drafts import Words, edit_spot, keep_draft, reply_spot, thread_spot
from forum.actions.flags import flag_comment
from forum.actions.following import follow
from forum.actions.imports import import_reply, seed_of
from forum.actions.moderation import hide_version, pin_comment, remove_comment
from forum.actions.reports import Notice, decide_report, report_comment
from forum.actions.sanctions import lift, sanction
from forum.actions.summaries import explain, hide_summary, miss_point, withhold, write_summary
from forum.choices import BlockKind, FlagKind, ReportOutcome, SanctionKind
from forum.live import frames
from forum.models import (
    Appeal,
    Attachment,
    Comment,
    CommentVersion,
    IllegalReport,
    LogEntry,
    Notification,
    Sanction,
    Summary,
)
from forum.queries import answering, changes
from forum.rules.moderation import ANY_TEXT
from forum.web import urls
from tests.factories import new_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

SECRET = "zebrafinch"
FOR_MODERATORS = "quokka"  # a ready sentence, which stands on the pages where they decide
# What stands behind the names of an address; a comment's doors are tried with every comment.
FORMS = ("atom", "json", "csv")


@pytest.fixture
def stage(theme, thread, cast, say) -> dict[str, Any]:
    """A held, a removed, a withdrawn comment, a hidden version and drafts, all of them ben's, and what was said of a
    public one in a flag and in reports, all with the word."""
    now = timezone.now()
    facts = {"author": cast.ben, "source": f"{SECRET} held", "written_at": now, "is_public": False}
    content = b"%PDF-1.4\n" + SECRET.encode() + b"\n%%EOF\n"
    document: dict[str, Any] = {"content": content, "key": new_key(), "has": 0, "now": now}
    held = import_reply(thread.opening, seed_of(theme, "held:1", **facts))
    removed = post_reply(thread.opening, by=cast.ben, source=f"{SECRET} removed", key=new_key(), now=now, files=[
        add_file(theme, by=cast.ben, name=f"{SECRET}.pdf", alt=f"{SECRET} shown", **document).token
    ])  # fmt: skip
    add_file(theme, by=cast.ben, name=f"{SECRET}-unsent.pdf", alt=f"{SECRET} shown", **document)
    withdrawn = say("ben", f"{SECRET} withdrawn @Ada", to=thread.opening)
    edited = say("ben", f"{SECRET} edited away", to=thread.opening)
    for comment in (removed, withdrawn, edited):
        say("ada", "An answer keeps its place.", to=comment)
    follow(thread, by=cast.mo, now=now)
    pin_comment(removed, seen=ANY_TEXT, by=cast.mo, reason="", now=now)
    remove_comment(removed, seen=ANY_TEXT, by=cast.olga, reason="Against the code of conduct.", now=now)
    about = LogEntry.objects.latest("pk").pk
    appeal(removed, by=cast.ben, text=f"{SECRET} appeal", about=about, now=now)
    withdraw_comment(withdrawn, by=cast.ben, now=now)
    edit_comment(edited, by=cast.ben, source="Mended.", now=now)
    hide_version(CommentVersion.objects.get(comment=edited, number=1), by=cast.olga, reason="Private.", now=now)
    for spot in (reply_spot(thread.opening), edit_spot(edited), thread_spot(theme)):
        words = Words(source=f"{SECRET} draft", title=f"{SECRET} title", key=new_key())
        keep_draft(spot, by=cast.ben, words=words, base=0, now=now)
    flag_comment(edited, by=cast.olga, kind=FlagKind.OTHER, note=f"{SECRET} flagged", now=now)
    said = {"ground": f"{SECRET} law", "country": f"{SECRET}land", "name": SECRET, "email": f"{SECRET}@example.org"}
    for _ in range(2):
        report = report_comment(edited, Notice(explanation=f"{SECRET} why", **said), key=new_key(), now=now)
    decide_report(
        report,
        seen=ANY_TEXT,
        by=cast.mo,
        outcome=ReportOutcome.NO_ACTION,
        statement="It is not illegal.",
        reason="",
        now=now,
    )
    theme.event.articles.create(position=1, title="Be civil")
    theme.event.phrases.create(language="en", title=FOR_MODERATORS, text=FOR_MODERATORS)
    requests = summarise(thread, edited, cast, now)
    lay_secrets(theme, cast, now)
    theme.event.frame_origins = "https://example.org"
    theme.event.save(update_fields=["frame_origins"])
    return {
        "comments": [thread.opening, held, removed, withdrawn, edited],
        "theme": theme,
        "thread": thread,
        "requests": requests,
    }


def summarise(thread: Any, comment: Any, cast: Any, now: Any) -> list[Any]:
    """A summary with an earlier version that is hidden, a request that is not shown, and one that waits."""
    facts: dict[str, Any] = {"by": cast.olga, "now": now}
    for base, text in enumerate((f"{SECRET} in a summary", "We agree.")):
        points = {"agreed": [{"text": text, "comments": [comment.pk]}], "disputed": [], "open": []}
        write_summary(thread, points=points, base=base, **facts)
    hide_summary(Summary.objects.get(number=1), thread=thread, reason="Private.", **facts)
    withheld = miss_point(thread, text=f"{SECRET} withheld", by=cast.ben, now=now)
    explain(withheld, thread=thread, reason="It is said.", **facts)
    withhold(withheld, thread=thread, reason="It insults somebody.", **facts)
    return [withheld, miss_point(thread, text=f"{SECRET} missed", by=cast.ben, now=now)]


def lay_secrets(theme: Any, cast: Any, now: Any) -> None:
    """What ben alone reads of a sanction, what only colleagues do, and why a network is blocked."""
    facts: dict[str, Any] = {"until": None, "by": cast.olga, "now": now}
    for kind in (SanctionKind.WARNING, SanctionKind.SILENCE):
        sanction(cast.ben, kind, theme.event, reason=f"{SECRET} reason", note=f"{SECRET} note", **facts)
    lifted = sanction(cast.ben, SanctionKind.SILENCE, theme.event, reason=f"{SECRET} reason", **facts)
    lift(lifted.pk, by=cast.olga, reason=f"{SECRET} lifted", now=now)
    block(BlockKind.NETWORK, "198.51.100.0/24", theme.event, reason=f"{SECRET} blocked", **facts)


def addresses(stage: dict[str, Any], person: Any) -> list[str]:
    theme, thread = stage["theme"], stage["thread"]
    known: dict[str, list[Any]] = {
        "event_slug": [theme.event.slug], "theme_slug": [theme.slug], "thread_id": [thread.pk], "theme_id": [theme.pk],
        "comment_id": [comment.pk for comment in stage["comments"]], "number": [1, 2, 3],
        "letter": [theme.letter], "person_id": [person.pk], "form": list(FORMS), "draft_id": [1, 2, 3],
        "kind": ["reply", "edit", "thread"], "target": [theme.pk, thread.opening_id],
        "token": list(Attachment.objects.values_list("token", flat=True)), "name": ["x.pdf"],
        "report_id": list(IllegalReport.objects.values_list("pk", flat=True)),
        "report_number": [report.number for report in IllegalReport.objects.all()],
        "secret": list(IllegalReport.objects.values_list("secret", flat=True)),
        "entry_id": list(LogEntry.objects.values_list("pk", flat=True)), "batch": ["x"],
        "role_id": list(theme.event.roles.values_list("pk", flat=True)),
        "article_id": list(theme.event.articles.values_list("pk", flat=True)),
        "phrase_id": list(theme.event.phrases.values_list("pk", flat=True)),
        "trust_id": [1],
        "sanction_id": list(Sanction.objects.values_list("pk", flat=True)), "block_id": [1],
        "request_id": [request.pk for request in stage["requests"]],
        "summary_id": list(Summary.objects.values_list("pk", flat=True)),
        "signed": [answering.address(case.entry_id, case.author_id).split("/")[2] for case in Appeal.objects.all()],
        "appeal_id": list(Appeal.objects.values_list("pk", flat=True)),
        "notification_id": list(Notification.objects.values_list("pk", flat=True)),
    }  # fmt: skip
    found: list[str] = []
    resolver = get_resolver(urls)
    for name in {key for key in resolver.reverse_dict if isinstance(key, str)}:
        for possibilities, *_ in resolver.reverse_dict.getlist(name):
            for path, params in possibilities:
                combinations: list[dict[str, Any]] = [{}]
                for param in params:
                    combinations = [{**made, param: value} for made in combinations for value in known[param]]
                found += [f"/{path % made}" for made in combinations]
    assert len(found) > 100
    asked = ("version=1", "quote", "q=finch", "all=1", "sort=activity", f"since={theme.pk}:0", f"before={theme.pk}:99")
    some = [
        path for path in found if path.count("/") == 3
    ]  # the pages themselves; below them a question changes little
    return sorted(set(found + [f"{path}?{question}" for path in some for question in asked]))


@pytest.mark.parametrize("who", ["eve", *(pytest.param(who, marks=pytest.mark.either) for who in ("ada", "mo"))])
def test_nothing_secret_stands_behind_any_door(stage, cast, who):
    client = cast.client(who)
    seen = set()
    slug = stage["theme"].event.slug
    colleagues = [f"/{slug}/moderation/{page}/" for page in ("desk", "people", "sanctions")]
    summary = f"/threads/{stage['thread'].pk}/summary/"
    theirs = Attachment.objects.get(comment__isnull=False).token
    for address in addresses(stage, cast.ben):
        response = client.get(address)
        seen.add(response.status_code)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert who == "mo" or FOR_MODERATORS.encode() not in body, address
        # Moderators may read what they moderate, on the comment's own pages and on their desk only; and on
        # their pages about people what only colleagues know of them.
        desk = tuple(f"/{slug}/moderation/{page}/" for page in ("desk", "flags", "reports", "appeals"))
        if who == "mo" and address.startswith(
            ("/comments/", f"/files/{theirs}/", *desk, "/appeals/", *colleagues, summary)
        ):
            assert b"draft" not in body or SECRET.encode() + b" draft" not in body, address
            continue
        assert SECRET.encode() not in body, address
        assert response.status_code < 500, address
    assert seen <= {200, 302, 403, 404, 405, 409}


@pytest.mark.parametrize(
    ("who", "where"), [("ben", "comment"), ("mo", "appeal"), ("olga", ""), ("ada", ""), ("eve", "")]
)
def test_an_appeal_is_read_by_its_author_and_those_who_decide(stage, cast, who, where):
    """olga took the decision, so she does not decide about the answer."""
    case = Appeal.objects.get()
    found = {
        name
        for name, path in (
            ("comment", f"/comments/{case.entry.comment_id}/"),
            ("comment", f"/comments/{case.entry.comment_id}/appeal/"),
            ("appeal", f"/appeals/{case.pk}/"),
            ("appeal", f"/{stage['theme'].event.slug}/moderation/appeals/"),
        )
        if f"{SECRET} appeal" in cast.client(who).get(path).content.decode()
    }
    assert found == {where} - {""}


def test_nothing_secret_travels_to_followers(stage):
    found = changes.since(stage["theme"].pk, 0)
    assert found is not None
    sent = "".join(frames.frames(stage["theme"].pk, found.revision, frames.encoded(found)))
    assert "Mended." in sent
    assert SECRET not in sent
    assert Comment.objects.filter(version__source__contains=SECRET).count() == 3


@pytest.mark.either
def test_the_note_for_colleagues_is_behind_no_door_of_the_person(stage, cast):
    client, told = cast.client("ben"), set()
    for address in addresses(stage, cast.ben):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert f"{SECRET} note".encode() not in body, address
        if f"{SECRET} reason".encode() in body:
            told.add(address.split("/")[1])
    assert {"sanctions", "notifications", "threads", "comments"} <= told
