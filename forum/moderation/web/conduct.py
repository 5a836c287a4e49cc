"""The code of conduct, for everybody to read and for organisers to write, and the moderators' ready sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import logged_in
from forum.events.queries import conduct as queries
from forum.events.queries import events
from forum.events.rules.roles import may_organise, why_not_organise
from forum.http.caching import answer
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE
from forum.kernel.errors import refuse_if
from forum.moderation.actions.conduct import discard_phrase, write_article, write_phrase
from forum.moderation.web.queues import navigation
from forum.moderation.web.team_forms import ArticleForm, PhraseForm


@require_safe
def code(request: HttpRequest, event_slug: str) -> HttpResponse:
    event: Any = get_or_404(events.get, request.user, event_slug)
    context: dict[str, Any] = {
        "event": events.card(event, now=timezone.now()),
        "articles": queries.code(event.pk),
        "navigation": navigation(request.user, event, "conduct"),
        "canonical": request.path,
    }
    if may_organise(request.user, event.pk):
        context |= _to_write(event, context["articles"])
    return answer(request, context, lambda: render(request, "moderation/conduct.html", context))


def _to_write(event: Any, articles: list[dict[str, Any]]) -> dict[str, Any]:
    """What the organisers' view has besides."""

    def each(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row | {"edit_url": reverse(name, args=[event.slug, row["id"]])} for row in rows]

    return {
        "articles": each("article", articles),
        "retired": each("article", queries.retired(event.pk)),
        "phrases": each("phrase", queries.sentences(event.pk)),
        "new_article_url": reverse("new_article", args=[event.slug]),
        "new_phrase_url": reverse("new_phrase", args=[event.slug]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new_article(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = _to_organise(request, event_slug)
    return _article(request, event, queries.new_article(event), _("Add a rule"))


@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, event_slug: str, article_id: int) -> HttpResponse:
    event = _to_organise(request, event_slug)
    return _article(request, event, get_or_404(queries.article, event, article_id), _("Edit rule"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_phrase(request: HttpRequest, event_slug: str) -> HttpResponse:
    event = _to_organise(request, event_slug)
    return _phrase(request, event, queries.new_phrase(event), _("Add a saved reply"))


@require_http_methods(["GET", "HEAD", "POST"])
def phrase(request: HttpRequest, event_slug: str, phrase_id: int) -> HttpResponse:
    event = _to_organise(request, event_slug)
    known = get_or_404(queries.phrase, event, phrase_id)
    return _phrase(request, event, known, _("Edit saved reply"))


@require_POST
def discard(request: HttpRequest, event_slug: str, phrase_id: int) -> HttpResponse:
    event = _to_organise(request, event_slug)
    discard_phrase(get_or_404(queries.phrase, event, phrase_id), by=logged_in(request.user), now=timezone.now())
    messages.success(request, _("The saved reply has been deleted."))
    return redirect("conduct", event.slug)


def _to_organise(request: HttpRequest, event_slug: str) -> Any:
    event: Any = get_or_404(events.get, request.user, event_slug)
    refuse_if(why_not_organise(request.user, event.pk))
    return event


def _article(request: HttpRequest, event: Any, known: Any, title: str) -> HttpResponse:
    form = ArticleForm(request.POST or None, article=known)

    def keep() -> str:
        said = form.cleaned_data
        write_article(
            known,
            title=said["title"],
            text=said["text"],
            place=said["place"],
            is_retired=said.get("is_retired", False),
            by=logged_in(request.user),
            now=timezone.now(),
        )
        return _("The code of conduct has been changed. The change is in the moderation log.")

    return _written(request, event, form, title, keep)


def _phrase(request: HttpRequest, event: Any, known: Any, title: str) -> HttpResponse:
    form = PhraseForm(request.POST or None, phrase=known)

    def keep() -> str:
        said = form.cleaned_data
        write_phrase(
            known,
            language=said["language"],
            title=said["title"],
            text=said["text"],
            by=logged_in(request.user),
            now=timezone.now(),
        )
        return _("Moderators can now choose this saved reply.")

    discard_url = reverse("discard_phrase", args=[event.slug, known.pk]) if known.pk else ""
    return _written(request, event, form, title, keep, discard_url=discard_url)


def _written(
    request: HttpRequest, event: Any, form: Any, title: str, keep: Callable[[], str], *, discard_url: str = ""
) -> HttpResponse:
    """The page of one form; once it is sent and valid, back to the code."""
    if request.method == "POST" and form.is_valid():
        messages.success(request, keep())
        return redirect("conduct", event.slug)
    context = {
        "event": events.card(event, now=timezone.now()),
        "title": title,
        "form": form,
        "action": request.path,
        "cancel_url": reverse("conduct", args=[event.slug]),
        "discard_url": discard_url,
    }
    return render(request, "moderation/write.html", context, status=UNREADABLE if form.errors else 200)
