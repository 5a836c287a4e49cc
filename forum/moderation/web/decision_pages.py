"""One page for every decision of a moderator: what will happen, the reason, the act, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from forum.dialogue import fragments
from forum.dialogue.queries import comments, summaries, themes, threads, versions
from forum.dialogue.rules.moderation import SKIP_CHECK, state_token
from forum.dialogue.web.comments import place_after
from forum.dialogue.web.reply_boxes import place_in_thread
from forum.dialogue.web.threads import page_context
from forum.events.rules.roles import may_moderate
from forum.events.web.reason_forms import ReasonForm
from forum.http.loading import get_or_404
from forum.http.refusals import status_after
from forum.kernel.errors import Refused, TextRefused, refuse_if
from forum.kernel.reasons import Reason
from forum.moderation.queries import entries
from forum.moderation.web.conflicts import STALE, changes_html

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Something a moderator can decide: its words (with %(label)s, %(number)s), its rule, its form and its act.

    `act` takes the thing, by, reason, article and now, what else the form asks for, and what was `seen` of it, except
    on pages about versions and summaries. `leads_to` makes an address of what it returns, where it is not the old one.
    """

    title: Any
    lead: Any
    button: Any
    done: Any
    why_not: Callable[..., Any]
    act: Callable[..., Any]
    form: type[ReasonForm]
    is_danger: bool = False
    is_about_words: bool = True
    leads_to: Callable[[HttpRequest, Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision is about, as its page shows it now; `seen` is the state that a form about it carries."""

    thing: Any
    theme: Any
    names: dict[str, Any]
    back: Callable[[], str]
    shown: dict[str, Any]
    seen: str = ""
    no: Reason | None = None  # why this cannot be decided now

    @property
    def event_id(self) -> int:
        return int(self.theme.event_id)


def on_comment(page: DecisionPage) -> View:
    def decide(request: HttpRequest, comment_id: int) -> HttpResponse:
        def load() -> Case:
            comment: Any = get_or_404(comments.get, request.user, comment_id)
            no = page.why_not(request.user, comment, comment.thread)
            sent = request.POST.get("seen", "")
            shown = {
                "comment_html": fragments.comment_html(comments.one(comment)),
                "hidden_html": "" if comment.is_public else fragments.body_html(comment.version.html),
                "changes_html": changes_html(comment, sent),
            }
            names = {"label": comments.label_of(comment)}
            seen = state_token(comment) if page.is_about_words else entries.state_token(comment)
            return Case(comment, comment.thread.theme, names, lambda: place_after(comment), shown, seen, no)

        sent = {"seen": request.POST.get("seen", "" if page.is_about_words else SKIP_CHECK)}
        return _decide(request, page, load, sent)

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_version(page: DecisionPage) -> View:
    def decide(request: HttpRequest, comment_id: int, number: int) -> HttpResponse:
        def load() -> Case:
            version: Any = get_or_404(versions.get, request.user, comment_id, number)
            comment = version.comment
            row = versions.one(comment, number, sees_hidden=True)  # shown only to whom the rule lets pass
            no = page.why_not(request.user, comment, comment.thread, row)
            shown = {"comment_html": fragments.comment_html(comments.as_cited(comments.one(comment), row))}
            names = {"label": comments.label_of(comment), "number": number}
            back = f"{reverse('history', args=[comment_id])}#version-{number}"
            return Case(version, comment.thread.theme, names, lambda: back, shown, no=no)

        return _decide(request, page, load)

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_summary(page: DecisionPage) -> View:
    """On one version of a summary; its act takes the thread, too, in whose history the version stands."""

    def decide(request: HttpRequest, thread_id: int, summary_id: int) -> HttpResponse:
        thread = get_or_404(threads.get, request.user, thread_id)

        def load() -> Case:
            version: Any = get_or_404(summaries.version_in, thread, summary_id)
            refuse_if(page.why_not(request.user, thread, version))
            names = {"label": threads.title_of(thread), "number": version.number}
            anchor = summaries.anchor(version.number, version.thread_id, in_thread=thread.pk)
            back = f"{reverse('summary_history', args=[thread.pk])}#{anchor}"
            return Case(version, thread.theme, names, lambda: back, {"hidden_text": summaries.sentences_of(version)})

        return _decide(request, replace(page, act=partial(page.act, thread=thread)), load)

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_thread(page: DecisionPage) -> View:
    def decide(request: HttpRequest, thread_id: int) -> HttpResponse:
        def load() -> Case:
            thread = get_or_404(threads.get, request.user, thread_id)
            no = page.why_not(request.user, thread)
            names = {"label": threads.title_of(thread)}
            back = reverse("thread", args=[thread.pk])
            return Case(thread, thread.theme, names, lambda: back, {}, entries.state_token(thread), no)

        try:
            return _decide(request, page, load, {"seen": request.POST.get("seen", SKIP_CHECK)})
        except Http404:
            return _to_merged(request, thread_id)
        except Refused as refusal:  # merged while the form was on its way; or the other thread was
            if refusal.reason is not Reason.THREAD_MERGED or threads.goes_on_at(thread_id) is None:
                raise
            return _to_merged(request, thread_id)

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_theme(page: DecisionPage) -> View:
    def decide(request: HttpRequest, theme_id: int) -> HttpResponse:
        def load() -> Case:
            theme: Any = get_or_404(themes.get_by_id, request.user, theme_id)
            no = page.why_not(request.user, theme)
            names = {"label": f"{theme.code}. {theme.title}"}
            back = reverse("theme", args=[theme.event.slug, theme.slug])
            return Case(theme, theme, names, lambda: back, {}, entries.state_token(theme), no)

        return _decide(request, page, load, {"seen": request.POST.get("seen", SKIP_CHECK)})

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def _to_merged(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Leads a moderator to where a thread goes on that was merged, perhaps by this very form. Raises Http404."""
    comment: Any = get_or_404(comments.get, request.user, threads.goes_on_at(thread_id) or 0)
    if not may_moderate(request.user, comment.thread.theme):
        raise Http404
    messages.info(request, str(Reason.THREAD_MERGED.label))
    return redirect(place_in_thread(comment))


def _decide(
    request: HttpRequest, page: DecisionPage, load: Callable[[], Case], sent: Mapping[str, str | None] | None = None
) -> HttpResponse:
    """`load` gives the case as it is now; `sent` goes to the act as it came. Whoever is too late reads it again.

    What is sent is for the act to refuse: it alone knows whether this very decision is made already.
    """
    case, problem = load(), None
    form = page.form(request.POST or None, case=case, person=request.user)
    is_sent = request.method == "POST" and form.is_valid()
    refuse_if(None if is_sent else case.no)
    if is_sent:
        try:
            made = page.act(case.thing, by=request.user, now=timezone.now(), **form.cleaned_data, **(sent or {}))
            messages.success(request, page.done % case.names)
            return redirect(page.leads_to(request, made) if page.leads_to else case.back())
        except TextRefused as error:
            refuse_if(case.no)
            form.add_error("source" if "source" in form.fields else None, error.sentence)
        except Refused as refusal:
            if refusal.reason not in STALE:
                raise
            case, problem = load(), refusal.reason
            refuse_if(case.no)
    words = {
        "title": page.title % case.names,
        "lead": page.lead,
        "button": page.button,
        "danger": page.is_danger,
        "problem": problem.label if problem else "",
    }
    shown = case.shown | {"form": form, "action": request.path, "cancel_url": case.back(), "seen": case.seen}
    context = page_context(case.theme) | words | shown
    return render(request, "dialogue/confirm.html", context, status=status_after(form, problem))
