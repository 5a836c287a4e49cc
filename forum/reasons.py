"""Every reason for a no, in the words of whoever asked."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why not. Each is a whole sentence for the person who asked."""

    LOGIN_NEEDED = "login-needed", _("You must be logged in to reply or to open a thread.")
    NOT_VERIFIED = "not-verified", _("Please confirm your e-mail address first; then you can take part.")
    NOT_OPEN_YET = "not-open-yet", _("The dialogue has not opened yet.")
    DIALOGUE_CLOSED = "dialogue-closed", _("The dialogue is closed. Everything stays readable.")
    THREAD_LOCKED = "thread-locked", _("This thread is locked; nothing can be added or changed in it.")
    THREAD_CLOSED = "thread-closed", _("This thread has closed as planned; nothing can be added or changed in it.")
    THEME_LOCKED = "theme-locked", _("This theme is closed; everything in it stays readable.")
    SLOW_MODE = (
        "slow-mode",
        _("Slow mode is on here: please wait a little before you write again. Your words are kept."),
    )
    SLOW_ALREADY = "slow-already", _("Slow mode is set so already.")
    PLAN_EMPTY = "plan-empty", _("Please give at least one time.")
    PLAN_PAST = "plan-past", _("This time has passed. Please choose one that is still to come.")
    PLAN_BACKWARDS = "plan-backwards", _("It has to close before it opens again.")
    NO_PLAN = "no-plan", _("No closing or opening is planned here.")
    THEME_LOCKED_ALREADY = "theme-locked-already", _("This theme is locked already.")
    THEME_NOT_LOCKED = "theme-not-locked", _("This theme is not locked.")
    NO_NOTE = "no-note", _("There is no note here.")
    NOT_RAPPORTEUR = "not-rapporteur", _("Only the rapporteurs and moderators here write the summary.")
    SUMMARY_CHANGED = (
        "summary-changed",
        _("A colleague changed the summary while you wrote. Both texts are below; save once more to keep yours."),
    )
    SUMMARY_UNCHANGED = (
        "summary-unchanged",
        _("The summary has not changed since that point was missed. Please change it, or explain why it stays."),
    )
    POINT_NOT_PUBLIC = "point-not-public", _("A comment named here is not public in this event.")
    NO_SUMMARY = "no-summary", _("This thread has no summary yet.")
    ASKED_ALREADY = (
        "asked-already",
        _("You have said already what you miss here. It is answered first; then you can say more."),
    )
    LOGIN_TO_ASK = "login-to-ask", _("You must be logged in to say what is missing.")
    OWN_REQUEST = "own-request", _("Nobody answers their own request; a colleague will.")
    ANSWERED_ALREADY = "answered-already", _("A colleague answered this meanwhile. Nothing was changed.")
    SENT_ALREADY = (
        "sent-already",
        _("This form was sent before, with another text, and that comment is in the thread. You can edit it there."),
    )
    LAID_ALREADY = (
        "laid-already",
        _("This form was sent before with other words, which hold. To let these hold, too, send it once more."),
    )
    COMMENT_GONE = "comment-gone", _("The comment you answer is no longer public.")
    NOT_YOURS = "not-yours", _("This comment was written by somebody else.")
    REVISION_UNCHANGED = (
        "revision-unchanged",
        _("The text is as it was. Please change what the moderator asks for; then it goes back to the moderators."),
    )
    NOTE_NEEDED = "note-needed", _("After 30 minutes an edit needs a note that says what changed.")
    NOT_PUBLIC = "not-public", _("This comment is not public.")
    NOT_REMOVED = "not-removed", _("This comment was not removed by a moderator.")
    NOT_HELD = "not-held", _("This comment does not wait for a decision.")
    THREAD_MERGED = "thread-merged", _("This thread was merged into another one meanwhile.")
    IS_OPENING = "is-opening", _("This comment opens its thread already.")
    SAME_THREAD = "same-thread", _("A thread cannot be merged into itself.")
    SAME_THEME = "same-theme", _("The thread is in this theme already.")
    SAME_TITLE = "same-title", _("The thread has this title already.")
    OTHER_EVENT = "other-event", _("Threads move within one event only.")
    YOUNGER_THREAD = (
        "younger-thread",
        _("That thread is younger. Merge it into this one instead: the older opening stays the opening."),
    )
    NOT_ORGANISER = "not-organiser", _("Only the organisers of this event can do this.")
    HAS_ROLE = "has-role", _("This person has this role already.")
    ROLE_GONE = "role-gone", _("This role was taken away meanwhile.")
    LAST_ORGANISER = (
        "last-organiser",
        _("Somebody must organise this event. Make somebody else an organiser first; then take this role away."),
    )
    WHOLE_EVENT = "whole-event", _("Organisers organise the whole event. Choose every theme for them.")
    NOT_MODERATOR = "not-moderator", _("Only the moderators here can do this.")
    NOT_MODERATOR_THERE = "not-moderator-there", _("You moderate here, but not in the theme you chose.")
    OWN_COMMENT = "own-comment", _("Nobody decides on their own comment; you can withdraw it instead.")
    DECIDED_MEANWHILE = (
        "decided-meanwhile",
        _("Somebody decided about this comment meanwhile. Nothing was changed."),
    )
    WITHDRAWN_MEANWHILE = "withdrawn-meanwhile", _("Its author has withdrawn this comment. Nothing was decided.")
    NOT_SAID_WHAT_WAS_SEEN = (
        "not-said-what-was-seen",
        _("This form did not say which text you had read. Nothing was decided; please read the comment again."),
    )
    EDITED_MEANWHILE = (
        "edited-meanwhile",
        _("The author changed this comment after you opened it. Nothing was decided; please read it again."),
    )
    LEASED = "leased", _("A colleague is looking at this comment. Wait a moment, or take it over.")
    ALREADY_OFF_TOPIC = "already-off-topic", _("This comment is marked as off topic already.")
    NOT_OFF_TOPIC = "not-off-topic", _("This comment is not marked as off topic.")
    CANNOT_UNDO = "cannot-undo", _("This cannot be undone here; the comment's own page offers what is possible.")
    UNDONE_ALREADY = "undone-already", _("This was undone already.")
    CHANGED_SINCE = "changed-since", _("More has happened since, so this cannot be undone any more.")
    LOGIN_FOR_APPEAL = "login-for-appeal", _("You must be logged in to answer a decision.")
    NOTHING_TO_APPEAL = "nothing-to-appeal", _("There is no decision about this comment that could be answered.")
    APPEALED_ALREADY = "appealed-already", _("You answered this decision already; that can be done once.")
    LINK_ENDED = (
        "link-ended",
        _("This link does not hold, or not any more. Log in to answer, or write to the organisers of the event."),
    )
    OTHER_DECISION = (
        "other-decision",
        _("Another decision about this comment was taken meanwhile. Please read it; then send your words once more."),
    )
    OWN_DECISION = "own-decision", _("You took this decision, so another moderator decides about the appeal.")
    APPEAL_DECIDED = "appeal-decided", _("A colleague decided about this appeal meanwhile. Nothing was changed.")
    ALREADY_PINNED = "already-pinned", _("This comment is pinned already.")
    NOT_PINNED = "not-pinned", _("This comment is not pinned.")
    ALREADY_LOCKED = "already-locked", _("This thread is locked already.")
    NOT_LOCKED = "not-locked", _("This thread is not locked.")
    CURRENT_VERSION = "current-version", _("This is the current text; only earlier versions can be hidden.")
    ALREADY_HIDDEN = "already-hidden", _("This version is hidden already.")
    NOT_HIDDEN = "not-hidden", _("This version is not hidden.")
    LOGIN_FOR_STANCE = "login-for-stance", _("You must be logged in to say how you stand to a comment.")
    OWN_STANCE = "own-stance", _("This comment is yours: others say how they stand to it.")
    STANCES_OFF = "stances-off", _("In this theme people answer with words only; stances are switched off.")
    LOGIN_FOR_FLAG = "login-for-flag", _("You must be logged in to flag a comment.")
    OWN_FLAG = "own-flag", _("This comment is yours. You can edit or withdraw it instead.")
    FLAGGED_ALREADY = "flagged-already", _("You have flagged this comment. You can take that back until it is decided.")
    KEPT_ALREADY = (
        "kept-already",
        _("You flagged this comment before, a moderator looked at it and kept it, and it has not changed since."),
    )
    NOT_FLAGGED = "not-flagged", _("No flag on this comment waits for a decision.")
    NO_FLAG_OF_YOURS = "no-flag-of-yours", _("You have no flag here that waits for a decision.")
    TOO_MANY_FLAGS = (
        "too-many-flags",
        _("You flagged many comments within the last hour. Your words are below; please send them later."),
    )
    TOO_MANY_REPORTS = (
        "too-many-reports",
        _("Many reports came from your network within the last hour. Your words are below; please send them later."),
    )
    REPORT_DECIDED = "report-decided", _("This report was decided meanwhile. Your words are below.")
    COMMENT_CHANGED = (
        "comment-changed",
        _("The comment you answer was edited while you wrote. Please read it again; then send your reply once more."),
    )
    EDITED_ELSEWHERE = (
        "edited-elsewhere",
        _("You edited this comment in another window meanwhile. Please look at it; then save once more."),
    )
    OTHER_PERSON = (
        "other-person",
        _("This was written while somebody else was logged in here. Send it only if it is yours to send."),
    )
    TOO_MANY_DRAFTS = "too-many-drafts", _("You keep a hundred drafts here. Please send or discard some first.")
    DRAFT_TOO_LONG = "draft-too-long", _("This text is too long to be kept on the server; it stays in this browser.")
    FILES_OFF = "files-off", _("In this theme comments have no files.")
    TOO_MANY_FILES = "too-many-files", _("A comment can have four files. Please take one out first.")
    FILE_TOO_LARGE = "file-too-large", _("This file is larger than 5 MB. Please make it smaller first.")
    FILE_LOST = "file-lost", _("A file you added is no longer here. Please add it again, or take it out of the list.")
    NOT_DESCRIBED = (
        "not-described",
        _("Please say in a few words what each picture shows, for readers who cannot see it."),
    )
    WARNED = (
        "warned",
        _("A moderator has warned you. Please read that and confirm it; then you can write here again."),
    )
    PACED = "paced", _("You have sent as many comments as you may in one hour. Please wait a little.")
    SILENCED = "silenced", _("You can read everything here, but not write at present.")
    SUSPENDED = "suspended", _("You are suspended and cannot write at present.")
    BANNED = "banned", _("You are barred from this site and cannot write.")
    OWN_PERSON = "own-person", _("Nobody decides about themselves.")
    SAME_ROLE = "same-role", _("You cannot decide about somebody who has your role here, or a higher one.")
    DECIDES_ELSEWHERE = (
        "decides-elsewhere",
        _("This person decides in another event, too, and would be locked out there. You can silence them here."),
    )
    NOT_STAFF = "not-staff", _("Only the staff of this site can do this.")
    NO_ACCOUNT = "no-account", _("Nobody can log in with this name, so there is nobody to sanction.")
    NOT_FOR_THEME = "not-for-theme", _("This cannot be set for one theme, only for the whole event.")
    ENDED_ALREADY = "ended-already", _("This sanction is over already.")
    NOT_TRUSTED = "not-trusted", _("This trust was ended meanwhile. Nothing was changed.")
    NOTHING_TO_RESTORE = "nothing-to-restore", _("Nothing is left here that could be brought back.")
    NETWORK_BLOCKED = (
        "network-blocked",
        _("New accounts cannot write from your network just now. Your words stay in the form; please try another one."),
    )
    TOO_MANY_UPLOADS = "too-many-uploads", _("You added many files just now. Please wait ten minutes.")
