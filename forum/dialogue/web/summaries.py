"""The summary of a thread: its page, writing it, missing a point in it, and answering who does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Viewer, logged_in
from forum.dialogue.actions.summaries import explain, miss_point, withhold, write_summary
from forum.dialogue.queries import comments, summaries, threads
from forum.dialogue.rules.summaries import why_not_answer, why_not_ask, why_not_summarise, why_not_withhold
from forum.dialogue.web.sanction_notice import sanction_notice
from forum.dialogue.web.summary_forms import MissingForm, RequestAnswerForm, SummaryForm
from forum.dialogue.web.threads import page_context
from forum.events.rules.roles import may_moderate, may_summarise
from forum.http.caching import answer
from forum.http.errors import typed_in
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE, status_of
from forum.kernel.choices import PointKind, RequestOutcome
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason

ANSWERS = {
    RequestOutcome.EXPLAINED: (
        explain,
        _lazy("Your answer has been sent. It is shown next to the summary with the suggestion."),
    ),
    RequestOutcome.WITHHELD: (
        withhold,
        _lazy("The suggestion has been hidden. Your reason is shown next to the summary."),
    ),
}


@require_safe
def page(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The summary, what was missed in it with the answers, and what waits for one: that is not for everybody."""
    try:
        thread = get_or_404(threads.get, request.user, thread_id)
    except Http404:
        return after_merge("summary", thread_id)
    writes, decides = may_summarise(request.user, thread.theme), may_moderate(request.user, thread.theme)
    context = place(thread) | {
        "summary": summaries.current(thread),
        "answered": [
            row | _withhold(request.user, thread, row)
            for row in summaries.answered(request.user, thread, decides=decides)
        ],
        "waiting": summaries.open_requests(thread) if writes else [],
        "own": None if writes else summaries.own_request(request.user, thread),
        "may_summarise": writes,
        "has_history": summaries.has_history(thread),
        "canonical": request.path,
    }
    return answer(request, context, lambda: render(request, "dialogue/summary.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, thread_id: int) -> HttpResponse:
    thread = get_or_404(threads.get, request.user, thread_id)
    refuse_if(why_not_summarise(request.user, thread))
    current = summaries.as_typed(thread)
    requests = [row for row in summaries.open_requests(thread) if row["person_id"] != request.user.pk]
    initial = {"base": current["number"], **current["sources"]}
    form = SummaryForm(request.POST or None, thread=thread, requests=requests, initial=initial)
    reason, theirs = None, None
    if request.method == "POST" and form.is_valid():
        try:
            _write(request, thread, form)
            messages.success(request, _("The summary has been saved."))
            return redirect("summary", thread.pk)
        except Refused as refusal:
            reason = refusal.reason
        if reason is Reason.SUMMARY_CHANGED:
            theirs = _theirs(get_or_404(threads.get, request.user, thread_id))
            form.data = {**request.POST.dict(), "base": theirs["number"]} | _ticked(form)
    context = place(thread) | {
        "form": form,
        "notice": str(reason.label) if reason else "",
        "theirs": theirs["lists"] if theirs else [],
        "action": request.path,
    }
    status = status_of(reason) if reason else UNREADABLE if form.errors else 200
    return render(request, "dialogue/summary_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def missing(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The form by which readers say that their point is not in the summary."""
    thread = get_or_404(threads.get, request.user, thread_id)
    if not request.user.is_authenticated and request.method != "POST":
        raise Refused(Reason.LOGIN_NEEDED)
    has_asked = summaries.own_request(request.user, thread) is not None
    no = why_not_ask(request.user, thread, now=timezone.now(), has_asked=has_asked)
    if no and (sanction := sanction_notice(request.user, thread.theme, no)):
        back = reverse("summary", args=[thread_id])
        told = {"sentence": no.label, "sanction": sanction, "typed": typed_in(request), "back_url": back}
        return render(request, "403.html", told, status=status_of(no))
    refuse_if(no)
    form = MissingForm(request.POST or None, thread=thread)
    if request.method == "POST" and form.is_valid():
        named = form.cleaned_data["comment"]
        comment = get_or_404(comments.get, request.user, named) if named else None
        text = form.cleaned_data["source"]
        miss_point(thread, text=text, comment=comment, by=request.user, now=timezone.now())
        messages.success(request, _("Thank you. The authors of the summary will answer, and you will be notified."))
        return redirect("summary", thread.pk)
    context = page_context(thread.theme) | {
        "title": _("Suggest a missing point"),
        "lead": _(
            "Tell us what the summary leaves out. Your suggestion and the answer will be shown next to the summary."
        ),
        "form": form,
        "action": request.path,
        "cancel_url": reverse("summary", args=[thread.pk]),
        "button": _("Send suggestion"),
    }
    return render(request, "dialogue/confirm.html", context, status=UNREADABLE if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_request(request: HttpRequest, thread_id: int, request_id: int) -> HttpResponse:
    """An explanation, or why the request is not shown: that can be said later, too, when the words are public.

    A point that is taken up is ticked where the summary is edited.
    """
    thread = get_or_404(threads.get, request.user, thread_id)
    refuse_if(why_not_summarise(request.user, thread))
    asked: Any = get_or_404(summaries.request_in, thread, request_id)
    noes: dict[str, Reason | None] = {
        RequestOutcome.EXPLAINED: why_not_answer(request.user, asked, thread),
        RequestOutcome.WITHHELD: why_not_withhold(
            request.user, thread, asker_id=asked.person_id, is_withheld=asked.is_withheld
        ),
    }
    refuse_if(noes.get(request.POST.get("outcome", "")))
    outcomes = [outcome for outcome in RequestOutcome if noes[outcome] is None]
    refuse_if(None if outcomes else noes[RequestOutcome.EXPLAINED])
    form = RequestAnswerForm(request.POST or None, outcomes=outcomes)
    if request.method == "POST" and form.is_valid():
        act, done = ANSWERS[form.cleaned_data["outcome"]]
        act(asked, thread=thread, by=logged_in(request.user), reason=form.cleaned_data["reason"], now=timezone.now())
        messages.success(request, done)
        return redirect("summary", thread.pk)
    context = page_context(thread.theme) | {
        "title": _("Answer %(name)s") % {"name": asked.person.name},
        "lead": _("This suggestion has been answered, and everyone can read it. You can hide its text.")
        if asked.answered_at
        else _("If the point belongs in the summary, edit the summary and tick the suggestion there instead."),
        "hidden_text": asked.text,
        "form": form,
        "action": request.path,
        "cancel_url": reverse("summary", args=[thread.pk]),
        "button": _("Send answer"),
    }
    return render(request, "dialogue/confirm.html", context, status=UNREADABLE if form.errors else 200)


def _withhold(person: Viewer, thread: Any, row: dict[str, Any]) -> dict[str, str]:
    """Where an answered request can be taken out of sight; empty for who may not."""
    no = why_not_withhold(person, thread, asker_id=row["person_id"], is_withheld=row["is_withheld"])
    return {"withhold_url": "" if no else row["answer_url"]}


def _write(request: HttpRequest, thread: Any, form: SummaryForm) -> None:
    write_summary(
        thread,
        points=form.points,
        base=form.cleaned_data["base"],
        takes_up=form.cleaned_data.get("takes_up", []),
        by=logged_in(request.user),
        now=timezone.now(),
    )


def _theirs(thread: Any) -> dict[str, Any]:
    """The summary that a colleague saved meanwhile, as its writers type it."""
    current = summaries.as_typed(thread)
    lists = [{"label": kind.label, "source": current["sources"].get(kind.value, "")} for kind in PointKind]
    return {"number": current["number"], "lists": lists}


def _ticked(form: SummaryForm) -> dict[str, Any]:
    """What was ticked: a plain dictionary of the form's data would keep one of them."""
    return {"takes_up": form.data.getlist("takes_up")}  # type: ignore[attr-defined]


def after_merge(name: str, thread_id: int) -> HttpResponse:
    """To the page of the thread that this one was merged into. Raises Http404."""
    if (goes_on := threads.goes_on_in(thread_id)) is None:
        raise Http404
    return redirect(name, goes_on)


def place(thread: Any) -> dict[str, Any]:
    """What the pages of a summary say about where they are."""
    return page_context(thread.theme) | {
        "thread": {"title": threads.title_of(thread), "url": reverse("thread", args=[thread.pk]), "id": thread.pk},
        "urls": {
            "summary": reverse("summary", args=[thread.pk]),
            "edit": reverse("edit_summary", args=[thread.pk]),
            "history": reverse("summary_history", args=[thread.pk]),
            "missing": reverse("miss_point", args=[thread.pk]),
        },
    }
