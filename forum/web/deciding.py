"""One page for every decision of a moderator: what will happen, the reason, the act, and what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from forum import fragments
from forum.errors import TextRefused, refuse_if
from forum.queries import comments, summaries, themes, threads, versions
from forum.web.comments import place_after
from forum.web.loading import found
from forum.web.reason_forms import ReasonForm
from forum.web.refusals import UNREADABLE
from forum.web.threads import page_context

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something a moderator can decide: its words (with %(label)s, %(number)s), its rule, its form and its act.

    `act` takes the thing, by, reason, article and now, and what else the form asks for; `leads_to` makes an address
    of what it returns, where that is another than before.
    """

    title: Any
    lead: Any
    button: Any
    done: Any
    why_not: Callable[..., Any]
    act: Callable[..., Any]
    form: type[ReasonForm]
    is_danger: bool = False
    leads_to: Callable[[HttpRequest, Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision is about, as its page shows it."""

    thing: Any
    theme: Any
    names: dict[str, Any]
    back: Callable[[], str]
    shown: dict[str, Any]

    @property
    def event_id(self) -> int:
        return int(self.theme.event_id)


def on_comment(decision: Decision) -> View:
    def decide(request: HttpRequest, comment_id: int) -> HttpResponse:
        comment: Any = found(comments.get, request.user, comment_id)
        refuse_if(decision.why_not(request.user, comment, comment.thread))
        shown = {
            "comment_html": fragments.comment_html(comments.one(comment)),
            "hidden_html": "" if comment.is_public else fragments.body_html(comment.version.html),
        }
        names = {"label": comments.label_of(comment)}
        return _decide(
            request, decision, Case(comment, comment.thread.theme, names, lambda: place_after(comment), shown)
        )

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_version(decision: Decision) -> View:
    def decide(request: HttpRequest, comment_id: int, number: int) -> HttpResponse:
        version: Any = found(versions.get, request.user, comment_id, number)
        comment = version.comment
        row = versions.one(comment, number, sees_hidden=True)  # shown only to whom the rule lets pass
        refuse_if(decision.why_not(request.user, comment, comment.thread, row))
        shown = {"comment_html": fragments.comment_html(comments.as_cited(comments.one(comment), row))}
        names = {"label": comments.label_of(comment), "number": number}
        back = f"{reverse('history', args=[comment_id])}#version-{number}"
        return _decide(request, decision, Case(version, comment.thread.theme, names, lambda: back, shown))

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_summary(decision: Decision) -> View:
    """On one version of a summary; its act takes the thread, too, in whose history the version stands."""

    def decide(request: HttpRequest, thread_id: int, summary_id: int) -> HttpResponse:
        thread = found(threads.get, request.user, thread_id)
        version: Any = found(summaries.version_in, thread, summary_id)
        refuse_if(decision.why_not(request.user, thread, version))
        here = replace(decision, act=partial(decision.act, thread=thread))
        names = {"label": threads.title_of(thread), "number": version.number}
        anchor = summaries.anchor(version.number, version.thread_id, in_thread=thread.pk)
        back = f"{reverse('summary_history', args=[thread.pk])}#{anchor}"
        shown = {"hidden_text": summaries.sentences_of(version)}
        return _decide(request, here, Case(version, thread.theme, names, lambda: back, shown))

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_thread(decision: Decision) -> View:
    def decide(request: HttpRequest, thread_id: int) -> HttpResponse:
        thread = found(threads.get, request.user, thread_id)
        refuse_if(decision.why_not(request.user, thread))
        names = {"label": threads.title_of(thread)}
        back = reverse("thread", args=[thread.pk])
        return _decide(request, decision, Case(thread, thread.theme, names, lambda: back, {}))

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def on_theme(decision: Decision) -> View:
    def decide(request: HttpRequest, theme_id: int) -> HttpResponse:
        theme: Any = found(themes.get_by_id, request.user, theme_id)
        refuse_if(decision.why_not(request.user, theme))
        names = {"label": f"{theme.letter}. {theme.title}"}
        back = reverse("theme", args=[theme.event.slug, theme.slug])
        return _decide(request, decision, Case(theme, theme, names, lambda: back, {}))

    return require_http_methods(["GET", "HEAD", "POST"])(decide)


def _decide(request: HttpRequest, decision: Decision, case: Case) -> HttpResponse:
    form = decision.form(request.POST or None, case=case, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = decision.act(case.thing, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, decision.done % case.names)
            return redirect(decision.leads_to(request, made) if decision.leads_to else case.back())
        except TextRefused as error:
            form.add_error("source" if "source" in form.fields else None, error.sentence)
    words = {
        "title": decision.title % case.names,
        "lead": decision.lead,
        "button": decision.button,
        "danger": decision.is_danger,
    }
    shown = case.shown | {"form": form, "action": request.path, "cancel_url": case.back()}
    context = page_context(case.theme) | words | shown
    return render(request, "comment/confirm.html", context, status=UNREADABLE if form.errors else 200)
