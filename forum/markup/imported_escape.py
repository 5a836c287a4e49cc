"""Writing foreign text so that Markdown shows it as it is: nothing in it gains a meaning it never had."""

import re

from forum.markup.autolinks import ENDS

# What cannot be printed and PostgreSQL or a browser would refuse: control characters and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Stops before what no renderer would link: invisible characters, backslashes, punctuation that ends an address.
_STOP = f'\\s<>"\\\\\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff{ENDS}'
_URL = re.compile(rf"https?://[\w-][^{_STOP}]*(?<![.,;:!?'()*_~\]])", re.IGNORECASE)
_ALWAYS = re.compile(r"[\\`*\[\]<~]|&(?=#?\w+;)")
_MAYBE = re.compile(r"[\\`*\[\]<~&_]")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# Inside a bare address these would still be read as markup, so such an address needs angle brackets.
_MARKUP_IN_URL = re.compile(r"[*`\[\]\\|]|~~|&#?\w+(?:;|$)|(?<![^\W_])_|_(?![^\W_])")
# A bare address ends surely only before a space; whatever escape or break follows would be read into it.
_URL_ENDS = re.compile(r"[.,;:!?)'\"]*\s")
_START = re.compile(r"(?:#{1,6}(?=\s|$)|>|[-+](?=[\s+-]|$)|=+\s*$|[|:](?=[\s:-]))")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def printable(text: str) -> str:
    """The text with one kind of line end and without characters that cannot be shown or stored."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))


def escape_words(text: str) -> str:
    """Text outside of code and addresses, every character of which will be shown as itself."""
    if not _MAYBE.search(text):
        return text
    return _UNDERSCORE.sub(r"\\_", _ALWAYS.sub(r"\\\g<0>", text))


def escape_inline(text: str) -> str:
    """Running text of one line; web addresses stay addresses, everything else shows as itself."""
    if "://" not in text:
        return escape_words(text)
    written: list[str] = []
    done = 0
    for match in _URL.finditer(text):
        written.append(escape_words(text[done : match.start()]))
        written.append(_address(match.group(), bare=_URL_ENDS.match(text, match.end()) is not None))
        done = match.end()
    written.append(escape_words(text[done:]))
    return "".join(written)


def fenced(code: str) -> str:
    """Text of many lines, shown letter by letter."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", code)), 3)
    return f"{fence}\n{code}\n{fence}"


def escape_start(line: str) -> str:
    """An escaped line that will stand first on its line: no heading, list, quotation or rule begins there."""
    if _START.match(line):
        return "\\" + line
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line


def _address(url: str, *, bare: bool) -> str:
    return url if bare and not _MARKUP_IN_URL.search(url) else f"<{url}>"
