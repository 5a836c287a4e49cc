"""The record of what moderators did, and which of their decisions are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import Viewer
from forum.dialogue.models.comment import Comment, CommentVersion
from forum.dialogue.models.thread import Thread
from forum.events.models.conduct import Article
from forum.events.models.event import Event
from forum.events.models.role import moderated_by
from forum.events.models.theme import Theme
from forum.kernel.choices import INTERNAL_ACTS, KEPT_ACTS, QUIET_ACTS, REFUSED, SAID_LENGTH, Act, Status

# How a decision leaves the comment it is about.
LEFT = {
    Act.APPROVE: Status.PUBLISHED,
    Act.TRUST: Status.PUBLISHED,
    Act.REVISE: Status.REVISION,
    Act.REJECT: Status.REJECTED,
    Act.REMOVE: Status.REMOVED,
}


@dataclass(frozen=True, slots=True)
class DecisionSubject:
    """Something about a comment or a thread on which one decision at a time is in force.

    `decided`: the decisions, each with how it leaves things; `ended`: what ends one without being a decision itself.
    """

    of: str
    decided: Mapping[Act, Q]
    ended: tuple[Act, ...] = ()

    def effective(self) -> Any:
        """The condition on entries about this: things are as they left them, and nothing later took their place.

        What only took a later decision back leaves the earlier one as it was.
        """
        later = LogEntry.objects.not_reversed().filter(pk__gt=OuterRef("pk"), **{self.of: OuterRef(self.of)})
        later = later.filter(Q(act__in=self.decided) | Q(act__in=self.ended, undoes=None))
        as_left = Q()
        for act, how in self.decided.items():
            as_left |= Q(how, act=act)
        return as_left & ~Exists(later)


REDACTED = Q(comment__status=Status.PUBLISHED, comment__version__number=F("version__number") + 1)
DECISION_SUBJECTS = (
    DecisionSubject(
        "comment",
        {act: Q(comment__status=status) for act, status in LEFT.items()},
        (Act.RESTORE, Act.HOLD_AGAIN, Act.FLAG_HOLD),
    ),
    DecisionSubject("comment", {Act.OFF_TOPIC: Q(comment__off_topic__gt="")}, (Act.ON_TOPIC,)),
    DecisionSubject("comment", {Act.REDACT: REDACTED}),
    DecisionSubject("comment", {Act.PIN: Q(comment__is_pinned=True)}, (Act.UNPIN,)),
    DecisionSubject("thread", {Act.LOCK: Q(thread__is_locked=True, thread__continued_at=None)}, (Act.UNLOCK,)),
)


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def not_reversed(self) -> Self:
        """What nobody has taken back."""
        return self.filter(undone_by=None)

    def effective(self) -> Self:
        """Effective decisions: not undone, not replaced by a later one, and their subject is still as they left it.

        The one answer to what can be undone, appealed against and brought back.
        """
        return self.filter(_effective())

    def about(self, target: Thread | Theme | Comment) -> Self:
        """What moderators decided about a comment, or about the whole of a thread or theme: not about single comments,
        summaries or people in it."""
        if isinstance(target, Comment):
            return self.filter(comment=target)
        if isinstance(target, Theme):
            return self.filter(theme=target, person=None)
        return self.filter(thread=target, comment=None).exclude(act__in=QUIET_ACTS)

    def state_token(self, target: Thread | Theme | Comment) -> str:
        """What a form about this carries: the newest decision about it. One query."""
        return str(self.about(target).order_by("-pk").values_list("pk", flat=True).first() or 0)

    def readable_by(self, person: Viewer) -> Self:
        """What this person may know of; `sees` tells whether they decide where an entry stands now.

        What only colleagues may know is there for who decides there; that a comment was flagged or reported, and kept,
        its author is not told, even if they moderate.
        """
        # By the rows that every line shows anyway: as subqueries PostgreSQL would look through all comments first.
        seen = moderated_by(person, "comment__theme") | (moderated_by(person, "thread__theme") & Q(comment=None))
        found = self.annotate(sees=Case(When(seen, then=True), default=False, output_field=BooleanField()))
        found = found.exclude(sees=False, act__in=INTERNAL_ACTS)
        return found.exclude(act__in=KEPT_ACTS, comment__author=person.pk) if person.is_authenticated else found

    def with_effective(self) -> Self:
        """Each with `is_effective`."""
        return self.annotate(is_effective=ExpressionWrapper(_effective(), output_field=BooleanField()))

    def with_case(self) -> Self:
        """Each with all that the rule of undoing asks for."""
        related = ("event", "actor", "person", "thread__theme__event", "comment__theme__event", "undone_by", "appeal")
        return self.with_effective().select_related(*related)


def _effective() -> Any:
    of_any = Q()
    for subject in DECISION_SUBJECTS:
        of_any |= subject.effective()
    return Q(undone_by=None) & of_any


class LogEntry(models.Model):
    """One decision, public except for the text it was about and the person it concerned.

    `waited` tells how many seconds the case had waited for it; `batch` joins what was decided as one; `undoes` is the
    decision that this one takes back. What the rules of an event do by themselves has no actor.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="log")
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, related_name="+")  # of what is about a whole theme
    thread = models.ForeignKey(Thread, models.PROTECT, null=True, related_name="+")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(CommentVersion, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=20, choices=Act)
    reason = models.CharField(max_length=SAID_LENGTH, blank=True)
    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="+")
    waited = models.PositiveIntegerField(null=True)
    batch = models.CharField(max_length=32, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    created_at = models.DateTimeField()

    is_effective: bool  # read with with_effective()

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["event", "-id"], name="log_newest_first"),
            models.Index(fields=["event", "act", "-id"], name="log_by_act"),
            models.Index(fields=["comment", "-id"], name="log_of_comment"),
            # Hardly any entry undoes another, so SQLite takes an index that holds them all for useless.
            models.Index(fields=["undoes"], condition=Q(undoes__isnull=False), name="log_undoing"),
            models.Index(fields=["batch"], condition=~Q(batch=""), name="log_of_batch"),
        ]
        verbose_name_plural = "log entries"

    @property
    def theme_now(self) -> Theme | None:
        """Where what this is about stands now: the moderators there answer for it, wherever it stood then."""
        if self.comment is not None:
            return self.comment.theme
        return self.thread.theme if self.thread is not None else self.theme

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.created_at:%Y-%m-%d})"


def refused_at() -> Case:
    """When a comment was refused that is refused now, as an expression over comments; null for all others.

    What was imported so was decided by nobody here: then it is when it was written.
    """
    decisions = LogEntry.objects.filter(comment=OuterRef("pk"), act__in=[Act.REJECT, Act.REMOVE]).order_by("-pk")
    decided = Coalesce(Subquery(decisions.values("created_at")[:1]), "created_at")
    return Case(When(status__in=REFUSED, then=decided))
