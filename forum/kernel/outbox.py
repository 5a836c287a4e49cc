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
    ANSWER = "answer", _("Answer to an email")  # that came in and was not posted, or not yet


class IncomingState(TextChoices):
    """What became of an email that came in."""

    POSTED = "posted", _("Posted")
    HELD = "held", _("Awaiting review")
    REFUSED = "refused", _("Refused")
    AUTOMATIC = "automatic", _("Automatic, ignored")
    REPORT = "report", _("Report of a mail server")


DIGESTS: tuple[str, ...] = (MailKind.DAILY, MailKind.WEEKLY)


class Frequency(TextChoices):
    """How soon somebody is told of one kind of thing by email."""

    AT_ONCE = "at_once", _("Immediately")
    DAILY = "daily", _("In a daily digest")
    WEEKLY = "weekly", _("In a weekly digest")
    OFF = "off", _("Never")
