"""How each door of moderation is tried: what stands behind it, and what is sent to it.

The test of the table in docs/moderation.md reads this. A new door needs one row there and one line in DOORS; its key
is the name of its address, with a word after a colon where one address has several rows. What the address asks for
(comment_id, thread_id, …) comes from the stage; what must be so before, a `prepare` function makes so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.queries import appeal_links
from forum.dialogue.rules.moderation import SKIP_CHECK, state_token
from forum.kernel.choices import CLAIM_LASTS, Decision, Outcome, RoleKind
from forum.models import Appeal, Claim, Comment, CommentVersion, Event, LogEntry, Theme, Thread
from forum.moderation.actions import appeals, claims, moderation, moving, off_topic, redaction, review, roles, undoing
from forum.moderation.actions.conduct import discard_phrase, write_article, write_phrase
from forum.moderation.actions.holding import set_hold_rules, set_log_names, tell_what_waits
from tests.factories import make_event, make_person, make_theme, open_thread, reply_to
from tests.support.imported import import_reply, imported_comment

# Who has which role; the columns of the table. The chair organises, too, decides what a stage needs, and has no column.
ROLES = {
    "moderator of another theme": (RoleKind.MODERATOR, "other"),
    "theme moderator": (RoleKind.MODERATOR, "theme"),
    "event moderator": (RoleKind.MODERATOR, None),
    "organiser": (RoleKind.ORGANISER, None),
    "rapporteur": (RoleKind.RAPPORTEUR, None),
    "author who moderates": (RoleKind.MODERATOR, None),
    "chair": (RoleKind.ORGANISER, None),
}
COLUMNS = (
    "anonymous", "unverified", "participant", "author", "moderator of another theme", "theme moderator",
    "event moderator", "organiser", "staff", "rapporteur", "author who moderates",
)  # fmt: skip


@dataclass
class Stage:
    """An event with two themes; in the first a thread and a comment in it, both by the author in question."""

    event: Event
    theme: Theme
    other: Theme
    people: dict[str, Any]
    threads: dict[str, Thread]
    older: Thread
    person: Any = None  # who asks
    author: Any = None
    thread: Any = None
    comment: Any = None
    known: dict[str, Any] = field(default_factory=dict)  # what addresses ask for besides

    def written_by(self, name: str) -> None:
        """Puts a fresh comment of this author in the middle of the stage."""
        self.author, self.thread, self.known = self.people[name], self.threads[name], {}
        self.comment = reply_to(self.thread.opening, self.author, "Ada lives at 5 Elm Road, I think.")

    def fresh(self) -> Any:
        return Comment.objects.select_related("thread__theme__event", "version").get(pk=self.comment.pk)

    def asked(self) -> dict[str, Any]:
        """Values for whatever an address can ask for."""
        return {
            "event_slug": self.event.slug, "theme_slug": self.theme.slug, "theme_id": self.theme.pk,
            "thread_id": self.thread.pk, "comment_id": self.comment.pk, "number": 1, "code": self.theme.code,
        } | self.known  # fmt: skip

    def chair(self) -> dict[str, Any]:
        """As the chair decides."""
        return {"by": Person.objects.get(pk=self.people["chair"].pk), "reason": "As agreed.", "now": timezone.now()}


def make_stage() -> Stage:
    event = make_event()
    theme, other = make_theme(event, title="Principles"), make_theme(event, title="Practice")
    names = [name for name in (*COLUMNS, "chair", "bystander") if name != "anonymous"]
    people: dict[str, Any] = {"anonymous": AnonymousUser()}
    for name in names:
        people[name] = make_person(name.replace(" ", "-"), verified=name != "unverified")
    Person.objects.filter(pk=people["staff"].pk).update(is_staff=True)
    for name, (kind, where) in ROLES.items():
        event.roles.create(person=people[name], kind=kind, theme={"theme": theme, "other": other}.get(where or ""))
    older = open_thread(theme, people["bystander"], "What was said before").thread
    threads = {
        name: open_thread(theme, people[name], f"By {name}").thread for name in ("author", "author who moderates")
    }
    return Stage(event, theme, other, people, threads, older)


@dataclass(frozen=True)
class Door:
    """How a row of the table is tried.

    `post` is what is sent, None where nothing is; `get` says whether there is a page to look at; `act` does behind
    the door what it does, as somebody: the act itself must refuse whom the door refuses.
    """

    prepare: Callable[[Stage], Any] = lambda stage: None
    post: Callable[[Stage], dict[str, Any]] | dict[str, Any] | None = None
    get: bool = True
    act: Callable[[Stage, Any], Any] | None = None


def how() -> dict[str, Any]:
    return {"reason": "It is fair.", "now": timezone.now()}


def about() -> dict[str, Any]:
    """The same for an act about the words of a comment."""
    return how() | {"seen": SKIP_CHECK}


WHY = {"reason": "It is fair."}


def why(stage: Stage) -> dict[str, Any]:
    """A reason, and that the comment was read as it is."""
    return WHY | {"seen": state_token(stage.fresh())}


def held(stage: Stage) -> None:
    facts = {"author": stage.author, "source": "It waits.", "written_at": timezone.now(), "is_public": False}
    seed = imported_comment(stage.theme, f"held:{stage.comment.pk}", **facts)
    stage.comment = import_reply(stage.thread.opening, seed)


def removed(stage: Stage) -> None:
    stage.known["entry_id"] = moderation.remove_comment(stage.comment, seen=SKIP_CHECK, **stage.chair()).pk


def pinned(stage: Stage) -> None:
    moderation.pin_comment(stage.comment, seen=SKIP_CHECK, **stage.chair())


def folded(stage: Stage) -> None:
    off_topic.mark_off_topic(stage.comment, seen=SKIP_CHECK, **stage.chair())


def locked(stage: Stage) -> None:
    moderation.lock_thread(stage.thread, **stage.chair())


def edited(stage: Stage) -> None:
    edit_comment(stage.comment, by=stage.author, source="Ada lives somewhere.", now=timezone.now())


def with_hidden_version(stage: Stage) -> None:
    edited(stage)
    moderation.hide_version(version(stage), **stage.chair())


def decided(stage: Stage) -> None:
    stage.known["entry_id"] = moderation.pin_comment(stage.comment, seen=SKIP_CHECK, **stage.chair()).pk


def decided_and_moved(stage: Stage) -> None:
    decided(stage)
    apart = moving.split_branch(stage.comment, title="Apart", **stage.chair()).thread
    moving.move_thread(apart, to=stage.other, **stage.chair())


def decided_together(stage: Stage) -> None:
    held(stage)
    judged = review.review_many([(stage.fresh(), SKIP_CHECK)], Decision.APPROVE, **stage.chair())
    stage.known["batch"] = judged.batch


def claimed(stage: Stage) -> None:
    held(stage)
    claims.claim_card(stage.comment, by=stage.chair()["by"], now=timezone.now())


def claimed_by_whoever_asks(stage: Stage) -> None:
    held(stage)
    if stage.person.is_authenticated:
        until = timezone.now() + CLAIM_LASTS
        Claim.objects.create(comment=stage.comment, holder=stage.person, until=until)


def with_role(stage: Stage) -> None:
    role = stage.event.roles.create(person=stage.people["bystander"], kind=RoleKind.MODERATOR)
    stage.known["role_id"] = role.pk


def with_article(stage: Stage) -> None:
    stage.known["article_id"] = stage.event.articles.create(position=1, title="Be civil").pk


def with_phrase(stage: Stage) -> None:
    stage.known["phrase_id"] = stage.event.phrases.create(language="en", title="Often", text="Please do not.").pk


def version(stage: Stage) -> CommentVersion:
    return CommentVersion.objects.get(comment=stage.comment, number=1)


def judged(stage: Stage) -> dict[str, Any]:
    return judged_as(stage, "approve")


def judged_as(stage: Stage, decision: str) -> dict[str, Any]:
    prefix = f"c{stage.comment.pk}"
    return {
        f"{prefix}-decision": decision,
        f"{prefix}-reason": "So it is.",
        f"{prefix}-seen": state_token(stage.fresh()),
    }


def picked(stage: Stage) -> dict[str, Any]:
    comment = stage.fresh()
    return {"pick": [f"{comment.pk}:{comment.version_id}.{comment.status}"], "all-decision": "approve"}


def entry(stage: Stage) -> LogEntry:
    return LogEntry.objects.get(pk=stage.known["entry_id"])


def moved(stage: Stage) -> dict[str, Any]:
    return {"to": str(stage.other.pk), **WHY}


def answerable(stage: Stage) -> dict[str, Any]:
    return {"text": "It was meant kindly.", "about": stage.known["entry_id"]}


def by_link(stage: Stage) -> None:
    removed(stage)
    stage.known["signed"] = appeal_links.address(stage.known["entry_id"], stage.author.pk).split("/")[2]


def answered(stage: Stage) -> None:
    removed(stage)
    made = appeals.appeal(stage.comment, by=stage.author, now=timezone.now(), **answerable(stage))
    stage.known["appeal_id"] = made.pk


def as_json(stage: Stage) -> None:
    stage.known["form"] = "json"


STANDS = {"outcome": "stands", "answer": "It is about a person."}
ARTICLE = {"title": "Be kind", "text": "", "place": "1"}
PHRASE = {"language": "en", "title": "Often", "text": "Please do."}
RULES = {
    "newcomers_number": "3",
    "links_number": "2",
    "pace_number": "5",
    "words_list": "",
    "everybody": "on",
    "flagged_number": "3",
}

DOORS: dict[str, Door] = {
    # What waits
    "desk": Door(held),
    "desk_news": Door(held),
    "review": Door(
        held, judged, act=lambda s, by: review.review_comment(s.fresh(), Decision.APPROVE, by=by, **about())
    ),
    "review: not waiting": Door(post=judged, get=False),
    "review: trust": Door(
        held,
        lambda s: judged_as(s, "trust"),
        act=lambda s, by: review.review_comment(s.fresh(), Decision.TRUST, by=by, **about()),
    ),
    "review: revise": Door(
        held,
        lambda s: judged_as(s, "revise"),
        act=lambda s, by: review.review_comment(s.fresh(), Decision.REVISE, by=by, **about()),
    ),
    "review: reject": Door(
        held,
        lambda s: judged_as(s, "reject"),
        act=lambda s, by: review.review_comment(s.fresh(), Decision.REJECT, by=by, **about()),
    ),
    "review_many": Door(held, picked, get=False),
    "claim": Door(
        held,
        {"act": "take"},
        get=False,
        act=lambda s, by: claims.claim_card(s.comment, by=by, now=timezone.now()),
    ),
    "claim: leave": Door(claimed_by_whoever_asks, {"act": "leave"}, get=False),
    "claim: not waiting": Door(post={"act": "leave"}, get=False),
    "claim: take over": Door(claimed, {"act": "over"}, get=False),
    "undo": Door(decided, WHY, act=lambda s, by: undoing.undo(entry(s), by=by, **how())),
    "undo: moved since": Door(decided_and_moved, WHY, act=lambda s, by: undoing.undo(entry(s), by=by, **how())),
    "undo_batch": Door(decided_together, {}, get=False),
    # Comments
    "remove": Door(post=why, act=lambda s, by: moderation.remove_comment(s.comment, by=by, **about())),
    "restore": Door(removed, why, act=lambda s, by: moderation.restore_comment(s.comment, by=by, **about())),
    "comment: removed": Door(removed),
    "off_topic": Door(post=why, act=lambda s, by: off_topic.mark_off_topic(s.comment, by=by, **about())),
    "on_topic": Door(folded, why, act=lambda s, by: off_topic.mark_on_topic(s.comment, by=by, **about())),
    "redact": Door(
        post=lambda s: {"passages": "5 Elm Road", **why(s)},
        act=lambda s, by: redaction.redact_comment(s.fresh(), by=by, passages=["5 Elm Road"], **about()),
    ),
    "pin": Door(post=why, act=lambda s, by: moderation.pin_comment(s.comment, by=by, **about())),
    "unpin": Door(pinned, why, act=lambda s, by: moderation.unpin_comment(s.comment, by=by, **about())),
    "hide_version": Door(edited, WHY, act=lambda s, by: moderation.hide_version(version(s), by=by, **how())),
    "show_version": Door(
        with_hidden_version, WHY, act=lambda s, by: moderation.show_version(version(s), by=by, **how())
    ),
    # Threads
    "lock_thread": Door(post=WHY, act=lambda s, by: moderation.lock_thread(s.thread, by=by, **how())),
    "unlock_thread": Door(locked, WHY, act=lambda s, by: moderation.unlock_thread(s.thread, by=by, **how())),
    "rename_thread": Door(
        post={"title": "Another title", **WHY},
        act=lambda s, by: moderation.rename_thread(s.thread, title="Another title", by=by, **how()),
    ),
    "split": Door(
        post={"title": "A thread", **WHY},
        act=lambda s, by: moving.split_branch(s.comment, title="A thread", by=by, **how()),
    ),
    "merge_thread": Door(
        post=lambda s: {"into": f"/threads/{s.older.pk}/", **WHY},
        act=lambda s, by: moving.merge_thread(s.thread, into=s.older, by=by, **how()),
    ),
    "move_thread": Door(),
    "move_thread: send": Door(
        post=moved, get=False, act=lambda s, by: moving.move_thread(s.thread, to=s.other, by=by, **how())
    ),
    # Answers to decisions
    "appeal": Door(
        removed,
        answerable,
        get=False,
        act=lambda s, by: appeals.appeal(s.comment, by=by, now=timezone.now(), **answerable(s)),
    ),
    "answer_by_letter": Door(by_link, answerable),
    "appeals": Door(),
    "appeals: one's own": Door(answered),
    "decide_appeal": Door(
        answered,
        lambda s: {"seen": f"{s.fresh().version_id}.removed", **STANDS},
        act=lambda s, by: appeals.decide_appeal(
            Appeal.objects.get(), outcome=Outcome.STANDS, by=by, answer="So it is.", seen=SKIP_CHECK, now=timezone.now()
        ),
    ),
    # The event
    "moderation_log": Door(),
    "log_feed": Door(as_json),
    "log_names": Door(
        post={"names": "1"}, get=False, act=lambda s, by: set_log_names(s.event, on=True, by=by, now=timezone.now())
    ),
    "transparency": Door(),
    "transparency_data": Door(as_json),
    "hold_rules": Door(
        post=RULES,
        act=lambda s, by: set_hold_rules(
            s.event, None, rules={"everybody": {"is_on": True}}, by=by, now=timezone.now()
        ),
    ),
    "hold_rules: tell": Door(
        post=RULES | {"told": "on"},
        get=False,
        act=lambda s, by: tell_what_waits(s.event, on=True, by=by, now=timezone.now()),
    ),
    "team": Door(
        post={"email": "bystander@example.org", "kind": "rapporteur", "theme": "every"},
        act=lambda s, by: roles.appoint(
            s.people["bystander"], RoleKind.RAPPORTEUR, event=s.event, by=by, now=timezone.now()
        ),
    ),
    "dismiss": Door(
        with_role,
        WHY,
        act=lambda s, by: roles.dismiss(s.event.roles.get(pk=s.known["role_id"]), by=by, **how()),
    ),
    "conduct": Door(with_article),
    "new_article": Door(
        post=ARTICLE,
        act=lambda s, by: write_article(
            s.event.articles.model(event=s.event), title="T", text="", place=1, by=by, now=timezone.now()
        ),
    ),
    "article": Door(with_article, ARTICLE),
    "new_phrase": Door(
        post=PHRASE,
        act=lambda s, by: write_phrase(
            s.event.phrases.model(event=s.event), language="en", title="T", text="S.", by=by, now=timezone.now()
        ),
    ),
    "phrase": Door(with_phrase, PHRASE),
    "discard_phrase": Door(
        with_phrase, {}, get=False, act=lambda s, by: discard_phrase(s.event.phrases.get(), by=by, now=timezone.now())
    ),
}  # fmt: skip
