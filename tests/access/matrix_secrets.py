"""What is not for everybody, planted with a word of its own for each kind, and who may find which of them where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions import attachments, comments, drafts, summaries
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import BlockKind, Decision, FlagKind, HoldKind, ReportOutcome, SanctionKind
from forum.models import CommentVersion, Draft, LogEntry, Phrase, Summary
from forum.moderation.actions import (
    appeals,
    blocks,
    conduct,
    flags,
    holding,
    moderation,
    redaction,
    reports,
    review,
    sanctions,
)
from tests.access.forms import forms_in
from tests.access.matrix_stage import World
from tests.factories import new_key, open_thread, reply_to, whole
from tests.support.imported import import_opening, import_reply, imported_comment

WORD = re.compile(rb"quagga([a-z]+)")
COMMON = "ibexes"  # stands in every hidden text, so that a search for it would find them


def word(kind: str) -> str:
    return f"quagga{kind} {COMMON}"


@dataclass
class Planted:
    """The things with hidden words, by the names that addresses have for them."""

    values: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, **named: Any) -> None:
        for name, value in named.items():
            self.values.setdefault(name, []).append(value)


def words_in(body: bytes) -> set[str]:
    """Which kinds of hidden text stand in an answer."""
    return {found.decode() for found in WORD.findall(body)}


def insert_comment(world: World) -> Planted:
    planted, author = Planted(), world.stage.people["author"]
    thread = open_thread(world.stage.theme, author, "What is hidden").thread
    planted.add(thread_id=thread.pk, comment_id=thread.opening_id)
    _comments(world, planted, thread)
    _about_a_comment(world, planted, reply_to(thread.opening, author, "Everybody reads this."))
    _summary(world, planted, thread)
    _of_its_person(world, planted, thread)
    _of_colleagues(world, planted)
    return planted


def _comments(world: World, planted: Planted, thread: Any) -> None:
    """What was or will be read: held, removed, rejected, withdrawn, an earlier version, what was taken out."""
    stage, author, now = world.stage, world.stage.people["author"], timezone.now()
    chair: dict[str, Any] = stage.chair() | {"seen": SKIP_CHECK}
    facts = {"author": author, "written_at": now, "is_public": False}

    def held(kind: str) -> Any:
        made = import_reply(thread.opening, imported_comment(stage.theme, kind, source=word(kind), **facts))
        planted.add(comment_id=made.pk, number=made.number)
        return whole(made.pk)

    def said(text: str, **files: Any) -> Any:
        made = comments.post_reply(thread.opening, by=author, source=text, key=new_key(), now=now, **files)
        reply_to(made, stage.people["participant"], "An answer keeps its place.")
        _press_every_button(world, made)
        planted.add(comment_id=made.pk, number=made.number)
        return made

    held("held")
    seed = imported_comment(stage.theme, "opening", source=word("opening"), **facts)
    opening = import_opening(stage.theme, word("title"), seed)
    planted.add(thread_id=opening.thread_id, comment_id=opening.pk)
    review.review_comment(held("rejected"), Decision.REJECT, **chair)
    review.review_comment(held("revised"), Decision.REVISE, **chair)
    file = _file(world, "sent")
    removed = said(word("removed"), files=[file.token])
    planted.add(token=file.token)
    moderation.remove_comment(removed, **chair)
    entry = LogEntry.objects.latest("pk")
    case = appeals.appeal(whole(removed.pk), by=author, text=word("appeal"), about=entry.pk, now=now)
    planted.add(appeal_id=case.pk, entry_id=entry.pk)
    comments.withdraw_comment(said(word("withdrawn")), by=author, now=now)
    edited = said(word("version"))
    comments.edit_comment(edited, by=author, source=word("current"), note=word("changed"), now=now)
    comments.edit_comment(edited, by=author, source="Mended.", now=now)
    for version in CommentVersion.objects.filter(comment=edited, number__lt=3):
        moderation.hide_version(version, **stage.chair())
    lives = said(f"Ada lives at {word('redacted')} 5.")
    redaction.redact_comment(whole(lives.pk), passages=[word("redacted")], **chair)


def _press_every_button(world: World, comment: Any) -> None:
    """Everybody uses what is offered beside a comment, such as following it: their pages must not show it later."""
    for session in (session for role, session in world.sessions.items() if role != "suspended"):
        client = Client()
        client.cookies["sessionid"] = session
        page = client.get(f"/comments/{comment.pk}/", headers={"Parley-Part": "1"})
        for action, fields in forms_in(page.content).items():
            assert client.post(action, fields).status_code == 302, action


def _file(world: World, kind: str) -> Any:
    content = b"%PDF-1.4\n" + word(kind).encode() + b"\n%%EOF\n"
    facts: dict[str, Any] = {"name": f"quagga{kind}name.pdf", "alt": f"quagga{kind}alt", "key": new_key(), "has": 0}
    return attachments.add_file(
        world.stage.theme, by=world.stage.people["author"], content=content, now=timezone.now(), **facts
    )


def _about_a_comment(world: World, planted: Planted, comment: Any) -> None:
    """What people say of it to the moderators, and what these answer."""
    stage, now = world.stage, timezone.now()
    chair = stage.chair() | {"seen": SKIP_CHECK}
    planted.add(comment_id=comment.pk)
    flags.flag_comment(comment, by=stage.people["participant"], kind=FlagKind.OTHER, note=word("closedflag"), now=now)
    flags.dismiss_case(comment, **chair | {"reason": word("keptbecause")})
    flags.flag_comment(comment, by=stage.people["bystander"], kind=FlagKind.OTHER, note=word("flag"), now=now)
    said = {"ground": word("ground"), "name": word("reporter"), "email": "quaggamail@example.org"}
    for kind in ("closedreport", "report"):
        notice = reports.Notice(explanation=word(kind), **said)
        made = reports.report_comment(comment, notice, key=new_key(), now=now)
        planted.add(report_id=made.pk, report_number=made.number, secret=made.secret)
        if kind == "closedreport":
            answer = {"outcome": ReportOutcome.NO_ACTION, "statement": word("statement")}
            reports.decide_report(made, **chair | answer | {"reason": ""})


def _summary(world: World, planted: Planted, thread: Any) -> None:
    """An earlier version that is hidden, a request that is not shown, and one that waits."""
    stage, facts = world.stage, world.stage.chair()
    by = {name: facts[name] for name in ("by", "now")}
    for base, text in enumerate((word("summary"), "We agree.")):
        points: dict[str, Any] = {"agreed": [{"text": text, "comments": [thread.opening_id]}]}
        summaries.write_summary(thread, points=points, base=base, **by)
    hidden = Summary.objects.get(thread=thread, number=1)
    summaries.hide_summary(hidden, thread=thread, **facts)
    for kind in ("withheld", "missed"):
        asked = summaries.miss_point(thread, text=word(kind), by=stage.people["author"], now=facts["now"])
        planted.add(request_id=asked.pk)
        if kind == "withheld":
            summaries.withhold(asked, thread=thread, **facts)
    planted.add(summary_id=hidden.pk)


def _of_its_person(world: World, planted: Planted, thread: Any) -> None:
    """What the author alone has: drafts, a file not sent, an address; and the sanctions on them."""
    stage, author, now = world.stage, world.stage.people["author"], timezone.now()
    for spot in (drafts.reply_spot(thread.opening), drafts.thread_spot(stage.theme)):
        words = drafts.Words(source=word("draft"), title=word("drafttitle"), key=new_key())
        drafts.keep_draft(spot, by=author, words=words, base=0, now=now)
    planted.add(token=_file(world, "unsent").token)
    for draft in Draft.objects.filter(author=author):
        planted.add(draft_id=draft.pk)
    Person.objects.filter(pk=author.pk).update(email="quaggaaddress@example.org")
    EmailAddress.objects.filter(user=author).update(email="quaggaaddress@example.org")
    facts: dict[str, Any] = stage.chair() | {"reason": word("sanction"), "note": word("note"), "until": None}
    laid = sanctions.sanction(author, SanctionKind.SILENCE, stage.event, **facts)
    sanctions.lift(laid.pk, **stage.chair() | {"reason": word("lifted")})
    planted.add(sanction_id=laid.pk)


def _of_colleagues(world: World, planted: Planted) -> None:
    """What moderators and organisers share: whom a block keeps out and why, ready sentences, words that hold."""
    stage, now = world.stage, timezone.now()
    chair = stage.chair()
    by = {name: chair[name] for name in ("by", "now")}
    laid = blocks.block(
        BlockKind.DOMAIN, "quaggablocked.example", stage.event, until=None, **chair | {"reason": word("block")}
    )
    planted.add(block_id=laid.pk)
    phrase = Phrase(event=stage.event)
    conduct.write_phrase(phrase, language="en", title=word("replytitle"), text=word("reply"), **by)
    planted.add(phrase_id=phrase.pk)
    rules = {HoldKind.WORDS.value: {"is_on": True, "words": ["quaggarule"]}}
    holding.set_hold_rules(stage.event, None, rules=rules, by=by["by"], now=now)


# Where a text can be read gets everything hidden; where something is decided, a few of each kind.
READ = {
    "comment", "reply", "history", "cite", "cite_csl", "cite_bibtex", "edit", "withdraw", "appeal", "review", "restore",
    "report", "redact", "labelled", "thread", "branches", "thread_feed", "summary", "summary_history", "edit_summary",
    "miss_point", "answer_request", "show_summary", "file", "small_file", "discard_draft", "sanction", "report_state",
    "decide_report", "decide_appeal", "undo", "rename_thread", "show_version", "people_of_thread", "embed_thread",
}  # fmt: skip
FEW = 4  # of what is planted, every fourth
# Behind a question mark: other versions and orders, a quotation, a search for a word that every hidden text has.
QUESTIONS = {
    "comment": ("version=1",), "reply": ("quote",), "history": ("from=1&to=2",), "cite": ("version=1",),
    "cite_csl": ("version=1",), "search": (f"q={COMMON}",), "event": ("all=1", "sort=activity"),
    "theme": ("all=1", "sort=activity"), "thread": ("sort=newest",), "moderation_log": ("before=99999",),
    "theme_news": ("read=1-2",), "people_of_thread": ("q=quagga",), "people_of_theme": ("q=quagga",),
    "desk": ("old=hour",),
}  # fmt: skip
FORMS = ("atom", "json", "csv")


def paths(world: World, planted: Planted, address: Any) -> Iterator[str]:
    """An address with everything hidden that it can name, one at a time, and with each question."""
    values, questions = world.values_of(address.name), QUESTIONS.get(address.name, ())
    yield from (f"{address.path({**values})}?{question}" for question in questions)
    known = planted.values | {"form": list(FORMS)}
    together = {"report_number", "secret"} & address.parts
    for name in sorted(address.parts & known.keys() - together - {"summary_id", "request_id"}):
        for value in known[name][:: 1 if address.name in READ or name == "form" else FEW]:
            path = address.path({**values, name: value})
            yield path
            yield from (f"{path}?{question}" for question in questions)
    if together:
        pairs = zip(known["report_number"], known["secret"], strict=True)
        yield from (address.path({**values, "report_number": number, "secret": secret}) for number, secret in pairs)
    for name in {"summary_id", "request_id"} & address.parts:  # which stand below their thread
        thread = {"thread_id": known["thread_id"][0]}
        yield from (address.path({**values, **thread, name: value}) for value in known[name])
