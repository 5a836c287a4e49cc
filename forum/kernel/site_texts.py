"""Which texts about the installation there are."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SiteTextName(TextChoices):
    """Which text it is. The value is also its address: /about/."""

    ABOUT = "about", _("About")
    CONDUCT = "code-of-conduct", _("Code of conduct")
    PRIVACY = "privacy", _("Privacy")
    CONTACT = "contact", _("Contact")
    SOURCE = "source", _("Source code")
