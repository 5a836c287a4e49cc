"""Other people's texts on their way in: HTML and plain email become the Markdown the forum keeps."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from markdownify import MarkdownConverter

from forum.markup.imported_escape import escape_inline, escape_start, escape_words, fenced, printable
from forum.markup.imported_plain import markdown_from_plain

__all__ = ["markdown_from_html", "markdown_from_plain"]

_UNSEEN = ("script", "style", "template", "head", "noscript", "colgroup")
_MEDIA = ("iframe", "embed", "video", "audio", "object")
# Blocks markdownify has no form for; as plain divisions their words at least stay apart.
_BLOCKS = {
    "address", "aside", "center", "dd", "details", "dl", "dt", "fieldset", "footer", "form", "header",
    "hgroup", "legend", "main", "nav", "noframes", "summary",
}  # fmt: skip
_VERBATIM = {
    "pre": "pre",
    "listing": "pre",
    "xmp": "pre",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
_WITHIN = {"tr": ["table"], "td": ["tr"], "th": ["tr"], "li": ["ul", "ol"]}  # astray anywhere else
_INNER_BLOCKS = ["p", "div", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"]
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "strike": "~~"}
_ICON = 64  # pixels; a nameless picture no wider than that says nothing by itself
_NUMBERED_ATTRIBUTE = re.compile(r"[0-9]{1,3}")
_LINK_START = re.compile(r"https?://[\w\[-]|mailto:\S+@", re.IGNORECASE)
# What would end a link's target early, or be read as an entity, an escape or the next cell of a table.
_UNSAFE_IN_TARGET = re.compile(r"[\s()<>\\`|\"\x00-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def markdown_from_html(html: str) -> str:
    """Markdown source with the words and the structure of an HTML fragment, and none of its powers.

    Scripts and styles vanish, images and players become links, only absolute http, https and mailto
    addresses stay links. Never fails; "" for HTML without a word.
    """
    # The leading line end keeps bs4 from asking whether a bare address was meant to be fetched.
    soup = BeautifulSoup("\n" + printable(html), "html.parser")
    try:
        _prepare(soup)
        return str(_converter().convert_soup(soup)).strip()
    except RecursionError:
        # Hundreds of nested tags are no writing; the words are what is left to save.
        return markdown_from_plain(soup.get_text("\n"))


def _converter() -> "_Converter":
    return _Converter(heading_style="atx", bullets="-", newline_style="spaces", wrap=True, wrap_width=None)


def _prepare(soup: BeautifulSoup) -> None:
    for unseen in [*soup(_UNSEEN), *soup(string=lambda text: isinstance(text, PreformattedString))]:
        unseen.extract()
    for tag in soup(True):
        if tag.parent is None:
            continue  # it stood in code that was reduced to its words
        if tag.name in _BLOCKS or (tag.name in _WITHIN and not tag.find_parent(_WITHIN[tag.name])):
            tag.name = "div"
        elif tag.name in _VERBATIM:
            tag.name = _VERBATIM[tag.name]
            tag.string = "".join(_words_and_breaks(tag))
        elif tag.name in _MEDIA:
            tag.name = "img"
            tag["src"] = tag.get("src") or tag.get("data") or _source_within(tag)
        elif tag.name == "a":
            _prepare_link(soup, tag)
        elif tag.name == "table":
            _prepare_table(tag)
        elif tag.name == "img" and not tag.get("alt") and _is_icon(str(tag.get("width"))):
            tag.extract()
        tag.attrs = {name: value for name, value in tag.attrs.items() if _is_of_use(name, str(value))}


def _prepare_link(soup: BeautifulSoup, link: Tag) -> None:
    target = _target(str(link.get("href") or ""))
    if target and link.find(_INNER_BLOCKS):
        # Markdown links hold no blocks: the address follows them instead.
        link.insert_after(soup.new_tag("a", attrs={"href": target}))
    if not target or link.find(_INNER_BLOCKS):
        link.unwrap()


def _words_and_breaks(tag: Tag) -> Iterator[str]:
    for node in tag.descendants:
        if isinstance(node, NavigableString):
            yield str(node)
        elif isinstance(node, Tag) and node.name == "br":
            yield "\n"


def _prepare_table(table: Tag) -> None:
    # markdownify takes the first row of every part for a heading, and none if a caption comes first.
    for part in table(["thead", "tbody", "tfoot"]):
        part.unwrap()
    for caption in table("caption"):
        caption.name = "div"
        table.insert_before(caption.extract())
    if table.find_parent("table"):
        for inner in [table, *table(["tr", "td", "th"])]:
            inner.name = "div"


def _is_icon(width: str) -> bool:
    return _NUMBERED_ATTRIBUTE.fullmatch(width) is not None and int(width) <= _ICON


def _source_within(tag: Tag) -> str:
    source = tag.find("source", src=True)
    return str(source["src"]) if isinstance(source, Tag) else ""


def _is_of_use(name: str, value: str) -> bool:
    # markdownify reads these numbers without a doubt and stumbles over "²".
    if name in {"start", "colspan"}:
        return _NUMBERED_ATTRIBUTE.fullmatch(value) is not None
    return name in {"href", "src", "alt"}


class _Converter(MarkdownConverter):
    """markdownify, taught to escape by place and to leave out marks that would not be read as such."""

    def get_conv_fn(self, tag_name: str) -> Any:
        # markdownify looks methods up by tag name; a tag <soup> would find its entry point.
        if tag_name == "soup":
            return None
        return self.convert_mark if tag_name in _MARKS else super().get_conv_fn(tag_name)  # type: ignore[misc]

    def escape(self, text: str, parent_tags: set[str]) -> str:
        if not text:
            return ""
        escaped = escape_words(text) if "a" in parent_tags else escape_inline(text)
        # What follows this piece is not known here: before a link "!" means an image and "^" a note,
        # before letters "&" means an entity.
        if escaped[-1] in "!&^":
            escaped = f"{escaped[:-1]}\\{escaped[-1]}"
        if "td" in parent_tags or "th" in parent_tags:
            escaped = re.sub(r"(?<!\\)\|", r"\\|", escaped)
        return _escape_piece_start(escaped)

    def convert_mark(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Converts emphasis; leaves plain text where Markdown would show the asterisks."""
        mark = _MARKS[el.name]
        inner = text.strip()
        if not inner or "\n" in inner or "_noformat" in parent_tags or el.find(_INNER_BLOCKS):
            return text
        if any(_MARKS.get(outer) == mark for outer in parent_tags) or _touches_mark(el):
            return text
        before, after = _neighbour(el, -1), _neighbour(el, 1)
        lead, trail = text[: text.index(inner)], text[text.index(inner) + len(inner) :]
        if _is_word(before) and not lead and not _is_word(inner[0]):
            return text
        if _is_word(after) and not trail and not _is_word(inner[-1]):
            return text
        return f"{lead}{mark}{inner}{mark}{trail}"

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:
        if not text.strip():
            return ""
        # Signs at the end would be taken for the heading's own.
        words = re.sub(r"#(?=#*\s*$)", r"\\#", text)
        return str(super().convert_hN(n, el, words, parent_tags))  # type: ignore[misc]

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        target = _target(str(el.get("href") or ""))
        if not target or "_noformat" in parent_tags or "a" in parent_tags:
            return text
        inner = text.strip()
        if not inner or el.get_text().strip() == target:
            return _autolink(target)
        lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{lead}[{' '.join(inner.split())}]({target}){trail}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        target = _target(str(el.get("src") or ""))
        name = str(el.get("alt") or "").strip() or unquote(urlsplit(target).path).rpartition("/")[2] or target
        label = escape_words(" ".join(printable(name).split()))
        if not target or "a" in parent_tags or "_noformat" in parent_tags:
            return label + text
        return f"[{label}]({target}){text}"

    def convert_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        line = re.sub(r"\s*\n\s*", " ", text)
        return str(super().convert_code(el, line, parent_tags))  # type: ignore[misc]

    convert_kbd = convert_samp = convert_code

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        code = text.strip("\n")
        if not code.strip():
            return ""
        if "_inline" in parent_tags:
            return self.convert_code(el, code, parent_tags - {"_noformat"})
        return f"\n\n{fenced(code)}\n\n"


def _escape_piece_start(escaped: str) -> str:
    bare = escaped.lstrip(" ")
    # "1" in one tag and ". " in the next would be a list together.
    first = "\\" + bare if re.match(r"[.)](?:\s|$)", bare) else escape_start(bare)
    return escaped[: len(escaped) - len(bare)] + first


def _target(address: str) -> str:
    """The address as a Markdown link target; "" if it leads nowhere from here or is not safe to follow."""
    address = re.sub(r"[\t\r\n]", "", address.strip())
    if address.startswith("//"):
        address = "https:" + address
    if not _LINK_START.match(address):
        return ""
    safe = _UNSAFE_IN_TARGET.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)
    return _ENTITY.sub("%26", safe)


def _autolink(target: str) -> str:
    return f"<{target}>" if not target.startswith("mailto:") else f"[{escape_words(target[7:])}]({target})"


def _touches_mark(el: Tag) -> bool:
    return isinstance(el.previous_sibling, Tag) and el.previous_sibling.name in _MARKS


def _neighbour(el: Tag, step: int) -> str:
    """The character next to an element in its line: before it for -1, after it for 1; "" at an end."""
    node: PageElement = el
    while True:
        for sibling in node.previous_siblings if step < 0 else node.next_siblings:
            if words := sibling.get_text():
                return words[-1] if step < 0 else words[0]
        if node.parent is None or node.parent.name in _INNER_BLOCKS:
            return ""
        node = node.parent


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
