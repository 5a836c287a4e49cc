"""What people do with comments: reply, edit, withdraw."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from forum.dialogue import fragments
from forum.dialogue.actions.comments import edit_comment, post_reply, withdraw_comment
from forum.dialogue.actions.drafts import edit_spot, reply_spot
from forum.dialogue.actions.mentions import to_edit
from forum.dialogue.queries import comments, threads, waiting
from forum.dialogue.queries.answering import to_answer
from forum.dialogue.rules.writing import needs_note, why_not_edit, why_not_reply, why_not_withdraw
from forum.dialogue.web.attaching import receive
from forum.dialogue.web.before_login import is_for_later, keep_for_later, page_for_later
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment, offer_link
from forum.dialogue.web.composers import (
    WAITS,
    Composer,
    Frame,
    is_submission,
    new_composer,
    redisplayed_composer,
    rescue,
    rescue_in_place,
    sending,
    sent,
    warned,
    why_not_as_is,
)
from forum.dialogue.web.forms import CommentForm, EditForm
from forum.dialogue.web.reply_boxes import place_in_box, place_in_thread, reply_box
from forum.dialogue.web.sanction_notice import sanction_notice
from forum.dialogue.web.threads import page_context, thread_page
from forum.events.queries.formatting import own_zone
from forum.http.errors import typed_in
from forum.http.loading import get_or_404
from forum.http.menus import Link, Sentence
from forum.http.refusals import UNREADABLE, status_after, status_of
from forum.kernel.errors import NeedsConfirmation, Refused, TextRefused, refuse_if
from forum.kernel.reasons import Reason

# Why authors who look for "Edit" do not find it; they know the other reasons already.
EDITING_IS_OVER = {Reason.THREAD_LOCKED, Reason.THREAD_CLOSED, Reason.THEME_LOCKED, Reason.DIALOGUE_CLOSED}


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The thread with the reply box open below this comment; sending the box posts the reply."""
    if request.method != "POST":
        return _with_box(request, get_or_404(comments.get, request.user, comment_id))
    # What was public when the writing began may be gone by now: that is told, and the text comes back.
    parent = get_or_404(to_answer, request.user, comment_id)
    form, spot = CommentForm(request.POST), reply_spot(parent)
    if is_for_later(request):
        return _keep_for_later(request, parent, form)
    received = receive(request, form, parent.thread.theme)
    if received.said or not is_submission(request):
        return _with_box(request, parent, form=form, notice=received.said, status=received.status)
    if not form.is_valid():
        return _with_box(request, parent, form=form, status=UNREADABLE)
    try:
        if (no := why_not_as_is(request, form, spot, seen=comments.last_edit(parent))) is not None:
            return _with_box(request, parent, form=form, notice=str(no.label), status=status_of(no))
        written = post_reply(
            parent,
            by=request.user,
            source=form.cleaned_data["source"],
            key=form.cleaned_data["key"],
            now=timezone.now(),
            files=form.attached,
            sending=sending(request, form),
            draft=spot,
        )
    except NeedsConfirmation as warning:
        return _with_box(request, parent, form=form, notice=warned(form, warning), status=UNREADABLE)
    except TextRefused as error:
        form.add_error("source", error.sentence)
        return _with_box(request, parent, form=form, status=UNREADABLE)
    except Refused as refusal:
        if refusal.reason is Reason.SLOW_MODE:
            rescue_in_place(request, spot, form)
            return _with_box(request, parent, form=form, notice=str(refusal.reason.label), status=409)
        rescue(request, spot, form)
        return _with_box(request, parent, form=form, reason=refusal.reason, status=status_of(refusal.reason))
    return _written(request, written, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    shown: Any = get_or_404(comments.get, request.user, comment_id)
    reason = why_not_edit(request.user, shown, shown.thread, now=timezone.now())
    if reason is Reason.LOGIN_NEEDED and request.method != "POST":
        raise Refused(reason)
    late = needs_note(shown, now=timezone.now())
    spot, notice, said = edit_spot(shown), None, ""
    form = EditForm(request.POST, needs_note=late) if request.method == "POST" else None
    if form and not reason and is_submission(request) and form.is_valid():
        try:
            if (notice := why_not_as_is(request, form, spot, seen=comments.last_edit(shown))) is None:
                edited = edit_comment(
                    shown,
                    by=request.user,
                    source=form.cleaned_data["source"],
                    now=timezone.now(),
                    note=form.cleaned_data.get("note", ""),
                    sending=sending(request, form),
                )
                sent(request, spot)
                return _written(request, edited)
            said = str(notice.label)
        except NeedsConfirmation as warning:
            said = warned(form, warning)
        except TextRefused as error:
            form.add_error("source", error.sentence)
        except Refused as refusal:
            if refusal.reason is Reason.REVISION_UNCHANGED:
                notice, said = refusal.reason, str(refusal.reason.label)
            else:
                reason = refusal.reason
    if form and reason and shown.author_id == request.user.pk:
        rescue(request, spot, form)
    context = page_context(shown.thread.theme) | {
        "label": comments.label_of(shown),
        "cancel_url": place_in_thread(shown),
        "asked": waiting.asked_of_author(shown.status, shown.status_reason),
        "composer": None if reason else _edit_composer(request, shown, form, said, late=late),
        "why_not": str(reason.label) if reason else "",
        "sanction": sanction_notice(request.user, shown.thread.theme, reason),
        "typed": typed_in(request),
    }
    status = UNREADABLE if said and not notice else status_after(form, reason or notice)
    return render(request, "dialogue/edit.html", context, status=status)


def _why_not_edit(asked: AboutComment) -> Reason | None:
    return why_not_edit(asked.person, asked.comment, asked.thread, now=asked.now)


@COMMENT_ACTS.entry(10)
def _edit_link(asked: AboutComment) -> Link | None:
    return None if _why_not_edit(asked) else Link(_("Edit"), asked.url("edit"))


@COMMENT_ACTS.entry(30)
def _why_no_edit_link(asked: AboutComment) -> Sentence | None:
    no = _why_not_edit(asked)
    return Sentence(no.label) if no in EDITING_IS_OVER else None


@COMMENT_ACTS.entry(20)
def _quote_link(asked: AboutComment) -> Link | None:
    if why_not_reply(asked.person, asked.comment, asked.thread, now=asked.now) is not None:
        return None
    return Link(_("Quote in a reply"), f"{asked.url('reply')}?quote#reply-{asked.comment.pk}-source")


def _edit_composer(request: HttpRequest, comment: Any, form: EditForm | None, notice: str, *, late: bool) -> Composer:
    frame = Frame(
        id="edit",
        action=request.path,
        submit=_("Save changes"),
        people_url=reverse("people_of_thread", args=[comment.thread_id]),
        cancel_url=place_in_thread(comment),
        zone=own_zone(request.user, comment.thread.theme.event.timezone),
    )
    if form is not None:
        return redisplayed_composer(request, edit_spot(comment), frame, form, notice=notice)
    return new_composer(
        request,
        edit_spot(comment),
        frame,
        partial(EditForm, needs_note=late),
        seen=comments.last_edit(comment),
        initial={"source": to_edit(comment)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, comment_id: int) -> HttpResponse:
    shown = get_or_404(comments.get, request.user, comment_id)
    if request.method == "POST":
        withdraw_comment(shown, by=request.user, now=timezone.now())
        messages.success(request, _("%(label)s has been withdrawn.") % {"label": comments.label_of(shown)})
        return redirect(place_after(shown))
    refuse_if(why_not_withdraw(request.user, shown, shown.thread))
    context = page_context(shown.thread.theme) | {
        "title": _("Withdraw %(label)s") % {"label": comments.label_of(shown)},
        "lead": _(
            "Nobody will be able to see its text. If it has replies, a placeholder stays. This cannot be undone."
        ),
        "comment_html": fragments.comment_html(comments.one(shown)),
        "action": request.path,
        "cancel_url": place_in_thread(shown),
        "button": _("Withdraw this comment"),
        "danger": True,
    }
    return render(request, "dialogue/confirm.html", context)


offer_link("withdraw", _lazy("Withdraw"), order=410, why_not=why_not_withdraw)


def place_after(gone: Any) -> str:
    """Where to look after a comment changed its status: its place, what it answered, or the theme."""
    if threads.still_public(gone.thread_id):
        return place_in_thread(comments.nearest_shown(gone))
    theme = gone.thread.theme
    return reverse("theme", args=[theme.event.slug, theme.slug])


def _with_box(
    request: HttpRequest,
    parent: Any,
    *,
    form: CommentForm | None = None,
    reason: Reason | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """The box alone for a script, the whole page with the box in its place for everybody else."""
    if request.method == "POST":  # until here it was enough to know where it stands
        parent = get_or_404(comments.once_readable, request.user, parent.pk)
    inside = "foot" not in request.GET
    box = reply_box(request, parent, form=form, reason=reason, notice=notice, inside=inside, is_asked_for=True)
    if wants_part(request) or wants_json(request):
        return only_here(render(request, "dialogue/parts/reply_box.html", {"box": box}, status=status))
    thread = get_or_404(threads.get, request.user, parent.thread_id)
    head = threads.head_of(thread)
    return only_here(
        thread_page(request, thread, head, page_context(thread.theme), box=box, box_below=parent.pk, status=status)
    )


def _keep_for_later(request: HttpRequest, parent: Any, form: CommentForm) -> HttpResponse:
    """The text of somebody without a login waits in their session, while they sign up or log in."""
    if not keep_for_later(request, reply_spot(parent), form):
        return _with_box(
            request, parent, form=form, reason=Reason.TOO_MANY_TEXTS, status=status_of(Reason.TOO_MANY_TEXTS)
        )
    return redirect(page_for_later(request, back_to=place_in_box(parent)))


def _written(request: HttpRequest, written: Any, *, status: int = 200) -> HttpResponse:
    """Back to the comment in its thread; for a script, the change as every follower gets it."""
    if not wants_json(request):
        if not written.is_public:
            messages.info(request, WAITS)
        return redirect(place_in_thread(written))
    change = fragments.comment_change(comments.one(written) if written.is_public else waiting.one(written))
    body = {"url": place_in_thread(written), "theme": written.theme_id, "change": change}
    return JsonResponse(body, status=status)


def wants_part(request: HttpRequest) -> bool:
    """Whether a script asks for a part of the page, to put it where it belongs."""
    return "Parley-Part" in request.headers


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which reads no pages."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def only_here(response: HttpResponse) -> HttpResponse:
    """A page and its part share an address: caches must keep them apart, and both are one person's."""
    patch_vary_headers(response, ["Parley-Part", "Accept"])
    response["Cache-Control"] = "private, no-cache"
    return response
