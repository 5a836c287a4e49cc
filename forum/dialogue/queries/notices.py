"""What somebody is told of a moderator's decision about something of theirs, in whole sentences."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from forum.dialogue.queries import appeal_links, sanctions
from forum.dialogue.queries.hold_reasons import to_author
from forum.events.models.role import deciding_beside
from forum.events.queries.formatting import comment_label
from forum.kernel.choices import APPEALABLE, Act, ReportOutcome, Status
from forum.models import IllegalReport, LogEntry, OutgoingMail

NAMED = 20  # comments that are named one by one when many were decided about as one

# What happened, and what its author can do now.
DECIDED: dict[str, tuple[Any, Any]] = {
    Act.APPROVE: (gettext_lazy("Your comment %(label)s has been published."), ""),
    Act.TRUST: (
        gettext_lazy("Your comment %(label)s has been published. Your next ones in this theme will appear at once."),
        "",
    ),
    Act.REVISE: (
        gettext_lazy("A moderator asks you to change your comment %(label)s before it is published."),
        gettext_lazy("Edit it to send it back to the moderators. Until then nobody else can see it."),
    ),
    Act.REJECT: (
        gettext_lazy("Your comment %(label)s was rejected."),
        gettext_lazy("Your text is kept. Only you and the moderators can read it."),
    ),
    Act.REMOVE: (
        gettext_lazy("A moderator removed your comment %(label)s."),
        gettext_lazy("Your text is kept. Only you and the moderators can read it."),
    ),
    Act.RESTORE: (gettext_lazy("Your comment %(label)s has been restored."), ""),
    Act.HOLD_AGAIN: (
        gettext_lazy("Your comment %(label)s is awaiting review again. Others cannot see it for now."),
        gettext_lazy("You will be notified of the decision."),
    ),
    Act.OFF_TOPIC: (
        gettext_lazy("A moderator marked your comment %(label)s as off topic. It is collapsed, but can still be read."),
        gettext_lazy("If it deserves a discussion of its own, you can start a thread about it."),
    ),
    Act.ON_TOPIC: (gettext_lazy("Your comment %(label)s is no longer marked as off topic."), ""),
    Act.SHOW_VERSION: (gettext_lazy("The redacted text in your comment %(label)s has been restored."), ""),
    Act.REDACT: (
        gettext_lazy("A moderator redacted personal data in your comment %(label)s. The rest is unchanged."), "",
    ),
    Act.APPEAL_UPHELD: (
        gettext_lazy("Your appeal about your comment %(label)s was successful: the decision has been overturned."), "",
    ),
    Act.APPEAL_DENIED: (
        gettext_lazy("Your appeal about your comment %(label)s was reviewed, and the decision was upheld."),
        gettext_lazy("A decision can be appealed only once, so this is final."),
    ),
}  # fmt: skip

REPORTED: dict[str, Any] = {
    ReportOutcome.REMOVED: gettext_lazy("The comment was removed."),
    ReportOutcome.NO_ACTION: gettext_lazy("The comment stays public."),
}

FIELDS = (
    "pk", "person__name", "person__email", "comment_id", "entry_id", "entry__act", "entry__reason",
    "entry__article__title", "entry__comment_id", "entry__comment__number", "entry__comment__theme__code",
    "entry__event__title", "comment__number", "comment__theme__code", "comment__status", "comment__hold__reasons",
    "comment__theme__event__title", "entry__event__slug", "entry__batch", "entry__sanction__pk",
    *(f"entry__sanction__{name}" for name in sanctions.FACTS),
    "entry__undoes__sanction__pk", *(f"entry__undoes__sanction__{name}" for name in sanctions.FACTS),
    "report_id",
    "entry__appeal__pk", "entry__undoes__appeal__pk", "entry__event_id",
    "entry__comment__theme_id", "entry__actor_id", "person_id",
)  # fmt: skip


def notice_of(mail_id: int) -> dict[str, Any] | None:
    """An email as it is true now: to whom, the subject, the sentences, the page it leads to. None if it has become
    pointless. One query, two about a report or what can be answered, three about a batch."""
    return notices_of([mail_id]).get(mail_id)


def notices_of(mail_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The same for several, without those that have become pointless. One query, and those about each."""
    rows = OutgoingMail.objects.filter(pk__in=mail_ids).order_by("pk").values(*FIELDS)
    made = {row["pk"]: _notice_of(row) for row in rows}
    return {pk: notice for pk, notice in made.items() if notice}


def _notice_of(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["report_id"]:
        return _of_report(row["report_id"])
    if row["comment_id"]:
        return _of_hold(row)
    return _of_decision(row) if row["entry__comment_id"] else _of_event(row)


def _of_hold(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["comment__status"] != Status.HELD:
        return None
    label = comment_label(row["comment__theme__code"], row["comment__number"])
    said = [
        gettext("Your comment %(label)s is awaiting review by a moderator. Nobody else can see it yet.")
        % {"label": label}
    ]
    said += map(to_author, row["comment__hold__reasons"] or [])
    said.append(gettext("You will be notified of the decision. Until then you can edit or withdraw the comment."))
    subject = gettext("%(label)s is awaiting review") % {"label": label}
    return _notice(row, subject, said, row["comment__theme__event__title"], f"/comments/{row['comment_id']}/")


def _of_decision(row: dict[str, Any]) -> dict[str, Any]:
    label = comment_label(row["entry__comment__theme__code"], row["entry__comment__number"])
    what, then = (str(words) % {"label": label} for words in DECIDED[row["entry__act"]])
    said = [*filter(None, [what, settled(row)])]
    if row["entry__reason"]:
        said.append(gettext("The reason: %(reason)s") % {"reason": row["entry__reason"]})
    subject = f"{label}: {Act(row['entry__act']).label}"
    page = f"/comments/{row['entry__comment_id']}/"
    notice = _notice(row, subject, [*said, *filter(None, [then])], row["entry__event__title"], page)
    if row["entry__act"] not in APPEALABLE or row["entry__appeal__pk"]:
        return notice
    event_id, theme_id = row["entry__event_id"], row["entry__comment__theme_id"]
    words = appeal_right_sentence(row["entry__actor_id"], row["person_id"], event_id=event_id, theme_id=theme_id)
    link = {"label": "", "url": appeal_links.address(row["entry_id"], row["person_id"])}
    return notice | {"appeal_text": words, "appeals": [link]}


def settled(row: dict[str, Any]) -> str:
    """What an author is told about an appeal of theirs when its decision is undone without deciding the appeal."""
    if not row["entry__undoes__appeal__pk"]:
        return ""
    return gettext("The decision that you appealed has been overturned.")


def appeal_right_sentence(actor_id: int, author_id: int, *, event_id: int, theme_id: int) -> str:
    """What an author is told about the right to appeal, and who will review the appeal. One query."""
    if deciding_beside(actor_id, author_id, event=event_id, theme=theme_id).exists():
        return gettext("You can appeal once. Another moderator will review the appeal.")
    return gettext("You can appeal once. There is no other moderator here, so the same moderator will review it again.")


def appeal_address(comment_id: int) -> str:
    """Where an author appeals a decision about a comment."""
    return f"/comments/{comment_id}/appeal/"


def _of_report(report_id: int) -> dict[str, Any]:
    """To whoever reported something as illegal: that it arrived, and once it is decided what was done."""
    report = IllegalReport.objects.select_related("comment__theme__event").get(pk=report_id)
    comment = report.comment
    words = {"label": comment_label(comment.theme.code, comment.number), "number": report.number}
    said = [gettext("We have received your report %(number)s about the comment %(label)s.") % words]
    subject = gettext("Your report %(number)s") % words
    if report.outcome:
        subject = gettext("Decision on your report %(number)s") % words
        said = [
            gettext("A moderator has decided about your report %(number)s on the comment %(label)s.") % words,
            REPORTED[report.outcome],
            gettext("The reason: %(reason)s") % {"reason": report.statement},
            gettext(
                "If you disagree with this decision, you can contact the event's organisers or take the matter to "
                "court."
            ),
        ]
    else:
        said.append(gettext("A moderator will review it and tell you what was decided and why."))
    return {
        "email": report.email,
        "name": "",  # anybody types one here, and any address: an email says nothing in a stranger's words
        "subject": subject,
        "event": comment.theme.event.title,
        "said": [str(each) for each in said],
        "url": f"/reports/{report.number}/{report.secret}/",
    }


def _of_event(row: dict[str, Any]) -> dict[str, Any]:
    """What is about a person and not about one comment."""
    what, said = about_person(row)
    sanction_id = row["entry__sanction__pk"] or row["entry__undoes__sanction__pk"]
    page = f"/sanctions/{sanction_id}/" if sanction_id else f"/{row['entry__event__slug']}/moderation/"
    notice = _notice(row, what.rstrip("."), [what, *said], row["entry__event__title"], page)
    return notice | _answers_to_batch(row) if row["entry__act"] == Act.BULK_REMOVE else notice


def about_person(row: dict[str, Any]) -> tuple[str, list[str]]:
    """What was decided about a person, in a sentence and in full: the same in emails and notifications."""
    if row["entry__sanction__pk"]:
        facts = sanctions.named(row, "entry__sanction__")
        return sanctions.what_happened(facts), sanctions.sentences(facts)
    if row["entry__undoes__sanction__pk"]:
        return gettext("Your sanction has been lifted."), sanctions.lifted(
            sanctions.named(row, "entry__undoes__sanction__")
        )
    if row["entry__act"] == Act.DISTRUST:
        reason = gettext("The reason: %(reason)s") % {"reason": row["entry__reason"]}
        return gettext("Your comments are held for review again where the event's review rules require it."), [reason]
    return _of_batch(row)


def _of_batch(row: dict[str, Any]) -> tuple[str, list[str]]:
    inside = LogEntry.objects.filter(batch=row["entry__batch"], comment__isnull=False).order_by("comment__number")
    named = [comment_label(*each) for each in inside.values_list("comment__theme__code", "comment__number")]
    words = ", ".join(named[:NAMED]) + ("…" if len(named) > NAMED else "")
    facts = {"count": len(named), "labels": words}
    reason = [gettext("The reason: %(reason)s") % {"reason": row["entry__reason"]}] if row["entry__reason"] else []
    if row["entry__act"] == Act.BULK_RESTORE:
        return gettext("%(count)s of your comments have been restored: %(labels)s") % facts, reason
    kept = gettext("Your comments are kept. Only you and the moderators can read them.")
    right = gettext("You can appeal the decision about each of them once.")
    return gettext("A moderator removed %(count)s of your comments: %(labels)s") % facts, [*reason, kept, right]


def _answers_to_batch(row: dict[str, Any]) -> dict[str, Any]:
    """Where each of many removals is answered, as far as they are named one by one. One query."""
    inside = LogEntry.objects.filter(batch=row["entry__batch"], act=Act.REMOVE, undone_by=None, appeal=None)
    rows = inside.order_by("comment__number").values_list("pk", "comment__theme__code", "comment__number")
    links = [
        {"label": comment_label(code, number), "url": appeal_links.address(pk, row["person_id"])}
        for pk, code, number in rows[:NAMED]
    ]
    return {"appeal_text": gettext("These links let you do that without logging in:"), "appeals": links}


def _notice(row: dict[str, Any], subject: str, said: list[str], event: str, page: str) -> dict[str, Any]:
    return {
        "email": row["person__email"],
        "name": row["person__name"],
        "subject": subject,
        "event": event,
        "said": said,
        "url": page,
    }
