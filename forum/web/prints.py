"""A whole theme on one page, for paper: streamed, so that its size costs no memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from forum import fragments
from forum.queries import prints, themes
from forum.web.loading import found
from forum.web.threads import page_context

HERE = "<!-- threads -->"  # where the template leaves room for them


@require_safe
def theme(request: HttpRequest, event_slug: str, theme_slug: str) -> HttpResponseBase:
    shown = found(themes.get, request.user, event_slug, theme_slug)
    contents = prints.contents(shown.pk)
    context = page_context(shown) | {"threads": contents, "here": HERE, "canonical": request.path}
    head, foot = render_to_string("theme/print.html", context, request).split(HERE)
    response = StreamingHttpResponse(_parts(head, contents, foot))
    response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "public, no-cache"
    return response


def _parts(head: str, contents: list[dict[str, Any]], foot: str) -> Iterator[str]:
    yield head
    for thread in contents:
        yield f'<section class="printed-thread" id="thread-{thread["id"]}">'
        yield fragments.thread_head_html(thread | {"is_printed": True})
        for rows in prints.texts(thread["id"]):
            yield fragments.printed_html(rows)
        yield "</section>"
    yield foot
