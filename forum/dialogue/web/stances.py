"""Taking a stance on a comment, and taking it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.dialogue import fragments
from forum.dialogue.actions.stances import take_stance
from forum.dialogue.queries import comments
from forum.dialogue.web.comments import wants_part
from forum.dialogue.web.forms import StanceForm
from forum.dialogue.web.stance_parts import place_of
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE, status_of
from forum.kernel.choices import StanceKind
from forum.kernel.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def stance(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Sets or takes back this person's stance; the comment's own page shows it."""
    if request.method != "POST":
        return redirect(place_of(get_or_404(comments.get, request.user, comment_id)))
    # What was public when the page was made may be gone by now: that is told, not "there is no such page".
    shown = get_or_404(comments.once_readable, request.user, comment_id)
    form = StanceForm(request.POST)
    if not form.is_valid():
        return _no(request, _("This is not one of the four reactions. Nothing was changed."), UNREADABLE)
    kind = form.cleaned_data["kind"]
    try:
        take_stance(shown, by=request.user, kind=StanceKind(kind) if kind else None, now=timezone.now())
    except Refused as refusal:
        return _no(request, str(refusal.reason.label), status_of(refusal.reason))
    if wants_part(request):
        return JsonResponse({"kind": kind, "change": fragments.comment_change(comments.one(shown))})
    return redirect(place_of(shown))


def _no(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    if wants_part(request):
        return JsonResponse({"sentence": sentence}, status=status)
    return render(request, "403.html", {"sentence": sentence}, status=status)
