"""Counts the calls of footnotes that readers see: the plugin counts every call that it parses.

A call in the words of a picture is not shown, nor is one in a note that nobody calls. Counted, they would leave a
note with a way back that leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

CALL = "footnote_ref"


def count_calls(state: StateCore) -> None:
    """A rule between parsing and the making of the notes: numbers the notes and their calls as they will be shown."""
    noted: dict[int, dict[str, Any]] = state.env.get("footnotes", {}).get("list", {})
    if not noted:
        return
    shown, defined = _parts(state.tokens)
    calls = _calls_shown(shown, defined, noted)
    numbers = {old: new for new, old in enumerate(sorted(calls))}
    for old, tokens in calls.items():
        tokens.sort(key=lambda token: token.meta.get("subId", 0))
        for count, token in enumerate(tokens):
            token.meta["id"] = numbers[old]
            if "subId" in token.meta:
                token.meta["subId"] = count
        if "count" in noted[old]:
            noted[old]["count"] = len(tokens)
    state.env["footnotes"]["list"] = {new: noted[old] for old, new in numbers.items()}


def _parts(tokens: list[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """The texts that stand in their own place, and those of each note by its label."""
    shown: list[Token] = []
    defined: dict[str, list[Token]] = {}
    into = [shown]
    for token in tokens:
        if token.type == "footnote_reference_open":
            into.append(defined.setdefault(token.meta["label"], []))
            into[-1].clear()  # of two notes with one label the plugin shows the last
        elif token.type == "footnote_reference_close":
            into.pop()
        elif token.type == "inline":
            into[-1].append(token)
    return shown, defined


def _calls_shown(
    shown: list[Token], defined: dict[str, list[Token]], noted: dict[int, dict[str, Any]]
) -> dict[int, list[Token]]:
    """The calls in everything that is shown, by the number of their note; a called note is shown, too.

    A note that is called in a picture's words alone is called behind the picture: its words must not be lost.
    """
    calls: dict[int, list[Token]] = {}
    hidden: list[tuple[list[Token], Token, Token]] = []
    waiting = [token.children for token in shown if token.children]
    while waiting or hidden:
        if not waiting:
            among, picture, call = hidden.pop(0)
            if call.meta["id"] in calls:
                continue
            among.insert(among.index(picture) + 1, call)
            found = [call]
        else:
            tokens = waiting.pop(0)
            found = [token for token in tokens if token.type == CALL]
            hidden += [(tokens, each, call) for each in tokens for call in _in_words(each)]
        for call in found:
            if call.meta["id"] not in calls:
                note = noted[call.meta["id"]]
                inside = [token.children for token in defined.get(note.get("label", ""), ())]
                waiting += [children for children in (note.get("tokens"), *inside) if children]
            calls.setdefault(call.meta["id"], []).append(call)
    return calls


def _in_words(token: Token) -> Iterator[Token]:
    if token.type != "image":
        return
    for child in token.children or ():
        if child.type == CALL:
            yield child
        yield from _in_words(child)
