"""Decisions about what waits: one card or many, from the desk, with scripts or without; leases; and taking back."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from forum.actions.judging import JUDGE, judge_many
from forum.actions.leases import leave_card, take_card
from forum.actions.undoing import undo, undo_batch
from forum.choices import Decision
from forum.errors import Refused, refuse_if
from forum.queries import comments, desk, entries
from forum.queries import events as event_queries
from forum.reasons import Reason
from forum.rules.moderation import why_not_judge, why_not_see_desk
from forum.rules.undoing import why_not_undo
from forum.web.comments import wants_json
from forum.web.desk import Desk, card_html, forms_for, said, undo_url
from forum.web.loading import found
from forum.web.reason_forms import JudgeForm, OptionalReasonForm
from forum.web.refusals import UNREADABLE, status_of
from forum.web.threads import page_context

PICK = re.compile(r"(\d{1,15}):(\d{1,15}\.[a-z]{1,10})")  # a comment, and what was seen of it
MOST_PICKED = 100


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, comment_id: int) -> HttpResponse:
    """One card on a page of its own; opening it takes it for two minutes. Sending its form decides."""
    comment: Any = found(comments.get, request.user, comment_id)
    _may_decide(request, comment)
    if request.method == "POST":
        return _judged(request, comment)
    refuse_if(why_not_judge(request.user, comment, comment.thread))
    try:
        take_card(comment, by=request.user, now=timezone.now())
    except Refused as refusal:
        if refusal.reason is not Reason.LEASED:
            raise
    return _page(request, comment)


@require_POST
def lease(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Takes a card, takes it over, or leaves it."""
    comment: Any = found(comments.get, request.user, comment_id)
    _may_decide(request, comment)
    act = request.POST.get("act", "take")
    if act == "leave":
        leave_card(comment, by=request.user)
    else:
        take_card(comment, by=request.user, now=timezone.now(), over=act == "over")
    if wants_json(request):
        return JsonResponse({"act": act})
    return redirect("judge", comment_id)


@require_POST
def many(request: HttpRequest, event_slug: str) -> HttpResponse:
    """The same decision about every card that was picked."""
    event: Any = found(event_queries.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    picked = [PICK.fullmatch(each) for each in request.POST.getlist("pick")[:MOST_PICKED]]
    form = JudgeForm(request.POST, case=Desk(event.pk), prefix="all")
    back = reverse("desk", args=[event.slug])
    if not all(picked):
        raise Http404
    if not picked or not form.is_valid():
        problem = _("Pick at least one card first.") if not picked else form.problem
        if wants_json(request):
            return JsonResponse({"problem": problem}, status=UNREADABLE)
        messages.error(request, problem)
        return redirect(back)
    seen = {int(each[1]): each[2] for each in picked if each}
    facts = {name: form.cleaned_data[name] for name in ("reason", "article")}
    chosen = [(comment, seen[comment.pk]) for comment in comments.several(request.user, list(seen))]
    judged = judge_many(chosen, Decision(form.cleaned_data["decision"]), by=request.user, now=timezone.now(), **facts)
    words = _count_of(len(judged.entries), judged.refused)
    undo_all = reverse("undo_batch", args=[judged.batch]) if judged.entries else ""
    if wants_json(request):
        states = {entry.comment_id: _told(entry.comment_id) for entry in judged.entries}
        return JsonResponse({"said": words, "undo": undo_all, "states": states})
    messages.success(request, words)
    return redirect(f"{back}?decided={judged.batch}" if judged.entries else back)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Undoes one decision, after a page that says what will happen."""
    entry: Any = found(entries.get, entry_id)
    refuse_if(why_not_undo(request.user, entry))
    back = (
        reverse("comment", args=[entry.comment_id]) if entry.comment_id else reverse("thread", args=[entry.thread_id])
    )
    form = OptionalReasonForm(request.POST if request.method == "POST" else None, case=Desk(entry.event_id))
    if request.method == "POST" and form.is_valid():
        undo(entry, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        if wants_json(request):
            return JsonResponse(_fresh_card(request, entry.comment_id))
        messages.success(request, _("Undone: it is as it was before."))
        return redirect((request.POST.get("back") == "desk" and reverse("desk", args=[entry.event.slug])) or back)
    context = page_context(entry.theme_now) | {
        "title": _("Undo: %(what)s") % {"what": entry.get_act_display()},
        "lead": _("It is as it was before. The log keeps both: the decision, and that it was taken back."),
        "button": _("Undo it"),
        "form": form,
        "action": request.path,
        "cancel_url": reverse("moderation_log", args=[entry.event.slug]),
    }
    return render(request, "comment/confirm.html", context, status=UNREADABLE if form.errors else 200)


@require_POST
def take_batch_back(request: HttpRequest, batch: str) -> HttpResponse:
    """Undoes what was decided as one."""
    first: Any = found(entries.first_of_batch, batch)
    refuse_if(why_not_see_desk(request.user, first.event_id))
    done, refused = undo_batch(batch, by=request.user, reason="", now=timezone.now())
    words = ngettext("%(n)s decision is undone.", "%(n)s decisions are undone.", done) % {"n": done}
    if refused:
        words += " " + str(refused[0].reason.label)
    if wants_json(request):
        return JsonResponse({"said": words})
    messages.success(request, words)
    return redirect("moderation_log" if request.POST.get("back") == "log" else "desk", first.event.slug)


def _may_decide(request: HttpRequest, comment: Any) -> None:
    """Whether this person decides here at all; that it does not wait any more is told with what became of it."""
    no = why_not_judge(request.user, comment, comment.thread)
    refuse_if(no if no is not Reason.NOT_HELD else None)


def _judged(request: HttpRequest, comment: Any) -> HttpResponse:
    event = comment.thread.theme.event
    form = JudgeForm(request.POST, case=Desk(event.pk), prefix=f"c{comment.pk}")
    if not form.is_valid():
        if wants_json(request):
            problem = form.problem
            return JsonResponse({"problem": problem}, status=UNREADABLE)
        return _page(request, comment, form=form, status=UNREADABLE)
    facts = {name: form.cleaned_data[name] for name in ("reason", "article", "seen")}
    try:
        JUDGE[form.cleaned_data["decision"]](comment, by=request.user, now=timezone.now(), **facts)
    except Refused as refusal:
        return _too_late(request, comment, form, refusal.reason)
    if wants_json(request):
        return JsonResponse(_told(comment.pk))
    messages.success(request, f"{comments.label_of(comment)}: {Decision(form.cleaned_data['decision']).label}.")
    return redirect(f"{reverse('desk', args=[event.slug])}?decided={_told(comment.pk)['entry']}")


def _too_late(request: HttpRequest, comment: Any, form: JudgeForm, reason: Reason) -> HttpResponse:
    """Nothing was decided: who did what meanwhile, and the card as it is now."""
    fresh: Any = found(comments.get, request.user, comment.pk)
    told = _told(comment.pk) if reason is Reason.DECIDED_MEANWHILE else {"decided": ""}
    problem = " ".join(filter(None, [str(reason.label), str(told["decided"])]))
    if wants_json(request):
        body = told | {"problem": problem, "reason": reason.value}
        if why_not_judge(request.user, fresh, fresh.thread) is None:
            body |= _fresh_card(request, comment.pk)
        return JsonResponse(body, status=status_of(reason))
    if why_not_judge(request.user, fresh, fresh.thread) is not None:
        messages.error(request, problem)
        return redirect("desk", fresh.thread.theme.event.slug)
    return _page(request, fresh, form=form, problem=problem, status=status_of(reason))


def _page(
    request: HttpRequest, comment: Any, *, form: JudgeForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    card = forms_for([desk.card(request.user, comment, now=timezone.now())], comment.thread.theme.event, request.user)[
        0
    ]
    if form is not None:
        if problem:
            form.data = {**form.data.dict(), form.add_prefix("seen"): card["seen"]}  # type: ignore[attr-defined]
        card["form"] = form
    context = page_context(comment.thread.theme) | {
        "card": card | {"is_alone": True},
        "problem": problem,
        "desk_url": reverse("desk", args=[comment.thread.theme.event.slug]),
    }
    return render(request, "moderation/judge.html", context, status=status)


def _fresh_card(request: HttpRequest, comment_id: int | None) -> dict[str, Any]:
    if comment_id is None:
        return {}
    comment: Any = found(comments.get, request.user, comment_id)
    card = desk.card(request.user, comment, now=timezone.now())
    if not card["is_waiting"]:
        return {}
    return {"card": card_html(request, forms_for([card], comment.thread.theme.event, request.user)[0])}


def _told(comment_id: int | None) -> dict[str, Any]:
    """What was decided about a comment, as its card says it from then on."""
    decided = desk.last_decisions([comment_id or 0]).get(comment_id or 0, {})
    return {"decided": said(decided), "undo": undo_url(decided), "entry": decided.get("entry", "")}


def _count_of(decided: int, refused: list[tuple[Any, Reason]]) -> str:
    words = [ngettext("%(n)s comment is decided.", "%(n)s comments are decided.", decided) % {"n": decided}]
    words += [f"{comments.label_of(comment)}: {reason.label}" for comment, reason in refused]
    return " ".join(words)
