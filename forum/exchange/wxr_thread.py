"""One post of a WordPress export and its comments as one thread."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from forum.exchange.entry import Broken, Entry, Notice
from forum.exchange.trees import closes_circle, in_tree_order
from forum.exchange.words import EMPTY, digest, display_name, fitted, key_of, local_part, one_line, origin_of
from forum.exchange.wxr_item import Item, Person, comment_date
from forum.exchange.wxr_text import with_paragraphs
from forum.markup.imported import markdown_from_html

_CONVERSATION = {"", "comment"}  # the rest are pingbacks, trackbacks and notes of plugins


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands in the file, its text already read."""

    number: int
    origin: str
    asked: str | None  # the number of the comment it answers; None: the post itself
    written_at: datetime
    is_dated: bool  # False: the date is that of its post
    fields: Mapping[str, str]
    source: str
    notices: list[str]

    @property
    def where(self) -> str:
        return f"comment {self.fields.get('wp:comment_id', '').strip() or self.number}"

    @property
    def is_approved(self) -> bool:
        return self.fields.get("wp:comment_approved", "").strip() == "1"

    @property
    def is_conversation(self) -> bool:
        return self.fields.get("wp:comment_type", "").strip() in _CONVERSATION

    @property
    def rank(self) -> tuple[datetime, int, int]:
        return self.written_at, _whole(self.fields.get("wp:comment_id", "")), self.number


def entries_of(item: Item) -> Iterator[Entry | Broken | Notice]:
    """The opening and every comment of an item, parents first, siblings by date and id.

    A mere container (no date, no words of its own) gives its title to its first comment, which opens the
    thread in its place; every other post is the opening itself.
    """
    item.taken.add(item.origin)
    comments: dict[str, Comment] = {}
    for read in _comments(item):
        if isinstance(read, Broken):
            yield read
        else:
            comments[read.origin] = read
    first = _first_word(comments.values()) if item.is_mere_container else None
    thread = first.origin if first else item.origin
    parent_of = _tree(comments, thread)
    if first is None:
        yield from _opening(item, comments.values())
    for origin in in_tree_order(parent_of, lambda each: comments[each].rank if each in comments else ()):
        if origin in comments:
            yield from _entry(item, comments[origin], thread, parent_of[origin])


def _comments(item: Item) -> Iterator[Comment | Broken]:
    for number, fields in enumerate(item.comments, 1):
        given = fields.get("wp:comment_id", "").strip()
        origin = _comment_origin(given)
        # Some exports count anew in every item, or number one comment twice.
        if not given or origin in item.taken:
            origin = _comment_origin(digest(repr((item.origin, number, sorted(fields.items()))).encode()))
        item.taken.add(origin)
        asked = fields.get("wp:comment_parent", "").strip()
        try:
            source, notices = fitted(markdown_from_html(with_paragraphs(fields.get("wp:comment_content", ""))))
        except Exception as error:  # foreign HTML breaks parsers in ways nobody can list: say so and go on
            where = f"comment {given or number} of {item.where}"
            yield Broken(where, f"its text cannot be read ({type(error).__name__})")
            continue
        written_at = comment_date(fields)
        if written_at is None:
            notices.append("has no readable date; uses the date of its post")
        yield Comment(
            number=number,
            origin=origin,
            asked=None if asked in {"", "0"} else asked,
            written_at=written_at or item.begun_at,
            is_dated=written_at is not None,
            fields=fields,
            source=source,
            notices=notices,
        )


def _first_word(comments: Iterable[Comment]) -> Comment | None:
    """The first public comment a person wrote about the post itself, if there is one."""
    candidates = (each for each in comments if each.asked is None and each.is_conversation and each.is_approved)
    return min(candidates, key=lambda comment: comment.rank, default=None)


def _tree(comments: Mapping[str, Comment], thread: str) -> dict[str, str | None]:
    """Who answers whom. What answers nothing in the file, or itself, answers the opening, with a notice."""
    by_number: dict[str, str] = {}
    for comment in comments.values():
        by_number.setdefault(comment.fields.get("wp:comment_id", "").strip(), comment.origin)
    parent_of: dict[str, str | None] = {thread: None}
    for comment in sorted(comments.values(), key=lambda each: each.rank):
        if comment.origin == thread:
            continue
        parent = by_number.get(comment.asked, "") if comment.asked else thread
        if not parent:
            comment.notices.append("answers a comment that is not in the file; placed under the first post")
            parent = thread
        elif closes_circle(comment.origin, parent, parent_of):
            comment.notices.append("answers itself in a loop; placed under the first post")
            parent = thread
        parent_of[comment.origin] = parent
    return parent_of


def _opening(item: Item, comments: Iterable[Comment]) -> Iterator[Entry | Notice]:
    creator = one_line(item.fields.get("dc:creator", ""))
    person = item.people.get(creator, Person(creator, ""))
    try:
        source, notices = fitted(markdown_from_html(item.body))
    except Exception as error:  # the comments need their opening, even without its words
        source, notices = EMPTY, [f"the post's text cannot be read ({type(error).__name__})"]
    if item.written_at is None:
        notices.append("has no date; uses the date of its first comment")
    yield Entry(
        origin=item.origin,
        thread=item.origin,
        parent=None,
        title=item.title,
        author=display_name(person.name),
        author_key=key_of(person.email, person.name),
        written_at=item.begun_at,
        source=source,
        is_public=item.is_public,
        where=item.where,
        is_dated=item.written_at is not None,
    )
    yield from (Notice(item.where, notice) for notice in notices)


def _entry(item: Item, comment: Comment, thread: str, parent: str | None) -> Iterator[Entry | Notice]:
    where = f"{comment.where} of {item.where}"
    name = html.unescape(comment.fields.get("wp:comment_author", ""))
    email = comment.fields.get("wp:comment_author_email", "")
    yield Entry(
        origin=comment.origin,
        thread=thread,
        parent=parent,
        title=item.title if parent is None else "",
        author=display_name(name, local_part(email)),
        author_key=key_of(email, name),
        written_at=comment.written_at,
        source=comment.source,
        is_public=item.is_public and comment.is_approved,
        where=where,
        is_dated=comment.is_dated,
    )
    yield from (Notice(where, notice) for notice in comment.notices)


def _comment_origin(number: str) -> str:
    return origin_of(f"comment:{number}")


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\s*[0-9]{1,18}\s*", text) else 0
