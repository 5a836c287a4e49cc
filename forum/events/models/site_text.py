"""The texts about the installation itself, which every page's footer leads to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.kernel.site_texts import SiteTextName


class SiteText(models.Model):
    """What staff wrote in place of a default text. Kept as Markdown source and as the HTML made from it."""

    name = models.CharField(_("page"), max_length=20, choices=SiteTextName, unique=True)
    source = models.TextField(
        _("text"),
        blank=True,
        max_length=20_000,
        help_text=_("Markdown. Empty it to show the default text again."),
    )
    html = models.TextField(blank=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("site text")

    def __str__(self) -> str:
        return str(self.get_name_display())
