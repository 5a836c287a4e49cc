"""The texts about the installation: about, code of conduct, privacy, contact, source code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forum.events.queries import site_texts
from forum.events.queries.formatting import day, iso
from forum.http.caching import answer
from forum.kernel.site_texts import SiteTextName


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    which = SiteTextName(name)
    shown = site_texts.get(which)
    changed = shown["changed_at"]
    context = {
        "title": shown["title"],
        "html": shown["html"],
        "changed_iso": iso(changed) if changed else "",
        "changed_label": day(changed, "UTC") if changed else "",
        "contacts": site_texts.contacts() if which is SiteTextName.CONTACT else [],
        "canonical": request.path,
        "edit_url": _edit_url(which) if request.user.is_staff else "",
    }
    return answer(request, context, lambda: render(request, "pages/site_text.html", context))


def _edit_url(name: SiteTextName) -> str:
    """The admin's form for this text; one for a new text, filled with the default, while staff wrote none."""
    key = site_texts.key_of(name)
    if key is None:
        return f"{reverse('admin:forum_sitetext_add')}?name={name}"
    return reverse("admin:forum_sitetext_change", args=[key])
