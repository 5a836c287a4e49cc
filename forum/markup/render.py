"""From source to HTML: the one path every text takes, whoever wrote it and wherever it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
from forum.markup.weights import check_pieces, check_weight, parse_blocks, parse_inline

RENDERER = 3  # raise it when the same source gives other HTML; then `manage.py rerender`
NESTING = 40  # levels; a quote takes one, a list two. The parser drops what stands deeper, so it is refused
LARGEST = 10 * SOURCE_LENGTH  # characters of HTML: a link's address can be written once and used a thousand times
MAYBE_ADDRESS = re.compile(r"[:@]|//|localhost|www\.|\.\w", re.IGNORECASE)  # whatever could be a link by itself has one
HEADING_SHIFT = 3  # a text's own first heading stands below the page's and the thread's
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


def for_own_page(html: str) -> str:
    """Rendered HTML with its headings right below that of a page which shows nothing else."""
    return re.sub(r"(</?h)([4-6])\b", lambda found: f"{found[1]}{max(2, int(found[2]) - HEADING_SHIFT)}", html)


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
    parser.linkify = AutoLinks()
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    _look_before_searching(parser.linkify)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    parser.add_render_rule("footnote_block_open", _footnotes_open)
    return parser


def _look_before_searching(linkify: Any) -> None:
    """Spares most paragraphs the recogniser's own first look for addresses, which takes a quarter of the parsing."""
    search = linkify.pretest
    linkify.pretest = lambda text: MAYBE_ADDRESS.search(text) is not None and search(text)


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
    tokens[idx].tag = f"h{min(int(tokens[idx].tag[1]) + HEADING_SHIFT, 6)}"
    return self.renderToken(tokens, idx, options, env)


def _footnotes_open(*_ignored: object) -> str:
    return '<section class="footnotes">\n<ol class="footnotes-list">\n'
