"""An author's appeal against a decision about a comment of theirs, and its outcome."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Viewer
from forum.dialogue.models.log import LogEntry
from forum.events.models.role import deciding_beside, moderated_by
from forum.kernel.choices import APPEAL_LENGTH, SAID_LENGTH, Outcome


class AppealQuerySet(models.QuerySet["Appeal"]):
    def waiting(self) -> Self:
        """What nobody has decided yet; taking the decision back any other way decides about its appeal, too."""
        return self.filter(decided_at=None)

    def readable_by(self, person: Viewer) -> Self:
        """One's own, and those about what one moderates."""
        if not person.is_authenticated:
            return self.none()
        return self.filter(Q(author=person) | moderated_by(person, "entry__comment__theme"))

    def decidable_by_others(self) -> Self:
        """Appeals that someone other than the original moderator and the author can decide."""
        others = deciding_beside(
            OuterRef("entry__actor"),
            OuterRef("author"),
            event=OuterRef("entry__event"),
            theme=OuterRef("entry__comment__theme"),
        )
        return self.filter(Exists(others))

    def for_decider(self, person: Viewer) -> Self:
        """Those about which this person may decide: another's comment, and another's decision if there is anybody."""
        if not person.is_authenticated:
            return self.none()
        theirs = self.filter(moderated_by(person, "entry__comment__theme")).exclude(author=person)
        by_nobody_else = Appeal.objects.exclude(pk__in=Appeal.objects.decidable_by_others().values("pk"))
        return theirs.filter(~Q(entry__actor=person) | Q(pk__in=by_nobody_else.values("pk")))


class Appeal(models.Model):
    """One for each decision. Its text is for its author and those who decide; the answer stands in the log."""

    entry = models.OneToOneField(LogEntry, models.PROTECT, related_name="appeal")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=APPEAL_LENGTH)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.CharField(max_length=SAID_LENGTH, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(decided_at=None), name="appeal_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, outcome="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
                name="an_outcome_has_a_time_and_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"
