"""Every reason for a no, in the words of whoever asked."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why not. Each is a whole sentence for the person who asked."""

    LOGIN_NEEDED = "login-needed", _("You must be logged in to do this.")
    NOT_VERIFIED = "not-verified", _("Please confirm your email address first. Then you can take part.")
    NOT_OPEN_YET = "not-open-yet", _("The dialogue has not opened yet.")
    DIALOGUE_CLOSED = "dialogue-closed", _("The dialogue is closed. You can still read everything.")
    THREAD_LOCKED = "thread-locked", _("This thread is locked. Nothing can be added or changed in it.")
    THREAD_CLOSED = "thread-closed", _("This thread has closed as scheduled. Nothing can be added or changed in it.")
    THEME_LOCKED = "theme-locked", _("This theme is locked. You can still read everything in it.")
    SLOW_MODE = (
        "slow-mode",
        _("Slow mode is on here. Please wait a little before you post again. Your text is kept."),
    )
    SLOW_ALREADY = "slow-already", _("Slow mode already has this setting.")
    PLAN_EMPTY = "plan-empty", _("Please enter at least one time.")
    PLAN_PAST = "plan-past", _("This time is in the past. Please choose a later one.")
    PLAN_BACKWARDS = "plan-backwards", _("The closing time must be before the opening time.")
    NO_PLAN = "no-plan", _("Nothing is scheduled here.")
    THEME_LOCKED_ALREADY = "theme-locked-already", _("This theme is already locked.")
    THEME_NOT_LOCKED = "theme-not-locked", _("This theme is not locked.")
    NO_NOTE = "no-note", _("There is no pinned note here.")
    NOT_RAPPORTEUR = "not-rapporteur", _("Only rapporteurs and moderators can edit this summary.")
    SUMMARY_CHANGED = (
        "summary-changed",
        _("Someone else changed the summary while you were writing. Both texts are below. Save again to keep yours."),
    )
    SUMMARY_UNCHANGED = (
        "summary-unchanged",
        _(
            "The summary has not changed since that suggestion. Please change it, or explain why you are not including "
            "the suggestion."
        ),
    )
    POINT_NOT_PUBLIC = "point-not-public", _("A comment listed here is not public in this event.")
    NO_SUMMARY = "no-summary", _("This thread has no summary yet.")
    ASKED_ALREADY = (
        "asked-already",
        _("You already have an open suggestion here. You can send another once it has been answered."),
    )
    LOGIN_TO_ASK = "login-to-ask", _("You must be logged in to suggest a missing point.")
    OWN_REQUEST = "own-request", _("You cannot answer your own suggestion. Someone else will.")
    ANSWERED_ALREADY = "answered-already", _("Someone else has already answered this. Nothing was changed.")
    SENT_ALREADY = (
        "sent-already",
        _(
            "This form was already sent with a different text, title or place, and that comment has been "
            "saved. You can edit it, or copy this text into a new form."
        ),
    )
    LAID_ALREADY = (
        "laid-already",
        _(
            "This form was already sent with different details, which are in effect. To add these as "
            "well, send it again."
        ),
    )
    COMMENT_GONE = "comment-gone", _("The comment you are replying to is no longer public.")
    NOT_YOURS = "not-yours", _("This comment was written by someone else.")
    REVISION_UNCHANGED = (
        "revision-unchanged",
        _(
            "The text has not changed. Please make the changes the moderator asked for. The comment then "
            "goes back to the moderators."
        ),
    )
    NOTE_NEEDED = "note-needed", _("After 30 minutes an edit needs a note. Please say what you changed.")
    NOT_PUBLIC = "not-public", _("This comment is not public.")
    NOT_REMOVED = "not-removed", _("This comment was not removed by a moderator.")
    NOT_HELD = "not-held", _("This comment is not awaiting review.")
    THREAD_MERGED = "thread-merged", _("This thread has since been merged into another one.")
    IS_OPENING = "is-opening", _("This comment is already the first post of its thread.")
    SAME_THREAD = "same-thread", _("A thread cannot be merged into itself.")
    SAME_THEME = "same-theme", _("The thread is already in this theme.")
    SAME_TITLE = "same-title", _("The thread already has this title.")
    OTHER_EVENT = "other-event", _("Threads can only be moved within one event.")
    YOUNGER_THREAD = (
        "younger-thread",
        _("That thread is newer. Merge it into this one instead: the older thread keeps the first post."),
    )
    NOT_ORGANISER = "not-organiser", _("Only the organisers of this event can do this.")
    HAS_ROLE = "has-role", _("This person already has this role.")
    ROLE_GONE = "role-gone", _("This role has already been removed.")
    LAST_ORGANISER = (
        "last-organiser",
        _("An event needs at least one organiser. Make someone else an organiser first, then remove this role."),
    )
    ORGANISES_ALONE = (
        "organises-alone",
        _("An event would be left without an organiser who can log in. Make someone else an organiser of it first."),
    )
    THEME_ELSEWHERE = "theme-elsewhere", _("This theme belongs to another event.")
    WHOLE_EVENT = "whole-event", _("Organisers always have the whole event. Choose “In every theme”.")
    NOT_MODERATOR = "not-moderator", _("Only the moderators here can do this.")
    NOT_MODERATOR_THERE = "not-moderator-there", _("You are a moderator here, but not in the theme you chose.")
    OWN_COMMENT = "own-comment", _("You cannot moderate your own comment. Another moderator must do it.")
    DECIDED_MEANWHILE = (
        "decided-meanwhile",
        _("Another moderator has already handled this comment. Nothing was changed."),
    )
    CHANGED_MEANWHILE = (
        "changed-meanwhile",
        _(
            "This has changed since you opened the form, so your decision was not saved. Please check it and send the "
            "form again."
        ),
    )
    WITHDRAWN_MEANWHILE = "withdrawn-meanwhile", _("The author has withdrawn this comment. Nothing was changed.")
    NOT_SAID_WHAT_WAS_SEEN = (
        "not-said-what-was-seen",
        _(
            "The form was incomplete: we could not tell which version you read. Nothing was changed. "
            "Please read the comment again."
        ),
    )
    EDITED_MEANWHILE = (
        "edited-meanwhile",
        _("The author changed this comment after you opened it. Nothing was changed. Please read it again."),
    )
    CLAIMED = "claimed", _("Another moderator is reviewing this comment. Wait a moment, or take over.")
    ALREADY_OFF_TOPIC = "already-off-topic", _("This comment is already marked as off topic.")
    NOT_OFF_TOPIC = "not-off-topic", _("This comment is not marked as off topic.")
    CANNOT_UNDO = "cannot-undo", _("This cannot be undone here. See the comment's own page for what you can do.")
    UNDONE_ALREADY = "undone-already", _("This has already been undone.")
    CHANGED_SINCE = "changed-since", _("More has changed since, so this can no longer be undone.")
    LOGIN_FOR_APPEAL = "login-for-appeal", _("You must be logged in to appeal a decision.")
    NOTHING_TO_APPEAL = "nothing-to-appeal", _("There is no decision about this comment that you can appeal.")
    APPEALED_ALREADY = "appealed-already", _("You have already appealed this decision. You can appeal once.")
    LINK_ENDED = (
        "link-ended",
        _("This link is wrong or has expired. Log in to appeal, or write to the organisers of the event."),
    )
    OTHER_DECISION = (
        "other-decision",
        _("There is a newer decision about this comment. Please read it, then send your text again."),
    )
    OWN_DECISION = "own-decision", _("You made this decision, so another moderator must review the appeal.")
    APPEAL_DECIDED = "appeal-decided", _("Another moderator has already handled this appeal. Nothing was changed.")
    ALREADY_PINNED = "already-pinned", _("This comment is already pinned.")
    NOT_PINNED = "not-pinned", _("This comment is not pinned.")
    ALREADY_LOCKED = "already-locked", _("This thread is already locked.")
    NOT_LOCKED = "not-locked", _("This thread is not locked.")
    CURRENT_VERSION = "current-version", _("This is the current version. Only earlier versions can be hidden.")
    ALREADY_HIDDEN = "already-hidden", _("This version is already hidden.")
    NOT_HIDDEN = "not-hidden", _("This version is not hidden.")
    LOGIN_FOR_STANCE = "login-for-stance", _("You must be logged in to react to a comment.")
    OWN_STANCE = "own-stance", _("You cannot react to your own comment.")
    STANCES_OFF = "stances-off", _("Reactions are turned off in this theme.")
    LOGIN_FOR_FLAG = "login-for-flag", _("You must be logged in to flag a comment.")
    OWN_FLAG = "own-flag", _("This comment is yours. You can edit or withdraw it instead.")
    FLAGGED_ALREADY = (
        "flagged-already",
        _("You have already flagged this comment. You can withdraw your flag until it is reviewed."),
    )
    KEPT_ALREADY = (
        "kept-already",
        _(
            "You flagged this comment before. A moderator reviewed it and dismissed the flag, and the "
            "comment has not changed since."
        ),
    )
    NOT_FLAGGED = "not-flagged", _("No flag on this comment is awaiting review.")
    NO_FLAG_OF_YOURS = "no-flag-of-yours", _("You have no flag here that is awaiting review.")
    TOO_MANY_FLAGS = (
        "too-many-flags",
        _("You have flagged many comments in the last hour. Your text is below. Please send it later."),
    )
    TOO_MANY_REPORTS = (
        "too-many-reports",
        _("There were many reports from your network in the last hour. Your text is below. Please send it later."),
    )
    REPORT_DECIDED = "report-decided", _("Another moderator has already handled this report. Your text is below.")
    COMMENT_CHANGED = (
        "comment-changed",
        _(
            "The comment you are replying to was edited while you were writing. Please read it again, "
            "then send your reply again."
        ),
    )
    EDITED_ELSEWHERE = (
        "edited-elsewhere",
        _("You have since edited this comment in another window. Please check it, then save again."),
    )
    OTHER_PERSON = (
        "other-person",
        _("This was written while someone else was logged in here. Send it only if it is yours."),
    )
    TOO_MANY_DRAFTS = (
        "too-many-drafts",
        _("You have reached the limit of 100 drafts. Please send or discard some first."),
    )
    DRAFT_TOO_LONG = "draft-too-long", _("This text is too long to be saved on the server. It stays in this browser.")
    FILES_OFF = "files-off", _("Files are turned off in this theme.")
    TOO_MANY_FILES = "too-many-files", _("A comment can have at most four files. Please remove one first.")
    FILE_TOO_LARGE = "file-too-large", _("This file is larger than 5 MB. Please make it smaller first.")
    FILE_LOST = "file-lost", _("A file you added is no longer available. Please add it again, or remove it.")
    NOT_DESCRIBED = (
        "not-described",
        _("Please add alt text to each picture, for readers who cannot see it."),
    )
    WARNED = (
        "warned",
        _("A moderator has warned you. Please read the warning and confirm it. Then you can post here again."),
    )
    PACED = "paced", _("You have reached your limit of comments per hour. Please wait a little.")
    SILENCED = "silenced", _("You have been silenced here. You can read everything, but you cannot post at the moment.")
    SUSPENDED = "suspended", _("You are suspended and cannot post at the moment.")
    BANNED = "banned", _("You are banned from this site and cannot post.")
    OWN_PERSON = "own-person", _("You cannot moderate yourself.")
    SAME_ROLE = "same-role", _("You cannot moderate someone who has the same role as you here, or a higher one.")
    DECIDES_ELSEWHERE = (
        "decides-elsewhere",
        _(
            "This person is also a moderator or organiser in another event and would be locked out "
            "there. You can silence them here."
        ),
    )
    NOT_STAFF = "not-staff", _("Only the staff of this site can do this.")
    NO_ACCOUNT = "no-account", _("Nobody can log in with this name, so there is no one to sanction.")
    NOT_FOR_THEME = "not-for-theme", _("This cannot be set for one theme, only for the whole event.")
    ENDED_ALREADY = "ended-already", _("This sanction has already ended.")
    NOT_TRUSTED = "not-trusted", _("This person is no longer trusted. Nothing was changed.")
    NOTHING_TO_RESTORE = "nothing-to-restore", _("There is nothing left to restore here.")
    NETWORK_BLOCKED = (
        "network-blocked",
        _(
            "New accounts cannot post from your network at the moment. Your text is kept in the form. "
            "Please try another network."
        ),
    )
    MAIL_WRONG_SENDER = (
        "mail-wrong-sender",
        _(
            "You wrote from a different address than the one that our email went to. Please send your email from that "
            "address, or post on the page."
        ),
    )
    MAIL_EXPIRED = (
        "mail-expired",
        _("An address for replies is valid for 30 days, and this one has expired. You can still post on the page."),
    )
    MAIL_EMPTY = (
        "mail-empty",
        _("We found no text of yours in this email, only quoted text. Please send it again with your own text."),
    )
    MAIL_NOT_ADDRESSED = (
        "mail-not-addressed",
        _(
            "We could not tell what this email replies to. Please use “Reply” in the email about a comment, without "
            "changing the address, or post on the page."
        ),
    )
    MAIL_DIGEST = (
        "mail-digest",
        _(
            "This email cannot be answered by email, because it is not about a single comment. Please open a comment "
            "from it and post on the page."
        ),
    )
    MAIL_TOO_LARGE = (
        "mail-too-large",
        _("This email is larger than 30 MB. Please send it again with fewer or smaller files."),
    )
    MAIL_NO_THREADS = (
        "mail-no-threads",
        _("Threads cannot be started by email in this theme. You can start one on the page."),
    )
    MAIL_NO_SUBJECT = (
        "mail-no-subject",
        _("The subject of an email becomes the title of the thread. Please send it again with a subject."),
    )
    MAIL_LONG_SUBJECT = (
        "mail-long-subject",
        _("The subject of an email becomes the title of the thread, and a title has at most 150 characters."),
    )
    BUSY = "busy", _("The server is busy right now. Nothing was lost. Please try again in a few seconds.")
    TOO_MANY_TEXTS = (
        "too-many-texts",
        _("We cannot keep more texts for this network at the moment. Copy your text, then log in to send it."),
    )
    TOO_MANY_UPLOADS = "too-many-uploads", _("You have added many files in a short time. Please wait ten minutes.")
