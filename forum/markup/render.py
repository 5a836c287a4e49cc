"""From source to HTML: the one path every text takes, whoever wrote it and wherever it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from threading import local
from typing import Any

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from accounts.visible import few_marks, shows_nothing
from forum.kernel.choices import SOURCE_LENGTH, STORED_LENGTH
from forum.kernel.errors import TextRefused, TextTooRich
from forum.markup.autolinks import AutoLinks
from forum.markup.clean import LINK_REL, OWN_PAGE, clean_html, is_safe_link, plain_text
from forum.markup.folds import fold_quotations
from forum.markup.footnotes import count_calls
from forum.markup.imported_escape import fenced
from forum.markup.mentions import Directory, link_names, mark_quotations
from forum.markup.plain_parts import take_short_ways
from forum.markup.weights import check_pieces, check_weight, parse_blocks, parse_inline

RENDERER = 4  # raise it when the same source gives other HTML; then `manage.py rerender`
NESTING = 40  # levels; a quote takes one, a list two. The parser drops what stands deeper, so it is refused
LARGEST = 10 * SOURCE_LENGTH  # characters of HTML: a link's address can be written once and used a thousand times
FIRST_HEADING = 2  # a text's own headings begin right below the title of the page, and skip no level
_of_thread = local()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text in its two forms: `html` is safe to show as it is, `text` is its words alone; and whom it mentions."""

    html: str
    text: str
    mentions: tuple[int, ...] = ()


def render(source: str, *, longest: int = SOURCE_LENGTH, directory: Directory | None = None) -> Rendered:
    """Turns Markdown into safe HTML. Raises TextRefused with the author's own sentence.

    `directory` says whom the names in it can mean. Without one "@Name" is text, and a link to a person bears the name
    that it was given.
    """
    source = check_source(source, longest)
    check_weight(source)
    # Footnote anchors must differ between the comments of one page.
    env: dict[str, Any] = {"docId": token_hex(5), "mentions": {}, "directory": directory}
    parser = _parser()
    tokens = parser.parse(source, env)
    if any(token.level >= NESTING - 1 for token in tokens):
        raise TextTooRich(_("Quotes and lists are nested too deeply here. Please use fewer levels."))
    html = parser.renderer.render(tokens, parser.options, env)
    if len(html) > LARGEST:
        raise TextTooRich(_("This text becomes too large when displayed. Please shorten its links and tables."))
    html = few_marks(clean_html(html))
    text = plain_text(html)
    if shows_nothing(text):
        raise TextRefused(_("This text has no visible content yet. Please add some."))
    return Rendered(html, text, tuple(env["mentions"]))


def render_stored(source: str, directory: Directory | None = None) -> tuple[str, Rendered]:
    """A text that must not be lost, because it was said already: if its marks cannot be shown, letter by letter.

    Returns its source, which is then another. Raises TextRefused, if it cannot be shown at all.
    """
    try:
        return source, render(source, longest=STORED_LENGTH, directory=directory)
    except TextRefused:
        plain = fenced(check_source(source, STORED_LENGTH))
        return plain, render(plain, longest=STORED_LENGTH)


def check_source(source: str, longest: int) -> str:
    """The source with uniform line ends. Raises TextRefused if it is empty, too long or unreadable."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if shows_nothing(source):
        raise TextRefused(_("Please write something first."))
    if len(source) > longest:
        raise TextRefused(
            _("This text has %(length)s characters. A comment can have at most %(limit)s. Please shorten or split it.")
            % {"length": len(source), "limit": longest}
        )
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", source):
        raise TextRefused(_("This text contains control characters, which cannot be displayed. Please remove them."))
    return source


def _parser() -> MarkdownIt:
    # One per thread: the link recogniser keeps its place in the text between calls, so threads cannot share it.
    known: MarkdownIt | None = getattr(_of_thread, "parser", None)
    if known is None:
        known = _of_thread.parser = _new_parser()
    return known


def _new_parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"linkify": True, "maxNesting": NESTING})
    parser.core.ruler.at("block", parse_blocks)
    parser.core.ruler.at("inline", parse_inline)
    parser.use(footnote_plugin)
    parser.core.ruler.before("footnote_tail", "quotations", mark_quotations)
    parser.core.ruler.after("quotations", "folds", fold_quotations)
    parser.core.ruler.before("footnote_tail", "footnote_calls", count_calls)
    parser.core.ruler.after("linkify", "names", link_names)
    parser.core.ruler.push("pieces", check_pieces)
    take_short_ways(parser)
    parser.linkify = AutoLinks()
    for name in ("normalizeLink", "normalizeLinkText"):  # many texts have the same addresses
        setattr(parser, name, lru_cache(1_000)(getattr(parser, name)))
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    parser.add_render_rule("footnote_block_open", _footnotes_open)
    return parser


def _link_open(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    if not OWN_PAGE.fullmatch(str(tokens[idx].attrs["href"])):
        tokens[idx].attrSet("rel", LINK_REL)
    return self.renderToken(tokens, idx, options, env)


def _image(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """An image of another site is a link to it: loading it would tell that site who reads here."""
    address = str(tokens[idx].attrs["src"])
    words = self.renderInlineAsText(tokens[idx].children, options, env).strip() or address
    return f'<a href="{escapeHtml(address)}" rel="{LINK_REL}">{escapeHtml(words)}</a>'


def _heading(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """As deep as it stands below others in this text, however many levels its author left out between them."""
    above: list[int] = env.setdefault("headings", [])
    if tokens[idx].nesting > 0:
        level = int(tokens[idx].tag[1])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
    tokens[idx].tag = f"h{min(FIRST_HEADING + len(above) - 1, 6)}"
    return self.renderToken(tokens, idx, options, env)


def _footnotes_open(*_ignored: object) -> str:
    return '<section class="footnotes">\n<ol class="footnotes-list">\n'
