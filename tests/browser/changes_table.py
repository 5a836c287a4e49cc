"""Every kind of change that followers hear of, each as one act on the same stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.actions.create_many import Arrival
from forum.dialogue.actions.people import change_profile
from forum.dialogue.actions.repair import rerender
from forum.dialogue.actions.set_up import change_place
from forum.dialogue.actions.stances import take_stance
from forum.dialogue.actions.summaries import write_summary
from forum.dialogue.rules.moderation import SKIP_CHECK, state_token
from forum.exchange.bring_in import import_comments, with_documents
from forum.kernel.choices import Act, Decision, FlagKind, Outcome, ReportOutcome, StanceKind
from forum.models import Comment, CommentVersion, Event, IllegalReport, LogEntry, Theme, Thread
from forum.moderation.actions.appeals import appeal, decide_appeal
from forum.moderation.actions.bulk_removal import bulk_remove, bulk_restore
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.holding import tell_what_waits
from forum.moderation.actions.moderation import (
    lock_thread,
    pin_comment,
    remove_comment,
    rename_thread,
    restore_comment,
    unlock_thread,
    unpin_comment,
)
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from forum.moderation.actions.notes import remove_note, write_note
from forum.moderation.actions.off_topic import mark_off_topic, mark_on_topic
from forum.moderation.actions.plans import cancel_plan, carry_out, lock_theme, plan_closing, slow_down, unlock_theme
from forum.moderation.actions.redaction import redact_comment
from forum.moderation.actions.reports import Notice, decide_report, report_comment
from forum.moderation.actions.review import review_comment, review_many
from forum.moderation.actions.staff import change_account
from forum.moderation.actions.undoing import undo_batch
from tests.conftest import Cast
from tests.factories import new_key, open_thread, reply_to
from tests.support.imported import import_reply, imported_comment


@dataclass
class Stage:
    """Two themes; in the first a thread with three branches, the second of them with an answer."""

    theme: Theme
    other: Theme
    cast: Cast
    thread: Thread
    first: Comment
    second: Comment
    answer: Comment
    held: list[Comment]

    def decided(self, act: Callable[..., Any], thing: Any, **more: Any) -> Any:
        """What mo decides about something as it is now."""
        fresh = thing.__class__.objects.get(pk=thing.pk)
        if isinstance(thing, (Comment, IllegalReport)) and act is not split_branch:
            more["seen"] = SKIP_CHECK
        return act(fresh, by=self.cast.mo, reason="It is fair.", now=timezone.now(), **more)

    def fresh(self, comment: Comment) -> Comment:
        return Comment.objects.get(pk=comment.pk)


@dataclass(frozen=True)
class Row:
    name: str
    acts: set[str]
    do: Callable[[Stage], Any]


def make_stage(theme: Theme, other: Theme, cast: Cast) -> Stage:
    thread = open_thread(theme, cast.ada, "Where does cooperation happen").thread
    open_thread(theme, cast.ben, "A younger thread")
    first = reply_to(thread.opening, cast.ben, "The first branch.")
    second = reply_to(thread.opening, cast.ben, "The second branch.")
    answer = reply_to(second, cast.ada, "An answer in it.")
    reply_to(thread.opening, cast.mo, "The third branch.")
    held = [import_reply(second, seed(theme, cast.ben, f"held:{n}", is_public=False)) for n in range(2)]
    return Stage(theme, other, cast, thread, first, second, answer, held)


def seed(theme: Theme, author: Any, origin: str, *, is_public: bool = True) -> Any:
    facts = {"author": author, "source": f"Imported as {origin}.", "written_at": timezone.now()}
    return imported_comment(theme, origin, is_public=is_public, **facts)


def switch(stage: Stage, *, on: bool) -> None:
    """As staff do, whose form holds the theme as it was when they opened it."""
    theme = Theme.objects.get(pk=stage.theme.pk)
    theme.takes_stances = on
    change_place(theme, changed=["takes_stances"])


def rename_ben(stage: Stage) -> None:
    change_profile(stage.cast.ben, name="Benjamin", group="technical", organisation="The Network")


def import_old(stage: Stage) -> None:
    """A new thread and an answer to what is here, at once."""
    title, key = "From the archive", stage.theme.pk
    new = with_documents([(title if n == 0 else "", seed(stage.theme, stage.cast.ben, f"x:{n}")) for n in range(3)])
    opening = Arrival(new[0], key, title=title)
    import_comments([opening, Arrival(new[1], key, opening), Arrival(new[2], key, stage.first.pk)])


def render_anew(stage: Stage) -> None:
    version = CommentVersion.objects.get(comment=stage.first, number=1)
    CommentVersion.objects.filter(pk=version.pk).update(renderer=0, html="<p>As an old renderer wrote it.</p>")
    rerender(version.pk)


def publish_and_undo(stage: Stage) -> None:
    """Several are published as one, and taken back as one."""
    how = {"by": stage.cast.mo, "reason": "", "now": timezone.now()}
    held = [import_reply(stage.thread.opening, seed(stage.theme, stage.cast.ben, f"many:{n}", is_public=False))
            for n in range(2)]  # fmt: skip
    undo_batch(review_many([(each, SKIP_CHECK) for each in held], Decision.APPROVE, **how).batch, **how)


def agree(stage: Stage) -> None:
    take_stance(stage.fresh(stage.first), by=stage.cast.olga, kind=StanceKind.AGREE, now=timezone.now())


def flag_enough(stage: Stage) -> None:
    Event.objects.update(hold_rules={"flagged": {"number": 2}})
    for who in (stage.cast.ada, stage.cast.olga):
        flag_comment(stage.fresh(stage.first), by=who, kind=FlagKind.SPAM, note="", now=timezone.now())


def answer_report(stage: Stage) -> None:
    notice = Notice(explanation="It breaks the law.", is_child_abuse=True)
    report = report_comment(stage.fresh(stage.first), notice, key=new_key(), now=timezone.now())
    stage.decided(decide_report, report, outcome=ReportOutcome.REMOVED, statement="It is removed.")


def clear_ben(stage: Stage) -> None:
    facts = {"by": stage.cast.mo, "reason": "Advertising.", "now": timezone.now()}
    bulk_remove(stage.cast.ben, stage.theme.event, since=None, last=10**9, **facts)


def close_as_planned(stage: Stage) -> None:
    later = timezone.now() + timedelta(hours=1)
    stage.decided(plan_closing, stage.thread, closes_at=later, opens_at=None)
    carry_out(stage.thread, now=later)


def summarise(stage: Stage) -> None:
    points = {"agreed": [{"text": "Both agree.", "comments": [stage.first.pk, stage.second.pk]}]}
    write_summary(stage.thread, points=points, base=0, by=stage.cast.mo, now=timezone.now())


def hear_appeal(stage: Stage) -> None:
    """ben appeals against the rejection of his comment, and olga takes the decision back."""
    entry = LogEntry.objects.filter(comment=stage.held[1]).latest("pk")
    case = appeal(stage.held[1], by=stage.cast.ben, text="It is to the point.", about=entry.pk, now=timezone.now())
    seen = state_token(stage.fresh(case.entry.comment))
    decide_appeal(case, outcome=Outcome.TAKEN_BACK, by=stage.cast.olga, answer="", seen=seen, now=timezone.now())


TABLE = [
    Row("a thread is opened", {"open_thread"}, lambda s: open_thread(s.theme, s.cast.ben, "A new question")),
    Row("a reply is written", {"post_reply"}, lambda s: reply_to(s.fresh(s.first), s.cast.ada, "A new answer.")),
    Row("a reply to a reply", {"post_reply"}, lambda s: reply_to(s.fresh(s.answer), s.cast.ben, "Deeper.")),
    Row("an archive is imported", {"import_comments"}, import_old),
    Row("a comment is edited", {"edit_comment"}, lambda s: edit_comment(
        s.fresh(s.first), by=s.cast.ben, source="The first branch, *put better*.", now=timezone.now())),
    Row("a stance is taken", {"take_stance"}, agree),
    Row("Reactions are turned off", {"change_place"}, lambda s: switch(s, on=False)),
    Row("stances are switched on", {"change_place"}, lambda s: switch(s, on=True)),
    Row("somebody changes their name", {"change_profile"}, rename_ben),
    Row("staff change somebody's name", {"change_account"}, lambda s: change_account(
        Person.objects.get(pk=s.cast.ben.pk), changed={"name": "Ben the Elder"})),
    Row("a text is rendered anew", {"rerender"}, render_anew),
    Row("readers are told what waits", {"tell_what_waits"}, lambda s: tell_what_waits(
        s.theme.event, on=True, by=s.cast.olga, now=timezone.now())),
    Row("one more waits", {"import_comments"}, lambda s: import_reply(
        s.fresh(s.first), seed(s.theme, s.cast.ben, "held:more", is_public=False))),
    Row("a held comment is published", {"review_comment"}, lambda s: s.decided(
        review_comment, s.held[0], decision=Decision.APPROVE)),
    Row("a held comment is rejected", {"review_comment"}, lambda s: s.decided(
        review_comment, s.held[1], decision=Decision.REJECT)),
    Row("an appeal against that is heard", {"decide_appeal"}, hear_appeal),
    Row("several are published and taken back as one", {"review_many", "undo_batch"}, publish_and_undo),
    Row("an answered comment is removed", {"remove_comment"}, lambda s: s.decided(remove_comment, s.second)),
    Row("it is restored", {"restore_comment"}, lambda s: s.decided(restore_comment, s.second)),
    Row("all of one person are removed as one", {"bulk_remove"}, clear_ben),
    Row("they are back", {"bulk_restore"}, lambda s: bulk_restore(
        LogEntry.objects.select_related("person").get(act=Act.BULK_REMOVE),
        by=s.cast.mo, reason="", now=timezone.now(),
    )),
    Row("an unanswered comment is removed", {"remove_comment"}, lambda s: s.decided(remove_comment, s.held[0])),
    Row("a comment is off topic", {"mark_off_topic"}, lambda s: s.decided(mark_off_topic, s.first)),
    Row("it is not any more", {"mark_on_topic"}, lambda s: s.decided(mark_on_topic, s.first)),
    Row("personal data is taken out", {"redact_comment"}, lambda s: s.decided(
        redact_comment, s.second, passages=["second"])),
    Row("enough people flag a comment", {"flag_comment"}, flag_enough),
    Row("what they flagged is published again", {"review_comment"}, lambda s: s.decided(
        review_comment, s.first, decision=Decision.APPROVE)),
    Row("a comment is reported and removed", {"decide_report"}, answer_report),
    Row("and restored", {"restore_comment"}, lambda s: s.decided(restore_comment, s.first)),
    Row("a comment is pinned", {"pin_comment"}, lambda s: s.decided(pin_comment, s.second)),
    Row("a thread is pinned", {"pin_comment"}, lambda s: s.decided(pin_comment, s.thread.opening)),
    Row("a thread is unpinned", {"unpin_comment"}, lambda s: s.decided(unpin_comment, s.thread.opening)),
    Row("a thread is renamed", {"rename_thread"}, lambda s: s.decided(rename_thread, s.thread, title="Renamed")),
    Row("a thread is locked", {"lock_thread"}, lambda s: s.decided(lock_thread, s.thread)),
    Row("a thread is unlocked", {"unlock_thread"}, lambda s: s.decided(unlock_thread, s.thread)),
    Row("a thread's closing is planned", {"plan_closing"}, lambda s: s.decided(
        plan_closing, s.thread, closes_at=timezone.now() + timedelta(hours=1), opens_at=None)),
    Row("the schedule has been cancelled", {"cancel_plan"}, lambda s: s.decided(cancel_plan, s.thread)),
    Row("a plan is carried out", {"plan_closing", "carry_out"}, close_as_planned),
    Row("the thread is unlocked again", {"unlock_thread"}, lambda s: s.decided(unlock_thread, s.thread)),
    Row("a thread is slowed down", {"slow_down"}, lambda s: s.decided(slow_down, s.thread, minutes=5)),
    Row("slow mode ends", {"slow_down"}, lambda s: s.decided(slow_down, s.thread, minutes=0)),
    Row("a note is set", {"write_note"}, lambda s: s.decided(write_note, s.thread, source="Please *stay* on topic.")),
    Row("a summary is written", {"write_summary"}, summarise),
    Row("a comment of the summary is removed", {"remove_comment"}, lambda s: s.decided(remove_comment, s.first)),
    Row("the note has been removed", {"remove_note"}, lambda s: s.decided(remove_note, s.thread)),
    Row("a theme is locked", {"lock_theme"}, lambda s: s.decided(lock_theme, s.theme)),
    Row("a theme is unlocked", {"unlock_theme"}, lambda s: s.decided(unlock_theme, s.theme)),
    Row("a branch is split off", {"split_branch"}, lambda s: s.decided(split_branch, s.second, title="Of its own")),
    Row("a thread is merged", {"merge_thread"}, lambda s: s.decided(
        merge_thread, s.fresh(s.second).thread, into=s.thread)),
    Row("a comment is withdrawn", {"withdraw_comment"}, lambda s: withdraw_comment(
        s.fresh(s.answer), by=s.cast.ada, now=timezone.now())),
    Row("a thread moves away", {"move_thread"}, lambda s: s.decided(move_thread, s.thread, to=s.other)),
    Row("it moves back", {"move_thread"}, lambda s: s.decided(move_thread, s.thread, to=s.theme)),
]  # fmt: skip
