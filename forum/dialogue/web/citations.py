"""Citing a comment, and the short address by which people name it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.dialogue.queries import citations, comments
from forum.dialogue.web.comment_acts import COMMENT_ACTS, AboutComment
from forum.dialogue.web.threads import page_context
from forum.http.caching import answer
from forum.http.loading import asked_number, get_or_404
from forum.http.menus import Link


@require_safe
def cite(request: HttpRequest, comment_id: int) -> HttpResponse:
    """One version of a comment in three notations, to copy or to download."""
    shown: Any = get_or_404(comments.with_text, request.user, comment_id)
    cited = _cited(request, comment_id)
    pinned = f"?version={cited.version}"
    context = page_context(shown.thread.theme) | {
        "label": cited.label,
        "version": cited.version,
        "current_url": "" if cited.is_current else reverse("cite", args=[comment_id]),
        "comment_url": reverse("comment", args=[comment_id]),
        "plain": citations.plain(cited),
        "short_url": cited.short_address,
        "bibtex": citations.bibtex(cited),
        "bibtex_url": reverse("cite_bibtex", args=[comment_id]) + pinned,
        "csl": citations.csl(cited),
        "csl_url": reverse("cite_csl", args=[comment_id]) + pinned,
    }
    return answer(request, context, lambda: render(request, "dialogue/cite.html", context))


@COMMENT_ACTS.entry(120)
def _cite_link(asked: AboutComment) -> Link | None:
    """Leads to the version that the page shows."""
    if not asked.comment.is_public:
        return None
    pinned = f"?version={asked.version}" if asked.version else ""
    return Link(_("Cite"), asked.url("cite") + pinned)


@require_safe
def bibtex(request: HttpRequest, comment_id: int) -> HttpResponse:
    return _file(request, comment_id, citations.bibtex, "application/x-bibtex; charset=utf-8", "bib")


@require_safe
def csl(request: HttpRequest, comment_id: int) -> HttpResponse:
    return _file(request, comment_id, citations.csl, "application/vnd.citationstyles.csl+json", "json")


@require_safe
def labelled(request: HttpRequest, event_slug: str, code: str, number: str) -> HttpResponse:
    """/baku-2012/P-47/ leads to the comment; for now and not for good, because a comment may move."""
    comment_id = get_or_404(comments.labelled, request.user, event_slug, code, int(number))
    asked = request.GET.urlencode()
    return HttpResponseRedirect(reverse("comment", args=[comment_id]) + (f"?{asked}" if asked else ""))


def _cited(request: HttpRequest, comment_id: int) -> citations.Citation:
    load = partial(citations.citation, number=asked_number(request, "version"), site=settings.SITE_URL)
    return get_or_404(load, request.user, comment_id)


def _file(
    request: HttpRequest,
    comment_id: int,
    notation: Callable[[citations.Citation], str],
    content_type: str,
    ending: str,
) -> HttpResponse:
    cited = _cited(request, comment_id)
    text = notation(cited)
    headers = {"Content-Disposition": f'attachment; filename="{cited.key}.{ending}"'}
    return answer(request, (text, ending), lambda: HttpResponse(text, content_type=content_type, headers=headers))
