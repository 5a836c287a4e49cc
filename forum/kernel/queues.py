"""The review queues."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QueueKind(TextChoices):
    """The review queues of an event; each value is the name of its page, too."""

    HELD = "desk", _("Held")
    FLAGGED = "flags", _("Flagged")
    REPORTED = "reports", _("Reports")
    APPEALED = "appeals", _("Appeals")
