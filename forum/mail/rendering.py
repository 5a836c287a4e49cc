"""Emails from templates: plain text, and HTML with its styles inlined, both from the same facts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.translation import get_language, get_language_bidi

OWN_PAGE = re.compile(r'(<(?:a|img) [^>]*?(?:href|src)=")(?=/)')
OWN_LINK = re.compile(r"(?<=\]\()(?=/)")  # of Markdown: [P-7](/comments/7/)
MANY_BREAKS = re.compile(r"\n{3,}")
STYLES = "mail/mail.css"


def rendered(name: str, context: dict[str, Any]) -> tuple[str, str]:
    """The plain text and the HTML of templates/mail/<name>.txt and .html, in the language that is active."""
    facts = context | {
        "site": settings.SITE_URL,
        "host": settings.SITE_HOST,
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    text = MANY_BREAKS.sub("\n\n", render_to_string(f"mail/{name}.txt", facts)).strip() + "\n"
    return text, _inliner().inline(render_to_string(f"mail/{name}.html", facts))


def with_whole_links(html: str) -> str:
    """A comment's HTML whose links to our own pages name the site: a mailbox knows no other page of ours."""
    return OWN_PAGE.sub(rf"\g<1>{settings.SITE_URL}", html)


def source_with_whole_links(source: str) -> str:
    """The same for its Markdown source, which is what plain text shows."""
    return OWN_LINK.sub(settings.SITE_URL, source)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Many mail programs drop a style sheet; those that keep it get the dark scheme from it."""
    styles = Path(get_template(STYLES).origin.name).read_text()  # type: ignore[attr-defined]
    return css_inline.CSSInliner(
        extra_css=styles, load_remote_stylesheets=False, keep_at_rules=True, keep_style_tags=True
    )
