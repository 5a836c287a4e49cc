"""Which kinds of email there are, and how soon people can have them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailKind(TextChoices):
    """What an email is; forum/mail/kinds.py says how each is rendered."""

    NOTICE = "notice", _("Moderation")  # a decision, a comment that waits, or a report of illegal content
    COMMENT = "comment", _("Comment")  # a reply, a mention, or something followed
    LIST = "list", _("Comment, in list mode")
    DAILY = "daily", _("Daily digest")
    WEEKLY = "weekly", _("Weekly digest")


DIGESTS: tuple[str, ...] = (MailKind.DAILY, MailKind.WEEKLY)


class Frequency(TextChoices):
    """How soon somebody is told of one kind of thing by email."""

    AT_ONCE = "at_once", _("Immediately")
    DAILY = "daily", _("In a daily digest")
    WEEKLY = "weekly", _("In a weekly digest")
    OFF = "off", _("Never")
