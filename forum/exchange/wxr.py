"""WordPress exports (WXR): posts with comments become threads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from forum.exchange.entry import Broken, Entry, Notice, Unreadable
from forum.exchange.words import digest, display_name, one_line, origin_of
from forum.exchange.wxr_item import Item, Person
from forum.exchange.wxr_thread import entries_of

# Both http and https occur, in versions 1.0 to 1.2.
_WORDPRESS = re.compile(r"\{https?://wordpress\.org/export/[^/}]+/}")
_PREFIXES = {
    "{http://purl.org/rss/1.0/modules/content/}": "content:",
    "{http://purl.org/dc/elements/1.1/}": "dc:",
}
# Characters XML forbids; old blogs are full of them and every one would stop the parser.
_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r")


def read(stream: BinaryIO) -> Iterator[Entry | Broken | Notice]:
    """The threads of a WordPress export, item by item, parents before children.

    Every wp:comment comes out as an Entry or, if it cannot be read, as a Broken; notices stand right after
    the entry they are about. Items without comments are no discussions and are passed over.
    Raises Unreadable for anything that is not such an export, is damaged or declares entities.
    """
    export = _Export()
    for event, element in _parse(stream):
        if event == "start":
            export.enter(element)
        else:
            yield from export.leave(element)
    if not export.is_wordpress:
        raise Unreadable("This is not a WordPress export: it contains no WordPress elements.")


def _parse(stream: BinaryIO) -> Iterator[tuple[str, Element]]:
    """The events of the file; everything the parser may dislike becomes one clear refusal."""
    try:
        yield from iterparse(
            _Legible(stream), ("start", "end"), forbid_dtd=False, forbid_entities=True, forbid_external=True
        )
    except DefusedXmlException as error:
        raise Unreadable(
            "This file was refused: it declares XML entities, which WordPress exports never do."
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise Unreadable(f"This file is not well-formed XML: {error}.") from error


class _Legible:
    """A stream without the control characters XML forbids."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._is_wide: bool | None = None

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if self._is_wide is None:
            self._is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        if self._is_wide:
            return data
        legible = data.translate(None, _FORBIDDEN)
        return legible if legible or not data else b" "


@dataclass(slots=True)
class _Export:
    """Parser state while the file is streamed; holds one item at a time."""

    people: dict[str, Person] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    items: int = 0
    is_wordpress: bool = False
    blog: str = ""  # its address: numbers of posts and comments mean nothing without it
    link: str = ""  # where the channel says it is, for exports that do not name the blog
    is_in_item: bool = False
    channel: Element | None = None

    def enter(self, element: Element) -> None:
        if element.tag == "channel" and self.channel is None:
            self.channel = element
        self.is_in_item = self.is_in_item or element.tag == "item"
        self.is_wordpress = self.is_wordpress or _WORDPRESS.match(element.tag) is not None

    def leave(self, element: Element) -> Iterator[Entry | Broken | Notice]:
        name = _short(element.tag)
        if name in {"wp:author", "wp:wp_author"}:
            self._meet(_fields(element))
        if name == "wp:base_blog_url":
            self.blog = (element.text or "").strip()
        if name == "link" and not self.is_in_item:
            self.link = self.link or (element.text or "").strip()
        if name != "item":
            return
        self.is_in_item = False
        self.items += 1
        comments = [_fields(child) for child in element if _short(child.tag) == "wp:comment"]
        if comments:
            item = Item(self.items, _fields(element), comments, self.people, self.taken)
            yield from (self._named(piece, item) for piece in entries_of(item))
        if self.channel is not None:
            self.channel.clear()

    def _named(self, piece: Entry | Broken | Notice, item: Item) -> Entry | Broken | Notice:
        """An entry with origins that no other blog's export has, if the file says where the blog or the post is."""
        address = self.blog or self.link or item.address
        if not (isinstance(piece, Entry) and address):
            return piece

        def own(origin: str) -> str:
            return origin_of(f"{origin}@{digest(address.encode())[:10]}")

        return replace(
            piece,
            origin=own(piece.origin),
            thread=own(piece.thread),
            parent=piece.parent and own(piece.parent),
            is_addressed=True,
            former=() if self.blog else (piece.origin,),
        )

    def _meet(self, fields: dict[str, str]) -> None:
        login, email = fields.get("wp:author_login", ""), fields.get("wp:author_email", "")
        name = display_name(fields.get("wp:author_display_name", ""), login)
        self.people[one_line(login)] = Person(name, email)


def _fields(element: Element) -> dict[str, str]:
    """The texts of an element's children by short name; of several the first counts."""
    fields: dict[str, str] = {}
    for child in element:
        fields.setdefault(_short(child.tag), child.text or "")
    return fields


def _short(tag: str) -> str:
    """A tag by the prefix everybody knows its namespace by: "wp:comment", "dc:creator", "title"."""
    if not tag.startswith("{"):
        return tag
    if _WORDPRESS.match(tag):
        return _WORDPRESS.sub("wp:", tag)
    namespace, brace, name = tag.rpartition("}")
    return _PREFIXES.get(namespace + brace, namespace + brace) + name
