"""Reports of illegal content: anybody's form, the page of a report's own, and where moderators answer them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from unicodedata import normalize

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.adapter import AccountAdapter
from accounts.models import Viewer, logged_in
from forum.dialogue import fragments
from forum.dialogue.queries import comments
from forum.dialogue.rules.moderation import state_token, why_not_see_desk
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment
from forum.dialogue.web.comments import place_after
from forum.dialogue.web.reply_boxes import place_in_thread
from forum.dialogue.web.threads import page_context
from forum.events.queries import events
from forum.http import ratelimit
from forum.http.caching import only_theirs
from forum.http.loading import get_or_404
from forum.http.menus import Link
from forum.http.refusals import status_after
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.moderation.actions.reports import decide_report, report_comment
from forum.moderation.queries import reports
from forum.moderation.rules.reports import TO_END, why_not_decide_report, why_not_report
from forum.moderation.web.conflicts import changes_since
from forum.moderation.web.flag_forms import ReportAnswerForm, ReportForm
from forum.moderation.web.queues import REPORTED, page_of

REPORTS = 10  # an hour from one network address, which has many people behind it
CONFIRMATIONS = 3  # a day to one email address: anybody can type in somebody else's


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Where anybody reports a public comment as illegal."""
    # What was public when the writing began may be gone by now: that is told, and the text comes back.
    load = comments.once_readable if request.method == "POST" else comments.get
    shown: Any = get_or_404(load, request.user, comment_id)
    reason = why_not_report(shown)
    if request.method != "POST":
        refuse_if(reason)
    form = ReportForm(request.POST or None, initial=_initial_from_account(request))
    if form.is_valid() and reason is None:
        try:
            return only_theirs(redirect(_state_url(_send(request, shown, form))))
        except Refused as refusal:
            reason = refusal.reason
    context = page_context(shown.thread.theme) | {
        "label": comments.label_of(shown),
        "comment_html": fragments.comment_html(comments.one(shown)) if shown.is_public else "",
        "form": form,
        "why_not": str(reason.label) if reason else "",
        "action": request.path,
        "cancel_url": place_in_thread(shown) if shown.is_public else place_after(shown),
    }
    return only_theirs(render(request, "moderation/report_comment.html", context, status=status_after(form, reason)))


@COMMENT_ACTS.entry(320)
def _report_link(asked: AboutComment) -> Link | None:
    if why_not_report(asked.comment) is not None:
        return None
    return Link(_("Report illegal content"), asked.url("report"), rel="nofollow")


def _send(request: HttpRequest, shown: Any, form: ReportForm) -> Any:
    """Submits the report. Raises Refused."""
    sender = AccountAdapter(request).get_client_ip(request)
    if not ratelimit.allows(f"reports:{sender}", REPORTS, seconds=3600):
        raise Refused(Reason.TOO_MANY_REPORTS)
    confirms = ratelimit.allows(f"report-mail:{_mailbox(form.notice.email)}", CONFIRMATIONS, seconds=24 * 3600)
    key = form.cleaned_data["key"]
    return report_comment(shown, form.notice, key=key, now=timezone.now(), confirms=confirms)


def _mailbox(email: str) -> str:
    """The same for every way to write one address: in any case, and with anything behind a plus. Short, as a key is."""
    name, _at, host = normalize("NFKC", email).casefold().rpartition("@")
    return sha256(f"{name.partition('+')[0]}@{host}".encode()).hexdigest()


def _initial_from_account(request: HttpRequest) -> dict[str, str]:
    """Initial form values for a logged-in reporter: name and email address."""
    person: Viewer = request.user
    return {"name": person.name, "email": person.email or ""} if person.is_authenticated else {}


def _state_url(made: Any) -> str:
    return reverse("report_state", args=[made.number, made.secret])


@require_safe
def state(request: HttpRequest, report_number: str, secret: str) -> HttpResponse:
    """The status page of a report, for anyone who has its link."""
    shown = get_or_404(reports.state, report_number, secret)
    context = {"report": shown, "event": shown["event"], "address": request.path}
    return only_theirs(render(request, "moderation/report_state.html", context))


@require_safe
def listed(request: HttpRequest, event_slug: str) -> HttpResponse:
    """The reports of illegal content, for who decides about them."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    context = page_of(request, event, REPORTED, now=timezone.now())
    context["decided"] = reports.decided(request.user, event)
    return only_theirs(render(request, "moderation/reports.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, event_slug: str, report_id: int) -> HttpResponse:
    """Where a moderator answers a report, and removes the comment with the same decision."""
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    reported: Any = get_or_404(reports.get, request.user, event, report_id)
    comment = reported.comment
    reason = why_not_decide_report(request.user, reported, comment, comment.thread)
    if request.method != "POST":
        refuse_if(reason)
    # By what the form had shown: who is too late finds every word in it again.
    status = request.POST.get("seen", state_token(comment)).rpartition(".")[2]
    form = ReportAnswerForm(
        request.POST or None, case=comment.thread.theme, person=request.user, is_there=status in TO_END
    )
    if form.is_valid() and reason is None:
        try:
            return _decided(request, event, reported, form)
        except Refused as refusal:
            reason = refusal.reason
            reported = get_or_404(reports.get, request.user, event, report_id)  # as it is now
            comment = reported.comment
    context = page_context(comment.thread.theme) | {
        "report": reports.one(request.user, reported),
        "form": form,
        "seen": state_token(comment),
        "changes_html": changes_since(comment, reported.version_id),
        "why_not": str(reason.label) if reason else "",
        "action": request.path,
        "cancel_url": reverse("reports", args=[event.slug]),
    }
    return only_theirs(render(request, "moderation/report.html", context, status=status_after(form, reason)))


def _decided(request: HttpRequest, event: Any, reported: Any, form: ReportAnswerForm) -> HttpResponse:
    """Records the decision and redirects to the queue. Raises Refused."""
    said = form.cleaned_data
    decide_report(
        reported,
        by=logged_in(request.user),
        outcome=said["outcome"],
        statement=said["statement"],
        reason=said["reason"],
        now=timezone.now(),
        seen=request.POST.get("seen", ""),
        article=said["article"],
    )
    messages.success(request, _("Report %(number)s has been decided.") % {"number": reported.number})
    return redirect("reports", event.slug)
