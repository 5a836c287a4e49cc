"""A person's drafts: saving them while they write, the list of them, discarding; and the preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person, logged_in
from forum.dialogue import fragments
from forum.dialogue.actions.attachments import describe_files
from forum.dialogue.actions.drafts import (
    Spot,
    discard_draft,
    draft_spot,
    edit_spot,
    reply_spot,
    signal_writing,
    thread_spot,
)
from forum.dialogue.actions.mentions import Names, names_at
from forum.dialogue.queries import comments, drafts, themes
from forum.dialogue.web.composers import save, saved_elsewhere
from forum.dialogue.web.forms import CommentForm
from forum.events.queries.formatting import iso
from forum.http import ratelimit
from forum.http.loading import get_or_404
from forum.http.menus import ACCOUNT_MENU, Link
from forum.http.refusals import UNREADABLE, status_of
from forum.kernel import work
from forum.kernel.choices import DraftKind
from forum.kernel.errors import Refused, SavedElsewhere, TextRefused
from forum.kernel.reasons import Reason

WRITING_EVERY = 5  # seconds between two signals of one person that they are writing
PREVIEWS = 40  # a person's in a minute: rendering is the dearest thing anybody can ask for


@require_POST
def keep(request: HttpRequest, kind: str, target: int) -> HttpResponse:
    """Saves what somebody is writing; a script asks for this by itself."""
    spot, answered = _spot(request, kind, target)
    form = CommentForm(request.POST)
    try:
        describe_files(form.attached, by=request.user)
        version = save(request, spot, form)
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal.reason.label)}, status=status_of(refusal.reason))
    except SavedElsewhere as other:
        drafts.note_draft(logged_in(request.user))
        kept: Any = drafts.kept(request.user, spot.kind, theme_id=spot.theme_id, comment_id=spot.comment_id) or {}
        body = {"sentence": saved_elsewhere(), "draft": other.version, "source": kept.get("source", "")}
        return JsonResponse(body, status=409)
    if version and answered and ratelimit.allows(f"writing:{request.user.pk}", 1, seconds=WRITING_EVERY):
        signal_writing(answered, by=request.user, now=timezone.now())
    return JsonResponse({"draft": version, "at": iso(timezone.now())})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What a text will look like, as a part of the page."""
    if not request.user.is_authenticated:
        return JsonResponse({"sentence": str(Reason.LOGIN_NEEDED.label)}, status=403)
    if not ratelimit.allows(f"preview:{request.user.pk}", PREVIEWS, seconds=60):
        return JsonResponse({"sentence": _("Please wait a moment before the next preview.")}, status=429)
    try:
        with work.PREVIEWS.turn():
            html = fragments.preview_html(request.POST.get("source", ""), _names(request))
            return JsonResponse({"html": html})
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal.reason.label)}, status=status_of(refusal.reason))
    except TextRefused as error:
        return JsonResponse({"sentence": error.sentence}, status=UNREADABLE)


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    return render(request, "dialogue/drafts.html", {"drafts": drafts.listed(logged_in(request.user))})


@ACCOUNT_MENU.entry(20)
def _list_link(person: Person) -> Link:
    return Link(_("Your drafts"), reverse("drafts"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    draft: Any = get_or_404(drafts.get, request.user, draft_id)
    if request.method == "POST":
        discard_draft(draft_spot(draft), by=logged_in(request.user))
        messages.success(request, _("The draft has been discarded."))
        return redirect("drafts")
    context = {
        "title": _("Discard this draft"),
        "lead": _("Its text will be deleted here and in your browser."),
        "hidden_text": "\n\n".join(filter(None, [draft.title, draft.source])),
        "action": request.path,
        "cancel_url": drafts.address(draft),
        "button": _("Discard draft"),
        "danger": True,
    }
    return render(request, "dialogue/confirm.html", context)


def _names(request: HttpRequest) -> Names | None:
    """Whom a name means where somebody writes, which `at` says, such as "reply-31". Raises Http404."""
    kind, _dash, target = request.GET.get("at", "").partition("-")
    return names_at(_spot(request, kind, int(target))[0]) if target.isdecimal() and len(target) < 10 else None


def _spot(request: HttpRequest, kind: str, target: int) -> tuple[Spot, Any]:
    """The place of a draft and the comment it answers, if any; if this person may see it. Raises Http404."""
    match kind:
        case DraftKind.REPLY:
            answered: Any = get_or_404(comments.once_readable, request.user, target)
            return reply_spot(answered), answered
        case DraftKind.EDIT:
            return edit_spot(get_or_404(comments.own, request.user, target)), None
        case DraftKind.THREAD:
            return thread_spot(get_or_404(themes.get_by_id, request.user, target)), None
    raise Http404
