"""A comment in the words of an answer: Markdown that quotes it and leads back to it."""

from __future__ import annotations

import re

from django.urls import reverse

from forum.dialogue.queries.comments import label_of
from forum.models import Comment

MARKUP = re.compile(r"([\\\[\]*_`<>])")


def quoted(comment: Comment, *, site: str) -> str:
    """The whole public text of a comment as a quote with its author and a link; empty if it is not public."""
    if not comment.is_public:
        return ""
    name = MARKUP.sub(r"\\\1", comment.author.name)
    link = f"[{name}, {label_of(comment)}]({site}{reverse('comment', args=[comment.pk])}):"
    lines = [link, "", *comment.current_version.source.strip("\n").split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
