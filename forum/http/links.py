"""Addresses that carry what a page was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _


def address(page: str, asked: Mapping[str, str]) -> str:
    """The page with these questions; those without an answer are left out."""
    kept = {name: value for name, value in asked.items() if value}
    return f"{page}?{urlencode(kept)}" if kept else page


def links(page: str, name: str, choices: Iterable[tuple[str, Any]], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Links that give one question of a page another answer, beside what else it was asked for."""
    return [
        {
            "value": value,
            "label": str(label),
            "url": address(page, {**asked, name: value}),
            "is_here": value == asked.get(name, ""),
        }
        for value, label in choices
    ]


def theme_links(page: str, themes: list[dict[str, Any]], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Links that narrow a page to one theme or to none."""
    choices = [("", _("All themes")), *((theme["code"], f"{theme['code']}. {theme['title']}") for theme in themes)]
    return links(page, "theme", choices, asked)


def feed_addresses(page: str) -> dict[str, str]:
    """Where the feeds of a page are."""
    return {"atom_url": f"{page}feed.atom", "json_url": f"{page}feed.json"}


def login_url(back_to: str) -> str:
    """The login page, with the way back."""
    return f"{reverse('account_login')}?{urlencode({'next': back_to})}"


def signup_url(back_to: str) -> str:
    """The sign-up page, with the way back."""
    return f"{reverse('account_signup')}?{urlencode({'next': back_to})}"
