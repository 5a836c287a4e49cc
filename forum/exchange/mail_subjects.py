"""Subjects of mails: what they are about, without the marks replies and lists put before them."""

import re
from collections import Counter
from collections.abc import Iterable

from forum.exchange.words import UNTITLED, shown_line

# "Reply" and "forwarded" as mail programs of many languages abbreviate them.
_REPLY = (
    r"(?:re|r|aw|antw|antwort|sv|vs|vá|vl|odp|ynt|ilt|rif|res|resp|rép|réf|ref|rv|bls|atb|ods|на|отв"
    r"|fwd?|fw|wg|tr|enc|pd|doorst|пер|回复|答复|回覆|转发|轉寄|رد)"
)
_REPLY_MARK = re.compile(rf"{_REPLY}\s*(?:[\[(]\d{{1,3}}[\])]|\*\d{{1,3}})?\s*[:\uff1a]\s*", re.IGNORECASE)
_TAG = re.compile(r"\[([^\[\]]{1,60})\]\s*")


def same_subject(subject: str) -> str:
    """What all mails of a conversation share, however often it was answered or forwarded; "" for none."""
    bare = subject
    while found := _REPLY_MARK.match(bare) or _TAG.match(bare):
        bare = bare[found.end() :]
    return " ".join((bare or subject).casefold().split())


def is_marked(subject: str) -> bool:
    """Whether a subject says of itself that it is a reply or was forwarded."""
    bare = subject
    while found := _TAG.match(bare):
        bare = bare[found.end() :]
    return _REPLY_MARK.match(bare) is not None


def title_of(subject: str, tag: str) -> str:
    """The subject as a title: without reply marks and without the tag the list itself adds."""
    title = subject
    while found := _REPLY_MARK.match(title) or _tag_of(title, tag):
        title = title[found.end() :]
    return shown_line(title) or shown_line(subject) or UNTITLED


def common_tag(subjects: Iterable[str]) -> str:
    """The tag ("[list]") most of these subjects bear, which is then the list's and not the author's."""
    tags: Counter[str] = Counter()
    total = 0
    for subject in subjects:
        total += 1
        bare = subject
        while mark := _REPLY_MARK.match(bare):
            bare = bare[mark.end() :]
        if found := _TAG.match(bare):
            tags[found[1].casefold()] += 1
    tag, times = next(iter(tags.most_common(1)), ("", 0))
    return tag if times > 1 and 2 * times > total else ""


def _tag_of(title: str, tag: str) -> re.Match[str] | None:
    found = _TAG.match(title)
    return found if found and tag and found[1].casefold() == tag else None
