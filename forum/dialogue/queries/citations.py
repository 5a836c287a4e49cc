"""A comment as others cite it: in plain words, for BibTeX, as CSL-JSON, and quoted in a reply."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.dates import MONTHS
from django.utils.translation import gettext

from accounts.models import Viewer
from forum.dialogue.queries.comments import label_of
from forum.dialogue.queries.threads import title_of
from forum.markup.imported_escape import escape_words
from forum.models import Comment, CommentVersion

BIBTEX_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# BibTeX counts braces even after a backslash, so every special character becomes a command without a loose one.
BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
    | {character: f"\\{character}" for character in "$&#_%"}
)


@dataclass(frozen=True, slots=True)
class Citation:
    """One version of a comment, which its address names: a citation that stays true when the text changes."""

    key: str  # such as "baku-2012-P-47-v2"; also the name of a downloaded file
    label: str  # P-47
    version: int
    is_current: bool
    is_opening: bool
    author: str
    organisation: str
    title: str
    event: str
    theme: str
    written_at: datetime  # of this version
    address: str  # of this version
    short_address: str  # of the comment, such as /baku-2012/P-47/


def citation(person: Viewer, comment_id: int, *, number: int | None, site: str) -> Citation:
    """A public comment's version, the current one by default. One query; raises CommentVersion.DoesNotExist.

    What is not public, or hidden, cannot be cited by anybody: nobody else could look it up.
    """
    versions = CommentVersion.objects.filter(comment_id=comment_id, is_hidden=False).select_related(
        "comment__author", "comment__thread__theme__event", "comment__thread__opening"
    )
    versions = versions.filter(comment__in=Comment.objects.public().order_by())
    if number is not None:
        versions = versions.filter(number=number)
    return _citation(versions.latest("number"), site)


def plain(cited: Citation) -> str:
    """A sentence for a footnote."""
    day = cited.written_at
    words = {
        "author": f"{cited.author} ({cited.organisation})" if cited.organisation else cited.author,
        "title": f"“{cited.title}”" if cited.is_opening else cited.title,
        "label": cited.label,
        "version": cited.version,
        "date": f"{day.day} {MONTHS[day.month]} {day.year}",
        "event": cited.event,
        "theme": cited.theme,
        "address": cited.address,
    }
    return (
        gettext(
            "%(author)s: %(title)s, %(label)s, version %(version)s of %(date)s. In: %(event)s, theme "
            "%(theme)s. %(address)s"
        )
        % words
    )


def bibtex(cited: Citation) -> str:
    """An entry for BibTeX and BibLaTeX. Names stay whole: nobody can tell which part of one is the family's."""
    day = cited.written_at
    fields = {
        "author": f"{{{_tex(cited.author)}}}",
        "title": f"{{{_tex(cited.title)}}}",
        "howpublished": _tex(f"{cited.event}, {cited.theme}"),
        "year": str(day.year),
        "month": BIBTEX_MONTHS[day.month - 1],
        "day": str(day.day),
        "note": _tex(gettext("%(label)s, version %(number)s") % {"label": cited.label, "number": cited.version}),
        "url": cited.address,
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{cited.key},", *lines, "}"]) + "\n"


def csl(cited: Citation) -> str:
    """An item for reference managers (CSL-JSON 1.0.2)."""
    day = cited.written_at
    item = {
        "id": cited.key,
        "type": "post",
        "author": [{"literal": cited.author}],
        "title": cited.title,
        "container-title": cited.event,
        "collection-title": cited.theme,
        "number": cited.label,
        "version": str(cited.version),
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "URL": cited.address,
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _citation(version: CommentVersion, site: str) -> Citation:
    comment: Comment = version.comment
    thread, theme = comment.thread, comment.thread.theme
    title, label = title_of(thread), label_of(comment)
    is_opening = comment.pk == thread.opening_id
    if not is_opening:
        title = gettext("Comment on “%(title)s”") % {"title": title}
    return Citation(
        key=f"{theme.event.slug}-{label}-v{version.number}",
        label=label,
        version=version.number,
        is_current=version.pk == comment.version_id,
        is_opening=is_opening,
        author=comment.author.name,
        organisation=comment.author.organisation,
        title=title,
        event=theme.event.title,
        theme=f"{theme.code}: {theme.title}",
        written_at=version.created_at,
        address=f"{site}/comments/{comment.pk}/?version={version.number}",
        short_address=f"{site}/{theme.event.slug}/{label}/",
    )


def quoted(comment: Comment) -> str:
    """The whole public text of a comment as a quote that begins with its author and number; empty if it is not public.

    The renderer makes a link to the comment of these (markup/mentions.py).
    """
    if not comment.is_public:
        return ""
    head = f"{escape_words(comment.author.name)}, {label_of(comment)}:"
    lines = [head, "", *comment.current_version.source.strip("\n").split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _tex(text: str) -> str:
    return text.translate(BIBTEX_ESCAPES)
