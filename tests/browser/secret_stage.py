"""One thing of every kind that holds a text, and every address at which one of them may be shown."""

from __future__ import annotations

from typing import Any

from django.urls import get_resolver
from django.utils import timezone

from forum.dialogue.actions.attachments import add_file
from forum.dialogue.actions.comments import edit_comment, post_reply, withdraw_comment
from forum.dialogue.actions.drafts import Words, edit_spot, keep_draft, reply_spot, thread_spot
from forum.dialogue.actions.following import follow
from forum.dialogue.actions.summaries import explain, hide_summary, miss_point, withhold, write_summary
from forum.dialogue.queries import appeal_links
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import BlockKind, FlagKind, ReportOutcome, SanctionKind
from forum.models import (
    Appeal,
    Attachment,
    CommentVersion,
    IllegalReport,
    LogEntry,
    Notification,
    Sanction,
    Summary,
)
from forum.moderation.actions.appeals import appeal
from forum.moderation.actions.blocks import block
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.moderation import hide_version, pin_comment, remove_comment
from forum.moderation.actions.reports import Notice, decide_report, report_comment
from forum.moderation.actions.sanctions import lift, sanction
from forum.pages import urls
from tests.conftest import Cast
from tests.factories import new_key, reply_to
from tests.support.imported import import_reply, imported_comment

SECRET = "zebrafinch"
FOR_MODERATORS = "quokka"  # a ready sentence, which stands on the pages where they decide
# What stands behind the names of an address; a comment's doors are tried with every comment.
FORMS = ("atom", "json", "csv")


def make_stage(theme: Any, thread: Any, cast: Cast) -> dict[str, Any]:
    """A held, a removed, a withdrawn comment, a hidden version and drafts, all of them ben's, and what was said of a
    public one in a flag and in reports, all with the word."""

    def say(who: str, source: str, *, to: Any) -> Any:
        return reply_to(to, getattr(cast, who), source)

    now = timezone.now()
    facts = {"author": cast.ben, "source": f"{SECRET} held", "written_at": now, "is_public": False}
    content = b"%PDF-1.4\n" + SECRET.encode() + b"\n%%EOF\n"
    document: dict[str, Any] = {"content": content, "key": new_key(), "has": 0, "now": now}
    held = import_reply(thread.opening, imported_comment(theme, "held:1", **facts))
    removed = post_reply(thread.opening, by=cast.ben, source=f"{SECRET} removed", key=new_key(), now=now, files=[
        add_file(theme, by=cast.ben, name=f"{SECRET}.pdf", alt=f"{SECRET} shown", **document).token
    ])  # fmt: skip
    add_file(theme, by=cast.ben, name=f"{SECRET}-unsent.pdf", alt=f"{SECRET} shown", **document)
    withdrawn = say("ben", f"{SECRET} withdrawn @Ada", to=thread.opening)
    edited = say("ben", f"{SECRET} edited away", to=thread.opening)
    for comment in (removed, withdrawn, edited):
        say("ada", "An answer keeps its place.", to=comment)
    follow(thread, by=cast.mo, now=now)
    pin_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason="", now=now)
    remove_comment(removed, seen=SKIP_CHECK, by=cast.olga, reason="Against the code of conduct.", now=now)
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
        seen=SKIP_CHECK,
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


def values_of(stage: dict[str, Any], person: Any) -> dict[str, list[Any]]:
    """What can stand in an address, by the name it has there."""
    theme, thread = stage["theme"], stage["thread"]
    return {
        "event_slug": [theme.event.slug], "theme_slug": [theme.slug], "thread_id": [thread.pk], "theme_id": [theme.pk],
        "comment_id": [comment.pk for comment in stage["comments"]], "number": [1, 2, 3],
        "code": [theme.code], "person_id": [person.pk], "form": list(FORMS), "draft_id": [1, 2, 3],
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
        "signed": [appeal_links.address(case.entry_id, case.author_id).split("/")[2] for case in Appeal.objects.all()],
        "appeal_id": list(Appeal.objects.values_list("pk", flat=True)),
        "notification_id": list(Notification.objects.values_list("pk", flat=True)),
    }  # fmt: skip


def every_path(known: dict[str, list[Any]]) -> list[tuple[str, set[str]]]:
    """Every address there is with these values, and the names of what stands in it."""
    found: list[tuple[str, set[str]]] = []
    resolver = get_resolver(urls)
    for name in {key for key in resolver.reverse_dict if isinstance(key, str)}:
        for possibilities, *_ in resolver.reverse_dict.getlist(name):
            for path, params in possibilities:
                combinations: list[dict[str, Any]] = [{}]
                for param in params:
                    combinations = [{**made, param: value} for made in combinations for value in known[param]]
                found += [(f"/{path % made}", set(params)) for made in combinations]
    return found
