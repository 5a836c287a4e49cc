"""Which order a reader asked for, and the links to the others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from forum.kernel.choices import Sort


def asked(request: HttpRequest) -> Sort:
    """The order the address asks for; unknown ones, and those that need an account, are the usual one."""
    wish = request.GET.get("sort", "")
    if wish not in Sort.values or (wish == Sort.UNREAD and not request.user.is_authenticated):
        return Sort.USUAL
    return Sort(wish)


def links(request: HttpRequest, page: str, usual: str) -> list[dict[str, Any]]:
    """The orders a page offers this reader; `usual` names the one it has by itself."""
    here = asked(request)
    offered = [sort for sort in Sort if sort is not Sort.UNREAD or request.user.is_authenticated]
    return [
        {
            "label": usual if sort is Sort.USUAL else str(sort.label),
            "url": f"{page}?sort={sort.value}" if sort.value else page,
            "is_here": sort is here,
        }
        for sort in offered
    ]
