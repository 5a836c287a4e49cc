"""Turns "@Ada Lovelace" into a link to her, and lets no link bear another name than its person's."""

from __future__ import annotations

import re
from typing import Any

from accounts.models import Person
from forum.models import Comment

MOST = 400  # comments of a thread among whose authors a bare name is looked for; the newest
CODE = r"(?P<code>(?P<ticks>`+)[\s\S]*?(?P=ticks))"  # code is shown as it is
LINK = re.compile(CODE + r"|\[@(?P<name>[^\]\n]{1,130})\]\(/people/(?P<person>[0-9]{1,9})/\)")
BARE = re.compile(CODE + r"|(?<![\w\[@/.])@(?=\w)")
MARKUP = re.compile(r"([\\\[\]*_`<>])")


def linked(source: str, *, thread_id: int | None) -> str:
    """The source with every mention as a link under the person's own name.

    A bare @Name is looked for among those who spoke in the thread, the longest name first. No statement without an
    "@" in the text, at most two with it.
    """
    if "@" not in source:
        return source
    source = _true_names(source)
    if thread_id is None or not any(found["code"] is None for found in BARE.finditer(source)):
        return source
    comments = Comment.objects.filter(thread=thread_id).public().order_by("-pk")
    people = set(comments.values_list("author_id", "author__name")[:MOST])
    return _bare_names(source, sorted(people, key=lambda person: (-len(person[1]), person[0])))


def as_typed(source: str) -> str:
    """The same with bare names: two texts that say so the same were typed alike."""
    return LINK.sub(lambda found: found["code"] or f"@{found['name']}", source)


def _link(person_id: int, name: str) -> str:
    plain = MARKUP.sub(r"\\\1", name)
    return f"[@{plain}](/people/{person_id}/)"


def _true_names(source: str) -> str:
    asked = {int(found["person"]) for found in LINK.finditer(source) if found["person"]}
    if not asked:
        return source
    names: dict[int, Any] = dict(Person.objects.filter(pk__in=asked).values_list("pk", "name"))

    def true(found: re.Match[str]) -> str:
        if found["code"]:
            return found["code"]
        person_id = int(found["person"])
        return _link(person_id, names[person_id]) if person_id in names else f"@{found['name']}"

    return LINK.sub(true, source)


def _bare_names(source: str, people: list[tuple[int, str]]) -> str:
    parts, at = [], 0
    for found in BARE.finditer(source):
        rest = source[found.end() :]
        known = next(((pk, name) for pk, name in people if _begins_with(rest, name)), None)
        if found["code"] or known is None or found.start() < at:
            continue
        parts += [source[at : found.start()], _link(*known)]
        at = found.end() + len(known[1])
    return "".join([*parts, source[at:]])


def _begins_with(text: str, name: str) -> bool:
    return text[: len(name)].casefold() == name.casefold() and not text[len(name) : len(name) + 1].isalnum()
