"""Finding watched words in a text, whichever letters they were written with.

Both sides are folded alike: compatibility forms and case (Unicode NFKC and case folding), accents, letters of other
alphabets that look the same, digits inside words, and signs that nobody sees. So "Ｆrее mоnеy" is "free money", and so
are "fr33 money" and "fr\u200bee mon\u00adey".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from accounts.visible import IGNORABLE

# Letters of Cyrillic and Greek that a reader takes for Latin ones, in their small forms; and the i without its dot.
LOOK_ALIKES = str.maketrans("авекмнорстухіјѕһԁԛԝүαειηκνορτυχωı", "abekmhopctyxijshdqwyaeinkvoptuxwi")
IN_WORDS = str.maketrans("013457@$l|", "oieastasii")  # digits and signs that stand for letters; 1, l and i are one
ACCENTS = re.compile("(?<=[a-zα-ω])[\u0300-\u036f]+")  # й and и, が and か are letters of their own
# What takes no room on the page, and would part a word unseen: ignorable signs, and the others of category Cf.
UNSEEN = f"{IGNORABLE}\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
NOT_SEEN = re.compile(f"[{UNSEEN}]")
TAG = re.compile(r"(<[^>]*>)")
WORD = re.compile(r"[\w@$]+")
WRITTEN = re.compile(f"[\\w@$\u0300-\u036f{UNSEEN}]+")  # a word as it was typed, with all that folding takes out
# Scripts that write without spaces: there a watched word is looked for inside others.
SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)


def found_words(text: str, watched: Iterable[str]) -> list[str]:
    """Those of the watched words and phrases that occur in a text as whole words, in their own spelling."""
    words = normalise(text)
    spaced, joined = f" {words} ", words.replace(" ", "")
    return [watch for watch in watched if (form := normalise(watch)) and _occurs(form, spaced, joined)]


def marked(html: str, watched: Iterable[str]) -> str:
    """A rendered text with <mark> around each watched word or phrase in it; tags stay as they are."""
    forms = [(watch, normalise(watch).split()) for watch in watched]
    return "".join(part if part.startswith("<") else _marked(part, forms) for part in TAG.split(html))


def _marked(text: str, forms: list[tuple[str, list[str]]]) -> str:
    tokens = [(found.start(), found.end(), normalise(found[0])) for found in WRITTEN.finditer(text)]
    spans: set[tuple[int, int]] = set()
    for watch, form in forms:
        if SPACELESS.search(watch):
            letters = f"[{UNSEEN}]*".join(map(re.escape, watch))
            spans |= {found.span() for found in re.finditer(letters, text, re.IGNORECASE)}
            continue
        for at in range(len(tokens) - len(form) + 1):
            if form and [word for _, _, word in tokens[at : at + len(form)]] == form:
                spans.add((tokens[at][0], tokens[at + len(form) - 1][1]))
    made, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            made += [text[at:start], "<mark>", text[start:end], "</mark>"]
            at = end
    return "".join([*made, text[at:]])


def normalise(text: str) -> str:
    """The words of a text in the one form in which they are compared, with single spaces between them."""
    seen = NOT_SEEN.sub("", text)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", seen).casefold())
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", apart)).translate(LOOK_ALIKES)
    return " ".join(filter(None, map(_as_letters, WORD.findall(plain))))


def _occurs(form: str, spaced: str, joined: str) -> bool:
    if SPACELESS.search(form):
        return form.replace(" ", "") in joined
    return f" {form} " in spaced


def _as_letters(word: str) -> str:
    """A number stays a number; digits between letters are letters."""
    return word.translate(IN_WORDS) if any(sign.isalpha() for sign in word) else word.strip("@$")
