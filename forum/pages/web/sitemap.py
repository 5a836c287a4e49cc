"""What machines that index the web are told: where everything is, and what is not for them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forum.events.queries.formatting import iso
from forum.http.caching import answer
from forum.pages.queries import sitemap

# What only people with an account can use, or what exists once for every question somebody asks.
NOT_FOR_ROBOTS = ["/accounts/", "/admin/", "/drafts/", "/*/search/", "/comments/*/reply/", "/comments/*/edit/"]


@require_safe
def as_xml(request: HttpRequest) -> HttpResponse:
    places = [
        {"url": settings.SITE_URL + path, "changed": iso(changed) if changed else ""}
        for path, changed in sitemap.addresses()
    ]
    make = lambda: render(request, "sitemap.xml", {"places": places}, content_type="application/xml")  # noqa: E731
    return answer(request, places, make)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS), ""]
    lines += [f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
