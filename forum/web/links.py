"""Addresses that carry what a page was asked for."""

from django.utils.http import urlencode


def address(page: str, **asked: str) -> str:
    """The page with these questions; those without an answer are left out."""
    kept = {name: value for name, value in asked.items() if value}
    return f"{page}?{urlencode(kept)}" if kept else page
