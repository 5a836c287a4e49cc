"""Which addresses in a text become links by themselves, and where they end.

Only what says that it is an address: one with a scheme, one that begins with "www.", and an email address. A bare
"README.md" or "end.Next" is a word (linkify's fuzzy links are off): it would lead to a stranger's site.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from linkify_it.main import LinkifyIt, Match

# Ends an address wherever it stands: punctuation of Chinese and Japanese, full-width forms, quotation marks, the
# ellipsis. Browsers write these as %xx in an address, so between letters they belong to the sentence.
ENDS = (
    "\u00ab\u00bb\u2018-\u201f\u2026\u2039\u203a\u3000-\u3004\u3008-\u3020\u3030\u303d"
    "\ufe10-\ufe1f\ufe30-\ufe6b\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3d\uff5b-\uff65"
)
_REST = re.compile(f"[{ENDS}].*", re.DOTALL)
_SENTENCE = ".,;:!?'\""
_HOST = re.compile(r"[^/?#]*\.[^\W\d_]{2,}|[^/?#]*\.xn--[a-z0-9-]+", re.IGNORECASE)


def address_end(address: str) -> int:
    """How many of its characters belong to an address that was found in running text."""
    kept = _REST.sub("", address)
    if kept != address:
        kept = kept.rstrip(_SENTENCE)
    # At its end, punctuation of any script belongs to the sentence (a danda, an Arabic question mark, a dash).
    while kept and not kept[-1].isascii() and unicodedata.category(kept[-1]).startswith("P"):
        kept = kept[:-1]
    return len(kept)


class AutoLinks(LinkifyIt):
    """linkify, as above. It keeps its place in the text between calls: one for each thread."""

    def __init__(self) -> None:
        www = {"validate": self._validate_www, "normalize": self._with_scheme}
        super().__init__({"www.": www}, {"fuzzy_link": False})

    def pretest(self, text: str) -> bool:
        """Whether there may be an address. The recogniser's own first look takes a quarter of the parsing."""
        return "//" in text or "@" in text or "www." in text.lower()

    def match(self, text: str) -> list[Match] | None:
        """Every address of a text, in order; None without any."""
        found = [link for link in super().match(text) or () if self._ended(link)]
        return found or None

    def match_at_start(self, text: str) -> Match | None:
        """The address with a scheme that a text begins with."""
        link = super().match_at_start(text)
        return link if link is not None and self._ended(link) else None

    def _ended(self, link: Any) -> bool:
        """Cuts an address where it ends; whether one is left."""
        end = address_end(link.raw)
        if end == len(link.raw):
            return True
        if end <= len(link.schema) + len("//"):
            return False
        cut = len(link.raw) - end
        link.last_index -= cut
        link.raw, link.text, link.url = (words[:-cut] for words in (link.raw, link.text, link.url))
        return True

    def _validate_www(self, text: str, pos: int) -> int:
        if "www" not in self.re:
            host = self.re["src_host_port_strict"] + self.re["src_path"]
            self.re["www"] = re.compile(host, flags=re.IGNORECASE)
        found = self.re["www"].match(text, pos)
        return len(found[0]) if found and _HOST.match(found[0]) else 0

    def _with_scheme(self, link: Any) -> None:
        link.url = f"http://{link.url}"
