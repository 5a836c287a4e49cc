"""What moderators decide about comments, versions and threads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from forum.dialogue.rules import moderation as rules
from forum.dialogue.web.comment_acts import offer_link
from forum.events.web.reason_forms import OptionalReasonForm, ReasonForm, RedactionForm, RemovalForm, RenameForm
from forum.kernel.reasons import Reason
from forum.moderation.actions import moderation as acts
from forum.moderation.actions import off_topic as topics
from forum.moderation.actions import redaction
from forum.moderation.rules.moving import why_not_rename
from forum.moderation.web.decision_pages import DecisionPage, on_comment, on_thread, on_version


def _why_not_hide(person: Viewer, comment: Any, thread: Any, row: dict[str, Any]) -> Reason | None:
    return rules.why_not_hide_version(
        person, comment, thread, is_current=row["is_current"], is_hidden=row["is_hidden"]
    )  # fmt: skip


def _why_not_show(person: Viewer, comment: Any, thread: Any, row: dict[str, Any]) -> Reason | None:
    return rules.why_not_show_version(person, comment, thread, is_hidden=row["is_hidden"])


remove = on_comment(
    DecisionPage(
        title=_("Remove %(label)s"),
        lead=_("Nobody will be able to see its text. If it has replies, your reason is shown in its place."),
        button=_("Remove this comment"),
        done=_("%(label)s has been removed. You can restore it from its page, which is linked in the moderation log."),
        why_not=rules.why_not_remove,
        act=acts.remove_comment,
        form=RemovalForm,
        is_danger=True,
    )
)
offer_link("remove", _("Remove"), order=430, why_not=rules.why_not_remove)
restore = on_comment(
    DecisionPage(
        title=_("Restore %(label)s"),
        lead=_("It appears again in its place in the thread, unchanged."),
        button=_("Restore this comment"),
        done=_("%(label)s has been restored."),
        why_not=rules.why_not_restore,
        act=acts.restore_comment,
        form=OptionalReasonForm,
    )
)
offer_link("restore", _("Restore"), order=270, why_not=rules.why_not_restore)
off_topic = on_comment(
    DecisionPage(
        title=_("Mark %(label)s as off topic"),
        lead=_("It stays public and people can reply to it, but it is collapsed and your reason is shown."),
        button=_("Mark as off topic"),
        done=_("%(label)s has been marked as off topic, and its author has been told why."),
        why_not=rules.why_not_mark_off_topic,
        act=topics.mark_off_topic,
        form=ReasonForm,
    )
)
offer_link("off_topic", _("Mark as off topic"), order=250, why_not=rules.why_not_mark_off_topic)
on_topic = on_comment(
    DecisionPage(
        title=_("Remove the off-topic mark from %(label)s"),
        lead=_("It will no longer be collapsed."),
        button=_("Remove the mark"),
        done=_("%(label)s is no longer marked as off topic."),
        why_not=rules.why_not_mark_on_topic,
        act=topics.mark_on_topic,
        form=OptionalReasonForm,
    )
)
offer_link("on_topic", _("Remove off-topic mark"), order=260, why_not=rules.why_not_mark_on_topic)
redact = on_comment(
    DecisionPage(
        title=_("Redact personal data in %(label)s"),
        lead=_("You can only remove text, not add any. Everyone can see that something was redacted."),
        button=_("Redact"),
        done=_("The text in %(label)s has been redacted, and its author has been notified."),
        why_not=rules.why_not_redact,
        act=redaction.redact_comment,
        form=RedactionForm,
        is_danger=True,
    )
)
offer_link("redact", _("Redact personal data"), order=420, why_not=rules.why_not_redact)
pin = on_comment(
    DecisionPage(
        title=_("Pin %(label)s"),
        lead=_(
            "It is highlighted in its thread and shown in the projector view. Pinning a first post moves "
            "its thread to the top."
        ),
        button=_("Pin this comment"),
        done=_("%(label)s has been pinned."),
        why_not=rules.why_not_pin,
        act=acts.pin_comment,
        form=OptionalReasonForm,
    )
)
offer_link("pin", _("Pin"), order=220, why_not=rules.why_not_pin)
unpin = on_comment(
    DecisionPage(
        title=_("Unpin %(label)s"),
        lead=_("It will no longer be highlighted."),
        button=_("Unpin this comment"),
        done=_("%(label)s has been unpinned."),
        why_not=rules.why_not_unpin,
        act=acts.unpin_comment,
        form=OptionalReasonForm,
    )
)
offer_link("unpin", _("Unpin"), order=230, why_not=rules.why_not_unpin)
hide_version = on_version(
    DecisionPage(
        title=_("Hide version %(number)s of %(label)s"),
        lead=_("Its text and note are removed from the public history. Your reason is shown in their place."),
        button=_("Hide this version"),
        done=_("Version %(number)s of %(label)s has been hidden."),
        why_not=_why_not_hide,
        act=acts.hide_version,
        form=ReasonForm,
        is_danger=True,
    )
)
show_version = on_version(
    DecisionPage(
        title=_("Show version %(number)s of %(label)s again"),
        lead=_("Its text and note are shown in the public history again."),
        button=_("Show this version"),
        done=_("Version %(number)s of %(label)s is shown in the public history again."),
        why_not=_why_not_show,
        act=acts.show_version,
        form=OptionalReasonForm,
    )
)
lock_thread = on_thread(
    DecisionPage(
        title=_("Lock this thread: %(label)s"),
        lead=_("Everyone can read it, but nobody can add, edit or withdraw anything in it."),
        button=_("Lock thread"),
        done=_("The thread has been locked."),
        why_not=rules.why_not_lock,
        act=acts.lock_thread,
        form=ReasonForm,
    )
)
unlock_thread = on_thread(
    DecisionPage(
        title=_("Unlock this thread: %(label)s"),
        lead=_("Participants can post in it again."),
        button=_("Unlock thread"),
        done=_("The thread has been unlocked."),
        why_not=rules.why_not_unlock,
        act=acts.unlock_thread,
        form=OptionalReasonForm,
    )
)
rename_thread = on_thread(
    DecisionPage(
        title=_("Rename this thread: %(label)s"),
        lead=_("Its link and its comment numbers do not change. The moderation log shows that it was renamed."),
        button=_("Rename thread"),
        done=_("The thread has been renamed."),
        why_not=why_not_rename,
        act=acts.rename_thread,
        form=RenameForm,
    )
)
