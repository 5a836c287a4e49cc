"""The sanitiser: what HTML may leave the renderer. The only module that imports bleach.

The Markdown parser already refuses raw HTML, so this is the second wall (the third is the CSP). A Cleaner
is never kept: bleach's parser has state, and two threads sharing one have been seen swapping their texts. What it
would not change anyway is not handed to it (see plain_html).
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from bleach.sanitizer import Cleaner

from forum.markup.plain_html import is_plain

TAGS = frozenset(
    {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "sup", "section"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
)
SCHEMES = frozenset({"http", "https", "mailto"})
FOOTNOTE_ID = re.compile(r"fn(ref)?-[0-9a-z]{1,16}-[0-9]{1,4}(:[0-9]{1,4})?")
FOOTNOTE_CLASSES = {"footnotes", "footnotes-list", "footnote-item", "footnote-ref", "footnote-backref"}
LINK_REL = "nofollow ugc noopener"  # no reward for spam, no handle on our window
BACK_ARROW = "↩\ufe0e"
TAG = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
PLAIN_LINK = re.compile(
    rf'a href="(?P<address>(?:https?://|mailto:)(?:[a-zA-Z0-9._~:/?#@!$()*+,;=%-]|&amp;)+)" rel="{LINK_REL}"',
    re.ASCII,
)
LANGUAGE_CLASS = re.compile(r"language-[A-Za-z0-9+#-]{1,30}")
MENTION = re.compile(r"/people/[0-9]{1,9}/")
OWN_PAGE = re.compile(r"/(people|comments)/[0-9]{1,9}/")
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@lru_cache(1_000)  # asked three times for each link, and many texts have the same
def is_safe_link(url: str) -> bool:
    """Whether a link may stay: an absolute http(s) or mailto address, a footnote of the same page, a person's page or
    a comment's.

    Browsers drop tabs and newlines anywhere in a URL and control characters or spaces at its ends before
    they read the scheme (WHATWG URL, "basic URL parser", steps 1 to 3), and eyes skip invisible ones: an
    address with any of them is refused, as is one that relies on the page's own scheme or host.
    """
    if any(c.isspace() or unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"} for c in url):
        return False
    if url.startswith("#"):
        return FOOTNOTE_ID.fullmatch(url[1:]) is not None
    if OWN_PAGE.fullmatch(url):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in SCHEMES or "\\" in url:
        return False
    return bool(parts.path) if parts.scheme == "mailto" else bool(parts.hostname)


def _is_allowed_attribute(tag: str, name: str, value: str) -> bool:
    """Whether an HTML attribute is allowed on this tag with this value."""
    match tag, name:
        case "a", "href":
            return is_safe_link(value)
        case "a", "title":
            return True
        case "a", "rel":
            return value == LINK_REL
        case (("a" | "li"), "id"):
            return FOOTNOTE_ID.fullmatch(value) is not None
        case "a", "class" if value == "mention":
            return True
        case (("a" | "li" | "ol" | "section" | "sup"), "class"):
            return value in FOOTNOTE_CLASSES
        case "code", "class":
            return LANGUAGE_CLASS.fullmatch(value) is not None
        case "ol", "start":
            return WHOLE_NUMBER.fullmatch(value) is not None
    return False


def is_plain_link(tag: str) -> bool:
    """Whether the sanitiser would leave a link's start tag as it is, judged without it."""
    found = PLAIN_LINK.fullmatch(tag)
    return found is not None and is_safe_link(found["address"])


def clean_html(html: str) -> str:
    """The same HTML with everything gone that is not on the lists above. Safe on any input."""
    return html if is_plain(html, is_plain_link) else sanitised(html)


def sanitised(html: str) -> str:
    """What the sanitiser makes of it."""
    cleaner = Cleaner(tags=TAGS, attributes=_is_allowed_attribute, protocols=SCHEMES, strip=True, strip_comments=True)
    return cleaner.clean(html)


def plain_text(html: str) -> str:
    """The words of cleaned HTML, one space between blocks: for excerpts, search and comparison."""
    spaced = re.sub(r"</(p|li|blockquote|h[1-6]|pre|td|th|section|summary)>|<br>", " ", html)
    bare = TAG.sub("", spaced)
    return " ".join(_unescape(bare).replace(BACK_ARROW, "").split())


def _unescape(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
