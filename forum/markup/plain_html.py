"""Whether HTML is so plain that the sanitiser would hand it back as it is: an allow-list for whole texts.

Most texts are paragraphs, quotes and lists. To ask this of them takes a twentieth of the time that the sanitiser takes
to parse and serialise them. Whatever is not certain goes to the sanitiser; `tests/markup` compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_STRANGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot);)")
_WORDS = frozenset({"em", "strong", "s", "code"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_IN_WORDS = _WORDS | {"a", "br"}
_IN_BLOCKS = _IN_WORDS | _HEADINGS | {"p", "blockquote", "ul", "ol", "pre", "hr"}
# What may stand in which element; "" is the text itself. Tables and footnotes are for the sanitiser.
WITHIN: dict[str, frozenset[str]] = {
    **dict.fromkeys(["", "blockquote", "li"], _IN_BLOCKS),
    **dict.fromkeys(["p", "a", *_HEADINGS, *_WORDS], _IN_WORDS),
    **dict.fromkeys(["ul", "ol"], frozenset({"li"})),
    "pre": frozenset({"code"}),
}
_VOID = frozenset({"br", "hr"})
_LISTS = frozenset({"ul", "ol"})
_NOT_IN_ITSELF = _WORDS | {"a"}


def is_plain(html: str, is_link: Callable[[str], bool]) -> bool:
    """Whether this is nothing but words and elements without attributes, closed in order, as Markdown makes them.

    `is_link` says of what stands between "<" and ">" whether it begins a link that may stay.
    """
    if _STRANGE.search(html) or _ENTITY.search(html):
        return False
    before, *pieces = html.split("<")
    opened = [""]
    for piece in pieces:
        tag, end, words = piece.partition(">")
        if not end or ">" in words or not _takes(opened, tag, is_link):
            return False
        if words and (opened[-1] == "pre" or (opened[-1] in _LISTS and not words.isspace())):
            return False
    return len(opened) == 1 and ">" not in before


def _takes(opened: list[str], tag: str, is_link: Callable[[str], bool]) -> bool:
    """Whether this tag may come next; notes what it opens or closes."""
    if tag.startswith("/"):
        return opened.pop() == tag[1:] != ""
    name = "a" if tag.startswith("a ") and is_link(tag) else tag
    if name not in WITHIN[opened[-1]] or (name in _NOT_IN_ITSELF and name in opened):
        return False
    if name not in _VOID:
        opened.append(name)
    return True
