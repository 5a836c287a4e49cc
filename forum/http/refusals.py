"""Refusals as pages: the sentence, the status code, and the text somebody typed."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.http.errors import RETRY_AFTER, typed_in
from forum.http.links import login_url
from forum.kernel.errors import Refused, TextRefused
from forum.kernel.reasons import Reason

# The world moved on between the page and the click; everything else is a matter of permission.
CONFLICTS = {
    Reason.THREAD_LOCKED, Reason.COMMENT_GONE, Reason.SENT_ALREADY, Reason.NOT_PUBLIC, Reason.NOT_REMOVED,
    Reason.ALREADY_LOCKED, Reason.NOT_LOCKED, Reason.DIALOGUE_CLOSED, Reason.NOTE_NEEDED, Reason.CURRENT_VERSION,
    Reason.REVISION_UNCHANGED, Reason.NOT_TRUSTED,
    Reason.ALREADY_PINNED, Reason.NOT_PINNED,
    Reason.ALREADY_HIDDEN, Reason.NOT_HIDDEN, Reason.COMMENT_CHANGED, Reason.EDITED_ELSEWHERE, Reason.OTHER_PERSON,
    Reason.TOO_MANY_DRAFTS, Reason.TOO_MANY_FILES, Reason.NOT_HELD, Reason.THREAD_MERGED, Reason.IS_OPENING,
    Reason.CHANGED_MEANWHILE,
    Reason.DECIDED_MEANWHILE, Reason.EDITED_MEANWHILE, Reason.WITHDRAWN_MEANWHILE, Reason.NOT_SAID_WHAT_WAS_SEEN,
    Reason.CLAIMED, Reason.ALREADY_OFF_TOPIC, Reason.NOT_OFF_TOPIC,
    Reason.CANNOT_UNDO, Reason.UNDONE_ALREADY, Reason.CHANGED_SINCE, Reason.HAS_ROLE,
    Reason.ROLE_GONE, Reason.LAST_ORGANISER, Reason.ORGANISES_ALONE,
    Reason.FLAGGED_ALREADY, Reason.KEPT_ALREADY, Reason.NOT_FLAGGED, Reason.NO_FLAG_OF_YOURS, Reason.REPORT_DECIDED,
    Reason.NOTHING_TO_APPEAL, Reason.APPEALED_ALREADY, Reason.OTHER_DECISION, Reason.APPEAL_DECIDED,
    Reason.SAME_THREAD, Reason.SAME_THEME, Reason.SAME_TITLE, Reason.YOUNGER_THREAD,
    Reason.ENDED_ALREADY, Reason.NOTHING_TO_RESTORE,
    Reason.THREAD_CLOSED, Reason.THEME_LOCKED, Reason.SLOW_MODE, Reason.SLOW_ALREADY, Reason.NO_PLAN,
    Reason.THEME_LOCKED_ALREADY, Reason.THEME_NOT_LOCKED, Reason.NO_NOTE, Reason.SUMMARY_CHANGED,
    Reason.SUMMARY_UNCHANGED, Reason.POINT_NOT_PUBLIC, Reason.NO_SUMMARY, Reason.ASKED_ALREADY,
    Reason.ANSWERED_ALREADY, Reason.LAID_ALREADY,
}  # fmt: skip
CONFLICT, BUSY = 409, 503
WEIGHTS = {
    Reason.FILE_TOO_LARGE: 413,
    Reason.BUSY: BUSY,
    Reason.TOO_MANY_TEXTS: 429,
    Reason.TOO_MANY_UPLOADS: 429,
    Reason.TOO_MANY_FLAGS: 429,
    Reason.TOO_MANY_REPORTS: 429,
}
LOGINS = {
    Reason.LOGIN_NEEDED,
    Reason.LOGIN_FOR_FLAG,
    Reason.LOGIN_FOR_APPEAL,
}  # somebody who only looks is asked to log in, and led back
UNREADABLE = 422  # the request was understood, its text cannot be accepted


def status_of(reason: Reason | None) -> int:
    """The HTTP status that says the same as the reason."""
    if reason is None:
        return 200
    return CONFLICT if reason in CONFLICTS else WEIGHTS.get(reason, 403)


def status_after(form: Form | None, reason: Reason | None) -> int:
    """The HTTP status of a page that gives a form back: the refusal's, else the form's own."""
    if form is None:
        return 200
    if reason is not None:
        return status_of(reason)
    return UNREADABLE if form.is_bound and form.errors else 200


class RefusalMiddleware:
    """Turns a Refused or TextRefused that no view caught into its page: the last net, for acts without a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == BUSY:
            response.setdefault("Retry-After", RETRY_AFTER)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, TextRefused):
            return _told(request, error.sentence, UNREADABLE)
        if not isinstance(error, Refused):
            return None
        if error.reason in LOGINS and request.method == "GET":
            return redirect(login_url(request.get_full_path()))
        return _told(request, str(error.reason.label), status_of(error.reason))


def _told(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    title = _("Busy right now") if status == BUSY else ""
    context = {
        "title": title,
        "heading": title or (_("This has changed since you opened it") if status == CONFLICT else ""),
        "sentence": sentence,
        "typed": typed_in(request),
        "back_url": _place_of(request),
    }
    return render(request, "403.html", context, status=status)


def _place_of(request: HttpRequest) -> str:
    """The comment or thread that a refused act was about."""
    asked = request.resolver_match.kwargs if request.resolver_match else {}
    if "comment_id" in asked:
        return reverse("comment", args=[asked["comment_id"]])
    return reverse("thread", args=[asked["thread_id"]]) if "thread_id" in asked else ""
