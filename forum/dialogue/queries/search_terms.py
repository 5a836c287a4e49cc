"""What somebody typed into the search box, as terms, and the terms as a question to the database's index."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forum.dialogue.models.search_index import LANGUAGES, folded

LONGEST = 200  # characters; what comes after is not looked at
MOST_TERMS = 12  # a question with more is a text, and each term costs a look into the index

_QUOTES = str.maketrans("“”„«»＂", '"' * 6)
_TYPED = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')

# Title, name and words count this much, marks nothing: somebody who types a title wants that thread.
SQLITE_WEIGHTS = {"title": 8, "name": 4, "words": 1}
TEXT = "{title name words}"  # the columns in which people look
POSTGRES_WEIGHTS = "{0.1, 0.1, 0.5, 1.0}"  # for D, C, B, A


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several that must follow each other. Folded, they hold nothing but letters, digits, marks and
    single spaces: no sign is left that means something in a full-text question."""

    words: str
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Every one of `wanted` must occur, none of `unwanted` may. `is_cut`: not everything typed was looked at."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()
    is_cut: bool = False


def terms_of(typed: str) -> Terms:
    """Understands any text: words, "exact words" in quotes, and -without. Everything else in it is a space."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for sign, phrase, word in _TYPED.findall(typed[:LONGEST].translate(_QUOTES)):
        term = Term(folded(phrase or word), is_exact=bool(phrase))
        if term.words:
            (unwanted if sign else wanted).append(term)
    is_cut = len(typed) > LONGEST or len(wanted) > MOST_TERMS or len(unwanted) > MOST_TERMS
    return Terms(tuple(wanted[:MOST_TERMS]), tuple(unwanted[:MOST_TERMS]), is_cut)


@dataclass(frozen=True, slots=True)
class Question:
    """What the index is asked: in which event or theme to look, and for which words, those of names apart."""

    event: int
    theme: int | None = None
    wanted: tuple[Term, ...] = ()
    names: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()


def sqlite_question(asked: Question) -> str:
    """For FTS5: each term a string in double quotes, which it cannot hold."""
    mark = f"e{asked.event}" if asked.theme is None else f"t{asked.theme}"
    parts = [f"marks : {mark}", *(f'{TEXT} : "{term.words}"' for term in asked.wanted)]
    parts += [f'name : "{term.words}"' for term in asked.names]
    without = "".join(f' NOT {TEXT} : "{term.words}"' for term in asked.unwanted)
    return f"({' AND '.join(parts)}){without}"


def postgres_question(asked: Question, blocks: range | None = None) -> tuple[str, list[str]]:
    """For PostgreSQL: an expression of type tsquery and its parameters; of these `blocks` of keys only, if any."""
    marks = f"'e:{asked.event}'" if asked.theme is None else f"'t:{asked.theme}'"
    if blocks is not None:
        alternatives = " | ".join(f"'b:{block}'" for block in blocks)
        marks += f" & ({alternatives})"
    words, params = postgres_words(asked.wanted, asked.names)
    parts = ["%s::tsquery", *([words] if words else [])]
    params = [marks, *params]
    for term in asked.unwanted:
        form, more = postgres_words((term,))
        parts.append(f"!!{form}")
        params += more
    return f"({' && '.join(parts)})", params


def postgres_words(wanted: tuple[Term, ...], names: tuple[Term, ...] = ()) -> tuple[str, list[str]]:
    """The words of a question alone: an expression of type tsquery and its parameters; "" without any.

    A word is looked for as it is and in the form that each language's dictionary gives it; exact words and names
    only as they are.
    """
    parts, params = [], []
    for term in wanted:
        forms = ["to_tsquery('simple', %s)"]
        if not term.is_exact:
            forms += [f"to_tsquery('{language}', %s)" for language in LANGUAGES]
        params += [f"'{term.words}'"] * len(forms)
        parts.append(f"({' || '.join(forms)})")
    for term in names:
        parts.append("to_tsquery('simple', %s)")
        params.append(f"'{term.words}':B")
    return (f"({' && '.join(parts)})" if parts else ""), params
