"""Filters for the plain text of emails."""

from __future__ import annotations

from django import template

register = template.Library()
FIRST_STRONG, POP = "\u2068", "\u2069"  # Unicode's isolates (UAX 9): bidi elements for plain text


@register.filter
def isolated(text: object) -> str:
    """A name or title that keeps its direction to itself, as <bdi> does in HTML."""
    return f"{FIRST_STRONG}{text}{POP}" if text else ""


@register.filter
def underlined(text: object) -> str:
    """A line as long as a heading of plain text, to stand below it."""
    return "-" * len(str(text))
