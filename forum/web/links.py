"""Addresses that carry what a page was asked for."""

from __future__ import annotations

from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _


def address(page: str, **asked: str) -> str:
    """The page with these questions; those without an answer are left out."""
    kept = {name: value for name, value in asked.items() if value}
    return f"{page}?{urlencode(kept)}" if kept else page


def theme_links(page: str, themes: list[dict[str, Any]], letter: str, **asked: str) -> list[dict[str, Any]]:
    """Links that narrow a page to one theme or to none, beside what else it was asked for."""
    choices = [("", _("All themes")), *((theme["letter"], f"{theme['letter']}. {theme['title']}") for theme in themes)]
    return [
        {"label": label, "url": address(page, theme=each, **asked), "is_here": each == letter}
        for each, label in choices
    ]
