"""How things look as HTML, the same for everybody who may see them.

A fragment never asks who looks: it gets a row in words (see queries) and a template. That is why one
rendering can be cached, sent to ten thousand followers and put into a page.
"""

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, TypeVar

from django.core.cache import cache as kept
from django.template import Context, Template
from django.template.base import TextNode
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.visible import few_marks
from forum.markup.diff import compare, shortened
from forum.markup.mentions import Directory
from forum.markup.qr import qr_svg
from forum.markup.render import render

UNSAFE_IN_A_BLOCK = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
KEPT = 24 * 3600  # seconds; a key names its revision, so age does no harm

COMMENT = "dialogue/fragments/comment.html"
MARK = "\x00"  # stands for a value in an outline; no text of anybody holds it
INDENT = re.compile(r"\n +")
OUTLINES = 500  # kept; a comment comes in some dozens of shapes
_outlines: dict[Any, list[str]] = {}

Rows = Iterable[dict[str, Any]]
T = TypeVar("T")


def comment_html(comment: dict[str, Any]) -> SafeString:
    return comments_html([comment])


def comments_html(comments: Rows) -> SafeString:
    """Comments one after the other, as the flat list that pages hold."""
    return _join(_template(COMMENT), "c", comments)


def kept_html(what: str, revision: int, make: Callable[[], T]) -> T:
    """What a page shows of a thread, made once per revision and language. `make` is asked only when it must be."""
    key = f"{what}:{revision}:{get_language()}:{_look_of(COMMENT)}"
    made: T | None = kept.get(key)
    if made is None:
        made = make()
        kept.set(key, made, KEPT)
    return made


def changes_html(before: dict[str, Any], after: dict[str, Any]) -> SafeString:
    """What changed from one version of a text to another, compared once: the text of a version never changes."""
    name = "dialogue/fragments/changes.html"
    key = f"changes:{before['id']}:{after['id']}:{get_language()}:{_look_of(name)}"
    html = kept.get(key)
    if html is None:
        parts = shortened(compare(few_marks(before["source"]), few_marks(after["source"])))
        html = _template(name).render(Context({"parts": parts}))
        kept.set(key, html, KEPT)
    return mark_safe(html)  # noqa: S308 - what a template rendered


def comment_change(comment: dict[str, Any]) -> dict[str, Any]:
    """A comment as a page puts it in its place: what followers receive, and who wrote it gets back."""
    return {
        "kind": "comment",
        "id": comment["id"],
        "revision": comment["revision"],
        "thread": comment["thread_id"],
        "parent": comment["parent_id"] or None,
        "number": comment["number"],
        "status": comment["status"],
        "level": comment["level"],
        "published": comment["published"],
        "at": comment["at"],
        "author": comment["author_id"],
        "answers": comment["answers_id"],
        "html": comment_html(comment),
    }


def body_html(html: str) -> SafeString:
    """A version's text: the renderer cleaned it when it was written."""
    return mark_safe(html)  # noqa: S308


def preview_html(source: str, directory: Directory | None) -> SafeString:
    """What a text will look like: the very rendering it gets when it is sent. Raises TextRefused."""
    return body_html(render(source, directory=directory).html)


def code_svg(address: str) -> SafeString:
    """An address as a picture that a phone reads."""
    return mark_safe(qr_svg(address))  # noqa: S308 - made of squares


def wall_entries_html(entries: Rows) -> SafeString:
    """Entries of the wall: each a comment with the thread it stands in."""
    made = [{**entry, "html": comment_html(entry["comment"]), "comment": None} for entry in entries]
    return _join(_template("dialogue/fragments/wall_entry.html"), "e", made)


def slides_html(slides: Rows) -> SafeString:
    """What the screen in the room shows, one at a time."""
    return _join(_template("dialogue/fragments/slide.html"), "e", [row | row["comment"] | row for row in slides])


def marked_html(parts: Iterable[tuple[str, bool]]) -> SafeString:
    """A text in parts (text, is_found), with what was found marked."""
    pieces = [format_html("<mark>{}</mark>", text) if is_found else escape(text) for text, is_found in parts]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped on the line above


def data_block(facts: dict[str, Any]) -> SafeString:
    """JSON that can stand in a page's data block: nothing in it can end the block or begin a tag."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(UNSAFE_IN_A_BLOCK))  # noqa: S308 - escaped on this line


def thread_head_html(thread: dict[str, Any]) -> SafeString:
    return _join(_template("dialogue/fragments/thread_head.html"), "t", [thread])


def thread_row_html(thread: dict[str, Any]) -> SafeString:
    return thread_rows_html([thread])


def thread_rows_html(threads: Rows) -> SafeString:
    return _join(_template("dialogue/fragments/thread_row.html"), "t", threads)


def theme_row_html(theme: dict[str, Any]) -> SafeString:
    return theme_rows_html([theme])


def theme_rows_html(themes: Rows) -> SafeString:
    return _join(_template("dialogue/fragments/theme_row.html"), "m", themes)


@cache
def _look_of(name: str) -> float:
    """Changes when the template does, so that a new version of Parley does not show the old one's look."""
    return Path(get_template(name).origin.name).stat().st_mtime  # type: ignore[attr-defined]


def _template(name: str) -> Template:
    return _without_indents(get_template(name).template)  # type: ignore[attr-defined]


@cache
def _without_indents(template: Template) -> Template:
    """The same template, changed in place: its lines begin without spaces.

    Followers receive fragments uncompressed; the indents would be an eighth of a comment's HTML.
    """
    for text in template.nodelist.get_nodes_by_type(TextNode):
        text.s = INDENT.sub("\n", text.s)  # type: ignore[attr-defined]
    return template


def _join(template: Template, name: str, rows: Rows) -> SafeString:
    return mark_safe("".join(_each(template, name, rows)))  # noqa: S308 - templates escape


def _each(template: Template, name: str, rows: Rows) -> list[str]:
    """What the template makes of each row, by way of its outline.

    A template asks of a value only whether there is one, and prints it. So all rows that have the same values filled
    share one outline, made by the template itself from marks in place of the values; filling it in costs a tenth of
    rendering. Whatever holds more than a word or a number, such as a list of files, is rendered the usual way.

    The values of all rows are escaped as one text: a page of comments has some thousands of them.
    """
    language = get_language()
    filled: list[tuple[list[str], list[Any]]] = []  # the outline of each row, and its values in their order
    texts: list[str] = []
    for row in rows:
        if [True for value in row.values() if value and value.__class__ in (list, dict, tuple)]:
            filled.append(([template.render(Context({name: row}))], []))
            continue
        outline = _outline(template, name, row, language)
        values = [row[field] for field in outline[1::2]]  # every second part is the name of a value
        texts += ["" if value.__class__ is SafeString else f"{value}" for value in values]
        filled.append((outline, values))
    escaped = escape(MARK.join(texts)).split(MARK)
    if len(escaped) != len(texts):  # a text that holds a mark after all, or none at all
        escaped = [escape(text) for text in texts]
    made, first = [], 0
    for outline, values in filled:
        parts, last = outline.copy(), first + len(values)
        safe = zip(values, escaped[first:last], strict=True)
        parts[1::2] = [value if value.__class__ is SafeString else text for value, text in safe]
        made.append("".join(parts))
        first = last
    return made


def _outline(template: Template, name: str, row: dict[str, Any], language: str | None) -> list[str]:
    shape = tuple(["" if value and value is not True else f"{value!r}" for value in row.values()])
    key = (template, language, tuple(row), shape)
    outline = _outlines.get(key)
    if outline is None:
        if len(_outlines) >= OUTLINES:
            _outlines.clear()
        marks = {field: _mark(field, value) for field, value in row.items()}
        outline = _outlines[key] = template.render(Context({name: marks})).split(MARK)
    return outline


def _mark(field: str, value: Any) -> Any:
    return SafeString(f"{MARK}{field}{MARK}") if value and type(value) is not bool else value
