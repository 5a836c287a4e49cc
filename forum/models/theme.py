"""A discussion theme: one guiding question, and the clock of everything public under it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.choices import SAID_LENGTH
from forum.models.event import Event
from forum.models.plan import Planned


class Theme(Planned):
    """A theme of an event. Its row hands out the numbers of everything under it.

    `revision` grows by one with every public change; it is order, cache key, ETag and the place from which
    a follower catches up. `last_number` is the number of the newest comment, public or not.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="themes")
    letter = models.CharField(max_length=1)
    slug = models.SlugField()
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=300, blank=True)
    about_source = models.TextField(blank=True)
    about_html = models.TextField(blank=True, editable=False)
    position = models.PositiveSmallIntegerField()
    is_meeting = models.BooleanField(
        default=False,
        help_text=_("Holds the responses to the announcement itself; shown on the event's page."),
    )
    takes_stances = models.BooleanField(
        _("people may take stances"),
        default=True,
        db_default=True,
        help_text=_("Support, agree, disagree, not sure. Off hides what was taken and refuses new ones."),
    )
    takes_files = models.BooleanField(
        _("people may add files"),
        default=True,
        db_default=True,
        help_text=_("Pictures and PDF documents with their comments. Off refuses new ones; what is there stays."),
    )
    shows_writing = models.BooleanField(
        _("show that somebody is writing"),
        default=False,
        db_default=False,
        help_text=_("Readers see below a comment that an answer is being written, never by whom."),
    )
    is_locked = models.BooleanField(default=False, db_default=False, editable=False)
    lock_reason = models.CharField(max_length=SAID_LENGTH, blank=True, db_default="", editable=False)
    hold_rules = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    thread_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="theme_slug_once_per_event"),
            models.UniqueConstraint(fields=["event", "letter"], name="theme_letter_once_per_event"),
            models.UniqueConstraint(
                fields=["event"], condition=models.Q(is_meeting=True), name="one_meeting_theme_per_event"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} · {self.title}"
