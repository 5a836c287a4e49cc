"""Whom a text mentions and whom it quotes, found in the parser's tokens.

"@Name" in running text becomes a link to the person; not in code, in links and addresses, nor behind a backslash. What
stands in a quotation is a link, too, but calls nobody: it was said before. A quotation that begins with "Name, P-7:"
leads to that comment. The source stays as it was typed; where two people have one name, a link to one of them,
"[@Name](/people/4/)", says who is meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from forum.kernel.names import CODE
from forum.markup.clean import MENTION, plain_text
from forum.markup.names import Named, NameIndex, letters, may_begin, same_name

AT = "@\uff20"  # the full-width one is what Chinese and Japanese keyboards write
HEAD = re.compile(rf"(?P<name>[^\n]{{1,130}}), (?P<label>{CODE}-[0-9]{{1,9}}):(?=\n|$)")
QUOTED = "quoted"
RUN = {"text", "text_special", "softbreak"}
_MENTIONED = re.compile(r'<a (?=[^>]*class="mention")[^>]*href="/people/([0-9]{1,9})/"[^>]*>(.*?)</a>', re.DOTALL)
_HEADED = re.compile(rf'<a href="/comments/([0-9]{{1,9}})/"[^>]*>([^<]*), ({CODE}-[0-9]{{1,9}})</a>')


class Directory(Protocol):
    """Whom the names in a text can mean. Asked only for what occurs."""

    @property
    def index(self) -> NameIndex:
        """Those whom a name alone can mean."""

    def names(self, keys: Collection[int]) -> Mapping[int, str]:
        """The names of the people with these keys."""

    def comments(self, labels: Collection[str]) -> Mapping[str, tuple[int, str]]:
        """The public comments with these labels ("P-7"): their keys and their authors' names."""


@dataclass(frozen=True)
class Rendition:
    """What a text meant when it was rendered: its HTML says so, whatever its people are called now."""

    html: str

    @property
    def people(self) -> list[Named]:
        """Whom it mentions, by the names they had."""
        return [Named(int(key), plain_text(inner).lstrip("@")) for key, inner in _MENTIONED.findall(self.html)]

    @cached_property
    def index(self) -> NameIndex:
        return NameIndex(self.people)

    def names(self, keys: Collection[int]) -> Mapping[int, str]:
        return {person.key: person.name for person in self.people if person.key in keys}

    def comments(self, labels: Collection[str]) -> Mapping[str, tuple[int, str]]:
        found = {label: (int(key), plain_text(name)) for key, name, label in _HEADED.findall(self.html)}
        return {label: found[label] for label in labels if label in found}


def mark_quotations(state: StateCore) -> None:
    """A rule behind the parsing: marks what stands in quotations, before notes are moved to the end."""
    depth = 0
    for place, token in enumerate(state.tokens):
        depth += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type == "inline" and depth:
            token.meta[QUOTED] = True
            token.meta["head"] = state.tokens[place - 2].type == "blockquote_open"
            _mark_notes(token.children or [], state.env)


def _mark_notes(children: list[Token], env: Any) -> None:
    """The notes within a text belong to it; those that stand elsewhere are marked there."""
    for child in children:
        if child.type == "footnote_ref" and "tokens" in (note := env["footnotes"]["list"][child.meta["id"]]):
            note[QUOTED] = True
            _mark_notes(note["tokens"], env)


def link_names(state: StateCore) -> None:
    """A rule behind the recognition of addresses: makes the links, and collects in `env` who is called."""
    texts = list(_texts(state))
    directory: Directory | None = state.env["directory"]
    known = _known_links(texts, directory)
    if directory is not None:
        _link_heads(texts, directory)
    for inline, is_quoted in texts:
        _link_text(inline, directory, known, state.env["mentions"] if not is_quoted else {})


def _texts(state: StateCore) -> Iterator[tuple[Token, bool]]:
    in_quoted_note = False
    for token in state.tokens:
        if token.type == "footnote_open":
            in_quoted_note = bool(state.env["footnotes"]["list"][token.meta["id"]].get(QUOTED))
        elif token.type == "footnote_close":
            in_quoted_note = False
        elif token.type == "inline" and token.children:
            yield token, in_quoted_note or bool(token.meta.get(QUOTED))


def _person_of(children: list[Token], place: int) -> int | None:
    """Whom a link that was written as one mentions."""
    token = children[place]
    if token.type != "link_open" or not MENTION.fullmatch(address := str(token.attrs["href"])):
        return None
    return int(address.split("/")[2]) if children[place + 1].content.startswith(tuple(AT)) else None


def _known_links(texts: Iterable[tuple[Token, bool]], directory: Directory | None) -> Mapping[int, str] | None:
    """The names of those whom links mention; None without anybody to ask."""
    if directory is None:
        return None
    asked = {
        _person_of(token.children or [], place) for token, _ in texts for place in range(len(token.children or []))
    }
    keys = {key for key in asked if key is not None}
    return directory.names(keys) if keys else {}


def _link_heads(texts: Iterable[tuple[Token, bool]], directory: Directory) -> None:
    heads = []
    for inline, _ in texts:
        first = next(_runs(inline.children or []), None) if inline.meta.get("head") else None
        if first is not None and first[0] == 0 and (found := HEAD.match(_words(first[1]))):
            heads.append((inline, first[1], found))
    comments = directory.comments({found["label"] for _, _, found in heads}) if heads else {}
    for inline, run, found in heads:
        key, name = comments.get(found["label"], (0, ""))
        if key and same_name(found["name"], name):
            link = _link(f"/comments/{key}/", f"{name}, {found['label']}", run[0].level)
            inline.children = [*link, *_cut(run, found.end("label"), None), *(inline.children or [])[len(run) :]]


def _link_text(
    inline: Token, directory: Directory | None, known: Mapping[int, str] | None, called: dict[int, bool]
) -> None:
    made: list[Token] = []
    children = inline.children or []
    runs = dict(_runs(children)) if directory is not None else {}
    place = 0
    while place < len(children):
        end = place + 1
        if directory is not None and (run := runs.get(place)):
            made += _with_mentions(run, directory, called)
            end = place + len(run)
        elif (person := _person_of(children, place)) is not None:
            end = next(n for n in range(place, len(children)) if children[n].type == "link_close") + 1
            made += _true_link(children[place:end], person, known, called)
        else:
            made.append(children[place])
        place = end
    inline.children = made


def _true_link(
    tokens: list[Token], person: int, known: Mapping[int, str] | None, called: dict[int, bool]
) -> list[Token]:
    """A mention that was written as a link, under its person's own name; only its words if there is no such person."""
    if known is not None and person not in known:
        return tokens[1:-1]
    called[person] = True
    tokens[0].attrSet("class", "mention")
    if known is None:
        return tokens
    return [tokens[0], Token("text", "", 0, content=f"@{known[person]}", level=tokens[0].level + 1), tokens[-1]]


def _with_mentions(run: list[Token], directory: Directory, called: dict[int, bool]) -> list[Token]:
    """Running text with a link wherever an unescaped @ stands before a known name."""
    typed = {at for token, start in _placed(run) if token.type == "text" for at in _signs(token.content, start)}
    if not typed:
        return run
    text = _words(run)
    row = letters(text)
    made: list[Token] = []
    done = 0
    for place, letter in enumerate(row):
        if letter.start < done or letter.start not in typed or not may_begin(text, row, place):
            continue
        person, length = directory.index.at(text, row, place + 1)
        if person is None:
            continue
        made += _cut(run, done, letter.start)
        made += _link(f"/people/{person.key}/", f"@{person.name}", run[0].level, mention=True)
        done = row[place + length].end
        called[person.key] = True
    return [*made, *_cut(run, done, None)] if made else run


def _runs(children: list[Token]) -> Iterator[tuple[int, list[Token]]]:
    """The stretches of running text outside links, with the place of each among its neighbours."""
    links, start = 0, 0
    run: list[Token] = []
    for place, token in enumerate(children):
        if token.type in RUN and not links:
            start = start if run else place
            run.append(token)
            continue
        if run:
            yield start, run
            run = []
        links += (token.type == "link_open") - (token.type == "link_close")
    if run:
        yield start, run


def _words(run: list[Token]) -> str:
    return "".join("\n" if token.type == "softbreak" else token.content for token in run)


def _placed(run: list[Token]) -> Iterator[tuple[Token, int]]:
    at = 0
    for token in run:
        yield token, at
        at += 1 if token.type == "softbreak" else len(token.content)


def _signs(text: str, start: int) -> Iterator[int]:
    return (start + place for place, sign in enumerate(text) if sign in AT)


def _cut(run: list[Token], begin: int, end: int | None) -> Iterator[Token]:
    """The tokens of a run between two places of its text."""
    for token, start in _placed(run):
        size = 1 if token.type == "softbreak" else len(token.content)
        first, last = max(begin - start, 0), size if end is None else min(end - start, size)
        if first < last:
            yield token if (first, last) == (0, size) else token.copy(content=token.content[first:last])


def _link(address: str, words: str, level: int, *, mention: bool = False) -> list[Token]:
    attributes: dict[str, str | int | float] = {"href": address}
    if mention:
        attributes["class"] = "mention"
    return [
        Token("link_open", "a", 1, attrs=attributes, level=level),
        Token("text", "", 0, content=words, level=level + 1),
        Token("link_close", "a", -1, level=level),
    ]
