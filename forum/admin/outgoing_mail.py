"""Outgoing emails in the admin site, and what staff decide about uncertain ones."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forum.admin.staff import ByStaff, site
from forum.dialogue.actions.outgoing_mail import send_again
from forum.dialogue.models.outgoing_mail import SENT_WITHIN
from forum.dialogue.queries.comments import label_of
from forum.mail.actions.digests import mark_as_sent
from forum.models import OutgoingMail


class UncertainFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("uncertain", _("Uncertain"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.uncertain(now=timezone.now()) if self.value() else queryset


@admin.register(OutgoingMail, site=site)
class OutgoingMailAdmin(ByStaff):
    """Outgoing emails.

    If the server stops while sending one, its status is uncertain; staff ask the recipient and decide.
    """

    list_display = ["__str__", "recipient", "subject", "due_at", "state"]
    list_select_related = ["person", "entry", "comment__thread__theme", "report"]
    list_filter = [UncertainFilter]
    ordering = ["-due_at"]
    fields = ("recipient", "subject", "due_at", "sending_since", "data_began_at", "sent_at", "tries", "state")
    readonly_fields = fields
    actions = ["send_again_action", "mark_as_sent_action"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.display(description=_("To"))
    def recipient(self, mail: OutgoingMail) -> str:
        """Who reported something is nobody else's business."""
        if mail.person:
            return mail.person.name
        return str(_("the person who sent the report") if mail.report_id else _("the person who sent an email"))

    @admin.display(description=_("Subject"))
    def subject(self, mail: OutgoingMail) -> str:
        if mail.report:
            return str(mail.report.number)
        if mail.comment:
            return label_of(mail.comment)
        if not mail.entry:
            return str(mail.get_kind_display())
        return str(mail.entry.get_act_display())

    @admin.display(description=_("Status"))
    def state(self, mail: OutgoingMail) -> str:
        if mail.sent_at:
            return str(_("Sent"))
        if mail.sending_since is None:
            return str(_("Waiting for the next digest") if mail.is_deferred else _("Waiting"))
        began = mail.data_began_at
        is_uncertain = began is not None and timezone.now() - began >= SENT_WITHIN
        return str(_("Uncertain") if is_uncertain else _("Being sent"))

    @admin.action(description=_("Send again (if it did not arrive)"), permissions=["settle"])
    def send_again_action(self, request: HttpRequest, queryset: Any) -> None:
        changed = [send_again(mail, now=timezone.now()) for mail in queryset]
        why = ngettext(
            "%(count)s email was not changed: its status is not “Uncertain”, or a newer email about the "
            "same thing is waiting.",
            "%(count)s emails were not changed: their status is not “Uncertain”, or newer emails about "
            "the same thing are waiting.",
            changed.count(False),
        )
        self._tell(request, changed, why)

    @admin.action(description=_("Mark as sent (if it arrived)"), permissions=["settle"])
    def mark_as_sent_action(self, request: HttpRequest, queryset: Any) -> None:
        changed = [mark_as_sent(mail, now=timezone.now()) for mail in queryset]
        why = ngettext(
            "%(count)s email was not changed: its status is not “Uncertain”.",
            "%(count)s emails were not changed: their status is not “Uncertain”.",
            changed.count(False),
        )
        self._tell(request, changed, why)

    def _tell(self, request: HttpRequest, changed: list[bool], why_not: str) -> None:
        count = changed.count(True)
        if count:
            words = ngettext(
                "%(count)s uncertain email was changed.", "%(count)s uncertain emails were changed.", count
            )
            messages.success(request, words % {"count": count})
        if count < len(changed):
            messages.warning(request, why_not % {"count": len(changed) - count})
