"""What moderators decide about comments, versions and threads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from forum.actions import moderation as acts
from forum.actions import off_topic as topics
from forum.actions import redaction
from forum.reasons import Reason
from forum.rules import moderation as rules
from forum.rules.moving import why_not_rename
from forum.web.deciding import DecisionPage, on_comment, on_thread, on_version
from forum.web.reason_forms import OptionalReasonForm, ReasonForm, RedactionForm, RemovalForm, RenameForm


def _why_not_hide(person: Any, comment: Any, thread: Any, row: dict[str, Any]) -> Reason | None:
    return rules.why_not_hide_version(
        person, comment, thread, is_current=row["is_current"], is_hidden=row["is_hidden"]
    )  # fmt: skip


def _why_not_show(person: Any, comment: Any, thread: Any, row: dict[str, Any]) -> Reason | None:
    return rules.why_not_show_version(person, comment, thread, is_hidden=row["is_hidden"])


remove = on_comment(
    DecisionPage(
        title=_("Remove %(label)s"),
        lead=_("Its text leaves the thread for everybody. If it has replies, your reason stands in its place."),
        button=_("Remove this comment"),
        done=_("%(label)s is removed. The log leads to its page, where you can restore it."),
        why_not=rules.why_not_remove,
        act=acts.remove_comment,
        form=RemovalForm,
        is_danger=True,
    )
)
restore = on_comment(
    DecisionPage(
        title=_("Restore %(label)s"),
        lead=_("It comes back to its place in the thread, as it was."),
        button=_("Restore this comment"),
        done=_("%(label)s is back in its place."),
        why_not=rules.why_not_restore,
        act=acts.restore_comment,
        form=OptionalReasonForm,
    )
)
off_topic = on_comment(
    DecisionPage(
        title=_("Mark %(label)s as off topic"),
        lead=_("It stays public and can be answered, folded away behind your reason."),
        button=_("Mark it as off topic"),
        done=_("%(label)s is marked as off topic, and its author is told why."),
        why_not=rules.why_not_mark_off_topic,
        act=topics.mark_off_topic,
        form=ReasonForm,
    )
)
on_topic = on_comment(
    DecisionPage(
        title=_("Show %(label)s among the others again"),
        lead=_("It is no longer marked as off topic."),
        button=_("Show it again"),
        done=_("%(label)s stands among the others again."),
        why_not=rules.why_not_mark_on_topic,
        act=topics.mark_on_topic,
        form=OptionalReasonForm,
    )
)
redact = on_comment(
    DecisionPage(
        title=_("Take personal data out of %(label)s"),
        lead=_("You can only take out, never put in. Everybody sees that something was taken out."),
        button=_("Take it out"),
        done=_("It is taken out of %(label)s, and its author is told."),
        why_not=rules.why_not_redact,
        act=redaction.redact_comment,
        form=RedactionForm,
        is_danger=True,
    )
)
pin = on_comment(
    DecisionPage(
        title=_("Pin %(label)s"),
        lead=_("It is marked in its thread and shown on the screen in the room. An opening puts its thread first."),
        button=_("Pin this comment"),
        done=_("%(label)s is pinned."),
        why_not=rules.why_not_pin,
        act=acts.pin_comment,
        form=OptionalReasonForm,
    )
)
unpin = on_comment(
    DecisionPage(
        title=_("Unpin %(label)s"),
        lead=_("It stands among the others again."),
        button=_("Unpin this comment"),
        done=_("%(label)s is no longer pinned."),
        why_not=rules.why_not_unpin,
        act=acts.unpin_comment,
        form=OptionalReasonForm,
    )
)
hide_version = on_version(
    DecisionPage(
        title=_("Hide version %(number)s of %(label)s"),
        lead=_("Its text and note leave the public history; your reason stands in their place."),
        button=_("Hide this version"),
        done=_("Version %(number)s of %(label)s is hidden."),
        why_not=_why_not_hide,
        act=acts.hide_version,
        form=ReasonForm,
        is_danger=True,
    )
)
show_version = on_version(
    DecisionPage(
        title=_("Show version %(number)s of %(label)s again"),
        lead=_("Its text and note come back into the public history."),
        button=_("Show this version"),
        done=_("Version %(number)s of %(label)s is in the public history again."),
        why_not=_why_not_show,
        act=acts.show_version,
        form=OptionalReasonForm,
    )
)
lock_thread = on_thread(
    DecisionPage(
        title=_("Lock this thread: %(label)s"),
        lead=_("Everybody can read it; nobody can add, edit or withdraw anything in it."),
        button=_("Lock the thread"),
        done=_("The thread is locked."),
        why_not=rules.why_not_lock,
        act=acts.lock_thread,
        form=ReasonForm,
    )
)
unlock_thread = on_thread(
    DecisionPage(
        title=_("Unlock this thread: %(label)s"),
        lead=_("People can write in it again."),
        button=_("Unlock the thread"),
        done=_("The thread is open again."),
        why_not=rules.why_not_unlock,
        act=acts.unlock_thread,
        form=OptionalReasonForm,
    )
)
rename_thread = on_thread(
    DecisionPage(
        title=_("Rename this thread: %(label)s"),
        lead=_("Its address and its numbers stay. The log says that it was renamed."),
        button=_("Rename the thread"),
        done=_("The thread has its new title."),
        why_not=why_not_rename,
        act=acts.rename_thread,
        form=RenameForm,
    )
)
