"""Whom and what the names in a text can mean at the place where it is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property

from accounts.models import Person
from forum.dialogue.actions.drafts import Spot
from forum.dialogue.models.speakers import Speaker, speakers_near
from forum.kernel.choices import DraftKind
from forum.kernel.errors import TextRefused
from forum.markup.imported_escape import escape_words
from forum.markup.mentions import Rendition
from forum.markup.names import Named, NameIndex, letters
from forum.markup.render import Rendered, render
from forum.models import Comment, CommentVersion, Theme

_CODE = r"(?P<code>(?P<ticks>`+)[\s\S]*?(?P=ticks))"
_LINK = re.compile(_CODE + r"|\[@(?P<name>[^\]\n]{1,130})\]\(/people/[0-9]{1,9}/\)")
_BARE = re.compile(r"[^\W_]+(?:[ '-][^\W_]+)*")
_FOOTNOTE_IDS = re.compile(r"fn(ref)?-[0-9a-z]+-")


class Names:
    """The directory of a thread, or of a theme for a new one. Asks the database only for what a text holds.

    A bare name means somebody who spoke in the thread, else in the event; those with an account before imported
    authors. `before` is the HTML of the text that is edited: what a name meant there it goes on meaning.
    """

    def __init__(self, *, theme_id: int, thread_id: int | None = None, before: str = "") -> None:
        self.theme_id, self.thread_id, self.before = theme_id, thread_id, Rendition(before)

    @cached_property
    def speakers(self) -> list[Speaker]:
        """At most three queries."""
        return speakers_near(theme_id=self.theme_id, thread_id=self.thread_id)

    @cached_property
    def index(self) -> NameIndex:
        people = [Named(each.key, each.name, each.place + 2 * (not each.is_active)) for each in self.speakers]
        return NameIndex([*(Named(person.key, person.name, -1) for person in self.before.people), *people])

    def names(self, keys: Collection[int]) -> Mapping[int, str]:
        """One query."""
        return dict(Person.objects.filter(pk__in=keys).values_list("pk", "name"))

    def comments(self, labels: Collection[str]) -> Mapping[str, tuple[int, str]]:
        """One query, if the text before did not say it already."""
        known = dict(self.before.comments(labels))
        if set(labels) <= known.keys():
            return known
        numbers = {int(label.rpartition("-")[2]) for label in labels}
        event = Theme.objects.filter(pk=self.theme_id).values("event")
        rows = Comment.objects.public().filter(theme__event__in=event, number__in=numbers).order_by()
        found = {
            f"{code}-{number}": (key, name)
            for key, number, code, name in rows.values_list("pk", "number", "theme__code", "author__name")
        }
        return {label: found[label] for label in labels if label in found} | known

    def typed(self, key: int, name: str) -> str:
        """How somebody is mentioned here: by name, or by a link where the name alone means nobody or somebody else."""
        plain = escape_words(name)
        return f"@{plain}" if self._called(plain) == (key,) else f"[@{plain}](/people/{key}/)"

    def _called(self, plain: str) -> tuple[int, ...]:
        """Whom "@" and these words of the source call. What cannot be markup needs no rendering."""
        if _BARE.fullmatch(plain):
            person, _length = self.index.at(plain, letters(plain), 0)
            return (person.key,) if person else ()
        try:
            return render(f"@{plain} .", directory=self).mentions
        except TextRefused:
            return ()


def names_at(spot: Spot) -> Names:
    """The same for a box: one query for a reply or an edit."""
    if spot.comment_id is None:
        return Names(theme_id=spot.theme_id)
    thread_id, html = Comment.objects.values_list("thread", "version__html").get(pk=spot.comment_id)
    return Names(theme_id=spot.theme_id, thread_id=thread_id, before=html if spot.kind is DraftKind.EDIT else "")


def as_typed(source: str) -> str:
    """A source with bare names where links to people stand, as they were stored before."""
    return _LINK.sub(lambda found: found["code"] or f"@{found['name']}", source)


def says_the_same(version: CommentVersion, source: str, rendered: Rendered) -> bool:
    """Whether a text says what the version says, though that may have links to people where this has bare names."""
    if version.source == source:
        return True
    return as_typed(version.source) == as_typed(source) and version.mentions == list(rendered.mentions)


def to_edit(comment: Comment) -> str:
    """A comment's source as its author edits it: with bare names where they mean the same people. No query."""
    source, html = comment.current_version.source, comment.current_version.html
    bare = as_typed(source)
    if bare == source:
        return source
    try:
        rendered = render(bare, longest=len(source), directory=Rendition(html))
    except TextRefused:
        return source
    same = _FOOTNOTE_IDS.sub("", rendered.html) == _FOOTNOTE_IDS.sub("", html)
    return bare if same else source
