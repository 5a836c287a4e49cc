"""What somebody is told of a moderator's decision about something of theirs, in whole sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from forum.choices import APPEALABLE, Act, ReportOutcome, Status
from forum.models import IllegalReport, Letter, LogEntry
from forum.models.role import deciding_beside
from forum.queries import answering, sanctions
from forum.queries.reasons import to_author
from forum.queries.wording import numbered

NAMED = 20  # comments that are named one by one when many were decided about as one

# What happened, and what its author can do now.
DECIDED: dict[str, tuple[Any, Any]] = {
    Act.APPROVE: (gettext_lazy("Your comment %(label)s is published in its place."), ""),
    Act.TRUST: (
        gettext_lazy("Your comment %(label)s is published in its place. Your next ones in its theme appear at once."),
        "",
    ),
    Act.REVISE: (
        gettext_lazy("A moderator asks you to revise your comment %(label)s before it is published."),
        gettext_lazy("You can edit it in its place; then it goes back to the moderators. Nobody else sees it yet."),
    ),
    Act.REJECT: (
        gettext_lazy("Your comment %(label)s is not published."),
        gettext_lazy("Your text is kept, and only you and the moderators can read it."),
    ),
    Act.REMOVE: (
        gettext_lazy("A moderator removed your comment %(label)s."),
        gettext_lazy("Your text is kept, and only you and the moderators can read it."),
    ),
    Act.RESTORE: (gettext_lazy("Your comment %(label)s is back in its place."), ""),
    Act.HOLD: (
        gettext_lazy("Your comment %(label)s waits for a moderator again; others do not see it for now."),
        gettext_lazy("You are told as soon as it is decided."),
    ),
    Act.OFF_TOPIC: (
        gettext_lazy("A moderator marked your comment %(label)s as off topic. It stays readable, folded away."),
        gettext_lazy("If it deserves a discussion of its own, you can open a thread for it."),
    ),
    Act.ON_TOPIC: (gettext_lazy("Your comment %(label)s is no longer marked as off topic."), ""),
    Act.SHOW_VERSION: (gettext_lazy("What a moderator had taken out of your comment %(label)s is back."), ""),
    Act.REDACT: (
        gettext_lazy("A moderator took personal data out of your comment %(label)s. The rest is as you wrote it."), "",
    ),
    Act.APPEAL_UPHELD: (
        gettext_lazy("Your answer changed the decision about your comment %(label)s: it is taken back."), "",
    ),
    Act.APPEAL_DENIED: (
        gettext_lazy("Your answer about your comment %(label)s was read, and the decision stands."),
        gettext_lazy("A decision can be answered once, so this is the end of it."),
    ),
}  # fmt: skip

REPORTED: dict[str, Any] = {
    ReportOutcome.REMOVED: gettext_lazy("The comment is not public any more."),
    ReportOutcome.NO_ACTION: gettext_lazy("The comment stays public."),
}

FIELDS = (
    "pk", "person__name", "person__email", "comment_id", "entry_id", "entry__act", "entry__reason",
    "entry__article__title", "entry__comment_id", "entry__comment__number", "entry__comment__theme__letter",
    "entry__event__title", "comment__number", "comment__theme__letter", "comment__status", "comment__hold__reasons",
    "comment__theme__event__title", "entry__event__slug", "entry__batch", "entry__sanction__pk",
    *(f"entry__sanction__{name}" for name in sanctions.FACTS),
    "entry__undoes__sanction__pk", *(f"entry__undoes__sanction__{name}" for name in sanctions.FACTS),
    "report_id",
    "entry__appeal__pk", "entry__undoes__appeal__pk", "entry__event_id",
    "entry__comment__theme_id", "entry__actor_id", "person_id",
)  # fmt: skip


def of_letter(letter_id: int) -> dict[str, Any] | None:
    """A letter as it is true now: to whom, the subject, the sentences, the page it leads to. None if it has become
    pointless. One query, two about a report or what can be answered, three about a batch."""
    row = Letter.objects.filter(pk=letter_id).values(*FIELDS).get()
    if row["report_id"]:
        return _of_report(row["report_id"])
    if row["comment_id"]:
        return _of_hold(row)
    return _of_decision(row) if row["entry__comment_id"] else _of_event(row)


def _of_hold(row: dict[str, Any]) -> dict[str, Any] | None:
    if row["comment__status"] != Status.HELD:
        return None
    label = numbered(row["comment__theme__letter"], row["comment__number"])
    said = [gettext("Your comment %(label)s waits for a moderator. Nobody else sees it yet.") % {"label": label}]
    said += map(to_author, row["comment__hold__reasons"] or [])
    said.append(gettext("You are told as soon as it is decided. Until then you can edit or withdraw it."))
    subject = gettext("%(label)s waits for a moderator") % {"label": label}
    return _letter(row, subject, said, row["comment__theme__event__title"], f"/comments/{row['comment_id']}/")


def _of_decision(row: dict[str, Any]) -> dict[str, Any]:
    label = numbered(row["entry__comment__theme__letter"], row["entry__comment__number"])
    what, then = (str(words) % {"label": label} for words in DECIDED[row["entry__act"]])
    said = [*filter(None, [what, settled(row)])]
    if row["entry__reason"]:
        said.append(gettext("The reason: %(reason)s") % {"reason": row["entry__reason"]})
    subject = f"{label}: {Act(row['entry__act']).label}"
    page = f"/comments/{row['entry__comment_id']}/"
    letter = _letter(row, subject, [*said, *filter(None, [then])], row["entry__event__title"], page)
    if row["entry__act"] not in APPEALABLE or row["entry__appeal__pk"]:
        return letter
    event_id, theme_id = row["entry__event_id"], row["entry__comment__theme_id"]
    words = can_answer(row["entry__actor_id"], row["person_id"], event_id=event_id, theme_id=theme_id)
    link = {"label": "", "url": answering.address(row["entry_id"], row["person_id"])}
    return letter | {"appeal_text": words, "appeals": [link]}


def settled(row: dict[str, Any]) -> str:
    """What an author is told of an answer of theirs when its decision is taken back without a word about it."""
    if not row["entry__undoes__appeal__pk"]:
        return ""
    return gettext("So the decision that you had answered is taken back.")


def can_answer(actor_id: int, author_id: int, *, event_id: int, theme_id: int) -> str:
    """What an author is told of the right to answer a decision, as far as it is true here. One query."""
    if deciding_beside(actor_id, author_id, event=event_id, theme=theme_id).exists():
        return gettext("You can answer once, and another moderator decides.")
    return gettext("You can answer once. Nobody else moderates here, so the same moderator reads it and decides again.")


def appeal_address(comment_id: int) -> str:
    """Where an author answers a decision about a comment."""
    return f"/comments/{comment_id}/appeal/"


def _of_report(report_id: int) -> dict[str, Any]:
    """To whoever reported something as illegal: that it arrived, and once it is decided what was done."""
    report = IllegalReport.objects.select_related("comment__theme__event").get(pk=report_id)
    comment = report.comment
    words = {"label": numbered(comment.theme.letter, comment.number), "number": report.number}
    said = [gettext("Your report %(number)s about the comment %(label)s arrived.") % words]
    subject = gettext("Your report %(number)s") % words
    if report.outcome:
        subject = gettext("Your report %(number)s is decided") % words
        said = [
            gettext("A moderator has decided about your report %(number)s on the comment %(label)s.") % words,
            REPORTED[report.outcome],
            gettext("The reason: %(reason)s") % {"reason": report.statement},
            gettext("If you think that this is wrong, write to the organisers of the event, or turn to a court."),
        ]
    else:
        said.append(gettext("A moderator reads it. You are told what was decided and why."))
    return {
        "email": report.email,
        "name": "",  # anybody types one here, and any address: a letter says nothing in a stranger's words
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
    letter = _letter(row, what.rstrip("."), [what, *said], row["entry__event__title"], page)
    return letter | _answers_to_batch(row) if row["entry__act"] == Act.CLEAR else letter


def about_person(row: dict[str, Any]) -> tuple[str, list[str]]:
    """What was decided about a person, in a sentence and in full: the same in letters and notifications."""
    if row["entry__sanction__pk"]:
        facts = sanctions.named(row, "entry__sanction__")
        return sanctions.what_happened(facts), sanctions.sentences(facts)
    if row["entry__undoes__sanction__pk"]:
        return gettext("What was laid on you is lifted."), sanctions.lifted(
            sanctions.named(row, "entry__undoes__sanction__")
        )
    if row["entry__act"] == Act.DISTRUST:
        reason = gettext("The reason: %(reason)s") % {"reason": row["entry__reason"]}
        return gettext("A moderator reads your comments first again, where the rules of the event say so."), [reason]
    return _of_batch(row)


def _of_batch(row: dict[str, Any]) -> tuple[str, list[str]]:
    inside = LogEntry.objects.filter(batch=row["entry__batch"], comment__isnull=False).order_by("comment__number")
    named = [numbered(*each) for each in inside.values_list("comment__theme__letter", "comment__number")]
    words = ", ".join(named[:NAMED]) + ("…" if len(named) > NAMED else "")
    facts = {"count": len(named), "labels": words}
    reason = [gettext("The reason: %(reason)s") % {"reason": row["entry__reason"]}] if row["entry__reason"] else []
    if row["entry__act"] == Act.UNCLEAR:
        return gettext("%(count)s of your comments are back in their places: %(labels)s") % facts, reason
    kept = gettext("Your texts are kept, and only you and the moderators can read them.")
    right = gettext("You can answer the decision about each of them once.")
    return gettext("A moderator removed %(count)s of your comments: %(labels)s") % facts, [*reason, kept, right]


def _answers_to_batch(row: dict[str, Any]) -> dict[str, Any]:
    """Where each of many removals is answered, as far as they are named one by one. One query."""
    inside = LogEntry.objects.filter(batch=row["entry__batch"], act=Act.REMOVE, undone_by=None, appeal=None)
    rows = inside.order_by("comment__number").values_list("pk", "comment__theme__letter", "comment__number")
    links = [
        {"label": numbered(letter, number), "url": answering.address(pk, row["person_id"])}
        for pk, letter, number in rows[:NAMED]
    ]
    return {"appeal_text": gettext("By these links you can do that without logging in:"), "appeals": links}


def _letter(row: dict[str, Any], subject: str, said: list[str], event: str, page: str) -> dict[str, Any]:
    return {
        "email": row["person__email"],
        "name": row["person__name"],
        "subject": subject,
        "event": event,
        "said": said,
        "url": page,
    }
