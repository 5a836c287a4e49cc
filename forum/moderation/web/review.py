"""Decisions about what waits: one card or many, from the desk, with scripts or without; claims; and taking back."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import logged_in
from forum.dialogue.queries import comments
from forum.dialogue.rules.moderation import why_not_review, why_not_see_desk
from forum.dialogue.web.comment_acts import offer_link
from forum.dialogue.web.comments import wants_json
from forum.dialogue.web.threads import page_context
from forum.events.queries import conduct
from forum.events.queries import events as event_queries
from forum.events.web.reason_forms import OptionalReasonForm, ReviewForm
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE, status_of
from forum.kernel.choices import Decision
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.moderation.actions.claims import claim_card, release_card
from forum.moderation.actions.review import review_comment, review_many
from forum.moderation.actions.undoing import undo, undo_batch
from forum.moderation.queries import desk, entries
from forum.moderation.rules.undoing import why_not_undo
from forum.moderation.web.cards import became, card_html, forms_for
from forum.moderation.web.conflicts import changes_html
from forum.moderation.web.desk import desk_url
from forum.moderation.web.desk import page as desk_page

PICK = re.compile(r"(\d{1,15}):(\d{1,15}\.[a-z]{1,10})")  # a comment, and what was seen of it
MOST_PICKED = 100
CHOOSE = "choose"  # without scripts: the card on a page of its own, with the lists and what was typed


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, comment_id: int) -> HttpResponse:
    """One card on a page of its own. Sending its form decides; the page's script takes the card (`claim`).

    `seen` asks for what changed since then; the script of an open desk takes the card alone.
    """
    comment: Any = get_or_404(comments.get, request.user, comment_id)
    _may_decide(request, comment)
    if request.method == "POST":
        return _reviewed(request, comment)
    refuse_if(why_not_review(request.user, comment, comment.thread))
    seen = request.GET.get("seen", "")
    if wants_json(request):
        return JsonResponse(_fresh_card(request, comment, seen=seen))
    return _page(request, comment, seen=seen)


offer_link("review", _lazy("Review"), order=210, why_not=why_not_review)


@require_POST
def claim(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Takes a card, takes it over, or leaves it."""
    comment: Any = get_or_404(comments.get, request.user, comment_id)
    _may_decide(request, comment)
    act = request.POST.get("act", "take")
    if act == "leave":
        release_card(comment, by=logged_in(request.user))
    else:
        claim_card(comment, by=logged_in(request.user), now=timezone.now(), over=act == "over")
    if wants_json(request):
        return JsonResponse({"act": act})
    return redirect("review", comment_id)


@require_POST
def many(request: HttpRequest, event_slug: str) -> HttpResponse:
    """The same decision about every card that was picked."""
    event: Any = get_or_404(event_queries.get, request.user, event_slug)
    refuse_if(why_not_see_desk(request.user, event.pk))
    picked = [PICK.fullmatch(each) for each in request.POST.getlist("pick")[:MOST_PICKED]]
    form = ReviewForm(request.POST, known=conduct.of_event(event.pk), prefix="all")
    if not all(picked):
        raise Http404
    seen = {int(each[1]): each[2] for each in picked if each}
    if not picked or not form.is_valid():
        return _not_yet(request, event, form, seen)
    chosen = [(comment, seen[comment.pk]) for comment in comments.several(request.user, list(seen))]
    reviewed = review_many(
        chosen,
        Decision(form.cleaned_data["decision"]),
        by=logged_in(request.user),
        reason=form.cleaned_data["reason"],
        now=timezone.now(),
        article=form.cleaned_data["article"],
    )
    words = _count_of(len(reviewed.entries), reviewed.refused)
    if wants_json(request):
        undo_all = reverse("undo_batch", args=[reviewed.batch]) if reviewed.batch else ""
        told = _told(request, event, [entry.comment_id or 0 for entry in reviewed.entries])
        return JsonResponse({"said": words, "undo": undo_all, "states": told})
    messages.success(request, words)
    return redirect(desk_url(event, request.POST.get("back", ""), decided=reviewed.batch))


def _not_yet(request: HttpRequest, event: Any, form: ReviewForm, picked: Collection[int]) -> HttpResponse:
    """Nothing was decided: the desk as it was asked for, with what was picked and typed."""
    problem = "" if picked else _("Select at least one comment first.")
    if wants_json(request):
        return JsonResponse({"problem": problem or form.problem}, status=UNREADABLE)
    request.GET = QueryDict(request.POST.get("back", ""))
    return desk_page(request, event, bulk=form, picked=picked, problem=problem, status=UNREADABLE)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Undoes one decision, after a page that says what will happen."""
    entry: Any = get_or_404(entries.get, entry_id)
    no = why_not_undo(request.user, entry)
    if no is not None and wants_json(request):
        return JsonResponse({"problem": str(no.label)}, status=status_of(no))
    refuse_if(no)
    back = (
        reverse("comment", args=[entry.comment_id]) if entry.comment_id else reverse("thread", args=[entry.thread_id])
    )
    form = OptionalReasonForm(request.POST if request.method == "POST" else None, case=entry)
    if request.method == "POST" and form.is_valid():
        undo(entry, by=logged_in(request.user), reason=form.cleaned_data["reason"], now=timezone.now())
        if wants_json(request):
            return JsonResponse({"cards": _waiting_again(request, entry.event, [entry.comment_id])})
        messages.success(request, _("Undone."))
        return redirect(desk_url(entry.event, request.POST["back"]) if "back" in request.POST else back)
    context = page_context(entry.theme_now) | {
        "title": _("Undo: %(what)s") % {"what": entry.get_act_display()},
        "lead": _(
            "This restores the state before the decision. The moderation log keeps both the decision and its reversal."
        ),
        "button": _("Undo"),
        "form": form,
        "action": request.path,
        "cancel_url": reverse("moderation_log", args=[entry.event.slug]),
    }
    return render(request, "dialogue/confirm.html", context, status=UNREADABLE if form.errors else 200)


@require_POST
def take_batch_back(request: HttpRequest, batch: str) -> HttpResponse:
    """Undoes what was decided as one."""
    first: Any = get_or_404(entries.first_of_batch, batch)
    refuse_if(why_not_see_desk(request.user, first.event_id))
    done, refused = undo_batch(batch, by=logged_in(request.user), reason="", now=timezone.now())
    words = ngettext("%(n)s decision has been undone.", "%(n)s decisions have been undone.", done) % {"n": done}
    if refused:
        words += " " + str(refused[0].reason.label)
    if wants_json(request):
        ids = entries.comments_of_batch(batch)
        return JsonResponse({"said": words, "cards": _waiting_again(request, first.event, ids)})
    messages.success(request, words)
    if request.POST.get("back") == "log":
        return redirect("moderation_log", first.event.slug)
    return redirect(desk_url(first.event, request.POST.get("back", "")))


def _may_decide(request: HttpRequest, comment: Any) -> None:
    """Whether this person decides here at all; that it does not wait any more is told with what became of it."""
    no = why_not_review(request.user, comment, comment.thread)
    refuse_if(no if no is not Reason.NOT_HELD else None)


def _reviewed(request: HttpRequest, comment: Any) -> HttpResponse:
    event = comment.thread.theme.event
    form = ReviewForm(request.POST, case=comment.thread.theme, prefix=f"c{comment.pk}")
    if request.POST.get("act") == CHOOSE:
        return _page(request, comment, form=form)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse({"problem": form.problem}, status=UNREADABLE)
        return _page(request, comment, form=form, status=UNREADABLE)
    decision = Decision(form.cleaned_data["decision"])
    said = form.cleaned_data
    try:
        review_comment(
            comment,
            decision,
            by=logged_in(request.user),
            reason=said["reason"],
            now=timezone.now(),
            seen=said["seen"],
            article=said["article"],
        )
    except Refused as refusal:
        return _too_late(request, comment, form, refusal.reason)
    told = _told(request, event, [comment.pk])[comment.pk]
    if wants_json(request):
        return JsonResponse(told)
    messages.success(request, f"{comments.label_of(comment)}: {decision.label}.")
    return redirect(desk_url(event, request.POST.get("back", ""), decided=str(told["entry"])))


def _too_late(request: HttpRequest, comment: Any, form: ReviewForm, reason: Reason) -> HttpResponse:
    """Nothing was decided: who did what meanwhile, and the card as it is now, with what was typed on it."""
    fresh: Any = get_or_404(comments.get, request.user, comment.pk)
    event, told = fresh.thread.theme.event, {"decided": ""}
    if reason is Reason.DECIDED_MEANWHILE:
        told = _told(request, event, [fresh.pk])[fresh.pk]
    problem = " ".join(filter(None, [str(reason.label), str(told["decided"])]))
    waits = why_not_review(request.user, fresh, fresh.thread) is None
    if wants_json(request):
        body = told | {"problem": problem, "reason": reason.value}
        if waits:
            body |= _fresh_card(request, fresh, form=form)
        return JsonResponse(body, status=status_of(reason))
    if not waits:
        messages.error(request, problem)
        return redirect(desk_url(event, request.POST.get("back", "")))
    return _page(request, fresh, form=form, problem=problem, status=status_of(reason))


def _page(
    request: HttpRequest,
    comment: Any,
    *,
    form: ReviewForm | None = None,
    seen: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    card = _card(request, comment, form=form, seen=seen)
    context = page_context(comment.thread.theme) | {
        "card": card | {"is_alone": True, "has_lists": True},
        "problem": problem,
        "desk_url": desk_url(comment.thread.theme.event, card["back"]),
    }
    return render(request, "moderation/review.html", context, status=status)


def _card(request: HttpRequest, comment: Any, *, form: ReviewForm | None = None, seen: str = "") -> dict[str, Any]:
    """The card of a comment as it is now: with what changed since it was `seen`, and what was typed in its form."""
    found_now, event = desk.card(request.user, comment, now=timezone.now()), comment.thread.theme.event
    back = request.POST.get("back", request.GET.get("back", ""))
    card = forms_for([found_now], event, request.user, back=back)[0]
    if form is None:
        return card | {"changes_html": changes_html(comment, seen)}
    seen = form.data.get(form.add_prefix("seen"), "")
    form.data = {**form.data.dict(), form.add_prefix("seen"): card["seen"]}  # type: ignore[attr-defined]
    is_explained = any(form.data.get(form.add_prefix(name)) for name in ("article", "phrase", "reason"))
    typed = {"form": form, "is_explained": is_explained, "has_lists": True}
    return card | typed | {"changes_html": changes_html(comment, seen)}


def _fresh_card(
    request: HttpRequest, comment: Any, *, form: ReviewForm | None = None, seen: str = ""
) -> dict[str, Any]:
    return {"card": card_html(request, _card(request, comment, form=form, seen=seen))}


def _waiting_again(request: HttpRequest, event: Any, comment_ids: Collection[int | None]) -> dict[int, str]:
    """The cards of those of these comments that wait now."""
    ids = [pk for pk in comment_ids if pk is not None]
    cards = forms_for(desk.cards(request.user, event.pk, ids, now=timezone.now()), event, request.user)
    return {card["id"]: card_html(request, card) for card in cards}


def _told(request: HttpRequest, event: Any, comment_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What became of these comments, as their cards say it from then on."""
    states = desk.states(request.user, event.pk, comment_ids, now=timezone.now())
    return {pk: became(state["status"], state["decided"]) for pk, state in states.items()}


def _count_of(decided: int, refused: list[tuple[Any, Reason]]) -> str:
    words = [ngettext("%(n)s comment has been decided.", "%(n)s comments have been decided.", decided) % {"n": decided}]
    words += [f"{comments.label_of(comment)}: {reason.label}" for comment, reason in refused]
    return " ".join(words)
