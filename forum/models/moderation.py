"""The record of what moderators did."""

from django.conf import settings
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from forum.choices import REFUSED, SAID_LENGTH, Act
from forum.models.comment import Comment, CommentVersion
from forum.models.conduct import Article
from forum.models.event import Event
from forum.models.theme import Theme
from forum.models.thread import Thread


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

    class Meta:
        indexes = [
            models.Index(fields=["event", "-id"], name="log_newest_first"),
            models.Index(fields=["comment", "-id"], name="log_of_comment"),
            models.Index(fields=["batch"], condition=~Q(batch=""), name="log_of_batch"),
        ]
        verbose_name_plural = "log entries"

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.created_at:%Y-%m-%d})"


def refused_at() -> Case:
    """When a comment was refused that is refused now, as an expression over comments; null for all others.

    What was imported so was decided by nobody here: then it is when it was written.
    """
    decisions = LogEntry.objects.filter(comment=OuterRef("pk"), act__in=[Act.REJECT, Act.REMOVE]).order_by("-pk")
    decided = Coalesce(Subquery(decisions.values("created_at")[:1]), "created_at")
    return Case(When(status__in=REFUSED, then=decided))
