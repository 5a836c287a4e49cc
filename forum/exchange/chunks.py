"""A part of a file: what is new in it comes in as one transaction, and all that is slow comes before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accounts.models import Person
from forum.dialogue.actions.create import NewComment
from forum.dialogue.actions.create_many import Arrival
from forum.dialogue.actions.people import LONGEST_NAME, placeholders
from forum.exchange.bring_in import import_comments, imported_comment, with_documents, with_origin
from forum.exchange.entry import Broken, Entry, Notice
from forum.exchange.identity import Sought, find, sought
from forum.exchange.known import Coming, Imported, Place, by_origin
from forum.exchange.words import digest
from forum.kernel.choices import TITLE_LENGTH
from forum.kernel.errors import TextRefused
from forum.kernel.transactions import in_one_transaction
from forum.markup.render import Rendered, render_stored
from forum.models import Theme


@dataclass(slots=True)
class Report:
    """What became of a file, or of a part of it."""

    new: int = 0
    known: int = 0
    broken: list[Broken] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def add(self, other: Report) -> None:
        self.new += other.new
        self.known += other.known
        self.broken += other.broken
        self.notices += other.notices


class Texts(dict[str, tuple[str, Rendered] | TextRefused]):
    """What becomes of the text of each entry, by origin: its source and how it is shown, or why it cannot be."""

    def of(self, entry: Entry) -> tuple[str, Rendered] | TextRefused:
        if entry.origin not in self:
            try:
                self[entry.origin] = render_stored(entry.source)
            except TextRefused as refusal:
                self[entry.origin] = refusal
        return self[entry.origin]


@dataclass(slots=True)
class Plan:
    """What is to be done with entries; `places` says which comment each is, by its origin in the file."""

    report: Report = field(default_factory=Report)
    coming: list[Coming] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Entries of a file, in its order. `known` says by origin which comments those before them have become."""

    theme: Theme
    asked: list[Sought]
    known: Mapping[str, int]
    texts: Texts = field(default_factory=Texts)

    def plan(self) -> Plan:
        """Looks what is here. One statement; what is not is rendered, if it was not before."""
        here = by_origin(self.theme.pk, [origin for each in self.asked for origin in each.origins])
        plan = Plan()
        for asked in self.asked:
            found = find(asked, here)
            if found.notice:
                plan.report.notices.append(Notice(asked.entry.where, found.notice))
            if found.place is None:
                self._plan_new(asked.entry, found.origin, plan, here)
            else:
                plan.places[asked.entry.origin] = found.place
                plan.report.known += 1
        return plan

    def _plan_new(self, entry: Entry, origin: str, plan: Plan, here: dict[str, Imported]) -> None:
        parent = None if entry.parent is None else plan.places.get(entry.parent, self.known.get(entry.parent))
        if entry.parent is not None and parent is None:
            plan.report.broken.append(Broken(entry.where, "its parent comment could not be imported"))
            return
        text = self.texts.of(entry)
        if isinstance(text, TextRefused):
            plan.report.broken.append(Broken(entry.where, text.sentence))
            return
        coming = plan.places[entry.origin] = Coming(entry, origin, parent)
        here[origin] = Imported(coming, author_of(entry), entry.author, entry.written_at, text[0])
        plan.coming.append(coming)
        plan.report.new += 1
        done = {
            "some of its formatting is not supported; imported as plain text": text[0] != entry.source,
            f"its author's name was shortened: {entry.author}": len(entry.author) > LONGEST_NAME,
            f"its title was shortened: {entry.title}": len(entry.title) > TITLE_LENGTH,
        }
        plan.report.notices += (Notice(entry.where, notice) for notice, is_so in done.items() if is_so)

    def make_ready(self, coming: Sequence[Coming]) -> dict[str, NewComment]:
        """By origin what can be made of these before any lock is taken, authors and search documents included."""
        names = {author_of(each.entry): each.entry.author for each in coming}
        people = placeholders([Person(origin=origin, name=name) for origin, name in names.items()])
        made = [self._new(each, people[author_of(each.entry)]) for each in coming]
        titles = (title_of(each.entry) for each in coming)
        documented = with_documents(list(zip(titles, made, strict=True)))
        return {each.entry.origin: new for each, new in zip(coming, documented, strict=True)}

    def _new(self, coming: Coming, author: Person) -> NewComment:
        entry, text = coming.entry, self.texts.of(coming.entry)
        assert not isinstance(text, TextRefused)
        return imported_comment(
            self.theme.pk,
            coming.origin,
            author=author,
            text=text,
            written_at=entry.written_at,
            is_public=entry.is_public,
        )

    def write(self, plan: Plan, ready: Mapping[str, NewComment]) -> dict[str, int]:
        """Writes what comes, if anything does, and returns by origin which comment each entry is."""
        arrivals: dict[Coming, Arrival] = {}
        for each in plan.coming:
            parent = arrivals[each.parent] if isinstance(each.parent, Coming) else each.parent
            new = with_origin(ready[each.entry.origin], self.theme.pk, each.origin)
            arrivals[each] = Arrival(new, self.theme.pk, parent, title_of(each.entry))
        written = import_comments(list(arrivals.values())) if arrivals else []
        keys = {coming: comment.pk for coming, comment in zip(arrivals, written, strict=True)}
        return {origin: keys[place] if isinstance(place, Coming) else place for origin, place in plan.places.items()}


def bring_in(theme: Theme, entries: Sequence[Entry], known: dict[str, int]) -> Report:
    """Imports those entries that are not there yet, all or none of them.

    `known` says by origin which comments the entries before them have become, and knows these, too, in the end.
    """
    chunk = Chunk(theme, [sought(entry) for entry in entries], known)
    plan = chunk.plan()
    if plan.coming:
        report, keys = _store(chunk, chunk.make_ready(plan.coming))
    else:  # nobody has to wait for a look
        report, keys = plan.report, chunk.write(plan, {})
    known |= keys
    return report


@in_one_transaction
def _store(chunk: Chunk, ready: Mapping[str, NewComment]) -> tuple[Report, dict[str, int]]:
    """Looks again what is here, since another import may have been faster, and writes the rest."""
    plan = chunk.plan()
    late = [each for each in plan.coming if each.entry.origin not in ready]
    return plan.report, chunk.write(plan, {**ready, **chunk.make_ready(late)})


def title_of(entry: Entry) -> str:
    """As much of its title as a thread's may have."""
    return entry.title[:TITLE_LENGTH]


def author_of(entry: Entry) -> str:
    """The origin of its author's placeholder.

    A name belongs to what was said under it: somebody who changed theirs is shown as each comment was signed.
    """
    return f"import:{entry.author_key}:{digest(entry.author.encode())[:10]}"
