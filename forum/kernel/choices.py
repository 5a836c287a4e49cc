"""The closed lists of the dialogue: states, roles, acts; and how long and how many things may be."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SOURCE_LENGTH = 20_000  # characters; some ten printed pages: longer texts belong into a contribution
# Of a text that was said already, with what Parley adds to it: a fence, or the marks of a redaction.
STORED_LENGTH = 3 * SOURCE_LENGTH + 100
TITLE_LENGTH = 150  # characters
REASON_LENGTH = 500  # characters of a moderator's reason
SAID_LENGTH = 1_500  # characters of a reason with the article it rests on and the phrase chosen for it
HEAD_NOTE_LENGTH = 1_000  # characters of a moderator's note at the head of a thread
POINT_LENGTH = 300  # characters of one point of a summary: a sentence
MAX_BULK_REMOVE = 500  # comments removed as one: all their threads are locked meanwhile, which takes seconds
POINTS = 20  # in one list of a summary; what is longer is no summary
POINT_COMMENTS = 10  # that one point names
REQUEST_LENGTH = 500  # characters of a wish that a point be in a summary
APPEAL_LENGTH = 2_000  # characters of an author's answer to a decision; a page of an email
NOTE_LENGTH = 200  # characters of a note of what an edit changed
FLAG_NOTE_LENGTH = 500  # characters in which somebody says what is wrong with a comment
REPORT_LENGTH = 2_000  # characters that say what is illegal, and why
# After its answer, while whoever sent a report may still turn to a court; later nobody needs to know who it was.
REPORTER_KEPT = timedelta(days=180)
KEY_LENGTH = 64  # characters of a form's idempotency key
DRAFT_LENGTH = 3 * SOURCE_LENGTH  # characters; what is too long to be sent is still worth keeping
DRAFTS = 100  # kept for one person
FILES = 4  # with one comment
FILES_UNSENT = 12  # kept for one person; the oldest leaves when another comes
FILE_SIZE = 5_000_000  # bytes; an hour on the slowest lines is no attachment but an obstacle
FILE_NAME_LENGTH = 100  # characters
ALT_LENGTH = 300  # characters that say what a picture shows
# Long enough for typos, short enough that replies keep their sense; later edits need a note of what changed.
EDIT_WINDOW = timedelta(minutes=30)
UNDO_WINDOW = timedelta(seconds=10)  # in which the desk offers to take a decision back; the log does at any time
CLAIM_LASTS = timedelta(minutes=2)  # for which an open card is its reader's; the page renews it
PACE_WINDOW = timedelta(minutes=10)  # in which somebody's comments are counted for the pace
SAME_TEXT_WINDOW = timedelta(days=7)  # in which the same text counts as a repetition
REFUSED_WINDOW = timedelta(days=14)  # for which a refused comment makes its author's next ones wait
WATCHED_WORDS = 500  # of an event, and of a theme
WATCHED_LENGTH = 100  # characters of one of them
DRY_RUN_SPAN = timedelta(days=30)  # how far back a dry run looks
PACE_HOUR = timedelta(hours=1)  # in which the comments of somebody with a pace limit are counted
NEWCOMER = timedelta(days=7)  # accounts younger than this do not write from a blocked network


class Status(TextChoices):
    """Where a comment stands. Only a published one is public."""

    PUBLISHED = "published", _("Published")
    HELD = "held", _("Awaiting review")
    REVISION = "revision", _("Changes requested")
    REJECTED = "rejected", _("Rejected")
    REMOVED = "removed", _("Removed by a moderator")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")


REFUSED = (Status.REJECTED, Status.REMOVED)  # what moderators keep from the public


class HoldKind(TextChoices):
    """Why a comment is looked at by a moderator before others see it; the order is that of the organisers' form."""

    EVERYBODY = "everybody", _("Every comment")
    NEWCOMERS = "newcomers", _("First comments of new authors")
    WORDS = "words", _("Watched words")
    LINKS = "links", _("Many links")
    PACE = "pace", _("Many comments in a short time")
    REPETITION = "repetition", _("Repeated text")
    REFUSED = "refused", _("Recently rejected author")
    REVISED = "revised", _("Revised by its author")
    EDITED = "edited", _("Edited while awaiting review")
    MACHINE = "machine", _("Looks automated")
    CHECKER = "checker", _("Spam check")
    FLAGGED = "flagged", _("Flagged by participants")


NO_RULES = {HoldKind.REVISED, HoldKind.EDITED, HoldKind.MACHINE, HoldKind.CHECKER, HoldKind.FLAGGED}
# What organisers switch on and off; the other kinds come of what people do, and of how it came.
HOLD_RULES = tuple(kind for kind in HoldKind if kind not in NO_RULES)


class Age(TextChoices):
    """How long something has waited at least, as the desk can be narrowed."""

    HOUR = "1h", _("More than 1 hour")
    DAY = "1d", _("More than 1 day")
    DAYS = "3d", _("More than 3 days")


AGES = {Age.HOUR: timedelta(hours=1), Age.DAY: timedelta(days=1), Age.DAYS: timedelta(days=3)}


class FlagKind(TextChoices):
    """What somebody says is wrong with a comment; the order is that of their form."""

    ATTACK = "attack", _("Personal attack")
    SPAM = "spam", _("Spam or advertising")
    PERSONAL = "personal", _("Contains personal data")
    OFF_TOPIC = "off-topic", _("Off topic")
    ILLEGAL = "illegal", _("Illegal content")
    OTHER = "other", _("Something else")


class FlagOutcome(TextChoices):
    """What came of the flags on a comment."""

    UPHELD = "upheld", _("Accepted")
    DISMISSED = "dismissed", _("Dismissed")
    WITHDRAWN = "withdrawn", _("Comment withdrawn by its author")


class ReportOutcome(TextChoices):
    """What moderators did about a report of illegal content."""

    REMOVED = "removed", _("Comment removed")
    NO_ACTION = "no-action", _("No action")


class RoleKind(TextChoices):
    """What somebody may do for one event beyond taking part."""

    ORGANISER = "organiser", _("Organiser")
    MODERATOR = "moderator", _("Moderator")
    RAPPORTEUR = "rapporteur", _("Rapporteur")


class Act(TextChoices):
    """What moderators do; the words of the public log."""

    REMOVE = "remove", _("Comment removed")
    RESTORE = "restore", _("Comment restored")
    APPROVE = "approve", _("Comment published")
    TRUST = "trust", _("Comment published and author trusted")
    REVISE = "revise", _("Changes requested from the author")
    REJECT = "reject", _("Comment rejected")
    HOLD_AGAIN = "hold", _("Comment held for review again")
    OFF_TOPIC = "off-topic", _("Comment marked as off topic")
    ON_TOPIC = "on-topic", _("Off-topic mark removed")
    REDACT = "redact", _("Personal data redacted")
    TAKE_OVER = "take-over", _("Review taken over from another moderator")
    PIN = "pin", _("Comment pinned")
    UNPIN = "unpin", _("Comment unpinned")
    LOCK = "lock", _("Thread locked")
    UNLOCK = "unlock", _("Thread unlocked")
    PLAN = "plan", _("Thread scheduled to close or open")
    CANCEL_PLAN = "cancel-plan", _("Thread schedule cancelled")
    SLOW = "slow", _("Thread slow mode changed")
    LOCK_THEME = "lock-theme", _("Theme locked")
    UNLOCK_THEME = "unlock-theme", _("Theme unlocked")
    PLAN_THEME = "plan-theme", _("Theme scheduled to close or open")
    CANCEL_THEME_PLAN = "cancel-theme-plan", _("Theme schedule cancelled")
    SLOW_THEME = "slow-theme", _("Theme slow mode changed")
    NOTE = "note", _("Pinned note changed")
    REMOVE_NOTE = "remove-note", _("Pinned note removed")
    SUMMARISE = "summarise", _("Summary changed")
    ANSWER = "answer", _("Suggestion for a summary answered")
    WITHHOLD = "withhold", _("Suggestion for a summary hidden")
    HIDE_SUMMARY = "hide-summary", _("Earlier summary version hidden")
    SHOW_SUMMARY = "show-summary", _("Earlier summary version shown again")
    RENAME = "rename", _("Thread renamed")
    MOVE = "move", _("Thread moved to another theme")
    SPLIT = "split", _("Comment split into a new thread")
    MERGE = "merge", _("Thread merged into another")
    FLAG_HOLD = "flag-hold", _("Comment held for review because of flags")
    KEEP = "keep", _("Flags dismissed")
    HIDE_VERSION = "hide-version", _("Earlier version hidden")
    SHOW_VERSION = "show-version", _("Earlier version shown again")
    GIVE_ROLE = "give-role", _("Role assigned")
    TAKE_ROLE = "take-role", _("Role removed")
    CONDUCT = "conduct", _("Code of conduct changed")
    WARN = "warn", _("Participant warned")
    PACE = "pace", _("Posting limit set for a participant")
    SILENCE = "silence", _("Participant silenced")
    SUSPEND = "suspend", _("Participant suspended")
    BAN = "ban", _("Participant banned")
    LIFT = "lift", _("Sanction lifted")
    BULK_REMOVE = "clear", _("Comments of one participant removed")
    BULK_RESTORE = "unclear", _("Comments of one participant restored")
    DISTRUST = "distrust", _("Participant no longer trusted")
    RULES = "rules", _("Review rules changed")
    REPLIES = "replies", _("Saved replies changed")
    BLOCK = "block", _("Sign-ups from an email provider or network blocked")
    UNBLOCK = "unblock", _("Sign-ups from an email provider or network unblocked")
    REPORT_DISMISSED = "report-dismissed", _("Report of illegal content closed without action")
    APPEAL_UPHELD = "appeal-upheld", _("Decision overturned on appeal")
    APPEAL_DENIED = "appeal-denied", _("Decision upheld on appeal")


# What colleagues may know and the public has no use for.
INTERNAL_ACTS = (Act.TAKE_OVER, Act.KEEP, Act.REPORT_DISMISSED)
# That others complained of what was kept its author is not told, even where they moderate.
KEPT_ACTS = (Act.KEEP, Act.REPORT_DISMISSED)
# Decisions about a comment that its author may answer once.
APPEALABLE = (Act.REJECT, Act.REMOVE, Act.OFF_TOPIC, Act.REDACT)


class Outcome(TextChoices):
    """What becomes of an appeal."""

    TAKEN_BACK = "taken-back", _("Overturned")
    STANDS = "stands", _("Upheld")


class Decision(TextChoices):
    """What can be decided about a comment that waits, in the words of the desk."""

    APPROVE = "approve", _("Publish")
    TRUST = "trust", _("Publish and trust author")
    REVISE = "revise", _("Ask for changes")
    REJECT = "reject", _("Reject")


class SanctionKind(TextChoices):
    """What moderators can impose on a person, the mildest first."""

    WARNING = "warning", _("Warning")
    PACE = "pace", _("Posting limit")
    SILENCE = "silence", _("Silence")
    SUSPENSION = "suspension", _("Suspension")
    BAN = "ban", _("Ban")


class BlockKind(TextChoices):
    """What sign-ups can be refused by."""

    DOMAIN = "domain", _("Email provider")
    NETWORK = "network", _("Network")


# What changes a summary or answers a request and decides nothing about the thread's author, who is not told.
QUIET_ACTS = (Act.SUMMARISE, Act.ANSWER, Act.WITHHOLD, Act.HIDE_SUMMARY, Act.SHOW_SUMMARY)
ANSWERS = (Act.ANSWER, Act.WITHHOLD)  # to a request, of which its author is told
SLOW_MINUTES = (0, 1, 5, 15, 60)  # that slow mode can ask for between two comments of one person


class PointKind(TextChoices):
    """The lists of a summary, in their order."""

    AGREED = "agreed", _("Points of agreement")
    DISPUTED = "disputed", _("Points of disagreement")
    OPEN = "open", _("Open questions")


class RequestOutcome(TextChoices):
    """What becomes of a request that the summary does not take up."""

    EXPLAINED = "explained", _("Leave the summary unchanged")
    WITHHELD = "withheld", _("Hide the suggestion")


class StanceKind(TextChoices):
    """How a person stands to a comment."""

    SUPPORT = "support", _("Support")
    AGREE = "agree", _("Agree")
    DISAGREE = "disagree", _("Disagree")
    UNSURE = "unsure", _("Unsure")


class DraftKind(TextChoices):
    """What somebody is writing."""

    REPLY = "reply", _("Reply")
    EDIT = "edit", _("Edit")
    THREAD = "thread", _("New thread")


class FileKind(TextChoices):
    """What may be added to a comment."""

    PICTURE = "picture", _("Picture")
    PDF = "pdf", _("PDF document")


class Sort(TextChoices):
    """The order of threads in a theme, and of branches in a thread. The usual one has another name in each."""

    USUAL = "", _("Default order")
    ACTIVITY = "activity", _("Newest activity")
    UNREAD = "unread", _("Unread first")
    SUPPORT = "support", _("Most supported")


class NotificationKind(TextChoices):
    """Why somebody is told of something, the strongest first."""

    MENTION = "mention", _("Mention")
    REPLY = "reply", _("Reply")
    FOLLOWED = "followed", _("Followed")
    DECISION = "decision", _("Decision")
    OUTCOME = "outcome", _("Outcome")
    QUEUE = "queue", _("Review queue")


class PartyKind(TextChoices):
    ORGANISER = "organiser", _("Organiser")
    SUPPORTER = "supporter", _("Supporter")
