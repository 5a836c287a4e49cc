"""One post of a WordPress export: what its fields mean."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from bs4 import BeautifulSoup

from forum.exchange.words import UNTITLED, in_utc, one_line, origin_of, read_date, shown_line
from forum.exchange.wxr_text import with_paragraphs

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PUBLIC = {"publish", "inherit"}


@dataclass(frozen=True, slots=True)
class Person:
    """An author of posts as the export introduces them."""

    name: str
    email: str


@dataclass(frozen=True)
class Item:
    """A post as it stands in the file: its place there, its fields, its comments, the authors known."""

    number: int
    fields: Mapping[str, str]
    comments: list[dict[str, str]]
    people: Mapping[str, Person]
    taken: set[str]  # origins given so far in this file

    @property
    def where(self) -> str:
        return f"item {self.number}"

    @cached_property
    def origin(self) -> str:
        origin = origin_of(f"post:{self.fields.get('wp:post_id', '').strip()}")
        is_own = origin != "post:" and origin not in self.taken
        return origin if is_own else f"post:number-{self.number}-in-the-file"

    @property
    def address(self) -> str:
        """Where the post is: the address that never changes, else the one that readers use, else ""."""
        told = (self.fields.get(name, "").strip() for name in ("guid", "link"))
        return next((address for address in told if "://" in address), "")

    @cached_property
    def title(self) -> str:
        title = self.fields.get("title", "")
        if re.search(r"</?[a-z]", title, re.IGNORECASE):
            title = BeautifulSoup(title, "html.parser").get_text()
        return shown_line(html.unescape(title)) or UNTITLED

    @cached_property
    def body(self) -> str:
        attachment = html.escape(self.fields.get("wp:attachment_url", "").strip())
        attached = f'<p><a href="{attachment}">{attachment}</a></p>' if attachment else ""
        return with_paragraphs(self.fields.get("content:encoded", "")) + attached

    @property
    def is_public(self) -> bool:
        return (
            self.fields.get("wp:status", "").strip() in _PUBLIC and not self.fields.get("wp:post_password", "").strip()
        )

    @cached_property
    def written_at(self) -> datetime | None:
        return (
            _date(self.fields.get("wp:post_date_gmt", ""))
            or _date(self.fields.get("wp:post_date", ""))
            or read_date(self.fields.get("pubDate", ""))
        )

    @cached_property
    def begun_at(self) -> datetime:
        """The post's own date, else that of its earliest comment."""
        dates = [date for date in map(comment_date, self.comments) if date]
        return self.written_at or min(dates, default=_EPOCH)

    @property
    def is_mere_container(self) -> bool:
        """Whether nobody published this post: no date, and no words but its title."""
        if self.written_at is not None:
            return False
        words = one_line(BeautifulSoup(self.body, "html.parser").get_text())
        return words in {"", self.title} and "<img" not in self.body


def comment_date(fields: Mapping[str, str]) -> datetime | None:
    """When a comment was written, or None if its fields do not tell."""
    return _date(fields.get("wp:comment_date_gmt", "")) or _date(fields.get("wp:comment_date", ""))


def _date(text: str) -> datetime | None:
    """A moment as WordPress writes it ("0000-00-00 00:00:00" for none), or None."""
    try:
        return in_utc(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return None
