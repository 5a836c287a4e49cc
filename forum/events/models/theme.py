"""A discussion theme: one guiding question, and the clock of everything public under it."""

from string import ascii_uppercase

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Substr
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from forum.events.models.event import Event
from forum.events.models.scheduled import Scheduled
from forum.kernel.choices import SAID_LENGTH
from forum.kernel.names import CODE, SECOND, check_name
from forum.kernel.stamp import new_stamp

CODE_RULE = _("Enter a capital letter from A to Z, and up to three more capital letters or digits after it.")


class Theme(Scheduled):
    """A theme of an event. Its row hands out the numbers of everything under it.

    `revision` grows by one with every public change; it is order, cache key, ETag and the place from which
    a follower catches up; `stamp` is random and goes with it (see RevisionStamp). `last_number` is the number of
    the newest comment, public or not.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="themes")
    code = models.CharField(max_length=4, validators=[RegexValidator(rf"^{CODE}\Z", CODE_RULE)])
    slug = models.SlugField()
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=300, blank=True)
    about_source = models.TextField(blank=True)
    about_html = models.TextField(blank=True, editable=False)
    position = models.PositiveSmallIntegerField()
    is_meeting = models.BooleanField(
        default=False,
        help_text=_("Contains the comments on the announcement itself; shown on the event page."),
    )
    takes_stances = models.BooleanField(
        _("allow reactions"),
        default=True,
        db_default=True,
        help_text=_(
            "Support, agree, disagree, unsure. When off, existing reactions are hidden and new ones are refused."
        ),
    )
    takes_files = models.BooleanField(
        _("allow files"),
        default=True,
        db_default=True,
        help_text=_(
            "Pictures and PDF documents attached to comments. When off, new files are refused; existing files stay."
        ),
    )
    shows_writing = models.BooleanField(
        _("show when someone is writing"),
        default=False,
        db_default=False,
        help_text=_("Readers see below a comment that someone is writing a reply, but not who."),
    )
    takes_email = models.BooleanField(
        _("allow starting threads by email"),
        default=False,
        db_default=False,
        help_text=_(
            "Participants see an address of their own on the page of the theme. An email to it starts a thread. Needs "
            "the setting INCOMING_EMAIL."
        ),
    )
    is_locked = models.BooleanField(default=False, db_default=False, editable=False)
    lock_reason = models.CharField(max_length=SAID_LENGTH, blank=True, db_default="", editable=False)
    hold_rules = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    stamp = models.PositiveIntegerField(default=new_stamp, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    thread_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["event", "slug"], name="theme_slug_once_per_event"),
            models.UniqueConstraint(fields=["event", "code"], name="theme_code_once_per_event"),
            models.UniqueConstraint(
                fields=["event"], condition=models.Q(is_meeting=True), name="one_meeting_theme_per_event"
            ),
            models.CheckConstraint(
                condition=In(Substr("code", 1, 1), list(ascii_uppercase)), name="theme_code_begins_with_a_letter"
            ),
        ]

    def clean(self) -> None:
        check_name(self, SECOND)

    def __str__(self) -> str:
        return f"{self.code} · {self.title}"
